package luabind_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNilIsNull: a nil that is written in a row or a case is NULL.
func TestNilIsNull(t *testing.T) {
	rt := newRuntime(t)
	for script, same := range map[string]string{
		`sql.insert(u):values{name = "x", email = nil}`:                                                               `sql.insert(u):values{name = "x", email = sql.null}`,
		`sql.insert(u):values({name = "x", ["email"] = nil})`:                                                         `sql.insert(u):values{name = "x", email = sql.null}`,
		`sql.insert(u):values{{name = "x", email = nil}, {name = "y", email = "e"}}`:                                  `sql.insert(u):values{{name = "x", email = sql.null}, {name = "y", email = "e"}}`,
		`sql.update(u):set{age = nil}:all_rows()`:                                                                     `sql.update(u):set{age = sql.null}:all_rows()`,
		`sql.insert(u):values{id = 1, name = "x"}:on_conflict{u.id}:do_update{email = nil}`:                           `sql.insert(u):values{id = 1, name = "x"}:on_conflict{u.id}:do_update{email = sql.null}`,
		`sql.case{{u.active, nil}, {u.age:gt(1), 2}, else_ = nil}`:                                                    `sql.case{{u.active, sql.null}, {u.age:gt(1), 2}, else_ = sql.null}`,
		`(function(case) return case{{u.active, 1}, else_ = nil} end)(sql.case)`:                                      `sql.case{{u.active, 1}, else_ = sql.null}`,
		`sql.select((sql.values({"i", "t"}, {{1, nil}, {nil, "b"}, {3, "c"}}):alias "v").t)`:                          `sql.select((sql.values({"i", "t"}, {{1, sql.null}, {sql.null, "b"}, {3, "c"}}):alias "v").t)`,
		`(function() local row = {name = "x", email = nil} return sql.insert(u):values(row) end)()`:                   `sql.insert(u):values{name = "x", email = sql.null}`,
		`(function(add) return add{name = "x", email = nil} end)(function(row) return sql.insert(u):values(row) end)`: `sql.insert(u):values{name = "x", email = sql.null}`,
		`sql.update(u):set((function(key) return {name = "x", [key] = nil} end)("age")):all_rows()`:                   `sql.update(u):set{name = "x", age = sql.null}:all_rows()`,
		`sql.update(u):set((function() local t = {name = "x", age = nil} t.age = 3 return t end)()):all_rows()`:       `sql.update(u):set{name = "x", age = 3}:all_rows()`,
		`sql.update(u):set{age = nil, age = 3}:all_rows()`:                                                            `sql.update(u):set{age = 3}:all_rows()`,
	} {
		sameQuery(t, rt, "return "+script, "return "+same)
	}
}

// TestNilOfAVariable: what is nil without saying so is an error.
func TestNilOfAVariable(t *testing.T) {
	rt := newRuntime(t)
	for script, want := range map[string]string{
		`sql.select(u.id):where(not u.active == nil)`:                                "`not a == nil` is `(not a) == nil` in Lua: write not (a == nil), or a:is_not_null()",
		`sql.select(u.id):where(not u.active ~= nil)`:                                "`not a ~= nil` is `(not a) ~= nil` in Lua: write not (a ~= nil), or a:is_null()",
		`sql.insert(u):values{name = "x", email = mispelt}`:                          "values: email: expected an expression or a plain value, got nil: a misspelt variable, or write sql.null",
		`sql.insert(u):values{{name = "x", email = u.x and 1 or mispelt}}`:           `users has no column or method "x"`,
		`sql.insert(u):values{{name = "x"}, {name = "y", email = mispelt}}`:          "values: row 2: email: expected an expression or a plain value, got nil",
		`sql.update(u):set{age = (nil or mispelt)}`:                                  "set: age: expected an expression or a plain value, got nil",
		`sql.insert(u):values{id = 1}:on_conflict{u.id}:do_update{name = mispelt.x}`: `nil has no "x"`,
		`sql.case{{u.active, 1}, else_ = mispelt}`:                                   "case: else_: expected an expression or a plain value, got nil",
		`sql.case{{u.active, mispelt}}`:                                              "case: branch 1: expected an expression or a plain value, got nil",
		`sql.case{{nil, 1}}`:                                                         "case: branch 1: expected a condition, got nil",
		`sql.update(u):set{"x", nil}`:                                                "expected {column = value}, got the key 1",
		`sql.select{u.id, nil}`:                                                      "select: item 2: expected a column, an expression or a table, got nil",
		`u.id:in_{1, nil}`:                                                           "in_: item 2: expected an expression or a plain value, got nil",
		`sql.select{u.id, mispelt}`:                                                  "select: item 2: expected a column, an expression or a table, got nil",
		`sql.select(u.id):where{u.active, mispelt}`:                                  "where: item 2: expected a condition, got nil",
		`sql.and_{u.active, mispelt, mispelt.x and 1 or nil}`:                        `nil has no "x"`,
		`sql.and_{u.active, mispelt, (mispelt)}`:                                     "and_: item 2: expected a condition, got nil",
		`sql.fn.count():over{partition_by = {u.id, mispelt}}`:                        "over: partition_by: item 2: expected a column or an expression, got nil",
		`sql.select{mispelt, nil}`:                                                   "select: item 1: expected a column, an expression or a table, got nil",
		`sql.array{1, mispelt}`:                                                      "array: item 2: expected an expression or a plain value, got nil",
		`sql.values({"a", "b"}, {{1, mispelt}})`:                                     "row 1, value 2: expected an expression or a plain value, got nil",
		`sql.case{{u.active, 1}, mispelt}`:                                           "case: branch 2: expected {condition, value}, got nil",
		`sql.insert(u):values{name = nil}`:                                           "users.name cannot be NULL",
	} {
		require.ErrorContains(t, fails(t, rt, "return "+script), want, script)
	}
}

