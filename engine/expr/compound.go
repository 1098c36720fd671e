package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// SetOp is an operator between queries. Values are wire codes: append only.
type SetOp uint8

// The operators.
const (
	Union SetOp = iota + 1
	UnionAll
	Intersect
	IntersectAll
	Except
	ExceptAll
	setOps
)

var setOpNames = [setOps]string{Union: "UNION", UnionAll: "UNION ALL", Intersect: "INTERSECT", IntersectAll: "INTERSECT ALL",
	Except: "EXCEPT", ExceptAll: "EXCEPT ALL"}

// String returns the SQL words, such as "UNION ALL".
func (op SetOp) String() string {
	if op == 0 || op >= setOps {
		return "unknown operator"
	}
	return setOpNames[op]
}

// SetOps returns every operator.
func SetOps() []SetOp { return []SetOp{Union, UnionAll, Intersect, IntersectAll, Except, ExceptAll} }

// CompoundStmt is query UNION query ... ORDER BY ... LIMIT n OFFSET m. It groups
// from the left; its columns have the names of the first query's. Each builder
// method returns a new one.
type CompoundStmt struct {
	base
	op      SetOp
	queries []Query
	order   []Order // each of a RefExpr
	limit   Expr
	offset  Expr
	names   []string // after Resolve, see SelectStmt
	misuse  *Error
	outs    []Output // set by check
}

// Compound combines queries. One of the same operator at the start, without an
// order and limits, is taken apart.
func Compound(op SetOp, first Query, others ...Query) *CompoundStmt {
	n := &CompoundStmt{op: op}
	if c, ok := first.(*CompoundStmt); ok && c != nil && c.opens(op) {
		n.queries = clip(c.queries)
		n.misuse = c.misuse
	} else {
		n.queries = []Query{spelled(orNone(first))}
	}
	for _, q := range present(others) {
		n.queries = append(n.queries, spelled(q))
	}
	return seal(n)
}

// opens reports whether n, as the first query of another compound, is the same as
// its queries in place of it.
func (n *CompoundStmt) opens(op SetOp) bool {
	return n.op == op && len(n.order) == 0 && n.limit.IsZero() && n.offset.IsZero()
}

// with is as that of SelectStmt.
func (n *CompoundStmt) with(change func(*CompoundStmt)) *CompoundStmt {
	if n == nil {
		err := missing("the query").placed(OpCompound)
		return &CompoundStmt{base: base{tally: tally{size: 1, depth: 1}, err: err}, misuse: err}
	}
	c := *n
	c.queries, c.order = clip(n.queries), clip(n.order)
	if n.tally.check() != nil {
		c.misuse = n.err
	}
	change(&c)
	return seal(&c)
}

// Union combines the rows and drops those that equal an earlier one.
func (n *CompoundStmt) Union(q ...Query) *CompoundStmt { return Compound(Union, n, q...) }

// UnionAll combines the rows.
func (n *CompoundStmt) UnionAll(q ...Query) *CompoundStmt { return Compound(UnionAll, n, q...) }

// Intersect keeps the rows that all have, each once.
func (n *CompoundStmt) Intersect(q ...Query) *CompoundStmt { return Compound(Intersect, n, q...) }

// IntersectAll keeps the rows that all have, as often as all have them.
func (n *CompoundStmt) IntersectAll(q ...Query) *CompoundStmt { return Compound(IntersectAll, n, q...) }

// Except keeps the rows that the others have not, each once.
func (n *CompoundStmt) Except(q ...Query) *CompoundStmt { return Compound(Except, n, q...) }

// ExceptAll takes away a row for each equal one that the others have.
func (n *CompoundStmt) ExceptAll(q ...Query) *CompoundStmt { return Compound(ExceptAll, n, q...) }

// OrderBy appends to ORDER BY: columns of the result, named by [Ref], or what is a
// column of the first query as it stands there.
func (n *CompoundStmt) OrderBy(by ...any) *CompoundStmt {
	return n.with(func(c *CompoundStmt) {
		for _, o := range ordersOf(by) {
			o.expr = c.refTo(o.expr)
			c.order = append(c.order, o)
		}
	})
}

// refTo names the column that x is in the first query.
func (n *CompoundStmt) refTo(x Expr) Expr {
	if _, ok := x.node().(*RefExpr); ok || x.Err() != nil || len(n.queries) == 0 {
		return x
	}
	q := n.queries[0]
	for {
		c, ok := q.(*CompoundStmt)
		if !ok || len(c.queries) == 0 {
			break
		}
		q = c.queries[0]
	}
	if s, ok := q.(*SelectStmt); ok {
		for _, item := range s.own().items {
			if name := item.Name(); name != "" && Equal(item.expr.node(), x.node()) {
				return Ref(name)
			}
		}
	}
	return refuse(OpCompound, fail(CodeName, "ORDER BY of %s: what is no column of the first query: name a label by ref(...)", n.op))
}

