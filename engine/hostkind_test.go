package engine_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// TestHostKinds: calls that differ in their data alone are other statements, also where
// plans are remembered; and a policy must name the kind.
func TestHostKinds(t *testing.T) {
	db, things := open(t)
	near, err := expr.NewFunction("near", expr.FunctionOptions{Args: []schema.Type{schema.BigInteger, schema.BigInteger}, Returns: schema.Boolean, Total: true, Data: true,
		Text: func(_ string, data []byte) (string, error) {
			var radius int
			err := serializer.DecodeData(data, &radius)
			return fmt.Sprintf("abs($1 - $2) <= %d", radius), err
		}})
	require.NoError(t, err)
	q := func(radius any, of int) expr.Node {
		data, err := serializer.EncodeData(radius)
		require.NoError(t, err)
		return expr.Select(things.C("id")).Where(expr.Call(near, things.C("id"), of).WithData(data)).OrderBy(things.C("id"))
	}
	sess := session(db)
	for range 3 {
		for _, c := range []struct {
			radius, of int
			want       []int64
		}{{0, 2, []int64{2}}, {1, 2, []int64{1, 2, 3}}, {1, 3, []int64{2, 3}}, {0, 3, []int64{3}}, {1, 9, nil}} {
			got, err := engine.All[int64](t.Context(), sess, q(c.radius, c.of), nil)
			require.NoError(t, err)
			require.Equal(t, c.want, got, "%v", c)
		}
	}
	_, err = sess.Compile(q("x", 1))
	require.ErrorContains(t, err, `function "near": the host says it has no text on sqlite`)

	only := func(names ...string) *engine.Session {
		return engine.New(db, dialect.SQLite).Session(engine.WithPolicy(policy.New().AllowSelect().AllowFunctions(names...)))
	}
	_, err = only("lower").Compile(q(1, 2))
	require.ErrorContains(t, err, "function:near")
	_, err = only("near").Compile(q(1, 2))
	require.NoError(t, err)
}
