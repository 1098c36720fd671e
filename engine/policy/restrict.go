package policy

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// restrictor puts, while a statement is resolved, filtered and masked queries in the
// place of tables.
type restrictor struct{ a *admission }

// Instead returns the table's rows and columns that the policy shows.
func (r restrictor) Instead(o *expr.Occurrence) expr.Restriction {
	t := r.a.p.rule(o.Table())
	if t == nil || !t.replaced() {
		return expr.Restriction{}
	}
	in := t.open
	if r.a.fenced {
		in = t.fenced
	}
	if src, ok := o.Origin().(*expr.TablesampleSource); ok {
		var seed any
		if !src.Seed().IsZero() {
			seed = src.Seed()
		}
		in = expr.Restriction{Columns: in.Columns}
		in.Query = t.query(expr.Tablesample(expr.Table(t.of), src.Method(), src.Percent(), seed), in.Columns, r.a.fenced)
	}
	return in
}

// over is an expression of the table's columns, of those of another source of it.
func (t *table) over(x expr.Expr, from expr.Source) expr.Expr {
	if _, own := from.(*expr.TableSource); own || x.IsZero() {
		return x
	}
	return expr.Of(expr.Rewrite(x.Node(), func(n expr.Node) expr.Node {
		c, ok := n.(*expr.ColumnExpr)
		if ok {
			if src, table := c.Source().(*expr.TableSource); table && src.Table() == t.of {
				return from.(interface{ C(string) expr.Expr }).C(c.Name()).Node()
			}
		}
		return n
	}))
}

// Condition returns which rows a change may have.
func (r restrictor) Condition(o *expr.Occurrence) (x expr.Expr, guarded bool) {
	t := r.a.p.rule(o.Table())
	if t == nil || t.rows.IsZero() || o.Change() == expr.OpInsert && t.ownKeys() {
		return x, false
	}
	return t.rows, r.a.fenced
}

// Stamps returns what the new rows of a table have.
func (r restrictor) Stamps(o *expr.Occurrence) []expr.Stamp {
	t := r.a.p.rule(o.Table())
	if t == nil {
		return nil
	}
	return t.pins
}

// MetaData returns what the tables of the policy and of its conditions belong to.
func (r restrictor) MetaData() []*schema.MetaData { return r.a.p.metas }

// ownKeys reports whether only rows that the policy lets be seen can be in the way of a
// new one: each key has a column that says whose row it is.
func (t *table) ownKeys() bool {
	for _, key := range t.of.Keys() {
		own := false
		for _, c := range key {
			for _, pin := range t.pins {
				own = own || pin.Column == c
			}
		}
		if !own {
			return false
		}
	}
	return t.onlyPins()
}

// build makes the queries that stand in the table's place.
func (t *table) build() {
	if !t.replaced() || len(t.problems) > 0 {
		return
	}
	var columns []*schema.Column
	for _, c := range t.of.Columns() {
		if t.exposes(c) {
			columns = append(columns, c)
		}
	}
	for fence, into := range map[bool]*expr.Restriction{false: &t.open, true: &t.fenced} {
		in, err := expr.Restriction{Query: t.query(expr.Table(t.of), columns, fence), Columns: columns}.Resolved()
		if *into = in; err != nil && !fence {
			t.wrong("%v", err)
		}
	}
}

// query selects what is shown of the table's rows. OFFSET 0 is a fence in every database:
// none moves a condition over it, so that what can fail meets only these rows.
func (t *table) query(from expr.Source, columns []*schema.Column, fence bool) *expr.SelectStmt {
	items := make([]any, 0, len(columns))
	for _, c := range columns {
		x, masked := t.masks[c]
		if x = t.over(x, from); !masked {
			x = from.(interface{ C(string) expr.Expr }).C(c.Name())
		}
		items = append(items, x.Label(c.Name()))
	}
	q := expr.Select(items...).From(from)
	if !t.rows.IsZero() {
		q = q.Where(t.over(t.rows, from))
	}
	if fence {
		q = q.Offset(0)
	}
	return q
}
