package expr_test

import (
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// step is a call of a builder method of a select.
type step func(*expr.SelectStmt) *expr.SelectStmt

// steps has two different calls of each method of a select that returns a select.
// They hold on selects of customers that do not name employees or parcels.
var steps = map[string][2]step{
	"Columns": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Columns(age(), name().Label("n")) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Columns(id().Label("n")) },
	},
	"AddColumns": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.AddColumns(age()) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.AddColumns(name(), id()) },
	},
	"From": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.From(employees()) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.From(table("parcels")) },
	},
	"Join": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Join(employees(), active()) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Join(orders()) },
	},
	"LeftJoin": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.LeftJoin(employees(), active()) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.LeftJoin(orders()) },
	},
	"FullJoin": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.FullJoin(employees(), active()) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.FullJoin(orders()) },
	},
	"CrossJoin": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.CrossJoin(employees()) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.CrossJoin(table("parcels")) },
	},
	"Where": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Where(active()) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Where(vip(), id().Gt(1)) },
	},
	"GroupBy": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.GroupBy(id()) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.GroupBy(expr.Ref("n"), age()) },
	},
	"GuardHaving": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.GuardHaving(vip(), expr.CanFail) },
		func(s *expr.SelectStmt) *expr.SelectStmt {
			return s.GuardHaving(active(), func(expr.Node) bool { return true })
		},
	},
	"Having": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Having(active()) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Having(vip(), id().Gt(1)) },
	},
	"OrderBy": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.OrderBy(id()) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.OrderBy(expr.Ref("n").Desc(), age()) },
	},
	"Limit": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Limit(3) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Limit(expr.Param("l", schema.Integer)) },
	},
	"Offset": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Offset(4) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Offset(expr.Param("o", schema.Integer)) },
	},
	"Distinct": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Distinct() },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Distinct(age(), vip()) },
	},
	"LimitWithTies": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.LimitWithTies(3) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.LimitWithTies(expr.Param("l", schema.Integer)) },
	},
	"After": {
		func(s *expr.SelectStmt) *expr.SelectStmt {
			return after(s, id(), 7)
		},
		func(s *expr.SelectStmt) *expr.SelectStmt {
			return after(s, id().Desc(), 8)
		},
	},
	"Window": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Window("v", expr.PartitionBy(age())) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Window("w", expr.PartitionBy(id()).OrderBy(age())) },
	},
	"Locked": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Locked(expr.ForUpdate, expr.NoWait, customers()) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Locked(expr.ForShare, expr.WaitForLock) },
	},
	"Correlate": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Correlate(employees()) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Correlate() },
	},
	"CorrelateExcept": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.CorrelateExcept(employees()) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.CorrelateExcept() },
	},
	"Prefix": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Prefix("a") },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Prefix("b", "mysql") },
	},
	"Suffix": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Suffix("a") },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Suffix("b", "mysql") },
	},
	"Hint": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Hint(customers(), "a") },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Hint(employees(), "b", "mysql") },
	},
	"With": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.With(ids().CTE("c")) },
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.With(ids().CTE("d")) },
	},
	"Options": {
		func(s *expr.SelectStmt) *expr.SelectStmt {
			return s.Options(expr.WithCriteria(entity("Order"), entity("Order").C("id").Gt(1)))
		},
		func(s *expr.SelectStmt) *expr.SelectStmt {
			return s.Options(expr.WithCriteria(entity("Customer"), entity("Customer").C("vip")))
		},
	},
	"Without": {
		func(s *expr.SelectStmt) *expr.SelectStmt { return s.Without("where", "limit") },
		func(s *expr.SelectStmt) *expr.SelectStmt {
			return s.Without("from", "group_by", "having", "order_by", "offset", "distinct")
		},
	},
}

// grown are selects with lists of lengths at which append has room to spare.
func grown() map[string]*expr.SelectStmt {
	all := map[string]*expr.SelectStmt{"plain": expr.Select(id(), name().Label("n")).Where(vip())}
	for k := 1; k <= 5; k++ {
		s := all["plain"].From(customers())
		for range k {
			a := orders().Alias("a")
			s = s.AddColumns(age()).From(a).CrossJoin(orders().Alias("b")).Where(a.C("id").Gt(k)).GroupBy(id()).Having(vip()).OrderBy(age())
		}
		all[fmt.Sprint("grown ", k)] = s.Limit(1).Offset(2)
	}
	return all
}

