package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// Occurrence is one use of a source in FROM: what a policy decides on and a
// dialect names. It stands in the place of the source in a resolved tree.
type Occurrence struct {
	base
	source   Source
	name     string
	table    *schema.Table
	query    Query
	cte      *CommonTable
	sample   *TablesampleSource
	rows     *ValuesSource
	function *TableFunctionSource
	columns  []string
	change   Op
	hints    []Raw
	decided  bool
	outer    bool // the query may name what the query around o's own has in FROM
}

func (*Occurrence) fromClause()      {}
func (*Occurrence) fields(*Fields)   {}
func (*Occurrence) check() *Error    { return nil }
func (*Occurrence) Op() Op           { return 0 } // Op is no node kind's: it is never stored.
func (o *Occurrence) Source() Source { return o.source }

// Name is how the statement calls it: unique in the statement whatever the case,
// not longer than any database allows, and like no other table's name.
func (o *Occurrence) Name() string { return o.name }

// Table returns the table, or nil for a derived source.
func (o *Occurrence) Table() *schema.Table { return o.table }

// Change returns what is done to the table: OpInsert, OpUpdate or OpDelete where it
// is the target of one, else 0.
func (o *Occurrence) Change() Op { return o.change }

// CommonTable returns what WITH defines and this is a use of, or nil.
func (o *Occurrence) CommonTable() *CommonTable { return o.cte }

// Sample returns the resolved sample that is taken of the table, or nil.
func (o *Occurrence) Sample() *TablesampleSource { return o.sample }

// Rows returns the resolved rows that the statement brings itself, or nil.
func (o *Occurrence) Rows() *ValuesSource { return o.rows }

// Function returns the resolved function that gives the rows, or nil.
func (o *Occurrence) Function() *TableFunctionSource { return o.function }

// Origin returns what the source is below its aliases.
func (o *Occurrence) Origin() Source {
	if a, ok := o.source.(*AliasSource); ok {
		return a.origin
	}
	return o.source
}

// ColumnNames returns how the statement calls the columns of a derived source.
func (o *Occurrence) ColumnNames() List[string] { return List[string]{o.columns} }

// Query returns the resolved query of a derived source, or nil for a table.
func (o *Occurrence) Query() Query { return o.query }

// SeesOuter reports whether the query of a derived source takes columns from the
// queries around the one in whose FROM it stands.
func (o *Occurrence) SeesOuter() bool { return o.outer }

// ColumnName returns how the statement calls column index of a derived source; ""
// where it has not that many.
func (o *Occurrence) ColumnName(index int) string {
	if index < 0 || index >= len(o.columns) {
		return ""
	}
	return o.columns[index]
}

// Allow decides that the table may be used here. A policy calls it, once for each
// occurrence; dialects write no table that is not decided.
func (o *Occurrence) Allow() { o.decided = true }

// IsDecided reports whether a policy has decided on the occurrence.
func (o *Occurrence) IsDecided() bool { return o.decided }

