package demo

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// product is what later steps need to know of a row of the table products.
type product struct {
	id           int
	name         string
	category     category
	cents        int // cents is the price of today.
	grams        int
	launched     time.Time
	discontinued time.Time // discontinued is zero while the product is for sale.
	popularity   int       // popularity is the weight of the product in a basket.
}

// soldAt tells whether one could buy the product at a moment.
func (p product) soldAt(at time.Time) bool {
	return !at.Before(p.launched) && (p.discontinued.IsZero() || at.Before(p.discontinued))
}

// attributes is the content of the JSON column of the table products.
type attributes struct {
	Color      string      `json:"color,omitempty"`
	Material   string      `json:"material,omitempty"`
	Origin     string      `json:"origin,omitempty"`
	Organic    bool        `json:"organic,omitempty"`
	Dimensions *dimensions `json:"dimensions_cm,omitempty"`
	Care       []string    `json:"care,omitempty"`
	GiftBox    bool        `json:"gift_box"`
}

// dimensions is the size of a product in centimetres.
type dimensions struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// productTable makes up the products and keeps them for later.
func (g *generator) productTable(categories []category) (table, error) {
	for _, c := range categories {
		g.addProducts(c)
	}
	for _, s := range specialData() {
		g.addProduct(product{
			name:     s.name,
			category: categories[categoryID(categories, s.category)-1],
			cents:    s.cents,
			grams:    s.grams,
		})
	}

	t := table{
		name: "products",
		columns: list("id|sku|name|description|category_id|supplier_id|price|cost|barcode|weight_kg|" +
			"stock|is_active|attributes|thumbnail|launched_on|discontinued_on"),
	}
	for _, p := range g.products {
		row, err := g.productRow(p, categoryID(categories, p.category.slug))
		if err != nil {
			return table{}, fmt.Errorf("product %q: %w", p.name, err)
		}
		t.rows = append(t.rows, row)
	}
	return t, nil
}

// addProducts makes up the products of a category from the names of product
// lines and the nouns of the category.
func (g *generator) addProducts(c category) {
	if len(c.nouns) == 0 {
		return
	}
	series := seriesNames()
	for _, n := range g.rng.Perm(len(series) * len(c.nouns))[:productsPerCategory] {
		endings := []int{0, 49, 50, 90, 90, 95, 95, 99}
		g.addProduct(product{
			name:     series[n%len(series)] + " " + c.nouns[n/len(series)],
			category: c,
			cents:    g.between(c.low, c.high)*100 + pick(g, endings),
			grams:    c.grams * g.between(60, 150) / 100,
		})
	}
}

// addProduct adds a product and decides when it is for sale.
func (g *generator) addProduct(p product) {
	p.id = len(g.products) + 1
	p.popularity = pick(g, []int{0, 2, 2, 3, 3, 3, 4, 5, 6, 8, 12, 20})
	p.launched = opening()
	if g.chance(45) {
		p.launched = opening().AddDate(0, 0, g.between(1, 1060))
	}
	if g.chance(7) {
		p.discontinued = p.launched.AddDate(0, 0, g.between(200, 700))
		if p.discontinued.After(closing()) {
			p.discontinued = time.Time{}
		}
	}
	g.products = append(g.products, p)
}

// productRow returns the row of a product in the category with the given number.
func (g *generator) productRow(p product, category int) ([]any, error) {
	var description, code, weight, image any
	if g.chance(85) {
		description = p.name + ". " + pick(g, blurbs())
	}
	if g.chance(92) {
		code = barcode(p.id)
	}
	if g.chance(90) {
		weight = float64(p.grams) / 1000
	}
	if g.chance(10) {
		image = bitmap(g.rng.Uint32())
	}
	features, err := g.features(p)
	if err != nil {
		return nil, err
	}
	stock := 0
	if p.discontinued.IsZero() && g.chance(94) {
		stock = g.between(1, 400)
	}
	return []any{
		p.id, fmt.Sprintf("%s-%04d", strings.ToUpper(p.category.slug[:3]), p.id), p.name, description,
		category, g.between(1, len(supplierNames())), money(p.cents), money(p.cents * g.between(35, 65) / 100),
		code, weight, stock, p.discontinued.IsZero(), features, image, date(p.launched), date(p.discontinued),
	}, nil
}

// features returns the attributes of a product as JSON text. Many products have
// none, and food has others than the rest.
func (g *generator) features(p product) (any, error) {
	if !g.chance(40) {
		return nil, nil
	}
	a := attributes{GiftBox: g.chance(25)}
	if origins := p.category.origins; origins != nil {
		a.Origin, a.Organic = pick(g, origins), g.chance(50)
	} else {
		a.Color, a.Material = pick(g, colorNames()), pick(g, p.category.materials)
		if g.chance(60) {
			largest := 5 + p.grams/40
			a.Dimensions = &dimensions{g.between(3, largest), g.between(2, largest)}
		}
		if g.chance(30) {
			a.Care = list("hand wash|do not bleach")
		}
	}
	text, err := json.Marshal(a)
	return string(text), err
}

// barcode returns a thirteen-digit article number with its check digit. Numbers
// that begin with 20 are for use inside a shop and belong to nobody.
func barcode(id int) int64 {
	number := 200_123_000_000 + int64(id)*37
	sum := int64(0)
	for rest, factor := number, int64(3); rest > 0; rest, factor = rest/10, 4-factor {
		sum += rest % 10 * factor
	}
	return number*10 + (10-sum%10)%10
}

// bitmap returns a BMP image of a single pixel in the given color.
func bitmap(color uint32) []byte {
	const headers, info, size = 54, 40, 58
	image := binary.LittleEndian.AppendUint32([]byte("BM"), size)
	image = binary.LittleEndian.AppendUint32(image, 0)
	for _, n := range []uint32{headers, info, 1, 1, 24<<16 | 1, 0, size - headers, 2835, 2835, 0, 0} {
		image = binary.LittleEndian.AppendUint32(image, n)
	}
	return binary.LittleEndian.AppendUint32(image, color&0xffffff)
}

// productTagTable gives every product up to five tags.
func (g *generator) productTagTable() table {
	t := table{name: "product_tags", columns: list("product_id|tag_id")}
	tags := len(tagData())
	for _, p := range g.products {
		chosen := g.rng.Perm(tags)[:pick(g, []int{0, 1, 1, 2, 2, 2, 3, 3, 4, 5})]
		slices.Sort(chosen)
		for _, tag := range chosen {
			t.rows = append(t.rows, []any{p.id, tag + 1})
		}
	}
	return t
}
