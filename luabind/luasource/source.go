// Package luasource writes the Lua source that builds a query: the way back from a
// tree to a script, for people to read and to edit.
//
// The source builds exactly the tree that it was made of, so that its bytes are the same.
// Where a node is what a script method makes, it is said by that method; the method's own
// Build is asked whether it makes just that. What no method makes, as bytes of strangers may hold,
// is said by its fields: sql.node("binary", {op = 1, ...}).
//
//	local users = db.users
//	return sql.select(users.id, users.name):where(users.age > 30):limit(10)
package luasource

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// DefaultBytes is how long a source may be.
const DefaultBytes = 1 << 20

// Error says why there is no source of a tree.
type Error struct {
	Code   Code
	Reason string
}

// Code is a stable name of a cause.
type Code string

// The codes.
const (
	CodeSize Code = "lua-size" // the source is too long
	CodeNode Code = "lua-node" // what no source can say: a tree that was resolved, or is in error
)

func (e *Error) Error() string { return "luasource: " + e.Reason }

// Of returns the source of n, of at most as many bytes as the limit says; 0 stands for
// [DefaultBytes]. It is a chunk that returns what n is, given db, the metadata that n's
// tables are of, and sql. The error is an *[Error], or n's own.
func Of(n expr.Node, limit int) (string, error) {
	if err := expr.Err(n); err != nil {
		return "", err
	}
	if limit <= 0 {
		limit = DefaultBytes
	}
	free, bound := unboundOf(n)
	for _, plain := range []bool{false, true} {
		p := newPrinter(free, limit)
		p.plainRecursion = plain
		text, err := p.chunk(free, bound)
		if err != errScope {
			return text, err
		}
	}
	return "", &Error{CodeNode, "a recursive query that no scope holds"}
}

// errScope says that what a recursive query has found is named outside of its step, which
// no function's argument can be.
var errScope error = &Error{CodeNode, "a source is named outside of the function that gets it"}

const (
	maxNames  = 50   // locals of a chunk; more sources than that are kept in a table
	maxNested = 40   // calls inside one another, before one gets a name of its own
	maxChain  = 200  // calls in a row, likewise
	maxCalls  = 1000 // calls in a row that Lua takes; trying them is quadratic
	maxSteps  = 60   // recursive queries, each inside the one before
)

// printer makes the text of a tree.
type printer struct {
	limit  int
	size   int // of what was written, also in texts that are still on their way
	err    error
	blocks []*block
	used   scopes // by what is being written

	names   map[any]name // of sources and parameters, by identity
	taken   map[string]bool
	counts  map[any]int // how often sources and parameters are named
	inTable bool        // names are fields of a table
	extra   int         // expressions that have a name

	steps          int  // recursive queries that were begun
	plainRecursion bool // they are said by their fields
	nested         bool // what is written stands in a call
	excluded       bool // it stands where sql.excluded is the insert's own
}

// block is the body of a function.
type block struct {
	lines []string
	scope int // the bit of its own in scopes
}

// scopes are the steps of recursive queries that something depends on, a bit each; bit 0 is the chunk.
type scopes uint64

// name is what a source or parameter is called, and where that can be used.
type name struct {
	text  string
	scope scopes
}

// text is Lua source of an expression, and how deep it is.
type text struct {
	s     string
	depth int // of calls inside one another
	chain int // of calls in a row
	level level
}

func newPrinter(n expr.Node, limit int) *printer {
	p := &printer{limit: limit, names: map[any]name{}, taken: map[string]bool{}, counts: map[any]int{}, blocks: []*block{{}}}
	for _, word := range []string{"sql", "db", "e", "s", "session", "_"} {
		p.taken[word] = true
	}
	p.visit(n)
	p.inTable = len(p.counts) > maxNames
	return p
}

// visit counts how often sources and parameters are named.
func (p *printer) visit(n expr.Node) {
	switch n := n.(type) {
	case expr.Source:
		if p.counts[n.Identity()]++; p.counts[n.Identity()] > 1 {
			return
		}
	case *expr.ParamExpr:
		p.counts[n.Parameter().Name()]++
	case *expr.GivenExpr:
		p.counts[n.Parameter().Name()]++
	}
	expr.Children(n, p.visit)
}

// chunk returns the source as a whole: n, and the parameters that are bound then.
func (p *printer) chunk(n expr.Node, bound []*expr.Parameter) (string, error) {
	root := p.bind(p.root(n), bound)
	if p.err != nil {
		return "", p.err
	}
	var b strings.Builder
	if p.inTable {
		b.WriteString("local s = {}\n")
	}
	if p.extra > 0 {
		b.WriteString("local e = {}\n")
	}
	for _, line := range p.blocks[0].lines {
		b.WriteString(line + "\n")
	}
	b.WriteString("return " + root.s + "\n")
	if b.Len() > p.limit {
		return "", p.tooLong()
	}
	return b.String(), nil
}

