package expr_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// The first and the last moment that values hold.
var (
	firstDay = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	lastDay  = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	lastTime = time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
)

// randomValues makes values of a kind; each kind of values has a maker. What is
// not in here is no kind of values.
var randomValues = map[schema.Kind]func(*rand.Rand) expr.Value{
	schema.KindUnknown:     func(*rand.Rand) expr.Value { return expr.Value{} },
	schema.KindBoolean:     func(r *rand.Rand) expr.Value { return expr.Bool(r.IntN(2) == 0) },
	schema.KindBigInteger:  func(r *rand.Rand) expr.Value { return expr.Int(int64(r.Uint64() >> r.IntN(64))) },
	schema.KindDouble:      func(r *rand.Rand) expr.Value { return expr.Float(math.Float64frombits(r.Uint64())) },
	schema.KindText:        func(r *rand.Rand) expr.Value { return expr.Text(randomText(r)) },
	schema.KindLargeBinary: func(r *rand.Rand) expr.Value { return expr.Bytes([]byte(randomText(r) + "\xff\x00")) },
	schema.KindNumeric:     func(r *rand.Rand) expr.Value { return decimal(randomDecimal(r)) },
	schema.KindDate:        func(r *rand.Rand) expr.Value { return expr.DateOf(randomTime(r)) },
	schema.KindTime:        func(r *rand.Rand) expr.Value { return expr.TimeOf(randomTime(r)) },
	schema.KindDateTime:    func(r *rand.Rand) expr.Value { return expr.DateTimeOf(randomTime(r)) },
	schema.KindDateTimeTZ:  func(r *rand.Rand) expr.Value { return expr.Instant(randomTime(r)) },
	schema.KindInterval: func(r *rand.Rand) expr.Value {
		return expr.NewInterval(int32(r.Uint32()), int32(r.Uint32()), int64(r.Uint64()))
	},
	schema.KindJSON: func(r *rand.Rand) expr.Value {
		return must(expr.JSON(fmt.Sprintf(` { "a" : [ %q , %d ] } `, "é", r.IntN(9))))
	},
	schema.KindUUID: func(r *rand.Rand) expr.Value {
		var b [16]byte
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return expr.UUID(b)
	},
}

func randomText(r *rand.Rand) string {
	runes := make([]rune, r.IntN(6))
	for i := range runes {
		runes[i] = []rune{'a', '\'', '"', '\\', 0, '\n', 'é', '名', 0x1f600, 0xfffd, ' '}[r.IntN(11)]
	}
	return string(runes)
}

func randomDecimal(r *rand.Rand) string {
	s := fmt.Sprint(r.Uint64() >> r.IntN(64))
	if r.IntN(2) == 0 {
		s += "." + fmt.Sprintf("%0*d", 1+r.IntN(5), r.IntN(10))
	}
	if r.IntN(2) == 0 && strings.Trim(s, "0.") != "" {
		s = "-" + s
	}
	return s
}

func randomTime(r *rand.Rand) time.Time {
	span := lastTime.Unix() - firstDay.Unix()
	return time.Unix(firstDay.Unix()+r.Int64N(span), int64(r.IntN(1_000_000))*1000).UTC()
}

// eachRandomValue tries values of each kind.
func eachRandomValue(t *testing.T, f func(t *testing.T, v expr.Value)) {
	for _, k := range schema.Kinds() {
		random := randomValues[k]
		if random == nil {
			continue
		}
		t.Run(k.String(), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(k), 1))
			for range 500 {
				v := random(r)
				require.Equal(t, k, v.Kind())
				require.NoError(t, expr.Literal(v).Err())
				f(t, v)
			}
		})
	}
}

// TestValuesAreTheirParts: what a store keeps of a value makes it again.
func TestValuesAreTheirParts(t *testing.T) {
	eachRandomValue(t, func(t *testing.T, v expr.Value) {
		again, err := expr.NewValue(v.Kind(), v.Int(), v.Text())
		require.NoError(t, err)
		require.Equal(t, v, again)
		require.True(t, v == again)
		require.Equal(t, v.Kind(), v.Type().Kind())
	})
}

