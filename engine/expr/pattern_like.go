package expr

import "sync/atomic"

// likeness is what a statement is like that a pattern made. A select or insert has this in the
// place of its parts, which are made when they are first asked for: a session that knows the plan
// never does.
type likeness struct {
	of     *Pattern
	values []Value // of the plan where that is the pattern's, else of the free literals
	self   *base   // whose it is, of those that have parts: what is copied of it is another's
	made   atomic.Pointer[likeParts]

	planned bool        // its plan has the pattern's key
	asked   atomic.Bool // for its plan
}

// likeParts are the parts of a select or of an insert.
type likeParts struct {
	selected *selectParts
	inserted *insertParts
}

// likenessOf returns what n is like, or nil.
func likenessOf(n Node) *likeness {
	var l *likeness
	switch n := n.(type) {
	case *SelectStmt:
		if n != nil && n.parts == nil {
			return n.like
		}
	case *InsertStmt:
		if n != nil && n.parts == nil {
			return n.like
		}
	case *UpdateStmt:
		if n != nil {
			l = n.like
		}
	case *DeleteStmt:
		if n != nil {
			l = n.like
		}
	}
	if l == nil || l.self != n.state() {
		return nil
	}
	return l
}

// parts makes the parts, once.
func (l *likeness) parts() *likeParts {
	if made := l.made.Load(); made != nil {
		return made
	}
	made := new(likeParts)
	switch n := l.of.copy(l.free()).(type) {
	case *SelectStmt:
		made.selected = n.parts
	case *InsertStmt:
		made.inserted = n.parts
	}
	if !l.made.CompareAndSwap(nil, made) { // all see the same nodes
		return l.made.Load()
	}
	return made
}

// free returns the values of the free literals.
func (l *likeness) free() []Value {
	if !l.planned {
		return l.values
	}
	free := make([]Value, len(l.of.classes))
	for i, c := range l.of.classes {
		free[i] = l.values[c.index]
	}
	return free
}

// begin gives a new likeness the values of the free literals. Its own list is as long as the pattern asks for.
func (l *likeness) begin(p *Pattern, free []Value) {
	if l.of = p; p.planned {
		if l.planned = p.plans(l.values, free); l.planned {
			return
		}
	}
	l.values = append(l.values[:0], free...)
}

// kept is how many values a likeness has, as a rule.
func (p *Pattern) kept() int {
	if p.planned {
		return len(p.values)
	}
	return len(p.free)
}

// plans lists the values of a plan where the free literals have these; or reports that its key is
// another, as others of them are equal than those of the pattern's statement.
func (p *Pattern) plans(list, free []Value) bool {
	if p.fixed {
		copy(list, p.values)
	}
	for i := range p.classes {
		c := &p.classes[i]
		if c.gives {
			list[c.index] = free[i]
		} else if list[c.index] != free[i] {
			return false
		}
	}
	for _, two := range p.apart {
		if list[two.one] == list[two.other] {
			return false
		}
	}
	return true
}

// With returns the statement with these values of its free literals, as the constructors would make
// it; nil where one is of another kind, or such that they might not. What leads to no free literal is shared.
func (p *Pattern) With(values []Value) Node {
	if p == nil || p.stmt == nil || len(values) != len(p.free) {
		return nil
	}
	for i := range p.free {
		if !p.free[i].takes(&values[i]) {
			return nil
		}
	}
	switch n := p.stmt.(type) {
	case *SelectStmt:
		s, like := likeRoom[SelectStmt](p.kept())
		s.base, s.seen, s.like = n.base, seenParts{all: true}, like
		like.begin(p, values)
		return s
	case *InsertStmt:
		s, like := likeRoom[InsertStmt](p.kept())
		s.base, s.seen, s.like = n.base, seenInsert{has: insertWhole}, like
		like.begin(p, values)
		return s
	}
	made := p.copied(values)
	like := &likeness{values: make([]Value, p.kept()), self: made.state()}
	like.begin(p, values)
	switch s := made.(type) {
	case *UpdateStmt:
		s.like = like
	case *DeleteStmt:
		s.like = like
	}
	return made
}

// likeRoom makes a statement, its likeness and the list of so many values, in one piece of memory where they are few.
func likeRoom[S any](n int) (*S, *likeness) {
	switch {
	case n <= 2:
		room := new(struct {
			stmt S
			like likeness
			few  [2]Value
		})
		room.like.values = room.few[:n]
		return &room.stmt, &room.like
	case n == 3:
		room := new(struct {
			stmt S
			like likeness
			few  [3]Value
		})
		room.like.values = room.few[:]
		return &room.stmt, &room.like
	case n == 4:
		room := new(struct {
			stmt S
			like likeness
			few  [4]Value
		})
		room.like.values = room.few[:]
		return &room.stmt, &room.like
	}
	room := new(struct {
		stmt S
		like likeness
	})
	room.like.values = make([]Value, n)
	return &room.stmt, &room.like
}
