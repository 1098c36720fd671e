// Package policy says what may be asked. A [Policy] admits a statement, from Go,
// a script or bytes alike, between resolving and compiling: a dialect compiles
// nothing but an [Admitted] one.
//
//	pol := policy.New().AllowSelect()
//	stmt, err := pol.Admit(q)
//
// Policies so far are of statement kinds, and of grants: what needs one, such as
// raw text, is refused where [Policy.Grant] does not give it. [Unrestricted] admits all that
// resolves: it is the one way round, and easy to find.
package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
)

// Policy is what a host allows. It is immutable and safe for concurrent use; the
// zero Policy allows nothing, nor does a nil one.
type Policy struct {
	unrestricted bool
	kinds        map[expr.Op]bool
	grants       map[expr.Grant]bool
}

// New returns a policy that allows nothing.
func New() *Policy { return &Policy{} }

// Unrestricted returns the policy that allows everything.
func Unrestricted() *Policy { return &Policy{unrestricted: true} }

// AllowSelect returns a policy that allows SELECT, too, and compounds of it.
func (p *Policy) AllowSelect() *Policy { return p.allow(expr.OpSelect, expr.OpCompound) }

// AllowInsert returns a policy that allows INSERT, too. What a change reads in queries
// of its own needs AllowSelect; so for updates and deletes.
func (p *Policy) AllowInsert() *Policy { return p.allow(expr.OpInsert) }

// AllowUpdate returns a policy that allows UPDATE, too, and ON CONFLICT DO UPDATE.
func (p *Policy) AllowUpdate() *Policy { return p.allow(expr.OpUpdate) }

// AllowDelete returns a policy that allows DELETE, too.
func (p *Policy) AllowDelete() *Policy { return p.allow(expr.OpDelete) }

// AllowText returns a policy that allows whole statements of raw text, too, which
// need the grant of raw text beside it. What they do is for no policy to see.
func (p *Policy) AllowText() *Policy { return p.allow(expr.OpTextStmt) }

func (p *Policy) allow(kinds ...expr.Op) *Policy {
	return p.with(func(c *Policy) { c.kinds = also(c.kinds, kinds) })
}

// Grant returns a policy that gives these grants, too: see [expr.Grant].
func (p *Policy) Grant(grants ...expr.Grant) *Policy {
	return p.with(func(c *Policy) { c.grants = also(c.grants, grants) })
}

func (p *Policy) with(change func(*Policy)) *Policy {
	var c Policy
	if p != nil {
		c = *p
	}
	change(&c)
	return &c
}

// also returns the set with more in it.
func also[T comparable](set map[T]bool, more []T) map[T]bool {
	all := maps.Clone(set)
	if all == nil {
		all = map[T]bool{}
	}
	for _, v := range more {
		all[v] = true
	}
	return all
}

// Admitted is a resolved statement that a policy has let through.
type Admitted struct{ resolved *expr.Resolved }

// Resolved returns the statement, or nil for the zero Admitted.
func (a *Admitted) Resolved() *expr.Resolved {
	if a == nil {
		return nil
	}
	return a.resolved
}

// Admit resolves a statement and checks it. The error is an *[expr.Error] for a
// statement that cannot be, and an *[Error] for one that is not allowed.
func (p *Policy) Admit(stmt expr.Node) (*Admitted, error) {
	r, err := expr.Resolve(stmt)
	if err != nil {
		return nil, err
	}
	if problems := p.problems(stmt, r); problems != nil {
		return nil, &Error{problems}
	}
	for _, o := range r.Occurrences().All() {
		o.Allow()
	}
	return &Admitted{r}, nil
}

// problems lists what of a statement is not allowed.
func (p *Policy) problems(stmt expr.Node, r *expr.Resolved) []Problem {
	if p == nil {
		p = New()
	}
	if p.unrestricted {
		return nil
	}
	return p.refused(stmt, r)
}

func (p *Policy) refused(stmt expr.Node, r *expr.Resolved) (problems []Problem) {
	seen := map[expr.Op]bool{}
	check := func(kind expr.Op) {
		if !seen[kind] && !p.kinds[kind] {
			problems = append(problems, Problem{CodeStatement, "statement:" + kind.String(), "statements of this kind are not allowed"})
		}
		seen[kind] = true
	}
	check(stmt.Op())
	for _, kind := range r.Changes().All() {
		check(kind)
	}
	_, reads := stmt.(expr.Query)
	grants := expr.GrantsOf(stmt)
	if !reads || slices.Contains(grants, expr.GrantRaw) {
		expr.Walk(stmt, func(n expr.Node) bool {
			if q, ok := n.(expr.Query); ok && (!reads || q.Op() == expr.OpTextStmt) {
				check(q.Op())
			}
			return true
		})
	}
	for _, g := range grants {
		if !p.grants[g] {
			problems = append(problems, Problem{CodeGrant, "grant:" + string(g), "it is not granted"})
		}
	}
	return problems
}

// Code names a sort of [Problem]; codes are stable.
type Code string

// The codes.
const (
	CodeStatement Code = "policy_statement" // a statement kind that is not allowed
	CodeGrant     Code = "policy_grant"     // what needs a grant that is not given
)

// Problem is one thing in a statement that a policy does not allow.
type Problem struct {
	Code   Code
	What   string // "statement:delete", "grant:raw"
	Reason string
}

// Error is everything in a statement that a policy does not allow.
type Error struct{ Problems []Problem }

// Error lists the problems.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = fmt.Sprintf("%s: %s", p.What, p.Reason)
	}
	return "policy: refused: " + strings.Join(lines, "; ")
}
