package serializer_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/corpus"
)

// literalPayload is the payload of a literal whose value is these bytes: by itself
// where its token tells it from a column, else in the record of a literal.
func literalPayload(t testing.TB, value []byte) []byte {
	b := dumps(t, expr.Literal(expr.Int(1)))
	require.Equal(t, []byte{0x92, 1, 1}, b[len(b)-3:])
	if len(value) > 0 {
		switch c := value[0]; {
		case c >= 0xa0 && c < 0xc0, c >= 0xd9 && c <= 0xdb, c >= 0xc4 && c <= 0xc6, c == 0xc2, c == 0xc3, c == 0xca, c == 0xcb:
			return append(b[:len(b)-3], value...)
		}
	}
	return append(b[:len(b)-1], value...)
}

// TestMalformed gives each malformed input as a payload, and as a literal's value.
func TestMalformed(t *testing.T) {
	m := shop(t)
	n := 0
	for line := range strings.Lines(string(corpus.Read(t, "hostile", "msgpack", "malformed.jsonl"))) {
		var c struct{ Name, Hex, Expect, Why string }
		require.NoError(t, json.Unmarshal([]byte(line), &c))
		b, err := hex.DecodeString(strings.NewReplacer(" ", "", "-", "").Replace(c.Hex))
		if err != nil { // a recipe, such as a byte repeated so often
			t.Logf("%s: %s: given by a recipe: %s", c.Name, c.Why, c.Hex)
			continue
		}
		n++
		_, err = serializer.Loads(b, serializer.Binding{MetaData: m})
		var format *serializer.FormatError
		require.True(t, errors.As(err, &format), "%s: %v", c.Name, err)
		_, err = serializer.ReadManifest(b)
		require.Error(t, err, c.Name)
		obeys(t, literalPayload(t, b), m)
		if c.Expect == "error" {
			_, err = serializer.Loads(literalPayload(t, b), serializer.Binding{MetaData: m})
			require.Error(t, err, "%s as a literal: %s", c.Name, c.Why)
		}
	}
	require.Greater(t, n, 40)
}

// TestSuiteValues gives every encoding of the MessagePack test suite as a
// literal's value: it is refused, or it is the one canonical encoding of what the
// suite says it is.
func TestSuiteValues(t *testing.T) {
	m := shop(t)
	var suite map[string][]map[string]any
	require.NoError(t, json.Unmarshal(corpus.Read(t, "hostile", "msgpack", "msgpack-test-suite.json"), &suite))
	loaded := 0
	for file, cases := range suite {
		for _, c := range cases {
			encodings := c["msgpack"].([]any)
			for i, e := range encodings {
				b, err := hex.DecodeString(strings.ReplaceAll(e.(string), "-", ""))
				require.NoError(t, err)
				obeys(t, b, m)
				payload := literalPayload(t, b)
				if obeys(t, payload, m) != "same" {
					continue
				}
				loaded++
				l, err := serializer.Loads(payload, serializer.Binding{MetaData: m})
				require.NoError(t, err)
				v := l.Root.(*expr.LiteralExpr).Value()
				var want any
				require.NoError(t, msgpack.Unmarshal(b, &want))
				require.True(t, sameValue(v, want), "%s: encoding %d of %v: %v is not %v", file, i, c, v, want)
			}
		}
	}
	require.Greater(t, loaded, 50)
}

func sameValue(v expr.Value, want any) bool {
	switch want := want.(type) {
	case bool:
		return v == expr.Bool(want)
	case string:
		return v == expr.Text(want)
	case []byte:
		return v == expr.Bytes(want)
	case float64:
		return v == expr.Float(want)
	case int8:
		return v == expr.Int(int64(want))
	case int16:
		return v == expr.Int(int64(want))
	case int32:
		return v == expr.Int(int64(want))
	case int64:
		return v == expr.Int(want)
	case uint8:
		return v == expr.Int(int64(want))
	case uint16:
		return v == expr.Int(int64(want))
	case uint32:
		return v == expr.Int(int64(want))
	case uint64:
		return want <= math.MaxInt64 && v == expr.Int(int64(want))
	}
	return false
}

// TestIndependentReader reads everything that is written with msgpack/v5: the
// bytes are plain MessagePack, one value, nothing behind it.
func TestIndependentReader(t *testing.T) {
	for name, q := range queries(shop(t)) {
		r := bytes.NewReader(dumps(t, q))
		v, err := msgpack.NewDecoder(r).DecodeInterface()
		require.NoError(t, err, name)
		require.Zero(t, r.Len(), name)
		payload := v.([]any)
		require.Len(t, payload, 4)
		require.Equal(t, "sqlser/1", payload[0])
	}
}

// TestHostileStrings takes every hostile string through bytes: as a literal, and
// as the name of a table, a column, a label, an alias and a parameter.
func TestHostileStrings(t *testing.T) {
	for _, s := range hostileStrings(t) {
		m := schema.NewMetaData()
		m.Table(s, schema.InSchema(s), schema.NewColumn(s, schema.Text, schema.StableID(s)))
		require.NoError(t, m.Freeze(), "%q", s)
		a := expr.Table(m.Lookup(s, s)).Alias(s)
		q := expr.Select(a.C(s), expr.Of(s).Label(s+"'")).Where(a.C(s).Eq(s), a.C(s).Ne(expr.Param(s, schema.Text)))
		b := dumps(t, q)
		require.Equal(t, "same", obeys(t, b, m), "%q", s)
		l, err := serializer.Loads(b, serializer.Binding{MetaData: m})
		require.NoError(t, err)
		deps := expr.DependenciesOf(l.Root)
		require.Equal(t, []string{s, s}, deps.Tables[0].FullName())
		require.Equal(t, s, deps.Columns[0].Name())
		require.Equal(t, s, deps.Parameters[0].Name())
	}
}

func hostileStrings(t testing.TB) []string {
	var all []string
	require.NoError(t, json.Unmarshal(corpus.Read(t, "hostile", "strings", "blns.json"), &all))
	kept := all[:0]
	for _, s := range all {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}
