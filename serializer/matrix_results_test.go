package serializer_test

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// constraints are changes of what columns may hold, and of keys.
func constraints() []moved {
	add := func(column string, o ...schema.ColumnOption) func(*shape) {
		return people(func(t *tableShape) { t.column(column).options = append(t.column(column).options, o...) })
	}
	key := func(items ...schema.TableItem) func(*shape) {
		return people(func(t *tableShape) { t.items = items })
	}
	update := func(in source) any {
		return expr.Update(in("people")).Set(expr.Assign{"nick": nil, "note": "twelve chars"}).Where(in("people").C("id").Eq(1))
	}
	insert := func(in source) any {
		return expr.Insert(in("people")).Values(expr.Assign{"id": 1, "name": "a", "active": true}).Returning(in("people").C("name"))
	}
	return []moved{
		{name: "may be NULL now", want: "warning", edit: people(func(t *tableShape) { t.column("name").options = nil })},
		{name: "never NULL now", want: "notice", edit: add("nick", schema.NotNull), query: columnsOf("nick")},
		{name: "never NULL now, and set to NULL", want: "error", edit: add("nick", schema.NotNull), query: update},
		{name: "shorter than what it is set to", want: "error", edit: people(func(t *tableShape) { t.column("note").typ = schema.String(5) }), query: update},
		{name: "computed now, and read", want: "same", edit: add("nick", schema.Computed(schema.SQL("sqlite", "name"), true)), query: columnsOf("nick")},
		{name: "computed now, and set", want: "error", edit: add("nick", schema.Computed(schema.SQL("sqlite", "name"), true)), query: update},
		{name: "numbered by the database now, and inserted", want: "error", edit: add("id", schema.Identity(schema.IdentityOptions{Always: true})), query: insert},
		{name: "a column that an insert leaves out must not be NULL now: the database says so", want: "same", edit: add("note", schema.NotNull), query: insert},
		{name: "a default", want: "same", edit: add("name", schema.ServerDefault(schema.SQL("sqlite", "'x'"))), query: insert},
		{name: "a comment", want: "same", edit: add("name", schema.Comment("who it is"))},
		{name: "a collation of a column", want: "same", edit: add("name", schema.Collate("C", "postgres"))},
		{name: "another primary key", want: "notice", query: columnsOf("name", "nick"), edit: people(func(t *tableShape) {
			t.column("id").options = []schema.ColumnOption{schema.NotNull}
			t.items = []schema.TableItem{schema.PrimaryKeyConstraint("name", "nick")}
		})},
		{name: "no primary key", want: "warning", edit: people(func(t *tableShape) { t.column("id").options = nil })},
		{name: "unique", want: "same", edit: key(schema.UniqueConstraint("name"))},
		{name: "a foreign key", want: "same", edit: key(schema.ForeignKeyConstraint("boss", []string{"id"}, []string{"orders"}, []string{"id"}))},
		{name: "an inserted column renamed", want: "warning", edit: people(func(t *tableShape) { t.column("name").rename("fullname", schema.Formerly("name")) }), query: insert},
	}
}

// results are changes of names below labels and the names of rows' columns.
func results() []moved {
	rename := people(func(t *tableShape) { t.column("name").rename("title", schema.Formerly("name")) })
	rotate := people(func(t *tableShape) { // name -> title, nick -> name
		t.column("name").rename("title", schema.Formerly("name"), schema.StableID("n"))
		t.column("nick").rename("name", schema.Formerly("nick"), schema.StableID("k"))
	})
	return []moved{
		{name: "renamed to its label", want: "notice", edit: rename, query: func(in source) any {
			return expr.Select(in("people").C("name").Label("title")).OrderBy(expr.Ref("title"))
		}},
		{name: "renamed to its label, in RETURNING", want: "notice", edit: rename, query: func(in source) any {
			return expr.Delete(in("people")).AllRows().Returning(in("people").C("name").Label("title"))
		}},
		{name: "renamed to its label, in a subquery", want: "notice", edit: rename, query: func(in source) any {
			s := expr.Select(in("people").C("name")).Subquery("s")
			return expr.Select(s.C("name").Label("title"), s.C("name").Label("name2")).From(s)
		}},
		{name: "renamed to its label, in a CTE of a union", want: "notice", edit: rename, query: func(in source) any {
			c := expr.Select(in("people").C("name")).Union(expr.Select(in("people").C("nick"))).CTE("c")
			return expr.Select(c.C("name").Label("title")).From(c)
		}},
		{name: "renamed to another's label", want: "warning", edit: rename, query: func(in source) any {
			return expr.Select(in("people").C("name"), in("people").C("nick").Label("title"))
		}},
		{name: "renamed to another's label that ORDER BY names", want: "error", edit: rename, query: func(in source) any {
			return expr.Select(in("people").C("name"), in("people").C("nick").Label("title")).OrderBy(expr.Ref("title"))
		}},
		{name: "renamed, and ORDER BY names it", want: "error", edit: rename, query: func(in source) any {
			return expr.Select(in("people").C("name")).OrderBy(expr.Ref("name"))
		}},
		{name: "renamed, and another is called so now that ORDER BY names", want: "error", edit: rotate, query: func(in source) any {
			return expr.Select(in("people").C("name"), in("people").C("nick")).OrderBy(expr.Ref("name"))
		}},
		{name: "renamed, and ORDER BY of a union names it", want: "error", edit: rename, query: func(in source) any {
			return expr.Select(in("people").C("name")).Union(expr.Select(in("people").C("nick"))).OrderBy(expr.Ref("name"))
		}},
		{name: "renamed below an alias and a subquery", want: "warning", edit: rename, query: func(in source) any {
			a := in("people").Alias("a")
			s := expr.Select(a.C("name"), a.C("id")).Subquery("s")
			return expr.Select(s.C("name"), a.C("name")).From(s).Join(a, a.C("id").Eq(s.C("id")))
		}},
		{name: "renamed, so that two columns of a subquery are of one name", want: "error", edit: rename, query: func(in source) any {
			s := expr.Select(in("people").C("name"), in("people").C("nick").Label("title")).Subquery("s")
			return expr.Select(s.C("title")).From(s)
		}},
		{name: "renamed where no result shows it", want: "notice", edit: rename, query: func(in source) any {
			return expr.Select(in("people").C("id")).Where(in("people").C("name").Like("a%"))
		}},
		{name: "renamed in a table alone", want: "same", edit: rename, query: func(in source) any { return in("people") }},
	}
}
