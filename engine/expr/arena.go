package expr

import "sync"

// arena is memory of a resolved tree, which lives only until it is compiled: see
// [Resolved.Release].
type arena struct {
	columns     slab[ColumnExpr]
	literals    slab[LiteralExpr]
	operations  slab[BinaryExpr]
	logic       slab[LogicExpr]
	calls       slab[CallExpr]
	refs        slab[RefExpr]
	selects     slab[resolvedSelect]
	inserts     slab[resolvedInsert]
	joins       slab[JoinClause]
	occurrences slab[Occurrence]

	exprs  slab[Expr]
	items  slab[Item]
	orders slab[Order]
	froms  slab[FromClause]
	names  slab[string]

	rows        slab[valuesRow]
	assignments slab[Assignment]

	occurrencesOf []*Occurrence
	usesOf        []sourceUse
}

// resolvedSelect is a select and its parts.
type resolvedSelect struct {
	stmt  SelectStmt
	parts selectParts
	names []string
}

// resolvedInsert is an insert and its parts.
type resolvedInsert struct {
	stmt  InsertStmt
	parts insertParts
	names []string
}

// slab gives memory for values of one type, in blocks, of which it keeps the last one.
// What it has not given yet is zero.
type slab[T any] struct{ block []T }

// The lengths of blocks, in values.
const (
	firstBlock = 8
	lastBlock  = 256
)

// next returns a zero T.
func (s *slab[T]) next() *T {
	at := len(s.block)
	if at == cap(s.block) {
		s.grow(1)
		at = 0
	}
	s.block = s.block[:at+1]
	return &s.block[at]
}

// list returns n zero Ts; appending to them copies.
func (s *slab[T]) list(n int) []T {
	if n == 0 {
		return nil
	}
	at := len(s.block)
	if cap(s.block)-at < n {
		s.grow(n)
		at = 0
	}
	s.block = s.block[:at+n]
	return s.block[at : at+n : at+n]
}

// clone returns a copy of a list.
func (s *slab[T]) clone(list []T) []T {
	c := s.list(len(list))
	copy(c, list)
	return c
}

func (s *slab[T]) grow(n int) {
	s.block = make([]T, 0, max(n, firstBlock, min(2*cap(s.block), lastBlock)))
}

// reset takes everything back.
func (s *slab[T]) reset() {
	if len(s.block) == 0 {
		return
	}
	if cap(s.block) > lastBlock {
		s.block = nil
		return
	}
	clear(s.block)
	s.block = s.block[:0]
}

var arenas = sync.Pool{New: func() any { return &arena{occurrencesOf: make([]*Occurrence, 0, 4), usesOf: make([]sourceUse, 0, 4)} }}

func (a *arena) release() {
	a.columns.reset()
	a.literals.reset()
	a.operations.reset()
	a.logic.reset()
	a.calls.reset()
	a.refs.reset()
	a.selects.reset()
	a.inserts.reset()
	a.joins.reset()
	a.occurrences.reset()
	a.exprs.reset()
	a.items.reset()
	a.orders.reset()
	a.froms.reset()
	a.names.reset()
	a.rows.reset()
	a.assignments.reset()
	clear(a.occurrencesOf)
	clear(a.usesOf)
	if a.occurrencesOf, a.usesOf = a.occurrencesOf[:0], a.usesOf[:0]; cap(a.occurrencesOf) > lastBlock {
		a.occurrencesOf, a.usesOf = nil, nil
	}
	arenas.Put(a)
}
