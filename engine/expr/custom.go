package expr

import (
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// CustomExpr is left op right, of an operator that only the database knows. It
// needs [GrantRaw].
type CustomExpr struct {
	value
	op          string
	left, right Expr
	as          schema.Type
}

// maxOperator is how long an operator of PostgreSQL may be.
const maxOperator = 63

// operatorChars are the characters of PostgreSQL's operators, of which no other
// database has more.
const operatorChars = "+-*/<>=~!@#%^&|`?"

// Custom is x op y for an operator of the database's own, such as "<->": of at
// most 63 of the characters +-*/<>=~!@#%^&|`? and no start of a comment. What it
// gives is of a type if one is given, else of an unknown one.
func (x Expr) Custom(op string, y any, typ ...schema.Type) Expr {
	n := &CustomExpr{op: op, left: Of(x), right: Of(y)}
	if len(typ) > 1 {
		return refuse(OpCustom, fail(CodeArgument, "expected a type at most, got %d", len(typ)))
	}
	for _, t := range typ {
		n.as = t
	}
	return exprOf(seal(n))
}

// Op returns OpCustom.
func (*CustomExpr) Op() Op { return OpCustom }

func (n *CustomExpr) fields(f *Fields) {
	f.needs(GrantRaw)
	f.String("op", &n.op)
	f.Expr("left", &n.left)
	f.Expr("right", &n.right)
	f.Type("type", &n.as)
}

func (n *CustomExpr) check() *Error {
	n.typ = n.as
	if n.left.IsZero() || n.right.IsZero() {
		return missing("an operand")
	}
	switch {
	case n.op == "":
		return missing("the operator")
	case len(n.op) > maxOperator:
		return fail(CodeName, "an operator of %d characters, the most are %d", len(n.op), maxOperator)
	case strings.Trim(n.op, operatorChars) != "":
		return fail(CodeName, "operator %q: expected characters among %s", n.op, operatorChars)
	case strings.Contains(n.op, "--") || strings.Contains(n.op, "/*"):
		return fail(CodeName, "operator %q begins a comment", n.op)
	}
	return nil
}

// Operator returns the operator.
func (n *CustomExpr) Operator() string { return n.op }

// Left returns the left operand.
func (n *CustomExpr) Left() Expr { return n.left }

// Right returns the right operand.
func (n *CustomExpr) Right() Expr { return n.right }

var customMethods = []Method{{
	On: OnExpr, Name: "op", Grant: GrantRaw, Optional: 1,
	Doc:     `an operator of the database's own: x:op("<->")(y), of a type if one is given`,
	Args:    []Arg{{"operator", ArgString}, {"type", ArgType}},
	Example: `sql.select(u.age:op("<<", sql.types.integer)(2):label "n")`,
	SQL:     `SELECT ("users"."age" << ?) AS "n" FROM "users"`,
	Build: func(self any, a []any) any {
		typ, _ := a[1].(schema.Type)
		return func(y any) Expr { return self.(Expr).Custom(a[0].(string), y, typ) }
	},
}, {
	On: OnExpr, Name: "bool_op", Grant: GrantRaw,
	Doc:     `an operator of the database's own that gives a truth value: x:bool_op("@>")(y)`,
	Args:    []Arg{{"operator", ArgString}},
	Example: `sql.select(u.id):where(u.name:bool_op("==")("a"))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE ("users"."name" == ?)`,
	Build: func(self any, a []any) any {
		return func(y any) Expr { return self.(Expr).Custom(a[0].(string), y, schema.Boolean) }
	},
}}
