package expr

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// Equal reports whether a and b are the same query: node by node, with sources
// compared by what they are and how often, not by identity, but for tables and
// columns of the metadata, which are the very same.
func Equal(a, b Node) bool {
	a, b = orNone(a), orNone(b)
	if a == nil || b == nil {
		return a == b
	}
	return slices.Equal(tokensOf(a), tokensOf(b))
}

// Hash is equal for equal queries. It is for maps within a process: it is not
// stored and may differ between versions.
func Hash(n Node) uint64 {
	h := fnv.New64a()
	for _, t := range tokensOf(n) {
		fmt.Fprintf(h, "%d %d %q %d %v;", t.sort, t.number, t.text, t.value.kind, t.value)
		if t.sort == tokenParameter {
			fmt.Fprintf(h, "%v", t.typ)
		}
		if t.table != nil {
			fmt.Fprintf(h, " %q", t.table.FullName())
		}
	}
	return h.Sum64()
}

// token is one thing that a node says of itself; a tree is a list of them.
type token struct {
	sort   tokenSort
	number uint64
	text   string
	value  Value
	typ    schema.Type
	table  *schema.Table
	column *schema.Column
}

type tokenSort uint8

const (
	tokenNode tokenSort = iota
	tokenEnd
	tokenField
	tokenTrue
	tokenCode
	tokenString
	tokenValue
	tokenType
	tokenSource
	tokenIndex
	tokenColumn
	tokenTable
	tokenFunction
	tokenParameter
	tokenList
	tokenOpen
)

func tokensOf(n Node) []token {
	if n = orNone(n); n == nil {
		return nil
	}
	w := &tokenWriter{list: make([]token, 0, 4*Size(n))}
	w.fields = Writing(w)
	if s, ok := n.(Source); ok {
		w.Source(s)
	} else {
		w.Node(n)
	}
	return w.list
}

// tokenWriter is the Writer that lists tokens; a source is written where it is
// first named and numbered when it is complete, as in bytes.
type tokenWriter struct {
	list   []token
	fields *Fields
	number map[any]int
}

func (w *tokenWriter) add(t token) { w.list = append(w.list, t) }

func (w *tokenWriter) Node(n Node) {
	w.add(token{sort: tokenNode, number: uint64(n.Op())})
	Write(n, w.fields)
	w.add(token{sort: tokenEnd})
}

func (w *tokenWriter) Source(s Source) {
	i, known := w.number[s.Identity()]
	if known {
		w.add(token{sort: tokenSource, number: uint64(i)})
		return
	}
	w.Node(s)
	if w.number == nil {
		w.number = map[any]int{}
	}
	w.number[s.Identity()] = len(w.number)
}

func (w *tokenWriter) Column(s Source, c *schema.Column, index int) {
	w.Source(s)
	if c != nil {
		w.add(token{sort: tokenColumn, column: c, text: c.Name()})
	} else {
		w.add(token{sort: tokenIndex, number: uint64(index)})
	}
}

func (w *tokenWriter) Field(name string, present bool) {
	if present {
		w.add(token{sort: tokenField, text: name})
	}
}
func (w *tokenWriter) Bool(bool)             { w.add(token{sort: tokenTrue}) }
func (w *tokenWriter) Code(v uint8)          { w.add(token{sort: tokenCode, number: uint64(v)}) }
func (w *tokenWriter) String(v string)       { w.add(token{sort: tokenString, text: v}) }
func (w *tokenWriter) Value(v Value)         { w.add(token{sort: tokenValue, value: v}) }
func (w *tokenWriter) Type(t schema.Type)    { w.add(token{sort: tokenType, typ: t, text: t.String()}) }
func (w *tokenWriter) Table(t *schema.Table) { w.add(token{sort: tokenTable, table: t}) }
func (w *tokenWriter) Function(fn *Function) { w.add(token{sort: tokenFunction, text: fn.name}) }
func (w *tokenWriter) Parameter(p *Parameter) {
	n := uint64(0)
	if p.hasDefault {
		n = 1
	}
	w.add(token{sort: tokenParameter, text: p.name, typ: p.typ, value: p.def, number: n})
}
func (w *tokenWriter) List(n int) { w.add(token{sort: tokenList, number: uint64(n)}) }
func (w *tokenWriter) Open()      { w.add(token{sort: tokenOpen}) }
func (w *tokenWriter) Close()     { w.add(token{sort: tokenEnd}) }

// Sprint shows the tree to people: a node a line, its fields below it. A source
// is shown where it is first named, with the number by which others name it.
func Sprint(n Node) string {
	if n = orNone(n); n == nil {
		return "nothing\n"
	}
	p := &printer{number: map[any]int{}}
	p.fields = Writing(p)
	if s, ok := n.(Source); ok {
		p.Source(s)
	} else {
		p.Node(n)
	}
	return strings.TrimLeft(p.b.String(), "\n") + "\n"
}

