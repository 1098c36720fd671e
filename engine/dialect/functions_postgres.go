package dialect

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// postgresFunctions returns the functions that PostgreSQL spells in its own way.
func postgresFunctions() map[string]function {
	octets := func(name string) map[schema.Family]string {
		return map[schema.Family]string{schema.FamilyBinary: name + "($1)"}
	}
	digest := func(name string) function {
		return function{form: "encode(" + name + "(convert_to($1, 'UTF8')), 'hex')",
			of: map[schema.Family]string{schema.FamilyBinary: "encode(" + name + "($1), 'hex')"}}
	}
	utc := func(form string) map[schema.Family]string { // of an instant
		return map[schema.Family]string{schema.FamilyDateTimeTZ: form}
	}
	rows := map[string]function{
		"bit_length":   {spelling: "bit_length", of: octets("bit_length")},
		"chr":          {form: "CASE WHEN $1 BETWEEN 1 AND 55295 OR $1 BETWEEN 57344 AND 1114111 THEN chr(CAST($1 AS INTEGER)) END"},
		"from_base64":  {form: "CASE WHEN $1 ~ '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$$' THEN decode($1, 'base64') END"},
		"hex":          {form: "upper(encode($1, 'hex'))"},
		"octet_length": {spelling: "octet_length", of: octets("octet_length")},
		"overlay": {forms: map[int]string{3: "overlay($1 PLACING $2 FROM $3)",
			4: "overlay($1 PLACING $2 FROM $3 FOR $4)"}},
		"sha256":    digest("sha256"),
		"sha512":    digest("sha512"),
		"to_base64": {form: "replace(encode($1, 'base64'), chr(10), '')"},
		"to_hex":    {form: "to_hex(CAST($1 AS BIGINT))"},
		"trim":      {spelling: "trim", forms: map[int]string{2: "btrim($1, $2)"}},
		"unhex":     {form: "CASE WHEN $1 ~ '^([0-9A-Fa-f]{2})*$$' THEN decode($1, 'hex') END"},

		"acos":  {form: "CASE WHEN $1 BETWEEN -1 AND 1 THEN acos($1) END"},
		"acosh": {form: "CASE WHEN $1 >= 1 THEN acosh($1) END"},
		"asin":  {form: "CASE WHEN $1 BETWEEN -1 AND 1 THEN asin($1) END"},
		"cbrt":  {spelling: "cbrt"},
		"ceil":  {spelling: "ceil", write: postgresWhole},
		"floor": {spelling: "floor", write: postgresWhole},
		"cot":   {form: "CASE WHEN $1 <> 0 THEN cot($1) END"},

		"greatest": {spelling: "greatest", write: postgresExtreme},
		"least":    {spelling: "least", write: postgresExtreme},
		"ln":       {form: "CASE WHEN $1 > 0 THEN ln($1) END"},
		"log10":    {form: "CASE WHEN $1 > 0 THEN log($1) END"},
		"log2":     {form: "CASE WHEN $1 > 0 THEN ln($1) / ln(2e0) END"},
		"mod":      {form: "mod($1, nullif($2, 0))"},
		"round":    {spelling: "round", write: postgresRound},
		"sign":     {form: "CAST(sign($1) AS INTEGER)"},
		"sqrt":     {form: "CASE WHEN $1 >= 0 THEN sqrt($1) END"},
		"trunc":    {spelling: "trunc", write: postgresWhole},

		"current_date":      {form: "CAST(now() AT TIME ZONE 'UTC' AS DATE)"},
		"current_time":      {form: "CAST(now() AT TIME ZONE 'UTC' AS TIME)"},
		"current_timestamp": {form: "now()"},
		"localtimestamp":    {form: "CAST(now() AT TIME ZONE 'UTC' AS TIMESTAMP)"},
		"now":               {spelling: "now"},
		"day_name":          {form: "to_char($1, 'FMDay')", of: utc("to_char($1 AT TIME ZONE 'UTC', 'FMDay')")},
		"month_name":        {form: "to_char($1, 'FMMonth')", of: utc("to_char($1 AT TIME ZONE 'UTC', 'FMMonth')")},
		"epoch":             {form: "CAST(floor(extract(EPOCH FROM $1)) AS BIGINT)"},
		"from_epoch":        {form: "CASE WHEN $1 BETWEEN -62135596800 AND 253402300799 THEN to_timestamp($1) END"},
		"last_day":          {form: "CAST(date_trunc('month', $1) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)"},
		"make_date":         {form: "CASE WHEN " + isDate + " THEN make_date($1, $2, $3) END"},
		"make_time":         {form: "CASE WHEN $1 BETWEEN 0 AND 23 AND $2 BETWEEN 0 AND 59 AND $3 BETWEEN 0 AND 59 THEN make_time($1, $2, $3) END"},
		"make_timestamp": {form: "CASE WHEN $4 BETWEEN 0 AND 23 AND $5 BETWEEN 0 AND 59 AND $6 BETWEEN 0 AND 59 AND " + isDate +
			" THEN make_timestamp($1, $2, $3, $4, $5, $6) END"},

		"json_array_length": {args: "v", form: "CASE jsonb_typeof($1) WHEN 'array' THEN jsonb_array_length($1) END"},
		"json_build_array":  {form: "jsonb_build_array($1*)"},
		"json_build_object": {spelling: "jsonb_build_object", write: writeJSONObject},
		"json_insert":       {args: "vav", form: "CASE jsonb_typeof($1) WHEN 'object' THEN jsonb_build_object($2, $3) || $1 END"},
		"json_remove":       {args: "va", form: "CASE jsonb_typeof($1) WHEN 'object' THEN $1 - $2 END"},
		"json_replace": {args: "vav", form: "CASE jsonb_typeof($1) WHEN 'object' THEN CASE WHEN jsonb_exists($1, $2)" +
			" THEN $1 || jsonb_build_object($2, $3) ELSE $1 END END"},
		"json_set":    {args: "vav", form: "CASE jsonb_typeof($1) WHEN 'object' THEN $1 || jsonb_build_object($2, $3) END"},
		"json_typeof": {args: "v", form: "jsonb_typeof($1)"},
		"json_valid":  {refused: "has none before 16"},
		"to_json":     {form: "to_jsonb($1)"},

		"any_value":       {spelling: "min", write: postgresAggregate("bool_and")},
		"bool_and":        {spelling: "bool_and"},
		"bool_or":         {spelling: "bool_or"},
		"json_agg":        {spelling: "jsonb_agg", nulls: true},
		"json_object_agg": {spelling: "jsonb_object_agg", nulls: true},
		"max":             {spelling: "max", write: postgresAggregate("bool_or")},
		"min":             {spelling: "min", write: postgresAggregate("bool_and")},
		"regr_avgx":       {spelling: "regr_avgx"},
		"regr_avgy":       {spelling: "regr_avgy"},
		"regr_count":      {spelling: "regr_count", args: "f"},

		"array_append":        {spelling: "array_append", write: postgresElements},
		"array_position":      {spelling: "array_position", write: postgresElements},
		"array_positions":     {spelling: "array_positions", write: postgresElements},
		"array_prepend":       {spelling: "array_prepend", write: postgresElements},
		"array_remove":        {spelling: "array_remove", write: postgresElements},
		"array_replace":       {spelling: "array_replace", write: postgresElements},
		"array_get":           {args: "ai", form: "($1)[$2]"},
		"array_length":        {form: "array_length($1, 1)"},
		"array_slice":         {args: "ai", form: "($1)[$2 : $3]"},
		"generate_subscripts": {form: "generate_subscripts($1, 1)"},
	}
	return rows
}

// postgresElements casts elements to the type of those that they meet.
func postgresElements(c *compiler, f function, n *expr.CallExpr, _ level) {
	c.text(f.spelling)
	c.text("(")
	array := n.Args().At(0).Type()
	if !array.IsArray() {
		array = n.Args().At(1).Type()
	}
	for i, x := range n.Args().All() {
		if i > 0 {
			c.text(", ")
		}
		if f.letter(i) != 'o' || !array.IsArray() || x.Type() == array.Elem() {
			c.expr(x, anywhere)
			continue
		}
		c.around("CAST(", x, " AS ")
		postgresType(c, array.Elem())
		c.text(")")
	}
	c.text(")")
}

// postgresInJSON gives plain values a type, JSON that of its binary form.
func postgresInJSON(c *compiler, x expr.Expr, at level) {
	switch {
	case isUntypedNull(x):
		c.text("NULL::TEXT")
	case x.Type().Family() == schema.FamilyJSON:
		c.around("CAST(", x, " AS JSONB)")
	default:
		c.textual(x, at)
	}
}
