package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// SelectStmt is SELECT columns FROM clauses WHERE condition GROUP BY ... HAVING
// ... ORDER BY ... LIMIT n OFFSET m. Each builder method returns a new one.
type SelectStmt struct {
	base
	parts *selectParts // shared with those that grew into this one, see grow
	seen  seenParts    // what of them is its own
	like  *likeness    // where there are no parts, what makes them, see Pattern
}

// selectData is what a select says.
type selectData struct {
	items  []Item
	from   []FromClause // as given; without any, the sources that the columns name
	joins  []SelectJoin // to FROM, in order
	where  Expr
	group  []Expr
	having Expr
	order  []Order
	limit  Expr
	offset Expr
	more   *selectMore // nil where there is nothing in it: each method copies the rest
	names  *[]string   // after Resolve: what SQL calls the columns; "" for as it is
}

// selectMore is what few selects have.
type selectMore struct {
	distinct bool
	on       []Expr // DISTINCT ON
	windows  []namedWindow
	lock     Lock
	ties     bool // LIMIT keeps what equals the last row in order
	correlation
	ctes    []FromClause // CTEs that stand in WITH although nothing names them
	raw     []Raw
	options []*LoadOption
	misuse  *Error // of a call that no later one can mend
	needs   []Expr // after Resolve: see HavingNeeds
}

// noMore is that of most selects. Nothing writes to it.
var noMore selectMore

// rest returns what s has beside the usual, to be read.
func (s *selectData) rest() *selectMore {
	if s.more == nil {
		return &noMore
	}
	return s.more
}

func (s *selectData) outputNames() []string {
	if s.names == nil {
		return nil
	}
	return *s.names
}

func (s *SelectStmt) rest() *selectMore { return s.own().rest() }

// IsPlain reports whether there is nothing beside columns, FROM and its joins, WHERE, GROUP
// BY, HAVING, ORDER BY, LIMIT and OFFSET.
func (s *SelectStmt) IsPlain() bool { return s.own().more == nil }

// own returns a copy of m to be changed, nil where there is nothing in it.
func (m *selectMore) own() *selectMore {
	if !m.distinct && len(m.on) == 0 && len(m.windows) == 0 && m.lock.strength == 0 && len(m.lock.of) == 0 && m.lock.wait == 0 && !m.ties &&
		m.mode == 0 && len(m.outer) == 0 && len(m.ctes) == 0 && len(m.raw) == 0 && len(m.options) == 0 && m.misuse == nil {
		return nil
	}
	return m.clone()
}

func (m *selectMore) clone() *selectMore {
	c := *m
	c.on, c.windows, c.lock.of, c.outer, c.ctes, c.raw, c.options = clip(m.on), clip(m.windows), clip(m.lock.of), clip(m.outer), clip(m.ctes), clip(m.raw), clip(m.options)
	return &c
}

// wrong keeps the first misuse.
func (m *selectMore) wrong(err *Error) {
	if m.misuse == nil && err != nil {
		m.misuse = err.placed(OpSelect)
	}
}

// forResolved returns what a resolved select has of m; its lists may be changed.
func (m *selectMore) forResolved() *selectMore {
	if m == &noMore {
		return nil
	}
	c := *m
	c.ctes, c.on, c.windows = nil, slices.Clone(m.on), slices.Clone(m.windows)
	c.raw = slices.DeleteFunc(slices.Clone(m.raw), func(h Raw) bool { return h.of != nil })
	return &c
}

// Item is a column of a select: an expression with or without a label.
type Item struct {
	expr  Expr
	label string
}

// Expr returns the expression.
func (i Item) Expr() Expr { return i.expr }

// Label returns the label, or "".
func (i Item) Label() string { return i.label }

// PlainColumn returns the column of a table that the item is as it is, without a label; else nil.
func (i Item) PlainColumn() *schema.Column {
	if i.label != "" || i.expr.at == nil {
		return nil
	}
	if c, ok := i.expr.at.self.(*ColumnExpr); ok {
		return c.column
	}
	return nil
}

// Name returns the name of the result column: the label, a column's or
// function's own name, or "".
func (i Item) Name() string {
	if i.label != "" {
		return i.label
	}
	switch n := i.expr.node().(type) {
	case *ColumnExpr:
		return n.Name()
	case *CallExpr:
		if n.fn != nil { // else it is bad
			return n.fn.name
		}
	case *AttributeExpr:
		if n.attribute != nil { // else it is bad
			return n.attribute.Name()
		}
	case *EntityExpr:
		if n.source != nil { // else it is bad
			return n.source.Name()
		}
	}
	return ""
}

