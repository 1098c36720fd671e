package expr_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestWhatFails: these were seen to fail, on one database or another, for some values of
// their types.
func TestWhatFails(t *testing.T) {
	for _, name := range []string{"cbrt", "left", "make_date", "make_time", "make_timestamp", "overlay", "replace", "right", "split_part", "substr"} {
		require.True(t, expr.LookupFunction(name).IsPartial(), name)
	}
	m := schema.NewMetaData()
	texts := expr.Table(m.Table("texts", schema.NewColumn("x", schema.Text)))
	require.NoError(t, m.Freeze())
	once := expr.Select(texts.C("x").Concat(texts.C("x")).Label("x")).Subquery("s")
	require.False(t, expr.CanFail(texts.C("x").Concat(texts.C("x")).Node()))
	require.True(t, expr.CanFail(once.C("x").Concat(once.C("x")).Node()), "it doubles with each query")
	require.True(t, expr.CanFail(expr.Func("concat", once.C("x"), once.C("x")).Node()))
}
