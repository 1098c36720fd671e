package expr_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestCheckData: each token of data in its one form, and no other.
func TestCheckData(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("\x91", n) + "\x01" }
	long := func(head string, n int) string { return head + strings.Repeat("a", n) }
	for _, good := range []string{"\xc0", "\xc2", "\xc3", "\x00", "\x7f", "\xff", "\xe0", "\xcc\x80", "\xcd\x01\x00", "\xce\x00\x01\x00\x00",
		"\xcf\x00\x00\x00\x01\x00\x00\x00\x00", "\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "\xd0\xdf", "\xd1\xff\x7f", "\xd2\xff\xff\x7f\xff", "\xd3\xff\xff\xff\xff\x7f\xff\xff\xff",
		"\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00", "\xcb\x80\x00\x00\x00\x00\x00\x00\x00", "\xcb\x7f\xf8\x00\x00\x00\x00\x00\x01", "\xcb\xff\xf0\x00\x00\x00\x00\x00\x00",
		"\xa0", "\xa2\xc3\xa9", long("\xd9\x20", 32), long("\xda\x01\x00", 256), "\xc4\x00", "\xc4\x01\xff", long("\xc5\x01\x00", 256), "\x90", "\x92\x01\x91\xa1a",
		"\xdc\x00\x10" + strings.Repeat("\x01", 16), nested(32), strings.Repeat("\x91", 32) + "\x90", long("\xda\xff\xfd", 65533)} {
		assert.NoError(t, expr.CheckData([]byte(good)), "%.20q", good)
	}
	for _, bad := range []string{"", "\xc1", "\x80", "\xde\x00\x00", "\xca\x00\x00\x00\x00", "\xd4\x00\x00", "\xc7\x00\x00", "\x01\x01", "\x91", "\x92\x01", "\x91\x01\x01",
		"\xcc\x7f", "\xcd\x00\xff", "\xce\x00\x00\xff\xff", "\xcf\x00\x00\x00\x00\xff\xff\xff\xff", "\xd0\xe0", "\xd0\x01", "\xd1\xff\x80", "\xd2\xff\xff\x80\x00", "\xd3\xff\xff\xff\xff\x80\x00\x00\x00", "\xd3\x00\x00\x00\x01\x00\x00\x00\x00",
		"\xcc", "\xcd\x01", "\xcb\x00", "\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", "\xa1", "\xa1\xff", long("\xd9\x1f", 31), long("\xda\x00\xff", 255), "\xd9", "\xc4\x02\xff", long("\xc5\x00\xff", 255),
		"\xdc\x00\x0f" + strings.Repeat("\x01", 15), "\xdd\xff\xff\xff\xff", "\xdd\x00\x01\x00\x00", "\xc6\xff\xff\xff\xff", nested(33), long("\xda\xff\xfe", 65534), strings.Repeat("\x91", 1<<16)} {
		faultOf(t, expr.CheckData([]byte(bad)))
	}
	b := []byte("\x91\xa1a")
	x := expr.Call(near(), 1).WithData(b)
	b[2] = 'b'
	got := x.Node().(*expr.CallExpr).Data()
	require.Equal(t, "\x91\xa1a", string(got))
	got[0] = 0
	require.Equal(t, "\x91\xa1a", string(x.Node().(*expr.CallExpr).Data()))
	require.True(t, expr.Equal(expr.Call(near(), 1).Node(), x.WithData(nil).Node()))
	for want, x := range map[string]expr.Expr{
		"abs(number) takes no data":            expr.Func("abs", 1).WithData([]byte{1}),
		"expected a call of a function, got a": id().WithData([]byte{1}),
		"data: byte 0":                         expr.Call(near(), 1).WithData([]byte{0xc1}),
		"data of 65537 bytes":                  expr.Call(near(), 1).WithData(bytes.Repeat([]byte{1}, 65537)),
		"is the database's own":                expr.UnknownFunc("soundex", schema.Text, 1).WithData([]byte{1}),
	} {
		assert.ErrorContains(t, x.Err(), want)
	}
	text := func(string, []byte) (string, error) { return "", nil }
	for want, o := range map[string]expr.FunctionOptions{
		"in place of spellings": {Returns: schema.Text, Text: text, Spelling: map[string]string{"sqlite": "f"}},
		"of a scalar function":  {Returns: schema.Text, Text: text, Kind: expr.AggregateFunction},
		"that no text reads":    {Returns: schema.Text, Data: true},
	} {
		_, err := expr.NewFunction("f", o)
		assert.ErrorContains(t, err, want)
	}
}

// TestDataAndPlans: the text of a call depends on its data, so no plan is shared by calls with other data.
func TestDataAndPlans(t *testing.T) {
	key := func(x expr.Expr) string {
		key, _ := expr.AppendShape(nil, nil, expr.Select(x, "a").From(customers()))
		return string(key)
	}
	one := expr.Call(near(), 1)
	require.NotEqual(t, key(one), key(one.WithData([]byte{1})))
	require.NotEqual(t, key(one.WithData([]byte{2})), key(one.WithData([]byte{1})))
	require.Equal(t, key(one.WithData([]byte{1})), key(expr.Call(near(), 2).WithData([]byte{1})))
}
