package expr

// statement resolves a statement that is no part of an expression.
func (r *resolver) statement(s Statement, top bool) Statement {
	if q, ok := s.(Query); ok {
		return r.query(q, nil, top)
	}
	outer, labels, over, grouping, rowwise := r.scope, r.labels, r.over, r.grouping, r.rowwise
	defer func() {
		r.scope, r.labels, r.over, r.grouping, r.rowwise = outer, labels, over, grouping, rowwise
	}()
	r.scope, r.labels, r.over, r.grouping, r.rowwise = nil, nil, nil, false, s.Op().String()
	if r.changes == nil {
		r.changes = make([]Op, 0, 2)
	}
	r.changes = append(r.changes, s.Op())
	switch s := s.(type) {
	case *InsertStmt:
		return r.insert(s, top)
	case *UpdateStmt:
		return r.update(s, top)
	case *DeleteStmt:
		return r.delete(s, top)
	}
	r.fail(s.Op(), CodeArgument, "expected a statement")
	return s
}

// whole reports what is still missing in a statement.
func (r *resolver) whole(op Op, err *Error) {
	if err != nil {
		r.fail(op, err.Code, "%s", err.Reason)
	}
}

// target makes the occurrence of the table that a statement changes. It is the first
// one, so that it has the table's own name where it can.
func (r *resolver) target(op Op, s Source) *Occurrence {
	room := r.selectRoom()
	defer r.free(room)
	room.scope.from = &room.from
	return r.occurrence(s, &room.scope, op)
}

// excludedName is what databases call the row that is not inserted.
const excludedName = "excluded"

func (r *resolver) insert(stmt *InsertStmt, top bool) *InsertStmt {
	n := stmt.data()
	r.whole(OpInsert, n.checkWhole())
	c := n
	update := n.conflict.action == DoUpdate
	if update { // nothing else may be called so
		r.changes = append(r.changes, OpUpdate)
		if r.taken.has(excludedName) && !r.excluded {
			r.fail(OpInsert, CodeName, "a source is called %q, as the excluded row is: give it another name", excludedName)
		}
		if !r.excluded {
			r.taken.add(excludedName)
		}
		r.excluded = true
	}
	c.target = r.target(OpInsert, n.into)
	c.rows = r.arena.rows.clone(n.rows)
	for i := range c.rows {
		c.rows[i].cells = each(c.rows[i].cells, (*Expr).place, r.assigned, &r.arena.exprs)
	}
	if n.query != nil {
		c.query = r.query(n.query, nil, false)
	}
	r.stamp(&c)
	own := r.selectRoom()
	defer r.free(own)
	own.scope.from = &own.from
	own.from.add(c.target)
	r.scope = &own.scope
	c.conflict.among = r.expr(n.conflict.among)
	if update {
		both := r.selectRoom()
		defer r.free(both)
		both.scope.from = &both.from
		both.from.add(c.target)
		c.excluded = r.arena.occurrences.next()
		*c.excluded = Occurrence{base: resolvedBase, owner: owner{Excluded(n.into), c.excluded}, name: excludedName, plain: true}
		r.uses.add(c.excluded)
		both.from.add(c.excluded)
		r.scope = &both.scope
		c.conflict.set = r.assignments(n.conflict.set)
		c.conflict.where = r.ofTarget(c.target, r.expr(n.conflict.where))
		r.scope = &own.scope
	}
	made := r.arena.inserts.next()
	c.returning, made.names = r.returned(n.returning, top)
	c.names = &made.names
	made.parts.insertData = c
	made.stmt = InsertStmt{base: stmt.base, parts: &made.parts, seen: seenInsert{has: insertWhole}}
	return &made.stmt
}

func (r *resolver) update(n *UpdateStmt, top bool) *UpdateStmt {
	r.whole(OpUpdate, n.checkWhole())
	c := *n
	c.target = r.target(OpUpdate, n.table)
	c.from = r.beside(c.target, n.from)
	c.set = r.assignments(n.set)
	c.where = r.ofTarget(c.target, r.expr(n.where))
	c.returning, c.names = r.returned(n.returning, top)
	c.order, c.limit = r.orders(n.order), r.bound(n.limit)
	return &c
}

func (r *resolver) delete(n *DeleteStmt, top bool) *DeleteStmt {
	r.whole(OpDelete, whichRows(n.where, n.all))
	c := *n
	c.target = r.target(OpDelete, n.table)
	c.using = r.beside(c.target, n.using)
	c.where = r.ofTarget(c.target, r.expr(n.where))
	c.returning, c.names = r.returned(n.returning, top)
	c.order, c.limit = r.orders(n.order), r.bound(n.limit)
	return &c
}

// beside makes one clause of the sources beside a target and opens the scope of all.
// What joins them to one another does not see the target.
func (r *resolver) beside(target *Occurrence, clauses []FromClause) []FromClause {
	others := &scope{from: new(fromList)}
	var from FromClause
	for _, f := range clauses {
		if to := r.clause(f, others); from == nil {
			from = to
		} else {
			from = r.joined(CrossJoin, from, to, Expr{})
		}
	}
	all := new(fromList)
	all.add(target)
	for _, o := range others.from.occurrences {
		if all.find(o.self) >= 0 {
			r.fail(o.self.Op(), CodeFrom, "%s is what is changed, and stands beside it: use an alias", o.self.Name())
		}
		all.add(o)
	}
	r.scope = &scope{from: all}
	if from == nil {
		return nil
	}
	return []FromClause{from}
}

func (r *resolver) assignments(list []Assignment) []Assignment {
	return each(list, (*Assignment).place, r.assigned, &r.arena.assignments)
}

// assigned resolves the value of a column.
func (r *resolver) assigned(x Expr) Expr {
	if isDefault(x) {
		return x
	}
	return r.expr(x)
}

func (r *resolver) returned(list []Item, top bool) ([]Item, []string) {
	if len(list) == 0 {
		return nil, nil
	}
	out := each(list, (*Item).place, r.expr, &r.arena.items)
	names := r.arena.names.list(len(out))
	outputNames(names, out, top)
	return out, names
}
