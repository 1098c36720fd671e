package expr

import "github.com/sqlser/sqlser/schema"

// RefExpr names a label of the select that it stands in: in GROUP BY, HAVING or
// ORDER BY.
type RefExpr struct {
	exprState
	name string
	item int          // after Resolve: the index of the column, in ORDER BY
	typ  *schema.Type // likewise
}

// Ref names a label of the select that it stands in.
func Ref(label string) Expr {
	n := &RefExpr{name: label}
	n.self, n.tally = n, tally{size: 1, depth: 1, marks: hasRefs} // it is seal, without Fields
	n.judge(OpRef, n.check())
	return Expr{at: &n.exprState}
}

// Op returns OpRef.
func (*RefExpr) Op() Op { return OpRef }

func (n *RefExpr) fields(f *Fields) {
	f.String("name", &n.name)
	f.marks |= hasRefs
}

func (n *RefExpr) check() *Error {
	if n.name == "" {
		return missing("the label")
	}
	return checkName("label", n.name)
}

// Name returns the label.
func (n *RefExpr) Name() string { return n.name }

// Item returns the index of the column that is meant, after Resolve.
func (n *RefExpr) Item() int { return n.item }

// Type is unknown before Resolve: it is that of the column that is meant.
func (n *RefExpr) Type() schema.Type { return known(n.typ) }

var refMethods = []Method{{
	On: OnModule, Name: "ref", Doc: "a column of this query, by its label", Args: []Arg{{"label", ArgString}},
	Example: `sql.select(u.age:add(1):label "n"):order_by(sql.ref "n")`,
	SQL:     `SELECT "users"."age" + ? AS "n" FROM "users" ORDER BY "n"`,
	Build:   func(_ any, a []any) any { return Ref(a[0].(string)) },
}, {
	On: OnModule, Name: "asc", Doc: "order by a label or an expression, smallest first", Args: []Arg{{"by", ArgLabel}},
	Example: `sql.select(u.age:add(1):label "n"):order_by(sql.asc "n")`,
	SQL:     `SELECT "users"."age" + ? AS "n" FROM "users" ORDER BY "n"`,
	Build:   func(_ any, a []any) any { return a[0].(Expr).Asc() },
}, {
	On: OnModule, Name: "desc", Doc: "order by a label or an expression, largest first", Args: []Arg{{"by", ArgLabel}},
	Example: `sql.select(u.age:add(1):label "n"):order_by(sql.desc "n")`,
	SQL:     `SELECT "users"."age" + ? AS "n" FROM "users" ORDER BY "n" DESC`,
	Build:   func(_ any, a []any) any { return a[0].(Expr).Desc() },
}}