// TestPlainIsParsed: a value's text gives it again, in its type.
func TestPlainIsParsed(t *testing.T) {
	eachRandomValue(t, func(t *testing.T, v expr.Value) {
		if v.IsNull() || v.Kind() == schema.KindInterval || v.Kind() == schema.KindLargeBinary && v.Plain() != v.Text() {
			return
		}
		again, err := expr.ParseValue(v.Type(), v.Plain())
		require.NoError(t, err, v.Plain())
		require.True(t, v == again, "%s is %s again", v.Plain(), again.Plain())
	})
}

// TestValuesAreThemselvesAlone: no two values are shown alike and equal.
func TestValuesAreThemselvesAlone(t *testing.T) {
	seen := map[string]expr.Value{}
	eachRandomValue(t, func(t *testing.T, v expr.Value) {
		key := v.Kind().String() + " " + v.String()
		if other, known := seen[key]; known {
			require.True(t, v == other, key)
		}
		seen[key] = v
	})
}

// TestNewValueRefusesTheRest: what no constructor makes, in every part.
func TestNewValueRefusesTheRest(t *testing.T) {
	day, per := int64(24*60*60*1e6), int64(1)
	first, last := firstDay.Unix()/86400, lastDay.Unix()/86400
	for _, c := range []struct {
		kind schema.Kind
		bits int64
		text string
		ok   bool
	}{
		{schema.KindUnknown, 0, "", true},
		{schema.KindUnknown, 1, "", false},
		{schema.KindUnknown, 0, "x", false},
		{schema.KindBoolean, 1, "", true},
		{schema.KindBoolean, 2, "", false},
		{schema.KindBoolean, -1, "", false},
		{schema.KindBoolean, 0, "x", false},
		{schema.KindBigInteger, math.MinInt64, "", true},
		{schema.KindBigInteger, 1, "1", false},
		{schema.KindDouble, int64(math.Float64bits(math.NaN())), "", true},
		{schema.KindDouble, int64(math.Float64bits(math.NaN())) + 1, "", false},
		{schema.KindDouble, math.MinInt64, "", true}, // -0
		{schema.KindDouble, 0, "x", false},
		{schema.KindText, 0, "é\x00", true},
		{schema.KindText, 0, "\xff", false},
		{schema.KindText, 0, "\xed\xa0\x80", false}, // half of a surrogate pair
		{schema.KindText, 1, "x", false},
		{schema.KindLargeBinary, 0, "\xff", true},
		{schema.KindLargeBinary, 1, "", false},
		{schema.KindNumeric, 0, "1.50", true},
		{schema.KindNumeric, 1, "1.50", false},
		{schema.KindDate, first, "", true},
		{schema.KindDate, first - 1, "", false},
		{schema.KindDate, last, "", true},
		{schema.KindDate, last + 1, "", false},
		{schema.KindDate, 0, "x", false},
		{schema.KindTime, 0, "", true},
		{schema.KindTime, -1, "", false},
		{schema.KindTime, day - 1, "", true},
		{schema.KindTime, day, "", false},
		{schema.KindTime, 0, "x", false},
		{schema.KindDateTime, first * day, "", true},
		{schema.KindDateTime, first*day - per, "", false},
		{schema.KindDateTime, (last+1)*day - per, "", true},
		{schema.KindDateTime, (last + 1) * day, "", false},
		{schema.KindDateTime, 0, "x", false},
		{schema.KindDateTimeTZ, first * day, "", true},
		{schema.KindDateTimeTZ, first*day - per, "", false},
		{schema.KindDateTimeTZ, (last+1)*day - per, "", true},
		{schema.KindDateTimeTZ, (last + 1) * day, "", false},
		{schema.KindDateTimeTZ, 0, "x", false},
		{schema.KindInterval, math.MinInt64, "12345678", true},
		{schema.KindInterval, 0, "1234567", false},
		{schema.KindInterval, 0, "", false},
		{schema.KindJSON, 0, `{"a":[1,null]}`, true},
		{schema.KindJSON, 0, `{"a": 1}`, false},
		{schema.KindJSON, 0, ``, false},
		{schema.KindJSON, 0, `1 2`, false},
		{schema.KindJSON, 0, "\"\xff\"", false},
		{schema.KindJSON, 1, `1`, false},
		{schema.KindUUID, 0, "0123456789abcdef", true},
		{schema.KindUUID, 0, "0123456789abcde", false},
		{schema.KindUUID, 1, "0123456789abcdef", false},
		{schema.KindInteger, 1, "", false}, // it has the widest type's kind
		{schema.KindSmallInteger, 1, "", false},
		{schema.KindFloat, 0, "", false},
		{schema.KindString, 0, "x", false},
		{schema.KindEnum, 0, "x", false},
		{schema.Kind(200), 0, "", false},
	} {
		v, err := expr.NewValue(c.kind, c.bits, c.text)
		assert.Equal(t, c.ok, err == nil, "%s %d %q: %v", c.kind, c.bits, c.text, err)
		if !c.ok {
			assert.Equal(t, expr.Value{}, v)
			assert.Equal(t, expr.CodeValue, faultOf(t, err).Code)
		} else {
			assert.Equal(t, c.bits, v.Int())
			assert.Equal(t, c.text, v.Text())
		}
	}
	for _, k := range schema.Kinds() { // a kind without a maker has no values
		if randomValues[k] == nil {
			_, err := expr.NewValue(k, 0, "")
			assert.Error(t, err, k)
		}
	}
}

