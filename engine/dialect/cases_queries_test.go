package dialect

import (
	"testing"
	"time"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func casesOfWindows(t testing.TB, f *fixture) []golden {
	u, fn := f.u, expr.Func
	age, active := u.C("age"), u.C("active")
	by := expr.PartitionBy(active).OrderBy(f.id)
	sum := fn("sum", age)
	one := func(name string, w expr.Window) golden { return of(f, name, f.id, sum.Over(w).Label("n")) }
	return []golden{
		one("window: of all rows", expr.Window{}),
		one("window: partition and order", expr.PartitionBy(active, u.C("mood")).OrderBy(age.Desc().NullsLast(), f.id)),
		one("window: rows", by.Rows(expr.Unbounded(), expr.Current())),
		one("window: rows by numbers", by.Rows(expr.Preceding(3), expr.Following(1))),
		one("window: rows by a parameter", by.Rows(expr.Preceding(expr.ParamDefault("back", schema.Integer, 2)), expr.Current())),
		one("window: range", by.Range(expr.Current(), expr.Unbounded())),
		one("window: range by a number", expr.PartitionBy(active).OrderBy(age).Range(expr.Preceding(5), expr.Following(5))),
		one("window: range by an interval", expr.PartitionBy(active).OrderBy(u.C("created")).Range(expr.Preceding(expr.Interval(0, 7, 0)), expr.Current())),
		one("window: groups", by.Groups(expr.Preceding(1), expr.Following(1))),
		one("window: exclude ties", by.Rows(expr.Preceding(2), expr.Unbounded()).Exclude(expr.ExcludeTies)),
		one("window: exclude group", by.Rows(expr.Unbounded(), expr.Unbounded()).Exclude(expr.ExcludeGroup)),
		one("window: exclude current row", by.Rows(expr.Unbounded(), expr.Unbounded()).Exclude(expr.ExcludeCurrentRow)),
		{name: "window: named", q: expr.Select(f.id, sum.Over(expr.NamedWindow("w")).Label("n"), fn("max", age).Over(expr.NamedWindow("w")).Label("m")).Window("w", by)},
		{name: "window: in order by", q: expr.Select(f.id).OrderBy(sum.Over(by).Desc(), f.id)},
		of(f, "window: of a filter", sum.Filter(age.Gt(3)).Over(by), fn("count").Filter(active).Over(by)),
		of(f, "window: in an expression", sum.Over(by).Add(1), expr.CaseElse(0, expr.NewWhen(sum.Over(by).Gt(9), 1))),
		of(f, "aggregate: filter", fn("count").Filter(active), sum.Filter(age.Gt(3), age.Lt(9)), fn("count", f.email).Distinct().Filter(active), fn("avg", u.C("score")).Filter(active), fn("min", f.name).Filter(expr.Of(nil))),
		of(f, "aggregate: in order", fn("max", f.name).OrderBy(f.id.Desc().NullsFirst(), age)),
		of(f, "aggregate: within a group", fn("percentile_cont", 0.5).WithinGroup(f.id.Desc())),
	}
}

func casesOfDerived(t testing.TB, f *fixture) []golden {
	u, a := f.u, f.a
	n := expr.Func("count").Label("n")
	one := func(name string, q expr.Query) golden { return golden{name: name, q: q} }
	per := expr.Select(a.C("user_id"), n).GroupBy(a.C("user_id"))
	cte := per.CTE("per_user")
	outer := expr.Select(cte.C("n")).Where(cte.C("n").Gt(1)).CTE("big")
	tree := func(column string) *expr.RecursiveSource {
		return expr.Recursive("tree", expr.Select(f.id, u.C("parent_id")).Where(u.C("parent_id").IsNull()), func(found expr.Source) expr.Query {
			child := u.Alias("child")
			return expr.Select(child.C("id"), child.C(column)).Join(found, child.C("parent_id").Eq(found.C("id")))
		})
	}
	count := expr.Recursive("count", expr.Select(expr.TypedLiteral(expr.Int(1), schema.Integer).Label("i")), func(found expr.Source) expr.Query {
		return expr.Select(found.C("i").Add(1)).Where(found.C("i").Lt(10))
	})
	pairs := expr.Values([]expr.ColumnType{{Name: "id"}, {Name: "a`\"b", Type: schema.String(20)}}, []any{1, "x"}, []any{2, nil}).Alias("v")
	moods := expr.Values([]expr.ColumnType{{Name: "m", Type: mood}, {Name: "d", Type: schema.Date}, {Name: "n", Type: schema.Numeric(10, 2)}}, []any{"ok", "2026-01-31", 1}, []any{nil, nil, nil}).Alias("v")
	last := expr.Select(a.C("city").Label("city"), a.C("moved").Label("moved")).Where(a.C("user_id").Eq(f.id)).OrderBy(a.C("moved").Desc()).Limit(1)
	lateral := last.Lateral("last")
	g := expr.Func("coalesce", f.email, "x").TableValued("g", []expr.ColumnType{{Name: "value", Type: schema.Text}, {Name: "i"}}, true)
	inner := u.Alias("u2")
	return []golden{
		one("cte: one use", expr.Select(f.name, cte.C("n")).Join(cte, cte.C("user_id").Eq(f.id))),
		one("cte: two uses", func() expr.Query {
			second := cte.Alias("other")
			return expr.Select(cte.C("n"), second.C("n").Label("m")).From(cte).Join(second, second.C("user_id").Eq(cte.C("user_id")))
		}()),
		one("cte: of a cte", expr.Select(outer.C("n")).OrderBy(outer.C("n"))),
		one("cte: in a subquery", expr.Select(f.name).Where(f.id.In(expr.Select(cte.C("user_id"))))),
		one("cte: materialized", expr.Select(per.CTE("c").Materialized(expr.MaterializedAlways).C("n"))),
		one("cte: not materialized", expr.Select(per.CTE("c").Materialized(expr.MaterializedNever).C("n"))),
		one("cte: that nothing names", expr.Select(f.id).With(per.CTE("c"))),
		one("cte: that nothing names, of a query in FROM", expr.Select(expr.Select(f.id).With(cte).Subquery("s").C("id"))),
		one("cte: named like a table", expr.Select(per.CTE("users").C("n"))),
		one("cte: recursive", expr.Select(tree("parent_id").C("id"))),
		one("cte: recursive, distinct", expr.Select(tree("parent_id").Distinct().C("parent_id"))),
		one("cte: recursive, counting", expr.Select(count.C("i")).Where(count.C("i").Gt(5))),
		one("values: two rows", expr.Select(pairs.C("id"), pairs.C("a`\"b"))),
		one("values: joined, with types", expr.Select(moods.C("m"), moods.C("d"), moods.C("n"), f.name).Join(moods, moods.C("m").Eq(u.C("mood")))),
		one("lateral: the last of each", expr.Select(f.name, lateral.C("city")).From(u).LeftJoin(lateral, true)),
		one("lateral: a function", expr.Select(f.name, g.C("value"), g.C("i")).From(u, g)),
		one("table function", func() expr.Query {
			s := expr.Func("coalesce", 1, 2).TableValued("c", []expr.ColumnType{{Name: "n"}}, false)
			return expr.Select(s.C("n"))
		}()),
		one("tablesample", expr.Select(expr.Tablesample(u, expr.Bernoulli, 10, nil).C("id"))),
		one("tablesample: system, with a seed", expr.Select(expr.Tablesample(inner, expr.System, 12.5, 7).C("id"))),
		one("correlate: only", expr.Select(f.name).Where(expr.Select(a.C("id")).Where(a.C("user_id").Eq(f.id)).Correlate(u).Exists())),
		one("correlate: but not", expr.Select(f.name).Where(expr.Select(f.id).Where(f.id.Gt(5)).Correlate().Exists())),
		one("correlate: except", expr.Select(f.name).Where(expr.Select(a.C("id")).Where(a.C("user_id").Eq(f.id)).CorrelateExcept(a).Exists())),
		one("correlate: a source in FROM", func() expr.Query {
			s := expr.Select(a.C("city")).Where(a.C("user_id").Eq(f.id)).OrderBy(a.C("moved").Desc()).Limit(3).Correlate(u).Subquery("s")
			return expr.Select(f.name, expr.Select(expr.Func("min", s.C("city"))).Scalar().Label("city"))
		}()),
		one("select: distinct on", expr.Select(f.name, f.id).Distinct(f.name).OrderBy(f.name, f.id.Desc())),
		one("select: distinct on an expression", expr.Select(f.name, f.id).Distinct(u.C("age").Add(1)).OrderBy(u.C("age").Add(1))),
		one("select: with ties", expr.Select(f.id).OrderBy(u.C("age")).LimitWithTies(3).Offset(1)),
		one("select: for update", expr.Select(f.id).Locked(expr.ForUpdate, expr.WaitForLock)),
		one("select: for share of, no wait", expr.Select(f.id).Join(a).Locked(expr.ForShare, expr.NoWait, a)),
		one("select: for update, skip locked", expr.Select(f.id).Limit(1).Locked(expr.ForUpdate, expr.SkipLocked)),
		one("select: for no key update", expr.Select(f.id).Locked(expr.ForNoKeyUpdate, expr.WaitForLock)),
		one("select: for key share", expr.Select(f.id).Locked(expr.ForKeyShare, expr.WaitForLock)),
		one("grouping: rollup", expr.Select(u.C("active"), u.C("mood"), n).GroupBy(expr.RollupOf(u.C("active"), u.C("mood")))),
		one("grouping: rollup of sets", expr.Select(u.C("active"), u.C("mood"), f.name, n).GroupBy(expr.RollupOf([]any{u.C("active"), u.C("mood")}, f.name))),
		one("grouping: cube", expr.Select(u.C("active"), u.C("mood"), n).GroupBy(expr.CubeOf(u.C("active"), u.C("mood")))),
		one("grouping: sets", expr.Select(u.C("active"), u.C("mood"), n).GroupBy(expr.GroupingSetsOf(u.C("active"), []any{u.C("active"), u.C("mood")}, []any{}))),
		one("grouping: sets beside a key", expr.Select(f.name, u.C("active"), n).GroupBy(f.name, expr.RollupOf(u.C("active")))),
		one("count of a query", expr.Count(expr.Select(f.id, f.id, u.C("age").Add(1)).Where(u.C("active")).OrderBy(f.id))),
		one("count of a page", expr.Count(expr.Select(f.id).OrderBy(f.id).Limit(10))),
		one("after: by two keys", expr.Select(f.id, f.name).OrderBy(f.name, f.id.Desc()).After("m", 7).Limit(10)),
	}
}

func casesOfCompounds(t testing.TB, f *fixture) []golden {
	u, a := f.u, f.a
	one := func(name string, q expr.Query) golden { return golden{name: name, q: q} }
	names, cities := expr.Select(f.name), expr.Select(a.C("city"))
	limited := cities.OrderBy(a.C("city")).Limit(3)
	at := expr.DateTimeOf(time.Date(2026, 1, 31, 13, 45, 0, 0, time.UTC))
	union := names.Union(cities)
	sub, inner := union.Subquery("s"), u.Alias("u2")
	cte := names.UnionAll(cities).CTE("c")
	all := []golden{
		one("compound: three", names.Union(cities, expr.Select(f.email))),
		one("compound: ordered and limited", union.OrderBy(expr.Ref("name").Desc()).Limit(5).Offset(2)),
		one("compound: order of null", union.OrderBy(expr.Ref("name").Asc().NullsLast())),
		one("compound: of what is ordered and limited", names.OrderBy(f.name.Desc()).Limit(2).UnionAll(limited)),
		one("compound: nested to the left", names.Union(cities).Except(expr.Select(f.email))),
		one("compound: nested to the right", names.Except(cities.Union(expr.Select(f.email)))),
		one("compound: nested and ordered", names.Except(cities.Union(expr.Select(f.email)).OrderBy(expr.Ref("city")).Limit(3)).OrderBy(expr.Ref("name"))),
		one("compound: intersect binds tighter", names.Union(cities.Intersect(expr.Select(f.email)))),
		one("compound: subquery", expr.Select(sub.C("name")).Where(sub.C("name").Ne("x"))),
		one("compound: cte", expr.Select(cte.C("name"))),
		one("compound: in a query", expr.Select(f.id).Where(f.name.In(cities.Union(expr.Select(inner.C("email")))), cities.Union(expr.Select(inner.C("name"))).Limit(1).Exists())),
		one("compound: scalar", expr.Select(expr.Select(expr.Func("max", f.name).Label("m")).Union(cities).Limit(1).Scalar().Label("x"))),
		one("compound: types that meet", expr.Select(u.C("born")).UnionAll(expr.Select(u.C("created")), expr.Select(expr.Literal(at)))),
		one("compound: null and a type", expr.Select(f.id, expr.Of(nil).Label("x")).UnionAll(expr.Select(f.id, f.name))),
		one("compound: enum and text", expr.Select(u.C("mood")).UnionAll(names)),
		one("compound: without from", expr.Select(expr.Of(1).Label("n")).UnionAll(expr.Select(expr.Of(2)))),
	}
	for _, op := range expr.SetOps() {
		all = append(all, one("compound: "+op.String(), expr.Compound(op, names, cities)))
	}
	return all
}
