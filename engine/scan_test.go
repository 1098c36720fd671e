package engine

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func TestParseInterval(t *testing.T) {
	for text, want := range map[string]expr.Value{
		"00:00:00":                            expr.NewInterval(0, 0, 0),
		"1 year 2 mons -3 days +04:05:06.789": expr.NewInterval(14, -3, 14_706_789_000),
		"-1 years -00:00:00.000001":           expr.NewInterval(-12, 0, -1),
		"1 day":                               expr.NewInterval(0, 1, 0),
		"2562047788:00:54.775807":             expr.NewInterval(0, 0, math.MaxInt64),
		"-2562047788:00:54.775808":            expr.NewInterval(0, 0, math.MinInt64),
	} {
		got, ok := parseInterval(text)
		require.True(t, ok, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{
		"1 fortnight", "P1D", "1", "day", "1:2", "00:60:00", "00:00:60", "00:00:00.1234567", "+-1:00:00", "2562047788:00:54.775808",
		"-2562047788:00:54.775809", "2562047789:00:00", "200000000 years", "00:00:00 1 day", "1:00:0x",
	} {
		_, ok := parseInterval(text)
		require.False(t, ok, text)
	}
}

func TestFromDriver(t *testing.T) {
	utc := time.Date(2026, 1, 31, 13, 45, 0, 0, time.UTC)
	for _, c := range []struct {
		src  any
		typ  schema.Type
		want expr.Value
	}{
		{uint64(math.MaxInt64), schema.BigInteger, expr.Int(math.MaxInt64)},
		{uint64(math.MaxUint64), schema.BigInteger, expr.Text("18446744073709551615")},
		{uint64(math.MaxUint64), schema.Numeric(20, 0), must(expr.Decimal("18446744073709551615"))},
		{[]byte{1}, schema.Boolean, expr.Bool(true)},
		{[]byte("0"), schema.Boolean, expr.Bool(false)},
		{[]byte("2026-01-31 13:45:00"), schema.DateTimeTZ, expr.Instant(utc)},
		{"2026-01-31 13:45:00+00", schema.DateTimeTZ, expr.Instant(utc)},
		{"2026-01-31 13:45:00-05", schema.DateTimeTZ, expr.Instant(utc.Add(5 * time.Hour))},
		{[]byte("0000-00-00 00:00:00"), schema.DateTime, expr.Text("0000-00-00 00:00:00")},
		{[]byte("838:59:59"), schema.Time, expr.Text("838:59:59")},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), schema.Date, expr.Text("10000-01-01 00:00:00Z")},
		{"infinity", schema.DateTime, expr.Text("infinity")},
		{[]byte("0123456789abcdef"), schema.UUID, expr.UUID([16]byte([]byte("0123456789abcdef")))},
		{int64(5), schema.JSON, must(expr.JSON("5"))},
		{1.5, schema.JSON, must(expr.JSON("1.5"))},
	} {
		require.Equal(t, c.want, fromDriver(c.src, c.typ), "%v as %s", c.src, c.typ)
	}
}

func must(v expr.Value, err error) expr.Value {
	if err != nil {
		panic(err)
	}
	return v
}

func TestElements(t *testing.T) {
	text := func(list ...string) (values []expr.Value) {
		for _, s := range list {
			values = append(values, expr.Text(s))
		}
		return values
	}
	for _, c := range []struct {
		array string
		elem  schema.Type
		want  []expr.Value
	}{
		{"{}", schema.Integer, []expr.Value{}},
		{"{1,NULL,-3}", schema.Integer, []expr.Value{expr.Int(1), {}, expr.Int(-3)}},
		{"[0:1]={1,2}", schema.Integer, []expr.Value{expr.Int(1), expr.Int(2)}},
		{`{a,"b \"c\"","d\\e","NULL","","x,y","{}"}`, schema.Text, text("a", `b "c"`, `d\e`, "NULL", "", "x,y", "{}")},
		{`{"\\x00ff","\\x"}`, schema.LargeBinary, []expr.Value{expr.Bytes([]byte{0, 255}), expr.Bytes(nil)}},
		{"{t,f}", schema.Boolean, []expr.Value{expr.Bool(true), expr.Bool(false)}},
		{`{"2026-01-31 13:45:00+00"}`, schema.DateTimeTZ, []expr.Value{expr.Instant(time.Date(2026, 1, 31, 13, 45, 0, 0, time.UTC))}},
		{"{1.10,2}", schema.Numeric(10, 2), []expr.Value{must(expr.Decimal("1.10")), must(expr.Decimal("2"))}},
		{`{{1,2},{3,4}}`, schema.Integer, text("{1,2}", "{3,4}")},
		{`{{"}",x},{"\"{",y}}`, schema.Text, text(`{"}",x}`, `{"\"{",y}`)},
	} {
		got, err := Elements(expr.Text(c.array), schema.ArrayOf(c.elem))
		require.NoError(t, err, c.array)
		require.Equal(t, c.want, got, c.array)
	}
	for _, array := range []string{"", "{", "1,2", `{"a}`, "{{1}", "{1,}", `{"a"b}`} {
		_, err := Elements(expr.Text(array), schema.ArrayOf(schema.Integer))
		var typed *Error
		require.ErrorAs(t, err, &typed, array)
		require.Equal(t, CodeScan, typed.Code)
	}
	_, err := Elements(expr.Text("{1}"), schema.Integer)
	require.Error(t, err)
	none, err := Elements(expr.Value{}, schema.ArrayOf(schema.Integer))
	require.NoError(t, err)
	require.Nil(t, none)
}

// TestDigitsOfArguments: MySQL and MariaDB compute with 30 digits where an argument is a decimal;
// those that nobody asked for are left out, those of columns stay.
func TestDigitsOfArguments(t *testing.T) {
	for _, c := range []struct {
		typ       schema.Type
		src, want string
	}{
		{schema.Numeric(0, 0), "11.25000000000000000000000000000000", "11.25"},
		{schema.Numeric(0, 0), "4.000000000000000000000000000000", "4"},
		{schema.Numeric(0, 0), "0.000000000000000000000000000001", "0.000000000000000000000000000001"},
		{schema.Numeric(0, 0), "25.10", "25.10"}, // the sum of a column
		{schema.Numeric(10, 0), "100", "100"},
		{schema.Numeric(40, 31), "1.1000000000000000000000000000000", "1.1000000000000000000000000000000"},
	} {
		var v expr.Value
		r := cell{&v, c.typ, pads(c.typ)}
		require.NoError(t, r.Scan([]byte(c.src)))
		require.Equal(t, c.want, v.Plain(), c.src)
	}
}
