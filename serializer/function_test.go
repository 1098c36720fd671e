package serializer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// TestUnknownFunctions: a function that the database alone knows is loaded where it
// is granted by its name, and nowhere else.
func TestUnknownFunctions(t *testing.T) {
	m := shop(t)
	c := expr.Table(m.Lookup("customers"))
	b := dumps(t, expr.Select(expr.UnknownFunc("soundex", schema.Text, c.C("name")).Label("s")))
	manifest, err := serializer.ReadManifest(b)
	require.NoError(t, err)
	require.Equal(t, []string{"soundex"}, manifest.Functions())
	require.Equal(t, []expr.Grant{"function:soundex"}, manifest.Grants())
	for _, grants := range [][]expr.Grant{nil, {expr.GrantRaw}, {expr.FunctionGrant("sound")}, {expr.GrantFunctions}} {
		_, err := serializer.Loads(b, serializer.Binding{MetaData: m, Grants: grants})
		var drift *serializer.DriftError
		require.ErrorAs(t, err, &drift)
		require.Equal(t, []serializer.Problem{{Severity: serializer.Failure, Code: serializer.CodeGrant, Path: "manifest",
			What: "grant:function:soundex", Expected: "a grant of the host", Found: "not granted"}}, drift.Problems)
	}
	l, err := serializer.Loads(b, serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.FunctionGrant("soundex")}})
	require.NoError(t, err)
	require.Equal(t, b, dumps(t, l.Root))

	// one without a type is unknown, and so where the same function has one beside it
	untyped := expr.Call(expr.UnknownFunction("soundex"), c.C("name"))
	_, err = serializer.Loads(dumps(t, untyped), serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.FunctionGrant("soundex")}})
	var drift *serializer.DriftError
	require.ErrorAs(t, err, &drift)
	require.Equal(t, serializer.CodeFunction, drift.Problems[0].Code)
	_, err = serializer.Loads(dumps(t, expr.Select(untyped.Returns(schema.Text), untyped.Label("x"))), serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.FunctionGrant("soundex")}})
	require.ErrorContains(t, err, `function "soundex": expected the type that it returns`)

	// the database's own lower is not that of the catalogue
	b = dumps(t, expr.UnknownFunc("lower", schema.Text, c.C("name")))
	_, err = serializer.Loads(b, serializer.Binding{MetaData: m})
	require.ErrorAs(t, err, &drift)
	l, err = serializer.Loads(b, serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.FunctionGrant("lower")}})
	require.NoError(t, err)
	require.Equal(t, b, dumps(t, l.Root))
}

// TestHostFunctions: a host's own function is named in bytes, and loaded where the
// host has it.
func TestHostFunctions(t *testing.T) {
	m := shop(t)
	fn, err := expr.NewFunction("tax", expr.FunctionOptions{Args: []schema.Type{schema.BigInteger}, Returns: schema.Numeric(12, 2)})
	require.NoError(t, err)
	set, err := expr.NewFunctionSet(fn)
	require.NoError(t, err)
	b := dumps(t, expr.Select(expr.Call(fn, expr.Table(m.Lookup("customers")).C("id")).Label("t")))
	manifest, err := serializer.ReadManifest(b)
	require.NoError(t, err)
	require.Equal(t, []string{"tax"}, manifest.Functions())
	require.Empty(t, manifest.Grants())
	l, err := serializer.Loads(b, serializer.Binding{MetaData: m, Functions: set})
	require.NoError(t, err)
	require.Equal(t, b, dumps(t, l.Root))
	_, err = serializer.Loads(b, serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.FunctionGrant("tax")}})
	var drift *serializer.DriftError
	require.ErrorAs(t, err, &drift)
	require.Equal(t, serializer.CodeFunction, drift.Problems[0].Code)
	require.Equal(t, "function:tax", drift.Problems[0].What)

	other, err := expr.NewFunction("tax", expr.FunctionOptions{Args: []schema.Type{schema.Date}, Returns: schema.Numeric(12, 2)})
	require.NoError(t, err)
	set, err = expr.NewFunctionSet(other)
	require.NoError(t, err)
	_, err = serializer.Loads(b, serializer.Binding{MetaData: m, Functions: set})
	require.ErrorContains(t, err, "tax(date): argument 1 is of type big_integer")
}
