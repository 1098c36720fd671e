package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// TestAttacks refuses ways around the rules of columns, aggregates and sizes.
func TestAttacks(t *testing.T) {
	col := schema.NewColumn
	m := schema.NewMetaData()
	people := expr.Table(m.Table("people", col("id", schema.BigInteger, schema.PrimaryKey), col("name", schema.Text),
		col("team", schema.Text), col("secret", schema.Text), col("salary", schema.BigInteger), col("tenant_id", schema.BigInteger, schema.NotNull)))
	pays := expr.Table(m.Table("pays", col("who", schema.Text), col("pay", schema.BigInteger)))
	other := expr.Table(m.Table("other", col("id", schema.BigInteger, schema.PrimaryKey), col("n", schema.BigInteger)))
	require.NoError(t, m.Freeze())
	pol := policy.New().AllowSelect().AllowInsert().AllowUpdate().
		WithLimits(policy.Limits{Items: 10}).
		Table(people.Table(), policy.Read("id", "name", "team"), policy.Filter("id", "name", "secret"), policy.Order("id"), policy.Write("id", "name", "secret"),
			policy.Deny("tenant_id"), policy.AggregateOnly(3, "salary"), policy.Rows(people.C("tenant_id").Eq(policy.Value("tenant")))).
		Table(pays.Table(), policy.Read("who"), policy.AggregateOnly(3, "pay")).
		Table(other.Table(), policy.Read())
	require.NoError(t, pol.Err())
	secrets := expr.Select(people.C("secret"))
	sum := expr.Func("sum", pays.C("pay")).Label("v")
	rows := map[string]*expr.TableFunctionSource{}
	series := func(column string) *expr.TableFunctionSource {
		if rows[column] == nil {
			x := people.C(column).Cast(schema.BigInteger)
			rows[column] = expr.Func("generate_series", x, x).TableValued("g", []expr.ColumnType{{Name: "n", Type: schema.BigInteger}}, false)
		}
		return rows[column]
	}
	for name, stmt := range map[string]expr.Node{
		"a query that stands in EXISTS and is a member of the statement": secrets.UnionAll(
			expr.Select(other.C("id").Cast(schema.Text)).Where(expr.Of("x").In(secrets))),
		"a label in an expression of ORDER BY":                    expr.Select(people.C("team").Label("t")).OrderBy(expr.Ref("t").Concat("x")),
		"a label in ORDER BY of a compound":                       expr.Select(people.C("team").Label("t")).Union(expr.Select(people.C("name"))).OrderBy(expr.Ref("t")),
		"a sum beside a table of an implicit FROM":                expr.Select(sum).Where(pays.C("who").Eq("ann"), other.C("n").Gt(0)),
		"a sum beside a table of a join in FROM":                  expr.Select(sum).From(expr.Join(expr.InnerJoin, pays, other, true)).Where(pays.C("who").Eq("ann")),
		"a sum of what the query around has":                      expr.Select(expr.Select(sum).From(other).Scalar().Label("s")).From(pays),
		"a column that may not be read, as an argument in FROM":   expr.Select(series("secret").C("n")).From(people, series("secret")),
		"an aggregate-only column, as an argument in FROM":        expr.Select(series("salary").C("n")).From(people, series("salary")),
		"an aggregate in the order of what may not be ordered by": expr.Select(expr.Func("count", people.C("salary")).OrderBy(people.C("secret"))),
		"a column that may not be read, compared as a column":     expr.Select(expr.Of("x").In(secrets)),
		"a column that may not be read, compared in an order":     expr.Select(people.C("id")).OrderBy(expr.Of("x").Eq(expr.Any(secrets))),
		"a column that may only be read, in an insert's way":      expr.Insert(people).Values(expr.Assign{"id": 1, "name": "x"}).OnConflict("team").DoNothing(),
		"the tenant's column, in an insert's way":                 expr.Insert(people).Values(expr.Assign{"id": 1, "name": "x"}).OnConflict("tenant_id").DoNothing(),
		"a column for aggregates alone, in an insert's way":       expr.Insert(people).Values(expr.Assign{"id": 1, "name": "x"}).OnConflict("salary").DoNothing(),
		"the tenant's number of an insert": expr.Insert(people).Values(expr.Assign{"id": 1, "name": "x"}).
			OnConflict("id").DoUpdate(expr.Assign{"name": expr.Excluded(people).C("tenant_id").Cast(schema.Text)}),
	} {
		require.NoError(t, expr.Err(stmt), name)
		_, err := pol.Admit(stmt)
		require.ErrorContains(t, err, "policy: refused", name)
	}

	// What can fail is fenced wherever it stands that a database may take before the filter.
	fails := expr.Of(10).Div(people.C("id"))
	inner := expr.Select(people.C("id")).Where(fails.Gt(1)).Limit(1).Scalar()
	for name, stmt := range map[string]*expr.SelectStmt{
		"a label in HAVING":                    expr.Select(fails.Label("v")).GroupBy(people.C("id")).Having(expr.Ref("v").Gt(0)),
		"a query in DISTINCT ON":               expr.Select(other.C("id")).From(other).Distinct(inner),
		"a query in the order of an aggregate": expr.Select(expr.Func("string_agg", other.C("id").Cast(schema.Text), ",").OrderBy(inner)).From(other),
		"a query in a window":                  expr.Select(expr.Func("count").Over(expr.NamedWindow("w"))).From(other).Window("w", expr.PartitionBy(inner)),
	} {
		require.NoError(t, expr.Err(stmt), name)
		a, err := pol.Admit(stmt)
		require.NoError(t, err, name)
		said, err := dialect.Postgres.Compile(a)
		require.NoError(t, err, name)
		require.Contains(t, said.SQL(), "OFFSET", name)
	}

	// A list that is bound is held to the sizes, too.
	list := expr.Select(people.C("id")).Where(people.C("id").In(expr.Param("ids", schema.ArrayOf(schema.BigInteger))))
	a, err := pol.Admit(list)
	require.NoError(t, err)
	for _, d := range []*dialect.Dialect{dialect.SQLite, dialect.Postgres, dialect.MariaDB} {
		stmt, err := d.Compile(a)
		require.NoError(t, err)
		host, err := policy.Values{"tenant": 1}.For(stmt.HostValues())
		require.NoError(t, err)
		for n, want := range map[int]string{10: "", 11: "policy: refused"} {
			values, err := expr.ParamValues(stmtParams(stmt), map[string]any{"ids": make([]int64, n)})
			require.NoError(t, err)
			_, err = stmt.ArgsUnder(values, host)
			if want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, want, d.Name())
			}
		}
	}

	// What HAVING says is looked at of groups that are large enough only.
	stmt := expr.Select(expr.Func("sum", people.C("salary")).Label("v")).Where(people.C("id").Eq(1)).
		Having(expr.Of(1).Div(expr.Func("sum", people.C("salary")).Sub(5000)).Gt(0))
	a, err = pol.Admit(stmt)
	require.NoError(t, err)
	said, err := dialect.Postgres.Compile(a)
	require.NoError(t, err)
	having := said.SQL()[strings.Index(said.SQL(), " HAVING "):]
	require.True(t, strings.HasPrefix(having, " HAVING CASE WHEN count(DISTINCT"), having)

	// What a database says may quote a column that may not be read.
	require.True(t, policy.New().AllowSelect().Table(other.Table(), policy.Deny("n")).FiltersRows())
	require.True(t, policy.New().AllowSelect().Table(other.Table(), policy.Read("id"), policy.Filter("n")).FiltersRows())
	require.False(t, policy.New().AllowSelect().Table(other.Table(), policy.Read()).FiltersRows())
}

