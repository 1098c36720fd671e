package serializer_test

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// people is an edit of the table people.
func people(edit func(*tableShape)) func(*shape) {
	return func(s *shape) { edit(s.table("people")) }
}

// retyped gives a column of people another type, below a query that reads it.
func retyped(name, want, column string, to schema.Type) moved {
	return moved{name: name, want: want, query: columnsOf(column), edit: people(func(t *tableShape) { t.column(column).typ = to })}
}

// matrix is every kind of change, with its answer. What bytes cannot see is "same".
func matrix() []moved {
	all := []moved{
		{name: "nothing", want: "same", edit: func(*shape) {}},
	}
	all = append(all, names()...)
	all = append(all, tables()...)
	all = append(all, types()...)
	all = append(all, constraints()...)
	all = append(all, results()...)
	return append(all, combined()...)
}

// names are changes of what columns are called, and of which there are.
func names() []moved {
	rename := func(from, to string, o ...schema.ColumnOption) func(*shape) {
		return people(func(t *tableShape) { t.column(from).rename(to, o...) })
	}
	swap := func(a, b string) func(*shape) {
		return people(func(t *tableShape) {
			x, y := t.column(a), t.column(b)
			x.name, y.name = y.name, x.name
		})
	}
	return []moved{
		{name: "column added", want: "same", edit: people(func(t *tableShape) { t.add("email", schema.Text) })},
		{name: "columns in another order", want: "same", edit: people(func(t *tableShape) {
			t.columns[0], t.columns[1] = t.columns[1], t.columns[0]
		})},
		{name: "column dropped that the query does not name", want: "same", edit: people(func(t *tableShape) { t.drop("note") })},
		{name: "column dropped", want: "error", edit: people(func(t *tableShape) { t.drop("name") })},
		{name: "column renamed, nobody tells", want: "error", edit: rename("name", "fullname")},
		{name: "column renamed to something like it, nobody tells", want: "error", edit: rename("name", "names")},
		{name: "column renamed, former name told", want: "warning", edit: rename("name", "fullname", schema.Formerly("name"))},
		{name: "column renamed twice, both told", want: "warning", edit: rename("name", "title", schema.Formerly("fullname", "name"))},
		{name: "column renamed, it has a stable id", want: "warning", edit: rename("born", "birthday"), query: columnsOf("born")},
		{name: "column renamed, the Binding tells", want: "warning", edit: rename("name", "fullname"),
			binding: renames(serializer.Rename{From: columnID("name", "people"), To: columnID("fullname", "people")})},
		{name: "column renamed, the Binding tells of one that is not there", want: "error", edit: rename("name", "fullname"),
			binding: renames(serializer.Rename{From: columnID("name", "people"), To: columnID("fulname", "people")})},
		{name: "column renamed, the Binding tells of another table's", want: "error", edit: rename("name", "fullname"),
			binding: renames(serializer.Rename{From: columnID("name", "people"), To: columnID("name", "hr", "orgs")})},
		{name: "column renamed, the Binding tells although the name is there", want: "error", edit: func(*shape) {},
			binding: renames(serializer.Rename{From: columnID("name", "people"), To: columnID("nick", "people")})},
		{name: "column with a stable id, which the Binding's rename does not outdo", want: "same", edit: func(*shape) {}, query: columnsOf("born"),
			binding: renames(serializer.Rename{From: columnID("born", "people"), To: columnID("died", "people"), Old: true})},
		{name: "column renamed in its case, nobody tells", want: "error", edit: rename("name", "Name")},
		{name: "column renamed in its case, former name told", want: "warning", edit: rename("name", "Name", schema.Formerly("name"))},
		{name: "column renamed to what has a colon, a quote and a line", want: "warning", edit: rename("name", "a:\"b\"\n'c'", schema.Formerly("name"))},
		{name: "two columns swapped, both with stable ids", want: "warning", edit: swap("born", "died"), query: columnsOf("born", "died")},
		{name: "two columns swapped, without ids and of one type: nobody can tell", want: "same", edit: swap("seen", "left"), query: columnsOf("seen", "left")},
		{name: "two columns swapped, without ids, of other nullability", want: "warning", edit: swap("name", "nick"), query: columnsOf("name", "nick")},
		{name: "two columns swapped, without ids, of other types", want: "error", edit: swap("name", "salary"), query: columnsOf("name", "salary")},
		{name: "two columns swapped, the Binding tells", want: "error", edit: swap("name", "nick"), query: columnsOf("name", "nick"), binding: renames(
			serializer.Rename{From: columnID("name", "people"), To: columnID("nick", "people")},
			serializer.Rename{From: columnID("nick", "people"), To: columnID("name", "people")})},
		{name: "two columns swapped, the Binding tells that the bytes are older", want: "warning", edit: swap("name", "nick"), query: columnsOf("name", "nick"), binding: renames(
			serializer.Rename{From: columnID("name", "people"), To: columnID("nick", "people"), Old: true},
			serializer.Rename{From: columnID("nick", "people"), To: columnID("name", "people"), Old: true})},
		{name: "column dropped, its name used again with another stable id", want: "error", query: columnsOf("born"), edit: people(func(t *tableShape) {
			t.drop("born")
			t.add("born", schema.Date, schema.StableID("new"))
		})},
		{name: "column dropped, its name used again without a stable id", want: "notice", query: columnsOf("born"), edit: people(func(t *tableShape) {
			t.drop("born")
			t.add("born", schema.Date)
		})},
		{name: "column dropped, its name used again, no ids, another type", want: "error", edit: people(func(t *tableShape) {
			t.drop("name")
			t.add("name", schema.Boolean)
		})},
		{name: "column renamed, its name another's now", want: "error", edit: people(func(t *tableShape) {
			t.column("name").rename("fullname", schema.Formerly("name"))
			t.add("name", schema.String(50), schema.NotNull, schema.StableID("n"))
		})},
		{name: "two columns with one former name", want: "error", edit: people(func(t *tableShape) {
			t.column("name").rename("first", schema.Formerly("name"))
			t.add("last", schema.String(50), schema.Formerly("name"))
		})},
		{name: "column split in two", want: "error", edit: people(func(t *tableShape) {
			t.column("name").rename("first_name")
			t.add("last_name", schema.String(50))
		})},
		{name: "two columns merged in one", want: "error", query: columnsOf("name", "nick"), edit: people(func(t *tableShape) {
			t.drop("nick")
			t.column("name").options = append(t.column("name").options, schema.Formerly("nick"))
		})},
		{name: "stable id added", want: "notice", edit: people(func(t *tableShape) {
			t.column("name").options = append(t.column("name").options, schema.StableID("n"))
		})},
		{name: "stable id gone", want: "notice", query: columnsOf("born"), edit: people(func(t *tableShape) { t.column("born").options = nil })},
		{name: "stable id changed", want: "error", query: columnsOf("born"), edit: people(func(t *tableShape) {
			t.column("born").options = []schema.ColumnOption{schema.StableID("other")}
		})},
	}
}

