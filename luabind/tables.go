package luabind

import (
	"sort"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (st *State) tableConcat(l *lua.LState) int {
	t, sep := l.CheckTable(1), l.OptString(2, "")
	from, to := l.OptInt(3, 1), l.OptInt(4, t.Len())
	var b strings.Builder
	for i := from; i <= to; i++ {
		v := t.RawGetInt(i)
		if !lua.LVCanConvToString(v) {
			st.raise(l, "concat", faultf("item %d: expected a string or a number, got %s", i, describe(v)))
		}
		b.WriteString(lua.LVAsString(v))
		if i < to {
			b.WriteString(sep)
		}
		growing(l, "concat", b.Len())
	}
	spend(l, max(to-from, 0)/4)
	chargeText(l, "concat", b.Len())
	l.Push(lua.LString(b.String()))
	return 1
}

func tableInsert(l *lua.LState) int {
	t := l.CheckTable(1)
	switch l.GetTop() {
	case 1:
		l.RaiseError("wrong number of arguments")
	case 2:
		charge(l, bytesOfItem)
		if n := t.Len() + 1; n%nearby == 0 {
			growList(l, n)
		}
		t.Append(l.Get(2))
	default:
		at, v := l.CheckInt(2), l.CheckAny(3)
		length := t.Len()
		if at > length {
			chargeKey(l, t, lua.LNumber(at), v)
		} else {
			charge(l, bytesOfItem)
			spend(l, (length-max(at, 0))/64)
		}
		t.Insert(at, v)
	}
	return 0
}

func tableRemove(l *lua.LState) int {
	t := l.CheckTable(1)
	if l.GetTop() == 1 {
		l.Push(t.Remove(-1))
		return 1
	}
	at := l.CheckInt(2)
	spend(l, max(t.Len()-max(at, 0), 0)/64)
	l.Push(t.Remove(at))
	return 1
}

// tableSort counts its comparisons: those that a function of the script does not
// make, too. A function that has no order ends all the same.
func tableSort(l *lua.LState) int {
	t := l.CheckTable(1)
	s := &sorter{l: l, items: make([]lua.LValue, t.Len())}
	charge(l, len(s.items)*bytesOfItem)
	if l.GetTop() != 1 {
		s.less = l.CheckFunction(2)
	}
	for i := range s.items {
		s.items[i] = t.RawGetInt(i + 1)
	}
	sort.Sort(s)
	for i, v := range s.items {
		t.RawSetInt(i+1, v)
	}
	return 0
}

type sorter struct {
	l     *lua.LState
	less  *lua.LFunction
	items []lua.LValue
}

func (s *sorter) Len() int      { return len(s.items) }
func (s *sorter) Swap(i, j int) { s.items[i], s.items[j] = s.items[j], s.items[i] }

func (s *sorter) Less(i, j int) bool {
	a, b := s.items[i], s.items[j]
	if s.less != nil {
		s.l.Push(s.less)
		s.l.Push(a)
		s.l.Push(b)
		s.l.Call(2, 1)
		v := s.l.Get(-1)
		s.l.Pop(1)
		if _, ok := exprIn(v); ok {
			stateOf(s.l).raise(s.l, "sort", faultf("an order by %s %s, or in q:order_by(...)", describe(v), decidesNothing))
		}
		return lua.LVAsBool(v)
	}
	spend(s.l, 1)
	if x, ok := a.(lua.LString); ok {
		if y, ok := b.(lua.LString); ok {
			spend(s.l, min(len(x), len(y))/256)
			return x < y
		}
	}
	return s.l.LessThan(a, b)
}
