package luabind_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCaseOfAValue: a case of a value is the one that compares it in each branch.
func TestCaseOfAValue(t *testing.T) {
	rt := newRuntime(t)
	for script, same := range map[string]string{
		`sql.case(u.age, {{1, "one"}, {2, "two"}, else_ = "many"})`: `sql.case{{u.age:eq(1), "one"}, {u.age:eq(2), "two"}, else_ = "many"}`,
		`sql.case(u.born, {{"2000-01-31", nil}, else_ = u.age})`:    `sql.case{{u.born:eq "2000-01-31", sql.null}, else_ = u.age}`,
		`sql.case(1, {{u.age, u.name}})`:                            `sql.case{{sql.literal(1):eq(u.age), u.name}}`,
		`sql.case(u.active, {{true, 1}, {false, 0}})`:               `sql.case{{u.active:eq(true), 1}, {u.active:eq(false), 0}}`,
		`sql.case(sql.fn.random(), {{0.5, 1}})`:                     `sql.case{{sql.fn.random():eq(0.5), 1}}`,
	} {
		sameQuery(t, rt, "return "+script, "return "+same)
	}
	for script, want := range map[string]string{
		`sql.case(u.age, {{"x", 1}})`:                      "case: no integer = text",
		`sql.case(u.age, {{sql.null, 1}})`:                 "case: nothing is equal to NULL",
		`sql.case(u.age, {{nil, 1}})`:                      "case: branch 1: expected an expression or a plain value, got nil",
		`sql.case(u.age, 1)`:                               "case: expected {{condition, value}, ..., else_ = value}, got a number",
		`sql.case(u.age)`:                                  "case: expected {{condition, value}, ..., else_ = value}, got an expression of type integer",
		`sql.case(mispelt, {{1, 2}})`:                      "case: x: expected an expression or a plain value, got nil",
		`sql.case({{u.active, 1}}, {{1, 2}})`:              "case: x: expected an expression or a plain value, got a table",
		`sql.case(u.age, {})`:                              "case: a WHEN is missing",
		`sql.case(sql.fn.random(), {{0.5, 1}, {0.25, 2}})`: "case: branches of a value that is another each time",
		`sql.case(u.age, {{1, 2}}, {{1, 2}})`:              "case: too many arguments: expected case([x, ]branches), got 3",
		`sql.case()`:                                       "case: expected {{condition, value}, ..., else_ = value}, got nothing",
	} {
		require.ErrorContains(t, fails(t, rt, "return "+script), want, script)
	}
}

// TestArrays: what is of arrays refuses other types.
func TestArrays(t *testing.T) {
	rt := newRuntime(t)
	sameQuery(t, rt, `return sql.array{1}..sql.array{2}`, `return sql.fn.array_cat(sql.array{1}, sql.array{2})`)
	sameQuery(t, rt, `return sql.array{1}:concat(2)`, `return sql.fn.array_append(sql.array{1}, 2)`)
	sameQuery(t, rt, `return "a" .. sql.array{"b"}`, `return sql.fn.array_prepend("a", sql.array{"b"})`)
	sameQuery(t, rt, `return sql.array{u.age}:at(u.id)`, `return sql.fn.array_get(sql.array{u.age}, u.id)`)
	for script, want := range map[string]string{
		`u.name:at(1)`:                   "at: array_get(array, integer): argument 1 is of type string(50)",
		`u.data:at(1)`:                   "at: array_get(array, integer): argument 1 is of type json",
		`sql.array{1}:at "x"`:            "at: array_get(array, integer): argument 2 is of type text",
		`sql.array{1}:slice(1)`:          "slice: to: expected an expression or a plain value, got nothing",
		`sql.array{1}:concat "x"`:        "concat: array_append",
		`sql.array{1}..sql.array{"x"}`:   "concat: no big_integer[] || text[]",
		`sql.array{1}:at(1):concat("x")`: "concat: no big_integer || text",
	} {
		require.ErrorContains(t, fails(t, rt, "return "+script), want, script)
	}
}
