package tests

import (
	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func constructsOfOperators() []construct {
	// where asks for the ids of the rows for which a condition is true.
	where := func(name, rows string, cond func(s *sample) expr.Expr, more construct) construct {
		more.name, more.rows = name, rows
		more.build = func(s *sample) expr.Node { return expr.Select(s.id()).Where(cond(s)).OrderBy(s.id()) }
		return more
	}
	// value asks for an expression beside the id.
	value := func(name, rows string, x func(s *sample) expr.Expr, more construct) construct {
		more.name, more.rows = name, rows
		more.build = func(s *sample) expr.Node { return expr.Select(s.id(), x(s).Label("x")).OrderBy(s.id()) }
		return more
	}
	plain := construct{}
	older, younger := expr.Param("older", schema.Integer), expr.Param("younger", schema.Integer)
	mysqls := construct{emulated: "mysql mariadb"}
	mine := construct{emulated: "sqlite mysql mariadb"}
	postgresLacks := construct{refused: none("COLLATE nocase", "postgres")}
	noRegexp := construct{refused: none("regular expression", "sqlite")}
	noRows := construct{emulated: "sqlite"}
	userIDs := func(s *sample) *expr.SelectStmt { return expr.Select(s.a.C("user_id")) }
	noQuantifier := construct{refused: none("ANY", "sqlite")}
	noAll := construct{refused: none("ALL", "sqlite")}
	noArrays := construct{refused: none("of an array", "sqlite", "mysql", "mariadb")}
	text := func(s *sample) *expr.TextStmt {
		return expr.RawText("SELECT id, name FROM users WHERE age > :age", map[string]any{"age": 29}).TextColumns(expr.ColumnType{Name: "id", Type: schema.BigInteger}, expr.ColumnType{Name: "name", Type: schema.Text})
	}
	return []construct{
		where("raw: a condition", "1\n3\n4", func(s *sample) expr.Expr {
			return expr.RawText("age > :n AND ':n' <> :t", map[string]any{"n": 29, "t": "x"})
		}, plain),
		value("raw: a column", "1|31\n2|26\n3|31\n4|42\n5|NULL", func(s *sample) expr.Expr { return expr.LiteralColumn("age", schema.Integer).Add(1) }, plain),
		value("raw: with a column as a bind", "1|60\n2|50\n3|60\n4|82\n5|NULL", func(s *sample) expr.Expr {
			return expr.RawText(":a + :a", map[string]any{"a": s.age()}, schema.Integer)
		}, plain),
		{name: "raw: a statement", rows: "1|ann\n3|Zoë\n4|dan", build: func(s *sample) expr.Node { return text(s) }},
		{name: "raw: a statement as a source", rows: "1|Oslo\n1|Rome\n3|NULL\n3|Łódź", build: func(s *sample) expr.Node {
			w := text(s).Subquery("w")
			return expr.Select(w.C("id"), s.a.C("city")).From(w).Join(s.a, s.a.C("user_id").Eq(w.C("id")))
		}},
		{name: "raw: a statement in WITH and in a set", rows: "1\n2\n3\n4", build: func(s *sample) expr.Node {
			return expr.Select(text(s).CTE("w").C("id")).Union(expr.RawText("SELECT 2", nil).TextColumns(expr.ColumnType{Name: "n", Type: schema.BigInteger}))
		}},
		{name: "raw: prefix, hint and suffix", rows: "2", build: func(s *sample) expr.Node {
			return expr.Select(s.id()).Prefix("/* a */").Hint(s.u, "NOT INDEXED", "sqlite").Hint(s.u, "USE INDEX (name)", "mariadb").Where(s.name().Eq("Bob")).Suffix("/* z */")
		}},
		{name: "in: not in a set that may have NULL", rows: "1|NULL|NULL\n2|NULL|NULL\n3|NULL|false\n4|NULL|NULL\n5|NULL|NULL", build: func(s *sample) expr.Node {
			most := expr.Select(expr.Func("max", s.a.C("id"))).Where(s.a.C("city").IsNull().And(s.a.C("id").Lt(5))).GroupBy(s.a.C("user_id"))
			null := expr.Select(expr.TypedLiteral(expr.Value{}, schema.BigInteger))
			three := expr.Select(expr.TypedLiteral(expr.Int(3), schema.BigInteger))
			return expr.Select(s.id(), s.id().Add(10).NotIn(null.UnionAll(three)), s.id().NotIn(null.Union(most, three))).OrderBy(s.id())
		}, emulated: "mariadb"},
		{name: "in: a set with a LIMIT", rows: "2|true\n3|false", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			ids := expr.Select(s.a.C("user_id")).Distinct()
			some := ids.OrderBy(s.a.C("user_id").Desc()).Limit(1).Union(ids.Where(s.a.C("user_id").Eq(2)))
			return expr.Select(s.id(), s.id().In(some.OrderBy(expr.Ref("user_id")).Limit(1))).Where(s.id().In(some)).OrderBy(s.id())
		}},
		{name: "in: rows of a set with a LIMIT", rows: "2", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			rows := expr.Select(s.a.C("user_id"), expr.Of("Bob").Label("n")).UnionAll(expr.Select(s.a.C("user_id"), expr.Of("x")))
			return expr.Select(s.id()).Where(expr.Tuple(s.id(), s.name()).In(rows.OrderBy(expr.Ref("n"), expr.Ref("user_id")).Limit(9)))
		}},
		{name: "in: the only value is a query", rows: "1|true\n2|NULL\n3|NULL\n4|NULL\n5|NULL", build: func(s *sample) expr.Node {
			least := expr.Func("min", s.a.C("moved")).Filter(s.u.C("active"))
			return expr.Select(s.id(), s.u.C("born").NotIn(expr.Scalar(expr.Select(least).From(s.a)))).OrderBy(s.id())
		}},
		{name: "in: not the only value, of a function that some write as a query", rows: "1|true\n2|NULL\n3|true\n4|true\n5|true", build: func(s *sample) expr.Node {
			return expr.Select(s.id(), s.name().NotIn(expr.Func("reverse", s.u.C("email"))).Label("is"))
		}},
		{name: "in: not in a query of one row, which may be NULL", rows: "1|true|NULL\n2|NULL|NULL\n3|NULL|NULL\n4|NULL|NULL\n5|NULL|NULL", build: func(s *sample) expr.Node {
			moved := expr.Func("min", s.a.C("moved"))
			return expr.Select(s.id(), s.u.C("born").NotIn(expr.Select(moved).From(s.a).Where(s.u.C("active"))), s.u.C("born").NotIn(expr.Select(moved).From(s.a).Where(s.a.C("id").Lt(0)))).OrderBy(s.id())
		}, emulated: "mariadb"},
		where("tuple: equal", "1", func(s *sample) expr.Expr { return expr.Tuple(s.age(), s.name()).Eq(expr.Tuple(30, "ann")) }, plain),
		where("tuple: not equal, with NULL", "2\n3\n4\n5", func(s *sample) expr.Expr { return expr.Tuple(s.age(), s.name()).Ne(expr.Tuple(30, "ann")) }, plain),
		where("tuple: less", "1\n2\n3", func(s *sample) expr.Expr { return expr.Tuple(s.age(), s.id()).Lt(expr.Tuple(41, 4)) }, plain),
		where("tuple: greater, where the first are equal", "3\n4", func(s *sample) expr.Expr { return expr.Tuple(s.age(), s.id()).Gt(expr.Tuple(30, 1)) }, plain),
		where("tuple: is distinct from", "1\n2\n3\n4", func(s *sample) expr.Expr { return expr.Tuple(s.age(), s.id()).IsDistinctFrom(expr.Tuple(nil, 5)) }, construct{emulated: "sqlite postgres mysql mariadb"}),
		where("tuple: is not distinct from", "5", func(s *sample) expr.Expr { return expr.Tuple(s.age(), s.id()).IsNotDistinctFrom(expr.Tuple(nil, 5)) }, construct{emulated: "sqlite postgres mysql mariadb"}),
		{name: "tuple: a comparison is NULL", rows: "1|false|false|false\n2|false|false|false\n3|true|true|true\n4|false|false|false\n5|false|false|false", build: func(s *sample) expr.Node {
			less, in := expr.Tuple(s.id(), s.name()).Lt(expr.Tuple(3, nil)), expr.Tuple(s.id(), s.name()).In(expr.Tuple(3, nil))
			return expr.Select(s.id(), less.IsNull(), in.IsNull(), expr.Not(less).IsNull()).OrderBy(s.id())
		}},
		{name: "tuple: of a window function", rows: "1|NULL\n2|false\n3|false\n4|false\n5|false", refused: none("row with a window function", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Select(s.id(), expr.Tuple(1, s.id()).Lt(expr.Tuple(1, expr.Func("lag", s.id()).Over(expr.Window{}.OrderBy(s.id()))))).OrderBy(s.id())
		}},
		{name: "tuple: comparisons counted", rows: "4|5", build: func(s *sample) expr.Node {
			return expr.Select(expr.Func("count", expr.Tuple(s.id(), s.name()).Lt(expr.Tuple(3, nil))), expr.Func("count", expr.Tuple(s.id(), 1).Ge(expr.Tuple(3, 1))))
		}},
		where("tuple: in a list", "1\n2", func(s *sample) expr.Expr {
			return expr.Tuple(s.age(), s.name()).In(expr.Tuple(30, "ann"), expr.Tuple(25, "Bob"), expr.Tuple(nil, "dan"))
		}, noRows),
		where("tuple: not in a list", "2\n3\n4\n5", func(s *sample) expr.Expr { return expr.Tuple(s.age(), s.name()).NotIn(expr.Tuple(30, "ann")) }, noRows),
		where("tuple: in an empty list", "", func(s *sample) expr.Expr { return expr.Tuple(s.age(), s.name()).In() }, plain),
		where("tuple: in a query", "1\n3", func(s *sample) expr.Expr {
			return expr.Tuple(s.id(), s.u.C("parent_id").IsNull()).In(expr.Select(s.a.C("user_id"), s.a.C("id").Le(2)).Where(s.a.C("id").Ne(3)))
		}, plain),
		{name: "tuple: pages by key", rows: "3\n2\n1", build: func(s *sample) expr.Node {
			return expr.Select(s.id()).OrderBy(s.id().Desc(), s.name()).After(expr.Tuple(4, "dan"))
		}},
		where("quantified: equal to any", "1\n2\n3", func(s *sample) expr.Expr { return s.id().Eq(expr.Any(userIDs(s))) }, construct{emulated: "sqlite"}),
		where("quantified: different from all", "4\n5", func(s *sample) expr.Expr { return s.id().Ne(expr.All(userIDs(s))) }, construct{emulated: "sqlite"}),
		where("quantified: greater than any", "2\n3\n4\n5", func(s *sample) expr.Expr { return s.id().Gt(expr.Any(userIDs(s))) }, noQuantifier),
		where("quantified: at least all", "3\n4\n5", func(s *sample) expr.Expr { return s.id().Ge(expr.All(userIDs(s))) }, noAll),
		where("quantified: more than all of none", "1\n2\n3\n4\n5", func(s *sample) expr.Expr { return s.id().Gt(expr.All(userIDs(s).Where(s.a.C("id").Gt(9)))) }, noAll),
		where("quantified: less than all of a limited query", "1", func(s *sample) expr.Expr {
			return s.id().Lt(expr.All(userIDs(s).OrderBy(s.a.C("user_id").Desc()).Limit(3)))
		}, noAll),
		where("quantified: equal to any of an array", "1\n3\n4", func(s *sample) expr.Expr { return s.age().Eq(expr.Any(expr.Array(schema.Integer, 30, 41))) }, noArrays),
		where("quantified: less than all of an array", "2", func(s *sample) expr.Expr { return s.age().Lt(expr.All(expr.Array(schema.Integer, 30, 41))) }, noArrays),
		where("given: a condition whose parameter is", "4", func(s *sample) expr.Expr { return older.IfGiven(s.age().Gt(older)) }, construct{params: engine.Params{"older": 30}}),
		where("given: one whose parameter is not", "1\n2\n3\n4\n5", func(s *sample) expr.Expr { return older.IfGiven(s.age().Gt(older)) }, plain),
		where("given: beside others of OR", "2\n5", func(s *sample) expr.Expr {
			return expr.And(s.id().Gt(1), expr.Or(older.IfGiven(s.age().Gt(older)), younger.IfGiven(s.age().Lt(younger)), s.age().IsNull()))
		}, construct{params: engine.Params{"younger": 30}}),
		where("given: NULL is a value", "5", func(s *sample) expr.Expr { return older.IfGiven(s.age().IsNotDistinctFrom(older)) }, construct{params: engine.Params{"older": nil}, emulated: "mysql mariadb"}),
		where("operator: is distinct from", "2\n4\n5", func(s *sample) expr.Expr { return s.age().IsDistinctFrom(30) }, mysqls),
		where("operator: is distinct from NULL", "1\n2\n3\n4", func(s *sample) expr.Expr { return s.age().IsDistinctFrom(nil) }, mysqls),
		where("operator: is not distinct from", "1\n3", func(s *sample) expr.Expr { return s.age().IsNotDistinctFrom(30) }, plain),
		where("operator: is not distinct from NULL", "5", func(s *sample) expr.Expr { return s.age().IsNotDistinctFrom(nil) }, plain),
		{name: "operator: not, of what has an opposite", emulated: "mysql mariadb", rows: "1|false|true|true|false|false|true|false|true\n2|true|false|false|true|false|false|true|false\n" +
			"3|false|true|true|true|false|true|false|true\n4|true|true|false|true|true|true|true|false\n5|NULL|NULL|NULL|true|NULL|true|true|false", build: func(s *sample) expr.Node {
			not := expr.Not
			return expr.Select(s.id(), not(s.age().Eq(30)), not(s.age().Lt(30)), not(s.age().In(25, 41)), not(s.name().Like("a%")), not(s.age().Between(25, 30)),
				not(s.u.C("email").IsNull()), not(s.u.C("active").IsTrue()), not(s.age().IsDistinctFrom(30))).OrderBy(s.id())
		}},
		where("operator: between symmetric", "1\n2\n3\n4", func(s *sample) expr.Expr { return s.age().BetweenSymmetric(41, 25) }, mine),
		where("operator: not between symmetric", "2\n4", func(s *sample) expr.Expr { return s.age().NotBetweenSymmetric(40, 26) }, mine),
		where("operator: is true", "1\n3", func(s *sample) expr.Expr { return s.u.C("active").IsTrue() }, plain),
		where("operator: is not true", "2\n4\n5", func(s *sample) expr.Expr { return s.u.C("active").IsNotTrue() }, plain),
		where("operator: is false", "2\n5", func(s *sample) expr.Expr { return s.u.C("active").IsFalse() }, plain),
		where("operator: is not false", "1\n3\n4", func(s *sample) expr.Expr { return s.u.C("active").IsNotFalse() }, plain),
		value("case: of a value", "1|thirty\n2|young\n3|thirty\n4|other\n5|other", func(s *sample) expr.Expr {
			return expr.CaseElse("other", expr.WhensOf(s.age(), expr.NewWhen(30, "thirty"), expr.NewWhen(25, "young"))...)
		}, plain),
		value("bits: and", "1|6\n2|0\n3|6\n4|0\n5|NULL", func(s *sample) expr.Expr { return s.age().BitAnd(6) }, plain),
		value("bits: and of a negative number", "1|2\n2|7\n3|2\n4|7\n5|NULL", func(s *sample) expr.Expr { return s.age().Neg().BitAnd(7) }, plain),
		value("bits: or", "1|30\n2|31\n3|30\n4|47\n5|NULL", func(s *sample) expr.Expr { return s.age().BitOr(6) }, plain),
		value("bits: exclusive or", "1|24\n2|31\n3|24\n4|47\n5|NULL", func(s *sample) expr.Expr { return s.age().BitXor(6) }, construct{emulated: "sqlite"}),
		value("bits: not", "1|-31\n2|-26\n3|-31\n4|-42\n5|NULL", func(s *sample) expr.Expr { return s.age().BitNot() }, plain),
		value("bits: shift left", "1|32985348833280\n2|27487790694400\n3|32985348833280\n4|45079976738816\n5|NULL", func(s *sample) expr.Expr { return s.age().ShiftLeft(40) }, plain),
		value("bits: shift left by a column", "1|60\n2|100\n3|240\n4|656\n5|NULL", func(s *sample) expr.Expr { return s.age().ShiftLeft(s.id()) }, plain),
		value("bits: shift by more than 63", "1|60\n2|100\n3|240\n4|656\n5|NULL", func(s *sample) expr.Expr { return s.age().ShiftLeft(s.id().Add(64)) }, plain),
		value("bits: shift right of a negative number", "1|-15\n2|-13\n3|-15\n4|-21\n5|NULL", func(s *sample) expr.Expr { return s.age().Neg().ShiftRight(1) }, construct{emulated: "mysql mariadb"}),
		value("bits: beside arithmetic", "1|63\n2|51\n3|63\n4|83\n5|NULL", func(s *sample) expr.Expr { return s.age().BitAnd(6).Add(1).BitOr(s.age().Mul(2)) }, plain),
		where("match: starts with, whatever the case", "2", func(s *sample) expr.Expr { return s.name().IStartsWith("b") }, mine),
		where("match: ends with, whatever the case", "1\n4", func(s *sample) expr.Expr { return s.name().IEndsWith("N") }, mine),
		where("match: contains, whatever the case", "1\n4", func(s *sample) expr.Expr { return s.name().IContains("AN") }, mine),
		where("match: contains a wildcard, whatever the case", "5", func(s *sample) expr.Expr { return s.name().IContains("%") }, mine),
		where("match: like with an escape", "5", func(s *sample) expr.Expr { return s.name().Like("50/%%").Escape("/") }, plain),
		where("match: ilike with an escape", "1\n2\n3\n4", func(s *sample) expr.Expr { return s.name().NotILike("50|%%").Escape("|") }, mine),
		where("collate: by code points", "2\n3\n5", func(s *sample) expr.Expr { return s.name().Collate("C").Lt("a") }, plain),
		{name: "collate: order", rows: "5\n2\n3\n1\n4", build: func(s *sample) expr.Node { return expr.Select(s.id()).OrderBy(s.name().Collate("binary")) }},
		where("collate: no case", "2", func(s *sample) expr.Expr { return s.name().Collate("nocase").Eq("BOB") }, postgresLacks),
		where("regexp: match", "1\n4", func(s *sample) expr.Expr { return s.name().RegexpMatch("^[ad].*n$") }, noRegexp),
		where("regexp: case counts", "", func(s *sample) expr.Expr { return s.name().RegexpMatch("^b") }, noRegexp),
		where("regexp: case does not count", "2", func(s *sample) expr.Expr { return s.name().RegexpMatch("^b", true) }, noRegexp),
		where("regexp: not", "2\n3\n5", func(s *sample) expr.Expr { return expr.Not(s.name().RegexpMatch("an")) }, noRegexp),
		value("regexp: replace", "1|*nn\n2|B*b\n3|Z*ë\n4|d*n\n5|50%_\\", func(s *sample) expr.Expr { return s.name().RegexpReplace("[aeiou]", "*") }, noRegexp),
		value("regexp: replace, whatever the case", "1|ann\n2|**\n3|Zoë\n4|dan\n5|50%_\\", func(s *sample) expr.Expr { return s.name().RegexpReplace("b.?", "*", true) }, noRegexp),
		value("regexp: replace by groups", "1|nan\n2|oBb\n3|oZë\n4|adn\n5|05%_\\", func(s *sample) expr.Expr { return s.name().RegexpReplace("^(.)(.)", `\2\1`) }, noRegexp),
		value("regexp: replace by a dollar", "1|$1nn\n2|$1ob\n3|$1oë\n4|$1an\n5|$10%_\\", func(s *sample) expr.Expr { return s.name().RegexpReplace("^.", "$1") }, noRegexp),
		value("cast: type coerce", "1|31\n2|26\n3|31\n4|42\n5|NULL", func(s *sample) expr.Expr { return s.age().Coerce(schema.BigInteger).Add(1) }, plain),
		value("custom: an operator of the database's own", "1|120\n2|100\n3|120\n4|164\n5|NULL", func(s *sample) expr.Expr {
			return s.age().Custom("<<", expr.TypedLiteral(expr.Int(2), schema.Integer), schema.Integer)
		}, plain),
		where("custom: a condition", "1\n3\n4", func(s *sample) expr.Expr { return s.age().Custom(">=", 30, schema.Boolean) }, plain),
		where("custom: a character that only PostgreSQL has", "1\n2", func(s *sample) expr.Expr { return s.u.C("data").Custom("?", "items", schema.Boolean) },
			construct{refused: none("operator ?", "sqlite", "mysql", "mariadb")}),
	}
}
