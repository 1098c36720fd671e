package luabind

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// oneOf converts an argument of a method: options are those that the method names.
func (st *State) oneOf(m *method, k expr.ArgKind, v lua.LValue) (any, error) {
	switch k {
	case expr.ArgOptions:
		return st.options(m.Options, k, v)
	case expr.ArgWindow:
		if w, ok := userdata(v).(expr.Window); ok {
			return w, nil
		}
		return st.options(m.Options, k, v)
	}
	return st.one(k, v)
}

// noOption says which options there are where the name is like none of them.
func noOption(key lua.LValue, names []string) error {
	name := misspelt(key, names)
	if name == shown(key) { // it is like none
		name += ": expected " + strings.Join(names, ", ")
	}
	return faultf("no option %s", name)
}

// options converts {name = value, ...} to a list by the order of the options.
func (st *State) options(options []expr.Arg, k expr.ArgKind, v lua.LValue) (any, error) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return nil, unexpected(k, v, "")
	}
	names := make([]string, len(options))
	for i, o := range options {
		names[i] = o.Name
	}
	list := make([]any, len(options))
	for _, f := range fields(t) {
		at := -1
		for i, name := range names {
			if f.key == lua.LString(name) {
				at = i
			}
		}
		if at < 0 {
			return nil, noOption(f.key, names)
		}
		var err error
		if list[at], err = st.option(options[at].Kind, f.value); err != nil {
			return nil, &namedFault{names[at], err}
		}
	}
	return list, nil
}

// option converts the value of an option: where several may stand, one or a list.
func (st *State) option(k expr.ArgKind, v lua.LValue) (any, error) {
	if !takesRest(k) {
		return st.one(k, v)
	}
	values := []lua.LValue{v}
	if t, ok := v.(*lua.LTable); ok {
		var err error
		if values, err = listItems(t); err != nil {
			return nil, err
		}
	}
	return each(k, values, atItem)
}

// special converts the arguments of a few methods only.
func (st *State) special(k expr.ArgKind, v lua.LValue) (any, error) {
	t, isTable := v.(*lua.LTable)
	switch k {
	case expr.ArgFlag:
		if b, ok := v.(lua.LBool); ok {
			return bool(b), nil
		}
	case expr.ArgNumber:
		if n, ok := v.(lua.LNumber); ok {
			return float64(n), nil
		}
	case expr.ArgStep:
		if f, ok := v.(*lua.LFunction); ok {
			return st.step(f), nil
		}
	case expr.ArgFrame:
		if isTable {
			return frame(t)
		}
	case expr.ArgNames, expr.ArgKeyList:
		if isTable {
			values, err := listItems(t)
			if err != nil {
				return nil, err
			}
			return columnsOrNames(values)
		}
	case expr.ArgRows:
		if isTable {
			return tableRows(t)
		}
	case expr.ArgColumnTypes:
		if isTable {
			return columnTypes(t)
		}
	case expr.ArgAssign:
		if isTable {
			return assignments(t)
		}
	case expr.ArgAssigns:
		if isTable {
			return allAssignments(t)
		}
	}
	return nil, unexpected(k, v, "")
}

func atItem(i int, err error) error { return &namedFault{"item " + strconv.Itoa(i+1), err} }

// columnsOrNames converts {u.id, "name"}.
func columnsOrNames(values []lua.LValue) (any, error) {
	list := make([]any, len(values))
	for i, v := range values {
		var err error
		if v.Type() == lua.LTString {
			list[i], err = text(expr.ArgString, v)
		} else if list[i], err = operand(expr.ArgKeys, v); err != nil && userdata(v) == nil {
			if reason := "expected a column or its name, got " + describe(v); v == lua.LNil {
				err = &lostFault{reason, 0, true}
			} else {
				err = fault(reason)
			}
		}
		if err != nil {
			return nil, atItem(i, err)
		}
	}
	return list, nil
}

// spreads counts the arguments that stand where a list may: rows one behind the
// other, or columns before a table of options.
func spreads(k expr.ArgKind, l *lua.LState, at int) int {
	n := 0
	switch k {
	case expr.ArgAssigns:
		if n = l.GetTop() - at + 1; n < 2 {
			return 0
		}
	case expr.ArgKeyList:
		for ; at+n <= l.GetTop(); n++ {
			if _, isTable := l.Get(at + n).(*lua.LTable); isTable {
				break
			}
		}
	}
	return n
}

