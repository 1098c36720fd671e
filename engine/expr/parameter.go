package expr

import "github.com/sqlser/sqlser/schema"

// Parameter is what a query asks of whoever runs it. Its name is its identity:
// one name in a query is one parameter, declared alike wherever it stands.
type Parameter struct {
	name       string
	typ        schema.Type
	def        Value
	hasDefault bool
}

// NewParameter declares a parameter without a default: it must be bound.
func NewParameter(name string, t schema.Type) *Parameter { return &Parameter{name: name, typ: t} }

// WithDefault returns the parameter with a value that it has when not bound.
func (p *Parameter) WithDefault(v Value) *Parameter {
	c := *p
	c.def, c.hasDefault = v, true
	return &c
}

// Name returns the name.
func (p *Parameter) Name() string { return p.name }

// Type returns the type.
func (p *Parameter) Type() schema.Type { return p.typ }

// Default returns the default and whether there is one.
func (p *Parameter) Default() (Value, bool) { return p.def, p.hasDefault }

// Same reports whether p and q declare the same.
func (p *Parameter) Same(q *Parameter) bool { return p == q || *p == *q }

func (p *Parameter) check() *Error {
	if p.name == "" {
		return fail(CodeName, "a parameter has no name")
	}
	if err := p.def.check(); err != nil {
		return err
	}
	if t := p.def.Type(); p.hasDefault && t.Family() != p.typ.Family() && !t.IsUnknown() && !(t.IsText() && p.typ.IsText()) {
		return fail(CodeType, "parameter %q is of type %s, its default of type %s", p.name, p.typ, t)
	}
	return nil
}

// ParamExpr is a bound parameter.
type ParamExpr struct {
	base
	p *Parameter
}

// Param makes a parameter of a name and type; it must be bound when the query runs.
func Param(name string, t schema.Type) Expr { return ParamOf(NewParameter(name, t)) }

// ParamDefault makes a parameter with a default: an operand that is a plain value.
func ParamDefault(name string, t schema.Type, value any) Expr {
	lit, ok := adapt(Of(value), t, true).node.(*LiteralExpr)
	if !ok {
		return bad(fail(CodeArgument, "the default of parameter %q is no plain value", name))
	}
	if lit.err != nil {
		return Expr{lit}
	}
	return ParamOf(NewParameter(name, t).WithDefault(lit.v))
}

// ParamOf uses a declared parameter.
func ParamOf(p *Parameter) Expr { return Expr{seal(&ParamExpr{p: p})} }

// Op returns OpParam.
func (*ParamExpr) Op() Op { return OpParam }

func (n *ParamExpr) fields(f *Fields) { f.Parameter("parameter", &n.p) }

func (n *ParamExpr) check() *Error {
	if n.p == nil {
		return missing("the parameter")
	}
	return n.p.check()
}

// Type returns the parameter's type.
func (n *ParamExpr) Type() schema.Type { return n.p.typ }

// Parameter returns the parameter.
func (n *ParamExpr) Parameter() *Parameter { return n.p }
