package engine_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// TestGivenParameters: a tree with conditions that stand there if a parameter is given is
// another statement for each set that is, remembered as such.
func TestGivenParameters(t *testing.T) {
	db, things := open(t)
	name, least := expr.Param("name", schema.Text), expr.NewParameter("least", schema.BigInteger).WithMin(expr.Int(0))
	flag := expr.Param("day", schema.Boolean) // which its condition does not name
	q := expr.Select(things.C("id")).OrderBy(things.C("id")).Where(
		name.IfGiven(things.C("name").IsNotDistinctFrom(name)), expr.ParamOf(least).IfGiven(things.C("id").Ge(expr.ParamOf(least))),
		flag.IfGiven(things.C("day").IsNotNull()))
	for plans, sess := range map[string]*engine.Session{"remembered": session(db), "not": engine.New(db, dialect.SQLite).WithPlans(0).Session(engine.WithPolicy(policy.New().AllowSelect()))} {
		for range 3 {
			for _, c := range []struct {
				params engine.Params
				want   []int64
			}{
				{nil, []int64{1, 2, 3}},
				{engine.Params{"name": "one"}, []int64{1}},
				{engine.Params{"name": nil}, []int64{3}},
				{engine.Params{"least": 2}, []int64{2, 3}},
				{engine.Params{"least": 2, "name": nil}, []int64{3}},
				{engine.Params{"day": true}, []int64{1, 2}},
				{engine.Params{"day": false, "least": 2}, []int64{2}},
			} {
				got, err := engine.All[int64](t.Context(), sess, q, c.params)
				require.NoError(t, err, "%v", c.params)
				require.Equal(t, c.want, got, "%s %v", plans, c.params)
			}
		}
		_, err := engine.All[int64](t.Context(), sess, q, engine.Params{"least": -1, "nam": "one", "day": "x"})
		var wrong *engine.ParamError
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, []string{"day", "least", "nam"}, []string{wrong.Problems[0].Name, wrong.Problems[1].Name, wrong.Problems[2].Name})
	}
	sess := session(db)
	var texts []string
	for _, given := range []engine.Params{{"name": 1}, nil, {"least": 1}, {"name": 1, "least": 1}, {"name": 1}, nil} {
		made, err := sess.CompileGiven(q, given)
		require.NoError(t, err)
		texts = append(texts, made.SQL())
	}
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(texts))), 4)
	require.Equal(t, texts[:2], texts[4:])
}

// TestGivenParametersElsewhere: one that stands outside of its condition too is needed,
// and given or not it is another statement.
func TestGivenParametersElsewhere(t *testing.T) {
	db, things := open(t)
	n := expr.Param("n", schema.BigInteger)
	q := expr.Select(things.C("id")).OrderBy(things.C("id")).Where(n.IfGiven(things.C("id").Ne(n)), things.C("id").Ge(n))
	sess := session(db)
	for range 3 {
		_, err := engine.All[int64](t.Context(), sess, q, nil)
		require.ErrorContains(t, err, "expected a value of type big_integer, got none")
		got, err := engine.All[int64](t.Context(), sess, q, engine.Params{"n": 1})
		require.NoError(t, err)
		require.Equal(t, []int64{2, 3}, got)
	}
}

// TestGivenChanges: no change loses all that says which rows it is of.
func TestGivenChanges(t *testing.T) {
	db, things := open(t)
	sess := engine.New(db, dialect.SQLite).Session(engine.WithPolicy(policy.Unrestricted()))
	id, name := expr.Param("id", schema.BigInteger), expr.Param("name", schema.Text)
	q := expr.Update(things).Set(expr.Assign{"tag": "x"}).Where(id.IfGiven(things.C("id").Eq(id)), name.IfGiven(things.C("name").Eq(name)))
	_, err := sess.Exec(t.Context(), q, nil)
	var wrong *expr.Error
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, expr.CodeMissing, wrong.Code)
	total, err := engine.ExecMany(t.Context(), sess, q, slices.Values([]engine.Params{{"id": 1}, {"name": "zwei"}, {"id": 3, "name": "one"}}))
	require.NoError(t, err)
	require.Equal(t, int64(2), total.Rows)
	_, err = engine.ExecMany(t.Context(), sess, q, slices.Values([]engine.Params{{"id": 1}, {}}))
	require.ErrorContains(t, err, "set 2: ")
}
