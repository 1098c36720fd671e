package luabind_test

import "strings"

// scopeAttacks hide a variable of which the compiler's passes know something behind
// another one of its name, and give what they must not be slow at.
func scopeAttacks() []attack {
	const far = "67108863"
	var nested strings.Builder
	for range 60 {
		nested.WriteString("return function(...) local a, b, c, d, e, f, g, h = 1 b = a c = b d = c e = d f = e g = f h = g a = h ")
	}
	nested.WriteString("return a == h " + strings.Repeat("end ", 60))
	return []attack{
		{name: "far key by self", script: `for self = 1, 1 do local o = {} function o:m() local t = {} t[self] = 1 end o.m(` + far + `) end`, err: "far behind"},
		{name: "far key by self of a function inside", script: `for self = 1, 1 do local o = {} function o:m() return function() local t = {} t[self] = 1 end end o.m(` + far + `)() end`, err: "far behind"},
		{name: "far key by arg", script: `for arg = 1, 1 do local function f(...) arg = ` + far + ` local t = {} t[arg] = 1 end f() end`, err: "far behind"},
		{name: "far key by parameter", script: `for i = 1, 1 do local function f(i) local t = {} t[i] = 1 end f(` + far + `) end`, err: "far behind"},
		{name: "far key by local", script: `for i = 1, 1 do local i = ` + far + ` local t = {} t[i] = 1 end`, err: "far behind"},
		{name: "far key by second local", script: `for i = 1, 1 do local a, i = 1, ` + far + ` local t = {} t[i] = 1 end`, err: "far behind"},
		{name: "far key by inner loop", script: `for i = 1, 1 do for _, i in ipairs{` + far + `} do local t = {} t[i] = 1 end end`, err: "far behind"},
		{name: "far key by counting on", script: `for i = 1, 1 do for i = ` + far + `, ` + far + ` do local t = {} t[i] = 1 end end`, err: "far behind"},
		{name: "far key by closure", script: `for i = 1, 1 do local function set() i = ` + far + ` end local t = {} set() t[i] = 1 end`, err: "far behind"},
		{name: "far key by closure made behind", script: `for i = 1, 1 do local t, set = {} local function put() t[i] = 1 end function set() i = ` + far + ` end set() put() end`, err: "far behind"},
		{name: "far key by several targets", script: `for i = 1, 1 do local t, x = {} x, i = 1, ` + far + ` t[i] = 1 end`, err: "far behind"},
		{name: "far key by repeat", script: `for i = 1, 1 do local t = {} repeat local i = ` + far + ` t[i] = 1 until true end`, err: "far behind"},
		{name: "far key by a fraction", script: `local t = {} for i = ` + far + `.5, ` + far + `.5 do local k = i - 0.5 t[k] = 1 end`, err: "far behind"},
		{name: "far key by steps down", script: `local t = {} for i = ` + far + `, 1, -1 do t[i] = 1 end`, err: "far behind"},
		{name: "far key behind the end", script: `local t = {1, 2, 3} local k = #t + 67000000 t[k] = 1`, err: "far behind"},
		{name: "far key in a constructor by call", script: `local function k() return ` + far + ` end return {[k()] = 1, [k() + 1] = 2}`, err: "far behind"},
		{name: "far key by text", script: `local t = {} t["` + far + `"] = 1 return #t`, value: "0"},
		{name: "far key by loop of text", script: `for i = "1", "` + far + `" do end`},
		{name: "names feed each other", script: nested.String() + ` return 1`, err: ""},
		{name: "locals in a ring", script: "local a, b, c = 1, 2, 3 " + strings.Repeat("a = b b = c c = a ", 3000) + "return a == c", value: "true"},
		{name: "locals feed many", script: "local a = 1 local b = 2 " + strings.Repeat("b = a ", 9000) + "a = u.id b = a return b == 1"},
		{name: "comparisons of locals in a row", script: "local x = 1 return not (" + strings.Repeat("(x == ", 170) + "x" + strings.Repeat(")", 170) + ")"},
		{name: "choices of locals in a row", script: "local x = true return x" + strings.Repeat(" and x or x", 5000)},
		{name: "joins of locals in a row", script: `local x = "x" return #(x` + strings.Repeat(" .. x", 170) + ")", value: "171"},
	}
}

