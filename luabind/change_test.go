package luabind_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

// changer is a session that writes down what it is told.
type changer struct {
	table
	log  *[]string
	deep int
}

func (c *changer) Exec(_ context.Context, change expr.Node, params map[string]any) (int64, error) {
	*c.log = append(*c.log, change.Op().String())
	if v, ok := params["n"]; ok {
		return v.(expr.Value).Int(), nil
	}
	if change.Op() == expr.OpDelete {
		return 0, errors.New("refused by the session")
	}
	return 2, nil
}

func (c *changer) Transaction(_ context.Context, f func(luabind.Session)) error {
	*c.log = append(*c.log, "begin")
	done := false
	defer func() {
		if !done {
			*c.log = append(*c.log, "rollback")
		}
	}()
	f(&changer{table: table{columns: c.columns, rows: c.rows}, log: c.log, deep: c.deep + 1})
	done = true
	*c.log = append(*c.log, "commit")
	return nil
}

func newChanger() *changer {
	p := people()
	return &changer{table: table{columns: p.columns, rows: p.rows}, log: new([]string)}
}

func TestChange(t *testing.T) {
	s := newChanger()
	rt := newRuntime(t, luabind.WithSession(s))
	for script, want := range map[string]any{
		`return session:execute(sql.insert(u):values{name = "x"})`:                                                        2.0,
		`return session:execute(sql.update(u):set{age = sql.param("n", sql.types.integer)}:all_rows(), {n = 5})`:          5.0,
		`return session:execute(sql.update(u):set{age = sql.param("n", sql.types.integer)}:all_rows(), {n = -1}) == nil`:  true,
		`return session:one(sql.delete(u):where(u.id:eq(1)):returning(u.id, u.name, u.age, u.age:label "b", u.email))[2]`: nil,
	} {
		if want == nil {
			require.ErrorContains(t, fails(t, rt, script), "expected one row, got more", script)
			continue
		}
		require.Equal(t, want, run(t, rt, script), script)
	}
	for script, want := range map[string]string{
		`session:execute(sql.select(u.id))`:                                                       "execute: change: expected an insert, an update or a delete, got a query: write session:rows, session:all or session:one",
		`session:execute(u)`:                                                                      `execute: change: expected an insert, an update or a delete, got the source "users"`,
		`session:all(sql.insert(u):values{name = "x"})`:                                           "all: query: an insert without returning gives no rows: write session:execute",
		`session:execute(sql.delete(u):all_rows())`:                                               "refused by the session",
		`session:execute(sql.insert(u):values{name = "x"}, {m = 1})`:                              `the query has no parameter "m"`,
		`session:transaction(1)`:                                                                  "transaction: expected a function, got a number",
		`return sql.insert(u):values{name = 1}`:                                                   "users.name is of type string(50), the value of type big_integer",
		`return sql.insert(u):values{nmae = "x"}`:                                                 `users has no column "nmae"; did you mean "name"?`,
		`return sql.insert(u):values{"x"}`:                                                        "row 1: expected a table such as {column = value}, got a string",
		`return sql.insert(u):values{{name = "x"}, {id = 1}}`:                                     "row 2 gives id, those before it name",
		`return sql.insert(u):values{name = sql.null}`:                                            "users.name cannot be NULL",
		`return sql.insert(u):values{id = 1.5}`:                                                   "1.5 is not exact as big_integer",
		`return sql.update(u):set{name = "x"}:set{[1] = 2}`:                                       "expected {column = value}, got the key 1",
		`return sql.insert(u):do_update{name = "x"}`:                                              "say on conflict of what first",
		`return sql.insert(u):values{id = 1}:on_conflict{u.id}:do_update{age = sql.excluded.aeg}`: `excluded has no column "aeg"; did you mean "age"?`,
		`return sql.insert(u:alias "x")`:                                                          "an insert names the table itself",
		`return sql.delete(sql.select(u.id):subquery "s")`:                                        "only the rows of a table can be changed, got subquery",
		`return sql.delete(u):describe()`:                                                         "it would change every row: say where(...), or all_rows() if that is meant",
		`return sql.insert(u):describe()`:                                                         "no values",
		`return sql.insert(u):values{id = 1}:on_conflict{u.id}:describe()`:                        "on conflict: say do_update(...) or do_nothing()",
		`return sql.select(sql.excluded.id):describe()`:                                           "can be named in its DO UPDATE only",
		`return sql.delete(u):where(u.id:eq(sql.default)):describe()`:                             "DEFAULT is the whole value of a column",
	} {
		require.ErrorContains(t, fails(t, rt, script), want, script)
	}
}

