package expr

// returning is s:returning(columns) of any change.
func returning(change any, columns []any) any {
	switch s := change.(type) {
	case *InsertStmt:
		return s.Returning(columns...)
	case *UpdateStmt:
		return s.Returning(columns...)
	case *DeleteStmt:
		return s.Returning(columns...)
	}
	return nil
}

var insertMethods = []Method{
	{
		On: OnModule, Name: "insert", Doc: "new rows of a table, or of an entity", Args: []Arg{{"table", ArgFrom}},
		Example: `sql.insert(u):values{id = 1, name = "ann"}`,
		SQL:     `INSERT INTO "users" ("id", "name") VALUES (?, ?)`,
		Build:   func(_ any, a []any) any { return Insert(sourceOf(a[0])) },
	},
	{
		On: OnInsert, Name: "values", Doc: "rows: {column = value, ...}, several or a list of them, with the same columns; {} is a row of defaults", Args: []Arg{{"rows", ArgAssigns}},
		Example: `sql.insert(u):values{{id = 1, name = "ann"}, {id = 2, name = "bob"}}`,
		SQL:     `INSERT INTO "users" ("id", "name") VALUES (?, ?), (?, ?)`,
		Build:   func(self any, a []any) any { return self.(*InsertStmt).Values(a[0].([]Assign)...) },
	},
	{
		On: OnInsert, Name: "from_select", Doc: "the rows of a query, whose columns go to those listed: {u.id, u.name}, or their names", Args: []Arg{{"columns", ArgNames}, {"query", ArgQuery}},
		Example: `sql.insert(a):from_select({a.id, a.user_id}, sql.select(u.id, u.id:label "user_id"))`,
		SQL:     `INSERT INTO "addresses" ("id", "user_id") SELECT "users"."id", "users"."id" FROM "users"`,
		Build: func(self any, a []any) any {
			return self.(*InsertStmt).fromSelect(a[0].([]any), a[1].(Query))
		},
	},
	{
		On: OnInsert, Name: "on_conflict", Doc: "where another row has these columns: do_update or do_nothing; {constraint = name} in place of columns, {where = condition} of a partial index",
		Args: []Arg{{"columns", ArgKeyList}, {"options", ArgOptions}}, Optional: 2, Options: []Arg{{"constraint", ArgString}, {"where", ArgCond}},
		Example: `sql.insert(u):values{id = 1, name = "ann"}:on_conflict{u.id}:do_update{name = sql.excluded.name}`,
		SQL:     `INSERT INTO "users" ("id", "name") VALUES (?, ?) ON CONFLICT ("id") DO UPDATE SET "name" = "excluded"."name"`,
		Build: func(self any, a []any) any {
			columns, _ := a[0].([]any)
			return self.(*InsertStmt).conflictOf(columns, a[1])
		},
	},
	{
		On: OnInsert, Name: "do_update", Doc: "changes the row that is in the way: {column = value, ...}; sql.excluded.name is of the row that is not inserted", Args: []Arg{{"values", ArgAssign}},
		Example: `sql.insert(u):values{id = 1, name = "ann", age = 1}:on_conflict{u.id}:do_update{age = u.age:add(sql.excluded.age)}`,
		SQL:     `INSERT INTO "users" ("id", "name", "age") VALUES (?, ?, ?) ON CONFLICT ("id") DO UPDATE SET "age" = "users"."age" + "excluded"."age"`,
		Build:   func(self any, a []any) any { return self.(*InsertStmt).DoUpdate(a[0].(Assign)) },
	},
	{
		On: OnInsert, Name: "do_nothing", Doc: "leaves out the rows that others are in the way of",
		Example: `sql.insert(u):values{id = 1, name = "ann"}:on_conflict():do_nothing()`,
		SQL:     `INSERT INTO "users" ("id", "name") VALUES (?, ?) ON CONFLICT DO NOTHING`,
		Build:   func(self any, _ []any) any { return self.(*InsertStmt).DoNothing() },
	},
	{
		On: OnInsert, Name: "where", Doc: "do_update changes only rows for which all conditions are true", Args: []Arg{{"conditions", ArgConds}},
		Example: `sql.insert(u):values{id = 1, name = "ann"}:on_conflict{u.id}:do_update{name = sql.excluded.name}:where(u.name:ne(sql.excluded.name))`,
		SQL:     `INSERT INTO "users" ("id", "name") VALUES (?, ?) ON CONFLICT ("id") DO UPDATE SET "name" = "excluded"."name" WHERE "users"."name" <> "excluded"."name"`,
		Build:   func(self any, a []any) any { return self.(*InsertStmt).Where(a[0].([]any)...) },
	},
	{
		On: OnChange, Name: "returning", Doc: "gives columns of the rows that were changed: as they are now, or were when they were deleted", Args: []Arg{{"columns", ArgColumns}},
		Example: `sql.insert(u):values{name = "ann"}:returning(u.id)`,
		SQL:     `INSERT INTO "users" ("name") VALUES (?) RETURNING "users"."id"`,
		Build:   func(self any, a []any) any { return returning(self, a[0].([]any)) },
	},
	{
		On: OnChange, Name: "cte", Doc: "the rows that it returns as a source, in WITH", Args: []Arg{{"name", ArgString}},
		Example: `sql.select((sql.insert(u):values{name = "ann"}:returning(u.id):cte "new").id)`,
		SQL:     `WITH "new" AS (INSERT INTO "users" ("name") VALUES ($1::TEXT) RETURNING "users"."id") SELECT "new"."id" FROM "new"`,
		Build:   func(self any, a []any) any { return CTE(self.(Statement), a[0].(string)) },
	},
}

