package dialect

import (
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Option chooses what a dialect does where databases differ and agreeing has a
// price. DIFFERENCES.md lists them beside all that differs.
type Option func(*Dialect)

// With returns the dialect with options.
func (d *Dialect) With(options ...Option) *Dialect {
	c := *d
	for _, o := range options {
		o(&c)
	}
	return &c
}

// NullsSmallest makes NULL the smallest value in every order that says nothing of
// it, as it is on SQLite, MySQL and MariaDB. On PostgreSQL an index serves such an
// order only if it was made for it.
func NullsSmallest(d *Dialect) { d.nulls = nullsSmallest }

// NullsLargest makes NULL the largest value, as it is on PostgreSQL. MySQL and
// MariaDB then sort by an expression more, and refuse it for compounds.
func NullsLargest(d *Dialect) { d.nulls = nullsLargest }

// ExactText makes text compare, match, group and sort by its characters, with case
// and spaces at the end: on MySQL and MariaDB, where the collation of a column
// decides, and for LIKE on SQLite, which takes no notice of the case of ASCII
// letters. Indexes of another collation then serve comparisons with plain values
// alone; SQLite refuses LIKE with a computed pattern. PostgreSQL compares so anyway.
func ExactText(d *Dialect) { d.exact = true }

// NullDivision makes a division by zero NULL, as it is on SQLite, MySQL and MariaDB:
// PostgreSQL, for which it is an error, divides by NULLIF(x, 0).
func NullDivision(d *Dialect) { d.division.null = true }

// nullsChoice is which value NULL is in an order.
type nullsChoice uint8

const (
	nullsAsIs nullsChoice = iota
	nullsSmallest
	nullsLargest
)

// nullsOf is where an order puts NULL, as far as it must be said.
func (c *compiler) nullsOf(o expr.Order) expr.Nulls {
	switch {
	case o.Nulls() != expr.NullsDefault, c.d.nulls == nullsAsIs, (c.d.nulls == nullsLargest) == c.d.nullsLargest:
		return o.Nulls()
	case (c.d.nulls == nullsSmallest) != o.IsDesc():
		return expr.NullsFirst
	}
	return expr.NullsLast
}

// collates reports whether x is a column of text that gets a collation.
func (c *compiler) collates(x expr.Expr) bool {
	_, ok := x.Node().(*expr.ColumnExpr)
	return ok && c.collation() != "" && x.Type().Family() == schema.FamilyText
}

// collation is what text is compared with, or "" for what its columns have.
func (c *compiler) collation() string {
	if c.d.exact {
		return c.d.binary
	}
	return ""
}

// compared writes what is compared with others: where no column of text stands among them, which would have a collation,
// that of the connection would decide.
func (c *compiler) compared(x expr.Expr, want schema.Type, others ...expr.Expr) {
	if c.collation() == "" || x.Type().Family() != schema.FamilyText || isNull(x) || c.hasText(x) || slices.ContainsFunc(others, c.hasText) {
		c.operand(x, want, levelConcat)
		return
	}
	c.operand(x, want, levelAtom)
	c.text(" COLLATE " + c.collation())
}

// hasText reports whether a column of text stands in x.
func (c *compiler) hasText(x expr.Expr) (found bool) {
	if c.spend(expr.Size(x.Node())); c.err != nil {
		return true
	}
	expr.Walk(x.Node(), func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.ColumnExpr:
			found = found || c.collates(expr.Of(n))
			return false // its source is as it was before it was resolved
		case *expr.CollateExpr:
			found = true
		}
		return !found
	})
	return found
}

// exactly writes a comparison of a text column with what is none: the collation
// behind the other side lets an index of the column serve.
func (c *compiler) exactly(l, r expr.Expr, between string) bool {
	if _, column := r.Node().(*expr.ColumnExpr); column || !c.collates(l) {
		return false
	}
	c.uncollated = true
	c.expr(l, levelConcat)
	c.uncollated = false
	c.text(between)
	c.textual(r, levelAtom)
	c.text(" COLLATE " + c.collation())
	return true
}
