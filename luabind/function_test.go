package luabind_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

// TestFunctionsOfOthers: sql.fn has the host's own functions, and those of the
// database that are granted by name; others are errors.
func TestFunctionsOfOthers(t *testing.T) {
	tax, err := expr.NewFunction("tax", expr.FunctionOptions{Args: []schema.Type{schema.BigInteger}, Returns: schema.Numeric(12, 2)})
	require.NoError(t, err)
	set, err := expr.NewFunctionSet(tax)
	require.NoError(t, err)
	rt := newRuntime(t, luabind.WithFunctions(set), luabind.Grant(expr.FunctionGrant("soundex")))
	x := run(t, rt, "return sql.fn.tax(u.id)").(expr.Expr)
	require.Same(t, tax, x.Node().(*expr.CallExpr).Function())
	x = run(t, rt, "return sql.fn.soundex(u.name):returns(sql.types.text)").(expr.Expr)
	require.Equal(t, schema.Text, x.Type())
	require.Equal(t, []expr.Grant{"function:soundex"}, expr.GrantsOf(x.Node()))

	rt = newRuntime(t, luabind.WithFunctions(set), luabind.Grant(expr.FunctionGrant("soundex"), expr.FunctionGrant("app.tax"), expr.FunctionGrant("json_to_recordset")))
	x = run(t, rt, `return sql.fn["app.tax"](u.id, 2):returns(sql.types.integer)`).(expr.Expr)
	require.Equal(t, []expr.Grant{"function:app.tax"}, expr.GrantsOf(x.Node()))
	const rows = `sql.fn.json_to_recordset("[]"):returns(sql.types.json):table_valued{alias = "r", columns = {a = sql.types.integer}`
	require.True(t, run(t, rt, "return "+rows+", with_types = true}").(*expr.TableFunctionSource).IsTyped())
	require.ErrorContains(t, fails(t, rt, "return "+rows+", with_types = true, with_ordinality = true}"), "expected one of them")
	require.ErrorContains(t, fails(t, rt, `return sql.fn.coalesce(1, 2):table_valued{columns = {a = sql.types.integer}, with_types = true}`), "the types of coalesce are known")
	require.ErrorContains(t, fails(t, rt, `return sql.fn["app.fee"](u.id)`), `there is no function "app.fee"`)

	require.Equal(t, true, run(t, rt, `for name in pairs(sql.fn) do if name == "tax" then return true end end`))
	for source, want := range map[string]string{
		"return sql.fn.taxx(u.id)":                            `there is no function "taxx"; did you mean "tax"?`,
		"return sql.fn.metaphone(u.name)":                     `there is no function "metaphone"`,
		"return sql.fn.tax(u.name)":                           "tax(big_integer): argument 1 is of type",
		"return sql.fn.tax(u.id):returns(sql.types.text)":     "tax(big_integer) has a type of its own",
		"return sql.fn.lower(u.name):returns(sql.types.text)": "lower(text) has a type of its own",
		"return u.name:returns(sql.types.text)":               "expected a call of a function",
		"return sql.tax":                                      "it is a function: sql.fn.tax",
	} {
		require.ErrorContains(t, fails(t, rt, source), want)
	}
	require.ErrorContains(t, fails(t, newRuntime(t), "return sql.fn.tax(u.id)"), `there is no function "tax"`)
	require.ErrorContains(t, fails(t, newRuntime(t), "return sql.fn.soundex(u.name)"), `there is no function "soundex"`)
	require.ErrorContains(t, fails(t, newRuntime(t), "return sql.fn.lower(u.name):returns(sql.types.text)"), `it needs the grant "function:"`)
}
