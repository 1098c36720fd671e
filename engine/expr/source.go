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
	C(name string) Expr     // a column by name
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

// OutputOf is the output that a table's column is.
func OutputOf(c *schema.Column) Output {
	return Output{Name: c.Name(), Type: c.Type(), Nullable: c.Nullable(), Column: c}
}

// source is the base of all sources.
type source struct {
	base
	self Source // set by check
}

func (*source) fromClause() {}

// C returns the column of this name.
func (s *source) C(name string) Expr {
	if s.self == nil { // the source itself is bad: carry its error
		return Expr{&LiteralExpr{base: s.base}}
	}
	if t := TableOf(s.self); t != nil {
		if c := t.Lookup(name); c != nil {
			return column(s.self, OutputOf(c))
		}
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
		x := bad(err)
		x.node.state().err.Op = OpColumn
		return x
	}
	return column(s.self, s.self.Columns()[found[0]])
}

// Alias makes source AS name; every call makes another source.
func (s *source) Alias(name string) *AliasSource { return seal(&AliasSource{of: s.self, label: name}) }

// Join makes source JOIN right ON on, see [Join].
func (s *source) Join(right FromClause, on ...any) *JoinClause {
	return Join(InnerJoin, s.self, right, on...)
}

// LeftJoin makes source LEFT JOIN right ON on.
func (s *source) LeftJoin(right FromClause, on ...any) *JoinClause {
	return Join(LeftJoin, s.self, right, on...)
}

// FullJoin makes source FULL JOIN right ON on.
func (s *source) FullJoin(right FromClause, on ...any) *JoinClause {
	return Join(FullJoin, s.self, right, on...)
}

// CrossJoin makes source CROSS JOIN right.
func (s *source) CrossJoin(right FromClause) *JoinClause { return Join(CrossJoin, s.self, right) }

// TableOf returns the table whose columns s has as they are, or nil.
func TableOf(s Source) *schema.Table {
	switch s := s.(type) {
	case *TableSource:
		return s.table
	case *AliasSource:
		if s.of != nil {
			return TableOf(s.of)
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
