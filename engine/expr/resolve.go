package expr

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sqlser/sqlser/schema"
)

// Occurrence is one use of a source in FROM: what a policy decides on and a
// dialect names. It stands in the place of the source in a resolved tree.
type Occurrence struct {
	base
	source  Source
	name    string
	table   *schema.Table
	query   Query
	columns []string
	decided bool
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

// Query returns the resolved query of a derived source, or nil for a table.
func (o *Occurrence) Query() Query { return o.query }

// ColumnName returns how the statement calls column index of a derived source.
func (o *Occurrence) ColumnName(index int) string { return o.columns[index] }

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
	outputs     []Output
	occurrences []*Occurrence
	parameters  []*Parameter
}

// Statement returns the resolved tree.
func (r *Resolved) Statement() Node { return r.stmt }

// Outputs returns the columns of the rows; a column without a name has "".
func (r *Resolved) Outputs() List[Output] { return List[Output]{r.outputs} }

// Occurrences returns every use of a source.
func (r *Resolved) Occurrences() List[*Occurrence] { return List[*Occurrence]{r.occurrences} }

// Parameters returns the parameters, by first use.
func (r *Resolved) Parameters() List[*Parameter] { return List[*Parameter]{r.parameters} }

// Resolve makes everything explicit that a statement leaves to be found out. The
// work is bounded by [MaxSize], however often sources are shared.
func Resolve(stmt Node) (*Resolved, error) {
	q, ok := stmt.(Query)
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
	r := &resolver{taken: map[string]bool{}}
	r.m = &mapping{node: r.node, source: func(s Source) Source { return s }}
	r.Resolved.outputs = q.Outputs()
	r.Resolved.stmt = r.query(q, nil, true)
	if r.err != nil {
		return nil, r.err
	}
	return &r.Resolved, nil
}

type resolver struct {
	Resolved
	m      *mapping
	scope  *scope
	labels *labels
	taken  map[string]bool // names, in lower case
	visits int
	err    *Error
}

// scope is what the columns of a select may be of: its own sources, then those
// of the selects around it.
type scope struct {
	up   *scope
	occs []*Occurrence
}

func (s *scope) find(src Source) *Occurrence {
	for ; s != nil; s = s.up {
		for _, o := range s.occs {
			if o.source.Identity() == src.Identity() {
				return o
			}
		}
	}
	return nil
}

// labels are what RefExpr may name in the part of the select that is resolved.
type labels struct {
	stmt  *SelectStmt
	items []Item // resolved
}

func (r *resolver) fail(op Op, code Code, format string, args ...any) {
	if r.err == nil {
		r.err = fail(code, format, args...)
		r.err.Op = op
	}
}

// node resolves an expression, or a query within one, in the current scope.
func (r *resolver) node(n Node) Node {
	if r.visits++; r.visits > MaxSize {
		r.fail(n.Op(), CodeSize, "larger than %d nodes when its sources are expanded", MaxSize)
	}
	if r.err != nil {
		return n
	}
	switch n := n.(type) {
	case *ColumnExpr:
		c := *n
		if c.occ = r.scope.find(n.source); c.occ == nil {
			r.fail(OpColumn, CodeFrom, "%s.%s: its source is not in FROM here", n.source.Name(), n.Name())
		}
		return &c
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
		i, err := r.labels.stmt.label(n.name)
		if err != nil {
			r.fail(OpRef, err.Code, "%s", err.Reason)
			return n
		}
		return r.labels.items[i].expr.node
	case Query:
		return r.query(n, r.scope, false)
	}
	c := Specs[n.Op()].copy(n)
	c.fields(&Fields{m: r.m})
	return c
}

func (r *resolver) expr(x Expr) Expr {
	if x.node == nil {
		return x
	}
	x.node, _ = r.node(x.node).(exprNode)
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
	for _, q := range r.parameters {
		if q.name == p.name {
			if !q.Same(p) {
				r.fail(OpParam, CodeName, "parameter %q is declared twice, not alike", p.name)
			}
			return
		}
	}
	r.parameters = append(r.parameters, p)
}

// query resolves a statement whose columns may be of the scopes in up, too. The
// names of its columns matter to no one else where it is not derived from.
func (r *resolver) query(q Query, up *scope, top bool) Query {
	s, ok := q.(*SelectStmt)
	if !ok {
		r.fail(q.Op(), CodeArgument, "expected a query")
		return q
	}
	outer, outerLabels := r.scope, r.labels
	defer func() { r.scope, r.labels = outer, outerLabels }()

	c := *s
	sc := &scope{up: up}
	r.labels = nil
	r.from(&c, sc)
	r.scope = sc
	c.items = slices.Clone(s.items)
	for i := range c.items {
		c.items[i].expr = r.expr(s.items[i].expr)
	}
	c.where = r.expr(s.where)
	r.labels = &labels{s, c.items}
	c.group = r.exprs(s.group)
	c.having = r.expr(s.having)
	c.order = slices.Clone(s.order)
	for i := range c.order {
		c.order[i].expr = r.orderExpr(s, s.order[i].expr)
	}
	r.labels = nil
	c.limit, c.offset = r.expr(s.limit), r.expr(s.offset)
	c.names = outputNames(&c, top)
	return &c
}

// orderExpr keeps a label that stands alone: that it is the same as the column
// must be plain to the database, also where arguments stand in it.
func (r *resolver) orderExpr(s *SelectStmt, x Expr) Expr {
	n, ok := x.node.(*RefExpr)
	if !ok {
		return r.expr(x)
	}
	i, err := s.label(n.name)
	if err != nil {
		r.fail(OpRef, err.Code, "%s", err.Reason)
		return x
	}
	return Expr{&RefExpr{base: n.base, name: n.name, item: i, typ: s.items[i].expr.Type()}}
}

