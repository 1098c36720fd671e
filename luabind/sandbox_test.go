package luabind_test

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
)

// TestMissing holds that what scripts must not have is not there.
func TestMissing(t *testing.T) {
	rt := newRuntime(t)
	for _, name := range strings.Fields(`io os debug package coroutine channel dofile loadfile load loadstring module getfenv setfenv collectgarbage
		newproxy _printregs session arg2 string.dump string.gfind math.random math.randomseed _GOPHER_LUA_VERSION table.getn`) {
		require.Equal(t, "nil", run(t, rt, "return type("+name+")"), name)
	}
	require.Equal(t, []any{
		"_G", "_VERSION", "assert", "db", "error", "getmetatable", "ipairs", "math", "next", "pairs", "pcall", "print", "rawequal", "rawget", "rawset",
		"require", "select", "setmetatable", "sql", "string", "table", "tonumber", "tostring", "type", "unpack", "xpcall",
	}, run(t, rt, `local names = {} for name in pairs(_G) do names[#names + 1] = name end table.sort(names) return names`))
}

// TestSealed holds that scripts cannot reach what they share with us.
func TestSealed(t *testing.T) {
	rt := newRuntime(t, withCodec(), withCompiler(), luabind.WithSession(people()))
	for _, object := range []string{
		`u`, `u.name`, `u.c`, `db.odd.c`, `db`, `db.app`, `db.tables`, `sql`, `sql.fn`, `sql.types`, `sql.types.int`, `u.name:asc()`, `u.name:label "n"`,
		`sql.select(u.id)`, `u:alias "x"`, `u:join(a)`, `session`, `session:first(sql.select(u.id))`, `""`,
	} {
		script := `local x = ` + object + ` `
		require.Equal(t, false, run(t, rt, script+`return getmetatable(x)`), object)
		require.Equal(t, false, run(t, rt, script+`return (pcall(setmetatable, x, {}))`), object)
		require.Equal(t, false, run(t, rt, script+`return (pcall(rawset, x, "a", 1))`), object)
		require.Equal(t, false, run(t, rt, script+`return (pcall(rawget, x, "a"))`), object)
		require.Equal(t, false, run(t, rt, script+`return (pcall(next, x))`), object)
		require.Equal(t, false, run(t, rt, script+`return (pcall(function() x.a = 1 end))`), object)
		require.NotContains(t, run(t, rt, script+`return tostring(x)`), "0x", object)
	}
	// A state of its own: what one script leaves behind, no other finds.
	run(t, rt, `x = 1 string.rep = nil sql = nil db = nil _G.print = nil getmetatable = nil return 1`)
	require.Equal(t, "nil number", run(t, rt, `return type(x) .. " " .. type(#string.rep("a", 3))`))
	// Replacing what Lua has does not reach our own code.
	require.IsType(t, &expr.SelectStmt{}, run(t, rt, `tostring = nil pairs = nil string.format = nil setmetatable = nil table.concat = nil pcall = nil
		return sql.select((u.age + 1):label "n"):where(u.name:like "a%"):order_by(sql.desc "n")`))
}

