package engine

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Elements returns the elements of an array that a [Result] gave: its value is the
// text that PostgreSQL writes, such as {1,2,NULL}. t is the column's type. The
// elements of an array of arrays are arrays, of the same type. NULL has no
// elements and is no error. The error is an *[Error].
func Elements(v expr.Value, t schema.Type) ([]expr.Value, error) {
	if v.IsNull() {
		return nil, nil
	}
	items, err := splitArray(v, t)
	if err != nil {
		return nil, err
	}
	elements := make([]expr.Value, len(items))
	for i, item := range items {
		switch {
		case item.null:
		case item.array:
			elements[i] = expr.Text(item.text)
		case t.Elem().Family() == schema.FamilyBinary:
			b, err := hex.DecodeString(strings.TrimPrefix(item.text, `\x`))
			if err != nil {
				return nil, &Error{CodeScan, fmt.Sprintf("expected bytes as \\x00ff in an array, got %q", item.text)}
			}
			elements[i] = expr.Bytes(b)
		default:
			elements[i] = fromText(item.text, t.Elem())
		}
	}
	return elements, nil
}

// arrayItem is an element as it is written.
type arrayItem struct {
	text        string
	null, array bool
}

// splitArray takes the braces, commas and quotes from an array.
func splitArray(v expr.Value, t schema.Type) (items []arrayItem, err error) {
	wrong := &Error{CodeScan, fmt.Sprintf("expected an array such as {1,2}, got %s", v)}
	if !t.IsArray() || v.Kind() != schema.KindText {
		return nil, wrong
	}
	s := v.Text()
	if strings.HasPrefix(s, "[") { // bounds that do not start with 1
		_, s, _ = strings.Cut(s, "=")
	}
	if len(s) < 2 || s[0] != '{' || s[len(s)-1] != '}' {
		return nil, wrong
	}
	for s = s[1 : len(s)-1]; s != ""; {
		item, length := arrayItem{}, 0
		switch s[0] {
		case '{':
			item.array = true
			length = closing(s)
			item.text = s[:min(length, len(s))]
		case '"':
			var b strings.Builder
			for length = 1; length < len(s) && s[length] != '"'; length++ {
				if s[length] == '\\' && length+1 < len(s) {
					length++
				}
				b.WriteByte(s[length])
			}
			length++
			item.text = b.String()
		default:
			if length = strings.IndexByte(s, ','); length < 0 {
				length = len(s)
			}
			item.text = s[:length]
			item.null = strings.EqualFold(item.text, "NULL")
		}
		items = append(items, item)
		switch {
		case length == len(s):
			s = ""
		case length < len(s)-1 && s[length] == ',':
			s = s[length+1:]
		default:
			return nil, wrong
		}
	}
	return items, nil
}

// closing returns where the array that s begins with ends; behind s if it does not.
func closing(s string) int {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s) + 1
}
