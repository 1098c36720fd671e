package expr

import "sync/atomic"

// selectPart is a part of a select that methods add to.
type selectPart uint8

const (
	fromPart selectPart = iota
	joinPart
	groupPart
	orderPart
	wherePart // from here on there is one expression in it, or none
	havingPart
	limitPart
	offsetPart
)

// selectParts are the parts of selects that grew of one another. Each of them writes only
// what those before it do not see, and one only grows of each: others get parts of their own.
type selectParts struct {
	selectData
	taken atomic.Uint32 // the step of the last one
	room  []SelectStmt  // for those to come
	only  [1]FromClause // room for what most have in FROM
}

// Room for selects is made for so many at first, and then for so many each time.
const (
	firstSelects = 3
	moreSelects  = 6
)

// seenParts say what of its parts a select has: the columns, what few selects have, and so
// many of each list, and what sees is told of.
type seenParts struct {
	all  bool // everything there is; then the rest says nothing
	step uint8
	one  uint8 // bits of the parts with one expression
	list [wherePart]uint8
}

// maxSeen is how many of a list can be counted, and how many steps.
const maxSeen = 255

func (s *seenParts) see(part selectPart)       { s.one |= 1 << part }
func (s *seenParts) sees(part selectPart) bool { return s.all || s.one&(1<<part) != 0 }

// seenOf is what sees all of d, to a list of which so many are added.
func seenOf(d *selectData, more int) (seen seenParts) {
	lengths := [wherePart]int{fromPart: len(d.from), joinPart: len(d.joins), groupPart: len(d.group), orderPart: len(d.order)}
	for part, n := range lengths {
		if n+more > maxSeen {
			return seenParts{all: true}
		}
		seen.list[part] = uint8(n)
	}
	for part := wherePart; part <= offsetPart; part++ {
		if d.one(part).node() != nil {
			seen.see(part)
		}
	}
	return seen
}

// one returns the place of a part with one expression.
func (s *selectData) one(part selectPart) *Expr {
	switch part {
	case wherePart:
		return &s.where
	case havingPart:
		return &s.having
	case limitPart:
		return &s.limit
	}
	return &s.offset
}

// one returns the expression in a part, or none.
func (s *SelectStmt) one(part selectPart) (none Expr) {
	if !s.seen.sees(part) {
		return none
	}
	return *s.own().one(part)
}

// noParts are those of a select that no constructor made. Nothing writes to them.
var noParts selectParts

func (s *SelectStmt) own() *selectParts {
	if s.parts == nil {
		return s.absent()
	}
	return s.parts
}

// absent returns the parts of a select that has none yet.
func (s *SelectStmt) absent() *selectParts {
	if s.like == nil {
		return &noParts
	}
	return s.like.parts().selected
}

// data returns what s says. Its lists may be appended to.
func (s *SelectStmt) data() (d selectData) {
	p := s.own()
	if s.seen.all {
		d = p.selectData
		d.items, d.from, d.joins, d.group, d.order = clip(d.items), clip(d.from), clip(d.joins), clip(d.group), clip(d.order)
		return d
	}
	d.items, d.more, d.names = clip(p.items), p.more, p.names
	d.from, d.joins = seenIn(s, fromPart, &p.from), seenIn(s, joinPart, &p.joins)
	d.group, d.order = seenIn(s, groupPart, &p.group), seenIn(s, orderPart, &p.order)
	d.where, d.having, d.limit, d.offset = s.one(wherePart), s.one(havingPart), s.one(limitPart), s.one(offsetPart)
	return d
}

// seenIn returns what s has of a list. It does not look at one of which s has nothing.
func seenIn[T any](s *SelectStmt, part selectPart, list *[]T) []T {
	if s.seen.all {
		return clip(*list)
	}
	n := s.seen.list[part]
	if n == 0 {
		return nil
	}
	return (*list)[:n:n]
}

// selectOf makes a select that says d.
func selectOf(d selectData) *SelectStmt {
	made := new(struct {
		stmt  SelectStmt
		parts selectParts
	})
	s := &made.stmt
	s.parts, s.seen, made.parts.selectData = &made.parts, seenParts{all: true}, d
	return s
}

// set gives s parts of its own.
func (s *SelectStmt) set(d selectData) {
	s.parts, s.seen = &selectParts{selectData: d}, seenParts{all: true}
}

// newSelect makes a select that says d and can grow, to a list by so many at first.
func newSelect(d selectData, more int) *SelectStmt {
	made := new(struct {
		selectParts
		first [firstSelects]SelectStmt
	})
	p := &made.selectParts
	p.selectData, p.room = d, made.first[:]
	p.taken.Store(1)
	seen := seenOf(&d, more)
	seen.step = 1
	return p.next(seen)
}

// next takes memory for a select.
func (p *selectParts) next(seen seenParts) *SelectStmt {
	if len(p.room) == 0 {
		p.room = make([]SelectStmt, moreSelects)
	}
	s := &p.room[0]
	p.room, s.parts, s.seen = p.room[1:], p, seen
	return s
}

// grows reports whether what is made of s by adding to a part is measured and checked
// in that part alone: the others are sound, and do not depend on it.
func (s *SelectStmt) grows() bool {
	return s != nil && s.err == nil && s.size > 0 && s.IsPlain()
}

