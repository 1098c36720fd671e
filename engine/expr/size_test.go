package expr_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// many makes a list of operands.
func many(n int, each func(i int) any) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = each(i)
	}
	return list
}

func again(v any) func(int) any { return func(int) any { return v } }

// aliases are other sources of a table, all of one name.
func aliases(t *expr.TableSource, n int) []*expr.AliasSource {
	list := make([]*expr.AliasSource, n)
	for i := range list {
		list[i] = t.Alias("a")
	}
	return list
}

// TestLimits: a tree at a limit is one, past it there is an error at once, and
// whatever is done with it after that is quick, too.
func TestLimits(t *testing.T) {
	a, i := active(), id()
	for name, c := range map[string]struct {
		make func() expr.Node
		fits bool
	}{
		"AND of as many as fit":       {x(func() expr.Expr { return expr.And(many(expr.MaxSize-1, again(a))...) }), true},
		"AND of one more":             {x(func() expr.Expr { return expr.And(many(expr.MaxSize, again(a))...) }), false},
		"AND of 100,001":              {x(func() expr.Expr { return expr.And(many(100_001, again(a))...) }), false},
		"AND, term by term":           {x(func() expr.Expr { return grow(expr.MaxSize-2, a, func(x expr.Expr) expr.Expr { return x.And(a) }) }), true},
		"AND, term by term, one more": {x(func() expr.Expr { return grow(expr.MaxSize-1, a, func(x expr.Expr) expr.Expr { return x.And(a) }) }), false},
		"OR, term by term and again":  {x(func() expr.Expr { return grow(2*expr.MaxSize, a, func(x expr.Expr) expr.Expr { return x.Or(a) }) }), false},
		"AND of itself":               {x(func() expr.Expr { return grow(40, a.And(a), func(x expr.Expr) expr.Expr { return x.And(x) }) }), false},
		"an In list that fits":        {x(func() expr.Expr { return i.In(many(expr.MaxSize-2, func(i int) any { return i })...) }), true},
		"an In list of 100,000":       {x(func() expr.Expr { return i.In(many(100_000, func(i int) any { return i })...) }), false},
		"an array of 100,000":         {x(func() expr.Expr { return expr.Array(schema.Integer, many(100_000, again(1))...) }), false},
		"a select of 100,000 columns": {func() expr.Node { return expr.Select(many(100_000, again(i))...) }, false},
		"doubled 16 times":            {x(func() expr.Expr { return doubled(15) }), true},
		"doubled 40 times":            {x(func() expr.Expr { return doubled(40) }), false},
		"nested as deep as fits":      {x(func() expr.Expr { return grow(expr.MaxDepth-2, i, expr.Expr.Neg) }), true},
		"nested one deeper":           {x(func() expr.Expr { return grow(expr.MaxDepth-1, i, expr.Expr.Neg) }), false},
		"nested 10,000 deep":          {x(func() expr.Expr { return grow(10_000, i, expr.Expr.Neg) }), false},
		"nested 1,000,000 deep":       {x(func() expr.Expr { return grow(1_000_000, i, expr.Expr.Neg) }), false},
		"aliases of aliases":          {func() expr.Node { return grow(10_000, expr.Source(customers().Alias("a")), aliasOf) }, false},
		"a column of a deep source":   {func() expr.Node { return grow(10_000, expr.Source(customers().Alias("a")), aliasOf).C("id").Node() }, false},
		"a join of itself":            {func() expr.Node { return grow(40, crossed(customers(), customers()), joinItself) }, false},
		"a join of itself, to a table": {func() expr.Node {
			return expr.Join(expr.InnerJoin, grow(40, crossed(customers(), customers()), joinItself), orders())
		}, false},
		"a source joined with itself": {func() expr.Node { return grow(40, sums("s"), crossedSource) }, false},
		"scalars in scalars": {x(func() expr.Expr {
			return grow(10_000, i, func(x expr.Expr) expr.Expr { return expr.Select(x).Scalar() })
		}), false},
		"a query in IN, doubled": {func() expr.Node { return grow(40, ids(), inItself) }, false},
		"joined to what is doubled": {func() expr.Node {
			return expr.Select(doubled(40)).Join(orders()).LeftJoin(orders().Alias("o")).Where(a)
		}, false},
		"in every part what is doubled": {func() expr.Node { return everywhere(doubled(40)) }, false},
		"conditions, one by one": {func() expr.Node {
			return grow(20_000, ids(), func(s *expr.SelectStmt) *expr.SelectStmt { return s.Where(a) })
		}, true},
		"columns, one by one": {func() expr.Node {
			return grow(500, ids(), func(s *expr.SelectStmt) *expr.SelectStmt { return s.AddColumns(i) })
		}, true},
		"100,000 columns, then the rest": {func() expr.Node { return expr.Select(many(100_000, again(i))...).Where(a).Limit(1).OrderBy(i) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			var n expr.Node
			soon(t, func() { n = c.make() })
			if c.fits {
				require.NoError(t, expr.Err(n))
				return
			}
			soon(t, func() { exercise(t, n) })
			refused(t, expr.Err(n), expr.CodeSize, "")
			visits := 0
			expr.Walk(n, func(expr.Node) bool { visits++; return true })
			assert.LessOrEqual(t, visits, 3*expr.MaxSize)
		})
	}
}

