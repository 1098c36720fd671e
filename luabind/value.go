package luabind

import (
	"cmp"
	"fmt"
	"math/big"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// fromValue shows a value to scripts: as Lua's own where one holds it exactly,
// else as an object that does.
func (st *State) fromValue(v expr.Value) lua.LValue { return st.rt.fromValue(v) }

func (rt *Runtime) fromValue(v expr.Value) lua.LValue {
	switch v.Kind() {
	case schema.KindUnknown:
		return lua.LNil
	case schema.KindBoolean:
		return lua.LBool(v.Int() == 1)
	case schema.KindBigInteger:
		if n := v.Int(); n < maxExact && n > -maxExact {
			return lua.LNumber(n)
		}
	case schema.KindDouble:
		return lua.LNumber(v.Float())
	case schema.KindText:
		return lua.LString(v.Text())
	}
	return rt.wrap(kindValue, v)
}

// fromHost shows a value of a driver, or of a compiler's arguments, to scripts.
func (st *State) fromHost(v any, t schema.Type) (lua.LValue, error) {
	switch v := v.(type) {
	case nil:
		return lua.LNil, nil
	case expr.Value:
		return st.fromValue(v), nil
	case Record:
		return st.wrap(kindRecord, v), nil
	case string:
		if t.Family() == schema.FamilyNumeric {
			if d, err := expr.Decimal(v); err == nil {
				return st.fromValue(d), nil
			}
		}
		if t.Family() == schema.FamilyJSON {
			if j, err := expr.JSON(v); err == nil {
				return st.fromValue(j), nil
			}
		}
		return lua.LString(v), nil
	case time.Time:
		switch t.Family() {
		case schema.FamilyDate:
			return st.fromValue(expr.DateOf(v)), nil
		case schema.FamilyTime:
			return st.fromValue(expr.TimeOf(v)), nil
		case schema.FamilyDateTime:
			return st.fromValue(expr.DateTimeOf(v)), nil
		}
		return st.fromValue(expr.Instant(v)), nil
	}
	if value, ok := valueIn(expr.Of(v)); ok {
		return st.fromValue(value), nil
	}
	return lua.LNil, fmt.Errorf("a value of Go type %T cannot be shown", v)
}

// valueOf returns the value in v: one of rows, or a literal's.
func valueOf(v lua.LValue) (expr.Value, bool) {
	switch u := userdata(v).(type) {
	case expr.Value:
		return u, true
	case expr.Expr:
		return valueIn(u)
	}
	return expr.Value{}, false
}

func valueIn(x expr.Expr) (expr.Value, bool) {
	if n, ok := x.Node().(*expr.LiteralExpr); ok && x.Err() == nil {
		return n.Value(), true
	}
	return expr.Value{}, false
}

// compare orders two values; false where they have no order between them.
func compare(a, b expr.Value) (int, bool) {
	x, y := rational(a), rational(b)
	if x != nil && y != nil {
		return x.Cmp(y), true
	}
	dated := func(v expr.Value) bool { return v.Kind() == schema.KindDate || v.Kind() == schema.KindDateTime }
	switch {
	case dated(a) && dated(b):
		return a.Time().Compare(b.Time()), true
	case a.Kind() != b.Kind():
		return 0, false
	case a.Kind() == schema.KindTime || a.Kind() == schema.KindDateTimeTZ:
		return cmp.Compare(a.Int(), b.Int()), true
	case a.Kind() == schema.KindText || a.Kind() == schema.KindLargeBinary || a.Kind() == schema.KindUUID:
		return strings.Compare(a.Text(), b.Text()), true
	case a == b:
		return 0, true
	}
	return 0, false
}

// rational returns a number exactly, or nil for what is no number.
func rational(v expr.Value) *big.Rat {
	switch v.Kind() {
	case schema.KindBigInteger:
		return new(big.Rat).SetInt64(v.Int())
	case schema.KindDouble:
		return new(big.Rat).SetFloat64(v.Float()) // nil for infinities and NaN
	case schema.KindNumeric:
		r, ok := new(big.Rat).SetString(v.Text())
		if ok {
			return r
		}
	}
	return nil
}

// valueText is what tostring gives.
func valueText(v expr.Value) string {
	if v.Kind() == schema.KindLargeBinary || v.Kind() == schema.KindInterval {
		return v.String()
	}
	return v.Plain()
}

// valueField is a part of a value: date.year.
type valueField struct {
	name string
	of   []schema.Kind
	get  func(expr.Value) lua.LValue
}

var (
	days  = []schema.Kind{schema.KindDate, schema.KindDateTime, schema.KindDateTimeTZ}
	times = []schema.Kind{schema.KindTime, schema.KindDateTime, schema.KindDateTimeTZ}
	spans = []schema.Kind{schema.KindInterval}
)

func part(get func(time.Time) int) func(expr.Value) lua.LValue {
	return func(v expr.Value) lua.LValue { return lua.LNumber(get(v.Time())) }
}

// valueFields lists the parts; those of an instant are in UTC.
var valueFields = []valueField{
	{"year", days, part(time.Time.Year)},
	{"month", days, part(func(t time.Time) int { return int(t.Month()) })},
	{"day", days, part(time.Time.Day)},
	{"hour", times, part(time.Time.Hour)},
	{"minute", times, part(time.Time.Minute)},
	{"second", times, part(time.Time.Second)},
	{"microsecond", times, part(func(t time.Time) int { return t.Nanosecond() / 1000 })},
	{"months", spans, func(v expr.Value) lua.LValue { return lua.LNumber(v.Months()) }},
	{"days", spans, func(v expr.Value) lua.LValue { return lua.LNumber(v.Days()) }},
	{"seconds", spans, func(v expr.Value) lua.LValue { return lua.LNumber(float64(v.Int()) / 1e6) }},
	{"raw", []schema.Kind{schema.KindLargeBinary}, func(v expr.Value) lua.LValue { return lua.LString(v.Text()) }},
}

// valueMember is v.name.
func valueMember(v expr.Value, key lua.LValue) (lua.LValue, error) {
	var names []string
	for _, f := range valueFields {
		for _, k := range f.of {
			if k != v.Kind() {
				continue
			}
			if key == lua.LString(f.name) {
				return f.get(v), nil
			}
			names = append(names, f.name)
		}
	}
	return nil, faultf("a value of type %s has no field %s", v.Type(), misspelt(key, names))
}