// Limit replaces the largest number of rows; nil takes it away.
func (n *CompoundStmt) Limit(m any) *CompoundStmt {
	return n.with(func(c *CompoundStmt) { c.limit = bound(m) })
}

// Offset replaces the number of rows that are left out at the start; nil takes it
// away.
func (n *CompoundStmt) Offset(m any) *CompoundStmt {
	return n.with(func(c *CompoundStmt) { c.offset = bound(m) })
}

// Without takes parts away, by their names: "order_by", "limit", "offset".
func (n *CompoundStmt) Without(names ...string) *CompoundStmt {
	return n.with(func(c *CompoundStmt) {
		for _, name := range names {
			switch name {
			case "order_by":
				c.order = nil
			case "limit":
				c.limit = Expr{}
			case "offset":
				c.offset = Expr{}
			default:
				if c.misuse == nil {
					c.misuse = fail(CodeName, "no part %q to take away", name).placed(OpCompound)
					c.misuse.Hint = schema.DidYouMean(name, []string{"order_by", "limit", "offset"})
				}
			}
		}
	})
}

// Subquery makes a source of n; see [Subquery].
func (n *CompoundStmt) Subquery(name string) *SubquerySource { return Subquery(n, name) }

// CTE makes a source of n that stands in WITH; see [CTE].
func (n *CompoundStmt) CTE(name string) *CTESource { return CTE(n, name) }

// Scalar makes a value of n; see [Scalar].
func (n *CompoundStmt) Scalar() Expr { return Scalar(n) }

// Exists is true where n gives a row; see [Exists].
func (n *CompoundStmt) Exists() Expr { return Exists(n) }

// Lateral makes a source of n that may name the sources before it; see [Lateral].
func (n *CompoundStmt) Lateral(name string) *SubquerySource { return Lateral(n, name) }

// Op returns OpCompound.
func (*CompoundStmt) Op() Op { return OpCompound }

func (n *CompoundStmt) fields(f *Fields) {
	f.keep(n.misuse)
	f.Code("op", (*uint8)(&n.op))
	f.Queries("queries", &n.queries)
	parts(f, "order_by", &n.order, (*Order).fields)
	f.Expr("limit", &n.limit)
	f.Expr("offset", &n.offset)
}

func (n *CompoundStmt) check() *Error {
	if n.op == 0 || n.op >= setOps {
		return fail(CodeForm, "unknown operator %d", n.op)
	}
	if slices.Contains(n.queries, nil) {
		return missing("a query")
	}
	if len(n.queries) < 2 {
		return fail(CodeForm, "%s of fewer than two queries", n.op)
	}
	for _, q := range n.queries {
		if err := noWhole(q); err != nil {
			return err
		}
	}
	if c, ok := n.queries[0].(*CompoundStmt); ok && c.opens(n.op) {
		return fail(CodeForm, "%s in the first place of %s: it is one of more queries", c.op, n.op)
	}
	first := n.queries[0].Outputs()
	for _, q := range n.queries[1:] {
		if err := alignedWith(first, q.Outputs()); err != nil {
			err.Reason = n.op.String() + ": " + err.Reason
			return err
		}
	}
	others := make([][]Output, 0, len(n.queries)-1)
	for _, q := range n.queries[1:] {
		others = append(others, q.Outputs())
	}
	n.outs = combined(first, others...)
	for _, o := range n.order {
		ref, ok := o.expr.node().(*RefExpr)
		switch {
		case o.expr.IsZero():
			return missing("what to order by")
		case !ok:
			return fail(CodeForm, "ORDER BY of %s: expected the label of a column", n.op)
		case o.nulls >= nullsEnd:
			return fail(CodeForm, "unknown place of NULL: %d", o.nulls)
		}
		if _, err := outputNamed(first, ref.name); err != nil {
			return err
		}
	}
	for _, x := range []Expr{n.limit, n.offset} {
		if err := checkBound(x); err != nil {
			return err
		}
	}
	return nil
}

// outputNamed returns the index of the only column of a name.
func outputNamed(outs []Output, name string) (int, *Error) {
	found := findIn(outs, name)
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		names := make([]string, len(outs))
		for i, o := range outs {
			names[i] = o.Name
		}
		err := fail(CodeName, "no column is labelled %q", name)
		err.Hint = schema.DidYouMean(name, names)
		return 0, err
	}
	return 0, fail(CodeName, "label %q stands twice", name)
}

// Outputs returns the columns of the rows: the names of the first query's, in
// types that hold the values of all.
func (n *CompoundStmt) Outputs() []Output { return slices.Clone(n.outs) }

// Operator returns the operator.
func (n *CompoundStmt) Operator() SetOp { return n.op }

// Queries returns the queries.
func (n *CompoundStmt) Queries() List[Query] { return List[Query]{n.queries} }

