package serializer_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

var update = flag.Bool("update", false, "write golden files anew")

func golden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// TestDrift binds one stored query to schemas that have moved, and shows what is
// said of each.
func TestDrift(t *testing.T) {
	people := func(id, name, born *schema.Column, more ...schema.TableItem) func(*schema.MetaData) {
		return func(m *schema.MetaData) {
			items := append([]schema.TableItem{id, name, born}, more...)
			kept := items[:0]
			for _, i := range items {
				if c, ok := i.(*schema.Column); !ok || c != nil {
					kept = append(kept, i)
				}
			}
			m.Table("people", kept...)
		}
	}
	id := func(o ...schema.ColumnOption) *schema.Column {
		return schema.NewColumn("id", schema.Integer, append(o, schema.PrimaryKey)...)
	}
	name := func(o ...schema.ColumnOption) *schema.Column {
		return schema.NewColumn("name", schema.String(50), append(o, schema.NotNull)...)
	}
	born := func(o ...schema.ColumnOption) *schema.Column {
		return schema.NewColumn("born", schema.Date, append(o, schema.StableID("b"))...)
	}
	cases := []struct {
		name    string
		declare func(*schema.MetaData)
	}{
		{"nothing has moved", people(id(), name(), born())},
		{"more columns, another order", people(born(), schema.NewColumn("note", schema.Text), id(), name())},
		{"column renamed without notice", people(id(), schema.NewColumn("fullname", schema.String(50), schema.NotNull), born())},
		{"column renamed, former name declared", people(id(), schema.NewColumn("fullname", schema.String(50), schema.NotNull, schema.Formerly("name")), born())},
		{"column renamed, with its stable id", people(id(), name(), schema.NewColumn("birthday", schema.Date, schema.StableID("b")))},
		{"column dropped", people(id(), nil, born())},
		{"column dropped, its name used again with another id", people(id(), name(), schema.NewColumn("born", schema.Date, schema.StableID("other")))},
		{"two names swapped, one with an id", people(id(), schema.NewColumn("born", schema.String(50), schema.NotNull), schema.NewColumn("name", schema.Date, schema.StableID("b")))},
		{"name taken over by another, the former one declared", people(schema.NewColumn("name", schema.Integer, schema.PrimaryKey, schema.StableID("n")), schema.NewColumn("fullname", schema.String(50), schema.NotNull, schema.Formerly("name")), born())},
		{"retyped wider", people(schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.Text, schema.NotNull), born())},
		{"retyped narrower", people(schema.NewColumn("id", schema.SmallInteger, schema.PrimaryKey), schema.NewColumn("name", schema.String(5), schema.NotNull), born())},
		{"retyped to another family", people(schema.NewColumn("id", schema.UUID, schema.PrimaryKey), schema.NewColumn("name", schema.LargeBinary, schema.NotNull), schema.NewColumn("born", schema.DateTime, schema.StableID("b")))},
		{"may be NULL now", people(id(), schema.NewColumn("name", schema.String(50)), schema.NewColumn("born", schema.Date, schema.StableID("b"), schema.NotNull))},
		{"stable id gone", people(id(), name(), schema.NewColumn("born", schema.Date))},
		{"stable id added", people(id(schema.StableID("i")), name(), born())},
		{"table renamed without notice", func(m *schema.MetaData) { m.Table("peoples", id(), name(), born()) }},
		{"table renamed, former name declared", func(m *schema.MetaData) { m.Table("persons", id(), name(), born(), schema.Formerly("people")) }},
		{"table in a schema now", func(m *schema.MetaData) {
			m.Table("people", schema.InSchema("hr"), schema.FormerlyAt("people"), id(), name(), born())
		}},
		{"table missing", func(m *schema.MetaData) { m.Table("things", schema.NewColumn("id", schema.Integer)) }},
		{"everything at once", func(m *schema.MetaData) {
			m.Table("people", schema.NewColumn("id", schema.Text, schema.PrimaryKey), schema.NewColumn("nome", schema.String(50)), schema.NewColumn("born", schema.Date, schema.StableID("other")))
		}},
	}
	source := schema.NewMetaData()
	people(id(), name(), born())(source)
	require.NoError(t, source.Freeze())
	p := expr.Table(source.Lookup("people"))
	b := dumps(t, expr.Select(p.C("name"), p.C("born").Label("day"), expr.Func("max", p.C("id")).Label("top")).Where(p.C("born").Gt("2000-01-01")).GroupBy(p.C("name"), p.C("born")))

	var out strings.Builder
	for _, c := range cases {
		m := schema.NewMetaData()
		c.declare(m)
		require.NoError(t, m.Freeze(), c.name)
		fmt.Fprintf(&out, "== %s\n", c.name)
		l, err := serializer.Loads(b, serializer.Binding{MetaData: m})
		var drift *serializer.DriftError
		switch {
		case errors.As(err, &drift):
			for _, problem := range drift.Problems {
				fmt.Fprintln(&out, problem)
			}
		case err != nil:
			t.Fatal(c.name, err)
		default:
			for _, problem := range l.Drift {
				fmt.Fprintln(&out, problem)
			}
			again, err := serializer.Dumps(l.Root)
			require.NoError(t, err)
			require.Equal(t, len(l.Drift) == 0, bytes.Equal(b, again), "%s: drift is empty only if the bytes are the same", c.name)
			fmt.Fprintf(&out, "loads; same bytes: %v\n", bytes.Equal(b, again))
		}
	}
	golden(t, "drift.golden", out.String())
}

