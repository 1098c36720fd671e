package expr

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
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
	objects := map[any]uint64{}
	return bytes.Equal(tokensOf(a, objects), tokensOf(b, objects))
}

// same is Equal of two expressions in one query: sources are the very same.
func same(a, b Expr) bool {
	if a.at == nil || b.at == nil || a.at.tally != b.at.tally {
		return false
	}
	if a.at == b.at {
		return true
	}
	objects := map[any]uint64{}
	return bytes.Equal(identityTokens(a.node(), objects), identityTokens(b.node(), objects))
}

func identityTokens(n Node, objects map[any]uint64) []byte {
	w := &tokenWriter{objects: objects, identity: true}
	w.fields = Writing(w)
	w.Node(n)
	return w.b
}

// Hash is equal for equal queries. It is for maps within a process: it is not
// stored and may differ between versions.
func Hash(n Node) uint64 {
	h := fnv.New64a()
	h.Write(tokensOf(n, nil))
	return h.Sum64()
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
	tokenEntity
	tokenAttribute
	tokenRelationship
)

// tokensOf writes down all that a tree says of itself, so that different trees
// differ. Tables and columns go by numbers of objects or, without it, by name.
func tokensOf(n Node, objects map[any]uint64) []byte {
	if n = orNone(n); n == nil {
		return nil
	}
	w := &tokenWriter{objects: objects}
	w.fields = Writing(w)
	if s, ok := n.(Source); ok {
		w.Source(s)
	} else {
		w.Node(n)
	}
	return w.b
}

// tokenWriter is the Writer that lists tokens; a source is written where it is
// first named and numbered when it is complete, as in bytes.
type tokenWriter struct {
	b       []byte
	fields  *Fields
	objects map[any]uint64
	number  map[any]int
	params  map[string]*Parameter

	identity bool // sources go by numbers of objects, too
}

// add writes a token: each part says where it ends.
func (w *tokenWriter) add(sort tokenSort, number uint64, text string) {
	w.b = binary.AppendUvarint(append(w.b, byte(sort)), number)
	w.b = append(binary.AppendUvarint(w.b, uint64(len(text))), text...)
}

func (w *tokenWriter) object(sort tokenSort, o any, name string) {
	if w.objects == nil {
		w.add(sort, 0, name)
		return
	}
	i, known := w.objects[o]
	if !known {
		i = uint64(len(w.objects))
		w.objects[o] = i
	}
	w.add(sort, i, "")
}

func (w *tokenWriter) Node(n Node) {
	w.add(tokenNode, uint64(n.Op()), "")
	Write(n, w.fields)
	w.add(tokenEnd, 0, "")
}

func (w *tokenWriter) Source(s Source) {
	if w.identity {
		w.object(tokenSource, s.Identity(), "")
		return
	}
	i, known := w.number[s.Identity()]
	if known {
		w.add(tokenSource, uint64(i), "")
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
		w.object(tokenColumn, c, c.Name())
	} else {
		w.add(tokenIndex, uint64(index), "")
	}
}

func (w *tokenWriter) Field(name string, present bool) {
	if present {
		w.add(tokenField, 0, name)
	}
}
func (w *tokenWriter) Bool(bool)       { w.add(tokenTrue, 0, "") }
func (w *tokenWriter) Code(v uint8)    { w.add(tokenCode, uint64(v), "") }
func (w *tokenWriter) String(v string) { w.add(tokenString, 0, v) }
func (w *tokenWriter) Value(v Value) {
	w.add(tokenValue, uint64(v.kind), v.text)
	w.b = binary.AppendUvarint(w.b, v.bits)
}
func (w *tokenWriter) Type(t schema.Type) { w.add(tokenType, 0, t.String()) }
func (w *tokenWriter) Table(t *schema.Table) {
	w.object(tokenTable, t, strings.Join(t.FullName(), "\x00"))
}
func (w *tokenWriter) Function(fn *Function) { w.add(tokenFunction, 0, fn.name) }
func (w *tokenWriter) Parameter(p *Parameter) {
	w.add(tokenParameter, 0, p.name)
	if old := w.params[p.name]; old != nil && old.Same(p) {
		return // it was described where it was first used
	}
	if w.params == nil {
		w.params = map[string]*Parameter{}
	}
	w.params[p.name] = p
	w.Type(p.typ)
	if p.hasDefault {
		w.Value(p.def)
	}
	if p.bound {
		w.Bool(true)
	}
	if m := p.more; m != nil {
		w.Value(m.min)
		w.Value(m.max)
		w.List(len(m.enum))
		for _, v := range m.enum {
			w.Value(v)
		}
		w.String(m.doc)
	}
}
func (w *tokenWriter) Entity(e *schema.Entity) { w.object(tokenEntity, e, e.Name()) }
func (w *tokenWriter) Attribute(a *schema.Attribute) {
	w.object(tokenAttribute, a, schema.NameOf(a.Entity())+"\x00"+a.Name())
}
func (w *tokenWriter) Relationship(r *schema.Relationship) {
	w.object(tokenRelationship, r, schema.NameOf(r.Entity())+"\x00"+r.Name())
}
func (w *tokenWriter) List(n int) { w.add(tokenList, uint64(n), "") }
func (w *tokenWriter) Open()      { w.add(tokenOpen, 0, "") }
func (w *tokenWriter) Close()     { w.add(tokenEnd, 0, "") }

// Sprint shows the tree to people: a node a line, its fields below it. A source
// is shown where it is first named, with the number by which others name it.
func Sprint(n Node) string {
	var c chunks
	_ = Fprint(&c, n) // chunks take everything
	return c.String()
}

