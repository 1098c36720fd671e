package expr_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// everyOp lists the node kinds.
func everyOp() (ops []expr.Op) {
	for op := expr.Op(1); op.Known(); op++ {
		ops = append(ops, op)
	}
	return ops
}

// eachFixture runs a test for each fixture of each kind.
func eachFixture(t *testing.T, f func(t *testing.T, fix fixture)) {
	for _, op := range everyOp() {
		require.NotEmpty(t, fixtures[op], "no fixture of %s", op)
		for i, fix := range fixtures[op] {
			t.Run(fmt.Sprintf("%s/%d", op, i), func(t *testing.T) { f(t, fix) })
		}
	}
}

// fieldTexts are the fields of a node: in order, those that have no value too, and
// what each holds.
type fieldTexts struct {
	order []string
	text  map[string]string
}

func fieldsOf(n expr.Node) fieldTexts {
	f := fieldTexts{text: map[string]string{}}
	fields := []recordField{}
	switch r := recordOf(n).(type) {
	case *record:
		fields = r.fields
	case *recordSource:
		fields = r.fields
	}
	f.add("", fields)
	return f
}

func (f *fieldTexts) add(prefix string, fields []recordField) {
	for _, field := range fields {
		path := prefix + field.name
		if !slices.Contains(f.order, path) {
			f.order = append(f.order, path)
		}
		if !field.present {
			continue
		}
		f.text[path] += fmt.Sprintf("|%d", len(field.values))
		for _, v := range field.values {
			if part, ok := v.([]recordField); ok {
				f.add(path+".", part)
			} else {
				f.text[path] += " " + show(v)
			}
		}
	}
}

// show writes a record out, sources wherever they are named.
func show(v any) string {
	switch v := v.(type) {
	case *record:
		return show(*v)
	case *recordSource:
		return show(v.record)
	case record:
		parts := make([]string, len(v.fields))
		for i, f := range v.fields {
			parts[i] = f.name + "=" + show(f.values)
		}
		return fmt.Sprintf("%s(%s)", v.op, strings.Join(parts, " "))
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = show(v[i])
		}
		return fmt.Sprint(parts)
	case []recordField:
		return show(record{fields: v})
	case recordColumn:
		return fmt.Sprintf("%s %v %d", show(v.source), v.column, v.index)
	case *expr.Function:
		return v.Name()
	case *expr.Parameter:
		d, has := v.Default()
		return fmt.Sprintf("%s %s %s %v", v.Name(), v.Type(), d, has)
	case expr.Value:
		return fmt.Sprintf("%s %s", v.Kind(), v)
	}
	return fmt.Sprint(v)
}

func TestFixturesAreGood(t *testing.T) {
	eachFixture(t, func(t *testing.T, fix fixture) {
		require.NoError(t, expr.Err(fix.make()))
		for field, variants := range fix.vary {
			for _, v := range variants {
				require.NoError(t, expr.Err(v()), field)
			}
		}
	})
}

// TestFixturesHaveEveryField: what a Writer is told of a kind, some fixture has,
// and some variant changes.
func TestFixturesHaveEveryField(t *testing.T) {
	for _, op := range everyOp() {
		t.Run(op.String(), func(t *testing.T) {
			present, varied := map[string]bool{}, map[string]bool{}
			var all []string
			for _, fix := range fixtures[op] {
				n := fix.make()
				require.Equal(t, op, n.Op())
				f := fieldsOf(n)
				all = append(all, f.order...)
				for path := range f.text {
					present[path] = true
				}
				for paths := range fix.vary {
					for _, path := range strings.Fields(paths) {
						varied[path] = true
					}
				}
			}
			require.Equal(t, op != expr.OpDefault, len(all) > 0, "only DEFAULT has no fields")
			for _, path := range all {
				assert.True(t, present[path], "no fixture has field %s", path)
				assert.True(t, varied[path], "no variant changes field %s", path)
			}
			assert.Subset(t, all, slices.Collect(maps.Keys(varied)), "variants of fields that there are not")
		})
	}
}

func TestEqualTreesAreEqual(t *testing.T) {
	eachFixture(t, func(t *testing.T, fix fixture) {
		a, b := fix.make(), fix.make()
		if op := a.Op(); op != expr.OpTable && op != expr.OpColumn && op != expr.OpExcluded { // a table, its excluded row and their columns have one node each
			assert.NotSame(t, a, b)
		}
		assert.True(t, expr.Equal(a, b))
		assert.Equal(t, expr.Hash(a), expr.Hash(b))
		assert.Equal(t, expr.Sprint(a), expr.Sprint(b))
	})
}

func TestEveryFieldCounts(t *testing.T) {
	eachFixture(t, func(t *testing.T, fix fixture) {
		base := fix.make()
		was := fieldsOf(base)
		for field, variants := range fix.vary {
			hashes := map[uint64]bool{expr.Hash(base): true}
			for i, v := range variants {
				other := v()
				is := fieldsOf(other)
				for _, path := range append(was.order, is.order...) {
					if was.text[path] != is.text[path] {
						allowed := slices.ContainsFunc(strings.Fields(field), func(f string) bool { return path == f || strings.HasPrefix(path, f+".") })
						assert.True(t, allowed, "variant %d of %s changes %s too", i, field, path)
					}
				}
				assert.NotEqual(t, was.text, is.text, "variant %d of %s changes nothing", i, field)
				assert.False(t, expr.Equal(base, other), "variant %d of %s", i, field)
				assert.False(t, expr.Equal(other, base), "variant %d of %s", i, field)
				assert.False(t, hashes[expr.Hash(other)], "variant %d of %s has the hash of another", i, field)
				assert.NotEqual(t, expr.Sprint(base), expr.Sprint(other), "variant %d of %s", i, field)
				hashes[expr.Hash(other)] = true
			}
		}
	})
}

