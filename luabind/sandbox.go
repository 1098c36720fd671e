package luabind

import (
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
)

// What scripts keep of Lua's libraries. What reaches files, the process, other
// scripts' environments, the clock or chance is left out, so that a new version
// of the library cannot bring it in.
var (
	baseNames = nameSet("_G _VERSION assert error getmetatable ipairs next pairs pcall print rawequal rawget rawset " +
		"require select setmetatable tonumber tostring type unpack xpcall table string math")
	tableNames  = nameSet("concat insert maxn remove sort")
	stringNames = nameSet("byte char find format gmatch gsub len lower match rep reverse sub upper __index __metatable")
	mathNames   = nameSet("abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max min " +
		"mod modf pi pow rad sin sinh sqrt tan tanh")
)

func nameSet(list string) map[string]bool {
	m := map[string]bool{}
	for _, n := range strings.Fields(list) {
		m[n] = true
	}
	return m
}

// openLibraries opens what scripts may use of Lua's libraries.
func (st *State) openLibraries() {
	l := st.lua
	for _, open := range []lua.LGFunction{lua.OpenBase, lua.OpenTable, lua.OpenString, lua.OpenMath} {
		l.Push(l.NewFunction(open))
		l.Call(0, 0)
	}
	base := l.G.Global
	table, text, maths := library(base, "table"), library(base, "string"), library(base, "math")

	st.replace(base, map[string]lua.LGFunction{
		"print": st.print, "tostring": st.tostring, "tonumber": st.tonumber, "pairs": st.allPairs(base.RawGetString("pairs")),
		"setmetatable": st.setMetatable, "getmetatable": st.getMetatable, "error": st.error, "pcall": st.pcall, "xpcall": st.xpcall, "require": st.require,
	})
	st.replace(table, map[string]lua.LGFunction{"concat": st.tableConcat})
	st.replace(text, map[string]lua.LGFunction{
		"rep": st.repeated, "format": st.format, "find": st.find, "match": st.matchFirst, "gmatch": st.gmatch, "gsub": st.gsub,
	})
	text.RawSetString("__metatable", lua.LFalse) // the table is also the metatable of all strings
	maths.RawSetString("huge", lua.LNumber(math.Inf(1)))

	keepOnly(base, baseNames)
	keepOnly(table, tableNames)
	keepOnly(text, stringNames)
	keepOnly(maths, mathNames)
}

func library(base *lua.LTable, name string) *lua.LTable {
	t, _ := base.RawGetString(name).(*lua.LTable)
	return t
}

func (st *State) replace(t *lua.LTable, functions map[string]lua.LGFunction) {
	for name, f := range functions {
		t.RawSetString(name, st.lua.NewFunction(f))
	}
}

func keepOnly(t *lua.LTable, keep map[string]bool) {
	var drop []string
	t.ForEach(func(k, _ lua.LValue) {
		if !keep[k.String()] {
			drop = append(drop, k.String())
		}
	})
	for _, name := range drop {
		t.RawSetString(name, lua.LNil)
	}
}

// output is where print writes, shared by all states.
type output struct {
	mu sync.Mutex
	w  io.Writer
}

func (o *output) line(s string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, err := io.WriteString(o.w, s)
	return err
}

func (st *State) print(l *lua.LState) int {
	parts := make([]string, l.GetTop())
	for i := range parts {
		parts[i] = st.display(l.Get(i + 1))
	}
	line := strings.Join(parts, "\t") + "\n"
	if st.printed += len(line); st.printed > st.rt.limits.Output {
		st.raise(l, "print", faultf("more than %d bytes", st.rt.limits.Output))
	}
	if err := st.rt.output.line(line); err != nil {
		st.raise(l, "print", err)
	}
	return 0
}

func (st *State) tostring(l *lua.LState) int {
	l.Push(lua.LString(st.display(l.CheckAny(1))))
	return 1
}

// tonumber also takes a value of a row: what is beyond a Lua number is rounded,
// as the script asks for.
func (st *State) tonumber(l *lua.LState) int {
	if v, ok := userdata(l.Get(1)).(expr.Value); ok {
		if r := rational(v); r != nil {
			f, _ := r.Float64()
			l.Push(lua.LNumber(f))
		} else {
			l.Push(lua.LNil)
		}
		return 1
	}
	l.Push(toNumber(l.CheckAny(1), l.OptInt(2, 10)))
	return 1
}

