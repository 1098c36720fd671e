package luabind_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/luabind"
)

type compiler func(name, source string) (*lua.FunctionProto, error)

// stockState is a state with all of Lua's libraries, which scripts of ours do not have;
// what loads source takes it through a compiler.
func stockState(rt *luabind.Runtime, compile compiler) *lua.LState {
	l := lua.NewState(lua.Options{RegistrySize: 1024, RegistryMaxSize: 1024 * 20, CallStackSize: 256})
	rt.Adopt(context.Background(), l)
	load := func(l *lua.LState, name, source string) int {
		proto, err := compile(name, source)
		if err != nil {
			l.Push(lua.LNil)
			l.Push(lua.LString(err.Error()))
			return 2
		}
		l.Push(l.NewFunctionFromProto(proto))
		return 1
	}
	l.SetGlobal("loadstring", l.NewFunction(func(l *lua.LState) int { return load(l, l.OptString(2, l.CheckString(1)), l.CheckString(1)) }))
	l.SetGlobal("dofile", l.NewFunction(func(l *lua.LState) int {
		text, err := os.ReadFile(l.CheckString(1))
		if err != nil {
			l.RaiseError("%v", err)
		}
		if load(l, l.CheckString(1), string(text)) == 2 {
			l.RaiseError("%v", l.Get(-1))
		}
		l.Call(0, lua.MultRet)
		return l.GetTop() - 1
	}))
	return l
}

// outcome runs a compiled script and returns its error, or "".
func outcome(l *lua.LState, proto *lua.FunctionProto, args ...lua.LValue) string {
	l.Push(l.NewFunctionFromProto(proto))
	for _, a := range args {
		l.Push(a)
	}
	err := l.PCall(len(args), 0, nil)
	var api *lua.ApiError
	if errors.As(err, &api) {
		if text, ok := api.Object.(lua.LString); ok {
			return string(text)
		}
		return api.Object.Type().String()
	}
	return ""
}

// TestUpstreamLua: the tests of Lua 5.1 that gopher-lua ships and passes pass through
// our pipeline.
func TestUpstreamLua(t *testing.T) {
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yuin/gopher-lua").Output()
	dir := strings.TrimSpace(string(module))
	if _, statErr := os.Stat(filepath.Join(dir, "_lua5.1-tests")); err != nil || dir == "" || statErr != nil {
		if os.Getenv("SQLSER_TEST_REQUIRE") != "" {
			t.Fatalf("SQLSER_TEST_REQUIRE is set, and the module cache has no tests of gopher-lua's: %v %v", err, statErr)
		}
		t.Skip("the module cache has no tests of gopher-lua's: a vendored build leaves them out")
	}
	rt := newRuntime(t)
	for folder, files := range map[string]string{
		"_glua-tests":   "base coroutine db issues os table vm math strings goto",
		"_lua5.1-tests": "attrib calls closure constructs events literals locals math sort strings vararg pm files",
	} {
		for _, name := range strings.Fields(files) {
			t.Run(folder+"/"+name, func(t *testing.T) {
				text, err := os.ReadFile(filepath.Join(dir, folder, name+".lua"))
				require.NoError(t, err)
				if testing.Short() && name == "constructs" {
					t.Skip("long: it compiles thousands of chunks")
				}
				os.Unsetenv("_____GLUATEST______")
				work := t.TempDir() // some write files beside them
				require.NoError(t, os.CopyFS(work, os.DirFS(filepath.Join(dir, folder))))
				t.Chdir(work)
				l := stockState(rt, rt.Compile)
				defer l.Close()
				proto, err := rt.Compile(name+".lua", string(text))
				require.NoError(t, err)
				require.Empty(t, outcome(l, proto))
			})
		}
	}
}

// programs makes random Lua.
type programs struct{ r *rand.Rand }

func (g *programs) one(list ...string) string { return list[g.r.IntN(len(list))] }

func (g *programs) atom() string {
	return g.one("nil", "true", "false", "0", "1", "2", "-1", "0.5", `"a"`, `"b"`, `"1"`, "{}", "x", "y", "z", "...", "T1", "T2", "S1", "g", "T2.k", "T1.k", "T2[1]", "f", "x", "y", "z")
}

