package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// query resolves a statement whose columns may be of the scopes in up, too. The
// names of its columns matter to no one else where it is not derived from.
func (r *resolver) query(q Query, up *scope, top bool) Query {
	outer, outerLabels, over, grouping, rowwise := r.scope, r.labels, r.over, r.grouping, r.rowwise
	defer func() {
		r.scope, r.labels, r.over, r.grouping, r.rowwise = outer, outerLabels, over, grouping, rowwise
	}()
	r.labels, r.over, r.grouping, r.rowwise = nil, nil, false, ""
	switch q := q.(type) {
	case *SelectStmt:
		return r.selectStmt(q, up, top)
	case *CompoundStmt:
		return r.compound(q, up, top)
	case *TextStmt:
		c := *q
		r.scope = up
		c.text = r.expr(q.text)
		return &c
	}
	r.fail(q.Op(), CodeArgument, "expected a query")
	return q
}

func (r *resolver) selectStmt(stmt *SelectStmt, up *scope, top bool) *SelectStmt {
	s := stmt.data()
	if err := s.checkWhole(); err != nil {
		r.fail(OpSelect, err.Code, "%s", err.Reason)
	}
	made := r.arena.selects.next()
	made.stmt.base, made.stmt.parts, made.stmt.seen.all = stmt.base, &made.parts, true
	c := &made.parts.selectData
	more := s.rest()
	for _, w := range more.ctes {
		if w, ok := w.(Source); ok {
			r.define(w)
		}
	}
	c.more = more.forResolved()
	room := r.selectRoom()
	defer r.free(room)
	sc := &room.scope
	sc.up, sc.from = up, &room.from
	c.from = r.from(&s, sc)
	r.scope = sc
	costs := room.labels.costs[:0]
	c.items = each(s.items, (*Item).place, func(x Expr) Expr {
		before := r.visits
		x = r.expr(x)
		costs = append(costs, r.visits-before)
		return x
	}, &r.arena.items)
	r.rowwise = "WHERE"
	c.where = r.expr(s.where)
	r.rowwise = ""
	if c.more != nil {
		for i := range c.more.windows {
			r.window(&c.more.windows[i].window)
		}
	}
	room.labels = labels{named: s.items, items: c.items, costs: costs}
	r.labels = &room.labels
	for i, x := range more.on {
		c.more.on[i] = r.key(x)
	}
	r.rowwise = "GROUP BY"
	c.group = each(s.group, (*Expr).place, func(x Expr) Expr {
		_, r.grouping = x.node().(*GroupingExpr)
		return r.key(x)
	}, &r.arena.exprs)
	r.grouping, r.rowwise = false, ""
	c.having = r.expr(s.having)
	if err := condition("HAVING", c.having); err != nil {
		r.fail(OpSelect, err.Code, "%s", err.Reason)
	}
	c.order = each(s.order, (*Order).place, r.orderExpr, &r.arena.orders)
	r.labels = nil
	if sc.grouped || len(c.group) > 0 || !c.having.IsZero() {
		r.checkGrouped(c, room)
	}
	c.limit, c.offset = r.bound(s.limit), r.bound(s.offset)
	if c.more != nil {
		c.more.lock.of = r.locked(more.lock.of, sc)
		r.hint(more.raw, sc)
		c.more.correlation = correlation{}
	}
	made.names = r.arena.names.list(len(c.items))
	c.names = &made.names
	outputNames(made.names, c.items, top)
	return &made.stmt
}

// bounds is what a column in LIMIT or OFFSET is said to stand in.
const bounds = "LIMIT and OFFSET"

// bound resolves a LIMIT or OFFSET, which sees no row.
func (r *resolver) bound(x Expr) Expr {
	scope, rowwise := r.scope, r.rowwise
	r.scope, r.rowwise = nil, bounds
	x = r.expr(x)
	r.scope, r.rowwise = scope, rowwise
	return x
}

