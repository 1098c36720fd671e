package complete

import "github.com/sqlser/sqlser/cmd/sqlser-repl/internal/lex"

// place is the Lua before the cursor.
type place struct {
	c      *Completer
	text   string
	tokens []lex.Token
	locals map[string]value // what the text itself gives values to
}

func (p *place) of(i int) string {
	if i < 0 || i >= len(p.tokens) {
		return ""
	}
	return p.tokens[i].Of(p.text)
}

func (p *place) kind(i int) lex.Kind {
	if i < 0 || i >= len(p.tokens) {
		return lex.Punct
	}
	return p.tokens[i].Kind
}

// assignments finds "a, b = x, y" in the text: what it says of a and b.
func (p *place) assignments() {
	p.locals = map[string]value{}
	for i := range p.tokens {
		if p.of(i) != "=" || p.kind(i-1) != lex.Name {
			continue
		}
		first := i - 1
		for p.of(first-1) == "," && p.kind(first-2) == lex.Name {
			first -= 2
		}
		if p.of(first-1) == "." || p.of(first-1) == "{" {
			continue // a field
		}
		at := i + 1
		for name := first; name < i; name += 2 {
			v, end := p.chain(at)
			p.locals[p.of(name)] = v
			if p.of(end) != "," {
				break
			}
			at = end + 1
		}
	}
}

// closing are what opens what a token ends.
var closing = map[string]string{")": "(", "]": "[", "}": "{"}

// chainBefore is the value of the chain of names and calls that ends before token end.
func (p *place) chainBefore(end int) value {
	i := end - 1
	for i >= 0 {
		switch text := p.of(i); {
		case closing[text] != "":
			if i = p.open(i); i < 0 {
				return value{}
			}
			if prev := p.of(i - 1); p.kind(i-1) != lex.Name && closing[prev] == "" && p.kind(i-1) != lex.String {
				return p.value(i, end) // a group, or a table
			}
			i--
		case p.kind(i) == lex.String:
			i-- // the argument of a call
		case p.kind(i) == lex.Name:
			if sep := p.of(i - 1); sep != "." && sep != ":" {
				return p.value(i, end)
			}
			if i == 1 && p.of(0) == ":" { // it continues the last value
				return p.value(-1, end)
			}
			i -= 2
		default:
			return value{}
		}
	}
	return value{}
}

// value is that of the chain from token i to end.
func (p *place) value(i, end int) value {
	q := *p
	q.tokens = p.tokens[:end]
	v, at := q.chain(i)
	if at < end {
		return value{}
	}
	return v
}

// open finds the token that token i closes, or -1.
func (p *place) open(i int) int {
	depth := 0
	for ; i >= 0; i-- {
		switch text := p.of(i); text {
		case ")", "]", "}":
			depth++
		case "(", "[", "{":
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// close finds the token behind what token i opens, or the end.
func (p *place) close(i int) int {
	depth := 0
	for ; i < len(p.tokens); i++ {
		switch p.of(i) {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return i
}

// chain is the value of the names and calls from token i on, and where they end. Before the first
// token stands the last value.
func (p *place) chain(i int) (v value, end int) {
	switch {
	case i < 0:
		v, i = p.c.global("_"), 0
	case p.of(i) == "(":
		v, _ = p.chain(i + 1)
		i = p.close(i)
	case p.kind(i) == lex.Name:
		name := p.of(i)
		var known bool
		if v, known = p.locals[name]; !known {
			v = p.c.global(name)
		}
		i++
	default:
		return value{}, i
	}
	for i < len(p.tokens) {
		switch text := p.of(i); {
		case (text == "." || text == ":") && p.kind(i+1) == lex.Name:
			v = p.c.member(v, p.of(i+1))
			i += 2
		case text == "(" || text == "{":
			v, i = called(v), p.close(i)
		case p.kind(i) == lex.String:
			v, i = called(v), i+1
		case text == "[":
			if p.kind(i+1) == lex.String && p.of(i+2) == "]" {
				name := p.of(i + 1)
				v = p.c.member(v, name[1:len(name)-1])
			} else {
				v = value{}
			}
			i = p.close(i)
		default:
			return v, i
		}
	}
	return v, i
}

// hint is how the innermost call is made that is still open.
func (p *place) hint() string {
	depth := 0
	for i := len(p.tokens) - 1; i >= 0; i-- {
		switch p.of(i) {
		case ")", "]", "}":
			depth++
		case "[", "{":
			if depth--; depth < 0 {
				depth = 0
			}
		case "(":
			if depth--; depth < 0 {
				depth = 0
				if p.kind(i-1) != lex.Name {
					continue
				}
				if f := p.chainBefore(i).f; f != nil && f.fun {
					hint := f.signature()
					if f.doc != "" {
						hint += "  " + f.doc
					}
					return hint
				}
			}
		}
	}
	return ""
}
