package expr

// QuantifiedExpr is ANY or ALL of the values of a query of one column, or of an
// array. It stands on the right of a comparison, and nowhere else.
type QuantifiedExpr struct {
	value
	query Query
	array Expr
	all   bool
}

// Any is, in a comparison, any value of a query of one column or of an array:
// x.Gt(Any(q)) is true where x is greater than at least one. Any(q).Lt(x) is the same.
func Any(of any) Expr { return quantified(of, false) }

// All is, in a comparison, each value of a query of one column or of an array:
// x.Gt(All(q)) is true where x is greater than all, also where there is none.
func All(of any) Expr { return quantified(of, true) }

func quantified(of any, all bool) Expr {
	n := &QuantifiedExpr{all: all}
	if q, ok := of.(Query); ok {
		if n.query = orNone(q); n.query == nil {
			return refuse(OpQuantified, missing("the query"))
		}
	} else {
		n.array = Of(of)
	}
	return exprOf(seal(n))
}

// Op returns OpQuantified.
func (*QuantifiedExpr) Op() Op { return OpQuantified }

func (n *QuantifiedExpr) fields(f *Fields) {
	f.Query("query", &n.query)
	f.Expr("array", &n.array)
	f.Bool("all", &n.all)
}

func (n *QuantifiedExpr) check() *Error {
	n.marks |= isBeside
	switch {
	case n.query == nil && n.array.IsZero():
		return missing("the query or array")
	case n.query != nil && !n.array.IsZero():
		return fail(CodeForm, "a query and an array")
	case n.query != nil:
		outs := n.query.Outputs()
		if len(outs) != 1 {
			return fail(CodeType, "%s: expected a query of one column, got %d", n.word(), len(outs))
		}
		n.typ = outs[0].Type
		return noWhole(n.query)
	}
	t := n.array.Type()
	if !t.IsArray() && !t.IsUnknown() {
		return fail(CodeType, "%s: expected a query or an array, got %s", n.word(), t)
	}
	n.typ = t.Elem()
	return nil
}

func isQuantified(x Expr) bool { return x.at != nil && x.node().Op() == OpQuantified }

func (n *QuantifiedExpr) word() string {
	if n.all {
		return "ALL"
	}
	return "ANY"
}

// Query returns the query, or nil.
func (n *QuantifiedExpr) Query() Query { return n.query }

// Array returns the array, or the zero Expr.
func (n *QuantifiedExpr) Array() Expr { return n.array }

// IsAll reports whether all values are meant.
func (n *QuantifiedExpr) IsAll() bool { return n.all }

// quantifier is the row of any_ or all_ of a receiver.
func quantifier(on Receiver, name, doc, example, sql string, build func(any) Expr) Method {
	m := Method{On: on, Name: name, Doc: doc, Example: example, SQL: sql}
	m.Build = func(self any, _ []any) any { return build(self) }
	if on == OnModule {
		m.Args = []Arg{{"of", ArgIn}}
		m.Build = func(_ any, a []any) any {
			list, ok := a[0].([]any)
			switch {
			case !ok:
				return build(a[0])
			case len(list) != 1:
				return refuse(OpQuantified, fail(CodeArgument, "expected a query or an array, got %s", count(len(list), "argument")))
			}
			return build(list[0])
		}
	}
	return m
}

var quantifiedMethods = []Method{
	quantifier(OnModule, "any_", "any value of a query or an array, on the right of a comparison",
		`sql.select(u.id):where(u.id:eq(sql.any_(sql.select(a.user_id))))`,
		`SELECT "users"."id" FROM "users" WHERE "users"."id" IN (SELECT "addresses"."user_id" FROM "addresses")`, Any),
	quantifier(OnModule, "all_", "each value of a query or an array, on the right of a comparison",
		`sql.select(u.id):where(u.id:ne(sql.all_(sql.select(a.user_id))))`,
		`SELECT "users"."id" FROM "users" WHERE "users"."id" NOT IN (SELECT "addresses"."user_id" FROM "addresses")`, All),
	quantifier(OnQuery, "any_", "any value of the query, on the right of a comparison",
		`sql.select(u.id):where(u.id:eq(sql.select(a.user_id):any_()))`,
		`SELECT "users"."id" FROM "users" WHERE "users"."id" IN (SELECT "addresses"."user_id" FROM "addresses")`, Any),
	quantifier(OnQuery, "all_", "each value of the query, on the right of a comparison",
		`sql.select(u.id):where(u.id:ne(sql.select(a.user_id):all_()))`,
		`SELECT "users"."id" FROM "users" WHERE "users"."id" NOT IN (SELECT "addresses"."user_id" FROM "addresses")`, All),
	quantifier(OnExpr, "any_", "any element of an array, on the right of a comparison",
		`sql.select(u.id):where(u.id:eq(sql.array{1, 2}:any_()))`,
		`SELECT "users"."id" FROM "users" WHERE "users"."id" = ANY (ARRAY[$1::BIGINT, $2::BIGINT])`, Any),
	quantifier(OnExpr, "all_", "each element of an array, on the right of a comparison",
		`sql.select(u.id):where(u.id:ne(sql.array{1, 2}:all_()))`,
		`SELECT "users"."id" FROM "users" WHERE "users"."id" <> ALL (ARRAY[$1::BIGINT, $2::BIGINT])`, All),
}
