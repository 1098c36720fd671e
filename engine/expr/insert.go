package expr

import (
	"github.com/sqlser/sqlser/schema"
)

// InsertStmt is INSERT INTO table (columns) VALUES rows, or a query's rows, ON
// CONFLICT ... RETURNING .... Each builder method returns a new one. A column that
// is left out has what the database gives it.
type InsertStmt struct {
	base
	into      Source
	columns   []changeColumn
	rows      []valuesRow
	query     Query
	conflict  conflict
	returning []Item

	// After Resolve.
	target   *Occurrence
	excluded *Occurrence
	names    []string // of the columns of RETURNING, see SelectStmt

	misuse *Error
	like   *likeness // see Pattern
}

// Insert makes an insert into a table, or of an entity: then columns are named by its attributes.
func Insert(into Source) *InsertStmt { return seal(&InsertStmt{into: orNone(into)}) }

// with is as that of SelectStmt.
func (n *InsertStmt) with(change func(*InsertStmt)) *InsertStmt {
	if n == nil {
		b, err := badChange(OpInsert)
		return &InsertStmt{base: b, misuse: err}
	}
	c := n.copied()
	if n.tally.check() != nil {
		c.misuse = n.err
	}
	change(c)
	seal(c)
	keepOld(&n.base, &c.base)
	return c
}

// copied returns a copy whose lists can be appended to.
func (n *InsertStmt) copied() *InsertStmt {
	c := *n
	c.columns, c.rows, c.returning = clip(n.columns), clip(n.rows), clip(n.returning)
	c.conflict.columns, c.conflict.set = clip(n.conflict.columns), clip(n.conflict.set)
	return &c
}

func (n *InsertStmt) wrong(err *Error) {
	if n.misuse == nil && err != nil {
		n.misuse = err.placed(OpInsert)
	}
}

// Values appends rows, which all give the same columns. A column that is left out gets
// the default that the metadata has for it (schema.Default), where that is a plain
// value or the time of an instant; else it has what the database gives it, as all have
// in a row of no column.
func (n *InsertStmt) Values(rows ...Assign) *InsertStmt {
	return n.grow(n != nil, func(c *InsertStmt) {
		for _, row := range rows {
			list, err := assign(c.into, withDefaults(c.into, row))
			if err != nil {
				c.wrong(err)
				return
			}
			c.addRow(list)
		}
	})
}

// addRow appends a row, which gives the columns.
func (n *InsertStmt) addRow(list []Assignment) {
	if len(n.rows) == 0 && len(n.columns) == 0 {
		n.columns = make([]changeColumn, len(list))
		for i, a := range list {
			n.columns[i] = a.target
		}
	}
	same := len(list) == len(n.columns)
	cells := make([]Expr, len(list))
	for i, a := range list {
		cells[i] = a.value
		same = same && a.target.column == n.columns[i].column
	}
	if !same {
		n.wrong(fail(CodeForm, "row %d gives %s, those before it %s: give each row the same columns", len(n.rows)+1,
			namesOfColumns(list, func(a Assignment) changeColumn { return a.target }),
			namesOfColumns(n.columns, func(c changeColumn) changeColumn { return c })))
		return
	}
	n.rows = append(n.rows, valuesRow{cells})
}

func namesOfColumns[T any](list []T, column func(T) changeColumn) string {
	text := "no column"
	for i, v := range list {
		if i == 0 {
			text = column(v).name()
		} else if i < 8 {
			text += ", " + column(v).name()
		}
	}
	return text
}

// FromSelect makes the rows those of a query, a column of it for each one named.
func (n *InsertStmt) FromSelect(columns []string, q Query) *InsertStmt {
	named := make([]any, len(columns))
	for i, name := range columns {
		named[i] = name
	}
	return n.fromSelect(named, q)
}

