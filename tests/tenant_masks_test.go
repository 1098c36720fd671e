package tests

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestMasksInGroups: whatever is grouped, tested, counted or ordered by is what the mask shows.
func TestMasksInGroups(t *testing.T) {
	count := func() expr.Item { return expr.Func("count").Label("n") }
	for name, c := range map[string]struct {
		build func(s *sample) expr.Node
		rows  string
		err   string
	}{
		"a masked key": {rows: "20|1\n30|2\n40|1\nNULL|1", build: func(s *sample) expr.Node { return expr.Select(s.age(), count()).GroupBy(s.age()) }},
		"a masked key in HAVING": {rows: "30|2\n40|1", build: func(s *sample) expr.Node {
			return expr.Select(s.age(), count()).GroupBy(s.age()).Having(s.age().Gt(29))
		}},
		"a computed key": {rows: "21|1\n31|2\n41|1\nNULL|1", build: func(s *sample) expr.Node {
			return expr.Select(s.age().Add(1).Label("a"), count()).GroupBy(s.age().Add(1)).OrderBy(s.age().Add(1))
		}},
		"what depends on a key": {rows: "1|a\n3|Z\n4|d", build: func(s *sample) expr.Node {
			return expr.Select(s.id(), s.name()).GroupBy(s.id()).Having(s.age().Ge(30)).OrderBy(s.name())
		}},
		"in a query in HAVING": {rows: "1|2\n3|2", build: func(s *sample) expr.Node {
			in := expr.Select(1).From(s.a.Alias("b")).Where(s.age().Eq(30))
			return expr.Select(s.id(), count()).From(s.u.Join(s.a)).GroupBy(s.id()).Having(expr.Exists(in))
		}},
		"in aggregates": {rows: "20|40|Z", build: func(s *sample) expr.Node {
			z := expr.Func("max", s.name()).Filter(s.id().Eq(3))
			return expr.Select(expr.Func("min", s.age()), expr.Func("max", s.age()), z)
		}},
		"distinct":                       {rows: "20\n30\n40\nNULL", build: func(s *sample) expr.Node { return expr.Select(s.age()).Distinct().OrderBy(s.age()) }},
		"a masked column that is no key": {err: "users.name may differ within a group", build: func(s *sample) expr.Node { return expr.Select(s.name(), count()).GroupBy(s.age()) }},
		"a masked column of a joined table": {err: "users.name may differ within a group", build: func(s *sample) expr.Node {
			return expr.Select(s.name(), count()).From(s.u.Join(s.a)).GroupBy(s.a.C("id"))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			testdb.Each(t, func(t *testing.T, db *testdb.DB) {
				s := newSample(t)
				s.fill(t, db)
				pol := policy.New().AllowSelect().
					Table(s.meta.Lookup("users"), policy.Mask("age", s.age().IDiv(10).Mul(10)), policy.Mask("name", expr.Func("substr", s.name(), 1, 1))).
					Table(s.meta.Lookup("addresses"))
				require.NoError(t, pol.Err())
				sess := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(pol))
				r, err := sess.Query(context.Background(), c.build(s), nil)
				if c.err != "" {
					require.ErrorContains(t, err, c.err)
					return
				}
				require.NoError(t, err)
				defer r.Close()
				var lines []string
				for r.Next() {
					var cells []string
					for _, v := range r.Values() {
						cells = append(cells, shown(v))
					}
					lines = append(lines, strings.Join(cells, "|"))
				}
				require.NoError(t, r.Err())
				slices.Sort(lines)
				require.Equal(t, c.rows, strings.Join(lines, "\n"))
			})
		})
	}
}