// expr is an expression; what is called logs.
func (g *programs) expr(depth int) string {
	if depth <= 0 {
		return g.atom()
	}
	e := func() string { return g.expr(depth - 1 - g.r.IntN(2)) }
	n := func() string { // mostly a number, or what has an order
		if g.r.IntN(40) == 0 {
			return e()
		}
		return "num(" + e() + ")"
	}
	nl := g.one("", "", "", "\n")
	switch g.r.IntN(22) {
	case 0, 1:
		return "(" + e() + g.one(" == ", " ~= ") + nl + e() + ")"
	case 2:
		if g.r.IntN(2) == 0 {
			return "(ord(" + e() + ")" + g.one(" < ", " <= ", " > ", " >= ") + nl + "ord(" + e() + "))"
		}
		return "(" + n() + g.one(" < ", " <= ", " > ", " >= ") + nl + n() + ")"
	case 3, 4:
		return "(" + e() + nl + " and " + e() + ")"
	case 5, 6:
		return "(" + e() + nl + " or " + e() + ")"
	case 7:
		return e() + " and " + e() + " or " + e()
	case 8:
		return "not " + e()
	case 9:
		return "t(" + e() + ")"
	case 10:
		return "m(" + e() + ", " + nl + e() + ")"
	case 11:
		return "(function(p, ...) p = " + e() + "; return " + e() + " end)(" + e() + ", x)"
	case 12:
		return "#{" + e() + ", k = " + e() + ", " + e() + "}"
	case 13:
		return "({" + e() + ", " + e() + ", k = " + e() + "})" + g.one("[1]", ".k", "[2]", "[num("+e()+")]")
	case 14:
		return "(" + n() + " " + g.one("+", "-", "*", "..", "%") + " " + n() + ")"
	case 15:
		return g.one("select", "T1:call", "T2:where", "T1.values", "T2:set") + "(" + g.one("1, ", "2, ", "") + e() + ")"
	case 16:
		return "T1:" + g.one("values", "set", "where") + "{" + e() + ", " + e() + ", k = " + e() + "}"
	case 18:
		return "(" + e() + g.one(" and T1 or T2", " and nil or T1", " == T1 and S1 or T2") + ")" + g.one(":call(", ":where(", ".set(T1, ") + e() + ")"
	case 19:
		return "(function(...) local a, b = " + e() + ", " + e() + " return a" + g.one(" == ", " ~= ", " and ", " or ") + "b, ... end)(" + e() + ")"
	case 20:
		return "(" + e() + " or " + e() + " or " + e() + " and " + e() + " and " + e() + " or " + e() + ")"
	case 17:
		return "not " + e() + g.one(" == ", " ~= ") + e()
	}
	return g.one("-num", "#tostring") + "(" + e() + ")"
}

func (g *programs) block(depth int) string {
	var b strings.Builder
	for range 1 + g.r.IntN(3) {
		b.WriteString(g.stmt(depth) + g.one("\n", "; ", "\n"))
	}
	return b.String()
}

func (g *programs) stmt(depth int) string {
	e := func() string { return g.expr(depth) }
	less := depth - 1
	if depth <= 0 {
		return "log(" + e() + ")"
	}
	switch g.r.IntN(22) {
	case 20:
		return "T2[" + e() + " or 1], x, g = " + e() + ", " + e() + ", T1"
	case 19:
		return "for i = (" + e() + " and 1 or 2), 2 do if i == x or " + e() + " then log(i) elseif i ~= 2 then x = i end end"
	case 0:
		return "local z = " + e() + " log(z)"
	case 1:
		return "x, y = " + e() + ", " + e()
	case 2:
		return g.one("x", "y", "z", "g", "T1.k", "T2[1]") + " = " + e()
	case 3:
		return "if " + e() + " then " + g.block(less) + " elseif " + e() + " then " + g.block(less) + " else " + g.block(less) + " end"
	case 4:
		return "log(" + e() + ", " + e() + ")"
	case 5:
		return "local function f(a, b, ...) a = " + g.expr(less) + "; b = " + g.expr(less) + "; return " + e() + ", ... end log(f(x, y, z))"
	case 6:
		return "log(pcall(function(...) " + g.block(less) + " return " + e() + " end, x, y))"
	case 7:
		return "for i = 1, 3 do local x = i == 2 or " + g.expr(less) + " if i > 2 then break end " + g.block(less) + " end"
	case 8:
		return "do local n = 0 while n < 3 and (" + e() + ") do n = n + 1 " + g.block(less) + " end end"
	case 9:
		return "do local n = 0 repeat n = n + 1 local q = n >= 3 or " + e() + " until q end"
	case 10:
		return "for k, v in pairs({" + e() + ", " + e() + "}) do log(k, v, v == " + g.atom() + ") end"
	case 11:
		return "do local c = coroutine.wrap(function(...) log(" + strings.ReplaceAll(e(), "t(", "yt(") + ") return 'end' end) log(c(1)) log(pcall(c, 2)) end"
	case 12:
		return "do local fs = {} for i = 1, 2 do fs[i] = function(...) x = i == " + g.atom() + " return " + g.expr(less) + " end end log(fs[1](y), fs[2](z)) end"
	case 13:
		return "do " + g.block(less) + " end"
	case 14:
		return "log(select('#', " + e() + ", m(" + e() + ")))"
	case 15:
		return "T1.k, x = " + e() + ", " + e()
	case 16:
		return g.one("T1:call", "T2:where", "t", "m") + "(" + e() + ")"
	case 17:
		return "log((loadstring or load)('local x, y, z = ... return " + strings.NewReplacer("'", "\\'", "\n", " ", `"`, `\"`).Replace(g.expr(less)) + "')(x, y, z))"
	case 18:
		return "if x == 2 and " + e() + " then error(" + g.one("'e'", "'e', 2", "{}") + ") end"
	}
	return "log(" + e() + ")"
}

