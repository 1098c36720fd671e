package dialect

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// sqliteNow is the time in UTC, to the millisecond that SQLite knows.
const sqliteNow = "replace(strftime('%Y-%m-%d %H:%M:%f000', 'now'), '.000000', '')"

// sqliteFunctions returns the functions that SQLite spells in its own way.
func sqliteFunctions() map[string]function {
	trim := func(form string) string { return "replace(hex(zeroblob(" + form + ")), '00', $3)" }
	pad := func(before, after string) map[int]string {
		body := "CASE WHEN length($1) >= $2 THEN substr($1, 1, $2) || substr($3, 1, 0) ELSE " + before +
			"substr(" + trim("$2") + ", 1, $2 - length($1))" + after + " END"
		return map[int]string{2: "CASE WHEN $2 IS NULL THEN NULL WHEN length($1) >= $2 THEN substr($1, 1, $2) ELSE " + before +
			"format('%*s', $2 - length($1), '')" + after + " END", 3: body}
	}
	octets := "length(CAST($1 AS BLOB))"
	const object = "CASE json_type($1) WHEN 'object' THEN "
	rows := map[string]function{
		"ascii":        {form: "CASE WHEN $1 = '' THEN 0 ELSE unicode($1) END"},
		"bit_length":   {form: "(8 * " + octets + ")"},
		"char_length":  {spelling: "length"},
		"chr":          {form: "CASE WHEN $1 BETWEEN 1 AND 55295 OR $1 BETWEEN 57344 AND 1114111 THEN char($1) END"},
		"hex":          {form: "CASE WHEN $1 IS NOT NULL THEN hex($1) END"},
		"left":         {form: "substr($1, 1, $2)"},
		"lpad":         {forms: pad("", " || $1")},
		"octet_length": {form: octets},
		"overlay": {forms: map[int]string{3: "(substr($1, 1, $3 - 1) || $2 || substr($1, $3 + length($2)))",
			4: "(substr($1, 1, $3 - 1) || $2 || substr($1, $3 + $4))"}},
		"replace": {spelling: "replace", args: "t", write: nullingReplace}, // it looks at the third text only where the second is not empty
		"repeat":  {form: "CASE WHEN $2 IS NOT NULL THEN replace(hex(zeroblob($2)), '00', $1) END"},
		"reverse": {form: "(WITH RECURSIVE \"~\" (x, i, r) AS (SELECT $1, length($1), '' UNION ALL SELECT x, i - 1, r || substr(x, i, 1) FROM \"~\" WHERE i > 0) SELECT r FROM \"~\" WHERE i = 0)"},
		"right":   {form: "substr($1, max(length($1) - $2, 0) + 1)"},
		"rpad":    {forms: pad("$1 || ", "")},
		"split_part": {form: "CASE WHEN $2 = '' THEN CASE WHEN $3 = 1 THEN $1 WHEN $3 > 1 THEN substr($1, 1, 0) END WHEN $1 || $2 IS NOT NULL AND $3 IS NOT NULL THEN coalesce((" +
			"WITH RECURSIVE \"~\" (x, d, n, i, p) AS (SELECT $1 || $2, $2, $3, 0, '' UNION ALL" +
			" SELECT substr(x, instr(x, d) + length(d)), d, n, i + 1, substr(x, 1, instr(x, d) - 1) FROM \"~\" WHERE x <> '' AND i < n) SELECT p FROM \"~\" WHERE i = n), '') END"},
		"strpos": {spelling: "instr"},
		"to_hex": {form: "CASE WHEN $1 IS NOT NULL THEN format('%x', $1) END"},

		"generate_series": {rows: map[int]string{2: sqliteSeries("1"), 3: sqliteSeries("$3")}},

		"gcd":      {form: "(" + sqliteDivisor + "SELECT a FROM \"~\" WHERE b = 0)"},
		"greatest": {spelling: "max"},
		"lcm":      {form: "(" + sqliteDivisor + "SELECT CASE WHEN a = 0 THEN 0 ELSE x / a * y END FROM \"~\" WHERE b = 0)"},
		"least":    {spelling: "min"},
		"mod":      {write: sqliteMod},
		"random":   {form: "(abs(random() % 9007199254740992) / 9007199254740992e0)"},
		"round":    {spelling: "round", args: "n0", write: sqliteRound},
		"width_bucket": {form: "CASE WHEN $2 < $3 AND $4 > 0 THEN CASE WHEN $1 < $2 THEN 0 WHEN $1 >= $3 THEN $4 + 1" +
			" ELSE CAST(floor(($1 - $2) / (1e0 * ($3 - $2)) * $4) + 1 AS INTEGER) END END"},

		"gen_random_uuid": {form: "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'" +
			" || substr('89ab', 1 + abs(random() % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"},

		"current_date":      {form: "date('now')"},
		"current_time":      {form: "substr(" + sqliteNow + ", 12)"},
		"current_timestamp": {form: "(" + sqliteNow + " || '+00:00')"},
		"localtimestamp":    {form: sqliteNow},
		"now":               {form: "(" + sqliteNow + " || '+00:00')"},
		"day_name":          {form: "CASE strftime('%w', $1)" + names("'", dayNames[:], 0) + " END"},
		"month_name":        {form: "CASE CAST(strftime('%m', $1) AS INTEGER)" + names("", monthNames[:], 1) + " END"},
		"epoch":             {form: "CAST(strftime('%s', $1) AS INTEGER)"},
		"from_epoch":        {form: "CASE WHEN $1 BETWEEN -62135596800 AND 253402300799 THEN datetime($1, 'unixepoch') || '+00:00' END"},
		"last_day":          {form: "CASE strftime('%m', $1) WHEN '12' THEN strftime('%Y-12-31', $1) ELSE date($1, 'start of month', '+1 month', '-1 day') END"},
		"make_date":         {form: "CASE WHEN " + isDate + " THEN format('%04d-%02d-%02d', $1, $2, $3) END"},
		"make_time":         {form: "CASE WHEN $1 BETWEEN 0 AND 23 AND $2 BETWEEN 0 AND 59 AND $3 BETWEEN 0 AND 59 THEN format('%02d:%02d:%02d', $1, $2, $3) END"},
		"make_timestamp": {form: "CASE WHEN " + isDate + " AND $4 BETWEEN 0 AND 23 AND $5 BETWEEN 0 AND 59 AND $6 BETWEEN 0 AND 59" +
			" THEN format('%04d-%02d-%02d %02d:%02d:%02d', $1*) END"},

		"json_array_length": {form: "CASE json_type($1) WHEN 'array' THEN json_array_length($1) END"},
		"json_build_array":  {form: "json_array($1*)"},
		"json_build_object": {spelling: "json_object", write: writeJSONObject},
		"json_insert":       {form: object + "json_insert($1, $2, $3) END", write: writeMember},
		"json_remove":       {form: object + "json_remove($1, $2) END", write: writeMember},
		"json_replace":      {form: object + "json_replace($1, $2, $3) END", write: writeMember},
		"json_set":          {form: object + "json_set($1, $2, $3) END", write: writeMember},
		"json_typeof": {form: "CASE json_type($1) WHEN 'true' THEN 'boolean' WHEN 'false' THEN 'boolean' WHEN 'integer' THEN 'number'" +
			" WHEN 'real' THEN 'number' WHEN 'text' THEN 'string' ELSE json_type($1) END"},
		"to_json": {form: "CASE WHEN $1 IS NOT NULL THEN json_array($1) -> 0 END"},

		"json_agg":        {form: "nullif(json_group_array($D$1$O)$T, '[]')", nulls: true},
		"json_object_agg": {form: "nullif(json_group_object($1, $2$O)$T, '{}')", nulls: true},
		"string_agg":      {spelling: "string_agg", write: sqliteStringAgg, orders: true},
	}
	without(rows, "has none", "from_base64", "md5", "sha256", "sha512", "to_base64", "translate",
		"bit_and", "bit_or", "bit_xor", "corr", "count_distinct", "covar_pop", "covar_samp", "grouping", "mode",
		"regr_intercept", "regr_r2", "regr_slope", "regr_sxx", "regr_sxy", "regr_syy", "stddev_pop", "stddev_samp", "var_pop", "var_samp")
	without(rows, noInitcap, "initcap")
	without(rows, noPercentile, "percentile_cont", "percentile_disc")
	return without(rows, "has no arrays", arrayFunctions[:]...)
}

