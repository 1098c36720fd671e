package luabind_test

import "strings"

// attack is a script that tries to do harm.
type attack struct {
	name   string
	script string
	before []string // run first, on the same Runtime
	err    string   // that must be in the error; "" for any outcome
	value  string   // that it must return
}

const (
	tooLong = "the script takes "        // too many steps, or longer than it may
	toText  = "a text of more than"      // bytes
	deep    = "nested"                   // too deeply, deeper than
	full    = "stack overflow"           //
	huge    = 64 << 10                   // bytes of source
	mb      = `local M = ("x"):rep(1e6)` // the longest text
)

func attacks() []attack {
	var all []attack
	for _, group := range [][]attack{loopAttacks(), memoryAttacks(), textAttacks(), sourceAttacks(), metaAttacks(), builderAttacks(), leakAttacks(), scopeAttacks(), edgeAttacks(), treeAttacks(), keptAttacks(), fileAttacks(), hostileAttacks()} {
		all = append(all, group...)
	}
	return all
}

func loopAttacks() []attack {
	return []attack{
		{name: "while", script: `while true do end`, err: tooLong},
		{name: "repeat", script: `repeat until false`, err: tooLong},
		{name: "for", script: `for i = 1, 1e300 do end`, err: tooLong},
		{name: "for step zero", script: `for i = 1, 2, 0 do end`},
		{name: "for tiny step", script: `for i = 0, 1, 1e-300 do end`, err: tooLong},
		{name: "for nan", script: `for i = 0/0, 1 do end for i = 1, 0/0 do end for i = 1, 2, 0/0 do end return 1`},
		{name: "goto", script: `::a:: goto a`, err: tooLong},
		{name: "generic for", script: `for x in function() return 1 end do end`, err: tooLong},
		{name: "growing pairs", script: `local t = {a = 1} for k in pairs(t) do t[k .. "x"] = 1 end`},
		{name: "pcall loop", script: `while true do pcall(function() while true do end end) end`, err: tooLong},
		{name: "pcall error loop", script: `while true do pcall(error) end`, err: tooLong},
		{name: "error in handler", script: `while true do xpcall(error, error) end`, err: ""},
		{name: "handler loops", script: `xpcall(error, function() while true do end end)`, err: tooLong},
		{name: "recursion", script: `local function f() return 1 + f() end return f()`, err: full},
		{name: "mutual recursion", script: `local a, b function a() return 1 + b() end function b() return 1 + a() end return a()`, err: full},
		{name: "tail calls", script: `local function f(n) return f(n + 1) end return f(1)`, err: tooLong},
		{name: "traceback of tail calls", script: `local n = 0 local function f() n = n + 1 if n > 1e5 then error("x") end return f() end return f()`, err: "x"},
		{name: "error level in tail calls", script: `local n = 0 local function f() n = n + 1 if n > 1e5 then error("x", 100) end return f() end return f()`, err: "x"},
		{name: "caught tail calls", script: `local n = 0 local function f() n = n + 1 if n % 1000 == 0 then pcall(error, "x") end return f() end return f()`, err: tooLong},
		{name: "pcall recursion", script: `local function f() return pcall(f) end return f()`},
		{name: "pcall and recursion", script: `local function g(n) if n == 0 then return 0 end return 1 + g(n - 1) end
			local function f(n) g(200) return pcall(f, n + 1) end return f(1)`},
		{name: "deep pcall of deep calls", script: `local function f(n, k) if k > 200 then return pcall(f, n + 1, 1) end return (f(n, k + 1)) end return f(1, 1)`},
		{name: "deep go calls in pcall", script: `local t = setmetatable({}, {__index = function(t, k) if k % 200 == 0 then return pcall(function() return t[k + 1] end) end return t[k + 1] end}) return t[1]`},
		{name: "xpcall recursion", script: `local function f() return xpcall(f, f) end return f()`},
		{name: "no coroutines", script: `return type(coroutine)`, value: "nil"},
		{name: "sort forever", script: `table.sort({3, 1, 2}, function() while true do end end)`, err: tooLong},
		{name: "sort without order", script: `local t = {} for i = 1, 20000 do t[i] = i end table.sort(t, function() return true end) return #t`},
		{name: "sort errors", script: `local t = {} for i = 1, 1000 do t[i] = i end while true do pcall(table.sort, t, function() error("x") end) end`, err: "the script "},
		{name: "sort grows", script: `local t = {} for i = 1, 1000 do t[i] = i end table.sort(t, function(a, b) t[#t + 1] = a return a < b end) return 1`},
		{name: "sort shrinks", script: `local t = {} for i = 1, 1000 do t[i] = i end table.sort(t, function(a, b) t[#t] = nil return a < b end) return 1`},
		{name: "sort in sort", script: `local function s() local t = {2, 1} table.sort(t, function(a, b) s() return a < b end) end s()`, err: full},
		{name: "sort long texts", script: mb + ` local t = {} for i = 1, 1e4 do t[i] = M end while true do table.sort(t) end`, err: tooLong},
		{name: "compare long texts", script: mb + ` local A, B = M .. "a", M .. "b" while A < B do end`},
		{name: "equal long texts", script: mb + ` local A = M .. "a" local n = 0 while A == M:sub(1, -1) .. "a" do n = n + 1 end`},
		{name: "length of holes", script: `local t = {} t[1e5] = 1 t[1e5] = nil while true do local n = #t end`, err: tooLong},
		{name: "next of holes", script: `local t = {} for i = 1, 1e5 do t["k" .. i] = 1 end for i = 1, 1e5 do t["k" .. i] = nil end while true do next(t) end`, err: "the script "},
		{name: "next after holes", script: `local t = {a = 1} for i = 1, 1e5 do t["k" .. i] = 1 end for i = 1, 1e5 do t["k" .. i] = nil end while true do next(t, "a") end`, err: "the script "},
		{name: "insert first", script: `local t = {} while true do table.insert(t, 1, 1) end`, err: "the script "},
		{name: "remove first", script: `local t = {} for i = 1, 1e5 do t[i] = 1 end while true do table.remove(t, 1) table.insert(t, 1) end`, err: tooLong},
		{name: "concat nothing", script: `while true do table.concat({}, "", 1, -1e15) end`, err: tooLong},
		{name: "select all", script: `local function f(...) while true do local n = select("#", ...) end end f(unpack({}, 1, 3000))`, err: tooLong},
		{name: "select one by one", script: `local function f(...) for i = 1, 3000 do f2 = select(i, ...) end end while true do f(unpack({}, 1, 3000)) end`, err: tooLong},
		{name: "tostring loops", script: `return tostring(setmetatable({}, {__tostring = function(t) return tostring(t) end}))`, err: full},
		{name: "error that loops", script: `error(setmetatable({}, {__tostring = function() while true do end end}))`},
		{name: "print loops", script: `while true do print(("x"):rep(1000)) end`, err: "print: more than"},
		{name: "equality loops", script: `local t = setmetatable({}, {__eq = function(a, b) return a == b end}) return t == setmetatable({}, getmetatable(t))`, err: full},
	}
}

