package dialect

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// changes says how a database changes rows.
type changes struct {
	returning     [3]bool // by changeIndex
	with          [3]bool // by changeIndex: WITH stands in front; else what it defines is written where it is used
	inWith        bool    // changes stand in WITH
	defaultValue  bool    // DEFAULT is a value
	defaultValues string  // of a row without a column
	beside        bool    // other sources stand in FROM and USING; else they are joined
	using         bool    // DELETE has USING, or a join; else EXISTS is said
	aliases       [3]bool // by changeIndex: the table may have another name
	ownName       bool    // RETURNING knows the table by its own name
	inOrder       bool    // SET sees what it has set before
	limit         bool    // has ORDER BY and LIMIT
	readsItself   bool    // subqueries may read the table that is changed
	snapshot      bool    // and see it as it was before, in every row
	fromSnapshot  string  // a FROM that makes an update find all values first
	readsLate     bool    // a query of the table may see rows that are changed already, see compiler.collected
	conflict      conflicts
}

// conflicts says what an insert can do where another row is in the way.
type conflicts struct {
	duplicate  bool // ON DUPLICATE KEY UPDATE: by any key; else ON CONFLICT
	noOn       bool // ON in a query there finds no column of the table
	rowName    bool // there, the row that is not inserted has a name; else VALUE(column), which unlike VALUES(column) may stand in a query
	any        bool // DO UPDATE needs no columns
	constraint bool // ON CONSTRAINT
	afterWhere bool // a query in front of it needs a WHERE, or ON would be its own
}

// changeIndex numbers the kinds of changes.
func changeIndex(op expr.Op) int {
	switch op {
	case expr.OpInsert:
		return 0
	case expr.OpUpdate:
		return 1
	case expr.OpDelete:
		return 2
	}
	return -1
}

var all3 = [3]bool{true, true, true}

// target is the table that is changed where the compiler is, and how it is named.
type target struct {
	occ     *expr.Occurrence
	plain   bool // by the table's own name
	guarded bool // subqueries must not read the table itself
	values  bool // columns of the excluded row are VALUE(column)
	noOn    bool // ON in a query names no column of the target
}

// targetOf returns the target of a change, else nil.
func targetOf(n expr.Node) *expr.Occurrence {
	if n, ok := n.(interface{ Target() *expr.Occurrence }); ok {
		return n.Target()
	}
	return nil
}

// changing writes a change: fn is what is said of its target.
func (c *compiler) changing(t target, fn func()) {
	outer, inline := c.target, c.inline
	c.target, c.changes = t, true
	fn()
	c.target, c.inline = outer, inline
}

// tableName writes the name of the table of an occurrence, of all its parts.
func (c *compiler) tableName(o *expr.Occurrence) {
	c.parts(o.Table())
}

// isRenamed reports whether a statement calls a table otherwise than it is called.
func isRenamed(o *expr.Occurrence) bool { return o.Name() != o.Table().Name() }

// targetTable writes the table that is changed, with another name where it may have
// one.
func (c *compiler) targetTable(o *expr.Occurrence) {
	if !c.named(o) {
		return
	}
	c.tableName(o)
	if !c.target.plain && (o.Table().NameParts() > 1 || isRenamed(o)) {
		c.text(" AS ")
		c.name(o.Name())
	}
}

// inlined writes what WITH defines where it is used, with what that needs alone: a prepared
// change of MariaDB 10.11 crashes the server where nothing names a query of a recursive one.
func (c *compiler) inlined(o *expr.Occurrence) {
	list := *c.inline
	c.inline = nil
	c.queries++
	c.text("(")
	c.commonOf(list, c.needs(o.CommonTable()))
	c.text("SELECT * FROM ")
	c.name(o.CommonTable().Name())
	c.text(") AS ")
	c.name(o.Name())
	c.inline = &list
}

// assigned writes the value of a column.
func (c *compiler) assigned(col *schema.Column, x expr.Expr) {
	want := col.Type()
	switch {
	case x.Node() != nil && x.Node().Op() == expr.OpDefault:
		c.expr(x, anywhere)
	case isUntypedNull(x) && c.d.null != nil:
		c.d.null(c, want)
	case c.d.assign != nil && c.d.assign(c, x, want):
	default:
		c.operand(x, want, anywhere)
	}
}

