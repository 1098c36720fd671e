package expr

// selectPart is a part of a select that methods add to.
type selectPart uint8

const (
	fromPart selectPart = iota
	joinPart
	wherePart
	groupPart
	havingPart
	orderPart
	limitPart
	offsetPart
)

// grows reports whether what is made of s by adding to a part is measured and checked
// in that part alone: the others are sound, and do not depend on it.
func (s *SelectStmt) grows() bool {
	return s != nil && s.err == nil && s.size > 0 && s.more == nil
}

// joined appends to a list, which shares nothing with more where it is empty.
func joined[T any](list, more []T) []T {
	if len(list) == 0 {
		return more
	}
	return append(list, more...)
}

// grown seals what was made of old, which grows, by adding to one part: as seal does, of
// that part. A condition that is replaced stands in the one in its place, so that old's
// depth and marks still hold.
func (s *SelectStmt) grown(old *SelectStmt, part selectPart) *SelectStmt {
	m := old.measured()
	switch part {
	case fromPart:
		for _, c := range s.from[len(old.from):] {
			m.from(c)
		}
	case joinPart:
		for _, j := range s.joins[len(old.joins):] {
			m.from(j.target)
			m.expr(j.on, 0)
		}
	case wherePart:
		m.instead(old.where, s.where, mayVanish)
	case groupPart:
		m.exprs(s.group[len(old.group):], 0)
	case havingPart:
		m.instead(old.having, s.having, mayVanish)
	case orderPart:
		for _, o := range s.order[len(old.order):] {
			m.expr(o.expr, 0)
		}
	case limitPart:
		m.instead(old.limit, s.limit, 0)
	case offsetPart:
		m.instead(old.offset, s.offset, 0)
	}
	finish(s, m.above(), m.err, func() *Error { return s.checkPart(old, part) })
	return s
}

// checkPart is check of a part that was added to.
func (s *SelectStmt) checkPart(old *SelectStmt, part selectPart) *Error {
	known := labelCheck{stmt: s}
	switch part {
	case fromPart:
		return checkFroms(s.from[len(old.from):])
	case joinPart:
		j := s.joins[len(old.joins):]
		if err := checkJoins(j); err != nil {
			return err
		}
		return noWindow("ON", j[0].on)
	case wherePart:
		if err := condition("WHERE", s.where); err != nil {
			return err
		}
		return noWindow("WHERE", s.where)
	case groupPart:
		added := s.group[len(old.group):]
		if err := checkGroup(added, &known); err != nil {
			return err
		}
		for _, x := range added {
			if err := noWindow("GROUP BY", x); err != nil {
				return err
			}
		}
	case havingPart:
		if err := known.check(s.having); err != nil {
			return err
		}
		if err := condition("HAVING", s.having); err != nil {
			return err
		}
		return noWindow("HAVING", s.having)
	case orderPart:
		return checkOrder(s.order[len(old.order):], &known)
	case limitPart:
		return checkBound(s.limit)
	case offsetPart:
		return checkBound(s.offset)
	}
	return nil
}
