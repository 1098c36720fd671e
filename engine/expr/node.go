package expr

import (
	"reflect"
	"sync"

	"github.com/sqlser/sqlser/schema"
)

// Limits of every tree. A reader may be told to refuse sooner, never later.
const (
	MaxDepth = 500     // nodes above one another
	MaxSize  = 100_000 // nodes, a shared one counted each time it is reached
)

// Node is a part of a query. Only this package makes nodes; a published node
// never changes.
type Node interface {
	Op() Op
	fields(*Fields) // names every field, in wire order
	check() *Error  // types and normal form; children are checked already
	state() *base
}

// exprNode is a node with a value; people hold it as an Expr.
type exprNode interface {
	Node
	Type() schema.Type
	expr() *exprState
}

// base is what every node carries.
type base struct {
	tally
	err *Error
}

func (b *base) state() *base { return b }

// exprState is what every node with a value carries.
type exprState struct {
	base
	self exprNode // the node: who makes or copies one says so
}

func (s *exprState) expr() *exprState { return s }

// value is the base of expressions whose type check works out.
type value struct {
	exprState
	typ schema.Type
}

// Type returns the type of the expression's value.
func (v *value) Type() schema.Type { return v.typ }

// kept is a type by a pointer, which takes half of its room, and no memory for most.
func kept(t schema.Type) *schema.Type {
	if plain := &plainTypes[t.Kind()]; *plain == t {
		return plain
	}
	other := t // which alone needs memory
	return &other
}

// known is the type that is kept, of nil the unknown one.
func known(t *schema.Type) schema.Type {
	if t == nil {
		return schema.Unknown
	}
	return *t
}

// Err returns the first error made while n was built, with the position of the
// call, or nil. It is an *[Error].
func Err(n Node) error {
	if err := stateOf(n).problem(); err != nil {
		return err
	}
	return nil
}

// Size returns how many nodes a full walk of n visits, a shared one each time.
func Size(n Node) int { return int(stateOf(n).size) }

// Depth returns how many nodes stand above one another in n.
func Depth(n Node) int { return int(stateOf(n).depth) }

// orNone makes a nil pointer no node: an interface that holds one is not nil, and
// every method of it would panic.
func orNone[N Node](n N) (none N) {
	if isNone(n) {
		return none
	}
	return n
}

