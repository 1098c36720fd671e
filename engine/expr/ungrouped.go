package expr

import "github.com/sqlser/sqlser/schema"

// grouped checks what a select says of groups: each column that it names must be the
// same in all rows of one. SQLite and MariaDB would take any other from a row of their
// choice. What is the same is as PostgreSQL has it: a key of GROUP BY, in the queries
// below only one that is a plain column, and what depends on the whole primary key of a
// table, which is among the keys.
type grouped struct {
	r       *resolver
	from    *fromList
	columns groupedColumns
	others  []Expr // keys that are no plain columns
	having  bool   // what is looked at stands in HAVING
	needs   []Expr // columns in HAVING that are no keys and depend on some
	below   groupedBelow
}

// groupedColumns are the keys that are plain columns; true are those in every set of
// keys. Few are searched, many indexed.
type groupedColumns struct {
	list  []groupedColumn
	index map[columnUse]bool
}

type groupedColumn struct {
	columnUse
	always bool
}

// columnUse is a column of an occurrence.
type columnUse struct {
	occ    *Occurrence
	column *schema.Column
	index  int
}

func (g *grouped) use(n *ColumnExpr) columnUse {
	if n.column != nil {
		return columnUse{occ: g.r.OccurrenceOf(n), column: n.column.Base()}
	}
	return columnUse{occ: g.r.OccurrenceOf(n), index: n.index}
}

func (l *groupedColumns) add(u columnUse, always bool) {
	l.list = append(l.list, groupedColumn{u, always})
	switch n := len(l.list); {
	case l.index != nil:
		l.index[u] = l.index[u] || always
	case n == 16:
		l.index = make(map[columnUse]bool, 32)
		for _, c := range l.list {
			l.index[c.columnUse] = l.index[c.columnUse] || c.always
		}
	}
}

func (l *groupedColumns) find(u columnUse) (known, always bool) {
	if l.index != nil {
		always, known = l.index[u]
		return known, always
	}
	for _, c := range l.list {
		if c.columnUse == u {
			known, always = true, always || c.always
		}
	}
	return known, always
}

// checkGrouped checks a resolved select whose rows are groups of those in room, and keeps
// with it what HAVING needs beside the keys.
func (r *resolver) checkGrouped(s *selectData, room *selectRoom) {
	if r.err != nil || len(room.from.occurrences) == 0 {
		return
	}
	g := &room.grouped
	g.r, g.from = r, &room.from
	g.below.g, g.below.fields.w = g, &g.below
	for _, x := range s.group {
		if sets, ok := x.node().(*GroupingExpr); ok {
			g.sets(sets)
		} else {
			g.key(x, true)
		}
	}
	more := s.rest()
	for _, item := range s.items {
		g.expr(item.expr)
	}
	for _, x := range more.on {
		g.expr(x)
	}
	for i := range more.windows {
		w := &more.windows[i].window
		for _, x := range w.partition {
			g.expr(x)
		}
		g.orders(w.order)
	}
	g.orders(s.order)
	g.having = true
	g.expr(s.having)
	if len(g.needs) > 0 {
		s.more = more.clone()
		s.more.needs = g.needs
	}
}

func (g *grouped) key(x Expr, always bool) {
	if n, ok := x.node().(*ColumnExpr); ok {
		g.columns.add(g.use(n), always)
	} else {
		g.others = append(g.others, x)
	}
}

// sets takes the keys of several sets. Of ROLLUP and CUBE one set is empty; of GROUPING
// SETS all may have a column.
func (g *grouped) sets(n *GroupingExpr) {
	in := map[columnUse]int{} // in how many sets, from the first one on
	for i, set := range n.sets {
		for _, x := range set.keys {
			g.key(x, false)
			if c, ok := x.node().(*ColumnExpr); ok && n.kind == GroupingSets && in[g.use(c)] == i {
				in[g.use(c)]++
			}
		}
	}
	for u, sets := range in {
		if sets == len(n.sets) {
			g.columns.add(u, true)
		}
	}
}

func (g *grouped) orders(list []Order) {
	for _, o := range list {
		g.expr(o.expr)
	}
}

