package tests

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestSettledPlans runs statements that differ in a constant alone, over and over in one session that remembers plans,
// and from bytes through a codec that remembers payloads: what was written of one constant serves no other.
func TestSettledPlans(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		s := newSample(t)
		s.fill(t, db)
		old, no := s.age().Gt(29), s.age().IsNull()
		all, none := []string{"1", "2", "3", "4", "5"}, []string(nil)
		for _, c := range []struct {
			name     string
			build    func(v bool) *expr.SelectStmt
			yes, not []string
		}{
			{"alone", func(v bool) *expr.SelectStmt { return expr.Select(s.id()).Where(v) }, all, none},
			{"negated", func(v bool) *expr.SelectStmt { return expr.Select(s.id()).From(s.u).Where(expr.Not(v)) }, none, all},
			{"and", func(v bool) *expr.SelectStmt { return expr.Select(s.id()).Where(old, v) }, rowsOver(s, t, db, old), none},
			{"or", func(v bool) *expr.SelectStmt { return expr.Select(s.id()).Where(expr.Or(no, v)) }, all, []string{"5"}},
			{"both", func(v bool) *expr.SelectStmt {
				return expr.Select(s.id()).Where(expr.And(expr.Or(no, v), expr.Or(old, expr.Not(v))))
			}, rowsOver(s, t, db, old), []string{"5"}},
			{"beside a value", func(v bool) *expr.SelectStmt { return expr.Select(s.id()).Where(expr.Of(v).Eq(true), v) }, all, none},
			{"case", func(v bool) *expr.SelectStmt { return expr.Select(expr.CaseElse(2, expr.NewWhen(v, 1))) }, []string{"1"}, []string{"2"}},
			{"join", func(v bool) *expr.SelectStmt {
				a := s.u.Alias("a")
				return expr.Select(expr.Func("count", a.C("id"))).From(s.u).LeftJoin(a, v)
			}, []string{"25"}, []string{"0"}},
			{"filter", func(v bool) *expr.SelectStmt { return expr.Select(expr.Func("count", s.id()).Filter(v)) }, []string{"5"}, []string{"0"}},
			{"having", func(v bool) *expr.SelectStmt {
				return expr.Select(s.age()).GroupBy(s.age()).Having(expr.Or(expr.Func("count").Gt(1), v)).OrderBy(s.age())
			},
				[]string{"NULL", "25", "30", "41"}, []string{"30"}},
		} {
			t.Run(c.name, func(t *testing.T) {
				sess := engine.New(db, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
				codec := serializer.NewCodec(serializer.Binding{MetaData: s.meta}).Remembering(64)
				for i := range 6 {
					v, want := i%2 == 0, c.yes
					if !v {
						want = c.not
					}
					require.ElementsMatch(t, want, rowsOf(t, sess, c.build(v), nil), "%d", i)
					b, err := codec.Dump(c.build(v))
					require.NoError(t, err)
					n, err := codec.Load(b)
					require.NoError(t, err)
					require.ElementsMatch(t, want, rowsOf(t, sess, n, nil), "%d, of bytes", i)
				}
			})
		}
	})
}

func rowsOver(s *sample, t *testing.T, db *testdb.DB, x expr.Expr) []string {
	return rowsOf(t, engine.New(db, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted())), expr.Select(s.id()).Where(x, expr.Of(1).Eq(1)), nil)
}

// TestSettledHaving: an aggregate in HAVING makes one group of all rows, also where a constant decides.
func TestSettledHaving(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		s := newSample(t)
		s.fill(t, db)
		sess := engine.New(db, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		many := expr.Func("count").Gt(100)
		for _, c := range []struct {
			having expr.Expr
			rows   []string
		}{
			{expr.Or(many, true), []string{"1"}}, {expr.And(many, false), nil}, {expr.And(expr.Not(many), true), []string{"1"}}, {expr.Of(true), []string{"1"}},
		} {
			q := expr.Select(1).From(s.u).Having(c.having)
			if db.Name == "sqlite" {
				_, err := sess.Query(t.Context(), q, nil)
				require.ErrorContains(t, err, "HAVING without GROUP BY")
				continue
			}
			require.Equal(t, c.rows, rowsOf(t, sess, q, nil))
		}
	})
}

// TestZoneBetween: behind BETWEEN, PostgreSQL takes no bare AT TIME ZONE, not even within a sum.
func TestZoneBetween(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		s := newSample(t)
		s.fill(t, db)
		sess := engine.New(db, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		utc, day := s.u.C("seen").AtTimeZone("UTC"), expr.Interval(0, 1, 0)
		q := expr.Select(s.id()).Where(utc.Between(utc.Sub(day), utc), utc.Between(utc, utc.Add(day)), utc.AtTimeZone("UTC").AtTimeZone("UTC").Eq(utc)).OrderBy(s.id())
		require.Equal(t, []string{"1", "2", "4", "5"}, rowsOf(t, sess, q, nil))
	})
}

// TestTableAloneFiltered: what a policy puts in a table's place cannot be asked for alone.
func TestTableAloneFiltered(t *testing.T) {
	db := testdb.Open(t, "postgres")
	s := newSample(t)
	s.fill(t, db)
	pol := policy.New().AllowSelect().Grant(expr.GrantRaw).Table(s.u.Table(), policy.Rows(s.id().Lt(3)))
	sess := engine.New(db, db.Dialect).Session(engine.WithPolicy(pol))
	_, err := sess.Query(t.Context(), expr.Select(s.id()).Hint(s.u, "ONLY", "postgres"), nil)
	require.ErrorContains(t, err, "policy")
}

// TestFunctionsOfSchemasTravel: the name of a function with its schema, and typed rows, come back from bytes, where they are granted by just that name.
func TestFunctionsOfSchemasTravel(t *testing.T) {
	rows := expr.UnknownFunc("app.rows", schema.JSON, 1).TableValued("r", []expr.ColumnType{{Name: "a", Type: schema.Integer}}, false)
	for _, q := range []*expr.SelectStmt{expr.Select(rows.C("a")), expr.Select(rows.Typed().C("a"))} {
		b, err := serializer.Dumps(q)
		require.NoError(t, err)
		_, err = serializer.Loads(b, serializer.Binding{MetaData: newSample(t).meta, Grants: []expr.Grant{expr.FunctionGrant("rows")}})
		require.ErrorContains(t, err, "app.rows")
		n, err := serializer.Loads(b, serializer.Binding{MetaData: newSample(t).meta, Grants: []expr.Grant{expr.FunctionGrant("app.rows")}})
		require.NoError(t, err)
		require.True(t, expr.Equal(q, n.Root))
		again, err := serializer.Dumps(n.Root)
		require.NoError(t, err)
		require.Equal(t, b, again)
		_, err = policy.New().AllowSelect().Admit(q)
		require.ErrorContains(t, err, "app.rows")
	}
	for _, name := range []string{"a.b.c.d", ".a", "a.", "a..b", "app.select", "App.x", `a."b`, "a.b(c"} {
		require.Error(t, expr.UnknownFunc(name, schema.Integer).Err(), name)
	}
}