func (i *Item) fields(f *Fields) {
	f.output("expr", &i.expr)
	f.String("label", &i.label)
	if f.word != nil {
		i.label = f.word.Relabel(i.expr, i.label)
	}
}

// SelectJoin is a join to what stands before it in FROM.
type SelectJoin struct {
	kind   JoinKind
	target FromClause
	on     Expr
}

// Kind returns the kind of the join.
func (j SelectJoin) Kind() JoinKind { return j.kind }

// Target returns what is joined.
func (j SelectJoin) Target() FromClause { return j.target }

// On returns the condition; zero for a cross join.
func (j SelectJoin) On() Expr { return j.on }

func (j *SelectJoin) fields(f *Fields) {
	f.Code("kind", (*uint8)(&j.kind))
	f.From("target", &j.target)
	f.Expr("on", &j.on)
}

// Nulls says where an Order puts NULL. Values are wire codes: append only.
type Nulls uint8

// Where NULL stands.
const (
	NullsDefault Nulls = iota // first on SQLite and MySQL, last on PostgreSQL; the other way with DESC
	NullsFirst
	NullsLast
	nullsEnd
)

// Order is an expression to order by, and how.
type Order struct {
	expr  Expr
	desc  bool
	nulls Nulls
}

// Expr returns what is ordered by.
func (o Order) Expr() Expr { return o.expr }

// IsDesc reports whether the largest stands first.
func (o Order) IsDesc() bool { return o.desc }

// Nulls says where NULL stands.
func (o Order) Nulls() Nulls { return o.nulls }

// NullsFirst puts NULL before all values.
func (o Order) NullsFirst() Order { o.nulls = NullsFirst; return o }

// NullsLast puts NULL behind all values.
func (o Order) NullsLast() Order { o.nulls = NullsLast; return o }

func (o *Order) fields(f *Fields) {
	f.Expr("expr", &o.expr)
	f.Bool("desc", &o.desc)
	f.Code("nulls", (*uint8)(&o.nulls))
}

// Select makes SELECT columns: operands, labelled ones, or sources, which stand
// for all their columns.
func Select(columns ...any) *SelectStmt {
	p, room := newParts(len(columns))
	p.items = items(room, columns)
	s := p.begin(seenParts{})
	var m measure // seal, without asking for fields
	m.items(s.parts.items)
	if s.settle(&m) {
		s.judge(OpSelect, s.parts.checkItems())
	} else {
		finish(s, m.above(), m.err)
	}
	return s
}

// items lists columns as items, in room if that is enough.
func items(room []Item, columns []any) []Item {
	list := room[:0]
	if cap(room) < len(columns) {
		list = make([]Item, 0, len(columns))
	}
	for _, c := range columns {
		switch c := c.(type) {
		case Expr: // the commonest
			list = append(list, Item{expr: Of(c)})
		case Item:
			list = append(list, itemOf(c.expr, c.label))
		case Source:
			if err := stateOf(c).problem(); err != nil { // it may have no columns that could tell
				list = append(list, Item{expr: badExpr(base{tally: tally{size: 1, depth: 1}, err: err})})
				continue
			}
			if EntityOf(c) != nil {
				list = append(list, Item{expr: whole(c)})
				continue
			}
			for _, o := range c.Columns() {
				list = append(list, itemOf(column(c, o), ""))
			}
		case *schema.Table:
			list = append(list, items(nil, []any{Table(c)})...)
		case *schema.Entity:
			list = append(list, items(nil, []any{Entity(c)})...)
		default:
			list = append(list, Item{expr: Of(c)})
		}
	}
	return list
}

// itemOf drops a label that only repeats the column's own name.
func itemOf(x Expr, label string) Item {
	if c, ok := x.node().(*ColumnExpr); ok && c.err == nil && c.Name() == label {
		label = ""
	}
	return Item{x, label}
}

// with copies s, changes the copy and seals it. What was wrong with s before and
// still is, was so first where s says.
func (s *SelectStmt) with(change func(*selectData)) *SelectStmt {
	if s == nil {
		return noSelect()
	}
	d := s.data()
	if s.tally.check() != nil {
		d.more = d.rest().clone()
		d.more.misuse = s.err // it has let go of its parts
	}
	change(&d)
	c := selectOf(d)
	seal(c)
	keepOld(&s.base, &c.base)
	return c
}

