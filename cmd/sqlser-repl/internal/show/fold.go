package show

import (
	"strings"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/lex"
)

// clauses are the words that a line of folded SQL begins with, outside of parentheses. A word that stands
// behind one of these goes with it: LEFT JOIN, ORDER BY.
var clauses = map[string]bool{
	"FROM": true, "WHERE": true, "GROUP": true, "HAVING": true, "WINDOW": true, "ORDER": true, "LIMIT": true, "OFFSET": true,
	"JOIN": true, "LEFT": true, "RIGHT": true, "FULL": true, "INNER": true, "CROSS": true, "UNION": true, "INTERSECT": true,
	"EXCEPT": true, "VALUES": true, "SET": true, "RETURNING": true, "SELECT": true,
}

// Fold breaks SQL that is wider than width before its clauses, and what is still wider between its tokens. It
// means the same.
func Fold(sql string, width int) string {
	if width <= 0 || Width(sql) <= width || strings.ContainsAny(sql, "\n") {
		return sql
	}
	const indent = "  "
	var b strings.Builder
	depth, at, before := 0, 0, ""
	list := lex.SQL(sql)
	for i, t := range list {
		text := t.Of(sql)
		space := i > 0 && list[i-1].End < t.Start
		switch {
		case space && depth == 0 && t.Kind == lex.Keyword && clauses[text] && !clauses[before] && before != "DELETE" && before != "DISTINCT":
			b.WriteByte('\n')
			at = 0
		case space && at+1+widthOfWord(list[i:], sql) > width:
			b.WriteString("\n" + indent)
			at = len(indent)
		case space:
			b.WriteByte(' ')
			at++
		}
		switch text {
		case "(":
			depth++
		case ")":
			depth--
		}
		b.WriteString(text)
		at += Width(text)
		before = text
	}
	return b.String()
}

// widthOfWord is how wide a token is with those that stand close behind it.
func widthOfWord(list []lex.Token, sql string) int {
	end := 0
	for end+1 < len(list) && list[end].End == list[end+1].Start {
		end++
	}
	return Width(sql[list[0].Start:list[end].End])
}
