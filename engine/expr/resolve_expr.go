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

// usual resolves a node as its fields say, but without asking it for them; none of those that are rare.
func (r *resolver) usual(n exprNode) (none Expr) {
	switch n := n.(type) {
	case *BinaryExpr:
		c := r.arena.operations.next()
		*c = *n
		c.self, c.left, c.right = c, r.expr(n.left), r.expr(n.right)
		r.retype(&n.base, c)
		return Expr{at: &c.exprState}
	case *LogicExpr:
		c := r.arena.logic.next()
		c.value, c.or, c.terms = n.value, n.or, r.exprs(n.terms)
		c.self = c
		r.retype(&n.base, c)
		return Expr{at: &c.exprState}
	case *InExpr:
		c := *n
		c.self, c.x = &c, r.expr(n.x)
		if len(n.list) > 0 {
			c.list = r.exprs(n.list)
		}
		if n.query != nil {
			c.query, _ = r.node(n.query).(Query)
		}
		r.retype(&n.base, &c)
		return Expr{at: &c.exprState}
	case *BetweenExpr:
		c := *n
		c.self, c.x, c.low, c.high = &c, r.expr(n.x), r.expr(n.low), r.expr(n.high)
		r.retype(&n.base, &c)
		return Expr{at: &c.exprState}
	case *LikeExpr:
		c := *n
		c.self, c.x, c.pattern = &c, r.expr(n.x), r.expr(n.pattern)
		r.retype(&n.base, &c)
		return Expr{at: &c.exprState}
	case *UnaryExpr:
		c := *n
		c.self, c.x = &c, r.expr(n.x)
		r.retype(&n.base, &c)
		return Expr{at: &c.exprState}
	case *OverExpr:
		c := *n
		c.self, c.call = &c, r.expr(n.call)
		r.window(&c.window)
		r.retype(&n.base, &c)
		return Expr{at: &c.exprState}
	}
	return none
}

func (r *resolver) column(n *ColumnExpr) *ColumnExpr {
	c := r.arena.columns.next()
	*c = *n
	c.self = c
	occ, from := r.scope.lookup(n.of)
	switch {
	case occ != nil:
		c.of = &occ.owner
	case r.scope == nil && r.rowwise == bounds:
		r.fail(OpColumn, CodeFrom, "%s.%s in %s, which sees no row: use a subquery", n.of.self.Name(), n.Name(), r.rowwise)
	default:
		r.fail(OpColumn, CodeFrom, "%s.%s: its source is not in FROM here", n.of.self.Name(), n.Name())
	}
	if from != nil && from != r.scope.from {
		from.uses = append(from.uses, c)
	}
	r.note(from)
	return c
}

// literal copies a literal and says whose it is.
func (r *resolver) literal(n *LiteralExpr) *LiteralExpr {
	c := r.arena.literals.next()
	*c = *n
	c.self = c
	if !r.hosts && !c.marks.has(isHosts) {
		c.marks |= isArgument
	}
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
	c := r.arena.calls.next()
	*c = *n
	c.self, c.args = c, r.exprs(n.args)
	if m := n.more; m != nil {
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

func (r *resolver) exprs(list []Expr) []Expr {
	out := r.arena.exprs.list(len(list))
	for i, x := range list {
		out[i] = r.expr(x)
	}
	return out
}

func (r *resolver) orders(list []Order) []Order {
	out := r.arena.orders.clone(list)
	for i := range out {
		out[i].expr = r.expr(out[i].expr)
	}
	return out
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
