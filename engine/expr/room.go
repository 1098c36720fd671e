package expr

import "github.com/sqlser/sqlser/schema"

// room is memory for what is read of one tree. Nodes and lists of the sorts that
// most trees consist of share it: one allocation is for several of them.
type room struct {
	nodes      int // of the tree, as far as is known
	columns    []ColumnExpr
	literals   []LiteralExpr
	operations []BinaryExpr
	operands   []Expr
	tables     []TableSource
	calls      []CallExpr
}

// smallRoom is all that most trees of up to 16 nodes need, in one allocation.
type smallRoom struct {
	literals   [4]LiteralExpr
	operations [2]BinaryExpr
	operands   [4]Expr
}

// Room is to be called before a tree of about so many nodes is read, and, with 0,
// behind it: what is read of another tree must not share its room.
func (f *Fields) Room(nodes int) {
	*f.room = room{nodes: nodes}
	if nodes > 8 && nodes <= 16 {
		small := new(smallRoom)
		f.room.literals = small.literals[:0]
		f.room.operations, f.room.operands = small.operations[:0], small.operands[:0]
	}
}

// node makes a node of kind op.
func (r *room) node(op Op) Node {
	switch op {
	case OpColumn:
		return r.column()
	case OpLiteral:
		return r.literal()
	case OpBinary:
		if len(r.operations) == cap(r.operations) {
			r.operations = make([]BinaryExpr, 0, r.share(6))
		}
		n := next(&r.operations)
		n.self = n
		return n
	case OpTable:
		return r.table()
	case OpCall:
		if len(r.calls) == cap(r.calls) {
			r.calls = make([]CallExpr, 0, r.share(12))
		}
		n := next(&r.calls)
		n.self = n
		return n
	}
	return Specs[op].new()
}

func (r *room) column() *ColumnExpr { // of few: see nodeOf
	if len(r.columns) == cap(r.columns) {
		r.columns = make([]ColumnExpr, 0, r.share(8))
	}
	n := next(&r.columns)
	n.self = n
	return n
}

func (r *room) literal() *LiteralExpr {
	if len(r.literals) == cap(r.literals) {
		r.literals = make([]LiteralExpr, 0, r.share(4))
	}
	n := next(&r.literals)
	n.self = n
	return n
}

func (r *room) table() *TableSource {
	if len(r.tables) == cap(r.tables) {
		r.tables = make([]TableSource, 0, r.share(12))
	}
	return next(&r.tables)
}

// ReadColumn makes the node that Read would make of a column, for a Reader that
// keeps columns in a form of its own; so do ReadLiteral and ReadTable.
func (f *Fields) ReadColumn(s Source, c *schema.Column, index int) (*ColumnExpr, error) {
	if n := nodeOf(s, c); n != nil && n.err == nil {
		return n, nil
	}
	n := f.room.column()
	n.source, n.column, n.index = s, c, index
	n.tally = s.state().named().above()
	return read(n, &n.base)
}

// ReadLiteral makes a literal without a type of its own.
func (f *Fields) ReadLiteral(v Value) (*LiteralExpr, error) {
	n := f.room.literal()
	n.v, n.tally = v, tally{}.above()
	return read(n, &n.base)
}

// ReadTable makes the source of a table.
func (f *Fields) ReadTable(t *schema.Table) (*TableSource, error) {
	if isFixed(t) {
		if n := Table(t); n.err == nil {
			return n, nil
		}
	}
	n := f.room.table()
	n.table, n.tally = t, tally{}.above()
	return read(n, &n.base)
}

func read[N Node](n N, b *base) (none N, _ error) {
	err := b.tally.check()
	if err == nil {
		err = n.check()
	}
	if err != nil {
		err.Op = n.Op()
		return none, err
	}
	return n, nil
}

// share is for how many nodes to make room of which there is one in so many.
func (r *room) share(of int) int { return min(max(r.nodes/of, 1), 4) }

// next returns the next one of a list that has room for it.
func next[T any](list *[]T) *T {
	n := len(*list)
	*list = (*list)[:n+1]
	return &(*list)[n]
}

// list makes a list of n operands, which a later append copies.
func (r *room) list(n int) []Expr {
	used := len(r.operands)
	if n > cap(r.operands)-used {
		if n >= 4 { // it is worth an allocation
			return make([]Expr, n)
		}
		r.operands, used = make([]Expr, 0, min(max(r.nodes/6, n), 8)), 0
	}
	r.operands = r.operands[:used+n]
	return r.operands[used : used+n : used+n]
}