// tables are changes of tables and schemas.
func tables() []moved {
	orgs := func(in source) any { o := in("hr", "orgs"); return expr.Select(o.C("id"), o.C("name")) }
	both := func(in source) any {
		p, o := in("people"), in("orders")
		return expr.Select(p.C("id"), o.C("total")).Join(o, o.C("person_id").Eq(p.C("id")))
	}
	rename := func(from, to string, items ...schema.TableItem) func(*shape) {
		return func(s *shape) { s.table(from).rename(to, items...) }
	}
	return []moved{
		{name: "table added", want: "same", edit: func(s *shape) { s.add("more", col("id", schema.Integer)) }},
		{name: "table dropped", want: "error", edit: func(s *shape) { s.drop("people") }},
		{name: "table dropped that the query does not name", want: "same", edit: func(s *shape) { s.drop("orders") }},
		{name: "table renamed, nobody tells", want: "error", edit: rename("people", "persons")},
		{name: "table renamed, former name told", want: "notice", edit: rename("people", "persons", schema.Formerly("people"))},
		{name: "table renamed, it has a stable id", want: "notice", edit: rename("orgs", "companies"), query: orgs},
		{name: "table renamed, the Binding tells", want: "notice", edit: rename("people", "persons"),
			binding: renames(serializer.Rename{From: tableID("people"), To: tableID("persons")})},
		{name: "table and column renamed, the Binding tells", want: "warning", edit: func(s *shape) {
			s.table("people").column("name").rename("fullname")
			s.table("people").rename("persons")
		}, binding: renames(serializer.Rename{From: tableID("people"), To: tableID("persons")},
			serializer.Rename{From: columnID("name", "people"), To: columnID("fullname", "persons")})},
		{name: "table renamed, the Binding tells of one that is not there", want: "error", edit: rename("people", "persons"),
			binding: renames(serializer.Rename{From: tableID("people"), To: tableID("person")})},
		{name: "table renamed in its case, nobody tells", want: "error", edit: rename("people", "People")},
		{name: "table moved to a schema, nobody tells", want: "error", edit: rename("people", "people", schema.InSchema("hr"))},
		{name: "table moved to a schema, former name told", want: "notice", edit: rename("people", "people", schema.InSchema("hr"), schema.FormerlyAt("people"))},
		{name: "schema renamed, nobody tells", want: "error", query: orgs, edit: func(s *shape) {
			s.table("orgs").items = []schema.TableItem{schema.InSchema("staff")}
		}},
		{name: "schema renamed, former name told", want: "notice", query: orgs, edit: func(s *shape) {
			s.table("orgs").items = []schema.TableItem{schema.InSchema("staff"), schema.FormerlyAt("hr", "orgs")}
		}},
		{name: "schema renamed, its table has a stable id", want: "notice", query: orgs, edit: func(s *shape) {
			s.table("orgs").items = []schema.TableItem{schema.InSchema("staff"), schema.StableID("O")}
		}},
		{name: "table dropped, its name used again with another stable id", want: "error", query: orgs, edit: func(s *shape) {
			s.table("orgs").items = []schema.TableItem{schema.InSchema("hr"), schema.StableID("new")}
		}},
		{name: "two tables swapped, without ids and alike: nobody can tell", want: "same", edit: func(s *shape) {
			s.add("guests", s.table("people").columns...)
			s.table("people").name = "was people"
			s.table("guests").name = "people"
		}},
		{name: "two tables swapped, without ids, of other columns", want: "error", edit: func(s *shape) {
			p, o := s.table("people"), s.table("orders")
			p.name, o.name = "orders", "people"
		}},
		{name: "a view under the table's name", want: "same", edit: func(s *shape) {
			s.table("people").items = []schema.TableItem{schema.View()}
		}},
		{name: "table split, a view under its name", want: "same", edit: func(s *shape) {
			s.add("person_names", col("id", schema.Integer, schema.PrimaryKey), col("name", schema.String(50), schema.NotNull))
			s.table("people").items = []schema.TableItem{schema.View()}
		}},
		{name: "table split", want: "error", edit: func(s *shape) {
			s.add("person_names", col("id", schema.Integer, schema.PrimaryKey), col("name", schema.String(50), schema.NotNull))
			s.table("people").drop("name")
		}},
		{name: "two tables merged", want: "error", query: both, edit: func(s *shape) {
			s.table("people").add("person_id", schema.Integer)
			s.table("people").add("total", schema.Numeric(10, 2))
			s.table("people").items = []schema.TableItem{schema.Formerly("orders")}
			s.drop("orders")
		}},
		{name: "table's stable id added", want: "notice", edit: func(s *shape) {
			s.table("people").items = []schema.TableItem{schema.StableID("P")}
		}},
		{name: "every table and column gone", want: "error", query: both, edit: func(s *shape) {
			*s = shape{}
			s.add("else", col("id", schema.Integer))
		}},
	}
}

