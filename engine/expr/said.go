package expr

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// mostSaid is how many bytes of a value an error repeats.
const mostSaid = 40

// said returns what the operands that cannot meet are, in parentheses: columns and parameters by
// their names, plain values as they are written; "" where none is such. An error of
// types alone does not show which of many conditions is meant.
func said(between string, operands ...Expr) string {
	known := false
	words := make([]string, len(operands))
	for i, x := range operands {
		words[i] = "..."
		switch n := x.node().(type) {
		case *ColumnExpr:
			if n.of == nil {
				continue
			}
			words[i] = n.Name()
			if name := n.of.self.Name(); name != "" {
				words[i] = name + "." + words[i]
			}
		case *ParamExpr:
			words[i] = fmt.Sprintf("parameter %q", n.p.name)
		case *LiteralExpr:
			if n.state().marks.has(isHosts) { // no business of whoever reads it
				continue
			}
			words[i] = brief(n.Value().String())
		default:
			continue
		}
		known = true
	}
	if !known {
		return ""
	}
	return " (" + strings.Join(words, between) + ")"
}

// brief cuts what is long, at a character.
func brief(text string) string {
	if len(text) <= mostSaid {
		return text
	}
	end := mostSaid
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "..."
}