func memoryAttacks() []attack {
	return []attack{
		{name: "list", script: `local t = {} for i = 1, 1e9 do t[i] = i end`, err: "the script "},
		{name: "list by length", script: `local t = {} while true do t[#t + 1] = 1 end`, err: "the script "},
		{name: "list by insert", script: `local t = {} while true do table.insert(t, 1.5) end`, err: "the script "},
		{name: "list by rawset", script: `local t = {} local i = 0 while true do i = i + 1 rawset(t, i, i) end`, err: "the script "},
		{name: "list in for", script: `for k = 1, 1e9 do local t = {} for i = 1, 1000000 do t[i] = i end end`},
		{name: "lists kept", script: `local all = {} for k = 1, 1e9 do local t = {} for i = 1, 100000 do t[i] = i end all[k] = t end`, err: "the script "},
		{name: "far key", script: `local t = {} t[67108863] = 1 return t`, err: "far behind"},
		{name: "far key by variable", script: `local t, k = {}, 67108863 t[k] = 1 return t`, err: "far behind"},
		{name: "far key by counter", script: `local t = {} for i = 67108863, 67108863 do t[i] = 1 end return 1`, err: "far behind"},
		{name: "far key by limit", script: `local t, n = {}, 67108863 for i = n, n do t[i] = 1 end return 1`, err: "far behind"},
		{name: "far key by assigned counter", script: `local t = {} for i = 1, 2 do t[i] = 1 i = 67108863 t[i] = 1 end return 1`, err: "far behind"},
		{name: "far key in loop by assigned counter", script: `local t = {} for i = 1, 2 do while true do t[i] = 1 i = 67108863 end end`, err: "far behind"},
		{name: "far key of several", script: `local t, k, a = {}, 67108863 a, t[k] = 1, 2 return 1`, err: "far behind"},
		{name: "far key in constructor", script: `local k = 67108863 return {[k] = 1}`, err: "far behind"},
		{name: "far key by rawset", script: `rawset({}, 67108863, 1) return 1`, err: "far behind"},
		{name: "far key by insert", script: `table.insert({}, 67108863, 1) return 1`, err: "far behind"},
		{name: "far key by newindex", script: `local real = {} local p = setmetatable({}, {__newindex = real}) local k = 67108863 p[k] = 1 return 1`, err: "far behind"},
		{name: "far key of globals", script: `local k = 67108863 _G[k] = 1 return 1`, err: "far behind"},
		{name: "far key of string", script: `local k = 67108863 string[k] = 1 return 1`, err: "far behind"},
		{name: "far key by length", script: `local t = setmetatable({}, {__len = function() return 67108862 end}) t[#t + 1] = 1 return 1`, err: "far behind"},
		{name: "keys in steps", script: `local t = {} for i = 1, 60 do local k = i * 1000000 t[k] = 1 end return 1`},
		{name: "far keys of many", script: `local all = {} for i = 1, 1e6 do local t = {} local k = 200000 t[k] = 1 all[i] = t end`, err: "the script "},
		{name: "names", script: `local t = {} local i = 0 while true do i = i + 1 t["k" .. i] = i end`, err: "the script "},
		{name: "names given up", script: `local t = {} local i = 0 while true do i = i + 1 t["k" .. i] = i t["k" .. i] = nil end`, err: "the script "},
		{name: "fractions given up", script: `local t = {} local i = 0.5 while true do i = i + 1 t[i] = i t[i] = nil end`, err: "the script "},
		{name: "booleans of tables", script: `local t = {} while true do t[{}] = true end`, err: "the script "},
		{name: "globals", script: `local i = 0 while true do i = i + 1 _G["g" .. i] = i end`, err: "the script "},
		{name: "tables", script: `local t while true do t = {t} end`, err: "the script "},
		{name: "empty tables", script: `local t while true do local n = {} n.next = t t = n end`, err: "the script "},
		{name: "records", script: `local t while true do t = {next = t} end`, err: "the script "},
		{name: "lists of lists", script: `local t = {} while true do t = {t, t, t, t, t, t, t, t, t, t, t, t, t, t, t, t} end`, err: "the script "},
		{name: "closures", script: `local f while true do local g = f f = function() return g end end`, err: "the script "},
		{name: "local functions", script: `local keep for i = 1, 1e9 do local before = keep local function f() return before, i end keep = f end`, err: "the script "},
		{name: "functions of tables", script: `local keep = {} for i = 1, 1e9 do local t = {} function t.f() return i end t.next = keep keep = t end`, err: "the script "},
		{name: "many upvalues", script: `local keep while true do local a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s = keep
			keep = function() return a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s end end`, err: "the script "},
		{name: "varargs", script: `local keep local function f(...) while true do keep = {keep, ...} end end f(unpack({}, 1, 3000))`, err: "the script "},
		{name: "varargs of values", script: `local list = {} for i = 1, 3000 do list[i] = i end local keep = {} local function f(...) while true do keep[#keep + 1] = {...} end end f(unpack(list))`, err: "the script "},
		{name: "unpack much", script: `return unpack({}, 1, 1e8)`, err: "registry overflow"},
		{name: "unpack to the end", script: `return unpack({}, 9223372036854775806, 9223372036854775807)`},
		{name: "unpack in pcall", script: `local function f(n) if n == 0 then while true do end end return pcall(function(...) return f(n - 1) end, unpack({}, 1, 15000)) end return f(45)`},
		{name: "deep stacks", script: `local function f(n) local a = {unpack({}, 1, 200)} if n == 0 then return 0 end return 1 + f(n - 1) end while true do f(200) end`, err: tooLong},
		{name: "bytes", script: mb + ` return M:byte(1, -1)`, err: "registry overflow"},
		{name: "numbers kept", script: `local t = {} local x = 0.1 for i = 1, 1e9 do for k = 1, 31 do x = x + 0.1 end t[#t + 1] = x end`, err: "the script "},
		{name: "rows", script: `local t = {} for row in session:rows(sql.select(u.id)) do t[#t + 1] = row end`, err: "the script "},
		{name: "all rows", script: `return session:all(sql.select(u.id))`, err: "the script "},
		{name: "rows open", script: `while true do session:rows(sql.select(u.id)) end`, err: "the script "},
		{name: "texts of rows", script: `local s = {} for row in session:rows(sql.select(u.id)) do s[row.text .. row.id] = true end`, err: "the script "},
		{name: "results that double", script: `local t = {1} for i = 1, 31 do t = {t, t} end return t`, err: "returns too much"},
		{name: "results that hold themselves", script: `local t = {} t[1], t[2] = t, t return t`, err: "returns too much"},
		{name: "results of texts", script: mb + ` local t = {} for i = 1, 1000 do t[i] = M end return 1`, value: "1"},
		{name: "json that doubles", script: `local t = {1} for i = 1, 90 do t = {t, t} end return sql.json(t)`, err: "items"},
		{name: "json of empty tables", script: `local e, t = {}, {} for i = 1, 90000 do t[i] = e end return #tostring(sql.json(t))`},
		{name: "garbage", script: `while true do local t = {x = {}} end`, err: "the script "},
		{name: "garbage texts", script: `local i = 0 while true do i = i + 1 local s = ("x"):rep(1e5) .. i end`, err: "the script "},
		{name: "garbage beside data", script: `local keep = {} for i = 1, 5000 do keep[i] = {x = i} end while true do local s = ("x"):rep(1e5) end`, err: "the script "},
	}
}

