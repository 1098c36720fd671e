package serializer_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// argumentTypes are what TestTypesMD calls functions with.
var argumentTypes = []schema.Type{schema.Boolean, schema.SmallInteger, schema.Integer, schema.BigInteger, schema.Float, schema.Double,
	schema.Numeric(8, 2), schema.String(9), schema.Text, schema.LargeBinary, schema.Date, schema.Time, schema.DateTime, schema.DateTimeTZ,
	schema.Interval, schema.JSON, schema.UUID, schema.ArrayOf(schema.Integer), schema.ArrayOf(schema.Text)}

// TestTypesMD holds the table of functions in TYPES.md to what calls of them give:
// each argument is of each type in turn, the others are unknown.
func TestTypesMD(t *testing.T) {
	text, err := os.ReadFile("TYPES.md")
	require.NoError(t, err)
	head, _, ok := strings.Cut(string(text), "\n| function |")
	require.True(t, ok || *update)
	var b strings.Builder
	b.WriteString(strings.TrimRight(head, "\n") + "\n\n| function | gives |\n|---|---|\n")
	for _, fn := range expr.Functions().All() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", fn.Signature(), resultsOf(fn))
	}
	if *update {
		require.NoError(t, os.WriteFile("TYPES.md", []byte(b.String()), 0o644))
	}
	text, err = os.ReadFile("TYPES.md")
	require.NoError(t, err)
	require.Equal(t, b.String(), string(text), "go test ./serializer -run TestTypesMD -update")
}

// resultsOf says of what type calls of a function are.
func resultsOf(fn *expr.Function) string {
	for n := range 7 {
		args := make([]any, n)
		call := func() expr.Expr { return expr.Call(fn, args...) }
		if !filled(args, call) {
			continue
		}
		if fn.Kind() == expr.OrderedSetFunction {
			if x := call().WithinGroup(expr.Param("k", schema.UUID)); x.Err() == nil && x.Type() == schema.UUID {
				return "that of its key"
			}
		}
		return byArguments(call, args)
	}
	return "?"
}

// filled finds arguments that a call takes: parameters of no type, or plain text.
func filled(args []any, call func() expr.Expr) bool {
	texts := []string{"", "$.a", "%Y"}
	for try := range 1 << (2 * len(args)) {
		for i := range args {
			if which := try >> (2 * i) & 3; which == 0 {
				args[i] = expr.Param(fmt.Sprint("p", i), schema.Unknown)
			} else {
				args[i] = expr.Of(texts[which-1])
			}
		}
		if call().Err() == nil {
			return true
		}
	}
	return false
}

type dependency struct {
	of   string
	from func(schema.Type) schema.Type
}

// dependencies are the ways in which a result depends on one argument.
var dependencies = []dependency{
	{"that of argument %s", func(t schema.Type) schema.Type { return t }},
	{"that of argument %s, a numeric without its size", func(t schema.Type) schema.Type {
		if t.Kind() == schema.KindNumeric {
			return schema.Numeric(0, 0)
		}
		return t
	}},
	{"that of the elements of argument %s", schema.Type.Elem},
	{"an array of argument %s, or that of argument %[1]s if it is one", func(t schema.Type) schema.Type {
		if t.IsArray() {
			return t
		}
		return schema.ArrayOf(t)
	}},
}

// byArguments says how the type of a call depends on its arguments.
func byArguments(call func() expr.Expr, args []any) string {
	base := call().Type()
	var alike, parts []string
	for i := range args {
		old := args[i]
		given := map[schema.Type][]schema.Type{} // by what the call is of
		for _, typ := range argumentTypes {
			args[i] = expr.Param(fmt.Sprint("p", i), typ)
			if x := call(); x.Err() == nil {
				given[x.Type()] = append(given[x.Type()], typ)
			}
		}
		args[i] = old
		if _, constant := given[base]; constant && len(given) == 1 || len(given) == 0 {
			continue
		}
		number := fmt.Sprint(i + 1)
		if d := slices.IndexFunc(dependencies, func(d dependency) bool { return explains(d, given) }); d >= 0 {
			if alike = append(alike, number); d > 0 || len(alike) == 1 {
				parts = append(parts, fmt.Sprintf(dependencies[d].of, number))
			}
			continue
		}
		for got, of := range given {
			parts = append(parts, fmt.Sprintf("%s of %v", got, of))
		}
	}
	slices.Sort(parts)
	switch {
	case len(alike) > 1:
		return "the common type of the arguments " + strings.Join(alike, " and ") + ", which are alike"
	case len(parts) == 0:
		return base.String()
	}
	return strings.Join(parts, "; ")
}

func explains(d dependency, given map[schema.Type][]schema.Type) bool {
	for got, of := range given {
		for _, typ := range of {
			if d.from(typ) != got {
				return false
			}
		}
	}
	return true
}
