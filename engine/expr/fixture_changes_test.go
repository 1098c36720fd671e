package expr_test

import "github.com/sqlser/sqlser/engine/expr"

type set = expr.Assign

// upsert is an insert with every part but a constraint and a query, changed.
func upsert(change func(*upsertParts)) build {
	p := upsertParts{
		into: customers, rows: []set{{"id": 1, "name": "a"}, {"id": 2, "name": "b"}}, on: []any{"email", "id"}, among: active,
		do: set{"name": "x", "age": 1}, where: vip, returning: id().Label("n"),
	}
	change(&p)
	return func() expr.Node {
		n := expr.Insert(p.into()).Values(p.rows...)
		if p.on != nil {
			n = n.OnConflict(p.on...)
		}
		if p.among != nil {
			n = n.Among(p.among())
		}
		switch {
		case p.do != nil:
			n = n.DoUpdate(p.do)
		case p.nothing:
			n = n.DoNothing()
		}
		if p.where != nil {
			n = n.Where(p.where())
		}
		return n.Returning(p.returning)
	}
}

type upsertParts struct {
	into         func() *expr.TableSource
	rows         []set
	on           []any
	among, where func() expr.Expr
	do           set
	nothing      bool
	returning    any
}

// changeParts are those of an update or a delete.
type changeParts struct {
	set       set
	from      []expr.FromClause
	where     func() expr.Expr
	returning any
}

func updated(table func() expr.Source, change func(*changeParts)) build {
	p := changeParts{set: set{"name": "x", "age": 1}, from: []expr.FromClause{orders()}, where: active, returning: id().Label("n")}
	change(&p)
	return func() expr.Node {
		return expr.Update(table()).Set(p.set).From(p.from...).Where(p.where()).Returning(p.returning)
	}
}

func deleted(table func() expr.Source, change func(*changeParts)) build {
	p := changeParts{from: []expr.FromClause{orders()}, where: active, returning: id().Label("n")}
	change(&p)
	return func() expr.Node {
		return expr.Delete(table()).Using(p.from...).Where(p.where()).Returning(p.returning)
	}
}

func theCustomers() expr.Source { return customers() }

// insertOf is an insert of an entity, whose columns are attributes.
func insertOf(attribute string, v any) *expr.InsertStmt {
	e := entity("Employee")
	return expr.Insert(e).Values(set{attribute: v}).OnConflict(e.C("id")).DoUpdate(set{"called": expr.Excluded(e).C("called")})
}

