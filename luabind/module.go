package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
)

// moduleObject is sql.
type moduleObject struct{}

func (moduleObject) describe() string { return "the module sql" }
func (moduleObject) String() string   { return "module sql" }

// module makes sql.
func (st *State) module() *lua.LUserData {
	return &lua.LUserData{Value: moduleObject{}, Metatable: st.metatable(kindModule, st.index(st.moduleMember))}
}

func (st *State) moduleMember(key lua.LValue) (lua.LValue, error) {
	s, _ := key.(lua.LString)
	name := string(s)
	switch {
	case key == lua.LString("fn"):
		return st.functions(), nil
	case key == lua.LString("types"):
		return st.types(), nil
	case key == lua.LString("excluded"):
		return st.excluded(), nil
	}
	if m := st.rt.methods[kindModule][name]; m != nil {
		if m.On == expr.OnConstant {
			return st.push(m.Build(nil, nil)), nil
		}
		return st.bind(kindModule, m), nil
	}
	if st.rt.own.Lookup(name) != nil {
		return nil, faultf("sql has no %q; it is a function: sql.fn.%s", name, name)
	}
	return nil, st.rt.unknownMember(kindModule, "sql", "function", key, []string{"fn", "types", "excluded"})
}

// functions makes sql.fn: the catalogue, the host's own, and, though they are not
// listed, those of the database that are granted.
func (st *State) functions() lua.LValue {
	of := names{what: "sql.fn", all: st.rt.own.Names()}
	return st.names(of, func(name string) (lua.LValue, error) {
		fn := st.rt.own.Lookup(name)
		switch {
		case fn != nil:
		case st.rt.grants[expr.FunctionGrant(name)]:
			fn = expr.UnknownFunction(name)
		default:
			return nil, faultf("there is no function %s", misspelt(lua.LString(name), of.all))
		}
		m := &method{Method: expr.Method{
			On: expr.OnModule, Name: name, Args: []expr.Arg{{Name: "arguments", Kind: expr.ArgOperands}},
			Build: func(_ any, a []any) any { return expr.Call(fn, a[0].([]any)...) },
		}}
		return st.bind(kindModule, m), nil
	})
}

// excluded makes sql.excluded: columns of the row that an insert does not make. Which
// table's they are is known when do_update takes them.
func (st *State) excluded() lua.LValue {
	return st.names(names{what: "sql.excluded"}, func(name string) (lua.LValue, error) {
		x := expr.ExcludedColumn(name)
		return st.push(x), x.Err()
	})
}

// require gives the module, whatever the host's files hold.
func (st *State) require(l *lua.LState) int {
	if name := l.Get(1); name != lua.LString("sqlser") {
		st.raise(l, "require", faultf("there is no module %s: a script may require \"sqlser\"", shown(name)))
	}
	l.Push(st.sql)
	return 1
}
