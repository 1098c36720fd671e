package policy

import (
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func (a *admission) target(s expr.Source, what expr.Op) *table {
	if a.targets == nil {
		a.targets = map[any]bool{}
	}
	a.targets[s.Identity()] = true
	t := a.p.rule(expr.TableOf(s))
	if t != nil && what == expr.OpDelete && t.said != [uses]bool{} {
		for _, c := range t.of.Columns() {
			if !t.denied[c] && !t.allows(write, c) {
				a.refuse(CodeTable, "table:"+t.of.String(), "its rows may not be deleted")
				break
			}
		}
	}
	return t
}

// written holds a column that gets a value against the rules; value is zero where it
// comes of a query.
func (a *admission) written(t *table, c *schema.Column, value expr.Expr, update bool) {
	if t == nil {
		return
	}
	c = c.Base()
	what := "column:" + c.String()
	switch {
	case !t.exposes(c):
		a.unknown(t, c)
		return
	case !t.allows(write, c):
		a.refuse(CodeColumn, what, "it may not be %s", useNames[write])
		return
	case t.masks[c].Node() != nil:
		a.refuse(CodeColumn, what, "it is masked: no change may name it")
		return
	case !slices.Contains(t.depends, c):
		return
	}
	for _, pin := range t.pins {
		if pin.Column != c {
			continue
		}
		switch n := value.Node().(type) {
		case *expr.LiteralExpr, *expr.ParamExpr:
			if l, ok := n.(*expr.LiteralExpr); ok { // a parameter is looked at when it is bound
				a.byValue = append(a.byValue, l.Value())
			}
			a.checks = append(a.checks, Check{Value: value, Must: pin.Value, Column: c.String()})
			return
		}
		if update {
			a.refuse(CodeRows, what, "it says whose row it is: leave it as it is")
		} else {
			a.refuse(CodeRows, what, "it says whose row it is: leave it out, it is given the right value")
		}
		return
	}
	a.refuse(CodeRows, what, "whose row it is depends on it: it cannot be written")
}

func (a *admission) insert(n *expr.InsertStmt) {
	t := a.target(n.Into(), expr.OpInsert)
	a.counted.items += n.Rows() * n.Columns()
	if t != nil && !t.rows.IsZero() && !t.onlyPins() {
		a.refuse(CodeRows, "table:"+t.of.String(), "it cannot be told whose its new rows would be")
	}
	for i := range n.Columns() {
		if n.Query() != nil {
			a.written(t, n.Column(i), expr.Expr{}, false)
		}
		for row := range n.Rows() {
			a.written(t, n.Column(i), n.Row(row).At(i), false)
		}
	}
	on := n.Conflict()
	a.inTheWay(t, on.Columns())
	a.spreads(t, on.Set(), expr.OpUpdate)
	for _, set := range on.Set().All() {
		a.written(t, set.Column(), expr.Expr{}, true)
	}
}

// inTheWay holds columns by which an insert finds the row that is in its way against the
// rules: whoever may neither choose rows by them nor write them learns nothing of them.
func (a *admission) inTheWay(t *table, columns []*schema.Column) {
	if t == nil {
		return
	}
	for _, c := range columns {
		c = c.Base()
		switch what := "column:" + c.String(); {
		case !t.exposes(c):
			a.unknown(t, c)
		case t.masks[c].Node() != nil:
			a.refuse(CodeColumn, what, "it is masked: no change may name it")
		case !t.allows(filter, c) && !t.allows(write, c):
			a.refuse(CodeColumn, what, "it may not be %s", useNames[filter])
		}
	}
}

func (a *admission) update(n *expr.UpdateStmt) {
	a.counted.joins += n.FromClauses().Len()
	t := a.target(n.Table(), expr.OpUpdate)
	a.spreads(t, n.Assignments(), expr.OpUpdate)
	for _, set := range n.Assignments().All() {
		a.written(t, set.Column(), set.Value(), true)
	}
}

func (a *admission) delete(n *expr.DeleteStmt) {
	a.counted.joins += n.UsingClauses().Len()
	t := a.target(n.Table(), expr.OpDelete)
	a.spreads(t, expr.List[expr.Assignment]{}, expr.OpDelete)
}
