package tests

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// notes is a table whose rows of another tenant make much fail that is fine of one's own.
type notes struct {
	view, base *expr.TableSource
	pol        *policy.Policy
}

// newNotes filters by a column, or by what another table says, which databases look at
// last.
func newNotes(t testing.TB, byMember bool) *notes {
	col := schema.NewColumn
	m := schema.NewMetaData()
	table := m.Table("notes",
		col("id", schema.BigInteger, schema.PrimaryKey),
		col("tenant_id", schema.BigInteger, schema.NotNull),
		col("code", schema.Text),
		col("n", schema.BigInteger),
		col("x", schema.Double),
		col("pattern", schema.Text),
		col("data", schema.JSON))
	members := expr.Table(m.Table("members", col("note_id", schema.BigInteger, schema.PrimaryKey), col("tenant", schema.BigInteger, schema.NotNull)))
	require.NoError(t, m.Freeze())
	mine := expr.Table(table).C("tenant_id").Eq(policy.Value("tenant"))
	if byMember {
		mine = expr.Select(members.C("note_id")).From(members).
			Where(members.C("note_id").Eq(expr.Table(table).C("id")), members.C("tenant").Eq(policy.Value("tenant"))).Exists()
	}
	pol := policy.New().AllowSelect().AllowInsert().AllowUpdate().AllowDelete().
		Table(table, policy.Deny("tenant_id"), policy.Rows(mine))
	require.NoError(t, pol.Err())
	view, err := pol.Expose(m)
	require.NoError(t, err)
	return &notes{expr.Table(view.Lookup("notes")), expr.Table(table), pol}
}

func (n *notes) fill(t testing.TB, db *testdb.DB, others bool) {
	types := map[string][]string{"sqlite": {"TEXT", "DOUBLE", "TEXT"}, "postgres": {"TEXT", "DOUBLE PRECISION", "JSONB"}, "mariadb": {"TEXT", "DOUBLE", "JSON"}}[db.Name]
	db.Script(t, fmt.Sprintf("CREATE TABLE notes (id BIGINT PRIMARY KEY, tenant_id BIGINT NOT NULL, code %s, n BIGINT, x %s, pattern %s, data %s)", types[0], types[1], types[0], types[2]),
		"CREATE INDEX notes_tenant ON notes (tenant_id)",
		"CREATE TABLE members (note_id BIGINT PRIMARY KEY, tenant BIGINT NOT NULL)",
		"INSERT INTO members VALUES (1, 1), (2, 1), (3, 1), (11, 2), (12, 2), (13, 2)",
		`INSERT INTO notes VALUES (1, 1, '1', 1, 1, 'a%', '{"k": 1}'), (2, 1, '20', 2, 2, 'b', '{"k": 2}'), (3, 1, NULL, NULL, NULL, NULL, NULL)`)
	if others {
		db.Script(t, `INSERT INTO notes VALUES (11, 2, 'secret', 0, 0, '(', '{"k": "text"}'), (12, 2, '2026-01-01', 9223372036854775807, 1e300, '[', '[1]'), (13, 2, '', -9223372036854775808, -1e300, '*', '"s"')`)
	}
}