// TestLua holds Lua's own functions, where we replaced them, to what Lua does.
func TestLua(t *testing.T) {
	rt := newRuntime(t)
	for script, want := range map[string]any{
		`("x"):rep(3)`: "xxx", `("x"):rep(0)`: "", `("x"):rep(-1)`: "", `(""):rep(1e9)`: "",
		`table.concat({1, "b", 3}, ", ")`: "1, b, 3", `table.concat({})`: "", `table.concat({1, 2, 3}, "-", 2, 3)`: "2-3",
		`("%d %5.2f %s %q %% %x %c"):format(3, 1.005, "a", 'b"\n', 255, 65)`:                      "3  1.00 a \"b\\\"\\\n\" % ff A",
		`("%-5s|%5s|%05d|%+d|%i|%u|%o|%e|%g|%X"):format("a", "b", 42, 1, 2, 3, 8, 1.5, 0.1, 171)`: "a    |    b|00042|+1|2|3|10|1.500000e+00|0.1|AB",
		`("%s %s %s"):format(nil, true, {})`:                                                      "nil true table", `("%5.1s|"):format("abc")`: "    a|",
		`tonumber("1e1")`: 10.0, `tonumber("0x10")`: 16.0, `tonumber(" 5 ")`: 5.0, `tonumber("10", 2)`: 2.0, `tonumber("zz", 36)`: 1295.0, `tonumber("-0x1f")`: -31.0,
		`type(tonumber("x"))`: "nil", `type(tonumber(""))`: "nil", `type(tonumber("1_0"))`: "nil", `type(tonumber("inf"))`: "nil", `type(tonumber("nan"))`: "nil",
		`type(tonumber({}))`: "nil", `tonumber(5)`: 5.0, `type(tonumber("010"))`: "number", `tonumber("010")`: 10.0,
		`math.huge > 1e308`: true, `select("#", pcall(error))`: 2.0, `select(2, pcall(error, "x", 0))`: "x",
		`select(2, pcall(function() error({1}) end))[1]`: 1.0, `select(2, pcall(5))`: "attempt to call a number",
		`select("#", pcall(function() return 1, nil, nil end))`: 4.0, `(pcall(pcall, error))`: true,
		`select(2, xpcall(function() error("x", 0) end, function(e) return e .. "!" end))`: "x!", `select(2, xpcall(function() return 7 end, print))`: 7.0,
		`("hello"):upper():lower():len()`: 5.0, `("a,b"):find(",", 1, true)`: 2.0, `(("x = 1"):gsub("%w+", "%0%0"))`: "xx = 11", `("k=v"):match("(%w)=(%w)")`: "k",
		`(function(...) return select("#", ...) end)(unpack({1, 2, 3}))`: 3.0, `getmetatable(setmetatable({}, {__metatable = "mine"}))`: "mine",
		`(function() local x x = (1 or 2) and nil or 3 return x end)()`: 3.0, `(function(a) a = (math.abs(a)) return a end)(-1)`: 1.0,
		`(function(a, b) a, b = math.abs(a), 1 return a + b end)(-1)`: 2.0, `next({}) == nil`: true, `rawequal("a", "a")`: true,
		`(function() for i, v in ipairs{5, 6} do if i == 2 then return v end end end)()`:                                                                               6.0,
		`(function() local n = 0 n = n + 1 if n > 3 then return n end for k in pairs{1} do break end return n end)()`:                                                  1.0,
		`(function() local n = 0 while true do if false then n = 9 end n = n + 1 if n > 3 then break end end return n end)()`:                                          4.0,
		`(function() local n = 0 repeat do if n > 2 then break end end n = n + 1 until false return n end)()`:                                                          3.0,
		`(function() local n = 0 local function inc() n = n + 1 end pcall(error, "x") inc() pcall(function() inc() error "x" end) inc() return n end)()`:               3.0,
		`(function() local f pcall(function() local n = 1 f = function() n = n + 1 return n end error "x" end) return f() + f() end)()`:                                5.0,
		`(function() local t = {} for i = 1, 3 do pcall(function() t[i] = function() i = i + 1 return i end error "x" end) end return t[1]() + t[2]() + t[2]() end)()`: 9.0,
		`select(2, pcall(u.age.gt, 1))`: "test.lua:1: gt: called on a number instead of an expression: write x:gt(y), with a colon",
		`select(2, pcall(error, "x"))`:  "x", `select(2, pcall(function() error "x" end))`: "test.lua:1: x",
		"(function() local function f() error('x', 2) end local _, e = pcall(function()\n f() end) return e end)()": "test.lua:2: x", `(function(...) return select("#", ...) end)(pcall(unpack, {1, 2, 3}))`: 4.0,
		`math.fmod(5, 3)`: 2.0, `require("sqlser") == sql`: true,
	} {
		values, err := rt.Run(context.Background(), "test.lua", prelude+"return "+script)
		require.NoError(t, err, script)
		require.Equal(t, want, values[0], script)
	}
	values, err := rt.Run(context.Background(), "args.lua", "#!/usr/bin/sqlser\nreturn select('#', ...), ...", "a", "b")
	require.NoError(t, err)
	require.Equal(t, []any{2.0, "a", "b"}, values)
	for _, script := range []string{`("%p"):format({})`, `("%v"):format({})`, `("%#v"):format(print)`, `("%T"):format(u)`, `("%100d"):format(1)`, `("%"):format(1)`, `("%d"):format("x")`, `("%d"):format()`} {
		require.NotEqual(t, luabind.CodeInternal, fails(t, rt, "return "+script).Code, script)
	}
}