func spread(k expr.ArgKind, l *lua.LState, at, n int) (any, error) {
	values := make([]lua.LValue, n)
	for i := range values {
		values[i] = l.Get(at + i)
	}
	if k == expr.ArgAssigns {
		return rowsOf(values)
	}
	return columnsOrNames(values)
}

func hasNamesOnly(v lua.LValue) bool {
	t, ok := v.(*lua.LTable)
	if !ok || t.Len() > 0 {
		return false
	}
	k, _ := t.Next(lua.LNil)
	return k != lua.LNil
}

// assignments converts {column = value, ...}, where nil is NULL.
func assignments(t *lua.LTable) (any, error) {
	all := fieldsAndNils(t)
	set := make(expr.Assign, len(all))
	for _, f := range all {
		name, ok := f.key.(lua.LString)
		if !ok {
			return nil, faultf("expected {column = value}, got the key %s", shown(f.key))
		}
		x, err := operandOrNull(t, f.key)
		if err != nil {
			return nil, &namedFault{string(name), err}
		}
		set[string(name)] = x
	}
	return set, nil
}

// allAssignments converts {column = value, ...} or a list of them.
func allAssignments(t *lua.LTable) (any, error) {
	if t.Len() == 0 {
		set, err := assignments(t)
		if err != nil {
			return nil, err
		}
		return []expr.Assign{set.(expr.Assign)}, nil
	}
	values, err := listItems(t)
	if err != nil {
		return nil, err
	}
	return rowsOf(values)
}

func rowsOf(values []lua.LValue) (any, error) {
	rows := make([]expr.Assign, len(values))
	for i, v := range values {
		row, ok := v.(*lua.LTable)
		if !ok {
			return nil, &namedFault{"row " + strconv.Itoa(i+1), unexpected(expr.ArgAssign, v, "")}
		}
		set, err := assignments(row)
		if err != nil {
			return nil, &namedFault{"row " + strconv.Itoa(i+1), err}
		}
		rows[i] = set.(expr.Assign)
	}
	return rows, nil
}

// step makes a Go function of a Lua function that makes a query of a source.
func (st *State) step(f *lua.LFunction) func(expr.Source) any {
	return func(found expr.Source) any {
		l := st.lua
		l.Push(f)
		l.Push(st.push(found))
		l.Call(1, 1) // an error in it goes up through the call of the method
		v := l.Get(-1)
		l.Pop(1)
		if ud, ok := v.(*lua.LUserData); ok {
			return ud.Value
		}
		return nil
	}
}