// TestBuildersNeverChangeTheTree: two continuations of one select, by the same
// method or others, know nothing of one another.
func TestBuildersNeverChangeTheTree(t *testing.T) {
	typ := reflect.TypeFor[*expr.SelectStmt]()
	for m := range typ.Methods() {
		if m.Type.NumOut() == 1 && m.Type.Out(0) == typ {
			assert.Contains(t, steps, m.Name, "no call of it is tested")
		}
	}
	for from, s := range grown() {
		t.Run(from, func(t *testing.T) {
			require.NoError(t, expr.Err(s))
			before := expr.Sprint(s)
			type made struct {
				method string
				stmt   *expr.SelectStmt
				shown  string
			}
			var all []made
			for method, calls := range steps {
				for _, call := range calls {
					n := call(s)
					require.NoError(t, expr.Err(n), method)
					require.NotSame(t, s, n, method)
					all = append(all, made{method, n, expr.Sprint(n)})
					for again, then := range steps { // continue, so that the first could be overwritten
						then[0](n)
						require.Equal(t, all[len(all)-1].shown, expr.Sprint(n), "%s changed what %s had made", again, method)
					}
				}
				assert.NotEqual(t, all[len(all)-1].shown, all[len(all)-2].shown, method)
			}
			for _, m := range all {
				assert.Equal(t, m.shown, expr.Sprint(m.stmt), m.method)
			}
			assert.Equal(t, before, expr.Sprint(s))
		})
	}
}

// TestAndSharesNothing: the terms of ANDs share an array, which nobody sees.
func TestAndSharesNothing(t *testing.T) {
	x := active()
	var all []expr.Expr
	var shown []string
	for i := range 20 {
		all = append(all, x, x.And(id().Gt(i)), x.And(id().Lt(i), vip()), expr.And(x, expr.And(vip(), age().Gt(i))), x.Or(vip()))
		x = x.And(id().Ne(i))
		again := expr.Rewrite(x.Node(), fresh)
		all = append(all, expr.Of(again), expr.Of(again).And(age().Eq(i)), x.And(age().Ne(i)))
		for _, e := range all[len(shown):] {
			require.NoError(t, e.Err())
			shown = append(shown, expr.Sprint(e.Node()))
		}
	}
	for i, e := range all {
		require.Equal(t, shown[i], expr.Sprint(e.Node()))
		again, err := play(recordOf(e.Node()))
		require.NoError(t, err, "not in normal form")
		require.True(t, expr.Equal(e.Node(), again))
		require.Equal(t, expr.Size(e.Node()), expr.Size(again))
		require.Equal(t, expr.Depth(e.Node()), expr.Depth(again))
	}
}

// TestTreesAreSharedByMany: what is published may be built on by many at once.
func TestTreesAreSharedByMany(t *testing.T) {
	x := active().And(vip(), vip())
	s := expr.Select(id()).Where(x).OrderBy(id(), age(), id()).GroupBy(id(), age(), id())
	made := make([][]expr.Node, 8)
	var wg sync.WaitGroup
	for i := range made {
		wg.Go(func() {
			for k := range 50 {
				c := age().Eq(100*i + k)
				made[i] = append(made[i], x.And(c).Node(), s.Where(c), s.OrderBy(c), s.GroupBy(c), s.AddColumns(c))
				_, err := expr.Resolve(s.Where(c))
				assert.NoError(t, err)
			}
		})
	}
	wg.Wait()
	for i, list := range made {
		for k := range 50 {
			c := age().Eq(100*i + k)
			for j, want := range []expr.Node{x.And(c).Node(), s.Where(c), s.OrderBy(c), s.GroupBy(c), s.AddColumns(c)} {
				require.True(t, expr.Equal(want, list[5*k+j]), "%d, %d, %d", i, k, j)
			}
		}
	}
}

