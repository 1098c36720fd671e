package expr

import "slices"

// scope is what the columns of a select may be of: its own sources, or those of
// one join among them, then those of the selects around it.
type scope struct {
	up      *scope
	from    *fromList
	left    int  // the first of its own
	grouped bool // an aggregate of its rows has been found
}

// uses says what columns are of, by the owner that they were built with: of each source the use
// that was found first. A column of another use of it is copied, and knows that. Few are
// searched, many indexed.
type uses struct {
	list  []sourceUse
	index map[*owner]*Occurrence
}

type sourceUse struct {
	of  *owner
	occ *Occurrence
}

func (u *uses) find(of *owner) *Occurrence {
	if u.index != nil {
		return u.index[of]
	}
	for i := range u.list {
		if u.list[i].of == of {
			return u.list[i].occ
		}
	}
	return nil
}

// add makes o what columns of its source are of, unless there is one.
func (u *uses) add(o *Occurrence) {
	of := o.self.owns()
	if u.find(of) != nil {
		return
	}
	o.columnsOf = of
	u.list = append(u.list, sourceUse{of, o})
	switch {
	case u.index != nil:
		u.index[of] = o
	case len(u.list) == 16:
		u.index = make(map[*owner]*Occurrence, 32)
		for _, known := range u.list {
			u.index[known.of] = known.occ
		}
	}
}

// fromList lists the occurrences in one FROM, left to right: few are searched,
// many indexed.
type fromList struct {
	occurrences []*Occurrence
	owners      []*owner    // of their sources
	index       map[any]int // places by identity

	uses    []*ColumnExpr // columns of it that queries below its select name
	queries []queryUse    // those in the select's own expressions
	byQuery map[Query]int // many of them by query, see usesIn
}

func (l *fromList) add(o *Occurrence) {
	l.occurrences, l.owners = append(l.occurrences, o), append(l.owners, o.self.owns())
	switch n := len(l.occurrences); {
	case l.index != nil:
		l.index[o.self.Identity()] = n - 1
	case n == 16:
		l.index = make(map[any]int, 32)
		for place, o := range l.occurrences {
			l.index[o.self.Identity()] = place
		}
	}
}

// place returns the place of what a column is of, or -1.
func (l *fromList) place(of *owner) int {
	if l.index == nil {
		for i, known := range l.owners {
			if known == of {
				return i
			}
		}
		if _, ok := of.self.(*AliasSource); ok { // nothing else has its identity
			return -1
		}
	}
	return l.find(of.self)
}

// has reports whether o is one of them.
func (l *fromList) has(o *Occurrence) bool {
	if l.index == nil {
		return slices.Contains(l.occurrences, o)
	}
	place := l.find(o.self)
	return place >= 0 && l.occurrences[place] == o
}

// find returns the place of a source, or -1.
func (l *fromList) find(s Source) int {
	if l.index != nil {
		if place, ok := l.index[s.Identity()]; ok {
			return place
		}
		return -1
	}
	if len(l.occurrences) == 0 {
		return -1
	}
	if a, ok := s.(*AliasSource); ok {
		return slices.Index(l.owners, &a.owner)
	}
	identity := s.Identity()
	return slices.IndexFunc(l.occurrences, func(o *Occurrence) bool { return o.self.Identity() == identity })
}

func (s *scope) find(src Source) *Occurrence {
	o, _ := s.lookup(ownerOf(src))
	return o
}

// lookup returns the occurrence of what a column is of, and the FROM that it stands in.
func (s *scope) lookup(of *owner) (*Occurrence, *fromList) {
	for ; s != nil; s = s.up {
		if place := s.from.place(of); place >= 0 && place >= s.left {
			return s.from.occurrences[place], s.from
		}
	}
	return nil, nil
}

// has reports whether a column may be of a FROM.
func (s *scope) has(from *fromList) bool {
	for ; s != nil; s = s.up {
		if s.from == from {
			return true
		}
	}
	return false
}

// aggregateUse says what an aggregate takes: columns of its own select, or of one
// around it.
type aggregateUse struct {
	at         *scope
	own, outer int
}

// note counts a column of a FROM for the aggregates that it stands in.
func (r *resolver) note(from *fromList) {
	for i := range r.aggregates {
		a := &r.aggregates[i]
		switch {
		case a.at == nil:
		case a.at.from == from:
			a.own++
		case a.at.has(from): // else it is of a query in the aggregate
			a.outer++
		}
	}
}