// fromSelect is FromSelect by columns or their names.
func (n *InsertStmt) fromSelect(columns []any, q Query) *InsertStmt {
	return n.with(func(c *InsertStmt) {
		list, err := columnsOf(c.into, columns)
		if err == nil && len(c.rows) > 0 {
			err = fail(CodeForm, "values and a query")
		}
		c.wrong(err)
		c.columns, c.query = list, orNone(q)
		if c.query == nil {
			c.wrong(missing("the query"))
		}
	})
}

// OnConflict says which columns, or names of columns, no other row may have: DoUpdate
// or DoNothing says what happens where one has. Without any, it is any such columns.
func (n *InsertStmt) OnConflict(columns ...any) *InsertStmt {
	return n.grow(n != nil && n.conflict.action == 0, func(c *InsertStmt) {
		list, err := columnsOf(c.into, columns)
		c.wrong(err)
		c.conflict.columns, c.conflict.constraint, c.conflict.among = list, "", Expr{}
		c.conflict.pend()
	})
}

// OnConstraint is OnConflict by the name of a constraint.
func (n *InsertStmt) OnConstraint(name string) *InsertStmt {
	return n.with(func(c *InsertStmt) {
		c.conflict.columns, c.conflict.constraint, c.conflict.among = nil, name, Expr{}
		c.conflict.pend()
	})
}

// Among says which rows the unique index of OnConflict is of, where it is not of all.
func (n *InsertStmt) Among(conds ...any) *InsertStmt {
	return n.with(func(c *InsertStmt) {
		if c.conflict.action == 0 {
			c.wrong(fail(CodeForm, "among: say on conflict of what first"))
		}
		if len(conds) > 0 {
			c.conflict.among = alsoAnd(c.conflict.among, conds)
		}
	})
}

// DoNothing leaves out the rows that conflict with others.
func (n *InsertStmt) DoNothing() *InsertStmt {
	return n.grow(n != nil && n.conflict.action == ConflictPending, func(c *InsertStmt) {
		c.conflict.action, c.conflict.set, c.conflict.where = DoNothing, nil, Expr{}
	})
}

// DoUpdate changes the row that an inserted one conflicts with. In the values and in
// Where, columns of the table are of the row that is there, those of [Excluded] of
// the one that is not inserted.
func (n *InsertStmt) DoUpdate(set Assign) *InsertStmt {
	return n.grow(n != nil && n.conflict.action == ConflictPending, func(c *InsertStmt) {
		if c.conflict.action == 0 {
			c.wrong(fail(CodeForm, "do update: say on conflict of what first"))
		}
		list, err := assign(c.into, set)
		c.wrong(err)
		c.conflict.action, c.conflict.set = DoUpdate, list
	})
}

// Where makes DoUpdate change only rows for which all conditions are true; it adds to
// earlier ones.
func (n *InsertStmt) Where(conds ...any) *InsertStmt {
	if len(conds) == 0 {
		return n
	}
	return n.with(func(c *InsertStmt) { c.conflict.where = alsoAnd(c.conflict.where, conds) })
}

// Returning appends columns of the rows that were inserted or updated; see [Select].
func (n *InsertStmt) Returning(columns ...any) *InsertStmt {
	return n.grow(n != nil, func(c *InsertStmt) { c.returning = append(c.returning, items(columns)...) })
}

// CTE makes a source of n, which needs Returning; see [CTE].
func (n *InsertStmt) CTE(name string) *CTESource { return CTE(n, name) }

// Op returns OpInsert.
func (*InsertStmt) Op() Op { return OpInsert }

func (n *InsertStmt) fields(f *Fields) {
	f.keep(n.misuse)
	f.Source("table", &n.into)
	f.columns("columns", n.into, &n.columns)
	parts(f, "rows", &n.rows, (*valuesRow).fields)
	f.Query("query", &n.query)
	n.conflict.fields(f, n.into)
	parts(f, "returning", &n.returning, (*Item).fields)
}

func (n *InsertStmt) check() *Error {
	if err := changed(n.into, false); err != nil {
		return err
	}
	if err := checkColumns(n.into, n.columns, (*changeColumn).itself); err != nil {
		return err
	}
	if err := n.checkRows(0); err != nil {
		return err
	}
	if err := n.checkQuery(); err != nil {
		return err
	}
	if err := n.conflict.check(n.into); err != nil {
		return err
	}
	return checkReturning(n.returning)
}