// edgeAttacks give the library numbers and places at which it might give way.
func edgeAttacks() []attack {
	const edges = `local E = {0, -0, -1, 1/0, -1/0, 0/0, 2^31, -2^31, 2^31 - 1, 2^53, -2^53, 2^63, -2^63, 2^64, 1e308, 0.5, "9", "1e400", "0x7fffffffffffffff"} `
	return []attack{
		{name: "sub at edges", script: edges + `for _, a in ipairs(E) do for _, b in ipairs(E) do pcall(string.sub, "abc", a, b) pcall(string.byte, "abc", a, b) end end return 1`, value: "1"},
		{name: "rep at edges", script: edges + `for _, a in ipairs(E) do pcall(string.rep, "x", a) pcall(string.rep, "", a) pcall(string.char, a) end return 1`, value: "1"},
		{name: "find at edges", script: edges + `for _, a in ipairs(E) do pcall(string.find, "abc", "b", a) pcall(string.find, "abc", "b", a, true) pcall(string.match, "abc", "()", a) pcall(string.gsub, "abc", ".", "x", a) end return 1`, value: "1"},
		{name: "tables at edges", script: edges + `for _, a in ipairs(E) do for _, b in ipairs(E) do pcall(table.concat, {1, 2}, "", a, b) pcall(unpack, {1, 2}, a, b) end pcall(table.insert, {1}, a, 1) pcall(table.remove, {1}, a) pcall(rawset, {}, a, 1) pcall(select, a, 1, 2) end return 1`, err: tooLong},
		{name: "numbers at edges", script: edges + `for _, a in ipairs(E) do for _, b in ipairs(E) do for _, f in pairs(math) do pcall(f, a, b) end pcall(function() return a % b + a ^ b / a end) pcall(tonumber, a, b) end pcall(string.format, "%d %5.1f %x %c %q", a, a, a, a, a) end return 1`, value: "1"},
		{name: "loops at edges", script: edges + `local n = 0 for _, a in ipairs(E) do for _, b in ipairs(E) do for _, c in ipairs(E) do pcall(function() for i = a, b, c do n = n + 1 if n % 10 == 0 then break end end end) end end end return 1`, value: "1"},
		{name: "limits at edges", script: edges + `for _, a in ipairs(E) do local q = sql.select(u.id) pcall(q.limit, q, a) pcall(q.offset, q, a) pcall(q.fetch, q, a) pcall(sql.literal, a) pcall(sql.int, a) pcall(sql.decimal, a) pcall(sql.float, a) pcall(sql.types.numeric, a, a) pcall(sql.types.string, a) pcall(sql.interval, {days = a, seconds = a}) pcall(sql.json, a) end return 1`, value: "1"},
		{name: "frames at edges", script: edges + `for _, a in ipairs(E) do for _, b in ipairs(E) do pcall(function() return sql.fn.sum(u.id):over{order_by = u.id, rows = {a, b}} end) end end return 1`, value: "1"},
		{name: "nothing to call", script: `local all = {} for _, lib in ipairs{_G, string, table, math} do for _, f in pairs(lib) do if type(f) == "function" then all[#all + 1] = f end end end
			for _, f in ipairs(all) do pcall(f) pcall(f, nil) pcall(f, u) pcall(f, sql) pcall(f, {}, {}) pcall(f, u.id, u.id, u.id) pcall(f, f, f, f) end return 1`, value: "1"},
		{name: "methods of nothing", script: `local q = sql.select(u.id) for _, x in ipairs{u, u.id, q, u.c, sql.types.integer, q:subquery("s"), sql.insert(u), sql.window("w")} do
			for _, name in ipairs{"where", "label", "sql", "cte", "values", "over", "join", "union", "case", "in_", "dump", "lua", "diff", "params", "order_by", "columns", "alias", "get", "on_conflict"} do
				pcall(function() local f = x[name] f() end) pcall(function() return x[name](x, x, x, x, x) end) pcall(function() return x[name](x, {x, {x}}, nil, 0/0) end) end end return 1`, value: "1"},
		{name: "next of what is not there", script: `return tostring(next({}, "x")) .. tostring(next({1}, 9)) .. tostring(next({a = 1}, {}))`, value: "nilnilnil"},
		{name: "pairs while it grows", script: `local t = {} for i = 1, 100 do t[i] = i end local n = 0 for k in pairs(t) do n = n + 1 t[k + 1000 * n] = 1 if n > 1e5 then break end end return 1`},
		{name: "list that loses its end", script: `local t = {} for i = 1, 1e5 do t[i] = i end for i, v in ipairs(t) do t[#t] = nil end return #t`},
		{name: "handlers in handlers", script: `local function h(e) return select(2, xpcall(error, h)) end return tostring(xpcall(error, h))`},
	}
}

