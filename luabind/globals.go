package luabind

import (
	"slices"

	lua "github.com/yuin/gopher-lua"
)

// Globals returns the names of the variables that chunks have left, sorted: for completion. While
// a chunk runs there are none.
func (st *State) Globals() []string {
	if !st.running.TryLock() {
		return nil
	}
	defer st.running.Unlock()
	var names []string
	if !st.closed() {
		st.lua.G.Global.ForEach(func(k, _ lua.LValue) {
			if name, ok := k.(lua.LString); ok && isLuaName(string(name)) {
				names = append(names, string(name))
			}
		})
	}
	slices.Sort(names)
	return names
}

// Global returns what a variable holds, if that is something of ours: an expression, a query, a
// source, as Eval gives it. Of everything else, and while a chunk runs, it returns nil.
func (st *State) Global(name string) any {
	if !st.running.TryLock() {
		return nil
	}
	defer st.running.Unlock()
	if st.closed() {
		return nil
	}
	ud, ok := st.lua.G.Global.RawGetString(name).(*lua.LUserData)
	if !ok {
		return nil
	}
	if _, ok := kindOf(ud.Value); !ok {
		return nil
	}
	return ud.Value
}
