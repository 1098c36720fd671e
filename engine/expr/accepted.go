package expr

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"unicode/utf8"

	"github.com/sqlser/sqlser/schema"
)

// maxEnum bounds the values that a parameter may be limited to, and maxDoc the bytes
// of what is said of it.
const (
	maxEnum = 1000
	maxDoc  = 1000
)

// accepted says which values a parameter takes, and what it is for. NULL is no bound.
type accepted struct {
	min, max Value
	enum     []Value
	doc      string
}

func (a *accepted) isZero() bool {
	return a.min.IsNull() && a.max.IsNull() && len(a.enum) == 0 && a.doc == ""
}

func (a *accepted) same(b *accepted) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.min == b.min && a.max == b.max && a.doc == b.doc && slices.Equal(a.enum, b.enum)
}

// with returns the parameter with another of what it accepts.
func (p *Parameter) with(change func(*accepted)) *Parameter {
	c, more := *p, accepted{}
	if p.more != nil {
		more = *p.more
	}
	change(&more)
	if c.more = &more; more.isZero() {
		c.more = nil
	}
	return c.checked()
}

// WithMin returns the parameter with the least value that it takes; NULL is none.
func (p *Parameter) WithMin(v Value) *Parameter { return p.with(func(a *accepted) { a.min = v }) }

// WithMax returns the parameter with the greatest value that it takes; NULL is none.
func (p *Parameter) WithMax(v Value) *Parameter { return p.with(func(a *accepted) { a.max = v }) }

// WithEnum returns the parameter with the only values that it takes; none allow all.
func (p *Parameter) WithEnum(values ...Value) *Parameter {
	return p.with(func(a *accepted) { a.enum = slices.Clone(values) })
}

// WithDoc returns the parameter with what it is for, in words.
func (p *Parameter) WithDoc(doc string) *Parameter { return p.with(func(a *accepted) { a.doc = doc }) }

// Min returns the least value that the parameter takes, of a list that each of its
// values has; NULL for none.
func (p *Parameter) Min() Value { return p.accepted().min }

// Max returns the greatest value that the parameter takes; see Min.
func (p *Parameter) Max() Value { return p.accepted().max }

// Enum returns the only values that the parameter takes; empty where it takes all.
func (p *Parameter) Enum() List[Value] { return List[Value]{p.accepted().enum} }

// Doc returns what the parameter is for, or "".
func (p *Parameter) Doc() string { return p.accepted().doc }

func (p *Parameter) accepted() accepted {
	if p.more == nil {
		return accepted{}
	}
	return *p.more
}

// Check says whether the parameter takes a value of its type: it is an *[Error] with
// what was expected where it is not in the range, not among the values that are
// allowed, or where another value is bound.
func (p *Parameter) Check(v Value) error {
	if p.bound && v != p.def {
		return fail(CodeValue, "is bound to %s already", p.def)
	}
	if err := p.more.accepts(v, p.typ); err != nil {
		return err
	}
	return nil
}

// check holds the bounds to the type.
func (a *accepted) check(p *Parameter) *Error {
	t := p.typ
	if t.IsArray() {
		t = t.Elem()
	}
	wrong := func(format string, args ...any) *Error {
		return fail(CodeValue, "parameter %q: "+format, append([]any{p.name}, args...)...)
	}
	switch {
	case len(a.doc) > maxDoc:
		return fail(CodeSize, "what is said of parameter %q is longer than %d bytes", p.name, maxDoc)
	case len(a.enum) > maxEnum:
		return fail(CodeSize, "parameter %q is limited to more than %d values", p.name, maxEnum)
	case !utf8.ValidString(a.doc):
		return fail(CodeName, "what is said of parameter %q is not valid UTF-8", p.name)
	case len(a.enum) > 0 && !(a.min.IsNull() && a.max.IsNull()):
		return wrong("its values are listed, or they have bounds")
	case t.Kind() == schema.KindJSON && len(a.enum) > 0:
		return wrong("values of %s cannot be listed", t)
	}
	for _, v := range []Value{a.min, a.max} {
		if v.IsNull() {
			continue
		}
		if err := v.check(); err != nil {
			return err
		}
		if !isOrdered(t) {
			return wrong("values of %s have no bounds", t)
		}
		if v.Type().Family() != t.Family() || isNaN(v) {
			return wrong("it is of type %s, a bound is %s of type %s", t, v, v.Type())
		}
	}
	if !a.min.IsNull() && !a.max.IsNull() && compare(a.min, a.max) > 0 {
		return wrong("the least value %s is more than the greatest %s", a.min, a.max)
	}
	seen := make(map[Value]bool, len(a.enum))
	for _, v := range a.enum {
		if err := v.check(); err != nil {
			return err
		}
		if v.IsNull() || isNaN(v) || !fitsParameter(v, t) {
			return wrong("it is of type %s and limited to %s of type %s", t, v, v.Type())
		}
		if seen[v] {
			return wrong("it is limited to %s twice", v)
		}
		seen[v] = true
	}
	return nil
}