// TestTooMuch holds that what is too much ends in an error, at once, and says what.
func TestTooMuch(t *testing.T) {
	rt := newRuntime(t, luabind.WithLimits(luabind.Limits{Time: -1, Steps: 3_000_000, Output: 1000}), withCodec())
	deep := func(open, middle, end string) string {
		return "return " + strings.Repeat(open, 10_000) + middle + strings.Repeat(end, 10_000)
	}
	for script, want := range map[string]string{
		// Expressions.
		`local x = u.id for i = 1, 40 do x = x + x end return x`:                                              "add: larger than 100000 nodes",
		`local x = u.id for i = 1, 10000 do x = x:add(1) end return x`:                                        "add: nested deeper than 500",
		`local x = u.active for i = 1, 10000 do x = sql.not_(x) end return x`:                                 "not_: nested deeper than 500",
		`local q = sql.select(u.id) for i = 1, 10000 do q = sql.select(q:subquery("s").id) end return q`:      "nested deeper than 500",
		`local l = {} for i = 1, 100000 do l[i] = u.active end return sql.and_(l)`:                            "and_: larger than 100000 nodes",
		`local l = {} for i = 1, 100000 do l[i] = i end return u.id:in_(l)`:                                   "in_: larger than 100000 nodes",
		`local l = {} for i = 1, 100000 do l[i] = i end return sql.json(l):eq(1), sql.json{l, l, l, l}`:       "",
		`return u.id:in_(unpack((function() local l = {} for i = 1, 100000 do l[i] = i end return l end)()))`: "registry overflow",
		`return (("a"):rep(30)):find(("a?"):rep(30) .. ("a"):rep(30) .. "b")`:                                 "the script takes ",
		`return (("a"):rep(30000)):find((".-"):rep(8) .. "b")`:                                                "the script takes ",
		`for w in (("a"):rep(30000)):gmatch(("a*"):rep(10) .. "b") do end`:                                    "the script takes ",
		`return (("("):rep(30000)):find("%b()")`:                                                              "",
		`return ("x"):find(("("):rep(4000))`:                                                                  "find: too many captures",
		`return ("x"):find(("("):rep(40000))`:                                                                 "find: a pattern of more than 4096 bytes",
		`local s = "x" for i = 1, 25 do s = table.concat({s, s}) end return s`:                                "concat: a text of more than 1048576 bytes",
		`local t = {} for i = 1, 200 do t = {t} end return sql.json(t)`:                                       "json: nested deeper than 100",
		// Lua.
		deep("{", "", "}"):                        "test.lua:1: nested too deeply",
		deep("f(", "", ")"):                       "nested too deeply",
		deep("not ", "x", ""):                     "nested too deeply",
		deep("- ", "1", ""):                       "nested too deeply",
		deep("#", "x", ""):                        "nested too deeply",
		deep("x.y[", "1", "]"):                    "nested too deeply",
		deep("x^", "1", ""):                       "nested too deeply",
		deep("x..", "1", ""):                      "nested too deeply",
		"return x" + strings.Repeat(".y", 10_000): "nested too deeply",
		"return sql.select(u.id)" + strings.Repeat(":distinct()", 4_000):                                     "nested too deeply",
		"return 1" + strings.Repeat("+1", 20_000):                                                            "nested too deeply",
		strings.Repeat("do ", 5_000) + strings.Repeat("end ", 5_000):                                         "nested too deeply",
		strings.Repeat("if x then ", 3_000) + strings.Repeat("end ", 3_000):                                  "nested too deeply",
		"if x then " + strings.Repeat("elseif x then ", 4_000) + "end":                                       "nested too deeply",
		strings.Repeat("return function() ", 2_500) + strings.Repeat("end ", 2_500):                          "nested too deeply",
		strings.Repeat("local x = 1 ", 4_000):                                                                "", // too many locals: an error of the compiler
		"--" + strings.Repeat("x", 70_000):                                                                   "the script is 70039 bytes long, the limit is 65536",
		`while true do end`:                                                                                  "the script takes ",
		`while true do pcall(function() while true do end end) end`:                                          "the script takes ",
		`repeat until (function() while true do end end)()`:                                                  "the script takes ",
		`local function f() return f() end return f()`:                                                       "the script takes ",
		`local function f() return pcall(f) end return f()`:                                                  "",
		`local function f(n) return f(n) + 1 end return f(1)`:                                                "stack overflow",
		`local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end return t.x`: "stack overflow",
		`local t = {} t = setmetatable(t, {__index = t}) return t.x`:                                         "too many recursions",
		`xpcall(function() while true do end end, function() while true do end end)`:                         "the script takes ",
		`table.sort({3, 1, 2}, function() while true do end end)`:                                            "the script takes ",
		`(("x"):rep(100)):gsub(".", function() while true do end end)`:                                       "the script takes ",
		`return ("x"):rep(1e9)`:                                                                              "rep: a text of more than 1048576 bytes",
		`return ("x"):rep(1e300)`:                                                                            "rep: a text of more than 1048576 bytes",
		`return ("%99s"):format("x"):rep(1e6)`:                                                               "rep: a text of more",
		`return (("x"):rep(30000)):gsub("x", ("y"):rep(30000))`:                                              "gsub: a text of more than 1048576 bytes",
		`while true do print(("x"):rep(100)) end`:                                                            "print: more than 1000 bytes",
		`return unpack({}, 1, 1e8)`:                                                                          "registry overflow",
		`return string.byte(("x"):rep(100000), 1, -1)`:                                                       "registry overflow",
		`error(setmetatable({}, {__tostring = function() while true do end end}))`:                           "",
		`return tostring(setmetatable({}, {__tostring = function(t) return tostring(t) end}))`:               "stack overflow",
	} {
		_, err := rt.Run(context.Background(), "test.lua", prelude+script)
		name := script[:min(len(script), 60)]
		if want != "" {
			require.ErrorContains(t, err, want, name)
		}
		if err != nil {
			var e *luabind.Error
			require.ErrorAs(t, err, &e, name)
			require.NotEqual(t, luabind.CodeInternal, e.Code, "%s: %v", name, err)
			require.Less(t, len(err.Error()), 300, name)
		}
	}
}

