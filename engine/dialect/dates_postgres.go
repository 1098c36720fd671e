package dialect

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

var postgresDates = dates{
	days:  postgresDays,
	span:  postgresSpan,
	apart: func(c *compiler, b *expr.BinaryExpr, at level) { writeSides(c, b, " - ", levelAdd, at) },
	trunc: postgresTrunc,
	diff:  postgresDiff,
	zone: func(c *compiler, n *expr.AtTimeZoneExpr, _ bool, at level) {
		s, ok := c.slotOf(n.Zone())
		if !ok {
			c.unsupported("AT TIME ZONE", "expected a zone")
			return
		}
		s.form, s.typ = zoneOf, schema.Text
		open := c.open(levelCompare, at) // behind BETWEEN it cannot stand bare, not even beside +
		c.expr(n.X(), levelAtom)
		c.text(" AT TIME ZONE ")
		c.place(s)
		c.close(open)
	},
}

func (s shift) sign() string {
	if s.minus {
		return " - "
	}
	return " + "
}

// postgresDays adds an integer, which must be one of 32 bits.
func postgresDays(c *compiler, s shift, at level) {
	open := c.open(levelAdd, at)
	c.expr(s.x, levelAdd)
	c.text(s.sign())
	_, plain := c.slotOf(s.by)
	if k := s.by.Type().Kind(); !plain && (k == schema.KindInteger || k == schema.KindSmallInteger) {
		c.expr(s.by, levelAdd+1)
	} else {
		c.integer(s.by, slot{}, levelAdd+1)
	}
	c.close(open)
}

func postgresSpan(c *compiler, s shift, at level) {
	if s.x.Type().Family() == schema.FamilyDateTimeTZ { // days and months are those of UTC, not of the session
		c.text("((")
		c.expr(s.x, levelAtom)
		c.text(" AT TIME ZONE 'UTC'")
		c.text(s.sign())
		c.expr(s.by, levelAdd+1)
		c.text(") AT TIME ZONE 'UTC')")
		return
	}
	open := c.open(levelAdd, at)
	c.expr(s.x, levelAdd)
	c.text(s.sign())
	c.expr(s.by, levelAdd+1)
	c.close(open)
}

func postgresTrunc(c *compiler, unit expr.DateField, x expr.Expr) {
	switch x.Type().Family() {
	case schema.FamilyDate:
		c.text("CAST(date_trunc('" + unit.String() + "', CAST(")
		c.expr(x, anywhere)
		c.text(" AS TIMESTAMP)) AS DATE)")
	case schema.FamilyDateTimeTZ:
		c.text("date_trunc('" + unit.String() + "', ")
		c.expr(x, anywhere)
		c.text(", 'UTC')")
	default:
		c.text("date_trunc('" + unit.String() + "', ")
		c.moment(x, anywhere)
		c.text(")")
	}
}

// postgresMoment writes x as a time in UTC.
func postgresMoment(c *compiler, x expr.Expr, at level) {
	if x.Type().Family() != schema.FamilyDateTimeTZ {
		c.moment(x, at)
		return
	}
	c.text("(")
	c.expr(x, levelAtom)
	c.text(" AT TIME ZONE 'UTC')")
}

func postgresDiff(c *compiler, n *expr.DateDiffExpr, _ level) {
	part := func(name string) func(expr.Expr, level) {
		return func(x expr.Expr, _ level) {
			c.text("EXTRACT(" + name + " FROM ")
			postgresMoment(c, x, anywhere)
			c.text(")")
		}
	}
	// twice counts by two parts: years, and so many of the smaller ones in each.
	twice := func(each, name string) func(expr.Expr, level) {
		return func(x expr.Expr, _ level) {
			c.text("(")
			part("YEAR")(x, anywhere)
			c.text(" * " + each + " + ")
			part(name)(x, anywhere)
			c.text(")")
		}
	}
	day := func(x expr.Expr, at level) {
		if x.Type().Family() == schema.FamilyDate {
			c.expr(x, at)
			return
		}
		c.text("CAST(")
		postgresMoment(c, x, anywhere)
		c.text(" AS DATE)")
	}
	clock := func(x expr.Expr, _ level) {
		c.text("EXTRACT(EPOCH FROM date_trunc('" + n.Unit().String() + "', CAST(")
		postgresMoment(c, x, anywhere)
		c.text(" AS TIMESTAMP)))")
	}
	c.text("CAST(")
	switch n.Unit() {
	case expr.Year:
		difference(c, n, anywhere, part("YEAR"))
	case expr.Quarter:
		difference(c, n, anywhere, twice("4", "QUARTER"))
	case expr.Month:
		difference(c, n, anywhere, twice("12", "MONTH"))
	case expr.Week: // the first day of the calendar is a Monday
		difference(c, n, anywhere, func(x expr.Expr, _ level) {
			c.text("(")
			day(x, levelAdd)
			c.text(" - DATE '0001-01-01') / 7")
		})
	case expr.Day:
		difference(c, n, anywhere, day)
	case expr.Hour:
		difference(c, n, levelMul, clock)
		c.text(" / 3600")
	case expr.Minute:
		difference(c, n, levelMul, clock)
		c.text(" / 60")
	default:
		difference(c, n, anywhere, clock)
	}
	c.text(" AS BIGINT)")
}
