package tests

import (
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// saChangeCases are of INSERT, UPDATE and DELETE.
var saChangeCases = []saCase{
	{id: "sa-104", build: func(m *saTables) any {
		t := m.make("orders(region text)")[0]
		return expr.Select(expr.Update(t).Where(t.C("region").Eq("x")).Set(expr.Assign{"region": "y"}).Returning(t.C("region")).CTE("anon_1"))
	}},
	{id: "sa-123", build: func(m *saTables) any {
		return expr.Insert(m.table("table4")).Values(expr.Assign{"rem_id": 2, "datatype_id": 5, "value": "test"})
	}},
	{id: "sa-127", build: func(m *saTables) any { return expr.Insert(m.make("t(id, notpk text)")[0]).Values(expr.Assign{}) }, on: dialect.MySQL},
	{id: "sa-129", build: func(m *saTables) any {
		return expr.Insert(m.table("mytable")).Values(expr.Assign{"myid": expr.Param("userid", schema.Integer), "name": expr.Param("username", schema.Text)})
	}},
	{id: "sa-130", build: func(m *saTables) any {
		t := m.make("sometable(id, data text)")[0]
		return expr.Insert(t).Values(expr.Assign{"id": expr.UnknownFunc("foobar", schema.Integer), "data": expr.Param("data", schema.Text)}).Returning(t.C("id"))
	}},
	{id: "sa-133", build: func(m *saTables) any {
		t := m.table("mytable")
		return expr.Update(t).Set(expr.Assign{"name": t.C("myid")}).AllRows()
	}, better: "an integer is no text: cast it", err: "mytable.name"},
	{id: "sa-134", build: func(m *saTables) any {
		t := m.table("mytable")
		return expr.Update(t).Set(expr.Assign{"name": expr.Param("name", schema.Text)}).Where(t.C("myid").Eq(7))
	}},
	{id: "sa-137", build: func(m *saTables) any {
		t := m.their("mytable", "myothertable")
		s := expr.Select(t[1]).Where(t[1].C("otherid").Eq(t[0].C("myid"))).Scalar()
		return expr.Update(t[0]).Where(t[0].C("name").Eq("jack")).Set(expr.Assign{"name": s})
	}, better: "a query of two columns is no value", err: "one column"},
	{id: "sa-139", build: func(m *saTables) any { return expr.Delete(m.table("mytable")).AllRows() }}, // or of nothing is false here
	{id: "sa-141", build: func(m *saTables) any {
		t := m.their("mytable", "myothertable")
		s := expr.Select(t[1].C("othername")).Where(t[1].C("otherid").Eq(t[0].C("myid"))).Scalar()
		return expr.Delete(t[0]).Where(t[0].C("name").Eq(s))
	}},
	{id: "sa-143", build: func(m *saTables) any {
		t := m.make("t(x, y, z)")[0]
		p := func(name string) expr.Expr { return expr.Param(name, schema.Integer) }
		c := expr.Update(t).Set(expr.Assign{"x": p("x"), "y": p("y"), "z": p("z")}).AllRows().Returning(t).CTE("c")
		return expr.Select(c.C("z"))
	}},
	{id: "sa-148", build: func(m *saTables) any {
		t := m.make("t1(c1)", "t2(c1)")
		a := t[0].Alias("a1")
		return expr.Delete(a).Using(t[1]).Where(a.C("c1").Eq(t[1].C("c1")))
	}},
	{id: "sa-157", build: func(m *saTables) any {
		return expr.Insert(m.table("table1")).Values(expr.Assign{"name": "foo"}).OnConflict().DoNothing()
	}},
	{id: "sa-159", build: func(m *saTables) any {
		return expr.Insert(m.table("table1")).Values(expr.Assign{"name": "foo"}).
			OnConstraint("some_table_name_thats_really_really_some_column_name_th_f7ab").DoNothing()
	}},
	{id: "sa-171", build: func(m *saTables) any {
		t := m.table("table")
		return expr.Insert(t).Values(expr.Assign{"id": 1, "bar": "ab"}, expr.Assign{"id": 2, "bar": "b"}).OnConflict().
			DoUpdate(expr.Assign{"bar": expr.Excluded(t).C("bar"), "baz": expr.Excluded(t).C("baz")})
	}, better: "the insert gives no baz, so the row has none", err: "excluded.baz"},
	{id: "sa-170", build: func(m *saTables) any {
		return expr.Insert(m.table("table")).Values(expr.Assign{"id": 1, "bar": "ab"}, expr.Assign{"id": 2, "bar": "b"}).OnConflict().
			DoUpdate(expr.Assign{"bar": expr.LiteralColumn("bb", schema.Text)})
	}, on: dialect.MariaDB},
}