// checkRows checks the rows of values from one on.
func (n *InsertStmt) checkRows(from int) *Error {
	if len(n.rows) > 0 && n.query != nil {
		return fail(CodeForm, "values and a query")
	}
	if len(n.columns) == 0 && len(n.rows) > 1 {
		return fail(CodeForm, "several rows without a column")
	}
	for i, r := range n.rows[from:] {
		if len(r.cells) != len(n.columns) {
			return fail(CodeForm, "row %d: expected %s, got %d", from+i+1, count(len(n.columns), "value"), len(r.cells))
		}
		for k, x := range r.cells {
			if err := checkAssigned(n.columns[k].column, x); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n *InsertStmt) checkQuery() *Error {
	if n.query == nil {
		if len(n.rows) == 0 && len(n.columns) > 0 {
			return missing("the rows")
		}
		return nil
	}
	outs := n.query.Outputs()
	if len(outs) != len(n.columns) {
		return fail(CodeType, "the query has %s for %s", count(len(outs), "column"), count(len(n.columns), "column"))
	}
	for i, o := range outs {
		if err := checkWritable(n.columns[i].column); err != nil {
			return err
		}
		if err := checkAssignedType(n.columns[i].column, o.Type); err != nil {
			return err
		}
	}
	return nil
}

// checkWhole checks what a later call of a builder may still mend.
func (n *InsertStmt) checkWhole() *Error {
	switch c := &n.conflict; {
	case len(n.rows) == 0 && n.query == nil:
		return fail(CodeMissing, "no values: say values(...) or from_select(...)")
	case c.action == ConflictPending:
		return fail(CodeMissing, "on conflict: say do_update(...) or do_nothing()")
	}
	return nil
}

// Outputs returns the columns of RETURNING.
func (n *InsertStmt) Outputs() []Output { return outputsOf(n.returning) }

// Into returns the table, or the entity.
func (n *InsertStmt) Into() Source { return n.into }

// Columns returns how many columns are given.
func (n *InsertStmt) Columns() int { return len(n.columns) }

// Column returns column i of those that are given.
func (n *InsertStmt) Column(i int) *schema.Column {
	if i < 0 || i >= len(n.columns) {
		return nil
	}
	return n.columns[i].column
}

// Rows returns how many rows of values there are.
func (n *InsertStmt) Rows() int { return len(n.rows) }

// Row returns the values of a row, one a column.
func (n *InsertStmt) Row(i int) List[Expr] {
	if i < 0 || i >= len(n.rows) {
		return List[Expr]{}
	}
	return List[Expr]{n.rows[i].cells}
}

// Query returns the query whose rows are inserted, or nil.
func (n *InsertStmt) Query() Query { return n.query }

// Conflict says what happens where another row is in the way.
func (n *InsertStmt) Conflict() Conflict { return Conflict{n.conflict} }

// ReturningItems returns the columns of RETURNING.
func (n *InsertStmt) ReturningItems() List[Item] { return List[Item]{n.returning} }

// Target returns the occurrence of the table, after Resolve.
func (n *InsertStmt) Target() *Occurrence { return n.target }

// ExcludedRow returns the occurrence of the excluded row, after Resolve; nil where
// there is no DO UPDATE.
func (n *InsertStmt) ExcludedRow() *Occurrence { return n.excluded }

// OutputName returns what SQL calls column index of RETURNING, after Resolve; ""
// leaves it as it is.
func (n *InsertStmt) OutputName(index int) string { return nameAt(n.names, index) }

// ConflictAction says what an insert does where another row has a key of its own.
// Values are wire codes: append only.
type ConflictAction uint8

// The actions; without any it fails.
const (
	ConflictPending ConflictAction = iota + 1 // not said yet: such an insert cannot run
	DoNothing
	DoUpdate
	conflictActions
)

var conflictNames = [conflictActions]string{ConflictPending: "ON CONFLICT", DoNothing: "DO NOTHING", DoUpdate: "DO UPDATE"}

// String returns the SQL words, such as "DO NOTHING".
func (a ConflictAction) String() string {
	if a == 0 || a >= conflictActions {
		return "unknown action"
	}
	return conflictNames[a]
}

// ConflictActions returns every action.
func ConflictActions() []ConflictAction {
	return []ConflictAction{ConflictPending, DoNothing, DoUpdate}
}

// conflict is ON CONFLICT (columns) WHERE among DO action.
type conflict struct {
	action     ConflictAction
	columns    []changeColumn
	constraint string
	among      Expr
	set        []Assignment
	where      Expr
}

func (c *conflict) pend() { c.action, c.set, c.where = ConflictPending, nil, Expr{} }

func (c *conflict) fields(f *Fields, into Source) {
	f.Code("on_conflict", (*uint8)(&c.action))
	f.columns("conflict_columns", into, &c.columns)
	f.String("conflict_constraint", &c.constraint)
	f.Expr("conflict_among", &c.among)
	f.assignments("conflict_set", into, &c.set)
	f.Expr("conflict_where", &c.where)
}

func (c *conflict) check(table Source) *Error {
	if c.action >= conflictActions {
		return fail(CodeForm, "unknown action %d on conflict", c.action)
	}
	if c.action == 0 && (len(c.columns) > 0 || c.constraint != "" || !c.among.IsZero()) {
		return fail(CodeForm, "a conflict without an action")
	}
	if len(c.columns) > 0 && c.constraint != "" || len(c.columns) == 0 && !c.among.IsZero() {
		return fail(CodeForm, "on conflict: expected columns or a constraint, and a condition of columns only")
	}
	if err := checkName("constraint", c.constraint); err != nil {
		return err
	}
	if (c.action == DoUpdate) != (len(c.set) > 0) || c.action != DoUpdate && !c.where.IsZero() {
		return fail(CodeForm, "values and a condition belong to DO UPDATE, which needs a value")
	}
	if err := checkColumns(table, c.columns, (*changeColumn).itself); err != nil {
		return err
	}
	if err := checkAssignments(table, c.set); err != nil {
		return err
	}
	if err := condition("ON CONFLICT", c.among); err != nil {
		return err
	}
	return condition("WHERE", c.where)
}

// Conflict is what an insert does where another row is in the way.
type Conflict struct{ c conflict }

// Action returns what is done; 0 for an insert that fails then.
func (c Conflict) Action() ConflictAction { return c.c.action }

// Columns returns the columns that no other row may have; none for any.
func (c Conflict) Columns() []*schema.Column {
	list := make([]*schema.Column, len(c.c.columns))
	for i := range list {
		list[i] = c.c.columns[i].column
	}
	return list
}

// Constraint returns the name of the constraint, or "".
func (c Conflict) Constraint() string { return c.c.constraint }

// Among says which rows the unique index is of, or is the zero Expr.
func (c Conflict) Among() Expr { return c.c.among }

// Set returns what DO UPDATE assigns.
func (c Conflict) Set() List[Assignment] { return List[Assignment]{c.c.set} }

// WhereClause returns the condition of DO UPDATE, or the zero Expr.
func (c Conflict) WhereClause() Expr { return c.c.where }

// conflictOf is OnConflict by a script's arguments.
func (n *InsertStmt) conflictOf(columns []any, options any) *InsertStmt {
	o, ok := options.([]any)
	if !ok {
		return n.OnConflict(columns...)
	}
	if name, ok := o[0].(string); ok {
		if len(columns) > 0 || o[1] != nil {
			return n.with(func(c *InsertStmt) { c.wrong(fail(CodeForm, "on conflict: columns, or a constraint")) })
		}
		return n.OnConstraint(name)
	}
	c := n.OnConflict(columns...)
	if x, ok := o[1].(Expr); ok {
		c = c.Among(x)
	}
	return c
}
