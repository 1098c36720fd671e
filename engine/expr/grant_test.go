package expr_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
)

// TestGrantsOf: what needs a grant is found wherever it stands, and nothing else.
func TestGrantsOf(t *testing.T) {
	raw := id().Custom("<->", 1)
	inside := expr.Select(raw.Label("n")).From(customers()).Subquery("s")
	for name, n := range map[string]expr.Node{
		"itself":                 raw.Node(),
		"an operand":             expr.And(active(), raw.Add(1).IsNull()).Node(),
		"added to an AND":        expr.And(active(), vip()).And(raw.IsNull()).Node(),
		"where":                  ids().Where(raw.IsNull()),
		"order":                  ids().OrderBy(raw),
		"a subquery":             expr.Select(inside.C("n")),
		"a column of a subquery": inside.C("n").Node(),
		"an alias of a subquery": expr.Select(inside.Alias("a").C("n")),
		"a query in an operand":  ids().Where(expr.Exists(ids().Where(raw.IsNull()))),
		"a compound":             ids().Union(ids().Where(raw.IsNull())),
		"a join":                 ids().Join(employees(), raw.IsNull()),
		"WITH":                   expr.Select(expr.CTE(expr.Select(raw.Label("n")), "c").C("n")),
		"a recursive step": expr.Select(expr.Recursive("r", ids(), func(found expr.Source) expr.Query {
			return expr.Select(found.C("id").Custom("<->", 1))
		}).C("id")),
		"rewritten": expr.Rewrite(ids().Where(active()), func(n expr.Node) expr.Node {
			if expr.Equal(n, active().Node()) {
				return raw.IsNull().Node()
			}
			return n
		}),
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, expr.Err(n))
			assert.Equal(t, []expr.Grant{expr.GrantRaw}, expr.GrantsOf(n))
		})
	}
	var none *expr.SelectStmt
	for _, n := range []expr.Node{ids(), expr.Select(sums("s").C("total")), raw.Node().(*expr.CustomExpr).Left().Node(), none, nil} {
		assert.Nil(t, expr.GrantsOf(n))
	}
	assert.Equal(t, expr.Grant("function:f"), expr.FunctionGrant("f"))
}
