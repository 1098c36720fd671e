package tests

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// difference is a line of DIFFERENCES.md: where databases would answer differently.
type difference struct {
	name  string // as the line begins
	build func(s *sample) expr.Node

	// Rows are what every database gives, with the options if there are any.
	rows    string
	options []dialect.Option

	// Apart are rows by database where nothing makes them agree (with options:
	// without them), or "error: " and a part of the database's error.
	apart map[string]string
}

func differences() []difference {
	once := func(xs ...any) func(*sample) expr.Node { return func(*sample) expr.Node { return expr.Select(xs...) } }
	ids := func(cond func(s *sample) expr.Expr) func(*sample) expr.Node {
		return func(s *sample) expr.Node { return expr.Select(s.id()).Where(cond(s)).OrderBy(s.id()) }
	}
	dec := func(text string) expr.Expr { return literal(schema.Numeric(0, 0), text) }
	cents := func(x expr.Expr) expr.Expr { return x.Cast(schema.Numeric(10, 2)) }
	ofAnn := func(columns func(s *sample) []any) func(*sample) expr.Node {
		return func(s *sample) expr.Node { return expr.Select(columns(s)...).Where(s.id().Eq(1)) }
	}
	exact := []dialect.Option{dialect.ExactText}
	const largest = 1<<63 - 1
	all := func(answer string) map[string]string {
		return map[string]string{"sqlite": answer, "postgres": answer, "mariadb": answer}
	}
	return []difference{
		{name: "integer quotients", build: once(expr.Of(7).Div(2), expr.Of(-7).IDiv(2), expr.Of(-7).Mod(3), expr.Of(7).Mod(-3)), rows: "3.5|-3|-1|1"},
		{name: "rounding of halves", rows: "3|-3|0.3|3|-3", build: once(expr.Func("round", dec("2.5")), expr.Func("round", dec("-2.5")), expr.Func("round", dec("0.25"), 1),
			expr.Of(2.5).Cast(schema.Integer), expr.Of(-2.5).Cast(schema.Integer))},
		{name: "decimals shown", build: once(dec("0.1").Add(dec("0.2")), dec("1.10").Mul(3)), rows: "0.3|3.3"},
		{name: "decimals compared", build: once(dec("0.06").Add(dec("0.01")).Eq(dec("0.07"))), apart: map[string]string{"sqlite": "false", "postgres": "true", "mariadb": "true"}},
		{name: "decimals compared, cast", build: once(cents(dec("0.06").Add(dec("0.01"))).Eq(dec("0.07")), cents(dec("0.1").Add(dec("0.2"))).Eq(dec("0.30"))), rows: "true|true"},
		{name: "sums of decimals", build: func(s *sample) expr.Node {
			return expr.Select(expr.Func("sum", s.u.C("balance")), cents(expr.Func("sum", s.u.C("balance"))).Eq(dec("100025.09"))).From(s.u)
		}, rows: "100025.09|true"},
		{name: "means of decimals", rows: "", build: func(s *sample) expr.Node {
			return expr.Select(expr.Func("avg", s.id())).Where(s.id().In(1, 2, 4))
		}, apart: map[string]string{"sqlite": "2.33333333333333", "postgres": "2.3333333333333333", "mariadb": "2.3333"}},
		{name: "division by zero", build: once(expr.Of(1).Div(0), expr.Of(1).IDiv(0), expr.Of(1).Mod(0), expr.Of(1.5).Div(0), expr.Of(6).Div(4)), options: []dialect.Option{dialect.NullDivision}, rows: "NULL|NULL|NULL|NULL|1.5", apart: map[string]string{"sqlite": "NULL|NULL|NULL|NULL|1.5", "postgres": "error: 22012", "mariadb": "NULL|NULL|NULL|NULL|1.5"}},
		{name: "division by nullif", build: once(expr.Of(1).Div(expr.Func("nullif", expr.Of(0), 0)), expr.Of(6).IDiv(expr.Func("nullif", expr.Of(3), 0))), rows: "NULL|2"},
		{name: "integer overflow", build: once(expr.Of(int64(largest)).Add(1)), apart: map[string]string{"sqlite": "9.22337203685e+18", "postgres": "error: 22003", "mariadb": "error: 1690"}},
		{name: "floats as text", build: once(expr.Of(0.1).Cast(schema.Text), literal(schema.Double, "2").Cast(schema.Text)), apart: map[string]string{"sqlite": "0.1|2.0", "postgres": "0.1|2", "mariadb": "0.1|2"}},
		{name: "booleans", rows: "true|true|false|1", build: once(expr.Of(1).Lt(2), expr.Of(true), expr.Not(expr.Of(true)), expr.Of(1).Lt(2).Cast(schema.Integer))},
		{name: "decimals as text", build: ofAnn(func(s *sample) []any { return []any{s.u.C("balance").Cast(schema.Text)} }), apart: map[string]string{"sqlite": "12.5", "postgres": "12.50", "mariadb": "12.50"}},
		{name: "times as text", build: ofAnn(func(s *sample) []any {
			return []any{s.u.C("created").Cast(schema.Text), s.u.C("born").Cast(schema.Text)}
		}), rows: "2026-01-31 13:45:00|1994-02-28"},
		{name: "booleans as text", rows: "true", build: once(expr.Of(1).Lt(2).Cast(schema.Text))},
		{name: "empty text", build: ids(func(s *sample) expr.Expr { return expr.Or(s.u.C("email").Eq(""), s.u.C("email").IsNull()) }), rows: "2\n4"},
		{name: "text compared", build: ids(func(s *sample) expr.Expr {
			return expr.Or(s.name().Eq("ANN"), s.name().Eq("ann "), s.name().In("BOB"), expr.And(s.name().Lt("a"), s.name().Gt("Z")))
		}), options: exact, rows: "3", apart: map[string]string{"sqlite": "3", "postgres": "3", "mariadb": "1\n2"}},
		{name: "text compared, of no column", options: exact, rows: "false|false|false|false|true|true", build: func(*sample) expr.Node {
			a, upper := expr.Of("abc"), expr.Func("upper", expr.Of("abc"))
			return expr.Select(a.Eq("ABC"), a.In("ABC", "abc "), upper.Like("ab%"), a.StartsWith("A"), a.Between("abb", "abd"), upper.Ne(a))
		}, apart: map[string]string{"sqlite": "false|false|true|true|true|true", "postgres": "false|false|false|false|true|true", "mariadb": "true|true|true|true|true|false"}},
		{name: "text joined, grouped, distinct and united", options: exact, rows: "5|Bob|1", build: func(s *sample) expr.Node {
			names := expr.Compound(expr.Union, expr.Select(s.name()), expr.Select(expr.Func("upper", s.name()).Cast(schema.Text)).Where(s.id().Eq(1)), expr.Select(s.name())).Subquery("n")
			v := expr.Values([]expr.ColumnType{{Name: "v", Type: schema.Text}}, []any{"bob"}, []any{"Bob"}).Alias("v")
			return expr.Select(expr.Select(expr.Func("count")).From(names).Scalar().Sub(1), v.C("v"), expr.Func("count")).Join(v, s.name().Eq(v.C("v"))).GroupBy(v.C("v"))
		}, apart: map[string]string{"sqlite": "5|Bob|1", "postgres": "5|Bob|1"}},
		{name: "text grouped, in HAVING", options: exact, rows: "Rome|2", build: func(s *sample) expr.Node {
			city := s.a.C("city")
			return expr.Select(city, expr.Func("count")).From(s.a).GroupBy(city).Having(city.StartsWith("R"))
		}, apart: all("Rome|2")},
		{name: "text sorted", options: exact, rows: "Bob\nZoë\nann\ndan", build: func(s *sample) expr.Node {
			return expr.Select(s.name()).Where(s.id().Lt(5)).OrderBy(s.name())
		}, apart: map[string]string{"sqlite": "Bob\nZoë\nann\ndan", "mariadb": "ann\nBob\ndan\nZoë"}},
		{name: "the case of LIKE", options: exact, rows: "1", build: ids(func(s *sample) expr.Expr {
			return expr.Or(s.name().Like("an_"), s.name().StartsWith("AN"), s.name().EndsWith("NN"), s.name().Contains("B"+"O"))
		}), apart: map[string]string{"sqlite": "1\n2", "postgres": "1", "mariadb": "1\n2"}},
		{name: "wildcards of LIKE", options: exact, rows: "5", build: ids(func(s *sample) expr.Expr {
			return expr.Or(s.name().Like(`50\%\_%`), s.name().Contains("*"), s.name().StartsWith("[5]"), s.name().EndsWith("?"))
		})},
		{name: "ILIKE", build: ids(func(s *sample) expr.Expr { return s.name().ILike("AN%") }), rows: "1"},
		{name: "NULL in orders", options: []dialect.Option{dialect.NullsSmallest}, rows: "5\n2\n1\n3\n4", build: func(s *sample) expr.Node {
			return expr.Select(s.id()).OrderBy(s.age(), s.id())
		}, apart: map[string]string{"sqlite": "5\n2\n1\n3\n4", "postgres": "2\n1\n3\n4\n5", "mariadb": "5\n2\n1\n3\n4"}},
		{name: "NULL in orders, largest", options: []dialect.Option{dialect.NullsLargest}, rows: "5|1\n4|2\n1|3\n3|4\n2|5", build: func(s *sample) expr.Node {
			return expr.Select(s.id(), expr.Func("row_number").Over(expr.Window{}.OrderBy(s.age().Desc(), s.id())).Label("n")).OrderBy(s.age().Desc(), s.id())
		}},
		{name: "NULL in orders, said", rows: "2\n1\n3\n4\n5", build: func(s *sample) expr.Node {
			return expr.Select(s.id()).OrderBy(s.age().Asc().NullsLast(), s.id())
		}},
		{name: "text that is no date", build: once(expr.Of("2026-02-31").Cast(schema.Date)), apart: map[string]string{"sqlite": "2026-03-03", "postgres": "error: 22008", "mariadb": "NULL"}},
		{name: "the ends of months", build: once(literal(schema.DateTime, "2026-01-31 00:00:00").Add(span(1, 0, 0))), rows: "2026-02-28 00:00:00"},
		{name: "a key that an object has twice", build: func(s *sample) expr.Node {
			return expr.Select(literal(schema.JSON, `{"a": 1, "a": 2}`).Get("a").AsInteger())
		}, apart: map[string]string{"sqlite": "1", "postgres": "2", "mariadb": "1"}},
		{name: "columns that may differ within a group", build: func(s *sample) expr.Node {
			return expr.Select(s.name(), expr.Func("max", s.id()))
		}, apart: all("error: users.name may differ within a group; group by it, or take min, max or any_value of it")},
		{name: "DISTINCT ordered by another column", build: func(s *sample) expr.Node {
			return expr.Select(s.age()).OrderBy(s.name()).Distinct()
		}, apart: all("error: ORDER BY beside DISTINCT: what is ordered by must be a column of the select")},
		{name: "spaces at the end of a text", rows: "[ a ]|[b ]\n[ c  ]|[]", build: func(*sample) expr.Node {
			v := expr.Values([]expr.ColumnType{{Name: "t", Type: schema.Text}}, []any{" a "}, []any{" c  "}).Alias("v")
			u := expr.Compound(expr.UnionAll, expr.Select(expr.Of("b ").Label("t")), expr.Select(expr.Func("max", ""))).Subquery("u")
			in := func(x expr.Expr) expr.Expr { return expr.Func("concat", "[", x, "]") }
			n := func(x expr.Expr) expr.Expr { return expr.Func("char_length", x) }
			return expr.Select(in(v.C("t")), in(u.C("t"))).From(v).Join(u, n(v.C("t")).Add(n(u.C("t"))).In(5, 4), n(v.C("t")).Eq(3).Eq(n(u.C("t")).Eq(2))).OrderBy(n(v.C("t")))
		}},
		{name: "filters of an outer join", rows: "1\n2\n3\n4\n5", build: func(s *sample) expr.Node {
			return expr.Select(s.id()).LeftJoin(s.a, s.a.C("id").Lt(0)).OrderBy(s.id()).
				Where(expr.Tuple(s.id(), s.a.C("id")).Lt(expr.Tuple(9, 9)), expr.Func("json_array_length", expr.Func("json_build_array", s.a.C("id"))).Eq(1))
		}},
		{name: "a scalar query of several rows", build: func(s *sample) expr.Node {
			return expr.Select(expr.Select(s.id()).OrderBy(s.id()).Scalar())
		}, apart: map[string]string{"sqlite": "1", "postgres": "error: 21000", "mariadb": "error: 1242"}},
		{name: "a rollup of no rows", build: func(s *sample) expr.Node {
			return expr.Select(expr.Func("count", s.id())).Where(s.id().Lt(0)).GroupBy(expr.RollupOf(s.name()))
		}, apart: map[string]string{"sqlite": "error: ROLLUP", "postgres": "0", "mariadb": ""}},
		{name: "JSON read as another type", build: func(s *sample) expr.Node {
			j := literal(schema.JSON, `{"a": "5", "b": null}`)
			return expr.Select(j.Get("a").AsInteger(), j.Get("b").AsString(), j.Get("b").IsNull())
		}, rows: "NULL|NULL|false"},
	}
}