// failing are conditions that fail on rows of the other tenant, on one database or another.
func failing() map[string]func(n columns) expr.Expr {
	return map[string]func(n columns) expr.Expr{
		"cast to integer":    func(n columns) expr.Expr { return n.C("code").Cast(schema.BigInteger).Ge(1) },
		"cast to date":       func(n columns) expr.Expr { return n.C("code").Cast(schema.Date).IsNull() },
		"cast to numeric":    func(n columns) expr.Expr { return n.C("code").Cast(schema.Numeric(10, 2)).Ge(1) },
		"narrowing cast":     func(n columns) expr.Expr { return n.C("n").Cast(schema.SmallInteger).Ge(1) },
		"division":           func(n columns) expr.Expr { return expr.Of(10).Div(n.C("n")).Ge(1) },
		"integer division":   func(n columns) expr.Expr { return expr.Of(10).IDiv(n.C("n")).Ge(1) },
		"remainder":          func(n columns) expr.Expr { return expr.Of(10).Mod(n.C("n")).Ge(0) },
		"overflow":           func(n columns) expr.Expr { return n.C("n").Mul(3).Ge(3) },
		"overflow of a sum":  func(n columns) expr.Expr { return n.C("n").Add(1).Ge(2) },
		"overflow, negative": func(n columns) expr.Expr { return n.C("n").Neg().Le(0) },
		"a float's overflow": func(n columns) expr.Expr { return n.C("x").Mul(1e300).Ge(1) },
		"power":              func(n columns) expr.Expr { return expr.Func("power", n.C("x"), 9).Ge(1) },
		"abs":                func(n columns) expr.Expr { return expr.Func("abs", n.C("n")).Ge(1) },
		"JSON as a number":   func(n columns) expr.Expr { return n.C("data").Get("k").AsInteger().Ge(1) },
		"a pattern":          func(n columns) expr.Expr { return expr.Of("ab").Like(n.C("pattern")) },
		"a chosen division": func(n columns) expr.Expr {
			return expr.CaseElse(1, expr.NewWhen(n.C("code").Eq("secret"), expr.Of(1).Div(n.C("n").Sub(n.C("n"))))).Ge(1)
		},
		"a chosen constant overflow": func(n columns) expr.Expr {
			return expr.CaseElse(1, expr.NewWhen(n.C("code").Eq("secret"), expr.Of(9223372036854775807).Add(1))).Ge(1)
		},
		"a chosen constant division": func(n columns) expr.Expr {
			return expr.CaseElse(1, expr.NewWhen(n.C("code").Eq("secret"), expr.Of(1).Div(0))).Ge(1)
		},
		"a pattern that ends in the escape": func(n columns) expr.Expr { return n.C("code").Like(`sec\`) },
		"a root":                            func(n columns) expr.Expr { return expr.Func("sqrt", n.C("n")).Ge(1) },
		"a logarithm":                       func(n columns) expr.Expr { return expr.Func("ln", n.C("n")).Ge(0) },
		"a logarithm to ten":                func(n columns) expr.Expr { return expr.Func("log10", n.C("x")).Ge(0) },
		"an inverse":                        func(n columns) expr.Expr { return expr.Func("acosh", n.C("x")).Ge(0) },
		"exp":                               func(n columns) expr.Expr { return expr.Func("exp", n.C("x")).Ge(1) },
		"a character":                       func(n columns) expr.Expr { return expr.Func("chr", n.C("n")).IsNotNull() },
		"a date of parts":                   func(n columns) expr.Expr { return expr.Func("make_date", n.C("n"), n.C("n"), n.C("n")).IsNotNull() },
		"field number none":                 func(n columns) expr.Expr { return expr.Func("split_part", n.C("code"), ",", n.C("n")).Ne("z") },
		"no buckets":                        func(n columns) expr.Expr { return expr.Func("width_bucket", 1, 0, 5, n.C("n")).Ge(0) },
		"a text repeated":                   func(n columns) expr.Expr { return expr.Func("repeat", n.C("code"), n.C("n")).Ne("z") },
		"a text filled":                     func(n columns) expr.Expr { return expr.Func("lpad", n.C("code"), n.C("n"), "x").Ne("z") },
		"a length below none":               func(n columns) expr.Expr { return expr.Func("substr", n.C("code"), 1, n.C("n")).Ne("z") },
		"a multiple":                        func(n columns) expr.Expr { return expr.Func("lcm", n.C("n"), 3).Ge(1) },
		"an expression":                     func(n columns) expr.Expr { return expr.Of("ab").RegexpMatch(n.C("pattern")) },
		"rows for one": func(n columns) expr.Expr {
			two := expr.Values([]expr.ColumnType{{Name: "n", Type: schema.BigInteger}}, []any{1}, []any{2})
			return expr.Select(two.C("n")).From(two).Where(n.C("code").Eq("secret")).Scalar().IsNull()
		},
		"a step of none": func(n columns) expr.Expr {
			g := expr.Func("generate_series", 1, 2, n.C("n")).TableValued("g", []expr.ColumnType{{Name: "n", Type: schema.BigInteger}}, false)
			return expr.Select(g.C("n")).From(g).Exists()
		},
		"a chosen parameter": func(n columns) expr.Expr {
			return expr.CaseElse(1, expr.NewWhen(n.C("code").Eq("secret"), expr.Of(1).Div(expr.Param("zero", schema.BigInteger)))).Ge(1)
		},
	}
}

type columns interface{ C(name string) expr.Expr }

// places are statements that a condition stands in.
func (n *notes) places() map[string]func(cond func(columns) expr.Expr) expr.Node {
	t := n.view
	id := func(s columns) expr.Expr { return s.C("id") }
	sel := func(cond expr.Expr) *expr.SelectStmt { return expr.Select(id(t)).Where(cond) }
	return map[string]func(cond func(columns) expr.Expr) expr.Node{
		"where":    func(c func(columns) expr.Expr) expr.Node { return sel(c(t)).OrderBy(id(t).Asc()) },
		"not":      func(c func(columns) expr.Expr) expr.Node { return sel(c(t).Not()) },
		"beside":   func(c func(columns) expr.Expr) expr.Node { return sel(t.C("code").Eq("secret").And(c(t))) },
		"or":       func(c func(columns) expr.Expr) expr.Node { return sel(t.C("n").Eq(1).Or(c(t))) },
		"a column": func(c func(columns) expr.Expr) expr.Node { return expr.Select(id(t), c(t).Label("c")) },
		"order":    func(c func(columns) expr.Expr) expr.Node { return expr.Select(id(t)).OrderBy(c(t).Asc(), id(t).Asc()) },
		"order and limit": func(c func(columns) expr.Expr) expr.Node {
			return expr.Select(id(t)).OrderBy(c(t).Asc(), id(t).Asc()).Limit(1)
		},
		"group": func(c func(columns) expr.Expr) expr.Node {
			return expr.Select(expr.Func("count").Label("n")).From(t).GroupBy(c(t))
		},
		"having": func(c func(columns) expr.Expr) expr.Node {
			return expr.Select(id(t)).From(t).GroupBy(id(t), t.C("code"), t.C("n"), t.C("x"), t.C("pattern"), t.C("data")).Having(c(t))
		},
		"an aggregate's filter": func(c func(columns) expr.Expr) expr.Node {
			return expr.Select(expr.Func("count").Filter(c(t)).Label("n")).From(t)
		},
		"join": func(c func(columns) expr.Expr) expr.Node {
			a := t.Alias("a")
			return expr.Select(id(t)).From(t).Join(a, id(a).Eq(id(t)).And(c(a)))
		},
		"left join": func(c func(columns) expr.Expr) expr.Node {
			a := t.Alias("a")
			return expr.Select(id(t), id(a).Label("a")).From(t).LeftJoin(a, c(a))
		},
		"where, of a left join": func(c func(columns) expr.Expr) expr.Node {
			a := t.Alias("a")
			return expr.Select(id(t)).From(t).LeftJoin(a, id(a).Eq(id(t))).Where(c(a))
		},
		"in a subquery": func(c func(columns) expr.Expr) expr.Node {
			s := sel(c(t)).Subquery("s")
			return expr.Select(id(s))
		},
		"over a subquery": func(c func(columns) expr.Expr) expr.Node {
			s := expr.Select(t).Subquery("s")
			return expr.Select(id(s)).Where(c(s))
		},
		"a subquery's column": func(c func(columns) expr.Expr) expr.Node {
			s := expr.Select(id(t), c(t).Label("c")).Subquery("s")
			return expr.Select(id(s)).Where(s.C("c"))
		},
		"over distinct rows": func(c func(columns) expr.Expr) expr.Node {
			s := expr.Select(id(t), t.C("code"), t.C("n"), t.C("x"), t.C("pattern"), t.C("data")).Subquery("s")
			return expr.Select(id(s)).Distinct().Where(c(s))
		},
		"over a CTE": func(c func(columns) expr.Expr) expr.Node {
			s := expr.Select(t).CTE("s")
			return expr.Select(id(s)).Where(c(s))
		},
		"over a union": func(c func(columns) expr.Expr) expr.Node {
			s := expr.Select(t).UnionAll(expr.Select(t)).Subquery("s")
			return expr.Select(id(s)).Where(c(s))
		},
		"in a union": func(c func(columns) expr.Expr) expr.Node { return sel(c(t)).Union(sel(id(t).Eq(2))) },
		"exists": func(c func(columns) expr.Expr) expr.Node {
			a := t.Alias("a")
			return sel(expr.Select(id(a)).From(a).Where(id(a).Eq(id(t)), c(a)).Exists())
		},
		"exists, correlated": func(c func(columns) expr.Expr) expr.Node {
			a := t.Alias("a")
			return sel(expr.Select(id(a)).From(a).Where(c(t)).Exists())
		},
		"in": func(c func(columns) expr.Expr) expr.Node {
			a := t.Alias("a")
			return sel(id(t).In(expr.Select(id(a)).From(a).Where(c(a))))
		},
		"a scalar": func(c func(columns) expr.Expr) expr.Node {
			a := t.Alias("a")
			return expr.Select(id(t), expr.Select(expr.Func("count")).From(a).Where(c(a)).Scalar().Label("n"))
		},
		"update": func(c func(columns) expr.Expr) expr.Node {
			return expr.Update(t).Set(expr.Assign{"pattern": "z"}).Where(c(t))
		},
		"update to it": func(c func(columns) expr.Expr) expr.Node {
			return expr.Update(t).Set(expr.Assign{"n": expr.CaseElse(0, expr.NewWhen(c(t), 1))}).AllRows()
		},
		"update, beside others": func(c func(columns) expr.Expr) expr.Node {
			a := t.Alias("a")
			return expr.Update(t).Set(expr.Assign{"pattern": "z"}).From(a).Where(id(a).Eq(id(t)), c(a))
		},
		"delete": func(c func(columns) expr.Expr) expr.Node { return expr.Delete(t).Where(c(t)) },
		"delete, beside others": func(c func(columns) expr.Expr) expr.Node {
			a := t.Alias("a")
			return expr.Delete(t).Using(a).Where(id(a).Eq(id(t)), c(a))
		},
		"insert from it": func(c func(columns) expr.Expr) expr.Node {
			return expr.Insert(t).FromSelect([]string{"id", "code"}, expr.Select(id(t).Add(100), t.C("code")).Where(c(t)))
		},
	}
}

// TestTenantFailures runs what fails of the other tenant's rows: that they are there can
// be told neither by rows nor by errors.
func TestTenantFailures(t *testing.T) {
	testdb.Each(t, func(t *testing.T, both *testdb.DB) {
		alone := testdb.Open(t, both.Name)
		n := newNotes(t, false)
		n.fill(t, both, true)
		n.fill(t, alone, false)
		for _, byMember := range []bool{false, true} {
			n, count := newNotes(t, byMember), 0
			for _, place := range sortedKeys(n.places()) {
				for _, what := range sortedKeys(failing()) {
					stmt := n.places()[place](failing()[what])
					require.NoError(t, expr.Err(stmt), "%s: %s", place, what)
					got, gotErr := n.as(t, both, stmt)
					var unsaid *dialect.Error
					var no *policy.Error
					if errors.As(gotErr, &unsaid) || byMember && errors.As(gotErr, &no) && stmt.Op() == expr.OpInsert {
						continue
					}
					want, wantErr := n.as(t, alone, stmt)
					require.Equal(t, wantErr == nil, gotErr == nil, "%s: %s: %v, without the others %v", place, what, errors.Unwrap(gotErr), wantErr)
					require.Equal(t, want, got, "%s: %s", place, what)
					count++
				}
			}
			require.Greater(t, count, 300)
			t.Log(count, "statements")
		}
	})
}

// as runs a statement as the first tenant, and shows all rows of the table afterwards.
func (n *notes) as(t *testing.T, db *testdb.DB, stmt expr.Node) (lines []string, err error) {
	tx, err := db.Begin()
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback()) }()
	sess := engine.New(tx, db.Dialect).Session(engine.WithPolicy(n.pol, policy.Values{"tenant": 1}))
	params := engine.Params{}
	expr.Walk(stmt, func(n expr.Node) bool {
		if p, ok := n.(*expr.ParamExpr); ok {
			params[p.Parameter().Name()] = 0
		}
		return true
	})
	if !expr.GivesRows(stmt.(expr.Statement)) {
		changed, err := sess.Exec(context.Background(), stmt, params)
		if err != nil {
			return nil, err
		}
		all := engine.New(tx, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		b := n.base
		foreign := rowsOf(t, all, expr.Select(b.C("id"), b.C("code"), b.C("pattern"), b.C("n")).Where(b.C("tenant_id").Ne(1)), nil)
		if len(foreign) > 0 {
			require.Equal(t, []string{"11|secret|(|0", "12|2026-01-01|[|9223372036854775807", "13||*|-9223372036854775808"}, foreign)
		}
		return append(rowsOf(t, all, expr.Select(b.C("id"), b.C("code"), b.C("pattern"), b.C("n")).Where(b.C("tenant_id").Eq(1)), nil), fmt.Sprint(changed.Rows)), nil
	}
	r, err := sess.Query(context.Background(), stmt, params)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for r.Next() {
		line := ""
		for _, v := range r.Values() {
			line += shown(v) + "|"
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines, r.Err()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
