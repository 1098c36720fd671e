package dialect

import "github.com/sqlser/sqlser/engine/expr"

// common writes WITH, in front of a statement.
func (c *compiler) common(tables expr.List[*expr.CommonTable]) {
	if tables.Len() > 0 {
		c.commonOf(tables, nil)
	}
}

// commonOf writes WITH of the needed tables, or of all.
func (c *compiler) commonOf(tables expr.List[*expr.CommonTable], needed map[*expr.CommonTable]bool) {
	c.text("WITH ")
	for _, t := range tables.All() {
		if t.Step() != nil && (needed == nil || needed[t]) {
			c.text("RECURSIVE ")
			break
		}
	}
	first := true
	for _, t := range tables.All() {
		if needed != nil && !needed[t] {
			continue
		}
		if !first {
			c.text(", ")
		}
		first = false
		if op := t.Query().Op(); changeIndex(op) >= 0 && !c.d.changes.inWith {
			c.unsupported(op.String()+" in WITH", c.d.name+" has only queries there")
			return
		}
		c.name(t.Name())
		c.text(" AS ")
		switch t.Materialized() {
		case expr.MaterializedAlways:
			c.text(c.d.materialized)
		case expr.MaterializedNever:
			c.text(c.d.notMaterialized)
		}
		if t.Step() == nil {
			c.query(t.Query(), named)
		} else {
			c.text("(")
			c.recursion(t)
			c.text(")")
		}
	}
	c.text(" ")
}

// needs returns a table of WITH and those that its query names, however deep.
func (c *compiler) needs(t *expr.CommonTable) map[*expr.CommonTable]bool {
	needed := map[*expr.CommonTable]bool{t: true}
	for _, q := range []expr.Node{t.Query(), t.Step()} {
		if q == nil {
			continue
		}
		c.spend(expr.Size(q))
		deep(q, func(n expr.Node) {
			if o, ok := n.(*expr.Occurrence); ok && o.CommonTable() != nil {
				needed[o.CommonTable()] = true
			}
		})
	}
	return needed
}

// part is the part of a recursive query that is written.
type part uint8

const (
	notRecursive part = iota
	inAnchor
	inStep
)

// recursion writes the two parts of a recursive query: columns of the second must
// not be wider than those of the first.
func (c *compiler) recursion(t *expr.CommonTable) {
	c.queries++
	meets := t.Outputs()
	c.recursive = inAnchor
	c.member(t.Query().(expr.Query), named, meets) // of an anchor
	c.recursive = inStep
	if t.IsDistinct() {
		c.text(" UNION ")
	} else {
		c.text(" UNION ALL ")
	}
	c.member(t.Step(), unnamed, meets)
	c.recursive = notRecursive
}

// member writes a query among those of a compound, whose columns must meet those of
// all: PostgreSQL combines no enum with text, and where times are text, a date
// would be another text. One with an order, a limit or queries of its own needs
// parentheses; SQLite takes none, but a query of a query.
func (c *compiler) member(q expr.Query, at level, meets []expr.Output) {
	defer func() { c.meets = nil }()
	if s, ok := q.(*expr.SelectStmt); ok && s.Orders().Len() == 0 && s.LimitClause().IsZero() && s.OffsetClause().IsZero() &&
		s.LockClause().Strength() == 0 && s.RawParts().Len() == 0 {
		c.meets = meets
		c.node(q, at)
		return
	}
	if _, nested := q.(*expr.CompoundStmt); nested && !c.d.outerDerived {
		if c.spend(expr.Size(q)); c.isCorrelated(q) {
			c.unsupported("a correlated set within another", c.d.name+" sees there no columns of the query around")
			return
		}
		if !ownNames(q.Outputs()) {
			c.unsupported("a set of columns without names of their own within another", "label them")
			return
		}
		at = named // it is a query in FROM there
	}
	if c.d.bareMembers {
		c.text("SELECT * FROM ")
	}
	c.queries++
	c.text("(")
	c.meets = meets
	c.node(q, at)
	c.text(")")
}

// setOps are the words of the operators; "" where a database has none.
var setOps = [...]string{
	expr.Union: " UNION ", expr.UnionAll: " UNION ALL ", expr.Intersect: " INTERSECT ", expr.IntersectAll: " INTERSECT ALL ",
	expr.Except: " EXCEPT ", expr.ExceptAll: " EXCEPT ALL ",
}

func writeCompound(c *compiler, n expr.Node, at level) {
	s := n.(*expr.CompoundStmt)
	op := s.Operator()
	if int(op) >= len(setOps) || setOps[op] == "" || c.d.bareMembers && (op == expr.IntersectAll || op == expr.ExceptAll) {
		c.unsupported(op.String(), c.d.name+" has none")
		return
	}
	orders := s.Orders()
	for _, o := range orders.All() {
		if c.nullsOf(o) != expr.NullsDefault && !c.d.nullsOrder {
			c.unsupported("NULLS FIRST and NULLS LAST of "+op.String(), c.d.name+" has none there: order a subquery")
			return
		}
	}
	if orders.Len() > 0 {
		at = named
	}
	meets := c.meets
	if meets == nil {
		meets = s.Outputs()
	}
	for i, q := range s.Queries().All() {
		if i == 0 {
			c.member(q, at, meets)
			continue
		}
		c.text(setOps[op])
		c.member(q, unnamed, meets)
	}
	for i, o := range orders.All() {
		if i == 0 {
			c.text(" ORDER BY ")
		} else {
			c.text(", ")
		}
		c.digits(uint64(o.Expr().Node().(*expr.RefExpr).Item()) + 1)
		c.direction(o)
	}
	c.limits(s.LimitClause(), s.OffsetClause(), false)
}

// direction writes what stands behind a key of an order.
func (c *compiler) direction(o expr.Order) {
	if o.IsDesc() {
		c.text(" DESC")
	}
	switch c.nullsOf(o) {
	case expr.NullsFirst:
		c.text(" NULLS FIRST")
	case expr.NullsLast:
		c.text(" NULLS LAST")
	}
}
