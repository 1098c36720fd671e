package tests

import (
	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func constructsOfLists() []construct {
	// in are the users whose column is in a list of values, and those whose is not.
	in := func(name, column string, elem schema.Type, rows, not string, values ...any) []construct {
		c := func(what, rows string, cond func(s *sample, l expr.Expr) expr.Expr) construct {
			return construct{name: "lists: " + name + what, rows: rows, params: engine.Params{"l": values}, emulated: "sqlite mysql mariadb", build: func(s *sample) expr.Node {
				return expr.Select(s.id()).Where(cond(s, expr.Param("l", schema.ArrayOf(elem)))).OrderBy(s.id())
			}}
		}
		return []construct{
			c("", rows, func(s *sample, l expr.Expr) expr.Expr { return s.u.C(column).In(l) }),
			c(", not in", not, func(s *sample, l expr.Expr) expr.Expr { return s.u.C(column).NotIn(l) }),
		}
	}
	all := []construct{{name: "lists: a default", emulated: "sqlite mysql mariadb", rows: "1\n3", build: func(s *sample) expr.Node {
		return expr.Select(s.id()).Where(s.name().In(expr.ParamDefault("l", schema.ArrayOf(schema.Text), []string{"Zoë", "ann"}))).OrderBy(s.id())
	}}}
	refused := none("has none of this meaning", "sqlite", "mysql", "mariadb")
	array := func(items ...any) expr.Expr { return expr.Array(schema.Integer, items...) }
	all = append(all, construct{name: "arrays: contains, contained, overlaps", refused: refused, rows: "true|false|true|false|true|false|NULL", build: func(*sample) expr.Node {
		return expr.Select(array(1, 2, 3).Contains(array(3, 1)), array(1).Contains(array(2)), array(1).ContainedBy(array(1, 2)), array(1, 3).ContainedBy(array(1, 2)),
			array(1, 2).Overlaps(expr.Array(schema.BigInteger, 2, 3)), array(1).Overlaps(array()), array(1).Overlaps(nil))
	}}, construct{name: "arrays: at, slice and concat", refused: none("has no arrays", "sqlite", "mysql", "mariadb"), rows: "20|NULL|{20,30}|{10,30}|{10,30,7}|{7,30}|{10}|10", build: func(*sample) expr.Node {
		all := array(10, 20, 30)
		ends := array(10).Concat(array(30))
		return expr.Select(all.At(2), all.At(0), all.Slice(2, 9), ends, ends.Concat(7), expr.Of(7).Concat(array(30)), array(10).Concat(nil), ends.Slice(1, 1).At(1))
	}}, construct{name: "json: contains and contained", refused: refused, rows: "1|true|false\n2|false|true\n3|NULL|NULL\n4|false|false\n5|NULL|NULL", build: func(s *sample) expr.Node {
		return expr.Select(s.id(), s.u.C("data").Contains(literal(schema.JSON, `{"n": 5}`)), s.u.C("data").ContainedBy(literal(schema.JSON, `{"n": null, "items": [1], "x": 2}`)))
	}})
	for _, list := range [][]construct{
		in("integers", "id", schema.BigInteger, "2\n4", "1\n3\n5", 2, 4, 9007199254740993),
		in("integers with NULL", "id", schema.BigInteger, "2", "", 2, nil),
		in("none", "age", schema.Integer, "", "1\n2\n3\n4\n5"),
		in("texts", "name", schema.Text, "1\n3\n5", "2\n4", "ann", "Zoë", `50%_\`, "bob", "DAN", "ann "),
		in("decimals", "balance", schema.Numeric(10, 2), "1\n3\n5", "2", 12.5, 99999.99),
		in("floats", "score", schema.Double, "1\n3\n4", "2", 2.5, 0),
		in("dates", "born", schema.Date, "1\n4", "2\n5", "1994-02-28", "2024-02-29"),
		in("datetimes", "created", schema.DateTime, "1", "2\n4\n5", "2026-01-31 13:45:00"),
		in("instants", "seen", schema.DateTimeTZ, "1", "2\n4\n5", "2026-01-31 14:45:00+01:00"),
		in("booleans", "active", schema.Boolean, "1\n3", "2\n5", true),
		in("uuids", "token", schema.UUID, "1", "", "6f1f0b0e-0000-4000-8000-00000000000a"),
		in("enums", "mood", mood, "1\n3", "2\n5", "happy", "ok"),
	} {
		all = append(all, list...)
	}
	return all
}
