package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// everywhere lists statements with every expression in every place.
func (s *shop) everywhere() map[string]expr.Statement {
	o, st := s.orders, s.staff
	a := o.Alias("a")
	sub := expr.Select(o.C("id"), o.C("total")).Where(o.C("state").Eq("x")).Subquery("sub")
	exprs := map[string]func(c func(string) expr.Expr) expr.Expr{
		"a column":  func(c func(string) expr.Expr) expr.Expr { return c("id") },
		"hidden":    func(c func(string) expr.Expr) expr.Expr { return c("tenant_id").Eq(1) },
		"a literal": func(func(string) expr.Expr) expr.Expr { return expr.Of(5) },
		"comparison": func(c func(string) expr.Expr) expr.Expr {
			return c("state").Eq("x").And(c("id").Gt(3), c("total").Lt(9))
		},
		"arithmetic": func(c func(string) expr.Expr) expr.Expr { return c("id").Add(1).Mul(expr.Of(2).Add(3)) },
		"total":      func(func(string) expr.Expr) expr.Expr { return expr.Of(2).Add(3).Neg() },
		"division":   func(c func(string) expr.Expr) expr.Expr { return expr.Of(1).Div(c("total")).Gt(0) },
		"not":        func(c func(string) expr.Expr) expr.Expr { return c("id").Eq(1).And(c("state").IsNull()).Not() },
		"minus":      func(c func(string) expr.Expr) expr.Expr { return c("total").Neg() },
		"like":       func(c func(string) expr.Expr) expr.Expr { return c("state").Like(`a\`).Or(c("state").ILike("b%")) },
		"a function": func(c func(string) expr.Expr) expr.Expr { return expr.Func("lower", expr.Func("upper", c("state"))) },
		"aggregate":  func(c func(string) expr.Expr) expr.Expr { return expr.Func("sum", c("total")) },
		"filtered":   func(c func(string) expr.Expr) expr.Expr { return expr.Func("avg", c("total")).Filter(c("id").Gt(1)) },
		"distinct":   func(c func(string) expr.Expr) expr.Expr { return expr.Func("count", c("total")).Distinct() },
		"of a sum":   func(c func(string) expr.Expr) expr.Expr { return expr.Func("sum", c("total").Add(1)) },
		"window": func(c func(string) expr.Expr) expr.Expr {
			return expr.Func("sum", c("total")).Over(expr.PartitionBy(c("state")))
		},
		"in":   func(c func(string) expr.Expr) expr.Expr { return c("state").In("a", "b", "c") },
		"cast": func(c func(string) expr.Expr) expr.Expr { return c("state").Cast(schema.BigInteger) },
		"case": func(c func(string) expr.Expr) expr.Expr {
			return expr.CaseElse(1, expr.NewWhen(c("id").Eq(1), c("total")))
		},
		"a parameter": func(func(string) expr.Expr) expr.Expr { return expr.Param("p", schema.BigInteger) },
		"many": func(func(string) expr.Expr) expr.Expr {
			return expr.Of(1).Eq(expr.Any(expr.Param("l", schema.ArrayOf(schema.BigInteger))))
		},
		"a scalar query": func(c func(string) expr.Expr) expr.Expr {
			return expr.Select(expr.Func("max", st.C("salary"))).From(st).Where(st.C("id").Eq(c("id"))).Scalar()
		},
		"exists": func(c func(string) expr.Expr) expr.Expr {
			return expr.Select(st.C("password")).From(st).Where(st.C("id").Eq(c("id"))).Exists()
		},
		"in a query": func(c func(string) expr.Expr) expr.Expr { return c("id").In(expr.Select(st.C("id")).From(st)) },
	}
	of := o.C
	places := map[string]func(x func(func(string) expr.Expr) expr.Expr) expr.Statement{
		"columns": func(x func(func(string) expr.Expr) expr.Expr) expr.Statement {
			return expr.Select(x(of).Label("x"), o.C("id")).From(o).OrderBy(expr.Ref("x").Asc()).Limit(5)
		},
		"where": func(x func(func(string) expr.Expr) expr.Expr) expr.Statement {
			return expr.Select(o.C("id")).From(o).Where(x(of)).Limit(expr.Param("n", schema.BigInteger)).Offset(3)
		},
		"groups": func(x func(func(string) expr.Expr) expr.Expr) expr.Statement {
			return expr.Select(x(of).Label("x")).From(o).GroupBy(o.C("id"), expr.Ref("x")).Having(expr.Ref("x").IsNotNull())
		},
		"having": func(x func(func(string) expr.Expr) expr.Expr) expr.Statement {
			return expr.Select(o.C("state")).From(o).GroupBy(o.C("state")).Having(x(of)).OrderBy(x(of).Desc())
		},
		"joins": func(x func(func(string) expr.Expr) expr.Expr) expr.Statement {
			return expr.Select(o.C("id")).From(o).LeftJoin(a, x(of).Eq(x(a.C))).Join(st, st.C("id").Eq(a.C("id")))
		},
		"a join in FROM": func(x func(func(string) expr.Expr) expr.Expr) expr.Statement {
			return expr.Select(o.C("id")).From(expr.Join(expr.InnerJoin, o, a, x(a.C).Eq(1)), st)
		},
		"distinct": func(x func(func(string) expr.Expr) expr.Expr) expr.Statement {
			return expr.Select(x(of)).From(o).Distinct().OrderBy(o.C("id").Asc())
		},
		"a subquery": func(x func(func(string) expr.Expr) expr.Expr) expr.Statement {
			s := expr.Select(x(of).Label("id"), o.C("total")).From(o).Subquery("s")
			return expr.Select(s.C("id")).From(s).Where(s.C("total").Gt(1))
		},
		"over a subquery": func(x func(func(string) expr.Expr) expr.Expr) expr.Statement {
			return expr.Select(sub.C("id")).From(sub).Where(x(func(name string) expr.Expr {
				if name == "total" {
					return sub.C("total")
				}
				return sub.C("id")
			}))
		},
		"a CTE": func(x func(func(string) expr.Expr) expr.Expr) expr.Statement {
			s := expr.Select(x(of).Label("x")).From(o).CTE("s")
			return expr.Select(s.C("x")).From(s)
		},
		"a compound": func(x func(func(string) expr.Expr) expr.Expr) expr.Statement {
			return expr.Select(o.C("id").Label("x")).From(o).UnionAll(expr.Select(x(of).Label("x")).From(o)).OrderBy(expr.Ref("x").Asc()).Limit(3)
		},
		"update": func(x func(func(string) expr.Expr) expr.Expr) expr.Statement {
			return expr.Update(o).Set(expr.Assign{"state": x(of)}).Where(x(of))
		},
		"delete": func(x func(func(string) expr.Expr) expr.Expr) expr.Statement {
			return expr.Delete(o).Where(x(of))
		},
		"insert": func(x func(func(string) expr.Expr) expr.Expr) expr.Statement {
			return expr.Insert(o).FromSelect([]string{"id", "state"}, expr.Select(x(a.C), a.C("state")).From(a).Where(x(a.C)))
		},
	}
	all := map[string]expr.Statement{}
	for place, in := range places {
		for what, x := range exprs {
			if stmt := in(x); expr.Err(stmt) == nil { // not every expression stands everywhere
				all[what+" in "+place] = stmt
			}
		}
	}
	return all
}

// TestScanByFields: what is found without asking the commonest nodes for their fields is what
// is found with it, under policies that allow more and less.
func TestScanByFields(t *testing.T) {
	s := newShop(t)
	o, st := s.orders, s.staff
	policies := map[string]*policy.Policy{
		"rules":    s.rules(),
		"filtered": policy.New().AllowSelect().Table(o.Table(), policy.Rows(o.C("tenant_id").Eq(policy.Value("tenant")))).Table(st.Table()),
		"by the name": policy.New().AllowSelect().AllowUpdate().AllowInsert().AllowDelete().
			Table(o.Table(), policy.Read("id"), policy.Filter("state"), policy.Order("staff_id"), policy.Write("state", "staff_id"), policy.AggregateOnly(2, "total")).
			WithLimits(policy.Limits{Nodes: 3, Joins: 1, Subqueries: 1, Items: 1, Rows: 1, RequireLimit: true}),
		"no kinds":     policy.New().AllowSelect().DenyKinds(expr.OpColumn, expr.OpCall, expr.OpSelect, expr.OpJoin, expr.OpTable, expr.OpLiteral),
		"no operators": policy.New().AllowSelect().DenyOperators("=", "+", "LIKE", "NOT", "-").AllowFunctions("upper"),
	}
	for name, p := range policies {
		require.NoError(t, p.Err())
		for what, stmt := range s.everywhere() {
			require.Equal(t, p.Scanned(stmt, true), p.Scanned(stmt, false), "%s under %s", what, name)
		}
	}
	require.Greater(t, len(s.everywhere()), 200)
}

// TestWrittenOnce: what stands in a table's place is written in later statements as in the
// first, whatever parameters and literals these have.
func TestWrittenOnce(t *testing.T) {
	s := newShop(t)
	o, st := s.orders, s.staff
	pol := func() *policy.Policy {
		return policy.New().AllowSelect().AllowInsert().AllowUpdate().AllowDelete().
			Table(o.Table(), policy.Mask("state", expr.CaseElse(expr.Of("other"), expr.NewWhen(o.C("id").Gt(policy.Value("from", schema.BigInteger)), "late"))),
				policy.Rows(o.C("tenant_id").Eq(policy.Value("tenant")), o.C("id").Gt(5),
					o.C("staff_id").In(expr.Select(st.C("id").Add(5).Label("n")).From(st).GroupBy(st.C("id").Add(5)).OrderBy(st.C("id").Add(5).Asc()).Limit(5)))).
			Table(st.Table(), policy.Rows(st.C("team").Eq(policy.Value("team")), st.C("id").Ne(policy.Value("tenant"))))
	}
	values := map[string]expr.Value{"tenant": expr.Int(7), "from": expr.Int(3), "team": expr.Text("a")}
	list, err := expr.ValueOf([]int64{1, 2}, schema.ArrayOf(schema.BigInteger))
	require.NoError(t, err)
	params := map[string]expr.Value{"p": expr.Int(1), "l": list, "n": expr.Int(9)}
	kept, count := pol(), 0
	for round := range 2 {
		for what, stmt := range s.everywhere() {
			for _, d := range []*dialect.Dialect{dialect.SQLite, dialect.Postgres, dialect.MariaDB, dialect.MySQL, dialect.Postgres.With(dialect.ExactText)} {
				said := func(p *policy.Policy) (string, []any) {
					a, err := p.Admit(stmt)
					if err != nil {
						return err.Error(), nil
					}
					c, err := d.Compile(a)
					if err != nil {
						return err.Error(), nil
					}
					count++
					host := map[string]expr.Value{}
					for _, h := range c.HostValues().All() {
						host[h.Name()] = values[h.Name()]
					}
					own := map[string]expr.Value{}
					for _, p := range c.Parameters().All() {
						own[p.Name()] = params[p.Name()]
					}
					args, err := c.ArgsUnder(own, host)
					require.NoError(t, err)
					return c.SQL(), args
				}
				want, wantArgs := said(pol())
				got, gotArgs := said(kept)
				require.Equal(t, want, got, "%s, round %d", what, round)
				require.Equal(t, wantArgs, gotArgs, "%s, round %d", what, round)
			}
		}
	}
	require.Greater(t, count, 2000)
}
