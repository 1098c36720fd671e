package expr

import "github.com/sqlser/sqlser/schema"

// UnaryOp is an operator before one operand, or a test after it. Values are wire
// codes: append only.
type UnaryOp uint8

// The unary operators.
const (
	OpNot UnaryOp = iota + 1
	OpNeg
	OpIsNull
	OpIsNotNull
	OpBitNot
	OpIsTrue
	OpIsNotTrue
	OpIsFalse
	OpIsNotFalse
	unaryOps
)

var unaryNames = [unaryOps]string{OpNot: "NOT", OpNeg: "-", OpIsNull: "IS NULL", OpIsNotNull: "IS NOT NULL",
	OpBitNot: "~", OpIsTrue: "IS TRUE", OpIsNotTrue: "IS NOT TRUE", OpIsFalse: "IS FALSE", OpIsNotFalse: "IS NOT FALSE"}

// String returns the operator as people write it, such as "IS NULL".
func (op UnaryOp) String() string {
	if op == 0 || op >= unaryOps {
		return "unknown operator"
	}
	return unaryNames[op]
}

// UnaryOps returns every unary operator.
func UnaryOps() []UnaryOp {
	all := make([]UnaryOp, 0, unaryOps)
	for op := UnaryOp(1); op < unaryOps; op++ {
		all = append(all, op)
	}
	return all
}

// UnaryExpr is NOT x, -x, ~x, or x IS NULL and its kin.
type UnaryExpr struct {
	value
	op UnaryOp
	x  Expr
}

// Unary makes op x.
func Unary(op UnaryOp, x any) Expr { return exprOf(seal(&UnaryExpr{op: op, x: Of(x)})) }

// Not is NOT x.
func Not(x any) Expr { return Unary(OpNot, x) }

// IsNull is x IS NULL.
func (x Expr) IsNull() Expr { return Unary(OpIsNull, x) }

// IsNotNull is x IS NOT NULL.
func (x Expr) IsNotNull() Expr { return Unary(OpIsNotNull, x) }

// IsTrue is true where the condition x is true; false also where it is NULL.
func (x Expr) IsTrue() Expr { return Unary(OpIsTrue, x) }

// IsNotTrue is true where the condition x is false or NULL.
func (x Expr) IsNotTrue() Expr { return Unary(OpIsNotTrue, x) }

// IsFalse is true where the condition x is false; false also where it is NULL.
func (x Expr) IsFalse() Expr { return Unary(OpIsFalse, x) }

// IsNotFalse is true where the condition x is true or NULL.
func (x Expr) IsNotFalse() Expr { return Unary(OpIsNotFalse, x) }

// Op returns OpUnary.
func (*UnaryExpr) Op() Op { return OpUnary }

func (n *UnaryExpr) fields(f *Fields) {
	f.Code("op", (*uint8)(&n.op))
	f.Expr("x", &n.x)
}

func (n *UnaryExpr) check() *Error {
	if n.x.IsZero() {
		return missing("the operand")
	}
	n.typ = schema.Boolean
	switch n.op {
	case OpNot:
		return condition("NOT", n.x)
	case OpNeg:
		n.typ = n.x.Type()
		if !numbers(n.typ) && n.typ.Family() != schema.FamilyInterval {
			return fail(CodeType, "no -%s", n.typ)
		}
	case OpBitNot:
		n.typ = n.x.Type()
		if _, ok := integers(n.typ, n.typ); !ok {
			return fail(CodeType, "no ~%s", n.typ)
		}
	case OpIsTrue, OpIsNotTrue, OpIsFalse, OpIsNotFalse:
		return condition(n.op.String(), n.x)
	case OpIsNull, OpIsNotNull:
	default:
		return fail(CodeForm, "unknown operator %d", n.op)
	}
	return nil
}

// Operator returns the operator.
func (n *UnaryExpr) Operator() UnaryOp { return n.op }

// X returns the operand.
func (n *UnaryExpr) X() Expr { return n.x }

var unaryMethods = []Method{{
	On: OnExpr, Name: "neg", Doc: "-x",
	Example: `sql.select(u.age:neg():label "n")`,
	SQL:     `SELECT -"users"."age" AS "n" FROM "users"`,
	Build:   func(self any, _ []any) any { return self.(Expr).Neg() },
}, {
	On: OnExpr, Name: "is_null", Doc: "x IS NULL",
	Example: `sql.select(u.id):where(u.email:is_null())`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."email" IS NULL`,
	Build:   func(self any, _ []any) any { return self.(Expr).IsNull() },
}, {
	On: OnExpr, Name: "is_not_null", Doc: "x IS NOT NULL",
	Example: `sql.select(u.id):where(u.email:is_not_null())`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."email" IS NOT NULL`,
	Build:   func(self any, _ []any) any { return self.(Expr).IsNotNull() },
}, {
	On: OnModule, Name: "not_", Doc: "NOT condition", Args: []Arg{{"condition", ArgCond}},
	Example: `sql.select(u.id):where(sql.not_(u.active))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE NOT "users"."active"`,
	Build:   func(_ any, a []any) any { return Not(a[0]) },
}, {
	On: OnExpr, Name: "bitwise_not", Doc: "the bits that x has not",
	Example: `sql.select(u.age:bitwise_not():label "n")`,
	SQL:     `SELECT ~"users"."age" AS "n" FROM "users"`,
	Build:   func(self any, _ []any) any { return self.(Expr).BitNot() },
},
	truthTest("is_true", "the condition is true, neither false nor NULL", "IS TRUE", Expr.IsTrue),
	truthTest("is_not_true", "the condition is false or NULL", "IS NOT TRUE", Expr.IsNotTrue),
	truthTest("is_false", "the condition is false, neither true nor NULL", "IS FALSE", Expr.IsFalse),
	truthTest("is_not_false", "the condition is true or NULL", "IS NOT FALSE", Expr.IsNotFalse),
}

// truthTest is the row of x:is_true() and its kin.
func truthTest(name, doc, test string, build func(Expr) Expr) Method {
	return Method{
		On: OnExpr, Name: name, Doc: doc,
		Example: `sql.select(u.id):where(u.active:` + name + `())`,
		SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."active" ` + test,
		Build:   func(self any, _ []any) any { return build(self.(Expr)) },
	}
}
