package serializer

import (
	"fmt"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Columns without a label of their own are called as the schema has it: when a
// column gets another name, so do they. This file is about what that does to
// labels.

// Relabel returns the label of a column of a select or of RETURNING. One that has
// come to repeat the column's name is no label any more. When a payload is mended,
// what was called by the column's old name gets that as its label.
func (d *decoder) Relabel(x expr.Expr, label string) string {
	if !d.drift.changed || d.err != nil {
		return label
	}
	c, ok := x.Node().(*expr.ColumnExpr)
	if !ok {
		if was := d.memberName(x); label == "" && d.mending && was != "" && was != expr.Select(x).Items().At(0).Name() {
			return was
		}
		return label
	}
	was := d.recordedName(c)
	switch {
	case label != "" && label == was:
		d.fail(canonicalf("a label that only repeats the column's name"))
	case label == c.Name():
		if d.drift.dropped == nil {
			d.drift.dropped = map[*expr.ColumnExpr]bool{}
		}
		d.drift.dropped[c] = true
		return ""
	case label == "" && d.mending && was != c.Name():
		return was
	}
	return label
}

// labelled reports whether result i has a label, or had one that is its column's
// name now.
func (d *decoder) labelled(q expr.Statement, i int) bool {
	item, ok := resultItem(q, i)
	if !ok {
		return false
	}
	c, _ := item.Expr().Node().(*expr.ColumnExpr)
	return item.Label() != "" || d.drift.dropped[c]
}

// mended returns the column that result i was as it is, before it got its old name
// for a label; else nil.
func (d *decoder) mended(q expr.Statement, i int) *schema.Column {
	item, ok := resultItem(q, i)
	if !ok {
		return nil
	}
	c, ok := item.Expr().Node().(*expr.ColumnExpr)
	if !ok || c.Column() == nil || d.recordedName(c) != item.Label() {
		return nil
	}
	return c.Column()
}

// recordedName is what a column was called when it was dumped.
func (d *decoder) recordedName(c *expr.ColumnExpr) string {
	if c.Column() != nil {
		return d.drift.recorded(&d.manifest)[c.Column()]
	}
	if item, ok := derivedFrom(c); ok {
		return d.recordedItem(item)
	}
	return c.Name()
}

// derivedFrom returns what a column of a derived source is called after, where that
// is a column of a select or of RETURNING.
func derivedFrom(c *expr.ColumnExpr) (expr.Item, bool) {
	for s := c.Source(); ; {
		switch of := s.(type) {
		case *expr.AliasSource:
			s = of.Of()
		case *expr.RecursiveSource:
			s = of.Self()
		case *expr.SubquerySource:
			return firstItem(of.Query(), c.Index())
		case *expr.CTESource:
			return firstItem(of.Query(), c.Index())
		case *expr.SelfSource:
			return firstItem(of.Anchor(), c.Index())
		default:
			return expr.Item{}, false
		}
	}
}

// firstItem is resultItem that looks into compounds: their first query names their
// columns.
func firstItem(q expr.Statement, i int) (expr.Item, bool) {
	for {
		compound, ok := q.(*expr.CompoundStmt)
		if !ok {
			return resultItem(q, i)
		}
		q = compound.Queries().At(0)
	}
}

// recordedItem is what a column of a select was called when it was dumped.
func (d *decoder) recordedItem(item expr.Item) string {
	if c, ok := item.Expr().Node().(*expr.ColumnExpr); ok && item.Label() == "" && !d.drift.dropped[c] {
		return d.recordedName(c)
	}
	if was := d.memberName(item.Expr()); was != "" && item.Label() == "" {
		return was
	}
	return item.Name()
}

// memberName is what an attribute, or a whole entity, was called when it was dumped; "" for
// what is neither.
func (d *decoder) memberName(x expr.Expr) string {
	switch n := x.Node().(type) {
	case *expr.AttributeExpr:
		return d.drift.attributeNamed(&d.manifest, n.Attribute())
	case *expr.EntityExpr:
		if e, ok := n.Source().(*expr.EntitySource); ok {
			return d.drift.entityNamed(&d.manifest, e.Entity())
		}
	}
	return ""
}

// recorded are the names that the columns had.
func (d *drift) recorded(m *manifest) map[*schema.Column]string {
	if d.names == nil {
		d.names = make(map[*schema.Column]string, len(d.columns))
		for i := range d.columns {
			d.names[d.columns[i].to] = m.Columns[i].Name
		}
	}
	return d.names
}

// refs finds labels that mean another column than they did.
func (d *decoder) refs(root expr.Node) {
	if !d.drift.changed {
		return
	}
	expr.Walk(root, func(n expr.Node) bool {
		switch s := n.(type) {
		case *expr.SelectStmt:
			r := labelsOf(d, s, s.Items().Len())
			for _, x := range s.Groups().All() {
				r.check(x)
			}
			r.check(s.HavingClause())
			for _, o := range s.Orders().All() {
				r.check(o.Expr())
			}
		case *expr.CompoundStmt:
			r := labelsOf(d, s, len(s.Outputs()))
			for _, o := range s.Orders().All() {
				r.check(o.Expr())
			}
		}
		return true
	})
}

// labels are the names of a query's columns, as they are, to what they were.
type labels struct {
	d   *decoder
	was map[string]string
}

func labelsOf(d *decoder, q expr.Query, n int) labels {
	l := labels{d, make(map[string]string, n)}
	for i := range n {
		if item, ok := firstItem(q, i); ok {
			l.was[item.Name()] = d.recordedItem(item)
		}
	}
	return l
}

func (l labels) check(x expr.Expr) {
	if x.IsZero() {
		return
	}
	expr.Walk(x.Node(), func(n expr.Node) bool {
		switch n := n.(type) {
		case expr.Source, expr.Query:
			return false
		case *expr.RefExpr:
			if was, known := l.was[n.Name()]; known && was != n.Name() {
				l.d.drift.add(Problem{Severity: Failure, Code: CodeName, Path: "root", What: "label:" + n.Name(),
					Expected: "the column that was called so", Found: fmt.Sprintf("one that was %q", was)})
			}
		}
		return true
	})
}
