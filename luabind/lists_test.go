package luabind_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/luabind"
)

// TestListsAndArguments: a list is taken where arguments are, and the other way round.
func TestListsAndArguments(t *testing.T) {
	rt := newRuntime(t)
	insert := `return sql.insert(u):values{id = 1, name = "x"}`
	for script, same := range map[string]string{
		insert + `:on_conflict(u.id):do_nothing()`:                                          insert + `:on_conflict{u.id}:do_nothing()`,
		insert + `:on_conflict(u.id, u.name):do_nothing()`:                                  insert + `:on_conflict{u.id, u.name}:do_nothing()`,
		insert + `:on_conflict(u.id, {where = u.active}):do_nothing()`:                      insert + `:on_conflict({u.id}, {where = u.active}):do_nothing()`,
		insert + `:on_conflict("id", u.name):do_nothing()`:                                  insert + `:on_conflict{u.id, u.name}:do_nothing()`,
		insert + `:on_conflict{u.id, "name"}:do_nothing()`:                                  insert + `:on_conflict{u.id, u.name}:do_nothing()`,
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
		insert + `:on_conflict(u.id, mispelt):do_nothing()`:                 "on_conflict: columns: item 2: expected a column or its name, got nil",
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

// TestLongLists: what stands in braces is all there, in its place, also where its items are more than
// the compiler counts in an instruction: 25,550.
func TestLongLists(t *testing.T) {
	rt := newRuntime(t, luabind.WithLimits(luabind.Limits{Source: 1 << 20, Time: -1}))
	for _, n := range []int{49, 50, 51, 25_550, 25_551, 25_600, 60_000} {
		for name, list := range map[string]string{
			"numbers":        strings.Repeat("1,", n),
			"names":          strings.Repeat("a,", n),
			"tables":         strings.Repeat("1,", n/2) + "#{" + strings.Repeat("1,", n-1) + "} - " + fmt.Sprint(n-2) + "," + strings.Repeat("a,", n-n/2-1),
			"what may be":    strings.Repeat("1,", n-n/8) + strings.Repeat("a and 1 or 2,", n/8),
			"a call at last": strings.Repeat("a,", n-3) + "f()",
			"with keys":      "x = 1, " + strings.Repeat("a, y = 1,", n),
		} {
			script := "local a = 1 local function f() return 1, 1, 1 end local t = {" + list + "} " +
				"local sum = 0 for i = 1, #t do sum = sum + t[i] end local keys = 0 for _ in pairs(t) do keys = keys + 1 end return sum == #t and #t .. ' ' .. keys"
			want := fmt.Sprintf("%d %d", n, n)
			if name == "with keys" {
				want = fmt.Sprintf("%d %d", n, n+2)
			}
			require.Equal(t, want, fmt.Sprint(run(t, rt, script)), "%d %s", n, name)
		}
	}
	for _, n := range []int{49, 50, 51, 100, 25_550, 25_600} { // a name behind a whole piece
		ones, f := strings.Repeat("1,", n), "local function f() return 7, 8, 9 end "
		for _, list := range []string{"k = f()", "k = f() - 0", "k = f(), l = f()", "[f() .. 'y'] = f(), k = 7", "k = f(), [f() .. 'x'] = 1"} {
			script := f + "local t = {" + ones + list + "} for i = 1, #t do if t[i] ~= 1 then return i end end return #t .. ' ' .. t.k"
			require.Equal(t, fmt.Sprint(n, " 7"), fmt.Sprint(run(t, rt, script)), "%d %s", n, list)
		}
		whens := strings.Repeat("{u.age > 1, 1},", n)
		if n <= 100 {
			sameQuery(t, rt, "local w = {} for i = 1, "+fmt.Sprint(n)+" do w[i] = {u.age > 1, 1} end w.else_ = u.age + 1 return sql.select(sql.case(w):label 'x')", "return sql.select(sql.case{"+whens+"else_ = u.age + 1}:label 'x')")
		}
	}
	require.Equal(t, luabind.CodeSize, fails(t, rt, "local a = 1 local t = {"+strings.Repeat("a and 1 or 2,", 30_000)+"}").Code)
	script := "local t = {" + strings.Repeat("1,", 50) + "\n\nk = nil + 1}"
	require.Equal(t, 4, fails(t, rt, script).Line-strings.Count(prelude, "\n")+1)
}

// TestLongTablesOfLiterals: a long table of literals, which is made otherwise than others, is what the same is when
// it is made by steps, and each time a new one.
func TestLongTablesOfLiterals(t *testing.T) {
	rt := newRuntime(t, luabind.WithLimits(luabind.Limits{Source: 1 << 20, Time: -1}))
	items := []string{"1", "-0", "0x10", "-7.5", "1e300", "9007199254740993", "'a\\0b'", "true", "false", "{1, {2}, x = 'y'}", "x = 1", "x = 2", "['a b'] = -1", "and_ = 'z'"}
	var list, steps strings.Builder
	n := 0
	for i := range 3000 {
		item := items[i*7%len(items)]
		list.WriteString(item + ", ")
		switch name, v, named := strings.Cut(item, " = "); {
		case named && name[0] != '{':
			steps.WriteString(map[bool]string{true: "t" + name, false: "t." + name}[name[0] == '['] + " = " + v + " ")
		default:
			n++
			fmt.Fprintf(&steps, "t[%d] = %s ", n, item)
		}
	}
	script := "local function show(t) local keys = {} for k in pairs(t) do keys[#keys + 1] = tostring(k) end table.sort(keys) local out = {} " +
		"for i, k in ipairs(keys) do local v = t[tonumber(k) or k] out[i] = k .. '=' .. (type(v) == 'table' and '{' .. show(v) .. '}' or tostring(v) .. type(v)) end return table.concat(out, ';') end "
	require.Equal(t, run(t, rt, script+"local t = {} "+steps.String()+" return show(t)"), run(t, rt, script+"return show{"+list.String()+"}"))

	ids := strings.Repeat("1, ", 1000)
	require.Equal(t, "1000 1001 nil", fmt.Sprint(run(t, rt, "local function f() return {"+ids+"} end local a, b = f(), f() a[1001] = 2 a[1] = 5 return #b .. ' ' .. #a .. ' ' .. tostring(b[1001])")))
	require.Equal(t, luabind.CodeMemory, fails(t, rt, "local all = {} for i = 1, 1e6 do all[i] = {"+ids+"} end").Code)
	require.Equal(t, luabind.CodeSize, fails(t, rt, "local a = 1 return {a, b"+manyNames(17_000)+"}").Code)
}

// manyNames are so many different names, as items of a list.
func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ", n%d", i)
	}
	return b.String()
}
