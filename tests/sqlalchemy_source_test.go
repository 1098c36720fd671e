package tests

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

const saOwned = "a column has its source with it, and a source its columns"

// saSourceCases are of what stands in FROM: VALUES, LATERAL, TABLESAMPLE, functions.
var saSourceCases = []saCase{
	{id: "sa-087", build: func(m *saTables) any {
		return expr.Lateral(expr.Select(m.table("people").C("people_id")), "alias")
	}, better: "what stands in FROM has its name with it", sql: "lateral ( select people.people_id from people ) as alias"},
	{id: "sa-088", build: func(m *saTables) any {
		return expr.Select(expr.Lateral(expr.Select(m.table("people").C("people_id")), "alias"))
	}},
	{id: "sa-092", build: func(m *saTables) any {
		p := m.table("people")
		v := expr.Values([]expr.ColumnType{{Name: "column1", Type: schema.Integer}, {Name: "column2", Type: schema.Integer}},
			[]any{1, 1}, []any{2, 1}, []any{3, 2}, []any{3, 3})
		return expr.Select(p, v).From(p).Join(v, p.C("people_id").Eq(v.C("column2")))
	}, better: "a source has a name, and its columns are of it", sql: `select people.people_id , people.age , people.name , anon.column1 , anon.column2 from people join ( values ( ? , ? ) , ( ? , ? ) , ( ? , ? ) , ( ? , ? ) ) as anon ( column1 , column2 ) on people.people_id = anon.column2`},
	{id: "sa-093", build: func(m *saTables) any {
		v := expr.Values([]expr.ColumnType{{Name: "CaseSensitive", Type: schema.Integer}, {Name: "has spaces", Type: schema.Text}, {Name: "number", Type: schema.Integer}},
			[]any{1, "textA", 99}, []any{2, "textB", 88}).Alias("Spaces and Cases")
		return expr.Select(v)
	}, better: saPlain, sql: `select Spaces_and_Cases.CaseSensitive , Spaces_and_Cases.has_spaces , Spaces_and_Cases.number from ( values ( ? , ? , ? ) , ( ? , ? , ? ) ) as Spaces_and_Cases ( CaseSensitive , has_spaces , number )`},
	{id: "sa-095", build: func(m *saTables) any {
		return expr.Tablesample(m.table("people").Alias("alias"), expr.System, 1, nil)
	}},
	{id: "sa-066", build: func(m *saTables) any {
		rows := expr.UnknownFunc("rows", schema.Text, "foo").TableValued("rows", []expr.ColumnType{{Name: "foo", Type: schema.Text}}, false)
		return expr.Select(rows.C("foo"))
	}, better: saOwned, sql: "select rows.foo from rows ( ? ) as rows ( foo )"},
	{id: "sa-085", build: func(m *saTables) any {
		series := func(name string, from, to int) *expr.TableFunctionSource {
			return expr.Func("generate_series", from, to).TableValued(name, []expr.ColumnType{{Name: name, Type: schema.Integer}}, false)
		}
		x, y := series("x", 1, 2), series("y", 3, 4)
		return expr.Select(x.C("x"), y.C("y")).From(x, y)
	}, better: saOwned, sql: "select x.x , y.y from generate_series ( ? , ? ) as x ( x ) , generate_series ( ? , ? ) as y ( y )"},
}
