package dialect

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

var mysqlDates = dates{
	days: func(c *compiler, s shift, _ level) {
		if s.minus {
			c.around("DATE_SUB(", s.x, ", INTERVAL ")
		} else {
			c.around("DATE_ADD(", s.x, ", INTERVAL ")
		}
		c.numeric(s.by, anywhere)
		c.text(" DAY)")
	},
	span: func(c *compiler, s shift, _ level) { // microseconds make a time of a date
		units := [...]string{" MONTH)", " DAY)", " MICROSECOND)"}
		for range spanParts {
			c.text("DATE_ADD(")
		}
		c.expr(s.x, anywhere)
		for i, of := range spanParts {
			c.text(", INTERVAL ")
			c.shiftPart(s, of, anywhere)
			c.text(units[i])
		}
	},
	apart: func(c *compiler, b *expr.BinaryExpr, _ level) {
		c.around("DATEDIFF(", b.Left(), ", ")
		c.around("", b.Right(), ")")
	},
	trunc: mysqlTrunc,
	diff:  mysqlDiff,
	zone: func(c *compiler, n *expr.AtTimeZoneExpr, local bool, _ level) { // CONVERT_TZ changes no time before 1970
		c.around("DATE_ADD(", n.X(), ", INTERVAL ")
		if local {
			c.text("-")
		}
		c.zoneOffset(n.Zone())
		c.text(" SECOND)")
	},
}

// mysqlStarts are the formats of what a unit begins with.
var mysqlStarts = map[expr.DateField]string{
	expr.Year: "%Y-01-01", expr.Quarter: "%Y-01-01", expr.Month: "%Y-%m-01", expr.Day: "%Y-%m-%d", expr.Week: "%Y-%m-%d",
	expr.Hour: "%Y-%m-%d %H:00:00", expr.Minute: "%Y-%m-%d %H:%i:00", expr.Second: "%Y-%m-%d %H:%i:%S",
}

func mysqlTrunc(c *compiler, unit expr.DateField, x expr.Expr) {
	switch unit {
	case expr.Quarter:
		c.text("DATE_ADD(")
	case expr.Week:
		c.text("DATE_SUB(")
	}
	c.around("CAST(DATE_FORMAT(", x, ", '"+mysqlStarts[unit]+"') AS ")
	if x.Type().Family() == schema.FamilyDate {
		c.text("DATE)")
	} else {
		c.text("DATETIME(6))")
	}
	switch unit {
	case expr.Quarter:
		c.around(", INTERVAL QUARTER(", x, ") - 1 QUARTER)")
	case expr.Week:
		c.around(", INTERVAL WEEKDAY(", x, ") DAY)")
	}
}

func mysqlDiff(c *compiler, n *expr.DateDiffExpr, at level) {
	of := func(before, after string) func(expr.Expr, level) {
		return func(x expr.Expr, _ level) { c.around(before, x, after) }
	}
	twice := func(each, name string) func(expr.Expr, level) {
		return func(x expr.Expr, _ level) {
			c.around("(YEAR(", x, ") * "+each+" + "+name)
			c.around("(", x, "))")
		}
	}
	switch n.Unit() {
	case expr.Year:
		difference(c, n, at, of("YEAR(", ")"))
	case expr.Quarter:
		difference(c, n, at, twice("4", "QUARTER"))
	case expr.Month:
		difference(c, n, at, twice("12", "MONTH"))
	case expr.Week: // day 366, the first of the calendar, is a Monday
		difference(c, n, at, of("(TO_DAYS(", ") - 366) DIV 7"))
	case expr.Day:
		c.around("DATEDIFF(", n.To(), ", ")
		c.around("", n.From(), ")")
	case expr.Hour:
		difference(c, n, at, of("TO_SECONDS(", ") DIV 3600"))
	case expr.Minute:
		difference(c, n, at, of("TO_SECONDS(", ") DIV 60"))
	default:
		difference(c, n, at, of("TO_SECONDS(", ")"))
	}
}
