package expr

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sqlser/sqlser/schema"
)

// Value is a literal's value: a closed union, comparable with ==. The zero Value
// is NULL. Times are exact to the microsecond, as PostgreSQL's and MySQL's are.
type Value struct {
	kind schema.Kind // of the widest type: KindBigInteger, KindDouble, KindText ...
	bits uint64      // boolean, integer, float, date (days), time and datetime (microseconds)
	text string      // text, bytes, decimal, JSON, UUID (16 bytes), interval (months, days)
}

// The range of dates that all databases hold.
const (
	minDay = -719162 // 0001-01-01
	maxDay = 2932896 // 9999-12-31
	perDay = 24 * 60 * 60 * 1_000_000
)

// Bool is a boolean value.
func Bool(v bool) Value {
	if v {
		return Value{kind: schema.KindBoolean, bits: 1}
	}
	return Value{kind: schema.KindBoolean}
}

// Int is an integer value.
func Int(v int64) Value { return Value{kind: schema.KindBigInteger, bits: uint64(v)} }

// Float is a floating-point value. It keeps -0 and has one NaN.
func Float(v float64) Value {
	if v != v {
		v = math.NaN()
	}
	return Value{kind: schema.KindDouble, bits: math.Float64bits(v)}
}

// Text is a text value. It must be valid UTF-8; [Err] says so if not.
func Text(v string) Value { return Value{kind: schema.KindText, text: v} }

// Bytes is a value of bytes.
func Bytes(v []byte) Value { return Value{kind: schema.KindLargeBinary, text: string(v)} }

// UUID is a value of 128 bits.
func UUID(v [16]byte) Value { return Value{kind: schema.KindUUID, text: string(v[:])} }

// Interval is a span of months, days and a duration, which is cut to microseconds.
func Interval(months, days int32, d time.Duration) Value {
	return NewInterval(months, days, d.Microseconds())
}

// NewInterval is a span of months, days and microseconds.
func NewInterval(months, days int32, micros int64) Value {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, 8), uint32(months))
	b = binary.BigEndian.AppendUint32(b, uint32(days))
	return Value{kind: schema.KindInterval, bits: uint64(micros), text: string(b)}
}

// Decimal is an exact decimal written as digits, with a point and a sign where
// needed: "-12.50". Its scale is kept: 1.10 is not 1.1.
func Decimal(s string) (Value, error) {
	return NewValue(schema.KindNumeric, 0, s)
}

// JSON is a JSON value, given as text; white space between tokens is dropped.
func JSON(text string) (Value, error) {
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(text)); err != nil {
		return Value{}, fail(CodeValue, "not JSON: %v", err)
	}
	return NewValue(schema.KindJSON, 0, b.String())
}

// DateOf is the day of t in its own zone.
func DateOf(t time.Time) Value {
	y, m, d := t.Date()
	return Value{kind: schema.KindDate, bits: uint64(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)}
}

// TimeOf is the time of day of t in its own zone, cut to microseconds.
func TimeOf(t time.Time) Value {
	h, m, s := t.Clock()
	return Value{kind: schema.KindTime, bits: uint64(int64(h*3600+m*60+s)*1_000_000 + int64(t.Nanosecond()/1000))}
}

// DateTimeOf is the date and time that t shows in its own zone, without the zone.
func DateTimeOf(t time.Time) Value {
	y, m, d := t.Date()
	h, mi, s := t.Clock()
	wall := time.Date(y, m, d, h, mi, s, t.Nanosecond(), time.UTC)
	return Value{kind: schema.KindDateTime, bits: uint64(micros(wall))}
}

// Instant is the instant t; the zone it was given in is not kept.
func Instant(t time.Time) Value {
	return Value{kind: schema.KindDateTimeTZ, bits: uint64(micros(t))}
}

// micros is t.UnixMicro; past the years that are checked later, it stays there:
// UnixMicro comes round again.
func micros(t time.Time) int64 {
	switch s := t.Unix(); {
	case s < minDay*86400:
		return minDay*perDay - 1
	case s >= (maxDay+1)*86400:
		return (maxDay + 1) * perDay
	}
	return t.UnixMicro()
}