func isNone(n any) bool {
	switch n := n.(type) { // the commonest
	case *AliasSource:
		return n == nil
	case *TableSource:
		return n == nil
	case *SelectStmt:
		return n == nil
	case *InsertStmt:
		return n == nil
	}
	v := reflect.ValueOf(n)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

// present copies a list whose nil pointers become no nodes.
func present[N Node](list []N) []N {
	out := make([]N, len(list))
	for i, n := range list {
		out[i] = orNone(n)
	}
	return out
}

// stateOf returns the state of n, of no node one that says so.
func stateOf(n Node) *base {
	switch n := n.(type) { // the commonest roots
	case *SelectStmt:
		if n != nil {
			return &n.base
		}
	case *InsertStmt:
		if n != nil {
			return &n.base
		}
	case *UpdateStmt:
		if n != nil {
			return &n.base
		}
	}
	if n = orNone(n); n == nil {
		return &base{err: missing("the node")}
	}
	return n.state()
}

// problem returns what is wrong with the node. One that no constructor made, such
// as new(SelectStmt), was never measured nor checked.
func (b *base) problem() *Error {
	if b.err == nil && b.size == 0 {
		return fail(CodeForm, "a node that no constructor made")
	}
	return b.err
}

// tally is an expanded size and a depth, which saturate, and marks. It is one word,
// as it is copied for each node and child.
type tally struct {
	size  uint32
	depth uint16
	marks marks
}

// marks say what a node is or has below it.
type marks uint16

// The marks.
const (
	hasRefs     marks = 1 << iota // a RefExpr stands in it, other than in a source or query
	hasWindows                    // an OverExpr, likewise
	hasGrants                     // something in it, anywhere, needs a [Grant]
	isBeside                      // it stands beside comparisons only, see Fields.Side: its own alone
	hasGiven                      // a GivenExpr stands in it, anywhere
	mayVanish                     // nothing may be left of it, see Given: its own alone
	hasEntities                   // something in it, anywhere, is an entity's: Expand has to do with it
	isWhole                       // it stands among the columns of a statement only: its own alone
	isHosts                       // a literal of what the host says, see HostLiteral: its own alone
)

// anywhere are those marks that what stands in a source or query has, too.
const anywhere = hasGrants | hasGiven | hasEntities

// ownMarks are those marks that what a node stands in has not.
const ownMarks = isBeside | mayVanish | isWhole | isHosts

// has reports whether m has one of these marks.
func (m marks) has(these marks) bool { return m&these != 0 }

func (t *tally) add(child tally) {
	t.size = min(t.size+child.size, MaxSize+1)
	t.depth = max(t.depth, child.depth)
	t.marks |= child.marks &^ ownMarks
}

// named is what naming a source counts.
func (t tally) named() tally { return tally{depth: t.depth, marks: t.marks & anywhere} }

// above returns the tally of the node whose children t counts.
func (t tally) above() tally {
	return tally{min(t.size+1, MaxSize+1), min(t.depth+1, MaxDepth+1), t.marks}
}

func (t tally) fits() bool { return t.depth <= MaxDepth && t.size <= MaxSize }

func (t tally) check() *Error {
	if !t.fits() {
		return t.beyond()
	}
	return nil
}

func (t tally) beyond() *Error {
	if t.depth > MaxDepth {
		return fail(CodeSize, "nested deeper than %d", MaxDepth)
	}
	return fail(CodeSize, "larger than %d nodes when expanded", MaxSize)
}

// measure adds up what stands in a node, and keeps the first thing that is wrong with it.
// What is built most is measured by it alone, without Fields; tests hold both ways equal.
type measure struct {
	tally
	err *Error
}

func (m *measure) keep(err *Error) {
	if m.err == nil {
		m.err = err
	}
}

// measured is what a node was measured to hold.
func (b *base) measured() measure {
	return measure{tally: tally{b.size - 1, b.depth - 1, b.marks &^ ownMarks}}
}

// node counts a node.
func (m *measure) node(b *base) {
	m.add(b.tally)
	m.keep(b.problem())
}

// closed counts a source or query: the labels and windows in it are its own.
func (m *measure) closed(b *base) {
	own := m.marks
	m.node(b)
	m.marks = own | m.marks&anywhere
}

// from counts a source, or a join.
func (m *measure) from(c FromClause) {
	if c != nil {
		m.closed(c.state())
	}
}

// column counts that a column of a source is named.
func (m *measure) column(s Source) {
	if s != nil {
		b := s.state()
		m.add(b.named())
		m.keep(b.problem())
	}
}

// expr counts an expression, which may be of those that stand in some fields only.
func (m *measure) expr(x Expr, also marks) {
	if x.at == nil {
		return
	}
	b := &x.at.base
	m.add(b.tally)
	if b.err != nil || b.size == 0 || b.marks.has(choosy&^also) {
		m.doubt(x, also)
	}
}

// doubt keeps what is wrong with an expression, or with where it stands.
func (m *measure) doubt(x Expr, also marks) {
	b := &x.at.base
	if b.err != nil || b.size == 0 {
		m.keep(b.problem())
	}
	if b.marks.has(choosy &^ also) {
		m.keep(misplacedExpr(x, b.marks))
	}
}

func (m *measure) exprs(list []Expr, also marks) {
	for _, x := range list {
		m.expr(x, also)
	}
}

func (m *measure) items(list []Item) {
	for i := range list {
		m.expr(list[i].expr, isWhole)
	}
}

func (m *measure) orders(list []Order) {
	for i := range list {
		m.expr(list[i].expr, 0)
	}
}

// instead measures what stands in the place of another expression.
func (m *measure) instead(old, x Expr, also marks) {
	if old.at != nil {
		m.size -= old.at.size
	}
	m.expr(x, also)
}

// misplacedExpr is the error of an expression that stands where one with its marks cannot.
func misplacedExpr(x Expr, m marks) *Error {
	where := "beside a comparison or in IN only"
	if m.has(mayVanish) {
		where = "in WHERE, HAVING and FILTER, or in AND and OR: it may vanish"
	} else if m.has(isWhole) {
		where = "among the columns of a statement only"
	}
	return fail(CodeForm, "it stands %s", where).placed(x.node().Op())
}

// measures saves an allocation a node: seal needs its Fields only for a moment.
var measures = sync.Pool{New: func() any { return new(Fields) }}

// seal ends every constructor: it measures and checks n and keeps what is wrong in n.
func seal[N Node](n N) N {
	f := measures.Get().(*Fields)
	*f = Fields{}
	n.fields(f)
	t, err := f.tally.above(), f.err
	measures.Put(f)
	itself(n)
	finish(n, t, err)
	return n
}

// itself makes a node with a value, or a source, know itself.
func itself(n Node) {
	switch x := n.(type) {
	case exprNode:
		x.expr().self = x
	case Source:
		x.owns().self = x
	}
}

// finish keeps a node's measures and the first thing that is wrong with it. One
// past the limits lets go of what is below it, so that no tree that exists is
// too deep or too large to be walked.
func finish(n Node, t tally, err *Error) {
	b := n.state()
	b.tally, b.err = t, err
	beyond := t.check()
	if err == nil {
		if err = beyond; err == nil {
			err = n.check()
		}
		if err != nil {
			b.err = err.placed(n.Op())
		}
	}
	if beyond != nil {
		n.fields(&Fields{m: &mapping{drop: true}})
	}
}

// settle is finish of what is built most, without calls by interfaces: it reports whether
// the node's own check is all that is left to do, for judge. If not, finish ends the node.
func (b *base) settle(m *measure) bool {
	b.tally = m.above()
	return m.err == nil && b.tally.fits()
}

// judge keeps what the check of a node of kind op has found.
func (b *base) judge(op Op, err *Error) {
	if err != nil {
		b.err = err.placed(op)
	}
}

// List is a read-only view of a node's list.
type List[T any] struct{ items []T }

// ListOf makes a List of items, which must not be changed any more.
func ListOf[T any](items []T) List[T] { return List[T]{items} }

// Len returns the length.
func (l List[T]) Len() int { return len(l.items) }

// At returns item i.
func (l List[T]) At(i int) T { return l.items[i] }

// All iterates over the list.
func (l List[T]) All() func(yield func(int, T) bool) {
	return func(yield func(int, T) bool) {
		for i, v := range l.items {
			if !yield(i, v) {
				return
			}
		}
	}
}

// clip makes sure that a later append copies instead of writing into a list
// that another tree shares.
func clip[T any](s []T) []T { return s[:len(s):len(s)] }
