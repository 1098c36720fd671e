package expr

import (
	"sync/atomic"

	"github.com/sqlser/sqlser/schema"
)

// ColumnExpr is source.column.
type ColumnExpr struct {
	exprState
	of     *owner
	column *schema.Column // nil: column index of a derived source
	index  int
}

func column(s Source, out Output) Expr {
	if n := nodeOf(s, out.Column); n != nil {
		return Expr{at: &n.exprState}
	}
	n := new(ColumnExpr)
	n.make(s, out.Column, out.Index)
	return Expr{at: &n.exprState}
}

// make makes n that column of a source: it is seal, without Fields.
func (n *ColumnExpr) make(s Source, c *schema.Column, index int) {
	n.self, n.of, n.column, n.index = n, ownerOf(s), c, index
	b := s.state()
	finish(n, b.named().above(), b.problem())
}

// nodeOf returns the node of a column that a source has made before or has room for; or nil.
func nodeOf(s Source, c *schema.Column) *ColumnExpr {
	if c == nil {
		return nil
	}
	switch s := s.(type) {
	case *TableSource:
		return s.node(c)
	case *AliasSource:
		if s.columns != nil && s.err == nil && TableOf(s) == c.Table() {
			return s.columns.node(s, c)
		}
	case *ExcludedSource:
		return s.node(c)
	}
	return nil
}

// columnRoom is memory for the first columns that are asked of a source. Each is made once.
type columnRoom struct {
	taken atomic.Uint32
	made  atomic.Uint32 // a bit for each node that is whole
	nodes [4]ColumnExpr
}

// fill makes the nodes of all columns, of an alias that nobody else knows yet, where there is
// room for all that there will ever be.
func (r *columnRoom) fill(s *AliasSource, of *TableSource) {
	if len(of.columns) == 0 || len(of.columns) > len(r.nodes) || s.depth >= MaxDepth {
		return
	}
	t := s.named().above()
	for i := range of.columns {
		n := &r.nodes[i]
		n.self, n.of, n.column, n.tally = n, &s.owner, of.columns[i].column, t
	}
	r.taken.Store(uint32(len(r.nodes)))
	r.made.Store(1<<len(of.columns) - 1)
}

// node returns the node of a column of an alias, or nil if there is no room for it.
func (r *columnRoom) node(s *AliasSource, c *schema.Column) *ColumnExpr {
	for i, made := 0, r.made.Load(); made != 0; i, made = i+1, made>>1 {
		if made&1 != 0 && r.nodes[i].column == c {
			return &r.nodes[i]
		}
	}
	return r.make(s, c)
}

func (r *columnRoom) make(s *AliasSource, c *schema.Column) *ColumnExpr {
	if int(r.taken.Load()) >= len(r.nodes) || s.depth >= MaxDepth {
		return nil
	}
	i := int(r.taken.Add(1)) - 1
	if i >= len(r.nodes) { // others have been quicker
		return nil
	}
	n := &r.nodes[i] // nothing else can be wrong with it
	n.self, n.of, n.column, n.tally = n, &s.owner, c, s.named().above()
	r.made.Or(1 << i)
	return n
}

// Op returns OpColumn.
func (*ColumnExpr) Op() Op { return OpColumn }

func (n *ColumnExpr) fields(f *Fields) {
	s := n.Source()
	f.Column(&s, &n.column, &n.index)
	if f.r != nil || f.m != nil {
		n.of = ownerOf(s)
	}
}

func (n *ColumnExpr) check() *Error {
	if n.of == nil {
		return missing("the source")
	}
	s := n.of.self
	if EntityOf(s) != nil {
		return fail(CodeName, "%s is an entity: its attributes are named, not its columns", s.Name())
	}
	switch t := TableOf(s); {
	case n.column != nil && t != n.column.Table():
		return fail(CodeName, "%s is no column of %s", n.column, s.Name())
	case n.column == nil && (t != nil || n.index < 0 || n.index >= len(s.Columns())):
		return fail(CodeName, "%s has no column number %d", s.Name(), n.index)
	}
	return nil
}

// Type returns the column's type.
func (n *ColumnExpr) Type() schema.Type {
	if n.column != nil {
		return n.column.Type()
	}
	return outputAt(n.Source(), n.index).Type
}

// Source returns what the column is of.
func (n *ColumnExpr) Source() Source {
	if n.of == nil {
		return nil
	}
	return n.of.self
}

// Column returns the column of the metadata, or nil for one of a derived source.
func (n *ColumnExpr) Column() *schema.Column { return n.column }

// Index returns which column of a derived source it is.
func (n *ColumnExpr) Index() int { return n.index }

// Output says which column it is.
func (n *ColumnExpr) Output() Output {
	if n.column != nil {
		return OutputOf(n.column)
	}
	return outputAt(n.Source(), n.index)
}

// Name returns the column's name.
func (n *ColumnExpr) Name() string {
	if n.column != nil {
		return n.column.Name()
	}
	return outputAt(n.Source(), n.index).Name
}
