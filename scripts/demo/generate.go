package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// These numbers say how much is generated.
const (
	seedHigh, seedLow = 20230101, 20251231

	customerCount       = 420
	foundingCustomers   = 30
	productsPerCategory = 10
	ordersPerHundred    = 115 // ordersPerHundred scales the seasonal weights of the months.
)

// generator makes up the rows. Every method draws from the same source of random
// numbers, so the order of the calls matters.
type generator struct {
	rng       *rand.Rand
	countries []country
	staff     []employee
	products  []product
	customers []customer
}

// customer is what later steps need to know of a row of the table customers.
type customer struct {
	id      int
	country string
	joined  time.Time
	loyalty int // loyalty is the weight of the customer among those who order.
}

// generate returns the content of all tables, in an order in which no row refers
// to one that is not yet there.
func generate() ([]table, error) {
	g := &generator{
		rng:       rand.New(rand.NewPCG(seedHigh, seedLow)),
		countries: countryData(),
		staff:     employeeData(),
	}
	categories := categoryData()
	tables := []table{
		g.countryTable(),
		categoryTable(categories),
		g.supplierTable(),
	}
	products, err := g.productTable(categories)
	if err != nil {
		return nil, err
	}
	tables = append(tables, products, tagTable(), g.productTagTable(), g.employeeTable(), g.customerTable())
	return append(tables, g.salesTables()...), nil
}

// opening returns the first moment of the shop.
func opening() time.Time {
	return time.Date(2023, time.January, 1, 0, 0, 0, 0, time.UTC)
}

// closing returns the moment at which the database was taken, so to say. Nothing
// in it is later.
func closing() time.Time {
	return time.Date(2025, time.December, 31, 23, 59, 59, 0, time.UTC)
}

// chance is true in the given percentage of calls.
func (g *generator) chance(percent int) bool {
	return g.rng.IntN(100) < percent
}

// between returns a number from low to high, both included.
func (g *generator) between(low, high int) int {
	return low + g.rng.IntN(high-low+1)
}

// pick returns one of the items.
func pick[T any](g *generator, items []T) T {
	return items[g.rng.IntN(len(items))]
}

// daytime returns a moment between 7 in the morning and 11 at night on the day
// that is the given number of days after from.
func (g *generator) daytime(from time.Time, days int) time.Time {
	midnight := from.Truncate(24*time.Hour).AddDate(0, 0, days)
	return midnight.Add(time.Duration(g.between(7*3600, 23*3600-1)) * time.Second)
}

// money writes cents as an amount with two decimals.
func money(cents int) string {
	return fmt.Sprintf("%d.%02d", cents/100, cents%100)
}

// date writes the day of a moment, or nothing for the zero moment.
func date(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.DateOnly)
}

// datetime writes a moment, or nothing for the zero moment.
func datetime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.DateTime)
}

// textOrNull returns the text, or nothing if it is empty.
func textOrNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// latin replaces letters with accents.
var latin = strings.NewReplacer(
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "ø", "oe", "å", "aa", "þ", "th",
	"á", "a", "à", "a", "â", "a", "ã", "a", "ą", "a", "ç", "c", "ć", "c", "č", "c",
	"é", "e", "è", "e", "ê", "e", "ë", "e", "ę", "e", "ě", "e", "ğ", "g", "í", "i", "ï", "i", "ı", "i",
	"ł", "l", "ñ", "n", "ň", "n", "ń", "n", "ó", "o", "ò", "o", "ô", "o", "õ", "o", "ő", "o",
	"ř", "r", "ś", "s", "ş", "s", "š", "s", "ů", "u", "ú", "u", "ý", "y", "ź", "z", "ż", "z", "ž", "z",
	" ", "", "'", "", ".", "",
)

// ascii replaces the letters with accents that occur in European names and drops
// what does not belong into a mail address.
func ascii(name string) string {
	return latin.Replace(strings.ToLower(name))
}

// email returns a mail address for a name. It holds the number if the name is not
// written in Latin letters.
func email(given, family string, number int, domain string) string {
	local := ascii(given) + "." + ascii(family)
	if strings.ContainsFunc(local, func(r rune) bool { return r > 127 }) {
		local = fmt.Sprintf("user%04d", number)
	}
	return local + "@" + domain
}