// TestLong holds that chains as people write them are no trouble.
func TestLong(t *testing.T) {
	rt := newRuntime(t)
	for _, script := range []string{
		`local x = u.active for i = 1, 10000 do x = x:and_(u.active) end return x`,
		`local q = sql.select(u.id) for i = 1, 3000 do q = q:where(u.age:gt(i)) end return q`,
		`local l = {} for i = 1, 50000 do l[i] = i end return u.id:in_(l)`,
		`return ` + strings.Repeat("(", 5000) + "u.id" + strings.Repeat(")", 5000),
		`return "x"` + strings.Repeat(" .. 'y'\n", 150) + ` .. u.name`,
		`return u.age` + strings.Repeat(" + 1", 400),
		`return sql.select(u.id)` + strings.Repeat("\n:where(u.active)", 1000),
	} {
		require.NotNil(t, run(t, rt, script))
	}
}

// TestTime holds the limits on time: the script's own and the host's.
func TestTime(t *testing.T) {
	rt := newRuntime(t, luabind.WithLimits(luabind.Limits{Time: 50 * time.Millisecond, Steps: -1}))
	start := time.Now()
	e := fails(t, rt, "\nwhile true do\npcall(function() while true do end end)\nend")
	require.Equal(t, luabind.CodeTime, e.Code)
	require.ErrorIs(t, e, context.DeadlineExceeded)
	require.Equal(t, "test.lua", e.File)
	require.Less(t, time.Since(start), time.Minute)

	rt = newRuntime(t, luabind.WithLimits(luabind.Limits{Time: -1, Steps: -1}))
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := rt.Run(ctx, "test.lua", `while true do end`)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "cancelled by the host") // where, if it had begun
	_, err = rt.Run(ctx, "test.lua", `return 1`)
	require.ErrorIs(t, err, context.Canceled)

	rt = newRuntime(t, luabind.WithLimits(luabind.Limits{Steps: 10_000}))
	require.Equal(t, luabind.CodeSteps, fails(t, rt, `while true do end`).Code)
	st := rt.NewState()
	defer st.Close()
	_, err = st.Eval(context.Background(), `n = 0 function inc() n = n + 1 return n end while true do end`)
	require.ErrorContains(t, err, "prompt:1: the script takes too many steps")
	values, err := st.Eval(context.Background(), `inc() + inc()`)
	require.NoError(t, err, "the state goes on with a budget of its own")
	require.Equal(t, []any{3.0}, values)
}

