package expr_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func same(n expr.Node) expr.Node { return n }

// TestSprint shows each fixture, for people to look at when it changes.
func TestSprint(t *testing.T) {
	var b strings.Builder
	for _, op := range everyOp() {
		for i, fix := range fixtures[op] {
			fmt.Fprintf(&b, "# %s %d\n%s\n", op, i, expr.Sprint(fix.make()))
		}
	}
	golden(t, "sprint.golden", b.String())
}

// below lists what Children visits.
func below(n expr.Node) (nodes []expr.Node) {
	expr.Children(n, func(c expr.Node) { nodes = append(nodes, c) })
	return nodes
}

// identity is what tells nodes apart: tables by the table, others by themselves.
func identity(n expr.Node) any {
	if s, ok := n.(expr.Source); ok {
		return s.Identity()
	}
	return n
}

// TestWalkIsChildrenAllTheWay, entering each source once.
func TestWalkIsChildrenAllTheWay(t *testing.T) {
	eachFixture(t, func(t *testing.T, fix fixture) {
		n := fix.make()
		var want, got []any
		seen := map[any]bool{}
		var enter func(expr.Node)
		enter = func(n expr.Node) {
			if _, ok := n.(expr.Source); ok {
				if seen[identity(n)] {
					return
				}
				seen[identity(n)] = true
			}
			want = append(want, identity(n))
			for _, c := range below(n) {
				enter(c)
			}
		}
		enter(n)
		expr.Walk(n, func(n expr.Node) bool { got = append(got, identity(n)); return true })
		assert.Equal(t, want, got)

		visits := 0
		expr.Walk(n, func(expr.Node) bool { visits++; return false })
		assert.Equal(t, 1, visits, "nothing is entered that is not wanted")
	})
}

// TestSizeIsTheWalk: size counts every node each time, but for the sources that
// only columns name; depth counts these, too.
func TestSizeIsTheWalk(t *testing.T) {
	var measure func(n expr.Node) (size, depth int)
	measure = func(n expr.Node) (size, depth int) {
		var changed any // the table, which the columns that are given only name
		for i, c := range below(n) {
			s, d := measure(c)
			source, _ := c.(expr.Source)
			switch n.Op() {
			case expr.OpColumn:
				s = 0
			case expr.OpInsert, expr.OpUpdate:
				if i == 0 {
					changed = source.Identity()
				} else if source != nil && source.Identity() == changed {
					s = 0
				}
			}
			size += s
			depth = max(depth, d)
		}
		return size + 1, depth + 1
	}
	eachFixture(t, func(t *testing.T, fix fixture) {
		n := fix.make()
		size, depth := measure(n)
		assert.Equal(t, size, expr.Size(n))
		assert.Equal(t, depth, expr.Depth(n))
	})
}

// TestSourcesAreCompleteBeforeTheyAreNamed: the order in which bytes number them.
func TestSourcesAreCompleteBeforeTheyAreNamed(t *testing.T) {
	s := sums("s")
	a, b := customers().Alias("a"), s.Alias("b")
	q := expr.Select(b.C("total"), a.C("id"), s.C("total")).From(a, s, b).Where(a.C("id").In(ids()))
	var shown []string
	for _, s := range expr.Sources(q) {
		shown = append(shown, s.Op().String()+" "+s.Name())
	}
	assert.Equal(t, []string{"table shop.orders", "subquery s", "alias b", "table customers", "alias a"}, shown)

	eachFixture(t, func(t *testing.T, fix fixture) {
		n, done := fix.make(), map[any]bool{}
		for _, s := range expr.Sources(n) {
			expr.Walk(s, func(n expr.Node) bool {
				if id := identity(n); id != s.Identity() && n.Op() != expr.OpLiteral {
					if _, ok := n.(expr.Source); ok {
						assert.True(t, done[id], "%s comes before %s, which it names", s.Name(), n.(expr.Source).Name())
						return false
					}
				}
				return true
			})
			assert.False(t, done[s.Identity()], "%s twice", s.Name())
			done[s.Identity()] = true
		}
	})
}

func TestDependencies(t *testing.T) {
	o, p := orders(), expr.Param("p", schema.Integer)
	s := sums("s")
	q := expr.Select(id(), expr.Func("max", age()), s.C("total")).From(customers(), s).
		Where(id().Eq(p), age().Gt(p), expr.Func("max", id()).IsNull(), expr.Exists(expr.Select(o.C("id"))))
	d := expr.DependenciesOf(q)
	var tables, columns, functions, parameters []string
	for _, t := range d.Tables {
		tables = append(tables, t.String())
	}
	for _, c := range d.Columns {
		columns = append(columns, c.String())
	}
	for _, f := range d.Functions {
		functions = append(functions, f.Name())
	}
	for _, p := range d.Parameters {
		parameters = append(parameters, p.Name())
	}
	assert.Equal(t, []string{"customers", "shop.orders"}, tables)
	assert.Equal(t, []string{"customers.id", "customers.age", "shop.orders.customer_id", "shop.orders.total", "shop.orders.id"}, columns)
	assert.Equal(t, []string{"max", "sum"}, functions)
	assert.Equal(t, []string{"p"}, parameters)
	assert.Equal(t, expr.Dependencies{Tables: []*schema.Table{shop().Lookup("customers")}}, expr.DependenciesOf(customers()))
}

