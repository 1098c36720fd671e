package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// operators are the metamethods of expressions, by the method that does the work.
var operators = map[string]string{
	"__add": "add", "__sub": "sub", "__mul": "mul", "__div": "div", "__mod": "mod", "__unm": "neg", "__concat": "concat",
}

// eventsOf lists the metamethods of a kind, beside those that all have.
func eventsOf(k kind) []string {
	switch k {
	case kindExpr:
		return []string{"__add", "__sub", "__mul", "__div", "__mod", "__unm", "__concat", "__call"}
	case kindValue:
		return []string{"__concat", "__len", "__pairs"}
	case kindType:
		return []string{"__call"}
	case kindRow, kindRecord, kindNamespace, kindColumns, kindNames:
		return []string{"__len", "__pairs"}
	}
	return nil
}

// eventFunctions are the functions of metamethods: one for all kinds, since Lua asks
// for == and < only objects that have the same.
func eventFunctions() map[string]*lua.LFunction {
	all := map[string]*lua.LFunction{
		"__newindex": shared(func(st *State, l *lua.LState) int {
			st.raise(l, "", faultf("%s cannot be changed", describe(l.Get(1))))
			return 0
		}),
		"__tostring": shared((*State).tostring),
		"__eq":       shared((*State).equal),
		"__lt":       shared(ordered("<", func(c int) bool { return c < 0 })),
		"__le":       shared(ordered("<=", func(c int) bool { return c <= 0 })),
		"__concat":   shared((*State).concat),
		"__call":     shared((*State).called),
		"__len": shared(func(st *State, l *lua.LState) int {
			l.Push(lua.LNumber(st.length(l, l.Get(1))))
			return 1
		}),
		"__pairs": shared(func(st *State, l *lua.LState) int {
			l.Push(st.iterator(st.entriesOf(l, "pairs", l.Get(1))))
			return 1
		}),
	}
	for event, name := range operators {
		if all[event] == nil {
			all[event] = shared(func(st *State, l *lua.LState) int {
				l.Push(st.operate(l, name, l.Get(1), l.Get(2)))
				return 1
			})
		}
	}
	return all
}

// length is #v.
func (st *State) length(l *lua.LState, v lua.LValue) int {
	if _, isValue := userdata(v).(expr.Value); !isValue {
		return len(st.entries(userdata(v)))
	}
	value, isJSON := jsonIn(v)
	if !isJSON {
		st.raise(l, "#", faultf("%s has no length: write #tostring(v)", describe(v)))
	}
	n, isList, err := st.jsonLength(value)
	if err != nil {
		st.raise(l, "#", err)
	}
	if !isList {
		st.raise(l, "#", fault("an object of JSON has no length: go over it by pairs(v)"))
	}
	return n
}

// entriesOf is entries of what a script gives.
func (st *State) entriesOf(l *lua.LState, call string, v lua.LValue) []entry {
	if _, isValue := userdata(v).(expr.Value); !isValue {
		return st.entries(userdata(v))
	}
	value, isJSON := jsonIn(v)
	if !isJSON {
		st.raise(l, call, faultf("expected a table, got %s", describe(v)))
	}
	list, isList, err := st.jsonEntries(value)
	if err == nil && call == "ipairs" && !isList {
		err = fault("expected a list, got an object of JSON: write pairs(v)")
	}
	if err != nil {
		st.raise(l, call, err)
	}
	return list
}

// operate is a binary operator, or the unary minus, on expressions.
func (st *State) operate(l *lua.LState, name string, a, b lua.LValue) lua.LValue {
	m := st.rt.methods[kindExpr][name]
	x, err := boxed(expr.ArgOperand, a)
	if err != nil {
		st.raise(l, name, inPlace(err, 0))
	}
	var args []any
	if len(m.Args) > 0 {
		y, err := boxed(expr.ArgOperand, b)
		if err != nil {
			st.raise(l, name, inPlace(err, 1))
		}
		args = []any{y}
	}
	return st.built(l, name, m.Build(x, args))
}

// inPlace says which operand an error is about.
func inPlace(err error, place int) error {
	if f, ok := err.(*lostFault); ok {
		return &lostFault{f.reason, place, f.isNil}
	}
	return err
}