// sourceOf is a clause that is a source, or none.
func sourceOf(clause any) Source {
	if s, ok := clause.(Source); ok {
		return s
	}
	return nil
}

var updateMethods = []Method{
	{
		On: OnModule, Name: "update", Doc: "other values in rows of a table, or of an entity; it needs where or all_rows", Args: []Arg{{"table", ArgFrom}},
		Example: `sql.update(u):set{age = u.age:add(1)}:where(u.active)`,
		SQL:     `UPDATE "users" SET "age" = "users"."age" + ? WHERE "users"."active"`,
		Build:   func(_ any, a []any) any { return Update(sourceOf(a[0])) },
	},
	{
		On: OnUpdate, Name: "set", Doc: "{column = value, ...}: in the values, columns are what they were before", Args: []Arg{{"values", ArgAssign}},
		Example: `sql.update(u):set{name = "ann", age = sql.null}:where(u.id:eq(1))`,
		SQL:     `UPDATE "users" SET "name" = ?, "age" = NULL WHERE "users"."id" = ?`,
		Build:   func(self any, a []any) any { return self.(*UpdateStmt).Set(a[0].(Assign)) },
	},
	{
		On: OnUpdate, Name: "from", Doc: "other sources that values and conditions may name", Args: []Arg{{"sources", ArgFroms}},
		Example: `sql.update(u):set{name = a.city}:from(a):where(a.user_id:eq(u.id))`,
		SQL:     `UPDATE "users" SET "name" = "addresses"."city" FROM "addresses" WHERE "addresses"."user_id" = "users"."id"`,
		Build:   func(self any, a []any) any { return self.(*UpdateStmt).From(a[0].([]FromClause)...) },
	},
	{
		On: OnUpdate, Name: "where", Doc: "changes the rows for which all conditions are true; adds to earlier ones", Args: []Arg{{"conditions", ArgConds}},
		Example: `sql.update(u):set{age = 1}:where(u.active, u.age:is_null())`,
		SQL:     `UPDATE "users" SET "age" = ? WHERE "users"."active" AND "users"."age" IS NULL`,
		Build:   func(self any, a []any) any { return self.(*UpdateStmt).Where(a[0].([]any)...) },
	},
	{
		On: OnUpdate, Name: "all_rows", Doc: "says that all rows are meant",
		Example: `sql.update(u):set{active = true}:all_rows()`,
		SQL:     `UPDATE "users" SET "active" = ?`,
		Build:   func(self any, _ []any) any { return self.(*UpdateStmt).AllRows() },
	},
	{
		On: OnUpdate, Name: "order_by", Doc: "in what order rows are changed, as far as the limit (MySQL, MariaDB)", Args: []Arg{{"keys", ArgOrders}},
		Example: `sql.update(u):set{age = 1}:all_rows():order_by(u.id):limit(10)`,
		SQL:     "UPDATE `users` SET `age` = ? ORDER BY `users`.`id` LIMIT ?",
		Build:   func(self any, a []any) any { return self.(*UpdateStmt).OrderBy(a[0].([]any)...) },
	},
	{
		On: OnUpdate, Name: "limit", Doc: "changes at most so many rows (MySQL, MariaDB)", Args: []Arg{{"n", ArgOperand}},
		Example: `sql.update(u):set{age = 1}:all_rows():limit(10)`,
		SQL:     "UPDATE `users` SET `age` = ? LIMIT ?",
		Build:   func(self any, a []any) any { return self.(*UpdateStmt).Limit(a[0]) },
	},
}

