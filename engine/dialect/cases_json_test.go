package dialect

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func casesOfJSON(t testing.TB, f *fixture) []golden {
	data := f.u.C("data")
	var reads []any
	for _, as := range expr.JSONAses() {
		reads = append(reads, data.Get("n").As(as))
	}
	params := of(f, "json: parameters", data.Get(expr.Param("key", schema.Text), expr.Param("index", schema.BigInteger)).AsInteger())
	params.params = map[string]expr.Value{"key": expr.Text(`a."b"\`), "index": expr.Int(3)}
	return []golden{
		of(f, "json: paths", data.Get("items"), data.Get("items", 0, "k"), data.Get("items").Get(0).Get(1), data.Get(`a."b"\`, "$", "[0]", "0", "", "é'\n<")),
		of(f, "json: read as everything", reads...),
		of(f, "json: read without a path", data.AsString(), data.AsInteger(), data.As(expr.AsJSON)),
		params,
		where(f, "json: has", expr.And(data.Has("items", 0), expr.Not(data.Has("k")), data.Get("n").AsInteger().Gt(1), data.Get("b").AsBoolean(), data.Get("n").IsNull())),
		of(f, "json: of literals and null", expr.Literal(value(t, schema.JSON, `{"a": [1]}`)).Get("a", 0).AsNumeric().Add(1), expr.Of(nil).Get("a"), expr.TypedLiteral(expr.Value{}, schema.JSON).AsFloat(), f.email.Cast(schema.JSON).Get("a").AsString().Concat("x")),
		{name: "json: grouped", q: expr.Select(data.Get("k").AsString().Label("k"), expr.Func("count").Label("n")).GroupBy(data.Get("k").AsString()).Having(data.Get("k").AsString().Ne("x")).OrderBy(data.Get("k").AsString())},
	}
}

// TestKeysOfJSON refuses what a database would take for another part.
func TestKeysOfJSON(t *testing.T) {
	f := newFixture(t)
	q := expr.Select(f.u.C("data").Get(expr.Param("key", schema.Text), expr.Param("index", schema.BigInteger)))
	for _, d := range All() {
		s := compile(t, d, q)
		_, err := s.Args(map[string]expr.Value{"key": expr.Text("a"), "index": expr.Int(-1)})
		require.ErrorContains(t, err, "an index takes 0 or more, got -1", d)
		_, err = s.Args(map[string]expr.Value{"key": expr.Text("a"), "index": {}})
		require.ErrorContains(t, err, "an index takes 0 or more, got NULL", d)
		_, err = s.Args(map[string]expr.Value{"key": expr.Text("-1"), "index": expr.Int(1)})
		if d == MariaDB {
			require.ErrorContains(t, err, "begins with -")
		} else {
			require.NoError(t, err)
		}
	}
}
