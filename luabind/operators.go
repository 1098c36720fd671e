package luabind

import (
	"fmt"
	"math"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// What rewritten operators do. On plain values each is what Lua does, in the same
// order, with the same errors; only an expression makes it more.

// exprIn returns the expression in v.
func exprIn(v lua.LValue) (expr.Expr, bool) {
	switch u := userdata(v).(type) {
	case expr.Expr:
		return u, true
	case expr.Item:
		return expr.Of(u), true
	}
	return expr.Expr{}, false
}

// conditionIn returns the condition in v: an expression that is a boolean, or may be one.
func conditionIn(v lua.LValue) (expr.Expr, bool) {
	x, ok := exprIn(v)
	return x, ok && isCondition(x)
}

func isCondition(x expr.Expr) bool {
	f := x.Type().Family()
	return f == schema.FamilyBoolean || f == schema.FamilyUnknown
}

// relation is a comparison: its sign and method, and what it is to Lua.
type relation struct {
	sign, method string
	numbers      func(a, b lua.LNumber) bool
	plain        func(l *lua.LState, a, b lua.LValue) bool
	ordered      func(c int) bool // of two values of rows in their order
}

// The relations, in the order of their helpers.
const (
	equalTo = iota
	unequalTo
	lessThan
	atMost
	greaterThan
	atLeast
)

var relations = [...]relation{
	equalTo: {"==", "eq", func(a, b lua.LNumber) bool { return a == b },
		func(l *lua.LState, a, b lua.LValue) bool { return l.Equal(a, b) }, func(c int) bool { return c == 0 }},
	unequalTo: {"~=", "ne", func(a, b lua.LNumber) bool { return a != b },
		func(l *lua.LState, a, b lua.LValue) bool { return !l.Equal(a, b) }, func(c int) bool { return c != 0 }},
	lessThan: {"<", "lt", func(a, b lua.LNumber) bool { return a < b },
		func(l *lua.LState, a, b lua.LValue) bool { return l.LessThan(a, b) }, func(c int) bool { return c < 0 }},
	atMost: {"<=", "le", func(a, b lua.LNumber) bool { return a <= b },
		lessEqual, func(c int) bool { return c <= 0 }},
	greaterThan: {">", "gt", func(a, b lua.LNumber) bool { return a > b },
		func(l *lua.LState, a, b lua.LValue) bool { return l.LessThan(b, a) }, func(c int) bool { return c > 0 }},
	atLeast: {">=", "ge", func(a, b lua.LNumber) bool { return a >= b },
		func(l *lua.LState, a, b lua.LValue) bool { return lessEqual(l, b, a) }, func(c int) bool { return c >= 0 }},
}

// relationOf returns the relation of a sign.
func relationOf(sign string) int {
	return slices.IndexFunc(relations[:], func(r relation) bool { return r.sign == sign })
}

// lessEqual is a <= b as the machine has it, which does not export it.
func lessEqual(l *lua.LState, a, b lua.LValue) bool {
	if x, ok := a.(lua.LNumber); ok {
		if y, ok := b.(lua.LNumber); ok {
			return x <= y
		}
	}
	if a.Type() != b.Type() || a.Type() == lua.LTNumber {
		l.RaiseError("attempt to compare %v with %v", a.Type().String(), b.Type().String())
	}
	if x, ok := a.(lua.LString); ok {
		return x <= b.(lua.LString)
	}
	if f := l.GetMetaField(a, "__le"); f.Type() == lua.LTFunction && f == l.GetMetaField(b, "__le") {
		l.Push(f)
		l.Push(a)
		l.Push(b)
		l.Call(2, 1)
		holds := lua.LVAsBool(l.Get(-1))
		l.Pop(1)
		return holds
	}
	return !l.LessThan(b, a)
}

// holds is whether a relation holds between two values that are no expressions, or the
// expression that tables' own metamethod makes of it.
func (r *relation) holds(l *lua.LState, a, b lua.LValue) lua.LValue {
	_, isA := userdata(a).(expr.Value)
	_, isB := userdata(b).(expr.Value)
	if !isA && !isB {
		if v := r.ofTables(l, a, b); v != nil {
			return v
		}
		return lua.LBool(r.plain(l, a, b))
	}
	if v, w, ok := alike(a, b); ok {
		if c, ok := compare(v, w); ok {
			return lua.LBool(r.ordered(c))
		}
	}
	if r.method != "eq" && r.method != "ne" {
		stateOf(l).raise(l, r.sign, faultf("%s and %s have no order", describe(a), describe(b)))
	}
	return lua.LBool(r.method == "ne")
}

// ofTables is what the metamethod of two tables gives, or nil if they have none in common.
// The machine would take an expression for true.
func (r *relation) ofTables(l *lua.LState, a, b lua.LValue) lua.LValue {
	if a.Type() != lua.LTTable || b.Type() != lua.LTTable {
		return nil
	}
	event, not := "__lt", false
	switch r.method {
	case "eq", "ne":
		if event, not = "__eq", r.method == "ne"; a == b {
			return nil
		}
	case "gt":
		a, b = b, a
	case "le", "ge":
		if event = "__le"; r.method == "ge" {
			a, b = b, a
		}
		if l.GetMetaField(a, event) == lua.LNil {
			event, not, a, b = "__lt", true, b, a
		}
	}
	f := l.GetMetaField(a, event)
	if f.Type() != lua.LTFunction || f != l.GetMetaField(b, event) {
		return nil
	}
	l.Push(f)
	l.Push(a)
	l.Push(b)
	l.Call(2, 1)
	v := l.Get(-1)
	l.Pop(1)
	x, isExpr := exprIn(v)
	switch {
	case isExpr && not:
		return stateOf(l).built(l, r.sign, x.Not())
	case isExpr:
		return v
	}
	return lua.LBool(lua.LVAsBool(v) != not)
}

// alike makes values of both, the plain one of the other's type.
func alike(a, b lua.LValue) (v, w expr.Value, ok bool) {
	v, okA := valueOf(a)
	w, okB := valueOf(b)
	if !okA {
		v, okA = plainValue(a, w)
	}
	if !okB {
		w, okB = plainValue(b, v)
	}
	return v, w, okA && okB
}

func plainValue(v lua.LValue, other expr.Value) (expr.Value, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		if n, err := number(float64(v)); err == nil && other.Kind() == schema.KindNumeric {
			decimal, err := expr.Decimal(n.Plain()) // 1.1 as it is written, not as the float beside it
			return decimal, err == nil
		}
		return expr.Float(float64(v)), true
	case lua.LString:
		if other.Kind() == schema.KindNumeric || other.Kind() == schema.KindBigInteger { // 1 is not "1"
			return expr.Value{}, false
		}
		parsed, err := expr.ParseValue(other.Type(), string(v))
		return parsed, err == nil
	}
	return expr.Value{}, false
}