// TestEqualGoesByUse: sources are equal by what they are and where they are used
// again, not by identity.
func TestEqualGoesByUse(t *testing.T) {
	once := func() expr.Node {
		a := customers().Alias("a")
		return expr.Select(a.C("id"), a.C("name")).From(a)
	}
	twice := func() expr.Node {
		a, b := customers().Alias("a"), customers().Alias("a")
		return expr.Select(a.C("id"), b.C("name")).From(a)
	}
	swapped := func() expr.Node {
		a, b := customers().Alias("a"), customers().Alias("a")
		return expr.Select(a.C("id"), b.C("name")).From(b)
	}
	all := []func() expr.Node{once, twice, swapped}
	for i, a := range all {
		for j, b := range all {
			assert.Equal(t, i == j, expr.Equal(a(), b()), "%d, %d", i, j)
			assert.Equal(t, i == j, expr.Hash(a()) == expr.Hash(b()), "%d, %d", i, j)
		}
	}
}

// TestEqualTablesAreTheVerySame: a table of the same name in other metadata is another.
func TestEqualTablesAreTheVerySame(t *testing.T) {
	m := schema.NewMetaData()
	m.Table("customers", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey))
	require.NoError(t, m.Freeze())
	other := expr.Table(m.Lookup("customers"))
	assert.False(t, expr.Equal(customers(), other))
	assert.False(t, expr.Equal(id().Node(), other.C("id").Node()))
}

// TestRecordsPlay: a Reader that is told what a Writer was told makes an equal
// node, of the same measures, from every fixture.
func TestRecordsPlay(t *testing.T) {
	eachFixture(t, func(t *testing.T, fix fixture) {
		nodes := []expr.Node{fix.make()}
		for _, variants := range fix.vary {
			for _, v := range variants {
				nodes = append(nodes, v())
			}
		}
		for _, n := range nodes {
			again, err := play(recordOf(n))
			require.NoError(t, err)
			assert.True(t, expr.Equal(n, again), "%s\n%s", expr.Sprint(n), expr.Sprint(again))
			assert.Equal(t, expr.Size(n), expr.Size(again))
			assert.Equal(t, expr.Depth(n), expr.Depth(again))
			if x, ok := n.(interface{ Type() schema.Type }); ok {
				assert.Equal(t, x.Type(), again.(interface{ Type() schema.Type }).Type())
			}
		}
	})
}

// TestFieldsAreNeeded drops each field of a record in turn: what is left is
// refused for what is missing, or it is another node.
func TestFieldsAreNeeded(t *testing.T) {
	needed := map[string]bool{}
	eachFixture(t, func(t *testing.T, fix fixture) {
		n := fix.make()
		for i, f := range topFields(recordOf(n)) {
			if !f.present {
				continue
			}
			r := recordOf(n)
			topFields(r)[i].present = false
			again, err := play(r)
			if err == nil {
				assert.False(t, expr.Equal(n, again), f.name)
				continue
			}
			e := faultOf(t, err)
			assert.Contains(t, []expr.Code{expr.CodeMissing, expr.CodeForm, expr.CodeName, expr.CodeArgument, expr.CodeType}, e.Code, "%s: %v", f.name, err)
			assert.Equal(t, n.Op(), e.Op)
			assert.Empty(t, e.At, "a tree that was read")
			needed[n.Op().String()+"."+f.name] = true
		}
	})
	assert.ElementsMatch(t, []string{
		"entity.entity", "attribute.source", "attribute.attribute", "whole.source", "related.source", "related.relationship", "any.related",
		"load.kind", "load.related", "load.entity", "load.where", "load.attributes",
		"alias.source", "array.elem", "between.high", "between.low", "between.x", "binary.left", "binary.op", "binary.right",
		"call.args", "call.function", "case.whens", "cast.to", "cast.x", "column.column", "date_trunc.unit", "date_trunc.x", "date_diff.unit", "date_diff.from", "date_diff.to", "at_time_zone.x", "at_time_zone.zone", "json.x",
		"exists.query", "extract.part", "extract.x", "in.x", "join.kind", "join.left", "join.on", "join.right",
		"like.op", "like.pattern", "like.x", "logic.terms", "param.parameter", "ref.name", "scalar.query", "select.columns", "subquery.query",
		"table.table", "unary.op", "unary.x",
		"over.call", "over.unit", "over.start", "over.start_offset", "over.end", "over.end_offset", "grouping.kind", "grouping.sets",
		"custom.op", "custom.left", "custom.right", "collate.x", "collate.name", "regexp.x", "regexp.pattern", "tuple.items", "quantified.query", "quantified.array", "text.text", "text.binds", "text_statement.text", "text_statement.columns", "given.parameter", "given.cond",
		"values.columns", "values.rows", "table_function.call", "table_function.columns", "tablesample.source", "tablesample.method", "tablesample.percent",
		"insert.table", "insert.columns", "insert.rows", "insert.query", "insert.on_conflict", "insert.conflict_columns", "insert.conflict_set", "update.table", "delete.table", "excluded.table",
		"cte.query", "self.anchor", "recursive.self", "recursive.step", "compound.op", "compound.queries", "select.lock", "select.limit", "select.correlate",
	}, slices.Collect(maps.Keys(needed)))
}

func topFields(r any) []recordField {
	if s, ok := r.(*recordSource); ok {
		return s.fields
	}
	return r.(*record).fields
}
