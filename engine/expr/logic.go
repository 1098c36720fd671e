package expr

import "github.com/sqlser/sqlser/schema"

// LogicExpr is a AND b AND ... or a OR b OR ...: at least two terms, none of
// them a LogicExpr of the same sort.
type LogicExpr struct {
	value
	or    bool
	terms []Expr
}

// And is true without terms, and the term itself with one.
func And(terms ...any) Expr { return logic(false, terms) }

// Or is false without terms, and the term itself with one.
func Or(terms ...any) Expr { return logic(true, terms) }

func logic(or bool, terms []any) Expr {
	flat := make([]Expr, 0, len(terms))
	for _, t := range terms {
		x := Of(t)
		if inner, ok := x.node.(*LogicExpr); ok && inner.or == or && inner.err == nil {
			flat = append(flat, inner.terms...)
		} else {
			flat = append(flat, x)
		}
	}
	switch len(flat) {
	case 0:
		return Literal(Bool(!or))
	case 1:
		if err := condition("a term", flat[0]); err != nil && flat[0].Err() == nil {
			return bad(err)
		}
		return flat[0]
	}
	return Expr{seal(&LogicExpr{or: or, terms: flat})}
}

// Op returns OpLogic.
func (*LogicExpr) Op() Op { return OpLogic }

func (n *LogicExpr) fields(f *Fields) {
	f.Exprs("terms", &n.terms)
	f.Bool("or", &n.or)
}

func (n *LogicExpr) check() *Error {
	n.typ = schema.Boolean
	if len(n.terms) < 2 {
		return fail(CodeForm, "fewer than two terms")
	}
	for _, t := range n.terms {
		if t.IsZero() {
			return missing("a term")
		}
		if inner, ok := t.node.(*LogicExpr); ok && inner.or == n.or {
			return fail(CodeForm, "a term is of the same sort: not flat")
		}
		if err := condition("a term", t); err != nil {
			return err
		}
	}
	return nil
}

// IsOr reports whether the terms are joined by OR, else by AND.
func (n *LogicExpr) IsOr() bool { return n.or }

// Terms returns the terms.
func (n *LogicExpr) Terms() List[Expr] { return List[Expr]{n.terms} }
