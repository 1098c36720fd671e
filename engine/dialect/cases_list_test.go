package dialect

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func listOfValues(t testing.TB, elem schema.Type, values ...any) expr.Value {
	t.Helper()
	v, err := expr.ValueOf(values, schema.ArrayOf(elem))
	require.NoError(t, err)
	return v
}

func casesOfLists(t testing.TB, f *fixture) []golden {
	u := f.u
	many := func(name string, elem schema.Type) expr.Expr { return expr.Param(name, schema.ArrayOf(elem)) }
	all := golden{
		name: "list: parameters of every family",
		q: expr.Select(f.id).Where(
			f.id.In(many("i", schema.Integer)), u.C("score").NotIn(many("f", schema.Double)), u.C("balance").In(many("n", schema.Numeric(10, 2))),
			f.name.In(many("t", schema.Text)), u.C("active").In(many("b", schema.Boolean)), u.C("born").In(many("d", schema.Date)),
			u.C("created").In(many("dt", schema.DateTime)), u.C("seen").In(many("tz", schema.DateTimeTZ)), u.C("token").In(many("u", schema.UUID)), u.C("mood").In(many("m", mood))),
		params: map[string]expr.Value{
			"i": listOfValues(t, schema.Integer, 1, nil, 3), "f": listOfValues(t, schema.Double, 1.5, 2.0), "n": listOfValues(t, schema.Numeric(10, 2), 7, 1.25),
			"t": listOfValues(t, schema.Text, `a"b\`, "é<", "NULL"), "b": listOfValues(t, schema.Boolean, true, false), "d": listOfValues(t, schema.Date, "2026-01-31"),
			"dt": listOfValues(t, schema.DateTime, "2026-01-31 13:45:00.5"), "tz": listOfValues(t, schema.DateTimeTZ, "2026-01-31 13:45:00Z"),
			"u": listOfValues(t, schema.UUID, "6f1f0b0e-0000-4000-8000-00000000000a"), "m": listOfValues(t, mood, "ok"),
		},
	}
	tags := of(f, "array: contains, contained, overlaps", expr.Array(schema.Integer, 1, u.C("age")).Contains(expr.Array(schema.BigInteger, 2)), expr.Array(schema.Text, "a").ContainedBy(many("tags", schema.String(9))),
		expr.Array(schema.Integer, 1).Overlaps(expr.Array(schema.Integer)).Eq(u.C("active")), u.C("data").Contains(expr.Literal(value(t, schema.JSON, "[1]"))), u.C("data").ContainedBy(nil))
	tags.params = map[string]expr.Value{"tags": listOfValues(t, schema.String(9), "a", "b")}
	return []golden{
		all, tags,
		where(f, "list: with a default, of another width", u.C("age").Add(1).In(expr.ParamDefault("l", schema.ArrayOf(schema.BigInteger), []int{1, 2}))),
		where(f, "list: empty", f.id.NotIn(expr.ParamDefault("l", schema.ArrayOf(schema.BigInteger), []int{}))),
		where(f, "list: an array", f.id.In(expr.Array(schema.BigInteger, 1, f.id))),
		where(f, "list: dates beside times", u.C("created").In(expr.ParamDefault("l", schema.ArrayOf(schema.Date), []any{"2026-01-31"}))),
	}
}

// TestListsAreNoPlainValues: a list stands behind IN, and is bound to a list.
func TestListsAreNoPlainValues(t *testing.T) {
	f := newFixture(t)
	for _, d := range All() {
		s := compile(t, d, expr.Select(f.id).Where(f.id.In(expr.Param("l", schema.ArrayOf(schema.Integer)))))
		for _, wrong := range []expr.Value{{}, expr.Int(1), expr.Text("{1}"), value(t, schema.JSON, "{}"), value(t, schema.JSON, "[1.5]"), value(t, schema.JSON, "[2147483648]")} {
			_, err := s.Args(map[string]expr.Value{"l": wrong})
			require.Error(t, err, "%s on %s", wrong, d)
		}
		args, err := s.Args(map[string]expr.Value{"l": listOfValues(t, schema.Integer, 2, nil)})
		require.NoError(t, err)
		require.Len(t, args, 1)
	}
}
