// Package luapolicy reads policies that are Lua files, as luabind.LoadPolicy describes
// them:
//
//	pol, err := luapolicy.Load(ctx, "shop.lua", source, meta)
//	sess := eng.Session(engine.WithPolicy(pol, policy.Values{"tenant": 7}))
package luapolicy

import (
	"context"
	"fmt"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

// Load runs a policy script in a sandbox and returns the policy that it describes, over
// the tables of meta. The error is a *[luabind.Error] of the script, or a *[policy.Error]
// of what it says.
func Load(ctx context.Context, name, source string, meta *schema.MetaData, options ...luabind.Option) (*policy.Policy, error) {
	file, err := luabind.LoadPolicy(ctx, name, source, meta, options...)
	if err != nil {
		return nil, err
	}
	p, err := Of(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// Of makes a policy of what a script says.
func Of(file *luabind.PolicyFile) (*policy.Policy, error) {
	p := policy.New()
	allow := map[string]func() *policy.Policy{
		"select": func() *policy.Policy { return p.AllowSelect() },
		"insert": func() *policy.Policy { return p.AllowInsert() },
		"update": func() *policy.Policy { return p.AllowUpdate() },
		"delete": func() *policy.Policy { return p.AllowDelete() },
		"text":   func() *policy.Policy { return p.AllowText() },
	}
	for _, kind := range file.Statements {
		f := allow[kind]
		if f == nil {
			names := []string{"select", "insert", "update", "delete", "text"}
			return nil, wrong("statements: there is no kind %q%s", kind, schema.DidYouMean(kind, names))
		}
		p = f()
	}
	for _, g := range file.Grants {
		p = p.Grant(expr.Grant(g))
	}
	kinds := map[string]expr.Op{}
	var names []string
	for op := expr.Op(1); op.Known(); op++ {
		kinds[op.String()] = op
		names = append(names, op.String())
	}
	for _, kind := range file.DenyKinds {
		op, ok := kinds[kind]
		if !ok {
			return nil, wrong("deny_kinds: there is no node kind %q%s", kind, schema.DidYouMean(kind, names))
		}
		p = p.DenyKinds(op)
	}
	if len(file.DenyOperators) > 0 {
		p = p.DenyOperators(file.DenyOperators...)
	}
	if file.Functions != nil {
		p = p.AllowFunctions(file.Functions...)
	}
	l := file.Limits
	if l != nil || file.RequireLimit {
		p = p.WithLimits(policy.Limits{
			Nodes: l["nodes"], Joins: l["joins"], Subqueries: l["subqueries"], Items: l["items"], Rows: l["rows"], RequireLimit: file.RequireLimit,
		})
	}
	for _, t := range file.Tables {
		p = p.Table(t.Table, rules(t)...)
	}
	return p, p.Err()
}

func rules(t luabind.PolicyTable) (rules []policy.Rule) {
	for use, rule := range map[string]func(...string) policy.Rule{
		"read": policy.Read, "filter": policy.Filter, "order": policy.Order, "write": policy.Write, "deny": policy.Deny,
	} {
		if columns, said := t.Uses[use]; said {
			rules = append(rules, rule(columns...))
		}
	}
	if !t.Rows.IsZero() {
		rules = append(rules, policy.Rows(t.Rows))
	}
	for column, mask := range t.Masks {
		rules = append(rules, policy.Mask(column, mask))
	}
	if len(t.Aggregates) > 0 {
		rules = append(rules, policy.AggregateOnly(t.Least, t.Aggregates...))
	}
	if t.Cascades {
		rules = append(rules, policy.Cascades())
	}
	return rules
}

func wrong(format string, args ...any) error {
	return &policy.Error{Problems: []policy.Problem{{Code: policy.CodePolicy, What: "policy", Reason: fmt.Sprintf(format, args...)}}}
}
