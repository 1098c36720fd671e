package dialect

import (
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
)

// hostText writes a call of a host's own function that has a text of its own, if it has:
// see [expr.FunctionOptions]. Of the text only the arguments' places are looked at; it is
// the host's, as a table's name is.
func (c *compiler) hostText(fn *expr.Function, n *expr.CallExpr) bool {
	text, ok, err := fn.Text(c.d.name, n.Data())
	if !ok {
		return false
	}
	refuse := func(reason string) { c.unsupported("function "+strconv.Quote(fn.Name()), reason) }
	if err != nil {
		refuse("the host says it has no text on " + c.d.name + ": " + err.Error())
		return true
	}
	parts, said, reason := hostParts(text, n.Args().Len())
	switch {
	case reason != "":
		refuse("the host's text on " + c.d.name + " " + reason)
		return true
	case len(said) < n.Args().Len():
		refuse("the host's text on " + c.d.name + " leaves out some of the " + strconv.Itoa(n.Args().Len()) + " arguments")
		return true
	}
	for i, times := range said {
		if times > 1 {
			c.stays(fn.Name(), n.Args().At(i))
		}
	}
	if strings.Contains(strings.ToUpper(text), "SELECT") {
		c.outside(n)
	}
	c.text("(")
	for _, p := range parts {
		c.text(p.text)
		for i := p.from; i < p.to; i++ {
			if i > p.from {
				c.text(", ")
			}
			c.expr(n.Args().At(i), levelAtom)
		}
	}
	c.text(")")
	return true
}

// hostPart is text, and the arguments behind it.
type hostPart struct {
	text     string
	from, to int
}

// hostParts splits a text at the places of its arguments, and counts how often it says
// each; or tells what is wrong with it.
func hostParts(text string, args int) (parts []hostPart, said map[int]int, reason string) {
	said = map[int]int{}
	start := 0
	var literal strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '$' {
			continue
		}
		literal.WriteString(text[start:i])
		if i++; i == len(text) {
			return nil, nil, "ends with $"
		}
		start = i + 1
		if text[i] == '$' {
			literal.WriteByte('$')
			continue
		}
		from := int(text[i]) - '1'
		if from < 0 || from > 8 {
			return nil, nil, "has $" + string(rune(text[i])) + ": expected $1 to $9 or $$"
		}
		to := from + 1
		if start < len(text) && text[start] == '*' {
			to = max(args, from)
			start++
			i++
		} else if from >= args {
			return nil, nil, "has $" + strconv.Itoa(from+1) + " of " + strconv.Itoa(args) + " arguments"
		}
		for k := from; k < to; k++ {
			said[k]++
		}
		parts = append(parts, hostPart{literal.String(), from, to})
		literal.Reset()
	}
	literal.WriteString(text[start:])
	return append(parts, hostPart{text: literal.String()}), said, ""
}
