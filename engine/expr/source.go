package expr

import "github.com/sqlser/sqlser/schema"

// FromClause is what can stand in FROM: a [Source] or a *[JoinClause].
type FromClause interface {
	Node
	fromClause()
}

// Source is what can stand in FROM by itself and has columns. Two uses of a
// source mean the same one if they have the same identity.
type Source interface {
	FromClause
	Name() string           // the label, or the table's full name, joined by points
	Columns() []Output      // not to be changed
	Find(name string) []int // the indices of the columns of this name
	Identity() any          // a table's is the table, any other source's is itself
	owns() *owner
	C(name string) Expr           // a column by name
	R(name string) *RelatedClause // a relationship by name, of an entity
	Alias(name string) *AliasSource
	Join(right FromClause, on ...any) *JoinClause
	LeftJoin(right FromClause, on ...any) *JoinClause
	FullJoin(right FromClause, on ...any) *JoinClause
	CrossJoin(right FromClause) *JoinClause
}

// Output is a column of a source or a query.
type Output struct {
	Name     string
	Type     schema.Type
	Nullable bool
	Column   *schema.Column // of a table or its alias; nil when derived
	Index    int            // in the list, when derived: it survives a rename
}

// OutputOf is the output that a table's column is; none for nil.
func OutputOf(c *schema.Column) Output {
	if c == nil {
		return Output{}
	}
	return Output{Name: c.Name(), Type: c.Type(), Nullable: c.Nullable(), Column: c}
}

// outputAt returns a column of s; none where s has not that many.
func outputAt(s Source, index int) Output {
	if s == nil {
		return Output{}
	}
	if outs := s.Columns(); index >= 0 && index < len(outs) {
		return outs[index]
	}
	return Output{}
}

// source is the base of all sources.
type source struct {
	base
	owner
}

// owner is what a column is of: a source, or, after Resolve, a use of one.
type owner struct {
	self Source      // of a node's own: set by who makes or copies it
	occ  *Occurrence // nil in a source
}

func (o *owner) owns() *owner { return o }

// ownerOf is the owner of the columns of a source.
func ownerOf(s Source) *owner {
	if s == nil {
		return nil
	}
	if o := s.owns(); o.self != nil {
		return o
	}
	return &owner{self: s} // a bad one, which was not made whole
}

// bad returns the state that whatever is made of a bad source has, and whether
// it is one.
func (s *source) bad() (base, bool) {
	err := s.problem()
	return base{tally: tally{size: 1, depth: 1}, err: err}, err != nil
}

func (*source) fromClause() {}

// C returns the column of this name.
func (s *source) C(name string) Expr {
	if b, bad := s.bad(); bad {
		return badExpr(b)
	}
	if t := TableOf(s.self); t != nil {
		if c := t.Lookup(name); c != nil {
			return column(s.self, OutputOf(c))
		}
	}
	if e := EntityOf(s.self); e != nil {
		return attributeNamed(s.self, e, name)
	}
	found := s.self.Find(name)
	if len(found) != 1 {
		err := fail(CodeName, "%s has no column %q", s.self.Name(), name)
		if len(found) > 1 {
			err = fail(CodeName, "%s has %d columns %q", s.self.Name(), len(found), name)
		} else {
			names := make([]string, 0, 16)
			for _, o := range s.self.Columns() {
				names = append(names, o.Name)
			}
			err.Hint = schema.DidYouMean(name, names)
		}
		return refuse(OpColumn, err)
	}
	return column(s.self, s.self.Columns()[found[0]])
}

// Alias makes source AS name; every call makes another source.
func (s *source) Alias(name string) *AliasSource {
	if b, bad := s.bad(); bad {
		return &AliasSource{source: source{base: b}, label: name}
	}
	return newAlias(s.self, name)
}

// Join makes source JOIN right ON on, see [Join].
func (s *source) Join(right FromClause, on ...any) *JoinClause {
	return s.join(InnerJoin, right, on)
}

// LeftJoin makes source LEFT JOIN right ON on.
func (s *source) LeftJoin(right FromClause, on ...any) *JoinClause {
	return s.join(LeftJoin, right, on)
}

// FullJoin makes source FULL JOIN right ON on.
func (s *source) FullJoin(right FromClause, on ...any) *JoinClause {
	return s.join(FullJoin, right, on)
}

// CrossJoin makes source CROSS JOIN right.
func (s *source) CrossJoin(right FromClause) *JoinClause { return s.join(CrossJoin, right, nil) }

func (s *source) join(kind JoinKind, right FromClause, on []any) *JoinClause {
	if b, bad := s.bad(); bad {
		return &JoinClause{base: b}
	}
	return Join(kind, s.self, right, on...)
}

// TableOf returns the table whose columns s has as they are, or nil.
func TableOf(s Source) *schema.Table {
	t, ok := s.(*TableSource) // most are, and are asked often
	if a, alias := s.(*AliasSource); alias {
		if a == nil {
			return nil
		}
		s = a.origin()
		t, ok = s.(*TableSource)
	}
	if ok {
		if t == nil {
			return nil
		}
		return t.table
	}
	switch s := s.(type) {
	case *TablesampleSource: // of no other one
		if s != nil && s.of != nil {
			return TableOf(s.of)
		}
	case *ExcludedSource:
		if s != nil {
			if t, ok := s.of.(*TableSource); ok && t != nil {
				return t.table
			}
		}
	}
	return nil
}

func findIn(outs []Output, name string) (found []int) {
	for i := range outs {
		if outs[i].Name == name {
			found = append(found, i)
		}
	}
	return found
}