func writeDefault(c *compiler, _ expr.Node, _ level) {
	if !c.d.changes.defaultValue {
		c.unsupported("DEFAULT as a value", c.d.name+" has none: leave the column out")
		return
	}
	c.text("DEFAULT")
}

// returning writes RETURNING.
func (c *compiler) returning(op expr.Op, items expr.List[expr.Item], nameAt func(int) string) {
	if items.Len() == 0 {
		return
	}
	if !c.d.changes.returning[changeIndex(op)] {
		c.unsupported("RETURNING of "+op.String(), c.d.name+" has none")
		return
	}
	if !c.d.changes.snapshot {
		for _, item := range items.All() {
			if c.readsTable(c.target.occ.Table(), item.Expr()) {
				c.unsupported("a query of the table itself in RETURNING of "+op.String(), c.d.name+" would show it some rows changed already, and others not yet")
				return
			}
		}
	}
	plain, queries := c.target.plain, c.queries
	c.target.plain = plain || c.d.changes.ownName
	for i, item := range items.All() {
		if i == 0 {
			c.text(" RETURNING ")
		} else {
			c.text(", ")
		}
		c.expr(item.Expr(), anywhere)
		name := nameAt(i)
		if name == "" || !c.d.names.holds(name) {
			continue
		}
		if col, ok := item.Expr().Node().(*expr.ColumnExpr); ok && c.nameOf(col) == name {
			continue
		}
		c.text(" AS ")
		c.name(name)
	}
	if c.target.plain && c.queries > queries && isRenamed(c.target.occ) {
		c.unsupported("a query in RETURNING of an alias", "in it "+c.d.name+" knows the table by its own name only")
	}
	c.target.plain = plain
}

// rowsInOrder writes ORDER BY and LIMIT of an update or a delete.
func (c *compiler) rowsInOrder(op expr.Op, orders expr.List[expr.Order], limit expr.Expr) {
	if orders.Len() == 0 && limit.IsZero() {
		return
	}
	if !c.d.changes.limit {
		c.unsupported("LIMIT of "+op.String(), c.d.name+" has none: take the keys from a subquery")
		return
	}
	for i, o := range orders.All() {
		if i == 0 {
			c.text(" ORDER BY ")
		} else {
			c.text(", ")
		}
		if o.Nulls() != expr.NullsDefault {
			c.unsupported("NULLS FIRST and NULLS LAST of "+op.String(), c.d.name+" has none there")
			return
		}
		c.expr(o.Expr(), anywhere)
		c.direction(o)
	}
	c.limits(limit, expr.Expr{}, false)
}

func writeUpdate(c *compiler, n expr.Node, _ level) {
	u := n.(*expr.UpdateStmt)
	ch := &c.d.changes
	beside := u.FromClauses().Len() > 0 && !ch.beside
	collected := c.collected(u, beside)
	joined := beside || collected
	c.changing(target{occ: u.Target(), guarded: !ch.snapshot && ch.fromSnapshot == ""}, func() {
		c.text("UPDATE ")
		c.targetTable(u.Target())
		if collected {
			c.withItself(u.Target())
		}
		if beside {
			c.text(", ")
			c.besides(u.FromClauses())
		}
		c.text(" SET ")
		list := u.Assignments()
		if !collected {
			list = c.inOrder("UPDATE", u.Target(), list, expr.Expr{}, joined)
		}
		for i, a := range list.All() {
			if i > 0 {
				c.text(", ")
			}
			if joined {
				c.name(u.Target().Name())
				c.text(".")
			}
			c.name(a.Column().Name())
			c.text(" = ")
			c.assigned(a.Column(), a.Value())
		}
		if u.FromClauses().Len() > 0 && !joined {
			c.text(" FROM ")
			c.besides(u.FromClauses())
		} else if !joined && ch.fromSnapshot != "" && c.readInSet(u) {
			c.text(ch.fromSnapshot)
		}
		c.where(u.WhereClause())
		c.rowsInOrder(expr.OpUpdate, u.Orders(), u.LimitClause())
		if ch.ownName {
			c.onlyTarget(u.Target(), u.ReturningItems())
		}
		c.returning(expr.OpUpdate, u.ReturningItems(), u.OutputName)
	})
}

// readInSet reports whether a value of an update is a query of the table itself.
func (c *compiler) readInSet(u *expr.UpdateStmt) bool {
	for _, a := range u.Assignments().All() {
		if c.readsTable(u.Target().Table(), a.Value()) {
			return true
		}
	}
	return false
}

