package luabind

import (
	"strings"
)

// matcher is Lua's pattern matcher. Unlike the library's it counts its steps,
// which backtracking can make very many, against the budget of the run, and does
// not recurse deeper than the pattern is long.
type matcher struct {
	src, pat string
	captures [maxCaptures]capture
	level    int
	steps    int // until the budget is asked again
	budget   *budget
}

// capture is a part of the text that a pattern marks.
type capture struct{ start, end int }

const (
	maxCaptures  = 32
	maxPattern   = 1 << 12 // bytes
	openCapture  = -1      // an end: not reached yet
	placeCapture = -2      // an end: it is the place that counts
	betweenSteps = 1 << 14
)

// patternError ends a match; try recovers it.
type patternError string

// try matches, and returns what is wrong with the pattern, or the budget.
func (m *matcher) try(match func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(patternError)
			if !ok {
				panic(r)
			}
			err = fault(e)
		}
	}()
	match()
	return nil
}

func (m *matcher) fail(reason string) { panic(patternError(reason)) }

func (m *matcher) step() {
	if m.steps--; m.steps <= 0 {
		m.steps = betweenSteps
		if !m.budget.spend(betweenSteps) {
			m.fail(m.budget.over.Reason)
		}
	}
}

// at matches the pattern from p on against the text from s on, and returns where
// the match ends, or -1.
func (m *matcher) at(s, p int) int {
	m.level = 0
	return m.match(s, p)
}

func (m *matcher) match(s, p int) int {
	for {
		m.step()
		if p == len(m.pat) {
			return s
		}
		switch m.pat[p] {
		case '(':
			if strings.HasPrefix(m.pat[p:], "()") {
				return m.startCapture(s, p+2, placeCapture)
			}
			return m.startCapture(s, p+1, openCapture)
		case ')':
			return m.endCapture(s, p+1)
		case '$':
			if p+1 == len(m.pat) {
				if s == len(m.src) {
					return s
				}
				return -1
			}
		case '%':
			if p+1 == len(m.pat) {
				m.fail("malformed pattern (ends with '%')")
			}
			switch c := m.pat[p+1]; {
			case c == 'b':
				if s = m.balanced(s, p+2); s < 0 {
					return -1
				}
				p += 4
				continue
			case c == 'f':
				p += 2
				if p == len(m.pat) || m.pat[p] != '[' {
					m.fail("missing '[' after '%f' in pattern")
				}
				end := m.classEnd(p)
				if m.inSet(m.byteAt(s-1), p, end-1) || !m.inSet(m.byteAt(s), p, end-1) {
					return -1
				}
				p = end
				continue
			case c >= '0' && c <= '9':
				if s = m.again(s, c); s < 0 {
					return -1
				}
				p += 2
				continue
			}
		}
		end := m.classEnd(p)
		var suffix byte
		if end < len(m.pat) {
			suffix = m.pat[end]
		}
		switch suffix {
		case '?':
			if m.single(s, p, end) {
				if r := m.match(s+1, end+1); r >= 0 {
					return r
				}
			}
			p = end + 1
		case '*':
			return m.longest(s, p, end, 0)
		case '+':
			return m.longest(s, p, end, 1)
		case '-':
			return m.shortest(s, p, end)
		default:
			if !m.single(s, p, end) {
				return -1
			}
			s, p = s+1, end
		}
	}
}

// byteAt is the byte at a place, and 0 outside the text, as for Lua's frontier.
func (m *matcher) byteAt(s int) byte {
	if s < 0 || s >= len(m.src) {
		return 0
	}
	return m.src[s]
}

func (m *matcher) longest(s, p, end, least int) int {
	n := 0
	for m.single(s+n, p, end) {
		n++
	}
	for ; n >= least; n-- {
		if r := m.match(s+n, end+1); r >= 0 {
			return r
		}
	}
	return -1
}

func (m *matcher) shortest(s, p, end int) int {
	for {
		if r := m.match(s, end+1); r >= 0 {
			return r
		}
		if !m.single(s, p, end) {
			return -1
		}
		s++
	}
}

func (m *matcher) startCapture(s, p, end int) int {
	if m.level == maxCaptures {
		m.fail("too many captures")
	}
	m.captures[m.level] = capture{s, end}
	m.level++
	r := m.match(s, p)
	if r < 0 {
		m.level--
	}
	return r
}

