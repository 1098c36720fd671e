package policy

import (
	"strconv"

	"github.com/sqlser/sqlser/engine/expr"
)

// Limits bound statements. Zero is no bound.
type Limits struct {
	Nodes      int // of the tree, sources counted where they are used
	Joins      int // in all; each source beside the first in FROM, and each of UPDATE ... FROM and DELETE ... USING, is one
	Subqueries int // queries below the statement, in CTEs too
	Items      int // of lists behind IN, of arrays, of VALUES and of rows of an insert, in all; and of each list that is bound

	// Rows bounds LIMIT of a query: it is put where there is none, and put in the place
	// of a larger one. A parameter in LIMIT is held to it when it is bound. What is loaded with
	// the rows of entities is not counted.
	Rows int
	// RequireLimit refuses a query without LIMIT, or with one larger than Rows, instead.
	RequireLimit bool
}

// limited is what became of LIMIT before a statement's entities were expanded.
type limited struct {
	done     bool
	problems []Problem
	checks   []Check
	byValue  []expr.Value
}

// limit is limitRows before the rest.
func (p *Policy) limit(stmt expr.Statement, found *limited) expr.Statement {
	a := &admission{p: p, stmt: stmt}
	stmt = a.limitRows(stmt)
	*found = limited{true, a.problems, a.checks, a.byValue}
	return stmt
}

// Limited returns a query with the LIMIT that the policy puts, if it puts one: what is loaded
// with the rows of entities is found by it.
func (p *Policy) Limited(stmt expr.Statement) expr.Statement {
	if p == nil || p.unrestricted || p.limits.Rows <= 0 {
		return stmt
	}
	return p.limit(stmt, new(limited))
}

// Unlimited returns the policy without its limits: it is for statements that a host makes of
// one that was admitted, as those that load what its rows lead to. All other rules hold.
func (p *Policy) Unlimited() *Policy {
	if p == nil || p.plan == nil || p.limits == (Limits{}) {
		return p
	}
	p.plan.loads.Do(func() { p.plan.unlimited = p.WithLimits(Limits{}) })
	return p.plan.unlimited
}

// WithLimits returns a policy with these limits.
func (p *Policy) WithLimits(l Limits) *Policy { return p.with(func(c *Policy) { c.limits = l }) }

// sizes counts what [Limits] bound.
type sizes struct{ joins, subqueries, items int }

func (a *admission) sizes() {
	l := a.p.limits
	check := func(what string, got, most int) {
		if most > 0 && got > most {
			a.refuse(CodeLimit, "size:"+what, "expected at most %d, got %d", most, got)
		}
	}
	check("nodes", expr.Size(a.stmt), l.Nodes)
	check("joins", a.counted.joins, l.Joins)
	check("subqueries", a.counted.subqueries, l.Subqueries)
	check("items", a.counted.items, l.Items)
}

// list holds a list that a statement is run with to the limits.
func (a *admission) list(n *expr.ParamExpr) {
	if most := a.p.limits.Items; most > 0 && n.Type().IsArray() && !n.Parameter().IsHost() {
		a.checks = append(a.checks, Check{Value: expr.Of(n), Most: int64(most), Column: n.Parameter().Name()})
	}
}

// limitRows holds LIMIT of a query to the limits, and returns the query that is.
func (a *admission) limitRows(stmt expr.Statement) expr.Statement {
	most := a.p.limits.Rows
	if most <= 0 && !a.p.limits.RequireLimit {
		return stmt
	}
	var limit expr.Expr
	var put func() expr.Statement
	switch q := stmt.(type) {
	case *expr.SelectStmt:
		if limit = q.LimitClause(); q.IsWithTies() && most > 0 {
			a.refuse(CodeLimit, "limit", "WITH TIES may give more rows than %d", most)
			return stmt
		}
		put = func() expr.Statement { return q.Limit(expr.HostLiteral(expr.Int(int64(most)))) }
	case *expr.CompoundStmt:
		limit = q.LimitClause()
		put = func() expr.Statement { return q.Limit(expr.HostLiteral(expr.Int(int64(most)))) }
	default:
		return stmt
	}
	switch n := limit.Node().(type) {
	case nil:
		if a.p.limits.RequireLimit {
			a.refuse(CodeLimit, "limit", "a query needs a LIMIT%s", upTo(most))
			return stmt
		}
		return put()
	case *expr.LiteralExpr:
		a.byValue = append(a.byValue, n.Value())
		if v := n.Value(); most > 0 && (v.IsNull() || v.Int() > int64(most)) {
			if a.p.limits.RequireLimit {
				a.refuse(CodeLimit, "limit", "expected a LIMIT%s, got %s", upTo(most), v)
				return stmt
			}
			return put()
		}
	case *expr.ParamExpr:
		if most > 0 {
			a.checks = append(a.checks, Check{Value: limit, Most: int64(most), Column: "LIMIT"})
		}
	default:
		if most > 0 {
			a.refuse(CodeLimit, "limit", "expected a number or a parameter in LIMIT, got %s", n.Op())
		}
	}
	return stmt
}

func upTo(most int) string {
	if most <= 0 {
		return ""
	}
	return " of at most " + strconv.Itoa(most)
}
