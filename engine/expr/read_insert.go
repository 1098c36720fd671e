package expr

// PlainInsert is what an insert says of a table's columns; [Fields.ReadInsert] makes one.
type PlainInsert struct {
	Into      Source
	Columns   []ChangedColumn
	Rows      []ValuesRow
	Query     Query
	Returning []Item

	Action          ConflictAction
	ConflictColumns []ChangedColumn
	Constraint      string
	Among           Expr
	Set             []Assignment
	Where           Expr // of DO UPDATE
}

// What an insert has lists of, for a Reader.
type (
	ChangedColumn = changeColumn
	ValuesRow     = valuesRow
)

// ReadInsert makes an insert, which keeps the lists.
func (f *Fields) ReadInsert(p *PlainInsert) (*InsertStmt, error) {
	n := f.room.inserted()
	d := &n.parts.insertData
	d.into, d.columns, d.rows, d.returning = p.Into, p.Columns, p.Rows, p.Returning
	if p.Query != nil {
		d.query = p.Query
	}
	d.conflict = conflict{p.Action, p.ConflictColumns, p.Constraint, p.Among, p.Set, p.Where}
	var t tally
	t.closed(d.into)
	t.targets(d.columns)
	for i := range d.rows {
		for _, x := range d.rows[i].cells {
			t.operand(x)
		}
	}
	if d.query != nil {
		t.within(d.query.state())
	}
	t.targets(d.conflict.columns)
	t.operand(d.conflict.among)
	for i := range d.conflict.set {
		a := &d.conflict.set[i]
		t.add(a.target.source.state().named())
		t.operand(a.value)
	}
	t.operand(d.conflict.where)
	for i := range d.returning {
		t.operand(d.returning[i].expr)
	}
	n.tally = t.above()
	if !n.tally.fits() {
		return nil, refused(OpInsert, n.tally.beyond())
	}
	if err := d.check(); err != nil {
		return nil, refused(OpInsert, err)
	}
	return n, nil
}

// targets counts that columns are named: those of one source once.
func (t *tally) targets(list []changeColumn) {
	for i := range list {
		if of := list[i].source; i == 0 || of != list[i-1].source {
			t.add(of.state().named())
		}
	}
}

// TargetList returns room for so many columns of what is changed; RowList and SetList for what their names say.
func (f *Fields) TargetList(n int) []ChangedColumn { return many(&f.room.targets, n) }

// RowList is as TargetList.
func (f *Fields) RowList(n int) []ValuesRow { return many(&f.room.rows, n) }

// SetList is as TargetList.
func (f *Fields) SetList(n int) []Assignment { return many(&f.room.sets, n) }

// Target is a column of what is changed; Row and Assignment are of their parts, too.
func (*Fields) Target(n *ColumnExpr) ChangedColumn {
	return changeColumn{source: n.of.self, column: n.column}
}

// Row is as Target.
func (*Fields) Row(cells []Expr) ValuesRow { return valuesRow{cells} }

// Assignment is as Target.
func (f *Fields) Assignment(n *ColumnExpr, value Expr) Assignment {
	return Assignment{f.Target(n), value}
}
