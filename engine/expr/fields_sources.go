package expr

import "github.com/sqlser/sqlser/schema"

// What stands in FROM, and the columns of it.

// Source is a field that uses a source: it counts in size and depth.
func (f *Fields) Source(name string, p *Source) {
	if f.present(name, *p != nil) {
		if f.w != nil {
			f.w.Source(*p)
		} else {
			*p = f.r.Source()
			refuseAbsent(f, name, *p == nil)
		}
	}
	if *p != nil && f.w == nil {
		f.closed((*p).state())
		if f.m != nil {
			*p = f.m.toSource(*p)
		}
	}
}

// From is a field that uses a source or holds a join.
func (f *Fields) From(name string, p *FromClause) {
	if f.present(name, *p != nil) {
		f.from(p)
		if f.r != nil {
			refuseAbsent(f, name, *p == nil)
		}
	}
	f.countFrom(p)
}

// Froms is a field that holds a list of sources and joins.
func (f *Fields) Froms(name string, p *[]FromClause) {
	list(f, name, p, func(f *Fields, c *FromClause) {
		if f.w != nil || f.r != nil {
			f.from(c)
		}
		f.countFrom(c)
	})
}

func (f *Fields) from(p *FromClause) {
	switch s, ok := (*p).(Source); {
	case f.r != nil:
		*p = f.r.From()
	case ok:
		f.w.Source(s)
	case *p != nil: // else it is missing in a bad tree
		f.w.Node(*p)
	}
}

func (f *Fields) countFrom(p *FromClause) {
	if *p == nil || f.w != nil {
		return
	}
	f.closed((*p).state())
	if f.m != nil && f.m.from != nil {
		*p = f.m.from(*p)
	} else if f.m != nil {
		if s, ok := (*p).(Source); !ok {
			*p = as[FromClause](f.m.toNode(*p))
		} else if s = f.m.toSource(s); s != nil {
			*p = s
		} else {
			*p = nil
		}
	}
}

// Column is a field that is a column reference. It counts its source's depth, not
// its size: FROM counts that.
func (f *Fields) Column(s *Source, c **schema.Column, index *int) {
	switch {
	case f.r != nil && !f.r.Field("column"):
	case f.w != nil:
		if f.w.Field("column", *s != nil); *s != nil {
			f.w.Column(*s, *c, *index)
		}
	default:
		f.column(s, c, index)
	}
}

// columns is a field that holds a list of columns of what is changed: of an entity they are
// attributes.
func (f *Fields) columns(name string, of Source, p *[]changeColumn) {
	if EntityOf(of) != nil && !f.inner() {
		list(f, name, p, func(f *Fields, c *changeColumn) { c.ofEntity(f, of) })
		return
	}
	if f.r != nil { // without calls of calls
		if f.r.Field(name) {
			*p = roomFor[changeColumn](f.room, f.r.List())
			for i := 0; i < len(*p) && f.r.Err() == nil; i++ {
				(*p)[i].item(f)
			}
		}
		return
	}
	if f.w != nil {
		if f.w.Field(name, len(*p) > 0); len(*p) > 0 {
			f.w.List(len(*p))
		}
		for i := range *p {
			if c := &(*p)[i]; c.source != nil {
				f.w.Column(c.source, c.column, 0)
			}
		}
		return
	}
	list(f, name, p, func(f *Fields, c *changeColumn) { c.item(f) })
}

// assignments is a field that holds a list of values for columns of what is changed.
func (f *Fields) assignments(name string, of Source, p *[]Assignment) {
	if EntityOf(of) != nil && !f.inner() {
		parts(f, name, p, func(a *Assignment, f *Fields) {
			if f.present("column", a.target.attribute != nil) {
				a.target.ofEntity(f, of)
			}
			f.Expr("value", &a.value)
		})
		return
	}
	parts(f, name, p, (*Assignment).fields)
}

func (f *Fields) column(s *Source, c **schema.Column, index *int) {
	switch {
	case f.r != nil:
		f.readColumn(s, c, index)
	case *s == nil:
	case f.w != nil:
		f.w.Column(*s, *c, *index)
	case f.m != nil:
		*s = f.m.toSource(*s)
	default:
		f.measure.column(*s)
	}
}

func (f *Fields) readColumn(s *Source, c **schema.Column, index *int) {
	if f.plain != nil {
		if n := f.plain.PlainColumn(); n != nil {
			*s, *c = n.of.self, n.column
			f.tally.add(n.of.self.state().named())
			return
		}
	}
	if *s, *c, *index = f.r.Column(); *s != nil {
		f.tally.add((*s).state().named()) // what was read is sound
	}
}
