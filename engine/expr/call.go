package expr

import "github.com/sqlser/sqlser/schema"

// CallExpr is function(arguments), or aggregate(DISTINCT argument).
type CallExpr struct {
	value
	fn       *Function
	args     []Expr
	distinct bool
}

// Func calls a function of the catalogue by name.
func Func(name string, args ...any) Expr {
	fn := LookupFunction(name)
	if fn == nil {
		err := fail(CodeName, "no function %q", name)
		names := make([]string, len(catalogue))
		for i := range catalogue {
			names[i] = catalogue[i].name
		}
		err.Hint = schema.DidYouMean(name, names)
		return refuse(OpCall, err)
	}
	list := exprs(args)
	if fn.alike() {
		unify(list, false)
	}
	return Expr{seal(&CallExpr{fn: fn, args: list})}
}

// Distinct makes an aggregate take each value once. It is an error of any other
// expression.
func (x Expr) Distinct() Expr {
	n, ok := x.node.(*CallExpr)
	if !ok {
		return refuse(OpCall, fail(CodeForm, "DISTINCT: expected an aggregate"))
	}
	if n.err != nil {
		return x
	}
	c := *n
	c.distinct = true
	return Expr{seal(&c)}
}

// Op returns OpCall.
func (*CallExpr) Op() Op { return OpCall }

func (n *CallExpr) fields(f *Fields) {
	f.Function("function", &n.fn)
	f.Exprs("args", &n.args)
	f.Bool("distinct", &n.distinct)
}

func (n *CallExpr) check() (err *Error) {
	if n.fn == nil {
		return missing("the function")
	}
	n.typ, err = n.fn.check(n.args, n.distinct)
	return err
}

// Function returns the function.
func (n *CallExpr) Function() *Function { return n.fn }

// Args returns the arguments.
func (n *CallExpr) Args() List[Expr] { return List[Expr]{n.args} }

// IsDistinct reports whether an aggregate takes each value once.
func (n *CallExpr) IsDistinct() bool { return n.distinct }

var callMethods = []Method{{
	On: OnExpr, Name: "distinct", Doc: "an aggregate that takes each value once",
	Example: `sql.select(sql.fn.count(a.city):distinct():label "cities")`,
	SQL:     `SELECT count(DISTINCT "addresses"."city") AS "cities" FROM "addresses"`,
	Build:   func(self any, _ []any) any { return self.(Expr).Distinct() },
}}
