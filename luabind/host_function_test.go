package luabind_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

func TestHostFunctions(t *testing.T) {
	double := luabind.Function{
		Name: "double", Params: []luabind.FunctionParam{{Name: "n", Type: schema.BigInteger}}, Result: schema.BigInteger,
		Call: func(_ context.Context, args []expr.Value) (expr.Value, error) {
			if args[0].IsNull() {
				return expr.Value{}, nil
			}
			if args[0].Int() < 0 {
				return expr.Value{}, errors.New("less than nothing")
			}
			return expr.Int(2 * args[0].Int()), nil
		},
	}
	rt := newRuntime(t, luabind.WithFunction(double), luabind.WithValue("region", "north"), luabind.WithValue("rate", 0.5))
	require.Equal(t, 42.0, run(t, rt, `return double(21)`))
	require.Equal(t, []any{"north", 0.5, true}, run(t, rt, `return {region, rate, double(nil) == nil}`))
	require.NotNil(t, run(t, rt, `return sql.select(u.id):where(u.name == region and u.age == double(2))`))
	for script, want := range map[string]string{
		`return double()`:        "double: expected double(n), got 0 arguments",
		`return double("x")`:     "double: n: ",
		`return double(1.5)`:     "double: n: ",
		`return double(-1)`:      "double: less than nothing",
		`return double(u.id)`:    "double: n: ",
		`return double({})`:      "double: n: expected",
		`return double(1, 2, 3)`: "got 3 arguments",
	} {
		require.ErrorContains(t, fails(t, rt, script), want, script)
	}
	run(t, rt, `double = nil region = 1 return 1`)
	require.Equal(t, "north", run(t, rt, `return region`), "another script's globals")
	for _, o := range []luabind.Option{luabind.WithValue("print", 1), luabind.WithValue("string", 1), luabind.WithValue("x", struct{}{}), luabind.WithFunction(luabind.Function{Name: "f"})} {
		_, err := luabind.New(testMeta(t), o)
		require.Error(t, err)
	}
}
