package expr

import "github.com/sqlser/sqlser/schema"

// BinaryOp is an operator between two operands. Values are wire codes: append only.
type BinaryOp uint8

// The binary operators.
const (
	OpEq BinaryOp = iota + 1
	OpNe
	OpLt
	OpLe
	OpGt
	OpGe
	OpAdd
	OpSub
	OpMul
	OpDiv
	OpIDiv
	OpMod
	OpConcat
	binaryOps
)

// binaryRows says of each operator all that does not depend on a database.
var binaryRows = [binaryOps]struct {
	sign   string // as people write it
	result func(l, r schema.Type) (t schema.Type, ok bool)
}{
	OpEq: {"=", comparison}, OpNe: {"<>", comparison}, OpLt: {"<", ordering},
	OpLe: {"<=", ordering}, OpGt: {">", ordering}, OpGe: {">=", ordering},
	OpAdd: {"+", arithmetic}, OpSub: {"-", arithmetic}, OpMul: {"*", arithmetic},
	OpDiv: {"/", division}, OpIDiv: {"div", integers}, OpMod: {"%", integers}, OpConcat: {"||", concatenation},
}

func comparison(l, r schema.Type) (schema.Type, bool) { return schema.Boolean, l.Comparable(r) }

func ordering(l, r schema.Type) (schema.Type, bool) {
	return schema.Boolean, l.Comparable(r) && l.Family() != schema.FamilyUUID
}

func numbers(types ...schema.Type) bool {
	for _, t := range types {
		if !t.IsNumber() && !t.IsUnknown() {
			return false
		}
	}
	return true
}

func arithmetic(l, r schema.Type) (schema.Type, bool) { return wider(l, r), numbers(l, r) }

func division(l, r schema.Type) (schema.Type, bool) {
	if wider(l, r).Family() == schema.FamilyFloat {
		return schema.Double, numbers(l, r)
	}
	return schema.Numeric(0, 0), numbers(l, r)
}

func integers(l, r schema.Type) (schema.Type, bool) {
	whole := func(t schema.Type) bool { return t.Family() == schema.FamilyInteger || t.IsUnknown() }
	return wider(l, r), whole(l) && whole(r)
}

func concatenation(l, r schema.Type) (schema.Type, bool) {
	text := func(t schema.Type) bool { return t.IsText() || t.IsUnknown() }
	return schema.Text, text(l) && text(r)
}

// String returns the operator as people write it, such as "<=".
func (op BinaryOp) String() string {
	if op == 0 || op >= binaryOps {
		return "unknown operator"
	}
	return binaryRows[op].sign
}

// IsComparison reports whether the operator gives a truth value.
func (op BinaryOp) IsComparison() bool { return op >= OpEq && op <= OpGe }

// BinaryOps returns every binary operator.
func BinaryOps() []BinaryOp {
	all := make([]BinaryOp, 0, binaryOps)
	for op := BinaryOp(1); op < binaryOps; op++ {
		all = append(all, op)
	}
	return all
}

// BinaryExpr is left op right.
type BinaryExpr struct {
	value
	op          BinaryOp
	left, right Expr
}

// Binary makes left op right.
func Binary(op BinaryOp, left, right any) Expr {
	sides := []Expr{Of(left), Of(right)}
	unify(sides, op.IsComparison())
	return Expr{seal(&BinaryExpr{op: op, left: sides[0], right: sides[1]})}
}

// Op returns OpBinary.
func (*BinaryExpr) Op() Op { return OpBinary }

func (n *BinaryExpr) fields(f *Fields) {
	f.Code("op", (*uint8)(&n.op))
	f.Expr("left", &n.left)
	f.Expr("right", &n.right)
}

func (n *BinaryExpr) check() *Error {
	if n.left.IsZero() || n.right.IsZero() {
		return missing("an operand")
	}
	if n.op == 0 || n.op >= binaryOps {
		return fail(CodeForm, "unknown operator %d", n.op)
	}
	l, r := n.left.Type(), n.right.Type()
	var ok bool
	if n.typ, ok = binaryRows[n.op].result(l, r); !ok {
		return fail(CodeType, "no %s %s %s", l, n.op, r)
	}
	return nil
}

// Operator returns the operator.
func (n *BinaryExpr) Operator() BinaryOp { return n.op }

// Left returns the left operand.
func (n *BinaryExpr) Left() Expr { return n.left }

// Right returns the right operand.
func (n *BinaryExpr) Right() Expr { return n.right }
