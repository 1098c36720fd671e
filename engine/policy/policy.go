// Package policy says what may be asked. A [Policy] admits a statement, from Go,
// a script or bytes alike, between resolving and compiling: a dialect compiles
// nothing but an [Admitted] one.
//
//	pol := policy.New().AllowSelect().Table(users,
//		policy.Read("id", "name"),
//		policy.Rows(expr.Table(users).C("tenant_id").Eq(policy.Value("tenant"))))
//	stmt, err := pol.Admit(q)
//
// A policy allows statement kinds; it may name tables, and then no others exist, with what
// may be done with their columns; it bounds sizes, and lists functions. What needs a grant,
// such as raw text, is refused where [Policy.Grant] does not give it. [Unrestricted] admits
// all that resolves: it is the one way round, and easy to find.
//
// Row filters ([Rows]) hold wherever a table stands: a query of the rows that may be seen
// takes its place, so that joins keep their meaning and statements cannot tell the rest
// from rows that are not there; changes get the condition, and new rows its values. What
// cannot be proved filtered is refused. Where what can fail, such as a cast, would be
// evaluated of rows that are left out, a fence keeps the database from it.
//
// What a filter does not hide: that a unique key is taken by a row of another tenant, that
// a foreign key's row exists, gaps in sequences, locks, time. Cascades of the database
// reach all rows. SIDECHANNELS.md lists each such way, and what a host can do.
package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Policy is what a host allows. It is immutable and safe for concurrent use; the
// zero Policy allows nothing, nor does a nil one.
type Policy struct {
	unrestricted bool
	kinds        map[expr.Op]bool
	grants       map[expr.Grant]bool
	tables       map[*schema.Table]*table // nil: all
	few          []*table                 // the same, where they are few: these are searched sooner
	functions    map[string]bool          // nil: all but those that read tables
	deniedKinds  map[expr.Op]bool
	operators    map[string]bool // that are refused, as people write them
	watched      *watched        // the same, as nodes are asked; nil for none
	limits       Limits
	filters      bool               // a table's rows or columns are not all shown as they are
	hides        bool               // there are columns that may not be read, or tables that do not exist
	wrong        bool               // Err has something to say
	metas        []*schema.MetaData // of all tables that rules name
	plan         *planKey
}

// New returns a policy that allows nothing.
func New() *Policy { return &Policy{plan: new(planKey)} }

// Unrestricted returns the policy that allows everything.
func Unrestricted() *Policy { return &Policy{unrestricted: true, plan: new(planKey)} }

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
	c.plan = new(planKey)
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

// Table returns a policy that allows a table, too, as the rules say; without rules, for
// whatever statements the policy allows. Once one table is allowed, all others do not
// exist. A table that is said twice has the rules of both.
func (p *Policy) Table(t *schema.Table, rules ...Rule) *Policy {
	return p.with(func(c *Policy) {
		if t == nil {
			t = schema.Detached([]string{"nil"}, "")
		}
		t = t.Base()
		own := &table{of: t}
		if said := c.tables[t]; said != nil {
			own = said.clone()
		}
		for _, rule := range rules {
			rule(own)
		}
		own.finish()
		own.build()
		c.tables = set(c.tables, t, own)
		if c.few = nil; len(c.tables) <= 8 {
			c.few = slices.Collect(maps.Values(c.tables))
		}
		c.wrong = c.wrong || len(own.problems) > 0
		c.metas = own.metas(slices.Clone(c.metas))
		c.filters = c.filters || own.replaced() || len(own.grouped) > 0
		c.hides = c.leavesOut()
	})
}

// AllowFunctions returns a policy that allows only the functions named, those of earlier
// calls, and those that have a grant. A function that reads tables by itself must be named,
// and is never allowed beside row filters.
func (p *Policy) AllowFunctions(names ...string) *Policy {
	return p.with(func(c *Policy) { c.functions = also(c.functions, names) })
}

// DenyKinds returns a policy that refuses node kinds, such as expr.OpRegexp.
func (p *Policy) DenyKinds(kinds ...expr.Op) *Policy {
	return p.with(func(c *Policy) {
		c.deniedKinds = also(c.deniedKinds, kinds)
		c.watch()
	})
}

// DenyOperators returns a policy that refuses operators, as people write them: "||", "LIKE",
// "IS DISTINCT FROM". One that no operator of sqlser's is called is an error of the policy.
func (p *Policy) DenyOperators(operators ...string) *Policy {
	return p.with(func(c *Policy) {
		c.operators = also(c.operators, operators)
		c.watch()
		c.wrong = c.Err() != nil
	})
}

