package dialect

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// SQLite's date functions know milliseconds at most: microseconds are computed
// apart, as the text that they are.
var sqliteDates = dates{
	days: func(c *compiler, s shift, _ level) {
		c.around("date(", s.x, ", ")
		if s.minus {
			c.text("-")
		}
		c.numeric(s.by, levelAtom)
		c.text(" || ' days')")
	},
	span: sqliteSpan,
	apart: func(c *compiler, b *expr.BinaryExpr, _ level) {
		c.around("CAST(julianday(", b.Left(), ") - ")
		c.around("julianday(", b.Right(), ") AS INTEGER)")
	},
	trunc: sqliteTrunc,
	diff:  sqliteDiff,
	zone: func(c *compiler, n *expr.AtTimeZoneExpr, local bool, at level) {
		open := c.open(levelConcat, at)
		c.around("datetime(substr(", n.X(), ", 1, 19), ")
		if local {
			c.text("-")
		}
		c.zoneOffset(n.Zone())
		c.text(" || ' seconds')")
		if local {
			c.around(" || substr(", n.X(), ", 20) || '+00:00'")
		} else {
			c.around(" || replace(substr(", n.X(), ", 20), '+00:00', '')")
		}
		c.close(open)
	},
}

// sqliteSpan adds months, of which the last day may be the nearest there is, then
// days, then whole seconds, and writes the rest of a second behind.
func sqliteSpan(c *compiler, s shift, at level) {
	if l, ok := s.by.Node().(*expr.LiteralExpr); ok && !l.Value().IsNull() {
		if v := c.valueOf(l); v.Months() == 0 && v.Int()%1_000_000 == 0 {
			sqliteSeconds(c, s, v.Int() != 0, at)
			return
		}
	}
	day := s.x.Type().Family() == schema.FamilyDate
	date := func(before string) {
		c.text(before)
		if day {
			c.expr(s.x, anywhere)
		} else {
			c.around("substr(", s.x, ", 1, 10)")
		}
	}
	// micros writes the microseconds that are added to those of x, and enough
	// whole seconds to be above zero.
	micros := func() {
		c.text("(")
		if !day {
			c.around("CAST(substr(", s.x, ", 21, 6) AS INTEGER) + ")
		}
		c.shiftPart(s, microsOf, levelAdd)
		c.text(" + 1000000000000000000)")
	}
	open := c.open(levelConcat, at)
	if day {
		c.text("datetime(")
	} else {
		c.text("datetime(date(")
	}
	date("min(date(")
	c.text(", (")
	c.shiftPart(s, monthsOf, levelAtom)
	c.text(") || ' months'), ")
	date("date(")
	c.text(", 'start of month', (")
	c.shiftPart(s, monthsOf, levelAdd)
	c.text(" + 1) || ' months', '-1 day')), (")
	c.shiftPart(s, daysOf, anywhere)
	c.text(") || ' days'")
	if !day {
		c.around(") || substr(", s.x, ", 11, 9)")
	}
	c.text(", (")
	micros()
	c.text(" / 1000000 - 1000000000000) || ' seconds') || replace(printf('.%06d', ")
	micros()
	c.text(" % 1000000), '.000000', '')")
	if s.x.Type().Family() == schema.FamilyDateTimeTZ {
		c.text(" || '+00:00'")
	}
	c.close(open)
}

// sqliteSeconds adds days and whole seconds: what stands behind the seconds stays.
func sqliteSeconds(c *compiler, s shift, seconds bool, at level) {
	day := s.x.Type().Family() == schema.FamilyDate
	open := false
	if day {
		c.around("datetime(", s.x, ", (")
	} else {
		open = c.open(levelConcat, at)
		c.around("datetime(substr(", s.x, ", 1, 19), (")
	}
	c.shiftPart(s, daysOf, anywhere)
	c.text(") || ' days'")
	if seconds {
		c.text(", (")
		c.shiftPart(s, microsOf, levelMul)
		c.text(" / 1000000) || ' seconds'")
	}
	c.text(")")
	if !day {
		c.around(" || substr(", s.x, ", 20)")
		c.close(open)
	}
}

func sqliteTrunc(c *compiler, unit expr.DateField, x expr.Expr) {
	zone := ""
	f := x.Type().Family()
	if f == schema.FamilyDateTimeTZ {
		zone = " || '+00:00'"
		c.text("(")
	}
	switch unit {
	case expr.Hour:
		c.around("strftime('%Y-%m-%d %H:00:00', ", x, ")")
	case expr.Minute:
		c.around("strftime('%Y-%m-%d %H:%M:00', ", x, ")")
	case expr.Second:
		c.around("datetime(substr(", x, ", 1, 19))")
	default:
		if f == schema.FamilyDate {
			c.around("date(", x, "")
		} else {
			c.around("datetime(", x, "")
		}
		switch unit {
		case expr.Year:
			c.text(", 'start of year')")
		case expr.Quarter:
			c.around(", 'start of month', -((strftime('%m', ", x, ") - 1) % 3) || ' months')")
		case expr.Month:
			c.text(", 'start of month')")
		case expr.Week:
			c.text(", 'start of day', 'weekday 0', '-6 days')")
		default:
			c.text(", 'start of day')")
		}
	}
	if zone != "" {
		c.text(zone)
		c.text(")")
	}
}

func sqliteDiff(c *compiler, n *expr.DateDiffExpr, at level) {
	of := func(before, after string) func(expr.Expr, level) {
		return func(x expr.Expr, _ level) { c.around(before, x, after) }
	}
	twice := func(each, after string) func(expr.Expr, level) {
		return func(x expr.Expr, _ level) {
			c.around("(strftime('%Y', ", x, ") * "+each)
			c.around(" + (strftime('%m', ", x, ")"+after+")")
		}
	}
	// since counts from the first second of the calendar, which is of a Monday.
	since := func(seconds string) func(expr.Expr, level) {
		return of("(CAST(strftime('%s', ", ") AS INTEGER) + 62135596800) / "+seconds)
	}
	switch n.Unit() {
	case expr.Year:
		difference(c, n, at, of("strftime('%Y', ", ")"))
	case expr.Quarter:
		difference(c, n, at, twice("4", " + 2) / 3"))
	case expr.Month:
		difference(c, n, at, twice("12", ")"))
	case expr.Week:
		difference(c, n, at, since("604800"))
	case expr.Day:
		difference(c, n, at, since("86400"))
	case expr.Hour:
		difference(c, n, at, since("3600"))
	case expr.Minute:
		difference(c, n, at, since("60"))
	default:
		difference(c, n, at, of("strftime('%s', ", ")"))
	}
}
