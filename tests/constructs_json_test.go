package tests

import (
	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func constructsOfJSON() []construct {
	data := func(s *sample) expr.Expr { return s.u.C("data") }
	each := func(name, rows, emulated string, x func(s *sample) expr.Expr) construct {
		return construct{name: name, rows: rows, emulated: emulated, build: func(s *sample) expr.Node {
			return expr.Select(s.id(), x(s).Label("x")).Where(s.id().Ne(5)).OrderBy(s.id())
		}}
	}
	// of are parts of one JSON value.
	of := func(name, rows, emulated, text string, xs func(j expr.Expr) []any) construct {
		return construct{name: name, rows: rows, emulated: emulated, build: func(*sample) expr.Node {
			return expr.Select(xs(literal(schema.JSON, text))...)
		}}
	}
	gets := func(paths ...[]any) func(j expr.Expr) []any {
		return func(j expr.Expr) (all []any) {
			for _, p := range paths {
				all = append(all, j.Get(p...))
			}
			return all
		}
	}
	reads := func(as expr.JSONAs) func(j expr.Expr) []any {
		return func(j expr.Expr) (all []any) {
			for i := range 14 {
				all = append(all, j.Get(i).As(as))
			}
			return all
		}
	}
	// sorts has a value of every sort, and numbers at the ends of what fits.
	const sorts = `["x", "5", "true", "", 5, -2.5, 3.0, 1e2, 9223372036854775807, 9223372036854775808, true, false, null, {"a": [1]}]`
	const hostile = `{"a.b": 1, "a\"b": 2, "a\\b": 3, "$": 4, "$.x": 5, "[0]": 6, "0": 7, "": 8, "é": 9, "a\nb": 10, "*": 11, "a b": 12, "'": 13, "a": 14, "A": 15, "<": 16}`
	return []construct{
		each("json: get a key", "1|5\n2|null\n3|NULL\n4|NULL", "mysql mariadb", func(s *sample) expr.Expr { return data(s).Get("n") }),
		each("json: get a path", "1|\"v\"\n2|NULL\n3|NULL\n4|NULL", "mysql mariadb", func(s *sample) expr.Expr { return data(s).Get("items", 1, "k") }),
		each("json: is null, which JSON's null is not", "1|false\n2|false\n3|true\n4|true", "mysql mariadb", func(s *sample) expr.Expr { return data(s).Get("n").IsNull() }),
		each("json: has", "1|true\n2|true\n3|false\n4|false", "mysql mariadb", func(s *sample) expr.Expr { return data(s).Has("n") }),
		each("json: as_integer", "1|5\n2|NULL\n3|NULL\n4|NULL", "sqlite postgres mysql mariadb", func(s *sample) expr.Expr { return data(s).Get("n").AsInteger() }),
		of("json: as_string of every sort", "x|5|true||NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL", "sqlite postgres mysql mariadb", sorts, reads(expr.AsString)),
		of("json: as_integer of every sort", "NULL|NULL|NULL|NULL|5|NULL|3|100|9223372036854775807|NULL|NULL|NULL|NULL|NULL", "sqlite postgres mysql mariadb", sorts, reads(expr.AsInteger)),
		of("json: as_float of every sort", "NULL|NULL|NULL|NULL|5|-2.5|3|100|9.22337203685e+18|9.22337203685e+18|NULL|NULL|NULL|NULL", "sqlite postgres mysql mariadb", sorts, reads(expr.AsFloat)),
		of("json: as_numeric of every sort", "NULL|NULL|NULL|NULL|5|-2.5|3|NULL|NULL|NULL", "sqlite postgres mysql mariadb", `["x", "5", "true", "", 5, -2.5, 3.0, true, null, []]`, func(j expr.Expr) (all []any) {
			return reads(expr.AsNumeric)(j)[:10]
		}),
		of("json: as_boolean of every sort", "NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|true|false|NULL|NULL", "sqlite postgres mysql mariadb", sorts, reads(expr.AsBoolean)),
		of("json: hostile keys", "1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16", "mysql mariadb", hostile,
			gets([]any{"a.b"}, []any{`a"b`}, []any{`a\b`}, []any{"$"}, []any{"$.x"}, []any{"[0]"}, []any{"0"}, []any{""}, []any{"é"}, []any{"a\nb"}, []any{"*"}, []any{"a b"}, []any{"'"}, []any{"a"}, []any{"A"}, []any{"<"})),
		{name: "json: a key that begins with a minus", emulated: "mysql", rows: "1", refused: none("begins with -", "mariadb"), build: func(*sample) expr.Node {
			return expr.Select(literal(schema.JSON, `{"-1": 1}`).Get("-1"))
		}},
		of("json: hostile keys that are none", "NULL|NULL|NULL|NULL|NULL", "mysql mariadb", `{"a": {"b": 1}, "x": [1, 2]}`,
			gets([]any{"a.b"}, []any{`a"."b`}, []any{"x[0]"}, []any{"**"}, []any{`a\u002eb`})),
		of("json: indexes of lists alone", "NULL|NULL|2|NULL|NULL|NULL", "mysql mariadb", `{"a": {"0": 1}, "l": [[1, 2]], "n": 7}`,
			gets([]any{0}, []any{"a", 0}, []any{"l", 0, 1}, []any{"l", "0"}, []any{"n", 0}, []any{"l", 0, 2})),
		{name: "json: keys and indexes as parameters", emulated: "mysql mariadb", params: engine.Params{"key": "items", "index": 0}, rows: "1|1\n2|NULL\n3|NULL\n4|NULL\n5|NULL", build: func(s *sample) expr.Node {
			return expr.Select(s.id(), data(s).Get(expr.Param("key", schema.Text), expr.Param("index", schema.Integer)).AsInteger())
		}},
		{name: "json: grouped by a part", emulated: "sqlite postgres mysql mariadb", rows: "5|1\nNULL|4", build: func(s *sample) expr.Node {
			n := data(s).Get("n").AsInteger()
			return expr.Select(n.Label("x"), expr.Func("count").Label("n")).GroupBy(n).OrderBy(n.Asc().NullsLast())
		}},
		{name: "json: compared", emulated: "sqlite postgres mysql mariadb", rows: "1", build: func(s *sample) expr.Node {
			return expr.Select(s.id()).Where(data(s).Get("items", 1, "k").AsString().Eq("v"), data(s).Get("n").AsNumeric().Gt(4))
		}},
	}
}
