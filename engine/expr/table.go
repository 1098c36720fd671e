package expr

import (
	"sync/atomic"

	"github.com/sqlser/sqlser/schema"
)

// TableSource is a table in FROM.
type TableSource struct {
	source
	table *schema.Table

	// Of a table that changes no more and has not very many columns.
	columns  []ColumnExpr // all that there are
	excluded *atomic.Pointer[excludedRow]
}

// Table makes the source of a table. Every source of one table is the same.
func Table(t *schema.Table) *TableSource {
	if isFixed(t) {
		return t.Derived(tableSource).(*TableSource)
	}
	return seal(&TableSource{table: t})
}

// isFixed reports whether a table changes no more.
func isFixed(t *schema.Table) bool {
	return t != nil && t.MetaData() != nil && t.MetaData().Frozen()
}

// tableSource makes the source of a table, and the nodes of its columns.
func tableSource(t *schema.Table) any {
	n := seal(&TableSource{table: t})
	columns := t.Columns()
	if n.err != nil || len(columns) > manyColumns {
		return n
	}
	nodes := make([]ColumnExpr, len(columns))
	for i, c := range columns {
		nodes[i].make(n, c, 0)
	}
	n.columns, n.excluded = nodes, new(atomic.Pointer[excludedRow])
	return n
}

// manyColumns are too many to be searched, fewColumns few enough to be searched by name.
const (
	manyColumns = 64
	fewColumns  = 16
)

// node returns the node of a column that was made with the table's source, or nil.
func (n *TableSource) node(c *schema.Column) *ColumnExpr {
	if c == nil {
		return nil
	}
	if at := c.Position(); at >= 0 && at < len(n.columns) && n.columns[at].column == c {
		return &n.columns[at]
	}
	return nil
}

// C returns the column of this name.
func (n *TableSource) C(name string) Expr {
	if len(n.columns) <= fewColumns {
		for i := range n.columns {
			if n.columns[i].column.Name() == name {
				return Expr{at: &n.columns[i].exprState}
			}
		}
	}
	return n.source.C(name)
}

// Op returns OpTable.
func (*TableSource) Op() Op { return OpTable }

func (n *TableSource) fields(f *Fields) { f.Table("table", &n.table) }

func (n *TableSource) check() *Error {
	if n.table == nil {
		return missing("the table")
	}
	if n.table.NameParts() == 0 { // new(schema.Table)
		return missing("the table's name")
	}
	n.self = n
	return nil
}

// Table returns the table.
func (n *TableSource) Table() *schema.Table { return n.table }

// Name returns the table's full name, joined by points.
func (n *TableSource) Name() string {
	if n.table == nil {
		return ""
	}
	return n.table.String()
}

// Identity returns the table.
func (n *TableSource) Identity() any { return n.table }

// Columns returns the table's columns.
func (n *TableSource) Columns() []Output {
	if n.table == nil {
		return nil
	}
	columns := n.table.Columns()
	outs := make([]Output, len(columns))
	for i, c := range columns {
		outs[i] = OutputOf(c)
	}
	return outs
}

// Find returns the index of the column of this name.
func (n *TableSource) Find(name string) []int { return findIn(n.Columns(), name) }