// withMore is with, where what few selects have is changed.
func (s *SelectStmt) withMore(change func(*selectData, *selectMore)) *SelectStmt {
	return s.with(func(c *selectData) {
		c.more = c.rest().clone()
		change(c, c.more)
		c.more = c.more.own()
	})
}

// noSelect is what a method of nil returns.
func noSelect() *SelectStmt {
	err := missing("the select").placed(OpSelect)
	c := selectOf(selectData{more: &selectMore{misuse: err}})
	c.base = base{tally: tally{size: 1, depth: 1}, err: err}
	return c
}

// Columns replaces the columns; see [Select].
func (s *SelectStmt) Columns(columns ...any) *SelectStmt {
	return s.with(func(c *selectData) { c.items = items(nil, columns) })
}

// AddColumns appends columns.
func (s *SelectStmt) AddColumns(columns ...any) *SelectStmt {
	return s.with(func(c *selectData) { c.items = append(c.items, items(nil, columns)...) })
}

// From appends sources or joins to FROM. Without any, FROM is the source that
// the columns name.
func (s *SelectStmt) From(clauses ...FromClause) *SelectStmt {
	if s.grows() {
		return s.growFrom(clauses)
	}
	return s.with(func(c *selectData) {
		c.from = append(c.from, present(clauses)...)
	})
}

// Join joins a source to FROM. The conditions are ANDed; without any the foreign
// key between it and FROM so far is used (where FROM is not said, between it and
// what the select names so far), of which there must be exactly one.
func (s *SelectStmt) Join(target FromClause, on ...any) *SelectStmt {
	return s.join(InnerJoin, target, on)
}

// LeftJoin joins a source and keeps the rows that match nothing in it.
func (s *SelectStmt) LeftJoin(target FromClause, on ...any) *SelectStmt {
	return s.join(LeftJoin, target, on)
}

// FullJoin joins a source and keeps the rows of both sides that match nothing.
func (s *SelectStmt) FullJoin(target FromClause, on ...any) *SelectStmt {
	return s.join(FullJoin, target, on)
}

// CrossJoin pairs each row with each of target.
func (s *SelectStmt) CrossJoin(target FromClause) *SelectStmt {
	return s.join(CrossJoin, target, nil)
}

func (s *SelectStmt) join(kind JoinKind, target FromClause, on []any) *SelectStmt {
	j := SelectJoin{kind: kind, target: orNone(target)}
	switch {
	case len(on) > 0:
		j.on = joinedOn(on)
	case s != nil && kind != CrossJoin && Err(target) == nil && !isRelated(j.target):
		d := s.data()
		j.on = foreignKeyOn(d.known(), target, len(d.from) == 0)
	}
	if s.grows() {
		return s.growJoin(j)
	}
	return s.with(func(c *selectData) { c.joins = append(c.joins, j) })
}

// known lists the sources that a join may be to: those in FROM and joined so far,
// and, where FROM is not said, those that the select's own expressions name.
func (s *selectData) known() []Source {
	var set sourceSet
	for _, c := range s.from {
		set.add(sourcesIn(c)...)
	}
	for _, j := range s.joins {
		set.add(sourcesIn(j.target)...)
	}
	if len(s.from) == 0 {
		s.named(&set)
	}
	return set.list
}

// named adds the sources that s's own expressions name, those of subqueries aside.
func (s *selectData) named(set *sourceSet) {
	for _, i := range s.items {
		namedIn(i.expr, set)
	}
	for _, j := range s.joins {
		namedIn(j.on, set)
		if r, ok := j.target.(*RelatedClause); ok && r.source != nil {
			set.add(r.source)
			namedIn(r.and, set)
		}
	}
	namedIn(s.where, set)
	for _, x := range s.group {
		namedIn(x, set)
	}
	namedIn(s.having, set)
	for _, o := range s.order {
		namedIn(o.expr, set)
	}
	m := s.rest()
	for _, x := range m.on {
		namedIn(x, set)
	}
	for _, w := range m.windows {
		for _, x := range w.window.partition {
			namedIn(x, set)
		}
		for _, o := range w.window.order {
			namedIn(o.expr, set)
		}
	}
}

