package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// Resolved is a statement in which everything is explicit: FROM is one clause of
// occurrences, each column knows its own, labels that are named are replaced by
// what they stand for, and each result column has a name and type.
type Resolved struct {
	stmt        Node
	common      []*CommonTable
	outputs     []Output
	occurrences []*Occurrence
	parameters  []*Parameter
	hostValues  []*Parameter
	changes     []Op
	arena       *arena // which the tree is in
}

// Release takes back the memory of the resolved tree, for others to use: neither the tree
// nor its occurrences may be used any more. Whoever keeps them does not call it.
func (r *Resolved) Release() {
	if a := r.arena; a != nil {
		*r = Resolved{}
		a.release()
	}
}

// Changes returns what is done to rows: OpInsert, OpUpdate, OpDelete, by the statement
// itself and those in WITH. ON CONFLICT DO UPDATE is both of the first.
func (r *Resolved) Changes() List[Op] { return List[Op]{r.changes} }

// Statement returns the resolved tree.
func (r *Resolved) Statement() Node { return r.stmt }

// CommonTables returns what WITH defines, each behind those that it names.
func (r *Resolved) CommonTables() List[*CommonTable] { return List[*CommonTable]{r.common} }

// Outputs returns the columns of the rows; a column without a name has "".
func (r *Resolved) Outputs() List[Output] { return List[Output]{r.outputs} }

// Occurrences returns every use of a source.
func (r *Resolved) Occurrences() List[*Occurrence] { return List[*Occurrence]{r.occurrences} }

// Parameters returns the parameters, by first use.
func (r *Resolved) Parameters() List[*Parameter] { return List[*Parameter]{r.parameters} }

// HostValues returns the values that only the host gives, see [HostValue], by first use.
func (r *Resolved) HostValues() List[*Parameter] { return List[*Parameter]{r.hostValues} }

// Resolve makes everything explicit that a statement leaves to be found out. The
// work is bounded by [MaxSize], however often sources are shared.
func Resolve(stmt Node) (*Resolved, error) { return ResolveUnder(stmt, nil) }

// ResolveUnder is Resolve where by decides what stands in the place of tables.
func ResolveUnder(stmt Node, by Restrictor) (*Resolved, error) {
	return resolve(stmt, by, false)
}

// resolve is ResolveUnder; byFields, it asks each node that may be asked for its fields.
func resolve(stmt Node, by Restrictor, byFields bool) (*Resolved, error) {
	q, ok := stmt.(Statement)
	if !ok {
		e := fail(CodeArgument, "expected a statement")
		if stmt != nil {
			e.Op = stmt.Op()
		}
		return nil, e
	}
	if err := Err(stmt); err != nil {
		return nil, err
	}
	if IsConditional(q) {
		if q = Given(q, nil).(Statement); Err(q) != nil {
			return nil, Err(q)
		}
	}
	if HasEntities(q) {
		x, err := Expand(q)
		if err != nil {
			return nil, err
		}
		q = x.stmt
	}
	r := newResolver(q)
	defer r.release()
	r.byFields = byFields
	if by != nil {
		r.by, r.names.hosts = by, by.MetaData()
	}
	r.Resolved.outputs = q.Outputs()
	r.Resolved.stmt = r.statement(q, true)
	r.arena.uses = r.occurrences
	if r.err != nil {
		r.Resolved.Release()
		return nil, r.err
	}
	return r.Resolved, nil
}

type resolver struct {
	*Resolved
	names
	scratch
	children   *Fields // that resolves those of a node
	scope      *scope
	labels     *labels // what a RefExpr may name where the resolver is
	defined    map[any]*CommonTable
	steps      map[*SelfSource]*CommonTable // of the recursive queries whose step is resolved
	over       Node                         // the function that OVER is resolved of
	table      Node                         // the function that is resolved in FROM
	grouping   bool                         // a GroupingExpr may stand here
	rowwise    string                       // the clause that is resolved, where it sees one row; else ""
	aggregates []aggregateUse               // those that are being resolved
	parameters map[paramKey]*Parameter
	excluded   bool // the name of the excluded row is taken by one
	by         Restrictor
	hosts      bool // what by says is resolved
	byFields   bool // see resolve
	visits     int
	err        *Error
}

// scope is what the columns of a select may be of: its own sources, or those of
// one join among them, then those of the selects around it.
type scope struct {
	up      *scope
	from    *fromList
	left    int  // the first of its own
	grouped bool // an aggregate of its rows has been found
}

// fromList lists the occurrences in one FROM, left to right: few are searched,
// many indexed.
type fromList struct {
	occurrences []*Occurrence
	index       map[any]int // places by identity

	uses    []*ColumnExpr // columns of it that queries below its select name
	queries []queryUse    // those in the select's own expressions
	byQuery map[Query]int // many of them by query, see usesIn
}

