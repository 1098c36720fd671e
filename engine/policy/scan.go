package policy

import (
	"sync"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// place is what the rules ask of where an expression stands.
type place struct {
	use    use
	left   bool             // it is evaluated of the rows that filters leave, and of no others
	noted  bool             // the values of its literals are
	again  bool             // it was looked at, and is used once more, by its label
	in     *expr.SelectStmt // in whose columns, HAVING or ORDER BY it is: aggregates are of its rows
	labels expr.Query       // whose columns it may name by labels
}

// scanner looks at every node of a statement once, in wire order: it is the [expr.Writer]
// that the fields of each node are written to, so that none is forgotten. Whatever place has
// no other rule is read, and may meet foreign rows. The commonest kinds are looked at without
// that, see parts: a test holds both ways equal.
type scanner struct {
	a        *admission
	fields   *expr.Fields
	byFields bool          // everything is looked at by its fields
	seen     []expr.Source // each is entered once
	index    map[any]bool  // the same, of many
	level
}

// level is the node whose fields are written.
type level struct {
	node   expr.Node
	at     place  // of the node
	field  string // that is written
	clause string // the field of the node in whose parts it is
	list   string // the last one in whose parts it is
	depth  int    // of parts in parts
}

// scanners saves the allocation of what only scanning needs.
var scanners = sync.Pool{New: func() any {
	s := new(scanner)
	s.fields = expr.Writing(s)
	return s
}}

// scan finds everything in the statement that is not allowed.
func (a *admission) scan(stmt expr.Statement) {
	s := scanners.Get().(*scanner)
	s.a, s.byFields = a, a.byFields
	_, compound := stmt.(*expr.CompoundStmt)
	s.statement(stmt, read, !compound)
	clear(s.seen)
	*s = scanner{fields: s.fields, seen: s.seen[:0]}
	scanners.Put(s)
}

// below looks at what is below a node.
func (s *scanner) below(n expr.Node, at place) {
	if !s.byFields && s.parts(n, at) {
		return
	}
	outer := s.level
	s.level = level{node: n, at: at}
	expr.Write(n, s.fields)
	s.level = outer
}

// statement looks at one; its columns are for use. Those of the outermost are made of the
// rows that are left.
func (s *scanner) statement(q expr.Statement, u use, outermost bool) {
	a := s.a
	a.kind(q)
	if q != a.stmt {
		if _, query := q.(expr.Query); query {
			a.counted.subqueries++
		}
	}
	switch q := q.(type) {
	case *expr.SelectStmt:
		a.counted.joins += q.Joins().Len() + max(0, q.FromClauses().Len()-1)
		a.rewrites = a.rewrites || a.p.filters && a.byKey(q)
	case *expr.InsertStmt:
		a.insert(q)
	case *expr.UpdateStmt:
		a.update(q)
	case *expr.DeleteStmt:
		a.delete(q)
	}
	s.below(q, place{use: u, left: outermost})
}

// Node is called for a statement, an expression or a join below the node.
func (s *scanner) Node(n expr.Node) {
	q, ok := n.(expr.Statement)
	if !ok {
		s.expr(n, s.place())
		return
	}
	u, outermost := read, false
	switch s.node.(type) {
	case *expr.ExistsExpr:
		u = filter // nobody reads its columns
	case *expr.InExpr, *expr.QuantifiedExpr:
		u = s.at.use // what is compared with its columns tells of them
	case *expr.CompoundStmt:
		u = s.at.use
	case *expr.InsertStmt:
		_, outermost = n.(*expr.SelectStmt)
		outermost = outermost && s.at.left
	}
	if !s.at.again {
		s.statement(q, u, outermost)
	}
}

// parts looks at what is below a node of one of the commonest kinds, and reports whether it
// is one. It says once more, for these, what place says of their fields.
func (s *scanner) parts(n expr.Node, at place) bool {
	switch n := n.(type) {
	case *expr.SelectStmt:
		if !n.IsPlain() {
			return false
		}
		s.selectParts(n, at)
	case *expr.JoinClause:
		cond := place{use: filter}
		s.from(n.Left(), cond)
		s.from(n.Right(), cond)
		s.part(n.On(), cond)
	case *expr.CallExpr:
		if !n.IsPlain() {
			return false
		}
		for i := range n.Args().Len() {
			s.part(n.Args().At(i), at)
		}
	case *expr.UnaryExpr:
		s.part(n.X(), at)
	case *expr.LikeExpr:
		s.part(n.X(), at)
		s.part(n.Pattern(), at)
	default:
		return false
	}
	return true
}

func (s *scanner) selectParts(n *expr.SelectStmt, at place) {
	for i := range n.Items().Len() {
		s.part(n.Items().At(i).Expr(), place{use: at.use, left: at.left, in: n})
	}
	rest := place{use: read, left: at.left}
	for i := range n.FromClauses().Len() {
		s.from(n.FromClauses().At(i), rest)
	}
	for i := range n.Joins().Len() {
		j := n.Joins().At(i)
		s.from(j.Target(), place{use: filter})
		s.part(j.On(), place{use: filter})
	}
	s.part(n.WhereClause(), place{use: filter})
	for i := range n.Groups().Len() {
		s.part(n.Groups().At(i), place{use: filter, left: at.left, labels: n})
	}
	s.part(n.HavingClause(), place{use: filter, in: n, labels: n})
	for i := range n.Orders().Len() {
		s.part(n.Orders().At(i).Expr(), place{use: order, left: at.left, in: n, labels: n})
	}
	s.part(n.LimitClause(), rest)
	s.part(n.OffsetClause(), rest)
}

// part looks at an expression that may be missing.
func (s *scanner) part(x expr.Expr, at place) {
	if n := x.Node(); n != nil {
		s.expr(n, at)
	}
}

// from looks at a source or a join.
func (s *scanner) from(f expr.FromClause, at place) {
	switch f := f.(type) {
	case *expr.TableSource:
		s.Source(f)
	case *expr.AliasSource:
		s.Source(f)
	case expr.Source:
		s.Source(f)
	case nil:
	default:
		s.expr(f, at)
	}
}

// place is where an expression stands that is a field of the node.
func (s *scanner) place() place {
	clause := s.field
	if s.depth > 0 {
		clause = s.clause
	}
	at := place{use: read}
	switch n := s.node.(type) {
	case *expr.SelectStmt:
		switch at.left = s.at.left; clause {
		case "columns":
			at.use, at.in = s.at.use, n
		case "joins", "where":
			at.use, at.left = filter, false
		case "having":
			at = place{use: filter, in: n, labels: n}
		case "group_by":
			at.use, at.labels = filter, n
		case "distinct_on":
			at.use = filter
		case "order_by":
			at.use, at.in, at.labels = order, n, n
		case "windows":
			if at.use = filter; s.depth > 1 && s.list == "order_by" {
				at.use = order
			}
		}
	case *expr.CompoundStmt:
		if clause == "order_by" {
			at.use, at.labels = order, n
		}
	case *expr.InsertStmt, *expr.UpdateStmt, *expr.DeleteStmt:
		switch at.left = s.at.left; clause {
		case "where", "conflict_among", "conflict_where":
			at.use, at.left = filter, false
		case "order_by":
			at.use = order
		}
	case *expr.JoinClause:
		at.use = filter
	case expr.FromClause: // what a source has by itself
	default:
		return s.at
	}
	return at
}

// expr looks at an expression or a join.
func (s *scanner) expr(n expr.Node, at place) {
	a := s.a
	if !at.again {
		a.kind(n)
	}
	switch n := n.(type) { // first the commonest of which expr.CanFail is false, whatever their values
	case *expr.ColumnExpr:
		if a.p.tables != nil {
			a.column(n, at.use)
		}
		s.Source(n.Source())
		return
	case *expr.LiteralExpr:
		return
	case *expr.BinaryExpr:
		if !n.Operator().IsComparison() {
			s.fails(n, &at)
		}
		s.expr(n.Left().Node(), at)
		s.expr(n.Right().Node(), at)
		return
	case *expr.LogicExpr:
		for i := range n.Terms().Len() {
			s.expr(n.Terms().At(i).Node(), at)
		}
		return
	}
	s.fails(n, &at)
	switch n := n.(type) {
	case *expr.ParamExpr:
		if !at.again {
			a.list(n)
		}
	case *expr.RefExpr:
		if at.labels != nil {
			s.label(at, n.Name())
		}
	case *expr.CallExpr:
		if !at.again {
			a.function(n)
		}
		if at.in != nil && a.p.tables != nil && a.aggregate(n, at.in) {
			s.Source(n.Args().At(0).Node().(*expr.ColumnExpr).Source())
			return
		}
		s.below(n, at)
	case *expr.InExpr:
		if !at.again {
			a.counted.items += n.List().Len()
		}
		s.below(n, at)
	case *expr.ArrayExpr:
		if !at.again {
			a.counted.items += n.Items().Len()
		}
		s.below(n, at)
	case *expr.OverExpr:
		at.in = nil // what a window sees is not a group
		s.below(n, at)
	case *expr.JoinClause:
		a.counted.joins++
		s.below(n, at)
	default:
		s.below(n, at)
	}
}

// fails notes what may fail on a row, where that may be foreign.
func (s *scanner) fails(n expr.Node, at *place) {
	a := s.a
	if at.left || !a.p.filters || a.fenced {
		return
	}
	a.fenced = expr.CanFail(n)
	if !at.noted && expr.FailsByValue(n) {
		a.note(n)
		at.noted = true
	}
}

// Source looks at a source where it is first named.
func (s *scanner) Source(src expr.Source) {
	if last := len(s.seen) - 1; last >= 0 && s.seen[last] == src || !s.enter(src) {
		return
	}
	s.a.kind(src)
	switch src := src.(type) {
	case *expr.TableSource:
		s.a.table(src)
		return
	case *expr.AliasSource:
		s.Source(src.Of())
		return
	case *expr.ValuesSource:
		s.a.counted.items += src.Rows() * len(src.Columns())
	}
	s.below(src, place{})
}

// enter reports whether a source is seen for the first time.
func (s *scanner) enter(src expr.Source) bool {
	if s.index != nil {
		if s.index[src.Identity()] {
			return false
		}
	} else {
		for _, known := range s.seen {
			if known == src || known.Identity() == src.Identity() {
				return false
			}
		}
	}
	s.seen = append(s.seen, src)
	switch {
	case s.index != nil:
		s.index[src.Identity()] = true
	case len(s.seen) == 16:
		s.index = map[any]bool{}
		for _, known := range s.seen {
			s.index[known.Identity()] = true
		}
	}
	return true
}

// label holds a column of a query, which is named by its label, against the rules; of a
// compound, that of each member.
func (s *scanner) label(at place, name string) {
	if q, ok := at.labels.(*expr.SelectStmt); ok && q.Items().Len() < 16 {
		for i, item := range q.Items().All() {
			if item.Name() == name {
				s.nth(q, i, at)
				return
			}
		}
		return
	}
	index, known := s.a.labels[at.labels]
	if !known {
		index = map[string]int{}
		for i, o := range at.labels.Outputs() {
			index[o.Name] = i
		}
		if s.a.labels == nil {
			s.a.labels = map[expr.Query]map[string]int{}
		}
		s.a.labels[at.labels] = index
	}
	if i, ok := index[name]; ok {
		s.nth(at.labels, i, at)
	}
}

// labelled is a column of a query that was held against the rules of a use.
type labelled struct {
	of    expr.Query
	index int
	use   use
	in    bool
}

func (s *scanner) nth(q expr.Query, i int, at place) {
	switch q := q.(type) {
	case *expr.SelectStmt:
		x := q.Items().At(i).Expr()
		if expr.Size(x.Node()) > 20 { // else it is looked at as quickly
			key := labelled{q, i, at.use, at.in != nil}
			if s.a.labelled[key] {
				return
			}
			if s.a.labelled == nil {
				s.a.labelled = map[labelled]bool{}
			}
			s.a.labelled[key] = true
		}
		s.expr(x.Node(), place{use: at.use, in: at.in, left: at.left, again: true})
	case *expr.CompoundStmt:
		for _, member := range q.Queries().All() {
			at.in, _ = member.(*expr.SelectStmt)
			s.nth(member, i, at)
		}
	}
}

// Column is called for what is no expression, such as a column that gets a value.
func (s *scanner) Column(src expr.Source, _ *schema.Column, _ int) { s.Source(src) }

// Field is called before each field.
func (s *scanner) Field(name string, _ bool) { s.field = name }

// List is called before the items of a list.
func (s *scanner) List(int) {
	if s.depth == 0 {
		s.clause = s.field
	}
	s.list = s.field
}

// Open is called before each part of a list.
func (s *scanner) Open() { s.depth++ }

// Close is called after it.
func (s *scanner) Close() { s.depth-- }

// Bool and those that follow are of no matter to rules.
func (*scanner) Bool(bool)                         {}
func (*scanner) Code(uint8)                        {}
func (*scanner) String(string)                     {}
func (*scanner) Value(expr.Value)                  {}
func (*scanner) Type(schema.Type)                  {}
func (*scanner) Table(*schema.Table)               {}
func (*scanner) Function(*expr.Function)           {}
func (*scanner) Parameter(*expr.Parameter)         {}
func (*scanner) Entity(*schema.Entity)             {}
func (*scanner) Attribute(*schema.Attribute)       {}
func (*scanner) Relationship(*schema.Relationship) {}
