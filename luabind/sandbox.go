package luabind

import (
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
)

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
	st.asked = true
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
func tonumber(l *lua.LState) int {
	if v, ok := valueOf(l.Get(1)); ok {
		if r := rational(v); r != nil {
			f, _ := r.Float64()
			l.Push(lua.LNumber(f))
		} else {
			l.Push(lua.LNil)
		}
		return 1
	}
	if _, ok := exprIn(l.Get(1)); ok {
		stateOf(l).raise(l, "tonumber", faultf("%s is the database's to compute: write x:cast(sql.types.integer), or another type", describe(l.Get(1))))
	}
	l.Push(toNumber(l.CheckAny(1), l.OptInt(2, 10)))
	return 1
}

// maxDigits is how long a text is that may be a number: to convert one takes a time
// that grows with the square of its length.
const maxDigits = 1000

// toNumber is Lua's own tonumber, which the library has wrong for "1e1".
func toNumber(v lua.LValue, base int) lua.LValue {
	if v.Type() == lua.LTNumber && base == 10 {
		return v
	}
	if !lua.LVCanConvToString(v) || len(v.String()) > maxDigits {
		return lua.LNil
	}
	s := strings.TrimSpace(v.String())
	if s == "" || base < 2 || base > 36 || strings.Contains(s, "_") {
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

// pairs goes over tables as Lua does, and over what has __pairs.
func (st *State) pairs(l *lua.LState) int {
	t, isTable := l.Get(1).(*lua.LTable)
	if !isTable {
		if own := l.GetMetaField(l.Get(1), "__pairs"); own.Type() == lua.LTFunction {
			l.Insert(own, 1)
			l.Call(l.GetTop()-1, lua.MultRet)
			return l.GetTop()
		}
		t = st.listed(l, "pairs")
	}
	st.own(t)
	return pushAll(l, st.rt.library.next, t, lua.LNil)
}

// ipairs is Lua's, which the library keeps, or goes over a list of JSON, nulls too.
func (st *State) ipairs(l *lua.LState) int {
	if _, ok := jsonIn(l.Get(1)); ok {
		l.Push(st.iterator(st.entriesOf(l, "ipairs", l.Get(1))))
		return 1
	}
	t := st.listed(l, "ipairs")
	l.SetTop(0)
	l.Push(st.rt.library.ipairs)
	l.Push(t)
	l.Call(1, 3)
	return 3
}

// listed is the table that a loop goes over.
func (st *State) listed(l *lua.LState, call string) *lua.LTable {
	if u := userdata(l.Get(1)); u != nil {
		hint := ""
		_, isFrom := u.(expr.FromClause)
		switch _, isRow := u.(*row); {
		case isFrom:
			hint = ": its columns are those of pairs(u.c)"
		case isRow:
			hint = ": write pairs(row), or row[i] for i up to #row"
		case isQuery(u):
			hint = ": its rows are those of session:rows(q)"
		}
		st.raise(l, call, faultf("expected a table, got %s%s", describe(l.Get(1)), hint))
	}
	return l.CheckTable(1)
}

func isQuery(u any) bool { _, ok := u.(expr.Query); return ok }

// next may have to pass many keys that hold nothing any more.
func next(l *lua.LState) int {
	t := l.CheckTable(1)
	b := budgetOf(l)
	b.hurry(8)
	b.state.own(t)
	k, v := t.Next(l.Get(2))
	if k == lua.LNil {
		return pushAll(l, lua.LNil)
	}
	return pushAll(l, k, v)
}

func (st *State) rawGet(l *lua.LState) int {
	t := l.CheckTable(1)
	st.own(t)
	l.Push(t.RawGet(l.CheckAny(2)))
	return 1
}

func rawSet(l *lua.LState) int {
	t := l.CheckTable(1)
	budgetOf(l).state.own(t)
	chargeKey(l, t, l.CheckAny(2), l.CheckAny(3))
	l.RawSet(t, l.Get(2), l.Get(3))
	l.SetTop(1)
	return 1
}

// setMetatable is for tables only: the metatables of other types are shared.
func (st *State) setMetatable(l *lua.LState) int {
	t := l.CheckTable(1)
	l.CheckTypes(2, lua.LTNil, lua.LTTable)
	st.own(t)
	if mt, ok := t.Metatable.(*lua.LTable); ok && mt.RawGetString("__metatable") != lua.LNil {
		l.RaiseError("cannot change a protected metatable")
	}
	t.Metatable = l.Get(2)
	l.SetTop(1)
	return 1
}

// raiseError is error: it puts before a text where the function stands that raised it, or, at level
// 2, where that was called.
func raiseError(l *lua.LState) int {
	v, level := l.CheckAny(1), l.OptInt(2, 1)
	if s, ok := v.(lua.LString); ok && level > 0 && level < maxCalls {
		if d, ok := l.GetStack(level); ok {
			if _, err := l.GetInfo("Sl", d, nil); err == nil && d.Source != "" {
				charge(l, len(s))
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
		spend(l, stepsOfError)
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
		spend(l, stepsOfError)
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

// stepsOfError is what it takes to raise an error and catch it.
const stepsOfError = 200

func errorObject(err error) lua.LValue {
	if api, ok := err.(*lua.ApiError); ok && api.Type != lua.ApiErrorPanic && api.Object != nil {
		return api.Object
	}
	return lua.LString("internal error")
}