func textAttacks() []attack {
	classes := `[` + strings.Repeat("a-z", 1000) + `]`
	return []attack{
		{name: "doubling", script: `local s = "x" while true do s = s .. s end`, err: toText},
		{name: "doubling in chains", script: `local s = "x" while true do s = s .. s .. s .. s .. s .. s .. s .. s end`, err: toText},
		{name: "doubling in pcall", script: `local s = "x" while true do pcall(function() s = s .. s end) end`, err: tooLong},
		{name: "chain of long texts", script: mb + ` return ` + strings.Repeat("M .. ", 150) + `M`, err: toText},
		{name: "chain of numbers", script: `local s = "" while true do s = s .. 1 .. 2 .. 3.5 end`, err: "the script "},
		{name: "texts kept", script: `local t = {} local i = 0 while true do i = i + 1 t[i] = ("x"):rep(1e5) .. i end`, err: "the script "},
		{name: "concat metamethods", script: `local t = setmetatable({}, {__concat = function(a, b) return a .. b end}) return t .. t`, err: full},
		{name: "chain of metamethods", script: `local t t = setmetatable({}, {__concat = function(a, b) return t end}) while true do local x = t .. "a" .. t .. 1 .. t end`, err: tooLong},
		{name: "rep", script: `return ("x"):rep(1e9)`, err: toText},
		{name: "rep much more", script: `return ("x"):rep(1e308)`, err: toText},
		{name: "rep of nothing", script: `return #(""):rep(1e300)`, value: "0"},
		{name: "rep and rep", script: `local t = {} while true do t[#t + 1] = ("xy"):rep(5e5) end`, err: "the script "},
		{name: "upper", script: mb + ` local t = {} while true do t[#t + 1] = M:upper() end`, err: "the script "},
		{name: "reverse", script: mb + ` local t = {} while true do t[#t + 1] = M:reverse() end`, err: "the script "},
		{name: "lower of wrong bytes", script: `local s = ("\255"):rep(1e6) local t = {} while true do t[#t + 1] = s:lower() end`, err: "the script "},
		{name: "format width", script: `return ("%999999999d"):format(1)`, err: "2 digits"},
		{name: "format precision", script: `return ("%.999999999f"):format(1)`, err: "2 digits"},
		{name: "format of long texts", script: mb + ` return ("%s%s"):format(M, M)`, err: toText},
		{name: "format of many", script: `return (("%99d"):rep(15000)):format(unpack({1}, 1, 15000))`},
		{name: "format quoted", script: `local s = ("\0"):rep(1e6) local t = {} while true do t[#t + 1] = ("%q"):format(s) end`, err: toText},
		{name: "format loops", script: `local o = setmetatable({}, {__tostring = function(o) return ("%s"):format(o) end}) return tostring(o)`, err: full},
		{name: "concat doubles", script: `local s = "x" for i = 1, 40 do s = table.concat({s, s}) end`, err: toText},
		{name: "concat of separators", script: mb + ` return table.concat({1, 2, 3, 4}, M)`, err: toText},
		{name: "concat range", script: `return table.concat({}, "x", 1, 1e15)`, err: "expected a string"},
		{name: "gsub grows", script: `return (("x"):rep(30000)):gsub("x", ("y"):rep(30000))`, err: toText},
		{name: "gsub of nothing", script: mb + ` return M:gsub("", M)`, err: toText},
		{name: "gsub captures", script: mb + ` return M:gsub(".*", "%0%0%0%0%0%0%0%0")`, err: toText},
		{name: "gsub calls itself", script: `local function f() return (("x"):gsub("x", f)) end return f()`, err: full},
		{name: "gsub of a long text", script: mb + ` while true do M:gsub("x", "y") end`, err: "the script "},
		{name: "gsub with table", script: `local t = setmetatable({}, {__index = function(t, k) while true do end end}) return ("x"):gsub("x", t)`, err: tooLong},
		{name: "backtracking", script: `return (("a"):rep(30)):find(("a?"):rep(30) .. ("a"):rep(30) .. "b")`, err: tooLong},
		{name: "backtracking stars", script: `return (("a"):rep(30000)):find((".-"):rep(8) .. "b")`, err: tooLong},
		{name: "backtracking captures", script: `return (("a"):rep(3000)):match(("(a*)"):rep(30) .. "b")`, err: tooLong},
		{name: "back references", script: mb + ` return M:match("(.-)(.-)%1%2%1%2y")`, err: tooLong},
		{name: "balanced", script: `return ((("("):rep(1e6))):match("%b()")`},
		{name: "balanced often", script: `local s = ("("):rep(1e5) return s:gsub("%b()", "")`},
		{name: "frontier", script: mb + ` while true do M:find("%f[%d]") end`, err: tooLong},
		{name: "long class", script: `return (("b"):rep(1e6)):find("` + classes + `*!")`},
		{name: "open captures", script: `return ("x"):find(("("):rep(4000))`, err: "too many captures"},
		{name: "long pattern", script: `return ("x"):find(("("):rep(1e6))`, err: "a pattern of more"},
		{name: "pattern of halves", script: `for _, p in ipairs{"%", "[", "[^", "[a", "[a-", "%b", "%bx", "%f", "(", "()", ")", "%1", "[%", "^*", "*", "?", "-", "[]", "[]]"} do pcall(string.find, "x", p) pcall(string.gsub, "x", p, "%1") end return 1`, value: "1"},
		{name: "gmatch forever", script: `for a in ("x"):gmatch("") do for b in ("x"):rep(1e6):gmatch(".-") do end end`},
		{name: "plain find", script: mb + ` while true do M:find("xy", 1, true) end`, err: tooLong},
		{name: "digits", script: `local d = ("1"):rep(1e6) while true do tonumber(d) tonumber(d, 36) end`, err: tooLong},
		{name: "digits in arithmetic", script: `local d = ("1"):rep(1e6) while true do local x = d + 1 end`},
		{name: "char", script: `return #string.char(unpack({}, 1, 1e6))`, err: "registry overflow"},
		{name: "long error", script: mb + ` error(M)`},
		{name: "long error caught", script: mb + ` local t = {} while true do local _, e = pcall(error, M) t[#t + 1] = e .. "" end`, err: "the script "},
		{name: "long error by assert", script: mb + ` assert(false, M)`},
		{name: "errors in errors", script: `local e = "x" while true do local _, m = pcall(error, e, 2) e = m .. "" .. e end`, err: toText},
		{name: "long names in errors", script: mb + ` return u[M]`},
		{name: "long key of nil", script: mb + ` local n return n[M]`},
		{name: "keys that are long", script: `local t = {} local i = 0 while true do i = i + 1 t[("x"):rep(1e5) .. i] = 1 end`, err: "the script "},
		{name: "substrings", script: mb + ` local t = {} for i = 1, 1e5 do t[i] = M:sub(i) end return #t`, value: "100000"},
	}
}

