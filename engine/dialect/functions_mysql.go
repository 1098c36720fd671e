package dialect

import (
	"unicode/utf8"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// mysqlSeries counts from a number to another in steps, the third argument or 1, by the elements of an array
// as JSON. Steps of 0, and more than a text may be long of, fail, as what they make is no JSON: a recursive
// query would stop after a thousand, without a word.
func mysqlSeries(step string) string {
	return "SELECT bounds.first + (CAST(list.n AS SIGNED) - 1) * bounds.step AS value, list.n AS n" +
		" FROM (SELECT CAST($1 AS SIGNED) AS first, CAST($2 AS SIGNED) AS last, CAST(" + step + " AS SIGNED) AS step) AS bounds, JSON_TABLE(" +
		"CASE WHEN bounds.step = 0 THEN 'steps of 0' WHEN bounds.step > 0 AND bounds.first <= bounds.last OR bounds.step < 0 AND bounds.first >= bounds.last" +
		" THEN concat('[0', ifnull(repeat(',0', (bounds.last - bounds.first) DIV bounds.step), 'too long'), ']') END, '$$[*]' COLUMNS (n FOR ORDINALITY)) AS list"
}

// mysqlFunctions returns the functions that MySQL and MariaDB spell in their own
// way. They compare text without regard to case unless they are told otherwise.
func mysqlFunctions() map[string]function {
	utf8 := func(before, after string) function {
		return function{form: before + "convert($1 USING utf8mb4)" + after,
			of: map[schema.Family]string{schema.FamilyBinary: before + "$1" + after}}
	}
	pad := func(name string) map[int]string {
		return map[int]string{2: name + "($1, $2, ' ')", 3: "CASE WHEN char_length($3) = 0 THEN left($1, $2) ELSE " + name + "($1, $2, $3) END"}
	}
	const object = "CASE json_type($1) WHEN 'OBJECT' THEN "
	rows := map[string]function{
		"ascii":           {form: "ord(convert(left($1, 1) USING utf32))"},
		"bit_length":      utf8("bit_length(", ")"),
		"chr":             {form: "CASE WHEN $1 BETWEEN 1 AND 55295 OR $1 BETWEEN 57344 AND 1114111 THEN convert(char($1 USING utf32) USING utf8mb4) END"},
		"concat":          {form: "concat_ws('', $1*)"},
		"count_distinct":  {form: "count(DISTINCT $1*)", unframed: true},
		"stddev_pop":      undistinct("stddev_pop"),
		"stddev_samp":     undistinct("stddev_samp"),
		"var_pop":         undistinct("var_pop"),
		"var_samp":        undistinct("var_samp"),
		"generate_series": {rows: map[int]string{2: mysqlSeries("1"), 3: mysqlSeries("$3")}},
		"from_base64":     {form: "CASE WHEN $1 REGEXP '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$$' THEN from_base64($1) END"},
		"length":          {spelling: "char_length"}, // its own LENGTH counts bytes
		"lpad":            {forms: pad("lpad")},
		"ltrim":           {spelling: "ltrim", write: mysqlTrim("LEADING ")},
		"md5":             utf8("md5(", ")"),
		"octet_length":    utf8("octet_length(", ")"),
		"overlay": {forms: map[int]string{3: "concat('', left($1, $3 - 1), $2, substr($1, $3 + char_length($2)))",
			4: "concat('', left($1, $3 - 1), $2, substr($1, $3 + $4))"}},
		"rpad":   {forms: pad("rpad")},
		"rtrim":  {spelling: "rtrim", write: mysqlTrim("TRAILING ")},
		"sha256": utf8("sha2(", ", 256)"),
		"sha512": utf8("sha2(", ", 512)"),
		"split_part": {form: "CASE WHEN char_length($2) = 0 THEN CASE WHEN $3 = 1 THEN $1 WHEN $3 > 1 THEN left($1, 0) END" +
			" WHEN $3 > (char_length($1) - char_length(replace($1, $2, ''))) DIV char_length($2) + 1 THEN left($1, 0)" +
			" ELSE substring_index(substring_index($1, $2, $3), $2, -1) END"},
		"strpos":    {write: mysqlStrpos},
		"to_base64": {form: "replace(to_base64($1), char(10 USING utf8mb4), '')"},
		"to_hex":    {form: "lower(hex(CAST($1 AS SIGNED)))"},
		"trim":      {spelling: "trim", write: mysqlTrim("BOTH ")},
		"unhex":     {form: "CASE WHEN char_length($1) % 2 = 0 THEN unhex($1) END"},

		"acosh":  {form: "CASE WHEN $1 >= 1 THEN ln($1 + sqrt($1 * $1 - 1)) END"},
		"asinh":  {form: "(sign($1) * ln(abs($1) + sqrt($1 * $1 + 1)))"},
		"atanh":  {form: "CASE WHEN $1 > -1 AND $1 < 1 THEN ln((1 + $1) / (1 - $1)) / 2 END"},
		"cosh":   {form: "((exp($1) + exp(-($1))) / 2)"},
		"mod":    {form: "mod($1, nullif($2, 0))"},
		"pi":     {form: "CAST(pi() AS DOUBLE)"},
		"random": {form: "rand()"},
		"round":  {spelling: "round", write: mysqlRound},
		"sinh":   {form: "((exp($1) - exp(-($1))) / 2)"},
		"tanh":   {form: "CASE WHEN abs($1) > 20 THEN sign($1) ELSE 1 - 2 / (exp(2 * $1) + 1) END"},
		"trunc":  {form: "truncate($1, 0)"},
		"width_bucket": {form: "CASE WHEN $2 < $3 AND $4 > 0 THEN CASE WHEN $1 < $2 THEN 0 WHEN $1 >= $3 THEN $4 + 1" +
			" ELSE CAST(floor(($1 - $2) / ($3 - $2) * $4) + 1 AS SIGNED) END END"},

		"gen_random_uuid": {form: "lower(concat(hex(random_bytes(4)), '-', hex(random_bytes(2)), '-4', substr(hex(random_bytes(2)), 2), '-'," +
			" substr('89ab', 1 + floor(rand() * 4), 1), substr(hex(random_bytes(2)), 2), '-', hex(random_bytes(6))))"},

		"current_date":      {form: "utc_date()"},
		"current_time":      {form: "utc_time(6)"},
		"current_timestamp": {form: "utc_timestamp(6)"},
		"localtimestamp":    {form: "utc_timestamp(6)"},
		"now":               {form: "utc_timestamp(6)"},
		"day_name":          {form: "CASE dayofweek($1)" + names("", dayNames[:], 1) + " END"},
		"month_name":        {form: "CASE month($1)" + names("", monthNames[:], 1) + " END"},
		"epoch":             {form: "(to_seconds($1) - 62167219200)"},
		"from_epoch": {form: "CASE WHEN $1 BETWEEN -62135596800 AND 253402300799" +
			" THEN CAST(date_add(CAST('1970-01-01' AS DATETIME(6)), INTERVAL $1 SECOND) AS DATETIME(6)) END"},
		"last_day":  {spelling: "last_day"},
		"make_date": {form: "CASE WHEN " + isDate + " THEN CAST(concat(lpad($1, 4, '0'), '-', $2, '-', $3) AS DATE) END"},
		"make_time": {form: "CASE WHEN $1 BETWEEN 0 AND 23 AND $2 BETWEEN 0 AND 59 AND $3 BETWEEN 0 AND 59 THEN maketime($1, $2, $3) END"},
		"make_timestamp": {form: "CASE WHEN $4 BETWEEN 0 AND 23 AND $5 BETWEEN 0 AND 59 AND $6 BETWEEN 0 AND 59 AND " + isDate +
			" THEN CAST(concat(lpad($1, 4, '0'), '-', $2, '-', $3, ' ', $4, ':', $5, ':', $6) AS DATETIME(6)) END"},

		"json_array_length": {form: "CASE json_type($1) WHEN 'ARRAY' THEN json_length($1) END"},
		"json_build_array":  {form: "coalesce(json_array($1*), NULL)"},                          // else it is taken for NULL where an argument is, and an outer join for an inner one
		"json_build_object": {form: "coalesce(json_object($1*), NULL)", write: writeJSONObject}, // as json_array
		"json_insert":       {form: object + "json_insert($1, $2, $3) END", write: writeMember},
		"json_remove":       {form: object + "json_remove($1, $2) END", write: writeMember},
		"json_replace":      {form: object + "json_replace($1, $2, $3) END", write: writeMember},
		"json_set":          {form: object + "json_set($1, $2, $3) END", write: writeMember},
		"json_typeof": {form: "CASE json_type($1) WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN 'STRING' THEN 'string'" +
			" WHEN 'BOOLEAN' THEN 'boolean' WHEN 'NULL' THEN 'null' ELSE CASE WHEN $1 IS NOT NULL THEN 'number' END END"},
		"to_json": {form: "CASE WHEN $1 IS NOT NULL THEN json_extract(json_array($1), '$$[0]') END"},

		"bit_and":         {form: "CASE WHEN count($1)$T > 0 THEN CAST(bit_and($1)$T AS SIGNED) END"},
		"bit_or":          {form: "CASE WHEN count($1)$T > 0 THEN CAST(bit_or($1)$T AS SIGNED) END"},
		"bit_xor":         {form: "CASE WHEN count($1)$T > 0 THEN CAST(bit_xor($1)$T AS SIGNED) END"},
		"json_agg":        {form: "json_arrayagg($1)$T", nulls: true, unframed: true},
		"json_object_agg": {form: "json_objectagg($1, $2)$T", nulls: true, unframed: true},
		"string_agg":      {write: mysqlStringAgg, orders: true, unframed: true},
	}
	without(rows, "has none", "translate", "gcd", "lcm", "corr", "covar_pop", "covar_samp", "mode",
		"regr_intercept", "regr_r2", "regr_slope", "regr_sxx", "regr_sxy", "regr_syy")
	without(rows, noInitcap, "initcap")
	without(rows, noPercentile, "percentile_cont", "percentile_disc")
	return without(rows, "has no arrays", arrayFunctions[:]...)
}

// mysqlTrim writes trim, ltrim or rtrim: of other characters than spaces these
// databases take one.
func mysqlTrim(side string) func(*compiler, function, *expr.CallExpr, level) {
	return func(c *compiler, f function, n *expr.CallExpr, _ level) {
		if n.Args().Len() == 1 {
			c.call(f, n)
			return
		}
		l, ok := n.Args().At(1).Node().(*expr.LiteralExpr)
		if !ok || !l.Value().IsNull() && utf8.RuneCountInString(c.valueOf(l).Text()) != 1 {
			c.unsupported(f.spelling+" of several characters", c.d.name+" takes one, as plain text")
			return
		}
		c.text("trim(")
		c.text(side)
		c.form(f, "$2 FROM $1)", n)
	}
}

// mysqlStringAgg writes GROUP_CONCAT with what stands between the texts in front of
// each, and takes it off the first: behind SEPARATOR there may be no argument.
func mysqlStringAgg(c *compiler, f function, n *expr.CallExpr, _ level) {
	if _, plain := c.slotOf(n.Args().At(1)); !plain {
		c.unsupported("string_agg with a computed text between", c.d.name+" takes a plain text or a parameter")
		return
	}
	c.form(f, "substr(group_concat($Dconcat($2, $1)$O SEPARATOR ''), char_length($2) + 1)", n)
}

// mysqlInJSON marks what is no plain text or number.
func mysqlInJSON(c *compiler, x expr.Expr, at level) {
	switch x.Type().Family() {
	case schema.FamilyJSON:
		c.around("json_extract(", x, ", '$')")
	case schema.FamilyBoolean:
		c.stays("JSON", x)
		c.text("CASE WHEN ")
		c.expr(x, levelNot)
		c.text(" THEN json_extract('true', '$') WHEN ")
		c.not(x, anywhere)
		c.text(" THEN json_extract('false', '$') END")
	default:
		c.expr(x, at)
	}
}

// mysqlStrpos finds text by its characters.
func mysqlStrpos(c *compiler, f function, n *expr.CallExpr, _ level) {
	c.form(f, "locate(convert($2 USING utf8mb4) COLLATE "+c.d.binary+", $1)", n)
}

// undistinct is an aggregate of floats that has no DISTINCT.
func undistinct(name string) function {
	return function{spelling: name, args: "f", write: func(c *compiler, f function, n *expr.CallExpr, _ level) {
		if n.IsDistinct() {
			c.unsupported("DISTINCT of "+name, c.d.name+" has none: take the distinct values from a subquery")
			return
		}
		c.call(f, n)
	}}
}
