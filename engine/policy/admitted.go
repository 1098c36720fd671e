package policy

import (
	"fmt"
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Admitted is a resolved statement that a policy has let through.
type Admitted struct {
	resolved *expr.Resolved
	checks   []Check
	byValue  []expr.Value
}

// ByValue returns values of literals that the policy has looked at. All statements of this
// one's shape, see [expr.AppendShape], that have the same in their places are admitted as it
// is: what it is compiled to then serves with other values of the other literals.
func (a *Admitted) ByValue() []expr.Value {
	if a == nil {
		return nil
	}
	return slices.Clone(a.byValue)
}

// Resolved returns the statement, or nil for the zero Admitted.
func (a *Admitted) Resolved() *expr.Resolved {
	if a == nil {
		return nil
	}
	return a.resolved
}

// Release takes back the memory of the resolved statement, see [expr.Resolved.Release]: it
// is for who has compiled it, and is done with it. What it was compiled to stays.
func (a *Admitted) Release() {
	if a != nil && a.resolved != nil {
		a.resolved.Release()
		a.resolved = nil
	}
}

// Checks returns what must hold of the values that the statement runs with.
func (a *Admitted) Checks() expr.List[Check] { return expr.ListOf(a.checks) }

// HostValues returns the values of the host's that the statement needs.
func (a *Admitted) HostValues() expr.List[*expr.Parameter] {
	list := a.Resolved().HostValues()
	var more []*expr.Parameter
	for _, k := range a.checks {
		n, ok := k.Must.Node().(*expr.ParamExpr)
		known := func(p *expr.Parameter) bool { return p.Name() == n.Parameter().Name() }
		if !ok || slices.ContainsFunc(more, known) {
			continue
		}
		found := false
		for _, p := range list.All() {
			found = found || known(p)
		}
		if !found {
			more = append(more, n.Parameter())
		}
	}
	if more == nil {
		return list
	}
	for _, p := range list.All() {
		more = append(more, p)
	}
	return expr.ListOf(more)
}

// Check is something that must hold of a value that a statement runs with: it is Must,
// or, where Most is not 0, a number up to that, or a list of so many.
type Check struct {
	Value  expr.Expr // a literal or a parameter
	Must   expr.Expr // a literal or a value of the host's
	Most   int64
	Column string // what the value is of
}

// Holds reports whether the check holds of the values of its expressions.
func (k Check) Holds(value, must expr.Value) bool {
	if k.Most > 0 && k.Value.Type().IsArray() {
		items, err := value.Values(k.Value.Type().Elem())
		return value.IsNull() || err == nil && int64(len(items)) <= k.Most
	}
	if k.Most > 0 {
		return !value.IsNull() && value.Kind() == schema.KindBigInteger && value.Int() <= k.Most
	}
	return !value.IsNull() && value == must
}

// Refused returns the error of a check that does not hold.
func (k Check) Refused() error {
	if k.Most > 0 && k.Value.Type().IsArray() {
		return &Error{[]Problem{{CodeLimit, "size:items", fmt.Sprintf("expected a list of at most %d", k.Most)}}}
	}
	if k.Most > 0 {
		return &Error{[]Problem{{CodeLimit, "limit", fmt.Sprintf("expected at most %d", k.Most)}}}
	}
	return &Error{[]Problem{{CodeRows, "column:" + k.Column, "the row would be another's"}}}
}