// TestArgumentsAreCopied: what a caller does with its slices later changes nothing.
func TestArgumentsAreCopied(t *testing.T) {
	anys := []any{id(), age()}
	xs := []expr.Expr{id(), age()}
	bytes := []byte("abc")
	from := []expr.FromClause{customers(), employees()}
	whens := []expr.When{expr.NewWhen(active(), 1), expr.NewWhen(vip(), 2)}
	labels := []string{"where", "limit"}
	nodes := []expr.Node{
		expr.Select(anys...), expr.Select(1).GroupBy(anys...), expr.Select(1).OrderBy(anys...), expr.Select(1).From(from...),
		expr.Func("coalesce", anys...).Node(), expr.Array(schema.BigInteger, anys...).Node(), id().In(anys...).Node(), id().In(anys).Node(), id().In(xs).Node(),
		expr.Case(whens...).Node(), expr.Of(bytes).Node(), expr.Literal(expr.Bytes(bytes)).Node(), expr.Select(1).Without(labels...),
	}
	var before []string
	for _, n := range nodes {
		require.NoError(t, expr.Err(n))
		before = append(before, expr.Sprint(n))
	}
	anys[0], xs[0], bytes[0], from[0], whens[0], labels[0] = name(), name(), 'x', orders(), expr.NewWhen(vip(), 9), "from"
	for i, n := range nodes {
		assert.Equal(t, before[i], expr.Sprint(n))
	}
}

// TestSelectSays what it was told.
func TestSelectSays(t *testing.T) {
	s := report(part{})().(*expr.SelectStmt)
	assert.Equal(t, []string{"n"}, outputNames(s.Outputs()))
	assert.Equal(t, 1, s.Items().Len())
	assert.Equal(t, age().Type(), s.Items().At(0).Expr().Type())
	assert.Equal(t, "n", s.Items().At(0).Label())
	assert.Equal(t, expr.OpTable, s.FromClauses().At(0).Op())
	j := s.Joins().At(0)
	assert.Equal(t, expr.InnerJoin, j.Kind())
	assert.Equal(t, "shop.orders", j.Target().(expr.Source).Name())
	for _, x := range []expr.Expr{j.On(), s.WhereClause(), s.HavingClause()} {
		assert.True(t, expr.Equal(active().Node(), x.Node()))
	}
	assert.True(t, expr.Equal(id().Node(), s.Groups().At(0).Node()))
	o := s.Orders().At(0)
	assert.True(t, o.IsDesc())
	assert.Equal(t, expr.NullsLast, o.Nulls())
	assert.True(t, expr.Equal(id().Node(), o.Expr().Node()))
	assert.Equal(t, "10", s.LimitClause().Node().(*expr.LiteralExpr).Value().String())
	assert.Equal(t, "20", s.OffsetClause().Node().(*expr.LiteralExpr).Value().String())
	assert.True(t, s.IsDistinct())
	assert.Empty(t, s.OutputName(0), "known after Resolve")
	assert.Empty(t, s.OutputName(9))

	bare := s.Without("from", "where", "group_by", "having", "order_by", "limit", "offset", "distinct")
	assert.True(t, expr.Equal(expr.Select(age().Label("n")), bare))
}

func outputNames(outs []expr.Output) (names []string) {
	for _, o := range outs {
		names = append(names, o.Name)
	}
	return names
}

func TestOutputs(t *testing.T) {
	o := orders()
	s := sums("s")
	q := expr.Select(id(), name().Label("n"), expr.Func("count"), age().Add(1), expr.Of(1), s.C("total"), o)
	assert.Equal(t, []string{"id", "n", "count", "", "", "total", "id", "customer_id", "total"}, outputNames(q.Outputs()))
	types := []schema.Type{schema.BigInteger, schema.String(50), schema.BigInteger, schema.BigInteger, schema.BigInteger, schema.Numeric(0, 0)}
	for i, typ := range types {
		assert.Equal(t, typ, q.Outputs()[i].Type, i)
		assert.Equal(t, i, q.Outputs()[i].Index)
		assert.Equal(t, i < 2, q.Outputs()[i].Column != nil, i)
	}
	assert.Same(t, shop().Lookup("customers").Lookup("name"), q.Outputs()[1].Column)

	d := q.Without("from").Columns(id(), name().Label("n")).Subquery("d")
	assert.Equal(t, []string{"id", "n"}, outputNames(d.Columns()))
	assert.Nil(t, d.Columns()[0].Column, "a derived column is no table's")
	assert.Equal(t, []int{1}, d.Find("n"))
	assert.Empty(t, d.Find("name"))
}

