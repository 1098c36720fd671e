package policy

import (
	"fmt"
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Values are the values of the host's that a policy asks for, by name: Go values, as
// expr.ValueOf takes them.
type Values map[string]any

// HostValues returns the values of the host's that the rules name, each once, by the tables'
// names.
func (p *Policy) HostValues() expr.List[*expr.Parameter] {
	if p == nil {
		return expr.List[*expr.Parameter]{}
	}
	var list []*expr.Parameter
	find := func(n expr.Node) bool {
		if x, ok := n.(*expr.ParamExpr); ok && x.Parameter().IsHost() &&
			!slices.ContainsFunc(list, func(known *expr.Parameter) bool { return known.Name() == x.Parameter().Name() }) {
			list = append(list, x.Parameter())
		}
		return true
	}
	for _, t := range p.sorted() {
		expr.Walk(t.rows.Node(), find)
		for _, c := range t.of.Columns() {
			expr.Walk(t.masks[c].Node(), find)
		}
	}
	return expr.ListOf(list)
}

// Text is a value as text, such as that of a flag: it is parsed as the type that is needed.
type Text string

// For returns those that a statement needs, in their types. The error is an *[Error] with
// everything that is missing or does not fit.
func (v Values) For(needed expr.List[*expr.Parameter]) (map[string]expr.Value, error) {
	if needed.Len() == 0 {
		return nil, nil
	}
	values := make(map[string]expr.Value, needed.Len())
	var problems []Problem
	for _, p := range needed.All() {
		given, ok := v[p.Name()]
		if !ok {
			names := make([]string, 0, len(v))
			for name := range v {
				names = append(names, name)
			}
			problems = append(problems, Problem{CodePolicy, "value:" + p.Name(), "the session has none of this name" + schema.DidYouMean(p.Name(), names)})
			continue
		}
		if keys, ok := given.(expr.Value); ok && p.Name() == expr.KeyList { // the engine's own
			values[p.Name()] = keys
			continue
		}
		var value expr.Value
		var err error
		if text, ok := given.(Text); ok {
			value, err = expr.ParseValue(p.Type(), string(text))
		} else {
			value, err = expr.ValueOf(given, p.Type())
		}
		switch {
		case err != nil: // which quotes the value: it is not for whoever wrote the statement
			problems = append(problems, Problem{CodePolicy, "value:" + p.Name(), fmt.Sprintf("expected one of type %s, got %T", p.Type(), given)})
		case value.IsNull():
			problems = append(problems, Problem{CodePolicy, "value:" + p.Name(), "it is NULL, which no row's is"})
		}
		values[p.Name()] = value
	}
	if problems != nil {
		return nil, &Error{problems}
	}
	return values, nil
}