func TestOutput(t *testing.T) {
	var b bytes.Buffer
	rt := newRuntime(t, luabind.WithOutput(&b))
	run(t, rt, `print("a", 1, nil, true, u.name, {}, u) print() return 1`)
	require.Equal(t, "a\t1\tnil\ttrue\tusers.name\ttable\tsource users\n\n", b.String())
}

// TestConcurrent runs one Runtime in many goroutines, each script in a state of
// its own, and holds that no goroutine stays behind.
func TestConcurrent(t *testing.T) {
	before := runtime.NumGoroutine()
	rt := newRuntime(t, withCompiler(), luabind.WithSession(people()), luabind.WithOutput(new(bytes.Buffer)))
	var group sync.WaitGroup
	for g := range 50 {
		group.Go(func() {
			for i := range 20 {
				values, err := rt.Run(context.Background(), "test.lua", fmt.Sprintf(prelude+`n = (n or 0) + 1
					for row in session:rows(sql.select(u.id)) do break end
					print(n)
					return n, sql.select(u.id, (u.age + %d):label "n"):join(a):where(u.name:like "a%%"):order_by(sql.desc "n"), ...`, i), fmt.Sprint(g))
				if err != nil || values[0] != 1.0 || values[2] != fmt.Sprint(g) || expr.Err(values[1].(*expr.SelectStmt)) != nil {
					t.Error(values, err)
				}
			}
		})
	}
	group.Wait()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before)
}