// Resolved is a statement in which everything is explicit: FROM is one clause of
// occurrences, each column knows its own, labels that are named are replaced by
// what they stand for, and each result column has a name and type.
type Resolved struct {
	stmt        Node
	common      []*CommonTable
	outputs     []Output
	occurrences []*Occurrence
	parameters  []*Parameter
	changes     []Op
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

// Resolve makes everything explicit that a statement leaves to be found out. The
// work is bounded by [MaxSize], however often sources are shared.
func Resolve(stmt Node) (*Resolved, error) {
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
	r := newResolver(stmt)
	defer r.release()
	r.Resolved.outputs = q.Outputs()
	r.Resolved.stmt = r.statement(q, true)
	if r.err != nil {
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
	parameters map[string]*Parameter
	excluded   bool // the name of the excluded row is taken by one
	visits     int
	err        *Error
}

// scope is what the columns of a select may be of: its own sources, or those of
// one join among them, then those of the selects around it.
type scope struct {
	up   *scope
	from *fromList
	left int // the first of its own
}

// fromList lists the occurrences in one FROM, left to right: few are searched,
// many indexed.
type fromList struct {
	occurrences []*Occurrence
	index       map[any]int // places by identity
}

func (l *fromList) add(o *Occurrence) {
	l.occurrences = append(l.occurrences, o)
	switch n := len(l.occurrences); {
	case l.index != nil:
		l.index[o.source.Identity()] = n - 1
	case n == 16:
		l.index = make(map[any]int, 32)
		for place, o := range l.occurrences {
			l.index[o.source.Identity()] = place
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
	for place, o := range l.occurrences {
		if o.source == s {
			return place
		}
	}
	if len(l.occurrences) > 0 {
		identity := s.Identity()
		return slices.IndexFunc(l.occurrences, func(o *Occurrence) bool { return o.source.Identity() == identity })
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
	if r.spend(n.Op(), 1); r.err != nil {
		return n
	}
	switch n := n.(type) {
	case *ColumnExpr:
		c := r.column(n)
		var from *fromList
		if c.occ, from = r.scope.lookup(n.source); c.occ == nil {
			r.fail(OpColumn, CodeFrom, "%s.%s: its source is not in FROM here", n.source.Name(), n.Name())
		}
		r.note(from)
		return c
	case *LiteralExpr:
		return n
	case *ParamExpr:
		r.parameter(n.p)
		return n
	case *RefExpr:
		if r.labels == nil {
			r.fail(OpRef, CodeName, "label %q: labels can be named in GROUP BY, HAVING and ORDER BY only", n.name)
			return n
		}
		i, err := r.labels.find(n.name)
		if err != nil {
			r.fail(OpRef, err.Code, "%s", err.Reason)
			return n
		}
		r.spend(OpRef, r.labels.costs[i]) // it will be written once more
		return r.labels.items[i].expr.node
	case Query:
		return r.query(n, r.scope, false)
	case *DefaultExpr:
		r.fail(OpDefault, CodeForm, "DEFAULT is the whole value of a column, in an insert or an update")
	case *OverExpr:
		r.over = n.call.node
	case *CallExpr:
		switch {
		case n.OfDatabase():
		case n.fn.kind == WindowFunction && r.over != Node(n):
			r.fail(OpCall, CodeForm, "%s needs a window: use over(...)", n.fn.name)
		case n.fn.kind == OrderedSetFunction && len(n.within) == 0:
			r.fail(OpCall, CodeForm, "%s needs an order of its rows: use within_group(...)", n.fn.name)
		case n.fn.kind == TableFunction && r.table != Node(n):
			r.fail(OpCall, CodeForm, "%s gives rows: it stands in FROM, use table_valued(...)", n.fn.name)
		}
		if n.fn.IsAggregate() && r.over != Node(n) {
			return r.aggregate(n)
		}
	case *GroupingExpr:
		if !r.grouping {
			r.fail(OpGrouping, CodeForm, "%s stands in GROUP BY only", n.kind)
		}
		r.grouping = false
	}
	c := r.copy(n)
	c.fields(r.children)
	if r.labels != nil && r.err == nil && n.state().marks.has(hasRefs) {
		r.retype(c)
	}
	return c
}

// aggregate resolves an aggregate. Databases take one of outer columns only for an
// aggregate of the query that these are of, which is not what the tree says.
func (r *resolver) aggregate(n *CallExpr) Node {
	at := len(r.aggregates)
	switch {
	case r.rowwise != "":
		r.fail(OpCall, CodeForm, "%s in %s, which sees one row: use having(...), or take it from a subquery", n.fn.name, r.rowwise)
	case at > 0 && r.aggregates[at-1].at == r.scope:
		r.fail(OpCall, CodeForm, "%s in another aggregate: take it from a subquery", n.fn.name)
	}
	r.aggregates = append(r.aggregates, aggregateUse{at: r.scope})
	c := *n
	c.fields(r.children)
	use := r.aggregates[at]
	r.aggregates = r.aggregates[:at]
	if use.outer > 0 && use.own == 0 {
		r.fail(OpCall, CodeFrom, "%s takes columns of the query around it only: databases would aggregate there", n.fn.name)
	}
	if r.labels != nil && r.err == nil && n.marks.has(hasRefs) {
		r.retype(&c)
	}
	return &c
}

// retype checks a node again: the types of labels are known by now. The form is
// another where a label stands for an AND.
func (r *resolver) retype(n Node) {
	if err := n.check(); err != nil && err.Code != CodeForm {
		r.fail(n.Op(), err.Code, "%s", err.Reason)
	}
}

func (r *resolver) expr(x Expr) Expr {
	if x.node == nil {
		return x
	}
	x.node = asExpr(r.node(x.node))
	return x
}

func (r *resolver) exprs(list []Expr) []Expr {
	out := make([]Expr, len(list))
	for i, x := range list {
		out[i] = r.expr(x)
	}
	return out
}

func (r *resolver) parameter(p *Parameter) {
	if q := r.parameters[p.name]; q != nil {
		if !q.Same(p) {
			r.fail(OpParam, CodeName, "parameter %q is declared twice, not alike", p.name)
		}
		return
	}
	if r.parameters == nil {
		r.parameters = map[string]*Parameter{}
	}
	r.parameters[p.name] = p
	r.Resolved.parameters = append(r.Resolved.parameters, p)
}

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

func (r *resolver) selectStmt(s *SelectStmt, up *scope, top bool) *SelectStmt {
	if err := s.checkWhole(); err != nil {
		r.fail(OpSelect, err.Code, "%s", err.Reason)
	}
	c := *s
	for _, w := range s.ctes {
		if w, ok := w.(Source); ok {
			r.define(w)
		}
	}
	c.ctes = nil
	room := r.selectRoom()
	defer r.free(room)
	sc := &room.scope
	sc.up, sc.from = up, &room.from
	r.from(&c, sc)
	r.scope = sc
	c.items = slices.Clone(s.items)
	costs := room.labels.costs[:0]
	for i := range c.items {
		before := r.visits
		c.items[i].expr = r.expr(s.items[i].expr)
		costs = append(costs, r.visits-before)
	}
	r.rowwise = "WHERE"
	c.where = r.expr(s.where)
	r.rowwise = ""
	c.windows = slices.Clone(s.windows)
	for i := range c.windows {
		r.window(&c.windows[i].window)
	}
	room.labels = labels{stmt: s, items: c.items, costs: costs}
	r.labels = &room.labels
	c.on = make([]Expr, len(s.on))
	for i, x := range s.on {
		c.on[i] = r.key(s, x)
	}
	c.group = make([]Expr, len(s.group))
	r.rowwise = "GROUP BY"
	for i, x := range s.group {
		_, r.grouping = x.node.(*GroupingExpr)
		c.group[i] = r.key(s, x)
	}
	r.grouping, r.rowwise = false, ""
	c.having = r.expr(s.having)
	if err := condition("HAVING", c.having); err != nil {
		r.fail(OpSelect, err.Code, "%s", err.Reason)
	}
	c.order = slices.Clone(s.order)
	for i := range c.order {
		c.order[i].expr = r.orderExpr(s, s.order[i].expr)
	}
	r.labels = nil
	c.limit, c.offset = r.expr(s.limit), r.expr(s.offset)
	c.lock.of = r.locked(s.lock.of, sc)
	if r.hint(s, sc); len(s.raw) > 0 {
		c.raw = slices.DeleteFunc(slices.Clone(s.raw), func(h Raw) bool { return h.of != nil })
	}
	c.correlation = correlation{}
	c.names = outputNames(c.items, top)
	return &c
}

// key resolves a key of GROUP BY, DISTINCT ON or ORDER BY. One with a query in it
// that is a column of the select, too, is the same only if it is resolved once:
// else its sources get other names.
func (r *resolver) key(s *SelectStmt, x Expr) Expr {
	if g, ok := x.node.(*GroupingExpr); ok && r.grouping {
		return r.groupingKeys(s, g)
	}
	if r.err == nil && hasQuery(x) {
		for i, item := range s.items {
			if r.spend(OpSelect, 1); same(item.expr, x) {
				r.spend(OpSelect, r.labels.costs[i])
				return r.labels.items[i].expr
			}
		}
	}
	return r.expr(x)
}

// groupingKeys resolves the keys of a grouping.
func (r *resolver) groupingKeys(s *SelectStmt, g *GroupingExpr) Expr {
	r.grouping = false
	r.spend(OpGrouping, 1)
	c := *g
	c.sets = slices.Clone(g.sets)
	for i, set := range g.sets {
		c.sets[i].keys = make([]Expr, len(set.keys))
		for k, x := range set.keys {
			c.sets[i].keys[k] = r.key(s, x)
		}
	}
	return Expr{&c}
}

// window resolves a window in place; its lists are copied.
func (r *resolver) window(w *Window) {
	w.partition = r.exprs(w.partition)
	w.order = slices.Clone(w.order)
	for i := range w.order {
		w.order[i].expr = r.expr(w.order[i].expr)
	}
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
		ref, ok := c.order[i].expr.node.(*RefExpr)
		if !ok {
			continue
		}
		at, err := outputNamed(n.outs, ref.name)
		if err != nil {
			r.fail(OpCompound, err.Code, "%s", err.Reason)
			return n
		}
		c.order[i].expr = Expr{&RefExpr{base: ref.base, name: ref.name, item: at, typ: n.outs[at].Type}}
	}
	r.scope = nil
	c.limit, c.offset = r.expr(n.limit), r.expr(n.offset)
	return &c
}

// namesOfOutputs returns what SQL calls the columns of a resolved query.
func namesOfOutputs(q Statement) []string {
	switch q := q.(type) {
	case *SelectStmt:
		return q.names
	case *CompoundStmt:
		return q.names
	case *TextStmt:
		return q.names()
	case *InsertStmt:
		return q.names
	case *UpdateStmt:
		return q.names
	case *DeleteStmt:
		return q.names
	}
	return nil
}

// orderExpr keeps a label that stands alone: that it is the same as the column
// must be plain to the database, also where arguments stand in it.
func (r *resolver) orderExpr(s *SelectStmt, x Expr) Expr {
	n, ok := x.node.(*RefExpr)
	if !ok {
		return r.key(s, x)
	}
	i, err := r.labels.find(n.name)
	if err != nil {
		r.fail(OpRef, err.Code, "%s", err.Reason)
		return x
	}
	return Expr{&RefExpr{base: n.base, name: n.name, item: i, typ: r.labels.items[i].expr.Type()}}
}

// resolvedBase is the state of the nodes that only a resolved tree has.
var resolvedBase = base{tally: tally{size: 1, depth: 1}}

// from makes FROM one clause of occurrences.
func (r *resolver) from(c *SelectStmt, sc *scope) {
	clauses := c.from
	if len(clauses) == 0 {
		clauses = r.implicit(c, sc.up)
	}
	r.rowwise = "FROM"
	defer func() { r.rowwise = "" }()
	var from FromClause
	for _, f := range clauses {
		if to := r.clause(f, sc); from == nil {
			from = to
		} else {
			from = &JoinClause{base: resolvedBase, kind: CrossJoin, left: from, right: to}
		}
	}
	for _, j := range c.joins {
		if from == nil {
			r.fail(OpSelect, CodeFrom, "nothing to join to: say from(...)")
			return
		}
		to := r.clause(j.target, sc)
		r.scope = sc
		from = &JoinClause{base: resolvedBase, kind: j.kind, left: from, right: to, on: r.expr(j.on)}
	}
	c.from, c.joins = nil, nil
	if from != nil {
		c.from = []FromClause{from}
	}
}

// implicit is the FROM of a select that does not say one: the source that its
// own expressions name and that nothing around it has.
func (r *resolver) implicit(c *SelectStmt, up *scope) []FromClause {
	var set, joined sourceSet
	for _, j := range c.joins {
		joined.add(sourcesIn(j.target)...)
	}
	c.named(&set)
	var own []FromClause
	var sources []Source
	for _, s := range set.list {
		if !joined.has(s) && (up.find(s) == nil || !c.takes(s)) {
			own, sources = append(own, s), append(sources, s)
		}
	}
	switch {
	case len(own) > 1:
		r.fail(OpSelect, CodeFrom, "%d sources are not joined (%s): join them, or say from(...)", len(own), namesOf(sources))
	case len(own) == 0 && len(set.list) > 0 && len(c.joins) == 0:
		r.fail(OpSelect, CodeFrom, "every source (%s) is of the query around it: say from(...), or use an alias", set.list[0].Name())
	}
	return own
}

func (r *resolver) clause(f FromClause, sc *scope) FromClause {
	if r.err != nil {
		return f
	}
	switch f := f.(type) {
	case *JoinClause:
		left := len(sc.from.occurrences)
		j := &JoinClause{base: f.base, kind: f.kind, left: r.clause(f.left, sc), right: r.clause(f.right, sc)}
		r.scope = &scope{up: sc.up, from: sc.from, left: left}
		j.on = r.expr(f.on)
		return j
	case Source:
		if sc.from.find(f) >= 0 {
			r.fail(f.Op(), CodeFrom, "%s stands twice in FROM: use an alias", f.Name())
			return f
		}
		o := r.occurrence(f, sc)
		sc.from.add(o)
		return o
	case *Occurrence:
		r.fail(OpSelect, CodeArgument, "the statement is resolved already")
		return f
	}
	r.fail(f.Op(), CodeFrom, "cannot stand in FROM")
	return f
}

func (r *resolver) occurrence(s Source, sc *scope) *Occurrence {
	r.spend(s.Op(), 1)
	o := &Occurrence{base: resolvedBase, source: s}
	switch src := o.Origin().(type) {
	case *TableSource:
		r.tableNamed(o, s, src)
	case *TablesampleSource:
		c := *src
		outer := r.scope
		r.scope = nil
		c.percent, c.seed = r.expr(src.percent), r.expr(src.seed)
		r.scope = outer
		o.sample = &c
		table := TableOf(src)
		o.table = table
		name := s.Name()
		if _, ok := src.of.(*TableSource); ok && s == Source(src) {
			name = table.Name()
		}
		o.name = r.unique(name, table.MetaData(), false)
	case *SubquerySource:
		var up *scope
		if src.lateral {
			up = &scope{up: sc.up, from: sc.from}
		} else if s, ok := src.query.(*SelectStmt); ok && s.correlation.mode != 0 {
			up, o.outer = sc.up, sc.up != nil
		}
		o.query = r.query(src.query, up, false)
		o.columns = namesOfOutputs(o.query)
		o.name = r.unique(s.Name(), nil, false)
	case *CTESource, *RecursiveSource:
		if o.cte = r.define(src); o.cte != nil {
			r.use(o, s)
		}
	case *SelfSource:
		if o.cte = r.steps[src]; o.cte == nil {
			r.fail(OpSelf, CodeFrom, "%s: what a recursive query has found can be named in its step only", src.label)
			break
		}
		r.use(o, s)
	case *ValuesSource:
		c := *src
		c.rows = slices.Clone(src.rows)
		outer := r.scope
		r.scope = nil
		for i := range c.rows {
			c.rows[i].cells = r.exprs(c.rows[i].cells)
		}
		r.scope = outer
		o.source, o.rows = s, &c
		o.columns = safeNames(src.outs)
		o.name = r.unique(s.Name(), nil, false)
	case *TableFunctionSource:
		c := *src
		outer := r.scope
		r.scope = &scope{up: sc.up, from: sc.from}
		r.table = src.call.node
		c.call = r.expr(src.call)
		r.scope = outer
		o.function = &c
		o.columns = safeNames(src.outs)
		o.name = r.unique(s.Name(), nil, false)
	case *ExcludedSource:
		r.fail(OpExcluded, CodeFrom, "the row that an insert does not make can be named in its DO UPDATE only")
	default:
		r.fail(s.Op(), CodeFrom, "cannot stand in FROM")
	}
	r.occurrences = append(r.occurrences, o)
	return o
}

func (r *resolver) tableNamed(o *Occurrence, s Source, src *TableSource) {
	o.table = src.table
	own := s == Source(src)
	if o.name = s.Name(); own {
		o.name = src.table.Name()
	}
	o.name = r.unique(o.name, src.table.MetaData(), own)
}

// use names an occurrence of what WITH defines: the first one that has no alias is
// called as the definition is, which nothing else is.
func (r *resolver) use(o *Occurrence, s Source) {
	o.columns = o.cte.columns
	_, alias := s.(*AliasSource)
	if !alias && !o.cte.used {
		o.cte.used, o.name = true, o.cte.name
		return
	}
	name := s.Name()
	if name == "" {
		name = o.cte.name
	}
	o.name = r.unique(name, nil, false)
}
