package expr

import "github.com/sqlser/sqlser/schema"

// ScalarExpr is (SELECT ...) as a value: of one column, and at most one row,
// else NULL.
type ScalarExpr struct {
	value
	query Query
}

// Scalar makes a value of a query of one column.
func Scalar(q Query) Expr { return exprOf(seal(&ScalarExpr{query: orNone(q)})) }

// Op returns OpScalar.
func (*ScalarExpr) Op() Op { return OpScalar }

func (n *ScalarExpr) fields(f *Fields) { f.Query("query", &n.query) }

func (n *ScalarExpr) check() *Error {
	if n.query == nil {
		return missing("the query")
	}
	outs := n.query.Outputs()
	if len(outs) != 1 {
		return fail(CodeType, "expected a query of one column, got %d", len(outs))
	}
	n.typ = outs[0].Type
	return noWhole(n.query)
}

// Query returns the query.
func (n *ScalarExpr) Query() Query { return n.query }

// ExistsExpr is EXISTS (SELECT ...).
type ExistsExpr struct {
	value
	query Query
}

// Exists is true where the query gives a row.
func Exists(q Query) Expr { return exprOf(seal(&ExistsExpr{query: orNone(q)})) }

// Op returns OpExists.
func (*ExistsExpr) Op() Op { return OpExists }

func (n *ExistsExpr) fields(f *Fields) { f.Query("query", &n.query) }

func (n *ExistsExpr) check() *Error {
	n.typ = schema.Boolean
	if n.query == nil {
		return missing("the query")
	}
	return nil
}

// Query returns the query.
func (n *ExistsExpr) Query() Query { return n.query }

var scalarMethods = []Method{{
	On: OnQuery, Name: "scalar", Doc: "the query of one column as a value: NULL without a row",
	Example: `sql.select(u.id, sql.select(sql.fn.count(a.id)):where(a.user_id:eq(u.id)):scalar():label "n")`,
	SQL:     `SELECT "users"."id", (SELECT count("addresses"."id") FROM "addresses" WHERE "addresses"."user_id" = "users"."id") AS "n" FROM "users"`,
	Build:   func(self any, _ []any) any { return Scalar(self.(Query)) },
}}

var existsMethods = []Method{{
	On: OnModule, Name: "exists", Doc: "true where the query gives a row", Args: []Arg{{"query", ArgQuery}},
	Example: `sql.select(u.id):where(sql.exists(sql.select(a.id):where(a.user_id:eq(u.id))))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE EXISTS (SELECT "addresses"."id" FROM "addresses" WHERE "addresses"."user_id" = "users"."id")`,
	Build:   func(_ any, a []any) any { return Exists(a[0].(Query)) },
}}
