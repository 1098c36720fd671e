package dialect

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// SQLite is SQLite from 3.44, with its mathematical functions. It has no type but
// integers, floats, text and bytes: booleans are 0 and 1, times are text, as its
// date functions write it, with six more digits where a second has a fraction.
var SQLite = &Dialect{
	name:     "sqlite",
	others:   []string{"sqlite3"},
	failures: sqliteFailures,

	names:   naming{quote: '"', maxParts: 2},
	maxArgs: 32766,

	values:          encoding{inf: true, nul: true, zone: "+00:00"},
	likeEscape:      ` ESCAPE '\'`,
	namedColumns:    true,
	bareFunctions:   true,
	concat:          true,
	crossJoin:       " JOIN ", // CROSS JOIN fixes the order of the loops
	fullJoin:        true,
	nullsOrder:      true,
	limitless:       " LIMIT -1",
	computedLimit:   around{"max(coalesce(", ", 0), 0)"},
	outerDerived:    true,
	havingAggregate: true,
	callsQueries:    true,
	maxChain:        200, // depth is limited to 1000
	extract: [...]around{
		expr.Year:         {"CAST(strftime('%Y', ", ") AS INTEGER)"},
		expr.Quarter:      {"((CAST(strftime('%m', ", ") AS INTEGER) + 2) / 3)"},
		expr.Month:        {"CAST(strftime('%m', ", ") AS INTEGER)"},
		expr.Day:          {"CAST(strftime('%d', ", ") AS INTEGER)"},
		expr.Hour:         {"CAST(strftime('%H', ", ") AS INTEGER)"},
		expr.Minute:       {"CAST(strftime('%M', ", ") AS INTEGER)"},
		expr.Second:       {"CAST(strftime('%S', ", ") AS INTEGER)"},
		expr.DayOfWeek:    {"CAST(strftime('%w', ", ") AS INTEGER)"},
		expr.DayOfYear:    {"CAST(strftime('%j', ", ") AS INTEGER)"},
		expr.Epoch:        {"CAST(strftime('%s', ", ") AS INTEGER)"},
		expr.Week:         {"((strftime('%j', date(", ", '-3 days', 'weekday 4')) - 1) / 7 + 1)"},
		expr.ISODayOfWeek: {"((strftime('%w', ", ") + 6) % 7 + 1)"},
		expr.ISOYear:      {"CAST(strftime('%Y', date(", ", '-3 days', 'weekday 4')) AS INTEGER)"},
		expr.Microsecond:  {"CAST(substr(", ", 21, 6) AS INTEGER)"},
	},
	dates:       sqliteDates,
	json:        sqliteJSON,
	lists:       lists{table: "json_each", column: "value"},
	glob:        true,
	bareMembers: true, materialized: "MATERIALIZED ", notMaterialized: "NOT MATERIALIZED ",
	frameGroups:  true,
	filter:       true,
	rawMarks:     "?#$[:@", // a placeholder, no character of its own, a placeholder, a quote, placeholders
	noOperator:   "`?#",
	rowList:      "VALUES ",
	collations:   map[string]string{"C": "BINARY", "binary": "BINARY", "nocase": "NOCASE"},
	locks:        locks{none: true},
	valuesSource: valuesColumns,
	changes: changes{
		returning: all3, with: all3, aliases: all3, ownName: true, beside: true, fromSnapshot: " FROM (SELECT 1)", readsItself: true, defaultValues: " DEFAULT VALUES",
		conflict: conflicts{any: true, afterWhere: true},
	},
	assign:   sqliteAssign,
	rounds:   sqliteRounds,
	division: division{exact: "REAL", real: true, whole: " / "},

	placeholder: func(c *compiler, _ int, _ schema.Type) { c.text("?") },
	convert:     sqliteConvert,
	cast:        sqliteCast,
	inQuery:     sqliteInQuery,
	inJSON:      sqliteInJSON,
	strftime: formats{
		codes: strftimeCodes{'Y': "%Y", 'm': "%m", 'd': "%d", 'H': "%H", 'M': "%M", 'S': "%S", 'j': "%j"},
		plain: doubledPercent, form: "strftime($2, $1)",
	},
	writers:   writers,
	functions: spelled(sqliteFunctions()),
}

// sqliteConvert makes a time at midnight of a date: both are text.
func sqliteConvert(c *compiler, x expr.Expr, want schema.Type, _ level) bool {
	if x.Type().Family() != schema.FamilyDate || want.Family() != schema.FamilyDateTime {
		return false
	}
	if l, ok := x.Node().(*expr.LiteralExpr); ok && !l.Value().IsNull() {
		c.place(slot{value: expr.DateTimeOf(c.valueOf(l).Time()), typ: schema.DateTime})
		return true
	}
	c.around("datetime(", x, ")")
	return true
}

// sqliteAssign rounds what is computed to the digits that a column has: SQLite keeps
// all.
func sqliteAssign(c *compiler, x expr.Expr, to schema.Type) bool {
	switch x.Node().(type) {
	case *expr.LiteralExpr:
		return false
	}
	if !sqliteRounds(x.Type(), to) {
		return false
	}
	c.around("round(", x, ", ")
	c.digits(uint64(to.Scale()))
	c.text(")")
	return true
}

