package expr_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func hosts(t *testing.T, name string, o expr.FunctionOptions) *expr.Function {
	fn, err := expr.NewFunction(name, o)
	require.NoError(t, err)
	return fn
}

// TestHostFunctions: a host's own function is checked as one of the catalogue is.
func TestHostFunctions(t *testing.T) {
	tax := hosts(t, "tax", expr.FunctionOptions{
		Doc: "the tax of an amount", Args: []schema.Type{schema.Numeric(0, 0), schema.Text}, Optional: 1, Returns: schema.Numeric(12, 2), Total: true,
		Spelling: map[string]string{"postgres": "app.tax", "mysql": "tax"},
	})
	sum := hosts(t, "product", expr.FunctionOptions{Args: []schema.Type{schema.Double}, Returns: schema.Double, Kind: expr.AggregateFunction})
	all := hosts(t, "all_of", expr.FunctionOptions{Args: []schema.Type{schema.Unknown}, Variadic: true, Returns: schema.Text, Reads: true})
	assert.Equal(t, "tax(numeric[, text])", tax.Signature())
	assert.Equal(t, "all_of(any, ...)", all.Signature())
	assert.Equal(t, "app.tax", tax.Spelling("postgres"))
	assert.Empty(t, tax.Spelling("sqlite"))
	assert.False(t, tax.IsPartial())
	assert.True(t, sum.IsPartial() && sum.IsAggregate() && all.ReadsTables())
	assert.False(t, tax.ReadsTables())
	assert.Equal(t, schema.Numeric(12, 2), expr.Call(tax, age()).Type())
	assert.NoError(t, expr.Call(tax, 1.5, name()).Err())
	assert.NoError(t, expr.Call(sum, age()).Distinct().Filter(active()).Err())
	assert.NoError(t, expr.Call(all, 1, "a", nil).Err())
	for want, x := range map[string]expr.Expr{
		"expected tax(numeric[, text]), got 0 arguments":          expr.Call(tax),
		"tax(numeric[, text]): argument 1 is of type":             expr.Call(tax, name()),
		"tax(numeric[, text]): argument 2 is of type integer":     expr.Call(tax, age(), age()),
		"DISTINCT in tax(numeric[, text]): only an aggregate":     expr.Call(tax, 1).Distinct(),
		"OVER: tax is neither a window function nor an aggregate": expr.Call(tax, 1).Over(expr.Window{}),
		"product(double) has a type of its own":                   expr.Call(sum, 1.5).Returns(schema.Text),
		`"select" is no function but a word of SQL`:               expr.UnknownFunc("select", schema.Text),
		`function "a b": expected a to z, 0 to 9 and _`:           expr.UnknownFunc("a b", schema.Text),
		`function "x(1)--": expected a to z`:                      expr.UnknownFunc("x(1)--", schema.Text),
		`function "Foo": expected a to z`:                         expr.UnknownFunc("Foo", schema.Text),
		`function "1x": expected a to z`:                          expr.UnknownFunc("1x", schema.Text),
		"the name of the function is missing":                     expr.UnknownFunc("", schema.Text),
		"a function's name of 64 bytes":                           expr.UnknownFunc(strings.Repeat("a", 64), schema.Text),
		"foo: expected the type that it returns":                  expr.UnknownFunc("foo", schema.Unknown),
		"Returns: expected a call of a function":                  age().Returns(schema.Text),
		`function "foo": expected the type that it returns`:       expr.Call(expr.GrantedFunction("foo"), 1),
	} {
		assert.ErrorContains(t, x.Err(), want)
	}
}

func TestBadHostFunctions(t *testing.T) {
	text := schema.Text
	for want, make := range map[string]func() (*expr.Function, error){
		`function "lower" is of the catalogue`: func() (*expr.Function, error) { return expr.NewFunction("lower", expr.FunctionOptions{Returns: text}) },
		`expected the type that it returns`:    func() (*expr.Function, error) { return expr.NewFunction("f", expr.FunctionOptions{}) },
		`1 optional arguments of 0`: func() (*expr.Function, error) {
			return expr.NewFunction("f", expr.FunctionOptions{Returns: text, Optional: 1})
		},
		`no argument repeats`: func() (*expr.Function, error) {
			return expr.NewFunction("f", expr.FunctionOptions{Returns: text, Variadic: true})
		},
		`a host's own is a scalar`: func() (*expr.Function, error) {
			return expr.NewFunction("f", expr.FunctionOptions{Returns: text, Kind: expr.TableFunction})
		},
		`unknown volatility 9`: func() (*expr.Function, error) {
			return expr.NewFunction("f", expr.FunctionOptions{Returns: text, Volatility: 9})
		},
		`"f(" on sqlite is no name`: func() (*expr.Function, error) {
			return expr.NewFunction("f", expr.FunctionOptions{Returns: text, Spelling: map[string]string{"sqlite": "f("}})
		},
		`"a.b.c.d" on sqlite is no name`: func() (*expr.Function, error) {
			return expr.NewFunction("f", expr.FunctionOptions{Returns: text, Spelling: map[string]string{"sqlite": "a.b.c.d"}})
		},
		`"SELECT" on sqlite is no name`: func() (*expr.Function, error) {
			return expr.NewFunction("f", expr.FunctionOptions{Returns: text, Spelling: map[string]string{"sqlite": "SELECT"}})
		},
		`function "a.b": expected a to z`: func() (*expr.Function, error) { return expr.NewFunction("a.b", expr.FunctionOptions{Returns: text}) },
	} {
		_, err := make()
		assert.ErrorContains(t, err, want)
	}
	f := hosts(t, "f", expr.FunctionOptions{Returns: text})
	_, err := expr.NewFunctionSet(f, f)
	assert.ErrorContains(t, err, `two functions "f"`)
	_, err = expr.NewFunctionSet(expr.LookupFunction("lower"))
	assert.ErrorContains(t, err, "expected functions that NewFunction made")
	set, err := expr.NewFunctionSet(f)
	require.NoError(t, err)
	assert.Same(t, f, set.Lookup("f"))
	assert.Same(t, expr.LookupFunction("lower"), set.Lookup("lower"))
	assert.Nil(t, set.Lookup("g"))
	assert.Contains(t, set.Names(), "f")
	var none *expr.FunctionSet
	assert.Nil(t, none.Lookup("f"))
	assert.Same(t, expr.LookupFunction("lower"), none.Lookup("lower"))
	assert.Len(t, none.Names(), expr.Functions().Len())
}

