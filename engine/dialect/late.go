package dialect

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// MariaDB makes a query in FROM when it is first asked for a row, which may be after rows were
// changed: where it reads the table that is changed, it misses those that are deleted already, and
// sees what others were set to. That a query outside of FROM reads the table it notices itself in a delete
// and an insert, but what an update sets is found row by row.

// collected reports whether an update is joined with its own table, of which no row fits: then MariaDB
// finds all rows and values before it changes one.
func (c *compiler) collected(u *expr.UpdateStmt, beside bool) bool {
	if !c.d.changes.readsLate {
		return false
	}
	t := u.Target().Table()
	if c.readInSet(u) || c.readsTable(t, u.WhereClause()) || c.besideHidden(t, u.FromClauses()) {
		return true
	}
	_, dependent, ok := c.sorted(u.Target(), u.Assignments(), expr.Expr{})
	return dependent && beside || !ok
}

// withItself joins a target with itself, without a row.
func (c *compiler) withItself(o *expr.Occurrence) {
	c.text(" LEFT JOIN ")
	c.tableName(o)
	c.text(" AS ")
	c.name("~")
	c.text(" ON FALSE")
}

// besideHidden reports whether a query beside the target reads a table.
func (c *compiler) besideHidden(t *schema.Table, clauses expr.List[expr.FromClause]) bool {
	for _, f := range clauses.All() {
		if c.readsHidden(t, f) {
			return true
		}
	}
	return false
}

// readsHidden reports whether a node has a query in FROM, or in WITH, which reads a table.
func (c *compiler) readsHidden(t *schema.Table, n expr.Node) (found bool) {
	c.spend(expr.Size(n))
	reads := func(n expr.Node) {
		if o, ok := n.(*expr.Occurrence); ok && o.Table() == t {
			found = true
		}
	}
	expr.Walk(n, func(n expr.Node) bool {
		o, ok := n.(*expr.Occurrence)
		if !ok {
			return !found && n.Op() != expr.OpColumn
		}
		if q := o.Query(); q != nil {
			deep(q, reads)
		}
		if q := o.Instead(); q != nil {
			found = found || o.Table() == t
			deep(q, reads)
		}
		if f := o.Function(); f != nil {
			deep(f.Call().Node(), reads)
		}
		if o.CommonTable() != nil {
			deep(o, reads)
		}
		return !found
	})
	return found
}
