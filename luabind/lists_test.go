package luabind_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestListsAndArguments: a list is taken where arguments are, and the other way round.
func TestListsAndArguments(t *testing.T) {
	rt := newRuntime(t)
	insert := `return sql.insert(u):values{id = 1, name = "x"}`
	for script, same := range map[string]string{
		insert + `:on_conflict(u.id):do_nothing()`:                                          insert + `:on_conflict{u.id}:do_nothing()`,
		insert + `:on_conflict(u.id, u.name):do_nothing()`:                                  insert + `:on_conflict{u.id, u.name}:do_nothing()`,
		insert + `:on_conflict(u.id, {where = u.active}):do_nothing()`:                      insert + `:on_conflict({u.id}, {where = u.active}):do_nothing()`,
		insert + `:on_conflict{constraint = "one"}:do_nothing()`:                            insert + `:on_conflict({}, {constraint = "one"}):do_nothing()`,
		insert + `:on_conflict{}:do_nothing()`:                                              insert + `:on_conflict():do_nothing()`,
		`return sql.insert(u):values({id = 1, name = "x"}, {id = 2, name = "y"})`:           `return sql.insert(u):values{{id = 1, name = "x"}, {id = 2, name = "y"}}`,
		`return sql.insert(u):values({name = "x", email = nil}, {name = "y", email = "e"})`: `return sql.insert(u):values{{name = "x", email = sql.null}, {name = "y", email = "e"}}`,
		`return sql.insert(u):from_select({u.id, u.name}, sql.select(a.id, a.city))`:        `return sql.insert(u):from_select({"id", "name"}, sql.select(a.id, a.city))`,
		`return sql.insert(u):from_select({u.id, "name"}, sql.select(a.id, a.city))`:        `return sql.insert(u):from_select({"id", "name"}, sql.select(a.id, a.city))`,
		`return sql.select(sql.grouping(a.city)):group_by(sql.rollup(a.city))`:              `return sql.select(sql.fn.grouping(a.city)):group_by(sql.rollup(a.city))`,
		`return sql.select(sql.grouping{a.city, a.id}):group_by(sql.rollup(a.city, a.id))`:  `return sql.select(sql.fn.grouping(a.city, a.id)):group_by(sql.rollup(a.city, a.id))`,
	} {
		sameQuery(t, rt, script, same)
	}
	for script, want := range map[string]string{
		insert + `:on_conflict(u.id, mispelt):do_nothing()`:                 "on_conflict: columns: column 2: expected a column or an expression, got nil",
		insert + `:on_conflict("id"):do_nothing()`:                          "on_conflict: columns: expected a column or an expression, got a string",
		insert + `:on_conflict{a.id}:do_nothing()`:                          "addresses",
		insert + `:on_conflict({u.id}, {constraint = "one"}):do_nothing()`:  "on conflict: columns, or a constraint",
		insert + `:on_conflict{constrain = "one"}:do_nothing()`:             `no option "constrain"; did you mean "constraint"?`,
		`return sql.insert(u):values({name = "x"}, mispelt)`:                "values: row 2: expected a table such as {column = value}, got nil",
		`return sql.insert(u):values({name = "x"}, {id = 1})`:               "row 2 gives id, those before it name",
		`return sql.insert(u):values({{name = "x"}}, {{name = "y"}})`:       "expected {column = value}, got the key 1",
		`return sql.insert(u):from_select({a.id}, sql.select(a.id))`:        "addresses",
		`return sql.insert(u):from_select({1}, sql.select(a.id))`:           "from_select: columns: item 1: expected a column or its name, got a number",
		`return sql.insert(u):from_select({u.id:add(1)}, sql.select(a.id))`: "expected a column of the table",
		`return sql.insert(u):from_select({"nmae"}, sql.select(a.id))`:      `users has no column "nmae"; did you mean "name"?`,
	} {
		require.ErrorContains(t, fails(t, rt, script), want, script)
	}
}
