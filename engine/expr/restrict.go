package expr

import (
	"slices"
	"sync/atomic"

	"github.com/sqlser/sqlser/schema"
)

// Restrictor decides, while a statement is resolved, which rows of a table it sees:
// a policy's row filters. What it says is resolved apart from the statement, which
// can neither name nor shadow anything in it.
type Restrictor interface {
	// Instead returns what stands in the place of a table that is read, or the zero
	// Restriction for the table itself.
	Instead(o *Occurrence) Restriction

	// Condition returns what is true of the rows that a statement may change, update on
	// conflict or delete, over Table(o.Table().Base()); the zero Expr for all. Where guarded is true,
	// the statement's own condition is evaluated for no other rows, whatever the order
	// in which a database takes them.
	Condition(o *Occurrence) (x Expr, guarded bool)

	// Stamps returns the values that columns have in each row that is inserted where the
	// statement does not give them.
	Stamps(o *Occurrence) []Stamp

	// MetaData returns what the tables belong to that Instead and Condition name: nothing
	// that a statement defines is called as one of these.
	MetaData() []*schema.MetaData
}

// Restriction is a query whose rows stand in the place of a table's. Columns are those
// of the table that the columns of the query are, one for one.
type Restriction struct {
	Query    *SelectStmt
	Columns  []*schema.Column
	resolved *restriction
}

// restriction is what a query that stands in a table's place is resolved to. It names
// nothing of the statements that it stands in, so that it is the same in all.
type restriction struct {
	query       *SelectStmt
	occurrences []*Occurrence
	hostValues  []*Parameter
	visits      int
	memo        Memo
}

// Memo keeps what is made of something that stays as it is, for each of a few who make it in
// ways of their own: what all but the last of them made may be forgotten.
type Memo struct{ made atomic.Pointer[[]memo] }

type memo struct{ by, made any }

// Get returns what was put by one; nil for nothing.
func (m *Memo) Get(by any) any {
	if list := m.made.Load(); list != nil {
		for _, known := range *list {
			if known.by == by {
				return known.made
			}
		}
	}
	return nil
}

// Put keeps what was made by one.
func (m *Memo) Put(by, made any) {
	list := []memo{{by, made}}
	if known := m.made.Load(); known != nil && len(*known) < 8 {
		list = append(list, *known...)
	}
	m.made.Store(&list)
}

// Resolved returns the restriction, its query resolved and its tables allowed, once for
// all statements.
func (in Restriction) Resolved() (Restriction, error) {
	if err := Err(in.Query); err != nil {
		return in, err
	}
	r := newResolver(in.Query)
	defer r.release()
	r.hosts = true
	q, _ := r.query(in.Query, nil, false).(*SelectStmt)
	if r.err != nil {
		return in, r.err
	}
	for _, o := range r.occurrences {
		o.Allow()
	}
	in.resolved = &restriction{query: q, occurrences: r.occurrences, hostValues: r.hostValues, visits: r.visits}
	return in, nil
}

// Stamp is a value that the rows of an insert have.
type Stamp struct {
	Column *schema.Column
	Value  Expr
}

// byHost resolves what the restrictor says.
func (r *resolver) byHost(fn func()) {
	outer := r.hosts
	r.hosts = true
	fn()
	r.hosts = outer
}

// restrict puts a query in the place of a table, if one is to stand there.
func (r *resolver) restrict(o *Occurrence) {
	if r.by == nil || r.hosts || o.table == nil || o.change != 0 || r.err != nil {
		return
	}
	in := r.by.Instead(o)
	if in.Query == nil {
		return
	}
	o.shown, o.sample = in.Columns, nil
	if known := in.resolved; known != nil {
		r.spend(o.self.Op(), known.visits)
		o.instead, o.memo = known.query, &known.memo
		r.occurrences = append(r.occurrences, known.occurrences...)
		for _, p := range known.hostValues {
			r.parameter(p)
		}
		return
	}
	if err := Err(in.Query); err != nil {
		r.hostErr(err)
		return
	}
	r.byHost(func() { o.instead = r.query(in.Query, nil, false).(*SelectStmt) })
}

// hostErr reports an error in what the restrictor says.
func (r *resolver) hostErr(err error) {
	if r.err != nil {
		return
	}
	if e, ok := err.(*Error); ok {
		r.err = e
		return
	}
	r.fail(0, CodeArgument, "%v", err)
}

// ofTarget adds, to the condition of a change, what the restrictor says of its rows.
func (r *resolver) ofTarget(o *Occurrence, where Expr) Expr {
	if r.by == nil || r.hosts || r.err != nil {
		return where
	}
	x, guarded := r.by.Condition(o)
	if x.IsZero() {
		return where
	}
	if err := x.Err(); err != nil {
		r.hostErr(err)
		return where
	}
	scoped := r.scope
	r.scope = &scope{from: &fromList{occurrences: []*Occurrence{o}, index: map[any]int{Table(o.table.Base()).Identity(): 0}}}
	r.byHost(func() { x = r.expr(x) })
	r.scope = scoped
	switch {
	case r.err != nil || where.IsZero():
		return x
	case guarded:
		where = CaseElse(HostLiteral(Bool(false)), When{x, where})
	}
	both := And(x, where)
	if err := both.Err(); err != nil {
		r.hostErr(err)
	}
	return both
}

// stamp gives the rows of an insert the values that the restrictor says.
func (r *resolver) stamp(n *insertData) {
	if r.by == nil || r.hosts || r.err != nil {
		return
	}
	for _, s := range r.by.Stamps(n.target) {
		if slices.ContainsFunc(n.columns, func(c changeColumn) bool { return c.column.Base() == s.Column }) {
			continue
		}
		if err := s.Value.Err(); err != nil {
			r.hostErr(err)
			return
		}
		var value Expr
		r.byHost(func() { value = r.expr(s.Value) })
		n.columns = append(n.columns[:len(n.columns):len(n.columns)], changeColumn{source: n.into, column: s.Column})
		for i := range n.rows {
			n.rows[i].cells = append(n.rows[i].cells, value)
		}
		n.query = stamped(n.query, value)
	}
}

// stamped adds a column of one value to a resolved query: to each member of a compound.
func stamped(q Query, value Expr) Query {
	switch q := q.(type) {
	case *SelectStmt:
		c, d := *q, q.data()
		d.items = append(d.items, Item{expr: value})
		names := append(clip(d.outputNames()), safeNames([]Output{{Name: d.items[len(d.items)-1].Name()}})...)
		d.names = &names
		c.set(d)
		return &c
	case *CompoundStmt:
		c := *q
		c.queries = make([]Query, len(q.queries))
		for i, member := range q.queries {
			c.queries[i] = stamped(member, value)
		}
		c.names = namesOfOutputs(c.queries[0])
		return &c
	}
	return q
}

// GuardHaving returns the select with a condition on its groups before that of HAVING:
// where that has what canFail reports, it is looked at of no other groups.
func (s *SelectStmt) GuardHaving(x Expr, canFail func(Node) bool) *SelectStmt {
	return s.with(func(c *selectData) {
		having, fails := c.having, false
		if having.IsZero() {
			c.having = x
			return
		}
		Walk(having.node(), func(n Node) bool {
			fails = fails || canFail(n)
			return !fails
		})
		if fails {
			c.having = CaseElse(HostLiteral(Bool(false)), When{x, having})
		} else {
			c.having = And(x, having)
		}
	})
}
