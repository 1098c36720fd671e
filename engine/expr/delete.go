package expr

// DeleteStmt is DELETE FROM table USING sources WHERE condition RETURNING .... Each
// builder method returns a new one. It needs Where or AllRows.
type DeleteStmt struct {
	base
	table     Source
	using     []FromClause
	where     Expr
	all       bool
	returning []Item
	order     []Order
	limit     Expr

	// After Resolve.
	target *Occurrence
	names  []string // of the columns of RETURNING, see SelectStmt

	misuse *Error
	like   *likeness // see Pattern
}

// Delete makes a delete from a table, of an entity, or of an alias of one.
func Delete(table Source) *DeleteStmt { return seal(&DeleteStmt{table: orNone(table)}) }

// with is as that of SelectStmt.
func (n *DeleteStmt) with(change func(*DeleteStmt)) *DeleteStmt {
	if n == nil {
		b, err := badChange(OpDelete)
		return &DeleteStmt{base: b, misuse: err}
	}
	c := *n
	c.using, c.returning, c.order = clip(n.using), clip(n.returning), clip(n.order)
	if n.tally.check() != nil {
		c.misuse = n.err
	}
	change(&c)
	seal(&c)
	keepOld(&n.base, &c.base)
	return &c
}

// Using adds sources that the condition may name: a row is deleted if it goes with
// any of their rows.
func (n *DeleteStmt) Using(clauses ...FromClause) *DeleteStmt {
	return n.with(func(c *DeleteStmt) {
		c.using = append(c.using, present(clauses)...)
	})
}

// Where adds conditions with AND.
func (n *DeleteStmt) Where(conds ...any) *DeleteStmt {
	if len(conds) == 0 {
		return n
	}
	return n.with(func(c *DeleteStmt) { c.where = alsoAnd(c.where, conds) })
}

// AllRows says that all rows are meant, in place of a condition.
func (n *DeleteStmt) AllRows() *DeleteStmt { return n.with(func(c *DeleteStmt) { c.all = true }) }

// Returning appends columns of the rows that were deleted; see [Select].
func (n *DeleteStmt) Returning(columns ...any) *DeleteStmt {
	return n.with(func(c *DeleteStmt) { c.returning = append(c.returning, items(nil, columns)...) })
}

// OrderBy says in what order rows are deleted, as far as Limit: MySQL and MariaDB
// alone can.
func (n *DeleteStmt) OrderBy(by ...any) *DeleteStmt {
	return n.with(func(c *DeleteStmt) { c.order = append(c.order, ordersOf(by)...) })
}

// Limit says how many rows are deleted at most: MySQL and MariaDB alone can. Nil
// takes it away.
func (n *DeleteStmt) Limit(m any) *DeleteStmt {
	return n.with(func(c *DeleteStmt) { c.limit = bound(m) })
}

// CTE makes a source of n, which needs Returning; see [CTE].
func (n *DeleteStmt) CTE(name string) *CTESource { return CTE(n, name) }

// Op returns OpDelete.
func (*DeleteStmt) Op() Op { return OpDelete }

func (n *DeleteStmt) fields(f *Fields) {
	f.keep(n.misuse)
	f.Source("table", &n.table)
	f.Froms("using", &n.using)
	f.Cond("where", &n.where)
	f.Bool("all_rows", &n.all)
	f.itemList("returning", &n.returning)
	parts(f, "order_by", &n.order, (*Order).fields)
	f.Expr("limit", &n.limit)
}

func (n *DeleteStmt) check() *Error {
	if err := changed(n.table, true); err != nil {
		return err
	}
	if err := deletedEntity(n.table); err != nil {
		return err
	}
	return checkRows(n.table, n.using, n.where, n.all, n.returning, n.order, n.limit)
}

// Outputs returns the columns of RETURNING.
func (n *DeleteStmt) Outputs() []Output { return outputsOf(n.returning) }

// Table returns the table or its alias.
func (n *DeleteStmt) Table() Source { return n.table }

// UsingClauses returns the other sources; after Resolve it is one clause.
func (n *DeleteStmt) UsingClauses() List[FromClause] { return List[FromClause]{n.using} }

// WhereClause returns the condition; the zero Expr where all rows are meant.
func (n *DeleteStmt) WhereClause() Expr { return n.where }

// ReturningItems returns the columns of RETURNING.
func (n *DeleteStmt) ReturningItems() List[Item] { return List[Item]{n.returning} }

// Orders returns the order in which rows are deleted.
func (n *DeleteStmt) Orders() List[Order] { return List[Order]{n.order} }

// LimitClause returns how many rows are deleted at most, or the zero Expr.
func (n *DeleteStmt) LimitClause() Expr { return n.limit }

// Target returns the occurrence of the table, after Resolve.
func (n *DeleteStmt) Target() *Occurrence { return n.target }

// OutputName returns what SQL calls column index of RETURNING, after Resolve; ""
// leaves it as it is.
func (n *DeleteStmt) OutputName(index int) string { return nameAt(n.names, index) }
