package tests

import (
	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// none says that dialects have no words for a construct.
func none(part string, dialects ...string) map[string]string {
	all := map[string]string{}
	for _, d := range dialects {
		all[d] = part
	}
	return all
}

func constructsOfQueries() []construct {
	sum := func(s *sample) expr.Expr { return expr.Func("sum", s.age()) }
	byID := func(s *sample) expr.Window { return expr.Window{}.OrderBy(s.id()) }
	over := func(name, rows string, w func(s *sample) expr.Window, more construct) construct {
		more.name, more.rows = name, rows
		more.build = func(s *sample) expr.Node {
			return expr.Select(s.id(), sum(s).Over(w(s)).Label("n")).OrderBy(s.id())
		}
		return more
	}
	compound := func(op expr.SetOp, rows string, refused map[string]string) construct {
		return construct{name: "set: " + op.String(), rows: rows, refused: refused, build: func(s *sample) expr.Node {
			return expr.Compound(op, expr.Select(s.u.C("active").Label("x")).Where(s.id().Le(3)), expr.Select(s.u.C("active")).Where(s.id().Eq(1)))
		}}
	}
	city := func(s *sample) expr.Expr { return s.a.C("city") }
	userID := func(s *sample) expr.Expr { return s.a.C("user_id") }
	n := func() expr.Item { return expr.Func("count").Label("n") }
	tree := func(s *sample) *expr.RecursiveSource {
		child := s.u.Alias("child")
		return expr.Recursive("tree", expr.Select(s.id(), expr.TypedLiteral(expr.Int(1), schema.BigInteger).Label("depth")).Where(s.u.C("parent_id").IsNull()),
			func(found expr.Source) expr.Query {
				return expr.Select(child.C("id"), found.C("depth").Add(1)).Join(found, child.C("parent_id").Eq(found.C("id")))
			})
	}
	return []construct{
		{name: "select: columns, where, order", rows: "3|Zoë\n2|Bob", build: func(s *sample) expr.Node {
			return expr.Select(s.id(), s.name()).Where(s.u.C("parent_id").Eq(1)).OrderBy(s.name().Desc())
		}},
		{name: "select: distinct", rows: "25\n30\n41\nNULL", build: func(s *sample) expr.Node { return expr.Select(s.age()).Distinct() }},
		{name: "select: a distinct value of a query, with an offset", rows: "", refused: none("DISTINCT of plain values", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Select(expr.Of(7).In(expr.Select(s.a.C("user_id"))).Label("known")).From(s.u).Distinct().OrderBy(expr.Ref("known")).Limit(5).Offset(1)
		}},
		{name: "select: distinct plain values, with an offset", rows: "", refused: none("DISTINCT of plain values", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Select(expr.Of(1).Label("one")).From(s.u).Distinct().OrderBy(expr.Ref("one")).Limit(5).Offset(1)
		}},
		{name: "select: distinct, with ties", rows: "30\nNULL", refused: map[string]string{"sqlite": "WITH TIES", "mysql": "WITH TIES", "mariadb": "DISTINCT with WITH TIES"}, build: func(s *sample) expr.Node {
			return expr.Select(s.age()).Where(expr.Or(s.age().Eq(30), s.age().IsNull())).Distinct().OrderBy(s.age().Asc().NullsLast()).LimitWithTies(2)
		}},
		{name: "select: distinct on", rows: "30|3\n41|4", refused: none("DISTINCT ON", "sqlite", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Select(s.age(), s.id()).Where(s.age().Ge(30)).Distinct(s.age()).OrderBy(s.age(), s.id().Desc())
		}},
		{name: "select: distinct on an expression with arguments", rows: "31|1\n42|4", refused: none("DISTINCT ON", "sqlite", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Select(s.age().Add(1).Label("next"), s.id()).Where(s.age().Ge(30)).Distinct(s.age().Add(1)).OrderBy(s.age().Add(1), s.id())
		}},
		{name: "select: limit and offset", rows: "2\n3", build: func(s *sample) expr.Node { return expr.Select(s.id()).OrderBy(s.id()).Limit(2).Offset(1) }},
		{name: "select: offset alone", rows: "4\n5", build: func(s *sample) expr.Node { return expr.Select(s.id()).OrderBy(s.id()).Offset(3) }},
		{name: "select: limit by a parameter", params: engine.Params{"n": 1}, rows: "1", build: func(s *sample) expr.Node {
			return expr.Select(s.id()).OrderBy(s.id()).Limit(expr.Param("n", schema.Integer))
		}},
		{name: "select: limit and offset of expressions", params: engine.Params{"page": 2, "size": 2}, rows: "3\n4", refused: none("LIMIT of an expression", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			page, size := expr.Param("page", schema.Integer), expr.Param("size", schema.Integer)
			return expr.Select(s.id()).OrderBy(s.id()).Limit(size.Add(0)).Offset(page.Sub(1).Mul(size))
		}},
		{name: "select: limit of a query", rows: "1\n2", refused: none("LIMIT of an expression", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Select(s.id()).OrderBy(s.id()).Limit(expr.Select(expr.Func("min", s.a.C("user_id")).Add(1)).Scalar())
		}},
		{name: "select: limit below 0 and of nothing", rows: "", refused: none("LIMIT of an expression", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			below := expr.Select(s.id()).OrderBy(s.id()).Limit(expr.Of(1).Sub(3)).Subquery("b")
			none := expr.Select(s.id()).OrderBy(s.id()).Limit(expr.TypedLiteral(expr.Value{}, schema.Integer).Add(1)).Subquery("n")
			return expr.Select(below.C("id")).From(below.Join(none, none.C("id").Eq(below.C("id"))))
		}},
		{name: "select: fetch with ties", rows: "2|25\n1|30\n3|30", refused: none("WITH TIES", "sqlite", "mysql"), build: func(s *sample) expr.Node {
			return expr.Select(s.id(), s.age()).Where(s.age().IsNotNull()).OrderBy(s.age()).LimitWithTies(2)
		}},
		{name: "select: nulls first and last", rows: "5|NULL\n2|25\n1|30\n3|30\n4|41", build: func(s *sample) expr.Node {
			return expr.Select(s.id(), s.age()).OrderBy(s.age().Asc().NullsFirst(), s.id())
		}},
		{name: "select: for update", rows: "1", build: func(s *sample) expr.Node {
			return expr.Select(s.id()).Where(s.id().Eq(1)).Locked(expr.ForUpdate, expr.WaitForLock)
		}},
		{name: "select: for update, skip locked", rows: "1", refused: none("FOR UPDATE", "sqlite"), build: func(s *sample) expr.Node {
			return expr.Select(s.id()).Where(s.id().Eq(1)).Locked(expr.ForUpdate, expr.SkipLocked)
		}},
		{name: "select: for share of a source, no wait", rows: "1", refused: map[string]string{"sqlite": "FOR SHARE", "mariadb": "OF"}, build: func(s *sample) expr.Node {
			return expr.Select(s.id()).Where(s.id().Eq(1)).Locked(expr.ForShare, expr.NoWait, s.u)
		}},
		{name: "select: for no key update", rows: "1", refused: none("FOR NO KEY UPDATE", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Select(s.id()).Where(s.id().Eq(1)).Locked(expr.ForNoKeyUpdate, expr.WaitForLock)
		}},
		{name: "select: for key share", rows: "1", refused: none("FOR KEY SHARE", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Select(s.id()).Where(s.id().Eq(1)).Locked(expr.ForKeyShare, expr.WaitForLock)
		}},
		{name: "select: count of a query", rows: "3", build: func(s *sample) expr.Node {
			return expr.Count(expr.Select(s.id(), s.id()).OrderBy(s.id()).Limit(3))
		}},
		{name: "select: the page after a key", rows: "dan|4", build: func(s *sample) expr.Node {
			return expr.Select(s.name(), s.id()).Where(s.id().In(1, 4)).OrderBy(s.name(), s.id().Desc()).After("ann", 1)
		}},

		{name: "group by: having", rows: "30|2", build: func(s *sample) expr.Node {
			return expr.Select(s.age(), n()).GroupBy(s.age()).Having(expr.Func("count").Gt(1), s.age().IsNotNull())
		}},
		{name: "group by: an expression with arguments, in having and order too", rows: "26|1\n31|2\n42|1", build: func(s *sample) expr.Node {
			next := func() expr.Expr { return s.age().Add(1) }
			return expr.Select(next().Label("next"), n()).GroupBy(next()).Having(next().Gt(5)).OrderBy(next())
		}},
		{name: "group by: a key, and what depends on it", rows: "2|Bob|0.1\n3|Zoë|99999.99\n5|50%_\\|12.5", build: func(s *sample) expr.Node {
			return expr.Select(s.id(), s.name(), s.u.C("balance")).GroupBy(s.id()).Having(s.u.C("score").IsNull().Or(s.u.C("score").Lt(1))).OrderBy(s.u.C("parent_id"), s.id())
		}},
		{name: "group by: what depends on a key, in a query in having", rows: "1|2", build: func(s *sample) expr.Node {
			near := expr.Exists(expr.Select(1).From(s.a).Where(city(s).Eq("Oslo"), userID(s).Eq(s.id()), s.age().Gt(29)))
			return expr.Select(s.id(), n()).From(s.u).Join(s.a).GroupBy(s.id()).Having(near)
		}},
		{name: "group by: columns of a subquery and of a CTE, in a query in having", rows: "1|1", build: func(s *sample) expr.Node {
			sub := expr.Select(s.id(), s.age()).Where(s.u.C("active")).Subquery("sub")
			cte := expr.Select(city(s).Label("city"), userID(s).Label("user_id")).Where(city(s).Ne("Rome")).CTE("cte")
			b := s.a.Alias("b")
			near := func(from expr.Expr, more ...any) expr.Expr {
				return expr.Exists(expr.Select(1).From(b).Where(append(more, b.C("city").Eq("Oslo"), b.C("user_id").Eq(from))...))
			}
			return expr.Select(sub.C("id"), n()).From(sub.Join(cte, cte.C("user_id").Eq(sub.C("id")))).GroupBy(sub.C("id"), sub.C("age"), cte.C("user_id")).
				Having(near(sub.C("id"), sub.C("age").Gt(29)), near(cte.C("user_id")))
		}},
		{name: "group by: a label", rows: "false|2\ntrue|2\nNULL|1", build: func(s *sample) expr.Node {
			return expr.Select(expr.Not(s.u.C("active")).Label("off"), n()).GroupBy(expr.Ref("off")).OrderBy(expr.Ref("off").Asc().NullsLast())
		}},
		{name: "group by: a scalar subquery", rows: "Oslo|1\nŁódź|1\nNULL|3", build: func(s *sample) expr.Node {
			moved := expr.Select(expr.Func("max", city(s))).Where(userID(s).Eq(s.id()), city(s).Ne("Rome")).Scalar()
			return expr.Select(moved.Label("city"), n()).From(s.u).GroupBy(expr.Ref("city")).OrderBy(expr.Ref("city").Asc().NullsLast())
		}},
		{name: "group by: a key with a query in it, built twice over", rows: "0|2\n1|1\n2|2", build: func(s *sample) expr.Node {
			count := func() expr.Expr {
				return expr.Select(expr.Func("count")).From(s.a).Where(userID(s).Eq(s.id())).Scalar()
			}
			return expr.Select(count().Label("addresses"), n()).From(s.u).GroupBy(count()).OrderBy(count())
		}},
		{name: "group by: having without it", rows: "5", build: func(s *sample) expr.Node {
			return expr.Select(expr.Func("count").Label("n")).From(s.u).Having(expr.Func("max", s.age()).Gt(40))
		}},
		{name: "group by: having without it, of no aggregate", rows: "1", refused: none("HAVING without GROUP BY", "sqlite"), build: func(s *sample) expr.Node {
			return expr.Select(expr.Of(1).Label("one")).From(s.u).Having(expr.Func("max", s.age()).Gt(40))
		}},
		{name: "group by: a text of so many characters in a collation", rows: "ann|true\ndan|false", build: func(s *sample) expr.Node {
			name := s.name().Collate("C")
			return expr.Select(name.Label("name"), name.Like("a%").Label("is")).Where(s.id().In(1, 4)).GroupBy(name).OrderBy(name)
		}},
		{name: "group by: having without it, of no aggregate at all", rows: "1", refused: none("HAVING without GROUP BY", "sqlite"), emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			return expr.Select(expr.Of(1).Label("one")).From(s.u).Having(expr.ParamDefault("has", schema.Boolean, true))
		}},
		{name: "group by: rollup", rows: "NULL|5\nNULL|1\nfalse|2\ntrue|2", refused: none("ROLLUP", "sqlite"), emulated: "mysql mariadb",
			build: func(s *sample) expr.Node {
				q := expr.Select(s.u.C("active"), n()).GroupBy(expr.RollupOf(s.u.C("active"))).Subquery("r")
				return expr.Select(q.C("active"), q.C("n")).OrderBy(q.C("active").Asc().NullsFirst(), q.C("n").Desc())
			}},
		{name: "group by: rollup of a query", rows: "NULL|5\ntrue|5", refused: map[string]string{"sqlite": "ROLLUP", "mariadb": "ROLLUP of a query"}, emulated: "mysql", build: func(s *sample) expr.Node {
			has := expr.Exists(expr.Select(s.a.C("id")).From(s.a))
			return expr.Select(has.Label("has"), n()).From(s.u).GroupBy(expr.RollupOf(has))
		}},
		{name: "group by: cube", rows: "NULL|5\nfalse|2\ntrue|2", refused: none("CUBE", "sqlite", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Select(s.u.C("active"), n()).GroupBy(expr.CubeOf(s.u.C("active"))).Having(expr.Func("count").Gt(1))
		}},
		{name: "group by: grouping sets of a key with a query in it", rows: "0|2\n1|1\n2|2\nNULL|5", refused: none("GROUPING SETS", "sqlite", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			count := func() expr.Expr {
				return expr.Select(expr.Func("count")).From(s.a).Where(userID(s).Eq(s.id())).Scalar()
			}
			return expr.Select(count().Label("addresses"), n()).From(s.u).GroupBy(expr.GroupingSetsOf(count(), []any{}))
		}},
		{name: "group by: grouping sets", rows: "NULL|30|2\nNULL|NULL|5\nfalse|NULL|2\ntrue|NULL|2", refused: none("GROUPING SETS", "sqlite", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Select(s.u.C("active"), s.age(), n()).GroupBy(expr.GroupingSetsOf(s.u.C("active"), s.age(), []any{})).Having(expr.Func("count").Gt(1))
		}},

		{name: "join: on the foreign key", rows: "Bob|Rome\nZoë|NULL\nZoë|Łódź\nann|Oslo\nann|Rome", build: func(s *sample) expr.Node { return expr.Select(s.name(), city(s)).Join(s.a) }},
		{name: "join: left", rows: "4|NULL\n5|NULL", build: func(s *sample) expr.Node {
			return expr.Select(s.id(), s.a.C("id")).LeftJoin(s.a).Where(s.a.C("id").IsNull())
		}},
		{name: "join: full", rows: "1|1\nNULL|2", refused: none("FULL JOIN", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			on := expr.Values([]expr.ColumnType{{Name: "x"}}, []any{1}).Alias("l")
			of := expr.Values([]expr.ColumnType{{Name: "y"}}, []any{1}, []any{2}).Alias("r")
			return expr.Select(on.C("x"), of.C("y")).From(on).FullJoin(of, on.C("x").Eq(of.C("y")))
		}},
		{name: "join: on the foreign key, of a subquery", rows: "Bob|1\nZoë|2\nann|2", build: func(s *sample) expr.Node {
			q := expr.Select(userID(s).Label("who"), n()).GroupBy(userID(s)).Subquery("q")
			return expr.Select(s.name(), q.C("n")).Join(q)
		}},
		{name: "join: cross", rows: "25", build: func(s *sample) expr.Node { return expr.Select(n()).From(s.u).CrossJoin(s.a) }},
		{name: "join: to itself by an alias", rows: "2|1\n3|1\n4|2\n5|2", build: func(s *sample) expr.Node {
			boss := s.u.Alias("boss")
			return expr.Select(s.id(), boss.C("id")).Join(boss, boss.C("id").Eq(s.u.C("parent_id")))
		}},
		{name: "join: nested", rows: "1|1|2\n1|1|3\n1|2|2\n1|2|3\n2|3|4\n2|3|5\n3|4|NULL\n3|5|NULL\n4|NULL|NULL\n5|NULL|NULL", build: func(s *sample) expr.Node {
			child := s.u.Alias("child")
			return expr.Select(s.id(), s.a.C("id"), child.C("id")).From(s.u).LeftJoin(s.a.LeftJoin(child, child.C("parent_id").Eq(userID(s))), userID(s).Eq(s.id()))
		}},
		{name: "join: lateral", rows: "1|Oslo\n2|Rome\n3|Łódź\n4|NULL\n5|NULL", refused: none("LATERAL", "sqlite", "mariadb"), build: func(s *sample) expr.Node {
			l := expr.Select(expr.Func("min", city(s)).Label("city")).Where(userID(s).Eq(s.id())).Lateral("l")
			return expr.Select(s.id(), l.C("city")).From(s.u).CrossJoin(l)
		}},

		{name: "subquery: in from", rows: "1|2\n3|2", build: func(s *sample) expr.Node {
			q := expr.Select(userID(s), n()).GroupBy(userID(s)).Subquery("q")
			return expr.Select(q.C("user_id"), q.C("n")).Where(q.C("n").Gt(1))
		}},
		{name: "subquery: scalar, correlated", rows: "1|2\n2|1\n3|2\n4|0\n5|0", build: func(s *sample) expr.Node {
			return expr.Select(s.id(), expr.Select(expr.Func("count")).From(s.a).Where(userID(s).Eq(s.id())).Scalar().Label("n")).From(s.u)
		}},
		{name: "subquery: scalar, correlated with what is grouped, which is negated", rows: "NULL|7|NULL|1\nfalse|7|3|2\ntrue|7|NULL|1", build: func(s *sample) expr.Node {
			active := s.u.C("active")
			few := expr.Select(expr.Func("max", s.a.C("id"))).From(s.a)
			return expr.Select(active, expr.Of(7).Label("seven"), few.Where(s.a.C("id").Lt(4), active.Not()).Scalar().Label("a"),
				few.Where(expr.Case(expr.NewWhen(expr.And(active, s.a.C("id").Gt(1)).Not(), s.a.C("id").Lt(3)))).Scalar().Label("b")).From(s.u).GroupBy(active)
		}},
		{name: "subquery: a row with a scalar one among rows of a query", rows: "4", refused: refusedBy("row with a query", "mariadb"), build: func(s *sample) expr.Node {
			x, y := s.u.Alias("x"), s.u.Alias("y")
			most := expr.Select(expr.Func("max", x.C("age"))).From(x).Scalar()
			return expr.Select(s.id()).Where(expr.Tuple(s.id(), most).In(expr.Select(y.C("id"), y.C("age")).From(y)))
		}},
		{name: "subquery: a row among rows of a correlated one, which asks for a column of them", rows: "1\n2\n3", refused: refusedBy("row IN (correlated query", "mariadb"), build: func(s *sample) expr.Node {
			y := s.u.Alias("y")
			most := expr.Select(expr.Func("max", userID(s))).From(s.a).Where(userID(s).Eq(s.id())).Scalar()
			return expr.Select(s.id()).Where(expr.Tuple(s.id(), s.age()).In(expr.Select(most.Label("most"), y.C("age")).From(y).Where(y.C("id").Eq(s.id()))))
		}},
		{name: "subquery: correlated, in which a scalar one is looked for", rows: "1|false|true\n2|false|true\n3|false|true\n4|true|false\n5|NULL|NULL", emulated: "mariadb", build: func(s *sample) expr.Node {
			x, y := s.u.Alias("x"), s.u.Alias("y")
			most := expr.Select(expr.Func("max", x.C("age"))).From(x).Scalar()
			same := expr.Select(y.C("age")).From(y).Where(y.C("id").Eq(s.id()))
			return expr.Select(s.id(), most.In(same).Label("is"), most.NotIn(same).Label("not")).OrderBy(s.id())
		}},
		{name: "subquery: correlated, in which a window function is looked for", rows: "1|false\n2|true\n3|true", refused: map[string]string{"mariadb": "window function compared with a correlated query"}, build: func(s *sample) expr.Node {
			first := expr.Func("min", s.id()).Over(expr.Window{}.OrderBy(s.id()))
			return expr.Select(s.id(), first.In(expr.Select(s.a.C("id")).From(s.a).Where(s.a.C("id").Lt(s.id()))).Label("is")).From(s.u).Where(s.id().Lt(4))
		}},
		{name: "subquery: exists", rows: "1\n2\n3", build: func(s *sample) expr.Node {
			return expr.Select(s.id()).Where(expr.Select(s.a.C("id")).Where(userID(s).Eq(s.id())).Exists())
		}},
		{name: "subquery: in", rows: "4\n5", build: func(s *sample) expr.Node {
			return expr.Select(s.id()).Where(s.id().NotIn(expr.Select(userID(s))))
		}},
		{name: "subquery: in, ordered and limited", rows: "3", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			return expr.Select(s.id()).Where(s.id().In(expr.Select(userID(s)).OrderBy(s.a.C("id").Desc()).Limit(2)))
		}},
		{name: "subquery: correlated with some sources only", rows: "1\n2\n3\n4\n5", build: func(s *sample) expr.Node {
			return expr.Select(s.id()).Where(expr.Select(s.a.C("id"), s.name()).From(s.a, s.u).Where(userID(s).Eq(s.id())).Correlate().Exists())
		}},
		{name: "subquery: correlated but with one", rows: "1\n2\n3", build: func(s *sample) expr.Node {
			return expr.Select(s.id()).Where(expr.Select(s.a.C("id")).Where(userID(s).Eq(s.id())).CorrelateExcept(s.a).Exists())
		}},
		{name: "subquery: in FROM, correlated with the query around", rows: "1|2\n2|3\n3|5\n4|NULL\n5|NULL", refused: map[string]string{"mariadb": "mariadb has none"}, build: func(s *sample) expr.Node {
			last := expr.Select(s.a.C("id")).Where(userID(s).Eq(s.id())).OrderBy(s.a.C("id").Desc()).Limit(1).Correlate(s.u).Subquery("last")
			return expr.Select(s.id(), expr.Select(expr.Func("min", last.C("id"))).Scalar().Label("last")).From(s.u)
		}},

		{name: "cte: one use", rows: "1|2\n3|2", build: func(s *sample) expr.Node {
			c := expr.Select(userID(s), n()).GroupBy(userID(s)).CTE("c")
			return expr.Select(c.C("user_id"), c.C("n")).Where(c.C("n").Gt(1))
		}},
		{name: "cte: that nothing names", rows: "1\n2\n3\n4\n5", build: func(s *sample) expr.Node {
			return expr.Select(s.id()).With(expr.Select(userID(s), n()).GroupBy(userID(s)).CTE("c"))
		}},
		{name: "cte: two uses, of another cte", rows: "1|3\n3|1", build: func(s *sample) expr.Node {
			c := expr.Select(userID(s), n()).GroupBy(userID(s)).CTE("c")
			big := expr.Select(c.C("user_id").Label("who")).Where(c.C("n").Gt(1)).CTE("big")
			other := big.Alias("other")
			return expr.Select(big.C("who"), other.C("who")).From(big).Join(other, other.C("who").Ne(big.C("who")))
		}},
		{name: "cte: in a subquery", rows: "1\n2\n3", build: func(s *sample) expr.Node {
			c := expr.Select(userID(s)).CTE("c")
			return expr.Select(s.id()).Where(s.id().In(expr.Select(c.C("user_id"))))
		}},
		{name: "cte: named like a table", rows: "1\n1\n2\n3\n3", build: func(s *sample) expr.Node {
			c := expr.Select(userID(s)).CTE("users")
			return expr.Select(s.id()).From(s.u).Join(c, c.C("user_id").Eq(s.id()))
		}},
		{name: "cte: materialized", rows: "5", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			c := expr.Select(userID(s)).CTE("c").Materialized(expr.MaterializedAlways)
			return expr.Select(n()).From(c)
		}},
		{name: "cte: not materialized", rows: "5", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			c := expr.Select(userID(s)).CTE("c").Materialized(expr.MaterializedNever)
			return expr.Select(n()).From(c)
		}},
		{name: "cte: recursive", rows: "1|1\n2|2\n3|2\n4|3\n5|3", build: func(s *sample) expr.Node {
			t := tree(s)
			return expr.Select(t.C("id"), t.C("depth"))
		}},
		{name: "cte: named like one of an emulation", rows: "nna", emulated: "sqlite", build: func(s *sample) expr.Node {
			c := expr.Select(s.name().Label("x")).Where(s.id().Eq(1)).CTE("s")
			return expr.Select(expr.Func("reverse", expr.Select(c.C("x")).Scalar()).Label("r"))
		}},
		{name: "cte: recursive, distinct", rows: "1\n2\n3", build: func(s *sample) expr.Node {
			r := expr.Recursive("r", expr.Select(expr.TypedLiteral(expr.Int(1), schema.BigInteger).Label("i")), func(found expr.Source) expr.Query {
				return expr.Select(found.C("i").Mod(3).Add(1))
			}).Distinct()
			return expr.Select(r.C("i"))
		}},
		{name: "cte: recursive, joined twice", rows: "2|3\n3|2\n4|5\n5|4", build: func(s *sample) expr.Node {
			t := tree(s)
			other := t.Alias("other")
			return expr.Select(t.C("id"), other.C("id")).From(t).Join(other, other.C("depth").Eq(t.C("depth")), other.C("id").Ne(t.C("id")))
		}},

		{name: "cte: recursive, with a text column by its own name", rows: "ann\nBob\nZoë\ndan\n50%_\\", build: func(s *sample) expr.Node {
			child := s.u.Alias("child")
			r := expr.Recursive("r", expr.Select(s.id(), s.name()).Where(s.id().Eq(1)), func(found expr.Source) expr.Query {
				return expr.Select(child.C("id"), child.C("name")).Join(found, child.C("parent_id").Eq(found.C("id")))
			})
			return expr.Select(r.C("name")).OrderBy(r.C("id"))
		}},
		{name: "cte: recursive, of wider types than the anchor's", rows: "2147483647|1|a\n2147483648|1.5|a, b\n2147483649|2|a, b, b", build: func(s *sample) expr.Node {
			small, _ := expr.Decimal("1")
			r := expr.Recursive("r", expr.Select(expr.TypedLiteral(expr.Int(2147483647), schema.Integer).Label("i"), expr.TypedLiteral(small, schema.Numeric(3, 1)).Label("d"),
				expr.TypedLiteral(expr.Text("a"), schema.String(1)).Label("path")), func(found expr.Source) expr.Query {
				return expr.Select(found.C("i").Cast(schema.BigInteger).Add(1), found.C("d").Add(0.5), found.C("path").Concat(", b")).Where(found.C("d").Lt(2))
			})
			return expr.Select(r)
		}},

		compound(expr.Union, "false\ntrue", nil),
		compound(expr.UnionAll, "false\ntrue\ntrue\ntrue", nil),
		compound(expr.Intersect, "true", nil),
		compound(expr.IntersectAll, "true", none("INTERSECT ALL", "sqlite")),
		compound(expr.Except, "false", nil),
		compound(expr.ExceptAll, "false\ntrue", none("EXCEPT ALL", "sqlite")),
		{name: "set: ordered and limited", rows: "dan\nann", build: func(s *sample) expr.Node {
			return expr.Select(s.name().Label("x")).Where(s.id().Eq(1)).Union(expr.Select(s.name()).Where(s.id().In(1, 4))).OrderBy(expr.Ref("x").Desc()).Limit(2)
		}},
		{name: "set: nulls last", rows: "25\n30\n41\nNULL", refused: none("NULLS FIRST and NULLS LAST of UNION", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Select(s.age()).Union(expr.Select(s.age())).OrderBy(expr.Ref("age").Asc().NullsLast())
		}},
		{name: "set: nested, each with an order and a limit", rows: "1\n5", emulated: "sqlite", build: func(s *sample) expr.Node {
			first := expr.Select(s.id()).OrderBy(s.id()).Limit(1)
			last := expr.Select(s.a.C("id").Label("id")).OrderBy(s.a.C("id").Desc()).Limit(2)
			return first.UnionAll(last.Except(expr.Select(expr.TypedLiteral(expr.Int(4), schema.BigInteger).Label("id"))))
		}},
		{name: "set: intersect binds no tighter than it is nested", rows: "1\n2", emulated: "sqlite", build: func(s *sample) expr.Node {
			id := func(n int) *expr.SelectStmt { return expr.Select(s.id()).Where(s.id().Le(n)) }
			return id(2).Union(id(3)).Intersect(id(2))
		}},
		{name: "set: a NULL that it leaves out, behind NOT IN", rows: "1\n2\n3\n4\n5", emulated: "mariadb", build: func(s *sample) expr.Node {
			x := s.u.Alias("x")
			return expr.Select(s.id()).Where(expr.Of(1).NotIn(expr.Compound(expr.Intersect, expr.Select(x.C("age")).From(x), expr.Select(expr.Of(30))))).OrderBy(s.id())
		}},
		{name: "set: nested, of a column twice", rows: "25|25\n41|41", build: func(s *sample) expr.Node {
			x, y := s.u.Alias("x"), s.u.Alias("y")
			q := expr.Compound(expr.Union, expr.Select(x.C("age"), x.C("age").Label("again")).From(x).Where(x.C("id").Ne(5)), expr.Select(y.C("age"), y.C("age")).From(y).Where(y.C("id").Eq(1)))
			return expr.Compound(expr.Intersect, expr.Select(s.age(), s.age().Label("again")).Where(s.age().Ne(30)), q)
		}},
		{name: "set: nested, correlated", rows: "2\n4\n5", refused: refusedBy("a correlated set within another", "mariadb"), build: func(s *sample) expr.Node {
			x, y := s.a.Alias("x"), s.a.Alias("y")
			q := expr.Compound(expr.Union, expr.Select(x.C("id")).From(x).Where(x.C("user_id").Eq(s.id())), expr.Select(y.C("id")).From(y).Where(y.C("id").Eq(s.id())))
			return expr.Select(s.id()).Where(s.id().In(expr.Compound(expr.Except, q, expr.Select(expr.Of(1)), expr.Select(expr.Of(3))))).OrderBy(s.id())
		}},
		{name: "set: in a subquery and in IN", rows: "1\n3", build: func(s *sample) expr.Node {
			q := expr.Select(s.id()).Where(s.id().Le(3)).Except(expr.Select(s.id()).Where(s.id().Eq(2))).Subquery("q")
			return expr.Select(q.C("id")).Where(q.C("id").In(expr.Select(s.a.C("id")).Union(expr.Select(userID(s)))))
		}},
		{name: "set: a date meets a time", rows: "1994-02-28 00:00:00\n2026-01-31 13:45:00", build: func(s *sample) expr.Node {
			return expr.Select(s.u.C("born").Label("d")).Where(s.id().Eq(1)).UnionAll(expr.Select(s.u.C("created")).Where(s.id().Eq(1)))
		}},
		{name: "set: an enum meets text", rows: "ann\nhappy", build: func(s *sample) expr.Node {
			return expr.Select(s.u.C("mood").Label("x")).Where(s.id().Eq(1)).Union(expr.Select(s.name()).Where(s.id().Eq(1)))
		}},
		{name: "set: NULL meets a type", rows: "30\nNULL", build: func(s *sample) expr.Node {
			return expr.Select(expr.Of(nil).Label("x")).From(s.u).Where(s.id().Eq(1)).UnionAll(expr.Select(s.age()).Where(s.id().Eq(3)))
		}},

		{name: "window: text joined beside a window of another order", rows: "%50%_\\|25\n%Bob|25\n%Zoë|25\n%ann|25\n%dan|25", build: func(s *sample) expr.Node {
			first := expr.Func("first_value", expr.Of("%")).Over(byID(s))
			least := expr.Func("min", s.age()).Over(expr.Window{}.OrderBy(s.u.C("balance"), s.id()).Rows(expr.Unbounded(), expr.Unbounded()))
			return expr.Select(first.Concat(s.name()).Label("t"), least.Label("least"))
		}},
		{name: "window: all rows, beside one of parts", rows: "1994-02-28|20", emulated: "mariadb", build: func(s *sample) expr.Node {
			least := expr.Func("min", s.u.C("born")).Over(expr.PartitionBy(s.a.C("moved")))
			all := expr.Select(least.Label("least"), expr.Func("count", s.id()).Over(expr.Window{}).Label("n")).From(s.a).LeftJoin(s.u, expr.Of(true)).Where(s.u.C("born").IsNotNull()).Subquery("all_rows")
			return expr.Select(all.C("least"), all.C("n")).Distinct()
		}},
		over("window: all rows", "1|126\n2|126\n3|126\n4|126\n5|126", func(s *sample) expr.Window { return expr.Window{} }, construct{}),
		over("window: partition by", "1|60\n2|25\n3|60\n4|41\n5|25", func(s *sample) expr.Window { return expr.PartitionBy(s.u.C("active")) }, construct{}),
		over("window: order by", "1|30\n2|55\n3|85\n4|126\n5|126", byID, construct{}),
		over("window: rows", "1|30\n2|55\n3|55\n4|71\n5|41", func(s *sample) expr.Window { return byID(s).Rows(expr.Preceding(1), expr.Current()) }, construct{}),
		over("window: rows by a parameter", "1|30\n2|55\n3|85\n4|96\n5|71", func(s *sample) expr.Window {
			return byID(s).Rows(expr.Preceding(expr.Param("back", schema.Integer)), expr.Current())
		}, construct{params: engine.Params{"back": 2}, refused: none("frame: mariadb takes a plain whole number only", "mariadb")}),
		over("window: rows to the end", "1|126\n2|96\n3|71\n4|41\n5|NULL", func(s *sample) expr.Window { return byID(s).Rows(expr.Current(), expr.Unbounded()) }, construct{}),
		over("window: range", "1|60\n2|25\n3|60\n4|41\n5|NULL", func(s *sample) expr.Window {
			return expr.PartitionBy(s.u.C("active")).OrderBy(s.age()).Range(expr.Current(), expr.Current())
		}, construct{}),
		over("window: range by a number", "1|85\n2|85\n3|85\n4|41\n5|NULL", func(s *sample) expr.Window {
			return expr.Window{}.OrderBy(s.age()).Range(expr.Preceding(5), expr.Following(5))
		}, construct{}),
		over("window: groups", "1|126\n2|85\n3|126\n4|101\n5|41", func(s *sample) expr.Window {
			return expr.Window{}.OrderBy(s.age().Asc().NullsLast()).Groups(expr.Preceding(1), expr.Following(1))
		}, construct{refused: none("frame of groups", "mysql", "mariadb")}),
		over("window: exclude ties", "1|96\n2|126\n3|96\n4|126\n5|126", func(s *sample) expr.Window {
			return expr.Window{}.OrderBy(s.age()).Rows(expr.Unbounded(), expr.Unbounded()).Exclude(expr.ExcludeTies)
		}, construct{refused: none("EXCLUDE ties", "mysql", "mariadb")}),
		over("window: exclude the group", "1|66\n2|101\n3|66\n4|85\n5|126", func(s *sample) expr.Window {
			return expr.Window{}.OrderBy(s.age()).Rows(expr.Unbounded(), expr.Unbounded()).Exclude(expr.ExcludeGroup)
		}, construct{refused: none("EXCLUDE group", "mysql", "mariadb")}),
		over("window: exclude the current row", "1|96\n2|101\n3|96\n4|85\n5|126", func(s *sample) expr.Window {
			return expr.Window{}.OrderBy(s.age()).Rows(expr.Unbounded(), expr.Unbounded()).Exclude(expr.ExcludeCurrentRow)
		}, construct{refused: none("EXCLUDE current row", "mysql", "mariadb")}),
		{name: "window: named", rows: "1|30|30\n2|55|30\n3|85|30\n4|126|41\n5|126|41", build: func(s *sample) expr.Node {
			w := expr.NamedWindow("w")
			return expr.Select(s.id(), sum(s).Over(w).Label("n"), expr.Func("max", s.age()).Over(w).Label("m")).Window("w", byID(s)).OrderBy(s.id())
		}},
		{name: "window: of everything beside two orders", rows: "1|NULL|25|3\n2|1|25|5\n3|2|25|NULL\n4|3|25|NULL\n5|4|25|NULL", build: func(s *sample) expr.Node {
			lag := expr.Func("lag", s.id()).Over(byID(s)).Add(0)
			least := expr.Func("min", s.age()).Over(expr.Window{})
			before := expr.Func("lag", s.id()).Over(expr.Window{}.PartitionBy(s.u.C("active")).OrderBy(s.id().Desc()))
			return expr.Select(s.id(), lag, least, before).OrderBy(s.id())
		}},
		{name: "window: range by an interval", rows: "1|2\n2|2\n4|1\n5|1", refused: none("range by an interval", "sqlite", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			w := expr.Window{}.OrderBy(s.u.C("created")).Range(expr.Preceding(expr.Interval(0, 40, 0)), expr.Following(expr.Interval(0, 40, 0)))
			return expr.Select(s.id(), expr.Func("count").Over(w).Label("n")).Where(s.u.C("created").IsNotNull()).OrderBy(s.id())
		}},
		{name: "window: order by nulls last", rows: "1|3\n2|1\n3|3\n4|4\n5|5", build: func(s *sample) expr.Node {
			return expr.Select(s.id(), expr.Func("count").Over(expr.Window{}.OrderBy(s.age().Asc().NullsLast())).Label("n")).OrderBy(s.id())
		}},
		{name: "window: in an expression and in order by", rows: "1|1\n4|1\n5|1\n2|2\n3|2", build: func(s *sample) expr.Node {
			count := func() expr.Expr {
				return expr.Func("count").Over(expr.PartitionBy(s.u.C("parent_id").IsNull(), s.u.C("score").Gt(1)))
			}
			return expr.Select(s.id(), count().Label("n")).OrderBy(count(), s.id())
		}},

		{name: "aggregate: distinct values of which it is a deviation", rows: "8", refused: refusedBy("stddev_pop", "sqlite", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Select(expr.Func("stddev_pop", s.age()).Distinct().Label("d")).Where(s.age().Ne(30))
		}},
		{name: "aggregate: filter", rows: "2|60|2", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			return expr.Select(expr.Func("count").Filter(s.u.C("active")), sum(s).Filter(s.u.C("active")), expr.Func("count", s.age()).Distinct().Filter(s.id().Le(3)))
		}},
		{name: "aggregate: filter over a window", rows: "1|1\n2|1\n3|2\n4|2\n5|2", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			return expr.Select(s.id(), expr.Func("count").Filter(s.u.C("active")).Over(byID(s)).Label("n")).OrderBy(s.id())
		}},

		{name: "values: as a source", rows: "1|a\n2|NULL", emulated: "sqlite mysql mariadb", build: func(s *sample) expr.Node {
			v := expr.Values([]expr.ColumnType{{Name: "id"}, {Name: "what"}}, []any{1, "a"}, []any{2, nil}).Alias("v")
			return expr.Select(v.C("id"), v.C("what"))
		}},
		{name: "values: joined", rows: "1|x\n3|y", emulated: "sqlite mysql mariadb", build: func(s *sample) expr.Node {
			v := expr.Values([]expr.ColumnType{{Name: "mood", Type: mood}, {Name: "what", Type: schema.Text}}, []any{"happy", "x"}, []any{"ok", "y"}).Alias("v")
			return expr.Select(s.id(), v.C("what")).Join(v, v.C("mood").Eq(s.u.C("mood")))
		}},
		{name: "values: expressions in them", rows: "5", emulated: "sqlite mysql mariadb", build: func(s *sample) expr.Node {
			v := expr.Values([]expr.ColumnType{{Name: "n"}}, []any{expr.Select(expr.Func("count")).From(s.u).Scalar()}).Alias("v")
			return expr.Select(v.C("n"))
		}},
		{name: "tablesample: bernoulli", rows: "5", refused: none("TABLESAMPLE", "sqlite", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			t := expr.Tablesample(s.u, expr.Bernoulli, 100, nil)
			return expr.Select(n()).From(t)
		}},
		{name: "tablesample: system, with a seed", rows: "5", refused: none("TABLESAMPLE", "sqlite", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			t := expr.Tablesample(s.u.Alias("x"), expr.System, 100, 7)
			return expr.Select(n()).From(t).Where(t.C("id").Gt(0))
		}},
	}
}
