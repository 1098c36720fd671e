package tests

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/tests/testdb"
)

// ungrouped is a select of groups, and the same as PostgreSQL is asked.
type ungrouped struct {
	name   string
	build  func(s *sample) expr.Node
	column string // that may differ within a group; "" for none
	sql    string
}

func ungroupeds() []ungrouped {
	n := func() expr.Item { return expr.Func("count").Label("n") }
	city := func(s *sample) expr.Expr { return s.a.C("city") }
	count := func(s *sample, conds ...any) expr.Expr {
		return expr.Select(expr.Func("count")).From(s.a).Where(conds...).Scalar()
	}
	return []ungrouped{
		{"a bare column", func(s *sample) expr.Node { return expr.Select(s.name(), n()).GroupBy(s.age()) }, "users.name",
			"SELECT name, count(*) FROM users GROUP BY age"},
		{"beside an aggregate", func(s *sample) expr.Node { return expr.Select(s.name(), expr.Func("max", s.age())) }, "users.name",
			"SELECT name, max(age) FROM users"},
		{"where HAVING alone groups", func(s *sample) expr.Node { return expr.Select(s.name()).Having(expr.Func("count").Gt(1)) }, "users.name",
			"SELECT name FROM users HAVING count(*) > 1"},
		{"where ORDER BY alone groups", func(s *sample) expr.Node { return expr.Select(s.name()).OrderBy(expr.Func("count")) }, "users.name",
			"SELECT name FROM users ORDER BY count(*)"},
		{"in an expression", func(s *sample) expr.Node {
			return expr.Select(s.age().Add(1), expr.Case(expr.NewWhen(s.name().Eq("a"), 1))).GroupBy(s.age())
		}, "users.name", "SELECT age + 1, CASE WHEN name = 'a' THEN 1 END FROM users GROUP BY age"},
		{"in HAVING", func(s *sample) expr.Node { return expr.Select(s.age()).GroupBy(s.age()).Having(s.name().Gt("b")) }, "users.name",
			"SELECT age FROM users GROUP BY age HAVING name > 'b'"},
		{"in ORDER BY", func(s *sample) expr.Node { return expr.Select(s.age()).GroupBy(s.age()).OrderBy(s.name()) }, "users.name",
			"SELECT age FROM users GROUP BY age ORDER BY name"},
		{"keys and aggregates", func(s *sample) expr.Node {
			return expr.Select(s.age(), n(), expr.Func("min", s.name()), expr.Func("count", s.id()).Filter(s.u.C("active"))).GroupBy(s.age()).OrderBy(expr.Func("max", s.name()))
		}, "", "SELECT age, count(*), min(name), count(id) FILTER (WHERE active) FROM users GROUP BY age ORDER BY max(name)"},
		{"what depends on the key", func(s *sample) expr.Node {
			return expr.Select(s.name(), s.age().Add(1), n()).GroupBy(s.id()).Having(s.age().Gt(26), s.name().Ne("x")).OrderBy(s.u.C("score"))
		}, "", "SELECT name, age + 1, count(*) FROM users GROUP BY id HAVING age > 26 AND name <> 'x' ORDER BY score"},
		{"what depends on the key of another table", func(s *sample) expr.Node {
			return expr.Select(s.id(), city(s), n()).Join(s.a).GroupBy(s.id())
		}, "addresses.city", "SELECT users.id, city, count(*) FROM users JOIN addresses ON user_id = users.id GROUP BY users.id"},
		{"what depends on the key of a table joined", func(s *sample) expr.Node {
			return expr.Select(s.name(), n()).LeftJoin(s.a).GroupBy(s.id()).Having(s.age().IsNotNull())
		}, "", "SELECT name, count(*) FROM users LEFT JOIN addresses ON user_id = users.id GROUP BY users.id HAVING age IS NOT NULL"},
		{"a unique column is no key", func(s *sample) expr.Node { return expr.Select(s.age()).GroupBy(s.name()) }, "users.age",
			"SELECT age FROM users GROUP BY name"},
		{"the key of another alias", func(s *sample) expr.Node {
			b := s.u.Alias("b")
			return expr.Select(b.C("name")).From(s.u.Join(b, b.C("id").Eq(s.id()))).GroupBy(s.id())
		}, "b.name", "SELECT b.name FROM users JOIN users b ON b.id = users.id GROUP BY users.id"},
		{"the key of an alias", func(s *sample) expr.Node {
			b := s.u.Alias("b")
			return expr.Select(b.C("name")).GroupBy(b.C("id"))
		}, "", "SELECT b.name FROM users b GROUP BY b.id"},
		{"the key of a derived source", func(s *sample) expr.Node {
			d := expr.Select(s.id(), s.name()).Subquery("d")
			return expr.Select(d.C("name")).GroupBy(d.C("id"))
		}, "d.name", "SELECT d.name FROM (SELECT id, name FROM users) d GROUP BY d.id"},
		{"the key of a CTE", func(s *sample) expr.Node {
			d := expr.Select(s.id(), s.name()).CTE("d")
			return expr.Select(d.C("name")).GroupBy(d.C("id"))
		}, "d.name", "WITH d AS (SELECT id, name FROM users) SELECT d.name FROM d GROUP BY d.id"},
		{"a key that is computed", func(s *sample) expr.Node {
			return expr.Select(s.age().Add(1), s.age().Add(1).Mul(2), n()).GroupBy(s.age().Add(1))
		}, "", "SELECT age + 1, (age + 1) * 2, count(*) FROM users GROUP BY age + 1"},
		{"a part of one", func(s *sample) expr.Node { return expr.Select(s.age(), n()).GroupBy(s.age().Add(1)) }, "users.age",
			"SELECT age, count(*) FROM users GROUP BY age + 1"},
		{"another one", func(s *sample) expr.Node { return expr.Select(s.age().Add(2), n()).GroupBy(s.age().Add(1)) }, "users.age",
			"SELECT age + 2, count(*) FROM users GROUP BY age + 1"},
		{"a computed key, in HAVING and ORDER BY", func(s *sample) expr.Node {
			x := func() expr.Expr { return expr.Func("lower", s.name()) }
			return expr.Select(x().Label("l"), n()).GroupBy(x()).Having(x().Gt("a")).OrderBy(x().Desc())
		}, "", "SELECT lower(name) l, count(*) FROM users GROUP BY lower(name) HAVING lower(name) > 'a' ORDER BY lower(name) DESC"},
		{"a label", func(s *sample) expr.Node {
			return expr.Select(expr.Func("lower", s.name()).Label("l"), n()).GroupBy(expr.Ref("l")).Having(expr.Ref("l").Gt("a")).OrderBy(expr.Ref("n"))
		}, "", "SELECT lower(name) l, count(*) n FROM users GROUP BY l HAVING lower(name) > 'a' ORDER BY n"},
		{"a label of another column", func(s *sample) expr.Node {
			return expr.Select(expr.Func("lower", s.name()).Label("l"), s.age().Label("a")).GroupBy(expr.Ref("l"))
		}, "users.age", "SELECT lower(name) l, age a FROM users GROUP BY l"},
		{"a query that names a key", func(s *sample) expr.Node {
			return expr.Select(s.id(), count(s, s.a.C("user_id").Eq(s.id())).Label("n")).From(s.u).GroupBy(s.id())
		}, "", "SELECT id, (SELECT count(*) FROM addresses WHERE user_id = users.id) n FROM users GROUP BY id"},
		{"a query that names what depends on a key", func(s *sample) expr.Node {
			return expr.Select(s.id(), count(s, city(s).Eq(s.name())).Label("n")).From(s.u).GroupBy(s.id())
		}, "", "SELECT id, (SELECT count(*) FROM addresses WHERE city = users.name) n FROM users GROUP BY id"},
		{"a query that names no key", func(s *sample) expr.Node {
			return expr.Select(s.age(), count(s, s.a.C("user_id").Eq(s.id())).Label("n")).From(s.u).GroupBy(s.age())
		}, "users.id", "SELECT age, (SELECT count(*) FROM addresses WHERE user_id = users.id) n FROM users GROUP BY age"},
		{"a query in HAVING that names no key", func(s *sample) expr.Node {
			return expr.Select(s.age()).From(s.u).GroupBy(s.age()).Having(expr.Exists(expr.Select(1).From(s.a).Where(s.a.C("user_id").Eq(s.id()))))
		}, "users.id", "SELECT age FROM users GROUP BY age HAVING EXISTS (SELECT 1 FROM addresses WHERE user_id = users.id)"},
		{"a query two levels down", func(s *sample) expr.Node {
			b := s.a.Alias("b")
			in := expr.Select(b.C("id")).Where(b.C("city").Eq(s.name()))
			return expr.Select(s.age(), count(s, s.a.C("id").In(in)).Label("n")).From(s.u).GroupBy(s.age())
		}, "users.name", "SELECT age, (SELECT count(*) FROM addresses WHERE id IN (SELECT b.id FROM addresses b WHERE b.city = users.name)) n FROM users GROUP BY age"},
		{"a computed key in a query below", func(s *sample) expr.Node {
			return expr.Select(s.age().Add(1), count(s, s.a.C("user_id").Eq(s.age().Add(1))).Label("n")).From(s.u).GroupBy(s.age().Add(1))
		}, "users.age", "SELECT age + 1, (SELECT count(*) FROM addresses WHERE user_id = users.age + 1) n FROM users GROUP BY age + 1"},
		{"a key that is a query", func(s *sample) expr.Node {
			return expr.Select(count(s, s.a.C("user_id").Eq(s.id())).Label("k"), n()).From(s.u).GroupBy(expr.Ref("k")).OrderBy(expr.Ref("k"))
		}, "", "SELECT (SELECT count(*) FROM addresses WHERE user_id = users.id) k, count(*) FROM users GROUP BY k ORDER BY k"},
		{"a query in WHERE", func(s *sample) expr.Node {
			return expr.Select(s.age(), n()).Where(expr.Exists(expr.Select(1).From(s.a).Where(s.a.C("user_id").Eq(s.id())))).GroupBy(s.age())
		}, "", "SELECT age, count(*) FROM users WHERE EXISTS (SELECT 1 FROM addresses WHERE user_id = users.id) GROUP BY age"},
		{"a column of the query around it", func(s *sample) expr.Node {
			in := expr.Select(expr.Func("max", city(s)).Label("m"), s.name().Label("o")).From(s.a).Where(s.a.C("user_id").Eq(s.id()))
			return expr.Select(s.id()).From(s.u).Where(expr.Exists(in))
		}, "", "SELECT id FROM users WHERE EXISTS (SELECT max(city), users.name FROM addresses WHERE user_id = users.id)"},
		{"an outer column beside its own", func(s *sample) expr.Node {
			in := expr.Select(city(s).Label("c"), expr.Func("count").Label("n")).From(s.a).Where(s.a.C("user_id").Eq(s.id())).GroupBy(s.id())
			return expr.Select(s.id()).From(s.u).Where(expr.Exists(in))
		}, "addresses.city", "SELECT id FROM users WHERE EXISTS (SELECT city, count(*) FROM addresses WHERE user_id = users.id GROUP BY users.id)"},
		{"a window over groups", func(s *sample) expr.Node {
			rank := expr.Func("rank").Over(expr.Window{}.OrderBy(expr.Func("count").Desc()))
			return expr.Select(s.age(), rank.Label("r"), expr.Func("sum", expr.Func("count")).Over(expr.PartitionBy(s.age())).Label("t")).GroupBy(s.age())
		}, "", "SELECT age, rank() OVER (ORDER BY count(*) DESC) r, sum(count(*)) OVER (PARTITION BY age) t FROM users GROUP BY age"},
		{"what a window takes", func(s *sample) expr.Node {
			return expr.Select(s.age(), expr.Func("sum", s.id()).Over(expr.Window{}).Label("t")).GroupBy(s.age())
		}, "users.id", "SELECT age, sum(id) OVER () t FROM users GROUP BY age"},
		{"what a window is ordered by", func(s *sample) expr.Node {
			return expr.Select(s.age(), expr.Func("row_number").Over(expr.Window{}.OrderBy(s.name())).Label("t")).GroupBy(s.age())
		}, "users.name", "SELECT age, row_number() OVER (ORDER BY name) t FROM users GROUP BY age"},
		{"what a named window is parted by", func(s *sample) expr.Node {
			return expr.Select(s.age(), expr.Func("count").Over(expr.NamedWindow("w")).Label("t")).Window("w", expr.PartitionBy(s.name())).GroupBy(s.age())
		}, "users.name", "SELECT age, count(*) OVER w t FROM users GROUP BY age WINDOW w AS (PARTITION BY name)"},
		{"a window groups nothing", func(s *sample) expr.Node {
			return expr.Select(s.name(), expr.Func("sum", s.id()).Over(expr.Window{}).Label("t"))
		}, "", "SELECT name, sum(id) OVER () t FROM users"},
		{"keys of a rollup", func(s *sample) expr.Node {
			return expr.Select(s.age(), s.u.C("active"), n()).GroupBy(expr.RollupOf(s.age(), s.u.C("active")))
		}, "", "SELECT age, active, count(*) FROM users GROUP BY ROLLUP (age, active)"},
		{"a bare column of a rollup", func(s *sample) expr.Node {
			return expr.Select(s.age(), s.name(), n()).GroupBy(expr.RollupOf(s.age()))
		}, "users.name", "SELECT age, name, count(*) FROM users GROUP BY ROLLUP (age)"},
		{"nothing depends on a key that is rolled up", func(s *sample) expr.Node { return expr.Select(s.name(), n()).GroupBy(expr.RollupOf(s.id())) }, "users.name",
			"SELECT name, count(*) FROM users GROUP BY ROLLUP (id)"},
		{"a key beside a rollup", func(s *sample) expr.Node {
			return expr.Select(s.name(), s.age(), n()).GroupBy(s.id(), expr.RollupOf(s.age()))
		}, "", "SELECT name, age, count(*) FROM users GROUP BY id, ROLLUP (age)"},
		{"a key in every set", func(s *sample) expr.Node {
			return expr.Select(s.name(), n()).GroupBy(expr.GroupingSetsOf([]any{s.id(), s.age()}, []any{s.id()}))
		}, "", "SELECT name, count(*) FROM users GROUP BY GROUPING SETS ((id, age), (id))"},
		{"a key in some sets", func(s *sample) expr.Node {
			return expr.Select(s.name(), n()).GroupBy(expr.GroupingSetsOf([]any{s.age()}, []any{s.id()}))
		}, "users.name", "SELECT name, count(*) FROM users GROUP BY GROUPING SETS ((age), (id))"},
		{"a key of a cube", func(s *sample) expr.Node {
			return expr.Select(s.age(), expr.Func("grouping", s.age()).Label("g"), n()).GroupBy(expr.CubeOf(s.age(), s.name()))
		}, "", "SELECT age, grouping(age) g, count(*) FROM users GROUP BY CUBE (age, name)"},
		{"distinct on no key", func(s *sample) expr.Node {
			return expr.Select(s.age(), n()).GroupBy(s.age()).Distinct(s.name())
		}, "users.name", "SELECT DISTINCT ON (name) age, count(*) FROM users GROUP BY age"},
		{"arguments of an ordered-set aggregate", func(s *sample) expr.Node {
			return expr.Select(expr.Func("percentile_cont", s.u.C("score")).WithinGroup(s.age()).Label("p"))
		}, "users.score", "SELECT percentile_cont(score) WITHIN GROUP (ORDER BY age) FROM users"},
		{"constants and parameters", func(s *sample) expr.Node { return expr.Select(1, n(), expr.Func("current_date")).From(s.u) }, "",
			"SELECT 1, count(*), current_date FROM users"},
		{"a member of a compound", func(s *sample) expr.Node {
			return expr.Select(s.id()).UnionAll(expr.Select(s.id()).GroupBy(s.age()))
		}, "users.id", "SELECT id FROM users UNION ALL SELECT id FROM users GROUP BY age"},
		{"the query of an insert", func(s *sample) expr.Node {
			return expr.Insert(s.a).FromSelect([]string{"id", "user_id"}, expr.Select(s.id(), expr.Func("max", s.age())))
		}, "users.id", "INSERT INTO addresses (id, user_id) SELECT id, max(age) FROM users"},
		{"of many keys", func(s *sample) expr.Node {
			var keys []any
			for _, c := range s.u.Columns() {
				if c.Column.Name() != "data" { // of no order
					keys = append(keys, s.u.C(c.Column.Name()))
				}
			}
			for i := range 20 {
				keys = append(keys, s.age().Add(i))
			}
			return expr.Select(append(keys[1:], s.age().Add(40).Mul(2), n())...).GroupBy(keys[2:]...)
		}, "users.parent_id", "SELECT parent_id, name, count(*) FROM users GROUP BY name, age, active"},
	}
}

// TestUngrouped: a column that may differ within a group is refused on every database, as
// PostgreSQL does; SQLite and MariaDB would take it of any row. What PostgreSQL
// takes, all that have the words take.
func TestUngrouped(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		s := newSample(t)
		s.fill(t, db)
		sess := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		for _, c := range ungroupeds() {
			t.Run(c.name, func(t *testing.T) {
				stmt := c.build(s)
				require.NoError(t, expr.Err(stmt))
				if db.Name == "postgres" {
					_, err := db.Exec(c.sql)
					require.Equal(t, c.column != "", err != nil, "%v", err)
					if err != nil {
						require.ErrorContains(t, err, "42803")
					}
				}
				_, err := sess.All(context.Background(), stmt, nil)
				var words *dialect.Error
				if c.column == "" {
					require.True(t, err == nil || errors.As(err, &words) && words.Code == dialect.CodeUnsupported, "%v", err)
					return
				}
				var e *expr.Error
				require.ErrorAs(t, err, &e)
				require.Equal(t, expr.CodeUngrouped, e.Code)
				require.Contains(t, e.Reason, c.column+" may differ within a group")
			})
		}
	})
}