// key resolves a key of GROUP BY, DISTINCT ON or ORDER BY. One with a query in it
// that is a column of the select, too, is the same only if it is resolved once:
// else its sources get other names.
func (r *resolver) key(x Expr) Expr {
	if g, ok := x.node().(*GroupingExpr); ok && r.grouping {
		return r.groupingKeys(g)
	}
	if r.err == nil && hasQuery(x) {
		for i, item := range r.labels.named {
			if r.spend(OpSelect, 1); same(item.expr, x) {
				r.spend(OpSelect, r.labels.costs[i])
				return r.labels.items[i].expr
			}
		}
	}
	return r.expr(x)
}

// groupingKeys resolves the keys of a grouping.
func (r *resolver) groupingKeys(g *GroupingExpr) Expr {
	r.grouping = false
	r.spend(OpGrouping, 1)
	c := *g
	c.self = &c
	c.sets = slices.Clone(g.sets)
	for i, set := range g.sets {
		c.sets[i].keys = make([]Expr, len(set.keys))
		for k, x := range set.keys {
			c.sets[i].keys[k] = r.key(x)
		}
	}
	return exprOf(&c)
}

// resolved makes c the label as it is when it is known which column it names.
func (n *RefExpr) resolved(c *RefExpr, item int, t schema.Type) Expr {
	*c = *n
	c.self, c.item, c.typ = c, item, kept(t)
	return Expr{at: &c.exprState}
}

// window resolves a window in place; its lists are copied where they change.
func (r *resolver) window(w *Window) {
	w.partition, w.order = r.exprs(w.partition), r.orders(w.order)
	w.start.offset, w.end.offset = r.expr(w.start.offset), r.expr(w.end.offset)
}

// isSame reports whether resolving a window has changed nothing of what it was.
func (w *Window) isSame(was *Window) bool {
	return isSame(was.partition, w.partition) && isSame(was.order, w.order) && w.start.offset.at == was.start.offset.at && w.end.offset.at == was.end.offset.at
}

// locked finds the occurrences of the sources whose rows are locked.
func (r *resolver) locked(of []FromClause, sc *scope) []FromClause {
	list := make([]FromClause, 0, len(of))
	for _, f := range of {
		s, ok := f.(Source)
		if !ok {
			continue
		}
		place := sc.from.find(s)
		if place < 0 {
			r.fail(OpSelect, CodeFrom, "FOR UPDATE of %s: it is not in FROM", s.Name())
			continue
		}
		list = append(list, sc.from.occurrences[place])
	}
	return list
}

func (r *resolver) compound(n *CompoundStmt, up *scope, top bool) *CompoundStmt {
	c := *n
	c.queries = make([]Query, len(n.queries))
	for i, q := range n.queries {
		if r.err != nil {
			return n
		}
		r.spend(q.Op(), 1)
		c.queries[i] = r.query(q, up, top && i == 0)
	}
	c.names = namesOfOutputs(c.queries[0])
	c.order = slices.Clone(n.order)
	for i := range c.order {
		ref, ok := c.order[i].expr.node().(*RefExpr)
		if !ok {
			continue
		}
		at, err := outputNamed(n.outs, ref.name)
		if err != nil {
			r.fail(OpCompound, err.Code, "%s", err.Reason)
			return n
		}
		c.order[i].expr = ref.resolved(new(RefExpr), at, n.outs[at].Type)
	}
	c.limit, c.offset = r.bound(n.limit), r.bound(n.offset)
	return &c
}

// namesOfOutputs returns what SQL calls the columns of a resolved query.
func namesOfOutputs(q Statement) []string {
	switch q := q.(type) {
	case *SelectStmt:
		return q.own().outputNames()
	case *CompoundStmt:
		return q.names
	case *TextStmt:
		return q.names()
	case *InsertStmt:
		return q.own().outputNames()
	case *UpdateStmt:
		return q.names
	case *DeleteStmt:
		return q.names
	}
	return nil
}

// orderExpr keeps a label that stands alone: that it is the same as the column
// must be plain to the database, also where arguments stand in it.
func (r *resolver) orderExpr(x Expr) Expr {
	n, ok := x.node().(*RefExpr)
	if !ok {
		return r.key(x)
	}
	i, err := r.labels.find(n.name)
	if err != nil {
		r.fail(OpRef, err.Code, "%s", err.Reason)
		return x
	}
	return n.resolved(r.arena.refs.next(), i, r.labels.items[i].expr.Type())
}
