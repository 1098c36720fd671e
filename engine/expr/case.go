package expr

// CaseExpr is CASE WHEN condition THEN result ... ELSE otherwise END.
type CaseExpr struct {
	value
	whens     []When
	otherwise Expr // may be zero: NULL
}

// When is one branch of a CaseExpr.
type When struct{ cond, then Expr }

// Cond returns the condition.
func (w When) Cond() Expr { return w.cond }

// Then returns the result where the condition is true.
func (w When) Then() Expr { return w.then }

func (w *When) fields(f *Fields) {
	f.Expr("cond", &w.cond)
	f.Expr("then", &w.then)
}

// NewWhen makes a branch of a CASE.
func NewWhen(cond, then any) When { return When{Of(cond), Of(then)} }

// Case makes a CASE of branches; NULL where none is true. See [CaseElse].
func Case(whens ...When) Expr { return caseOf(whens, Expr{}) }

// CaseElse makes a CASE that is otherwise where no branch is true.
func CaseElse(otherwise any, whens ...When) Expr { return caseOf(whens, Of(otherwise)) }

// WhensOf makes the conditions x = value of branches that have a value in the place of
// their condition: Case(WhensOf(x, NewWhen(1, "one"))...) is CASE x WHEN 1 THEN 'one'
// END. Each condition has x anew, so that it must not be another value each time.
func WhensOf(x any, whens ...When) []When {
	of := Of(x)
	list := make([]When, len(whens))
	for i, w := range whens {
		list[i] = When{of.Eq(w.cond), w.then}
		if n, ok := w.cond.node().(*LiteralExpr); ok && n.err == nil && n.isNull() {
			list[i].cond = refuse(OpCase, fail(CodeArgument, "nothing is equal to NULL: make a condition of it"))
		}
	}
	if len(whens) > 1 && isVolatile(of) {
		list[0].cond = refuse(OpCase, fail(CodeForm, "branches of a value that is another each time: take it from a subquery"))
	}
	return list
}

// isVolatile reports whether x may be another value each time that it is written.
func isVolatile(x Expr) (found bool) {
	if x.IsZero() || x.Err() != nil {
		return false
	}
	Walk(x.node(), func(n Node) bool {
		switch n := n.(type) {
		case *CallExpr:
			found = found || n.fn.volatility == Volatile || n.OfDatabase()
		case *TextExpr, *CustomExpr:
			found = true
		}
		return !found
	})
	return found
}

func caseOf(whens []When, otherwise Expr) Expr {
	results := make([]Expr, 0, len(whens)+1)
	for _, w := range whens {
		results = append(results, w.then)
	}
	if !otherwise.IsZero() {
		results = append(results, otherwise)
	}
	unify(results, false)
	n := &CaseExpr{whens: make([]When, len(whens)), otherwise: otherwise}
	for i, w := range whens {
		n.whens[i] = When{w.cond, results[i]}
	}
	if !otherwise.IsZero() {
		n.otherwise = results[len(whens)]
	}
	return exprOf(seal(n))
}

// Op returns OpCase.
func (*CaseExpr) Op() Op { return OpCase }

func (n *CaseExpr) fields(f *Fields) {
	parts(f, "whens", &n.whens, (*When).fields)
	f.Expr("else", &n.otherwise)
}

func (n *CaseExpr) check() *Error {
	if len(n.whens) == 0 {
		return missing("a WHEN")
	}
	n.typ = n.otherwise.Type()
	for _, w := range n.whens {
		if w.cond.IsZero() || w.then.IsZero() {
			return missing("a part of a WHEN")
		}
		if err := condition("WHEN", w.cond); err != nil {
			return err
		}
		t := w.then.Type()
		if t != n.typ && !t.Comparable(n.typ) {
			return fail(CodeType, "results of types %s and %s", n.typ, t)
		}
		n.typ = wider(n.typ, t)
	}
	return nil
}

// Whens returns the branches.
func (n *CaseExpr) Whens() List[When] { return List[When]{n.whens} }

// Else returns the result where no branch is true, or the zero Expr.
func (n *CaseExpr) Else() Expr { return n.otherwise }

var caseMethods = []Method{{
	On: OnModule, Name: "case", Doc: "the value of the first condition that is true, else else_, or NULL; case(x, {{value, result}, ...}) compares x",
	Args:    []Arg{{"x", ArgSubject}, {"branches", ArgWhens}},
	Example: `sql.select(sql.case{{u.age:lt(18), "minor"}, else_ = "adult"}:label "kind")`,
	SQL:     `SELECT CASE WHEN "users"."age" < ? THEN ? ELSE ? END AS "kind" FROM "users"`,
	Build: func(_ any, a []any) any {
		list := a[1].([]any)
		whens := make([]When, len(list)-1)
		for i := range whens {
			whens[i] = list[i].(When)
		}
		if a[0] != nil {
			whens = WhensOf(a[0], whens...)
		}
		if otherwise, ok := list[len(whens)].(Expr); ok {
			return CaseElse(otherwise, whens...)
		}
		return Case(whens...)
	},
}}
