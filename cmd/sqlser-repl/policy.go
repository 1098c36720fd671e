package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind/luapolicy"
	"github.com/sqlser/sqlser/schema"
)

// govern puts a database under the policy of -policy: what that leaves out is not there.
func (a *app) govern(ctx context.Context, d *database) error {
	if a.opts.policy == "" {
		if len(a.opts.policyArgs) > 0 {
			return usagef("-policy-arg: for which policy? Say -policy file.lua")
		}
		return nil
	}
	b, err := os.ReadFile(a.opts.policy)
	if err != nil {
		return usagef("-policy: cannot read %s: %s", a.opts.policy, reasonOf(err))
	}
	if d.policy, err = luapolicy.Load(ctx, a.opts.policy, string(b), d.meta, a.printing(a.stderr)); err != nil {
		return err
	}
	d.values = policy.Values{}
	var asked []string
	for _, p := range d.policy.HostValues().All() {
		asked = append(asked, p.Name())
	}
	for _, p := range a.opts.policyArgs {
		if !slices.Contains(asked, p.name) {
			return usagef("-policy-arg: the policy asks for no value %q%s", p.name, schema.DidYouMean(p.name, asked))
		}
		d.values[p.name] = policy.Text(p.text)
	}
	d.meta, err = d.policy.Expose(d.meta)
	return err
}

// rules is the option of a session: without a policy all is allowed that the database
// allows to whoever sits at the command line.
func (d *database) rules() engine.Option {
	if d.policy == nil {
		return engine.WithPolicy(policy.Unrestricted())
	}
	return engine.WithPolicy(d.policy, d.values)
}

// compile says a statement in a dialect, as the database's policy lets it be and with
// the conditions of the parameters that are given.
func (d *database) compile(stmt expr.Node, in *dialect.Dialect, params map[string]expr.Value) (*dialect.Statement, error) {
	stmt = expr.Given(stmt, func(name string) bool { _, ok := params[name]; return ok })
	if d.policy == nil {
		return compile(stmt, in)
	}
	admitted, err := d.policy.Admit(stmt)
	if err != nil {
		return nil, err
	}
	return in.Compile(admitted)
}

var policyCommand = &command{
	name: "policy", args: "explain Q", doc: "the query as the database will see it under -policy, or why it is refused",
	flags: []string{"db", "meta", "e", "o", "p", "dialect", "policy", "policy-arg", "read-only", "trust", "purpose", "audience"},
	run:   runPolicy,
}

// runPolicy explains what a policy makes of a query.
func runPolicy(ctx context.Context, a *app, words []string) error {
	if len(words) == 0 || words[0] != "explain" {
		return usagef("policy: expected: policy explain Q -policy file.lua")
	}
	if a.opts.policy == "" {
		return usagef("policy: which policy? Say -policy file.lua")
	}
	s, d, err := a.openFor(ctx, "policy explain", words[1:])
	if err != nil {
		return err
	}
	defer d.Close()
	in, err := a.dialectFor(d)
	if err != nil {
		return err
	}
	q, params, err := a.statement(ctx, s, d, false)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "-- policy %s\n", d.policy.Fingerprint()[:16])
	stmt, err := d.compile(q, in, params)
	var no *policy.Error
	if errors.As(err, &no) {
		for _, p := range no.Problems {
			fmt.Fprintf(a.out, "-- refused: %s %s: %s\n", p.Code, show.Visible(p.What), show.Visible(p.Reason))
		}
	}
	if err != nil {
		return err
	}
	var named []string
	for _, p := range stmt.HostValues().All() {
		named = append(named, p.Name()+" "+p.Type().String())
	}
	if len(named) > 0 {
		fmt.Fprintf(a.out, "-- the host's values: %s\n", show.Visible(strings.Join(named, ", ")))
	}
	t, err := textOf(q, stmt, params, d.values)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(a.out, a.sqlText(t))
	return err
}
