package luabind

import (
	"fmt"
	"strconv"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// push makes a Lua value of what a method made.
func (st *State) push(v any) lua.LValue {
	switch v := v.(type) {
	case expr.Expr: // most are
		return st.wrap(kindExpr, v)
	case expr.Value:
		return st.fromValue(v)
	case expr.Source:
		return st.source(v)
	}
	k, ok := kindOf(v)
	switch {
	case !ok: // an expression that a codec returned as a bare node
		return st.wrap(kindExpr, expr.Of(v))
	}
	return st.wrap(k, v)
}

// wrap makes a userdata with the metatable that its kind shares.
func (rt *Runtime) wrap(k kind, v any) *lua.LUserData {
	return &lua.LUserData{Value: v, Metatable: rt.metatables[k]}
}

func (st *State) wrap(k kind, v any) *lua.LUserData { return st.rt.wrap(k, v) }

// members is the __index of a kind: its methods, or, where objects differ in their
// members, a function that finds them.
func (rt *Runtime) members(k kind) lua.LValue {
	switch k {
	case kindValue:
		return finder(func(st *State, self, key lua.LValue) (lua.LValue, error) {
			if v, ok := jsonIn(self); ok {
				return st.jsonMember(v, key)
			}
			return valueMember(userdata(self).(expr.Value), key)
		})
	case kindRecord:
		return finder(func(st *State, self, key lua.LValue) (lua.LValue, error) {
			return st.recordMember(userdata(self).(Record), key)
		})
	case kindRow:
		return finder(func(st *State, self, key lua.LValue) (lua.LValue, error) {
			return st.rowMember(userdata(self).(*row), key)
		})
	case kindSource, kindJoin:
		return finder(func(st *State, self, key lua.LValue) (lua.LValue, error) {
			return st.fromMember(k, userdata(self).(expr.FromClause), key)
		})
	case kindColumns:
		return finder(func(st *State, self, key lua.LValue) (lua.LValue, error) {
			return st.columnsMember(userdata(self).(columnsOf).from, nil, key)
		})
	}
	members := map[string]lua.LValue{}
	for name, f := range rt.functions[k] {
		members[name] = f
	}
	if k == kindRelated {
		return finder(func(_ *State, self, key lua.LValue) (lua.LValue, error) {
			name, _ := key.(lua.LString)
			if f := members[string(name)]; f != nil {
				return f, nil
			}
			if err := ofTarget(userdata(self).(*expr.RelatedClause), string(name)); err != nil {
				return nil, err
			}
			return nil, rt.unknownMember(k, kindTable[k].name, "method", key, nil)
		})
	}
	return rt.index(members, func(_ *State, _, key lua.LValue) (lua.LValue, error) {
		return nil, rt.unknownMember(k, kindTable[k].name, "method", key, nil)
	})
}

// ofTarget says how to come to a member of what a relationship leads to; nil where there is none
// of the name.
func ofTarget(r *expr.RelatedClause, name string) error {
	if r.Relationship() == nil {
		return nil
	}
	e, how := r.Relationship().Target(), "has"
	if e == nil || e.Attribute(name) == nil && e.Relationship(name) == nil {
		return nil
	}
	if r.Relationship().IsMany() {
		how = "any"
	}
	return faultf("%s is a relationship, and %[2]s is of %[3]s, to which it leads: join along it by q:join(r) and name %[3]s.%[2]s; without a join, a condition on it is r:%[4]s(...)",
		r.Relationship(), name, e.Name(), how)
}

// metatable makes the metatable of userdata, which no script can reach or change.
func (rt *Runtime) metatable(k kind, index lua.LValue) *lua.LTable {
	mt := rt.library.table(16)
	mt.RawSetString("__metatable", lua.LFalse)
	mt.RawSetString("__index", index)
	for _, event := range append(eventsOf(k), "__newindex", "__tostring", "__eq", "__lt", "__le") {
		mt.RawSetString(event, rt.events[event])
	}
	return mt
}

// index makes a table of members that a script reads without leaving the machine;
// what has none of a key is found, or refused, by a function.
func (rt *Runtime) index(members map[string]lua.LValue, find finding) *lua.LTable {
	t := rt.library.table(len(members))
	for name, v := range members {
		t.RawSetString(name, v)
	}
	mt := rt.library.table(1)
	mt.RawSetString("__index", finder(find))
	t.Metatable = mt
	return t
}

// finding finds the member of an object by its key.
type finding func(st *State, self, key lua.LValue) (lua.LValue, error)

// finder makes the Lua function of a finding.
func finder(find finding) *lua.LFunction {
	return shared(func(st *State, l *lua.LState) int {
		v, err := find(st, l.Get(1), l.Get(2))
		if err != nil {
			st.raise(l, "", err)
		}
		l.Push(v)
		return 1
	})
}

// keeping finds each member once, for all states: each is the same object always.
func keeping(find func(key lua.LValue) (lua.LValue, error)) finding {
	var found sync.Map
	return func(_ *State, _, key lua.LValue) (lua.LValue, error) {
		if v, ok := found.Load(key); ok {
			return v.(lua.LValue), nil
		}
		v, err := find(key)
		if err != nil {
			return nil, err
		}
		kept, _ := found.LoadOrStore(key, v)
		return kept.(lua.LValue), nil
	}
}

// display is v as tostring shows it. It tells no address of memory.
func (st *State) display(v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString, lua.LNumber, lua.LBool, *lua.LNilType:
		return v.String()
	case *lua.LUserData:
		shown := st.show(v.Value)
		st.budget.charge(int64(bytesOfCopy * len(shown)))
		return shown
	}
	if st.lua.GetMetaField(v, "__tostring").Type() == lua.LTFunction {
		if s, ok := st.lua.ToStringMeta(v).(lua.LString); ok {
			return string(s)
		}
	}
	return v.Type().String()
}

// What is still written out of a tree: nodes, and bytes of its texts.
const (
	maxShown  = 1000
	longShown = 64 << 10
)

// show is an object of ours as text.
func (st *State) show(v any) string {
	switch v := v.(type) {
	case expr.Value:
		return valueText(v)
	case *row:
		return st.rowText(v)
	case Record:
		return st.recordText(v)
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
		if st.rt.compiler != nil && expr.Size(v) <= maxShown && !hasLongTexts(v, longShown) {
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
	switch size := expr.Size(n); {
	case size > maxShown:
		return fmt.Sprintf("%s of %d nodes", n.Op(), size)
	case hasLongTexts(n, longShown):
		return fmt.Sprintf("%s with texts of more than %d bytes", n.Op(), longShown)
	}
	return expr.Sprint(n)
}
