package expr

import "github.com/sqlser/sqlser/schema"

// Occurrence is one use of a source in FROM: what a policy decides on and a
// dialect names. It stands in the place of the source in a resolved tree.
type Occurrence struct {
	base
	owner     // of its columns: itself, of the source as the statement was built with it
	name      string
	table     *schema.Table
	query     Query
	cte       *CommonTable
	sample    *TablesampleSource
	rows      *ValuesSource
	function  *TableFunctionSource
	columns   []string
	change    Op
	hints     []Raw
	decided   bool
	plain     bool        // see HasPlainName
	columnsOf *owner      // of the columns that are its own as they were built, see uses; nil for none
	hosts     bool        // it stands in what a policy says itself
	instead   *SelectStmt // whose rows stand in the table's place, or nil
	shown     []*schema.Column
	memo      *Memo // of instead
	outer     bool  // the query may name what the query around o's own has in FROM
	having    bool  // see IsInHaving
}

func (*Occurrence) fromClause()    {}
func (*Occurrence) fields(*Fields) {}
func (*Occurrence) check() *Error  { return nil }

// Op is no node kind's: an occurrence is never stored.
func (*Occurrence) Op() Op { return 0 }

// Source returns the source that occurs, as the statement was built with it.
func (o *Occurrence) Source() Source { return o.self }

// Name is how the statement calls it: unique in the statement whatever the case,
// not longer than any database allows, and like no other table's name.
func (o *Occurrence) Name() string { return o.name }

// HasPlainName reports whether the name is of ASCII letters, digits and underscores, and not
// longer than any database takes: between quotes it stands as it is.
func (o *Occurrence) HasPlainName() bool { return o.plain }

// Table returns the table, or nil for a derived source.
func (o *Occurrence) Table() *schema.Table { return o.table }

// Change returns what is done to the table: OpInsert, OpUpdate or OpDelete where it
// is the target of one, else 0.
func (o *Occurrence) Change() Op { return o.change }

// CommonTable returns what WITH defines and this is a use of, or nil.
func (o *Occurrence) CommonTable() *CommonTable { return o.cte }

// Sample returns the resolved sample that is taken of the table, or nil.
func (o *Occurrence) Sample() *TablesampleSource { return o.sample }

// Rows returns the resolved rows that the statement brings itself, or nil.
func (o *Occurrence) Rows() *ValuesSource { return o.rows }

// Function returns the resolved function that gives the rows, or nil.
func (o *Occurrence) Function() *TableFunctionSource { return o.function }

// Origin returns what the source is below its aliases.
func (o *Occurrence) Origin() Source {
	if a, ok := o.self.(*AliasSource); ok {
		return a.origin()
	}
	return o.self
}

// ColumnNames returns how the statement calls the columns of a derived source.
func (o *Occurrence) ColumnNames() List[string] { return List[string]{o.columns} }

// Query returns the resolved query of a derived source, or nil for a table.
func (o *Occurrence) Query() Query { return o.query }

// SeesOuter reports whether the query of a derived source takes columns from the
// queries around the one in whose FROM it stands.
func (o *Occurrence) SeesOuter() bool { return o.outer }

// IsInHaving reports whether a query in the HAVING of the select in whose FROM it stands
// takes columns from it.
func (o *Occurrence) IsInHaving() bool { return o.having }

// ColumnName returns how the statement calls column index of a derived source; ""
// where it has not that many.
func (o *Occurrence) ColumnName(index int) string {
	if index < 0 || index >= len(o.columns) {
		return ""
	}
	return o.columns[index]
}

// Allow decides that the table may be used here. A policy calls it, once for each
// occurrence; dialects write no table that is not decided.
func (o *Occurrence) Allow() {
	if !o.decided { // else it may be of what many statements share
		o.decided = true
	}
}

// IsDecided reports whether a policy has decided on the occurrence.
func (o *Occurrence) IsDecided() bool { return o.decided }

// IsHosts reports whether the use stands in what a [Restrictor] says, and not in the
// statement.
func (o *Occurrence) IsHosts() bool { return o.hosts }

// Instead returns the resolved query whose rows stand in the place of the table's, or
// nil: see [Restrictor].
func (o *Occurrence) Instead() *SelectStmt { return o.instead }

// Memo returns where to keep what is made of the query in the table's place; nil where that
// is this statement's alone.
func (o *Occurrence) Memo() *Memo { return o.memo }

// NameOf returns how the statement calls a column of the table; "" for one that the
// query in its place does not show.
func (o *Occurrence) NameOf(c *schema.Column) string {
	switch {
	case c == nil:
		return ""
	case o.instead == nil:
		return c.Name()
	}
	base := c.Base()
	for i, shown := range o.shown {
		if shown == base || shown == c {
			return o.instead.OutputName(i)
		}
	}
	return ""
}
