package expr

// selectMethod is the row of q:name(arguments of one kind).
func selectMethod(name, doc, arg string, kind ArgKind, example, sql string, build func(*SelectStmt, any) *SelectStmt) Method {
	return Method{
		On: OnSelect, Name: name, Doc: doc, Args: []Arg{{arg, kind}}, Example: example, SQL: sql,
		Build: func(self any, a []any) any { return build(self.(*SelectStmt), a[0]) },
	}
}

// selectJoin is the row of q:name(target, conditions).
func selectJoin(kind JoinKind, name, doc, example, sql string) Method {
	m := Method{
		On: OnSelect, Name: name, Doc: doc, Args: []Arg{{"target", ArgFrom}, {"conditions", ArgConds}}, Example: example, SQL: sql,
		Build: func(self any, a []any) any {
			return self.(*SelectStmt).join(kind, a[0].(FromClause), a[1].([]any))
		},
	}
	if kind == CrossJoin {
		m.Args = m.Args[:1]
		m.Build = func(self any, a []any) any { return self.(*SelectStmt).CrossJoin(a[0].(FromClause)) }
	}
	return m
}

var selectMethods = []Method{
	{
		On: OnModule, Name: "select", Doc: "a query of columns; a table stands for all of its own", Args: []Arg{{"columns", ArgColumns}},
		Example: `sql.select(u.id, u.name)`,
		SQL:     `SELECT "users"."id", "users"."name" FROM "users"`,
		Build:   func(_ any, a []any) any { return Select(a[0].([]any)...) },
	},
	selectMethod("columns", "replaces the columns", "columns", ArgColumns,
		`sql.select(u.id):columns(u.name)`,
		`SELECT "users"."name" FROM "users"`,
		func(s *SelectStmt, a any) *SelectStmt { return s.Columns(a.([]any)...) }),
	selectMethod("add_columns", "appends columns", "columns", ArgColumns,
		`sql.select(u.id):add_columns(u.name)`,
		`SELECT "users"."id", "users"."name" FROM "users"`,
		func(s *SelectStmt, a any) *SelectStmt { return s.AddColumns(a.([]any)...) }),
	selectMethod("from", "appends to FROM, which is else the table that the columns name", "sources", ArgFroms,
		`sql.select(sql.fn.count():label "n"):from(u)`,
		`SELECT count(*) AS "n" FROM "users"`,
		func(s *SelectStmt, a any) *SelectStmt { return s.From(a.([]FromClause)...) }),
	selectJoin(InnerJoin, "join", "joins a source; the condition is the only foreign key, or given",
		`sql.select(u.id):join(a)`, `SELECT "users"."id" FROM "users" JOIN "addresses" ON "users"."id" = "addresses"."user_id"`),
	selectJoin(LeftJoin, "left_join", "joins a source and keeps the rows that match nothing in it",
		`sql.select(u.id):left_join(a, a.user_id:eq(u.id))`, `SELECT "users"."id" FROM "users" LEFT JOIN "addresses" ON "addresses"."user_id" = "users"."id"`),
	selectJoin(FullJoin, "full_join", "joins a source and keeps the rows of both sides that match nothing",
		`sql.select(u.id):full_join(a)`, `SELECT "users"."id" FROM "users" FULL JOIN "addresses" ON "users"."id" = "addresses"."user_id"`),
	selectJoin(CrossJoin, "cross_join", "each row with each of the source",
		`sql.select(u.id):cross_join(a)`, `SELECT "users"."id" FROM "users" JOIN "addresses"`),
	selectMethod("where", "keeps the rows for which all conditions are true; adds to earlier ones", "conditions", ArgConds,
		`sql.select(u.id):where(u.active, u.age:gt(30))`,
		`SELECT "users"."id" FROM "users" WHERE "users"."active" AND "users"."age" > ?`,
		func(s *SelectStmt, a any) *SelectStmt { return s.Where(a.([]any)...) }),
	selectMethod("group_by", "one row for each group of equal keys; appends", "keys", ArgKeys,
		`sql.select(a.city, sql.fn.count(a.id):label "n"):group_by(a.city)`,
		`SELECT "addresses"."city", count("addresses"."id") AS "n" FROM "addresses" GROUP BY "addresses"."city"`,
		func(s *SelectStmt, a any) *SelectStmt { return s.GroupBy(a.([]any)...) }),
	selectMethod("having", "keeps the groups for which all conditions are true; adds to earlier ones", "conditions", ArgConds,
		`sql.select(a.city):group_by(a.city):having(sql.fn.count(a.id):gt(1))`,
		`SELECT "addresses"."city" FROM "addresses" GROUP BY "addresses"."city" HAVING count("addresses"."id") > ?`,
		func(s *SelectStmt, a any) *SelectStmt { return s.Having(a.([]any)...) }),
	selectMethod("order_by", "orders the rows; appends", "keys", ArgOrders,
		`sql.select(u.id):order_by(u.name, u.age:desc())`,
		`SELECT "users"."id" FROM "users" ORDER BY "users"."name", "users"."age" DESC`,
		func(s *SelectStmt, a any) *SelectStmt { return s.OrderBy(a.([]any)...) }),
	selectMethod("limit", "at most so many rows; replaces", "n", ArgOperand,
		`sql.select(u.id):limit(10)`,
		`SELECT "users"."id" FROM "users" LIMIT ?`,
		func(s *SelectStmt, a any) *SelectStmt { return s.Limit(a) }),
	selectMethod("offset", "leaves out so many rows at the start; replaces", "n", ArgOperand,
		`sql.select(u.id):limit(10):offset(20)`,
		`SELECT "users"."id" FROM "users" LIMIT ? OFFSET ?`,
		func(s *SelectStmt, a any) *SelectStmt { return s.Offset(a) }),
	{
		On: OnSelect, Name: "distinct", Doc: "drops rows that equal an earlier one; with keys, keeps the first in order of those that are equal in them", Args: []Arg{{"keys", ArgKeys}},
		Example: `sql.select(a.city):distinct()`,
		SQL:     `SELECT DISTINCT "addresses"."city" FROM "addresses"`,
		Build:   func(self any, a []any) any { return self.(*SelectStmt).Distinct(a[0].([]any)...) },
	},
	selectMethod("without", `takes parts away: "from", "where", "group_by", "having", "order_by", "limit", "offset", "distinct", "for_update"`, "parts", ArgStrings,
		`sql.select(u.id):where(u.active):limit(10):without("where", "limit")`,
		`SELECT "users"."id" FROM "users"`,
		func(s *SelectStmt, a any) *SelectStmt { return s.Without(a.([]string)...) }),
	{
		On: OnSelect, Name: "fetch", Doc: "at most so many rows, as limit; {with_ties = true} keeps what equals the last one in order",
		Args: []Arg{{"n", ArgOperand}, {"options", ArgOptions}}, Optional: 1, Options: []Arg{{"with_ties", ArgFlag}},
		Example: `sql.select(u.id):fetch(10)`,
		SQL:     `SELECT "users"."id" FROM "users" LIMIT ?`,
		Build: func(self any, a []any) any {
			if o, ok := a[1].([]any); ok && o[0] == true {
				return self.(*SelectStmt).LimitWithTies(a[0])
			}
			return self.(*SelectStmt).Limit(a[0])
		},
	},
	{
		On: OnSelect, Name: "window", Doc: `defines a window, for over(sql.window(name))`, Args: []Arg{{"name", ArgString}, {"window", ArgWindow}}, Options: windowOptions,
		Example: `sql.select(u.id, sql.fn.count():over(sql.window "w"):label "n"):window("w", {partition_by = u.active, order_by = u.id})`,
		SQL:     `SELECT "users"."id", count(*) OVER "w" AS "n" FROM "users" WINDOW "w" AS (PARTITION BY "users"."active" ORDER BY "users"."id")`,
		Build: func(self any, a []any) any {
			w, ok := a[1].(Window)
			var wrong *Error
			if o, table := a[1].([]any); table {
				w, wrong = windowOf(o)
			} else if ok && w.name != "" {
				wrong = fail(CodeForm, "a window is defined by its parts")
			}
			return self.(*SelectStmt).withMore(func(_ *selectData, m *selectMore) {
				m.wrong(wrong)
				m.windows = append(m.windows, namedWindow{a[0].(string), w})
			})
		},
	},
	{
		On: OnSelect, Name: "for_update", Doc: `locks the rows until the transaction ends: {of = u, skip_locked = true, nowait = true, mode = "update", "share", "no key update" or "key share"}`,
		Args: []Arg{{"options", ArgOptions}}, Optional: 1, Options: []Arg{{"of", ArgFroms}, {"skip_locked", ArgFlag}, {"nowait", ArgFlag}, {"mode", ArgString}},
		Example: `sql.select(u.id):for_update{skip_locked = true}`,
		SQL:     `SELECT "users"."id" FROM "users" FOR UPDATE SKIP LOCKED`,
		Build:   func(self any, a []any) any { return self.(*SelectStmt).forUpdate(a[0]) },
	},
	{
		On: OnSelect, Name: "correlate", Doc: "as a subquery, takes these sources, and no others, from the query around it; as a source in FROM, from the queries around the one that it stands in", Args: []Arg{{"sources", ArgFroms}},
		Example: `sql.select(u.id):where(sql.exists(sql.select(a.id):where(a.user_id:eq(u.id)):correlate(u)))`,
		SQL:     `SELECT "users"."id" FROM "users" WHERE EXISTS (SELECT "addresses"."id" FROM "addresses" WHERE "addresses"."user_id" = "users"."id")`,
		Build:   func(self any, a []any) any { return self.(*SelectStmt).Correlate(a[0].([]FromClause)...) },
	},
	{
		On: OnSelect, Name: "correlate_except", Doc: "as a subquery, takes all but these sources from the query around it", Args: []Arg{{"sources", ArgFroms}},
		Example: `sql.select(u.id):where(sql.exists(sql.select(a.id):where(a.user_id:eq(u.id)):correlate_except(a)))`,
		SQL:     `SELECT "users"."id" FROM "users" WHERE EXISTS (SELECT "addresses"."id" FROM "addresses" WHERE "addresses"."user_id" = "users"."id")`,
		Build:   func(self any, a []any) any { return self.(*SelectStmt).CorrelateExcept(a[0].([]FromClause)...) },
	},
	{
		On: OnSelect, Name: "with", Doc: "puts CTEs into WITH that nothing names", Args: []Arg{{"ctes", ArgFroms}},
		Example: `sql.select(u.id):with(sql.select(a.city):cte "c")`,
		SQL:     `WITH "c" AS (SELECT "addresses"."city" FROM "addresses") SELECT "users"."id" FROM "users"`,
		Build: func(self any, a []any) any {
			return self.(*SelectStmt).withMore(func(_ *selectData, m *selectMore) { m.ctes = append(m.ctes, a[0].([]FromClause)...) })
		},
	},
	{
		On: OnQuery, Name: "count", Doc: "a query that counts the rows of this one",
		Example: `sql.select(u.id):where(u.active):limit(10):count()`,
		SQL:     `SELECT count(*) AS "count" FROM (SELECT "users"."id" FROM "users" WHERE "users"."active" LIMIT ?) AS "anon"`,
		Build:   func(self any, _ []any) any { return Count(self.(Query)) },
	},
	{
		On: OnSelect, Name: "after", Doc: "pages by key: the rows behind the one with these values of what order_by names, which must tell all rows apart", Args: []Arg{{"values", ArgOperands}},
		Example: `sql.select(u.id):order_by(u.id):after(7)`,
		SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."id" > ? ORDER BY "users"."id"`,
		Build:   func(self any, a []any) any { return self.(*SelectStmt).After(a[0].([]any)...) },
	},
	{
		On: OnExpr, Name: "label", Doc: "x under a name, as a column of a query", Args: []Arg{{"name", ArgString}},
		Example: `sql.select(u.age:add(1):label "n")`,
		SQL:     `SELECT "users"."age" + ? AS "n" FROM "users"`,
		Build:   func(self any, a []any) any { return self.(Expr).Label(a[0].(string)) },
	},
	{
		On: OnExpr, Name: "asc", Doc: "order by x, smallest first",
		Example: `sql.select(u.id):order_by(u.name:asc())`,
		SQL:     `SELECT "users"."id" FROM "users" ORDER BY "users"."name"`,
		Build:   func(self any, _ []any) any { return self.(Expr).Asc() },
	},
	{
		On: OnExpr, Name: "desc", Doc: "order by x, largest first",
		Example: `sql.select(u.id):order_by(u.age:desc())`,
		SQL:     `SELECT "users"."id" FROM "users" ORDER BY "users"."age" DESC`,
		Build:   func(self any, _ []any) any { return self.(Expr).Desc() },
	},
	{
		On: OnExpr, Name: "nulls_first", Doc: "order by x, smallest first, NULL before all values",
		Example: `sql.select(u.id):order_by(u.age:nulls_first())`,
		SQL:     `SELECT "users"."id" FROM "users" ORDER BY "users"."age" NULLS FIRST`,
		Build:   func(self any, _ []any) any { return self.(Expr).Asc().NullsFirst() },
	},
	{
		On: OnExpr, Name: "nulls_last", Doc: "order by x, smallest first, NULL behind all values",
		Example: `sql.select(u.id):order_by(u.age:nulls_last())`,
		SQL:     `SELECT "users"."id" FROM "users" ORDER BY "users"."age" NULLS LAST`,
		Build:   func(self any, _ []any) any { return self.(Expr).Asc().NullsLast() },
	},
	{
		On: OnOrder, Name: "nulls_first", Doc: "NULL before all values",
		Example: `sql.select(u.id):order_by(u.age:desc():nulls_first())`,
		SQL:     `SELECT "users"."id" FROM "users" ORDER BY "users"."age" DESC NULLS FIRST`,
		Build:   func(self any, _ []any) any { return self.(Order).NullsFirst() },
	},
	{
		On: OnOrder, Name: "nulls_last", Doc: "NULL behind all values",
		Example: `sql.select(u.id):order_by(u.age:asc():nulls_last())`,
		SQL:     `SELECT "users"."id" FROM "users" ORDER BY "users"."age" NULLS LAST`,
		Build:   func(self any, _ []any) any { return self.(Order).NullsLast() },
	},
}
