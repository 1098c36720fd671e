package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// InsertStmt is INSERT INTO table (columns) VALUES rows, or a query's rows, ON
// CONFLICT ... RETURNING .... Each builder method returns a new one. A column that
// is left out has what the database gives it.
type InsertStmt struct {
	base
	parts *insertParts // shared with those that grew into this one, see grow
	seen  seenInsert   // what of them is its own
	like  *likeness    // where there are no parts, what makes them, see Pattern
}

// insertData is what an insert says.
type insertData struct {
	into      Source
	columns   []changeColumn
	rows      []valuesRow
	query     Query
	conflict  conflict
	returning []Item

	// After Resolve.
	target   *Occurrence
	excluded *Occurrence
	names    *[]string // of the columns of RETURNING, see SelectStmt

	misuse *Error
}

// Insert makes an insert into a table, or of an entity: then columns are named by its attributes.
func Insert(into Source) *InsertStmt {
	n := newInsert(orNone(into))
	var m measure // seal, without asking for fields
	m.from(n.parts.into)
	if n.settle(&m) {
		n.judge(OpInsert, changed(n.parts.into, false)) // there is nothing else yet
	} else {
		finish(n, m.above(), m.err)
	}
	return n
}

// with is as that of SelectStmt.
func (n *InsertStmt) with(change func(*insertData)) *InsertStmt {
	if n == nil {
		b, err := badChange(OpInsert)
		c := insertOf(insertData{misuse: err})
		c.base = b
		return c
	}
	d := n.data()
	if n.tally.check() != nil {
		d.misuse = n.err
	}
	change(&d)
	c := seal(insertOf(d))
	keepOld(&n.base, &c.base)
	return c
}

func (n *insertData) outputNames() []string {
	if n.names == nil {
		return nil
	}
	return *n.names
}

func (n *insertData) wrong(err *Error) {
	if n.misuse == nil && err != nil {
		n.misuse = err.placed(OpInsert)
	}
}

// Values appends rows, which all give the same columns. A column that is left out gets
// the default that the metadata has for it (schema.Default), where that is a plain
// value or the time of an instant; else it has what the database gives it, as all have
// in a row of no column.
func (n *InsertStmt) Values(rows ...Assign) *InsertStmt {
	if n.grows() {
		return n.growValues(rows)
	}
	return n.with(func(d *insertData) { d.values(rows) })
}

func (n *insertData) values(rows []Assign) {
	list := rowList{n.into, n.columns, n.rows}
	n.wrong(list.add(rows))
	n.columns, n.rows = list.columns, list.rows
}

// rowList are rows of values, and the columns that each of them gives.
type rowList struct {
	into    Source
	columns []changeColumn
	rows    []valuesRow
}

// add appends rows, up to one that is wrong.
func (l *rowList) add(rows []Assign) *Error {
	for _, values := range rows {
		columns, row, err := l.row(values)
		if err != nil {
			return err
		}
		if len(l.rows) == 0 && len(l.columns) == 0 {
			l.columns = columns
		} else if !slices.EqualFunc(columns, l.columns, func(a, b changeColumn) bool { return a.column == b.column }) {
			return fail(CodeForm, "row %d gives %s, those before it %s: give each row the same columns", len(l.rows)+1,
				namesOfColumns(columns), namesOfColumns(l.columns))
		}
		l.rows = joined(l.rows, row)
	}
	return nil
}

// row returns the columns that a row gives, in the table's order, and a list of it alone.
func (l *rowList) row(values Assign) (columns []changeColumn, row []valuesRow, err *Error) {
	t := TableOf(l.into)
	if t == nil {
		list, err := assign(l.into, values) // of an entity, or wrong
		row = []valuesRow{{make([]Expr, len(list))}}
		columns = make([]changeColumn, len(list))
		for i, a := range list {
			columns[i], row[0].cells[i] = a.target, a.value
		}
		return columns, row, err
	}
	columns, row, room := newRow(len(values))
	cells := row[0].cells
	err = assignEach(l.into, t, values, true, room, func(c *schema.Column, x Expr) {
		columns, cells = append(columns, changeColumn{source: l.into, column: c}), append(cells, x)
	})
	row[0].cells = clip(cells)
	return clip(columns), row, err
}