func (g *generator) countryTable() table {
	t := table{name: "countries", columns: list("code|name|currency|population|vat_rate|is_eu")}
	for _, c := range g.countries {
		t.rows = append(t.rows, []any{c.code, c.name, c.currency, c.population, money(c.vat), c.eu})
	}
	return t
}

func categoryTable(categories []category) table {
	t := table{name: "categories", columns: list("id|parent_id|name|slug")}
	for i, c := range categories {
		var parent any
		if c.parent != "" {
			parent = categoryID(categories, c.parent)
		}
		t.rows = append(t.rows, []any{i + 1, parent, c.name, c.slug})
	}
	return t
}

// categoryID returns the primary key of the category with the given slug.
func categoryID(categories []category, slug string) int {
	return slices.IndexFunc(categories, func(c category) bool { return c.slug == slug }) + 1
}

func (g *generator) supplierTable() table {
	t := table{name: "suppliers", columns: list("id|name|email|country_code|rating")}
	for i, s := range supplierNames() {
		var mail, rating any
		if g.chance(85) {
			mail = fmt.Sprintf("sales@supplier%02d.example", i+1)
		}
		if g.chance(80) {
			rating = float64(g.between(24, 50)) / 10
		}
		t.rows = append(t.rows, []any{i + 1, s[0], mail, s[1], rating})
	}
	return t
}

func tagTable() table {
	t := table{name: "tags", columns: list("id|name|color")}
	for i, tag := range tagData() {
		t.rows = append(t.rows, []any{i + 1, tag[0], textOrNull(tag[1])})
	}
	return t
}

func (g *generator) employeeTable() table {
	t := table{
		name:    "employees",
		columns: list("id|manager_id|first_name|last_name|email|title|salary|hired_on|left_on"),
	}
	for i, e := range g.staff {
		var manager any
		if e.manager != 0 {
			manager = e.manager
		}
		t.rows = append(t.rows, []any{
			i + 1, manager, e.given, e.family, email(e.given, e.family, i+1, "shop.example"),
			e.title, money(e.salary), e.hired, textOrNull(e.left),
		})
	}
	return t
}

func (g *generator) customerTable() table {
	t := table{
		name:    "customers",
		columns: list("id|first_name|last_name|email|phone|city|country_code|newsletter|created_at"),
	}
	var homes []country // Each country is in it as often as its share says.
	for _, c := range g.countries {
		homes = append(homes, slices.Repeat([]country{c}, c.share)...)
	}
	first := firstCustomers()
	taken := make(map[string]bool)

	for i, joined := range g.joinTimes() {
		id := i + 1
		home := pick(g, homes)
		who := person{}
		if i < len(first) {
			who = first[i]
			home = g.countries[slices.IndexFunc(g.countries, func(c country) bool { return c.code == who.country })]
		} else {
			who = person{pick(g, home.given), pick(g, home.family), pick(g, home.cities), home.code}
		}

		mail := email(who.given, who.family, id, pick(g, list("example.com|example.org|example.net")))
		if taken[mail] {
			mail = strings.Replace(mail, "@", fmt.Sprintf("%d@", id), 1)
		}
		taken[mail] = true
		var phone any
		if g.chance(70) {
			phone = fmt.Sprintf("%s 555 %04d", home.dial, g.rng.IntN(10_000))
		}

		loyalty := pick(g, []int{0, 1, 1, 2, 2, 2, 3, 4, 9})
		if i < len(first) {
			loyalty = 4
		}
		g.customers = append(g.customers, customer{id, home.code, joined, loyalty})
		t.rows = append(t.rows, []any{
			id, who.given, who.family, mail, phone, who.city, home.code, g.chance(45), datetime(joined),
		})
	}
	return t
}

// joinTimes returns when the customers signed up, in order. Some of them did on
// the first day.
func (g *generator) joinTimes() []time.Time {
	days := int(closing().Sub(opening()).Hours()) / 24
	times := make([]time.Time, customerCount)
	for i := range times {
		if i >= foundingCustomers {
			times[i] = g.daytime(opening(), g.between(1, days))
		} else {
			times[i] = g.daytime(opening(), 0)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}
