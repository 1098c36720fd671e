package serializer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// TestParameterRecords: what a parameter accepts is read from the manifest alone, and
// one that contradicts itself is refused there.
func TestParameterRecords(t *testing.T) {
	m := shop(t)
	p := expr.NewParameter("n", schema.Integer).WithDefault(expr.Int(3)).WithMin(expr.Int(1)).WithMax(expr.Int(5)).WithDoc("how many")
	b := dumps(t, expr.Select(expr.ParamOf(p)))
	man, err := serializer.ReadManifest(b)
	require.NoError(t, err)
	require.True(t, p.Same(man.Parameters()[0]))
	const record = "\x97\xa1n\x06\x91\x03\x01\x05\xc0\xa8how many"
	for what, to := range map[string]string{
		"a default of less":           "\x97\xa1n\x06\x91\x00\x01\x05\xc0\xa8how many",
		"the least is the greatest":   "\x97\xa1n\x06\x91\x03\x06\x05\xc0\xa8how many",
		"a bound of another type":     "\x97\xa1n\x06\x91\x03\xa1a\x05\xc0\xa8how many",
		"both bounds and values":      "\x97\xa1n\x06\x91\x03\x01\x05\x91\x03\xa8how many",
		"values of which one is NULL": "\x96\xa1n\x06\x91\x03\xc0\xc0\x92\x03\xc0",
		"a value twice":               "\x96\xa1n\x06\x91\x03\xc0\xc0\x92\x03\x03",
		"no values":                   "\x96\xa1n\x06\x91\x03\xc0\xc0\x90",
		"empty text":                  "\x97\xa1n\x06\x91\x03\x01\x05\xc0\xa0",
		"an absent last field":        "\x98\xa1n\x06\x91\x03\x01\x05\xc0\xa8how many\xc0",
		"not bound":                   "\x98\xa1n\x06\x91\x03\x01\x05\xc0\xa8how many\xc2",
		"bound to nothing":            "\x98\xa1n\x06\xc0\x01\x05\xc0\xa8how many\xc3",
		"a field too many":            "\x99\xa1n\x06\x91\x03\x01\x05\xc0\xa8how many\xc3\x01",
	} {
		lie := change(t, b, record, to)
		_, err := serializer.Loads(lie, serializer.Binding{MetaData: m})
		var format *serializer.FormatError
		require.ErrorAs(t, err, &format, what)
		_, err = serializer.ReadManifest(lie)
		require.ErrorAs(t, err, &format, what)
	}
	require.Equal(t, "same", obeys(t, change(t, b, record, "\x98\xa1n\x06\x91\x03\x01\x05\xc0\xa8how many\xc3"), m), "bound")
	require.Equal(t, "same", obeys(t, change(t, b, record, "\x96\xa1n\x06\x91\x03\xc0\xc0\x91\x03"), m), "one value")

	// At the limits, and one past them, for the writer and the reader.
	many := make([]expr.Value, 1001)
	for i := range many {
		many[i] = expr.Int(int64(i))
	}
	n := expr.NewParameter("n", schema.Integer)
	require.Equal(t, "same", obeys(t, dumps(t, expr.ParamOf(n.WithEnum(many[:1000]...).WithDoc(strings.Repeat("x", 1000)))), m))
	_, err = serializer.Dumps(expr.ParamOf(n.WithEnum(many...)))
	require.ErrorContains(t, err, "more than 1000 values")
	_, err = serializer.Dumps(expr.ParamOf(n.WithDoc(strings.Repeat("x", 1001))))
	require.ErrorContains(t, err, "longer than 1000 bytes")
	lie := change(t, b, record, "\x97\xa1n\x06\x91\x03\x01\x05\xc0\xda\x03\xe9"+strings.Repeat("x", 1001))
	_, err = serializer.ReadManifest(lie)
	require.ErrorContains(t, err, "longer than 1000 bytes")
	lie = change(t, b, record, "\x96\xa1n\x06\x91\x03\xc0\xc0\xdc\x03\xe9"+strings.Repeat("\x01", 1001))
	_, err = serializer.ReadManifest(lie)
	require.ErrorContains(t, err, "more than 1000 values")
}

// TestBoundCopies: a bound copy is a new value with new bytes, and nothing else has
// changed.
func TestBoundCopies(t *testing.T) {
	m := shop(t)
	q := queries(m)["params"].(*expr.SelectStmt)
	some, err := expr.Bind(q, map[string]any{"from": "2020-01-31", "n": 3})
	require.NoError(t, err)
	b := dumps(t, some)
	require.NotEqual(t, dumps(t, q), b)
	require.Equal(t, "same", obeys(t, b, m))
	man, err := serializer.ReadManifest(b)
	require.NoError(t, err)
	var bound []string
	for _, p := range man.Parameters() {
		if p.IsBound() {
			bound = append(bound, p.Name())
		}
	}
	require.Equal(t, []string{"from", "n"}, bound)
	again, err := expr.Bind(q, map[string]any{"n": 3, "from": "2020-01-31"})
	require.NoError(t, err)
	require.Equal(t, b, dumps(t, again))
}
