package engine

import (
	"math"
	"strconv"
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
	case time.Time:
		return fromTime(v, t)
	case []byte:
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

func fromTime(v time.Time, t schema.Type) expr.Value {
	v = v.Truncate(time.Microsecond)
	switch t.Family() {
	case schema.FamilyDate:
		return expr.DateOf(v)
	case schema.FamilyTime:
		return expr.TimeOf(v)
	case schema.FamilyDateTimeTZ:
		return expr.Instant(v)
	}
	return expr.DateTimeOf(v)
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
	case schema.FamilyBoolean:
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return fromInt(n, t)
		}
	}
	parsed, err := expr.ParseValue(t, v)
	if err != nil {
		return expr.Text(v)
	}
	return parsed
}
