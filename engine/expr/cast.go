package expr

import "github.com/sqlser/sqlser/schema"

// CastExpr is CAST(x AS type), or x as it is, taken to be of a type.
type CastExpr struct {
	exprState
	x  Expr
	to schema.Type

	coerce bool // the type is said, and nothing is converted
}

// Cast converts x to a type.
func Cast(x any, to schema.Type) Expr { return exprOf(seal(&CastExpr{x: Of(x), to: to})) }

// Cast converts x to a type.
func (x Expr) Cast(to schema.Type) Expr { return Cast(x, to) }

// Coerce takes x to be of a type, for what is made of it; the database gets x as
// it is.
func (x Expr) Coerce(to schema.Type) Expr {
	return exprOf(seal(&CastExpr{x: Of(x), to: to, coerce: true}))
}

// Op returns OpCast.
func (*CastExpr) Op() Op { return OpCast }

func (n *CastExpr) fields(f *Fields) {
	f.Expr("x", &n.x)
	f.Type("to", &n.to)
	f.Bool("coerce", &n.coerce)
}

func (n *CastExpr) check() *Error {
	if n.x.IsZero() {
		return missing("the operand")
	}
	if n.to.IsUnknown() {
		return missing("the type")
	}
	return nil
}

// X returns the operand.
func (n *CastExpr) X() Expr { return n.x }

// Type returns the type that x is converted to.
func (n *CastExpr) Type() schema.Type { return n.to }

// IsCoerced reports whether x is only taken to be of the type.
func (n *CastExpr) IsCoerced() bool { return n.coerce }

var castMethods = []Method{{
	On: OnExpr, Name: "cast", Doc: "x converted to a type", Args: []Arg{{"type", ArgType}},
	Example: `sql.select(u.age:cast(sql.types.text):label "age")`,
	SQL:     `SELECT CAST("users"."age" AS TEXT) AS "age" FROM "users"`,
	Build:   func(self any, a []any) any { return self.(Expr).Cast(a[0].(schema.Type)) },
}, {
	On: OnModule, Name: "cast", Doc: "x converted to a type", Args: []Arg{{"x", ArgOperand}, {"type", ArgType}},
	Example: `sql.select(sql.cast(u.balance, sql.types.integer):label "whole")`,
	SQL:     `SELECT CAST(round("users"."balance") AS INTEGER) AS "whole" FROM "users"`,
	Build:   func(_ any, a []any) any { return Cast(a[0], a[1].(schema.Type)) },
}, {
	On: OnExpr, Name: "type_coerce", Doc: "x as it is, taken to be of a type", Args: []Arg{{"type", ArgType}},
	Example: `sql.select(u.name:type_coerce(sql.types.integer):add(1):label "n")`,
	SQL:     `SELECT "users"."name" + ? AS "n" FROM "users"`,
	Build:   func(self any, a []any) any { return self.(Expr).Coerce(a[0].(schema.Type)) },
}}