func TestRewriteWithoutChangeIsTheSame(t *testing.T) {
	eachFixture(t, func(t *testing.T, fix fixture) {
		n := fix.make()
		assert.Same(t, n, expr.Rewrite(n, same))
	})
}

// TestRewriteReachesAll: change gets what Walk visits, each as often, children first.
func TestRewriteReachesAll(t *testing.T) {
	eachFixture(t, func(t *testing.T, fix fixture) {
		n := fix.make()
		var walked, changed []any
		expr.Walk(n, func(n expr.Node) bool { walked = append(walked, identity(n)); return true })
		expr.Rewrite(n, func(n expr.Node) expr.Node {
			for _, c := range below(n) {
				assert.Contains(t, changed, identity(c), "a child after its parent")
			}
			changed = append(changed, identity(n))
			return n
		})
		assert.ElementsMatch(t, walked, changed)
	})
}

// fresh makes leaves and sources anew, so that every node above is another.
func fresh(n expr.Node) expr.Node {
	switch n := n.(type) {
	case *expr.LiteralExpr:
		return expr.TypedLiteral(n.Value(), n.As()).Node()
	case *expr.ParamExpr:
		return expr.ParamOf(n.Parameter()).Node()
	case *expr.RefExpr:
		return expr.Ref(n.Name()).Node()
	case *expr.ColumnExpr:
		return n.Source().C(n.Name()).Node()
	case *expr.AliasSource:
		if n.Rows() != nil {
			return n.Of().(*expr.EntitySource).AliasOf(n.Rows(), n.Name())
		}
		return n.Of().Alias(n.Name())
	case *expr.SubquerySource:
		if n.IsLateral() {
			return expr.Lateral(n.Query(), n.Name())
		}
		return expr.Subquery(n.Query(), n.Name())
	}
	return n
}

// TestRewriteOfAllLeaves makes an equal tree that shares no node with the first,
// tables aside, and leaves the first as it was.
func TestRewriteOfAllLeaves(t *testing.T) {
	eachFixture(t, func(t *testing.T, fix fixture) {
		n := fix.make()
		before := expr.Sprint(n)
		made := expr.Rewrite(n, fresh)
		require.NoError(t, expr.Err(made))
		assert.Equal(t, before, expr.Sprint(n))
		assert.True(t, expr.Equal(n, made))
		assert.Equal(t, expr.Size(n), expr.Size(made))
		old := map[any]bool{}
		expr.Walk(n, func(n expr.Node) bool { old[n] = true; return true })
		expr.Walk(made, func(n expr.Node) bool {
			if slices.ContainsFunc(append(below(n), n), func(n expr.Node) bool { return fresh(n) != n }) {
				assert.False(t, old[n], "%s is shared", n.Op())
			}
			return true
		})
	})
}

// TestRewriteReplacesLiterals in whatever place they stand.
func TestRewriteReplacesLiterals(t *testing.T) {
	eachFixture(t, func(t *testing.T, fix fixture) {
		n, literals, replaced := fix.make(), 0, 0
		expr.Walk(n, func(n expr.Node) bool {
			if n.Op() == expr.OpLiteral {
				literals++
			}
			return true
		})
		made := expr.Rewrite(n, func(n expr.Node) expr.Node {
			if l, ok := n.(*expr.LiteralExpr); ok {
				return expr.TypedLiteral(l.Value(), l.Type()).Node()
			}
			return n
		})
		expr.Walk(made, func(n expr.Node) bool {
			if l, ok := n.(*expr.LiteralExpr); ok && !l.As().IsUnknown() {
				replaced++
			}
			return true
		})
		assert.Equal(t, literals, replaced)
	})
}

// TestRewriteOfASource: what named the old one names the new one everywhere.
func TestRewriteOfASource(t *testing.T) {
	s := sums("s")
	a := s.Alias("a")
	q := expr.Select(a.C("total"), s.C("total").Label("t")).From(a, s).Where(a.C("total").Gt(s.C("total")))
	changes := 0
	made := expr.Rewrite(q, func(n expr.Node) expr.Node {
		if n, ok := n.(*expr.SubquerySource); ok {
			changes++
			return expr.Subquery(n.Query(), "other")
		}
		return n
	})
	require.NoError(t, expr.Err(made))
	assert.Equal(t, 1, changes, "a source is rewritten once")
	var names []string
	for _, s := range expr.Sources(made) {
		names = append(names, s.Name())
	}
	assert.Equal(t, []string{"shop.orders", "other", "a"}, names)
	assert.Equal(t, "s", s.Name())

	alias := expr.Rewrite(a, func(n expr.Node) expr.Node {
		if n.Op() == expr.OpSubquery {
			return customers()
		}
		return n
	})
	require.NoError(t, expr.Err(alias))
	assert.Equal(t, shop().Lookup("customers"), expr.TableOf(alias.(expr.Source)))
}

