package expr_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// absent is a condition on a column that is there where parameter p is given.
func absent(x expr.Expr) expr.Expr {
	p := expr.Param("p", schema.Text)
	return p.IfGiven(x.Eq(p))
}

// optional is absent of a number by a parameter of another name.
func optional(name string) expr.Expr {
	p := expr.Param(name, schema.Integer)
	return p.IfGiven(customers().C("age").Gt(p))
}

// TestGiven: what is given makes of a condition what would have been written without.
func TestGiven(t *testing.T) {
	c := customers()
	over := func(name string) expr.Expr { return c.C("age").Gt(expr.Param(name, schema.Integer)) }
	active := c.C("name").IsNotNull()
	sub := func(x expr.Expr) expr.Expr { return c.C("id").In(ids().Where(x)) }
	for name, k := range map[string]struct {
		q     expr.Node
		given string
		want  expr.Node
	}{
		"nothing":                    {ids().Where(optional("a")), "", ids()},
		"it":                         {ids().Where(optional("a")), "a", ids().Where(over("a"))},
		"another":                    {ids().Where(optional("a")), "b", ids()},
		"some of AND":                {ids().Where(optional("a"), active, optional("b")), "b", ids().Where(active, over("b"))},
		"none of AND":                {ids().Where(optional("a"), optional("b")), "", ids()},
		"one is left":                {ids().Where(optional("a"), optional("b")), "b", ids().Where(over("b"))},
		"none of OR is no condition": {ids().Where(active, expr.Or(optional("a"), optional("b"))), "", ids().Where(active)},
		"some of OR":                 {ids().Where(expr.Or(optional("a"), active, optional("b"))), "a", ids().Where(expr.Or(over("a"), active))},
		"it stays flat":              {ids().Where(active, expr.Param("a", schema.Integer).IfGiven(expr.And(over("a"), over("b")))), "ab", ids().Where(active, over("a"), over("b"))},
		"one in another":             {ids().Where(expr.Param("a", schema.Integer).IfGiven(optional("b"))), "a", ids()},
		"having":                     {ids().GroupBy(c.C("id")).Having(optional("a")), "", ids().GroupBy(c.C("id"))},
		"filter":                     {expr.Select(expr.Func("count").Filter(optional("a"))).From(c), "", expr.Select(expr.Func("count")).From(c)},
		"beside others in ON":        {ids().Join(orders(), orders().C("id").Eq(1).And(optional("a"))), "", ids().Join(orders(), orders().C("id").Eq(1))},
		"beside others in CASE":      {expr.Case(expr.NewWhen(active.And(optional("a")), 1)).Node(), "", expr.Case(expr.NewWhen(active, 1)).Node()},
		"in a query":                 {ids().Where(sub(optional("a"))), "", ids().Where(c.C("id").In(ids()))},
		"an expression":              {active.And(optional("a")).Node(), "", active.Node()},
		"an expression of itself":    {optional("a").Node(), "", nil},
		"a change with others":       {expr.Delete(c).Where(active, optional("a")), "", expr.Delete(c).Where(active)},
		"a source and its columns": {func() expr.Node {
			s := ids().Where(optional("a")).Subquery("s")
			return expr.Select(s.C("id")).From(s)
		}(), "a", func() expr.Node {
			s := ids().Where(over("a")).Subquery("s")
			return expr.Select(s.C("id")).From(s)
		}()},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, expr.Err(k.q))
			require.True(t, expr.IsConditional(k.q))
			got := expr.Given(k.q, func(name string) bool { return strings.Contains(k.given, name) })
			if k.want == nil {
				require.Nil(t, got)
				return
			}
			require.NoError(t, expr.Err(got))
			require.False(t, expr.IsConditional(got))
			require.True(t, expr.Equal(k.want, got), "%s", expr.Sprint(got))
		})
	}
}

// TestGivenKeepsChangesWithinTheirCondition: where that vanishes, so would the limit of what is changed.
func TestGivenKeepsChangesWithinTheirCondition(t *testing.T) {
	c := customers()
	for name, q := range map[string]expr.Node{
		"update": expr.Update(c).Set(expr.Assign{"age": 1}).Where(optional("a"), expr.Or(optional("b"), optional("a"))),
		"delete": expr.Delete(c).Where(optional("a"), optional("b")),
		"in a CTE": func() expr.Node {
			gone := expr.Delete(c).Where(optional("a"), optional("b")).Returning(c.C("id")).CTE("gone")
			return expr.Select(gone.C("id")).From(gone)
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, expr.Err(q))
			e := faultOf(t, expr.Err(expr.Given(q, nil)))
			require.Equal(t, expr.CodeMissing, e.Code)
			require.Contains(t, e.Reason, `nothing is left of its condition where none is given of "a", "b"`)
			_, err := expr.Resolve(q)
			require.ErrorAs(t, err, &e)
			require.NoError(t, expr.Err(expr.Given(q, func(name string) bool { return name == "b" })))
		})
	}
}

// TestIfGivenOfWhatHasAValue: a parameter that has one needs no node, bound ones included.
func TestIfGivenOfWhatHasAValue(t *testing.T) {
	cond := customers().C("age").Gt(1)
	require.Equal(t, cond, expr.ParamDefault("p", schema.Integer, 1).IfGiven(cond))
	require.Equal(t, cond, expr.HostValue("tenant", schema.Integer).IfGiven(cond))

	q := ids().Where(optional("a"), optional("b"))
	bound, err := expr.Bind(q, map[string]any{"a": nil}) // NULL is a value
	require.NoError(t, err)
	p := expr.ParamOf(expr.NewParameter("a", schema.Integer).Bound(expr.Value{}))
	require.True(t, expr.Equal(ids().Where(customers().C("age").Gt(p), optional("b")), bound), "%s", expr.Sprint(bound))
	all, err := expr.Bind(bound, map[string]any{"b": 2})
	require.NoError(t, err)
	require.False(t, expr.IsConditional(all))
}

func TestOptionalParameters(t *testing.T) {
	names := func(n expr.Node) (list []string) {
		for _, p := range expr.OptionalParameters(n) {
			list = append(list, p.Name())
		}
		return list
	}
	c := customers()
	assert.Equal(t, []string{"a", "b"}, names(ids().Where(optional("a"), optional("b"))))
	assert.Equal(t, []string{"b"}, names(ids().Where(optional("a"), optional("b"), c.C("id").Eq(expr.Param("a", schema.Integer)))), "it is needed elsewhere")
	assert.Empty(t, names(ids().Where(c.C("id").Eq(expr.Param("a", schema.Integer)))))
	s := ids().Where(c.C("age").Gt(expr.Param("b", schema.Integer))).Subquery("s") // first named where it may vanish
	q := expr.Select(c.C("id"), expr.Func("count").Filter(expr.Param("a", schema.Integer).IfGiven(s.C("id").Gt(1)))).From(c, s)
	assert.Equal(t, []string{"a"}, names(q))
}