// TestIdentity: the sources of one table are one, those of one name are not.
func TestIdentity(t *testing.T) {
	assert.Equal(t, customers().Identity(), customers().Identity())
	assert.False(t, customers().Identity() == orders().Identity())
	c := customers()
	for _, s := range []func() expr.Source{
		func() expr.Source { return c.Alias("a") },
		func() expr.Source { return ids().Subquery("s") },
	} {
		a, b := s(), s()
		assert.Equal(t, a.Identity(), a.Identity())
		assert.False(t, a.Identity() == b.Identity())
	}
	assert.Same(t, shop().Lookup("customers"), expr.TableOf(c.Alias("a").Alias("b")))
	assert.Nil(t, expr.TableOf(ids().Subquery("s").Alias("a")))
}

// TestFirstErrorStays: an error keeps the position of the call that made it,
// whatever is built on it.
func TestFirstErrorStays(t *testing.T) {
	bad := expr.Select(id()).OrderBy(1)
	first := *faultOf(t, expr.Err(bad))
	assert.Contains(t, first.At, "builder_test.go:")
	later := []expr.Node{
		bad.Limit(1), bad.Where(active()).Distinct(), bad.Subquery("s"), bad.Scalar().Add(1).Node(), bad.Subquery("s").Alias("t"),
		bad.Subquery("s").C("id").Node(), bad.Subquery("s").Alias("t").C("id").Eq(1).Node(), expr.Select(bad.Subquery("s")),
		expr.Select(1, bad.Subquery("s")), expr.Select(1).From(bad.Subquery("s")), bad.Subquery("s").Join(orders()),
		expr.Join(expr.InnerJoin, orders(), bad.Subquery("s")), expr.Select(id()).Join(bad.Subquery("s")), bad.Subquery("s").Join(orders()).C("x").Node(),
		expr.Func("count", bad.Scalar()).Distinct().Node(), id().In(bad).Node(), expr.And(active(), bad.Exists()).Node(),
	}
	for i, n := range later {
		require.Error(t, expr.Err(n), i)
		assert.Equal(t, first, *faultOf(t, expr.Err(n)), "%d", i)
	}
	assert.NoError(t, expr.Err(bad.Without("order_by")), "what is taken away is no longer wrong")
	assert.NoError(t, expr.Err(expr.Select().From(customers()).Columns(id())))

	lost := expr.Select(id()).Without("wher", "where")
	refused(t, expr.Err(lost), expr.CodeName, `no part "wher" to take away; did you mean "where"?`)
	for _, calls := range steps {
		refused(t, expr.Err(calls[0](lost)), expr.CodeName, "wher")
		refused(t, expr.Err(calls[1](lost)), expr.CodeName, "wher")
		refused(t, expr.Err(calls[0](nil)), expr.CodeMissing, "the select")
		refused(t, expr.Err(calls[1](nil).Columns(1)), expr.CodeMissing, "the select")
	}
	assert.Equal(t, fmt.Sprintf("expr: select: order_by: 1 is a plain value: name a column, or a label by ref(...) (%s)", first.At), first.Error())
}

// after is a page of a select; of one whose rows no id of customers tells apart it is something else.
func after(s *expr.SelectStmt, by any, value int) *expr.SelectStmt {
	page := s.Without("order_by", "group_by", "distinct").OrderBy(by).After(value)
	if expr.Err(page) != nil && expr.Err(s) == nil {
		return s.Where(id().Gt(value))
	}
	return page
}
