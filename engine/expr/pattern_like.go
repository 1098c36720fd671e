package expr

import (
	"slices"
	"sync/atomic"
)

// likeness is what a statement is like that a pattern made. A select or insert has this in the
// place of its parts, which are made when they are first asked for: a session that knows the plan
// never does.
type likeness struct {
	of     *Pattern
	values []Value // of the free literals
	self   Node    // whose it is, of those that have parts: what is copied of it is another's
	made   atomic.Pointer[likeParts]
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
		if n.parts == nil {
			return n.like
		}
	case *InsertStmt:
		if n.parts == nil {
			return n.like
		}
	case *UpdateStmt:
		l = n.like
	case *DeleteStmt:
		l = n.like
	}
	if l == nil || l.self != n {
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
	switch n := l.of.copy(l.values).(type) {
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

// appendPlanKey is AppendPlanKey, without a walk: where as many values are equal as those
// of the pattern's statement, the key is the same.
func (l *likeness) appendPlanKey(key []byte, values []Value) (_ []byte, _ []Value, ok bool) {
	p := l.of
	if !p.planned {
		return key, values, false
	}
	before := len(values)
	values = append(values, p.values...)
	own := values[before:]
	for i, c := range p.classes {
		v := l.values[i]
		switch {
		case own[c.index] == v:
		case c.fixed || own[c.index] != p.values[c.index]: // another of the class has another value
			return key, values[:before], false
		default:
			own[c.index] = v
		}
	}
	for i, c := range p.classes { // also those that have kept their value while others of their class got one
		if l.values[i] != own[c.index] {
			return key, values[:before], false
		}
	}
	for i := range own {
		for k := range i {
			if own[i] == own[k] {
				return key, values[:before], false
			}
		}
	}
	return append(key, p.key...), values, true
}

// With returns the statement with these values of its free literals, as the constructors would make
// it; nil where one is of another kind, or such that they might not. What leads to no free literal is shared.
func (p *Pattern) With(values []Value) Node {
	if p == nil || p.stmt == nil || len(values) != len(p.free) {
		return nil
	}
	for i := range p.free {
		if !p.free[i].takes(values[i]) {
			return nil
		}
	}
	switch n := p.stmt.(type) {
	case *SelectStmt:
		room := new(struct {
			SelectStmt
			likeRoom
		})
		s := &room.SelectStmt
		s.base, s.seen, s.like = n.base, seenParts{all: true}, room.of(p, values)
		return s
	case *InsertStmt:
		room := new(struct {
			InsertStmt
			likeRoom
		})
		s := &room.InsertStmt
		s.base, s.seen, s.like = n.base, seenInsert{has: insertWhole}, room.of(p, values)
		return s
	}
	made := p.copy(values)
	like := new(likeRoom).of(p, values)
	like.self = made
	switch s := made.(type) {
	case *UpdateStmt:
		s.like = like
	case *DeleteStmt:
		s.like = like
	}
	return made
}

// likeRoom is memory for a likeness of few values.
type likeRoom struct {
	like likeness
	few  [4]Value
}

func (r *likeRoom) of(p *Pattern, values []Value) *likeness {
	l := &r.like
	l.of = p
	if len(values) > len(r.few) {
		l.values = slices.Clone(values)
	} else {
		l.values = r.few[:copy(r.few[:], values)]
	}
	return l
}