// root returns the text of what the chunk returns. A whole entity stands among columns only:
// elsewhere its name is the source.
func (p *printer) root(n expr.Node) text {
	if w, ok := n.(*expr.EntityExpr); ok {
		return p.byFields(w)
	}
	return p.node(n)
}

func (p *printer) tooLong() error {
	return &Error{CodeSize, fmt.Sprintf("the source is longer than %d bytes", p.limit)}
}

func (p *printer) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// count notes that so many bytes will be in the source.
func (p *printer) count(n int) {
	if p.size += n; p.size > p.limit {
		p.fail(p.tooLong())
	}
}

// node returns the text of any node.
func (p *printer) node(n expr.Node) text {
	if p.err != nil {
		return text{}
	}
	if s, ok := n.(expr.Source); ok {
		return p.source(s)
	}
	if param, ok := n.(*expr.ParamExpr); ok && p.counts[param.Parameter().Name()] > 1 {
		return p.named(param.Parameter().Name(), param.Parameter().Name(), func() text { return p.define(n) })
	}
	t := p.define(n)
	if t.depth > maxNested || t.chain > maxChain {
		t = p.hoist(t)
	}
	return t
}

// source returns the name of a source, which it defines where it is first needed.
func (p *printer) source(s expr.Source) text {
	switch {
	case p.err != nil:
		return text{}
	case p.counts[s.Identity()] <= 1:
		if op := s.Op(); op != expr.OpTable && op != expr.OpEntity {
			return p.define(s)
		}
	}
	return p.named(s.Identity(), s.Name(), func() text { return p.define(s) })
}

// named returns the name of what has an identity.
func (p *printer) named(id any, wanted string, define func() text) text {
	n, known := p.names[id]
	if !known {
		used, nested, excluded := p.used, p.nested, p.excluded
		p.used, p.nested, p.excluded = 0, false, false
		t := define()
		n = name{p.freeName(wanted), p.used}
		p.names[id] = n
		p.emit(n, t)
		p.used, p.nested, p.excluded = used, nested, excluded
	}
	return p.use(n)
}

func (p *printer) use(n name) text {
	if p.used |= n.scope; p.blockOf(p.used) == nil {
		p.fail(errScope)
	}
	p.count(len(n.text))
	return text{s: n.text}
}

// hoist gives an expression a name, so that none is nested too deep for Lua.
func (p *printer) hoist(t text) text {
	p.extra++
	n := name{fmt.Sprintf("e[%d]", p.extra), p.used}
	p.emit(n, t)
	p.count(len(n.text))
	return text{s: n.text}
}

// emit writes a definition where all that it depends on is known.
func (p *printer) emit(n name, t text) {
	b := p.blockOf(n.scope)
	if b == nil {
		p.fail(errScope)
		return
	}
	line := n.text + " = " + t.s
	if !strings.HasSuffix(n.text, "]") {
		line = "local " + line
	}
	b.lines = append(b.lines, line)
	p.count(len(n.text) + 10)
}

// blockOf returns the innermost block that is needed; nil where one of those needed is
// done.
func (p *printer) blockOf(s scopes) *block {
	found := p.blocks[0]
	for _, b := range p.blocks[1:] {
		if bit := scopes(1) << b.scope; s&bit != 0 {
			found, s = b, s&^bit
		}
	}
	if s != 0 {
		return nil
	}
	return found
}

