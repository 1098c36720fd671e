package engine

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// FormParams reads the values of a query's parameters from a form, such as [net/url.Values]: each
// as [expr.ParseValue] reads its type, of all but text without spaces around it and of a boolean
// also on, off, 1 and 0, as boxes and links have it; those of a list as a field that stands several
// times. What is left out has its default, and so has an empty field, except of text. The error is a
// *[ParamError] with a problem for each field that does not fit, is missing or is of no
// parameter. Those that are optional, see [expr.OptionalParameters], may be left out, and of
// them an empty field is none whatever its type.
func FormParams(declared []*expr.Parameter, form map[string][]string, optional ...*expr.Parameter) (Params, error) {
	params := Params{}
	var wrong []ParamProblem
	names := make([]string, len(declared))
	for i, p := range declared {
		names[i] = p.Name()
		texts := form[p.Name()]
		mayLack := slices.ContainsFunc(optional, func(q *expr.Parameter) bool { return q.Name() == p.Name() })
		if len(texts) == 1 && texts[0] == "" && (mayLack || p.Type().Family() != schema.FamilyText) {
			texts = nil
		}
		var v any
		var err error
		switch _, hasDefault := p.Default(); {
		case len(texts) == 0 && (hasDefault || mayLack):
			continue
		case len(texts) == 0:
			err = fmt.Errorf("expected a value of type %s, got none", p.Type())
		case p.Type().IsArray():
			v, err = listOf(p.Type().Elem(), texts)
		case len(texts) > 1:
			err = fmt.Errorf("expected one value, got %d", len(texts))
		default:
			v, err = formValue(p.Type(), texts[0])
		}
		if err != nil {
			wrong = append(wrong, ParamProblem{Name: p.Name(), Reason: reason(err)})
			continue
		}
		params[p.Name()] = v
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if slices.Contains(names, name) {
			continue
		}
		why := "the query has none of this name"
		if len(wrong) < 8 { // each compares all names
			why += schema.DidYouMean(name, names)
		}
		wrong = append(wrong, ParamProblem{Name: name, Reason: why})
	}
	if _, err := expr.ParamValues(declared, params); err != nil { // bounds and lists of values
		if e, ok := err.(*ParamError); ok {
			wrong = append(wrong, e.Problems...)
		}
	}
	if len(wrong) > 0 {
		slices.SortFunc(wrong, ParamProblem.Compare)
		return nil, &ParamError{Problems: wrong}
	}
	return params, nil
}

func listOf(t schema.Type, texts []string) (any, error) {
	list := make([]any, len(texts))
	for i, text := range texts {
		v, err := formValue(t, text)
		if err != nil {
			return nil, fmt.Errorf("value %d: %s", i+1, reason(err))
		}
		list[i] = v
	}
	return list, nil
}

// formValue reads the text of a field.
func formValue(t schema.Type, text string) (expr.Value, error) {
	switch t.Family() {
	case schema.FamilyText, schema.FamilyEnum, schema.FamilyBinary, schema.FamilyUnknown:
		return expr.ParseValue(t, text)
	}
	text = strings.TrimSpace(text)
	if t.Family() == schema.FamilyBoolean {
		switch text {
		case "on", "1":
			return expr.Bool(true), nil
		case "off", "0":
			return expr.Bool(false), nil
		}
	}
	return expr.ParseValue(t, text)
}

// reason is an error without the name of its package.
func reason(err error) string {
	if e, ok := err.(*expr.Error); ok {
		return e.Reason + e.Hint
	}
	return err.Error()
}
