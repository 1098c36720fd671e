package expr

import "github.com/sqlser/sqlser/schema"

// room is memory for what is read of one tree. Nodes and lists of the sorts that
// most trees consist of share it: one allocation is for several of them.
type room struct {
	Expected
	selects    []readSelect
	inserts    []readInsert
	columns    []ColumnExpr
	literals   []LiteralExpr
	operations []BinaryExpr
	conditions []LogicExpr
	operands   []Expr
	tables     []TableSource
	aliases    []AliasSource
	calls      []CallExpr
	items      []Item
	froms      []FromClause
	joins      []SelectJoin
	orders     []Order
	targets    []changeColumn
	sets       []Assignment
	rows       []valuesRow
}

// Expected is what is known of a tree before it is read: room is made for it. Wrong numbers cost
// memory, up to some nodes of each sort, or allocations.
type Expected struct {
	Root    Op
	Nodes   int
	Tables  int
	Columns int // of tables
	Results int // of the root
}

// Statements that are read have their parts beside them.
type (
	readSelect struct {
		stmt  SelectStmt
		parts selectParts
	}
	readInsert struct {
		stmt  InsertStmt
		parts insertParts
	}
)

// What statements of few nodes have, in pieces of up to 512 bytes, for which the runtime does least, and of just a size that
// it has memory of.
type (
	pointSelect struct {
		selects    [1]readSelect
		conditions [1]LogicExpr
		items      [3]Item
		operands   [3]Expr
	}
	smallSelect struct {
		selects    [1]readSelect
		conditions [1]LogicExpr
		items      [4]Item
		operands   [4]Expr
	}
	smallValues struct {
		literals   [1]LiteralExpr // beside small numbers, which need no memory
		operations [2]BinaryExpr
	}
	someSelect struct { // of more nodes
		selects    [1]readSelect
		conditions [1]LogicExpr
		froms      [2]FromClause
		joins      [2]SelectJoin
		orders     [2]Order
	}
	smallInsert struct { // in one piece: it has use for all of it
		inserts  [1]readInsert
		rows     [1]valuesRow
		items    [2]Item
		operands [4]Expr
		targets  [6]changeColumn
		sets     [2]Assignment
		literals [2]LiteralExpr
		calls    [1]CallExpr
	}
)

// Room is to be called before a tree is read of which so much is known. [Fields.NoRoom] is to be called behind it:
// what is read of another tree must not share its room.
func (f *Fields) Room(e Expected) {
	r := f.room
	r.Expected = e
	switch {
	case r.Nodes <= 8:
	case e.Root == OpSelect && r.small() && e.Results <= 3:
		s := new(pointSelect)
		r.selects, r.conditions, r.items, r.operands = s.selects[:0], s.conditions[:0], s.items[:0], s.operands[:0]
	case e.Root == OpSelect && r.small() && e.Results <= 4:
		s := new(smallSelect)
		r.selects, r.conditions, r.items, r.operands = s.selects[:0], s.conditions[:0], s.items[:0], s.operands[:0]
	case e.Root == OpSelect && !r.small():
		s := new(someSelect)
		r.selects, r.conditions, r.froms, r.joins, r.orders = s.selects[:0], s.conditions[:0], s.froms[:0], s.joins[:0], s.orders[:0]
	case r.smallInsert():
		s := new(smallInsert)
		r.inserts, r.rows, r.items, r.operands = s.inserts[:0], s.rows[:0], s.items[:0], s.operands[:0]
		r.targets, r.sets, r.literals, r.calls = s.targets[:0], s.sets[:0], s.literals[:0], s.calls[:0]
	}
}

func (r *room) smallInsert() bool {
	return r.Root == OpInsert && r.small() && r.Columns <= 6 && r.Results <= 2
}

// small reports whether the tree is of few nodes, but not of so few that each has room of its own.
func (r *room) small() bool { return r.Nodes > 8 && r.Nodes <= 24 }

// NoRoom lets go of what is left of the room.
func (f *Fields) NoRoom() { *f.room = room{} }

// node makes a node of kind op.
func (r *room) node(op Op) Node {
	switch op {
	case OpColumn:
		return r.column(nil)
	case OpLiteral:
		return r.literal()
	case OpBinary:
		return r.operation()
	case OpTable:
		return r.table()
	case OpCall:
		return r.call()
	case OpLogic:
		return r.condition()
	case OpAlias:
		return r.alias()
	case OpSelect:
		return r.selected()
	case OpInsert:
		return r.inserted()
	}
	return Specs[op].new()
}

// selected is a select with parts of its own.
func (r *room) selected() *SelectStmt {
	var s *readSelect
	if len(r.selects) < cap(r.selects) {
		s = next(&r.selects)
	} else {
		s = new(readSelect)
	}
	s.stmt.parts, s.stmt.seen = &s.parts, seenParts{all: true}
	return &s.stmt
}

// inserted is an insert with parts of its own.
func (r *room) inserted() *InsertStmt {
	var n *readInsert
	if len(r.inserts) < cap(r.inserts) {
		n = next(&r.inserts)
	} else {
		n = new(readInsert)
	}
	n.stmt.parts, n.stmt.seen = &n.parts, seenInsert{has: insertWhole}
	return &n.stmt
}

// column is of few: see nodeOf. Those of an alias are at most those of its table.
func (r *room) column(of Source) *ColumnExpr {
	n := 1
	if _, ok := of.(*AliasSource); ok && len(r.columns) == cap(r.columns) {
		n = max(min(r.Columns, 16), 1)
		r.Columns -= n
	}
	c := take(&r.columns, n)
	c.self = c
	return c
}