// NewValue makes a value of its parts, as [Value.Kind], [Value.Int] and
// [Value.Text] give them: what a reader of stored values needs. It refuses what
// no constructor makes.
func NewValue(kind schema.Kind, bits int64, text string) (Value, error) {
	return ranged(Value{kind: kind, bits: uint64(bits), text: text})
}

// ParseValue makes a value of the type's family of its usual text: "true", "42",
// "1.5", "2026-01-31", "13:45:00", "2026-01-31 13:45:00" (a T will do), with
// "+01:00" or Z for an instant, a UUID with or without hyphens; a list as JSON.
func ParseValue(t schema.Type, s string) (Value, error) {
	wrong := func(what string) (Value, error) {
		return Value{}, fail(CodeValue, "expected %s, got %q", what, s)
	}
	if t.IsArray() {
		v, err := JSON(s)
		if err != nil {
			return wrong("a list such as [1, 2]")
		}
		list, bad := listOf(v, t)
		if bad != nil {
			return Value{}, fail(CodeValue, "%s", bad.Reason)
		}
		return list, nil
	}
	switch t.Family() {
	case schema.FamilyBoolean:
		if s == "true" || s == "false" {
			return Bool(s == "true"), nil
		}
		return wrong("true or false")
	case schema.FamilyInteger:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return wrong("an integer of at most 64 bits")
		}
		return Int(n), nil
	case schema.FamilyFloat:
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return wrong("a number")
		}
		return Float(x), nil
	case schema.FamilyNumeric:
		if strings.TrimLeft(s, "-0.") == "" && strings.ContainsRune(s, '0') {
			s = strings.TrimPrefix(s, "-")
		}
		v, err := Decimal(s)
		if err != nil {
			return wrong("a decimal such as -12.50")
		}
		return v, nil
	case schema.FamilyDate:
		d, ok := parseDay(s)
		if !ok {
			return wrong("a date such as 2026-01-31")
		}
		return ranged(Value{kind: schema.KindDate, bits: uint64(d)})
	case schema.FamilyTime:
		for _, layout := range []string{time.TimeOnly, "15:04"} {
			if d, err := time.Parse(layout, s); err == nil && d.Nanosecond()%1000 == 0 {
				return TimeOf(d), nil
			}
		}
		return wrong("a time such as 13:45:00, to the microsecond")
	case schema.FamilyDateTime:
		if d, ok := parseDay(s); ok {
			return ranged(Value{kind: schema.KindDateTime, bits: uint64(d * perDay)})
		}
		for _, layout := range []string{time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04"} {
			if d, err := time.Parse(layout, s); err == nil && d.Nanosecond()%1000 == 0 {
				return ranged(DateTimeOf(d))
			}
		}
		return wrong("a date and time such as 2026-01-31 13:45:00, to the microsecond")
	case schema.FamilyDateTimeTZ:
		for _, layout := range []string{"2006-01-02 15:04:05Z07:00", time.RFC3339} {
			if d, err := time.Parse(layout, s); err == nil && d.Nanosecond()%1000 == 0 {
				return ranged(Instant(d))
			}
		}
		return wrong("an instant such as 2026-01-31 13:45:00+01:00, to the microsecond")
	case schema.FamilyUUID:
		b, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
		if err != nil || len(b) != 16 {
			return wrong("a UUID")
		}
		return UUID([16]byte(b)), nil
	case schema.FamilyJSON:
		return JSON(s)
	case schema.FamilyText, schema.FamilyUnknown:
		return ranged(Text(s))
	case schema.FamilyEnum:
		if t.HasLabel(s) {
			return Text(s), nil
		}
		e := fail(CodeValue, "expected one of %s, got %q", t, s)
		e.Hint = schema.DidYouMean(s, t.Labels())
		return Value{}, e
	case schema.FamilyBinary:
		return Bytes([]byte(s)), nil
	}
	return wrong("no text: " + t.String() + " values are made otherwise")
}