// sqliteRounds reports whether a column would keep more digits of a value than it has.
func sqliteRounds(from, to schema.Type) bool {
	return to.Kind() == schema.KindNumeric && to.Size() > 0 && from != to && from.Family() != schema.FamilyInteger && !from.IsUnknown()
}

func sqliteInQuery(c *compiler, in *expr.InExpr) (before, after string, ok bool) {
	values, of := inPairs(in)
	for i, x := range values {
		if x.Type().Family() == schema.FamilyDateTime && of[i].Family() == schema.FamilyDate {
			return c.unmet(x.Type(), of[i])
		}
	}
	return "", "", true
}

// sqliteTypes are the types that CAST takes.
var sqliteTypes = map[schema.Family]string{
	schema.FamilyInteger: "INTEGER",
	schema.FamilyFloat:   "REAL",
	schema.FamilyNumeric: "NUMERIC",
	schema.FamilyText:    "TEXT",
	schema.FamilyEnum:    "TEXT",
	schema.FamilyBinary:  "BLOB",
}

func sqliteCast(c *compiler, x expr.Expr, from, to schema.Type, at level) {
	f, t := from.Family(), to.Family()
	switch {
	case t == schema.FamilyInterval || t == schema.FamilyArray || f == schema.FamilyInterval || f == schema.FamilyArray:
		c.uncastable(from, to, "sqlite has no such cast")
	case t == schema.FamilyBoolean || t == schema.FamilyUUID || t == schema.FamilyJSON || t == f && sqliteTypes[t] == "":
		sqliteCastPlain(c, x, from, to, at)
	case sqliteTypes[t] == "":
		sqliteCastTime(c, x, from, to, at)
	case f == schema.FamilyBoolean && t == schema.FamilyText:
		c.spellBoolean(x)
	case t == schema.FamilyInteger && (f == schema.FamilyFloat || f == schema.FamilyNumeric):
		c.around("CAST(round(", x, ") AS INTEGER)") // as others round
	case t == schema.FamilyNumeric && to.Size() > 0:
		c.around("round(CAST(", x, " AS NUMERIC), ")
		c.digits(uint64(to.Scale()))
		c.text(")")
	case to.Kind() == schema.KindString && to.Size() > 0:
		c.around("substr(CAST(", x, " AS TEXT), 1, ")
		c.digits(uint64(to.Size()))
		c.text(")")
	default:
		c.around("CAST(", x, " AS ")
		c.text(sqliteTypes[t])
		c.text(")")
	}
}

// sqliteCastPlain casts to what is no type of its own.
func sqliteCastPlain(c *compiler, x expr.Expr, from, to schema.Type, at level) {
	switch {
	case from.IsUnknown() || from.Family() == to.Family():
		c.expr(x, at)
	case to.Family() == schema.FamilyBoolean && from.IsNumber():
		c.nonzero(x, at)
	case to.Family() == schema.FamilyJSON:
		c.around("json(", x, ")")
	default:
		c.uncastable(from, to, "sqlite has no such cast")
	}
}

// sqliteCastTime casts to a date or time of another family. Seconds lose their
// fraction where a text is cast.
func sqliteCastTime(c *compiler, x expr.Expr, from, to schema.Type, at level) {
	switch f := from.Family(); to.Family() {
	case schema.FamilyDate:
		c.around("date(", x, ")")
	case schema.FamilyTime:
		switch f {
		case schema.FamilyDateTime:
			c.around("substr(", x, ", 12)")
		case schema.FamilyDateTimeTZ:
			c.around("substr(replace(", x, ", '+00:00', ''), 12)")
		default:
			c.around("time(", x, ")")
		}
	case schema.FamilyDateTime:
		if f == schema.FamilyDateTimeTZ {
			c.around("replace(", x, ", '+00:00', '')")
		} else {
			c.around("datetime(", x, ")")
		}
	case schema.FamilyDateTimeTZ:
		open := c.open(levelConcat, at)
		if f == schema.FamilyDateTime {
			c.expr(x, levelAtom)
		} else {
			c.around("datetime(", x, ")")
		}
		c.text(" || '+00:00'")
		c.close(open)
	default:
		c.uncastable(from, to, "sqlite has no such cast")
	}
}

// sqliteRound keeps integers what they are. The number of places must be seen:
// SQLite takes one below 0 for 0.
func sqliteRound(c *compiler, f function, n *expr.CallExpr, at level) {
	if n.Args().Len() > 1 {
		places := n.Args().At(1)
		if _, ok := c.slotOf(places); !ok && !isNull(places) {
			c.unsupported("round to computed places", "sqlite rounds to 0 or more: give a plain number or a parameter")
			return
		}
	}
	switch {
	case first(n) != schema.FamilyInteger:
		c.call(f, n)
	case n.Args().Len() == 1:
		itself(c, n, at)
	default:
		c.text("CAST(")
		c.call(f, n)
		c.text(" AS INTEGER)")
	}
}