// from makes FROM one clause of occurrences.
func (r *resolver) from(c *SelectStmt, sc *scope) {
	clauses := c.from
	if len(clauses) == 0 {
		clauses = r.implicit(c, sc.up)
	}
	var from FromClause
	for _, f := range clauses {
		if to := r.clause(f, sc); from == nil {
			from = to
		} else {
			from = &JoinClause{kind: CrossJoin, left: from, right: to}
		}
	}
	for _, j := range c.joins {
		if from == nil {
			r.fail(OpSelect, CodeFrom, "nothing to join to: say From")
			return
		}
		to := r.clause(j.target, sc)
		r.scope = sc
		from = &JoinClause{kind: j.kind, left: from, right: to, on: r.expr(j.on)}
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
	names := make([]string, 0, 4)
	for _, s := range set.list {
		if !joined.has(s) && up.find(s) == nil {
			own, names = append(own, s), append(names, s.Name())
		}
	}
	switch {
	case len(own) > 1:
		r.fail(OpSelect, CodeFrom, "%d sources are not joined (%s): join them, or say From", len(own), strings.Join(names, ", "))
	case len(own) == 0 && len(set.list) > 0 && len(c.joins) == 0:
		r.fail(OpSelect, CodeFrom, "every source (%s) is of the query around it: say From, or use an alias", set.list[0].Name())
	}
	return own
}

func (r *resolver) clause(f FromClause, sc *scope) FromClause {
	if r.err != nil {
		return f
	}
	switch f := f.(type) {
	case *JoinClause:
		start := len(sc.occs)
		j := &JoinClause{kind: f.kind, left: r.clause(f.left, sc), right: r.clause(f.right, sc)}
		r.scope = &scope{up: sc.up, occs: sc.occs[start:]}
		j.on = r.expr(f.on)
		return j
	case Source:
		for _, o := range sc.occs {
			if o.source.Identity() == f.Identity() {
				r.fail(f.Op(), CodeFrom, "%s stands twice in FROM: use an alias", f.Name())
			}
		}
		o := r.occurrence(f)
		sc.occs = append(sc.occs, o)
		return o
	}
	r.fail(f.Op(), CodeFrom, "cannot stand in FROM")
	return f
}

func (r *resolver) occurrence(s Source) *Occurrence {
	if r.visits++; r.visits > MaxSize {
		r.fail(s.Op(), CodeSize, "larger than %d nodes when its sources are expanded", MaxSize)
	}
	o := &Occurrence{source: s}
	of := s
	for {
		a, ok := of.(*AliasSource)
		if !ok {
			break
		}
		of = a.of
	}
	switch src := of.(type) {
	case *TableSource:
		o.table = src.table
		if o.name = s.Name(); of == s {
			o.name = src.table.Name()
		}
		o.name = r.unique(o.name, src.table, of == s)
	case *SubquerySource:
		o.query = r.query(src.query, nil, false)
		if q, ok := o.query.(*SelectStmt); ok {
			o.columns = q.names
		}
		o.name = r.unique(s.Name(), nil, false)
	default:
		r.fail(s.Op(), CodeFrom, "cannot stand in FROM")
	}
	r.occurrences = append(r.occurrences, o)
	return o
}

// unique makes a name of the one asked for. A table may have its own; no other
// source has a table's.
func (r *resolver) unique(name string, of *schema.Table, own bool) string {
	base := safeName(name)
	if base == "" {
		base = "anon"
	}
	var meta *schema.MetaData
	if of != nil {
		meta = of.MetaData()
	}
	for i := 0; ; i++ {
		try := base
		if i > 0 {
			try = fmt.Sprintf("%s_%d", base, i)
		}
		folded := strings.ToLower(try)
		if r.taken[folded] || meta.HasTableNamed(try) && !(own && i == 0 && base == name) {
			continue
		}
		r.taken[folded] = true
		return try
	}
}

// maxName leaves room for a number in the shortest limit on names, PostgreSQL's
// 63 bytes.
const maxName = 56

// safeName makes of any text a name that every database takes as it is: letters
// and digits of the basic plane, and the underscore.
func safeName(name string) string {
	safe := strings.Map(func(c rune) rune {
		if c == '_' || c < 0x1_0000 && c != utf8.RuneError && (unicode.IsLetter(c) || unicode.IsDigit(c)) {
			return c
		}
		return '_'
	}, name)
	for len(safe) > maxName {
		_, size := utf8.DecodeLastRuneInString(safe)
		safe = safe[:len(safe)-size]
	}
	return safe
}

// outputNames gives the columns of a select the names that SQL calls them by. At
// the top they are the labels, as far as databases take them; rows are read by
// position. Elsewhere they are what a source around it calls them: unique
// whatever the case.
func outputNames(s *SelectStmt, top bool) []string {
	names := make([]string, len(s.items))
	seen := map[string]bool{"true": true, "false": true} // SQLite forgets a derived column's name if it is one of these
	for i, item := range s.items {
		name := item.Name()
		safe := safeName(name)
		switch {
		case top && item.label == "":
			continue
		case top && !strings.ContainsRune(name, 0) && len(name) <= maxName && utf8.ValidString(name):
			names[i] = name
			continue
		case safe == "":
			safe = "column"
		}
		names[i] = safe
		for k := 1; seen[strings.ToLower(names[i])]; k++ {
			names[i] = fmt.Sprintf("%s_%d", safe, k)
		}
		seen[strings.ToLower(names[i])] = true
	}
	return names
}