var fixturesOfChanges = map[expr.Op][]fixture{
	expr.OpInsert: {{
		func() expr.Node { return expr.Insert(customers()) },
		map[string][]build{"table": one(func() expr.Node { return expr.Insert(employees()) })},
	}, {
		upsert(func(*upsertParts) {}),
		map[string][]build{
			"columns rows": {upsert(func(p *upsertParts) {
				p.rows = []set{{"id": 1, "name": "a", "age": 3}, {"id": 2, "name": "b", "age": nil}}
			}),
				upsert(func(p *upsertParts) { p.rows = []set{{}} })},
			"columns":    one(upsert(func(p *upsertParts) { p.rows = []set{{"id": 1, "email": "a"}, {"id": 2, "email": "b"}} })),
			"rows":       one(upsert(func(p *upsertParts) { p.rows = p.rows[:1] })),
			"rows.cells": one(upsert(func(p *upsertParts) { p.rows = []set{{"id": 1, "name": "a"}, {"id": 2, "name": expr.Default()}} })),
			"on_conflict conflict_set conflict_where": {upsert(func(p *upsertParts) { p.do, p.where, p.nothing = nil, nil, true }),
				upsert(func(p *upsertParts) { p.do, p.where = nil, nil })},
			"conflict_columns":    {upsert(func(p *upsertParts) { p.on = []any{"email"} }), upsert(func(p *upsertParts) { p.on = []any{"id", "email"} })},
			"conflict_among":      {upsert(func(p *upsertParts) { p.among = vip }), upsert(func(p *upsertParts) { p.among = nil })},
			"conflict_set":        one(upsert(func(p *upsertParts) { p.do = set{"name": "x"} })),
			"conflict_set.column": one(upsert(func(p *upsertParts) { p.do = set{"email": "x", "age": 1} })),
			"conflict_set.value":  one(upsert(func(p *upsertParts) { p.do = set{"name": expr.Excluded(customers()).C("name"), "age": 1} })),
			"conflict_where":      {upsert(func(p *upsertParts) { p.where = active }), upsert(func(p *upsertParts) { p.where = nil })},
			"returning":           one(upsert(func(p *upsertParts) { p.returning = orders() })),
			"returning.expr":      one(upsert(func(p *upsertParts) { p.returning = age().Label("n") })),
			"returning.label":     {upsert(func(p *upsertParts) { p.returning = id() }), upsert(func(p *upsertParts) { p.returning = id().Label("N") })},
		},
	}, {
		func() expr.Node {
			return expr.Insert(customers()).FromSelect([]string{"id"}, ids()).OnConstraint("c").DoNothing()
		},
		map[string][]build{
			"query": one(func() expr.Node {
				return expr.Insert(customers()).FromSelect([]string{"id"}, ids().Distinct()).OnConstraint("c").DoNothing()
			}),
			"conflict_constraint": {func() expr.Node {
				return expr.Insert(customers()).FromSelect([]string{"id"}, ids()).OnConstraint("d").DoNothing()
			}, func() expr.Node {
				return expr.Insert(customers()).FromSelect([]string{"id"}, ids()).OnConflict().DoNothing()
			}},
		},
	}, {
		func() expr.Node { return insertOf("called", "Ann") },
		map[string][]build{
			"columns rows.cells":                     one(func() expr.Node { return insertOf("id", 1) }),
			"conflict_columns conflict_set.value":    one(func() expr.Node { return insertOf("called", "Ann").OnConflict("called").DoUpdate(set{"called": "x"}) }),
			"conflict_set.column conflict_set.value": one(func() expr.Node { return insertOf("called", "Ann").DoUpdate(set{"boss_id": 1}) }),
		},
	}},
	expr.OpUpdate: {{
		func() expr.Node { return expr.Update(entity("Employee")).Set(set{"boss_id": 1}).AllRows() },
		map[string][]build{
			"table set.column": one(func() expr.Node { return expr.Update(employees()).Set(set{"boss_id": 1}).AllRows() }),
			"set.column":       one(func() expr.Node { return expr.Update(entity("Employee")).Set(set{"id": 1}).AllRows() }),
		},
	}, {
		func() expr.Node { return expr.Update(customers()).AllRows() },
		map[string][]build{"table": {func() expr.Node { return expr.Update(employees()).AllRows() }, func() expr.Node { return expr.Update(customers().Alias("c")).AllRows() }}},
	}, {
		updated(theCustomers, func(*changeParts) {}),
		map[string][]build{
			"set":             one(updated(theCustomers, func(p *changeParts) { p.set = set{"name": "x"} })),
			"set.column":      one(updated(theCustomers, func(p *changeParts) { p.set = set{"email": "x", "age": 1} })),
			"set.value":       one(updated(theCustomers, func(p *changeParts) { p.set = set{"name": "x", "age": expr.Default()} })),
			"from":            {updated(theCustomers, func(p *changeParts) { p.from = nil }), updated(theCustomers, func(p *changeParts) { p.from = []expr.FromClause{employees()} })},
			"where":           one(updated(theCustomers, func(p *changeParts) { p.where = vip })),
			"returning":       one(updated(theCustomers, func(p *changeParts) { p.returning = orders() })),
			"returning.expr":  one(updated(theCustomers, func(p *changeParts) { p.returning = age().Label("n") })),
			"returning.label": one(updated(theCustomers, func(p *changeParts) { p.returning = id() })),
		},
	}, {
		func() expr.Node {
			return expr.Update(customers()).Set(set{"age": 1}).AllRows().OrderBy(id().Desc().NullsLast()).Limit(3)
		},
		map[string][]build{
			"all_rows": one(func() expr.Node {
				return expr.Update(customers()).Set(set{"age": 1}).OrderBy(id().Desc().NullsLast()).Limit(3)
			}),
			"order_by": one(func() expr.Node { return expr.Update(customers()).Set(set{"age": 1}).AllRows().Limit(3) }),
			"order_by.expr": one(func() expr.Node {
				return expr.Update(customers()).Set(set{"age": 1}).AllRows().OrderBy(age().Desc().NullsLast()).Limit(3)
			}),
			"order_by.desc": one(func() expr.Node {
				return expr.Update(customers()).Set(set{"age": 1}).AllRows().OrderBy(id().Asc().NullsLast()).Limit(3)
			}),
			"order_by.nulls": one(func() expr.Node {
				return expr.Update(customers()).Set(set{"age": 1}).AllRows().OrderBy(id().Desc()).Limit(3)
			}),
			"limit": one(func() expr.Node {
				return expr.Update(customers()).Set(set{"age": 1}).AllRows().OrderBy(id().Desc().NullsLast())
			}),
		},
	}},
	expr.OpDelete: {{
		func() expr.Node { return expr.Delete(customers()).AllRows() },
		map[string][]build{"table": {func() expr.Node { return expr.Delete(employees()).AllRows() }, func() expr.Node { return expr.Delete(customers().Alias("c")).AllRows() }}},
	}, {
		deleted(theCustomers, func(*changeParts) {}),
		map[string][]build{
			"using":           {deleted(theCustomers, func(p *changeParts) { p.from = nil }), deleted(theCustomers, func(p *changeParts) { p.from = []expr.FromClause{employees()} })},
			"where":           one(deleted(theCustomers, func(p *changeParts) { p.where = vip })),
			"returning":       one(deleted(theCustomers, func(p *changeParts) { p.returning = orders() })),
			"returning.expr":  one(deleted(theCustomers, func(p *changeParts) { p.returning = age().Label("n") })),
			"returning.label": one(deleted(theCustomers, func(p *changeParts) { p.returning = id() })),
		},
	}, {
		func() expr.Node {
			return expr.Delete(customers()).AllRows().OrderBy(id().Desc().NullsLast()).Limit(3)
		},
		map[string][]build{
			"all_rows":       one(func() expr.Node { return expr.Delete(customers()).OrderBy(id().Desc().NullsLast()).Limit(3) }),
			"order_by":       one(func() expr.Node { return expr.Delete(customers()).AllRows().Limit(3) }),
			"order_by.expr":  one(func() expr.Node { return expr.Delete(customers()).AllRows().OrderBy(age().Desc().NullsLast()).Limit(3) }),
			"order_by.desc":  one(func() expr.Node { return expr.Delete(customers()).AllRows().OrderBy(id().Asc().NullsLast()).Limit(3) }),
			"order_by.nulls": one(func() expr.Node { return expr.Delete(customers()).AllRows().OrderBy(id().Desc()).Limit(3) }),
			"limit":          one(func() expr.Node { return expr.Delete(customers()).AllRows().OrderBy(id().Desc().NullsLast()) }),
		},
	}},
	expr.OpExcluded: {{
		func() expr.Node { return expr.Excluded(customers()) },
		map[string][]build{"table": {func() expr.Node { return expr.Excluded(orders()) }, func() expr.Node { return expr.Excluded(entity("Customer")) }}},
	}},
	expr.OpDefault: {{make: func() expr.Node { return expr.Default().Node() }}},
	expr.OpCTE: {{
		func() expr.Node { return expr.Delete(customers()).AllRows().Returning(id()).CTE("c") },
		map[string][]build{"query": one(func() expr.Node {
			return expr.Delete(customers()).Where(active()).Returning(id()).CTE("c")
		})},
	}},
}
