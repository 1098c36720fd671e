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
		return n.op == OpNeg && !isConstant(n.x)
	case *BinaryExpr:
		if n.op == OpConcat {
			return doubles(n)
		}
		return !n.op.IsComparison() && !isConstant(Expr{n})
	case *LikeExpr:
		_, literal := n.pattern.node.(*LiteralExpr)
		return !literal && (n.op == OpLike || n.op == OpILike)
	case *CastExpr:
		return !n.coerce && !widens(n.x.Type(), n.to)
	case *CallExpr:
		return n.OfDatabase() || n.fn == nil || !n.fn.IsKnown() || n.fn.partial || strings.HasPrefix(n.fn.name, "concat") && doubles(n)
	case *ExtractExpr, *DateTruncExpr:
		return false
	}
	return true
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

// isConstant reports whether x is the same for every row, and of literals and the time
// alone: it fails for none, or always.
func isConstant(x Expr) bool {
	constant := true
	walkExpr(x, func(n Node) bool {
		switch n := n.(type) {
		case *LiteralExpr, *BinaryExpr, *UnaryExpr:
		case *CallExpr:
			constant = constant && n.fn != nil && n.fn.IsKnown() && !n.OfDatabase() && n.args == nil && n.fn.volatility == Stable
		default:
			constant = false
		}
		return constant
	})
	return constant && !hasQuery(x)
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