// change replaces one token of a payload by another.
func change(t *testing.T, b []byte, old, new string) []byte {
	t.Helper()
	require.Equal(t, 1, bytes.Count(b, []byte(old)), "%q stands once in %x", old, b)
	return bytes.Replace(b, []byte(old), []byte(new), 1)
}

// TestLater loads what a later version may write: everything unknown is named, and
// in one report.
func TestLater(t *testing.T) {
	m := shop(t)
	c := expr.Table(m.Lookup("customers"))
	b := dumps(t, expr.Select(expr.Func("lower", c.C("name")).Label("low"), c.C("id").In(7)))
	problems := func(b []byte) (list []string) {
		_, err := serializer.Loads(b, serializer.Binding{MetaData: m})
		var drift *serializer.DriftError
		require.ErrorAs(t, err, &drift)
		for _, p := range drift.Problems {
			list = append(list, p.String())
		}
		return list
	}
	fn := change(t, b, "\x91\xa5lower", "\x91\xa5lowes")
	require.Equal(t, []string{`error: function:lowes at root.columns[0].expr.function: expected the function, found unknown; did you mean "lower"?`}, problems(fn))

	op := change(t, b, "\x93\x07\x10", "\x93\x7f\x10") // the kind of the IN node
	both := change(t, op, "\x91\xa5lower", "\x91\xa5lowes")
	both = change(t, both, "\xa4name", "\xa4nome")
	require.Equal(t, []string{
		`error: column:customers.nome at root.columns[0].expr.args[0]: expected the column, found unknown; did you mean "name"?`,
		`error: function:lowes at root.columns[0].expr.function: expected the function, found unknown; did you mean "lower"?`,
		`error: node kind:127 at root.columns[1].expr: expected a node kind that this version knows, found node kind 127`,
	}, problems(both))

	feature := change(t, b, "sqlser/1\x90", "sqlser/1\x91\xa4warp")
	require.Equal(t, []string{`error: feature:warp at manifest: expected a feature that this version knows, found unknown`}, problems(feature))

	// A feature, a node kind, a function and columns that are renamed, dropped,
	// retyped or replaced, and a table that is missing: one report names each.
	orders := expr.Table(m.Lookup("shop", "orders"))
	all := dumps(t, expr.Select(expr.Func("lower", c.C("name")).Label("low"), c.C("country"), c.C("born"), c.C("kind"), c.C("id").In(7)).
		Join(orders).Where(orders.C("total").Gt(1)))
	all = change(t, change(t, change(t, all, "\x91\xa5lower", "\x91\xa5lowes"), "\x93\x07\x40", "\x93\x7f\x40"), "sqlser/1\x90", "sqlser/1\x91\xa4warp")
	moved := schema.NewMetaData()
	moved.Table("customers", schema.StableID("T1"), schema.NewColumn("id", schema.UUID, schema.PrimaryKey, schema.StableID("c1")),
		schema.NewColumn("fullname", schema.String(50), schema.NotNull, schema.Formerly("name")),
		schema.NewColumn("country", schema.String(2), schema.StableID("other")), schema.NewColumn("kind", schema.Integer))
	require.NoError(t, moved.Freeze())
	m = moved
	golden(t, "report.golden", strings.Join(problems(all), "\n")+"\n")
	m = shop(t)

	_, err := serializer.Loads(change(t, b, "sqlser/1", "sqlser/2"), serializer.Binding{MetaData: m})
	require.EqualError(t, err, `serializer: manifest: expected a payload that begins with "sqlser/1", got "sqlser/2" (byte 10)`)
}