// TestNilElsewhere: to anything but our methods a table with nils is what it was.
func TestNilElsewhere(t *testing.T) {
	rt := newRuntime(t)
	for _, script := range []string{
		`local t = {a = nil, b = 1} local n = 0 for k in pairs(t) do n = n + 1 end return n == 1 and next(t) == "b" and t.a == nil and rawget(t, "a") == nil`,
		`local t = {1, nil, 3} return #t == 3 and t[2] == nil and select("#", unpack(t)) == 3`,
		`local t = {nil, nil} return #t == 0 and next(t) == nil`,
		`local function f(...) return {nil, ...} end local t = f(1, 2) return t[1] == nil and t[3] == 2 and #t == 3`,
		`local function f() return 1, 2 end local t = {f(), nil, f()} return t[1] == 1 and t[2] == nil and t[3] == 1 and t[4] == 2`,
		`local t = {a = nil} return getmetatable(t) == nil and getmetatable(setmetatable(t, {__index = {a = 2}})).__index.a == 2 and t.a == 2`,
		`local mt = {} return getmetatable(setmetatable({a = nil}, mt)) == mt and getmetatable(setmetatable({a = nil}, nil)) == nil and getmetatable("") == false`,
		`local t = {a = nil} return tostring(t) == tostring({}) and type(t) == "table" and not (t == {a = nil})`,
		`local o = {} function o:set(t) return next(t) == nil and getmetatable(t) == nil and self == o end return o:set{a = nil, b = mispelt}`,
		`local o = {} function o:values(t, n) return t.a == nil and t[1] == 1 and n == 2 end return o:values({1, a = nil}, 2)`,
		`local function case(t) return #t == 1 and t.else_ == nil end return case{{1, nil}, else_ = nil}`,
		`local ok, e = pcall(function() return {[mispelt] = nil} end) return not ok and e:find("nil", 1, true) ~= nil`,
		`local x = {a = nil} and 1 return x == 1`,
		`return #{{a = nil}, {b = nil}, nil} == 2`,
		`return ({a = nil, b = 5}).b == 5`,
		`local o = {} function o.f(t) return #t == 1 and t[2] == nil and getmetatable(t) == nil end return o.f{1, mispelt}`,
		`local o = {} function o.f(t) return #t == 3 and t[3] == 3 end local function many() return 2, 3 end return o.f{1, many()}`,
		`local s = "` + "\\0\\0\\0" + `" return #s == 3 and ({a = nil}).a == nil`,
	} {
		require.Equal(t, true, run(t, rt, script), script)
	}
	require.Equal(t, []any{1.0}, run(t, rt, `return {1, nil}`))
	require.Equal(t, map[string]any{"a": 1.0}, run(t, rt, `return {a = 1, b = nil}`))
	require.Equal(t, map[string]any{}, run(t, rt, `return {nil}`))
}
