package tests

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

const (
	saJSON = "PostgreSQL has subscripts of JSON from 14 only"
)

// saDialectCases are of what one database has.
var saDialectCases = []saCase{
	{id: "sa-151", build: func(m *saTables) any {
		t, e := m.bare("foo text, bar text"), schema.Enum("somename", "x", "y", "z")
		return expr.Select(t.C("foo").Cast(e).Label("foo"), t.C("bar").Cast(e.InSchema("someschema")).Label("bar"))
	}},
	{id: "sa-162", build: func(m *saTables) any {
		t := m.table("table_alt")
		english := expr.LiteralColumn("'english'::regconfig", schema.Text)
		vector := expr.UnknownFunc("to_tsvector", schema.Text, english, t.C("title"))
		query := expr.UnknownFunc("plainto_tsquery", schema.Text, english, "somestring")
		return expr.Select(t.C("id")).Where(vector.Custom("@@", query, schema.Boolean))
	}, better: "every literal travels as an argument; what cannot be one is raw text", sql: "select mytable.id from mytable where to_tsvector ( 'english' :: regconfig , mytable.title ) @@ plainto_tsquery ( 'english' :: regconfig , ? )"},
	{id: "sa-155", build: func(m *saTables) any {
		t := m.make("mytable(myid, name, description)")[0]
		return expr.Select(t).Where(t.C("myid").Eq(7)).Locked(expr.ForKeyShare, expr.WaitForLock, t)
	}},
	{id: "sa-166", build: func(m *saTables) any { return m.bare("foo text").C("foo").Like("bar") },
		better: "the escape is the backslash in every mode of MySQL's strings", sql: `foo like ? escape x '5C'`},
	{id: "sa-167", build: func(m *saTables) any {
		t := m.make("t1(x)", "t2(y)")
		return t[0].LeftJoin(t[1], t[0].C("x").Eq(t[1].C("y")))
	}},
	{id: "sa-055", build: func(m *saTables) any {
		return m.bare("x ints").C("x").Custom("<@", expr.Array(schema.Integer, 2), schema.Boolean)
	},
		better: "an operand that is an array is said to be one", sql: "x <@ array [ ? ]"},
	{id: "sa-056", build: func(m *saTables) any { return expr.Not(expr.Of(5).Eq(expr.Any(m.bare("x ints").C("x")))) }},
	{id: "sa-150", build: func(m *saTables) any {
		return expr.Select(m.make("data(id, x json)")[0].C("x").Get("key").Label("anon_1"))
	}, better: saJSON, sql: "select ( data.x -> ? ) as anon_1 from data"},
	{id: "sa-152", build: func(m *saTables) any {
		return expr.Array(schema.Text, "a", "b").Custom("<@", expr.Array(schema.Integer, 0), schema.Boolean)
	}},
	{id: "sa-154", build: func(m *saTables) any {
		items := expr.UnknownFunc("jsonb_array_elements", schema.JSON, m.make("data(id, x json)")[0].C("x").Get("items"))
		return expr.Select(items.Get("key").Label("anon_1"))
	}, better: saJSON, sql: "select ( jsonb_array_elements ( ( data.x -> ? ) ) -> ? ) as anon_1 from data"},
	{id: "sa-164", build: func(m *saTables) any {
		return expr.Func("array_cat", expr.Array(schema.Integer, 1, 2, 3), expr.Array(schema.Integer, 4, 5, 6)).At(3)
	}},
	{id: "sa-175", build: func(m *saTables) any { return expr.Func("localtimestamp") },
		better: "a session is in UTC on every database", sql: "replace ( strftime ( '%Y-%m-%d %H:%M:%f000' , 'now' ) , '.000000' , '' )"},
}
