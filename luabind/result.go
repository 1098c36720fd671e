package luabind

import (
	lua "github.com/yuin/gopher-lua"
)

// Limits of what a result may hold: a table that holds itself ends there.
const maxResultDepth = 32

// toGo makes a Go value of what a chunk returned.
func (st *State) toGo(v lua.LValue, depth int) any {
	switch v := v.(type) {
	case *lua.LNilType:
		return nil
	case lua.LBool:
		return bool(v)
	case lua.LNumber:
		return float64(v)
	case lua.LString:
		return string(v)
	case *lua.LUserData:
		if r, ok := v.Value.(*row); ok {
			return Row{Columns: r.shape.columns, Values: r.values}
		}
		if _, ok := kindOf(v.Value); ok {
			return v.Value
		}
	case *lua.LTable:
		if depth < maxResultDepth {
			return st.tableToGo(v, depth)
		}
	}
	if ud, ok := v.(*lua.LUserData); ok {
		return Opaque(st.show(ud.Value))
	}
	return Opaque(v.Type().String())
}

func (st *State) tableToGo(t *lua.LTable, depth int) any {
	if items, err := listItems(t); err == nil && t.Len() > 0 {
		items = items[:t.Len()]
		list := make([]any, len(items))
		for i, v := range items {
			list[i] = st.toGo(v, depth+1)
		}
		return list
	}
	m := map[string]any{}
	for _, f := range fields(t) {
		m[keyText(f.key)] = st.toGo(f.value, depth+1)
	}
	return m
}

func keyText(v lua.LValue) string {
	if s, ok := v.(lua.LString); ok {
		return string(s)
	}
	return shown(v)
}
