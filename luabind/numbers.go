package luabind

import (
	"math/big"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"

	"github.com/sqlser/sqlser/engine/expr"
)

// A number of Lua's is a float, and 9007199254740993 is none. Where such a number is
// written beside an expression, or in the arguments of what builds, the query gets
// what is written; Lua goes on with what it makes of it.

// inexact returns what is written where a Lua number holds something else.
func inexact(x ast.Expr) (expr.Value, bool) {
	sign := ""
	if minus, ok := x.(*ast.UnaryMinusOpExpr); ok {
		sign, x = "-", minus.Expr
	}
	n, ok := x.(*ast.NumberExpr)
	if !ok || len(n.Value) < 16 || n.Value[0] == '0' && n.Value[1] != '.' || strings.ContainsAny(n.Value, "xXeEpP") {
		return expr.Value{}, false
	}
	f, err := strconv.ParseFloat(n.Value, 64)
	if err != nil {
		return expr.Value{}, false
	}
	written, ok := new(big.Rat).SetString(n.Value)
	if !ok {
		return expr.Value{}, false
	}
	shortest, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'f', -1, 64))
	if written.IsInt() && written.Cmp(big.NewRat(maxExact, 1)) < 0 || !written.IsInt() && written.Cmp(shortest) == 0 {
		return expr.Value{}, false
	}
	text := sign + strings.TrimSuffix(n.Value, ".")
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return expr.Int(n), true
	}
	v, err := expr.Decimal(text)
	return v, err == nil
}

// exact makes constants of the numbers that no Lua number holds in an argument. It
// returns how deep in constructors they stand: 1 for the argument itself, 0 for none.
func (r *rewriter) exact(place *ast.Expr) int {
	if r.plain {
		return 0
	}
	if t, ok := (*place).(*ast.TableExpr); ok {
		depth := 0
		for _, f := range t.Fields {
			if inner := r.exact(&f.Value); inner > 0 {
				depth = max(depth, inner+1)
			}
		}
		return depth
	}
	v, ok := inexact(*place)
	if !ok {
		return 0
	}
	*place = placed(*place, &ast.StringExpr{Value: r.swap.value(v)})
	return 1
}

// inexactly makes Lua's numbers again of such constants, so deep in constructors.
func inexactly(v lua.LValue, depth int) lua.LValue {
	switch v := v.(type) {
	case *lua.LUserData:
		if written, ok := v.Value.(expr.Value); ok && v.Metatable == lua.LNil && depth > 0 {
			f, _ := rational(written).Float64()
			return lua.LNumber(f)
		}
	case *lua.LTable:
		for _, f := range fields(v) {
			if depth > 1 {
				v.RawSet(f.key, inexactly(f.value, depth-1))
			}
		}
	}
	return v
}

// withExact adds, behind the operands of an operator, what is written of those that
// are numbers.
func (r *rewriter) withExact(left, right ast.Expr) []ast.Expr {
	args := []ast.Expr{one(left), one(right)}
	l, isLeft := inexact(left)
	m, isRight := inexact(right)
	switch {
	case isLeft && !isRight:
		return append(args, placed(left, &ast.StringExpr{Value: r.swap.value(l)}))
	case isRight && !isLeft:
		return append(args, placed(right, &ast.NilExpr{}), placed(right, &ast.StringExpr{Value: r.swap.value(m)}))
	}
	return args
}

// arithmetic stays Lua's, which asks an expression's metamethods, save beside a number
// that no Lua number holds.
func (r *rewriter) arithmetic(x *ast.ArithmeticOpExpr) ast.Expr {
	if args := r.withExact(x.Lhs, x.Rhs); len(args) > 2 && !r.plain {
		return r.helper(x, helpArithmetic, append([]ast.Expr{placed(x, &ast.StringExpr{Value: x.Operator})}, args...)...)
	}
	return x
}

var arithmeticEvents = map[string]string{"+": "__add", "-": "__sub", "*": "__mul", "/": "__div", "%": "__mod", "^": "__pow"}
