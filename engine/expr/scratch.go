package expr

import "sync"

// scratch is memory of a resolver.
type scratch struct {
	rooms           []*selectRoom
	named, joinedTo sourceSet // for a moment
}

// selectRoom is what resolving a select needs for as long as it lasts.
type selectRoom struct {
	scope  scope
	from   fromList
	labels labels

	grouped grouped
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
	from := &room.from
	clear(from.occurrences)
	clear(from.owners)
	clear(from.uses)
	clear(from.queries)
	from.occurrences, from.owners, from.uses, from.queries = from.occurrences[:0], from.owners[:0], from.uses[:0], from.queries[:0]
	from.index, from.byQuery = nil, nil
	room.scope, room.labels = scope{}, labels{costs: room.labels.costs[:0]}
	if g := &room.grouped; g.r != nil { // else it was not used
		clear(g.columns.list)
		clear(g.others)
		*g = grouped{columns: groupedColumns{list: g.columns.list[:0]}, others: g.others[:0]}
	}
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
	a := arenas.Get().(*arena)
	r.Resolved, r.root = &Resolved{occurrences: a.occurrencesOf, uses: uses{list: a.usesOf}, arena: a}, stmt
	return r
}

func (r *resolver) release() {
	if r.visits > 1<<10 { // its memory is large
		return
	}
	clear(r.taken.list)
	clear(r.derived)
	clear(r.aggregates[:cap(r.aggregates)])
	children, aggregates, taken, derived, scratch := r.children, r.aggregates, r.taken.list, r.derived, r.scratch
	*r = resolver{} // a copy of another one takes more
	r.children, r.aggregates, r.taken.list, r.derived, r.scratch = children, aggregates[:0], taken[:0], derived[:0], scratch
	resolvers.Put(r)
}
