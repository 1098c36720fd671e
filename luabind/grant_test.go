package luabind_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
)

// TestGrants: each method that needs a grant is an error without it, and works
// with it.
func TestGrants(t *testing.T) {
	without, with := newRuntime(t), newRuntime(t, luabind.Grant(expr.GrantRaw, expr.FunctionGrant("soundex")))
	n := 0
	for _, m := range expr.Methods() {
		if m.Grant == "" {
			v := run(t, without, "return "+m.Example)
			if q, ok := v.(expr.Node); ok {
				require.Empty(t, expr.GrantsOf(q), m.Name)
			}
			continue
		}
		n++
		needs, refusal := expr.GrantRaw, `it needs the grant "raw", which the host does not give`
		if m.Grant == expr.GrantFunctions {
			needs, refusal = expr.FunctionGrant("soundex"), `there is no function "soundex"`
		}
		_, err := without.Run(context.Background(), "test.lua", prelude+"return "+m.Example)
		require.ErrorContains(t, err, refusal, m.Name)
		var e *luabind.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, 1, e.Line)
		v := run(t, with, "return "+m.Example)
		if x, ok := v.(expr.Expr); ok {
			v = x.Node()
		}
		require.Equal(t, []expr.Grant{needs}, expr.GrantsOf(v.(expr.Node)), m.Name)
	}
	require.Positive(t, n)
}

// TestCustomOperators: what x:op gives is called with one operand.
func TestCustomOperators(t *testing.T) {
	rt := newRuntime(t, luabind.Grant(expr.GrantRaw))
	for source, want := range map[string]string{
		`u.age:op("--")(1)`:      `operator "--" begins a comment`,
		`u.age:op("OR")(1)`:      `operator "OR": expected characters among`,
		`u.age:op("<->")()`:      `expected an expression or a plain value, got 0 arguments`,
		`u.age:op("<->")(1, 2)`:  `got 2 arguments`,
		`u.age:op("<->")({})`:    `expected an expression or a plain value`,
		`u.age:op("<->", 1)(2)`:  `expected a type`,
		`u.age:op()`:             `expected a string, got nothing`,
		`u.age.op("<->")(u.age)`: `with a colon`,
	} {
		_, err := rt.Run(context.Background(), "test.lua", prelude+"return "+source)
		require.ErrorContains(t, err, want, source)
	}
}
