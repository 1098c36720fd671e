package luabind_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
)

// TestParameterOptions declares, describes and binds parameters.
func TestParameterOptions(t *testing.T) {
	rt := newRuntime(t, withCodec(), withCompiler())
	const q = `local t = sql.types
		local q = sql.select(sql.param("n", t.integer, {default = 2, min = 1, max = 5, doc = "how many"}):label "a",
			sql.param("kind", t.text, {enum = {"x", "y"}}):label "b", sql.literal(1):in_(sql.param("ids", t.integer, {many = true, max = 9})):label "c")
		`
	require.Equal(t, []any{
		map[string]any{"name": "n", "type": "integer", "default": 2.0, "required": false, "min": 1.0, "max": 5.0, "doc": "how many"},
		map[string]any{"name": "kind", "type": "text", "required": true, "enum": []any{"x", "y"}},
		map[string]any{"name": "ids", "type": "integer[]", "required": true, "max": 9.0},
	}, run(t, rt, q+`return q:describe().params`))
	require.Equal(t, map[string]any{"name": "kind", "type": "text", "required": false, "bound": "x", "enum": []any{"x", "y"}},
		run(t, rt, q+`return q:params{kind = "x"}:describe().params[2]`))
	require.Equal(t, true, run(t, rt, q+`return q:params{kind = "x"}:dump() == q:params{kind = "x"}:dump() and q:params{kind = "x"}:dump() ~= q:dump()`))
	require.Equal(t, true, run(t, rt, q+`return q:params{}:dump() == q:dump()`))
	for same, as := range map[string]string{
		`{1, 2}`:            `{many = true, default = {1, 2}}`,
		`{1, 2}, {max = 5}`: `{many = true, default = {1, 2}, max = 5}`,
		`2, {min = 1}`:      `{default = 2, min = 1}`,
	} {
		require.Equal(t, true, run(t, rt, `local a, b = sql.param("n", sql.types.integer, `+same+`), sql.param("n", sql.types.integer, `+as+`)
			return a:dump() == b:dump()`), same)
	}
	bound := run(t, rt, q+`return q:params{kind = "x", ids = {1, 2}}:params{n = 3}`)
	for _, p := range expr.DependenciesOf(bound.(expr.Node)).Parameters {
		require.True(t, p.IsBound(), p.Name())
	}
	for source, want := range map[string]string{
		`return q:params{n = 6, kind = "z", ids = {1, 10}}`:                    `3 values do not fit: ids: item 2: expected 9 or less, got 10; kind: expected one of "x", "y", got "z"; n: expected 1 to 5, got 6`,
		`return q:params{nn = 6}`:                                              `the query has no parameter "nn"; did you mean "n"?`,
		`return q:params{kind = "x"}:params{kind = "y"}`:                       `is bound to "x" already`,
		`return sql.param("n", sql.types.integer, {min = 3, max = 2})`:         `the least value 3 is more than the greatest 2`,
		`return sql.param("n", sql.types.integer, {minimum = 3})`:              `no option "minimum"`,
		`return sql.param("n", sql.types.integer, {enum = 3})`:                 `enum: `,
		`return sql.param("n", sql.types.integer, {doc = 3})`:                  `doc: `,
		`return sql.param("n", sql.types.integer, {min = 1}, {max = 2})`:       `expected a default and options behind it`,
		`return sql.param("n", sql.types.integer, {default = 9, max = 2})`:     `expected 2 or less, got 9`,
		`return sql.param("n", sql.types.text, {default = "c", enum = {"a"}})`: `expected one of "a", got "c"`,
		`return sql.param("n", sql.types.integer, {many = 1})`:                 `many: `,
		`return sql.param("n", sql.types.integer, {min = db.users.id})`:        `min`,
	} {
		_, err := rt.Run(context.Background(), "test.lua", q+source)
		require.ErrorContains(t, err, want, source)
	}
}

// TestLocalsThatDecide: a local decides as in Lua, unless it holds nothing but a parameter that
// sql.param or a field gave it: what is handed on may be one, and whether it is there is asked.
func TestLocalsThatDecide(t *testing.T) {
	rt := newRuntime(t)
	for source, want := range map[string]any{
		`local function page(n) if n then return "limited" end return "all" end return page(sql.param("n", sql.types.integer)) .. page()`: "limitedall",
		`local o = {limit = 3} local n = o.limit if n then return n end`:                                                                  3.0,
		`local o = {} local n = o.limit if not n then return n or 4 end`:                                                                  4.0,
		`local o = {on = false} local on = o.on while on do return 1 end return on and 2 or 5`:                                            5.0,
		`local n = sql.param("n", sql.types.integer) n = nil if n then return 1 end return 2`:                                             2.0,
		`local n = sql.param("n", sql.types.integer) local function off() n = false end off() if n then return 1 end return 2`:            2.0,
		`local n = sql.param("n", sql.types.integer) do local n = true if n then return 3 end end`:                                        3.0,
		`local c = db.users.id if c then return 4 end`:                                                                                    4.0,
		`local c = db.users.active if c then return 5 end`:                                                                                5.0,
	} {
		require.Equal(t, want, run(t, rt, source), source)
	}
}

// TestIfGiven builds conditions that are there only where a parameter is given.
func TestIfGiven(t *testing.T) {
	rt := newRuntime(t, withCodec())
	const q = `local u = db.users
		local age, name = sql.param("age", sql.types.integer), sql.param("name", sql.types.text, "a")
		local q = sql.select(u.id):where(u.active and age:if_given(u.age >= age and u.age ~= nil), name:if_given(u.name == name))
		`
	for source, want := range map[string]any{
		`return q:params{age = 3}:dump() == sql.select(u.id):where(u.active and u.age >= age and u.age ~= nil and u.name == name):params{age = 3}:dump()`:         true,
		`return q:params{age = sql.null}:dump() == sql.select(u.id):where(u.active, u.age >= age and u.age ~= nil, u.name == name):params{age = sql.null}:dump()`: true,
		`return q:params{age = 3}:dump() == q:dump()`:                                            false,
		`return q:params{}:dump() == q:dump()`:                                                   true,
		`return q:describe().params[1].required`:                                                 false,
		`return q:describe().params[2].required`:                                                 false,
		`return sql.load(q:dump()):lua() == q:lua()`:                                             true,
		`return q:shape() == q:params{age = 1}:shape()`:                                          false,
		`return #sql.update(u):set{age = 1}:where(age:if_given(u.age == age)):describe().params`: 1.0,
	} {
		require.Equal(t, want, run(t, rt, q+source), source)
	}
	for source, want := range map[string]string{
		`return u.age:if_given(u.active)`:           `expected a parameter, got a column`,
		`return age:if_given(u.age)`:                `expected a condition, got an expression of type integer`,
		`return sql.select(age:if_given(u.active))`: `it stands in WHERE, HAVING and FILTER, or in AND and OR: it may vanish`,
		`return sql.not_(age:if_given(u.active))`:   `it may vanish`,
		`return not age:if_given(u.active)`:         `not: what vanishes where its parameter is not given has no opposite: write p:if_given(not (...))`,
	} {
		_, err := rt.Run(context.Background(), "test.lua", q+source)
		require.ErrorContains(t, err, want, source)
	}
}