// builds is a comparison that builds where a side is an expression.
func builds(relation int) lua.LGFunction {
	r := &relations[relation]
	return func(l *lua.LState) int {
		a, b := l.Get(1), l.Get(2)
		if x, ok := a.(lua.LNumber); ok {
			if y, ok := b.(lua.LNumber); ok {
				l.Push(lua.LBool(r.numbers(x, y)))
				return 1
			}
		}
		if isDatabases(a, b) {
			l.Push(stateOf(l).operation(l, r.sign, r.method, a, b, 3))
		} else if isQueryBeside(a, b) || isQueryBeside(b, a) {
			stateOf(l).raise(l, r.sign, faultf("%s and %s are never equal: write q:scalar() for the value of a query", describe(a), describe(b)))
		} else {
			noteRelated(l, r.sign, a, b)
			l.Push(r.holds(l, a, b))
		}
		return 1
	}
}

// relatedSide is a side of a comparison that is a relationship, and where that stands.
type relatedSide struct {
	*expr.RelatedClause
	sign    string
	side    int
	withNil bool
	in      *chunk
	line    int
}

// noteRelated notes a comparison in which a side is a relationship: to Lua it is as any other,
// but if a condition is lost by it, what to write instead is said of this side. Of a comparison
// with nil there is one side.
func noteRelated(l *lua.LState, sign string, sides ...lua.LValue) {
	for i, v := range sides {
		if r, ok := userdata(v).(*expr.RelatedClause); ok {
			st := stateOf(l)
			in, line := st.here()
			st.related = relatedSide{r, sign, i, len(sides) == 1, in, line}
		}
	}
}

// isQueryBeside reports whether a is a query, and b a value that its rows may hold.
func isQueryBeside(a, b lua.LValue) bool {
	if _, ok := userdata(a).(expr.Query); !ok {
		return false
	}
	_, isValue := userdata(b).(expr.Value)
	return isValue || b.Type() == lua.LTNumber || b.Type() == lua.LTString
}