func grow[T any](times int, v T, f func(T) T) T {
	for range times {
		v = f(v)
	}
	return v
}

func aliasOf(s expr.Source) expr.Source { return s.Alias("a") }

func crossed(l, r expr.FromClause) *expr.JoinClause { return expr.Join(expr.CrossJoin, l, r) }

func joinItself(j *expr.JoinClause) *expr.JoinClause { return crossed(j, j) }

// crossedSource names s twice in FROM: its size doubles.
func crossedSource(s *expr.SubquerySource) *expr.SubquerySource {
	a := s.Alias("a")
	return expr.Select(s.C("total"), a.C("total").Label("t"), a.C("customer_id")).From(s, a).Subquery("s")
}

func inItself(q *expr.SelectStmt) *expr.SelectStmt { return ids().Where(id().In(q), id().NotIn(q)) }

func everywhere(x expr.Expr) *expr.SelectStmt {
	c := customers()
	return expr.Select(x, x.Label("n")).From(c.Join(orders(), x.Gt(1))).Join(employees(), x.Gt(1)).Where(x.Gt(1)).GroupBy(x).Having(x.Gt(1)).OrderBy(x, x.Desc())
}

// TestSizeErrorStays: what a tree let go of is missed wherever the tree goes.
func TestSizeErrorStays(t *testing.T) {
	big := doubled(40)
	s := expr.Select(big).Where(active())
	for _, calls := range steps {
		for _, call := range calls {
			refused(t, expr.Err(call(s)), expr.CodeSize, "")
			refused(t, expr.Err(call(call(s)).Columns(1)), expr.CodeSize, "")
		}
	}
	for _, n := range []expr.Node{
		expr.Func("count", big).Distinct().Node(), big.Add(1).Node(), expr.And(big.Gt(1), active()).Node(), big.Gt(1).And(active()).Node(),
		expr.And(active(), vip(), big.Gt(1)).And(vip()).Node(), s.Subquery("s"), s.Subquery("s").C("x").Node(), s.Subquery("s").Alias("a"),
		expr.Select(s.Subquery("s"), 1), expr.Select(1).From(s.Subquery("s")), expr.Rewrite(s, fresh),
	} {
		refused(t, expr.Err(n), expr.CodeSize, "")
	}
}