// newRow makes room for a row of so many values and their columns: if these are few, in one piece of memory.
func newRow(values int) (columns []changeColumn, row []valuesRow, literals literals) {
	const few = 4
	if values == 0 || values > few {
		return make([]changeColumn, 0, values), []valuesRow{{make([]Expr, 0, values)}}, nil
	}
	room := new(struct {
		columns  [few]changeColumn
		cells    [few]Expr
		literals [few]LiteralExpr
		row      [1]valuesRow
	})
	room.row[0].cells = room.cells[:0]
	return room.columns[:0], room.row[:], room.literals[:0]
}

func namesOfColumns(list []changeColumn) string {
	text := "no column"
	for i, c := range list {
		if i == 0 {
			text = c.name()
		} else if i < 8 {
			text += ", " + c.name()
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
	return n.with(func(c *insertData) {
		list, err := columnsOf(nil, c.into, columns)
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
	if n.grows() && n.action() == 0 {
		if c := n.growConflict(columns); c != nil {
			return c
		}
	}
	return n.with(func(d *insertData) {
		list, err := columnsOf(nil, d.into, columns)
		d.wrong(err)
		d.conflict.columns, d.conflict.constraint, d.conflict.among = list, "", Expr{}
		d.conflict.pend()
	})
}

// OnConstraint is OnConflict by the name of a constraint.
func (n *InsertStmt) OnConstraint(name string) *InsertStmt {
	return n.with(func(c *insertData) {
		c.conflict.columns, c.conflict.constraint, c.conflict.among = nil, name, Expr{}
		c.conflict.pend()
	})
}

// Among says which rows the unique index of OnConflict is of, where it is not of all.
func (n *InsertStmt) Among(conds ...any) *InsertStmt {
	return n.with(func(c *insertData) {
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
	if n.grows() && n.action() == ConflictPending {
		return n.growAction(DoNothing, nil)
	}
	return n.with(func(d *insertData) { d.conflict.action, d.conflict.set, d.conflict.where = DoNothing, nil, Expr{} })
}

// DoUpdate changes the row that an inserted one conflicts with. In the values and in
// Where, columns of the table are of the row that is there, those of [Excluded] of
// the one that is not inserted.
func (n *InsertStmt) DoUpdate(set Assign) *InsertStmt {
	if n.grows() && n.action() == ConflictPending {
		if c := n.growAction(DoUpdate, set); c != nil {
			return c
		}
	}
	return n.with(func(d *insertData) {
		if d.conflict.action == 0 {
			d.wrong(fail(CodeForm, "do update: say on conflict of what first"))
		}
		list, err := assign(d.into, set)
		d.wrong(err)
		d.conflict.action, d.conflict.set = DoUpdate, list
	})
}

// Where makes DoUpdate change only rows for which all conditions are true; it adds to
// earlier ones.
func (n *InsertStmt) Where(conds ...any) *InsertStmt {
	if len(conds) == 0 {
		return n
	}
	return n.with(func(c *insertData) { c.conflict.where = alsoAnd(c.conflict.where, conds) })
}

// Returning appends columns of the rows that were inserted or updated; see [Select].
func (n *InsertStmt) Returning(columns ...any) *InsertStmt {
	if n.grows() {
		return n.growReturning(columns)
	}
	return n.with(func(d *insertData) { d.returning = append(d.returning, items(nil, columns)...) })
}

// CTE makes a source of n, which needs Returning; see [CTE].
func (n *InsertStmt) CTE(name string) *CTESource { return CTE(n, name) }

// Op returns OpInsert.
func (*InsertStmt) Op() Op { return OpInsert }

func (n *InsertStmt) fields(f *Fields) {
	if f.r != nil && n.parts != nil { // it was made to be read
		n.parts.insertData.fields(f)
		return
	}
	d := n.data()
	if d.fields(f); f.r != nil || f.m != nil {
		n.set(d)
	}
}

func (n *insertData) fields(f *Fields) {
	f.keep(n.misuse)
	f.Source("table", &n.into)
	f.columns("columns", n.into, &n.columns)
	parts(f, "rows", &n.rows, (*valuesRow).fields)
	f.Query("query", &n.query)
	n.conflict.fields(f, n.into)
	f.itemList("returning", &n.returning)
}

func (n *InsertStmt) check() *Error {
	d := n.data()
	return d.check()
}

func (n *insertData) check() *Error {
	if err := changed(n.into, false); err != nil {
		return err
	}
	if err := checkColumns(n.into, n.columns); err != nil {
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
func (n *insertData) checkRows(from int) *Error {
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

func (n *insertData) checkQuery() *Error {
	if n.query == nil {
		if len(n.rows) == 0 && len(n.columns) > 0 {
			return missing("the rows")
		}
		return nil
	}
	if err := noWhole(n.query); err != nil {
		return err
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
func (n *insertData) checkWhole() *Error {
	switch c := &n.conflict; {
	case len(n.rows) == 0 && n.query == nil:
		return fail(CodeMissing, "no values: say values(...) or from_select(...)")
	case c.action == ConflictPending:
		return fail(CodeMissing, "on conflict: say do_update(...) or do_nothing()")
	}
	return nil
}

// Outputs returns the columns of RETURNING.
func (n *InsertStmt) Outputs() []Output { return outputsOf(n.returned()) }

// Into returns the table, or the entity.
func (n *InsertStmt) Into() Source { return n.own().into }

// Columns returns how many columns are given.
func (n *InsertStmt) Columns() int { columns, _ := n.given(); return len(columns) }

// Column returns column i of those that are given.
func (n *InsertStmt) Column(i int) *schema.Column {
	columns, _ := n.given()
	if i < 0 || i >= len(columns) {
		return nil
	}
	return columns[i].column
}

// GivenColumns returns the columns that are given.
func (n *InsertStmt) GivenColumns() TargetColumns {
	columns, _ := n.given()
	return TargetColumns{columns}
}

// Rows returns how many rows of values there are.
func (n *InsertStmt) Rows() int { _, rows := n.given(); return len(rows) }

// Row returns the values of a row, one a column.
func (n *InsertStmt) Row(i int) List[Expr] {
	_, rows := n.given()
	if i < 0 || i >= len(rows) {
		return List[Expr]{}
	}
	return List[Expr]{rows[i].cells}
}

// Query returns the query whose rows are inserted, or nil.
func (n *InsertStmt) Query() Query { return n.own().query }

// Conflict says what happens where another row is in the way.
func (n *InsertStmt) Conflict() (c Conflict) {
	switch p, has := n.own(), n.seen.has; {
	case has&(insertWhole|insertAction) != 0: // there is nothing more
		c.c = p.conflict
	case has&insertConflict != 0:
		c.c.action, c.c.columns = ConflictPending, p.conflict.columns
	}
	return c
}

// ReturningItems returns the columns of RETURNING.
func (n *InsertStmt) ReturningItems() List[Item] { return List[Item]{n.returned()} }

// Target returns the occurrence of the table, after Resolve.
func (n *InsertStmt) Target() *Occurrence { return n.own().target }

// ExcludedRow returns the occurrence of the excluded row, after Resolve; nil where
// there is no DO UPDATE.
func (n *InsertStmt) ExcludedRow() *Occurrence { return n.own().excluded }

// OutputName returns what SQL calls column index of RETURNING, after Resolve; ""
// leaves it as it is.
func (n *InsertStmt) OutputName(index int) string { return nameAt(n.own().outputNames(), index) }

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
	if err := checkColumns(table, c.columns); err != nil {
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

// TargetColumns returns what Columns does, without making a list.
func (c Conflict) TargetColumns() TargetColumns { return TargetColumns{c.c.columns} }

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
			return n.with(func(c *insertData) { c.wrong(fail(CodeForm, "on conflict: columns, or a constraint")) })
		}
		return n.OnConstraint(name)
	}
	c := n.OnConflict(columns...)
	if x, ok := o[1].(Expr); ok {
		c = c.Among(x)
	}
	return c
}