func (l *fromList) add(o *Occurrence) {
	l.occurrences = append(l.occurrences, o)
	switch n := len(l.occurrences); {
	case l.index != nil:
		l.index[o.self.Identity()] = n - 1
	case n == 16:
		l.index = make(map[any]int, 32)
		for place, o := range l.occurrences {
			l.index[o.self.Identity()] = place
		}
	}
}

// find returns the place of a source, or -1.
func (l *fromList) find(s Source) int {
	if l.index != nil {
		if place, ok := l.index[s.Identity()]; ok {
			return place
		}
		return -1
	}
	if a, ok := s.(*AliasSource); ok { // nothing else has its identity, and pointers are quickly compared
		for place, o := range l.occurrences {
			if x, ok := o.self.(*AliasSource); ok && x == a {
				return place
			}
		}
		return -1
	}
	for place, o := range l.occurrences {
		if o.self == s {
			return place
		}
	}
	if len(l.occurrences) > 0 {
		identity := s.Identity()
		return slices.IndexFunc(l.occurrences, func(o *Occurrence) bool { return o.self.Identity() == identity })
	}
	return -1
}

func (s *scope) find(src Source) *Occurrence {
	o, _ := s.lookup(src)
	return o
}

// lookup returns the occurrence of a source, and the FROM that it stands in.
func (s *scope) lookup(src Source) (*Occurrence, *fromList) {
	for ; s != nil; s = s.up {
		if place := s.from.find(src); place >= 0 && place >= s.left {
			return s.from.occurrences[place], s.from
		}
	}
	return nil, nil
}

// has reports whether a column may be of a FROM.
func (s *scope) has(from *fromList) bool {
	for ; s != nil; s = s.up {
		if s.from == from {
			return true
		}
	}
	return false
}

// aggregateUse says what an aggregate takes: columns of its own select, or of one
// around it.
type aggregateUse struct {
	at         *scope
	own, outer int
}

// note counts a column of a FROM for the aggregates that it stands in.
func (r *resolver) note(from *fromList) {
	for i := range r.aggregates {
		a := &r.aggregates[i]
		switch {
		case a.at == nil:
		case a.at.from == from:
			a.own++
		case a.at.has(from): // else it is of a query in the aggregate
			a.outer++
		}
	}
}

func (r *resolver) fail(op Op, code Code, format string, args ...any) {
	if r.err == nil {
		r.err = fail(code, format, args...)
		r.err.Op = op
	}
}

// spend counts visits, of which there are only so many.
func (r *resolver) spend(op Op, visits int) {
	if r.visits += visits; r.visits > MaxSize {
		r.visits = MaxSize
		r.fail(op, CodeSize, "larger than %d nodes when its sources are expanded", MaxSize)
	}
}

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
		return exprOf(r.column(n))
	case *LiteralExpr:
		return exprOf(r.literal(n))
	case *ParamExpr:
		r.parameter(n.p)
		return x
	case *CallExpr:
		return exprOf(r.call(n))
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
	s := n.of.self
	occ, from := r.scope.lookup(s)
	switch {
	case occ != nil:
		c.of = &occ.owner
	case r.scope == nil && r.rowwise == bounds:
		r.fail(OpColumn, CodeFrom, "%s.%s in %s, which sees no row: use a subquery", s.Name(), n.Name(), r.rowwise)
	default:
		r.fail(OpColumn, CodeFrom, "%s.%s: its source is not in FROM here", s.Name(), n.Name())
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
	made.stmt = SelectStmt{base: stmt.base, parts: &made.parts, seen: seenParts{all: true}}
	c := &made.parts.selectData
	*c = s
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
	r.from(c, sc)
	r.scope = sc
	c.items = r.arena.items.clone(s.items)
	costs := room.labels.costs[:0]
	for i := range c.items {
		before := r.visits
		c.items[i].expr = r.expr(s.items[i].expr)
		costs = append(costs, r.visits-before)
	}
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
	c.group = r.arena.exprs.list(len(s.group))
	r.rowwise = "GROUP BY"
	for i, x := range s.group {
		_, r.grouping = x.node().(*GroupingExpr)
		c.group[i] = r.key(x)
	}
	r.grouping, r.rowwise = false, ""
	c.having = r.expr(s.having)
	if err := condition("HAVING", c.having); err != nil {
		r.fail(OpSelect, err.Code, "%s", err.Reason)
	}
	c.order = r.arena.orders.clone(s.order)
	for i := range c.order {
		c.order[i].expr = r.orderExpr(s.order[i].expr)
	}
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
	c.self, c.item, c.typ = c, item, t
	return Expr{at: &c.exprState}
}

// window resolves a window in place; its lists are copied.
func (r *resolver) window(w *Window) {
	w.partition, w.order = r.exprs(w.partition), r.orders(w.order)
	w.start.offset, w.end.offset = r.expr(w.start.offset), r.expr(w.end.offset)
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
		return q.own().names
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