// programPrelude stands before random programs; RESULT is what they did.
const programPrelude = `LOG = {}
local function shown(v) local k = type(v) if k == 'table' or k == 'function' then return k end return tostring(v) end
function log(...) if #LOG < 500 then for i = 1, select('#', ...) do LOG[#LOG + 1] = shown((select(i, ...))) end end end
function RESULT() return table.concat(LOG, ',') end
M = {__eq = function(a, b) log('eq') return a.v == b.v end, __lt = function(a, b) log('lt') return a.v < b.v end,
  __add = function(a, b) log('add') return 1 end, __index = function(t, k) log('index', k) return M and M[k] end, __concat = function() return 'cat' end}
local L = {__le = function() log('le') return false end, __lt = M.__lt, __eq = function() error('no eq') end}
T1 = setmetatable({v = 1}, M) T2 = setmetatable({v = 2}, M) S1 = setmetatable({v = 3}, L)
M.call = function(self, a) log('call') return a end M.where = function(self, a) log('where') return a, self end
M.values = function(self, a) return a end M.set = function(self, a) if type(a) == 'table' then log(#a, next(a) == nil) end return a end
function t(...) log('t') return ... end
function yt(...) log('yt') return coroutine.yield(...) end
function m(a, b) log('m') return a, b, a end
function f(...) return ... end
function num(v) return tonumber(v) or 3 end
function ord(v) return v == T1 and T2 or T1 end
g = T2
`

// programHead begins random programs.
const programHead = "local x, y, z = 1, 'a', ...\n"

func runProgram(t *testing.T, rt *luabind.Runtime, compile compiler, prepared *lua.FunctionProto, source string) string {
	l := stockState(rt, compile)
	defer l.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	rt.Adopt(ctx, l)
	require.Empty(t, outcome(l, prepared))
	proto, err := compile("p", programHead+source)
	if err != nil {
		return "not compiled: " + err.Error()
	}
	failure := outcome(l, proto, lua.LNumber(7))
	require.NoError(t, ctx.Err(), "%s", source)
	require.NoError(t, l.CallByParam(lua.P{Fn: l.GetGlobal("RESULT"), NRet: 1, Protect: true}), source)
	return fmt.Sprintf("%s\n%s", failure, l.Get(-1))
}

// TestRandomPrograms: random programs without expressions do the same with operators
// rewritten and without: what they log, in which order, and how they fail, at which line.
// SQLSER_TEST_REQUIRE makes them 10,000.
func TestRandomPrograms(t *testing.T) {
	rt := newRuntime(t)
	n := 2500
	switch {
	case testing.Short():
		n = 400
	case os.Getenv("SQLSER_TEST_REQUIRE") != "":
		n = 10_000
	}
	prepared, err := luabind.CompilePlain("prelude", programPrelude)
	require.NoError(t, err)
	failed := 0
	for seed := range n {
		g := &programs{rand.New(rand.NewPCG(uint64(seed), 1))}
		var b strings.Builder
		for range 3 {
			b.WriteString(g.stmt(3) + "\n")
		}
		source := b.String()
		plain, rewritten := runProgram(t, rt, luabind.CompilePlain, prepared, source), runProgram(t, rt, rt.CompileAnew, prepared, source)
		require.Equal(t, plain, rewritten, "seed %d\n%s", seed, source)
		if !strings.HasPrefix(plain, "\n") {
			failed++
		}
	}
	t.Logf("%d programs, of which %d raised an error", n, failed)
}
