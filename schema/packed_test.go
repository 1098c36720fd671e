package schema_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
)

// TestLabels: few labels and many are found alike.
func TestLabels(t *testing.T) {
	for _, n := range []int{0, 1, 2, 31, 32, 33, 1000, 10_000} {
		var labels []string
		for i := range n {
			labels = append(labels, fmt.Sprint((i*7919)%n, ""))
		}
		e := schema.Enum("e", labels...)
		require.Equal(t, n, len(e.Labels()))
		for _, l := range labels {
			require.True(t, e.HasLabel(l), l)
		}
		for _, l := range []string{"e", "", "-1", fmt.Sprint(n, ""), "\xff"} {
			require.False(t, e.HasLabel(l), l)
		}
		require.Equal(t, e, schema.Enum("e", labels...))
		again, err := schema.NewType(schema.KindEnum, 0, 0, false, "e", labels)
		require.NoError(t, err)
		require.Equal(t, e, again)
	}
	require.True(t, schema.Enum("", append(make([]string, 40), "x")...).HasLabel(""))
	require.True(t, schema.Enum("", append(make([]string, 40), "x")...).HasLabel("x"))

	_, err := schema.NewType(schema.KindEnum, 0, 0, false, "e", make([]string, 10_001))
	require.EqualError(t, err, "schema: an enum of more than 10000 labels, or 262144 bytes of them")
	long := string(make([]byte, 1<<18-5)) // with the lengths before it and the name
	_, err = schema.NewType(schema.KindEnum, 0, 0, false, "e", []string{long})
	require.NoError(t, err)
	_, err = schema.NewType(schema.KindEnum, 0, 0, false, "e", []string{long + "x"})
	require.Error(t, err)
}

// TestKeysTellTypesApart: every part of a type is in its key.
func TestKeysTellTypesApart(t *testing.T) {
	m := schema.NewMetaData()
	types := []schema.Type{
		schema.Text, schema.String(1), schema.String(2), schema.Numeric(3, 1), schema.Numeric(3, 2), schema.ArrayOf(schema.Text),
		schema.Enum("", "a"), schema.Enum("e", "a"), schema.Enum("e", "a", "b"), schema.Enum("e", "a").InSchema("s"), schema.Enum("e", "a").InSchema("t"),
		schema.ArrayOf(schema.Enum("e", "a")), m.DefineType("s", schema.Enum("e", "a"), nil, nil), m.DefineType("h", schema.Text, nil, nil),
	}
	keys := map[string]schema.Type{}
	for _, typ := range types {
		key := string(typ.AppendKey(nil))
		require.NotContains(t, keys, key, "%s and %s", typ, keys[key])
		keys[key] = typ
	}
}
