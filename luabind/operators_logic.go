package luabind

import (
	"fmt"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
)

// and, or and a choice take their left side, what the right side came to if it was
// worked out, and perhaps the variable that the left side is a field of.

func and(l *lua.LState) int {
	a := l.Get(1)
	if x, ok := conditionOf(l, "and", a, l.Get(3)); ok {
		l.Push(stateOf(l).joined(l, "and", x, l.Get(2)))
	} else if lua.LVIsFalse(a) {
		l.Push(a)
	} else {
		l.Push(l.Get(2))
	}
	return 1
}

func or(l *lua.LState) int {
	a := l.Get(1)
	if x, ok := conditionOf(l, "or", a, l.Get(3)); ok {
		l.Push(stateOf(l).joined(l, "or", x, l.Get(2)))
	} else if lua.LVIsFalse(a) {
		l.Push(l.Get(2))
	} else {
		l.Push(a)
	}
	return 1
}

// choose is `a and b or c`.
func choose(l *lua.LState) int {
	a, b, c := l.Get(1), l.Get(2), l.Get(3)
	x, ok := conditionOf(l, "and", a, l.Get(4))
	switch {
	case ok:
		st := stateOf(l)
		both, _ := exprIn(st.joined(l, "and", x, b))
		if other, isExpr := exprIn(c); isExpr && stateOf(l).hasTerms(both, other) {
			st.raise(l, "and", faultf("`a and b or c` would always be c here, since b says c too: Lua cannot choose by a condition; write if a then ... else ... end, or collect conditions in a list for sql.and_"))
		}
		l.Push(st.joined(l, "or", both, c))
	case lua.LVIsFalse(a) || lua.LVIsFalse(b):
		l.Push(c)
	default:
		l.Push(b)
	}
	return 1
}

// maxTerms is how long conditions are that are still compared, term by term.
const maxTerms = 100

// shortTexts is how many bytes there are in the literals of a term that is still compared.
const shortTexts = 16 << 10

// hasTerms reports whether x is an AND with all terms of y: then (x or y) is y.
func (st *State) hasTerms(x, y expr.Expr) bool {
	all, some := terms(x), terms(y)
	if len(all) > maxTerms || len(some) > maxTerms {
		return false
	}
	for _, t := range some {
		if !slices.ContainsFunc(all, func(other expr.Expr) bool { return st.sameNode(t.Node(), other.Node()) }) {
			return false
		}
	}
	return true
}

// terms lists those of an AND; anything else is one.
func terms(x expr.Expr) []expr.Expr {
	n, ok := x.Node().(*expr.LogicExpr)
	if !ok || n.IsOr() {
		return []expr.Expr{x}
	}
	var list []expr.Expr
	for _, t := range n.Terms().All() {
		list = append(list, t)
	}
	return list
}

func (st *State) sameNode(a, b expr.Node) bool {
	if a == b || expr.Size(a) != expr.Size(b) || expr.Size(a) >= maxTerms {
		return a == b
	}
	return st.budget.spend(int64(expr.Size(a))) && !hasLongTexts(a, shortTexts) && expr.Equal(a, b)
}

// open reports whether a value leaves it to the right side of or to decide, or is a condition
// that the right side belongs to. Of a choice it takes b and a, either of which may leave it so.
func open(l *lua.LState) int {
	a := l.Get(l.GetTop())
	_, belongs := conditionIn(a)
	l.Push(lua.LBool(belongs || lua.LVIsFalse(a) || lua.LVIsFalse(l.Get(1))))
	return 1
}

