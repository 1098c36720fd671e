package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// param is what -p gives one parameter: a text, or of a file what JSON has for it.
type param struct {
	name, text string
	json       json.RawMessage // of a file; else nil
}

// addParam reads -p: name=value, where a list has one for each of its values, or
// @file.json, an object of names and values.
func (o *options) addParam(v string) error {
	if file, ok := strings.CutPrefix(v, "@"); ok {
		return o.addParamFile(file)
	}
	name, text, ok := strings.Cut(v, "=")
	if !ok || name == "" {
		return usagef("-p: expected name=value or @file.json, got %q", v)
	}
	o.params = append(o.params, param{name: name, text: text})
	return nil
}

func (o *options) addParamFile(file string) error {
	b, err := readFile(file)
	if err != nil {
		return usagef("-p: cannot read %s: %s", file, reasonOf(err))
	}
	params, err := readParamObject(b)
	if err != nil {
		return usagef("-p: %s: %s", file, err)
	}
	o.params = append(o.params, params...)
	return nil
}

// readParamObject reads the one JSON object of a file.
func readParamObject(b []byte) ([]param, error) {
	var object map[string]json.RawMessage
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(&object); err != nil || object == nil {
		return nil, errors.New("expected a JSON object of parameters and their values")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("expected one JSON object, got more")
	}
	var params []param
	for _, name := range slices.Sorted(maps.Keys(object)) {
		params = append(params, param{name: name, json: object[name]})
	}
	return params, nil
}

// parseParams makes values of parameters by the types that the queries declare. All
// must be declared; where complete is true, all that some query needs must have one. The
// error has everything that is wrong.
func parseParams(params []param, complete bool, queries ...expr.Statement) (map[string]expr.Value, error) {
	declared := map[string]*expr.Parameter{}
	var names []string
	needed := map[string]bool{}
	for _, q := range queries {
		optional := expr.OptionalParameters(q)
		for _, p := range expr.DependenciesOf(q).Parameters {
			if declared[p.Name()] == nil {
				declared[p.Name()] = p
				names = append(names, p.Name())
			}
			_, hasDefault := p.Default()
			needed[p.Name()] = needed[p.Name()] || !hasDefault && !declares(optional, p)
		}
	}
	values := map[string]expr.Value{}
	var problems []error
	wrong := func(name, format string, args ...any) {
		problems = append(problems, fmt.Errorf("-p %s: "+format, append([]any{show.Visible(name)}, args...)...))
	}
	given := map[string][]param{}
	for _, p := range params {
		if given[p.name] = append(given[p.name], p); len(given[p.name]) == 1 && declared[p.name] == nil {
			wrong(p.name, "the query has no such parameter%s", schema.DidYouMean(p.name, names))
		}
	}
	for _, name := range names {
		p := declared[name]
		switch list := given[name]; {
		case len(list) == 0 && complete && needed[name]:
			problems = append(problems, fmt.Errorf("parameter %s needs a value: -p %[1]s=... (%s)", show.Visible(name), p.Type()))
		case len(list) == 0:
		case len(list) > 1 && !p.Type().IsArray():
			wrong(name, "given %d times, and it is no list but of type %s", len(list), p.Type())
		default:
			v, err := givenValue(p.Type(), list)
			if err == nil {
				err = p.Check(v)
			}
			if err != nil {
				wrong(name, "%s", exprReason(err))
			}
			values[name] = v
		}
	}
	if len(problems) > 0 {
		return nil, &usageError{errors.Join(problems...).Error()}
	}
	return values, nil
}

// declares reports whether a parameter is in a list, by its name.
func declares(list []*expr.Parameter, p *expr.Parameter) bool {
	return slices.ContainsFunc(list, func(q *expr.Parameter) bool { return q.Name() == p.Name() })
}

// ofStatement are the values of those parameters that a statement has left: conditions
// of others are not there.
func ofStatement(stmt *dialect.Statement, params map[string]expr.Value) map[string]expr.Value {
	left := map[string]expr.Value{}
	for _, p := range stmt.Parameters().All() {
		if v, ok := params[p.Name()]; ok {
			left[p.Name()] = v
		}
	}
	return left
}

// givenValue makes a value of what was given: of a list its items, or its JSON alone.
func givenValue(t schema.Type, list []param) (expr.Value, error) {
	if !t.IsArray() || len(list) == 1 && list[0].json != nil {
		if list[0].json != nil {
			return jsonValue(t, list[0].json)
		}
		return expr.ParseValue(t, list[0].text)
	}
	if len(list) == 1 && strings.HasPrefix(list[0].text, "[") {
		return expr.ParseValue(t, list[0].text)
	}
	values := make([]expr.Value, len(list))
	for i, p := range list {
		var err error
		if p.json != nil {
			values[i], err = jsonValue(t.Elem(), p.json)
		} else {
			values[i], err = expr.ParseValue(t.Elem(), p.text)
		}
		if err != nil {
			return expr.Value{}, err
		}
	}
	return expr.NewList(t.Elem(), values...)
}

// jsonValue makes a value of JSON: numbers, texts, true, false and null, as -p would
// take their text; of a list an array of them.
func jsonValue(t schema.Type, raw json.RawMessage) (expr.Value, error) {
	var text string
	switch {
	case t.IsArray():
		var items []json.RawMessage
		if err := json.Unmarshal(raw, &items); err != nil || items == nil {
			return expr.Value{}, fmt.Errorf("expected a list of %s, got %.60q", t.Elem(), raw)
		}
		values := make([]expr.Value, len(items))
		for i, item := range items {
			var err error
			if values[i], err = jsonValue(t.Elem(), item); err != nil {
				return expr.Value{}, fmt.Errorf("item %d: %s", i+1, exprReason(err))
			}
		}
		return expr.NewList(t.Elem(), values...)
	case string(raw) == "null":
		return expr.Value{}, nil
	case t.Family() == schema.FamilyJSON:
		var b bytes.Buffer
		if err := json.Compact(&b, raw); err != nil {
			return expr.Value{}, err
		}
		return expr.ParseValue(t, b.String())
	case json.Unmarshal(raw, &text) == nil:
		return expr.ParseValue(t, text)
	case raw[0] == '{' || raw[0] == '[':
		return expr.Value{}, fmt.Errorf("expected a value of type %s, got %.60q", t, raw)
	}
	return expr.ParseValue(t, string(raw))
}
