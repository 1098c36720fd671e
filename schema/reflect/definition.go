package reflect

import (
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// token is a word, name, string, number or sign of SQLite's SQL, or the text in a
// pair of parentheses, which is one token too.
type token struct {
	kind tokenKind
	text string // of a name without its quotes, of parentheses what is inside
	at   int    // where it begins
}

type tokenKind uint8

const (
	tokenWord tokenKind = iota
	tokenName           // in quotes
	tokenString
	tokenGroup
	tokenSign
)

// is reports whether the token is a word, whatever its case.
func (t token) is(word string) bool { return t.kind == tokenWord && strings.EqualFold(t.text, word) }

// tokens cuts text that SQLite has accepted: nothing in it is unclosed.
func tokens(s string) (list []token) {
	for i := 0; i < len(s); {
		start := i
		switch b := s[i]; {
		case b == ' ' || b >= '\t' && b <= '\r':
			i++
		case strings.HasPrefix(s[i:], "--"):
			i = after(s, i, "\n")
		case strings.HasPrefix(s[i:], "/*"):
			i = after(s, i+2, "*/")
		case b == '\'' || b == '"' || b == '`':
			i = afterQuoted(s, i)
			kind := tokenName
			if b == '\'' {
				kind = tokenString
			}
			q := string(b)
			list = append(list, token{kind, strings.ReplaceAll(strings.TrimSuffix(s[start+1:i], q), q+q, q), start})
		case b == '[':
			i = after(s, i, "]")
			list = append(list, token{tokenName, strings.TrimSuffix(s[start+1:i], "]"), start})
		case b == '(':
			i = afterGroup(s, i)
			list = append(list, token{tokenGroup, strings.TrimSuffix(s[start+1:i], ")"), start})
		case isWord(b):
			for i < len(s) && isWord(s[i]) {
				i++
			}
			list = append(list, token{tokenWord, s[start:i], start})
		default:
			i++
			list = append(list, token{tokenSign, s[start:i], start})
		}
	}
	return list
}

func isWord(b byte) bool {
	return b >= 0x80 || b == '_' || b == '$' || b == '.' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// after returns the place behind the next end.
func after(s string, i int, end string) int {
	if j := strings.Index(s[i:], end); j >= 0 {
		return i + j + len(end)
	}
	return len(s)
}

// afterQuoted returns the place behind the quote that closes the one at i.
func afterQuoted(s string, i int) int {
	for q := s[i]; ; i++ {
		if i = after(s, i+1, string(q)) - 1; i+1 >= len(s) || s[i+1] != q {
			return min(i+1, len(s))
		}
	}
}

// afterGroup returns the place behind the parenthesis that closes the one at i.
func afterGroup(s string, i int) int {
	for i++; i < len(s); {
		switch b := s[i]; {
		case b == ')':
			return i + 1
		case b == '(':
			i = afterGroup(s, i)
		case b == '\'' || b == '"' || b == '`':
			i = afterQuoted(s, i)
		case b == '[':
			i = after(s, i, "]")
		case strings.HasPrefix(s[i:], "--"):
			i = after(s, i, "\n")
		case strings.HasPrefix(s[i:], "/*"):
			i = after(s, i+2, "*/")
		default:
			i++
		}
	}
	return len(s)
}

// conditionOf returns what stands behind WHERE in the text of a partial index.
func conditionOf(text string) string {
	for _, t := range tokens(text) {
		if t.is("WHERE") {
			return strings.TrimSpace(text[t.at+len("WHERE"):])
		}
	}
	return ""
}

// readDefinition reads checks, computed columns, collations and AUTOINCREMENT from
// the text that made a table.
func readDefinition(t *table, text, dialect string) {
	var body string
	for _, tok := range tokens(text) { // CREATE TABLE name (...)
		if tok.kind == tokenGroup {
			body = tok.text
			break
		}
	}
	var part []token
	for _, tok := range append(tokens(body), token{kind: tokenSign, text: ","}) {
		if tok.kind != tokenSign || tok.text != "," {
			part = append(part, tok)
			continue
		}
		t.readPart(part, dialect)
		part = nil
	}
}

// readPart reads the definition of a column or constraint.
func (t *table) readPart(part []token, dialect string) {
	if len(part) == 0 {
		return
	}
	var col *column
	isConstraint := false
	for _, word := range []string{"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"} {
		isConstraint = isConstraint || part[0].is(word)
	}
	if !isConstraint {
		for i := range t.columns {
			if fold(t.columns[i].name) == fold(part[0].text) {
				col = &t.columns[i]
			}
		}
		part = part[1:]
	}
	name := ""
	for i, tok := range part {
		next := token{}
		if i+1 < len(part) {
			next = part[i+1]
		}
		switch {
		case tok.is("CONSTRAINT"):
			name = next.text
		case tok.is("CHECK") && next.kind == tokenGroup && col != nil && name == "" && col.typ == schema.Text && enumLabels(col.name, next.text) != nil:
			col.typ = schema.Enum("", enumLabels(col.name, next.text)...)
		case tok.is("CHECK") && next.kind == tokenGroup:
			t.checks = append(t.checks, check{name, strings.TrimSpace(next.text)})
			name = ""
		case col == nil:
		case tok.is("AS") && next.kind == tokenGroup:
			col.computed = schema.SQL(dialect, strings.TrimSpace(next.text))
		case tok.is("COLLATE") && fold(next.text) != "binary":
			col.collation = next.text
		case tok.is("AUTOINCREMENT"):
			col.identity = &schema.IdentityOptions{}
		}
	}
}

// enumLabels reads the labels of a check that lists what a column may be.
func enumLabels(column, condition string) (labels []string) {
	list := tokens(condition)
	if len(list) != 3 || fold(list[0].text) != fold(column) || !list[1].is("IN") || list[2].kind != tokenGroup {
		return nil
	}
	for i, tok := range tokens(list[2].text) {
		switch {
		case i%2 == 0 && tok.kind == tokenString:
			labels = append(labels, tok.text)
		case i%2 == 0 || tok.text != ",":
			return nil
		}
	}
	return labels
}