// types are changes of the types of columns.
func types() []moved {
	many := make([]string, 300)
	for i := range many {
		many[i] = string(rune('a'+i%26)) + string(rune('0'+i/26))
	}
	return []moved{
		retyped("integer to big_integer", "notice", "id", schema.BigInteger),
		retyped("integer to small_integer", "warning", "id", schema.SmallInteger),
		retyped("integer to numeric", "error", "id", schema.Numeric(10, 0)),
		retyped("integer to text", "error", "id", schema.Text),
		retyped("string to a longer one", "notice", "name", schema.String(80)),
		retyped("string to a shorter one", "warning", "name", schema.String(20)),
		retyped("string to text", "notice", "name", schema.Text),
		retyped("string to one without a limit", "notice", "name", schema.String(0)),
		retyped("text to string", "warning", "note", schema.String(500)),
		retyped("string to an enum", "error", "name", schema.Enum("names", "a")),
		retyped("numeric with more digits", "notice", "salary", schema.Numeric(12, 2)),
		retyped("numeric with fewer digits", "warning", "salary", schema.Numeric(8, 2)),
		retyped("numeric with more digits behind the point, at the cost of those before it", "warning", "salary", schema.Numeric(10, 4)),
		retyped("numeric with fewer digits behind the point", "warning", "salary", schema.Numeric(10, 1)),
		retyped("numeric without limits", "notice", "salary", schema.Numeric(0, 0)),
		retyped("numeric to double", "error", "salary", schema.Double),
		retyped("double to float", "warning", "score", schema.Float),
		retyped("double to numeric", "error", "score", schema.Numeric(10, 2)),
		retyped("date to datetime", "error", "born", schema.DateTime),
		retyped("datetime to datetime with zone", "error", "seen", schema.DateTimeTZ),
		retyped("boolean to integer", "error", "active", schema.Integer),
		retyped("uuid to string", "error", "key", schema.String(36)),
		retyped("json to text", "error", "extra", schema.Text),
		retyped("array to its element", "error", "tags", schema.Integer),
		retyped("array of a wider element", "notice", "tags", schema.ArrayOf(schema.BigInteger)),
		retyped("array of another element", "error", "tags", schema.ArrayOf(schema.Text)),
		retyped("element to an array", "error", "id", schema.ArrayOf(schema.Integer)),
		retyped("enum with one more label", "notice", "kind", schema.Enum("kind", "person", "robot", "dog")),
		retyped("enum with a label less", "warning", "kind", schema.Enum("kind", "person")),
		retyped("enum with a label renamed", "warning", "kind", schema.Enum("kind", "person", "android")),
		retyped("enum in another order", "notice", "kind", schema.Enum("kind", "robot", "person")),
		retyped("enum of another name", "notice", "kind", schema.Enum("sort", "person", "robot")),
		retyped("enum of many labels, other ones", "warning", "kind", schema.Enum("kind", many...)),
		retyped("enum to text", "error", "kind", schema.Text),
		{name: "a type that the query does not touch", want: "same", edit: people(func(t *tableShape) { t.column("note").typ = schema.LargeBinary })},
		{name: "retyped below an expression", want: "warning", edit: people(func(t *tableShape) { t.column("id").typ = schema.BigInteger }),
			query: func(in source) any {
				return expr.Select(expr.Func("sum", in("people").C("id")).Label("n"), in("people").C("id").Add(1).Label("next"))
			}},
	}
}
