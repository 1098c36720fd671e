package expr

// grow is with, of a change that, if only so, adds to what n has and takes nothing away: what
// is added alone is measured and checked where n is sound, as the rest does not depend on it.
func (n *InsertStmt) grow(only bool, change func(*InsertStmt)) *InsertStmt {
	if !only || n.err != nil || n.size == 0 {
		return n.with(change)
	}
	c := n.copied()
	if change(c); c.misuse != nil {
		return seal(c)
	}
	m := n.measured()
	m.changeColumns(c.columns[len(n.columns):])
	for _, r := range c.rows[len(n.rows):] {
		m.exprs(r.cells, 0)
	}
	m.changeColumns(c.conflict.columns[len(n.conflict.columns):])
	for _, a := range c.conflict.set[len(n.conflict.set):] {
		m.column(a.target.source)
		m.expr(a.value, 0)
	}
	m.items(c.returning[len(n.returning):])
	finish(c, m.above(), m.err, func() *Error { return c.checkGrown(n) })
	return c
}

func (m *measure) changeColumns(list []changeColumn) {
	for _, c := range list {
		m.column(c.source)
	}
}

// checkGrown is check of what was added to old.
func (n *InsertStmt) checkGrown(old *InsertStmt) *Error {
	if len(n.columns) > len(old.columns) {
		if err := checkColumns(n.into, n.columns, (*changeColumn).itself); err != nil {
			return err
		}
	}
	if err := n.checkRows(len(old.rows)); err != nil {
		return err
	}
	if n.conflict.action != old.conflict.action {
		if err := n.conflict.check(n.into); err != nil {
			return err
		}
	}
	return checkReturning(n.returning[len(old.returning):])
}