// TestDifferences holds each line of DIFFERENCES.md to the databases.
func TestDifferences(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		s := newSample(t)
		s.fill(t, db)
		answer := func(t *testing.T, d *dialect.Dialect, stmt expr.Node) (string, error) {
			r, err := engine.New(db.DB, d).Session(engine.WithPolicy(policy.Unrestricted())).Query(context.Background(), stmt, nil)
			if err != nil {
				return "", err
			}
			defer r.Close()
			var lines []string
			for r.Next() {
				var cells []string
				for _, v := range r.Values() {
					cells = append(cells, shown(v))
				}
				lines = append(lines, strings.Join(cells, "|"))
			}
			return strings.Join(lines, "\n"), r.Err()
		}
		for _, c := range differences() {
			t.Run(c.name, func(t *testing.T) {
				stmt := c.build(s)
				require.NoError(t, expr.Err(stmt))
				if c.rows != "" {
					rows, err := answer(t, db.Dialect.With(c.options...), stmt)
					require.NoError(t, err)
					require.Equal(t, c.rows, rows)
				}
				want, apart := c.apart[db.Name]
				if !apart {
					return
				}
				rows, err := answer(t, db.Dialect, stmt)
				if part, fails := strings.CutPrefix(want, "error: "); fails {
					require.ErrorContains(t, err, part)
					return
				}
				require.NoError(t, err)
				require.Equal(t, want, rows)
			})
		}
	})
}

// TestDifferencesAreDocumented holds that DIFFERENCES.md has a line for each
// difference, and none that is not tested.
func TestDifferencesAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../engine/dialect/DIFFERENCES.md")
	require.NoError(t, err)
	var documented, tested []string
	for _, line := range strings.Split(string(text), "\n") {
		if cell, ok := strings.CutPrefix(line, "| "); ok && !strings.HasPrefix(line, "| where") {
			name, _, _ := strings.Cut(cell, " |")
			documented = append(documented, name)
		}
	}
	for _, d := range differences() {
		tested = append(tested, d.name)
	}
	slices.Sort(documented)
	slices.Sort(tested)
	require.Equal(t, tested, documented)
}
