package expr_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestParameterAccepts binds values to parameters that limit them.
func TestParameterAccepts(t *testing.T) {
	day := func(s string) expr.Value {
		v, err := expr.ParseValue(schema.Date, s)
		require.NoError(t, err)
		return v
	}
	list := func(v ...expr.Value) expr.Value {
		l, err := expr.NewList(schema.Integer, v...)
		require.NoError(t, err)
		return l
	}
	n := expr.NewParameter("n", schema.Integer)
	price := expr.NewParameter("price", schema.Numeric(10, 2)).WithMin(decimal("0.10")).WithMax(decimal("10"))
	kind := expr.NewParameter("kind", schema.Text).WithEnum(expr.Text("a"), expr.Text("b"))
	ratio := expr.NewParameter("ratio", schema.Double).WithMin(expr.Float(0)).WithMax(expr.Float(math.Inf(1)))
	born := expr.NewParameter("born", schema.Date).WithMin(day("2000-01-01"))
	ids := expr.NewParameter("ids", schema.ArrayOf(schema.Integer)).WithMin(expr.Int(1)).WithMax(expr.Int(9))
	for _, c := range []struct {
		p    *expr.Parameter
		v    expr.Value
		want string // "" where it is taken
	}{
		{n, expr.Int(-5), ""}, {n, expr.Value{}, ""},
		{n.WithMin(expr.Int(1)), expr.Int(1), ""},
		{n.WithMin(expr.Int(1)), expr.Int(0), "expected 1 or more, got 0"},
		{n.WithMax(expr.Int(1)), expr.Int(1), ""},
		{n.WithMax(expr.Int(1)), expr.Int(2), "expected 1 or less, got 2"},
		{n.WithMin(expr.Int(1)).WithMax(expr.Int(3)), expr.Int(4), "expected 1 to 3, got 4"},
		{n.WithMin(expr.Int(1)), expr.Value{}, "expected 1 or more, got NULL"},
		{n.WithEnum(expr.Int(1), expr.Int(2)), expr.Int(2), ""},
		{n.WithEnum(expr.Int(1), expr.Int(2)), expr.Int(3), "expected one of 1, 2, got 3"},
		{n.WithEnum(expr.Int(1)), expr.Value{}, "expected one of 1, got NULL"},
		{n.Bound(expr.Int(1)), expr.Int(1), ""},
		{n.Bound(expr.Int(1)), expr.Int(2), "is bound to 1 already"},
		{price, decimal("0.1"), ""}, {price, decimal("10.000"), ""},
		{price, decimal("0.0999999999999999999999999"), "expected 0.10 to 10, got 0.09"},
		{price, decimal("10.01"), "got 10.01"},
		{price.WithMin(expr.Value{}).WithMax(expr.Value{}).WithEnum(decimal("1.50")), decimal("1.5"), ""},
		{kind, expr.Text("b"), ""}, {kind, expr.Text("c"), `expected one of "a", "b", got "c"`},
		{ratio, expr.Float(math.Inf(1)), ""}, {ratio, expr.Float(math.NaN()), "expected 0 to"}, {ratio, expr.Float(-0.1), "got -0.1"},
		{born, day("2000-01-01"), ""}, {born, day("1999-12-31"), "expected 2000-01-01 or more, got 1999-12-31"},
		{ids, list(expr.Int(1), expr.Int(9)), ""}, {ids, list(), ""},
		{ids, list(expr.Int(1), expr.Int(10)), "item 2: expected 1 to 9, got 10"},
		{ids, expr.Value{}, "expected 1 to 9, got NULL"},
	} {
		require.NoError(t, c.p.Err())
		err := c.p.Check(c.v)
		if c.want == "" {
			require.NoError(t, err, "%s: %s", c.p.Name(), c.v)
			continue
		}
		require.ErrorContains(t, err, c.want)
	}
}