// alias is one of several: where one table has an alias, most have.
func (r *room) alias() *AliasSource {
	n := 1
	if len(r.aliases) == cap(r.aliases) {
		n = min(max(r.Tables, 1), 5)
		r.Tables -= n
	}
	return take(&r.aliases, n)
}

func (r *room) literal() *LiteralExpr {
	if len(r.literals) == cap(r.literals) {
		r.moreLiterals()
	}
	l := next(&r.literals)
	l.self = l
	return l
}

func (r *room) moreLiterals() {
	r.values()
	n := max(r.share(4), min(r.Nodes/8, 5))
	if len(r.literals) > 0 { // fewer are left
		n = 2
	}
	if len(r.literals) == cap(r.literals) {
		r.literals = make([]LiteralExpr, 0, n)
	}
}

func (r *room) operation() *BinaryExpr {
	if len(r.operations) == cap(r.operations) {
		r.values()
	}
	n := take(&r.operations, r.share(6))
	n.self = n
	return n
}

// values makes room for the values and operations of a small select.
func (r *room) values() {
	if r.Root == OpSelect && r.small() && cap(r.literals)+cap(r.operations) == 0 {
		s := new(smallValues)
		r.literals, r.operations = s.literals[:0], s.operations[:0]
	}
}

func (r *room) condition() *LogicExpr {
	n := take(&r.conditions, 1)
	n.self = n
	return n
}

func (r *room) call() *CallExpr {
	n := take(&r.calls, r.share(12))
	n.self = n
	return n
}

func (r *room) table() *TableSource { return take(&r.tables, r.share(12)) }

// share is for how many nodes to make room of which there is one in so many.
func (r *room) share(of int) int { return min(max(r.Nodes/of, 1), 4) }

// next returns the next one of a list that has room for it.
func next[T any](list *[]T) *T {
	n := len(*list)
	*list = (*list)[:n+1]
	return &(*list)[n]
}

// take gives the next of a list, for which room is made for so many at a time.
func take[T any](list *[]T, share int) *T {
	if len(*list) == cap(*list) {
		*list = make([]T, 0, share)
	}
	return next(list)
}

// many gives a list, which a later append copies, of what room there is, or makes it.
func many[T any](list *[]T, n int) []T {
	used := len(*list)
	if n > cap(*list)-used {
		return make([]T, n)
	}
	*list = (*list)[:used+n]
	return (*list)[used : used+n : used+n]
}

// list makes a list of n operands, which a later append copies.
func (r *room) list(n int) []Expr {
	if n > cap(r.operands)-len(r.operands) {
		if n >= 4 { // it is worth an allocation
			return make([]Expr, n)
		}
		r.operands = make([]Expr, 0, min(max(r.Nodes/6, n), 8))
	}
	return many(&r.operands, n)
}

// ReadColumn makes the node that Read would make of a column, for a Reader that
// keeps columns in a form of its own; so do ReadLiteral, ReadSmall and ReadTable.
func (f *Fields) ReadColumn(s Source, c *schema.Column, index int) (*ColumnExpr, error) {
	switch of := s.(type) {
	case *TableSource:
		if n := of.node(c); n != nil && n.err == nil {
			return n, nil
		}
	case *ExcludedSource:
		if n := of.node(c); n != nil && n.err == nil {
			return n, nil
		}
	case *AliasSource:
		if c != nil && of.depth < MaxDepth && TableOf(of) == c.Table() { // nothing else can be wrong with it, as it was read
			n := f.room.column(s)
			n.of, n.column, n.tally = ownerOf(s), c, of.named().above()
			return n, nil
		}
	}
	n := f.room.column(s)
	n.of, n.column, n.index = ownerOf(s), c, index
	n.tally = s.state().named().above()
	return read(n, &n.base)
}

// OperandColumn is [Fields.Operand] of a column: it can stand anywhere.
func (*Fields) OperandColumn(n *ColumnExpr) Expr { return Expr{at: &n.exprState} }

// ReadLiteral makes a literal without a type of its own.
func (f *Fields) ReadLiteral(v Value) (*LiteralExpr, error) {
	n := f.room.literal()
	n.tally = tally{}.above()
	n.set(v)
	if err := v.check(); err != nil {
		return nil, refused(OpLiteral, err)
	}
	return n, nil
}

// ReadSmall is [Fields.ReadLiteral] of a number up to [MostSmall], in no memory: all that is read shares the literals of these.
func (*Fields) ReadSmall(n uint8) *LiteralExpr { return &smallLiterals[n&MostSmall] }

// MostSmall is the largest small number.
const MostSmall = 127

// smallLiterals are those of the numbers from 0 on. Nothing writes to them.
var smallLiterals = func() *[MostSmall + 1]LiteralExpr {
	all := new([MostSmall + 1]LiteralExpr)
	for i := range all {
		all[i].sound(Int(int64(i)))
	}
	return all
}()

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

// ReadExcluded makes the excluded row of what rows are inserted into.
func (f *Fields) ReadExcluded(into Source) (*ExcludedSource, error) {
	if t, ok := into.(*TableSource); ok && t.excluded != nil {
		if n := t.excludedRow(); n.err == nil {
			return n, nil
		}
	}
	n := &ExcludedSource{of: into}
	var m measure
	m.from(into)
	n.tally = m.above()
	return read(n, &n.base)
}

func read[N Node](n N, b *base) (none N, _ error) {
	err := b.tally.check()
	if err == nil {
		err = n.check()
	}
	if err != nil {
		return none, refused(n.Op(), err)
	}
	return n, nil
}

// refused is what is wrong with a node that has been read.
func refused(op Op, err *Error) error {
	err.Op = op
	return err
}
