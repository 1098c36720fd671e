package expr_test

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// framed is a window with every part.
func framed() expr.Window {
	return expr.PartitionBy(age()).OrderBy(id().Desc().NullsLast()).Rows(expr.Preceding(3), expr.Following(4)).Exclude(expr.ExcludeTies)
}

func over(w expr.Window) func() expr.Expr {
	return func() expr.Expr { return expr.Func("sum", age()).Over(w) }
}

// windowed is a select with a window, changed.
func windowed(name string, w expr.Window) build {
	return func() expr.Node { return ids().Window(name, w) }
}

// tree is a recursive query over employees.
func tree(name string, column string) *expr.RecursiveSource {
	e := employees()
	return expr.Recursive(name, expr.Select(e.C("id")).Where(e.C("boss_id").IsNull()), func(found expr.Source) expr.Query {
		return expr.Select(e.C(column)).Join(found, e.C("boss_id").Eq(found.C("id")))
	})
}

// calls makes a call of an aggregate with every part, and changes it.
func calls(change func(expr.Expr) expr.Expr) func() expr.Expr {
	return func() expr.Expr { return change(expr.Func("sum", age())) }
}

func ordered(change func(expr.Expr) expr.Expr) func() expr.Expr {
	return func() expr.Expr { return change(expr.Func("percentile_cont", 0.5)) }
}

func union() *expr.CompoundStmt {
	return expr.Compound(expr.Union, ids(), ids().Where(active())).OrderBy(expr.Ref("id").Desc().NullsLast()).Limit(10).Offset(20)
}

func compound(change func(*expr.CompoundStmt) *expr.CompoundStmt) build {
	return func() expr.Node { return change(union()) }
}

var pair = []expr.ColumnType{{Name: "id", Type: schema.Integer}, {Name: "name"}}

// called makes a source of a call.
func called(call func() expr.Expr, name string, columns []expr.ColumnType, ordinality bool) build {
	return func() expr.Node { return call().TableValued(name, columns, ordinality) }
}

// ownRows is of a function that the database alone knows.
func ownRows() *expr.TableFunctionSource {
	return expr.UnknownFunc("json_to_recordset", schema.JSON, "[]").TableValued("r", pair[:1], false)
}

func coalesced() expr.Expr { return expr.Func("coalesce", age(), 1) }

func sampled(method expr.SampleMethod, percent, seed any) build {
	return func() expr.Node { return expr.Tablesample(customers(), method, percent, seed) }
}

