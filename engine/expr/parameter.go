package expr

import (
	"fmt"

	"github.com/sqlser/sqlser/schema"
)

// Parameter is what a query asks of whoever runs it. Its name is its identity:
// one name in a query is one parameter, declared alike wherever it stands.
type Parameter struct {
	name       string
	typ        schema.Type
	def        Value
	hasDefault bool
	host       bool      // it is a value of the host's, see HostValue
	bound      bool      // the default is its value
	more       *accepted // nil for most
	wrong      *Error    // what check found, when it was made
}

// NewParameter declares a parameter without a default: it must be bound.
func NewParameter(name string, t schema.Type) *Parameter {
	return (&Parameter{name: name, typ: t}).checked()
}

// checked checks p once: it is used many times, and its default may be long.
func (p *Parameter) checked() *Parameter {
	p.wrong = p.check()
	return p
}

// WithDefault returns the parameter with a value that it has when not bound.
func (p *Parameter) WithDefault(v Value) *Parameter {
	c := *p
	c.def, c.hasDefault = v, true
	return c.checked()
}

// Bound returns the parameter with a value that stays: it can be given no other.
func (p *Parameter) Bound(v Value) *Parameter {
	c := *p
	c.def, c.hasDefault, c.bound = v, true, true
	return c.checked()
}

// Unbound returns the parameter without a value or a default.
func (p *Parameter) Unbound() *Parameter {
	c := *p
	c.def, c.hasDefault, c.bound = Value{}, false, false
	return c.checked()
}

// Name returns the name.
func (p *Parameter) Name() string { return p.name }

// Type returns the type.
func (p *Parameter) Type() schema.Type { return p.typ }

// Default returns the default, or the value that p is bound to, and whether there
// is one.
func (p *Parameter) Default() (Value, bool) { return p.def, p.hasDefault }

// IsHost reports whether the value is the host's: see [HostValue].
func (p *Parameter) IsHost() bool { return p.host }

// IsBound reports whether p has a value that stays.
func (p *Parameter) IsBound() bool { return p.bound }

// Err returns what is wrong with the declaration, or nil.
func (p *Parameter) Err() error {
	switch {
	case p.name == "": // new(Parameter)
		return p.check()
	case p.wrong != nil:
		return p.wrong
	}
	return nil
}

// Same reports whether p and q declare the same.
func (p *Parameter) Same(q *Parameter) bool {
	return p == q || p != nil && q != nil && p.name == q.name && p.typ == q.typ && p.hasDefault == q.hasDefault && p.def == q.def &&
		p.host == q.host && p.bound == q.bound && p.more.same(q.more)
}

func (p *Parameter) check() *Error {
	if p.name == "" {
		return fail(CodeName, "a parameter has no name")
	}
	if err := checkName("parameter", p.name); err != nil {
		return err
	}
	if err := p.def.check(); err != nil {
		return err
	}
	if p.bound && !p.hasDefault {
		return fail(CodeForm, "parameter %q is bound to nothing", p.name)
	}
	if p.more != nil {
		if err := p.more.check(p); err != nil {
			return err
		}
	}
	if !p.hasDefault {
		return nil
	}
	what := "default"
	if p.bound {
		what = "value"
	}
	if p.typ.IsArray() {
		if v, err := listOf(p.def, p.typ); err != nil || v != p.def {
			return fail(CodeType, "parameter %q is of type %s, its %s is no such list", p.name, p.typ, what)
		}
	} else if !fitsParameter(p.def, p.typ) {
		return fail(CodeType, "parameter %q is of type %s, its %s of type %s", p.name, p.typ, what, p.def.Type())
	}
	if err := p.more.accepts(p.def, p.typ); err != nil {
		return fail(err.Code, "the %s of parameter %q: %s", what, p.name, err.Reason)
	}
	return nil
}

// fitsParameter reports whether a value is of the sort of a type, or NULL.
func fitsParameter(v Value, t schema.Type) bool {
	of := v.Type()
	return of.Family() == t.Family() || of.IsUnknown() || of.IsText() && t.IsText()
}

// ParamExpr is a bound parameter.
type ParamExpr struct {
	exprState
	p *Parameter
}

// Param makes a parameter of a name and type; it must be bound when the query runs.
func Param(name string, t schema.Type) Expr { return ParamOf(NewParameter(name, t)) }

// HostValue is a value that only the host binds, in the conditions of a policy: no
// script or payload can name it, whatever its parameters are called, and no query
// with one can be stored. Without a type it takes that of what it is compared with.
func HostValue(name string, t ...schema.Type) Expr {
	p := &Parameter{name: name, host: true}
	if len(t) > 0 {
		p.typ = t[0]
	}
	return ParamOf(p.checked())
}

