package expr

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// ParamProblem is one parameter whose value does not fit.
type ParamProblem struct{ Name, Reason string }

// Compare orders problems by name.
func (p ParamProblem) Compare(q ParamProblem) int { return cmp.Compare(p.Name, q.Name) }

// ParamError is every parameter whose value does not fit, sorted by name.
type ParamError struct{ Problems []ParamProblem }

// Error lists the parameters.
func (e *ParamError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = fmt.Sprintf("parameter %q: %s", p.Name, p.Reason)
	}
	return strings.Join(lines, "; ")
}

// Unwrap returns an *[Error] for each problem.
func (e *ParamError) Unwrap() []error {
	errs := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		errs[i] = fail(CodeValue, "parameter %q: %s", p.Name, p.Reason)
	}
	return errs
}

// ParamValues makes values of the parameters that are given, by name, and checks
// each: Go values as [Of] takes them. The error is a *[ParamError] with everything
// that does not fit, and with what is given and not declared.
func ParamValues(declared []*Parameter, given map[string]any) (map[string]Value, error) {
	values := make(map[string]Value, len(given))
	var wrong []ParamProblem
	known := 0
	for _, p := range declared {
		v, ok := given[p.Name()]
		if !ok {
			continue
		}
		known++
		value, err := p.value(v)
		if err != nil {
			wrong = append(wrong, ParamProblem{p.Name(), reasonOf(err)})
		}
		values[p.Name()] = value
	}
	if known < len(given) {
		names := make([]string, len(declared))
		for i, p := range declared {
			names[i] = p.Name()
		}
		for name := range given {
			if slices.Contains(names, name) {
				continue
			}
			reason := "the query has none of this name"
			if len(wrong) < 8 { // each compares all names
				reason += schema.DidYouMean(name, names)
			}
			wrong = append(wrong, ParamProblem{name, reason})
		}
	}
	if len(wrong) > 0 {
		slices.SortFunc(wrong, ParamProblem.Compare)
		return nil, &ParamError{wrong}
	}
	return values, nil
}

// value makes a value of one that the parameter is given, and checks it.
func (p *Parameter) value(given any) (Value, error) {
	v, err := ValueOf(given, p.typ)
	if err == nil {
		err = p.checkRange(v)
	}
	if err == nil {
		err = p.Check(v)
	}
	return v, err
}

// checkRange checks that numbers are not beyond the parameter's type, of a list each.
func (p *Parameter) checkRange(v Value) error {
	t, values := p.typ, []Value{v}
	if t.IsArray() && !v.IsNull() {
		t = t.Elem()
		var err error
		if values, err = v.Values(t); err != nil {
			return err
		}
	}
	if t.Family() != schema.FamilyInteger && t.Kind() != schema.KindFloat {
		return nil
	}
	for i, one := range values {
		if tooLarge := one.Kind() == schema.KindDouble && math.Abs(one.Float()) > math.MaxFloat32 && !math.IsInf(one.Float(), 0); !tooLarge && unfit(t, one) == "" {
			continue
		}
		item := ""
		if p.typ.IsArray() {
			item = fmt.Sprintf("item %d: ", i+1)
		}
		return fail(CodeValue, "%s%s is out of the range of %s", item, one, t)
	}
	return nil
}

// reasonOf is an Error without its place.
func reasonOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason + e.Hint
	}
	return err.Error()
}

// Bind returns n with values for some or all of its parameters, which stay: another
// value, with other bytes. Params are Go values as [Of] takes them; the error is a
// *[ParamError] with everything that does not fit.
func Bind[N Node](n N, params map[string]any) (N, error) {
	var none N
	if err := Err(n); err != nil {
		return none, err
	}
	values, err := ParamValues(DependenciesOf(n).Parameters, params)
	if err != nil {
		return none, err
	}
	isGiven := func(name string) bool { _, ok := values[name]; return ok }
	bound := map[*Parameter]*Parameter{}
	to := Rewrite(settle(n, &settler{given: isGiven, keep: true}), func(n Node) Node {
		x, ok := n.(*ParamExpr)
		if !ok {
			return n
		}
		v, given := values[x.p.Name()]
		if !given {
			return n
		}
		if bound[x.p] == nil {
			bound[x.p] = x.p.Bound(v)
		}
		return ParamOf(bound[x.p]).Node()
	})
	if err := Err(to); err != nil {
		return none, err
	}
	same, _ := to.(N)
	return same, nil
}
