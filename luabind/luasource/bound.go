package luasource

import (
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
)

// unboundOf returns a statement as it was before its method params bound some of its parameters, and
// those. Where binding them again would not make n, as of a tree that no method makes, n is as it is.
func unboundOf(n expr.Node) (expr.Node, []*expr.Parameter) {
	if _, ok := n.(expr.Statement); !ok {
		return n, nil
	}
	var bound []*expr.Parameter
	values := map[string]any{}
	for _, p := range expr.DependenciesOf(n).Parameters {
		if v, _ := p.Default(); p.IsBound() {
			bound, values[p.Name()] = append(bound, p), v
		}
	}
	if len(bound) == 0 {
		return n, nil
	}
	free := expr.Rewrite(n, func(n expr.Node) expr.Node {
		if x, ok := n.(*expr.ParamExpr); ok && x.Parameter().IsBound() {
			return expr.ParamOf(x.Parameter().Unbound()).Node()
		}
		return n
	})
	if again, err := expr.Bind(free, values); err != nil || !expr.Equal(again, n) {
		return n, nil
	}
	return free, bound
}

// bind adds the call that binds parameters to the text of a statement.
func (p *printer) bind(t text, bound []*expr.Parameter) text {
	if len(bound) == 0 || p.err != nil {
		return t
	}
	w := &writer{p: p}
	w.text(p.receiver(t))
	if strings.Contains(t.s, "\n") {
		w.raw("\n  ")
	}
	w.raw(":params{")
	for i, b := range bound {
		if i > 0 {
			w.raw(", ")
		}
		w.raw(key(b.Name()))
		w.bound(b)
	}
	w.raw("}")
	return text{s: w.b.String()}
}

// bound writes the value that a parameter is bound to.
func (w *writer) bound(p *expr.Parameter) {
	v, _ := p.Default()
	if p.Type().IsArray() && !v.IsNull() {
		values, err := v.Values(p.Type().Elem())
		if err != nil {
			w.p.fail(err)
			return
		}
		w.list(len(values), true, func(i int) { w.operand(expr.ArgOperand, expr.Literal(values[i])) })
		return
	}
	w.operand(expr.ArgOperand, expr.Literal(v))
}
