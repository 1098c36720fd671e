package dialect

import (
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// takesCase reports whether case counts in a match.
func takesCase(op expr.LikeOp) bool {
	return op == expr.OpLike || op == expr.OpStartsWith || op == expr.OpEndsWith || op == expr.OpContains
}

// writeGlob writes a match that takes notice of case by GLOB, whose patterns are
// made here.
func writeGlob(c *compiler, m *expr.LikeExpr, not string) {
	s, ok := c.slotOf(m.Pattern())
	if !ok && !isNull(m.Pattern()) {
		c.unsupported(m.Operator().String()+" a computed pattern", c.d.name+" takes no notice of case there")
		return
	}
	if m.Operator() == expr.OpLike && m.EscapeChar() != `\` {
		c.unsupported("LIKE with an escape of its own", c.d.name+" takes no notice of case there: use the backslash")
		return
	}
	c.textual(m.X(), levelConcat)
	c.text(not)
	c.text(" GLOB ")
	if !ok {
		c.text("NULL")
		return
	}
	s.typ = schema.Text
	switch m.Operator() {
	case expr.OpStartsWith:
		s.form = globAtStart
	case expr.OpEndsWith:
		s.form = globAtEnd
	case expr.OpContains:
		s.form = globAnyPlace
	default:
		s.form = globOf
	}
	c.place(s)
}

// globPattern makes a pattern of GLOB of a text, or of a pattern of LIKE.
func globPattern(text string, as form) string {
	var b strings.Builder
	if as == globAtEnd || as == globAnyPlace {
		b.WriteByte('*')
	}
	escaped := false
	for _, r := range text {
		switch {
		case as == globOf && !escaped && r == '\\':
			escaped = true
			continue
		case as == globOf && !escaped && r == '%':
			b.WriteByte('*')
		case as == globOf && !escaped && r == '_':
			b.WriteByte('?')
		case r == '*' || r == '?' || r == '[':
			b.WriteString("[" + string(r) + "]")
		default:
			b.WriteRune(r)
		}
		escaped = false
	}
	if as == globAtStart || as == globAnyPlace {
		b.WriteByte('*')
	}
	return b.String()
}