// concat joins texts, of which one is a value of a row; or it is an operator. A
// number is text then, as everywhere in Lua.
func (st *State) concat(l *lua.LState) int {
	a, b := l.Get(1), l.Get(2)
	if _, isExpr := exprIn(a); !isExpr {
		if _, isExpr := exprIn(b); !isExpr {
			for _, v := range []lua.LValue{a, b} {
				if _, ok := userdata(v).(expr.Value); !ok && !lua.LVCanConvToString(v) {
					st.raise(l, "..", faultf("expected a text or a value, got %s", describe(v)))
				}
			}
			l.Push(lua.LString(st.display(a) + st.display(b)))
			return 1
		}
	}
	if n, ok := a.(lua.LNumber); ok {
		a = lua.LString(n.String())
	}
	if n, ok := b.(lua.LNumber); ok {
		b = lua.LString(n.String())
	}
	l.Push(st.operate(l, "concat", a, b))
	return 1
}

// equal is == of two objects: of values, types and queries by what they are. Of
// expressions it is an error, for Lua makes a boolean of what it returns.
func (st *State) equal(l *lua.LState) int {
	a, b := l.Get(1), l.Get(2)
	l.Push(lua.LBool(st.same(l, userdata(a), userdata(b), a, b)))
	return 1
}

func (st *State) same(l *lua.LState, x, y any, a, b lua.LValue) bool {
	_, isValueA := x.(expr.Value)
	_, isValueB := y.(expr.Value)
	if isValueA || isValueB {
		v, okA := valueOf(a)
		w, okB := valueOf(b)
		if okA && okB {
			c, ok := compare(v, w)
			return ok && c == 0
		}
	}
	if q, ok := x.(expr.Statement); ok {
		r, ok := y.(expr.Statement)
		st.refuseLongTexts(l, "==", q)
		spend(l, expr.Size(q)/4) // as long as they are equal each node is looked at
		return ok && expr.Equal(q, r)
	}
	if t, ok := x.(schema.Type); ok {
		return t == y
	}
	_, isExprA := exprIn(a)
	_, isExprB := exprIn(b)
	if isExprA || isExprB {
		st.raise(l, "", faultf("== and ~= do not make expressions: write x:eq(y) or x:ne(y)"))
	}
	return false
}

// ordered is < or <= of two objects.
func ordered(sign string, holds func(int) bool) func(*State, *lua.LState) int {
	return func(st *State, l *lua.LState) int {
		a, b := l.Get(1), l.Get(2)
		_, isValueA := userdata(a).(expr.Value)
		_, isValueB := userdata(b).(expr.Value)
		if isValueA || isValueB {
			v, okA := valueOf(a)
			w, okB := valueOf(b)
			c, ok := compare(v, w)
			if okA && okB && ok {
				l.Push(lua.LBool(holds(c)))
				return 1
			}
			st.raise(l, sign, faultf("%s and %s have no order", describe(a), describe(b)))
		}
		if _, ok := exprIn(a); ok {
			st.raise(l, "", fault("expressions have no order in Lua: the database compares; rows are put in order by q:order_by(...)"))
		}
		st.raise(l, sign, faultf("%s and %s have no order", describe(a), describe(b)))
		return 0
	}
}

// called is v(...): of a type its sizes; of a column, which hides a method of its
// name, that method.
func (st *State) called(l *lua.LState) int {
	if t, ok := userdata(l.Get(1)).(schema.Type); ok {
		return st.sized(l, t)
	}
	x, ok := exprIn(l.Get(1))
	column, isColumn := x.Node().(*expr.ColumnExpr)
	if !ok || !isColumn {
		st.raise(l, "", faultf("%s is no function", describe(l.Get(1))))
	}
	if k, owns := st.owns(l.Get(2), column); owns {
		if m := st.rt.methods[k][column.Name()]; m != nil {
			l.Remove(1)
			return st.call(l, k, m)
		}
	}
	hint := ""
	if m := st.rt.methods[kindSource][column.Name()]; m != nil {
		hint = ": the method is called with a colon, " + docOf(m).Signature
	}
	st.raise(l, "", faultf("%s is a column, no function%s", st.show(x), hint))
	return 0
}