// Err reports what is wrong with the rules, as an *[Error]: such a policy admits nothing.
func (p *Policy) Err() error {
	if p == nil {
		return nil
	}
	var problems []Problem
	for _, op := range sortedKeys(p.operators) {
		if known := operators(); !slices.Contains(known, op) {
			problems = append(problems, Problem{CodePolicy, "policy", fmt.Sprintf("there is no operator %q%s", op, schema.DidYouMean(op, known))})
		}
	}
	for _, t := range p.sorted() {
		for _, reason := range t.problems {
			problems = append(problems, Problem{CodePolicy, "policy", reason})
		}
	}
	if problems == nil {
		return nil
	}
	return &Error{problems}
}

// sorted returns the tables by name.
func (p *Policy) sorted() []*table {
	return slices.SortedFunc(maps.Values(p.tables), func(a, b *table) int { return strings.Compare(a.of.String(), b.of.String()) })
}

// leavesOut reports whether there are columns that may not be read, or other tables.
func (p *Policy) leavesOut() bool {
	for _, t := range p.tables {
		for _, c := range t.of.Columns() {
			if !t.allows(read, c) {
				return true
			}
		}
		for _, k := range t.of.ForeignKeys() {
			if p.tables[k.Referred().Base()] == nil {
				return true
			}
		}
	}
	return false
}

// FiltersRows reports whether the policy shows of some table less than there is, rows,
// columns or the tables that its keys lead to: what a database says of its errors, which
// may quote them, is not for whoever asks then.
func (p *Policy) FiltersRows() bool { return p != nil && (p.filters || p.hides) }

// Expose returns the part of a frozen MetaData that exists under the policy, to show to
// scripts and to bind stored queries to: all of it where the policy names no tables.
func (p *Policy) Expose(m *schema.MetaData) (*schema.MetaData, error) {
	if p == nil || p.tables == nil || p.unrestricted {
		return m, nil
	}
	return m.Exposed(func(t *schema.Table, c *schema.Column) bool {
		rule := p.rule(t)
		return rule != nil && (c == nil || rule.exposes(c.Base()))
	})
}

// Admit resolves a statement and checks it. The error is an *[expr.Error] for a
// statement that cannot be, and an *[Error] for one that is not allowed. Of conditions
// that stand there if a parameter is given, it sees those that are left: see [expr.Given].
func (p *Policy) Admit(stmt expr.Node) (*Admitted, error) {
	if p == nil {
		p = New()
	}
	if expr.IsConditional(stmt) {
		stmt = expr.Given(stmt, nil)
	}
	var before limited
	if s, ok := stmt.(expr.Statement); ok && expr.HasEntities(s) { // the rules are of tables and columns
		if p.ruled() { // but for LIMIT, which is of the rows that others are joined to
			s = p.limit(s, &before)
		}
		x, err := expr.Expand(s)
		if err != nil {
			return nil, err
		}
		stmt = x.Statement()
	}
	if p.ruled() {
		return p.admit(stmt, before)
	}
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
	return &Admitted{resolved: r}, nil
}

// ruled reports whether the policy says more than kinds and grants.
func (p *Policy) ruled() bool {
	return !p.unrestricted && (p.tables != nil || p.functions != nil || p.deniedKinds != nil || p.operators != nil || p.limits != Limits{})
}

// problems lists what of a statement is not allowed.
func (p *Policy) problems(stmt expr.Node, r *expr.Resolved) []Problem {
	if p.unrestricted {
		return nil
	}
	return p.refused(stmt, r)
}

// kind adds a kind of statement to those that are not allowed, if it is one.
func (p *Policy) kind(problems []Problem, kind expr.Op) []Problem {
	if p.kinds[kind] {
		return problems
	}
	no := Problem{CodeStatement, "statement:" + kind.String(), "statements of this kind are not allowed"}
	if slices.Contains(problems, no) {
		return problems
	}
	return append(problems, no)
}

// within adds the kinds of queries in a statement that are not allowed: of one that reads,
// those of raw text alone, as others are of its own kind.
func (p *Policy) within(problems []Problem, stmt expr.Node, reads bool) []Problem {
	expr.Walk(stmt, func(n expr.Node) bool {
		if q, ok := n.(expr.Query); ok && (!reads || q.Op() == expr.OpTextStmt) {
			problems = p.kind(problems, q.Op())
		}
		return true
	})
	return problems
}

func (p *Policy) refused(stmt expr.Node, r *expr.Resolved) []Problem {
	problems := p.kind(nil, stmt.Op())
	for _, kind := range r.Changes().All() {
		problems = p.kind(problems, kind)
	}
	_, reads := stmt.(expr.Query)
	grants := expr.GrantsOf(stmt)
	if !reads || slices.Contains(grants, expr.GrantRaw) {
		problems = p.within(problems, stmt, reads)
	}
	for _, g := range grants {
		if !p.grants[g] {
			problems = append(problems, Problem{CodeGrant, "grant:" + string(g), "it is not granted"})
		}
	}
	return problems
}