func TestTransaction(t *testing.T) {
	s := newChanger()
	rt := newRuntime(t, luabind.WithSession(s))
	add := `tx:execute(sql.insert(u):values{name = "x"})`
	logged := func(script string, want ...string) {
		t.Helper()
		*s.log = nil
		run(t, rt, script+" return true")
		require.Equal(t, want, *s.log, script)
	}
	logged(`local a, b = session:transaction(function(tx) `+add+` return 1, "two" end) assert(a == 1 and b == "two")`, "begin", "insert", "commit")
	logged(`local ok, e = pcall(session.transaction, session, function(tx) `+add+` error("no", 0) end) assert(not ok and e == "no", e)`, "begin", "insert", "rollback")
	logged(`session:transaction(function(tx) pcall(tx.transaction, tx, function(tx) `+add+` error("no", 0) end) `+add+` end)`, "begin", "begin", "insert", "rollback", "insert", "commit")
	logged(`session:transaction(function(tx) local it = tx:rows(sql.select(u.id)) it() end)`, "begin", "commit")

	*s.log = nil
	require.ErrorContains(t, fails(t, rt, `session:transaction(function(tx) session:execute(sql.insert(u):values{name = "x"}) end)`), "the session that the function was given is the one to use")
	require.ErrorContains(t, fails(t, rt, `local out session:transaction(function(tx) out = tx end) out:execute(sql.insert(u):values{name = "x"})`), "nowhere else")
	require.ErrorContains(t, fails(t, rt, `session:transaction(function(tx) return tx:nosuch() end)`), `the session has no method "nosuch"`)
	require.Equal(t, "begin rollback begin commit begin rollback", strings.Join(*s.log, " "))
	logged(`session:execute(sql.insert(u):values{name = "x"})`, "insert")

	queries := newRuntime(t, luabind.WithSession(people()))
	require.ErrorContains(t, fails(t, queries, `session:execute(sql.insert(u):values{name = "x"})`), "the host grants a session for queries only")
	require.ErrorContains(t, fails(t, queries, `session:transaction(function() end)`), "the host grants a session for queries only")
}

// TestExcludedIsTyped: plain values beside columns of the excluded row take their types.
func TestExcludedIsTyped(t *testing.T) {
	rt := newRuntime(t)
	n := run(t, rt, `return sql.insert(u):values{id = 1, born = "2000-01-01"}:on_conflict{u.id}:do_update{age = sql.excluded.age:add(1)}:where(sql.excluded.born:gt("2000-01-31"), sql.excluded.balance:between(1, 1.5))`).(*expr.InsertStmt)
	require.NoError(t, expr.Err(n))
	var dates, decimals int
	expr.Walk(n, func(n expr.Node) bool {
		if l, ok := n.(*expr.LiteralExpr); ok {
			switch l.Type().Kind() {
			case schema.KindDate:
				dates++
			case schema.KindNumeric:
				decimals++
			}
		}
		return true
	})
	require.Equal(t, 2, dates)
	require.Equal(t, 1, decimals)
	again := run(t, rt, `return sql.insert(u):values{id = 1, born = "2000-01-01"}:on_conflict{u.id}:do_update{age = sql.excluded.age:add(1)}:where(sql.excluded.born:gt("2000-01-31"), sql.excluded.balance:between(1, 1.5))`)
	require.True(t, expr.Equal(n, again.(expr.Node)))
}
