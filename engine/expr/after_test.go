package expr_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestAfterTellsRowsApart: what a page is ordered by must tell the rows of the select apart, where
// tables have keys: else those that are alike in it and not on this page would be on none.
func TestAfterTellsRowsApart(t *testing.T) {
	m, col := schema.NewMetaData(), schema.NewColumn
	id := func() schema.TableItem { return col("id", schema.Integer, schema.PrimaryKey) }
	m.Table("people", id(), col("name", schema.Text, schema.NotNull), col("email", schema.Text, schema.NotNull, schema.Unique),
		col("phone", schema.Text, schema.Unique), col("boss_id", schema.Integer, schema.References("people", "id")))
	m.Table("notes", id(), col("person_id", schema.Integer, schema.NotNull, schema.References("people", "id")), col("text", schema.Text, schema.NotNull))
	m.Table("lines", col("note_id", schema.Integer, schema.PrimaryKey, schema.References("notes", "id")), col("line", schema.Integer, schema.PrimaryKey))
	m.Table("events", col("at", schema.Integer, schema.NotNull))
	m.Table("slots", col("place", schema.Text, schema.NotNull), col("at", schema.Integer, schema.NotNull), schema.NewIndexWith("ix", schema.IndexOptions{Unique: true}, "place", "at"), schema.NewIndexWith("part", schema.IndexOptions{Unique: true, Where: "at > 0"}, "at"))
	m.Entity("Person", schema.OnTable("people"), schema.OneToMany("notes", "Note"), schema.Without("boss_id"))
	m.Entity("Note", schema.OnTable("notes"), schema.ManyToOne("person", "Person"))
	require.NoError(t, m.Freeze())
	of := func(name string) *expr.TableSource { return expr.Table(m.Lookup(name)) }
	p, n, l, e, slots := of("people"), of("notes"), of("lines"), of("events"), of("slots")
	boss := p.Alias("boss")
	person, note := expr.Entity(m.LookupEntity("Person")), expr.Entity(m.LookupEntity("Note"))
	sums := expr.Select(n.C("person_id"), expr.Func("count").Label("n")).GroupBy(n.C("person_id")).Subquery("s")
	all := func(columns ...any) *expr.SelectStmt { return expr.Select(columns...) }

	for name, q := range map[string]*expr.SelectStmt{
		"a key":                     all(p.C("name")).OrderBy(p.C("name"), p.C("id")).After("x", 1),
		"a label of one":            all(p.C("id").Label("n")).OrderBy(expr.Ref("n").Desc()).After(1),
		"a unique column":           all(p.C("name")).OrderBy(p.C("email")).After("x"),
		"a unique index":            all(slots.C("at")).OrderBy(slots.C("at"), slots.C("place")).After(1, "x"),
		"no keys are known":         all(e.C("at")).OrderBy(e.C("at")).After(1),
		"a derived source":          all(sums.C("n")).OrderBy(sums.C("n"), sums.C("person_id")).After(1, 1),
		"joined, one for each":      all(n.C("id"), p.C("name")).Join(p).OrderBy(n.C("id")).After(1),
		"joined, the other way":     all(p.C("name"), n.C("id")).From(p).Join(n).OrderBy(n.C("id")).After(1),
		"left joined, one for each": all(p.C("id"), boss.C("name")).LeftJoin(boss, p.C("boss_id").Eq(boss.C("id"))).OrderBy(p.C("id")).After(1),
		"both keys":                 all(p.C("id"), n.C("id")).CrossJoin(n).OrderBy(p.C("id"), n.C("id")).After(1, 1),
		"in WHERE":                  all(p.C("id"), n.C("id")).From(p, n).Where(n.C("person_id").Eq(p.C("id"))).OrderBy(n.C("id")).After(1),
		"given in WHERE":            all(l.C("line")).Where(l.C("note_id").Eq(7)).OrderBy(l.C("line")).After(1),
		"an entity":                 all(person).OrderBy(person.C("name"), person.C("id")).After("x", 1),
		"along a relationship":      all(person, note).Join(person.R("notes")).OrderBy(note.C("id")).After(1),
		"back along one":            all(person, note).Join(note.R("person")).OrderBy(note.C("id")).After(1),
		"a row of another use":      all(n.C("id")).OrderBy(n.C("id")).After(expr.Select(boss.C("id")).Scalar()),
	} {
		require.NoError(t, expr.Err(q), name)
	}
	for name, test := range map[string]struct {
		q      *expr.SelectStmt
		code   expr.Code
		reason string
	}{
		"no key":               {all(p.C("id")).OrderBy(p.C("name")).After("x"), expr.CodeForm, "rows of people that are alike in what is ordered by would be lost: order by people.id as well"},
		"unique in some rows":  {all(slots.C("at")).OrderBy(slots.C("at")).After(1), expr.CodeForm, "order by slots.place, slots.at as well"},
		"half of one":          {all(l.C("line")).OrderBy(l.C("line")).After(1), expr.CodeForm, "order by lines.note_id, lines.line as well"},
		"a key made of it":     {all(p.C("id")).OrderBy(p.C("id").Div(10)).After(1), expr.CodeForm, "order by people.id as well"},
		"given in an OR":       {all(l.C("line")).Where(expr.Or(l.C("note_id").Eq(7), l.C("line").Gt(1))).OrderBy(l.C("line")).After(1), expr.CodeForm, "order by lines.note_id"},
		"joined, many":         {all(p.C("id")).Join(n).OrderBy(p.C("id")).After(1), expr.CodeForm, "order by notes.id as well"},
		"left joined, many":    {all(p.C("id")).LeftJoin(n).OrderBy(p.C("id")).After(1), expr.CodeForm, "order by notes.id as well"},
		"many, in a join":      {all(p.C("id")).From(p.Join(n.Join(l))).OrderBy(n.C("id")).After(1), expr.CodeForm, "order by lines.note_id, lines.line as well"},
		"an entity":            {all(person).OrderBy(person.C("name")).After("x"), expr.CodeForm, "order by Person.id as well"},
		"along a relationship": {all(person, note).Join(person.R("notes")).OrderBy(person.C("id")).After(1), expr.CodeForm, "order by Note.id as well"},
		"NULL":                 {all(p.C("id")).OrderBy(p.C("phone")).After("x"), expr.CodeForm, "people.phone may be NULL"},
		"NULL of an entity":    {all(person).OrderBy(person.C("phone"), person.C("id")).After("x", 1), expr.CodeForm, "people.phone may be NULL"},
		"NULL of a left join":  {all(p.C("id")).LeftJoin(n).OrderBy(n.C("id")).After(1), expr.CodeForm, "notes.id may be NULL"},
		"NULL of a full join":  {all(p.C("id")).From(p).FullJoin(n).OrderBy(p.C("id"), n.C("id")).After(1, 1), expr.CodeForm, "people.id may be NULL"},
		"its own columns":      {all(p.C("id")).OrderBy(p.C("name"), p.C("id")).After(expr.Tuple(p.C("name"), p.C("id"))), expr.CodeArgument, "value 1: expected what the last row of the page before has there, got what each row of people has"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, expr.Err(test.q), test.code, test.reason) })
	}
}