// Where adds conditions with AND; without any it is s itself.
func (s *SelectStmt) Where(conds ...any) *SelectStmt {
	if len(conds) == 0 {
		return s
	}
	if s.grows() {
		return s.growOne(wherePart, alsoAnd(s.one(wherePart), conds))
	}
	return s.with(func(c *selectData) { c.where = alsoAnd(c.where, conds) })
}

func alsoAnd(x Expr, conds []any) Expr {
	if x.IsZero() {
		return And(conds...)
	}
	return And(append([]any{x}, conds...)...)
}

// GroupBy appends expressions to GROUP BY.
func (s *SelectStmt) GroupBy(by ...any) *SelectStmt {
	if s.grows() {
		return s.growGroup(by)
	}
	return s.with(func(c *selectData) { c.group = append(c.group, exprs(by)...) })
}

// Having adds conditions on groups with AND.
func (s *SelectStmt) Having(conds ...any) *SelectStmt {
	if len(conds) == 0 {
		return s
	}
	if s.grows() {
		return s.growOne(havingPart, alsoAnd(s.one(havingPart), conds))
	}
	return s.with(func(c *selectData) { c.having = alsoAnd(c.having, conds) })
}

// OrderBy appends to ORDER BY: an [Order], or an operand to order by, smallest first.
func (s *SelectStmt) OrderBy(by ...any) *SelectStmt {
	if s.grows() {
		return s.growOrder(by)
	}
	return s.with(func(c *selectData) { c.order = append(c.order, ordersOf(by)...) })
}

// Limit replaces the largest number of rows: an operand that is an integer and names no
// column; one that is computed counts as 0 where it is NULL or less. Nil takes it away.
func (s *SelectStmt) Limit(n any) *SelectStmt {
	if s != nil && s.rest().ties {
		return s.withMore(func(c *selectData, m *selectMore) { c.limit, m.ties = bound(n), false })
	}
	if s.grows() {
		return s.growBound(limitPart, n)
	}
	return s.with(func(c *selectData) { c.limit = bound(n) })
}

// Offset replaces the number of rows that are left out at the start. Nil takes
// it away.
func (s *SelectStmt) Offset(n any) *SelectStmt {
	if s.grows() {
		return s.growBound(offsetPart, n)
	}
	return s.with(func(c *selectData) { c.offset = bound(n) })
}

func bound(n any) Expr {
	if n == nil {
		return Expr{}
	}
	return adapt(Of(n), schema.BigInteger, true)
}

// Distinct drops rows that equal an earlier one; with keys, of the rows that are
// equal in these it keeps the first in order.
func (s *SelectStmt) Distinct(keys ...any) *SelectStmt {
	return s.withMore(func(_ *selectData, m *selectMore) {
		if len(keys) == 0 {
			m.distinct, m.on = true, nil
		} else {
			m.distinct, m.on = false, append(m.on, exprs(keys)...)
		}
	})
}

// Without takes parts away, by their names: "from" (with the joins), "where",
// "group_by", "having", "order_by", "limit", "offset", "distinct", "for_update".
func (s *SelectStmt) Without(names ...string) *SelectStmt {
	return s.withMore(func(c *selectData, m *selectMore) {
		for _, name := range names {
			switch name {
			case "from":
				c.from, c.joins = nil, nil
			case "where":
				c.where = Expr{}
			case "group_by":
				c.group = nil
			case "having":
				c.having = Expr{}
			case "order_by":
				c.order = nil
			case "limit":
				c.limit, m.ties = Expr{}, false
			case "offset":
				c.offset = Expr{}
			case "distinct":
				m.distinct, m.on = false, nil
			case "for_update":
				m.lock = Lock{}
			default:
				if m.misuse == nil {
					m.wrong(fail(CodeName, "no part %q to take away", name))
					m.misuse.Hint = schema.DidYouMean(name, []string{"from", "where", "group_by", "having", "order_by", "limit", "offset", "distinct", "for_update"})
				}
			}
		}
	})
}

// Subquery makes a source of s; see [Subquery].
func (s *SelectStmt) Subquery(name string) *SubquerySource { return Subquery(s, name) }

// Scalar makes a value of s; see [Scalar].
func (s *SelectStmt) Scalar() Expr { return Scalar(s) }

// Exists is true where s gives a row; see [Exists].
func (s *SelectStmt) Exists() Expr { return Exists(s) }

// Op returns OpSelect.
func (*SelectStmt) Op() Op { return OpSelect }

