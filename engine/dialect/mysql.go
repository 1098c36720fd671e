package dialect

import (
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// MySQL is MySQL from 8.0.31, in any sql_mode; changes need a strict one, as is the
// default, or the server cuts what does not fit.
var MySQL = &Dialect{
	name:     "mysql",
	failures: mysqlFailures,

	names:   naming{quote: '`', maxRunes: 64, basic: true, maxParts: 2},
	maxArgs: 65535,

	values: encoding{bools: true, decimals: true, precision: 35, scale: 30, nul: true},
	// The backslash as a literal that means the same in every sql_mode.
	likeEscape:    ` ESCAPE X'5C'`,
	hexText:       "_utf8mb4 ",
	dual:          true,
	limitless:     " LIMIT 18446744073709551615",
	labelGroup:    true,
	havingFilters: true,
	unorderedSums: true, float: "DOUBLE",
	rawMarks:       "?#$", // a placeholder, a comment, a part of names
	rowsNullAlways: true,
	noOperator:     "`?#", // a quote, a placeholder, a comment
	quantified:     quantifiedQueries,
	nullSafe:       " <=> ", bits: bitwise{xor: " ^ ", unsigned: true}, dollarGroups: true,
	collations: mysqlCollations("utf8mb4_0900_bin"),
	lateral:    true, outerDerived: true, rollup: rollupBehind,
	locks:        locks{of: true, wait: true, shallow: true, strengths: [...]string{"", " FOR UPDATE", "", " FOR SHARE", ""}},
	valuesSource: valuesSelects,
	changes: changes{
		with: [3]bool{false, true, true}, aliases: [3]bool{false, true, true}, using: true, inOrder: true, limit: true,
		defaultValue: true, defaultValues: " () VALUES ()", conflict: conflicts{duplicate: true, rowName: true},
	},
	division: division{whole: " DIV "},

	placeholder: mysqlPlaceholder,
	cast:        mysqlCast,
	inQuery:     mysqlInQuery,
	recursive:   mysqlRecursive,
	inJSON:      mysqlInJSON,
	strftime: formats{
		codes: strftimeCodes{'Y': "%Y", 'm': "%m", 'd': "%d", 'H': "%H", 'M': "%i", 'S': "%S", 'j': "%j"},
		plain: doubledPercent, form: "date_format($1, $2)",
	},
	writers: writers.with(map[expr.Op]writer{expr.OpRegexp: mysqlRegexp}),
	matches: mysqlMatches,
	extract: [...]around{
		expr.Year:         {"EXTRACT(YEAR FROM ", ")"},
		expr.Quarter:      {"EXTRACT(QUARTER FROM ", ")"},
		expr.Month:        {"EXTRACT(MONTH FROM ", ")"},
		expr.Day:          {"EXTRACT(DAY FROM ", ")"},
		expr.Hour:         {"EXTRACT(HOUR FROM ", ")"},
		expr.Minute:       {"EXTRACT(MINUTE FROM ", ")"},
		expr.Second:       {"EXTRACT(SECOND FROM ", ")"},
		expr.DayOfWeek:    {"(DAYOFWEEK(", ") - 1)"},
		expr.DayOfYear:    {"DAYOFYEAR(", ")"},
		expr.Epoch:        {"(TO_SECONDS(", ") - 62167219200)"},
		expr.Week:         {"WEEK(", ", 3)"},
		expr.ISODayOfWeek: {"(WEEKDAY(", ") + 1)"},
		expr.ISOYear:      {"(YEARWEEK(", ", 3) DIV 100)"},
		expr.Microsecond:  {"EXTRACT(MICROSECOND FROM ", ")"},
	},
	dates:     mysqlDates,
	json:      mysqlJSON,
	lists:     mysqlLists("utf8mb4_0900_bin"),
	binary:    "utf8mb4_0900_bin",
	functions: spelled(mysqlFunctions()),
}

// mysqlDecimal is the widest decimal. The argument of a decimal gets it whatever
// its digits are, so that statements of one shape have one text.
const mysqlDecimal = "DECIMAL(65, 30)"

// mysqlPlaceholder says the type of what travels as text: a decimal would become
// a float where it meets a number, a time stay text where it meets none.
func mysqlPlaceholder(c *compiler, _ int, t schema.Type) {
	switch t.Family() {
	case schema.FamilyNumeric:
		c.text("CAST(? AS " + mysqlDecimal + ")")
	case schema.FamilyBinary:
		c.text("CAST(? AS BINARY)") // else it is text in the character set of the connection
	case schema.FamilyDate:
		c.text("CAST(? AS DATE)")
	case schema.FamilyTime:
		c.text("CAST(? AS TIME(6))")
	case schema.FamilyDateTime, schema.FamilyDateTimeTZ:
		c.text("CAST(? AS DATETIME(6))")
	default:
		c.text("?")
	}
}

// mysqlCast casts no text to an instant: MariaDB takes no notice of its zone.
func mysqlCast(c *compiler, x expr.Expr, from, to schema.Type, at level) {
	f, t := from.Family(), to.Family()
	switch {
	case t == schema.FamilyInterval || t == schema.FamilyArray || f == schema.FamilyInterval || f == schema.FamilyArray ||
		f == schema.FamilyText && (t == schema.FamilyUUID || t == schema.FamilyBoolean || t == schema.FamilyDateTimeTZ):
		c.uncastable(from, to, c.d.name+" has no such cast")
	case t == schema.FamilyUUID || t == schema.FamilyBoolean && (f == t || f == schema.FamilyUnknown):
		c.expr(x, at)
	case t == schema.FamilyBoolean:
		c.nonzero(x, at)
	case t == schema.FamilyJSON: // MariaDB has no type JSON to cast to
		c.around("json_extract(", x, ", '$')")
	case t == schema.FamilyBinary && f != t:
		c.around("CAST(CONVERT(", x, " USING utf8mb4) AS BINARY)")
	case f == schema.FamilyBoolean && t == schema.FamilyText:
		c.spellBoolean(x)
	case t == schema.FamilyText && to.Size() == 0 && f == schema.FamilyDateTime: // six digits of a second, or none
		c.around("trim(TRAILING '.' FROM trim(TRAILING '0' FROM CAST(CAST(", x, " AS DATETIME(6)) AS CHAR)))")
	case t == schema.FamilyInteger && f == schema.FamilyFloat: // a float would be rounded to even
		c.around("CAST(CAST(", x, " AS "+mysqlDecimal+") AS SIGNED)")
	case f == schema.FamilyEnum && to.IsNumber(): // its label, not its number
		c.around("CAST(CAST(", x, " AS CHAR)")
		mysqlAs(c, from, to)
	case f == schema.FamilyBinary && t == schema.FamilyText:
		c.around("CAST(CONVERT(", x, " USING utf8mb4)")
		mysqlAs(c, from, to)
	default:
		c.around("CAST(", x, "")
		mysqlAs(c, from, to)
	}
}

// mysqlAs writes the end of a CAST.
func mysqlAs(c *compiler, from, to schema.Type) {
	c.text(" AS ")
	switch to.Family() {
	case schema.FamilyInteger:
		c.text("SIGNED")
	case schema.FamilyFloat:
		c.text("DOUBLE")
	case schema.FamilyNumeric:
		switch {
		case to.Size() == 0:
			c.text(mysqlDecimal)
		case to.Size() > 65 || to.Scale() > 30 || uint32(to.Scale()) > to.Size():
			c.uncastable(from, to, c.d.name+" has decimals of at most 65 digits, 30 of them after the point")
		default:
			c.text("DECIMAL")
			c.size(to)
		}
	case schema.FamilyText:
		c.text("CHAR")
		if to.Size() > 0 {
			c.size(to)
		}
	case schema.FamilyEnum:
		c.text("CHAR")
	case schema.FamilyBinary:
		c.text("BINARY")
	case schema.FamilyDate:
		c.text("DATE")
	case schema.FamilyTime:
		c.text("TIME(6)")
	case schema.FamilyDateTime, schema.FamilyDateTimeTZ:
		c.text("DATETIME(6)")
	default:
		c.uncastable(from, to, c.d.name+" has no such cast")
	}
	c.text(")")
}

// mysqlRound rounds floats as decimals: as floats, halves go to the even number.
func mysqlRound(c *compiler, f function, n *expr.CallExpr, _ level) {
	if first(n) != schema.FamilyFloat {
		c.call(f, n)
		return
	}
	c.around("CAST(round(CAST(", n.Args().At(0), " AS "+mysqlDecimal+")")
	if n.Args().Len() > 1 {
		c.text(", ")
		c.argument(f, 1, n.Args().At(1), schema.Unknown, anywhere)
	}
	c.text(") AS DOUBLE)")
}

// mysqlRecursive gives text in the anchor of a recursive query the most room that
// there is: the steps' would be cut to its length.
func mysqlRecursive(c *compiler, x expr.Expr, want schema.Type, anchor bool) bool {
	if !anchor || !want.IsText() {
		return false
	}
	c.around("CAST(", x, " AS CHAR(16383))")
	return true
}

// mysqlInQuery puts a query with a LIMIT into another's FROM: behind IN it may not
// stand. There it cannot see the columns around it.
func mysqlInQuery(c *compiler, in *expr.InExpr) (before, after string, ok bool) {
	q := in.Query()
	if c.spend(expr.Size(q)); !isLimited(q) {
		return "", "", c.err == nil
	}
	return c.within(in, "LIMIT", c.d.name+" has no LIMIT behind IN")
}

// within puts the query behind IN into another's FROM, or says why it cannot stand
// there, nor as it is.
func (c *compiler) within(in *expr.InExpr, of, reason string) (before, after string, ok bool) {
	if c.spend(expr.Size(in.Query())); c.isCorrelated(in.Query()) {
		c.unsupported("IN (correlated query with "+of+")", reason)
		return "", "", false
	}
	if !ownNames(in.Query().Outputs()) {
		c.unsupported("IN (query with "+of+") of rows", c.d.name+" needs a name of its own for each column: label them")
		return "", "", false
	}
	return "(SELECT * FROM ", " AS `limited`)", true
}

// ownNames reports whether each column has a name of its own; of one, the name does not count.
func ownNames(outputs []expr.Output) bool {
	seen := map[string]bool{}
	for _, o := range outputs {
		name := strings.ToLower(o.Name)
		if len(outputs) > 1 && (name == "" || seen[name]) {
			return false
		}
		seen[name] = true
	}
	return true
}

// isLimited reports whether a query has a LIMIT of its own, or a member that has.
func isLimited(q expr.Query) bool {
	switch q := q.(type) {
	case *expr.SelectStmt:
		return !q.LimitClause().IsZero() || !q.OffsetClause().IsZero()
	case *expr.CompoundStmt:
		return !q.LimitClause().IsZero() || !q.OffsetClause().IsZero() || anyMember(q, isLimited)
	}
	return false
}

func anyMember(n *expr.CompoundStmt, is func(expr.Query) bool) bool {
	for _, q := range n.Queries().All() {
		if is(q) {
			return true
		}
	}
	return false
}

// isCorrelated reports whether a resolved node names a column of what stands around it.
func (c *compiler) isCorrelated(n expr.Node) bool {
	own := map[*expr.Occurrence]bool{}
	var used []*expr.Occurrence
	expr.Walk(n, func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.Occurrence:
			own[n] = true
		case *expr.ColumnExpr:
			used = append(used, c.resolved.OccurrenceOf(n))
			return false // its source is as it was before it was resolved
		}
		return true
	})
	for _, o := range used {
		if !own[o] {
			return true
		}
	}
	return false
}

// mysqlCollations are the names that mean the same everywhere; binary compares by
// characters, spaces at the end too.
func mysqlCollations(binary string) map[string]string {
	return map[string]string{"C": binary, "binary": binary, "nocase": "utf8mb4_general_ci"}
}
