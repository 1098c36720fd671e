package tests

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// saExpressionCases are of operators, literals, parameters, casts, functions and
// windows.
var saExpressionCases = []saCase{
	{id: "sa-031", build: func(m *saTables) any {
		t := m.make("t1(a)", "t2(b)")
		return t[0].Join(t[1], false)
	}},
	{id: "sa-032", build: func(m *saTables) any {
		x := m.bare("x bool").C("x")
		return expr.Select(x).Having(x)
	}, better: saUngrouped, err: "_.x may differ within a group"},
	{id: "sa-033", build: func(m *saTables) any {
		return expr.Select(expr.Of(true).Label("anon_1"), expr.Of(true).Label("anon__1"))
	}, better: saLiterals, sql: "select ? as anon_1 , ? as anon__1"},
	{id: "sa-036", build: func(m *saTables) any { return m.table("table1").C("myid").IsDistinctFrom(1) },
		better: "SQLite has the standard's own words now", sql: "mytable.myid is distinct from ?"},
	{id: "sa-037", build: func(m *saTables) any { return m.table("table1").C("myid").IsNotDistinctFrom(1) }},
	{id: "sa-038", build: func(m *saTables) any { return m.table("table1").C("myid").BetweenSymmetric(1, 2) }},
	{id: "sa-040", build: func(m *saTables) any { return m.bare("q").C("q").In(1, 2, 3) },
		better: saLiterals, sql: "q in ( ? , ? , ? )"},
	{id: "sa-041", build: func(m *saTables) any { return m.table("table1").C("myid").In(expr.Of(1).Add("a")) },
		better: "an integer and a text do not add", err: "text"},
	{id: "sa-042", build: func(m *saTables) any {
		t := m.make("t(a)", "_(scan)")
		return expr.Select(t[0].C("a")).Where(t[0].C("a").In(expr.Select(t[1].C("scan"))))
	}},
	{id: "sa-046", build: func(m *saTables) any { return m.table("table1").C("myid").NotLike("somstr") }},
	{id: "sa-047", build: func(m *saTables) any { return expr.Not(m.bare("x text").C("x").EndsWith("y")) },
		better: "a % or _ in the text is only itself", sql: "x not like ? escape '!'"},
	{id: "sa-049", build: func(m *saTables) any {
		id := m.table("table").C("myid")
		return expr.And(id.Custom("@@", "foo", schema.Boolean), expr.Not(id.RegexpMatch("xx")))
	}, better: "search in text is each database's own operator or function, and is called so", sql: "mytable.myid @@ ? and mytable.myid ! ~ ?"},
	{id: "sa-051", build: func(m *saTables) any {
		f := m.bare("f").C("f")
		return f.Div(f).Sub(f)
	}},
	{id: "sa-052", build: func(m *saTables) any {
		f := m.bare("f").C("f")
		return f.Sub(f).Div(f.Sub(f))
	}, better: "what is cast needs no parentheses", sql: `( f - f ) / cast ( f - f as numeric )`},
	{id: "sa-053", build: func(m *saTables) any {
		t := m.table("table2")
		return expr.Select(t).Where(t.C("field").Mul(5).Add(6))
	}, better: "a number is no condition", err: "expected a condition, got"},
	{id: "sa-058", build: func(m *saTables) any { return expr.Case(expr.NewWhen("x", "y")) },
		better: "a text is no condition", err: "condition"},
	{id: "sa-008", build: func(m *saTables) any { return m.table("table1").C("myid").Add(12).Add("test") },
		better: "an integer and a text do not add", err: "text"},
	{id: "sa-071", build: func(m *saTables) any {
		t := m.table("table1")
		return expr.Func("row_number").Over(expr.PartitionBy(t.C("name")).OrderBy(t.C("description")))
	}},
	{id: "sa-073", build: func(m *saTables) any {
		return numbered(m, func(w expr.Window) expr.Window { return w.Rows(expr.Preceding(10), expr.Following(1)) })
	}},
	{id: "sa-074", build: func(m *saTables) any {
		return numbered(m, func(w expr.Window) expr.Window { return w.Range(expr.Preceding(10), expr.Preceding(1)) })
	}},
	{id: "sa-075", build: func(m *saTables) any {
		return numbered(m, func(w expr.Window) expr.Window { return w.Groups(expr.Following(1), expr.Following(10)) })
	}},
	{id: "sa-081", build: func(m *saTables) any {
		t := m.table("table1")
		return expr.Select(t.C("myid"), expr.Func("percentile_cont", 0.5).WithinGroup(t.C("name")).Label("percentile_cont_1"))
	}, better: saUngrouped, err: "mytable.myid may differ within a group"},
	{id: "sa-082", build: func(m *saTables) any {
		t := m.table("table1")
		one := expr.Func("rank").Filter(t.C("name").Gt("foo"))
		return expr.Select(one.Label("anon_1"), one.Filter(t.C("myid").Eq(1)).Label("anon_2"))
	}, better: "rank is of a window, which no database lets be left out", err: "rank"},
	{id: "sa-083", build: func(m *saTables) any {
		return expr.Call(expr.UnknownFunction("row_to_json"), m.make("a(id, x, y)")[0])
	}, better: "a table is no value: on two of three databases it cannot be one", err: "is a source, no operand"},
	{id: "sa-061", build: func(m *saTables) any {
		x := m.bare("x text").C("x")
		return expr.Select(x).OrderBy(x.Collate("bar"))
	}},
	{id: "sa-062", build: func(m *saTables) any {
		x := m.bare("x text").C("x")
		return expr.Select(x).Where(x.Collate("bar").Eq("foo"))
	}},
	{id: "sa-077", build: func(m *saTables) any { return expr.Func("count", 1).Filter() }},
	{id: "sa-114", build: func(m *saTables) any {
		a, b, c := expr.Of("abc"), expr.Of("def"), expr.Of("ghi")
		return expr.Select(a.Label("anon_1"), b.Label("anon_2"), a.Label("anon__1"), c.Label("anon_3"))
	}, better: saLiterals, sql: "select ? as anon_1 , ? as anon_2 , ? as anon__1 , ? as anon_3"},
	{id: "sa-173", build: func(m *saTables) any { return m.bare("x").C("x").IsNotNull() }},
	{id: "sa-064", build: func(m *saTables) any { return expr.UnknownFunc("foo.bar.if", schema.Integer) }},
}

func numbered(m *saTables, frame func(expr.Window) expr.Window) any {
	w := frame(expr.Window{}.OrderBy(m.table("table1").C("myid")))
	return expr.Select(expr.Func("row_number").Over(w).Label("anon_1"))
}
