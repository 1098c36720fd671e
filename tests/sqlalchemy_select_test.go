package tests

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

const (
	saLiterals  = "every literal travels as an argument"
	saNames     = "each use of a source has a name of its own, so that none takes another's columns"
	saPlain     = "names inside a statement are plain words; the result keeps its own"
	saUngrouped = "a column that may differ within a group has no one value"
	saHoisted   = "WITH stands once, at the top, where all may use it"
)

// saSelectCases are of select, joins, subqueries, labels, set operations and WITH.
var saSelectCases = []saCase{
	{id: "sa-004", build: func(m *saTables) any { return expr.Select(1).Limit(3).Offset(2) },
		better: saLiterals, sql: "select ? limit ? offset ?"},
	{id: "sa-006", build: func(m *saTables) any {
		t := m.table("table1")
		return expr.Select(expr.Func("count", t.C("myid")).Distinct().Label("count_1"))
	}},
	{id: "sa-012", build: func(m *saTables) any {
		s := m.their("parent", "child")
		return expr.Select(s[0]).Join(s[1])
	}},
	{id: "sa-013", build: func(m *saTables) any {
		s := m.their("parent", "child")
		return expr.Select(s[0]).From(s[0]).Join(s[1]).Columns(s[1].C("id")).Union(expr.Select(s[1].C("id")))
	}, better: saNames, sql: `select child.id from parent join child on parent.id = child.parent_id union select child_1.id from child as child_1`},
	{id: "sa-014", build: func(m *saTables) any {
		s := m.their("table1", "table2")
		return expr.Select(s[0]).Join(s[1], s[0].C("myid").Eq(s[1].C("otherid")))
	}},
	{id: "sa-015", build: func(m *saTables) any {
		s := m.their("parent", "child", "grandchild")
		return expr.Select(s[0]).Join(s[1], s[1].C("parent_id").Eq(s[0].C("id"))).Join(s[2], s[2].C("child_id").Eq(s[1].C("id")))
	}},
	{id: "sa-018", build: func(m *saTables) any {
		s := m.make("t1(x)", "t2(y)", "t3(z)")
		return expr.Select(s[0]).From(s[0], s[1], s[2]).Where(s[0].C("x").Eq(s[1].C("y")), s[1].C("y").Eq(s[2].C("z"))).CorrelateExcept(s[0])
	}},
	{id: "sa-019", build: func(m *saTables) any {
		t := m.table("table1")
		s := expr.Select(t.C("myid")).From(t)
		return expr.Select(t.C("myid")).From(t).Where(t.C("myid").Eq(s.Scalar()))
	}, better: saNames, sql: `select mytable.myid from mytable where mytable.myid = ( select mytable_1.myid from mytable as mytable_1 )`},
	{id: "sa-020", build: func(m *saTables) any {
		t := m.make("t1(a)", "t2(a, b)")
		s := expr.Select(t[1].C("b")).Where(t[0].C("a").Eq(t[1].C("a"))).CorrelateExcept(t[1]).Subquery("s")
		return expr.Select(t[0]).OrderBy(expr.Select(expr.UnknownFunc("foo", schema.Integer, s.C("b")).Label("foo_1")).Scalar())
	}, better: "a label that nothing reads is left out", sql: `select t1.a from t1 order by ( select foo ( s.b ) from ( select t2.b from t2 where t1.a = t2.a ) as s )`},
	{id: "sa-024", build: func(m *saTables) any {
		t := m.make("parent(id)", "child(id, parent_id, pos)")
		p, c := t[0], t[1]
		s := expr.Select(c).Where(c.C("parent_id").Eq(p.C("id"))).OrderBy(c.C("pos")).Limit(1).Correlate(p).Subquery("anon_1")
		return expr.Select(p).Where(expr.Exists(expr.Select(1).From(s).Where(s.C("id").Eq(1))))
	}, better: "there is no star: a query says what it gives", sql: `select parent.id from parent where exists ( select ? from ( select child.id , child.parent_id , child.pos from child where child.parent_id = parent.id order by child.pos limit ? ) as anon_1 where anon_1.id = ? )`},
	{id: "sa-026", build: func(m *saTables) any {
		t := m.make("t(a, b)")[0]
		return expr.Select(t.C("a").Label("t_a"), t.C("a").Label("t_a__1"), t.C("b").Label("t_b"), t.C("a").Label("t_a__2"))
	}},
	{id: "sa-027", build: func(m *saTables) any {
		t := m.make("tablename(columnname_one, columnn_1)")[0]
		return expr.Select(t.C("columnname_one").Label("tablename_columnn_1"), t.C("columnn_1").Label("tablename_columnn_2"))
	}},
	{id: "sa-028", build: func(m *saTables) any {
		t := m.make("a(id)", "b(id, aid)", "d(id, aid)")
		a, b, d := t[0], t[1], t[2]
		u := expr.Select(a.C("id").Label("a_id"), b.C("id").Label("b_id"), b.C("aid").Label("b_aid")).From(a.Join(b, a.C("id").Eq(b.C("aid")))).
			Union(expr.Select(a.C("id").Label("a_id"), d.C("id").Label("d_id"), d.C("aid").Label("d_aid")).From(a.Join(d, a.C("id").Eq(d.C("aid"))))).
			Subquery("anon_1")
		return expr.Select(u)
	}, better: saNames, sql: `select anon_1.a_id , anon_1.b_id , anon_1.b_aid from ( select a.id as a_id , b.id as b_id , b.aid as b_aid from a join b on a.id = b.aid union select a_1.id , d.id , d.aid from a as a_1 join d on a_1.id = d.aid ) as anon_1`},
	{id: "sa-097", build: func(m *saTables) any {
		return expr.Select(1).Union(expr.Select(2)).Limit(5).Offset(6)
	}, better: saLiterals, sql: "select ? union select ? limit ? offset ?"},
	{id: "sa-098", build: func(m *saTables) any {
		t := m.make("bat(foo, bar)")[0]
		s := expr.Select(t.C("foo"), t.C("bar"))
		return s.Limit(1).Union(s.Limit(2))
	}, better: saNames, sql: `( select bat.foo , bat.bar from bat limit ? ) union ( select bat_1.foo , bat_1.bar from bat as bat_1 limit ? )`},
	{id: "sa-100", build: func(m *saTables) any {
		t := m.make("bat(foo, bar)")[0]
		s := expr.Select(t.C("foo"), t.C("bar"))
		return expr.Select(s.Limit(1).Union(s.Limit(2).Offset(3)).Subquery("anon_1"))
	}, better: saNames, sql: `select anon_1.foo , anon_1.bar from ( ( select bat.foo , bat.bar from bat limit ? ) union ( select bat_1.foo , bat_1.bar from bat as bat_1 limit ? offset ? ) ) as anon_1`},
	{id: "sa-107", build: func(m *saTables) any {
		c := expr.Recursive("cte", expr.Select(expr.Of(0).Label("x")), func(cte expr.Source) expr.Query {
			return expr.Select(cte.C("x").Add(1)).Where(cte.C("x").Lt(10))
		})
		bar := expr.Select(c).CTE("bar")
		return expr.Select(c.C("x"), bar.C("x").Label("x_1")).From(c, bar)
	}, better: saNames, sql: `with recursive cte as ( select ? as x union all select cte.x + ? from cte where cte.x < ? ) , bar as ( select cte_2.x from cte as cte_2 ) select cte_1.x , bar.x as x_1 from cte as cte_1 , bar`},
	{id: "sa-108", build: func(m *saTables) any {
		c := expr.Recursive("increasing", expr.Select(expr.Of(1).Label("val")), func(c expr.Source) expr.Query {
			by := func(n int) *expr.SelectStmt {
				return expr.Select(c.C("val").Add(n).Label("val")).Where(c.C("val").Lt(15))
			}
			return by(3).UnionAll(by(5))
		})
		return expr.Select(c)
	}, better: "a database that names the recursive query twice is SQLite alone", err: `the step must name what was found just once`},
	{id: "sa-110", build: func(m *saTables) any {
		one := expr.Select(expr.Of(1).Label("inner_cte")).CTE("nesting_1")
		two := expr.Select(expr.Of(2).Label("inner_cte")).CTE("nesting_2")
		return expr.Select(expr.Select(one.C("inner_cte").Label("outer_1"), two.C("inner_cte").Label("outer_2")).From(one, two).CTE("cte"))
	}, better: saHoisted, sql: `with nesting_1 as ( select ? as inner_cte ) , nesting_2 as ( select ? as inner_cte ) , cte as ( select nesting_1.inner_cte as outer_1 , nesting_2.inner_cte as outer_2 from nesting_1 , nesting_2 ) select cte.outer_1 , cte.outer_2 from cte`},
	{id: "sa-111", build: func(m *saTables) any {
		one := expr.Select(expr.Of(1).Label("inner_cte_1")).CTE("nesting_1")
		two := expr.Select(one.C("inner_cte_1").Add(1).Label("inner_cte_2")).CTE("nesting_2")
		return expr.Select(expr.Select(one, two).From(one, two).CTE("cte"))
	}, better: saHoisted, sql: `with nesting_1 as ( select ? as inner_cte_1 ) , nesting_2 as ( select nesting_1_1.inner_cte_1 + ? as inner_cte_2 from nesting_1 as nesting_1_1 ) , cte as ( select nesting_1.inner_cte_1 , nesting_2.inner_cte_2 from nesting_1 , nesting_2 ) select cte.inner_cte_1 , cte.inner_cte_2 from cte`},
	{id: "sa-115", build: func(m *saTables) any {
		t := m.table("table1")
		s := expr.Select(t.C("myid")).From(t).Where(t.C("myid").Eq(12)).Scalar()
		return expr.Select(t, s.Label("anon_1")).From(t).Where(t.C("myid").Eq(s))
	}, better: saNames, sql: `select mytable.myid , mytable.name , mytable.description , ( select mytable_1.myid from mytable as mytable_1 where mytable_1.myid = ? ) as anon_1 from mytable where mytable.myid = ( select mytable_2.myid from mytable as mytable_2 where mytable_2.myid = ? )`},
	{id: "sa-119", build: func(m *saTables) any {
		s := expr.Select(m.table("table1")).Subquery("anon_1")
		return expr.Select(s.C("myid").Label("anon_1_myid"), s.C("name").Label("anon_1_name"), s.C("description").Label("anon_1_description")).
			GroupBy(s.C("myid"))
	}, better: saUngrouped, err: "anon_1.name may differ within a group"},
	{id: "sa-126", build: func(m *saTables) any {
		t := m.table("table1")
		return expr.Select(t).Where(t.C("myid").Eq(7)).Locked(expr.ForUpdate, expr.WaitForLock)
	}},
	{id: "sa-002", build: func(m *saTables) any {
		return expr.Select(expr.LiteralColumn("a", schema.Integer), expr.LiteralColumn("b", schema.Integer)).From(m.make("sometable(a, b)")[0])
	}},
	{id: "sa-007", build: func(m *saTables) any {
		t := m.table("table1")
		s := expr.Select(t.C("name"), expr.Tuple(t.C("myid"), t.C("name")).Label("anon_2")).Subquery("anon_1")
		return expr.Select(s.C("name"))
	}, better: "a row of values is no value: PostgreSQL alone can select one", err: "it stands beside a comparison or in IN only"},
	{id: "sa-103", build: func(m *saTables) any {
		t := m.make("foo(id)", "bar(id, attr, foo_id)")
		baz := expr.Select(t[0].C("id")).CTE("baz")
		return expr.Select(t[1].C("id"), t[1].C("attr")).Where(t[1].C("foo_id").In(expr.Select(baz.C("id"))))
	}, better: "what raw text names is not known: a query that stands in WITH is named by expressions", sql: "with baz as ( select foo.id from foo ) select bar.id , bar.attr from bar where bar.foo_id in ( select baz.id from baz )"},
	{id: "sa-118", build: func(m *saTables) any {
		one := expr.LiteralColumn("column1", schema.Integer)
		return expr.Select(one, expr.LiteralColumn("column2", schema.Integer)).From(m.make("table1(column1, column2)")[0]).
			Where(expr.RawText("column1=12", nil, schema.Boolean), expr.RawText("column2=19", nil, schema.Boolean)).OrderBy(one)
	}, better: "raw text stands in parentheses, so that nothing in it reaches out", sql: "select column1 , column2 from table1 where ( column1 = 12 ) and ( column2 = 19 ) order by column1"},
	{id: "sa-120", build: func(m *saTables) any {
		return expr.Select(expr.LiteralColumn("*", schema.Integer)).From(m.make("bar.foo(id)")[0].Alias("t"))
	}},
	{id: "sa-122", build: func(m *saTables) any {
		return expr.Select(expr.Select(expr.LiteralColumn("NEEDS QUOTES", schema.Integer).Label("NEEDS QUOTES_")).Subquery("anon_1"))
	}, better: saPlain, sql: "select anon_1.NEEDS_QUOTES_ from ( select needs quotes as NEEDS_QUOTES_ ) as anon_1"},
}