func sourceAttacks() []attack {
	nest := func(open, middle, end string, n int) string {
		return strings.Repeat(open, n) + middle + strings.Repeat(end, n)
	}
	fill := func(s string) string { return strings.Repeat(s, (huge-100)/len(s)) }
	numbers := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.Repeat("7", i%3+1) + "." + strings.Repeat("1", i%5+1) + ",")
		}
		return b.String()
	}
	names := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(format, "#", string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676%26))))
		}
		return b.String()
	}
	return []attack{
		{name: "source of braces", script: "return " + nest("{", "", "}", 30000), err: deep},
		{name: "source of calls", script: "return " + nest("f(", "", ")", 20000), err: deep},
		{name: "source of parentheses", script: "return " + nest("(", "1", ")", 30000), err: ""},
		{name: "source of brackets", script: "return " + nest("x[", "1", "]", 20000), err: deep},
		{name: "source of not", script: "return " + nest("not ", "x", "", 15000), err: deep},
		{name: "source of minus", script: "return " + nest("- ", "x", "", 30000), err: deep},
		{name: "source of lengths", script: "return " + nest("#", "x", "", 60000), err: deep},
		{name: "source of points", script: "return x" + fill(".y"), err: deep},
		{name: "source of powers", script: "return x" + fill("^y"), err: deep},
		{name: "source of joins", script: "return x" + fill("..y"), err: deep},
		{name: "source of sums", script: "return 1" + fill("+1"), err: deep},
		{name: "source of constants", script: "return " + fill("1+")[:60000] + "1", err: deep},
		{name: "source of ands", script: "return x" + fill(" and x")},
		{name: "source of comparisons", script: "return x" + fill("<x"), err: deep},
		{name: "source of do", script: nest("do ", "", "end ", 8000), err: deep},
		{name: "source of while", script: nest("while x do ", "", "end ", 4000), err: deep},
		{name: "source of functions", script: nest("return function() ", "", "end ", 2700), err: deep},
		{name: "source of functions in a row", script: fill("(function()end)() ;"), err: "functions"},
		{name: "source of closures", script: "return {" + fill("function()end,") + "}", err: "functions"},
		{name: "source of few closures", script: "return {" + strings.Repeat("function()end,", 1000) + "}"},
		{name: "source of elseif", script: "if x then " + fill("elseif x then ") + "end", err: deep},
		{name: "source of locals", script: fill("local x "), err: ""},
		{name: "source of names", script: names(12000, "#=1 "), err: ""},
		{name: "source of numbers", script: "return {" + numbers(8000) + "}"},
		{name: "source of fields", script: "return {" + names(9000, "#=1,") + "}"},
		{name: "source of items", script: "return #{" + fill("1,") + "}"},
		{name: "source of assignments", script: fill("x=y ")},
		{name: "source of targets", script: strings.TrimSuffix(fill("a,"), ",") + "=1", err: ""},
		{name: "source of arguments", script: "f(" + fill("1,") + "1)", err: ""},
		{name: "source of parameters", script: "return function(" + fill("a,") + "a) end", err: ""},
		{name: "source of labels", script: names(7000, "::#:: "), err: ""},
		{name: "source of gotos", script: fill("goto x "), err: ""},
		{name: "source of upvalues", script: "local a,b,c,d,e " + strings.Repeat("local function f() return a,b,c,d,e end ", 1500), err: ""},
		{name: "source of strings", script: "return " + fill(`"a".."b"..`) + `""`, err: deep},
		{name: "source of one string", script: `return #"` + fill("x") + `"`},
		{name: "source of escapes", script: `return #"` + fill(`\0`) + `"`},
		{name: "source of zeros", script: `return #"` + fill("\x00") + `"`},
		{name: "source of ones", script: `return "` + strings.Repeat("\x01", 60000) + `" == ` + `"` + strings.Repeat("\x01", 3) + `"`},
		{name: "source of long brackets", script: "return [" + fill("=") + "[", err: ""},
		{name: "source of comments", script: "--[" + fill("=") + "[", err: ""},
		{name: "source too long", script: "--" + strings.Repeat("x", huge), err: "bytes long"},
		{name: "source of method calls", script: "return sql.select(u.id)" + fill(":distinct()"), err: deep},
		{name: "source of semicolons", script: fill(";"), err: ""},
		{name: "source of nothing known", script: "\x00\x01\x02\xff\xfe return", err: ""},
		{name: "bytecode", script: "\x1bLua\x51\x00\x01\x04\x08\x04\x08\x00", err: ""},
		{name: "source of returns", script: fill("return "), err: ""},
		{name: "source of ifs", script: fill("if x then y() end ")},
		{name: "source of loops", script: fill("for i=1,0 do end ")},
	}
}

