package expr

import "github.com/sqlser/sqlser/schema"

// BetweenExpr is x BETWEEN low AND high, or NOT BETWEEN; both ends are within.
// Where it is symmetric, low may be the upper one.
type BetweenExpr struct {
	value
	x, low, high Expr
	not          bool
	symmetric    bool // the ends may stand in either order
}

// Between is low <= x AND x <= high.
func (x Expr) Between(low, high any) Expr { return between(x, low, high, false, false) }

// NotBetween is NOT x.Between(low, high).
func (x Expr) NotBetween(low, high any) Expr { return between(x, low, high, true, false) }

// BetweenSymmetric is true where x is between a and b, whichever is less.
func (x Expr) BetweenSymmetric(a, b any) Expr { return between(x, a, b, false, true) }

// NotBetweenSymmetric is NOT x.BetweenSymmetric(a, b).
func (x Expr) NotBetweenSymmetric(a, b any) Expr { return between(x, a, b, true, true) }

func between(x Expr, low, high any, not, symmetric bool) Expr {
	all := []Expr{Of(x), Of(low), Of(high)}
	unify(all, true)
	return exprOf(seal(&BetweenExpr{x: all[0], low: all[1], high: all[2], not: not, symmetric: symmetric}))
}

// Op returns OpBetween.
func (*BetweenExpr) Op() Op { return OpBetween }

func (n *BetweenExpr) fields(f *Fields) {
	f.Expr("x", &n.x)
	f.Expr("low", &n.low)
	f.Expr("high", &n.high)
	f.Bool("not", &n.not)
	f.Bool("symmetric", &n.symmetric)
}

func (n *BetweenExpr) check() *Error {
	n.typ = schema.Boolean
	if n.x.IsZero() || n.low.IsZero() || n.high.IsZero() {
		return missing("an operand")
	}
	for _, end := range []Expr{n.low, n.high} {
		if _, ok := ordering(n.x.Type(), end.Type()); !ok {
			return fail(CodeType, "no %s BETWEEN %s%s", n.x.Type(), end.Type(), said(", ", n.x, end))
		}
		if err := checkLabel(n.x, end); err != nil {
			return err
		}
	}
	return nil
}

// X returns the operand.
func (n *BetweenExpr) X() Expr { return n.x }

// Low returns the lower end.
func (n *BetweenExpr) Low() Expr { return n.low }

// High returns the upper end.
func (n *BetweenExpr) High() Expr { return n.high }

// IsNot reports whether it is NOT BETWEEN.
func (n *BetweenExpr) IsNot() bool { return n.not }

// IsSymmetric reports whether the ends may stand in either order.
func (n *BetweenExpr) IsSymmetric() bool { return n.symmetric }

// isSymmetric reads a script's options.
func isSymmetric(options any) bool {
	o, ok := options.([]any)
	return ok && o[0] == true
}

var betweenArgs = []Arg{{"low", ArgOperand}, {"high", ArgOperand}, {"options", ArgOptions}}

var betweenMethods = []Method{{
	On: OnExpr, Name: "between", Doc: "low <= x and x <= high; {symmetric = true} for ends in either order",
	Args: betweenArgs, Optional: 1, Options: []Arg{{"symmetric", ArgFlag}},
	Example: `sql.select(u.id):where(u.age:between(1, 9))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."age" BETWEEN ? AND ?`,
	Build:   func(self any, a []any) any { return between(self.(Expr), a[0], a[1], false, isSymmetric(a[2])) },
}, {
	On: OnExpr, Name: "not_between", Doc: "x < low or x > high; {symmetric = true} for ends in either order",
	Args: betweenArgs, Optional: 1, Options: []Arg{{"symmetric", ArgFlag}},
	Example: `sql.select(u.id):where(u.age:not_between(1, 9))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."age" NOT BETWEEN ? AND ?`,
	Build:   func(self any, a []any) any { return between(self.(Expr), a[0], a[1], true, isSymmetric(a[2])) },
}}
