package engine

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// fromDriver makes a value of what a driver gives for a column of a type. What
// does not fit the type (SQLite keeps anything anywhere) stays what it is.
func fromDriver(src any, t schema.Type) expr.Value {
	switch v := src.(type) {
	case nil:
		return expr.Value{}
	case int64:
		return fromInt(v, t)
	case bool:
		return fromBool(v, t)
	case float64:
		return fromFloat(v, t)
	case float32:
		return fromFloat(float64(v), t)
	case uint64:
		if v > math.MaxInt64 {
			return fromText(strconv.FormatUint(v, 10), t)
		}
		return fromInt(int64(v), t)
	case time.Time:
		return fromTime(v, t)
	case []byte:
		if t.Family() == schema.FamilyUUID && len(v) == 16 {
			return expr.UUID([16]byte(v))
		}
		if t.Family() == schema.FamilyBoolean && len(v) == 1 && v[0] <= 1 { // MySQL's BIT(1)
			return expr.Bool(v[0] == 1)
		}
		if t.Family() == schema.FamilyBinary || t.IsUnknown() || !utf8.Valid(v) {
			return expr.Bytes(v)
		}
		return fromText(string(v), t)
	case string:
		if t.Family() == schema.FamilyBinary || !utf8.ValidString(v) {
			return expr.Bytes([]byte(v))
		}
		return fromText(v, t)
	}
	if v, err := expr.ValueOf(src, schema.Unknown); err == nil {
		return v
	}
	return expr.Value{}
}

func fromBool(v bool, t schema.Type) expr.Value {
	if t.Family() == schema.FamilyInteger {
		if v {
			return expr.Int(1)
		}
		return expr.Int(0)
	}
	return expr.Bool(v)
}

func fromInt(v int64, t schema.Type) expr.Value {
	switch t.Family() {
	case schema.FamilyBoolean:
		if v == 0 || v == 1 {
			return expr.Bool(v == 1)
		}
	case schema.FamilyFloat:
		if v >= -1<<53 && v <= 1<<53 {
			return expr.Float(float64(v))
		}
	case schema.FamilyNumeric:
		return decimal(strconv.FormatInt(v, 10), t, expr.Int(v))
	case schema.FamilyJSON: // SQLite makes numbers of the text in a column declared JSON
		return fromText(strconv.FormatInt(v, 10), t)
	}
	return expr.Int(v)
}

func fromFloat(v float64, t schema.Type) expr.Value {
	switch t.Family() {
	case schema.FamilyInteger:
		if v == math.Trunc(v) && math.Abs(v) < 1<<63 {
			return expr.Int(int64(v))
		}
	case schema.FamilyNumeric:
		if !math.IsInf(v, 0) && v == v {
			return decimal(decimalDigits(v), t, expr.Float(v))
		}
	case schema.FamilyJSON:
		return fromText(strconv.FormatFloat(v, 'g', -1, 64), t)
	}
	return expr.Float(v)
}

