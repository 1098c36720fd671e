package luabind

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// typeAliases are names that people try first.
var typeAliases = map[string]schema.Type{
	"bytes": schema.LargeBinary, "bigint": schema.BigInteger, "smallint": schema.SmallInteger, "int": schema.Integer,
	"decimal": schema.Numeric(0, 0), "bool": schema.Boolean, "timestamp": schema.DateTime,
}

// typeNames lists the names of sql.types.
func typeNames() []string {
	all := []string{"array", "enum", "host"}
	for name := range typeAliases {
		all = append(all, name)
	}
	for _, k := range schema.Kinds() {
		if k != schema.KindUnknown && k != schema.KindEnum {
			all = append(all, k.String())
		}
	}
	slices.Sort(all)
	return all
}

// typeNamed returns the type of a name, without a size.
func typeNamed(name string) (schema.Type, bool) {
	if t, ok := typeAliases[name]; ok {
		return t, true
	}
	for _, k := range schema.Kinds() {
		if k.String() == name && k != schema.KindUnknown && k != schema.KindEnum {
			t, err := schema.NewType(k, 0, 0, false, "", nil)
			return t, err == nil
		}
	}
	return schema.Type{}, false
}

// types makes sql.types.
func (rt *Runtime) types() lua.LValue {
	of := names{what: "sql.types", all: typeNames()}
	return rt.names(of, keeping(named(of, func(name string) (lua.LValue, error) {
		switch name {
		case "array":
			return shared((*State).arrayType), nil
		case "enum":
			return shared((*State).enumType), nil
		case "host":
			return shared((*State).hostType), nil
		}
		t, ok := typeNamed(name)
		if !ok {
			return nil, faultf("there is no type %s", misspelt(lua.LString(name), of.all))
		}
		return rt.wrap(kindType, t), nil
	})))
}

// arrayType is sql.types.array(element).
func (st *State) arrayType(l *lua.LState) int {
	t, ok := userdata(l.Get(1)).(schema.Type)
	if !ok || l.GetTop() != 1 {
		st.raise(l, "array", unexpected(expr.ArgType, l.Get(1), ""))
	}
	l.Push(st.wrap(kindType, schema.ArrayOf(t)))
	return 1
}

// hostType is sql.types.host(id, base): a type of the host's own.
func (st *State) hostType(l *lua.LState) int {
	id, err := text(expr.ArgString, l.Get(1))
	if err != nil {
		st.raise(l, "host", err)
	}
	base, ok := userdata(l.Get(2)).(schema.Type)
	if !ok || l.GetTop() != 2 {
		st.raise(l, "host", unexpected(expr.ArgType, l.Get(2), ""))
	}
	t, ok := st.rt.meta.BindType(schema.StoredHostType(id, base))
	if !ok {
		st.raise(l, "host", faultf("the host has no type %s", misspelt(lua.LString(id), st.rt.meta.HostTypes())))
	}
	l.Push(st.wrap(kindType, t))
	return 1
}

// enumType is sql.types.enum(label, ...), or enum{label, ..., name = name, schema = schema}.
func (st *State) enumType(l *lua.LState) int {
	var labels []string
	name, within := "", ""
	add := func(v lua.LValue) {
		if len(labels) > maxLabels {
			st.raise(l, "enum", faultf("more than %d labels", maxLabels))
		}
		s, err := text(expr.ArgString, v)
		if err != nil {
			st.raise(l, "enum", err)
		}
		labels = append(labels, s)
	}
	if t, ok := l.Get(1).(*lua.LTable); ok && l.GetTop() == 1 {
		for _, f := range fields(t) {
			add(f.value)
			last := len(labels) - 1
			switch {
			case f.key == lua.LString("name"):
				name, labels = labels[last], labels[:last]
			case f.key == lua.LString("schema"):
				within, labels = labels[last], labels[:last]
			case f.key.Type() != lua.LTNumber:
				st.raise(l, "enum", faultf("expected labels, a name and a schema, got the key %s", misspelt(f.key, []string{"name", "schema"})))
			}
		}
	} else {
		for i := 1; i <= l.GetTop(); i++ {
			add(l.Get(i))
		}
	}
	if len(labels) == 0 {
		st.raise(l, "enum", faultf("expected labels, got none"))
	}
	if name == "" && within != "" {
		st.raise(l, "enum", faultf("a schema is that of a name: give it one"))
	}
	l.Push(st.wrap(kindType, schema.Enum(name, labels...).InSchema(within)))
	return 1
}

// sized is sql.types.string(50) and sql.types.numeric(10, 2).
func (st *State) sized(l *lua.LState, t schema.Type) int {
	size := func(i, limit int) uint32 {
		n, ok := l.Get(i).(lua.LNumber)
		if !ok || n < 0 || int(n) > limit || n != lua.LNumber(int(n)) {
			st.raise(l, t.Kind().String(), faultf("expected a whole number up to %d, got %s", limit, shown(l.Get(i))))
		}
		return uint32(n)
	}
	top := l.GetTop()
	switch {
	case t.IsArray() || t.Size() != 0:
	case t.Kind() == schema.KindString && top == 2:
		l.Push(st.wrap(kindType, schema.String(size(2, 1<<31-1))))
		return 1
	case t.Kind() == schema.KindNumeric && (top == 2 || top == 3):
		precision, scale := size(2, 1000), uint32(0)
		if top == 3 {
			scale = size(3, int(precision))
		}
		l.Push(st.wrap(kindType, schema.Numeric(precision, uint16(scale))))
		return 1
	}
	st.raise(l, t.Kind().String(), faultf("the type takes no such size"))
	return 0
}
