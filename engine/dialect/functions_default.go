package dialect

import "github.com/sqlser/sqlser/engine/expr"

// functions are the functions as most databases have them. Nothing but a spelling
// or a form in here, or in a dialect's own list, is ever written.
//
// No function of this package may name this list: it finds others through its compiler.
var functions = map[string]function{
	// text
	"ascii":        {spelling: "ascii", args: "t"},
	"bit_length":   {spelling: "bit_length", args: "t"},
	"char_length":  {spelling: "char_length", args: "t"},
	"chr":          {args: "n"},
	"concat":       {spelling: "concat", args: "t"},
	"concat_ws":    {spelling: "concat_ws", args: "t"},
	"from_base64":  {args: "t"},
	"hex":          {spelling: "hex", args: "a"},
	"initcap":      {spelling: "initcap", args: "t"},
	"left":         {spelling: "left", args: "t0"},
	"length":       {spelling: "length", args: "t"},
	"lower":        {spelling: "lower", args: "t"},
	"lpad":         {spelling: "lpad", args: "t0t"},
	"ltrim":        {spelling: "ltrim", args: "t"},
	"md5":          {spelling: "md5", args: "t"},
	"octet_length": {spelling: "octet_length", args: "t"},
	"overlay":      {args: "tt10"},
	"repeat":       {spelling: "repeat", args: "t0"},
	"replace":      {spelling: "replace", args: "t"},
	"reverse":      {spelling: "reverse", args: "t"},
	"right":        {spelling: "right", args: "t0"},
	"rpad":         {spelling: "rpad", args: "t0t"},
	"rtrim":        {spelling: "rtrim", args: "t"},
	"sha256":       {args: "t"},
	"sha512":       {args: "t"},
	"split_part":   {spelling: "split_part", args: "tt1"},
	"strpos":       {spelling: "strpos", args: "t"},
	"substr":       {spelling: "substr", args: "t10"},
	"to_base64":    {args: "a"},
	"to_hex":       {args: "n"},
	"translate":    {spelling: "translate", args: "t"},
	"trim":         {spelling: "trim", args: "t"},
	"unhex":        {spelling: "unhex", args: "t"},
	"upper":        {spelling: "upper", args: "t"},

	// numbers
	"abs":      {spelling: "abs", args: "n"},
	"acos":     {spelling: "acos", args: "f"},
	"acosh":    {spelling: "acosh", args: "f"},
	"asin":     {spelling: "asin", args: "f"},
	"asinh":    {spelling: "asinh", args: "f"},
	"atan":     {spelling: "atan", args: "f"},
	"atan2":    {spelling: "atan2", args: "f"},
	"atanh":    {args: "f", form: "CASE WHEN $1 > -1 AND $1 < 1 THEN atanh($1) END"},
	"cbrt":     {args: "f", form: "(sign($1) * power(abs($1), 1e0 / 3))"},
	"ceil":     {spelling: "ceil", args: "n"},
	"cos":      {spelling: "cos", args: "f"},
	"cosh":     {spelling: "cosh", args: "f"},
	"cot":      {args: "f", form: "CASE WHEN $1 <> 0 THEN 1 / tan($1) END"},
	"degrees":  {spelling: "degrees", args: "f"},
	"exp":      {spelling: "exp", args: "f"},
	"floor":    {spelling: "floor", args: "n"},
	"gcd":      {spelling: "gcd", args: "n"},
	"greatest": {spelling: "greatest", args: "m"},
	"lcm":      {spelling: "lcm", args: "n"},
	"least":    {spelling: "least", args: "m"},
	"ln":       {spelling: "ln", args: "f"},
	"log":      {args: "f", form: "CASE WHEN $1 > 0 AND $1 <> 1 AND $2 > 0 THEN ln($2) / ln($1) END"},
	"log10":    {spelling: "log10", args: "f"},
	"log2":     {spelling: "log2", args: "f"},
	"mod":      {spelling: "mod", args: "n"},
	"pi":       {spelling: "pi"},
	"power":    {args: "f", form: "CASE WHEN $1 = 0 AND $2 < 0 OR $1 < 0 AND $2 <> floor($2) THEN NULL ELSE power($1, $2) END"},
	"radians":  {spelling: "radians", args: "f"},
	"random":   {spelling: "random"},
	"round":    {spelling: "round", args: "ni"},
	"sign":     {spelling: "sign", args: "n"},
	"sin":      {spelling: "sin", args: "f"},
	"sinh":     {spelling: "sinh", args: "f"},
	"sqrt":     {spelling: "sqrt", args: "f"},
	"tan":      {spelling: "tan", args: "f"},
	"tanh":     {spelling: "tanh", args: "f"},
	"trunc":    {spelling: "trunc", args: "n"},
	"width_bucket": {args: "fffn", form: "CASE WHEN $2 < $3 AND $4 > 0 THEN CASE WHEN $1 < $2 THEN 0 WHEN $1 >= $3 THEN $4 + 1" +
		" ELSE CAST(floor(($1 - $2) / ($3 - $2) * $4) + 1 AS INTEGER) END END"},

	// values
	"coalesce":        {spelling: "coalesce", args: "m"},
	"gen_random_uuid": {spelling: "gen_random_uuid"},
	"iif":             {args: "amm", form: "CASE WHEN $1 THEN $2 ELSE $3 END"},
	"nullif":          {spelling: "nullif", args: "=", write: writeNullif},
	"num_nonnulls":    {write: countNulls("THEN 0 ELSE 1")},
	"num_nulls":       {write: countNulls("THEN 1 ELSE 0")},

	// dates
	"current_date":      {},
	"current_time":      {},
	"current_timestamp": {},
	"day_name":          {},
	"epoch":             {},
	"from_epoch":        {args: "n"},
	"last_day":          {},
	"localtimestamp":    {},
	"make_date":         {args: "i"},
	"make_time":         {args: "i"},
	"make_timestamp":    {args: "i"},
	"month_name":        {},
	"now":               {},
	"strftime":          {write: writeStrftime},

	// JSON
	"json_array_length": {},
	"json_build_array":  {args: "v"},
	"json_build_object": {args: "v", write: writeJSONObject},
	"json_insert":       {args: "aav", write: writeMember},
	"json_remove":       {args: "aav", write: writeMember},
	"json_replace":      {args: "aav", write: writeMember},
	"json_set":          {args: "aav", write: writeMember},
	"json_typeof":       {},
	"json_valid":        {spelling: "json_valid", args: "t"},
	"to_json":           {args: "v"},

	// aggregates
	"any_value":       {spelling: "min", args: "a"},
	"array_agg":       {spelling: "array_agg", args: "a"},
	"avg":             {spelling: "avg", args: "n"},
	"bit_and":         {spelling: "bit_and", args: "n"},
	"bit_or":          {spelling: "bit_or", args: "n"},
	"bit_xor":         {spelling: "bit_xor", args: "n"},
	"bool_and":        {spelling: "min", args: "a"},
	"bool_or":         {spelling: "max", args: "a"},
	"corr":            {spelling: "corr", args: "f"},
	"count":           {spelling: "count", args: "a"},
	"count_distinct":  {form: "count(DISTINCT CASE WHEN num_nulls($1*) = 0 THEN ROW($1*) END)$T", unframed: true},
	"covar_pop":       {spelling: "covar_pop", args: "f"},
	"covar_samp":      {spelling: "covar_samp", args: "f"},
	"grouping":        {spelling: "grouping"},
	"json_agg":        {args: "v", nulls: true},
	"json_object_agg": {args: "tv", nulls: true},
	"max":             {spelling: "max", args: "a"},
	"min":             {spelling: "min", args: "a"},
	"mode":            {spelling: "mode"},
	"percentile_cont": {spelling: "percentile_cont", args: "f"},
	"percentile_disc": {spelling: "percentile_disc", args: "f"},
	"regr_avgx":       {args: "f", form: "avg(CASE WHEN $1 IS NOT NULL THEN $2 END)$T"},
	"regr_avgy":       {args: "f", form: "avg(CASE WHEN $2 IS NOT NULL THEN $1 END)$T"},
	"regr_count":      {args: "n", form: "count(CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN 1 END)$T"},
	"regr_intercept":  {spelling: "regr_intercept", args: "f"},
	"regr_r2":         {spelling: "regr_r2", args: "f"},
	"regr_slope":      {spelling: "regr_slope", args: "f"},
	"regr_sxx":        {spelling: "regr_sxx", args: "f"},
	"regr_sxy":        {spelling: "regr_sxy", args: "f"},
	"regr_syy":        {spelling: "regr_syy", args: "f"},
	"stddev_pop":      {spelling: "stddev_pop", args: "f"},
	"stddev_samp":     {spelling: "stddev_samp", args: "f"},
	"string_agg":      {spelling: "string_agg", args: "t"},
	"sum":             {spelling: "sum", args: "n"},
	"var_pop":         {spelling: "var_pop", args: "f"},
	"var_samp":        {spelling: "var_samp", args: "f"},

	// windows
	"cume_dist":    {spelling: "cume_dist"},
	"dense_rank":   {spelling: "dense_rank"},
	"first_value":  {spelling: "first_value"},
	"lag":          {spelling: "lag", args: "m0m"},
	"last_value":   {spelling: "last_value"},
	"lead":         {spelling: "lead", args: "m0m"},
	"nth_value":    {spelling: "nth_value", args: "a1"},
	"ntile":        {spelling: "ntile", args: "1"},
	"percent_rank": {spelling: "percent_rank"},
	"rank":         {spelling: "rank"},
	"row_number":   {spelling: "row_number"},

	// arrays, and what gives rows
	"array_append":        {spelling: "array_append", args: "ao"},
	"array_cat":           {spelling: "array_cat", args: "a"},
	"array_get":           {args: "ai"},
	"array_length":        {args: "a"},
	"array_position":      {spelling: "array_position", args: "ao"},
	"array_positions":     {spelling: "array_positions", args: "ao"},
	"array_prepend":       {spelling: "array_prepend", args: "oa"},
	"array_remove":        {spelling: "array_remove", args: "ao"},
	"array_replace":       {spelling: "array_replace", args: "ao"},
	"array_slice":         {args: "ai"},
	"array_to_string":     {spelling: "array_to_string", args: "at"},
	"cardinality":         {spelling: "cardinality", args: "a"},
	"generate_series":     {spelling: "generate_series", args: "n"},
	"generate_subscripts": {args: "a"},
	"string_to_array":     {spelling: "string_to_array", args: "t"},
	"unnest":              {spelling: "unnest", args: "a"},
}

// without refuses functions of a database that has nothing like them.
func without(rows map[string]function, why string, names ...string) map[string]function {
	for _, name := range names {
		rows[name] = function{refused: why}
	}
	return rows
}

// What to write in place of functions that several databases lack.
const (
	noInitcap    = "has none: of one word, upper(left(x, 1)) before lower(substr(x, 2))"
	noPercentile = "has none: number the rows by row_number beside count over the same rows in a subquery, and take those in the middle"
)

// countNulls counts the arguments by a CASE each.
func countNulls(then string) func(*compiler, function, *expr.CallExpr, level) {
	return func(c *compiler, _ function, n *expr.CallExpr, _ level) {
		c.text("(")
		for i, x := range n.Args().All() {
			if i > 0 {
				c.text(" + ")
			}
			c.text("CASE WHEN ")
			c.expr(x, levelConcat)
			c.text(" IS NULL ")
			c.text(then)
			c.text(" END")
		}
		c.text(")")
	}
}