// sqliteDivisor goes down to the greatest common divisor, a where b is 0.
const sqliteDivisor = "WITH RECURSIVE \"~\" (x, y, a, b) AS (SELECT abs($1), abs($2), abs($1), abs($2) UNION ALL SELECT x, y, b, a % b FROM \"~\" WHERE b <> 0) "

// sqliteSeries counts from a number to another in steps, the third argument or 1. A step of 0 fails, as
// the text is no JSON.
func sqliteSeries(step string) string {
	return "WITH RECURSIVE \"~\" (value, n, last, step) AS (SELECT first, 1, last, step FROM (SELECT $1 AS first, $2 AS last, " + step + " AS step)" +
		" WHERE CASE WHEN step = 0 THEN json('steps of ' || step) WHEN step > 0 THEN first <= last ELSE first >= last END" +
		" UNION ALL SELECT value + step, n + 1, last, step FROM \"~\" WHERE CASE WHEN step > 0 THEN value <= last - step ELSE value >= last - step END)" +
		" SELECT value, n FROM \"~\""
}

// sqliteMod keeps the fraction of what is no integer.
func sqliteMod(c *compiler, f function, n *expr.CallExpr, _ level) {
	form := "($1 % $2)"
	for _, x := range n.Args().All() {
		if x.Type().Family() == schema.FamilyNumeric {
			form = "mod($1, $2)"
		}
	}
	c.form(f, form, n)
}

// sqliteStringAgg writes string_agg, whose DISTINCT takes one argument alone: then
// texts have a comma between them.
func sqliteStringAgg(c *compiler, f function, n *expr.CallExpr, _ level) {
	if !n.IsDistinct() {
		c.call(f, n)
		return
	}
	if l, ok := n.Args().At(1).Node().(*expr.LiteralExpr); !ok || c.valueOf(l).Text() != "," {
		c.unsupported("DISTINCT of string_agg", "sqlite has it with a plain comma between the texts only")
		return
	}
	c.form(f, "group_concat($D$1$O)$T", n)
}

// sqliteInJSON marks what is no plain text or number.
func sqliteInJSON(c *compiler, x expr.Expr, at level) {
	switch x.Type().Family() {
	case schema.FamilyJSON:
		c.around("json(", x, ")")
	case schema.FamilyBoolean:
		c.stays("JSON", x)
		c.text("json(CASE WHEN ")
		c.expr(x, levelNot)
		c.text(" THEN 'true' WHEN NOT (")
		c.expr(x, anywhere)
		c.text(") THEN 'false' END)")
	default:
		c.expr(x, at)
	}
}