// TestParameterDeclarations refuses what no value could fit, at the limits and one past.
func TestParameterDeclarations(t *testing.T) {
	many := make([]expr.Value, 1001)
	for i := range many {
		many[i] = expr.Int(int64(i))
	}
	n := expr.NewParameter("n", schema.Integer)
	require.NoError(t, n.WithEnum(many[:1000]...).Err())
	require.NoError(t, n.WithDoc(strings.Repeat("x", 1000)).Err())
	require.NoError(t, n.WithMin(expr.Int(1)).WithMax(expr.Int(1)).WithDefault(expr.Int(1)).Err())
	for want, p := range map[string]*expr.Parameter{
		"limited to more than 1000 values":          n.WithEnum(many...),
		"longer than 1000 bytes":                    n.WithDoc(strings.Repeat("x", 1001)),
		"not valid UTF-8":                           n.WithDoc("\xff"),
		"the least value 2 is more than":            n.WithMin(expr.Int(2)).WithMax(expr.Int(1)),
		"its values are listed, or they have":       n.WithMin(expr.Int(2)).WithEnum(expr.Int(1)),
		"it is limited to 1 twice":                  n.WithEnum(expr.Int(1), expr.Int(1)),
		"limited to NULL":                           n.WithEnum(expr.Value{}),
		`limited to "a" of type text`:               n.WithEnum(expr.Text("a")),
		`a bound is "a" of type text`:               n.WithMin(expr.Text("a")),
		"values of text have no bounds":             expr.NewParameter("s", schema.Text).WithMax(expr.Text("z")),
		"values of json cannot be listed":           expr.NewParameter("j", schema.JSON).WithEnum(expr.Text("z")),
		"a bound is NaN":                            expr.NewParameter("f", schema.Double).WithMax(expr.Float(math.NaN())),
		`the default of parameter "n": expected 1`:  n.WithMin(expr.Int(1)).WithDefault(expr.Int(0)),
		`the value of parameter "n": expected one`:  n.WithEnum(expr.Int(1)).Bound(expr.Int(2)),
		"its value of type text":                    n.Bound(expr.Text("x")),
		"a parameter has no name":                   {},
		`the default of parameter "n": expected 1 `: n.WithMin(expr.Int(1)).WithMax(expr.Int(2)).WithDefault(expr.Value{}),
	} {
		require.ErrorContains(t, p.Err(), want)
		require.ErrorContains(t, expr.Err(expr.ParamOf(p).Node()), want)
	}
	require.True(t, n.WithMin(expr.Int(1)).WithMin(expr.Value{}).Same(n))
	for _, other := range []*expr.Parameter{n.WithMin(expr.Int(1)), n.WithMax(expr.Int(1)), n.WithEnum(expr.Int(1)), n.WithDoc("x"), n.Bound(expr.Int(1)), n.WithDefault(expr.Int(1))} {
		require.False(t, n.Same(other))
		require.NotEqual(t, expr.Hash(expr.ParamOf(n).Node()), expr.Hash(expr.ParamOf(other).Node()))
		require.False(t, expr.Equal(expr.ParamOf(n).Node(), expr.ParamOf(other).Node()))
	}
	require.NotEqual(t, expr.Hash(expr.ParamOf(n.WithDefault(expr.Int(1))).Node()), expr.Hash(expr.ParamOf(n.Bound(expr.Int(1))).Node()))
}