// besides writes the one clause of the sources beside a target.
func (c *compiler) besides(clauses expr.List[expr.FromClause]) {
	for i, f := range clauses.All() {
		if i > 0 {
			c.unsupported("FROM", "it is not resolved")
			return
		}
		c.clause(f)
	}
}

func (c *compiler) where(x expr.Expr) {
	if !x.IsZero() {
		c.condition(" WHERE ", x)
	}
}

// onlyTarget refuses columns of other sources in RETURNING.
func (c *compiler) onlyTarget(o *expr.Occurrence, items expr.List[expr.Item]) {
	for _, item := range items.All() {
		c.spend(expr.Size(item.Expr().Node()))
		own := map[*expr.Occurrence]bool{o: true}
		columnsIn(item.Expr().Node(), own, func(col *expr.ColumnExpr) {
			if !own[c.resolved.OccurrenceOf(col)] {
				c.unsupported("RETURNING "+col.Source().Name()+"."+col.Name(), c.d.name+" returns columns of the table that is changed only")
			}
		})
	}
}

// columnsIn calls found for each column of a resolved tree, and adds to own the
// occurrences in it.
func columnsIn(n expr.Node, own map[*expr.Occurrence]bool, found func(*expr.ColumnExpr)) {
	var columns []*expr.ColumnExpr
	deep(n, func(n expr.Node) {
		switch n := n.(type) {
		case *expr.Occurrence:
			own[n] = true
		case *expr.ColumnExpr:
			columns = append(columns, n)
		}
	})
	for _, col := range columns {
		found(col)
	}
}

// deep visits the nodes of a resolved tree, those in derived sources too.
func deep(n expr.Node, visit func(expr.Node)) {
	seen := map[*expr.CommonTable]bool{}
	var below func(expr.Node) bool
	below = func(n expr.Node) bool {
		visit(n)
		switch n := n.(type) {
		case *expr.Occurrence:
			if q := n.Query(); q != nil {
				expr.Walk(q, below)
			}
			if f := n.Function(); f != nil {
				expr.Walk(f.Call().Node(), below)
			}
			if c := n.CommonTable(); c != nil && !seen[c] {
				seen[c] = true
				expr.Walk(c.Query(), below)
				if c.Step() != nil {
					expr.Walk(c.Step(), below)
				}
			}
		case *expr.ColumnExpr:
			return false // its source is as it was before it was resolved
		}
		return true
	}
	expr.Walk(n, below)
}

// readsTable reports whether any of the expressions has a query of a table.
func (c *compiler) readsTable(t *schema.Table, list ...expr.Expr) (found bool) {
	for _, x := range list {
		if x.IsZero() {
			continue
		}
		c.spend(expr.Size(x.Node()))
		deep(x.Node(), func(n expr.Node) {
			if o, ok := n.(*expr.Occurrence); ok && o.Table() == t {
				found = true
			}
		})
	}
	return found
}

// names reports whether an expression names a column of an occurrence.
func (c *compiler) names(o *expr.Occurrence, x expr.Expr) (found bool) {
	c.spend(expr.Size(x.Node()))
	deep(x.Node(), func(n expr.Node) {
		if col, ok := n.(*expr.ColumnExpr); ok && c.resolved.OccurrenceOf(col) == o {
			found = true
		}
	})
	return found
}