// toNumber is Lua's own tonumber, which the library has wrong for "1e1".
func toNumber(v lua.LValue, base int) lua.LValue {
	if v.Type() == lua.LTNumber && base == 10 {
		return v
	}
	s := strings.TrimSpace(v.String())
	if !lua.LVCanConvToString(v) || s == "" || base < 2 || base > 36 || strings.Contains(s, "_") {
		return lua.LNil
	}
	if base != 10 {
		if n, ok := new(big.Int).SetString(s, base); ok {
			f, _ := new(big.Float).SetInt(n).Float64()
			return lua.LNumber(f)
		}
		return lua.LNil
	}
	if n, err := strconv.ParseInt(s, 0, 64); err == nil && strings.ContainsAny(s, "xX") {
		return lua.LNumber(n)
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && !strings.ContainsAny(s, "nNpP") { // neither inf nor nan
		return lua.LNumber(f)
	}
	return lua.LNil
}

// allPairs goes over tables as Lua does, and over what has __pairs.
func (st *State) allPairs(plain lua.LValue) lua.LGFunction {
	return func(l *lua.LState) int {
		f := plain
		if _, isTable := l.Get(1).(*lua.LTable); !isTable {
			if own := l.GetMetaField(l.Get(1), "__pairs"); own.Type() == lua.LTFunction {
				f = own
			}
		}
		l.Insert(f, 1)
		l.Call(l.GetTop()-1, lua.MultRet)
		return l.GetTop()
	}
}

// setMetatable is for tables only: the metatables of other types are shared.
func (st *State) setMetatable(l *lua.LState) int {
	t := l.CheckTable(1)
	l.CheckTypes(2, lua.LTNil, lua.LTTable)
	if mt, ok := t.Metatable.(*lua.LTable); ok && mt.RawGetString("__metatable") != lua.LNil {
		l.RaiseError("cannot change a protected metatable")
	}
	t.Metatable = l.Get(2)
	l.SetTop(1)
	return 1
}

// error puts before a text where the function stands that raised it, or, at level
// 2, where that was called.
func (st *State) error(l *lua.LState) int {
	v, level := l.CheckAny(1), l.OptInt(2, 1)
	if s, ok := v.(lua.LString); ok && level > 0 {
		if d, ok := l.GetStack(level); ok {
			if _, err := l.GetInfo("Sl", d, nil); err == nil && d.Source != "" {
				v = lua.LString(fmt.Sprintf("%s:%d: %s", d.Source, d.CurrentLine, string(s)))
			}
		}
	}
	l.Error(v, 0)
	return 0
}

// pcall leaves no traceback behind; once the budget is used up it gains nothing.
func (st *State) pcall(l *lua.LState) int {
	if f := l.CheckAny(1); f.Type() != lua.LTFunction && l.GetMetaField(f, "__call").Type() != lua.LTFunction {
		return pushAll(l, lua.LFalse, lua.LString("attempt to call "+describe(f)))
	}
	if err := st.protectedInside(l, l.GetTop()-1); err != nil {
		l.SetTop(0)
		l.Push(lua.LFalse)
		l.Push(errorObject(err))
		return 2
	}
	l.Insert(lua.LTrue, 1)
	return l.GetTop()
}

func (st *State) xpcall(l *lua.LState) int {
	handler := l.CheckFunction(2)
	l.SetTop(1)
	if err := st.protectedInside(l, 0); err != nil {
		l.SetTop(0)
		l.Push(handler)
		l.Push(errorObject(err))
		l.Call(1, lua.MultRet)
		l.Insert(lua.LFalse, 1)
		return l.GetTop()
	}
	l.Insert(lua.LTrue, 1)
	return l.GetTop()
}

func errorObject(err error) lua.LValue {
	if api, ok := err.(*lua.ApiError); ok && api.Type != lua.ApiErrorPanic {
		return api.Object
	}
	return lua.LString("internal error")
}