// Fprint writes what Sprint returns, as it comes: a tree of 100,000 nodes may be
// text of some 20 MB. The error is w's.
func Fprint(w io.Writer, n Node) error {
	if n = orNone(n); n == nil {
		_, err := io.WriteString(w, "nothing\n")
		return err
	}
	p := &printer{w: w, number: map[any]int{}}
	p.fields = Writing(p)
	if s, ok := n.(Source); ok {
		p.Source(s)
	} else {
		p.Node(n)
	}
	p.b = append(p.b, '\n')
	p.flush()
	return p.err
}

// chunks is text that is copied only once, when it is complete.
type chunks struct {
	list []string
	size int
}

func (c *chunks) Write(b []byte) (int, error) {
	c.list, c.size = append(c.list, string(b)), c.size+len(b)
	return len(b), nil
}

func (c *chunks) String() string {
	if len(c.list) == 1 {
		return c.list[0]
	}
	var b strings.Builder
	b.Grow(c.size)
	for _, s := range c.list {
		b.WriteString(s)
	}
	return b.String()
}

// maxIndent bounds the indent: 100,000 nodes below 499 others would fill 200 MB
// with spaces.
const maxIndent = 32

var lineStart = "\n" + strings.Repeat("  ", maxIndent)

// printer is the Writer behind Fprint.
type printer struct {
	w      io.Writer
	b      []byte // that is not written yet
	begun  bool
	err    error
	fields *Fields
	number map[any]int
	params map[string]bool
	depth  int
}

func (p *printer) line(format string, args ...any) {
	if len(p.b) >= 1<<15 {
		p.flush()
	}
	if p.begun {
		p.b = append(p.b, lineStart[:1+2*min(p.depth, maxIndent)]...)
	}
	p.begun = true
	p.add(format, args...)
}

func (p *printer) add(format string, args ...any) { p.b = fmt.Appendf(p.b, format, args...) }

func (p *printer) flush() {
	if p.err == nil {
		_, p.err = p.w.Write(p.b)
	}
	p.b = p.b[:0]
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
		p.add(" %s of source %d", name, i)
		return
	}
	p.add(" %s of", name)
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
func (p *printer) Bool(bool)             { p.b = append(p.b, " true"...) }
func (p *printer) Code(v uint8)          { p.add(" %d", v) }
func (p *printer) String(v string)       { p.add(" %q", v) }
func (p *printer) Value(v Value)         { p.add(" %s %s", v.Type(), v) }
func (p *printer) Type(t schema.Type)    { p.add(" %s", t) }
func (p *printer) Table(t *schema.Table) { p.add(" %q", t.FullName()) }
func (p *printer) Function(fn *Function) { p.add(" %s", fn.name) }
func (p *printer) Parameter(d *Parameter) {
	p.add(" %q", d.name)
	if p.params[d.name] { // it was described where it was first used
		return
	}
	if p.params == nil {
		p.params = map[string]bool{}
	}
	p.params[d.name] = true
	p.add(" %s", d.typ)
	if d.hasDefault {
		p.add(map[bool]string{false: " default %s", true: " bound to %s"}[d.bound], d.def)
	}
	if m := d.more; m != nil {
		m.print(p)
	}
}
func (p *printer) Entity(e *schema.Entity)             { p.add(" %q", e.Name()) }
func (p *printer) Attribute(a *schema.Attribute)       { p.add(" %q", a.String()) }
func (p *printer) Relationship(r *schema.Relationship) { p.add(" %q", r.String()) }
func (p *printer) List(n int)                          { p.add(" (%d)", n) }
func (p *printer) Open()                               { p.line("-"); p.depth++ }
func (p *printer) Close()                              { p.depth-- }

// Dependencies is what a query needs of the metadata and the catalogue.
type Dependencies struct {
	Tables        []*schema.Table
	Columns       []*schema.Column
	Functions     []*Function
	Parameters    []*Parameter
	Entities      []*schema.Entity
	Attributes    []*schema.Attribute
	Relationships []*schema.Relationship
}

// DependenciesOf lists what n needs, each thing once, by first use.
func DependenciesOf(n Node) Dependencies {
	return dependenciesOf(n, false)
}

func dependenciesOf(n Node, certain bool) Dependencies {
	if n = orNone(n); n == nil {
		return Dependencies{}
	}
	d := &dependencies{seen: map[any]bool{}, certain: certain}
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

	certain bool // what a GivenExpr says does not count
}

type parameterName string // no key of another sort

func (d *dependencies) new(key any) bool {
	old := d.seen[key]
	d.seen[key] = true
	return !old
}

func (d *dependencies) Node(n Node) {
	if d.certain && n.Op() == OpGiven {
		return
	}
	Write(n, d.fields)
}
func (d *dependencies) Source(s Source) {
	switch s.Identity().(type) {
	case *schema.Table, *schema.Entity: // which are listed by themselves
		Write(s, d.fields)
	default:
		if d.new(s.Identity()) {
			Write(s, d.fields)
		}
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
	if d.new(parameterName(p.name)) {
		d.found.Parameters = append(d.found.Parameters, p)
	}
}

func (d *dependencies) Entity(e *schema.Entity) {
	if e == nil { // of new(schema.Attribute)
		return
	}
	if d.new(e) {
		d.found.Entities = append(d.found.Entities, e)
	}
}
func (d *dependencies) Attribute(a *schema.Attribute) {
	d.Entity(a.Entity())
	if d.new(a) {
		d.found.Attributes = append(d.found.Attributes, a)
	}
}
func (d *dependencies) Relationship(r *schema.Relationship) {
	d.Entity(r.Entity())
	d.Entity(r.Target())
	if d.new(r) {
		d.found.Relationships = append(d.found.Relationships, r)
	}
}
