package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// newMatcher takes text and pattern from the stack.
func (st *State) newMatcher(l *lua.LState, call string) *matcher {
	m := &matcher{src: l.CheckString(1), pat: l.CheckString(2), steps: betweenSteps, budget: &st.budget}
	if len(m.pat) > maxPattern {
		st.raise(l, call, faultf("a pattern of more than %d bytes", maxPattern))
	}
	return m
}

// search runs f, which matches, and raises what is wrong.
func (st *State) search(l *lua.LState, call string, m *matcher, f func()) {
	if err := m.try(f); err != nil {
		st.raise(l, call, err)
	}
}

// captured is capture i; the whole match where the pattern has none.
func (m *matcher) captured(i, start, end int) lua.LValue {
	if i >= m.level {
		if i > 0 {
			m.fail("invalid capture index")
		}
		return lua.LString(m.src[start:end])
	}
	c := m.captures[i]
	switch c.end {
	case openCapture:
		m.fail("unfinished capture")
	case placeCapture:
		return lua.LNumber(c.start + 1)
	}
	return lua.LString(m.text(c))
}

// allCaptured is every capture; whole says whether a pattern without any gives
// the whole match.
func (m *matcher) allCaptured(start, end int, whole bool) []lua.LValue {
	n := m.level
	if n == 0 && whole {
		n = 1
	}
	list := make([]lua.LValue, n)
	for i := range list {
		list[i] = m.captured(i, start, end)
	}
	return list
}

// first finds the first match from a place on; start is -1 where there is none.
func (m *matcher) first(from int) (start, end int) {
	p := 0
	if strings.HasPrefix(m.pat, "^") {
		p = 1
	}
	for s := from; s <= len(m.src); s++ {
		if end := m.at(s, p); end >= 0 {
			return s, end
		}
		if p == 1 {
			break
		}
	}
	return -1, -1
}

// startAt is the third argument of find and match: where to begin.
func startAt(l *lua.LState, length int) int {
	at := l.OptInt(3, 1)
	if at < 0 {
		at = max(length+at+1, 1)
	}
	return min(max(at-1, 0), length)
}

func pushAll(l *lua.LState, list ...lua.LValue) int {
	for _, v := range list {
		l.Push(v)
	}
	return len(list)
}

// bytesPerSearch is how many bytes a plain search goes through in the time of a step.
const bytesPerSearch = 512

func (st *State) find(l *lua.LState) int {
	if s, p := l.CheckString(1), l.CheckString(2); lua.LVAsBool(l.Get(4)) || !strings.ContainsAny(p, "^$*+?.([%-") {
		from := startAt(l, len(s))
		spend(l, (len(s)-from)/bytesPerSearch)
		i := strings.Index(s[from:], p)
		if i < 0 {
			return pushAll(l, lua.LNil)
		}
		return pushAll(l, lua.LNumber(from+i+1), lua.LNumber(from+i+len(p)))
	}
	m := st.newMatcher(l, "find")
	found := []lua.LValue{lua.LNil}
	from := startAt(l, len(m.src))
	st.search(l, "find", m, func() {
		if start, end := m.first(from); start >= 0 {
			found = append([]lua.LValue{lua.LNumber(start + 1), lua.LNumber(end)}, m.allCaptured(start, end, false)...)
		}
	})
	return pushAll(l, found...)
}

func (st *State) matchFirst(l *lua.LState) int {
	m := st.newMatcher(l, "match")
	found := []lua.LValue{lua.LNil}
	from := startAt(l, len(m.src))
	st.search(l, "match", m, func() {
		if start, end := m.first(from); start >= 0 {
			found = m.allCaptured(start, end, true)
		}
	})
	return pushAll(l, found...)
}

func (st *State) gmatch(l *lua.LState) int {
	m := st.newMatcher(l, "gmatch")
	from := 0
	l.Push(l.NewFunction(func(l *lua.LState) int {
		found := []lua.LValue{lua.LNil}
		st.search(l, "gmatch", m, func() {
			for ; from <= len(m.src); from++ {
				if end := m.at(from, 0); end >= 0 {
					found = m.allCaptured(from, end, true)
					from = max(end, from+1) // past an empty match, too
					return
				}
			}
		})
		return pushAll(l, found...)
	}))
	return 1
}

func (st *State) gsub(l *lua.LState) int {
	m := st.newMatcher(l, "gsub")
	l.CheckTypes(3, lua.LTString, lua.LTNumber, lua.LTTable, lua.LTFunction)
	most := l.OptInt(4, len(m.src)+1)
	var b strings.Builder
	anchor, count, at := 0, 0, 0
	if strings.HasPrefix(m.pat, "^") {
		anchor = 1
	}
	for count < most {
		end := -1
		var values []lua.LValue
		st.search(l, "gsub", m, func() {
			if end = m.at(at, anchor); end >= 0 {
				values = m.allCaptured(at, end, true)
			}
		})
		if end >= 0 {
			count++
			b.WriteString(st.replacement(l, m, values, at, end))
			growing(l, "gsub", b.Len())
		}
		switch {
		case end > at:
			at = end
		case at < len(m.src):
			b.WriteByte(m.src[at])
			at++
		default:
			at++
		}
		if at > len(m.src) || anchor == 1 {
			break
		}
	}
	if at < len(m.src) {
		b.WriteString(m.src[at:])
	}
	chargeText(l, "gsub", b.Len())
	return pushAll(l, lua.LString(b.String()), lua.LNumber(count))
}

// replacement is what gsub puts in the place of a match.
func (st *State) replacement(l *lua.LState, m *matcher, values []lua.LValue, start, end int) string {
	whole := m.src[start:end]
	var v lua.LValue
	switch r := l.Get(3).(type) {
	case *lua.LTable:
		v = l.GetTable(r, values[0])
	case *lua.LFunction:
		l.Push(r)
		n := pushAll(l, values...)
		l.Call(n, 1)
		v = l.Get(-1)
		l.Pop(1)
	default:
		return st.expand(l, r.String(), values, whole)
	}
	if lua.LVIsFalse(v) {
		return whole
	}
	if !lua.LVCanConvToString(v) {
		st.raise(l, "gsub", faultf("expected a string or a number to put in, got %s", describe(v)))
	}
	return v.String()
}

// expand fills in %0 to %9.
func (st *State) expand(l *lua.LState, r string, values []lua.LValue, whole string) string {
	if !strings.Contains(r, "%") {
		return r
	}
	var b strings.Builder
	for i := 0; i < len(r); i++ {
		if r[i] != '%' || i+1 == len(r) {
			b.WriteByte(r[i])
			continue
		}
		i++
		switch n := int(r[i]) - '0'; {
		case n < 0 || n > 9:
			b.WriteByte(r[i])
		case n == 0:
			b.WriteString(whole)
		case n > len(values):
			st.raise(l, "gsub", faultf("no capture %%%d", n))
		default:
			b.WriteString(values[n-1].String())
		}
		growing(l, "gsub", b.Len())
	}
	return b.String()
}
