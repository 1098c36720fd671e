package dialect

import (
	"strings"
	"testing"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// casesOfCatalogue has every function of the catalogue that no other case has, with
// the fewest and the most arguments: columns, so that all of them are computed.
func casesOfCatalogue(_ testing.TB, f *fixture) []golden {
	u := f.u
	arguments := map[string]any{
		"any": u.C("age"), "boolean": u.C("active"), "text or bytes": f.name, "date or datetime": u.C("created"), "integer": u.C("age"), "json": u.C("data"),
		"plain text": "a b", "date or time": u.C("seen"), "number": u.C("score"), "element": 5, "integer or decimal": u.C("balance"),
		"array": expr.Array(schema.Integer, 1, u.C("age")), "sortable": u.C("age"), "text": f.name, "text, number, boolean or json": u.C("active"), "bytes": u.C("photo"),
	}
	var all []golden
	for _, fn := range expr.Functions().All() {
		inside := strings.TrimSuffix(strings.TrimPrefix(fn.Signature(), fn.Name()+"("), ")")
		inside = strings.ReplaceAll(strings.TrimSuffix(strings.TrimSuffix(inside, "]"), ", ..."), "text, number, boolean or json", "text~")
		required, optional, _ := strings.Cut(inside, "[")
		var args []any
		var calls []any
		add := func(list string) {
			for _, kind := range strings.Split(list, ", ") {
				if kind != "" {
					args = append(args, arguments[strings.Replace(kind, "text~", "text, number, boolean or json", 1)])
				}
			}
			if fn.Name() == "strftime" {
				args[1] = `%Y-%m-%d "%H:%M"`
			}
			if fn.Kind() == expr.OrderedSetFunction && fn.Name() != "mode" {
				args[0] = 0.5 // the same for all rows
			}
			call := expr.Call(fn, args...)
			switch fn.Kind() {
			case expr.OrderedSetFunction:
				call = call.WithinGroup(u.C("score"))
			case expr.WindowFunction:
				call = call.Over(expr.Window{}.OrderBy(f.id))
			}
			calls = append(calls, call.Label("x"+string(rune('0'+len(calls)))))
		}
		add(required)
		if optional != "" {
			add(optional)
		}
		if fn.Kind() == expr.TableFunction {
			g := expr.Call(fn, args...).TableValued("g", []expr.ColumnType{{Name: "v"}}, false)
			all = append(all, golden{name: "catalogue: " + fn.Name(), q: expr.Select(g.C("v")).From(u, g)})
			continue
		}
		all = append(all, golden{name: "catalogue: " + fn.Name(), q: expr.Select(calls...).From(u)})
	}
	tax, err := expr.NewFunction("tax", expr.FunctionOptions{Args: []schema.Type{schema.Double}, Returns: schema.Double, Spelling: map[string]string{"postgres": "app.tax", "mysql": "tax"}})
	if err != nil {
		panic(err)
	}
	own := expr.UnknownFunc("group_concat", schema.Text, u.C("age"))
	return append(all,
		of(f, "catalogue: a host's own function", expr.Call(tax, u.C("score"))),
		of(f, "catalogue: functions of the database's own", own, expr.UnknownFunc("sqlite_version", schema.Text), expr.UnknownFunc("lower", schema.Text, f.name), own.Over(expr.Window{}.OrderBy(f.id))),
		of(f, "catalogue: the database's own with a filter", own.Filter(f.id.Gt(1)), own.Distinct().OrderBy(f.id)),
		of(f, "catalogue: aggregates with clauses", expr.Func("string_agg", f.name, ", ").OrderBy(f.id.Desc()), expr.Func("string_agg", f.name, ",").Distinct(), expr.Func("bool_and", u.C("active")).Filter(f.id.Gt(1)),
			expr.Func("bit_or", u.C("age")).Filter(f.id.Gt(1)), expr.Func("var_pop", u.C("age")).Filter(f.id.Gt(1))),
		of(f, "catalogue: aggregates over windows", expr.Func("bool_or", u.C("active")).Over(expr.PartitionBy(f.name)), expr.Func("regr_count", u.C("age"), f.id).Filter(f.id.Gt(1)).Over(expr.Window{}.OrderBy(f.id))),
		of(f, "catalogue: lag with a default over a named window", expr.Func("lag", u.C("age"), 2, 0).Over(expr.Window{}.OrderBy(f.id))),
		of(f, "catalogue: string_agg over a window", expr.Func("string_agg", f.name, ", ").Over(expr.PartitionBy(f.id))),
		of(f, "catalogue: json_agg with a filter", expr.Func("json_agg", f.name).Filter(f.id.Gt(1))),
		of(f, "catalogue: a volatile argument twice", expr.Func("iif", u.C("active"), expr.Func("power", expr.Func("random"), 2), 0)),
		of(f, "catalogue: two members of a name", expr.Func("json_build_object", "a", 1, "a", 2)),
		of(f, "catalogue: a member with a quote", expr.Func("json_remove", u.C("data"), `a"b`)),
		of(f, "catalogue: an unknown format", expr.Func("strftime", u.C("born"), "%Q")),
		of(f, "catalogue: the time of a date", expr.Func("strftime", u.C("born"), "%H")),
		of(f, "catalogue: grouping of forms", expr.Func("sqrt", u.C("age").Add(1)), expr.Func("log", u.C("age").Add(1), u.C("score").Sub(2)), expr.Func("mod", u.C("age").Sub(1), u.C("age").Add(2)), expr.Func("right", f.name, u.C("age").Sub(1)),
			expr.Func("cosh", u.C("score").Neg()), expr.Func("iif", expr.Or(u.C("active"), f.id.Gt(1)), u.C("age").Add(1), 0)),
	)
}

// TestFormsAreAtoms: what a form writes stands anywhere, and has its parentheses.
func TestFormsAreAtoms(t *testing.T) {
	for _, d := range All() {
		for name, f := range d.functions {
			forms := []string{f.form}
			for _, form := range f.forms {
				forms = append(forms, form)
			}
			for _, form := range f.of {
				forms = append(forms, form)
			}
			for _, form := range forms {
				if form != "" && !isAtom(form) {
					t.Errorf("%s: %s: %s", d, name, form)
				}
			}
		}
	}
}

// isAtom reports whether a form is CASE ... END, name(...) with nothing behind it,
// in parentheses, or an element of what is.
func isAtom(form string) bool {
	form = strings.TrimSuffix(form, "$T")
	if of, place, ok := strings.Cut(form, ")["); ok && strings.IndexByte(place, ']') == len(place)-1 {
		form = of + ")"
	}
	depth, cases, quoted := 0, 0, false
	for i := 0; i < len(form); i++ {
		switch {
		case form[i] == '\'':
			quoted = !quoted
		case quoted:
		case form[i] == '(':
			depth++
		case form[i] == ')':
			if depth--; depth == 0 && cases == 0 && i < len(form)-1 {
				return false
			}
		case strings.HasPrefix(form[i:], "CASE "):
			cases++
		case strings.HasPrefix(form[i:], " END"):
			if cases--; depth == 0 && cases == 0 && i+len(" END") < len(form) {
				return false
			}
		case form[i] == ' ' && depth == 0 && cases == 0:
			return false
		}
	}
	return depth == 0 && cases == 0 && !quoted
}
