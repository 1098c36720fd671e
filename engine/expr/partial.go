package expr

import (
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// CanFail reports whether a node by itself, its operands aside, may make a database fail
// on some rows: what says so of a row must not be evaluated where the row is another
// tenant's. It knows what cannot fail; all else may.
func CanFail(n Node) bool {
	switch n := orNone(n).(type) {
	case *LiteralExpr, *ParamExpr, *ColumnExpr, *RefExpr, *LogicExpr, *InExpr, *BetweenExpr, *CaseExpr, *ExistsExpr, *CollateExpr,
		*TupleExpr, *QuantifiedExpr, *DefaultExpr, *OverExpr, *GroupingExpr, *ArrayExpr, Statement, FromClause:
		return false
	case *UnaryExpr:
		return n.op == OpNeg && !isTotal(exprOf(n))
	case *BinaryExpr:
		if n.op == OpConcat {
			return doubles(n)
		}
		return !n.op.IsComparison() && !isTotal(exprOf(n))
	case *LikeExpr:
		return n.patternFails()
	case *CastExpr:
		return !n.coerce && !widens(n.x.Type(), n.to)
	case *CallExpr:
		return n.OfDatabase() || n.fn == nil || !n.fn.IsKnown() || n.fn.partial || strings.HasPrefix(n.fn.name, "concat") && doubles(n)
	case *ExtractExpr, *DateTruncExpr:
		return false
	}
	return true
}

// FailsByValue reports whether what [CanFail] says of a node depends on the values of
// literals, and not on the shape of the tree alone.
func FailsByValue(n Node) bool {
	switch n := orNone(n).(type) {
	case *UnaryExpr:
		return n.op == OpNeg && isPlain(n.x)
	case *BinaryExpr:
		return n.op != OpConcat && !n.op.IsComparison() && isPlain(n.right)
	case *LikeExpr:
		_, literal := n.pattern.node().(*LiteralExpr)
		return literal
	}
	return false
}

// isPlain reports whether x is a literal, or arithmetic of nothing else.
func isPlain(x Expr) bool {
	switch n := x.node().(type) {
	case *LiteralExpr:
		return true
	case *UnaryExpr:
		return isPlain(n.x)
	case *BinaryExpr:
		return isPlain(n.left) && isPlain(n.right)
	}
	return false
}

// doubles reports whether texts are put together that queries in FROM made: query upon
// query they become longer than a database holds, as those of tables do not.
func doubles(n Node) bool {
	made, seen := 0, 0
	Walk(n, func(n Node) bool {
		if c, ok := n.(*ColumnExpr); ok && c.column == nil {
			made++
		}
		seen++
		return made < 2 && seen < 100
	})
	return made > 1 || seen >= 100
}

// patternFails reports whether the pattern may be one that is an error where it is tried on
// a text: too long for SQLite or, for PostgreSQL, with an escape at its end.
func (n *LikeExpr) patternFails() bool {
	l, ok := n.pattern.node().(*LiteralExpr)
	if !ok || len(l.Value().Text()) > 10_000 {
		return true
	}
	if n.op != OpLike && n.op != OpILike {
		return false
	}
	escape := n.EscapeChar()[0]
	escaped := false
	for i := range len(l.Value().Text()) {
		escaped = !escaped && l.Value().Text()[i] == escape
	}
	return escaped
}

// isTotal reports whether x is arithmetic of literals, or of the time and a span, which
// gives a value. What does not is no error of every row: MariaDB finds it where a row needs
// it, which may be one of another.
func isTotal(x Expr) bool {
	if _, small := smallInt(x); small {
		return true
	}
	n, ok := x.node().(*BinaryExpr)
	if !ok || n.op != OpAdd && n.op != OpSub {
		return false
	}
	call, ok := n.left.node().(*CallExpr)
	return ok && call.fn != nil && call.fn.IsKnown() && !call.OfDatabase() && call.args == nil && call.fn.volatility == Stable && isSmallSpan(n.right)
}

// smallInt is the value of arithmetic of integers that stays far from overflow.
func smallInt(x Expr) (int64, bool) {
	const most = 1 << 31
	var v int64
	switch n := x.node().(type) {
	case *LiteralExpr:
		if n.Value().Type().Family() != schema.FamilyInteger || n.As().Kind() == schema.KindSmallInteger {
			return 0, false
		}
		v = n.Value().Int()
	case *UnaryExpr:
		of, ok := smallInt(n.x)
		if v = -of; !ok || n.op != OpNeg {
			return 0, false
		}
	case *BinaryExpr:
		l, lok := smallInt(n.left)
		r, rok := smallInt(n.right)
		if !lok || !rok {
			return 0, false
		}
		switch n.op {
		case OpAdd:
			v = l + r
		case OpSub:
			v = l - r
		case OpMul:
			v = l * r
		default:
			return 0, false
		}
	default:
		return 0, false
	}
	return v, -most <= v && v < most
}

// isSmallSpan reports whether x is a literal of days, or a span, of some thousand years.
func isSmallSpan(x Expr) bool {
	l, ok := x.node().(*LiteralExpr)
	if !ok {
		return false
	}
	const years = 2000
	small := func(n, most int64) bool { return -most <= n && n <= most }
	if v := l.Value(); v.Kind() == schema.KindInterval {
		return small(int64(v.Months()), 12*years) && small(int64(v.Days()), 365*years) && small(v.Int(), 365*24*3600*1e6)
	}
	days, ok := smallInt(x)
	return ok && small(days, 365*years)
}

// widens reports whether every value of a type is one of another.
func widens(from, to schema.Type) bool {
	if from.IsArray() || to.IsArray() {
		return false
	}
	switch to.Kind() {
	case schema.KindText:
		return from.IsText()
	case schema.KindInteger:
		return from.Kind() == schema.KindSmallInteger || from.Kind() == schema.KindInteger
	case schema.KindBigInteger:
		return from.Family() == schema.FamilyInteger
	case schema.KindNumeric:
		return to.Size() == 0 && (from.Family() == schema.FamilyInteger || from.Family() == schema.FamilyNumeric)
	case schema.KindDouble:
		return from.Family() == schema.FamilyInteger
	}
	return false
}