// TestChangedTargets: columns of a table that is changed, which have moved since.
func TestChangedTargets(t *testing.T) {
	table := func(name ...schema.TableItem) *schema.MetaData {
		m := schema.NewMetaData()
		m.Table("t", append([]schema.TableItem{schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey)}, name...)...)
		require.NoError(t, m.Freeze())
		return m
	}
	was := table(schema.NewColumn("name", schema.String(20)), schema.NewColumn("n", schema.Integer))
	v := expr.Table(was.Lookup("t"))
	b, err := serializer.DumpsWith(expr.Update(v).Set(expr.Assign{"name": "twelve chars", "n": nil}).Where(v.C("id").Eq(expr.Param("id", schema.BigInteger))), serializer.Slot{Kind: schema.IDSession, Name: "writer"})
	require.NoError(t, err)
	l, err := serializer.Loads(b, serializer.Binding{MetaData: was})
	require.NoError(t, err)
	require.Nil(t, l.Query, "a change is no query")
	require.Equal(t, expr.OpUpdate, l.Statement.Op())
	require.Equal(t, "session:writer", l.Slot.ID().String())
	require.Equal(t, expr.OpUpdate, l.Manifest().Kind())
	require.Len(t, l.Manifest().Parameters(), 1)

	n := schema.NewColumn("n", schema.Integer)
	for name, c := range map[string]struct {
		m    *schema.MetaData
		want string // of the errors; "" where it loads
	}{
		"in another order":  {table(n, schema.NewColumn("name", schema.String(20))), ""},
		"renamed":           {table(schema.NewColumn("title", schema.String(20), schema.Formerly("name")), schema.NewColumn("n", schema.Integer)), ""},
		"longer":            {table(schema.NewColumn("name", schema.String(30)), schema.NewColumn("n", schema.Integer)), ""},
		"too short":         {table(schema.NewColumn("name", schema.String(5)), schema.NewColumn("n", schema.Integer)), "t.name cannot hold"},
		"never NULL":        {table(schema.NewColumn("name", schema.String(20)), schema.NewColumn("n", schema.Integer, schema.NotNull)), "t.n cannot be NULL"},
		"computed":          {table(schema.NewColumn("name", schema.String(20)), schema.NewColumn("n", schema.Integer, schema.Computed(schema.SQL("sqlite", "id + 1"), true))), "t.n is computed by the database"},
		"numbered":          {table(schema.NewColumn("name", schema.String(20)), schema.NewColumn("n", schema.Integer, schema.Identity(schema.IdentityOptions{Always: true}))), "t.n is"},
		"gone":              {table(schema.NewColumn("name", schema.String(20))), "column:t.n"},
		"of another family": {table(schema.NewColumn("name", schema.Date), schema.NewColumn("n", schema.Integer)), "column:t.name"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := serializer.Loads(b, serializer.Binding{MetaData: c.m})
			if c.want == "" {
				require.NoError(t, err)
				again, err := serializer.DumpsWith(l.Root, l.Slot)
				require.NoError(t, err)
				require.Equal(t, len(l.Drift) == 0, bytes.Equal(b, again))
				return
			}
			var drift *serializer.DriftError
			require.ErrorAs(t, err, &drift)
			require.Contains(t, drift.Error(), c.want)
		})
	}
}

// TestExcludedIsOneSource: a reader refuses it written twice.
func TestExcludedIsOneSource(t *testing.T) {
	m := shop(t)
	c := expr.Table(m.Lookup("customers"))
	b := dumps(t, expr.Insert(c).Values(expr.Assign{"id": 1, "name": "a"}).OnConflict("id").
		DoUpdate(expr.Assign{"name": expr.Excluded(c).C("name"), "country": expr.Excluded(c).C("name")}))
	require.Equal(t, "same", obeys(t, b, m))
	kind := byte(expr.OpExcluded)
	// The second use is column 1 of source 1, one number; written in full it is another record.
	twice := change(t, b, "\x92\x20\x11", "\x92\x20\x93\x03\x92"+string([]byte{kind})+"\x00\x01")
	_, err := serializer.Loads(twice, serializer.Binding{MetaData: m})
	require.ErrorContains(t, err, "the excluded row of customers is a source already")
}

func TestSlots(t *testing.T) {
	m := shop(t)
	q := expr.Select(expr.Table(m.Lookup("customers")).C("id"))
	b, err := serializer.DumpsWith(q, serializer.Slot{Kind: schema.IDSession, Name: "reports"})
	require.NoError(t, err)
	require.Equal(t, "same", obeys(t, b, m))

	l, err := serializer.Loads(b, serializer.Binding{MetaData: m})
	require.NoError(t, err)
	require.Equal(t, "session:reports", l.Slot.ID().String())
	require.Nil(t, l.Bound, "without slots, the host decides")

	mine := "the host's own session"
	l, err = serializer.Loads(b, serializer.Binding{MetaData: m, Sessions: map[string]any{"reports": &mine}})
	require.NoError(t, err)
	require.Same(t, &mine, l.Bound)

	_, err = serializer.Loads(b, serializer.Binding{MetaData: m, Sessions: map[string]any{"report": &mine}})
	require.ErrorContains(t, err, `error: session:reports at manifest: expected a session of the host, found unknown; did you mean "report"?`)
	_, err = serializer.Loads(b, serializer.Binding{MetaData: m, Engines: map[string]any{"reports": &mine}})
	require.ErrorContains(t, err, "session:reports", "an engine is no session")
}