// ParamDefault makes a parameter with a default: an operand that is a plain value.
func ParamDefault(name string, t schema.Type, value any) Expr {
	v, err := valueOf(value, t)
	if err != nil {
		wrong := *err
		wrong.Reason = fmt.Sprintf("the default of parameter %q: %s", name, err.Reason)
		return refuse(OpParam, &wrong)
	}
	return ParamOf(NewParameter(name, t).WithDefault(v))
}

// ParamOf uses a declared parameter.
func ParamOf(p *Parameter) Expr { return exprOf(seal(&ParamExpr{p: p})) }

// Op returns OpParam.
func (*ParamExpr) Op() Op { return OpParam }

func (n *ParamExpr) fields(f *Fields) { f.Parameter("parameter", &n.p) }

func (n *ParamExpr) check() *Error {
	if n.p == nil {
		return missing("the parameter")
	}
	if err, ok := n.p.Err().(*Error); ok {
		c := *err // it gets a place
		return &c
	}
	return nil
}

// Type returns the parameter's type.
func (n *ParamExpr) Type() schema.Type {
	if n.p == nil {
		return schema.Unknown
	}
	return n.p.typ
}

// Parameter returns the parameter.
func (n *ParamExpr) Parameter() *Parameter { return n.p }

// ParamOptions is what may be said of a parameter, beside its name and type. Plain
// values are taken as operands of the type.
type ParamOptions struct {
	Many     bool  // it is a list of values of the type
	Default  any   // of a list, a slice; nil for none
	Min, Max any   // bounds, both allowed: of numbers, dates and times; nil for none. Of a list, of each value
	Enum     []any // the values that are allowed, up to 1,000; likewise. None allow all
	Doc      string
}

// more reports whether anything but a default and a list is said.
func (o *ParamOptions) more() bool {
	return o.Min != nil || o.Max != nil || o.Enum != nil || o.Doc != ""
}

// ParamWith makes a parameter with options.
func ParamWith(name string, t schema.Type, o ParamOptions) Expr {
	if o.Many {
		if !isListable(t) {
			return refuse(OpParam, fail(CodeType, "no list of %s", t))
		}
	}
	typ := t
	if o.Many {
		typ = schema.ArrayOf(t)
	}
	wrong := func(what string, err *Error) Expr {
		c := *err
		c.Reason = fmt.Sprintf("the %s of parameter %q: %s", what, name, err.Reason)
		return refuse(OpParam, &c)
	}
	p := &Parameter{name: name, typ: typ}
	var more accepted
	for _, bound := range []struct {
		what  string
		given any
		to    *Value
	}{{"min", o.Min, &more.min}, {"max", o.Max, &more.max}} {
		if bound.given == nil {
			continue
		}
		v, err := valueOf(bound.given, t)
		if err != nil {
			return wrong(bound.what, err)
		}
		*bound.to = v
	}
	for _, given := range o.Enum {
		v, err := valueOf(given, t)
		if err != nil {
			return wrong("enum", err)
		}
		more.enum = append(more.enum, v)
	}
	if more.doc = o.Doc; !more.isZero() {
		p.more = &more
	}
	if o.Default != nil {
		v, err := valueOf(o.Default, typ)
		if err != nil {
			return wrong("default", err)
		}
		p.def, p.hasDefault = v, true
	}
	return ParamOf(p.checked())
}

var paramMethods = []Method{{
	On: OnModule, Name: "param",
	Doc:  "a parameter, to be bound when the query runs; with a default it need not be; {many = true} makes it a list, for x:in_; {min = a, max = b, enum = {...}} limit its values",
	Args: []Arg{{"name", ArgString}, {"type", ArgType}, {"default", ArgDefault}, {"options", ArgDefault}}, Optional: 2,
	Example: `sql.select(u.id):where(u.age:ge(sql.param("min_age", sql.types.integer, 18)), u.id:in_(sql.param("ids", sql.types.integer, {many = true})))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."age" >= ? AND "users"."id" IN (SELECT value FROM json_each(?))`,
	Build: func(_ any, a []any) any {
		o, ok := a[2].(ParamOptions)
		if !ok && a[2] != nil {
			o.Default = a[2]
		}
		if a[3] != nil {
			first := o
			if o, ok = a[3].(ParamOptions); !ok || o.Default != nil || first.more() {
				return refuse(OpParam, fail(CodeForm, "expected a default and options behind it, such as 18, {min = 0}"))
			}
			o.Default, o.Many = first.Default, o.Many || first.Many
		}
		return ParamWith(a[0].(string), a[1].(schema.Type), o)
	},
}}
