package expr

// node resolves an expression, or a query within one, in the current scope.
func (r *resolver) node(n Node) Node {
	switch n := n.(type) {
	case exprNode:
		return r.expr(exprOf(n)).node()
	case Query:
		if r.spend(n.Op(), 1); r.err != nil {
			return n
		}
		if r.scope == nil {
			return r.query(n, nil, false)
		}
		from := r.scope.from
		first := len(from.uses)
		q := r.query(n, r.scope, false)
		if last := len(from.uses); last > first {
			from.queries = append(from.queries, queryUse{q, first, last})
		}
		return q
	}
	r.fail(n.Op(), CodeForm, "it cannot stand in an expression")
	return n
}

// expr resolves an expression. What most consist of is resolved as its fields say, but
// without asking them.
func (r *resolver) expr(x Expr) Expr {
	if x.at == nil {
		return x
	}
	if r.visits++; r.err != nil || r.visits > MaxSize {
		r.spend(x.node().Op(), 0)
		return x
	}
	switch n := x.node().(type) {
	case *ColumnExpr:
		return Expr{at: &r.column(n).exprState}
	case *LiteralExpr:
		return Expr{at: &r.literal(n).exprState}
	case *ParamExpr:
		r.parameter(n.p)
		return x
	case *CallExpr:
		return Expr{at: &r.call(n).exprState}
	case *RefExpr:
		return r.ref(n)
	case *DefaultExpr:
		r.fail(OpDefault, CodeForm, "DEFAULT is the whole value of a column, in an insert or an update")
	case *OverExpr:
		r.over = n.call.node()
	case *GroupingExpr:
		if !r.grouping {
			r.fail(OpGrouping, CodeForm, "%s stands in GROUP BY only", n.kind)
		}
		r.grouping = false
	}
	if !r.byFields {
		if made := r.usual(x.node()); made.at != nil {
			return made
		}
	}
	c := asExpr(Specs[x.node().Op()].copy(x.node()))
	c.fields(r.children)
	r.retype(&x.at.base, c)
	return exprOf(c)
}

// usual resolves a node as its fields say, but without asking it for them; none of those that are
// rare. Where nothing changes in it, it stays.
func (r *resolver) usual(n exprNode) (none Expr) {
	switch n := n.(type) {
	case *BinaryExpr:
		left, right := r.expr(n.left), r.expr(n.right)
		if left.at == n.left.at && right.at == n.right.at {
			return Expr{at: &n.exprState}
		}
		c := r.arena.operations.next()
		*c = *n
		c.self, c.left, c.right = c, left, right
		r.retype(&n.base, c)
		return Expr{at: &c.exprState}
	case *LogicExpr:
		terms := r.exprs(n.terms)
		if isSame(n.terms, terms) {
			return Expr{at: &n.exprState}
		}
		c := r.arena.logic.next()
		c.exprState, c.or, c.terms = n.exprState, n.or, terms
		c.self = c
		r.retype(&n.base, c)
		return Expr{at: &c.exprState}
	case *InExpr:
		x := r.expr(n.x)
		list := r.exprs(n.list)
		if n.query == nil && x.at == n.x.at && isSame(n.list, list) {
			return Expr{at: &n.exprState}
		}
		c := *n
		c.self, c.x, c.list = &c, x, list
		if n.query != nil {
			c.query, _ = r.node(n.query).(Query)
		}
		r.retype(&n.base, &c)
		return Expr{at: &c.exprState}
	case *BetweenExpr:
		x, low, high := r.expr(n.x), r.expr(n.low), r.expr(n.high)
		if x.at == n.x.at && low.at == n.low.at && high.at == n.high.at {
			return Expr{at: &n.exprState}
		}
		c := *n
		c.self, c.x, c.low, c.high = &c, x, low, high
		r.retype(&n.base, &c)
		return Expr{at: &c.exprState}
	case *LikeExpr:
		x, pattern := r.expr(n.x), r.expr(n.pattern)
		if x.at == n.x.at && pattern.at == n.pattern.at {
			return Expr{at: &n.exprState}
		}
		c := *n
		c.self, c.x, c.pattern = &c, x, pattern
		r.retype(&n.base, &c)
		return Expr{at: &c.exprState}
	case *UnaryExpr:
		x := r.expr(n.x)
		if x.at == n.x.at {
			return Expr{at: &n.exprState}
		}
		c := *n
		c.self, c.x = &c, x
		r.retype(&n.base, &c)
		return Expr{at: &c.exprState}
	case *OverExpr:
		call, w := r.expr(n.call), n.window
		if r.window(&w); call.at == n.call.at && w.isSame(&n.window) {
			return Expr{at: &n.exprState}
		}
		c := *n
		c.self, c.call, c.window = &c, call, w
		r.retype(&n.base, &c)
		return Expr{at: &c.exprState}
	}
	return none
}

