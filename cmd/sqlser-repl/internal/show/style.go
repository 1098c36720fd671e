// Package show says how things look: values as text of a width, with or without colours.
package show

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/lex"
)

// Style is what a text is for.
type Style struct {
	Terminal      bool // nothing in data may drive it
	Color         bool
	Whole         bool // tables cut nothing: what is too wide for them stands vertically
	Width, Height int  // of the terminal in cells; 0 where nothing is to be fitted
}

// Colors, as SGR parameters of the sixteen that every terminal has its own taste of.
const (
	Bold    = "1"
	Dim     = "2"
	Red     = "31"
	Green   = "32"
	Yellow  = "33"
	Blue    = "34"
	Magenta = "35"
	Cyan    = "36"
)

// Paint puts a text in a color.
func (st Style) Paint(color, s string) string {
	if !st.Color || s == "" || color == "" {
		return s
	}
	return "\x1b[" + color + "m" + s + "\x1b[0m"
}

var tokenColors = [...]string{lex.Keyword: Magenta, lex.Number: Cyan, lex.String: Green, lex.Comment: Dim, lex.Param: Cyan}

// SQL colors a text of SQL.
func (st Style) SQL(text string) string { return st.code(text, lex.SQL) }

// Lua colors a text of Lua.
func (st Style) Lua(text string) string { return st.code(text, lex.Lua) }

// code colors tokens. No color goes over the end of a line.
func (st Style) code(text string, tokens func(string) []lex.Token) string {
	if !st.Color {
		return text
	}
	var b strings.Builder
	at := 0
	list := tokens(text)
	for i, t := range list {
		color := ""
		switch {
		case int(t.Kind) < len(tokenColors) && tokenColors[t.Kind] != "":
			color = tokenColors[t.Kind]
		case t.Kind == lex.Name && i+1 < len(list) && list[i+1].Start == t.End && list[i+1].Of(text) == "(":
			color = Blue
		}
		b.WriteString(text[at:t.Start])
		for n, line := range strings.Split(t.Of(text), "\n") {
			if n > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(st.Paint(color, line))
		}
		at = t.End
	}
	return b.String() + text[at:]
}

// Width is how many cells of a terminal a text takes.
func Width(s string) int {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] < ' ' {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
}

// Snip cuts a text that is wider than width, with a mark where it is cut.
func Snip(s string, width int) (text string, cut bool) {
	if len(s) <= width || Width(s) <= width {
		return s, false
	}
	if width < 1 {
		return "", true
	}
	return ansi.Truncate(s, width, "…"), true
}

// Around is the part of a line that a width has room for, with what stands at a cell of it, and the cell at which the
// part begins. A width that is not positive has room for all.
func Around(line string, at, wide, width int) (part string, start int) {
	all := Width(line)
	if width <= 0 || all <= width {
		return line, 0
	}
	start = max(0, min(at-max(0, width-wide)/2, all-width))
	part = ansi.Cut(line, start, start+width)
	return part, start
}

// Tree colors a tree as expr.Sprint writes it: its nodes, and less its fields.
func (st Style) Tree(text string) string {
	if !st.Color {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		rest := strings.TrimLeft(line, " ")
		indent := line[:len(line)-len(rest)]
		switch word, value, _ := strings.Cut(rest, " "); {
		case rest == "-" || strings.HasPrefix(rest, "="):
			lines[i] = indent + st.Paint(Dim, rest)
		case strings.HasPrefix(rest, ".") && value != "":
			lines[i] = indent + st.Paint(Dim, word) + " " + st.Paint(Cyan, value)
		case strings.HasPrefix(rest, "."):
			lines[i] = indent + st.Paint(Dim, rest)
		default:
			lines[i] = indent + st.Paint(Blue, rest)
		}
	}
	return strings.Join(lines, "\n")
}

// Pad fills a text up to a width, on the left where right is true.
func Pad(s string, width int, right bool) string {
	space := strings.Repeat(" ", max(0, width-Width(s)))
	if right {
		return space + s
	}
	return s + space
}