// parseDay reads a day as [time.DateOnly] writes it, as days since 1970-01-01, in a
// fraction of the time that package time takes.
func parseDay(s string) (day int64, ok bool) {
	if len(s) != len(time.DateOnly) || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	y, m, d := number(s[:4]), number(s[5:7]), number(s[8:])
	if y < 0 || m < 1 || m > 12 || d < 1 {
		return 0, false
	}
	leap := y%4 == 0 && (y%100 != 0 || y%400 == 0)
	if last := int64(daysBefore[m] - daysBefore[m-1]); d > last && !(leap && m == 2 && d == last+1) {
		return 0, false
	}
	day = y*365 + int64(daysBefore[m-1]) + d - 1
	if !leap || m > 2 { // else this year's leap day is still to come
		y++
	}
	return day + (y+3)/4 - (y+99)/100 + (y+399)/400 - 719528, true
}

// daysBefore are the days of a year, which is no leap year, up to the end of each month.
var daysBefore = [...]int16{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365}

// number is what digits say, -1 for anything else.
func number(digits string) (n int64) {
	for i := range len(digits) {
		c := digits[i] - '0'
		if c > 9 {
			return -1
		}
		n = n*10 + int64(c)
	}
	return n
}

func ranged(v Value) (Value, error) {
	if err := v.check(); err != nil {
		return Value{}, err
	}
	return v, nil
}

// check refuses what no constructor makes.
func (v Value) check() *Error {
	switch { // the commonest
	case v.kind == schema.KindBigInteger && v.text == "", v.kind == schema.KindText && v.bits == 0 && isText(v.text):
		return nil
	}
	return v.checkParts()
}

func (v Value) checkParts() *Error {
	n := int64(v.bits)
	bad := func(format string, args ...any) *Error { return fail(CodeValue, format, args...) }
	switch v.kind { // values compare by all their parts: those without meaning are zero
	case schema.KindUnknown, schema.KindText, schema.KindLargeBinary, schema.KindNumeric, schema.KindJSON, schema.KindUUID:
		if n != 0 {
			return bad("a value of kind %s with a number", v.kind)
		}
	}
	switch v.kind {
	case schema.KindUnknown, schema.KindBoolean, schema.KindBigInteger, schema.KindDouble,
		schema.KindDate, schema.KindTime, schema.KindDateTime, schema.KindDateTimeTZ:
		if v.text != "" {
			return bad("a value of kind %s with text", v.kind)
		}
	}
	switch v.kind {
	case schema.KindUnknown, schema.KindBigInteger, schema.KindLargeBinary:
	case schema.KindBoolean:
		if n != 0 && n != 1 {
			return bad("no boolean: %d", n)
		}
	case schema.KindDouble:
		if f := v.Float(); f != f && v.bits != math.Float64bits(math.NaN()) {
			return bad("not the one NaN")
		}
	case schema.KindText:
		if !isText(v.text) {
			return bad("text is not valid UTF-8")
		}
	case schema.KindNumeric:
		if !isDecimal(v.text) {
			return bad("%q is no decimal in its plain form", v.text)
		}
	case schema.KindDate:
		if n < minDay || n > maxDay {
			return bad("a date outside the years 1 to 9999")
		}
	case schema.KindTime:
		if n < 0 || n >= perDay {
			return bad("a time outside the day")
		}
	case schema.KindDateTime, schema.KindDateTimeTZ:
		if n < minDay*perDay || n >= (maxDay+1)*perDay {
			return bad("a time outside the years 1 to 9999")
		}
	case schema.KindInterval:
		if len(v.text) != 8 {
			return bad("an interval without months and days")
		}
	case schema.KindJSON:
		if b := []byte(v.text); !utf8.Valid(b) || !isCompact(b) {
			return bad("not JSON in its compact form")
		}
	case schema.KindUUID:
		if len(v.text) != 16 {
			return bad("a UUID of %d bytes", len(v.text))
		}
	default:
		return bad("no value is of kind %s", v.kind)
	}
	return nil
}

// isText is utf8.ValidString, of short texts in a fraction of its time.
func isText(s string) bool {
	if len(s) > 32 {
		return utf8.ValidString(s)
	}
	rest := s
	for ; len(rest) >= 8; rest = rest[8:] {
		if binary.LittleEndian.Uint64([]byte(rest[:8]))&beyondASCII != 0 {
			return utf8.ValidString(s)
		}
	}
	for i := range len(rest) {
		if rest[i] >= utf8.RuneSelf {
			return utf8.ValidString(s)
		}
	}
	return true
}

