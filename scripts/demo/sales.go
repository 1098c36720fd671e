package demo

import (
	"fmt"
	"slices"
	"sort"
	"time"
)

// order is a row of the table orders with its items.
type order struct {
	id       int
	customer customer
	ordered  time.Time
	items    []item
	fate     fate
}

// item is one line of an order.
type item struct {
	product         product
	quantity, cents int // cents is the price of one piece at the time.
}

// total returns what the items of the order cost together, in cents.
func (o order) total() int {
	sum := 0
	for _, i := range o.items {
		sum += i.quantity * i.cents
	}
	return sum
}

// fate is what became of an order. Moments that have not come are zero.
type fate struct {
	status                   string
	method                   string
	paid, shipped, delivered time.Time
	refunded                 bool
}

// review is a row of the table reviews.
type review struct {
	product  int
	customer customer
	stars    int
	written  time.Time
}

// salesTables makes up the orders and all that follows from them.
func (g *generator) salesTables() []table {
	orders := g.orders()
	return []table{
		g.orderTable(orders),
		itemTable(orders),
		g.paymentTable(orders),
		g.reviewTable(g.reviews(orders)),
	}
}

// orders makes up all orders, the earliest first.
func (g *generator) orders() []order {
	var buyers []customer // Each customer is in it as often as the loyalty says.
	for _, c := range g.customers {
		buyers = append(buyers, slices.Repeat([]customer{c}, c.loyalty)...)
	}
	var shelf []product // Each product is in it as often as the popularity says.
	for _, p := range g.products {
		shelf = append(shelf, slices.Repeat([]product{p}, p.popularity)...)
	}

	var orders []order
	for i, at := range g.orderTimes() {
		known := sort.Search(len(buyers), func(n int) bool { return buyers[n].joined.After(at) })
		orders = append(orders, order{
			id:       i + 1,
			customer: pick(g, buyers[:known]),
			ordered:  at,
			items:    g.basket(shelf, at),
			fate:     g.fate(at),
		})
	}
	return orders
}

