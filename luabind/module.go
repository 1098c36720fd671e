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
func (rt *Runtime) module() *lua.LUserData {
	members := map[string]lua.LValue{"fn": rt.catalogue(), "types": rt.types(), "excluded": rt.excluded()}
	for name, m := range rt.methods[kindModule] {
		if m.On == expr.OnConstant {
			members[name] = rt.wrap(kindExpr, m.Build(nil, nil))
		} else {
			members[name] = rt.functions[kindModule][name]
		}
	}
	return &lua.LUserData{Value: moduleObject{}, Metatable: rt.metatable(kindModule, rt.index(members, func(_ *State, _, key lua.LValue) (lua.LValue, error) {
		if name, ok := key.(lua.LString); ok && rt.own.Lookup(string(name)) != nil {
			return nil, faultf("sql has no %q; it is a function: sql.fn.%s", string(name), string(name))
		}
		return nil, rt.unknownMember(kindModule, "sql", "function", key, []string{"fn", "types", "excluded"})
	}))}
}

// catalogue makes sql.fn: the catalogue, the host's own, and, though they are not
// listed, those of the database that are granted.
func (rt *Runtime) catalogue() lua.LValue {
	of := names{what: "sql.fn", all: rt.own.Names()}
	return rt.names(of, keeping(named(of, func(name string) (lua.LValue, error) {
		fn := rt.own.Lookup(name)
		switch {
		case fn != nil:
		case rt.grants[expr.FunctionGrant(name)]:
			fn = expr.UnknownFunction(name)
		default:
			return nil, faultf("there is no function %s", misspelt(lua.LString(name), of.all))
		}
		m := &method{Method: expr.Method{
			On: expr.OnModule, Name: name, Args: []expr.Arg{{Name: "arguments", Kind: expr.ArgOperands}},
			Build: func(_ any, a []any) any { return expr.Call(fn, a[0].([]any)...) },
		}}
		return bind(kindModule, m), nil
	})))
}

// excluded makes sql.excluded: columns of the row that an insert does not make. Which
// table's they are is known when do_update takes them.
func (rt *Runtime) excluded() lua.LValue {
	of := names{what: "sql.excluded"}
	return rt.names(of, func(st *State, _, key lua.LValue) (lua.LValue, error) {
		return named(of, func(name string) (lua.LValue, error) {
			x := expr.ExcludedColumn(name)
			st.budget.charge(bytesOfObject)
			return st.push(x), x.Err()
		})(key)
	})
}