// column finds what a column is of. It stays as it is where [Resolved.OccurrenceOf] knows.
func (r *resolver) column(n *ColumnExpr) *ColumnExpr {
	occ, from := r.scope.lookup(n.of)
	switch {
	case occ != nil && (r.hosts || occ.columnsOf != n.of):
		c := r.arena.columns.next()
		*c = *n
		c.self, c.of = c, &occ.owner
		n = c
	case occ != nil:
	case r.scope == nil && r.rowwise == bounds:
		r.fail(OpColumn, CodeFrom, "%s.%s in %s, which sees no row: use a subquery", n.of.self.Name(), n.Name(), r.rowwise)
	default:
		r.fail(OpColumn, CodeFrom, "%s.%s: its source is not in FROM here", n.of.self.Name(), n.Name())
	}
	if from != nil && from != r.scope.from {
		from.uses = append(from.uses, n)
	}
	r.note(from)
	return n
}

// literal says whose a literal is.
func (r *resolver) literal(n *LiteralExpr) *LiteralExpr {
	if !r.hosts || n.marks.has(isHosts) {
		return n
	}
	c := r.arena.literals.next()
	*c = *n
	c.self = c
	c.marks |= isHosts
	return c
}

// ref returns the column that a label names.
func (r *resolver) ref(n *RefExpr) Expr {
	if r.labels == nil {
		r.fail(OpRef, CodeName, "label %q: labels can be named in GROUP BY, HAVING and ORDER BY only", n.name)
		return exprOf(n)
	}
	i, err := r.labels.find(n.name)
	if err != nil {
		r.fail(OpRef, err.Code, "%s", err.Reason)
		return exprOf(n)
	}
	r.spend(OpRef, r.labels.costs[i]) // it will be written once more
	return r.labels.items[i].expr
}

func (r *resolver) call(n *CallExpr) *CallExpr {
	switch {
	case n.OfDatabase():
	case n.fn.kind == WindowFunction && r.over != Node(n):
		r.fail(OpCall, CodeForm, "%s needs a window: use over(...)", n.fn.name)
	case n.fn.kind == OrderedSetFunction && len(n.rest().within) == 0:
		r.fail(OpCall, CodeForm, "%s needs an order of its rows: use within_group(...)", n.fn.name)
	case n.fn.kind == TableFunction && r.table != Node(n):
		r.fail(OpCall, CodeForm, "%s gives rows: it stands in FROM, use table_valued(...)", n.fn.name)
	}
	switch {
	case r.over == Node(n):
	case n.fn.IsAggregate():
		return r.aggregate(n)
	case n.OfDatabase() && n.more.hasClauses() && r.scope != nil:
		r.scope.grouped = true
	}
	return r.called(n)
}

// called resolves the parts of a call.
func (r *resolver) called(n *CallExpr) *CallExpr {
	args, m := r.exprs(n.args), n.more
	if m == nil && isSame(n.args, args) {
		return n
	}
	c := r.arena.calls.next()
	*c = *n
	c.self, c.args = c, args
	if m != nil {
		c.more = &callMore{m.distinct, r.expr(m.filter), r.orders(m.order), r.orders(m.within), m.returns, m.data}
	}
	r.retype(&n.base, c)
	return c
}

