package dialect

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// writeOver leaves the window to what writes the call: a form has it where it belongs.
func writeOver(c *compiler, n expr.Node, at level) {
	o := n.(*expr.OverExpr)
	framed, frame := c.framed, c.frame
	c.framed, c.frame = o.Call().Node().(*expr.CallExpr), o.Window()
	c.expr(o.Call(), levelAtom)
	c.framed, c.frame = framed, frame
}

func (c *compiler) over(w expr.Window) {
	c.text(" OVER ")
	if w.Name() != "" {
		c.name(w.Name())
		return
	}
	c.window(w)
}

// frameEdges are the words of bounds without an offset, and behind an offset.
var frameEdges = [...]string{
	expr.UnboundedPreceding: "UNBOUNDED PRECEDING", expr.PrecedingRow: " PRECEDING", expr.CurrentRow: "CURRENT ROW",
	expr.FollowingRow: " FOLLOWING", expr.UnboundedFollowing: "UNBOUNDED FOLLOWING",
}

var frameUnits = [...]string{expr.Rows: "ROWS", expr.Range: "RANGE", expr.Groups: "GROUPS"}

var frameExcludes = [...]string{
	expr.ExcludeNothing: "", expr.ExcludeCurrentRow: " EXCLUDE CURRENT ROW", expr.ExcludeGroup: " EXCLUDE GROUP", expr.ExcludeTies: " EXCLUDE TIES",
}

// window writes a window in parentheses.
func (c *compiler) window(w expr.Window) {
	c.text("(")
	space := ""
	for i, x := range w.Partition().All() {
		if i == 0 {
			c.text("PARTITION BY ")
		} else {
			c.text(", ")
		}
		c.key("PARTITION BY", x)
		space = " "
	}
	if c.d.bareWindow != "" && w.Partition().Len() == 0 && w.Orders().Len() == 0 {
		c.text(c.d.bareWindow)
		space = " "
	}
	if w.Orders().Len() > 0 {
		c.text(space)
		c.orders("ORDER BY", w.Orders())
		space = " "
	}
	unit, start, end := w.Frame()
	if unit != 0 {
		if int(unit) >= len(frameUnits) || unit == expr.Groups && !c.d.frameGroups {
			c.unsupported("frame of "+unit.String(), c.d.name+" has none")
			return
		}
		c.text(space)
		c.text(frameUnits[unit])
		c.text(" BETWEEN ")
		c.bound(w, start)
		c.text(" AND ")
		c.bound(w, end)
		if w.Excluded() != expr.ExcludeNothing {
			if !c.d.frameGroups {
				c.unsupported("EXCLUDE "+w.Excluded().String(), c.d.name+" has none")
				return
			}
			c.text(frameExcludes[w.Excluded()])
		}
	}
	c.text(")")
}

func (c *compiler) bound(w expr.Window, b expr.Bound) {
	x := b.Offset()
	if x.IsZero() {
		c.text(frameEdges[b.Edge()])
		return
	}
	if unit, _, _ := w.Frame(); unit == expr.Range && x.Type().Family() == schema.FamilyInterval && !c.d.values.intervals {
		c.unsupported("range by an interval", c.d.name+" has none")
		return
	}
	s, ok := c.slotOf(x)
	if !ok {
		c.unsupported("frame", "expected a number or a parameter")
		return
	}
	if l, ok := x.Node().(*expr.LiteralExpr); ok && c.d.frameLiterals && l.Value().Kind() == schema.KindBigInteger {
		c.digits(uint64(c.valueOf(l).Int())) // it takes no argument there; check has seen that it is not negative
	} else if c.d.frameLiterals {
		c.unsupported("frame", c.d.name+" takes a plain whole number only")
		return
	} else {
		c.place(s.bounded(0, "a frame"))
	}
	c.text(frameEdges[b.Edge()])
}

// key writes a key of a window or an aggregate's order. A plain value orders nothing.
func (c *compiler) key(what string, x expr.Expr) {
	switch x.Node().(type) {
	case *expr.LiteralExpr, *expr.ParamExpr:
		c.unsupported(what+" a plain value", "it orders and groups nothing: name a column")
		return
	}
	c.expr(x, anywhere)
}

// orders writes the order of a window or an aggregate.
func (c *compiler) orders(what string, list expr.List[expr.Order]) {
	for i, o := range list.All() {
		if i == 0 {
			c.text("ORDER BY ")
		} else {
			c.text(", ")
		}
		nulls := c.nullsOf(o)
		if !c.d.nullsOrder && nulls != expr.NullsDefault {
			if smallest := (nulls == expr.NullsFirst) != o.IsDesc(); !smallest {
				c.expr(o.Expr(), levelConcat)
				c.text(" IS NULL")
				if nulls == expr.NullsFirst {
					c.text(" DESC")
				}
				c.text(", ")
			}
		}
		c.key(what, o.Expr())
		if c.d.nullsOrder {
			c.direction(o)
		} else if o.IsDesc() {
			c.text(" DESC")
		}
	}
}

func writeGrouping(c *compiler, n expr.Node, _ level) {
	g := n.(*expr.GroupingExpr)
	kind := g.Kind()
	if !c.d.groupingSets {
		c.unsupported(kind.String(), c.d.name+" has none")
		return
	}
	switch kind {
	case expr.Rollup:
		c.text("ROLLUP (")
	case expr.Cube:
		c.text("CUBE (")
	case expr.GroupingSets:
		c.text("GROUPING SETS (")
	default:
		c.unsupported(kind.String(), c.d.name+" has none")
		return
	}
	for i := range g.Sets() {
		if i > 0 {
			c.text(", ")
		}
		c.groupingSet(g.Set(i), kind == expr.GroupingSets)
	}
	c.text(")")
}

func (c *compiler) groupingSet(keys expr.List[expr.Expr], always bool) {
	if keys.Len() == 1 && !always {
		c.key("GROUP BY", keys.At(0))
		return
	}
	c.text("(")
	for i, x := range keys.All() {
		if i > 0 {
			c.text(", ")
		}
		c.key("GROUP BY", x)
	}
	c.text(")")
}
