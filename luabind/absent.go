package luabind

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"

	"github.com/sqlser/sqlser/engine/expr"
)

// The machine does not say what is nil where a script calls nil, or looks into it. The
// source and the variables' values do, while the functions that failed still stand.

const (
	callsNothing   = "attempt to call a non-function object"
	indexesNothing = "attempt to index a non-table object(nil) with key '"
)

// instead is what to write in place of what scripts have not: most of it is of a newer Lua.
var instead = map[string]string{
	"table.unpack":   "write unpack(list)",
	"table.pack":     `write {...}, and select("#", ...) for how many`,
	"table.move":     "write a loop",
	"math.type":      "all numbers are of one type; x == math.floor(x) tells those that are whole",
	"math.tointeger": "write math.floor(x)",
	"math.ult":       "all numbers are of one type",
	"math.random":    "no script has chance; in a query write sql.fn.random()",
	"string.pack":    "a codec's bytes are x:dump()",
	"string.unpack":  "a codec's bytes are read by sql.load(bytes)",
	"string.split":   `write for word in s:gmatch "[^,]+" do ... end`,
	"string.trim":    `write s:match "^%s*(.-)%s*$"`,
	"load":           "no script runs text as code; write functions, or require a module",
	"loadstring":     "no script runs text as code; write functions, or require a module",
	"loadfile":       `write require "module"`,
	"dofile":         `write require "module"`,
	"collectgarbage": "no script has it: leave it out",
	"utf8":           "texts are bytes; in a query sql.fn.length counts characters",
	"coroutine":      "no script has it: write a loop, or a function that is called",
	"bit32":          "numbers have no bits here",
	"io":             "no script has it: print(...)",
	"os":             "no script has it, nor a clock; in a query write sql.now()",
	"debug":          "no script has it",
	"package":        `no script has it: write require "module"`,
}

// named says in the text of an error of the machine's what is nil, if that can be told.
func (st *State) named(l *lua.LState, e *lua.ApiError) {
	text, ok := e.Object.(lua.LString)
	at := strings.Index(string(text), "attempt to ")
	if !ok || at < 0 || e.Type != lua.ApiErrorRun || st.budget.over != nil {
		return
	}
	place, reason := string(text[:at]), string(text[at:])
	f := standing(st, l)
	if f == nil {
		return
	}
	key, indexes := strings.CutPrefix(reason, indexesNothing)
	switch {
	case indexes:
		reason = f.indexed(strings.TrimSuffix(key, "'"))
	case reason == callsNothing:
		reason = f.called()
	default:
		return
	}
	if reason != "" {
		e.Object = lua.LString(place + reason)
	}
}

// failure is a function that stands where an error came.
type failure struct {
	st     *State
	l      *lua.LState
	d      *lua.Debug
	fn     *lua.LFunction
	source *chunk
}

// standing returns the innermost Lua function of a stack.
func standing(st *State, l *lua.LState) *failure {
	for level := 0; ; level++ {
		d, ok := l.GetStack(level)
		if !ok {
			return nil
		}
		v, err := l.GetInfo("Slf", d, nil)
		if fn, ok := v.(*lua.LFunction); ok && err == nil && fn.Proto != nil {
			if c := chunkOf(fn); c != nil {
				return &failure{st, l, d, fn, c}
			}
			return nil
		}
	}
}

// called says which call on the line is of no function, if there is one such.
func (f *failure) called() string {
	var said []string
	for _, x := range f.source.calls {
		call, ok := x.(*ast.FuncCallExpr)
		if !ok || call.Line() != f.d.CurrentLine {
			continue
		}
		of := call.Func
		if of == nil {
			of = &ast.AttrGetExpr{Object: call.Receiver, Key: &ast.StringExpr{Value: call.Method}}
		}
		if v, known := f.value(of); known && !callable(v) {
			if reason := f.noFunction(of, v); !slices.Contains(said, reason) {
				said = append(said, reason)
			}
		}
	}
	for _, loop := range f.source.loops {
		if loop.Line() != f.d.CurrentLine {
			continue
		}
		if v, known := f.value(loop.Exprs[0]); known && !callable(v) {
			said = append(said, noIterator(loop.Exprs[0], v))
		}
	}
	if len(said) != 1 {
		return ""
	}
	return said[0]
}

func callable(v lua.LValue) bool {
	return v.Type() == lua.LTFunction || v.Type() == lua.LTTable && v.(*lua.LTable).Metatable != lua.LNil
}

func (f *failure) noFunction(x ast.Expr, v lua.LValue) string {
	text, ok := written(x)
	if !ok {
		return ""
	}
	if v != lua.LNil {
		return "`" + text + "` is no function, but " + describe(v)
	}
	if a, ok := x.(*ast.AttrGetExpr); ok {
		if v, _ := f.value(a.Object); v != nil && v.Type() == lua.LTString {
			text = "string." + a.Key.(*ast.StringExpr).Value
		}
	}
	return f.isNil(text, text)
}

