package expr

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// GivenExpr is a condition that is there only where a parameter is given. It, and an
// AND or OR of nothing else, stands alone in WHERE, HAVING and FILTER, and is a term of
// AND and OR; nowhere else is it said what nothing would mean. See [Given].
type GivenExpr struct {
	exprState
	p    *Parameter
	cond Expr
}

// IfGiven is a condition that is there only where the parameter x is given a value,
// which may be NULL; then x need not be given. A parameter with a default, or that is
// bound, always has a value: its condition is cond itself.
func (x Expr) IfGiven(cond any) Expr {
	c := Of(cond)
	n, ok := x.node().(*ParamExpr)
	switch {
	case !ok && x.Err() != nil:
		return x
	case !ok:
		return refuse(OpGiven, fail(CodeArgument, "expected a parameter, got a %s", x.node().Op()))
	case n.p == nil || n.p.Err() != nil:
		return x
	case n.p.hasDefault || n.p.host:
		if err := condition("the condition", c); err != nil && c.Err() == nil {
			return refuse(OpGiven, err)
		}
		return c
	}
	return exprOf(seal(&GivenExpr{p: n.p, cond: c}))
}

// Op returns OpGiven.
func (*GivenExpr) Op() Op { return OpGiven }

// Type returns Boolean.
func (*GivenExpr) Type() schema.Type { return schema.Boolean }

func (n *GivenExpr) fields(f *Fields) {
	f.Parameter("parameter", &n.p)
	f.Cond("cond", &n.cond)
}

func (n *GivenExpr) check() *Error {
	n.marks |= hasGiven | mayVanish
	switch {
	case n.p == nil:
		return missing("the parameter")
	case n.p.hasDefault || n.p.host:
		return fail(CodeForm, "parameter %q has a value: the condition stands by itself", n.p.name)
	case n.cond.IsZero():
		return missing("the condition")
	}
	if err, ok := n.p.Err().(*Error); ok {
		c := *err // it gets a place
		return &c
	}
	return condition("the condition", n.cond)
}

// Parameter returns the parameter.
func (n *GivenExpr) Parameter() *Parameter { return n.p }

// Cond returns the condition.
func (n *GivenExpr) Cond() Expr { return n.cond }

// vanishes reports whether nothing may be left of x.
func (x Expr) vanishes() bool { return x.at != nil && x.at.marks.has(mayVanish) }

// IsConditional reports whether a [GivenExpr] stands in n, anywhere.
func IsConditional(n Node) bool {
	n = orNone(n)
	return n != nil && n.state().marks.has(hasGiven)
}

// Given returns n as it is where just these parameters are given; nil for none. The
// condition of a [GivenExpr] takes its place, or it vanishes: an AND or OR is of the terms
// that are left, and vanishes with the last of them. A WHERE, HAVING or FILTER that
// vanishes is none. An update or delete of which nothing else says which rows it changes
// is in error then, with CodeMissing: see [Err]. What has no such conditions is
// returned as it is, and nil where n itself is a condition that vanishes.
//
// A statement is resolved and admitted as Given(n, nil) is: whoever has values gives their names first.
func Given(n Node, given func(name string) bool) Node {
	return settle(n, &settler{given: given})
}

// settle is Given, which keeps the conditions of other parameters if s says so.
func settle(n Node, s *settler) Node {
	if n = orNone(n); !IsConditional(n) || Err(n) != nil {
		return n
	}
	s.sources = map[any]Source{}
	s.m = &mapping{node: s.node, source: s.source}
	if src, ok := n.(Source); ok {
		return s.source(src)
	}
	return s.node(n)
}

type settler struct {
	given   func(name string) bool
	keep    bool // the conditions of parameters that are not given
	m       *mapping
	sources map[any]Source
}

func (s *settler) source(src Source) Source {
	to, ok := s.sources[src.Identity()]
	if !ok {
		to = as[Source](s.node(src))
		s.sources[src.Identity()] = to
	}
	return to
}

func (s *settler) node(n Node) Node {
	if !n.state().marks.has(hasGiven) {
		return n
	}
	switch n := n.(type) {
	case *GivenExpr:
		switch {
		case s.given != nil && s.given(n.p.name):
			return s.node(n.cond.node())
		case !s.keep:
			return nil
		}
	case *LogicExpr:
		return s.logic(n)
	case *UpdateStmt:
		c := mapChildren(n, s.m).(*UpdateStmt)
		if c.where.IsZero() && !n.where.IsZero() {
			c.misuse = everyRow(OpUpdate, n.where)
			seal(c)
		}
		return c
	case *DeleteStmt:
		c := mapChildren(n, s.m).(*DeleteStmt)
		if c.where.IsZero() && !n.where.IsZero() {
			c.misuse = everyRow(OpDelete, n.where)
			seal(c)
		}
		return c
	}
	return mapChildren(n, s.m)
}

// logic flattens, too: the condition of a term may be of the same sort.
func (s *settler) logic(n *LogicExpr) Node {
	var terms []any
	for _, t := range n.terms {
		if to := s.node(t.node()); to != nil {
			terms = append(terms, exprOf(to.(exprNode)))
		}
	}
	if terms == nil {
		return nil
	}
	return logic(n.or, terms).node()
}

// everyRow refuses a change whose condition has vanished, which no call did.
func everyRow(op Op, where Expr) *Error {
	var names []string
	for _, p := range OptionalParameters(where.node()) {
		names = append(names, strconv.Quote(p.name))
	}
	err := fail(CodeMissing, "it would change every row: nothing is left of its condition where none is given of %s", strings.Join(names, ", "))
	err.Op = op
	return err
}

// OptionalParameters returns those that n needs no value of, by first use: all that
// names them are conditions of [Expr.IfGiven], which vanish without. One that has a
// default is among them where that holds of it, too.
func OptionalParameters(n Node) []*Parameter {
	if !IsConditional(n) {
		return nil
	}
	needed := dependenciesOf(n, true).Parameters
	return slices.DeleteFunc(DependenciesOf(n).Parameters, func(p *Parameter) bool {
		return slices.ContainsFunc(needed, func(q *Parameter) bool { return q.name == p.name })
	})
}

var givenMethods = []Method{{
	On: OnExpr, Name: "if_given",
	Doc:     "a condition that is there only where the parameter has a value: alone in where, having and filter, or beside others of and, or",
	Args:    []Arg{{"condition", ArgCond}},
	Example: `sql.select(u.id):where(u.active, sql.param("min_age", sql.types.integer):if_given(u.age:ge(sql.param("min_age", sql.types.integer)))):params{min_age = 18}`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."active" AND "users"."age" >= ?`,
	Build:   func(self any, a []any) any { return self.(Expr).IfGiven(a[0]) },
}}
