package expr

import "github.com/sqlser/sqlser/schema"

// BetweenExpr is x BETWEEN low AND high, or NOT BETWEEN; both ends are within.
type BetweenExpr struct {
	value
	x, low, high Expr
	not          bool
}

// Between is low <= x AND x <= high.
func (x Expr) Between(low, high any) Expr { return between(x, low, high, false) }

// NotBetween is NOT x.Between(low, high).
func (x Expr) NotBetween(low, high any) Expr { return between(x, low, high, true) }

func between(x Expr, low, high any, not bool) Expr {
	all := []Expr{Of(x), Of(low), Of(high)}
	unify(all, true)
	return Expr{seal(&BetweenExpr{x: all[0], low: all[1], high: all[2], not: not})}
}

// Op returns OpBetween.
func (*BetweenExpr) Op() Op { return OpBetween }

func (n *BetweenExpr) fields(f *Fields) {
	f.Expr("x", &n.x)
	f.Expr("low", &n.low)
	f.Expr("high", &n.high)
	f.Bool("not", &n.not)
}

func (n *BetweenExpr) check() *Error {
	n.typ = schema.Boolean
	if n.x.IsZero() || n.low.IsZero() || n.high.IsZero() {
		return missing("an operand")
	}
	for _, end := range []Expr{n.low, n.high} {
		if _, ok := ordering(n.x.Type(), end.Type()); !ok {
			return fail(CodeType, "no %s BETWEEN %s", n.x.Type(), end.Type())
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

var betweenMethods = []Method{{
	On: OnExpr, Name: "between", Doc: "low <= x and x <= high",
	Args:    []Arg{{"low", ArgOperand}, {"high", ArgOperand}},
	Example: `sql.select(u.id):where(u.age:between(1, 9))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."age" BETWEEN ? AND ?`,
	Build:   func(self any, a []any) any { return self.(Expr).Between(a[0], a[1]) },
}, {
	On: OnExpr, Name: "not_between", Doc: "x < low or x > high",
	Args:    []Arg{{"low", ArgOperand}, {"high", ArgOperand}},
	Example: `sql.select(u.id):where(u.age:not_between(1, 9))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."age" NOT BETWEEN ? AND ?`,
	Build:   func(self any, a []any) any { return self.(Expr).NotBetween(a[0], a[1]) },
}}