func (s *SelectStmt) fields(f *Fields) {
	if f.r != nil && s.parts != nil { // it was made to be read
		s.parts.selectData.fields(f)
		return
	}
	d := s.data()
	if d.fields(f); f.r != nil || f.m != nil {
		s.set(d)
	}
}

func (s *selectData) fields(f *Fields) {
	m := s.rest()
	f.keep(m.misuse)
	f.itemList("columns", &s.items)
	f.Froms("from", &s.from)
	parts(f, "joins", &s.joins, (*SelectJoin).fields)
	f.Cond("where", &s.where)
	f.Exprs("group_by", &s.group)
	f.Cond("having", &s.having)
	parts(f, "order_by", &s.order, (*Order).fields)
	f.Expr("limit", &s.limit)
	if f.Expr("offset", &s.offset); f.ended() || f.brief && s.more == nil {
		return
	}
	changes := f.r != nil || f.m != nil
	if changes { // in its own copy
		m = f.selectMore(m)
	}
	f.Bool("distinct", &m.distinct)
	f.Exprs("distinct_on", &m.on)
	parts(f, "windows", &m.windows, (*namedWindow).fields)
	m.lock.fields(f)
	f.Bool("with_ties", &m.ties)
	m.correlation.fields(f)
	f.Froms("with", &m.ctes)
	if parts(f, "raw", &m.raw, (*Raw).fields); len(m.raw) > 0 {
		f.needs(GrantRaw)
	}
	f.Options("options", &m.options)
	if changes {
		s.more = m.own()
		*m = selectMore{}
		f.more = m
	}
}

// selectMore returns room for a copy of m, which fields puts back: most are empty.
func (f *Fields) selectMore(m *selectMore) *selectMore {
	room := f.more
	if f.more = nil; room == nil {
		room = new(selectMore)
	}
	*room = *m
	return room
}

// Outputs returns the columns of the rows.
func (s *SelectStmt) Outputs() []Output {
	items := s.own().items
	outs := make([]Output, len(items))
	for i, item := range items {
		o := &outs[i]
		o.Nullable, o.Index = true, i
		if c, ok := item.expr.node().(*ColumnExpr); ok && c.column != nil {
			o.Name, o.Type, o.Column = item.label, c.column.Type(), c.column
			if item.label == "" {
				o.Name = c.column.Name()
			}
			continue
		}
		o.Name, o.Type = item.Name(), item.expr.Type()
	}
	return outs
}

// Items returns the columns as they were given.
func (s *SelectStmt) Items() List[Item] { return List[Item]{s.own().items} }

// FromClauses returns FROM as it was given; after Resolve, as it is.
func (s *SelectStmt) FromClauses() List[FromClause] {
	return List[FromClause]{seenIn(s, fromPart, &s.own().from)}
}

// Joins returns the joins to FROM; none after Resolve.
func (s *SelectStmt) Joins() List[SelectJoin] {
	return List[SelectJoin]{seenIn(s, joinPart, &s.own().joins)}
}

// WhereClause returns the condition, or the zero Expr.
func (s *SelectStmt) WhereClause() Expr { return s.one(wherePart) }

// Groups returns GROUP BY.
func (s *SelectStmt) Groups() List[Expr] { return List[Expr]{seenIn(s, groupPart, &s.own().group)} }

// HavingClause returns the condition on groups, or the zero Expr.
func (s *SelectStmt) HavingClause() Expr { return s.one(havingPart) }

// HavingNeeds returns the columns that HAVING names although they are no keys of GROUP BY: those
// that depend on a whole primary key that is. It is of a resolved select.
func (s *SelectStmt) HavingNeeds() List[Expr] { return List[Expr]{s.rest().needs} }

// Orders returns ORDER BY.
func (s *SelectStmt) Orders() List[Order] { return List[Order]{seenIn(s, orderPart, &s.own().order)} }

// LimitClause returns the limit, or the zero Expr.
func (s *SelectStmt) LimitClause() Expr { return s.one(limitPart) }

// OffsetClause returns the offset, or the zero Expr.
func (s *SelectStmt) OffsetClause() Expr { return s.one(offsetPart) }

// IsDistinct reports whether equal rows are dropped.
func (s *SelectStmt) IsDistinct() bool { return s.rest().distinct }

// OutputName returns what SQL calls column index, after Resolve; "" leaves it as
// it is.
func (s *SelectStmt) OutputName(index int) string {
	return nameAt(s.own().outputNames(), index)
}