// isDatabases reports whether the database compares a and b: one is an expression, and
// they are not a literal and a value of a row, which Lua compares.
func isDatabases(a, b lua.LValue) bool {
	x, isA := exprIn(a)
	y, isB := exprIn(b)
	switch {
	case isA == isB:
		return isA
	case isA:
		_, isValue := userdata(b).(expr.Value)
		_, isLiteral := valueIn(x)
		return !isValue || !isLiteral
	default:
		_, isValue := userdata(a).(expr.Value)
		_, isLiteral := valueIn(y)
		return !isValue || !isLiteral
	}
}

// operation builds what a method of x does with y. From a place on the stack on, there
// may stand what is written of one of the two that no Lua number holds.
func (st *State) operation(l *lua.LState, sign, method string, a, b lua.LValue, exact int) lua.LValue {
	if l.GetTop() >= exact && !meetsFloat(a, b) {
		if written := l.Get(exact); written != lua.LNil {
			a = written
		}
		if written := l.Get(exact + 1); written != lua.LNil {
			b = written
		}
	}
	for i, v := range [2]lua.LValue{a, b} {
		if v == lua.LNil {
			reason := fmt.Sprintf("%s side is nil: a misspelt variable, or write sql.null, %s", [2]string{"the left", "the right"}[i], nullHint(method))
			st.raise(l, sign, &lostFault{reason, i, true})
		}
	}
	m := st.rt.methods[kindExpr][method]
	x, err := boxed(expr.ArgOperand, a)
	if err != nil {
		st.raise(l, sign, err)
	}
	y, err := boxed(expr.ArgOperand, b)
	if err != nil {
		st.raise(l, sign, err)
	}
	return st.built(l, sign, m.Build(x, []any{y}))
}

func nullHint(method string) string {
	switch method {
	case "eq":
		return "or x:is_null()"
	case "ne":
		return "or x:is_not_null()"
	}
	return "which makes NULL"
}

func meetsFloat(a, b lua.LValue) bool {
	for _, v := range []lua.LValue{a, b} {
		if x, ok := exprIn(v); ok && x.Type().Family() == schema.FamilyFloat {
			return true
		}
	}
	return false
}

const decidesNothing = "decides nothing here: the database compares, row by row; write it where a condition belongs, as in q:where(...), or sql.case"

// decides is a comparison that must be Lua's.
func decides(relation int) lua.LGFunction {
	r := &relations[relation]
	return func(l *lua.LState) int {
		a, b := l.Get(1), l.Get(2)
		if x, ok := a.(lua.LNumber); ok {
			if y, ok := b.(lua.LNumber); ok {
				l.Push(lua.LBool(r.numbers(x, y)))
				return 1
			}
		}
		if isDatabases(a, b) {
			stateOf(l).raise(l, r.sign, faultf("a comparison of %s with %s %s", describe(a), describe(b), decidesNothing))
		}
		v := r.holds(l, a, b)
		if _, ok := exprIn(v); ok {
			stateOf(l).raise(l, r.sign, faultf("%s %s", describe(v), decidesNothing))
		}
		l.Push(v)
		return 1
	}
}

// nilSign is the sign of x == nil, or of its negation.
func nilSign(equal bool) string {
	if equal {
		return "=="
	}
	return "~="
}

// isNull is x == nil where a query is built.
func isNull(method string) lua.LGFunction {
	return func(l *lua.LState) int {
		v := l.Get(1)
		if x, ok := exprIn(v); ok {
			st := stateOf(l)
			st.nils++
			l.Push(st.built(l, method, st.rt.methods[kindExpr][method].Build(x, nil)))
		} else {
			noteRelated(l, nilSign(method == "is_null"), v)
			l.Push(lua.LBool((v == lua.LNil) == (method == "is_null")))
		}
		return 1
	}
}

func countNils(l *lua.LState) int {
	l.Push(lua.LNumber(stateOf(l).nils))
	return 1
}

// argumentOf is an argument of a call that has the name of one of ours. It takes what is
// called, how many x == nil had built before the argument, the argument, and how deep in
// it stand numbers that no Lua number holds: to a function of the script's own, nil and
// numbers are what they are in Lua.
func argumentOf(l *lua.LState) int {
	v := l.Get(3)
	if !isOurs(l.Get(1)) {
		st := stateOf(l)
		if lua.LNumber(st.nils) != l.Get(2) {
			st.raise(l, "==", faultf("nil means NULL only inside a call of the API, and what is called here is the script's own: write x:is_null(), or, to see whether there is one, `if x`"))
		}
		v = inexactly(v, int(lua.LVAsNumber(l.Get(4))))
	}
	l.Push(v)
	return 1
}