func TestDecimals(t *testing.T) {
	long := strings.Repeat("9", 1000)
	for _, good := range []string{"0", "1", "-1", "10", "0.0", "0.10", "-0.01", "12.50", long, "-" + long, "-0." + long[:999], long[:500] + "." + long[:500]} {
		v, err := expr.Decimal(good)
		require.NoError(t, err, good)
		assert.Equal(t, good, v.Text(), "its scale is kept")
	}
	for _, bad := range []string{"", "-", "+1", "01", "-01", "00", ".5", "5.", "-.5", "1e3", "1_000", "1,5", " 1", "1 ", "-0", "-0.00", "--1", "1.2.3", "NaN", "Inf", "٣", "1\n", long + "9", "0." + long, long[:500] + "." + long[:501]} {
		_, err := expr.Decimal(bad)
		refused(t, err, expr.CodeValue, "")
	}
	assert.False(t, decimal("1.10") == decimal("1.1"))
	assert.Equal(t, "0.00", parsed(schema.Numeric(0, 0), "-0.00").Text(), "no negative zero")
	assert.Equal(t, decimal("0"), parsed(schema.Numeric(4, 1), "-0"))
}

func TestFloats(t *testing.T) {
	negative := math.Copysign(0, -1)
	assert.False(t, expr.Float(0) == expr.Float(negative), "-0 stays")
	assert.True(t, math.Signbit(expr.Float(negative).Float()))
	for _, bits := range []uint64{0x7ff8000000000001, 0x7ff8000000000002, 0xfff8000000000000, 0x7ff0000000000001, math.MaxUint64} {
		v := expr.Float(math.Float64frombits(bits))
		assert.True(t, v == expr.Float(math.NaN()), "there is one NaN, it equals itself")
		assert.True(t, math.IsNaN(v.Float()))
	}
	for s, want := range map[string]float64{"1.5": 1.5, "-1e300": -1e300, "Inf": math.Inf(1), "-inf": math.Inf(-1), "+Infinity": math.Inf(1), "5e-324": 5e-324, "-0": negative} {
		assert.True(t, expr.Float(want) == parsed(schema.Double, s), s)
	}
	for _, bad := range []string{"", "1e400", "x", "1,5", "1 "} {
		_, err := expr.ParseValue(schema.Double, bad)
		refused(t, err, expr.CodeValue, "expected a number")
	}
}

