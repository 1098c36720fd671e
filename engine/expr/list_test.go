package expr_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestLists: what goes into a list comes out of it, and nothing else goes in.
func TestLists(t *testing.T) {
	at := time.Date(2026, 1, 31, 13, 45, 0, 500000000, time.UTC)
	for _, list := range []struct {
		elem   schema.Type
		given  any
		values []expr.Value
		text   string
	}{
		{schema.BigInteger, []int64{1, -1 << 63, 1<<63 - 1}, []expr.Value{expr.Int(1), expr.Int(-1 << 63), expr.Int(1<<63 - 1)}, `[1,-9223372036854775808,9223372036854775807]`},
		{schema.Integer, []any{}, nil, `[]`},
		{schema.Boolean, []bool{true, false}, []expr.Value{expr.Bool(true), expr.Bool(false)}, `[true,false]`},
		{schema.Text, []any{"a\"b\\", nil, "é<"}, []expr.Value{expr.Text("a\"b\\"), {}, expr.Text("é<")}, `["a\"b\\",null,"é\u003c"]`},
		{schema.Double, []float64{0.1, -0.5}, []expr.Value{expr.Float(0.1), expr.Float(-0.5)}, `["0.1","-0.5"]`},
		{schema.Numeric(9, 2), []any{decimal("1.10"), 2}, []expr.Value{decimal("1.10"), decimal("2")}, `["1.10","2"]`},
		{schema.DateTimeTZ, []time.Time{at}, []expr.Value{expr.Instant(at)}, `["2026-01-31 13:45:00.5Z"]`},
		{schema.UUID, []any{expr.UUID([16]byte{1})}, []expr.Value{expr.UUID([16]byte{1})}, `["01000000-0000-0000-0000-000000000000"]`},
	} {
		v, err := expr.ValueOf(list.given, schema.ArrayOf(list.elem))
		require.NoError(t, err, list.elem)
		require.Equal(t, list.text, v.Text())
		values, err := v.Values(list.elem)
		require.NoError(t, err)
		require.ElementsMatch(t, list.values, values)
		again, err := expr.NewList(list.elem, values...)
		require.NoError(t, err)
		require.Equal(t, v, again)
		parsed, err := expr.ParseValue(schema.ArrayOf(list.elem), v.Text())
		require.NoError(t, err)
		require.Equal(t, v, parsed)
	}
	for _, wrong := range []any{5, "x", []byte("x"), []any{"x"}, []any{[]any{1}}, 1.5, jsonValue(`{}`), jsonValue(`[[1]]`), jsonValue(`null`), jsonValue(`[1.5]`), age()} {
		_, err := expr.ValueOf(wrong, schema.ArrayOf(schema.Integer))
		require.Error(t, err, "%v", wrong)
	}
	_, err := expr.ValueOf([][]byte{{1}}, schema.ArrayOf(schema.LargeBinary))
	require.ErrorContains(t, err, "no list of large_binary")
}
