package expr

import "sync/atomic"

// insertPart is a part of an insert that methods add: a bit of seenInsert.
type insertPart uint8

const (
	insertedRows insertPart = 1 << iota
	insertConflict
	insertAction
	insertReturning
	insertWhole // all there is, whatever the other bits say
)

// insertParts are the parts of inserts that grew of one another, as selectParts are of
// selects: each writes parts that those before it do not see.
type insertParts struct {
	insertData
	*insertGrowth // nil in parts of which nothing grows
}

type insertGrowth struct {
	taken atomic.Uint32            // the step of the last one
	first [firstInserts]InsertStmt // those of the first steps
}

// firstInserts is how many inserts one that gets values, what to do on a conflict and RETURNING grows through.
const firstInserts = 5

// seenInsert says what of its parts an insert has: the table, the query and what is of
// resolved ones, and the parts whose bits are set.
type seenInsert struct {
	has  insertPart
	step uint8
}

// noInsert is that of an insert that no constructor made. Nothing writes to it.
var noInsert insertParts

func (n *InsertStmt) own() *insertParts {
	if n.parts == nil {
		return n.absent()
	}
	return n.parts
}

// absent returns the parts of an insert that has none yet.
func (n *InsertStmt) absent() *insertParts {
	if n.like == nil {
		return &noInsert
	}
	return n.like.parts().inserted
}

// data returns what n says. Its lists may be appended to.
func (n *InsertStmt) data() (d insertData) {
	p, has := n.own(), n.seen.has
	if has == insertWhole {
		d = p.insertData
		d.columns, d.rows, d.returning = clip(d.columns), clip(d.rows), clip(d.returning)
		d.conflict.columns, d.conflict.set = clip(d.conflict.columns), clip(d.conflict.set)
		return d
	}
	d.into = p.into
	if has&insertedRows != 0 {
		d.columns, d.rows = clip(p.columns), clip(p.rows)
	}
	if has&insertConflict != 0 {
		d.conflict.action, d.conflict.columns = ConflictPending, clip(p.conflict.columns)
	}
	if has&insertAction != 0 {
		d.conflict.action, d.conflict.set = p.conflict.action, clip(p.conflict.set)
	}
	if has&insertReturning != 0 {
		d.returning = clip(p.returning)
	}
	return d
}

// given returns the columns that are given, and the rows of values.
func (n *InsertStmt) given() ([]changeColumn, []valuesRow) {
	if n.seen.has&(insertedRows|insertWhole) == 0 {
		return nil, nil
	}
	p := n.own()
	return p.columns, p.rows
}

// returned returns the columns of RETURNING.
func (n *InsertStmt) returned() []Item {
	if n.seen.has&(insertReturning|insertWhole) == 0 {
		return nil
	}
	return clip(n.own().returning)
}

// action returns what is done on a conflict.
func (n *InsertStmt) action() ConflictAction {
	switch has := n.seen.has; {
	case has&(insertAction|insertWhole) != 0:
		return n.own().conflict.action
	case has&insertConflict != 0:
		return ConflictPending
	}
	return 0
}

// insertOf makes an insert that says d.
func insertOf(d insertData) *InsertStmt {
	made := new(struct {
		stmt  InsertStmt
		parts insertParts
	})
	n := &made.stmt
	n.parts, n.seen, made.parts.insertData = &made.parts, seenInsert{has: insertWhole}, d
	return n
}

// set gives n parts of its own.
func (n *InsertStmt) set(d insertData) {
	n.parts, n.seen = &insertParts{insertData: d}, seenInsert{has: insertWhole}
}

// newInsert makes an insert that can grow.
func newInsert(into Source) *InsertStmt {
	made := new(struct {
		insertParts
		growth insertGrowth
	})
	p := &made.insertParts
	p.into, p.insertGrowth = into, &made.growth
	p.taken.Store(1)
	n := &p.first[0]
	n.parts, n.seen.step = p, 1
	return n
}

