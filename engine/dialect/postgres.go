package dialect

import (
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Postgres is PostgreSQL from 12. The type of each argument is written with it, so
// that none has to be guessed; those that are equal, and of one type, are one.
// Every argument but booleans, numbers and bytes travels as text.
var Postgres = &Dialect{
	name:     "postgres",
	others:   []string{"postgresql", "pgx"},
	failures: postgresFailures,

	names:   naming{quote: '"', maxBytes: 63, maxParts: 3},
	maxArgs: 65535,
	shared:  true,

	extract: [...]around{
		expr.Year:         {"CAST(EXTRACT(YEAR FROM ", ") AS INTEGER)"},
		expr.Quarter:      {"CAST(EXTRACT(QUARTER FROM ", ") AS INTEGER)"},
		expr.Month:        {"CAST(EXTRACT(MONTH FROM ", ") AS INTEGER)"},
		expr.Day:          {"CAST(EXTRACT(DAY FROM ", ") AS INTEGER)"},
		expr.Hour:         {"CAST(EXTRACT(HOUR FROM ", ") AS INTEGER)"},
		expr.Minute:       {"CAST(EXTRACT(MINUTE FROM ", ") AS INTEGER)"},
		expr.Second:       {"CAST(FLOOR(EXTRACT(SECOND FROM ", ")) AS INTEGER)"},
		expr.DayOfWeek:    {"CAST(EXTRACT(DOW FROM ", ") AS INTEGER)"},
		expr.DayOfYear:    {"CAST(EXTRACT(DOY FROM ", ") AS INTEGER)"},
		expr.Epoch:        {"CAST(FLOOR(EXTRACT(EPOCH FROM ", ")) AS BIGINT)"},
		expr.Week:         {"CAST(EXTRACT(WEEK FROM ", ") AS INTEGER)"},
		expr.ISODayOfWeek: {"CAST(EXTRACT(ISODOW FROM ", ") AS INTEGER)"},
		expr.ISOYear:      {"CAST(EXTRACT(ISOYEAR FROM ", ") AS INTEGER)"},
		expr.Microsecond:  {"(CAST(EXTRACT(MICROSECONDS FROM ", ") AS INTEGER) % 1000000)"},
	},
	hexBytes:     `\x`,
	zone:         " AT TIME ZONE 'UTC'",
	dates:        postgresDates,
	json:         postgresJSON,
	lists:        lists{arrays: true},
	nullsLargest: true,
	values:       encoding{bools: true, decimals: true, nan: true, inf: true, zone: "+00:00", intervals: true},
	ilike:        true,
	concat:       true,
	fullJoin:     true,
	nullsOrder:   true,
	integers32:   true,
	float:        "DOUBLE PRECISION",
	collatesText: true,
	lateral:      true, outerDerived: true, materialized: "MATERIALIZED ", notMaterialized: "NOT MATERIALIZED ",
	frameGroups: true, groupingSets: true, filter: true, withinGroup: true, distinctOn: true, tablesample: true, tableFunctions: true, ownOperators: true, only: true,
	computedLimit: around{"GREATEST(", ", 0)"},
	ties:          around{" FETCH FIRST (", ") ROWS WITH TIES"},
	locks:         locks{of: true, wait: true, strengths: [...]string{"", " FOR UPDATE", " FOR NO KEY UPDATE", " FOR SHARE", " FOR KEY SHARE"}},
	valuesSource:  valuesList,
	changes: changes{
		returning: all3, with: all3, aliases: all3, inWith: true, beside: true, using: true, readsItself: true, snapshot: true,
		defaultValue: true, defaultValues: " DEFAULT VALUES", conflict: conflicts{constraint: true},
	},
	assign:     postgresAssign,
	bits:       bitwise{xor: " # ", narrow: true},
	symmetric:  true,
	rawMarks:   "`",
	quantified: quantifiedArrays,
	collations: map[string]string{"C": "C", "binary": "C", "nocase": ""},
	division:   division{exact: "NUMERIC", whole: " / ", fails: true},

	placeholder: postgresPlaceholder,
	null:        postgresNull,
	convert:     postgresConvert,
	cast:        postgresCast,
	inQuery:     postgresInQuery,
	recursive:   postgresRecursive,
	inJSON:      postgresInJSON,
	strftime: formats{
		codes: strftimeCodes{'Y': "YYYY", 'm': "MM", 'd': "DD", 'H': "HH24", 'M': "MI", 'S': "SS", 'j': "DDD"},
		plain: func(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` },
		form:  "to_char($1, $2)", instant: "to_char($1 AT TIME ZONE 'UTC', $2)",
	},
	functions: spelled(postgresFunctions()),
	writers:   writers.with(map[expr.Op]writer{expr.OpArray: postgresArray, expr.OpRegexp: postgresRegexp}),
	matches:   postgresMatches,
}

// postgresTypes are the types without a size.
var postgresTypes = [...]string{
	schema.KindBoolean:      "BOOLEAN",
	schema.KindSmallInteger: "SMALLINT",
	schema.KindInteger:      "INTEGER",
	schema.KindBigInteger:   "BIGINT",
	schema.KindFloat:        "REAL",
	schema.KindDouble:       "DOUBLE PRECISION",
	schema.KindNumeric:      "NUMERIC",
	schema.KindString:       "TEXT",
	schema.KindText:         "TEXT",
	schema.KindLargeBinary:  "BYTEA",
	schema.KindDate:         "DATE",
	schema.KindTime:         "TIME",
	schema.KindDateTime:     "TIMESTAMP",
	schema.KindDateTimeTZ:   "TIMESTAMPTZ",
	schema.KindInterval:     "INTERVAL",
	schema.KindJSON:         "JSONB",
	schema.KindUUID:         "UUID",
	schema.KindEnum:         "TEXT", // where it has no name
}

// postgresType writes a type without its size: arguments keep what they are.
func postgresType(c *compiler, t schema.Type) {
	k := t.Kind()
	switch {
	case k == schema.KindEnum && t.EnumName() != "":
		c.enumName(t)
	case int(k) < len(postgresTypes) && postgresTypes[k] != "":
		c.text(postgresTypes[k])
	default:
		c.unsupported("type "+t.String(), "postgres has no such type")
	}
	if t.IsArray() {
		c.text("[]")
	}
}

// postgresSized writes a type with its size.
func postgresSized(c *compiler, t schema.Type) {
	e := t
	if t.IsArray() {
		e = t.Elem()
	}
	switch k := e.Kind(); {
	case e.Size() == 0:
		postgresType(c, t)
		return
	case k == schema.KindString && e.Size() <= 10_485_760:
		c.text("VARCHAR")
	case k == schema.KindNumeric && e.Size() <= 1000 && uint32(e.Scale()) <= e.Size():
		c.text("NUMERIC")
	default:
		c.unsupported("type "+t.String(), "postgres has none of this size")
	}
	c.size(e)
	if t.IsArray() {
		c.text("[]")
	}
}

func postgresPlaceholder(c *compiler, n int, t schema.Type) {
	if t.IsUnknown() {
		what := "parameter of unknown type"
		if i := c.slots[n].param; i > 0 && i <= c.params.Len() {
			what = "parameter " + strconv.Quote(c.params.At(i-1).Name()) + " of unknown type"
		}
		c.fail(CodeParameter, what, "postgres must know what it is: declare its type")
		return
	}
	c.buf = append(c.buf, '$')
	c.digits(uint64(n) + 1)
	c.text("::")
	postgresType(c, t)
}

func postgresNull(c *compiler, t schema.Type) {
	c.text("NULL")
	if !t.IsUnknown() {
		c.text("::")
		postgresType(c, t)
	}
}

// postgresConvert makes text of an enum that meets text, and an enum of plain
// text that meets one: PostgreSQL compares no enum with anything else.
func postgresConvert(c *compiler, x expr.Expr, want schema.Type, _ level) bool {
	t := x.Type()
	switch {
	case isEnumType(want) && isPlainText(x):
		s, _ := c.slotOf(x)
		s.typ = want
		c.place(s)
		return true
	case isEnumType(t) && want.Family() == schema.FamilyText:
		c.around("CAST(", x, " AS TEXT)")
		return true
	}
	return false
}

// postgresRecursive gives both parts of a recursive query the very same types.
func postgresRecursive(c *compiler, x expr.Expr, want schema.Type, _ bool) bool {
	t := x.Type()
	if t == want || t.IsUnknown() || want.IsUnknown() {
		return false
	}
	postgresCast(c, x, t, want, anywhere)
	return true
}

// postgresAssign makes an enum of text: PostgreSQL does so of plain text only.
func postgresAssign(c *compiler, x expr.Expr, to schema.Type) bool {
	if !isEnumType(to) || x.Type() == to || isPlainText(x) || x.Type().IsUnknown() {
		return false
	}
	c.around("CAST(", x, " AS ")
	postgresType(c, to)
	c.text(")")
	return true
}

func postgresInQuery(c *compiler, in *expr.InExpr) (before, after string, ok bool) {
	values, of := inPairs(in)
	for i, x := range values {
		if t := x.Type(); isEnumType(of[i]) && t != of[i] && !t.IsUnknown() && !isPlainText(x) {
			return c.unmet(t, of[i])
		}
	}
	return "", "", true
}

// isEnumType reports whether t is a type of its own in PostgreSQL.
func isEnumType(t schema.Type) bool {
	return t.Kind() == schema.KindEnum && !t.IsArray() && t.EnumName() != ""
}

func postgresCast(c *compiler, x expr.Expr, from, to schema.Type, at level) {
	f, t := from.Family(), to.Family()
	before, after := "CAST(", ""
	switch {
	case t == schema.FamilyBoolean && from.IsNumber():
		c.nonzero(x, at)
		return
	case t == schema.FamilyBinary && f == schema.FamilyText:
		c.around("convert_to(", x, ", 'UTF8')")
		return
	case f == schema.FamilyBinary && t == schema.FamilyText:
		before, after = "CAST(convert_from(", ", 'UTF8')"
	case f == schema.FamilyBoolean && to.IsNumber() && to.Kind() != schema.KindInteger:
		before, after = "CAST(CAST(", " AS INTEGER)"
	case f == schema.FamilyFloat && t == schema.FamilyInteger: // a float would be rounded to even
		before, after = "CAST(CAST(", " AS NUMERIC)"
	case isEnumType(from) && from != to && t != schema.FamilyText:
		before, after = "CAST(CAST(", " AS TEXT)"
	case f == schema.FamilyDate && t == schema.FamilyDateTimeTZ:
		before, after = "CAST(CAST(", " AS TIMESTAMP) AT TIME ZONE 'UTC'"
	case f != t && (f == schema.FamilyDateTimeTZ || t == schema.FamilyDateTimeTZ && f == schema.FamilyDateTime):
		c.text("CAST(")
		c.expr(x, levelAtom)
		c.text(" AT TIME ZONE 'UTC' AS ")
		postgresSized(c, to)
		c.text(")")
		return
	}
	c.around(before, x, after)
	c.text(" AS ")
	postgresSized(c, to)
	c.text(")")
}

// postgresArray says the type where its elements do not: an empty array has none, and a column may be of another
// in the database.
func postgresArray(c *compiler, n expr.Node, _ level) {
	a := n.(*expr.ArrayExpr)
	elem, typed := a.Type().Elem(), a.Items().Len() > 0
	c.text("ARRAY[")
	for i, x := range a.Items().All() {
		if i > 0 {
			c.text(", ")
		}
		if s, ok := c.slotOf(x); ok && s.param == 0 && elem == schema.TypeOf(elem.Kind()) && elem.Family() == s.typ.Family() {
			s.typ = elem
			c.place(s)
			continue
		}
		typed = false
		c.expr(x, anywhere)
	}
	c.text("]")
	if !typed {
		c.text("::")
		postgresSized(c, a.Type())
	}
}

// postgresWhole keeps integers what they are, not floats.
func postgresWhole(c *compiler, f function, n *expr.CallExpr, at level) {
	if first(n) == schema.FamilyInteger {
		itself(c, n, at)
		return
	}
	c.call(f, n)
}

// postgresRound rounds everything as decimals: as floats, halves go to the even
// number, and there are no places.
func postgresRound(c *compiler, f function, n *expr.CallExpr, at level) {
	of := first(n)
	switch {
	case of == schema.FamilyNumeric:
		c.call(f, n)
		return
	case of == schema.FamilyInteger && n.Args().Len() == 1:
		itself(c, n, at)
		return
	}
	c.text("CAST(round(CAST(")
	c.numeric(n.Args().At(0), anywhere)
	c.text(" AS NUMERIC)")
	if n.Args().Len() > 1 {
		c.text(", ")
		c.argument(f, 1, n.Args().At(1), schema.Unknown, anywhere)
	}
	if of == schema.FamilyInteger {
		c.text(") AS BIGINT)")
	} else {
		c.text(") AS DOUBLE PRECISION)")
	}
}

// postgresExtreme writes greatest and least, which are NULL where an argument is:
// PostgreSQL's leave NULL out.
func postgresExtreme(c *compiler, f function, n *expr.CallExpr, _ level) {
	want, tested := c.wanted(f, n), false
	for _, x := range n.Args().All() {
		if l, ok := x.Node().(*expr.LiteralExpr); ok && !l.Value().IsNull() {
			continue
		}
		if tested {
			c.text(" AND ")
		} else {
			c.text("CASE WHEN ")
		}
		tested = true
		c.operand(x, want, levelConcat)
		c.text(" IS NOT NULL")
	}
	if tested {
		c.text(" THEN ")
	}
	c.call(f, n)
	if tested {
		c.text(" END")
	}
}

// postgresAggregate writes max or min, which PostgreSQL has not of every type.
func postgresAggregate(ofBooleans string) func(*compiler, function, *expr.CallExpr, level) {
	return func(c *compiler, f function, n *expr.CallExpr, _ level) {
		switch x := n.Args().At(0); x.Type().Family() {
		case schema.FamilyBoolean:
			f.spelling = ofBooleans
			c.call(f, n)
		case schema.FamilyUUID: // its text is in the same order
			c.text("CAST(")
			c.text(f.spelling)
			c.around("(CAST(", x, " AS TEXT)) AS UUID)")
		case schema.FamilyBinary:
			c.unsupported(f.spelling+" of bytes", "postgres has none")
		default:
			c.call(f, n)
		}
	}
}
