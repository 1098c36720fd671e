package tests

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

const (
	saOneMeaning = "the same rows on every database"
	saArguments  = "a word of the syntax takes no argument, and a literal is one"
)

// saAskedCases are some that were asked when acceptance was played: what each database can say of its own,
// negation, constants, keys of subqueries, functions of schemas and in FROM.
func saAskedCases() []saFresh {
	const pg, my, lite = "postgresql", "mysql", "sqlite"
	fn, not := expr.Func, expr.Not
	type tables = expr.TableSource
	own := func(name string, args ...any) expr.Expr { return expr.UnknownFunc(name, schema.Integer, args...) }
	column := func(name string, t schema.Type) []expr.ColumnType { return []expr.ColumnType{{Name: name, Type: t}} }
	return []saFresh{
		{name: "not equal, negated", want: `u.age = :p`, build: func(u, a *tables) any { return not(u.C("age").Ne(1)) }},
		{name: "less, negated", want: `u.age >= :p`, build: func(u, a *tables) any { return not(u.C("age").Lt(1)) }},
		{name: "in, negated", want: `u.age NOT IN (:p, :q)`, build: func(u, a *tables) any { return not(u.C("age").In(1, 2)) }},
		{name: "null, negated", want: `u.age IS NOT NULL`, build: func(u, a *tables) any { return not(u.C("age").IsNull()) }},
		{name: "distinct, negated", want: `u.age IS NOT DISTINCT FROM u.id`, build: func(u, a *tables) any { return not(u.C("age").IsDistinctFrom(u.C("id"))) }},
		{name: "ilike, negated", dialect: pg, want: `u.name NOT ILIKE :p`, build: func(u, a *tables) any { return not(u.C("name").ILike("x")) }},
		{name: "regexp, negated", dialect: pg, want: `u.name !~* :p`, build: func(u, a *tables) any { return not(u.C("name").RegexpMatch("a", true)) }},
		{name: "any, negated", dialect: pg, want: `NOT (:p = ANY (u.tags))`, build: func(u, a *tables) any { return not(expr.Of("x").Eq(expr.Any(u.C("tags")))) }},
		{name: "negated twice", want: `u.age = :p OR u.id = :q`, build: func(u, a *tables) any { return not(not(expr.Or(u.C("age").Eq(1), u.C("id").Eq(2)))) }},
		{name: "and, negated", want: `NOT (u.age = :p AND u.name != :q)`, build: func(u, a *tables) any { return not(expr.And(u.C("age").Eq(1), u.C("name").Ne("x"))) }},
		{name: "and true", want: `SELECT u.id FROM u WHERE u.age = :p`, build: func(u, a *tables) any { return expr.Select(u.C("id")).Where(true, u.C("age").Eq(1)) }},
		{name: "and false", want: `SELECT u.id FROM u WHERE false`, build: func(u, a *tables) any { return expr.Select(u.C("id")).Where(u.C("age").Eq(1), false) }},
		{name: "or true", want: `SELECT u.id FROM u WHERE true`, build: func(u, a *tables) any { return expr.Select(u.C("id")).Where(expr.Or(u.C("age").Eq(1), true)) }},
		{name: "or false", want: `SELECT u.id FROM u WHERE u.age = :p OR u.id = :q`, build: func(u, a *tables) any {
			return expr.Select(u.C("id")).Where(expr.Or(u.C("age").Eq(1), false, u.C("id").Eq(2)))
		}},
		{name: "or true, grouped", want: `SELECT count(*) AS n FROM u GROUP BY true`, build: func(u, a *tables) any {
			return expr.Select(fn("count").Label("n")).From(u).GroupBy(expr.Or(u.C("age").Eq(1), true))
		}, better: "PostgreSQL groups by no constant", sql: `select count ( * ) as n from u group by u.age = ? or ?`},
		{name: "not true", want: `SELECT u.id FROM u WHERE false`, build: func(u, a *tables) any { return expr.Select(u.C("id")).Where(not(true)) }},
		{name: "true, selected", want: `SELECT true AS t`, build: func(u, a *tables) any { return expr.Select(expr.Of(true).Label("t")) }, better: saLiterals, sql: `select ? as t`},
		{name: "like", want: `u.name LIKE :p`, build: func(u, a *tables) any { return u.C("name").Like("x%") }},
		{name: "like of MySQL", dialect: my, want: `u.name LIKE %s`, build: func(u, a *tables) any { return u.C("name").Like("x%") }, better: saOneMeaning, sql: `u.name like ? escape x '5C'`},
		{name: "contains", want: `u.name LIKE '%' || :p || '%'`, build: func(u, a *tables) any { return u.C("name").Contains("x") }, better: "a % or _ in the text is only itself", sql: `u.name like ? escape '!'`},
		{name: "a quotient of integers", want: `u.age / CAST(u.id AS NUMERIC)`, build: func(u, a *tables) any { return u.C("age").Div(u.C("id")) }},
		{name: "a quotient in a quotient", want: `u.age / CAST(:p AS NUMERIC) / u.id`, build: func(u, a *tables) any { return u.C("age").Div(2).Div(u.C("id")) }},
		{name: "a quotient of SQLite", dialect: lite, want: `u.age / (u.id + 0.0)`, build: func(u, a *tables) any { return u.C("age").Div(u.C("id")) }, better: "a cast says what it is", sql: `u.age / cast ( u.id as real )`},
		{name: "a key of a subquery", want: `SELECT u.name, s.n FROM u JOIN (SELECT a.user_id AS user_id, count(*) AS n FROM a GROUP BY a.user_id) AS s ON u.id = s.user_id`, build: func(u, a *tables) any {
			s := expr.Select(a.C("user_id"), fn("count").Label("n")).GroupBy(a.C("user_id")).Subquery("s")
			return expr.Select(u.C("name"), s.C("n")).Join(s)
		}},
		{name: "a function of a schema", want: `foo.bar(u.id, :p)`, build: func(u, a *tables) any { return own("foo.bar", u.C("id"), 1) }},
		{name: "a function of another case", want: `"Foo"(:p)`, build: func(u, a *tables) any { return own("Foo", 1) }, better: "a function's name is written as it is, in lower case", err: `function "Foo"`},
		{name: "rows of SQLite's own", dialect: lite, want: `SELECT e.value FROM json_each(:p) AS e`, build: func(u, a *tables) any {
			return expr.Select(own("json_each", "[]").TableValued("e", column("value", schema.Text), false).C("value"))
		}},
		{name: "rows of types that are said", dialect: pg, want: `SELECT r.a FROM json_to_recordset(:p) AS r(a INTEGER)`, build: func(u, a *tables) any {
			return expr.Select(own("json_to_recordset", "[]").TableValued("r", column("a", schema.Integer), false).Typed())
		}},
		{name: "an update of two tables", dialect: my, want: `UPDATE u, a SET u.name=:p WHERE u.id = a.user_id`, build: func(u, a *tables) any {
			return expr.Update(u).Set(expr.Assign{"name": "x"}).From(a).Where(u.C("id").Eq(a.C("user_id")))
		}},
		{name: "a delete of two tables", dialect: my, want: `DELETE FROM u USING u, a WHERE u.id = a.user_id`, build: func(u, a *tables) any {
			return expr.Delete(u).Using(a).Where(u.C("id").Eq(a.C("user_id")))
		}},
		{name: "an update without a match", dialect: my, want: `UPDATE u SET name=:p WHERE false`, build: func(u, a *tables) any { return expr.Update(u).Set(expr.Assign{"name": "x"}).Where(expr.Or()) }},
		{name: "an array", dialect: pg, want: `ARRAY[%(p)s::TEXT, %(q)s::TEXT] && u.tags`, build: func(u, a *tables) any { return expr.Array(schema.Text, "a", "b").Overlaps(u.C("tags")) }},
		{name: "an array of columns", dialect: pg, want: `ARRAY[u.id, u.age]`, build: func(u, a *tables) any { return expr.Array(schema.Integer, u.C("id"), u.C("age")) }, better: "a column may be of another type in the database", sql: `array [ u.id , u.age ] :: integer [ ]`},
		{name: "an element", dialect: pg, want: `u.tags[:p] = :q`, build: func(u, a *tables) any { return u.C("tags").At(2).Eq("x") }},
		{name: "elements", dialect: pg, want: `u.tags[%(p)s:%(q)s]`, build: func(u, a *tables) any { return u.C("tags").Slice(1, 2) }},
		{name: "an operator beside AND", dialect: pg, want: `u.name @@ :p AND u.age > :q`, build: func(u, a *tables) any {
			return expr.And(u.C("name").Custom("@@", "x", schema.Boolean), u.C("age").Gt(1))
		}},
		{name: "operators beside each other", dialect: pg, want: `(u.name -> :p) -> :q`, build: func(u, a *tables) any { return u.C("name").Custom("->", "x").Custom("->", "y") }},
		{name: "an operator of words", dialect: pg, want: `u.name SIMILAR TO :p`, build: func(u, a *tables) any { return u.C("name").Custom("SIMILAR TO", "x", schema.Boolean) }, better: "an operator is of signs: what is of words is said in raw text", err: `operator "SIMILAR TO"`},
		{name: "at a time zone", dialect: pg, want: `u.made AT TIME ZONE :p`, build: func(u, a *tables) any { return u.C("made").AtTimeZone("UTC") }},
		{name: "a limit of an expression", want: `SELECT u.id FROM u LIMIT :p + :q`, build: func(u, a *tables) any { return expr.Select(u.C("id")).Limit(expr.Of(1).Add(2)) }, better: "a limit below 0 is 0", sql: `select u.id from u limit greatest ( ? + ? , 0 )`},
		{name: "offset of MySQL", dialect: my, want: `SELECT u.id FROM u LIMIT %s, 18446744073709551615`, build: func(u, a *tables) any { return expr.Select(u.C("id")).Offset(20) }, better: "the same in the words of the others", sql: `select u.id from u limit 18446744073709551615 offset ?`},
		{name: "share of MySQL", dialect: my, want: `SELECT u.id FROM u LOCK IN SHARE MODE`, build: func(u, a *tables) any { return expr.Select(u.C("id")).Locked(expr.ForShare, expr.WaitForLock) }, better: "MySQL 8 has the standard's own words", sql: `select u.id from u for share`},
		{name: "a lock of SQLite", dialect: lite, want: `SELECT u.id FROM u`, build: func(u, a *tables) any { return expr.Select(u.C("id")).Locked(expr.ForUpdate, expr.WaitForLock) }},
		{name: "grouped by a label", want: `SELECT u.age + :p AS n FROM u GROUP BY n`, build: func(u, a *tables) any { return expr.Select(u.C("age").Add(1).Label("n")).GroupBy(expr.Ref("n")) }, better: "by its number, as a column may have the label's name", sql: `select u.age + ? as n from u group by 1`},
		{name: "case of a value", want: `CASE u.name WHEN :p THEN :q ELSE :r END`, build: func(u, a *tables) any {
			return expr.CaseElse(0, expr.WhensOf(u.C("name"), expr.NewWhen("x", 1))...)
		}, better: "each condition is said, and compares as any other", sql: `case when u.name = ? then ? else ? end`},
		{name: "texts joined, of MySQL", dialect: my, want: `group_concat(u.name SEPARATOR %s)`, build: func(u, a *tables) any { return fn("string_agg", u.C("name"), ",") }, better: saArguments,
			sql: `substr ( group_concat ( concat ( ? , u.name ) separator '' ) , char_length ( ? ) + 1 )`},
		{name: "replaced by a pattern", dialect: pg, want: `REGEXP_REPLACE(u.name, :p, :q)`, build: func(u, a *tables) any { return u.C("name").RegexpReplace("a", "b") }, better: "all matches, " + saOneMeaning, sql: `regexp_replace ( u.name , ? , ? , 'g' )`},
		{name: "matched by MySQL", dialect: my, want: `u.name REGEXP %s`, build: func(u, a *tables) any { return u.C("name").RegexpMatch("a") }, better: saOneMeaning, sql: `u.name regexp concat ( '(?s-i)' , ? )`},
		{name: "exclusive or of MySQL", dialect: my, want: `u.age ^ %s`, build: func(u, a *tables) any { return u.C("age").BitXor(5) }, better: "MySQL's bits have no sign", sql: `cast ( u.age ^ ? as signed )`},
		{name: "shifted", dialect: pg, want: `u.age << :p`, build: func(u, a *tables) any { return u.C("age").ShiftLeft(5) }, better: "64 bits on every database", sql: `cast ( u.age as bigint ) < < ?`},
		{name: "a table alone", dialect: pg, want: `SELECT b.id FROM ONLY u AS b`, build: func(u, a *tables) any {
			b := u.Alias("b")
			return expr.Select(b.C("id")).Hint(b, "ONLY", "postgres")
		}},
		{name: "upsert by a partial index", dialect: pg, want: `INSERT INTO u (name) VALUES (:p) ON CONFLICT (name) WHERE age IS NULL DO NOTHING`, build: func(u, a *tables) any {
			return expr.Insert(u).Values(expr.Assign{"name": "x"}).OnConflict(u.C("name")).Among(u.C("age").IsNull()).DoNothing()
		}},
		{name: "a part of JSON as text", dialect: pg, want: `u.doc ->> :p`, build: func(u, a *tables) any { return u.C("doc").Get("a").AsString() }, better: "what is no text is NULL, " + saOneMeaning,
			sql: `( jsonb_path_query_first ( cast ( ( u.doc -> ? ) as jsonb ) , 'strict $ ? (@.type() == "string")' ) # > > '{}' )`},
	}
}
