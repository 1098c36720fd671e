package luabind

import (
	"strings"
	"unicode"

	"github.com/yuin/gopher-lua/parse"
)

// foreignSigns is what to write for signs of newer Luas and of other languages, the longer
// ones first.
var foreignSigns = [...]struct{ sign, instead string }{
	{"<const>", "variables have no such marks: leave it out"},
	{"<close>", "variables have no such marks: leave it out"},
	{"//", "write math.floor(a / b)"},
	{"/*", "comments are written -- to the end of the line, or --[[ ... ]]"},
	{"!=", "write ~="},
	{"<>", "write ~="},
	{"&&", "write and"},
	{"||", "write or"},
	{"??", "write or"},
	{"?.", "write x and x.y"},
	{"+=", "write x = x + y"},
	{"-=", "write x = x - y"},
	{"*=", "write x = x * y"},
	{"/=", "write x = x / y"},
	{"++", "write x = x + 1"},
	{":=", "write local x = y"},
	{"=>", "write function(x) return ... end"},
	{"<<", noBits},
	{">>", noBits},
	{"&", noBits},
	{"|", noBits},
	{"~", noBits},
	{"!", "write not"},
	{"?", "write cond and a or b; in a query sql.case{{condition, a}, else_ = b}"},
}

const noBits = "there are no operators of bits; conditions are joined by and, or, not"

// foreignWords is likewise, of a word before that where the parser stops.
var foreignWords = map[string]string{
	"elif": "write elseif", "elsif": "write elseif",
	"continue": "there is none: turn the condition round, or write the body as a function and return",
	"let":      "write local", "var": "write local", "const": "write local",
	"import": `write local m = require "m"`,
	"try":    "write pcall(function() ... end)",
}

// foreign says what to write where the parser stops at another language, or "".
func foreign(source string, at parse.Error) string {
	rest := source
	for n := 1; n < at.Pos.Line && rest != ""; n++ {
		_, rest, _ = strings.Cut(rest, "\n")
	}
	offset := len(source)
	if at.Pos.Line != parse.EOF {
		offset = min(len(source)-len(rest)+max(at.Pos.Column-max(len(at.Token), 1), 0), len(source))
	}
	for _, f := range foreignSigns {
		for back := range min(len(f.sign), 2, offset+1) {
			if !strings.HasPrefix(source[offset-back:], f.sign) {
				continue
			}
			line := source[strings.LastIndexByte(source[:offset-back], '\n')+1 : offset-back]
			if f.sign == "//" && strings.TrimSpace(line) == "" {
				return "; `//`: comments begin with --"
			}
			return "; `" + f.sign + "`: " + f.instead
		}
	}
	before := strings.TrimRightFunc(source[:offset], unicode.IsSpace)
	word := before[strings.LastIndexFunc(before, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })+1:]
	if hint := foreignWords[word]; hint != "" {
		return "; `" + word + "`: " + hint
	}
	return ""
}