// TestRewriteChecks: what comes of it is checked as what is built, and a bad
// replacement never goes through in silence.
func TestRewriteChecks(t *testing.T) {
	replace := func(op expr.Op, by expr.Node) func(expr.Node) expr.Node {
		return func(n expr.Node) expr.Node {
			if n.Op() == op {
				return by
			}
			return n
		}
	}
	text := expr.Of("x").Node()
	for name, c := range map[string]struct {
		n    expr.Node
		by   func(expr.Node) expr.Node
		code expr.Code
	}{
		"another type":              {age().Add(1).Node(), replace(expr.OpLiteral, text), expr.CodeType},
		"nothing":                   {age().Add(1).Node(), replace(expr.OpLiteral, nil), expr.CodeMissing},
		"a source for a value":      {age().Add(1).Node(), replace(expr.OpLiteral, customers()), expr.CodeMissing},
		"a value for a source":      {expr.Select(1).From(customers()), replace(expr.OpTable, text), expr.CodeMissing},
		"a value for a join":        {expr.Select(1).From(customers().Join(orders())), replace(expr.OpJoin, text), expr.CodeMissing},
		"a value for a query":       {ids().Exists().Node(), replace(expr.OpSelect, text), expr.CodeMissing},
		"no source of a column":     {id().Node(), replace(expr.OpTable, nil), expr.CodeMissing},
		"a source with other ones":  {id().Node(), replace(expr.OpTable, orders()), expr.CodeName},
		"a bad source":              {id().Node(), replace(expr.OpTable, expr.Table(nil)), expr.CodeMissing},
		"a source with fewer":       {sums("s").C("total").Node(), replace(expr.OpSubquery, ids().Subquery("s")), expr.CodeName},
		"a term that makes no AND":  {expr.And(active(), vip()).Node(), replace(expr.OpColumn, text), expr.CodeType},
		"an AND in an AND":          {expr.And(active(), vip().IsNull()).Node(), replace(expr.OpUnary, expr.And(active(), vip()).Node()), expr.CodeForm},
		"a query of too many":       {ids().Scalar().Node(), replace(expr.OpSelect, expr.Select(1, 2)), expr.CodeType},
		"a source, nothing":         {customers().Alias("a"), replace(expr.OpTable, nil), expr.CodeMissing},
		"a bad one":                 {age().Add(1).Node(), replace(expr.OpLiteral, expr.Of(struct{}{}).Node()), expr.CodeArgument},
		"a nil pointer for a value": {age().Add(1).Node(), replace(expr.OpLiteral, (*expr.LiteralExpr)(nil)), expr.CodeMissing},
	} {
		t.Run(name, func(t *testing.T) {
			before := expr.Sprint(c.n)
			made := expr.Rewrite(c.n, c.by)
			require.NotNil(t, made)
			refused(t, expr.Err(made), c.code, "")
			assert.NotEmpty(t, expr.Sprint(made))
			assert.NoError(t, expr.Err(c.n))
			assert.Equal(t, before, expr.Sprint(c.n))
		})
	}
	assert.Nil(t, expr.Rewrite(id().Node(), func(expr.Node) expr.Node { return nil }))
	assert.Nil(t, expr.Rewrite(customers(), func(expr.Node) expr.Node { return nil }))
}

// TestBadSourceGivesNoColumns: a rewritten source that is bad has none of the old
// one's columns.
func TestBadSourceGivesNoColumns(t *testing.T) {
	alias := expr.Rewrite(customers().Alias("a"), func(n expr.Node) expr.Node {
		if n.Op() == expr.OpTable {
			return nil
		}
		return n
	}).(*expr.AliasSource)
	refused(t, alias.C("id").Err(), expr.CodeMissing, "the source")
	refused(t, expr.Err(alias.Alias("b")), expr.CodeMissing, "the source")
	refused(t, expr.Err(alias.Join(orders())), expr.CodeMissing, "the source")
	assert.Empty(t, alias.Columns())
	assert.Empty(t, alias.Find("id"))
}

// TestTexts counts the text of values where they stand, also in rows, and no further than asked for.
func TestTexts(t *testing.T) {
	x := expr.Of("12345")
	both := x.Concat(x)
	require.Equal(t, 10, expr.Texts(both.Node(), 1000))
	require.Equal(t, 20, expr.Texts(both.Concat(both).Node(), 1000))
	rows := expr.Values([]expr.ColumnType{{Name: "a"}, {Name: "b"}}, []any{x, 1}, []any{"67", 2}).Alias("v")
	require.Equal(t, 7, expr.Texts(expr.Select(rows), 1000))
	require.Equal(t, 7, expr.Texts(expr.Select(rows.C("a"), rows.C("b")), 1000), "a source is entered once")
	list := make([]any, 1000)
	for i := range list {
		list[i] = x
	}
	require.Less(t, expr.Texts(x.In(list...).Node(), 20), 40)
	require.Zero(t, expr.Texts(nil, 1000))
}