// freeName returns a name that no other thing has.
func (p *printer) freeName(wanted string) string {
	if p.inTable {
		return fmt.Sprintf("s[%d]", len(p.names)+1)
	}
	if i := strings.LastIndexByte(wanted, '.'); i >= 0 {
		wanted = wanted[i+1:]
	}
	base := strings.Map(func(r rune) rune {
		if r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, wanted)
	if base = base[:min(len(base), 30)]; strings.Trim(base, "_") == "" || base[0] >= '0' && base[0] <= '9' {
		base = "t" + strings.TrimLeft(base, "_")
	}
	for n, i := base, 2; ; n, i = base+"_"+strconv.Itoa(i), i+1 {
		if !p.taken[n] && !slices.Contains(keywords, n) {
			p.taken[n] = true
			return n
		}
	}
}

// define writes out what a node is.
func (p *printer) define(n expr.Node) text {
	switch n := n.(type) {
	case *expr.TableSource:
		return text{s: p.table(n.Table())}
	case *expr.EntitySource:
		return text{s: p.entity(n.Entity())}
	case *expr.EntityExpr:
		return p.source(n.Source())
	case *expr.AttributeExpr:
		if t, ok := p.attribute(n); ok {
			return t
		}
	case *expr.ColumnExpr:
		if t, ok := p.column(n); ok {
			return t
		}
	case *expr.RecursiveSource:
		if t, ok := p.recursive(n); ok {
			return t
		}
	case *expr.SelfSource:
	default:
		if r, ok := n.(*expr.RelatedClause); ok {
			if t, ok := p.related(r); ok {
				return t
			}
		}
		for _, c := range chains(form{n, expr.FieldsOf(n)}) {
			if len(c.steps) <= maxCalls && c.makes(n) {
				if t, ok := p.operation(c); ok || p.err != nil {
					return t
				}
				if t, ok := p.chain(c); ok || p.err != nil {
					return t
				}
			}
		}
	}
	return p.byFields(n)
}

// table names a table of the metadata: db.users, db.shop.orders.
func (p *printer) table(t *schema.Table) string {
	s := "db"
	path := t.FullName()
	for i, part := range path {
		last := i == len(path)-1
		twice := isBoth(t.MetaData(), path[:i+1])
		switch {
		case i > 0 && twice: // there is no name for each of the two
			return "sql.node(\"table\", " + tableByName(path) + ")"
		case i == 0 && last && (twice || slices.Contains(lists, part)):
			s += ".tables"
		case i == 0 && (twice || slices.Contains(lists, part)):
			s += ".schemas"
		}
		s += member(part)
	}
	p.count(len(s))
	return s
}

// lists are what db has beside tables and schemas.
var lists = []string{"tables", "schemas", "entities"}

// isBoth reports whether a name is that of a table and of a schema.
func isBoth(m *schema.MetaData, path []string) bool {
	if m == nil || m.Lookup(path...) == nil {
		return false
	}
	for _, t := range m.Tables() {
		if full := t.FullName(); len(full) > len(path) && slices.Equal(full[:len(path)], path) {
			return true
		}
	}
	return false
}

// tableByName is {table = {schema, name}}.
func tableByName(path []string) string {
	quoted := make([]string, len(path))
	for i, part := range path {
		quoted[i] = quote(part)
	}
	return "{table = {" + strings.Join(quoted, ", ") + "}}"
}

// column is source.name, where just one column has the name.
func (p *printer) column(n *expr.ColumnExpr) (text, bool) {
	of, found := n.Source(), n.Source().Find(n.Name())
	if _, ok := of.(*expr.ExcludedSource); ok && p.excluded && isValid(n.Name()) {
		m := "sql.excluded" + member(n.Name())
		p.count(len(m))
		return text{s: m}, true
	}
	if len(found) != 1 || n.Name() == "" || !isValid(n.Name()) {
		return text{}, false
	}
	if got, ok := of.C(n.Name()).Node().(*expr.ColumnExpr); !ok || !same(got, n) {
		return text{}, false
	}
	s := p.source(of)
	m := columnMember(n.Name())
	p.count(len(m))
	return text{s: s.s + m, depth: s.depth, chain: s.chain + 1}, true
}

// recursive is sql.recursive(name, anchor, function(found) ... end).
func (p *printer) recursive(n *expr.RecursiveSource) (text, bool) {
	if p.plainRecursion || n.Self().Name() == "" || p.steps >= maxSteps || len(p.blocks) > maxNested {
		return text{}, false
	}
	anchor := p.node(n.Self().Anchor())
	p.steps++
	b := &block{scope: p.steps}
	own := scopes(1) << b.scope
	p.blocks = append(p.blocks, b)
	self := "found"
	for i := 2; p.taken[self]; i++ {
		self = "found_" + strconv.Itoa(i)
	}
	p.taken[self] = true
	if _, known := p.names[n.Self().Identity()]; known { // another recursive query has it, too
		p.fail(errScope)
	}
	p.names[n.Self().Identity()] = name{self, own}
	nested := p.nested
	p.nested = false
	step := p.node(n.Step())
	p.nested = nested
	p.blocks = p.blocks[:len(p.blocks)-1]
	p.used &^= own
	indent := strings.Repeat("  ", len(p.blocks))
	var s strings.Builder
	fmt.Fprintf(&s, "sql.recursive(%s, %s, function(%s)\n", quote(n.Self().Name()), anchor.s, self)
	for _, line := range append(b.lines, "return "+step.s) {
		s.WriteString(indent + line + "\n")
	}
	s.WriteString(indent[2:] + "end")
	if n.IsDistinct() {
		s.WriteString(", {distinct = true}")
	}
	s.WriteString(")")
	p.count(s.Len() - len(step.s) - len(anchor.s))
	return text{s: s.String(), depth: max(anchor.depth, step.depth) + 1, chain: 1}, true
}
