package luasource

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

var keywords = []string{
	"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
}

// quote makes a string of Lua that holds any bytes.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '"' || r == '\\':
			b.WriteString("\\" + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r < 0x20 || r == 0x7f || r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\%03d`, s[i])
		case !isPlain(r):
			for _, c := range []byte(s[i : i+n]) {
				fmt.Fprintf(&b, `\%03d`, c)
			}
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	b.WriteByte('"')
	return b.String()
}

// isPlain reports whether a character shows as itself, so that what a reader sees is what
// there is: none that is invisible, or turns the direction of text.
func isPlain(r rune) bool {
	switch {
	case r < 0x80:
		return true
	case r < 0xa1, r == 0xad, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202f, r >= 0x2060 && r <= 0x206f, r == 0xfeff, r >= 0xfff0 && r <= 0xffff, r >= 0xe0000:
		return false
	}
	return true
}

func isIdentifier(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != "" && !slices.Contains(keywords, s)
}

func isValid(s string) bool { return utf8.ValidString(s) }

// member is .name, or ["name"].
func member(name string) string {
	if isIdentifier(name) {
		return "." + name
	}
	return "[" + quote(name) + "]"
}

// key is name = , or ["name"] = .
func key(name string) string {
	if isIdentifier(name) {
		return name + " = "
	}
	return "[" + quote(name) + "] = "
}