func TestTimes(t *testing.T) {
	zone := time.FixedZone("", 5*3600)
	at := time.Date(2026, 1, 31, 23, 59, 58, 123_456_789, zone)
	for want, v := range map[string]expr.Value{
		"2026-01-31":                  expr.DateOf(at),
		"23:59:58.123456":             expr.TimeOf(at),
		"2026-01-31 23:59:58.123456":  expr.DateTimeOf(at),
		"2026-01-31 18:59:58.123456Z": expr.Instant(at),
		"0001-01-01":                  expr.DateOf(firstDay),
		"9999-12-31 23:59:59.999999":  expr.DateTimeOf(lastTime),
		"1969-12-31 23:59:59.999999Z": expr.Instant(time.Unix(0, -1000)),
		"1969-12-31":                  expr.DateOf(time.Unix(-1, 0).UTC()),
		"00:00:00":                    expr.TimeOf(firstDay),
	} {
		assert.Equal(t, want, v.Plain())
		assert.Equal(t, want, v.String())
	}
	assert.Equal(t, time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), expr.DateOf(at).Time())
	assert.Equal(t, time.Date(1, 1, 1, 23, 59, 58, 123_456_000, time.UTC), expr.TimeOf(at).Time())
	assert.Equal(t, time.Date(2026, 1, 31, 23, 59, 58, 123_456_000, time.UTC), expr.DateTimeOf(at).Time())
	assert.Equal(t, at.UTC().Truncate(time.Microsecond), expr.Instant(at).Time())

	// Past the years 1 to 9999 there is an error, however far: counts of
	// microseconds come round again.
	r := rand.New(rand.NewPCG(7, 7))
	far := []time.Time{firstDay.Add(-time.Nanosecond), lastTime.Add(time.Microsecond), time.Unix(math.MaxInt64>>8, 0), time.Unix(math.MinInt64>>8, 0)}
	for range 500 {
		s := int64(r.Uint64()) >> (4 + r.IntN(16))
		if tm := time.Unix(s, 0).UTC(); tm.Before(firstDay) || tm.After(lastTime) {
			far = append(far, tm)
		}
	}
	for _, tm := range far {
		tm = tm.UTC()
		for _, v := range []expr.Value{expr.DateOf(tm), expr.DateTimeOf(tm), expr.Instant(tm)} {
			refused(t, expr.Literal(v).Err(), expr.CodeValue, "outside the years 1 to 9999")
		}
	}
}

// TestParseValue: the usual texts, and what is not one.
func TestParseValue(t *testing.T) {
	enum := schema.Enum("", "new", "old")
	for _, c := range []struct {
		t       schema.Type
		s, want string // the value's text; "" is an error
	}{
		{schema.Boolean, "true", "true"},
		{schema.Boolean, "True", ""},
		{schema.Boolean, "1", ""},
		{schema.Integer, "-7", "-7"},
		{schema.Integer, "007", "7"},
		{schema.BigInteger, "9223372036854775807", "9223372036854775807"},
		{schema.BigInteger, "9223372036854775808", ""},
		{schema.Integer, "1.0", ""},
		{schema.Integer, "0x10", ""},
		{schema.Date, "2026-02-29", ""},
		{schema.Date, "2024-02-29", "2024-02-29"},
		{schema.Date, "0000-01-01", ""},
		{schema.Date, "10000-01-01", ""},
		{schema.Date, "31.01.2026", ""},
		{schema.Time, "13:45", "13:45:00"},
		{schema.Time, "13:45:01.5", "13:45:01.5"},
		{schema.Time, "24:00:00", ""},
		{schema.Time, "13:45:00.1234567", ""},
		{schema.DateTime, "2026-01-31", "2026-01-31 00:00:00"},
		{schema.DateTime, "2026-01-31 13:45", "2026-01-31 13:45:00"},
		{schema.DateTime, "2026-01-31T13:45:00.000001", "2026-01-31 13:45:00.000001"},
		{schema.DateTime, "2026-01-31T13:45", "2026-01-31 13:45:00"},
		{schema.DateTime, "2026-01-31 13:45:00Z", ""},
		{schema.DateTimeTZ, "2026-01-31 13:45:00+01:00", "2026-01-31 12:45:00Z"},
		{schema.DateTimeTZ, "2026-01-31T13:45:00Z", "2026-01-31 13:45:00Z"},
		{schema.DateTimeTZ, "0001-01-01T00:00:00+01:00", ""},
		{schema.DateTimeTZ, "9999-12-31T23:59:59-01:00", ""},
		{schema.DateTimeTZ, "2026-01-31 13:45:00", ""},
		{schema.UUID, "00112233445566778899AABBCCDDEEFF", "00112233-4455-6677-8899-aabbccddeeff"},
		{schema.UUID, "00112233-4455-6677-8899-aabbccddeef", ""},
		{schema.UUID, "", ""},
		{schema.JSON, " [ 1 , \"a b\" ] ", `[1,"a b"]`},
		{schema.JSON, "{'a':1}", ""},
		{schema.JSON, strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000), ""},
		{schema.JSON, "\"\xff\"", ""},
		{schema.Text, "a\x00b", "a\x00b"},
		{schema.Text, "\xff", ""},
		{schema.String(1), "more than one", "more than one"},
		{schema.Unknown, "x", "x"},
		{enum, "old", "old"},
		{enum, "Old", ""},
		{schema.LargeBinary, "\xff", "\xff"},
		{schema.Interval, "1 day", ""},
		{schema.ArrayOf(schema.Integer), "1", ""},
	} {
		v, err := expr.ParseValue(c.t, c.s)
		if c.want == "" {
			refused(t, err, expr.CodeValue, "")
			assert.Equal(t, expr.Value{}, v, "%s %.20q", c.t, c.s)
			continue
		}
		require.NoError(t, err, "%s %.20q", c.t, c.s)
		got := v.Text()
		if got == "" || v.Kind() == schema.KindUUID {
			got = v.Plain()
		}
		assert.Equal(t, c.want, got)
	}
	_, err := expr.ParseValue(enum, "odl")
	assert.Equal(t, `expr: expected one of enum("new","old"), got "odl"; did you mean "old"?`, err.Error())
	for _, k := range schema.Kinds() { // each type has an answer
		typ, err := schema.NewType(k, 0, 0, false, "", nil)
		require.NoError(t, err)
		_, err = expr.ParseValue(typ, "")
		if err != nil {
			refused(t, err, expr.CodeValue, "")
		}
	}
}

