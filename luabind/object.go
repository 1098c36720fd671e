package luabind

import (
	"fmt"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// push makes a Lua value of what a method made.
func (st *State) push(v any) lua.LValue {
	switch v := v.(type) {
	case expr.Value:
		return st.fromValue(v)
	case expr.Source:
		return st.source(v)
	}
	k, ok := kindOf(v)
	switch {
	case !ok: // an expression that a codec returned as a bare node
		return st.wrap(kindExpr, expr.Of(v))
	case k == kindJoin:
		return st.join(v.(expr.FromClause))
	}
	return st.wrap(k, v)
}

// wrap makes a userdata with the metatable that its kind shares.
func (st *State) wrap(k kind, v any) *lua.LUserData {
	if st.metatables[k] == nil {
		st.metatables[k] = st.metatable(k, st.members(k))
	}
	return &lua.LUserData{Value: v, Metatable: st.metatables[k]}
}

// members is the __index of kinds whose members do not depend on the object.
func (st *State) members(k kind) lua.LValue {
	switch k {
	case kindValue:
		return st.function(func(self, key lua.LValue) (lua.LValue, error) {
			return valueMember(userdata(self).(expr.Value), key)
		})
	case kindRow:
		return st.function(func(self, key lua.LValue) (lua.LValue, error) {
			return st.rowMember(userdata(self).(*row), key)
		})
	}
	return st.index(func(key lua.LValue) (lua.LValue, error) { return st.methodMember(k, key) })
}

func (st *State) methodMember(k kind, key lua.LValue) (lua.LValue, error) {
	if name, ok := key.(lua.LString); ok {
		if m := st.rt.methods[k][string(name)]; m != nil {
			return st.bind(k, m), nil
		}
	}
	return nil, st.rt.unknownMember(k, kindTable[k].name, "method", key, nil)
}

// metatable makes the metatable of userdata, which no script can reach or change.
func (st *State) metatable(k kind, index lua.LValue) *lua.LTable {
	mt := st.lua.CreateTable(0, 8)
	mt.RawSetString("__metatable", lua.LFalse)
	mt.RawSetString("__index", index)
	for _, event := range []string{"__newindex", "__tostring", "__eq", "__lt", "__le"} {
		mt.RawSetString(event, st.event(event))
	}
	for _, event := range eventsOf(k) {
		mt.RawSetString(event, st.event(event))
	}
	return mt
}

// index makes a table that starts empty: a name that is missing is found by Go
// and kept, so that the next access is the machine's own.
func (st *State) index(find func(key lua.LValue) (lua.LValue, error)) *lua.LTable {
	t := st.lua.NewTable()
	mt := st.lua.CreateTable(0, 1)
	mt.RawSetString("__index", st.function(func(_, key lua.LValue) (lua.LValue, error) {
		v, err := find(key)
		if err == nil {
			t.RawSet(key, v)
		}
		return v, err
	}))
	t.Metatable = mt
	return t
}

// function makes a Lua function of two arguments and one result.
func (st *State) function(f func(a, b lua.LValue) (lua.LValue, error)) *lua.LFunction {
	return st.lua.NewFunction(func(l *lua.LState) int {
		v, err := f(l.Get(1), l.Get(2))
		if err != nil {
			st.raise(l, "", err)
		}
		l.Push(v)
		return 1
	})
}

// display is v as tostring shows it. It tells no address of memory.
func (st *State) display(v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString, lua.LNumber, lua.LBool, *lua.LNilType:
		return v.String()
	case *lua.LUserData:
		return st.show(v.Value)
	}
	if st.lua.GetMetaField(v, "__tostring").Type() == lua.LTFunction {
		if s, ok := st.lua.ToStringMeta(v).(lua.LString); ok {
			return string(s)
		}
	}
	return v.Type().String()
}

// maxShown is how many nodes are still written out.
const maxShown = 1000

// show is an object of ours as text.
func (st *State) show(v any) string {
	switch v := v.(type) {
	case expr.Value:
		return valueText(v)
	case *row:
		return st.rowText(v)
	case schema.Type:
		return v.String()
	case expr.Item:
		return st.show(v.Expr()) + " as " + v.Label()
	case expr.Order:
		return "order by " + st.show(v.Expr())
	case expr.Source:
		return "source " + v.Name()
	case expr.Expr:
		switch n := v.Node().(type) {
		case *expr.ColumnExpr:
			return n.Source().Name() + "." + n.Name()
		case *expr.ParamExpr:
			return "parameter " + strconv.Quote(n.Parameter().Name())
		}
		return shownNode(v.Node())
	case expr.Statement:
		if st.rt.compiler != nil {
			if text, _, err := st.rt.compiler.SQL(v, ""); err == nil {
				return text
			}
		}
		return shownNode(v)
	case expr.Node:
		return shownNode(v)
	case fmt.Stringer:
		return v.String()
	}
	return "object"
}

func shownNode(n expr.Node) string {
	if size := expr.Size(n); size > maxShown {
		return fmt.Sprintf("%s of %d nodes", n.Op(), size)
	}
	return expr.Sprint(n)
}
