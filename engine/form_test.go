package engine_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func TestFormParams(t *testing.T) {
	db, things := open(t)
	node := func(x expr.Expr) *expr.Parameter { return x.Node().(*expr.ParamExpr).Parameter() }
	n := expr.ParamWith("n", schema.Integer, expr.ParamOptions{Min: 0, Max: 10, Default: 3})
	ids := expr.ParamWith("ids", schema.BigInteger, expr.ParamOptions{Many: true})
	name := expr.Param("name", schema.Text)
	day := expr.Param("day", schema.Date)
	declared := []*expr.Parameter{node(n), node(ids), node(name), node(day)}
	q := expr.Select(things.C("id")).Where(things.C("id").Le(n), things.C("id").In(ids), things.C("name").Ne(name), things.C("day").Lt(day)).OrderBy(things.C("id"))
	for _, c := range []struct{ form, wrong string }{
		{"ids=1&ids=2&ids=7&name=&day=2030-01-01", ""},
		{"n=&ids=1&ids=2&name=x&day=2030-01-01", ""},
		{"", `parameter "day": expected a value of type date, got none; parameter "ids": expected a value of type big_integer[], got none; parameter "name": expected a value of type text, got none`},
		{"n=11&ids=1&name=a&name=b&day=soon", `parameter "day": expected a date such as 2026-01-31, got "soon"; parameter "n": expected 0 to 10, got 11; parameter "name": expected one value, got 2`},
		{"n=1.5&ids=1&ids=x&name=a&day=2030-01-01&dya=1", `parameter "dya": the query has none of this name; did you mean "day"?; parameter "ids": value 2: expected an integer of at most 64 bits, got "x"; parameter "n": expected an integer of at most 64 bits, got "1.5"`},
		{"n=1;DROP TABLE things&ids=1&name=' OR 1=1&day=2030-01-01", "n"},
	} {
		form, err := url.ParseQuery(c.form)
		if err != nil {
			continue
		}
		params, err := engine.FormParams(declared, form)
		if c.wrong != "" {
			var wrong *engine.ParamError
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, c.wrong, err.Error())
			continue
		}
		require.NoError(t, err)
		got, err := engine.All[int](context.Background(), session(db), q, params)
		require.NoError(t, err)
		require.Equal(t, []int{1, 2}, got)
	}
	tag := expr.Param("tag", schema.Text)
	q = expr.Select(things.C("id")).Where(tag.IfGiven(things.C("tag").Eq(tag))).OrderBy(things.C("id"))
	for form, want := range map[string][]int{"": {1, 2, 3}, "tag=": {1, 2, 3}, "tag=t": {2}} {
		values, err := url.ParseQuery(form)
		require.NoError(t, err)
		params, err := engine.FormParams([]*expr.Parameter{node(tag)}, values, expr.OptionalParameters(q)...)
		require.NoError(t, err)
		got, err := engine.All[int](context.Background(), session(db), q, params)
		require.NoError(t, err)
		require.Equal(t, want, got, form)
	}
}

// TestFormFields: a field is read as browsers and people write it.
func TestFormFields(t *testing.T) {
	for _, c := range []struct {
		t    schema.Type
		text string
		want any
	}{
		{schema.Boolean, "on", true}, {schema.Boolean, "0", false}, {schema.Boolean, "true", true}, {schema.Boolean, "yes", `expected true or false, got "yes"`},
		{schema.Integer, " 5 ", int64(5)}, {schema.Numeric(5, 2), "1.50 ", "1.50"}, {schema.Integer, "5 6", `expected an integer of at most 64 bits, got "5 6"`},
		{schema.DateTime, "2026-01-31T13:45", time.Date(2026, 1, 31, 13, 45, 0, 0, time.UTC)}, {schema.Date, "2026-01-31\n", time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)},
		{schema.Text, " x ", " x "}, {schema.Text, "on", "on"}, {schema.Enum("mood", "calm"), "calm ", `expected one of enum "mood"("calm"), got "calm "; did you mean "calm"?`},
	} {
		params, err := engine.FormParams([]*expr.Parameter{expr.NewParameter("p", c.t)}, url.Values{"p": {c.text}})
		if err != nil {
			require.Equal(t, c.want, strings.TrimPrefix(err.Error(), `parameter "p": `), "%s %q", c.t, c.text)
			continue
		}
		require.Equal(t, c.want, engine.Native(params["p"].(expr.Value)), "%s %q", c.t, c.text)
	}
}
