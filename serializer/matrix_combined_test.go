package serializer_test

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// combined are changes that come together, and what they do to queries that use what has changed in
// several places.
func combined() []moved {
	rename := func(from, to string, o ...schema.ColumnOption) func(*tableShape) {
		return func(t *tableShape) { t.column(from).rename(to, append(o, schema.Formerly(from))...) }
	}
	retype := func(c string, to schema.Type) func(*tableShape) {
		return func(t *tableShape) { t.column(c).typ = to }
	}
	options := func(c string, o ...schema.ColumnOption) func(*tableShape) {
		return func(t *tableShape) { t.column(c).options = o }
	}
	all := func(edits ...func(*tableShape)) func(*shape) {
		return people(func(t *tableShape) {
			for _, edit := range edits {
				edit(t)
			}
		})
	}
	of := func(build func(p *expr.TableSource) any) func(source) any {
		return func(in source) any { return build(in("people")) }
	}
	orgs := func(in source) any { o := in("hr", "orgs"); return expr.Select(o.C("id"), o.C("name")) }
	return []moved{
		{name: "rename and widen", want: "warning", edit: all(rename("name", "title"), retype("title", schema.Text))},
		{name: "rename and narrow", want: "warning", edit: all(rename("name", "title"), retype("title", schema.String(5)))},
		{name: "rename and other family", want: "error", edit: all(rename("name", "title"), retype("title", schema.Integer))},
		{name: "rename with id, old name is another without id", want: "warning", query: columnsOf("born"), edit: all(func(t *tableShape) { t.column("born").name = "birth"; t.add("born", schema.Date) })},
		{name: "ids of two columns swapped, names kept", want: "warning", query: columnsOf("born", "died"), edit: all(options("born", schema.StableID("d")), options("died", schema.StableID("b")))},
		{name: "ids swapped and types differ", want: "error", query: columnsOf("born", "died"), edit: all(options("born", schema.StableID("d")), options("died", schema.StableID("b")), retype("born", schema.DateTime))},
		{name: "id moved to another column", want: "warning", query: columnsOf("born"), edit: all(options("born"), func(t *tableShape) { t.add("day", schema.Date, schema.StableID("b")) })},
		{name: "id moved to a column of another type", want: "error", query: columnsOf("born"), edit: all(options("born"), func(t *tableShape) { t.add("day", schema.Text, schema.StableID("b")) })},
		{name: "chain of renames, only last step told", want: "error", edit: all(func(t *tableShape) { t.column("name").rename("c", schema.Formerly("b")) })},
		{name: "renamed there and back, both former names", want: "same", edit: all(options("name", schema.NotNull, schema.Formerly("title")))},
		{name: "table renamed with id, its name a view now", want: "notice", query: orgs, edit: func(s *shape) {
			t := s.table("orgs")
			t.name = "companies"
			v := s.add("orgs", col("id", schema.Integer, schema.PrimaryKey), col("name", schema.Text))
			v.items = []schema.TableItem{schema.InSchema("hr"), schema.View()}
		}},
		{name: "view of unknown types for a table", want: "warning", edit: func(s *shape) {
			s.drop("people")
			s.add("people", col("id", schema.Unknown), col("name", schema.Unknown)).items = []schema.TableItem{schema.View()}
		}},
		{name: "table moved and column renamed", want: "warning", edit: func(s *shape) {
			s.table("people").column("name").rename("title", schema.Formerly("name"))
			s.table("people").rename("people", schema.InSchema("hr"), schema.FormerlyAt("people"))
		}},
		{name: "two tables move to one schema", want: "notice", edit: func(s *shape) {
			s.table("people").rename("people", schema.InSchema("x"), schema.FormerlyAt("people"))
			s.table("orders").rename("orders", schema.InSchema("x"), schema.FormerlyAt("orders"))
		}, query: func(in source) any {
			p, o := in("people"), in("orders")
			return expr.Select(p.C("id"), o.C("id").Label("oid")).Join(o, o.C("person_id").Eq(p.C("id")))
		}},
		{name: "schema gone", want: "error", query: orgs, edit: func(s *shape) { s.table("orgs").items = nil }},
		{name: "schema gone, id kept", want: "notice", query: orgs, edit: func(s *shape) {
			s.table("orgs").items = []schema.TableItem{schema.StableID("O")}
		}},
		{name: "enum shrinks, label is used", want: "error", query: of(func(p *expr.TableSource) any { return expr.Select(p.C("id")).Where(p.C("kind").Eq("robot")) }), edit: all(retype("kind", schema.Enum("kind", "person")))},
		{name: "enum shrinks, another label is used", want: "warning", query: of(func(p *expr.TableSource) any { return expr.Select(p.C("id")).Where(p.C("kind").Eq("person")) }), edit: all(retype("kind", schema.Enum("kind", "person")))},
		{name: "enum shrinks, label in a parameter's default", want: "warning", query: of(func(p *expr.TableSource) any {
			return expr.Select(p.C("id")).Where(p.C("kind").Eq(expr.ParamOf(expr.NewParameter("k", p.C("kind").Type()).WithDefault(expr.Text("robot")))))
		}), edit: all(retype("kind", schema.Enum("kind", "person")))},
		{name: "enum grows, shrinks and is renamed", want: "warning", query: columnsOf("kind"), edit: all(retype("kind", schema.Enum("sort", "robot", "dog")))},
		{name: "enum shrinks and is inserted", want: "error", query: of(func(p *expr.TableSource) any {
			return expr.Insert(p).Values(expr.Assign{"id": 1, "name": "x", "kind": "robot", "active": true})
		}), edit: all(retype("kind", schema.Enum("kind", "person")))},
		{name: "left join and the right side never null now", want: "notice", query: func(in source) any {
			p, o := in("people"), in("orders")
			return expr.Select(p.C("id"), o.C("total")).LeftJoin(o, o.C("person_id").Eq(p.C("id")))
		}, edit: func(s *shape) {
			s.table("orders").column("total").options = []schema.ColumnOption{schema.NotNull}
		}},
		{name: "left join and the right side null now", want: "warning", query: func(in source) any {
			p, o := in("people"), in("orders")
			return expr.Select(p.C("id"), o.C("total")).LeftJoin(o, o.C("person_id").Eq(p.C("id")))
		}, edit: func(s *shape) { s.table("orders").column("person_id").options = nil }},
		{name: "composite key renamed in insert with conflict", want: "notice", query: of(func(p *expr.TableSource) any {
			return expr.Insert(p).Values(expr.Assign{"id": 1, "name": "x", "active": true}).OnConflict("id", "name").DoUpdate(expr.Assign{"nick": expr.Excluded(p).C("name")})
		}), edit: all(rename("name", "title"))},
		{name: "literal out of range of the narrower column in where", want: "warning", query: of(func(p *expr.TableSource) any { return expr.Select(p.C("nick")).Where(p.C("id").Eq(100000)) }), edit: all(retype("id", schema.SmallInteger))},
		{name: "literal out of range of the narrower column in set", want: "error", query: of(func(p *expr.TableSource) any {
			return expr.Insert(p).Values(expr.Assign{"id": 100000, "name": "x", "active": true})
		}), edit: all(retype("id", schema.SmallInteger))},
		{name: "renamed in a window", want: "notice", query: of(func(p *expr.TableSource) any {
			return expr.Select(expr.Func("row_number").Over(expr.PartitionBy(p.C("name")).OrderBy(p.C("nick"))).Label("n"))
		}), edit: all(rename("name", "title"), rename("nick", "alias"))},
		{name: "renamed in the second arm of a union", want: "notice", query: of(func(p *expr.TableSource) any {
			return expr.Select(p.C("name")).Union(expr.Select(p.C("nick"))).OrderBy(expr.Ref("name"))
		}), edit: all(rename("nick", "alias"))},
		{name: "renamed in anchor of recursive", want: "notice", query: of(func(p *expr.TableSource) any {
			r := expr.Recursive("r", expr.Select(p.C("name"), p.C("id")), func(r expr.Source) expr.Query {
				return expr.Select(r.C("name"), r.C("id").Add(1).Label("id")).Where(r.C("id").Lt(3))
			})
			return expr.Select(r.C("name").Label("n"))
		}), edit: all(rename("name", "title"))},
		{name: "renamed to the name of another result of a derived table with order", want: "error", query: of(func(p *expr.TableSource) any {
			s := expr.Select(p.C("name"), p.C("nick").Label("title")).Subquery("s")
			return expr.Select(s.C("title"), s.C("name")).OrderBy(expr.Ref("title"))
		}), edit: all(rename("name", "title"))},
		{name: "two columns swapped, each labelled as the other", want: "notice", query: of(func(p *expr.TableSource) any {
			return expr.Select(p.C("born").Label("died"), p.C("died").Label("born")).OrderBy(expr.Ref("born"))
		}), edit: all(func(t *tableShape) { a, b := t.column("born"), t.column("died"); a.name, b.name = b.name, a.name })},
		{name: "two columns swapped, and ORDER BY names one", want: "error", query: of(func(p *expr.TableSource) any {
			return expr.Select(p.C("born"), p.C("died")).OrderBy(expr.Ref("born"))
		}), edit: all(func(t *tableShape) { a, b := t.column("born"), t.column("died"); a.name, b.name = b.name, a.name })},
		{name: "identity on a column that a default row sets", want: "error", query: of(func(p *expr.TableSource) any {
			return expr.Insert(p).Values(expr.Assign{"id": 1, "name": "x", "active": true})
		}), edit: all(rename("name", "title"), func(t *tableShape) {
			t.column("id").options = append(t.column("id").options, schema.Identity(schema.IdentityOptions{Always: true}))
		})},
		{name: "the Binding's rename for a column of a renamed table told by the table's old name", want: "error", edit: func(s *shape) {
			s.table("people").column("name").rename("fullname")
			s.table("people").rename("persons", schema.Formerly("people"))
		}, binding: renames(serializer.Rename{From: columnID("name", "people"), To: columnID("fullname", "people")})},
		{name: "a rename of the Binding in two steps", want: "error", edit: all(func(t *tableShape) { t.column("name").name = "c" }),
			binding: renames(serializer.Rename{From: columnID("name", "people"), To: columnID("b", "people")}, serializer.Rename{From: columnID("b", "people"), To: columnID("c", "people")})},
		{name: "two renames of one", want: "warning", edit: all(func(t *tableShape) { t.column("name").name = "c" }),
			binding: renames(serializer.Rename{From: columnID("name", "people"), To: columnID("c", "people")}, serializer.Rename{From: columnID("name", "people"), To: columnID("nick", "people")})},
		{name: "rename to a column that the query names too", want: "error", query: columnsOf("name", "nick"), edit: all(func(t *tableShape) { t.drop("name") }),
			binding: renames(serializer.Rename{From: columnID("name", "people"), To: columnID("nick", "people")})},
		{name: "array renamed and of a narrower element", want: "warning", query: columnsOf("tags"), edit: all(rename("tags", "t"), retype("t", schema.ArrayOf(schema.SmallInteger)))},
		{name: "renamed to what a GROUP BY label is", want: "notice", query: of(func(p *expr.TableSource) any {
			return expr.Select(expr.Func("lower", p.C("name")).Label("title"), expr.Func("count").Label("c")).GroupBy(expr.Ref("title"))
		}), edit: all(rename("name", "title"))},
	}
}
