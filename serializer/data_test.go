package serializer_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// within is what a call of the host's kind near is told.
type within struct {
	Radius float64
	Unit   string
	Tags   []string
}

// nearKind is a node kind of a host: its function has data, and a text that reads it.
func nearKind(t testing.TB) *expr.Function {
	fn, err := expr.NewFunction("near", expr.FunctionOptions{Doc: "two numbers are near", Args: []schema.Type{schema.Double, schema.Double}, Returns: schema.Boolean, Total: true, Data: true,
		Text: func(d string, data []byte) (string, error) {
			w := within{Radius: 1}
			if data != nil {
				if err := serializer.DecodeData(data, &w); err != nil {
					return "", err
				}
			}
			if d == "postgres" {
				return "$1 <-> $2 < " + map[bool]string{true: "1", false: "1000"}[w.Unit == "m"], nil
			}
			return "abs($1 - $2) < " + map[bool]string{true: "1", false: "1000"}[w.Unit == "m"], nil
		}})
	require.NoError(t, err)
	return fn
}

// TestHostKinds: a node kind of a host's goes through bytes with its data, is refused by
// name where the host has none, and is said in its own words.
func TestHostKinds(t *testing.T) {
	m := shop(t)
	near := nearKind(t)
	own, err := expr.NewFunctionSet(near)
	require.NoError(t, err)
	data, err := serializer.EncodeData(within{2.5, "m", []string{"a", ""}})
	require.NoError(t, err)
	o := expr.Table(m.Lookup("shop", "orders"))
	q := expr.Select(o.C("id")).Where(expr.Call(near, o.C("id"), 3).WithData(data).Not())
	b := dumps(t, q)
	l, err := serializer.Loads(b, serializer.Binding{MetaData: m, Functions: own})
	require.NoError(t, err)
	require.Empty(t, l.Drift)
	require.True(t, expr.Equal(q, l.Root))
	for d, want := range map[*dialect.Dialect]string{
		dialect.SQLite:   `NOT (abs("orders"."id" - ?) < 1)`,
		dialect.Postgres: `NOT ("orders"."id" <-> $1::DOUBLE PRECISION < 1)`,
	} {
		admitted, err := policy.Unrestricted().Admit(l.Root)
		require.NoError(t, err)
		s, err := d.Compile(admitted)
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(s.SQL(), want), s.SQL())
	}

	_, err = serializer.Loads(b, serializer.Binding{MetaData: m})
	var drift *serializer.DriftError
	require.ErrorAs(t, err, &drift)
	require.Equal(t, "function:near", drift.Problems[0].What)
	none, err := expr.NewFunction("near", expr.FunctionOptions{Args: []schema.Type{schema.Double, schema.Double}, Returns: schema.Boolean})
	require.NoError(t, err)
	other, err := expr.NewFunctionSet(none)
	require.NoError(t, err)
	_, err = serializer.Loads(b, serializer.Binding{MetaData: m, Functions: other})
	require.ErrorContains(t, err, "near(double, double) takes no data")

	plain, err := serializer.JSON(b)
	require.NoError(t, err)
	require.Contains(t, string(plain), `"data":{"value":"large_binary","is":"93`)
}

// TestHostTexts: what a host's text gets wrong is told, and no argument is lost.
func TestHostTexts(t *testing.T) {
	const random = "(abs(random() % 9007199254740992) / 9007199254740992e0)"
	text := func(s string) string {
		o := expr.FunctionOptions{Total: true}
		o.Args, o.Returns, o.Variadic = []schema.Type{schema.Unknown}, schema.BigInteger, true
		o.Text = func(string, []byte) (string, error) { return s, nil }
		fn, err := expr.NewFunction("own", o)
		require.NoError(t, err)
		admitted, err := policy.Unrestricted().Admit(expr.Select(expr.Call(fn, 1, expr.Of(2).Add(3), expr.Func("random")).Label("x")))
		require.NoError(t, err)
		s2, err := dialect.SQLite.Compile(admitted)
		if err != nil {
			return err.Error()
		}
		return strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(s2.SQL(), "SELECT "), ` AS "x"`), random, "random()")
	}
	for s, want := range map[string]string{
		"$1 + $2*":          "(? + (? + ?), random())",
		"f($1*) $$x":        "(f(?, (? + ?), random()) $x)",
		"$1 + $1 + $2 + $3": "(? + ? + (? + ?) + random())",
		"$1 + $2":           "leaves out some of the 3 arguments",
		"$4 $1*":            "has $4 of 3 arguments",
		"$0":                "has $0: expected $1 to $9 or $$",
		"$1* $":             "ends with $",
		"$3 $1*":            "of a volatile value",
	} {
		require.Contains(t, text(s), want, s)
	}
}

// TestData: msgpack/v5 sees nothing that is not data.
func TestData(t *testing.T) {
	for _, v := range []any{nil, true, 7, -1 << 40, uint64(math.MaxUint64), 1.5, "é", []byte{1}, []any{1, "a", nil}, within{1, "a", nil}} {
		b, err := serializer.EncodeData(v)
		require.NoError(t, err, "%v", v)
		require.NoError(t, expr.CheckData(b))
	}
	var w within
	b, err := serializer.EncodeData(within{1.5, "km", []string{"x"}})
	require.NoError(t, err)
	require.NoError(t, serializer.DecodeData(b, &w))
	require.Equal(t, within{1.5, "km", []string{"x"}}, w)
	for _, v := range []any{map[string]int{"a": 1}, float32(1), make(chan int), strings.Repeat("a", 1<<16)} {
		_, err := serializer.EncodeData(v)
		var wrong *expr.Error
		require.ErrorAs(t, err, &wrong, "%T", v)
	}
	for _, bad := range []string{"\xdd\xff\xff\xff\xff", strings.Repeat("\x91", 1<<16), "\x81\xa1a\x01", "", "\x01\x01"} {
		var wrong *expr.Error
		require.ErrorAs(t, serializer.DecodeData([]byte(bad), &w), &wrong)
	}
	require.Error(t, serializer.DecodeData([]byte{0x01}, &w))
}

// FuzzDecodeData: whatever is data is read, and is written again as it was.
func FuzzDecodeData(f *testing.F) {
	for _, v := range []any{nil, []any{1, "a", 1.5, []byte{1}, []any{}, -7, true}, "x"} {
		b, err := serializer.EncodeData(v)
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var v any
		if err := serializer.DecodeData(b, &v); err != nil {
			return
		}
		again, err := serializer.EncodeData(v)
		require.NoError(t, err)
		require.Equal(t, b, again)
	})
}