// printer is the Writer behind Sprint.
type printer struct {
	b      strings.Builder
	fields *Fields
	number map[any]int
	depth  int
}

func (p *printer) line(format string, args ...any) {
	p.b.WriteString("\n" + strings.Repeat("  ", p.depth))
	fmt.Fprintf(&p.b, format, args...)
}

func (p *printer) Node(n Node) {
	p.line("%s", n.Op())
	p.depth++
	Write(n, p.fields)
	p.depth--
}

func (p *printer) Source(s Source) {
	if i, known := p.number[s.Identity()]; known {
		p.line("source %d", i)
		return
	}
	p.Node(s)
	p.number[s.Identity()] = len(p.number)
	p.depth++
	p.line("= source %d", p.number[s.Identity()])
	p.depth--
}

func (p *printer) Column(s Source, c *schema.Column, index int) {
	name := ""
	if c != nil {
		name = strconv.Quote(c.Name())
	} else {
		name = fmt.Sprintf("%d %q", index, outputAt(s, index).Name)
	}
	if i, known := p.number[s.Identity()]; known {
		fmt.Fprintf(&p.b, " %s of source %d", name, i)
		return
	}
	fmt.Fprintf(&p.b, " %s of", name)
	p.depth++
	p.Source(s)
	p.depth--
}

func (p *printer) Field(name string, present bool) {
	if present && name != "column" {
		p.line(".%s", name)
	} else if present {
		p.line(".column")
	}
}
func (p *printer) Bool(bool)             { p.b.WriteString(" true") }
func (p *printer) Code(v uint8)          { fmt.Fprintf(&p.b, " %d", v) }
func (p *printer) String(v string)       { fmt.Fprintf(&p.b, " %q", v) }
func (p *printer) Value(v Value)         { fmt.Fprintf(&p.b, " %s %s", v.Type(), v) }
func (p *printer) Type(t schema.Type)    { fmt.Fprintf(&p.b, " %s", t) }
func (p *printer) Table(t *schema.Table) { fmt.Fprintf(&p.b, " %q", t.FullName()) }
func (p *printer) Function(fn *Function) { fmt.Fprintf(&p.b, " %s", fn.name) }
func (p *printer) Parameter(d *Parameter) {
	fmt.Fprintf(&p.b, " %q %s", d.name, d.typ)
	if d.hasDefault {
		fmt.Fprintf(&p.b, " default %s", d.def)
	}
}
func (p *printer) List(n int) { fmt.Fprintf(&p.b, " (%d)", n) }
func (p *printer) Open()      { p.line("-"); p.depth++ }
func (p *printer) Close()     { p.depth-- }

// Dependencies is what a query needs of the metadata and the catalogue.
type Dependencies struct {
	Tables     []*schema.Table
	Columns    []*schema.Column
	Functions  []*Function
	Parameters []*Parameter
}

// DependenciesOf lists what n needs, each thing once, by first use.
func DependenciesOf(n Node) Dependencies {
	if n = orNone(n); n == nil {
		return Dependencies{}
	}
	d := &dependencies{seen: map[any]bool{}}
	d.fields = Writing(d)
	if s, ok := n.(Source); ok {
		d.Source(s)
	} else {
		d.Node(n)
	}
	return d.found
}

// dependencies is the Writer behind DependenciesOf.
type dependencies struct {
	discard
	fields *Fields
	seen   map[any]bool
	found  Dependencies
}

func (d *dependencies) new(key any) bool {
	old := d.seen[key]
	d.seen[key] = true
	return !old
}

func (d *dependencies) Node(n Node) { Write(n, d.fields) }
func (d *dependencies) Source(s Source) {
	if _, ok := s.Identity().(*schema.Table); ok || d.new(s.Identity()) {
		Write(s, d.fields)
	}
}
func (d *dependencies) Column(s Source, c *schema.Column, _ int) {
	d.Source(s)
	if c != nil && d.new(c) {
		d.found.Columns = append(d.found.Columns, c)
	}
}
func (d *dependencies) Table(t *schema.Table) {
	if d.new(t) {
		d.found.Tables = append(d.found.Tables, t)
	}
}
func (d *dependencies) Function(fn *Function) {
	if d.new(fn) {
		d.found.Functions = append(d.found.Functions, fn)
	}
}
func (d *dependencies) Parameter(p *Parameter) {
	if d.new("parameter " + p.name) {
		d.found.Parameters = append(d.found.Parameters, p)
	}
}