// grows reports whether what is made of n by adding to it is measured and checked in what is
// added alone: the rest is sound, and does not depend on it.
func (n *InsertStmt) grows() bool { return n != nil && n.err == nil && n.size > 0 }

// grow makes an insert that has what n has, to which the caller adds a part: in n's parts, if no
// other has grown of n.
func (n *InsertStmt) grow(part insertPart) *InsertStmt {
	p, seen := n.parts, n.seen
	if seen.has&(part|insertWhole) != 0 || !p.taken.CompareAndSwap(uint32(seen.step), uint32(seen.step)+1) {
		return insertOf(n.data())
	}
	var c *InsertStmt
	if int(seen.step) < len(p.first) {
		c = &p.first[seen.step]
	} else {
		c = new(InsertStmt)
	}
	c.parts, c.seen = p, seenInsert{seen.has | part, seen.step + 1}
	return c
}

// grown ends an insert to which something was added: it is what m measures, and check says what is wrong with it.
func (n *InsertStmt) grown(m *measure, check func(*insertData) *Error) *InsertStmt {
	if n.settle(m) {
		n.judge(OpInsert, check(&n.parts.insertData))
	} else {
		finish(n, m.above(), m.err)
	}
	return n
}

func (n *InsertStmt) growValues(rows []Assign) *InsertStmt {
	columns, had := n.given()
	list := rowList{n.own().into, clip(columns), clip(had)}
	if list.add(rows) != nil {
		return n.with(func(d *insertData) { d.values(rows) })
	}
	c := n.grow(insertedRows)
	c.parts.columns, c.parts.rows = list.columns, list.rows
	m := n.measured() // it has named the table
	for _, r := range list.rows[len(had):] {
		m.exprs(r.cells, 0)
	}
	return c.grown(&m, func(d *insertData) *Error {
		if len(had) == 0 && EntityOf(d.into) != nil { // else they are the table's own, each once: they were found by name
			if err := checkColumns(d.into, d.columns); err != nil {
				return err
			}
		}
		return d.checkRows(len(had))
	})
}

// conflictRoom is memory for what most say of a conflict.
type conflictRoom struct {
	columns [2]changeColumn
	set     [2]Assignment
}

// growConflict returns nil where something is wrong with the columns.
func (n *InsertStmt) growConflict(columns []any) *InsertStmt {
	room := new(conflictRoom)
	list, err := columnsOf(room.columns[:], n.own().into, columns)
	if err != nil {
		return nil
	}
	c := n.grow(insertConflict)
	on := &c.parts.conflict
	on.action, on.columns, on.set = ConflictPending, list, room.set[:0]
	m := n.measured()
	for i := range list {
		m.column(list[i].source)
	}
	return c.grown(&m, func(d *insertData) *Error { return checkColumns(d.into, d.conflict.columns) })
}

// growAction returns nil where something is wrong with the values.
func (n *InsertStmt) growAction(action ConflictAction, set Assign) *InsertStmt {
	c := n.grow(insertAction)
	on := &c.parts.conflict
	list := on.set[:0] // nobody has any yet
	if action == DoUpdate {
		var err *Error
		if list, err = assignIn(list, c.parts.into, set); err != nil {
			return nil
		}
	}
	on.action, on.set = action, list
	m := n.measured()
	for i := range list {
		m.expr(list[i].value, 0)
	}
	return c.grown(&m, func(d *insertData) *Error {
		if set := d.conflict.set; len(set) > 0 && EntityOf(d.into) == nil {
			return checkValues(set)
		}
		return d.conflict.check(d.into)
	})
}

func (n *InsertStmt) growReturning(columns []any) *InsertStmt {
	had := n.returned()
	more := items(nil, columns)
	c := n.grow(insertReturning)
	c.parts.returning = joined(had, more)
	m := n.measured()
	m.items(more)
	return c.grown(&m, func(*insertData) *Error { return checkReturning(more) })
}