// Orders returns ORDER BY.
func (n *CompoundStmt) Orders() List[Order] { return List[Order]{n.order} }

// LimitClause returns the limit, or the zero Expr.
func (n *CompoundStmt) LimitClause() Expr { return n.limit }

// OffsetClause returns the offset, or the zero Expr.
func (n *CompoundStmt) OffsetClause() Expr { return n.offset }

// OutputName returns what SQL calls column index, after Resolve; "" leaves it as it is.
func (n *CompoundStmt) OutputName(index int) string { return nameAt(n.names, index) }

func nameAt(names []string, index int) string {
	if index < 0 || index >= len(names) {
		return ""
	}
	return names[index]
}

// setMethod is the row of q:name(queries).
func setMethod(op SetOp, name, doc, example, sql string) Method {
	return Method{
		On: OnQuery, Name: name, Doc: doc, Args: []Arg{{"queries", ArgQueries}}, Example: example, SQL: sql,
		Build: func(self any, a []any) any { return Compound(op, self.(Query), a[0].([]Query)...) },
	}
}

// compoundMethod is the row of a method of compounds that selects have, too.
func compoundMethod(name, doc, arg string, kind ArgKind, example, sql string, build func(*CompoundStmt, any) *CompoundStmt) Method {
	return Method{
		On: OnCompound, Name: name, Doc: doc, Args: []Arg{{arg, kind}}, Example: example, SQL: sql,
		Build: func(self any, a []any) any { return build(self.(*CompoundStmt), a[0]) },
	}
}

var compoundMethods = []Method{
	setMethod(Union, "union", "the rows of all queries, each once",
		`sql.select(u.name):union(sql.select(a.city))`, `SELECT "users"."name" FROM "users" UNION SELECT "addresses"."city" FROM "addresses"`),
	setMethod(UnionAll, "union_all", "the rows of all queries",
		`sql.select(u.name):union_all(sql.select(a.city))`, `SELECT "users"."name" FROM "users" UNION ALL SELECT "addresses"."city" FROM "addresses"`),
	setMethod(Intersect, "intersect", "the rows that all queries have, each once",
		`sql.select(u.name):intersect(sql.select(a.city))`, `SELECT "users"."name" FROM "users" INTERSECT SELECT "addresses"."city" FROM "addresses"`),
	setMethod(IntersectAll, "intersect_all", "the rows that all queries have, as often as all have them",
		`sql.select(u.name):intersect_all(sql.select(a.city))`, `SELECT "users"."name" FROM "users" INTERSECT ALL SELECT "addresses"."city" FROM "addresses"`),
	setMethod(Except, "except", "the rows that the other queries have not, each once",
		`sql.select(u.name):except(sql.select(a.city))`, `SELECT "users"."name" FROM "users" EXCEPT SELECT "addresses"."city" FROM "addresses"`),
	setMethod(ExceptAll, "except_all", "the rows, but for one for each equal row of the other queries",
		`sql.select(u.name):except_all(sql.select(a.city))`, `SELECT "users"."name" FROM "users" EXCEPT ALL SELECT "addresses"."city" FROM "addresses"`),
	compoundMethod("order_by", "orders the rows by columns of the result", "keys", ArgOrders,
		`sql.select(u.name):union(sql.select(a.city)):order_by(sql.desc "name")`,
		`SELECT "users"."name" FROM "users" UNION SELECT "addresses"."city" FROM "addresses" ORDER BY 1 DESC`,
		func(n *CompoundStmt, a any) *CompoundStmt { return n.OrderBy(a.([]any)...) }),
	compoundMethod("limit", "at most so many rows; replaces", "n", ArgOperand,
		`sql.select(u.name):union(sql.select(a.city)):limit(10)`, `SELECT "users"."name" FROM "users" UNION SELECT "addresses"."city" FROM "addresses" LIMIT ?`,
		func(n *CompoundStmt, a any) *CompoundStmt { return n.Limit(a) }),
	compoundMethod("offset", "leaves out so many rows at the start; replaces", "n", ArgOperand,
		`sql.select(u.name):union(sql.select(a.city)):limit(10):offset(20)`,
		`SELECT "users"."name" FROM "users" UNION SELECT "addresses"."city" FROM "addresses" LIMIT ? OFFSET ?`,
		func(n *CompoundStmt, a any) *CompoundStmt { return n.Offset(a) }),
	compoundMethod("without", `takes parts away: "order_by", "limit", "offset"`, "parts", ArgStrings,
		`sql.select(u.name):union(sql.select(a.city)):limit(10):without "limit"`,
		`SELECT "users"."name" FROM "users" UNION SELECT "addresses"."city" FROM "addresses"`,
		func(n *CompoundStmt, a any) *CompoundStmt { return n.Without(a.([]string)...) }),
}
