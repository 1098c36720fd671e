package luabind

import (
	lua "github.com/yuin/gopher-lua"
)

// Limits of what a result may hold: a table that holds itself ends there, and tables
// that hold others many times over.
const (
	maxResultDepth  = 32
	maxResultValues = 1 << 18
)

// results makes Go values of what a chunk returned.
type results struct {
	st    *State
	count int
	err   error
}

func (r *results) value(v lua.LValue, depth int) any {
	if r.count++; r.count > maxResultValues && r.err == nil {
		r.err = &Error{Code: CodeSize, Reason: "the script returns too much: tables of more than 262144 values"}
	}
	if r.err != nil {
		return nil
	}
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
		if row, ok := v.Value.(*row); ok {
			return Row{Columns: row.shape.columns, Values: row.values}
		}
		if _, ok := kindOf(v.Value); ok {
			return v.Value
		}
	case *lua.LTable:
		if depth < maxResultDepth {
			return r.table(v, depth)
		}
	}
	if ud, ok := v.(*lua.LUserData); ok {
		return Opaque(r.st.show(ud.Value))
	}
	return Opaque(v.Type().String())
}

func (r *results) table(t *lua.LTable, depth int) any {
	r.st.own(t)
	if items, err := listItems(t); err == nil && t.Len() > 0 {
		items = items[:t.Len()]
		list := make([]any, len(items))
		for i, v := range items {
			list[i] = r.value(v, depth+1)
		}
		return list
	}
	m := map[string]any{}
	for _, f := range fields(t) {
		m[keyText(f.key)] = r.value(f.value, depth+1)
	}
	return m
}

func keyText(v lua.LValue) string {
	if s, ok := v.(lua.LString); ok {
		return string(s)
	}
	return shown(v)
}