// expr checks an expression of the select itself.
func (g *grouped) expr(x Expr) {
	if g.r.err != nil {
		return
	}
	switch n := x.node().(type) {
	case nil, *LiteralExpr, *ParamExpr, *RefExpr: // a label's column has been looked at
	case *ColumnExpr:
		g.column(n)
	case *CallExpr:
		if !g.isKey(x) {
			g.call(n)
		}
	case *OverExpr: // an aggregate over a window is none of the groups
		if call, ok := n.call.node().(*CallExpr); ok && !g.isKey(x) {
			g.called(call)
			for _, x := range n.window.partition {
				g.expr(x)
			}
			g.orders(n.window.order)
		}
	default:
		if !g.isKey(x) {
			n.fields(&g.below.fields)
		}
	}
}

// call checks a call: what an aggregate takes is of all rows of a group, but for the
// arguments of one that takes the rows in order. A function that the database alone
// knows may be an aggregate.
func (g *grouped) call(n *CallExpr) {
	switch {
	case n.OfDatabase(), n.fn.kind == AggregateFunction:
	case n.fn.kind == OrderedSetFunction:
		for _, x := range n.args {
			g.expr(x)
		}
	default:
		g.called(n)
	}
}

func (g *grouped) called(n *CallExpr) {
	for _, x := range n.args {
		g.expr(x)
	}
	if n.more != nil {
		g.expr(n.more.filter)
		g.orders(n.more.order)
		g.orders(n.more.within)
	}
}

// isKey reports whether an expression that is no plain column is a key as a whole.
func (g *grouped) isKey(x Expr) bool {
	for _, k := range g.others {
		if k.at == x.at {
			return true
		}
		if k.node().Op() != x.node().Op() || k.at.tally != x.at.tally || hasQuery(k) {
			continue
		}
		if g.r.spend(OpSelect, 1); g.r.err != nil || same(k, x) {
			return true
		}
	}
	return false
}

// column checks a column of the select's own sources; those around it are the same in
// all rows.
func (g *grouped) column(n *ColumnExpr) {
	u := g.use(n)
	if !g.from.has(u.occ) {
		return
	}
	if known, _ := g.columns.find(u); known {
		return
	}
	if !g.depends(u.occ) {
		name := n.of.self.Name()
		if name == "" {
			name = u.occ.name
		}
		g.r.fail(OpSelect, CodeUngrouped, "%s.%s may differ within a group", name, n.Name())
		if g.r.err.Hint == "" && g.r.err.Code == CodeUngrouped {
			g.r.err.Hint = "; group by it, or take min, max or any_value of it"
		}
		return
	}
	if g.having {
		g.columns.add(u, true)
		g.needs = append(g.needs, exprOf(n))
	}
}

// depends reports whether the whole primary key of a table is in every set of keys.
func (g *grouped) depends(o *Occurrence) bool {
	if o.table == nil {
		return false
	}
	key := o.table.Base().PrimaryKey()
	for _, c := range key {
		if _, always := g.columns.find(columnUse{occ: o, column: c}); !always {
			return false
		}
	}
	return len(key) > 0
}

// groupedBelow is the Writer that takes grouped to the parts of an expression.
type groupedBelow struct {
	discard
	g      *grouped
	fields Fields
}

func (w *groupedBelow) Node(n Node) {
	switch n := n.(type) {
	case Query:
		for _, c := range w.g.from.usesIn(n) {
			if w.g.r.err == nil {
				w.g.column(c)
				occ := w.g.r.OccurrenceOf(c)
				occ.having = occ.having || w.g.having
			}
		}
	case exprNode:
		w.g.expr(exprOf(n))
	default:
		n.fields(&w.fields)
	}
}

// queryUse says which columns of a FROM a query in an expression names: a part of
// fromList.uses.
type queryUse struct {
	query       Query
	first, last int
}

// usesIn returns the columns of the FROM that a query below its select names.
func (l *fromList) usesIn(q Query) []*ColumnExpr {
	if len(l.queries) > 16 && l.byQuery == nil {
		l.byQuery = make(map[Query]int, len(l.queries))
		for i, u := range l.queries {
			l.byQuery[u.query] = i
		}
	}
	if l.byQuery != nil {
		if i, ok := l.byQuery[q]; ok {
			return l.uses[l.queries[i].first:l.queries[i].last]
		}
		return nil
	}
	for _, u := range l.queries {
		if u.query == q {
			return l.uses[u.first:u.last]
		}
	}
	return nil
}
