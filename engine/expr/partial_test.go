package expr_test

import (
	"strings"
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

// TestFailsByValue: of two nodes of one shape, one may be able to fail and the other not only
// where FailsByValue says so.
func TestFailsByValue(t *testing.T) {
	m := schema.NewMetaData()
	c := expr.Table(m.Table("t", schema.NewColumn("n", schema.Integer), schema.NewColumn("s", schema.Text), schema.NewColumn("d", schema.Date)))
	require.NoError(t, m.Freeze())
	n, text := c.C("n"), c.C("s")
	long := strings.Repeat("x", 20_000)
	leaves := []any{1, 0, -1, 1 << 40, n, expr.Of(3).Neg(), expr.Of(1 << 40).Mul(2), expr.Of(2).Add(3), expr.Func("now"), expr.Func("current_date"),
		expr.Interval(1, 2, 3), expr.Interval(1<<30, 0, 0), 1.5, expr.Param("p", schema.Integer)}
	var all []expr.Expr
	for _, x := range leaves {
		all = append(all, expr.Of(x).Neg())
		for _, y := range leaves {
			for _, op := range expr.BinaryOps() {
				all = append(all, expr.Binary(op, x, y))
			}
		}
	}
	for _, pattern := range []any{"a", "a!", "a\\", long, text} {
		all = append(all, text.Like(pattern), text.ILike(pattern), text.StartsWith(pattern), text.Contains(pattern), text.Concat(pattern))
	}
	fails, differ := map[[32]byte]bool{}, 0
	for _, x := range all {
		if x.Err() != nil {
			continue
		}
		shape := expr.Shape(x.Node())
		was, known := fails[shape]
		if fails[shape] = expr.CanFail(x.Node()); known && was != fails[shape] {
			differ++
			require.True(t, expr.FailsByValue(x.Node()), expr.Sprint(x.Node()))
		}
	}
	require.Positive(t, differ)
	require.False(t, expr.FailsByValue(n.Add(text).Node()) || expr.FailsByValue(n.Node()) || expr.FailsByValue(nil))
}
