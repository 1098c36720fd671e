package expr

// UpdateStmt is UPDATE table SET column = value FROM sources WHERE condition RETURNING
// .... Each builder method returns a new one. It needs Where or AllRows.
type UpdateStmt struct {
	base
	table     Source
	set       []Assignment
	from      []FromClause
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

// Update makes an update of a table or an entity, or of an alias of one.
func Update(table Source) *UpdateStmt { return seal(&UpdateStmt{table: orNone(table)}) }

// with is as that of SelectStmt.
func (n *UpdateStmt) with(change func(*UpdateStmt)) *UpdateStmt {
	if n == nil {
		b, err := badChange(OpUpdate)
		return &UpdateStmt{base: b, misuse: err}
	}
	c := *n
	c.set, c.from, c.returning, c.order = clip(n.set), clip(n.from), clip(n.returning), clip(n.order)
	if n.tally.check() != nil {
		c.misuse = n.err
	}
	change(&c)
	seal(&c)
	keepOld(&n.base, &c.base)
	return &c
}

func (n *UpdateStmt) wrong(err *Error) {
	if n.misuse == nil && err != nil {
		n.misuse = err.placed(OpUpdate)
	}
}

// Set adds values of columns; they replace earlier ones. In each value the columns
// of the row are what they were before the update.
func (n *UpdateStmt) Set(values Assign) *UpdateStmt {
	return n.with(func(c *UpdateStmt) {
		all := make(Assign, len(c.set)+len(values))
		for _, a := range c.set {
			all[a.target.name()] = a.value
		}
		for name, v := range values {
			all[name] = v
		}
		list, err := assign(c.table, all)
		c.wrong(err)
		c.set = list
	})
}

// From adds sources that the values and the condition may name. Where several of
// their rows go with one of the table, it is not said which counts.
func (n *UpdateStmt) From(clauses ...FromClause) *UpdateStmt {
	return n.with(func(c *UpdateStmt) {
		c.from = append(c.from, present(clauses)...)
	})
}

// Where adds conditions with AND.
func (n *UpdateStmt) Where(conds ...any) *UpdateStmt {
	if len(conds) == 0 {
		return n
	}
	return n.with(func(c *UpdateStmt) { c.where = alsoAnd(c.where, conds) })
}

// AllRows says that all rows are meant, in place of a condition.
func (n *UpdateStmt) AllRows() *UpdateStmt { return n.with(func(c *UpdateStmt) { c.all = true }) }

// Returning appends columns of the rows as they are after the update; see [Select].
func (n *UpdateStmt) Returning(columns ...any) *UpdateStmt {
	return n.with(func(c *UpdateStmt) { c.returning = append(c.returning, items(nil, columns)...) })
}

// OrderBy says in what order rows are updated, as far as Limit: MySQL and MariaDB
// alone can.
func (n *UpdateStmt) OrderBy(by ...any) *UpdateStmt {
	return n.with(func(c *UpdateStmt) { c.order = append(c.order, ordersOf(by)...) })
}

// Limit says how many rows are updated at most: MySQL and MariaDB alone can. Nil
// takes it away.
func (n *UpdateStmt) Limit(m any) *UpdateStmt {
	return n.with(func(c *UpdateStmt) { c.limit = bound(m) })
}

// CTE makes a source of n, which needs Returning; see [CTE].
func (n *UpdateStmt) CTE(name string) *CTESource { return CTE(n, name) }

// Op returns OpUpdate.
func (*UpdateStmt) Op() Op { return OpUpdate }

func (n *UpdateStmt) fields(f *Fields) {
	f.keep(n.misuse)
	f.Source("table", &n.table)
	f.assignments("set", n.table, &n.set)
	f.Froms("from", &n.from)
	f.Cond("where", &n.where)
	f.Bool("all_rows", &n.all)
	f.itemList("returning", &n.returning)
	parts(f, "order_by", &n.order, (*Order).fields)
	f.Expr("limit", &n.limit)
}

func (n *UpdateStmt) check() *Error {
	if err := changed(n.table, true); err != nil {
		return err
	}
	if err := checkAssignments(n.table, n.set); err != nil {
		return err
	}
	return checkRows(n.table, n.from, n.where, n.all, n.returning, n.order, n.limit)
}

// checkRows checks what an update and a delete have in common.
func checkRows(table Source, from []FromClause, where Expr, all bool, returning []Item, order []Order, limit Expr) *Error {
	for _, f := range from {
		if f == nil {
			return missing("a source")
		}
	}
	if all && !where.IsZero() {
		return fail(CodeForm, "a condition, and all rows")
	}
	if err := condition("WHERE", where); err != nil {
		return err
	}
	if !where.IsZero() && where.at.marks.has(hasWindows) {
		return fail(CodeForm, "a window function in WHERE: take it from a subquery")
	}
	if err := checkOrders("order_by", order); err != nil {
		return err
	}
	if err := checkBound(limit); err != nil {
		return err
	}
	if len(from) > 0 && (len(order) > 0 || !limit.IsZero()) {
		return fail(CodeForm, "an order or a limit beside other sources")
	}
	return checkReturning(returning)
}

// checkWhole checks what a later call of a builder may still mend.
func (n *UpdateStmt) checkWhole() *Error {
	if len(n.set) == 0 {
		return fail(CodeMissing, "no values: say set(...)")
	}
	return whichRows(n.where, n.all)
}

// whichRows makes sure that all rows are changed only where it is said.
func whichRows(where Expr, all bool) *Error {
	if where.IsZero() && !all {
		return fail(CodeMissing, "it would change every row: say where(...), or all_rows() if that is meant")
	}
	return nil
}

// Outputs returns the columns of RETURNING.
func (n *UpdateStmt) Outputs() []Output { return outputsOf(n.returning) }

// Table returns the table or its alias.
func (n *UpdateStmt) Table() Source { return n.table }

// Assignments returns what is set.
func (n *UpdateStmt) Assignments() List[Assignment] { return List[Assignment]{n.set} }

// FromClauses returns the other sources; after Resolve it is one clause.
func (n *UpdateStmt) FromClauses() List[FromClause] { return List[FromClause]{n.from} }

// WhereClause returns the condition; the zero Expr where all rows are meant.
func (n *UpdateStmt) WhereClause() Expr { return n.where }

// ReturningItems returns the columns of RETURNING.
func (n *UpdateStmt) ReturningItems() List[Item] { return List[Item]{n.returning} }

// Orders returns the order in which rows are updated.
func (n *UpdateStmt) Orders() List[Order] { return List[Order]{n.order} }

// LimitClause returns how many rows are updated at most, or the zero Expr.
func (n *UpdateStmt) LimitClause() Expr { return n.limit }

// Target returns the occurrence of the table, after Resolve.
func (n *UpdateStmt) Target() *Occurrence { return n.target }

// OutputName returns what SQL calls column index of RETURNING, after Resolve; ""
// leaves it as it is.
func (n *UpdateStmt) OutputName(index int) string { return nameAt(n.names, index) }
