package show

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Counted is "1 row" or "2 rows".
func Counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// Text is a value as people read it: in tables, CSV and Markdown. NULL is "".
func Text(v expr.Value) string {
	switch v.Kind() {
	case schema.KindUnknown:
		return ""
	case schema.KindLargeBinary, schema.KindInterval:
		return v.String()
	}
	return v.Plain()
}

// Visible makes what could drive a terminal, or cannot be seen, visible: control
// characters, and those that change the direction of text.
func Visible(s string) string {
	if !needsCare(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case isUnseen(r):
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// IsVisible reports whether a text, of one line or several, can be written to a terminal as it is.
func IsVisible(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && r != '\t' && isUnseen(r) })
}

func needsCare(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, isUnseen)
}

func isUnseen(r rune) bool {
	switch {
	case r == '\u200d' || r == '\ufe0f' || r == '\ufe0e' || r == '\u200c': // parts of emoji and of words
		return false
	case unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
		return true
	}
	return unicode.Is(unicode.Cf, r) && !(r >= 0xe0020 && r <= 0xe007f) // tags are parts of flags
}

// VisibleLines is visible for a text of several lines.
func VisibleLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = Visible(strings.ReplaceAll(strings.TrimSuffix(l, "\r"), "\t", "    "))
	}
	return strings.Join(lines, "\n")
}

// Wrap breaks lines at spaces where they are wider than width, and indents what goes on; 0 breaks none.
func Wrap(text string, width int, indent string) string {
	if width <= len(indent) {
		return text
	}
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		at := 0
		for n, word := range strings.Split(line, " ") {
			w := Width(word)
			switch {
			case n == 0:
			case at+1+w > width:
				b.WriteString("\n" + indent)
				at = len(indent)
			default:
				b.WriteByte(' ')
				at++
			}
			b.WriteString(word)
			at += w
		}
	}
	return b.String()
}