// fixturesOfQueries are those of sources, queries and what stands in them.
var fixturesOfQueries = map[expr.Op][]fixture{
	expr.OpCall: {{
		x(calls(func(c expr.Expr) expr.Expr { return c.Filter(active()).OrderBy(id().Desc().NullsLast()) })),
		map[string][]build{
			"filter":         exprs(calls(func(c expr.Expr) expr.Expr { return c.Filter(vip()).OrderBy(id().Desc().NullsLast()) })),
			"order_by":       exprs(calls(func(c expr.Expr) expr.Expr { return c.Filter(active()) })),
			"order_by.expr":  exprs(calls(func(c expr.Expr) expr.Expr { return c.Filter(active()).OrderBy(age().Desc().NullsLast()) })),
			"order_by.desc":  exprs(calls(func(c expr.Expr) expr.Expr { return c.Filter(active()).OrderBy(id().Asc().NullsLast()) })),
			"order_by.nulls": exprs(calls(func(c expr.Expr) expr.Expr { return c.Filter(active()).OrderBy(id().Desc()) })),
		},
	}, {
		x(ordered(func(c expr.Expr) expr.Expr { return c.WithinGroup(id().Desc().NullsLast()) })),
		map[string][]build{
			"within_group":       exprs(ordered(func(c expr.Expr) expr.Expr { return c })),
			"within_group.expr":  exprs(ordered(func(c expr.Expr) expr.Expr { return c.WithinGroup(age().Desc().NullsLast()) })),
			"within_group.desc":  exprs(ordered(func(c expr.Expr) expr.Expr { return c.WithinGroup(id().Asc().NullsLast()) })),
			"within_group.nulls": exprs(ordered(func(c expr.Expr) expr.Expr { return c.WithinGroup(id().Desc()) })),
		},
	}, {
		x(func() expr.Expr { return expr.UnknownFunc("soundex", schema.Text, name()) }),
		map[string][]build{
			"returns": exprs(func() expr.Expr { return expr.UnknownFunc("soundex", schema.Integer, name()) }),
		},
	}},
	expr.OpSubquery: {{
		func() expr.Node { return ids().Lateral("s") },
		map[string][]build{"lateral": one(func() expr.Node { return ids().Subquery("s") })},
	}},
	expr.OpOver: {{
		x(over(framed())),
		map[string][]build{
			"call":           exprs(func() expr.Expr { return expr.Func("max", age()).Over(framed()) }),
			"partition_by":   exprs(over(framed().PartitionBy(name())), over(expr.Window{}.OrderBy(id().Desc().NullsLast()).Rows(expr.Preceding(3), expr.Following(4)).Exclude(expr.ExcludeTies))),
			"order_by":       exprs(over(framed().OrderBy(name()))),
			"order_by.expr":  exprs(over(expr.PartitionBy(age()).OrderBy(age().Desc().NullsLast()).Rows(expr.Preceding(3), expr.Following(4)).Exclude(expr.ExcludeTies))),
			"order_by.desc":  exprs(over(expr.PartitionBy(age()).OrderBy(id().Asc().NullsLast()).Rows(expr.Preceding(3), expr.Following(4)).Exclude(expr.ExcludeTies))),
			"order_by.nulls": exprs(over(expr.PartitionBy(age()).OrderBy(id().Desc()).Rows(expr.Preceding(3), expr.Following(4)).Exclude(expr.ExcludeTies))),
			"unit":           exprs(over(framed().Groups(expr.Preceding(3), expr.Following(4)))),
			"start":          exprs(over(framed().Rows(expr.Following(3), expr.Following(4)))),
			"start_offset":   exprs(over(framed().Rows(expr.Preceding(2), expr.Following(4)))),
			"end":            exprs(over(framed().Rows(expr.Preceding(3), expr.Preceding(4)))),
			"end_offset":     exprs(over(framed().Rows(expr.Preceding(3), expr.Following(5)))),
			"exclude":        exprs(over(framed().Exclude(expr.ExcludeGroup)), over(framed().Exclude(expr.ExcludeNothing))),
		},
	}, {
		x(over(expr.NamedWindow("w"))),
		map[string][]build{"window": exprs(over(expr.NamedWindow("v")), over(expr.Window{}))},
	}},
	expr.OpGrouping: {{
		x(func() expr.Expr { return expr.RollupOf(id(), []any{age(), name()}) }),
		map[string][]build{
			"kind":      exprs(func() expr.Expr { return expr.CubeOf(id(), []any{age(), name()}) }),
			"sets":      exprs(func() expr.Expr { return expr.RollupOf(id()) }),
			"sets.keys": exprs(func() expr.Expr { return expr.RollupOf(id(), age()) }),
		},
	}, {
		x(func() expr.Expr { return expr.GroupingSetsOf(id(), []any{}) }),
		map[string][]build{"sets": exprs(func() expr.Expr { return expr.GroupingSetsOf(id()) })},
	}},
	expr.OpCTE: {{
		func() expr.Node { return ids().CTE("c").Materialized(expr.MaterializedAlways) },
		map[string][]build{
			"query": one(func() expr.Node { return names().CTE("c").Materialized(expr.MaterializedAlways) }),
			"name":  one(func() expr.Node { return ids().CTE("d").Materialized(expr.MaterializedAlways) }),
			"materialized": {func() expr.Node { return ids().CTE("c").Materialized(expr.MaterializedNever) },
				func() expr.Node { return ids().CTE("c") }},
		},
	}},
	expr.OpSelf: {{
		func() expr.Node { return tree("t", "id").Self() },
		map[string][]build{
			"anchor": one(func() expr.Node {
				return expr.Recursive("t", ids(), func(expr.Source) expr.Query { return ids() }).Self()
			}),
			"name": one(func() expr.Node { return tree("u", "id").Self() }),
		},
	}},
	expr.OpRecursive: {{
		func() expr.Node { return tree("t", "id").Distinct() },
		map[string][]build{
			"step":     one(func() expr.Node { return tree("t", "boss_id").Distinct() }),
			"distinct": one(func() expr.Node { return tree("t", "id") }),
		},
	}, {
		func() expr.Node { return expr.Recursive("t", ids(), func(expr.Source) expr.Query { return ids() }) },
		map[string][]build{"self": {
			func() expr.Node { return expr.Recursive("u", ids(), func(expr.Source) expr.Query { return ids() }) },
			func() expr.Node {
				return expr.Recursive("t", ids().Distinct(), func(expr.Source) expr.Query { return ids() })
			},
		}},
	}},
	expr.OpValues: {{
		func() expr.Node { return expr.Values(pair, []any{1, "a"}, []any{2, "b"}) },
		map[string][]build{
			"columns rows.cells": one(func() expr.Node { return expr.Values(pair[:1], []any{1}, []any{2}) }),
			"columns.name": one(func() expr.Node {
				return expr.Values([]expr.ColumnType{pair[0], {Name: "n"}}, []any{1, "a"}, []any{2, "b"})
			}),
			"columns.type": one(func() expr.Node {
				return expr.Values([]expr.ColumnType{pair[0], {Name: "name", Type: schema.Text}}, []any{1, "a"}, []any{2, "b"})
			}),
			"rows":       one(func() expr.Node { return expr.Values(pair, []any{1, "a"}) }),
			"rows.cells": one(func() expr.Node { return expr.Values(pair, []any{1, "a"}, []any{3, "b"}) }),
		},
	}},
	expr.OpTableFunction: {{
		called(coalesced, "g", pair, true),
		map[string][]build{
			"call":         one(called(func() expr.Expr { return expr.Func("coalesce", age(), 2) }, "g", pair, true)),
			"columns":      one(called(coalesced, "g", append([]expr.ColumnType{{Name: "x"}}, pair...), true)),
			"columns.name": one(called(coalesced, "g", []expr.ColumnType{pair[0], {Name: "n"}}, true)),
			"columns.type": one(called(coalesced, "g", []expr.ColumnType{{Name: "id", Type: schema.BigInteger}, pair[1]}, true)),
			"ordinality":   one(called(coalesced, "g", pair, false)),
			"name":         {called(coalesced, "h", pair, true), called(coalesced, "", pair, true)},
		},
	}, {
		func() expr.Node { return ownRows().Typed() },
		map[string][]build{"typed": one(func() expr.Node { return ownRows() })},
	}},
	expr.OpTablesample: {{
		sampled(expr.Bernoulli, 10, 7),
		map[string][]build{
			"source":  one(func() expr.Node { return expr.Tablesample(orders(), expr.Bernoulli, 10, 7) }),
			"method":  one(sampled(expr.System, 10, 7)),
			"percent": one(sampled(expr.Bernoulli, 11, 7)),
			"seed":    {sampled(expr.Bernoulli, 10, 8), sampled(expr.Bernoulli, 10, nil)},
		},
	}},
	expr.OpCompound: {{
		func() expr.Node { return union() },
		map[string][]build{
			"op": one(func() expr.Node {
				return expr.Compound(expr.Except, ids(), ids().Where(active())).OrderBy(expr.Ref("id").Desc().NullsLast()).Limit(10).Offset(20)
			}),
			"queries": one(func() expr.Node {
				return expr.Compound(expr.Union, ids(), ids().Where(active()), ids()).OrderBy(expr.Ref("id").Desc().NullsLast()).Limit(10).Offset(20)
			}),
			"order_by": one(compound(func(c *expr.CompoundStmt) *expr.CompoundStmt { return c.Without("order_by") })),
			"order_by.desc": one(compound(func(c *expr.CompoundStmt) *expr.CompoundStmt {
				return c.Without("order_by").OrderBy(expr.Ref("id").Asc().NullsLast())
			})),
			"order_by.nulls": one(compound(func(c *expr.CompoundStmt) *expr.CompoundStmt {
				return c.Without("order_by").OrderBy(expr.Ref("id").Desc())
			})),
			"limit":  one(compound(func(c *expr.CompoundStmt) *expr.CompoundStmt { return c.Limit(11) })),
			"offset": one(compound(func(c *expr.CompoundStmt) *expr.CompoundStmt { return c.Offset(nil) })),
		},
	}, {
		func() expr.Node { return expr.Select(id(), age()).Union(expr.Select(age(), id())).OrderBy(id()) },
		map[string][]build{"order_by.expr": one(func() expr.Node {
			return expr.Select(id(), age()).Union(expr.Select(age(), id())).OrderBy(age())
		})},
	}},
	expr.OpSelect: {{
		windowed("w", framed()),
		map[string][]build{
			"windows":                {func() expr.Node { return ids() }, func() expr.Node { return ids().Window("w", framed()).Window("v", framed()) }},
			"windows.name":           one(windowed("v", framed())),
			"windows.partition_by":   one(windowed("w", framed().PartitionBy(name()))),
			"windows.order_by":       one(windowed("w", framed().OrderBy(name()))),
			"windows.order_by.expr":  one(windowed("w", expr.PartitionBy(age()).OrderBy(age().Desc().NullsLast()).Rows(expr.Preceding(3), expr.Following(4)).Exclude(expr.ExcludeTies))),
			"windows.order_by.desc":  one(windowed("w", expr.PartitionBy(age()).OrderBy(id().Asc().NullsLast()).Rows(expr.Preceding(3), expr.Following(4)).Exclude(expr.ExcludeTies))),
			"windows.order_by.nulls": one(windowed("w", expr.PartitionBy(age()).OrderBy(id().Desc()).Rows(expr.Preceding(3), expr.Following(4)).Exclude(expr.ExcludeTies))),
			"windows.unit":           one(windowed("w", framed().Groups(expr.Preceding(3), expr.Following(4)))),
			"windows.start":          one(windowed("w", framed().Rows(expr.Following(3), expr.Following(4)))),
			"windows.start_offset":   one(windowed("w", framed().Rows(expr.Preceding(2), expr.Following(4)))),
			"windows.end":            one(windowed("w", framed().Rows(expr.Preceding(3), expr.Preceding(4)))),
			"windows.end_offset":     one(windowed("w", framed().Rows(expr.Preceding(3), expr.Following(5)))),
			"windows.exclude":        one(windowed("w", framed().Exclude(expr.ExcludeGroup))),
		},
	}, {
		func() expr.Node {
			return ids().OrderBy(id()).Distinct(name()).LimitWithTies(3).Locked(expr.ForUpdate, expr.NoWait, customers()).Correlate(orders())
		},
		map[string][]build{
			"distinct_on": {func() expr.Node {
				return ids().OrderBy(id()).Distinct(age()).LimitWithTies(3).Locked(expr.ForUpdate, expr.NoWait, customers()).Correlate(orders())
			}},
			"lock": one(func() expr.Node {
				return ids().OrderBy(id()).Distinct(name()).LimitWithTies(3).Locked(expr.ForShare, expr.NoWait, customers()).Correlate(orders())
			}),
			"lock_of": {func() expr.Node {
				return ids().OrderBy(id()).Distinct(name()).LimitWithTies(3).Locked(expr.ForUpdate, expr.NoWait).Correlate(orders())
			}, func() expr.Node {
				return ids().OrderBy(id()).Distinct(name()).LimitWithTies(3).Locked(expr.ForUpdate, expr.NoWait, employees()).Correlate(orders())
			}},
			"lock_wait": one(func() expr.Node {
				return ids().OrderBy(id()).Distinct(name()).LimitWithTies(3).Locked(expr.ForUpdate, expr.SkipLocked, customers()).Correlate(orders())
			}),
			"with_ties": one(func() expr.Node {
				return ids().OrderBy(id()).Distinct(name()).Limit(3).Locked(expr.ForUpdate, expr.NoWait, customers()).Correlate(orders())
			}),
			"correlate": one(func() expr.Node {
				return ids().OrderBy(id()).Distinct(name()).LimitWithTies(3).Locked(expr.ForUpdate, expr.NoWait, customers()).CorrelateExcept(orders())
			}),
			"correlate_of": one(func() expr.Node {
				return ids().OrderBy(id()).Distinct(name()).LimitWithTies(3).Locked(expr.ForUpdate, expr.NoWait, customers()).Correlate(orders(), employees())
			}),
		},
	}, {
		func() expr.Node { return ids().With(ids().CTE("c")) },
		map[string][]build{
			"with": {func() expr.Node { return ids() }, func() expr.Node { return ids().With(ids().CTE("d")) }, func() expr.Node { return ids().With(ids().CTE("c"), ids().CTE("d")) }},
		},
	}},
}