// accepts checks a value of the parameter's type, of a list each of its values.
func (a *accepted) accepts(v Value, t schema.Type) *Error {
	if a == nil || len(a.enum) == 0 && a.min.IsNull() && a.max.IsNull() {
		return nil
	}
	if !t.IsArray() || v.IsNull() {
		return a.acceptsOne(v)
	}
	values, err := v.Values(t.Elem())
	if err != nil {
		return err.(*Error)
	}
	for i, v := range values {
		if err := a.acceptsOne(v); err != nil {
			err.Reason = "item " + Int(int64(i+1)).String() + ": " + err.Reason
			return err
		}
	}
	return nil
}

func (a *accepted) acceptsOne(v Value) *Error {
	switch {
	case len(a.enum) > 0 && !a.lists(v):
		return fail(CodeValue, "expected one of %s, got %s", a.choices(), shortValue(v))
	case len(a.enum) > 0:
		return nil
	case v.IsNull():
		return fail(CodeValue, "expected %s, got NULL", a.span())
	case isNaN(v), !a.min.IsNull() && compare(v, a.min) < 0, !a.max.IsNull() && compare(v, a.max) > 0:
		return fail(CodeValue, "expected %s, got %s", a.span(), shortValue(v))
	}
	return nil
}

// lists reports whether a value is among those that are allowed: decimals by what
// they are, whatever zeros they end with.
func (a *accepted) lists(v Value) bool {
	return slices.ContainsFunc(a.enum, func(w Value) bool {
		return v == w || v.kind == w.kind && v.kind == schema.KindNumeric && compare(v, w) == 0
	})
}

// span says which values are allowed.
func (a *accepted) span() string {
	switch {
	case a.max.IsNull():
		return a.min.String() + " or more"
	case a.min.IsNull():
		return a.max.String() + " or less"
	}
	return a.min.String() + " to " + a.max.String()
}

// choices lists the first few values that are allowed.
func (a *accepted) choices() string {
	s := ""
	for i, v := range a.enum {
		if i == 10 {
			return s + ", ..."
		}
		if i > 0 {
			s += ", "
		}
		s += shortValue(v)
	}
	return s
}

// shortValue shows a value in a message.
func shortValue(v Value) string {
	s := v.String()
	if len(s) > 80 {
		return s[:80] + "..."
	}
	return s
}

// print shows what is accepted below a parameter.
func (a *accepted) print(p *printer) {
	if !a.min.IsNull() {
		p.add(" min %s", a.min)
	}
	if !a.max.IsNull() {
		p.add(" max %s", a.max)
	}
	if len(a.enum) > 0 {
		p.add(" of (")
		for i, v := range a.enum {
			if i > 0 {
				p.add(", ")
			}
			p.add("%s", v)
		}
		p.add(")")
	}
	if a.doc != "" {
		p.add(" -- %q", a.doc)
	}
}

// isOrdered reports whether values of the type have one order, here and in every
// database: that of text is the collation's.
func isOrdered(t schema.Type) bool {
	switch t.Family() {
	case schema.FamilyInteger, schema.FamilyFloat, schema.FamilyNumeric, schema.FamilyDate, schema.FamilyTime, schema.FamilyDateTime, schema.FamilyDateTimeTZ:
		return true
	}
	return false
}

func isNaN(v Value) bool { return v.kind == schema.KindDouble && math.IsNaN(v.Float()) }

// compare orders two values of a parameter with bounds. Numbers may be of different
// kinds: a decimal parameter takes integers.
func compare(a, b Value) int {
	switch {
	case a.kind == b.kind && a.kind != schema.KindNumeric && a.kind != schema.KindDouble:
		return cmp.Compare(a.Int(), b.Int())
	case a.kind == schema.KindDouble && b.kind == schema.KindDouble:
		return cmp.Compare(a.Float(), b.Float())
	case isInfinite(a) || isInfinite(b):
		return cmp.Compare(a.asFloat(), b.asFloat())
	}
	return a.rat().Cmp(b.rat())
}

func isInfinite(v Value) bool { return v.kind == schema.KindDouble && math.IsInf(v.Float(), 0) }

// asFloat is a number, or zero beside an infinite one.
func (v Value) asFloat() float64 {
	if v.kind == schema.KindDouble {
		return v.Float()
	}
	return 0
}

// rat is a number exactly.
func (v Value) rat() *big.Rat {
	r := new(big.Rat)
	switch v.kind {
	case schema.KindNumeric:
		r.SetString(v.text) // at most 1,000 digits
	case schema.KindDouble:
		r.SetFloat64(v.Float())
	default:
		r.SetInt64(v.Int())
	}
	return r
}