var deleteMethods = []Method{
	{
		On: OnModule, Name: "delete", Doc: "takes rows from a table, or of an entity; it needs where or all_rows", Args: []Arg{{"table", ArgFrom}},
		Example: `sql.delete(u):where(u.age:lt(18))`,
		SQL:     `DELETE FROM "users" WHERE "users"."age" < ?`,
		Build:   func(_ any, a []any) any { return Delete(sourceOf(a[0])) },
	},
	{
		On: OnDelete, Name: "using", Doc: "other sources that the conditions may name: a row goes if it goes with any of their rows", Args: []Arg{{"sources", ArgFroms}},
		Example: `sql.delete(u):using(a):where(a.user_id:eq(u.id), a.city:eq("Rome"))`,
		SQL:     `DELETE FROM "users" WHERE EXISTS (SELECT 1 FROM "addresses" WHERE "addresses"."user_id" = "users"."id" AND "addresses"."city" = ?)`,
		Build:   func(self any, a []any) any { return self.(*DeleteStmt).Using(a[0].([]FromClause)...) },
	},
	{
		On: OnDelete, Name: "where", Doc: "deletes the rows for which all conditions are true; adds to earlier ones", Args: []Arg{{"conditions", ArgConds}},
		Example: `sql.delete(u):where(sql.not_(u.active), u.age:is_null())`,
		SQL:     `DELETE FROM "users" WHERE NOT "users"."active" AND "users"."age" IS NULL`,
		Build:   func(self any, a []any) any { return self.(*DeleteStmt).Where(a[0].([]any)...) },
	},
	{
		On: OnDelete, Name: "all_rows", Doc: "says that all rows are meant",
		Example: `sql.delete(u):all_rows()`,
		SQL:     `DELETE FROM "users"`,
		Build:   func(self any, _ []any) any { return self.(*DeleteStmt).AllRows() },
	},
	{
		On: OnDelete, Name: "order_by", Doc: "in what order rows are deleted, as far as the limit (MySQL, MariaDB)", Args: []Arg{{"keys", ArgOrders}},
		Example: `sql.delete(u):all_rows():order_by(u.id):limit(10)`,
		SQL:     "DELETE FROM `users` ORDER BY `users`.`id` LIMIT ?",
		Build:   func(self any, a []any) any { return self.(*DeleteStmt).OrderBy(a[0].([]any)...) },
	},
	{
		On: OnDelete, Name: "limit", Doc: "deletes at most so many rows (MySQL, MariaDB)", Args: []Arg{{"n", ArgOperand}},
		Example: `sql.delete(u):all_rows():limit(10)`,
		SQL:     "DELETE FROM `users` LIMIT ?",
		Build:   func(self any, a []any) any { return self.(*DeleteStmt).Limit(a[0]) },
	},
}
