package expr

import "github.com/sqlser/sqlser/schema"

// LiteralExpr is a value; it always travels as an argument.
type LiteralExpr struct {
	base
	v  Value
	as schema.Type
}

// Literal makes a literal of the value.
func Literal(v Value) Expr { return Expr{seal(&LiteralExpr{v: v})} }

// TypedLiteral makes a literal of a type: NULL of a type, or a value that is
// sent as that type of its family.
func TypedLiteral(v Value, t schema.Type) Expr { return Expr{seal(&LiteralExpr{v: v, as: t})} }

// Op returns OpLiteral.
func (*LiteralExpr) Op() Op { return OpLiteral }

func (n *LiteralExpr) fields(f *Fields) {
	f.Value("value", &n.v)
	f.Type("as", &n.as)
}

func (n *LiteralExpr) check() *Error {
	if err := n.v.check(); err != nil {
		return err
	}
	if from, to := n.v.Type(), n.as; !to.IsUnknown() && !from.IsUnknown() &&
		(to.IsArray() || from.Family() != to.Family() && !(from.IsText() && to.IsText())) {
		return fail(CodeType, "a value of type %s is none of type %s", from, to)
	}
	return nil
}

// Type returns the type of the value.
func (n *LiteralExpr) Type() schema.Type {
	if !n.as.IsUnknown() {
		return n.as
	}
	return n.v.Type()
}

// Value returns the value.
func (n *LiteralExpr) Value() Value { return n.v }

// As returns the type given to TypedLiteral, or unknown.
func (n *LiteralExpr) As() schema.Type { return n.as }
