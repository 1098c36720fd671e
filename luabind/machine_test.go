package luabind_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/luabind"
)

// TestMachines holds that a script finds nothing of the scripts before it, whose machine
// it may have: what each leaves behind is looked for after it, whether it ended or failed.
func TestMachines(t *testing.T) {
	rt := newRuntime(t)
	const clean = `local list = {} for k in pairs(_G) do list[#list + 1] = tostring(k) end
		local _, e = pcall(function() return ("x"):trim() end)
		local a, b, c, d, e2, f
		return #list, type(left), type(string.rep), type(string.trim), e ~= nil, a == nil and b == nil and c == nil and d == nil and e2 == nil and f == nil, select("#", ...), type(arg), getmetatable(_G) == nil`
	want, err := newRuntime(t).Run(context.Background(), "clean.lua", clean)
	require.NoError(t, err)
	for _, script := range []string{
		`left = 1`,
		`function string.trim(s) return s end return ("x"):trim()`,
		`string = nil`,
		`setmetatable(_G, {__index = function() return 1 end})`,
		`for k in pairs(_G) do _G[k] = nil end`,
		`local function deep(n, ...) if n > 0 then return 1 + deep(n - 1, n, ...) end return 0 end return deep(100)`,
		`return unpack({1, 2, 3}, 1, 5000)`,
		`local f; do local x = 7; f = function() x = x + 1; return x end end left = f; return f()`,
		`pcall(function() left = {}; error(left) end)`,
		`pcall(function() pcall(error, "x") error "y" end) left = 1`,
		`left = 1 error "x"`,
		`left = 1 local t = nil; return t.x`,
		`left = 1 return (function(...) return select("#", ...) end)(1, 2, 3)`,
		`local function f() return f() + 1 end left = 1 return f()`,
		`string.rep = nil return db.users.none`,
	} {
		for range 3 {
			_, _ = rt.Run(context.Background(), "before.lua", script)
			got, err := rt.Run(context.Background(), "clean.lua", clean)
			require.NoError(t, err, script)
			require.Equal(t, want, got, script)
		}
	}
}

// TestMachinesAtOnce holds the same of scripts that run at the same time, each with a value of its own.
func TestMachinesAtOnce(t *testing.T) {
	rt := newRuntime(t)
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 200 {
				own := fmt.Sprint(worker, "-", i)
				got, err := rt.Run(context.Background(), "own.lua", `if left then return left end
					left = ... string.own = left
					local f = function() return left .. string.own end
					if #left % 2 == 0 then pcall(error, left) end
					return f()`, own)
				if err != nil || got[0] != own+own {
					t.Errorf("%s: got %v, %v", own, got, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// TestArg holds that "arg" is there for scripts that name it.
func TestArg(t *testing.T) {
	rt := newRuntime(t)
	for script, want := range map[string]any{
		`local function f(...) return arg.n end return f(1, 2, 3)`:                   3.0,
		`local function f(...) return function() return arg.n end end return f(1)()`: 1.0,
		`local n = select("#", ...) return n`:                                        2.0,
	} {
		got, err := rt.Run(context.Background(), "arg.lua", script, "a", "b")
		require.NoError(t, err, script)
		require.Equal(t, []any{want}, got, script)
	}
}

// TestClosed holds that a state that is closed runs nothing, and is closed twice.
func TestClosed(t *testing.T) {
	rt := newRuntime(t)
	st := rt.NewState()
	_, err := st.Eval(context.Background(), "x = 1")
	require.NoError(t, err)
	st.Close()
	st.Close()
	_, err = st.Eval(context.Background(), "return x")
	var e *luabind.Error
	require.ErrorAs(t, err, &e)
	require.Empty(t, st.Globals())
	require.Nil(t, st.Global("x"))
}