// beyondASCII are the bits of eight bytes that no character of ASCII has.
const beyondASCII = 0x8080808080808080

func isCompact(b []byte) bool {
	var c bytes.Buffer
	return json.Compact(&c, b) == nil && bytes.Equal(c.Bytes(), b)
}

// maxDigits is how many digits a decimal has at most.
const maxDigits = 1000

// isDecimal reports whether s is -?(0|[1-9][0-9]*)(.[0-9]+)? of at most maxDigits
// and not a negative zero.
func isDecimal(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	whole, part, point := strings.Cut(digits, ".")
	return len(whole)+len(part) <= maxDigits && isDigits(whole) && (len(whole) == 1 || whole[0] != '0') &&
		(!point || isDigits(part)) && (digits == s || strings.Trim(digits, "0.") != "")
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Kind returns the kind of the value: that of the widest type of its family.
func (v Value) Kind() schema.Kind { return v.kind }

// IsNull reports whether v is NULL.
func (v Value) IsNull() bool { return v.kind == schema.KindUnknown }

// Int returns a boolean as 0 or 1, an integer, a date as days since 1970-01-01,
// a time, datetime or the last part of an interval as microseconds, and the bits
// of a float.
func (v Value) Int() int64 { return int64(v.bits) }

// Float returns a floating-point value.
func (v Value) Float() float64 { return math.Float64frombits(v.bits) }

// Text returns text, JSON, the digits of a decimal, bytes, the 16 bytes of a
// UUID, and 8 bytes of months and days of an interval.
func (v Value) Text() string { return v.text }

// Time returns a date, time, datetime or instant in UTC; a time is of the day 0001-01-01.
func (v Value) Time() time.Time {
	switch v.kind {
	case schema.KindDate:
		return time.Unix(v.Int()*86400, 0).UTC()
	case schema.KindTime:
		return time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(v.Int()) * time.Microsecond)
	}
	return time.UnixMicro(v.Int()).UTC()
}

// Months and Days return these parts of an interval.
func (v Value) Months() int32 { return v.part(0) }

// Days returns the days of an interval.
func (v Value) Days() int32 { return v.part(4) }

func (v Value) part(at int) int32 {
	if len(v.text) != 8 {
		return 0
	}
	return int32(binary.BigEndian.Uint32([]byte(v.text[at : at+4])))
}

// Type returns the type of the value.
func (v Value) Type() schema.Type { return plainTypes[v.kind] }

// plainTypes are the types by kind; unknown for a kind that needs more.
var plainTypes = func() (types [256]schema.Type) {
	for kind := range types {
		if t, err := schema.NewType(schema.Kind(kind), 0, 0, false, "", nil); err == nil {
			types[kind] = t
		}
	}
	return types
}()

// String shows the value to people: text quoted, times and UUIDs as [ParseValue] takes them.
func (v Value) String() string {
	switch v.kind {
	case schema.KindUnknown:
		return "NULL"
	case schema.KindBoolean:
		return strconv.FormatBool(v.bits == 1)
	case schema.KindBigInteger:
		return strconv.FormatInt(v.Int(), 10)
	case schema.KindDouble:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	case schema.KindText:
		return strconv.Quote(v.text)
	case schema.KindLargeBinary:
		return "0x" + hex.EncodeToString([]byte(v.text))
	case schema.KindInterval:
		return fmt.Sprintf("%d months %d days %s", v.Months(), v.Days(), time.Duration(v.Int())*time.Microsecond)
	}
	return v.Plain()
}

// Plain returns the value as [ParseValue] takes it for its type.
func (v Value) Plain() string {
	switch v.kind {
	case schema.KindDate:
		return v.Time().Format(time.DateOnly)
	case schema.KindTime:
		return v.Time().Format("15:04:05.999999")
	case schema.KindDateTime:
		return v.Time().Format("2006-01-02 15:04:05.999999")
	case schema.KindDateTimeTZ:
		return v.Time().Format("2006-01-02 15:04:05.999999Z07:00")
	case schema.KindUUID:
		if len(v.text) == 16 {
			h := hex.EncodeToString([]byte(v.text))
			return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
		}
	case schema.KindText, schema.KindNumeric, schema.KindJSON, schema.KindLargeBinary:
		return v.text
	}
	return v.String()
}