func TestObjects(t *testing.T) {
	m := shop(t)
	load := func(construct any) any {
		l, err := serializer.Loads(dumps(t, construct), serializer.Binding{MetaData: m})
		require.NoError(t, err)
		return l.Object()
	}
	orders := m.Lookup("shop", "orders")
	require.Same(t, orders, load(orders))
	require.Same(t, orders, load(expr.Table(orders)))
	require.Same(t, orders.Lookup("total"), load(orders.Lookup("total")))
	require.IsType(t, &expr.JoinClause{}, load(expr.Table(orders).Join(expr.Table(m.Lookup("customers")))))
	require.IsType(t, &expr.SelectStmt{}, load(expr.Select(orders.Lookup("id"))))
	sum, ok := load(expr.Of(orders.Lookup("total")).Add(1)).(expr.Expr)
	require.True(t, ok)
	require.True(t, expr.Equal(sum.Node(), expr.Of(orders.Lookup("total")).Add(1).Node()))
	a := expr.Table(orders).Alias("a")
	l, err := serializer.Loads(dumps(t, expr.Select(a.C("id"), a.C("total")).From(a)), serializer.Binding{MetaData: m})
	require.NoError(t, err)
	items := l.Query.(*expr.SelectStmt).Items()
	require.Same(t, items.At(0).Expr().Node().(*expr.ColumnExpr).Source(), items.At(1).Expr().Node().(*expr.ColumnExpr).Source(), "one alias is one source")
}

func TestManifest(t *testing.T) {
	m := shop(t)
	b := dumps(t, queries(m)["report"])
	man, err := serializer.ReadManifest(b)
	require.NoError(t, err)
	require.Equal(t, expr.OpSelect, man.Kind())
	require.Equal(t, "table:shop.orders", man.Tables()[1].ID().String())
	require.Equal(t, []string{"count", "sum"}, man.Functions())
	require.Equal(t, []string{"country", "count", "sum"}, []string{man.Results()[0].Name, man.Results()[1].Name, man.Results()[2].Name})
	man, err = serializer.ReadManifest(dumps(t, queries(m)["params"]))
	require.NoError(t, err)
	require.Len(t, man.Parameters(), 4)
	def, ok := man.Parameters()[3].Default()
	require.True(t, ok)
	require.Equal(t, expr.Int(10), def)
	require.Same(t, man.Parameters()[3], man.Parameters()[3], "lists are made once")
	require.Empty(t, new(serializer.Manifest).Tables())
	all := make([]*expr.Parameter, 8)
	again, err := serializer.ReadManifest(dumps(t, queries(m)["params"]))
	require.NoError(t, err)
	var wait sync.WaitGroup
	for i := range all {
		wait.Go(func() { all[i] = again.Parameters()[0] })
	}
	wait.Wait()
	for _, p := range all {
		require.Same(t, all[0], p, "for all who ask at once")
	}

	_, err = serializer.Loads(change(t, b, "\x92\xa5count\xa3sum", "\x92\xa5count\xa3avg"), serializer.Binding{MetaData: m})
	require.NoError(t, err, "another function is another query")
	for _, lie := range [][2]string{{"\x98\x15\x15\x05", "\x98\x14\x15\x05"}, {"\x98\x15\x15\x05", "\x98\x15\x16\x05"}, {"\x98\x15\x15\x05", "\x98\x15\x15\x04"}} {
		_, err = serializer.Loads(change(t, b, lie[0], lie[1]), serializer.Binding{MetaData: m})
		var format *serializer.FormatError
		require.ErrorAs(t, err, &format)
		require.Equal(t, serializer.CodeManifest, format.Code)
	}
}

func TestBindingNeedsMetaData(t *testing.T) {
	b := dumps(t, queries(shop(t))["report"])
	_, err := serializer.Loads(b, serializer.Binding{MetaData: schema.NewMetaData()})
	require.Error(t, err, "not frozen")
	_, err = serializer.Loads(b, serializer.Binding{})
	require.Error(t, err, "no metadata")
}