func writeDelete(c *compiler, n expr.Node, _ level) {
	d := n.(*expr.DeleteStmt)
	ch := &c.d.changes
	o, others := d.Target(), d.UsingClauses()
	renamed := o.Table().NameParts() > 1 || isRenamed(o)
	single := d.ReturningItems().Len() > 0 || d.Orders().Len() > 0 || !d.LimitClause().IsZero()
	joined := others.Len() > 0 && !ch.beside && ch.using || renamed && !ch.aliases[2] && !single
	t := target{occ: o, guarded: !ch.readsItself || joined && ch.using && !ch.beside, plain: renamed && !ch.aliases[2] && !joined}
	queries := c.queries
	where := d.WhereClause()
	late := ch.readsLate && (!where.IsZero() && c.readsHidden(o.Table(), where.Node()) || c.besideHidden(o.Table(), others))
	c.changing(t, func() {
		switch {
		case joined:
			c.text("DELETE FROM ")
			c.name(o.Name())
			c.text(" USING ")
			c.targetTable(o)
			if late || ch.readsLate && c.readsTable(o.Table(), where) {
				c.withItself(o)
			}
			if others.Len() > 0 {
				c.text(", ")
				c.besides(others)
			}
			c.where(d.WhereClause())
		case others.Len() > 0 && ch.using:
			c.text("DELETE FROM ")
			c.targetTable(o)
			c.text(" USING ")
			c.besides(others)
			c.where(d.WhereClause())
		case others.Len() > 0: // a row goes if it goes with any of theirs
			c.text("DELETE FROM ")
			c.targetTable(o)
			c.text(" WHERE EXISTS (SELECT 1 FROM ")
			c.besides(others)
			c.where(d.WhereClause())
			c.text(")")
		default:
			c.text("DELETE FROM ")
			c.targetTable(o)
			c.where(d.WhereClause())
		}
		if joined && single {
			c.unsupported("RETURNING or LIMIT of delete from several tables", c.d.name+" has none")
		}
		switch {
		case late && (d.Orders().Len() > 0 || !d.LimitClause().IsZero()):
			c.unsupported("LIMIT of a delete whose condition asks a query of a query of the table", c.d.name+" would show it rows without those that are deleted already")
		case late && !joined: // what is sorted, and by no index, is found first
			c.text(" ORDER BY hex(")
			c.columnName(o.Table().Columns()[0])
			c.text(")")
		}
		c.rowsInOrder(expr.OpDelete, d.Orders(), d.LimitClause())
		if !ch.beside || !ch.using {
			c.onlyTarget(o, d.ReturningItems())
		}
		c.returning(expr.OpDelete, d.ReturningItems(), d.OutputName)
		if t.plain && isRenamed(o) && c.queries > queries {
			c.unsupported("a query in delete from an alias, with RETURNING or LIMIT", c.d.name+" takes no alias there")
		}
	})
}

// inOrder lists assignments so that none sees what another has set, where the
// database would let it. The condition cond is part of each.
func (c *compiler) inOrder(what string, o *expr.Occurrence, set expr.List[expr.Assignment], cond expr.Expr, joined bool) expr.List[expr.Assignment] {
	list, dependent, ok := c.sorted(o, set, cond)
	switch {
	case dependent && joined:
		c.unsupported(what+" of columns that others are made of, from several tables", c.d.name+" does not say in what order it sets them")
	case !ok:
		c.unsupported(what+" of columns that are made of one another", c.d.name+" sets them one by one, each from those that are set already")
	}
	return list
}

// sorted lists assignments so that none sees what another has set: dependent says that they
// cannot stand in any order, and ok that they can in this.
func (c *compiler) sorted(o *expr.Occurrence, set expr.List[expr.Assignment], cond expr.Expr) (_ expr.List[expr.Assignment], dependent, ok bool) {
	if !c.d.changes.inOrder || set.Len() < 2 {
		return set, false, true
	}
	list := make([]expr.Assignment, 0, set.Len())
	for _, a := range set.All() {
		list = append(list, a)
	}
	at := make(map[*schema.Column]int, len(list))
	for i, a := range list {
		at[a.Column()] = i
	}
	reads := make([]map[int]bool, len(list)) // which others' columns each needs as they were
	for i, a := range list {
		reads[i] = map[int]bool{}
		for _, x := range []expr.Expr{a.Value(), cond} {
			if x.IsZero() {
				continue
			}
			c.spend(expr.Size(x.Node()))
			columnsIn(x.Node(), map[*expr.Occurrence]bool{}, func(col *expr.ColumnExpr) {
				if k, ok := at[col.Column()]; ok && k != i && c.resolved.OccurrenceOf(col) == o {
					reads[i][k], dependent = true, true
				}
			})
		}
	}
	ordered := make([]expr.Assignment, 0, len(list))
	done := make([]bool, len(list))
	for len(ordered) < len(list) {
		c.spend(len(list) * len(list))
		next := -1
		for i := range list {
			needed := done[i]
			for k := range list {
				needed = needed || !done[k] && reads[k][i]
			}
			if !needed {
				next = i
				break
			}
		}
		if next < 0 {
			return set, dependent, false
		}
		done[next] = true
		ordered = append(ordered, list[next])
	}
	return expr.ListOf(ordered), dependent, true
}