// aggregate resolves an aggregate. Databases take one of outer columns only for an
// aggregate of the query that these are of, which is not what the tree says.
func (r *resolver) aggregate(n *CallExpr) *CallExpr {
	at := len(r.aggregates)
	switch {
	case r.rowwise != "":
		r.fail(OpCall, CodeForm, "%s in %s, which sees one row: use having(...), or take it from a subquery", n.fn.name, r.rowwise)
	case at > 0 && r.aggregates[at-1].at == r.scope:
		r.fail(OpCall, CodeForm, "%s in another aggregate: take it from a subquery", n.fn.name)
	}
	if r.scope != nil {
		r.scope.grouped = true
	}
	r.aggregates = append(r.aggregates, aggregateUse{at: r.scope})
	c := r.called(n)
	use := r.aggregates[at]
	r.aggregates = r.aggregates[:at]
	if use.outer > 0 && use.own == 0 {
		r.fail(OpCall, CodeFrom, "%s takes columns of the query around it only: databases would aggregate there", n.fn.name)
	}
	return c
}

// retype checks again what was made of a node with labels in it: their types are known
// by now. The form is another where a label stands for an AND.
func (r *resolver) retype(was *base, n Node) {
	if r.labels == nil || r.err != nil || !was.marks.has(hasRefs) {
		return
	}
	if err := n.check(); err != nil && err.Code != CodeForm {
		r.fail(n.Op(), err.Code, "%s", err.Reason)
	}
}

// each resolves the expressions in a list by fn, each at its place in an item. The list is that
// which it was if none changes; appending to it copies.
func each[T any](list []T, place func(*T) *Expr, fn func(Expr) Expr, room *slab[T]) []T {
	out, changed := clip(list), false
	for i := range list {
		x := *place(&list[i])
		to := fn(x)
		if to.at == x.at {
			continue
		}
		if !changed {
			out, changed = room.clone(list), true
		}
		*place(&out[i]) = to
	}
	return out
}

// isSame reports whether each has changed nothing.
func isSame[T any](was, is []T) bool { return len(was) == 0 || &was[0] == &is[0] }

func (x *Expr) place() *Expr  { return x }
func (i *Item) place() *Expr  { return &i.expr }
func (o *Order) place() *Expr { return &o.expr }

func (a *Assignment) place() *Expr { return &a.value }

func (r *resolver) exprs(list []Expr) []Expr {
	return each(list, (*Expr).place, r.expr, &r.arena.exprs)
}

func (r *resolver) orders(list []Order) []Order {
	return each(list, (*Order).place, r.expr, &r.arena.orders)
}

// paramKey is what tells parameters apart: those of the host have names of their own.
type paramKey struct {
	name string
	host bool
}

func (r *resolver) parameter(p *Parameter) {
	list := &r.Resolved.parameters
	if p.host {
		list = &r.Resolved.hostValues
	}
	var known *Parameter
	if len(*list) < indexed { // few are searched
		for _, q := range *list {
			if q == p {
				return
			}
			if q.name == p.name {
				known = q
			}
		}
	} else {
		known = r.parameters[paramKey{p.name, p.host}]
	}
	if known != nil {
		if !known.Same(p) {
			r.fail(OpParam, CodeName, "parameter %q is declared twice, not alike", p.name)
		}
		return
	}
	*list = append(*list, p)
	if len(*list) < indexed {
		return
	}
	if r.parameters == nil {
		r.parameters = map[paramKey]*Parameter{}
	}
	more := *list // of the first that are indexed, all
	if len(more) > indexed {
		more = more[len(more)-1:]
	}
	for _, q := range more {
		r.parameters[paramKey{q.name, q.host}] = q
	}
}

// indexed is how many parameters are searched.
const indexed = 16
