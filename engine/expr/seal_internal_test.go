package expr

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
)

// TestSealedWithoutFields holds that columns and literals, which are made without
// Fields, come out as seal makes them.
func TestSealedWithoutFields(t *testing.T) {
	m := schema.NewMetaData()
	m.Table("t", schema.NewColumn("a", schema.Integer))
	require.NoError(t, m.Freeze())
	table := Table(m.Lookup("t"))
	deep := Source(table)
	for range MaxDepth {
		deep = deep.(interface{ Alias(string) *AliasSource }).Alias("x")
	}
	require.Error(t, Err(deep))
	sub := Select(table.C("a"), Func("sum", table.C("a")).Over(Window{}).Label("w")).Subquery("s")
	out := OutputOf(m.Lookup("t").Lookup("a"))
	for _, s := range []Source{table, table.Alias("x"), sub, deep} {
		out := out
		if s == Source(sub) {
			out.Column = nil
		}
		got, want := column(s, out).node.(*ColumnExpr), seal(&ColumnExpr{source: s, column: out.Column})
		require.Equal(t, want.base, got.base)
		require.Equal(t, want.source, got.source)
	}
	for _, v := range []Value{{}, Int(1), Text("x"), Text(strings.Repeat("\xff", 3)), Float(1.5)} {
		require.Equal(t, seal(&LiteralExpr{v: v}), Literal(v).node)
	}
}

// TestTableOfNothing holds that a nil source of any kind has no table.
func TestTableOfNothing(t *testing.T) {
	require.Nil(t, TableOf(nil))
	for op := Op(1); op.Known(); op++ {
		n := reflect.New(reflect.TypeOf(Specs[op].new())).Elem().Interface()
		if s, ok := n.(Source); ok {
			require.Nil(t, TableOf(s), op.String())
			require.Nil(t, TableOf(Specs[op].new().(Source)), op.String())
		}
	}
}
