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
	*selectGrowth // nil in parts of which nothing grows
}

type selectGrowth struct {
	taken   atomic.Uint32 // the step of the last one
	laterAt uint32        // the step of the first one in later
	first   [firstSelects]SelectStmt
	later   []SelectStmt
	bound   *LiteralExpr  // room for a limit, or nil
	only    [1]FromClause // room for what most have in FROM
}

// Room for selects is made for so many at first, then for so many, with what most have, and from
// then on for so many each time.
const (
	firstSelects = 3
	moreSelects  = 6
	lastSelects  = 2
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

// none reports whether nothing is in a list.
func (s *seenParts) none(list selectPart) bool { return !s.all && s.list[list] == 0 }

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
	p, _ := newParts(manyItems)
	p.selectData = d
	return p.begin(seenOf(&d, more))
}

// manyItems have memory of their own.
const manyItems = 5

// newParts makes parts of selects, and room for so many columns if it is not many.
func newParts(items int) (*selectParts, []Item) {
	switch {
	case items <= 1:
		made := new(struct {
			selectParts
			growth selectGrowth
			items  [1]Item
		})
		made.selectGrowth = &made.growth
		return &made.selectParts, made.items[:]
	case items < manyItems:
		made := new(struct {
			selectParts
			growth selectGrowth
			items  [manyItems - 1]Item
		})
		made.selectGrowth = &made.growth
		return &made.selectParts, made.items[:]
	}
	made := new(struct {
		selectParts
		growth selectGrowth
	})
	made.selectGrowth = &made.growth
	return &made.selectParts, nil
}

// begin makes the first select of the parts.
func (p *selectParts) begin(seen seenParts) *SelectStmt {
	p.taken.Store(1)
	seen.step = 1
	return p.next(seen)
}

// laterSelects is memory for selects that come later, and for what these mostly add.
type laterSelects struct {
	stmts  [moreSelects]SelectStmt
	group  [2]Expr
	orders [2]Order
	bound  LiteralExpr
}

// use takes the memory for selects of a step and those behind it, and that of lists that nothing is in yet.
func (p *selectParts) use(l *laterSelects, step uint32) {
	if p.later, p.laterAt, p.bound = l.stmts[:], step, &l.bound; p.group == nil {
		p.group = l.group[:0]
	}
	if p.order == nil {
		p.order = l.orders[:0]
	}
}

// next takes memory for a select.
func (p *selectParts) next(seen seenParts) *SelectStmt {
	var s *SelectStmt
	if step := uint32(seen.step); step <= firstSelects {
		s = &p.first[step-1]
	} else {
		if p.later == nil {
			p.use(new(laterSelects), step)
		} else if p.isFull(step) {
			p.later, p.laterAt = make([]SelectStmt, lastSelects), step
		}
		s = &p.later[step-p.laterAt]
	}
	s.parts, s.seen = p, seen
	return s
}

// isFull reports whether there is no memory for the select of a step.
func (p *selectParts) isFull(step uint32) bool {
	return step > firstSelects && int(step-p.laterAt) >= len(p.later)
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
	first := s.seen.none(fromPart)
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
			p.joins = append(p.joinRoom(n, uint32(c.seen.step)), p.joins[:n]...)
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

// joinRoom makes room for more joins than n, in a step. What is joined is asked for something, too, mostly:
// where there is no memory for the next select, it is made with that of the first joins.
func (p *selectParts) joinRoom(n int, step uint32) []SelectJoin {
	if n > 0 || !p.isFull(step+1) {
		return make([]SelectJoin, 0, max(4, min(2*n, maxSeen)))
	}
	room := new(struct {
		laterSelects
		joins [4]SelectJoin
	})
	p.use(&room.laterSelects, step+1)
	return room.joins[:0]
}

// unused is how much of a list's memory is for what c adds to it: of the first that is added, all.
func unused(c *SelectStmt, first bool, room int) int {
	if !first || c.seen.all {
		return 0
	}
	return room
}

func (s *SelectStmt) growGroup(by []any) *SelectStmt {
	first := s.seen.none(groupPart)
	c := s.grow(groupPart, len(by), first)
	more := exprsIn(c.parts.group[:0:unused(c, first, cap(c.parts.group))], by)
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

func (s *SelectStmt) growOrder(by []any) *SelectStmt {
	first := s.seen.none(orderPart)
	c := s.grow(orderPart, len(by), first)
	more := ordersIn(c.parts.order[:0:unused(c, first, cap(c.parts.order))], by)
	c.parts.order = joined(c.parts.order, more)
	m := s.measured()
	m.orders(more)
	if c.settle(&m) {
		known := labelCheck{columns: c.parts.items}
		c.judge(OpSelect, checkOrder(more, &known))
	} else {
		finish(c, m.above(), m.err)
	}
	return c
}

// growBound is growOne of LIMIT or OFFSET: a plain number is made where there is room for it.
func (s *SelectStmt) growBound(part selectPart, n any) *SelectStmt {
	v, ok := n.(int)
	if !ok {
		return s.growOne(part, bound(n))
	}
	c := s.grow(part, 0, !s.seen.sees(part))
	var at *LiteralExpr
	if g := c.parts.selectGrowth; g.bound != nil {
		at, g.bound = g.bound, nil
	} else {
		at = new(LiteralExpr)
	}
	return s.putOne(part, c, at.sound(Int(int64(v))))
}

// growOne puts x in a part with one expression.
func (s *SelectStmt) growOne(part selectPart, x Expr) *SelectStmt {
	return s.putOne(part, s.grow(part, 0, !s.seen.sees(part)), x)
}

// putOne puts x in a part of c, which has grown of s. It stands in the place of what was there,
// or has it below it, so that s's depth and marks still hold.
func (s *SelectStmt) putOne(part selectPart, c *SelectStmt, x Expr) *SelectStmt {
	old := s.one(part)
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