// treeAttacks have whole trees walked, again and again.
func treeAttacks() []attack {
	const big = `local l = {} for i = 1, 50000 do l[i] = i end local q = sql.select(u.id):where(u.id:in_(l)) `
	return []attack{
		{name: "source often", script: big + `while true do pcall(q.lua, q) end`, err: "the script "},
		{name: "shape often", script: big + `while true do local x = q:shape() end`, err: "the script "},
		{name: "describe often", script: big + `while true do local x = q:describe() end`, err: "the script "},
		{name: "diff often", script: big + `local r = sql.select(u.name):where(u.id:in_(l)) while true do local x = q:diff(r) end`, err: "the script "},
		{name: "diff of lists", script: big + `local m = {} for i = 1, 50000 do m[i] = -i end return #q:diff(sql.select(u.id):where(u.id:in_(m)))`, err: ""},
		{name: "load what was dumped", script: big + `local b = q:dump() while true do local x = sql.load(b) end`, err: "the script "},
		{name: "load in load", script: `local q = sql.select(u.id) for i = 1, 1e6 do q = sql.load(sql.select(q:subquery("s").id):dump()) end`, err: ""},
		{name: "nodes by hand", script: `local x = u.id for i = 1, 1e6 do x = sql.node("binary", {op = 1, left = x, right = x}) end return x`, err: "larger than"},
		{name: "nodes of rings", script: `local t = {} t.left, t.right, t.op = t, t, t return sql.node("binary", t)`, err: ""},
		{name: "tuples nest", script: `local x = u.id for i = 1, 1e6 do x = sql.tuple(x, x) end return x`, err: ""},
		{name: "arrays nest", script: `local x = sql.array{1} for i = 1, 1e6 do x = sql.array{x} end return x`, err: ""},
		{name: "ctes nest", script: `local q = sql.select(u.id) for i = 1, 1e6 do local c = q:cte("c" .. i) q = sql.select(c.id) end return q`, err: ""},
		{name: "ctes in pairs", script: `local q = sql.select(u.id) for i = 1, 60 do local c, d = q:cte("c" .. i), q:cte("d" .. i) q = sql.select(c.id):join(d, c.id == d.id) end return q:sql()`, err: ""},
		{name: "grouping sets", script: `local s = {} for i = 1, 1000 do local k = {} for j = 1, 100 do k[j] = u.id end s[i] = k end return sql.select(u.id):group_by(sql.grouping_sets(unpack(s)))`, err: ""},
		{name: "keys of cubes", script: `local k = {} for i = 1, 5000 do k[i] = u.age + i end return sql.select(sql.fn.count()):group_by(sql.cube(k)):sql()`, err: ""},
		{name: "orders append", script: `local q = sql.select(u.id) for i = 1, 1e9 do q = q:order_by(u.age + i) end`, err: ""},
		{name: "columns append", script: `local q = sql.select(u.id) for i = 1, 1e9 do q = q:add_columns((u.age + i):label("c" .. i)) end`, err: ""},
		{name: "joins append", script: `local q = sql.select(u.id) for i = 1, 1e9 do local a = u:alias("a" .. i) q = q:join(a, a.id == u.id) end`, err: ""},
		{name: "conditions given", script: `local c = u.active for i = 1, 1e9 do c = sql.param("p" .. i, sql.types.integer):if_given(c) end`, err: ""},
		{name: "parameters of many choices", script: `local e = {} for i = 1, 90000 do e[i] = i end while true do sql.param("p", sql.types.integer, {enum = e}) end`, err: ""},
		{name: "plugins in a ring", script: `local p = {api = 1, name = "x", version = "1"} p.queries = p return tostring(sql.plugin(p))`},
		{name: "texts of trees", script: big + `local t = {} while true do t[#t + 1] = tostring(q) .. #t end`, err: "the script "},
		{name: "rows with many parameters", script: `local p = {} for i = 1, 1e5 do p["p" .. i] = i end while true do pcall(session.rows, session, sql.select(u.id), p) end`, err: "the script "},
		{name: "conflicts append", script: `local s = sql.insert(u):values{id = 1}:on_conflict{u.id}:do_update{name = "x"} for i = 1, 1e9 do s = s:where(u.age ~= i) end`, err: ""},
	}
}