// TestResolveIsBounded: statements of few nodes that are many when their sources
// are expanded, or that have many of one thing.
func TestResolveIsBounded(t *testing.T) {
	c, i := customers(), id()
	for name, test := range map[string]struct {
		make func() *expr.SelectStmt
		fits bool
	}{
		"sources doubled by scalars": {func() *expr.SelectStmt {
			s := grow(40, ids().Subquery("s"), func(s *expr.SubquerySource) *expr.SubquerySource {
				return expr.Select(expr.Select(s.C("id")).Scalar().Label("id"), expr.Select(s.C("id")).Scalar().Label("b")).Subquery("s")
			})
			return expr.Select(s.C("id"))
		}, false},
		"sources doubled by aliases in scalars": {func() *expr.SelectStmt {
			s := grow(40, ids().Subquery("s"), func(s *expr.SubquerySource) *expr.SubquerySource {
				a, b := s.Alias("a"), s.Alias("b")
				return expr.Select(expr.Select(a.C("id")).Scalar().Label("id"), expr.Select(b.C("id")).Scalar().Label("b")).Subquery("s")
			})
			return expr.Select(s.C("id"))
		}, false},
		"sources doubled by IN": {func() *expr.SelectStmt {
			s := grow(40, ids().Subquery("s"), func(s *expr.SubquerySource) *expr.SubquerySource {
				q := expr.Select(s.C("id"))
				return ids().Where(i.In(q), i.NotIn(q)).Subquery("s")
			})
			return expr.Select(s.C("id"))
		}, false},
		"a large label, named often": {func() *expr.SelectStmt {
			return expr.Select(doubled(13).Label("n")).Having(many(10_000, again(expr.Ref("n").Gt(1)))...)
		}, false},
		"a label of a large source, named often": {func() *expr.SelectStmt {
			s := expr.Select(doubled(13).Label("n")).Subquery("s")
			return expr.Select(expr.Select(s.C("n")).Scalar().Label("n")).GroupBy(many(1_000, again(expr.Ref("n").Add(1)))...)
		}, false},
		"a large label, ordered by": {func() *expr.SelectStmt {
			return expr.Select(doubled(13).Label("n")).OrderBy(many(10_000, again(expr.Ref("n")))...)
		}, true},
		"30,000 labels, each named": {func() *expr.SelectStmt {
			label := func(i int) string { return fmt.Sprint("label ", i) }
			return expr.Select(many(30_000, func(n int) any { return i.Label(label(n)) })...).
				GroupBy(many(30_000, func(n int) any { return expr.Ref(label(n)) })...)
		}, true},
		"joins of one name": {func() *expr.SelectStmt {
			s := expr.Select(i)
			for _, a := range aliases(c, 300) {
				s = s.Join(a, a.C("id").Eq(i))
			}
			return s
		}, true},
		"a list of sources of one name": {func() *expr.SelectStmt {
			from := make([]expr.FromClause, 30_000)
			for i, a := range aliases(c, len(from)) {
				from[i] = a
			}
			return expr.Select(1).From(from...)
		}, true},
		"derived columns of one name": {func() *expr.SelectStmt {
			return expr.Select(expr.Select(many(30_000, again(1))...).Exists())
		}, true},
		"derived columns, hardly different": {func() *expr.SelectStmt {
			return expr.Select(1).From(expr.Select(many(10_000, func(n int) any { return i.Label(string(rune(0x1_f000 + n))) })...).Subquery("s"))
		}, true},
		"parameters": {func() *expr.SelectStmt {
			return expr.Select(many(30_000, func(i int) any { return expr.Param(fmt.Sprint(i), schema.Integer) })...)
		}, true},
		"unjoined sources": {func() *expr.SelectStmt {
			all := aliases(c, 20_000)
			return expr.Select(many(len(all), func(i int) any { return all[i].C("id") })...)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var s *expr.SelectStmt
			soon(t, func() { s = test.make() })
			require.NoError(t, expr.Err(s))
			var err error
			soon(t, func() { _, err = expr.Resolve(s) })
			if test.fits {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			assert.Contains(t, []expr.Code{expr.CodeSize, expr.CodeFrom}, faultOf(t, err).Code)
			assert.Less(t, len(err.Error()), 500, "a message for people")
		})
	}
}

// TestLinear: lists that scripts make as long as they like cost what they are long.
func TestLinear(t *testing.T) {
	a, i := active(), id()
	resolve := func(t *testing.T, s *expr.SelectStmt) {
		_, err := expr.Resolve(s)
		require.NoError(t, err)
	}
	label := func(i int) string { return fmt.Sprint("label ", i) }
	for name, f := range map[string]func(t *testing.T, n int){
		"AND, term by term": func(t *testing.T, n int) {
			require.NoError(t, grow(n, a, func(x expr.Expr) expr.Expr { return x.And(a) }).Err())
		},
		"conditions, one by one": func(t *testing.T, n int) {
			require.NoError(t, expr.Err(grow(n, ids(), func(s *expr.SelectStmt) *expr.SelectStmt { return s.Where(a) })))
		},
		"labels, each named": func(t *testing.T, n int) {
			resolve(t, expr.Select(many(n, func(n int) any { return i.Label(label(n)) })...).
				GroupBy(many(n, func(n int) any { return expr.Ref(label(n)) })...))
		},
		"sources of one name": func(t *testing.T, n int) {
			from := make([]expr.FromClause, n)
			for i, a := range aliases(customers(), n) {
				from[i] = a
			}
			resolve(t, expr.Select(1).From(from...))
		},
		"sources in scope": func(t *testing.T, n int) {
			all := aliases(customers(), n)
			resolve(t, expr.Select(many(n, func(i int) any { return all[i].C("id") })...).From(balanced(all)))
		},
		"derived columns of no name": func(t *testing.T, n int) {
			resolve(t, expr.Select(expr.Select(many(n, again(1))...).Exists()))
		},
		"parameters": func(t *testing.T, n int) {
			resolve(t, expr.Select(many(n, func(i int) any { return expr.Param(fmt.Sprint(i), schema.Integer) })...))
		},
		"no foreign key between sources": func(t *testing.T, n int) {
			j := expr.Join(expr.InnerJoin, balanced(aliases(employees(), n)), balanced(aliases(customers(), n)))
			refused(t, expr.Err(j), expr.CodeFrom, "no foreign key leads to a, a, a, a, a, a, a, a, ...")
		},
		"foreign keys between sources": func(t *testing.T, n int) {
			j := expr.Select(1).From(balanced(aliases(orders(), n))).Join(balanced(aliases(customers(), n)))
			refused(t, expr.Err(j), expr.CodeFrom, "in more than 8 ways")
		},
	} {
		t.Run(name, func(t *testing.T) { linear(t, 2_000, func(n int) { f(t, n) }) })
	}
}

// balanced joins a list in halves, or it is too deep.
func balanced(list []*expr.AliasSource) expr.FromClause {
	if len(list) == 1 {
		return list[0]
	}
	return crossed(balanced(list[:len(list)/2]), balanced(list[len(list)/2:]))
}