// isNil says that what is written is nil, and what to write in its place.
func (f *failure) isNil(text, name string) string {
	if hint := f.st.instead(name); hint != "" {
		return "`" + text + "` is nil: " + hint
	}
	return "`" + text + "` is nil: a misspelt name?"
}

// instead is what to write for a name that scripts have not.
func (st *State) instead(name string) string {
	if name != "session" {
		return instead[name]
	}
	hint := "this host does not grant the session"
	if st.rt.noSession != "" {
		hint += ": " + st.rt.noSession
	}
	return hint
}

// noIterator says that a loop goes over what is no function.
func noIterator(x ast.Expr, v lua.LValue) string {
	text, ok := written(x)
	if !ok {
		text = "list"
	}
	reason := "`for ... in " + text + "` needs a function, got " + describe(v)
	if k, isOurs := kindOf(userdata(v)); v.Type() == lua.LTTable || isOurs && slices.Contains(eventsOf(k), "__pairs") {
		return reason + ": write for key, value in pairs(" + text + ") do"
	}
	switch _, isQuery := userdata(v).(expr.Statement); {
	case isQuery:
		return reason + ": write for row in session:rows(" + text + ") do"
	case v == lua.LNil:
		return reason + ": a misspelt name?"
	}
	return reason
}

// indexed says what is nil where a key is read, if one thing on the line is.
func (f *failure) indexed(key string) string {
	var said []string
	for _, x := range f.source.calls {
		var object ast.Expr
		switch x := x.(type) {
		case *ast.AttrGetExpr:
			if k, ok := x.Key.(*ast.StringExpr); ok && k.Value == key {
				object = x.Object
			}
		case *ast.FuncCallExpr:
			if x.Func == nil && x.Method == key {
				object = x.Receiver
			}
		}
		if object == nil || f.d.CurrentLine < object.Line() || f.d.CurrentLine > x.LastLine() {
			continue
		}
		text, ok := written(object)
		if v, known := f.value(object); ok && known && v == lua.LNil && !slices.Contains(said, text) {
			said = append(said, text)
		}
	}
	if len(said) != 1 {
		return ""
	}
	hint := f.st.instead(said[0])
	if hint == "" {
		hint = "a misspelt variable?"
	}
	return "nil has no " + shown(lua.LString(key)) + ": `" + said[0] + "` is nil: " + hint
}

// value is what a variable, or a field of one, holds; false where that cannot be told
// without running anything.
func (f *failure) value(x ast.Expr) (lua.LValue, bool) {
	switch x := x.(type) {
	case *ast.IdentExpr:
		return f.variable(x.Value), true
	case *ast.StringExpr:
		return lua.LString(x.Value), true
	case *ast.NumberExpr:
		return lua.LNumber(0), true
	case *ast.TableExpr:
		return &lua.LTable{Metatable: lua.LNil}, true
	case *ast.AttrGetExpr:
		key, ok := x.Key.(*ast.StringExpr)
		if !ok {
			return nil, false
		}
		object, known := f.value(x.Object)
		if !known {
			return nil, false
		}
		lib := f.st.rt.library
		switch t := object.(type) {
		case lua.LString:
			return lib.tables["string"].RawGetString(key.Value), true
		case *lua.LTable:
			v := t.RawGetString(key.Value)
			if v != lua.LNil || t.Metatable == lua.LNil {
				return v, true
			}
			for name, heir := range lib.heirs {
				if heir == t.Metatable && lib.tables[name] != nil {
					return lib.tables[name].RawGetString(key.Value), true
				}
			}
		}
	}
	return nil, false
}

// variable is what a name stands for: the innermost variable of the function, one of a
// function around it, or a global.
func (f *failure) variable(name string) lua.LValue {
	var found lua.LValue
	for i := 1; ; i++ {
		local, v := f.l.GetLocal(f.d, i)
		if local == "" {
			break
		}
		if local == name {
			found = v
		}
	}
	if found != nil {
		return found
	}
	for i := range f.fn.Upvalues {
		if upvalue, v := f.l.GetUpvalue(f.fn, i+1); upvalue == name {
			return v
		}
	}
	lib := f.st.rt.library
	if v := f.st.lua.G.Global.RawGetString(name); v != lua.LNil {
		return v
	}
	if v := lib.base.RawGetString(name); v != lua.LNil {
		return v
	}
	if t := lib.tables[name]; t != nil {
		return &lua.LTable{Metatable: lib.heirs[name]}
	}
	return lua.LNil
}
