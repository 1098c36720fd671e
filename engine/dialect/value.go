package dialect

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// encoding says how values become a driver's arguments.
type encoding struct {
	bools     bool   // booleans travel as such; else as 0 and 1
	decimals  bool   // decimals travel as text; else as integers and floats
	precision int    // the most digits before the point of a decimal; 0 is no limit
	scale     int    // the most digits after the point, where precision is limited
	nan, inf  bool   // floats may be NaN, infinite
	nul       bool   // text may hold the character NUL
	zone      string // behind an instant, which is written in UTC
	intervals bool   // has intervals
}

// exactDigits is how many digits of a decimal a float keeps.
const exactDigits = 15

// Value returns the driver's argument for a value of a type: nil, an int64,
// float64, bool or string, or a []byte. The error is an *[Error].
func (d *Dialect) Value(v expr.Value, t schema.Type) (any, error) {
	if d == nil || d.name == "" {
		return nil, &Error{Code: CodeUnsupported, Construct: "dialect", Reason: "the zero Dialect says nothing"}
	}
	arg, err := d.value(v, t)
	if err != nil {
		return nil, err
	}
	return arg, nil
}

func (d *Dialect) badValue(format string, args ...any) *Error {
	return d.fail(CodeValue, "value", format, args...)
}

func (d *Dialect) misfit(v expr.Value, t schema.Type) *Error {
	return d.badValue("expected a value of type %s, got %s", t, v.Type())
}

// value checks v against a type and encodes it.
func (d *Dialect) value(v expr.Value, t schema.Type) (any, *Error) {
	if v.IsNull() {
		return nil, nil
	}
	if t.IsUnknown() {
		t = v.Type()
	}
	if t.IsArray() {
		return d.array(v, t)
	}
	if t == v.Type() {
		return d.encode(v)
	}
	from, to := v.Type().Family(), t.Family()
	whole := from == schema.FamilyInteger
	switch {
	case to == schema.FamilyEnum && from == schema.FamilyText:
		if _, err := expr.ParseValue(t, v.Text()); err != nil {
			e := d.badValue("expected one of %s, got %q", t, v.Text())
			e.Hint = schema.DidYouMean(v.Text(), t.Labels())
			return nil, e
		}
	case to == schema.FamilyFloat && whole:
		if i := v.Int(); i > 1<<53 || i < -1<<53 {
			return nil, d.badValue("%d is not exact as %s", i, t)
		}
		v = expr.Float(float64(v.Int()))
	case to == schema.FamilyNumeric && whole:
		return d.decimal(strconv.FormatInt(v.Int(), 10))
	case from != to:
		return nil, d.misfit(v, t)
	case whole && !inRange(v.Int(), t.Kind()):
		return nil, d.badValue("%d is out of the range of %s", v.Int(), t)
	}
	return d.encode(v)
}

func inRange(n int64, k schema.Kind) bool {
	switch k {
	case schema.KindSmallInteger:
		return n == int64(int16(n))
	case schema.KindInteger:
		return n == int64(int32(n))
	}
	return true
}

// encode makes a driver's argument of a value that is not NULL.
func (d *Dialect) encode(v expr.Value) (any, *Error) {
	e := &d.values
	switch v.Kind() {
	case schema.KindBoolean:
		if e.bools {
			return v.Int() == 1, nil
		}
		return v.Int(), nil
	case schema.KindBigInteger:
		return v.Int(), nil
	case schema.KindDouble:
		f := v.Float()
		if f != f && !e.nan || math.IsInf(f, 0) && !e.inf {
			return nil, d.badValue("%s cannot hold %s", d.name, v)
		}
		return f, nil
	case schema.KindNumeric:
		return d.decimal(v.Text())
	case schema.KindText:
		if !e.nul && strings.IndexByte(v.Text(), 0) >= 0 {
			return nil, d.badValue("text on %s cannot hold the character NUL", d.name)
		}
		return v.Text(), nil
	case schema.KindLargeBinary:
		return append([]byte{}, v.Text()...), nil // never nil, which is NULL
	case schema.KindDate:
		return moment(v, true, false, ""), nil
	case schema.KindTime:
		return moment(v, false, true, ""), nil
	case schema.KindDateTime:
		return moment(v, true, true, ""), nil
	case schema.KindDateTimeTZ:
		return moment(v, true, true, e.zone), nil
	case schema.KindInterval:
		if !e.intervals {
			return nil, d.fail(CodeUnsupported, "interval", "%s has no intervals", d.name)
		}
		return interval(v), nil
	case schema.KindJSON, schema.KindUUID:
		return v.Plain(), nil
	}
	return nil, d.badValue("no value is of kind %s", v.Kind())
}

// moment formats the day of a value, its time with six digits of a second if it has any, or both;
// and a zone behind it.
func moment(v expr.Value, day, clock bool, zone string) string {
	t := v.Time()
	var room [len("9999-12-31 23:59:59.999999+00:00")]byte
	b := room[:0]
	if day {
		year, month, day := t.Date()
		if year < 0 || year > 9999 { // none that a literal has
			return v.Plain()
		}
		b = digits(append(digits(append(digits(b, year, 4), '-'), int(month), 2), '-'), day, 2)
		if clock {
			b = append(b, ' ')
		}
	}
	if clock {
		hour, minute, second := t.Clock()
		b = digits(append(digits(append(digits(b, hour, 2), ':'), minute, 2), ':'), second, 2)
		if micros := t.Nanosecond() / 1000; micros != 0 {
			b = digits(append(b, '.'), micros, 6)
		}
	}
	return string(append(b, zone...))
}

// digits appends the last n digits of v, which is not negative.
func digits(b []byte, v, n int) []byte {
	b = append(b, "000000"[:n]...)
	for i := len(b) - 1; v > 0 && n > 0; i, n = i-1, n-1 {
		b[i] = byte('0' + v%10)
		v /= 10
	}
	return b
}

// interval writes each part with its sign, which means the same in every style
// that PostgreSQL reads.
func interval(v expr.Value) string {
	micros, sign := uint64(v.Int()), '+'
	if v.Int() < 0 {
		micros, sign = -micros, '-'
	}
	seconds := micros / 1_000_000
	return fmt.Sprintf("%+d mons %+d days %c%d:%02d:%02d.%06d", v.Months(), v.Days(), sign,
		seconds/3600, seconds/60%60, seconds%60, micros%1_000_000)
}

func (d *Dialect) decimal(digits string) (any, *Error) {
	whole, part, _ := strings.Cut(strings.TrimPrefix(digits, "-"), ".")
	e := &d.values
	switch {
	case e.precision > 0 && (len(whole) > e.precision || len(part) > e.scale):
		return nil, d.badValue("decimals on %s have at most %d digits before the point and %d after it, got %s", d.name, e.precision, e.scale, digits)
	case e.decimals:
		return digits, nil
	}
	if strings.Trim(part, "0") == "" {
		cut, _, _ := strings.Cut(digits, ".")
		if n, err := strconv.ParseInt(cut, 10, 64); err == nil {
			return n, nil
		}
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return nil, d.badValue("%s has no numbers so far from 0, got %s", d.name, digits)
	}
	if n := len(strings.Trim(strings.TrimLeft(whole, "0")+part, "0")); n > exactDigits { // not "0" + "05": 0.05 has one
		return nil, d.badValue("decimals on %s keep %d digits, got %d: %s", d.name, exactDigits, n, digits)
	}
	return f, nil
}