// isNilHere is x == nil elsewhere.
func isNilHere(equal bool) lua.LGFunction {
	return func(l *lua.LState) int {
		v := l.Get(1)
		if _, ok := exprIn(v); ok {
			method := "is_null"
			if !equal {
				method = "is_not_null"
			}
			stateOf(l).raise(l, nilSign(equal), faultf("%s is not nil: nil means NULL only inside the call that takes the condition; write x:%s(), or, to see whether there is one, `if x`",
				describe(v), method))
		}
		noteRelated(l, nilSign(equal), v)
		l.Push(lua.LBool((v == lua.LNil) == equal))
		return 1
	}
}

// notCompare is `not a == b`, which Lua reads as `(not a) == b`: it takes the sign, a, b,
// and whether it decides.
func notCompare(l *lua.LState) int {
	sign := l.Get(1).String()
	a, b, decided := l.Get(2), l.Get(3), l.Get(4) == lua.LTrue
	x, isExpr := exprIn(a)
	_, otherIs := exprIn(b)
	_, isBool := a.(lua.LBool)
	if isExpr && !isCondition(x) || otherIs && !isExpr && !isBool {
		stateOf(l).raise(l, "not", faultf("`not a %s b` is `(not a) %s b` in Lua, and a is %s: write not (a %s b)", sign, sign, describe(a), sign))
	}
	if opposite := map[string]string{"==": "is_not_null", "~=": "is_null"}[sign]; isExpr && b == lua.LNil && opposite != "" {
		stateOf(l).raise(l, "not", faultf("`not a %s nil` is `(not a) %s nil` in Lua: write not (a %s nil), or a:%s()", sign, sign, sign, opposite))
	}
	var left lua.LValue = lua.LBool(lua.LVIsFalse(a))
	if isExpr {
		st := stateOf(l)
		left = st.built(l, "not", x.Not())
	}
	l.SetTop(0)
	l.Push(left)
	l.Push(b)
	if decided {
		return decides(relationOf(sign))(l)
	}
	return builds(relationOf(sign))(l)
}

func not(l *lua.LState) int {
	v := l.Get(1)
	if x, ok := conditionIn(v); ok {
		if _, vanishes := x.Node().(*expr.GivenExpr); vanishes {
			stateOf(l).raise(l, "not", fault("what vanishes where its parameter is not given has no opposite: write p:if_given(not (...))"))
		}
		l.Push(stateOf(l).built(l, "not", x.Not()))
	} else {
		conditionOf(l, "not", v, l.Get(2))
		l.Push(lua.LBool(lua.LVIsFalse(v)))
	}
	return 1
}

// arithmetic is an operator beside a number that no Lua number holds: it takes the
// sign, both operands, and what is written of them.
func arithmetic(l *lua.LState) int {
	sign := l.Get(1).String()
	a, b := l.Get(2), l.Get(3)
	event := arithmeticEvents[sign]
	_, isA := exprIn(a)
	_, isB := exprIn(b)
	if method := operators[event]; (isA || isB) && method != "" {
		l.Push(stateOf(l).operation(l, method, method, a, b, 4))
		return 1
	}
	f := l.GetMetaField(a, event)
	if f == lua.LNil {
		f = l.GetMetaField(b, event)
	}
	if f.Type() == lua.LTFunction {
		l.Push(f)
		l.Push(a)
		l.Push(b)
		l.Call(2, 1)
		return 1
	}
	x, okA := toNumber(a, 10).(lua.LNumber)
	y, okB := toNumber(b, 10).(lua.LNumber)
	if !okA || !okB {
		l.RaiseError("cannot perform %v operation between %v and %v", event[2:], a.Type().String(), b.Type().String())
	}
	l.Push(calculated(sign, float64(x), float64(y)))
	return 1
}

func calculated(sign string, x, y float64) lua.LNumber {
	switch sign {
	case "+":
		x += y
	case "-":
		x -= y
	case "*":
		x *= y
	case "/":
		x /= y
	case "%":
		z := math.Mod(x, y)
		if y > 0 && z < 0 || y < 0 && z > 0 {
			z += y
		}
		x = z
	case "^":
		x = math.Pow(x, y)
	}
	return lua.LNumber(x)
}