// TestPatterns holds string.find and its kin to what Lua 5.1 does.
func TestPatterns(t *testing.T) {
	rt := newRuntime(t)
	for script, want := range map[string][]any{
		`("hello world"):find("o w")`:                             {5.0, 7.0},
		`("hello"):find("l+")`:                                    {3.0, 4.0},
		`("hello"):find("xyz")`:                                   {nil},
		`("hello"):find("")`:                                      {1.0, 0.0},
		`("hello"):find("", 10)`:                                  {6.0, 5.0},
		`("hello"):find("l", -2)`:                                 {4.0, 4.0},
		`("hello"):find("(l)(l)")`:                                {3.0, 4.0, "l", "l"},
		`("hello"):find("()ll()")`:                                {3.0, 4.0, 3.0, 5.0},
		`("a.b"):find(".", 1, true)`:                              {2.0, 2.0},
		`("a+b"):find("+", 1, true)`:                              {2.0, 2.0},
		`("hello"):find("^l")`:                                    {nil},
		`("hello"):find("^l", 3)`:                                 {3.0, 3.0},
		`("hello"):find("o$")`:                                    {5.0, 5.0},
		`("a$b"):find("$b")`:                                      {2.0, 3.0},
		`("hello world"):match("^(%w+)")`:                         {"hello"},
		`("key = value"):match("^(%w+)%s*=%s*(%w+)$")`:            {"key", "value"},
		`("2026-01-31"):match("(%d+)-(%d+)-(%d+)")`:               {"2026", "01", "31"},
		`("x"):match("y")`:                                        {nil},
		`("  trim  "):match("^%s*(.-)%s*$")`:                      {"trim"},
		`("f(a(b)c)d"):match("%b()")`:                             {"(a(b)c)"},
		`("THE (quick) fox"):find("%((%a+)%)")`:                   {5.0, 11.0, "quick"},
		`("abcabc"):match("(abc)%1")`:                             {"abc"},
		`("THE (quick) fox"):gsub("%f[%a]%a+", "X")`:              {"X (X) X", 3.0},
		`("hello"):gsub("", "-")`:                                 {"-h-e-l-l-o-", 6.0},
		`("hello world"):gsub("o", "0", 1)`:                       {"hell0 world", 1.0},
		`("hello world"):gsub("(%w+) (%w+)", "%2 %1")`:            {"world hello", 1.0},
		`("abc"):gsub("%w", "%0%0")`:                              {"aabbcc", 3.0},
		`("abc"):gsub("%w", "%%")`:                                {"%%%", 3.0},
		`("abc"):gsub("b", {b = "B"})`:                            {"aBc", 1.0},
		`("abc"):gsub("%w", {b = false, c = 1})`:                  {"ab1", 3.0},
		`("abc"):gsub("(b)()", function(x, p) return x .. p end)`: {"ab3c", 1.0},
		`("abc"):gsub("^a", "x")`:                                 {"xbc", 1.0},
		`("aaa"):gsub("^a", "x")`:                                 {"xaa", 1.0},
		`("abc"):gsub("x*", "-")`:                                 {"-a-b-c-", 4.0},
		`("abc"):gsub("b", "x", 0)`:                               {"abc", 0.0},
		`("a,b,,c"):gsub(",", ";")`:                               {"a;b;;c", 3.0},
		`("[x]"):match("%[(.)%]")`:                                {"x"},
		`("a]b"):match("[]]")`:                                    {"]"},
		`("a-b"):match("[a%-]+")`:                                 {"a-"},
		`("a^b"):match("[%^]")`:                                   {"^"},
		`("xyz"):match("[^x]+")`:                                  {"yz"},
		`("0x1F"):match("%x+$")`:                                  {"1F"},
		`("\0a"):match("%z(.)")`:                                  {"a"},
		`("Ab1 _!"):gsub("%u", "U"):gsub("%l", "l"):gsub("%d", "d"):gsub("%s", "s"):gsub("%p", "p")`: {"Ulds" + "pp", 2.0},
		`("ab"):match("%A")`:       {nil},
		`("a1"):match("%D%W?%d")`:  {"a1"},
		`("aXb"):match("a-X")`:     {"aX"},
		`("aaa"):match("a-$")`:     {"aaa"},
		`("aab"):match("a?a?a?b")`: {"aab"},
		`(function() local t = {} for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do t[#t + 1] = k .. v end return table.concat(t, " ") end)()`: {"a1 b2"},
		`(function() local t = {} for w in ("one two"):gmatch("%a+") do t[#t + 1] = w end return table.concat(t, "|") end)()`:                  {"one|two"},
		`(function() local n = 0 for _ in ("abc"):gmatch("") do n = n + 1 end return n end)()`:                                                 {4.0},
	} {
		values, err := rt.Run(context.Background(), "test.lua", "return "+script)
		require.NoError(t, err, script)
		require.Equal(t, want, values, script)
	}
	for script, want := range map[string]string{
		`("x"):find("%")`:           "find: malformed pattern (ends with '%')",
		`("x"):find("[x")`:          "find: malformed pattern (missing ']')",
		`("x"):find("(x")`:          "find: unfinished capture",
		`("xy"):find("x.)")`:        "find: invalid pattern capture",
		`("x"):find("%1")`:          "find: invalid capture index",
		`("x"):find("%f")`:          "find: missing '[' after '%f' in pattern",
		`("x"):find("%b")`:          "find: unbalanced pattern",
		`("x"):gsub("x", "%2")`:     "gsub: no capture %2",
		`("x"):gsub("x", print)`:    "",
		`("x"):gsub("x", {x = {}})`: "gsub: expected a string or a number to put in, got a table",
		`("x"):gsub("x")`:           "bad argument #3",
	} {
		_, err := rt.Run(context.Background(), "test.lua", "return "+script)
		if want == "" {
			require.NoError(t, err, script)
			continue
		}
		require.ErrorContains(t, err, want, script)
	}
}
