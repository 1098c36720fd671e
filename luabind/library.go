package luabind

import (
	"context"
	"math"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// What scripts keep of Lua's libraries. What reaches files, the process, other
// scripts' environments, the clock or chance is left out, so that a new version
// of the library cannot bring it in.
const (
	baseNames = "_VERSION assert error getmetatable ipairs next pairs pcall print rawequal rawget rawset " +
		"require select setmetatable tonumber tostring type unpack xpcall"
	tableNames  = "concat insert maxn remove sort"
	stringNames = "byte char find format gmatch gsub len lower match rep reverse sub upper"
	mathNames   = "abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp ldexp log log10 max min " +
		"mod modf pow rad sin sinh sqrt tan tanh"
)

// library is what all states of a Runtime share: nothing in it ever changes. A state
// begins with empty tables that inherit from it. A script that looks at one of them
// as a table, or replaces what it inherits, gets a copy of its own: see own.
type library struct {
	base    *lua.LTable            // what globals inherit
	tables  map[string]*lua.LTable // string, table, math: what the tables of these names inherit
	heirs   map[string]*lua.LTable // the metatables of those that inherit; that of globals is "_G"
	text    *lua.LTable            // the metatable of texts, until a state's own string table changes
	calling *lua.LFunction         // see callQuietly
	next    *lua.LFunction
	ipairs  *lua.LFunction // Lua's own
	machine *lua.LState    // only makes tables
}

// noGlobals is the environment of functions in Go, which use none.
var noGlobals = &lua.LTable{Metatable: lua.LNil}

// goFunction makes a function that any state may call.
func goFunction(f lua.LGFunction) *lua.LFunction {
	return &lua.LFunction{IsG: true, Env: noGlobals, GFunction: f}
}

// shared makes such a function of one of State's.
func shared(f func(*State, *lua.LState) int) *lua.LFunction {
	return goFunction(func(l *lua.LState) int { return f(stateOf(l), l) })
}

// newLibrary opens what scripts may use of Lua's libraries.
func newLibrary() *library {
	l := lua.NewState(lua.Options{SkipOpenLibs: true})
	for _, open := range []lua.LGFunction{lua.OpenBase, lua.OpenTable, lua.OpenString, lua.OpenMath} {
		l.Push(l.NewFunction(open))
		l.Call(0, 0)
	}
	lib := &library{
		machine: l, tables: map[string]*lua.LTable{}, heirs: map[string]*lua.LTable{},
		calling: goFunction(callQuietly), next: goFunction(next),
	}
	lib.ipairs, _ = l.G.Global.RawGetString("ipairs").(*lua.LFunction)
	lib.base = lib.keep(l.G.Global, baseNames, map[string]*lua.LFunction{
		"print": shared((*State).print), "tostring": shared((*State).tostring), "tonumber": goFunction(tonumber),
		"next": lib.next, "ipairs": shared((*State).ipairs), "pairs": shared((*State).pairs), "rawget": shared((*State).rawGet), "rawset": goFunction(rawSet),
		"setmetatable": shared((*State).setMetatable), "getmetatable": shared((*State).getMetatable),
		"error": goFunction(raiseError), "pcall": shared((*State).pcall), "xpcall": shared((*State).xpcall), "require": shared((*State).require),
	})
	lib.tables["table"] = lib.keep(opened(l, "table"), tableNames, map[string]*lua.LFunction{
		"concat": shared((*State).tableConcat), "insert": goFunction(tableInsert), "remove": goFunction(tableRemove), "sort": goFunction(tableSort),
	})
	lib.tables["string"] = lib.keep(opened(l, "string"), stringNames, map[string]*lua.LFunction{
		"rep": shared((*State).repeated), "format": shared((*State).format), "find": shared((*State).find), "match": shared((*State).matchFirst),
		"gmatch": shared((*State).gmatch), "gsub": shared((*State).gsub),
		"lower": goFunction(mapping("lower", strings.ToLower)), "upper": goFunction(mapping("upper", strings.ToUpper)),
		"reverse": goFunction(mapping("reverse", reversed)),
	})
	maths := lib.keep(opened(l, "math"), mathNames, nil)
	maths.RawSetString("huge", lua.LNumber(math.Inf(1)))
	maths.RawSetString("pi", lua.LNumber(math.Pi))
	lib.tables["math"] = maths

	lib.heirs["_G"] = lib.heir(lib.base)
	for name, t := range lib.tables {
		lib.heirs[name] = lib.heir(t)
	}
	lib.text = lib.table(2)
	lib.text.RawSetString("__index", lib.tables["string"])
	lib.text.RawSetString("__metatable", lua.LFalse)

	mt := lib.table(1) // what a state makes when a script first names it
	mt.RawSetString("__index", shared((*State).global))
	lib.base.Metatable = mt
	return lib
}

func opened(l *lua.LState, name string) *lua.LTable {
	t, _ := l.G.Global.RawGetString(name).(*lua.LTable)
	return t
}

// table makes an empty table.
func (lib *library) table(names int) *lua.LTable { return lib.machine.CreateTable(0, names) }

// keep makes a table of some names of another, with functions of our own.
func (lib *library) keep(all *lua.LTable, names string, own map[string]*lua.LFunction) *lua.LTable {
	kept := lib.table(len(names) / 4)
	for _, name := range strings.Fields(names) {
		v := all.RawGetString(name)
		if f := own[name]; f != nil {
			v = f
		}
		kept.RawSetString(name, v)
	}
	return kept
}

// heir makes the metatable of tables that inherit.
func (lib *library) heir(from *lua.LTable) *lua.LTable {
	mt := lib.table(2)
	mt.RawSetString("__index", from)
	mt.RawSetString("__newindex", shared(func(st *State, l *lua.LState) int {
		t, key, v := l.CheckTable(1), l.Get(2), l.Get(3)
		if name, _ := key.(lua.LString); from != lib.base || from.RawGet(key) != lua.LNil || slices.Contains(lazyGlobals, string(name)) {
			st.own(t)
		}
		chargeKey(l, t, key, v)
		l.RawSet(t, key, v)
		return 0
	}))
	return mt
}

// open gives a machine what a state begins with, whatever it held before.
func (lib *library) open(l *lua.LState) {
	l.G.Global = &lua.LTable{Metatable: lib.heirs["_G"]}
	l.Env = l.G.Global
	l.SetMetatable(lua.LString(""), lib.text)
}

// empty has a machine let go of what its state held.
func (lib *library) empty(l *lua.LState) {
	l.SetContext(context.Background())
	lib.open(l)
}

// lazyGlobals are made when a script names them.
var lazyGlobals = []string{"_G", "math", "string", "table"}

// global is a global that is made when a script first names it, or nil.
func (st *State) global(l *lua.LState) int {
	g := st.lua.G.Global
	name, _ := l.Get(2).(lua.LString)
	v := lua.LValue(lua.LNil)
	switch {
	case name == "_G":
		v = g
	case st.rt.library.tables[string(name)] != nil:
		v = &lua.LTable{Metatable: st.rt.library.heirs[string(name)]}
	}
	if v != lua.LNil {
		g.RawSetString(string(name), v)
	}
	l.Push(v)
	return 1
}

// own makes a table that inherits from the library one that is the script's own, with
// all that it has inherited. Others it leaves alone.
func (st *State) own(t *lua.LTable) {
	mt, ok := t.Metatable.(*lua.LTable)
	if !ok {
		return
	}
	lib := st.rt.library
	for name, heir := range lib.heirs {
		if heir != mt {
			continue
		}
		t.Metatable = lua.LNil
		from := lib.tables[name]
		if name == "_G" {
			from = lib.base
			for _, lazy := range lazyGlobals {
				if t.RawGetString(lazy) == lua.LNil {
					st.lua.GetField(from, lazy)
				}
			}
		}
		for k, v := from.Next(lua.LNil); k != lua.LNil; k, v = from.Next(k) {
			if t.RawGet(k) == lua.LNil {
				t.RawSet(k, v)
			}
		}
		if name == "string" { // ("x"):trim() finds what a script adds
			text := lib.table(2)
			text.RawSetString("__index", t)
			text.RawSetString("__metatable", lua.LFalse)
			st.lua.SetMetatable(lua.LString(""), text)
		}
	}
}

// isBase reports whether a global function of Lua has this name.
func isBase(name string) bool { return strings.Contains(" "+baseNames+" ", " "+name+" ") }