// TestParamWith takes plain values.
func TestParamWith(t *testing.T) {
	p := func(x expr.Expr) *expr.Parameter { return x.Node().(*expr.ParamExpr).Parameter() }
	got := p(expr.ParamWith("day", schema.Date, expr.ParamOptions{Default: "2026-01-31", Min: "2026-01-01", Doc: "when"}))
	require.Equal(t, "2026-01-01", got.Min().String())
	require.True(t, got.Max().IsNull())
	require.Equal(t, "when", got.Doc())
	got = p(expr.ParamWith("ids", schema.BigInteger, expr.ParamOptions{Many: true, Enum: []any{1, 2}, Default: []int{2}}))
	require.Equal(t, schema.ArrayOf(schema.BigInteger), got.Type())
	require.Equal(t, 2, got.Enum().Len())
	require.Equal(t, expr.Int(2), got.Enum().At(1))
	require.ErrorContains(t, expr.ParamWith("n", schema.Integer, expr.ParamOptions{Min: "x"}).Err(), `the min of parameter "n": `)
	require.ErrorContains(t, expr.ParamWith("n", schema.Integer, expr.ParamOptions{Enum: []any{1.5}}).Err(), `the enum of parameter "n": `)
	require.ErrorContains(t, expr.ParamWith("n", schema.JSON, expr.ParamOptions{Many: true}).Err(), "no list of json")
}

// TestBind gives parameters values that stay.
func TestBind(t *testing.T) {
	x := func() expr.Expr { return expr.Param("x", schema.Integer) }
	q := expr.Select(x().Add(expr.ParamWith("y", schema.Integer, expr.ParamOptions{Max: 5, Default: 1})).Label("sum")).Limit(expr.Param("n", schema.BigInteger))
	some, err := expr.Bind(q, map[string]any{"x": 3})
	require.NoError(t, err)
	require.False(t, expr.Equal(q, some))
	params := expr.DependenciesOf(some).Parameters
	require.Len(t, params, 3)
	v, _ := params[0].Default()
	require.True(t, params[0].IsBound())
	require.Equal(t, expr.Int(3), v)
	require.False(t, params[1].IsBound())
	all, err := expr.Bind(some, map[string]any{"x": 3, "y": 2, "n": 10})
	require.NoError(t, err)
	require.Contains(t, expr.Sprint(all), `"y" integer bound to 2 max 5`)

	_, err = expr.Bind(some, map[string]any{"x": 4, "y": 6, "n": "many", "z": 1})
	var wrong *expr.ParamError
	require.ErrorAs(t, err, &wrong)
	require.Len(t, wrong.Problems, 4, "all at once")
	require.ErrorContains(t, err, `parameter "x": is bound to 3 already; parameter "y": expected 5 or less, got 6; parameter "z": the query has none of this name`)
	_, err = expr.Bind(expr.Select(), map[string]any{})
	require.Error(t, err)
	same, err := expr.Bind(q, nil)
	require.NoError(t, err)
	require.Same(t, q, same)
}

// TestParameterRange: what is beyond a parameter's type is told with all else that is wrong, and is not bound.
func TestParameterRange(t *testing.T) {
	declared := []*expr.Parameter{
		expr.NewParameter("f", schema.Float), expr.NewParameter("i", schema.Integer), expr.NewParameter("l", schema.ArrayOf(schema.SmallInteger)),
		expr.NewParameter("s", schema.SmallInteger), expr.NewParameter("w", schema.BigInteger), expr.NewParameter("z", schema.Date),
	}
	_, err := expr.ParamValues(declared, map[string]any{"f": 1e39, "i": 1 << 31, "l": []int{1, 40_000}, "s": -32_769, "w": uint64(1) << 63, "z": "soon"})
	require.EqualError(t, err, `parameter "f": 1e+39 is out of the range of float; parameter "i": 2147483648 is out of the range of integer; `+
		`parameter "l": item 2: 40000 is out of the range of small_integer; parameter "s": -32769 is out of the range of small_integer; `+
		`parameter "w": 9223372036854775808 is beyond 64-bit integers; parameter "z": expected a date such as 2026-01-31, got "soon"`)
	values, err := expr.ParamValues(declared, map[string]any{"f": math.Inf(1), "i": -1 << 31, "l": []int{32_767}, "s": nil, "w": 2.0})
	require.NoError(t, err)
	require.Len(t, values, 5)
	_, err = expr.Bind(expr.Select(expr.Param("s", schema.SmallInteger).Label("s")), map[string]any{"s": 40_000})
	require.EqualError(t, err, `parameter "s": 40000 is out of the range of small_integer`)
}