func metaAttacks() []attack {
	return []attack{
		{name: "index chain", script: `local t = {} for i = 1, 1000 do t = setmetatable({}, {__index = t}) end return t.x`, err: "too many recursions"},
		{name: "index ring", script: `local t = {} setmetatable(t, {__index = t}) return t.x`, err: "too many recursions"},
		{name: "newindex ring", script: `local t = {} setmetatable(t, {__newindex = t}) t.x = 1`, err: "too many recursions"},
		{name: "index calls", script: `local t = setmetatable({}, {__index = function(t, k) return t[k] end}) return t.x`, err: full},
		{name: "call chain", script: `local t = {} for i = 1, 1000 do t = setmetatable({}, {__call = t}) end return t()`},
		{name: "call ring", script: `local t = {} setmetatable(t, {__call = t}) return t()`},
		{name: "call calls", script: `local t = setmetatable({}, {__call = function(t) return t() + 1 end}) return t()`, err: full},
		{name: "arithmetic calls", script: `local t = setmetatable({}, {__add = function(a, b) return a + b end}) return t + 1`, err: full},
		{name: "minus calls", script: `local t = setmetatable({}, {__unm = function(a) return -a end}) return -t`, err: full},
		{name: "length calls", script: `local t = setmetatable({}, {__len = function(a) return #a end}) return #t`, err: full},
		{name: "less calls", script: `local m = {__lt = function(a, b) return a < b end} return setmetatable({}, m) < setmetatable({}, m)`, err: full},
		{name: "gc", script: `setmetatable({}, {__gc = function() while true do end end}) for i = 1, 1e4 do local t = {} end return 1`, value: "1"},
		{name: "weak", script: `local t = setmetatable({}, {__mode = "kv"}) while true do t[{}] = {} end`, err: "the script "},
		{name: "metatable of texts", script: `return tostring(getmetatable(""))`, value: "false"},
		{name: "setmetatable of texts", script: `return pcall(setmetatable, "", {})`, value: "false"},
		{name: "setmetatable of functions", script: `return pcall(setmetatable, print, {})`, value: "false"},
		{name: "setmetatable of nil", script: `return pcall(setmetatable, nil, {})`, value: "false"},
		{name: "metatable of globals", script: `return tostring(getmetatable(_G))`, value: "nil"},
		{name: "metatable of string", script: `return tostring(getmetatable(string))`, value: "nil"},
		{name: "protected metatable", script: `local t = setmetatable({}, {__metatable = 1}) return pcall(setmetatable, t, {})`, value: "false"},
		{name: "no getfenv", script: `return type(getfenv) .. type(setfenv) .. type(debug) .. type(newproxy) .. type(module) .. type(package)`, value: "nilnilnilnilnilnil"},
		{name: "no files", script: `return type(io) .. type(os) .. type(dofile) .. type(loadfile) .. type(load) .. type(loadstring)`, value: "nilnilnilnilnilnil"},
		{name: "no memory", script: `return type(collectgarbage) .. type(gcinfo) .. type(_printregs) .. type(string.dump)`, value: "nilnilnilnil"},
		{name: "no clock and no chance", script: `return type(math.random) .. type(math.randomseed) .. type(os)`, value: "nilnilnil"},
		{name: "require of files", script: `return pcall(require, "/etc/passwd")`, value: "false"},
		{name: "require of libraries", script: `return tostring(pcall(require, "os")) .. tostring(pcall(require, "io")) .. tostring(pcall(require, "debug"))`, value: "falsefalsefalse"},
		{name: "require upwards", script: `return pcall(require, "../../etc/passwd")`, value: "false"},
		{name: "require a long name", script: mb + ` return pcall(require, M)`, value: "false"},
		{name: "error objects", script: `error(setmetatable({}, {__tostring = function() return ("x"):rep(1e6) end}))`},
		{name: "error object of index", script: `error(setmetatable({}, {__index = function() error("x") end, __tostring = function(t) return t.x end}))`},
		{name: "error of nil", script: `error(nil)`},
		{name: "error of functions", script: `error(print)`},
		{name: "error of a query", script: `error(sql.select(u.id))`},
		{name: "error with levels", script: `for _, level in ipairs{0, 1, 2, 1e9, -1, 1e300, -1e300} do pcall(error, "x", level) end return 1`, value: "1"},
		{name: "handler that fails", script: `return tostring(pcall(xpcall, function() error("x") end, function() error("y") end))`},
		{name: "globals replaced", script: `tostring = nil _G.pairs = 1 setmetatable(_G, {__index = function() while true do end end}) return sql.select(u.id):where(u.name:like "a%") ~= nil`},
		{name: "environment of nothing", script: `local g = _G for k in pairs(g) do g[k] = nil end return 1`, value: "1"},
		{name: "globals listed while they change", script: `local g = _G for k in pairs(g) do g[k .. k] = 1 end return 1`},
	}
}

