package expr

// Opposite returns NOT x in words of its own, such as a <> b for a = b and NOT IN for IN; ok is false where there
// are none that are true, false and NULL for the same rows, or x is wrong. Dialects write NOT by it.
func Opposite(x Expr) (opposite Expr, ok bool) {
	if x.Err() != nil {
		return Expr{}, false
	}
	switch n := x.node().(type) {
	case *BinaryExpr:
		if op := opposites[n.op]; op != 0 && isPlainSide(n.left) && isPlainSide(n.right) && !(n.left.Type().IsUnknown() && n.right.Type().IsUnknown()) {
			c := *n
			c.op = op
			return turned(&c), true
		}
	case *UnaryExpr:
		if n.op == OpNot {
			return n.x, isTruth(n.x)
		}
		op := oppositeTests[n.op]
		if isNull := n.op == OpIsNull || n.op == OpIsNotNull; isNull && (!isPlainSide(n.x) || n.x.Type().IsUnknown()) {
			return Expr{}, false // a row may be neither
		}
		if op != 0 {
			c := *n
			c.op = op
			return turned(&c), true
		}
	case *InExpr:
		c := *n
		c.not = !n.not
		return turned(&c), true
	case *LikeExpr:
		c := *n
		c.not = !n.not
		return turned(&c), true
	case *BetweenExpr:
		c := *n
		c.not = !n.not
		return turned(&c), true
	}
	return Expr{}, false
}

// isTruth reports whether x is a condition that is never anything but true, false or NULL, as a column of a
// database without booleans may be.
func isTruth(x Expr) bool {
	switch n := x.node().(type) {
	case *BinaryExpr:
		return n.op.IsComparison()
	case *UnaryExpr:
		return n.op == OpNot || oppositeTests[n.op] != 0
	case *InExpr, *LikeExpr, *BetweenExpr, *LogicExpr, *ExistsExpr:
		return true
	}
	return false
}

// turned is a copy that differs in nothing that was checked.
func turned(n exprNode) Expr {
	itself(n)
	return Expr{at: n.expr()}
}

// isPlainSide reports whether x is neither a row nor any or all of many values.
func isPlainSide(x Expr) bool {
	switch x.node().(type) {
	case *TupleExpr, *QuantifiedExpr:
		return false
	}
	return true
}

var opposites = [binaryOps]BinaryOp{OpEq: OpNe, OpNe: OpEq, OpLt: OpGe, OpGe: OpLt, OpGt: OpLe, OpLe: OpGt,
	OpDistinct: OpNotDistinct, OpNotDistinct: OpDistinct}

var oppositeTests = [unaryOps]UnaryOp{OpIsNull: OpIsNotNull, OpIsNotNull: OpIsNull,
	OpIsTrue: OpIsNotTrue, OpIsNotTrue: OpIsTrue, OpIsFalse: OpIsNotFalse, OpIsNotFalse: OpIsFalse}
