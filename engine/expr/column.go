package expr

import "github.com/sqlser/sqlser/schema"

// ColumnExpr is source.column.
type ColumnExpr struct {
	base
	source Source
	column *schema.Column // nil: column index of a derived source
	index  int
	occ    *Occurrence // after Resolve
}

func column(s Source, out Output) Expr {
	n := &ColumnExpr{source: s, column: out.Column, index: out.Index}
	b := s.state() // seal, without Fields: there are many columns
	finish(n, b.named().above(), b.problem(), nil)
	return Expr{n}
}

// Op returns OpColumn.
func (*ColumnExpr) Op() Op { return OpColumn }

func (n *ColumnExpr) fields(f *Fields) { f.Column(&n.source, &n.column, &n.index) }

func (n *ColumnExpr) check() *Error {
	if n.source == nil {
		return missing("the source")
	}
	switch t := TableOf(n.source); {
	case n.column != nil && t != n.column.Table():
		return fail(CodeName, "%s is no column of %s", n.column, n.source.Name())
	case n.column == nil && (t != nil || n.index < 0 || n.index >= len(n.source.Columns())):
		return fail(CodeName, "%s has no column number %d", n.source.Name(), n.index)
	}
	return nil
}

// Type returns the column's type.
func (n *ColumnExpr) Type() schema.Type {
	if n.column != nil {
		return n.column.Type()
	}
	return outputAt(n.source, n.index).Type
}

// Source returns what the column is of.
func (n *ColumnExpr) Source() Source { return n.source }

// Column returns the column of the metadata, or nil for one of a derived source.
func (n *ColumnExpr) Column() *schema.Column { return n.column }

// Index returns which column of a derived source it is.
func (n *ColumnExpr) Index() int { return n.index }

// Output says which column it is.
func (n *ColumnExpr) Output() Output {
	if n.column != nil {
		return OutputOf(n.column)
	}
	return outputAt(n.source, n.index)
}

// Name returns the column's name.
func (n *ColumnExpr) Name() string {
	if n.column != nil {
		return n.column.Name()
	}
	return outputAt(n.source, n.index).Name
}

// Occurrence returns the use of the source that the column is of; nil before Resolve.
func (n *ColumnExpr) Occurrence() *Occurrence { return n.occ }