func builderAttacks() []attack {
	return []attack{
		{name: "expression doubles", script: `local x = u.id for i = 1, 60 do x = x:add(x) end return x`, err: "larger than"},
		{name: "expression grows", script: `local x = u.id for i = 1, 1e6 do x = x:add(1) end return x`, err: deep},
		{name: "condition grows", script: `local x = u.active for i = 1, 1e9 do x = x:and_(u.id:eq(i)) end return x`, err: ""},
		{name: "queries grow", script: `local q, all = sql.select(u.id), {} for i = 1, 1e9 do q = q:where(u.age:gt(i)) all[i] = q end`, err: ""},
		{name: "subqueries nest", script: `local q = sql.select(u.id) for i = 1, 1e6 do q = sql.select(q:subquery("s").id) end return q`, err: deep},
		{name: "unions double", script: `local q = sql.select(u.id) for i = 1, 60 do q = q:union(q) end return q`, err: ""},
		{name: "aliases", script: `local all = {} for i = 1, 1e9 do all[i] = u:alias("a" .. i) end`, err: "the script "},
		{name: "columns of aliases", script: `local all = {} for i = 1, 1e9 do all[i] = u:alias("a" .. i).id end`, err: "the script "},
		{name: "in a long list", script: `local l = {} for i = 1, 200000 do l[i] = i end return u.id:in_(l)`, err: "items"},
		{name: "a list many times", script: `local l = {} for i = 1, 50000 do l[i] = i end while true do local x = u.id:in_(l) end`, err: "the script "},
		{name: "lists kept as expressions", script: `local l, k = {}, {} for i = 1, 50000 do l[i] = i end while true do k[#k + 1] = u.id:in_(l) end`, err: "the script "},
		{name: "a million rows", script: `local r, l = {1, 2}, {} for i = 1, 2e5 do l[i] = r end return sql.values({"a", "b"}, l)`, err: "items"},
		{name: "rows of a thousand columns", script: `local r, l = {}, {} for i = 1, 1000 do r[i] = i end for i = 1, 10000 do l[i] = r end return sql.values({"a"}, l)`, err: "items"},
		{name: "insert a million", script: `local r, l = {id = 1}, {} for i = 1, 2e5 do l[i] = r end return sql.insert(u):values(l)`, err: "items"},
		{name: "tables in tables", script: `local t = {u.active} for i = 1, 1e4 do t = {t} end return sql.and_(t)`},
		{name: "a table in itself", script: `local t = {} t[1] = t return sql.and_(t)`},
		{name: "a ring of rows", script: `local t = {} t[1] = t t[2] = t return sql.values({"a"}, t)`},
		{name: "long labels", script: mb + ` local t = {} while true do t[#t + 1] = u.id:label(M .. #t) end`, err: "the script "},
		{name: "long aliases", script: mb + ` return u:alias(M .. M)`, err: toText},
		{name: "long literals", script: mb + ` local t = {} for i = 1, 100 do t[i] = M .. i end local q = sql.select(u.id) for i = 1, 100 do q = q:where(u.name:eq(t[i])) end return #q:dump()`},
		{name: "long parameters", script: mb + ` return sql.param(M, sql.types.text, M)`},
		{name: "long types", script: mb + ` local l = {} for i = 1, 100 do l[i] = M .. i end return sql.types.enum(l)`},
		{name: "many labels of a type", script: `local l = {} for i = 1, 90000 do l[i] = "l" .. i end while true do sql.types.enum(l) end`, err: "more than 1000 labels"},
		{name: "types nest", script: `local t = sql.types.integer for i = 1, 1e6 do t = sql.types.array(t) end return t`},
		{name: "sizes of types", script: `return sql.types.numeric(1e300, -1)`, err: "whole number"},
		{name: "dump often", script: `local l = {} for i = 1, 50000 do l[i] = i end local q = sql.select(u.id):where(u.id:in_(l)) while true do local x = q:dump() end`, err: "the script "},
		{name: "sql often", script: `local l = {} for i = 1, 50000 do l[i] = i end local q = sql.select(u.id):where(u.id:in_(l)) while true do local x = q:sql() end`, err: "the script "},
		{name: "hash often", script: `local l = {} for i = 1, 50000 do l[i] = i end local q = sql.select(u.id):where(u.id:in_(l)) while true do local x = q:hash() end`, err: "the script "},
		{name: "show often", script: `local l = {} for i = 1, 50000 do l[i] = i end local q = sql.select(u.id):where(u.id:in_(l)) while true do tostring(q) end`, err: "the script "},
		{name: "compare often", script: `local l = {} for i = 1, 50000 do l[i] = i end local q = sql.select(u.id):where(u.id:in_(l)) local r = sql.select(u.id):where(u.id:in_(l)) while q == r do end`, err: "the script "},
		{name: "load anything", script: `while true do pcall(sql.load, ("\221\255\255\255\255"):rep(1000)) end`, err: "the script "},
		{name: "load long bytes", script: mb + ` return sql.load(M)`, err: "load"},
		{name: "recursive in recursive", script: `local function f(t) return sql.recursive("x", sql.select(u.id), f) end return sql.recursive("t", sql.select(u.id), f)`},
		{name: "recursive that loops", script: `return sql.recursive("t", sql.select(u.id), function() while true do end end)`, err: tooLong},
		{name: "numbers of no number", script: `return u.id:eq(0/0)`, err: ""},
		{name: "numbers without end", script: `return sql.select(u.id):limit(1/0)`, err: ""},
		{name: "decimals of many digits", script: `return sql.decimal(("9"):rep(1e6))`},
		{name: "decimals with exponents", script: `return sql.decimal("1e999999999")`},
		{name: "integers of many digits", script: `return sql.int(("9"):rep(1e6))`},
		{name: "dates of no day", script: `return sql.date(("9"):rep(1e6))`},
		{name: "windows", script: `local x = sql.fn.count() for i = 1, 1e5 do x = x:over{partition_by = {x}} end return x`},
		{name: "cases", script: `local w = {} for i = 1, 40000 do w[i] = {u.active, i} end return sql.case(w)`},
		{name: "cases nest", script: `local x = u.id for i = 1, 1e5 do x = sql.case{{u.active, x}, else_ = x} end return x`},
		{name: "unknown names", script: `local i = 0 while true do i = i + 1 pcall(function() return u["x" .. i] end) pcall(function() return sql.fn["x" .. i] end) end`, err: tooLong},
		{name: "excluded names", script: `local i, t = 0, {} while true do i = i + 1 t[i] = sql.excluded["x" .. i] end`, err: "the script "},
	}
}