// orderTimes returns when the orders came in. The shop grows from year to year
// and sells most before Christmas.
func (g *generator) orderTimes() []time.Time {
	season := []int{8, 7, 8, 8, 9, 8, 7, 7, 9, 10, 13, 20}
	var times []time.Time
	for year, growth := range []int{3, 4, 5} {
		for month, weight := range season {
			first := opening().AddDate(year, month, 0)
			days := first.AddDate(0, 1, -1).Day()
			for range weight * growth * ordersPerHundred / 100 {
				at := g.daytime(first, g.rng.IntN(days))
				if at.Before(opening().AddDate(0, 0, 1)) {
					at = at.AddDate(0, 0, 1) // On the first day, customers only signed up.
				}
				times = append(times, at)
			}
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// basket picks different products that are for sale at a moment. Prices go up
// every year.
func (g *generator) basket(shelf []product, at time.Time) []item {
	percent := []int{92, 96, 100}[at.Year()-opening().Year()]
	items := make([]item, pick(g, []int{1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 6, 8}))
	for i := range items {
		p := pick(g, shelf)
		for !p.soldAt(at) || slices.ContainsFunc(items[:i], func(other item) bool { return other.product.id == p.id }) {
			p = pick(g, shelf)
		}
		items[i] = item{p, pick(g, []int{1, 1, 1, 1, 1, 2, 2, 3, 4, 6}), p.cents * percent / 100}
	}
	return items
}

// fate decides what became of an order that came in at a moment.
func (g *generator) fate(ordered time.Time) fate {
	roll := g.rng.IntN(100)
	f := fate{status: "pending", method: g.method()}
	switch {
	case roll < 2:
		return f
	case roll < 6 && g.chance(60):
		f.status = "cancelled"
		return f
	}

	paid := ordered.Add(time.Duration(g.between(20, 900)) * time.Second)
	if f.method == "bank_transfer" {
		paid = g.daytime(ordered, g.between(1, 4))
	}
	if paid.After(closing()) {
		return f
	}
	f.status, f.paid = "paid", paid
	if roll < 6 {
		f.status, f.refunded = "cancelled", true
		return f
	}

	shipped := paid.Add(time.Duration(g.between(4*3600, 72*3600)) * time.Second)
	if shipped.After(closing()) {
		return f
	}
	f.status, f.shipped = "shipped", shipped

	delivered := shipped.AddDate(0, 0, g.between(1, 9))
	if delivered.After(closing()) {
		return f
	}
	f.status, f.delivered = "delivered", delivered
	if roll < 9 {
		f.status, f.refunded = "returned", true
	}
	return f
}

// method returns a way to pay.
func (g *generator) method() string {
	return pick(g, list("card|card|card|card|paypal|paypal|paypal|bank_transfer|bank_transfer|gift_card"))
}

func (g *generator) orderTable(orders []order) table {
	t := table{
		name: "orders",
		columns: list("id|customer_id|sales_rep_id|billing_country_code|shipping_country_code|" +
			"status|total|note|ordered_at|shipped_at|delivered_on"),
	}
	for _, o := range orders {
		var rep, note any
		if g.chance(35) {
			rep = g.salesRep(o.ordered)
		}
		if g.chance(6) {
			note = pick(g, orderNotes())
		}
		destination := o.customer.country
		if g.chance(7) {
			destination = pick(g, g.countries).code
		}
		t.rows = append(t.rows, []any{
			o.id, o.customer.id, rep, o.customer.country, destination, o.fate.status, money(o.total()),
			note, datetime(o.ordered), datetime(o.fate.shipped), date(o.fate.delivered),
		})
	}
	return t
}

// salesRep returns the number of an employee who took orders on the day.
func (g *generator) salesRep(at time.Time) int {
	day := at.Format(time.DateOnly)
	var reps []int
	for i, e := range g.staff {
		if e.sells && e.hired <= day && (e.left == "" || day <= e.left) {
			reps = append(reps, i+1)
		}
	}
	return pick(g, reps)
}

func itemTable(orders []order) table {
	t := table{name: "order_items", columns: list("order_id|line_no|product_id|quantity|unit_price")}
	for _, o := range orders {
		for i, it := range o.items {
			t.rows = append(t.rows, []any{o.id, i + 1, it.product.id, it.quantity, money(it.cents)})
		}
	}
	return t
}

func (g *generator) paymentTable(orders []order) table {
	t := table{
		name:    "payments",
		columns: list("id|order_id|transaction_id|method|amount|is_refunded|paid_at"),
	}
	for _, o := range orders {
		if o.fate.paid.IsZero() {
			continue
		}
		t.rows = append(t.rows, []any{
			len(t.rows) + 1, o.id, g.uuid(), o.fate.method, money(o.total()), o.fate.refunded, datetime(o.fate.paid),
		})
	}
	return t
}

// uuid returns a random UUID of version 4.
func (g *generator) uuid() string {
	high := g.rng.Uint64()&^0xf000 | 0x4000
	low := g.rng.Uint64()&^(3<<62) | 1<<63
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", high>>32, high>>16&0xffff, high&0xffff, low>>48, low&(1<<48-1))
}

// reviews makes up reviews of delivered goods, the earliest first. A customer
// reviews a product only once.
func (g *generator) reviews(orders []order) []review {
	var reviews []review
	seen := make(map[[2]int]bool)
	for _, o := range orders {
		if o.fate.delivered.IsZero() {
			continue
		}
		for _, it := range o.items {
			key := [2]int{it.product.id, o.customer.id}
			if seen[key] || !g.chance(9) {
				continue
			}
			written := g.daytime(o.fate.delivered, g.between(1, 40))
			if written.After(closing()) {
				continue
			}
			seen[key] = true
			reviews = append(reviews, review{it.product.id, o.customer, g.stars(o.fate.status), written})
		}
	}
	slices.SortStableFunc(reviews, func(a, b review) int { return a.written.Compare(b.written) })
	return reviews
}

// stars returns a rating from one to five. Who sent the goods back is not happy.
func (g *generator) stars(status string) int {
	if status == "returned" {
		return g.between(1, 3)
	}
	return pick(g, []int{1, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5})
}

func (g *generator) reviewTable(reviews []review) table {
	t := table{
		name:    "reviews",
		columns: list("id|product_id|customer_id|rating|title|body|created_at"),
	}
	texts := reviewTexts()
	for i, r := range reviews {
		foreign := func(t reviewText) bool { return t.country != "" && t.country != r.customer.country }
		text := pick(g, slices.DeleteFunc(slices.Clone(texts[r.stars-1]), foreign))
		if g.chance(35) {
			text.body = ""
			if g.chance(50) {
				text.title = ""
			}
		}
		t.rows = append(t.rows, []any{
			i + 1, r.product, r.customer.id, r.stars, textOrNull(text.title), textOrNull(text.body), datetime(r.written),
		})
	}
	return t
}
