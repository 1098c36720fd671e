package tests

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// constructsOfFunctions are the functions that stand elsewhere than among columns,
// and those of others. All others are in scalarCalls and rowsCalls.
func constructsOfFunctions() []construct {
	noTables := map[string]string{"sqlite": "in FROM", "mysql": "in FROM", "mariadb": "in FROM"}
	numbers := func(list ...any) expr.Expr { return expr.Array(schema.Integer, list...) }
	from := func(x expr.Expr, ordinality bool) expr.Node {
		columns := []expr.ColumnType{{Name: "v"}}
		if ordinality {
			columns = append(columns, expr.ColumnType{Name: "n"})
		}
		g := x.TableValued("g", columns, ordinality)
		q := expr.Select(g.C("v")).From(g).OrderBy(g.C("v").Asc())
		if ordinality {
			q = expr.Select(g.C("v"), g.C("n")).From(g).OrderBy(g.C("n").Asc())
		}
		return q
	}
	noGrouping := map[string]string{"sqlite": "sqlite has none", "mariadb": "mariadb has none"}
	return []construct{{
		name: "function: grouping", rows: "false|0|2\ntrue|0|2\nNULL|0|1\nNULL|1|5", refused: noGrouping,
		build: func(s *sample) expr.Node {
			active := s.u.C("active")
			return expr.Select(active, expr.Func("grouping", active).Label("all"), expr.Func("count").Label("n")).From(s.u).GroupBy(expr.RollupOf(active)).
				OrderBy(expr.Func("grouping", active).Asc(), active.Asc().NullsLast())
		},
	}, {
		name: "function: grouping of two keys", rows: "0|1\n0|3\n0|4\n0|5\n1|3\n1|4\n1|5\n3|5", refused: noGrouping,
		build: func(s *sample) expr.Node {
			active, mood := s.u.C("active"), s.u.C("mood")
			return expr.Select(expr.Func("grouping", active, mood).Label("g"), expr.Func("max", s.id()).Label("n")).From(s.u).
				GroupBy(expr.RollupOf(active, mood)).OrderBy(expr.Func("grouping", active, mood).Asc(), expr.Func("max", s.id()).Asc())
		},
	}, {
		name: "function: generate_series", rows: "1\n2\n3", emulated: "sqlite mysql mariadb",
		build: func(*sample) expr.Node { return from(expr.Func("generate_series", 1, 3), false) },
	}, {
		name: "function: generate_series in steps", rows: "1\n3\n5", emulated: "sqlite mysql mariadb",
		build: func(*sample) expr.Node { return from(expr.Func("generate_series", 5, 0, -2), false) },
	}, {
		name: "function: generate_series of nothing", emulated: "sqlite mysql mariadb",
		build: func(*sample) expr.Node { return from(expr.Func("generate_series", 3, 1), false) },
	}, {
		name: "function: generate_series with ordinality", rows: "5|1\n3|2\n1|3", emulated: "sqlite mysql mariadb",
		build: func(*sample) expr.Node { return from(expr.Func("generate_series", 5, 1, -2), true) },
	}, {
		name: "function: generate_series to NULL", emulated: "sqlite mysql mariadb",
		build: func(*sample) expr.Node {
			return from(expr.Func("generate_series", 1, expr.TypedLiteral(expr.Value{}, schema.Integer)), false)
		},
	}, {
		name: "function: generate_series at the ends of integers", rows: "-9223372036854775806\n-9223372036854775808\n9223372036854775805\n9223372036854775807", emulated: "sqlite mysql mariadb",
		build: func(*sample) expr.Node {
			series := func(from, to, step int64) expr.Query {
				g := expr.Func("generate_series", from, to, step).TableValued("g", []expr.ColumnType{{Name: "v"}}, false)
				return expr.Select(g.C("v")).From(g)
			}
			return expr.Compound(expr.UnionAll, series(math.MinInt64, math.MinInt64+3, 2), series(math.MaxInt64, math.MaxInt64-3, -2))
		},
	}, {
		name: "function: generate_series of a parameter and a query", rows: "2\n3\n4\n5", emulated: "sqlite mysql mariadb", params: engine.Params{"from": 2},
		build: func(s *sample) expr.Node {
			last := expr.Select(expr.Func("max", s.id())).From(s.u).Scalar()
			return from(expr.Func("generate_series", expr.Param("from", schema.Integer), last), false)
		},
	}, {
		name: "function: rows that generate_series has and others have not", rows: "6|NULL\n7|NULL", emulated: "sqlite mysql mariadb",
		build: func(s *sample) expr.Node {
			g := expr.Func("generate_series", 4, 7).TableValued("g", []expr.ColumnType{{Name: "v"}}, false)
			return expr.Select(g.C("v"), s.id()).From(g).LeftJoin(s.u, s.id().Eq(g.C("v"))).Where(s.id().IsNull()).OrderBy(g.C("v").Asc())
		},
	}, {
		name: "function: generate_series of a column", rows: "1|1\n2|1\n2|2", emulated: "mysql", refused: map[string]string{"sqlite": "generate_series of columns", "mariadb": "generate_series of columns"},
		build: func(s *sample) expr.Node {
			g := expr.Func("generate_series", 1, s.id()).TableValued("g", []expr.ColumnType{{Name: "v"}}, false)
			return expr.Select(s.id(), g.C("v")).From(s.u, g).Where(s.id().Lt(3)).OrderBy(s.id().Asc(), g.C("v").Asc())
		},
	}, {
		name: "function: unnest with ordinality", rows: "7|1\nNULL|2\n9|3", refused: noTables,
		build: func(*sample) expr.Node {
			return from(expr.Func("unnest", numbers(7, expr.TypedLiteral(expr.Value{}, schema.Integer), 9)), true)
		},
	}, {
		name: "function: unnest of text", rows: "a\né", refused: noTables,
		build: func(*sample) expr.Node {
			return from(expr.Func("unnest", expr.Func("string_to_array", "é,a", ",")), false)
		},
	}, {
		name: "function: unnest of an empty array", refused: noTables,
		build: func(*sample) expr.Node { return from(expr.Func("unnest", numbers()), false) },
	}, {
		name: "function: generate_subscripts", rows: "1\n2\n3", refused: noTables,
		build: func(*sample) expr.Node { return from(expr.Func("generate_subscripts", numbers(7, 8, 9)), false) },
	}, {
		name: "function: generate_subscripts of an empty array", refused: noTables,
		build: func(*sample) expr.Node { return from(expr.Func("generate_subscripts", numbers()), false) },
	}, {
		name: "function: one that the database alone knows", rows: "1\n2\n3\n4\n5",
		build: func(s *sample) expr.Node {
			return expr.Select(expr.UnknownFunc("abs", schema.BigInteger, s.id()).Label("n")).From(s.u)
		},
	}, {
		name: "function: an aggregate that the database alone knows, of a window", rows: "1\n2\n3\n4\n5",
		build: func(s *sample) expr.Node {
			return expr.Select(expr.UnknownFunc("max", schema.BigInteger, s.id()).Over(expr.Window{}.OrderBy(s.id())).Label("n")).From(s.u)
		},
	}}
}

// TestSeriesThatFails: what cannot be counted is an error, not rows that are missing.
func TestSeriesThatFails(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		sess := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		fails := func(args ...any) {
			g := expr.Func("generate_series", args...).TableValued("g", []expr.ColumnType{{Name: "v"}}, false)
			_, err := sess.Scalar(t.Context(), expr.Select(expr.Func("count", g.C("v"))).From(g), nil)
			assert.Error(t, err, "%v", args)
		}
		fails(1, 9, 0)
		if db.Name == "mariadb" { // others count on
			fails(1, 1_000_000_000)
			fails(int64(math.MinInt64), int64(math.MaxInt64))
		}
	})
}
