package expr

import "sync"

// scratch is memory of a resolver.
type scratch struct {
	columns    []ColumnExpr // room for nodes of the resolved tree, which keeps it
	literals   []LiteralExpr
	operations []BinaryExpr
	rooms      []*selectRoom
}

// column copies a column.
func (r *resolver) column(n *ColumnExpr) *ColumnExpr {
	if len(r.columns) == cap(r.columns) {
		r.columns = make([]ColumnExpr, 0, r.nodes(cap(r.columns), columnsIn(Size(r.root))))
	}
	r.columns = append(r.columns, *n)
	return &r.columns[len(r.columns)-1]
}

// literal copies a literal and says whose it is.
func (r *resolver) literal(n *LiteralExpr) *LiteralExpr {
	if len(r.literals) == cap(r.literals) {
		r.literals = make([]LiteralExpr, 0, r.nodes(cap(r.literals), Size(r.root)/8))
	}
	r.literals = append(r.literals, *n)
	c := &r.literals[len(r.literals)-1]
	if !r.hosts {
		c.marks |= isArgument
	}
	return c
}

// copy copies a node.
func (r *resolver) copy(n Node) Node {
	b, ok := n.(*BinaryExpr)
	if !ok {
		return Specs[n.Op()].copy(n)
	}
	if len(r.operations) == cap(r.operations) {
		r.operations = make([]BinaryExpr, 0, r.nodes(cap(r.operations), Size(r.root)/6))
	}
	r.operations = append(r.operations, *b)
	return &r.operations[len(r.operations)-1]
}

// nodes returns for how many nodes to make room: at first for the share that most
// statements have of them.
func (r *resolver) nodes(had, share int) int {
	if had > 0 {
		return 4
	}
	return min(max(share, 1), 32)
}

// selectRoom is what resolving a select needs for as long as it lasts.
type selectRoom struct {
	scope  scope
	from   fromList
	labels labels
}

func (r *resolver) selectRoom() *selectRoom {
	last := len(r.rooms) - 1
	if last < 0 {
		return new(selectRoom)
	}
	room := r.rooms[last]
	r.rooms = r.rooms[:last]
	return room
}

// free keeps the memory and nothing that it refers to.
func (r *resolver) free(room *selectRoom) {
	clear(room.from.occurrences)
	*room = selectRoom{from: fromList{occurrences: room.from.occurrences[:0]}, labels: labels{costs: room.labels.costs[:0]}}
	r.rooms = append(r.rooms, room)
}

// resolvers saves the allocation of what only resolving needs; nothing of a
// statement stays in them.
var resolvers = sync.Pool{New: func() any {
	r := new(resolver)
	r.children = &Fields{m: &mapping{node: r.node, source: func(s Source) Source { return s }}}
	return r
}}

func newResolver(stmt Node) *resolver {
	r := resolvers.Get().(*resolver)
	r.Resolved, r.root = &Resolved{occurrences: make([]*Occurrence, 0, 4)}, stmt
	return r
}

func (r *resolver) release() {
	if r.visits > 1<<10 { // its memory is large
		return
	}
	clear(r.taken.list)
	clear(r.aggregates[:cap(r.aggregates)])
	*r = resolver{children: r.children, aggregates: r.aggregates[:0], names: names{taken: nameSet{list: r.taken.list[:0]}}, scratch: scratch{rooms: r.rooms}}
	resolvers.Put(r)
}
