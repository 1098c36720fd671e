package serializer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// shape is a schema that can be changed: what a MetaData is declared of.
type shape struct{ tables []*tableShape }

type tableShape struct {
	name    string
	columns []*columnShape
	items   []schema.TableItem
}

type columnShape struct {
	name    string
	typ     schema.Type
	options []schema.ColumnOption
}

func (s *shape) table(name string) *tableShape {
	return s.tables[slices.IndexFunc(s.tables, func(t *tableShape) bool { return t.name == name })]
}

func (s *shape) drop(name string) {
	s.tables = slices.DeleteFunc(s.tables, func(t *tableShape) bool { return t.name == name })
}

// add declares one more table.
func (s *shape) add(name string, columns ...*columnShape) *tableShape {
	t := &tableShape{name: name, columns: columns}
	s.tables = append(s.tables, t)
	return t
}

func (t *tableShape) column(name string) *columnShape {
	return t.columns[slices.IndexFunc(t.columns, func(c *columnShape) bool { return c.name == name })]
}

func (t *tableShape) drop(name string) {
	t.columns = slices.DeleteFunc(t.columns, func(c *columnShape) bool { return c.name == name })
}

func (t *tableShape) add(name string, typ schema.Type, options ...schema.ColumnOption) *columnShape {
	c := col(name, typ, options...)
	t.columns = append(t.columns, c)
	return c
}

func (t *tableShape) rename(name string, items ...schema.TableItem) {
	t.name, t.items = name, append(t.items, items...)
}

func (c *columnShape) rename(name string, options ...schema.ColumnOption) {
	c.name, c.options = name, append(c.options, options...)
}

func col(name string, typ schema.Type, options ...schema.ColumnOption) *columnShape {
	return &columnShape{name, typ, options}
}

func (s *shape) freeze() (*schema.MetaData, error) {
	m := schema.NewMetaData()
	for _, t := range s.tables {
		items := slices.Clone(t.items)
		for _, c := range t.columns {
			items = append(items, schema.NewColumn(c.name, c.typ, c.options...))
		}
		m.Table(t.name, items...)
	}
	return m, m.Freeze()
}

// before is the schema that the queries of the matrix are saved against.
func before() *shape {
	s := &shape{}
	s.add("people",
		col("id", schema.Integer, schema.PrimaryKey),
		col("name", schema.String(50), schema.NotNull),
		col("nick", schema.String(50)),
		col("born", schema.Date, schema.StableID("b")),
		col("died", schema.Date, schema.StableID("d")),
		col("kind", schema.Enum("kind", "person", "robot")),
		col("salary", schema.Numeric(10, 2)),
		col("score", schema.Double),
		col("tags", schema.ArrayOf(schema.Integer)),
		col("seen", schema.DateTime),
		col("left", schema.DateTime),
		col("active", schema.Boolean, schema.NotNull),
		col("key", schema.UUID),
		col("extra", schema.JSON),
		col("note", schema.Text))
	s.add("orders",
		col("id", schema.BigInteger, schema.PrimaryKey),
		col("person_id", schema.Integer, schema.NotNull),
		col("total", schema.Numeric(10, 2)))
	orgs := s.add("orgs", col("id", schema.Integer, schema.PrimaryKey), col("name", schema.Text))
	orgs.items = []schema.TableItem{schema.InSchema("hr"), schema.StableID("O")}
	return s
}

// source finds a table of the schema as it was.
type source func(name ...string) *expr.TableSource

// moved is a row of the matrix: what happens to the schema below a saved query.
type moved struct {
	name    string
	want    string           // same, notice, warning, error: the worst that Check says
	edit    func(*shape)     // what happens
	query   func(source) any // nil: SELECT id, name FROM people
	binding func() binding   // what the host knows beside the schema
}

type binding struct{ renames []serializer.Rename }

func tableID(name ...string) schema.ID { return schema.ID{Kind: schema.IDTable, Table: name} }

func columnID(name string, table ...string) schema.ID {
	return schema.ID{Kind: schema.IDColumn, Table: table, Name: name}
}

