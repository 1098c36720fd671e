package expr_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
)

// TestExprIsAPointer: no == that Go would make a bool of, and yet an operand needs no memory.
func TestExprIsAPointer(t *testing.T) {
	for _, typ := range []reflect.Type{reflect.TypeFor[expr.Expr](), reflect.TypeFor[expr.Item](), reflect.TypeFor[expr.Order]()} {
		require.False(t, typ.Comparable(), typ)
	}
	require.Equal(t, reflect.TypeFor[*int]().Size(), reflect.TypeFor[expr.Expr]().Size())
	x := expr.Of(1)
	var operand any
	require.Zero(t, testing.AllocsPerRun(100, func() { operand = x }))
	require.Equal(t, operand, x)
}

// TestExprsAreOfTheirNodes: wherever an expression stands, the node that it leads to is the
// one that it is in, and no other that this one was copied from: in what is built, rewritten,
// resolved, made by a pattern, or has let go of conditions.
func TestExprsAreOfTheirNodes(t *testing.T) {
	exprs := 0
	eachFixture(t, func(t *testing.T, fix fixture) {
		n := fix.make()
		rewritten := expr.Rewrite(n, func(n expr.Node) expr.Node {
			if l, ok := n.(*expr.LiteralExpr); ok && l.Value().Kind() == expr.Int(1).Kind() {
				return expr.Of(l.Value().Int() + 1).Node()
			}
			return n
		})
		for _, root := range []expr.Node{n, rewritten, expr.Given(n, nil), patterned(n)} {
			exprs += holdExprs(t, root)
		}
		if r, err := expr.Resolve(n); err == nil {
			exprs += holdExprs(t, r.Statement())
		}
	})
	require.Greater(t, exprs, 500)
}

// patterned is n as a pattern makes it; n itself where nothing of it is free.
func patterned(n expr.Node) expr.Node {
	var all []*expr.LiteralExpr
	expr.Walk(n, func(n expr.Node) bool {
		if l, ok := n.(*expr.LiteralExpr); ok {
			all = append(all, l)
		}
		return true
	})
	p, free := expr.NewPattern(n, all)
	if p == nil {
		return n
	}
	var values []expr.Value
	for _, i := range free {
		values = append(values, all[i].Value())
	}
	return p.With(values)
}

// holdExprs looks at all expressions below a node, and counts them.
func holdExprs(t *testing.T, root expr.Node) (found int) {
	t.Helper()
	seen := map[uintptr]bool{}
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Interface:
			walk(v.Elem())
		case reflect.Pointer:
			if typ := v.Type().String(); v.IsNil() || seen[v.Pointer()] || len(typ) < 6 || typ[:6] != "*expr." {
				return
			}
			seen[v.Pointer()] = true
			walk(v.Elem())
		case reflect.Slice, reflect.Array:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Struct:
			if at := v.FieldByName("at"); v.Type() == reflect.TypeFor[expr.Expr]() && !at.IsNil() {
				node := at.Elem().FieldByName("self").Elem()
				require.Equal(t, at.Pointer(), node.Elem().FieldByName("exprState").Addr().Pointer(), "%s in %T", node.Type(), root)
				found++
				walk(node)
				return
			}
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		}
	}
	walk(reflect.ValueOf(root))
	return found
}
