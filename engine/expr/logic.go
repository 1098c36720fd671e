package expr

import (
	"slices"
	"sync/atomic"

	"github.com/sqlser/sqlser/schema"
)

// LogicExpr is a AND b AND ... or a OR b OR ...: at least two terms, none of
// them a LogicExpr of the same sort.
type LogicExpr struct {
	exprState
	or    bool
	terms []Expr
	room  *atomic.Int64 // how much of the array behind terms is in use; see extend
}

// And is true without terms, and the term itself with one.
func And(terms ...any) Expr { return logic(false, terms) }

// Or is false without terms, and the term itself with one.
func Or(terms ...any) Expr { return logic(true, terms) }

func logic(or bool, terms []any) Expr {
	if len(terms) > 1 {
		if n, ok := flatIn(terms[0], or); ok {
			return n.extend(exprs(terms[1:]))
		}
	}
	switch len(terms) {
	case 0:
		return Literal(Bool(!or))
	case 1:
		x := Of(terms[0])
		if err := condition("a term", x); err != nil && x.Err() == nil {
			return refuse(OpLogic, err)
		}
		return x
	}
	n := newLogic(len(terms))
	n.or, n.terms = or, flatten(exprsIn(n.terms, terms), or)
	var m measure // seal, without asking for fields
	m.exprs(n.terms, mayVanish)
	n.self = n
	if n.settle(&m) {
		n.judge(OpLogic, n.check())
	} else {
		finish(n, m.above(), m.err)
	}
	return Expr{at: &n.exprState}
}

// newLogic makes a node and room for so many terms, in the same memory if it is as many as most have.
func newLogic(terms int) *LogicExpr {
	if terms <= 3 {
		n := new(struct {
			LogicExpr
			few [3]Expr
		})
		n.terms = n.few[:]
		return &n.LogicExpr
	}
	n := new(struct {
		LogicExpr
		few [5]Expr
	})
	n.terms = n.few[:]
	return &n.LogicExpr
}

// flatIn returns the node of an operand whose terms are those of the AND or OR
// that it stands in.
func flatIn(operand any, or bool) (*LogicExpr, bool) {
	x, _ := operand.(Expr)
	n, ok := x.node().(*LogicExpr)
	return n, ok && n.or == or && n.problem() == nil
}

// flatten puts the terms of the same sort in place of what they stand in.
func flatten(terms []Expr, or bool) []Expr {
	nested := func(x Expr) bool { _, ok := flatIn(x, or); return ok }
	if !slices.ContainsFunc(terms, nested) {
		return terms
	}
	flat := make([]Expr, 0, len(terms))
	for _, x := range terms {
		if inner, ok := flatIn(x, or); ok {
			flat = append(flat, inner.terms...)
		} else {
			flat = append(flat, x)
		}
	}
	return flat
}

// extend makes the same of more terms. Conditions are collected in loops, so only
// the new terms are measured and checked, and the array is shared: who first takes
// the room behind n's terms writes there, everyone else copies.
func (n *LogicExpr) extend(terms []Expr) Expr {
	c, more := &LogicExpr{or: n.or}, flatten(terms, n.or)
	had, need := len(n.terms), len(n.terms)+len(more)
	if n.room != nil && need <= cap(n.terms) && n.room.CompareAndSwap(int64(had), int64(need)) {
		c.terms, c.room = append(n.terms, more...), n.room
	} else {
		c.terms = append(append(make([]Expr, 0, 2*need), n.terms...), more...)
		c.room = new(atomic.Int64)
		c.room.Store(int64(need))
	}
	c.self = c
	m := n.measured()
	m.exprs(more, mayVanish)
	if c.settle(&m) {
		if n.marks.has(mayVanish) {
			c.marks |= vanishing(more)
		}
		c.judge(OpLogic, c.checkTerms(more))
	} else {
		finish(c, m.above(), m.err)
	}
	return Expr{at: &c.exprState}
}

// Op returns OpLogic.
func (*LogicExpr) Op() Op { return OpLogic }

func (n *LogicExpr) fields(f *Fields) {
	f.Conds("terms", &n.terms)
	f.Bool("or", &n.or)
}

func (n *LogicExpr) check() *Error {
	if len(n.terms) < 2 {
		return fail(CodeForm, "fewer than two terms")
	}
	n.marks |= vanishing(n.terms)
	return n.checkTerms(n.terms)
}

// vanishing is the mark of what vanishes with the last of these terms, if it may.
func vanishing(terms []Expr) marks {
	for _, t := range terms {
		if !t.vanishes() {
			return 0
		}
	}
	return mayVanish
}

func (n *LogicExpr) checkTerms(terms []Expr) *Error {
	for _, t := range terms {
		if t.IsZero() {
			return missing("a term")
		}
		if inner, ok := t.node().(*LogicExpr); ok && inner.or == n.or {
			return fail(CodeForm, "a term is of the same sort: not flat")
		}
		if err := condition("a term", t); err != nil {
			return err
		}
	}
	return nil
}

// Type returns that of a condition.
func (*LogicExpr) Type() schema.Type { return schema.Boolean }

// IsOr reports whether the terms are joined by OR, else by AND.
func (n *LogicExpr) IsOr() bool { return n.or }

// Terms returns the terms.
func (n *LogicExpr) Terms() List[Expr] { return List[Expr]{n.terms} }

var logicMethods = []Method{{
	On: OnExpr, Name: "and_", Doc: "x AND each condition", Args: []Arg{{"conditions", ArgConds}},
	Example: `sql.select(u.id):where(u.active:and_(u.age:gt(30)))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."active" AND "users"."age" > ?`,
	Build:   func(self any, a []any) any { return self.(Expr).And(a[0].([]any)...) },
}, {
	On: OnExpr, Name: "or_", Doc: "x OR each condition", Args: []Arg{{"conditions", ArgConds}},
	Example: `sql.select(u.id):where(u.active:or_(u.age:gt(30)))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."active" OR "users"."age" > ?`,
	Build:   func(self any, a []any) any { return self.(Expr).Or(a[0].([]any)...) },
}, {
	On: OnModule, Name: "and_", Doc: "all conditions; true without any", Args: []Arg{{"conditions", ArgConds}},
	Example: `sql.select(u.id):where(sql.and_{u.active, u.age:gt(30)})`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."active" AND "users"."age" > ?`,
	Build:   func(_ any, a []any) any { return And(a[0].([]any)...) },
}, {
	On: OnModule, Name: "or_", Doc: "any of the conditions; false without any", Args: []Arg{{"conditions", ArgConds}},
	Example: `sql.select(u.id):where(sql.or_(u.active, u.age:gt(30)))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."active" OR "users"."age" > ?`,
	Build:   func(_ any, a []any) any { return Or(a[0].([]any)...) },
}, {
	On: OnModule, Name: "expr", Doc: "a condition as it is: says that it must be one", Args: []Arg{{"condition", ArgCond}},
	Example: `sql.select(sql.expr(u.age > 30):label "old")`,
	SQL:     `SELECT "users"."age" > ? AS "old" FROM "users"`,
	Build:   func(_ any, a []any) any { return a[0] },
}}