func TestIntervals(t *testing.T) {
	v := expr.Interval(-14, 3, -1500*time.Microsecond)
	assert.Equal(t, int32(-14), v.Months())
	assert.Equal(t, int32(3), v.Days())
	assert.Equal(t, int64(-1500), v.Int())
	assert.Equal(t, "-14 months 3 days -1.5ms", v.String())
	assert.Equal(t, expr.NewInterval(0, 0, 1), expr.Interval(0, 0, 1999*time.Nanosecond), "cut to microseconds")
	assert.False(t, expr.Interval(1, 0, 0) == expr.Interval(0, 30, 0), "a month is no number of days")
	assert.Zero(t, expr.Int(1).Months())
	assert.Zero(t, expr.Int(1).Days())
}

func TestValuesShown(t *testing.T) {
	for want, v := range map[string]expr.Value{
		"NULL": {}, "true": expr.Bool(true), "false": expr.Bool(false), "-5": expr.Int(-5), "1e+300": expr.Float(1e300), `"a\"b\n"`: expr.Text("a\"b\n"),
		"0x00ff": expr.Bytes([]byte{0, 255}), "1.50": decimal("1.50"), `{"a":1}`: must(expr.JSON(`{ "a":1}`)), "NaN": expr.Float(math.NaN()),
	} {
		assert.Equal(t, want, v.String())
	}
	assert.True(t, expr.Value{}.IsNull())
	assert.False(t, expr.Text("").IsNull())
	assert.Equal(t, `{"b":1,"a":1.0,"a":[]}`, must(expr.JSON(`{"b": 1, "a": 1.0, "a": [ ]}`)).Text(), "nothing but white space is dropped")
	_, err := expr.JSON("{")
	refused(t, err, expr.CodeValue, "not JSON")
}

// FuzzParseValue: the text of what is parsed is parsed to the same.
func FuzzParseValue(f *testing.F) {
	for _, text := range []string{"true", "-42", "1.50", "1e3", "2026-01-31", "13:45:00.000001", "2026-01-31 13:45", "2026-01-31T13:45:00+01:00",
		"0f8fad5b-d9cb-469f-a165-70867728950e", `{"a":[1,null]}`, `[1, "2", null]`, "a\x00b", "NaN", "-0.0"} {
		for _, k := range schema.Kinds() {
			f.Add(uint8(k), strings.HasPrefix(text, "["), text)
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, array bool, text string) {
		typ, err := schema.NewType(schema.Kind(kind), 0, 0, array, "", nil)
		if err != nil {
			return
		}
		v, err := expr.ParseValue(typ, text)
		if err != nil {
			faultOf(t, err)
			return
		}
		require.NoError(t, expr.Literal(v).Err())
		if v.IsNull() || v.Kind() == schema.KindLargeBinary && v.Plain() != v.Text() {
			return
		}
		again, err := expr.ParseValue(typ, v.Plain())
		require.NoError(t, err, "%q", v.Plain())
		require.True(t, v == again, "%q is %q again", v.Plain(), again.Plain())
	})
}
