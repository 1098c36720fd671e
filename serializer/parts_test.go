package serializer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// TestParts: what stands in a query has the identity that it has elsewhere.
func TestParts(t *testing.T) {
	m := shop(t)
	c, o := expr.Table(m.Lookup("customers")), expr.Table(m.Lookup("shop", "orders"))
	rich := func(least int) *expr.SelectStmt {
		return expr.Select(o.C("customer_id"), expr.Func("count").Label("n")).Where(o.C("total").Gt(least)).GroupBy(o.C("customer_id")).Having(expr.Func("count").Gt(1))
	}
	one := rich(5).Subquery("s")
	q := expr.Select(c.C("id"), one.C("n")).From(c).Join(one, one.C("customer_id").Eq(c.C("id"))).Where(c.C("id").In(expr.Select(o.C("customer_id"))))
	parts, whole, err := serializer.Parts(q)
	require.NoError(t, err)
	require.True(t, whole)
	byPath := map[string]serializer.Part{}
	var paths []string
	for _, p := range parts {
		byPath[p.Path] = p
		paths = append(paths, p.Path)
		require.Equal(t, serializer.Hash(dumps(t, p.Node)), p.Hash)
	}
	require.Equal(t, []string{
		"root.columns[1].expr", "root.columns[1].expr.query", "root.columns[1].expr.query.where", "root.columns[1].expr.query.having", "root.joins[0].on", "root.where", "root.where.query",
	}, paths)
	require.Equal(t, serializer.Hash(dumps(t, rich(5))), byPath["root.columns[1].expr.query"].Hash)
	other, _, err := serializer.Parts(rich(6))
	require.NoError(t, err)
	require.Equal(t, "root.where", other[0].Path)
	require.NotEqual(t, byPath["root.columns[1].expr.query.where"].Hash, other[0].Hash)
	require.Equal(t, byPath["root.columns[1].expr.query.where"].Shape, other[0].Shape)

	l, err := serializer.Loads(dumps(t, q), serializer.Binding{MetaData: m})
	require.NoError(t, err)
	again, _, err := serializer.Parts(l.Root)
	require.NoError(t, err)
	require.Len(t, again, len(parts))
	for i := range parts {
		require.Equal(t, parts[i].Hash, again[i].Hash, parts[i].Path)
	}
}

// TestPartsAreBounded: by their number, and by their bytes.
func TestPartsAreBounded(t *testing.T) {
	m := shop(t)
	c := expr.Table(m.Lookup("customers"))
	of := func(n int) []any {
		terms := make([]any, n)
		for i := range terms {
			terms[i] = expr.Exists(expr.Select(c.C("id")).Limit(i))
		}
		return terms
	}
	parts, whole, err := serializer.Parts(expr.Select(c.C("id")).Where(of(serializer.MaxParts - 1)...))
	require.NoError(t, err)
	require.True(t, whole)
	require.Len(t, parts, serializer.MaxParts)
	parts, whole, err = serializer.Parts(expr.Select(c.C("id")).Where(of(serializer.MaxParts)...))
	require.NoError(t, err)
	require.False(t, whole)
	require.Len(t, parts, serializer.MaxParts)

	big := expr.Values([]expr.ColumnType{{Name: "x", Type: schema.Text}}, []any{string(make([]byte, 100_000))}).Alias("v") // which each part names
	terms := make([]any, 400)
	for i := range terms {
		terms[i] = expr.Exists(expr.Select(big.C("x")).Limit(i))
	}
	parts, whole, err = serializer.Parts(expr.Select(c.C("id")).Where(terms...))
	require.NoError(t, err)
	require.False(t, whole)
	require.Less(t, len(parts), 200)

	_, _, err = serializer.Parts(expr.Select(c.C("id")).Where(expr.Select(expr.Of(1).And(2)).Exists()))
	require.Error(t, err)
	parts, whole, err = serializer.Parts(nil)
	require.NoError(t, err)
	require.True(t, whole)
	require.Empty(t, parts)
}
