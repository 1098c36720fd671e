package dialect

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// dates says how a database computes with dates and times. An instant is
// computed with in UTC.
type dates struct {
	days  func(c *compiler, s shift, at level)                            // a date and a number of days
	span  func(c *compiler, s shift, at level)                            // a date or time and an interval
	apart func(c *compiler, b *expr.BinaryExpr, at level)                 // the days between two dates
	trunc func(c *compiler, unit expr.DateField, x expr.Expr)             // date_trunc
	diff  func(c *compiler, n *expr.DateDiffExpr, at level)               // date_diff
	zone  func(c *compiler, n *expr.AtTimeZoneExpr, local bool, at level) // AT TIME ZONE; local where x is a time in the zone
}

// shift is a date or time, and what is added to it, or taken away.
type shift struct {
	x, by expr.Expr
	minus bool
}

func isMoment(x expr.Expr) bool {
	switch x.Type().Family() {
	case schema.FamilyDate, schema.FamilyDateTime, schema.FamilyDateTimeTZ:
		return true
	}
	return false
}

func isInterval(x expr.Expr) bool { return x.Type().Family() == schema.FamilyInterval }

// writeDates writes a sum, difference, product or quotient of dates or intervals,
// and reports whether it is one.
func writeDates(c *compiler, b *expr.BinaryExpr, at level) bool {
	l, r := b.Left(), b.Right()
	switch {
	case isMoment(l) && isMoment(r):
		switch {
		case b.Type().Family() == schema.FamilyInteger:
			c.d.dates.apart(c, b, at)
		case !c.d.values.intervals:
			c.unsupported(l.Type().String()+" - "+r.Type().String(), c.d.name+" has no intervals: count units by date_diff")
		default:
			writeSides(c, b, " - ", levelAdd, at)
		}
	case isMoment(l):
		c.shifted(shift{l, r, b.Operator() == expr.OpSub}, at)
	case isMoment(r):
		c.shifted(shift{r, l, false}, at)
	case isInterval(l) || isInterval(r):
		if !c.d.values.intervals {
			c.unsupported("interval", c.d.name+" has none: add it to a date or a time")
			return true
		}
		writeSides(c, b, signs[b.Operator()].text, signs[b.Operator()].own, at)
	default:
		return false
	}
	return true
}

func (c *compiler) shifted(s shift, at level) {
	switch f := s.by.Type().Family(); {
	case f == schema.FamilyInteger:
		c.d.dates.days(c, s, at)
	case f == schema.FamilyInterval:
		c.d.dates.span(c, s, at)
	case isUntypedNull(s.by):
		if c.d.null != nil {
			c.d.null(c, schema.DateTime)
		} else {
			c.text("NULL")
		}
	default:
		c.unsupported("a date and what is of unknown type", "cast it to an interval or an integer")
	}
}

// moment writes a date or time, a NULL without a type as one.
func (c *compiler) moment(x expr.Expr, at level) {
	if c.d.null != nil && isUntypedNull(x) {
		c.d.null(c, schema.DateTime)
		return
	}
	c.expr(x, at)
}

// spanParts are the parts of an interval, which are added one after another.
var spanParts = [...]form{monthsOf, daysOf, microsOf}

// part writes a part of an interval as an integer, for a database without
// intervals.
func (c *compiler) part(x expr.Expr, of form, at level) {
	if s, ok := c.slotOf(x); ok {
		s.form = of
		c.place(s)
		return
	}
	switch n := x.Node().(type) {
	case *expr.LiteralExpr:
		c.text("NULL")
		return
	case *expr.UnaryExpr:
		if n.Operator() == expr.OpNeg {
			open := c.open(levelNeg, at)
			c.text("-")
			c.part(n.X(), of, levelAtom)
			c.close(open)
			return
		}
	case *expr.BinaryExpr:
		span, factor := n.Left(), n.Right()
		switch op := n.Operator(); {
		case op == expr.OpAdd || op == expr.OpSub:
			open := c.open(levelAdd, at)
			c.part(span, of, levelAdd)
			c.text(signs[op].text)
			c.part(factor, of, levelAdd+1)
			c.close(open)
			return
		case op == expr.OpMul:
			if !isInterval(span) {
				span, factor = factor, span
			}
			if factor.Type().Family() != schema.FamilyInteger && !isUntypedNull(factor) {
				c.unsupported("interval * "+factor.Type().String(), c.d.name+" has no intervals, but as multiples by an integer")
				return
			}
			open := c.open(levelMul, at)
			c.part(span, of, levelMul)
			c.text(" * ")
			c.numeric(factor, levelMul+1)
			c.close(open)
			return
		}
	}
	c.unsupported("interval", c.d.name+" has none: it takes plain ones, parameters, and their sums and multiples")
}

// shiftPart writes a part of what is added.
func (c *compiler) shiftPart(s shift, of form, at level) {
	if !s.minus {
		c.part(s.by, of, at)
		return
	}
	open := c.open(levelNeg, at)
	c.text("-")
	c.part(s.by, of, levelAtom)
	c.close(open)
}

func writeDateTrunc(c *compiler, n expr.Node, _ level) {
	t := n.(*expr.DateTruncExpr)
	c.d.dates.trunc(c, t.Unit(), t.X())
}

func writeDateDiff(c *compiler, n expr.Node, at level) {
	c.d.dates.diff(c, n.(*expr.DateDiffExpr), at)
}

func writeAtTimeZone(c *compiler, n expr.Node, at level) {
	z := n.(*expr.AtTimeZoneExpr)
	c.d.dates.zone(c, z, z.X().Type().Family() == schema.FamilyDateTime, at)
}

// zoneOffset writes the seconds that a zone is east of UTC.
func (c *compiler) zoneOffset(z expr.Expr) {
	s, ok := c.slotOf(z)
	if !ok {
		c.unsupported("AT TIME ZONE", "expected a zone")
		return
	}
	if s.param == 0 {
		if _, ok := expr.ZoneOffset(s.value.Text()); !ok {
			c.unsupported("AT TIME ZONE "+s.value.String(), c.d.name+" may know no zones by name: give an offset such as +01:00")
			return
		}
	}
	s.form = offsetOf
	c.place(s)
}

// difference writes index(to) - index(from).
func difference(c *compiler, n *expr.DateDiffExpr, at level, index func(x expr.Expr, at level)) {
	open := c.open(levelAdd, at)
	index(n.To(), levelAdd)
	c.text(" - ")
	index(n.From(), levelAdd+1)
	c.close(open)
}