func renames(list ...serializer.Rename) func() binding {
	return func() binding { return binding{list} }
}

// columnsOf selects columns of people.
func columnsOf(names ...string) func(source) any {
	return func(in source) any {
		p := in("people")
		var columns []any
		for _, n := range names {
			columns = append(columns, p.C(n))
		}
		return expr.Select(columns...)
	}
}

// TestMatrix says of each change what Check, Loads and Repair must: the table is
// here, the words are in matrix.golden.
func TestMatrix(t *testing.T) {
	var out strings.Builder
	seen := map[string]bool{}
	for _, c := range matrix() {
		require.False(t, seen[c.name], "%s stands twice", c.name)
		seen[c.name] = true
		t.Run(c.name, func(t *testing.T) { c.run(t, &out) })
	}
	require.GreaterOrEqual(t, len(seen), 80)
	golden(t, "matrix.golden", out.String())
}

func (c *moved) run(t *testing.T, out *strings.Builder) {
	was, err := before().freeze()
	require.NoError(t, err)
	query := c.query
	if query == nil {
		query = columnsOf("id", "name")
	}
	b := dumps(t, query(func(name ...string) *expr.TableSource { return expr.Table(was.Lookup(name...)) }))
	now := before()
	c.edit(now)
	meta, err := now.freeze()
	require.NoError(t, err)
	host := serializer.Binding{MetaData: meta}
	if c.binding != nil {
		host.Renames = c.binding().renames
	}

	report, err := serializer.Check(b, host)
	require.NoError(t, err)
	answer := "same"
	if !report.Same() {
		answer = report.Worst().String()
	}
	fmt.Fprintf(out, "== %s: %s\n", c.name, answer)
	if !report.Same() {
		fmt.Fprintln(out, report)
	}
	require.Equal(t, c.want, answer, "%s", report)

	// As data it is the same as in words.
	data, err := json.Marshal(report)
	require.NoError(t, err)
	var again serializer.Report
	require.NoError(t, json.Unmarshal(data, &again))
	require.Equal(t, report.Problems, again.Problems)

	// Loads agrees, and so does Dumps.
	l, err := serializer.Loads(b, host)
	require.Equal(t, report.Loads(), err == nil)
	if err == nil {
		require.Equal(t, report.Problems, l.Drift)
		require.Equal(t, report.Same(), string(dumps(t, l.Root)) == string(b))
	}

	// The manifest alone says the same of all that it has.
	quick, err := serializer.CheckManifest(b, host)
	require.NoError(t, err)
	for _, p := range quick.Problems {
		if p.Code == serializer.CodeResult && !report.Loads() { // without a tree there are no results
			continue
		}
		require.True(t, slices.ContainsFunc(report.Problems, func(full serializer.Problem) bool {
			full.Path = p.Path
			return p.String() == full.String()
		}), "only the manifest says %s in %s", p, report)
	}

	// What can be mended has no drift then, and rows of the same names.
	r, err := serializer.Repair(b, host)
	var drift *serializer.DriftError
	if errors.As(err, &drift) {
		require.False(t, report.Loads())
		fmt.Fprintln(out, "-> cannot be mended")
		return
	}
	require.NoError(t, err)
	fmt.Fprintf(out, "-> %d mended\n", len(r.Changes))
	require.Equal(t, report.Same(), string(r.Bytes) == string(b))
	mended, err := serializer.Check(r.Bytes, serializer.Binding{MetaData: meta})
	require.NoError(t, err)
	require.Empty(t, mended.Problems)
	require.Equal(t, resultNames(t, b), resultNames(t, r.Bytes))
	twice, err := serializer.Repair(r.Bytes, serializer.Binding{MetaData: meta})
	require.NoError(t, err)
	require.Equal(t, r.Bytes, twice.Bytes)
	require.Empty(t, twice.Changes)
}

func resultNames(t *testing.T, b []byte) (names []string) {
	m, err := serializer.ReadManifest(b)
	require.NoError(t, err)
	for _, r := range m.Results() {
		names = append(names, r.Name)
	}
	return names
}