// TestUnknownFunctions: what the database alone knows needs a grant of its name, and
// a type.
func TestUnknownFunctions(t *testing.T) {
	x := expr.UnknownFunc("soundex", schema.Text, name())
	assert.Equal(t, schema.Text, x.Type())
	assert.Equal(t, []expr.Grant{"function:soundex"}, expr.GrantsOf(expr.Select(x).Where(expr.UnknownFunc("soundex", schema.Text, name()).Eq("a"))))
	assert.NoError(t, expr.UnknownFunc("lower", schema.Text, name()).Err(), "the database's own, whatever the catalogue has")
	assert.NoError(t, expr.UnknownFunc("wavg", schema.Double, age()).Distinct().Filter(active()).OrderBy(id()).Over(expr.Window{}).Err())
	assert.NoError(t, expr.UnknownFunc("quantile", schema.Double, 0.5).WithinGroup(age()).Err())
	assert.Empty(t, expr.GrantsOf(expr.Select(expr.Func("lower", name()))))
}

// TestPlacesOfFunctions: a function stands where its kind may.
func TestPlacesOfFunctions(t *testing.T) {
	fn := expr.Func
	for want, x := range map[string]expr.Expr{
		"ORDER BY in lower(text): only an aggregate takes it":                                                  fn("lower", name()).OrderBy(id()),
		"FILTER in row_number(): only an aggregate takes it":                                                   fn("row_number").Filter(active()),
		"DISTINCT in percentile_cont(number): only an aggregate of values takes it":                            fn("percentile_cont", 0.5).Distinct(),
		"ORDER BY in percentile_cont(number): only an aggregate takes it":                                      fn("percentile_cont", 0.5).OrderBy(id()),
		"WITHIN GROUP in sum(number): only an ordered-set aggregate takes it":                                  fn("sum", age()).WithinGroup(id()),
		"WITHIN GROUP in mode(): expected one key, got 2":                                                      fn("mode").WithinGroup(id(), age()),
		"OVER: percentile_cont is neither a window function nor an aggregate":                                  fn("percentile_cont", 0.5).WithinGroup(id()).Over(expr.Window{}),
		"DISTINCT in count([any]): only an aggregate of values takes it":                                       fn("count").Distinct(),
		"json_set(json, plain text, text, number, boolean or json): argument 2 is no plain text":               fn("json_set", expr.TypedLiteral(expr.Value{}, schema.JSON), name(), 1),
		"array_append(array, element): argument 2 is of type string(50), the elements are of type big_integer": fn("array_append", expr.Array(schema.BigInteger, 1), name()),
		"expected json_build_object(plain text, text, number, boolean or json, ...), got 3 arguments":          fn("json_build_object", "a", 1, "b"),
	} {
		assert.ErrorContains(t, x.Err(), want)
	}
	for want, q := range map[string]*expr.SelectStmt{
		"row_number needs a window: use over(...)":                             expr.Select(fn("row_number")).From(customers()),
		"mode needs an order of its rows: use within_group(...)":               expr.Select(fn("mode")).From(customers()),
		"generate_series gives rows: it stands in FROM, use table_valued(...)": expr.Select(fn("generate_series", 1, 2)),
	} {
		_, err := expr.Resolve(q)
		assert.ErrorContains(t, err, want)
	}
	assert.Equal(t, age().Type(), fn("percentile_disc", 0.5).WithinGroup(age()).Type())
	assert.Equal(t, schema.ArrayOf(schema.Text), fn("string_to_array", "a", ",").Type())
	assert.Equal(t, schema.SmallInteger, fn("array_append", expr.Array(schema.SmallInteger), 1).Type().Elem())
}