// leakAttacks try to get hold of what is not the script's.
func leakAttacks() []attack {
	return []attack{
		{name: "globals of another", before: []string{`secret = 1 _G.secret2 = 2 return 1`}, script: `return tostring(secret) .. tostring(secret2) .. tostring(rawget(_G, "secret"))`, value: "nilnilnil"},
		{name: "string of another", before: []string{`string.secret = 1 return 1`}, script: `return tostring(string.secret) .. tostring((""). secret)`, value: "nilnil"},
		{name: "math of another", before: []string{`math.pi = 3 return 1`}, script: `return tostring(math.pi > 3)`, value: "true"},
		{name: "print of another", before: []string{`print = nil string.upper = nil table.insert = nil return 1`}, script: `return type(print) .. type(string.upper) .. type(table.insert) .. ("x"):upper()`, value: "functionfunctionfunctionX"},
		{name: "texts of another", before: []string{`string.upper = function() return "stolen" end return ("x"):upper()`}, script: `return ("x"):upper()`, value: "X"},
		{name: "module of another", before: []string{`pcall(function() sql.secret = 1 end) pcall(rawset, sql, "secret", 1) return 1`}, script: `return tostring(pcall(function() return sql.secret end))`, value: "false"},
		{name: "tables of another", before: []string{`pcall(function() u.secret = 1 end) pcall(function() db.secret = 1 end) return 1`}, script: `return tostring(pcall(function() return u.secret end)) .. tostring(pcall(function() return db.secret end))`, value: "falsefalse"},
		{name: "columns of another", before: []string{`pcall(function() u.id.secret = 1 end) pcall(function() u.c.secret = 1 end) return 1`}, script: `return tostring(pcall(function() return u.id.secret end))`, value: "false"},
		{name: "metatables of another", before: []string{`local m = getmetatable(_G) or {} m.__index = 1 setmetatable(_G, m) return 1`}, script: `return tostring(getmetatable(_G)) .. type(undefined)`, value: "nilnil"},
		{name: "require of another", before: []string{`require = function() return "stolen" end return 1`}, script: `return tostring(require("sqlser") == sql)`, value: "true"},
		{name: "pcall of another", before: []string{`for i = 1, 40 do pcall(function() local secret = "s" error(secret) end) end return 1`}, script: `return select("#", pcall(function(...) return ... end))`, value: "1"},
		{name: "registers of another", before: []string{`local a, b, c, d, e, f = "s", "s", "s", "s", "s", "s" return 1`}, script: `local a, b, c, d, e, f return tostring(a) .. tostring(f)`, value: "nilnil"},
		{name: "addresses", script: `local all = {tostring({}), tostring(print), tostring(u), tostring(sql), tostring(db), tostring(u.id), tostring(sql.select(u.id)), tostring(function() end), ("%s"):format({}), tostring(session)}
			return tostring(table.concat(all):find("0x") ~= nil or table.concat(all):find("%x%x%x%x%x%x%x%x") ~= nil)`, value: "false"},
		{name: "go types", script: `local s = "" for _, f in ipairs{"%v", "%T", "%#v", "%p", "%+v", "%w", "%t", "%b", "%U"} do s = s .. tostring((pcall(string.format, f, u))) end return s`, value: strings.Repeat("false", 9)},
		{name: "go types in errors", script: `local s = "" for _, x in ipairs{u, u.id, sql, db, session, sql.types.int} do
			local _, e = pcall(function() return x + {} end) s = s .. tostring(e) local _, e = pcall(function() return x() end) s = s .. tostring(e)
			local _, e = pcall(function() return x < x end) s = s .. tostring(e) local _, e = pcall(ipairs, x) s = s .. tostring(e) end
			return tostring(s:find("expr%.") or s:find("luabind") or s:find("schema%.") or s:find("%*") or s:find("goroutine") or s:find("%.go"))`, value: "nil"},
		{name: "userdata as tables", script: `local s = "" for _, f in ipairs{next, rawget, rawset, table.concat, table.insert, table.sort, unpack, ipairs} do s = s .. tostring((pcall(f, u, "x", 1))) end return s`, value: strings.Repeat("false", 8)},
		{name: "helpers of the compiler", script: `local s = "" for _, f in ipairs{function() return 1 .. {} end, function() local t t[1] = 2 end, function() return {} .. "x" end} do local _, e = pcall(f) s = s .. e end
			return tostring(s:find("[%z\1]"))`, value: "nil"},
		{name: "arguments of the compiler", script: `return select("#", (function(...) return ... end)())`, value: "0"},
		{name: "arg", script: `return tostring((function(...) return arg end)(1) == nil or type((function(...) return arg end)(1)))`},
		{name: "session beyond the run", before: []string{`kept = session return 1`}, script: `return tostring(kept)`, value: "nil"},
		{name: "a random number by order", script: `local t = {} for i = 1, 20 do t["k" .. i] = i end local s = "" for k in pairs(t) do s = s .. k end return s`, value: "k1k2k3k4k5k6k7k8k9k10k11k12k13k14k15k16k17k18k19k20"},
	}
}