// joined is x AND v, or x OR v.
func (st *State) joined(l *lua.LState, word string, x expr.Expr, v lua.LValue) lua.LValue {
	y, ok := conditionIn(v)
	if !ok {
		st.raise(l, word, &lostFault{
			fmt.Sprintf("expected a condition on the right, as on the left, got %s%s", describe(v), wordHint(v)), 1, v == lua.LNil,
		})
	}
	if word == "or" {
		if v, isLiteral := valueIn(y); isLiteral && v == expr.Bool(true) {
			st.raise(l, word, faultf("`x or true` is always true: Lua cannot choose by a condition; write if x then ... end, or collect conditions in a list for sql.and_"))
		}
		return st.built(l, word, x.Or(y))
	}
	return st.built(l, word, x.And(y))
}

func wordHint(v lua.LValue) string {
	switch v.Type() {
	case lua.LTNil:
		return ": a misspelt variable?"
	case lua.LTBool:
		return ": a comparison lost its operands, or write sql.literal(true)"
	}
	return ": Lua cannot choose by a condition; write sql.case{{condition, value}, else_ = value}"
}

// conditionOf returns the condition in the operand of not, or the left side of and or or. A column of a
// source, a parameter, and what the database computes, that is none is always there: there is nothing to
// choose.
func conditionOf(l *lua.LState, word string, v, owner lua.LValue) (expr.Expr, bool) {
	x, ok := exprIn(v)
	if !ok {
		return x, false
	}
	if isCondition(x) {
		return x, true
	}
	if owner != lua.LNil && (isAlways(owner) || owner == lua.LFalse || isParameter(x)) {
		if isParameter(x) {
			stateOf(l).raise(l, word, faultf("the %s is always there, and has no value while the query is built: give it a default, or make it an option", stateOf(l).show(x)))
		}
		if word == "not" {
			stateOf(l).raise(l, word, faultf("expected a condition, got %s, which is always there: compare it, or write x:is_null()", describe(v)))
		}
		stateOf(l).raise(l, word, faultf("expected a condition on the left, got %s, which is always there: compare it, or write sql.fn.coalesce(x, y) for another value where it is NULL", describe(v)))
	}
	return x, false
}

// isAlways reports whether what its fields and methods give is always there: it is of ours.
func isAlways(v lua.LValue) bool {
	switch userdata(v).(type) {
	case expr.FromClause, columnsOf, expr.Expr, expr.Item, expr.Statement, moduleObject:
		return true
	}
	return false
}

func isParameter(x expr.Expr) bool {
	_, ok := x.Node().(*expr.ParamExpr)
	return ok
}

// truth is a field or a result that decides, and the variable that it is of, and
// true if it is a result, false if it is one of the database's. A column of a source, a parameter, and a
// condition that a call has just built are always true to Lua.
func truth(l *lua.LState) int {
	v := l.Get(1)
	if x, ok := exprIn(v); ok {
		owner, called := l.Get(2), l.Get(2) == lua.LTrue || l.Get(3) == lua.LTrue
		_, column := x.Node().(*expr.ColumnExpr)
		switch {
		case isParameter(x):
			stateOf(l).raise(l, "", faultf("the %s has no value while the query is built: compare it in a condition, or make it an option", stateOf(l).show(x)))
		case isAlways(owner) || owner == lua.LFalse || called && !column && isCondition(x):
			stateOf(l).raise(l, "", faultf("%s %s", describe(v), decidesNothing))
		}
	}
	l.SetTop(1)
	return 1
}

// dropped is what a call gave that is a statement: a query, or a part of one, that
// nobody keeps. Behind it stands what was called, or the object and its name there, where
// that can be read again: what a function of the script's own gives may well be dropped.
func dropped(l *lua.LState) int {
	k, ok := kindOf(userdata(l.Get(1)))
	if !ok || k == kindValue || k == kindRow || k == kindRecord || k == kindType {
		return 0
	}
	called := l.Get(2)
	if name, isName := l.Get(3).(lua.LString); isName {
		called = l.GetField(called, string(name))
	}
	if called == lua.LNil || isOurs(called) {
		stateOf(l).raise(l, "", faultf("%s is made and thrown away: nothing is changed in place; write q = q:where(...), or return it", kindTable[k].name))
	}
	return 0
}