// TestLiteralsOfTheHost: what guards the rows of a change is none of the statement's own literals,
// and neither is what a dialect says in other words.
func TestLiteralsOfTheHost(t *testing.T) {
	m := schema.NewMetaData()
	people := expr.Table(m.Table("people", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("n", schema.BigInteger)))
	require.NoError(t, m.Freeze())
	id, n := people.C("id"), people.C("n")
	for _, test := range []struct {
		policy  *policy.Policy
		stmt    expr.Node
		dialect *dialect.Dialect
		own     int // literals
	}{
		{policy.New().AllowUpdate().Table(people.Table(), policy.Read(), policy.Filter(), policy.Write(), policy.Rows(id.Gt(1))),
			expr.Update(people).Set(expr.Assign{"n": 2}).Where(expr.Of(3).Div(n).Gt(4)), dialect.SQLite, 3},
		{policy.Unrestricted(), expr.Select(expr.Func("count").Filter(n.Gt(2))), dialect.MySQL, 1},
	} {
		a, err := test.policy.Admit(test.stmt)
		require.NoError(t, err)
		s, err := test.dialect.Compile(a)
		require.NoError(t, err)
		args, err := s.Args(nil)
		require.NoError(t, err)
		own := 0
		for _, arg := range s.Own(args) {
			if arg != nil {
				own++
			}
		}
		require.Equal(t, test.own, own, s.SQL())
		require.Greater(t, len(args), own, s.SQL())
	}
}

// TestNamesOfOtherMetaData: nothing that a statement defines is called as a table of a
// condition is, whatever metadata that belongs to.
func TestNamesOfOtherMetaData(t *testing.T) {
	s := newShop(t)
	m := schema.NewMetaData()
	members := expr.Table(m.Table("members", schema.NewColumn("order_id", schema.BigInteger, schema.PrimaryKey)))
	require.NoError(t, m.Freeze())
	pol := policy.New().AllowSelect().Table(s.orders.Table(), policy.Rows(
		expr.Select(members.C("order_id")).From(members).Where(members.C("order_id").Eq(s.orders.C("id"))).Exists()))
	fake := expr.Select(expr.Of(5).Label("order_id")).CTE("members")
	a, err := pol.Admit(expr.Select(s.orders.C("id")).From(fake, s.orders))
	require.NoError(t, err)
	said, err := dialect.SQLite.Compile(a)
	require.NoError(t, err)
	require.NotContains(t, said.SQL(), `WITH "members"`)
	require.Contains(t, said.SQL(), `FROM "members"`)
}

func stmtParams(stmt *dialect.Statement) (list []*expr.Parameter) {
	for _, p := range stmt.Parameters().All() {
		list = append(list, p)
	}
	return list
}
