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
	members := map[string]lua.LValue{}
	for _, name := range of.all {
		members[name] = bindFunction(name, rt.own.Lookup(name))
	}
	return &lua.LUserData{Value: of, Metatable: rt.metatable(kindNames, rt.index(members, keeping(named(of, func(name string) (lua.LValue, error) {
		if rt.grants[expr.FunctionGrant(name)] {
			return bindFunction(name, expr.UnknownFunction(name)), nil
		}
		if m := rt.methods[kindModule][name]; m != nil {
			return nil, faultf("sql.fn has no %q; it is of sql itself: %s", name, docOf(m).Signature)
		}
		if here := otherNames[name]; here != "" {
			return nil, faultf("there is no function %q: write %s", name, here)
		}
		return nil, faultf("there is no function %s", misspelt(lua.LString(name), of.all))
	}))))}
}

// otherNames is what to write for functions that databases call otherwise.
var otherNames = map[string]string{
	"median": `sql.fn.percentile_cont(0.5):within_group(x)`, "group_concat": `sql.fn.string_agg(x, ",")`, "listagg": `sql.fn.string_agg(x, ",")`,
	"date_format": `sql.fn.strftime(x, "%Y-%m")`, "to_char": `sql.fn.strftime(x, "%Y-%m")`,
}

// bindFunction makes the Lua function of a function of SQL.
func bindFunction(name string, fn *expr.Function) lua.LValue {
	return bind(kindModule, &method{Method: expr.Method{
		On: expr.OnModule, Name: name, Args: []expr.Arg{{Name: "arguments", Kind: expr.ArgOperands}},
		Build: func(_ any, a []any) any { return expr.Call(fn, a[0].([]any)...) },
	}})
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