// frame converts {start, end}: numbers count from the current row.
func frame(t *lua.LTable) (any, error) {
	values, err := listItems(t)
	if err != nil {
		return nil, err
	}
	if len(values) != 2 {
		return nil, faultf("expected {start, end}, got a list of %d", len(values))
	}
	list := make([]any, 2)
	for i, v := range values {
		switch v := v.(type) {
		case lua.LString:
			if list[i] = string(v); v == "current" || v == "current row" {
				return nil, faultf("no bound %s: the current row is 0", shown(v))
			}
		case lua.LNumber:
			switch {
			case v == 0:
				list[i] = expr.Current()
			case v < 0:
				list[i], err = offset(-v, expr.Preceding)
			default:
				list[i], err = offset(v, expr.Following)
			}
		case *lua.LTable:
			list[i], err = bound(v)
		default:
			err = unexpected(expr.ArgFrame, v, "")
		}
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

func offset(n lua.LNumber, make func(any) expr.Bound) (expr.Bound, error) {
	v, err := number(float64(n))
	return make(v), err
}

// bound converts {preceding = x} or {following = x}.
func bound(t *lua.LTable) (expr.Bound, error) {
	all := fields(t)
	if len(all) != 1 {
		return expr.Bound{}, faultf("expected {preceding = n} or {following = n}")
	}
	x, err := operand(expr.ArgOperand, all[0].value)
	if err != nil {
		return expr.Bound{}, err
	}
	switch all[0].key {
	case lua.LString("preceding"):
		return expr.Preceding(x), nil
	case lua.LString("following"):
		return expr.Following(x), nil
	}
	return expr.Bound{}, faultf("a bound has no part %s", misspelt(all[0].key, []string{"preceding", "following"}))
}

// tableRows converts {{1, "a"}, {2, "b"}}.
func tableRows(t *lua.LTable) (any, error) {
	values, err := listItems(t)
	if err != nil {
		return nil, err
	}
	rows := make([][]any, len(values))
	for i, v := range values {
		row, ok := v.(*lua.LTable)
		if !ok {
			return nil, &namedFault{"row " + strconv.Itoa(i+1), unexpected(expr.ArgRows, v, "")}
		}
		cells, err := listItems(row)
		if err != nil {
			return nil, &namedFault{"row " + strconv.Itoa(i+1), err}
		}
		rows[i] = make([]any, len(cells))
		for k := range cells {
			if rows[i][k], err = operandOrNull(row, lua.LNumber(k+1)); err != nil {
				return nil, &namedFault{"row " + strconv.Itoa(i+1) + ", value " + strconv.Itoa(k+1), err}
			}
		}
	}
	return rows, nil
}

// columnTypes converts {"a", "b"}, {{"a", type}, ...} or, of one column, {a = type}:
// the names of a Lua table have no order.
func columnTypes(t *lua.LTable) (any, error) {
	if t.Len() == 0 {
		all := fields(t)
		if len(all) != 1 {
			return nil, faultf("the names of a table have no order: write {{\"name\", type}, ...}")
		}
		c, err := columnType(all[0].key, all[0].value)
		return []expr.ColumnType{c}, err
	}
	values, err := listItems(t)
	if err != nil {
		return nil, err
	}
	list := make([]expr.ColumnType, len(values))
	for i, v := range values {
		name, typ := v, lua.LValue(lua.LNil)
		if pair, ok := v.(*lua.LTable); ok {
			name, typ = pair.RawGetInt(1), pair.RawGetInt(2)
		}
		if list[i], err = columnType(name, typ); err != nil {
			return nil, &namedFault{"column " + strconv.Itoa(i+1), err}
		}
	}
	return list, nil
}

func columnType(name, typ lua.LValue) (c expr.ColumnType, err error) {
	if c.Name, err = text(expr.ArgString, name); err != nil || typ == lua.LNil {
		return c, err
	}
	t, ok := userdata(typ).(schema.Type)
	if !ok {
		return c, unexpected(expr.ArgType, typ, "")
	}
	c.Type = t
	return c, nil
}

// set converts a key of a grouping, or a list of keys that stand together.
func set(v lua.LValue) (any, error) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return operand(expr.ArgKeys, v)
	}
	values, err := listItems(t)
	if err != nil {
		return nil, err
	}
	return each(expr.ArgKeys, values, atItem)
}

// paramOptions converts {many = true, default = value or list, min = value, max =
// value, enum = {value, ...}, doc = text}, and a bare {value, ...}: the default of a
// list.
func paramOptions(t *lua.LTable) (any, error) {
	var o expr.ParamOptions
	if t.RawGetInt(1) != lua.LNil {
		list, err := listParam(t)
		return expr.ParamOptions{Many: true, Default: list}, err
	}
	var given, enum lua.LValue
	for _, f := range fields(t) {
		var err error
		name, _ := f.key.(lua.LString)
		switch name {
		case "many":
			many, ok := f.value.(lua.LBool)
			if !ok {
				err = unexpected(expr.ArgFlag, f.value, "")
			}
			o.Many = bool(many)
		case "default":
			given = f.value
		case "min":
			o.Min, err = operand(expr.ArgOperand, f.value)
		case "max":
			o.Max, err = operand(expr.ArgOperand, f.value)
		case "enum":
			enum = f.value
		case "doc":
			doc, ok := f.value.(lua.LString)
			if !ok {
				err = unexpected(expr.ArgString, f.value, "")
			}
			o.Doc = string(doc)
		default:
			return nil, noOption(f.key, []string{"many", "default", "min", "max", "enum", "doc"})
		}
		if err != nil {
			return nil, &namedFault{string(name), err}
		}
	}
	if enum != nil {
		list, err := listParam(enum)
		items, ok := list.([]any)
		if err == nil && !ok {
			err = unexpected(expr.ArgNames, enum, ": a list of values")
		}
		if err != nil {
			return nil, &namedFault{"enum", err}
		}
		o.Enum = items
	}
	if given == nil {
		return o, nil
	}
	var err error
	if o.Many {
		o.Default, err = listParam(given)
	} else {
		o.Default, err = operand(expr.ArgOperand, given)
	}
	if err != nil {
		return nil, &namedFault{"default", err}
	}
	return o, nil
}

// listParam converts the value of a list parameter: a list of plain values, or
// NULL.
func listParam(v lua.LValue) (any, error) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return operand(expr.ArgOperand, v)
	}
	values, err := listItems(t)
	if err != nil {
		return nil, err
	}
	return each(expr.ArgOperands, values, atItem)
}
