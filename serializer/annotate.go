package serializer

import (
	"fmt"
	"math"
	"strconv"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Token is a token of a payload, for tools that show bytes to people.
type Token struct {
	Offset, Size int
	Depth        int    // of arrays around it
	Value        string // "array of 4", "21", a quoted string
	Note         string // what it is: the name of a field, the kind of a node; or ""
}

// Annotate returns the tokens of a payload with what they are. The error is that of [Detached].
func Annotate(b []byte, limits Limits) ([]Token, error) {
	if _, err := Detached(b, limits); err != nil {
		return nil, err
	}
	limits = limits.withDefaults()
	m, err := readManifest(string(b), limits)
	if err != nil {
		return nil, err
	}
	meta, err := m.metadata()
	if err != nil {
		return nil, err
	}
	d := &decoder{
		scanner: newScanner(string(b), limits, meta),
		reading: reading{limits: limits, tight: limits.tight(), careful: true},
		payload: string(b),
	}
	t := &tracer{decoder: d, notes: map[int]string{}}
	d.fields = expr.Reading(t)
	root, err := d.load(&Binding{MetaData: meta, Limits: limits, Grants: m.Grants, detached: true})
	if err != nil {
		return nil, err
	}
	return tokens(b, t.notes, root.Op()), nil
}

// The names of a payload's parts and of the manifest's fields.
var (
	partNames     = []string{"format", "features", "manifest", "root"}
	manifestNames = []string{"kind", "size", "depth", "tables", "functions", "parameters", "texts", "results", "slot", "grants", "optional", "entities", "attributes", "relationships"}
)

// tokens lists the tokens of bytes that have been read.
func tokens(b []byte, notes map[int]string, root expr.Op) []Token {
	var all []Token
	var open []openArray
	for at := 0; at < len(b); {
		t := tokenAt(b, at)
		t.Depth = len(open)
		t.Note = notes[at]
		name := ""
		switch {
		case len(open) == 1:
			if name = partNames[open[0].done]; open[0].done == 3 {
				t.Note = root.String()
			}
		case len(open) == 2 && open[0].done == 2:
			name = manifestNames[open[1].done]
		}
		if t.Note == "" || name == "" {
			t.Note += name
		} else {
			t.Note = name + ": " + t.Note
		}
		all = append(all, t.Token)
		at += t.Size
		if t.items > 0 {
			open = append(open, openArray{left: t.items})
			continue
		}
		for n := len(open); n > 0; n = len(open) {
			open[n-1].left--
			if open[n-1].done++; open[n-1].left > 0 {
				break
			}
			open = open[:n-1]
		}
	}
	return all
}

type openArray struct{ left, done int }

// sizedToken is a token, and how many items stand in it.
type sizedToken struct {
	Token
	items int
}

// tokenAt looks at one token of those that payloads have.
func tokenAt(b []byte, at int) sizedToken {
	c := b[at]
	uint := func(n int) (v uint64) {
		for _, x := range b[at+1 : at+1+n] {
			v = v<<8 | uint64(x)
		}
		return v
	}
	token := func(size int, value string) sizedToken {
		return sizedToken{Token: Token{Offset: at, Size: size, Value: value}}
	}
	array := func(head, n int) sizedToken {
		t := token(head, fmt.Sprintf("array of %d", n))
		t.items = n
		return t
	}
	text := func(head, n int) sizedToken { return token(head+n, strconv.Quote(string(b[at+head:at+head+n]))) }
	bytes := func(head, n int) sizedToken { return token(head+n, fmt.Sprintf("%d bytes", n)) }
	switch {
	case c < 0x80:
		return token(1, strconv.Itoa(int(c)))
	case c>>4 == 9:
		return array(1, int(c&0xf))
	case c>>5 == 5:
		return text(1, int(c&0x1f))
	case c >= 0xe0:
		return token(1, strconv.Itoa(int(int8(c))))
	case c == codeNil:
		return token(1, "nil")
	case c == codeFalse, c == codeTrue:
		return token(1, strconv.FormatBool(c == codeTrue))
	case c == codeDouble:
		return token(9, strconv.FormatFloat(math.Float64frombits(uint(8)), 'g', -1, 64))
	case c >= codeBin8 && c <= codeBin32:
		n := 1 << (c - codeBin8)
		return bytes(1+n, int(uint(n)))
	case c >= codeStr8 && c <= codeStr32:
		n := 1 << (c - codeStr8)
		return text(1+n, int(uint(n)))
	case c == codeArray16:
		return array(3, int(uint(2)))
	case c == codeArray32:
		return array(5, int(uint(4)))
	case c >= codeUint8 && c <= codeUint64:
		n := 1 << (c - codeUint8)
		return token(1+n, strconv.FormatUint(uint(n), 10))
	}
	n := 1 << (c - codeInt8)
	shift := 64 - 8*n
	return token(1+n, strconv.FormatInt(int64(uint(n)<<shift)>>shift, 10))
}

// tracer is a reader that notes what it reads where.
type tracer struct {
	*decoder
	notes map[int]string
}

func (t *tracer) note(at int, what string) {
	if had := t.notes[at]; had != "" && had != what {
		what = had + ": " + what
	}
	t.notes[at] = what
}

func (t *tracer) Field(name string) bool {
	here := t.decoder.Field(name)
	if here {
		t.note(t.pos, name)
	}
	return here
}

func (t *tracer) Node() expr.Node {
	at := t.pos
	n := t.decoder.Node()
	t.kind(at, n)
	return n
}

func (t *tracer) Source() expr.Source {
	at := t.pos
	s := t.decoder.Source()
	t.kind(at, s)
	return s
}

func (t *tracer) From() expr.FromClause {
	at := t.pos
	f := t.decoder.From()
	t.kind(at, f)
	return f
}

func (t *tracer) Column() (expr.Source, *schema.Column, int) {
	at := t.pos
	s, c, i := t.decoder.Column()
	if c != nil {
		t.note(at, "column "+c.Name())
	}
	return s, c, i
}

// kind notes the kind of a node, or which column or source a number stands for.
func (t *tracer) kind(at int, n expr.Node) {
	if t.err != nil || n == nil {
		return
	}
	switch n := n.(type) {
	case *expr.ColumnExpr, *expr.LiteralExpr, *expr.TableSource:
		t.note(at, n.Op().String()+" "+expr.Brief(n))
	default:
		t.note(at, n.Op().String())
	}
}