// decimalDigits writes a float that stands for a decimal with the 15 digits that
// a float keeps of one, as SQLite does: sums of money come without the noise of
// binary fractions.
func decimalDigits(v float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 14, 64), 64)
	if err != nil {
		rounded = v
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// decimal gives digits the scale of the type where that loses nothing.
func decimal(digits string, t schema.Type, otherwise expr.Value) expr.Value {
	if scale := int(t.Scale()); scale > 0 {
		point := len(digits)
		for i := range digits {
			if digits[i] == '.' {
				point = i
			}
		}
		have := max(len(digits)-point-1, 0)
		if have == 0 {
			digits += "."
		}
		for ; have < scale; have++ {
			digits += "0"
		}
	}
	v, err := expr.ParseValue(schema.Numeric(0, 0), digits)
	if err != nil {
		return otherwise
	}
	return v
}

// fromTime makes a value of a time; one outside the years of [expr.Value] stays text.
func fromTime(v time.Time, t schema.Type) expr.Value {
	v = v.Truncate(time.Microsecond)
	var value expr.Value
	switch t.Family() {
	case schema.FamilyDate:
		value = expr.DateOf(v)
	case schema.FamilyTime:
		value = expr.TimeOf(v)
	case schema.FamilyDateTimeTZ:
		value = expr.Instant(v)
	default:
		value = expr.DateTimeOf(v)
	}
	if _, err := expr.NewValue(value.Kind(), value.Int(), value.Text()); err != nil {
		return expr.Text(v.Format("2006-01-02 15:04:05.999999Z07:00"))
	}
	return value
}

func fromText(v string, t schema.Type) expr.Value {
	switch t.Family() {
	case schema.FamilyText, schema.FamilyUnknown, schema.FamilyEnum, schema.FamilyArray:
		return expr.Text(v)
	case schema.FamilyNumeric:
		if parsed, err := expr.ParseValue(t, v); err == nil {
			return parsed
		}
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return fromFloat(f, t)
		}
	case schema.FamilyDate:
		if len(v) > 10 { // a date that a database kept with a time of day
			if parsed, err := expr.ParseValue(schema.DateTime, v); err == nil && parsed.Int()%86_400_000_000 == 0 {
				return expr.DateOf(parsed.Time())
			}
		}
	case schema.FamilyDateTimeTZ:
		// Where a database keeps no zone, the dialects write instants in UTC.
		if parsed, err := expr.ParseValue(schema.DateTime, v); err == nil {
			return expr.Instant(parsed.Time())
		}
		if n := len(v); n > 3 && (v[n-3] == '+' || v[n-3] == '-') { // PostgreSQL leaves the minutes of a zone out
			v += ":00"
		}
	case schema.FamilyInterval:
		if parsed, ok := parseInterval(v); ok {
			return parsed
		}
	case schema.FamilyBoolean:
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return fromInt(n, t)
		}
		if v == "t" || v == "f" { // in arrays of PostgreSQL
			return expr.Bool(v == "t")
		}
	}
	parsed, err := expr.ParseValue(t, v)
	if err != nil {
		return expr.Text(v)
	}
	return parsed
}

// parseInterval reads PostgreSQL's interval style "postgres", which is its default:
// "1 year 2 mons -3 days +04:05:06.789".
func parseInterval(s string) (expr.Value, bool) {
	var months, days, micros int64
	words := strings.Fields(s)
	for len(words) > 0 {
		if strings.Contains(words[0], ":") {
			n, ok := parseClock(words[0])
			if !ok || len(words) > 1 {
				return expr.Value{}, false
			}
			micros, words = n, nil
			continue
		}
		n, err := strconv.ParseInt(words[0], 10, 32)
		if err != nil || len(words) < 2 {
			return expr.Value{}, false
		}
		switch strings.TrimSuffix(words[1], "s") {
		case "year":
			months += 12 * n
		case "mon":
			months += n
		case "day":
			days += n
		default:
			return expr.Value{}, false
		}
		words = words[2:]
	}
	if months != int64(int32(months)) || days != int64(int32(days)) {
		return expr.Value{}, false
	}
	return expr.NewInterval(int32(months), int32(days), micros), true
}

// parseClock reads "-04:05:06.789" as microseconds; there may be any number of hours.
func parseClock(s string) (micros int64, ok bool) {
	digits := strings.TrimLeft(s, "+-")
	parts := strings.Split(digits, ":")
	if len(s)-len(digits) > 1 || len(parts) != 3 {
		return 0, false
	}
	seconds, fraction, _ := strings.Cut(parts[2], ".")
	if len(fraction) > 6 {
		return 0, false
	}
	fraction += strings.Repeat("0", 6-len(fraction))
	const most = math.MaxInt64 / 3_600_000_000
	for i, part := range []struct {
		text        string
		most, scale uint64
	}{{parts[0], most, 3_600_000_000}, {parts[1], 59, 60_000_000}, {seconds, 59, 1_000_000}, {fraction, 999_999, 1}} {
		n, err := strconv.ParseUint(part.text, 10, 64)
		if err != nil || n > part.most {
			return 0, false
		}
		if micros += int64(n * part.scale); micros < 0 && i > 0 && !(micros == math.MinInt64 && s[0] == '-') {
			return 0, false
		}
	}
	if s[0] == '-' {
		micros = -micros
	}
	return micros, true
}
