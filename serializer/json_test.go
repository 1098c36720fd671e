package serializer_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// TestJSONVectors: each golden payload is the JSON beside it, which an independent reader
// must make of it, too.
func TestJSONVectors(t *testing.T) {
	files, err := filepath.Glob("testdata/v1/*.hex")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		b, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
		require.NoError(t, err, f)
		got, err := serializer.JSON(b)
		require.NoError(t, err, f)
		var indented bytes.Buffer
		require.NoError(t, json.Indent(&indented, got, "", "  "), f)
		indented.WriteByte('\n')
		path := strings.TrimSuffix(f, ".hex") + ".json"
		if *update {
			require.NoError(t, os.WriteFile(path, indented.Bytes(), 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err, "run go test -update")
		require.Equal(t, string(want), indented.String(), path)
	}
}

// TestJSONIsOfTheBytes: what is loaded without a host is what was dumped, and payloads that
// differ have JSON that differs.
func TestJSONIsOfTheBytes(t *testing.T) {
	m := shop(t)
	seen := map[string]string{}
	for name, q := range queries(m) {
		b := dumps(t, q)
		l, err := serializer.Detached(b, serializer.Limits{})
		require.NoError(t, err, name)
		require.Empty(t, l.Drift, name)
		again, err := serializer.Dumps(l.Root)
		require.NoError(t, err, name)
		require.Equal(t, b, again, name)
		got, err := serializer.JSON(b)
		require.NoError(t, err, name)
		require.True(t, json.Valid(got))
		require.Empty(t, seen[string(got)], name)
		seen[string(got)] = name
	}
}

// TestJSONOfValues: nothing of a value is lost, also where JSON has no number for it.
func TestJSONOfValues(t *testing.T) {
	parse := func(typ schema.Type, s string) expr.Value {
		v, err := expr.ParseValue(typ, s)
		require.NoError(t, err)
		return v
	}
	for want, v := range map[string]expr.Value{
		`{"value":"big_integer","is":"9007199254740993"}`:             expr.Int(9007199254740993),
		`{"value":"double","is":"-0"}`:                                parse(schema.Double, "-0"),
		`{"value":"double","is":"NaN"}`:                               parse(schema.Double, "nan"),
		`{"value":"double","is":"-Infinity"}`:                         parse(schema.Double, "-inf"),
		`{"value":"double","is":1e+300}`:                              expr.Float(1e300),
		`{"value":"numeric","is":"1.10"}`:                             parse(schema.Numeric(0, 0), "1.10"),
		`{"value":"text","is":"<a> \"\u2028\\"}`:                      expr.Text("<a> \"\u2028\\"),
		`{"value":"large_binary","is":"00ff"}`:                        expr.Bytes([]byte{0, 255}),
		`{"value":"date","is":"0001-01-01"}`:                          parse(schema.Date, "0001-01-01"),
		`{"value":"time","is":"23:59:59.000001"}`:                     parse(schema.Time, "23:59:59.000001"),
		`{"value":"datetime","is":"1969-12-31T23:59:59.999999"}`:      parse(schema.DateTime, "1969-12-31 23:59:59.999999"),
		`{"value":"datetime_tz","is":"9999-12-31T23:59:59Z"}`:         parse(schema.DateTimeTZ, "9999-12-31 23:59:59Z"),
		`{"value":"interval","is":["-1","2","-9223372036854775808"]}`: expr.NewInterval(-1, 2, -1<<63),
		`{"value":"json","is":"{\"a\":[1.50,null]}"}`:                 parse(schema.JSON, `{"a": [1.50, null]}`),
		`{"value":"uuid","is":"123e4567e89b12d3a456426614174000"}`:    parse(schema.UUID, "123e4567-e89b-12d3-a456-426614174000"),
		`{"value":"boolean","is":false}`:                              expr.Bool(false),
	} {
		got, err := serializer.JSON(dumps(t, expr.Literal(v)))
		require.NoError(t, err)
		require.Contains(t, string(got), `"root":{"node":"literal","value":`+want+`}`)
	}
}

func TestDetachedRefusals(t *testing.T) {
	_, err := serializer.JSON([]byte("x"))
	var f *serializer.FormatError
	require.ErrorAs(t, err, &f)
	_, err = serializer.JSON(make([]byte, serializer.DefaultBytes+1))
	require.ErrorAs(t, err, &f)
	require.Equal(t, serializer.CodeLimit, f.Code)
}