// grow makes a select that has what s has, and so many more of a part, which the caller adds.
func (s *SelectStmt) grow(part selectPart, more int, fits bool) *SelectStmt {
	p, seen := s.parts, s.seen
	if fits = fits && !seen.all && more <= maxSeen && seen.step < maxSeen; fits && p.taken.CompareAndSwap(uint32(seen.step), uint32(seen.step)+1) {
		seen.step++
		s = p.next(seen)
	} else {
		s = newSelect(s.data(), more)
	}
	if part >= wherePart {
		s.seen.see(part)
	} else if !s.seen.all {
		s.seen.list[part] += uint8(more)
	}
	return s
}

// joined appends to a list, which shares nothing with more where it is empty.
func joined[T any](list, more []T) []T {
	if len(list) == 0 {
		return more
	}
	return append(list, more...)
}

func (s *SelectStmt) growFrom(clauses []FromClause) *SelectStmt {
	first := s.seen.list[fromPart] == 0
	c := s.grow(fromPart, len(clauses), first)
	more := c.parts.only[:]
	if len(clauses) == 1 && first && !c.seen.all {
		more[0] = orNone(clauses[0])
	} else {
		more = present(clauses)
	}
	c.parts.from = joined(c.parts.from, more)
	m := s.measured()
	for _, f := range more {
		m.from(f)
	}
	if c.settle(&m) {
		c.judge(OpSelect, checkFroms(more))
	} else {
		finish(c, m.above(), m.err)
	}
	return c
}

func (s *SelectStmt) growJoin(j SelectJoin) *SelectStmt {
	n := int(s.seen.list[joinPart])
	c := s.grow(joinPart, 1, n == 0 || n < len(s.parts.joins))
	if p := c.parts; c.seen.all {
		p.joins = append(p.joins, j)
	} else {
		if n = int(c.seen.list[joinPart]) - 1; n == 0 || n == len(p.joins) { // their length counts room for more
			p.joins = append(p.joinRoom(n), p.joins[:n]...)
			p.joins = p.joins[:cap(p.joins)]
		}
		p.joins[n] = j
	}
	m := s.measured()
	m.from(j.target)
	m.expr(j.on, 0)
	if c.settle(&m) {
		err := j.check()
		if err == nil {
			err = noWindow("ON", j.on)
		}
		c.judge(OpSelect, err)
	} else {
		finish(c, m.above(), m.err)
	}
	return c
}

// joinRoom makes room for more joins than n. What is joined is asked for something, too, mostly:
// where there is no memory for more selects, it is made with that of the first joins.
func (p *selectParts) joinRoom(n int) []SelectJoin {
	if n > 0 || len(p.room) > 0 {
		return make([]SelectJoin, 0, max(4, min(2*n, maxSeen)))
	}
	room := new(struct {
		joins [4]SelectJoin
		stmts [moreSelects]SelectStmt
	})
	p.room = room.stmts[:]
	return room.joins[:0]
}

func (s *SelectStmt) growGroup(more []Expr) *SelectStmt {
	c := s.grow(groupPart, len(more), s.seen.list[groupPart] == 0)
	c.parts.group = joined(c.parts.group, more)
	m := s.measured()
	m.exprs(more, 0)
	if c.settle(&m) {
		known := labelCheck{columns: c.parts.items}
		err := checkGroup(more, &known)
		for i := 0; i < len(more) && err == nil; i++ {
			err = noWindow("GROUP BY", more[i])
		}
		c.judge(OpSelect, err)
	} else {
		finish(c, m.above(), m.err)
	}
	return c
}

func (s *SelectStmt) growOrder(more []Order) *SelectStmt {
	c := s.grow(orderPart, len(more), s.seen.list[orderPart] == 0)
	c.parts.order = joined(c.parts.order, more)
	m := s.measured()
	for i := range more {
		m.expr(more[i].expr, 0)
	}
	if c.settle(&m) {
		known := labelCheck{columns: c.parts.items}
		c.judge(OpSelect, checkOrder(more, &known))
	} else {
		finish(c, m.above(), m.err)
	}
	return c
}

// growOne puts x in a part with one expression. It stands in the place of what was there,
// or has it below it, so that s's depth and marks still hold.
func (s *SelectStmt) growOne(part selectPart, x Expr) *SelectStmt {
	old := s.one(part)
	c := s.grow(part, 0, !s.seen.sees(part))
	*c.parts.one(part) = x
	also := marks(0)
	if part == wherePart || part == havingPart {
		also = mayVanish
	}
	m := s.measured()
	m.instead(old, x, also)
	if c.settle(&m) {
		c.judge(OpSelect, c.parts.checkOne(part, x))
	} else {
		finish(c, m.above(), m.err)
	}
	return c
}

func (p *selectParts) checkOne(part selectPart, x Expr) *Error {
	switch part {
	case wherePart:
		if err := condition("WHERE", x); err != nil {
			return err
		}
		return noWindow("WHERE", x)
	case havingPart:
		known := labelCheck{columns: p.items}
		if err := known.check(x); err != nil {
			return err
		}
		if err := condition("HAVING", x); err != nil {
			return err
		}
		return noWindow("HAVING", x)
	}
	return checkBound(x)
}