func (m *matcher) endCapture(s, p int) int {
	for i := m.level - 1; i >= 0; i-- {
		if m.captures[i].end == openCapture {
			m.captures[i].end = s
			r := m.match(s, p)
			if r < 0 {
				m.captures[i].end = openCapture
			}
			return r
		}
	}
	m.fail("invalid pattern capture")
	return -1
}

// balanced is %bxy: it begins with x and ends with the y that closes it.
func (m *matcher) balanced(s, p int) int {
	if p+1 >= len(m.pat) {
		m.fail("unbalanced pattern")
	}
	if m.byteAt(s) != m.pat[p] || s >= len(m.src) {
		return -1
	}
	depth := 1
	for i := s + 1; i < len(m.src); i++ {
		m.step()
		switch m.src[i] {
		case m.pat[p+1]:
			if depth--; depth == 0 {
				return i + 1
			}
		case m.pat[p]:
			depth++
		}
	}
	return -1
}

// again is %1: what a capture has matched.
func (m *matcher) again(s int, digit byte) int {
	i := int(digit) - '1'
	if i < 0 || i >= m.level || m.captures[i].end == openCapture {
		m.fail("invalid capture index")
	}
	text := m.text(m.captures[i])
	if !strings.HasPrefix(m.src[s:], text) {
		return -1
	}
	return s + len(text)
}

func (m *matcher) text(c capture) string {
	if c.end < 0 {
		return ""
	}
	return m.src[c.start:c.end]
}

// classEnd returns where the single-character class at p ends.
func (m *matcher) classEnd(p int) int {
	c := m.pat[p]
	p++
	switch c {
	case '%':
		if p == len(m.pat) {
			m.fail("malformed pattern (ends with '%')")
		}
		return p + 1
	case '[':
		if p < len(m.pat) && m.pat[p] == '^' {
			p++
		}
		for first := true; first || p < len(m.pat) && m.pat[p] != ']'; first = false {
			if p < len(m.pat) && m.pat[p] == '%' {
				p++
			}
			p++
		}
		if p >= len(m.pat) {
			m.fail("malformed pattern (missing ']')")
		}
		return p + 1
	}
	return p
}

// single reports whether the character at s is of the class from p to end.
func (m *matcher) single(s, p, end int) bool {
	if s >= len(m.src) {
		return false
	}
	m.step()
	c := m.src[s]
	switch m.pat[p] {
	case '.':
		return true
	case '%':
		return inClass(c, m.pat[p+1])
	case '[':
		return m.inSet(c, p, end-1)
	}
	return m.pat[p] == c
}

// inSet reports whether c is in the set from "[" at p to "]" at end.
func (m *matcher) inSet(c byte, p, end int) bool {
	m.steps -= (end - p) / 8 // a long set takes longer
	want := true
	p++
	if m.pat[p] == '^' {
		want = false
		p++
	}
	for ; p < end; p++ {
		switch {
		case m.pat[p] == '%' && p+1 < end:
			p++
			if inClass(c, m.pat[p]) {
				return want
			}
		case p+2 < end && m.pat[p+1] == '-':
			if m.pat[p] <= c && c <= m.pat[p+2] {
				return want
			}
			p += 2
		case m.pat[p] == c:
			return want
		}
	}
	return !want
}

// inClass reports whether c is of a class such as %a; a capital is its opposite,
// and any other character means itself.
func inClass(c, class byte) bool {
	var in bool
	letter := c|0x20 >= 'a' && c|0x20 <= 'z'
	digit := c >= '0' && c <= '9'
	switch class | 0x20 {
	case 'a':
		in = letter
	case 'c':
		in = c < 0x20 || c == 0x7f
	case 'd':
		in = digit
	case 'l':
		in = c >= 'a' && c <= 'z'
	case 'p':
		in = c > 0x20 && c < 0x7f && !letter && !digit
	case 's':
		in = c == ' ' || c >= '\t' && c <= '\r'
	case 'u':
		in = c >= 'A' && c <= 'Z'
	case 'w':
		in = letter || digit
	case 'x':
		in = digit || c|0x20 >= 'a' && c|0x20 <= 'f'
	case 'z':
		in = c == 0
	default:
		return class == c
	}
	if class|0x20 < 'a' || class|0x20 > 'z' {
		return class == c
	}
	return in != (class&0x20 == 0)
}
