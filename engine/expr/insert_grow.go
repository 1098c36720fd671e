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
	taken atomic.Uint32 // the step of the last one
	room  []InsertStmt  // for those to come
}

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

// newInsert makes an insert into a table that can grow.
func newInsert(d insertData) *InsertStmt {
	made := new(struct {
		insertParts
		growth insertGrowth
		first  [4]InsertStmt
	})
	p := &made.insertParts
	p.insertData, p.insertGrowth, made.growth.room = d, &made.growth, made.first[1:]
	p.taken.Store(1)
	n := &made.first[0]
	n.parts, n.seen.step = p, 1
	return n
}

// grows reports whether what is made of n by adding to it is measured and checked in what is
// added alone: the rest is sound, and does not depend on it.
func (n *InsertStmt) grows() bool { return n != nil && n.err == nil && n.size > 0 }

// grow makes an insert of d, which is n with more of a part: to a list, of which it had so
// many. What is added alone is measured and checked.
func (n *InsertStmt) grow(d *insertData, part insertPart, had int) *InsertStmt {
	if d.misuse != nil {
		return seal(insertOf(*d))
	}
	c := n.take(d, part)
	m := n.measured() // it has named the table
	switch part {
	case insertedRows:
		for _, r := range d.rows[had:] {
			m.exprs(r.cells, 0)
		}
	case insertConflict:
		for _, c := range d.conflict.columns {
			m.column(c.source)
		}
	case insertAction:
		for _, a := range d.conflict.set {
			m.expr(a.value, 0)
		}
	case insertReturning:
		m.items(d.returning[had:])
	}
	if c.settle(&m) {
		c.judge(OpInsert, d.checkPart(part, had))
	} else {
		finish(c, m.above(), m.err)
	}
	return c
}

// take makes an insert that says d: in n's parts, if no other has grown of n.
func (n *InsertStmt) take(d *insertData, part insertPart) *InsertStmt {
	p, seen := n.parts, n.seen
	if seen.has&(part|insertWhole) != 0 || !p.taken.CompareAndSwap(uint32(seen.step), uint32(seen.step)+1) {
		return insertOf(*d)
	}
	if len(p.room) == 0 {
		p.room = make([]InsertStmt, 1)
	}
	c := &p.room[0]
	p.room = p.room[1:]
	switch c.parts, c.seen = p, (seenInsert{seen.has | part, seen.step + 1}); part {
	case insertedRows:
		p.columns, p.rows = d.columns, d.rows
	case insertConflict:
		p.conflict.columns = d.conflict.columns
	case insertAction:
		p.conflict.action, p.conflict.set = d.conflict.action, d.conflict.set
	case insertReturning:
		p.returning = d.returning
	}
	return c
}

// checkPart is check of a part that was added to. The columns of values are the table's own,
// each once: assign has found them by name.
func (n *insertData) checkPart(part insertPart, had int) *Error {
	switch c := &n.conflict; {
	case part == insertedRows:
		if had == 0 && EntityOf(n.into) != nil {
			if err := checkColumns(n.into, n.columns); err != nil {
				return err
			}
		}
		return n.checkRows(had)
	case part == insertReturning:
		return checkReturning(n.returning[had:])
	case len(c.set) > 0 && EntityOf(n.into) == nil:
		return checkValues(c.set)
	default:
		return c.check(n.into)
	}
}
