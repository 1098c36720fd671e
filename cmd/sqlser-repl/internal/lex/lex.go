// Package lex cuts Lua and SQL into tokens, for colours and completion. It takes any text: what
// is no token of the language is punctuation, and what has no end goes on to the end.
package lex

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a token is.
type Kind uint8

// The kinds.
const (
	Punct   Kind = iota
	Name         // also a quoted one of SQL
	Keyword      // of SQL: a word in capitals
	Number
	String
	Comment
	Param // of SQL: ?, $1
)

// Token is a part of a text; between tokens is only space.
type Token struct {
	Kind       Kind
	Start, End int  // bytes
	Open       bool // a string or comment without an end
}

// Of returns the token's text.
func (t Token) Of(text string) string { return text[t.Start:t.End] }

// Lua returns the tokens of a text of Lua.
func Lua(text string) []Token { return tokens(text, (*scanner).lua) }

// SQL returns the tokens of a text of SQL as sqlser writes it.
func SQL(text string) []Token { return tokens(text, (*scanner).sql) }

var luaKeywords = words("and break do else elseif end false for function goto if in local nil not or repeat return then true until while")

func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// IsKeyword reports whether a word of Lua can be no name.
func IsKeyword(word string) bool { return luaKeywords[word] }

// Keywords returns the words of Lua that can be no names.
func Keywords() []string {
	var list []string
	for w := range luaKeywords {
		list = append(list, w)
	}
	return list
}

type scanner struct {
	text string
	at   int
}

func tokens(text string, next func(*scanner) (Kind, bool)) []Token {
	var list []Token
	s := &scanner{text: text}
	for {
		for s.at < len(text) && strings.IndexByte(" \t\r\n\v\f", text[s.at]) >= 0 {
			s.at++
		}
		if s.at == len(text) {
			return list
		}
		t := Token{Start: s.at}
		t.Kind, t.Open = next(s)
		t.End = s.at
		list = append(list, t)
	}
}

func (s *scanner) rest() string { return s.text[s.at:] }

// until goes behind the next end, or to the end of the text: then it is open.
func (s *scanner) until(from int, end string) (open bool) {
	i := strings.Index(s.text[min(s.at+from, len(s.text)):], end)
	if i < 0 {
		s.at = len(s.text)
		return true
	}
	s.at += from + i + len(end)
	return false
}

func (s *scanner) line() {
	if i := strings.IndexByte(s.rest(), '\n'); i >= 0 {
		s.at += i
	} else {
		s.at = len(s.text)
	}
}

func (s *scanner) word() string {
	from := s.at
	for i, r := range s.rest() {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			break
		}
		s.at = from + i + utf8.RuneLen(r)
	}
	return s.text[from:s.at]
}

// number goes behind a number, if there is one.
func (s *scanner) number() bool {
	rest := s.rest()
	digit := func(i int) bool { return i < len(rest) && rest[i] >= '0' && rest[i] <= '9' }
	if !digit(0) && !(rest[0] == '.' && digit(1)) {
		return false
	}
	i := 1
	for i < len(rest) {
		c := rest[i] | 0x20
		switch {
		case digit(i) || rest[i] == '.' && digit(i+1), c >= 'a' && c <= 'f' || c == 'x', rest[i] == '.' && digit(i-1) && !strings.HasPrefix(rest[i:], ".."):
		case (rest[i] == '+' || rest[i] == '-') && rest[i-1]|0x20 == 'e' && !strings.HasPrefix(rest, "0x"):
		default:
			s.at += i
			return true
		}
		i++
	}
	s.at += i
	return true
}

// quoted goes behind a string with escapes, which ends at its line.
func (s *scanner) quoted(quote byte) (open bool) {
	for s.at++; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case '\\':
			if s.at++; s.at == len(s.text) {
				return true
			}
		case '\n':
			return true
		case quote:
			s.at++
			return false
		}
	}
	return true
}

// long returns what ends a long bracket of Lua that begins here, or "".
func (s *scanner) long() string {
	rest := s.rest()
	if rest == "" || rest[0] != '[' {
		return ""
	}
	equals := strings.TrimLeft(rest[1:], "=")
	n := len(rest) - 1 - len(equals)
	if !strings.HasPrefix(equals, "[") {
		return ""
	}
	return "]" + strings.Repeat("=", n) + "]"
}

func (s *scanner) lua() (Kind, bool) {
	rest := s.rest()
	switch end := s.long(); {
	case strings.HasPrefix(rest, "--"):
		s.at += 2
		if end := s.long(); end != "" {
			return Comment, s.until(len(end), end)
		}
		s.line()
		return Comment, false
	case end != "":
		return String, s.until(len(end), end)
	case rest[0] == '"' || rest[0] == '\'':
		return String, s.quoted(rest[0])
	case s.number():
		return Number, false
	}
	if w := s.word(); w != "" {
		if luaKeywords[w] {
			return Keyword, false
		}
		return Name, false
	}
	for _, p := range []string{"...", "..", "==", "~=", "<=", ">=", "::"} {
		if strings.HasPrefix(rest, p) {
			s.at += len(p)
			return Punct, false
		}
	}
	s.rune()
	return Punct, false
}

func (s *scanner) rune() {
	_, size := utf8.DecodeRuneInString(s.rest())
	s.at += size
}

func (s *scanner) sql() (Kind, bool) {
	rest := s.rest()
	switch {
	case strings.HasPrefix(rest, "-- "):
		s.line()
		return Comment, false
	case strings.HasPrefix(rest, "/*"):
		return Comment, s.until(2, "*/")
	case rest[0] == '\'':
		return String, s.until(1, "'")
	case rest[0] == '"' || rest[0] == '`':
		return Name, s.until(1, rest[:1])
	case rest[0] == '?':
		s.at++
		return Param, false
	case rest[0] == '$' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		s.at++
		s.number()
		return Param, false
	case s.number():
		return Number, false
	}
	if w := s.word(); w != "" {
		if w == strings.ToUpper(w) {
			return Keyword, false
		}
		return Name, false
	}
	s.rune()
	return Punct, false
}
