package tests

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestTenantPlans: a filtered statement uses the indexes that one with the condition
// written by hand uses, on every database.
func TestTenantPlans(t *testing.T) {
	col := schema.NewColumn
	m := schema.NewMetaData()
	orders := expr.Table(m.Table("orders", col("id", schema.BigInteger, schema.PrimaryKey), col("tenant", schema.BigInteger, schema.NotNull),
		col("buyer", schema.BigInteger), col("total", schema.BigInteger)))
	buyers := expr.Table(m.Table("buyers", col("id", schema.BigInteger, schema.PrimaryKey), col("tenant", schema.BigInteger, schema.NotNull), col("name", schema.Text)))
	require.NoError(t, m.Freeze())
	pol := policy.New().AllowSelect().AllowUpdate().AllowDelete()
	for _, s := range []*expr.TableSource{orders, buyers} {
		pol = pol.Table(s.Table(), policy.Rows(s.C("tenant").Eq(policy.Value("tenant"))))
	}
	cases := []struct {
		name string
		stmt expr.Node
		hand string
	}{
		{"one table", expr.Select(orders.C("id")).Where(orders.C("total").Gt(10)),
			"SELECT id FROM orders WHERE tenant = 7 AND total > 10"},
		{"by key", expr.Select(orders.C("total")).Where(orders.C("id").Eq(97)),
			"SELECT total FROM orders WHERE id = 97 AND tenant = 7"},
		{"inner join", expr.Select(orders.C("id"), buyers.C("name")).From(orders).Join(buyers, buyers.C("id").Eq(orders.C("buyer"))).Where(orders.C("id").Lt(900)),
			"SELECT o.id, b.name FROM orders o JOIN buyers b ON b.id = o.buyer WHERE o.tenant = 7 AND b.tenant = 7 AND o.id < 900"},
		{"left join", expr.Select(orders.C("id"), buyers.C("name")).From(orders).LeftJoin(buyers, buyers.C("id").Eq(orders.C("buyer"))).Where(orders.C("id").Lt(900)),
			"SELECT o.id, b.name FROM orders o LEFT JOIN buyers b ON b.id = o.buyer AND b.tenant = 7 WHERE o.tenant = 7 AND o.id < 900"},
		{"update", expr.Update(orders).Set(expr.Assign{"total": 1}).Where(orders.C("id").Eq(97)),
			"UPDATE orders SET total = 1 WHERE tenant = 7 AND id = 97"},
		{"delete", expr.Delete(orders).Where(orders.C("total").Gt(10)),
			"DELETE FROM orders WHERE tenant = 7 AND total > 10"},
	}
	indexes := regexp.MustCompile(`orders_tenant|buyers_tenant|orders_pkey|buyers_pkey|INTEGER PRIMARY KEY|sqlite_autoindex\w+|PRIMARY`)
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		rows := "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 900) "
		db.Script(t, "CREATE TABLE orders (id BIGINT PRIMARY KEY, tenant BIGINT NOT NULL, buyer BIGINT, total BIGINT)",
			"CREATE TABLE buyers (id BIGINT PRIMARY KEY, tenant BIGINT NOT NULL, name TEXT)",
			"INSERT INTO buyers "+rows+"SELECT n, n % 90, 'name' FROM s", "INSERT INTO orders "+rows+"SELECT n, n % 90, n, n FROM s",
			"INSERT INTO orders SELECT id + 900, tenant, buyer, total FROM orders", "INSERT INTO orders SELECT id + 1800, tenant, buyer, total FROM orders",
			"INSERT INTO orders SELECT id + 3600, tenant, buyer, total FROM orders", "INSERT INTO orders SELECT id + 7200, tenant, buyer, total FROM orders",
			"CREATE INDEX orders_tenant ON orders (tenant)", "CREATE INDEX buyers_tenant ON buyers (tenant)",
			map[string]string{"sqlite": "ANALYZE", "postgres": "ANALYZE orders, buyers", "mariadb": "ANALYZE TABLE orders, buyers"}[db.Name])
		explain := map[string]string{"sqlite": "EXPLAIN QUERY PLAN ", "postgres": "EXPLAIN ", "mariadb": "EXPLAIN "}[db.Name]
		used := func(text string, args ...any) []string {
			r, err := db.Query(explain+text, args...)
			require.NoError(t, err, text)
			defer r.Close()
			names, err := r.Columns()
			require.NoError(t, err)
			var found []string
			for r.Next() {
				cells, into := make([]any, len(names)), make([]any, len(names))
				for i := range cells {
					into[i] = &cells[i]
				}
				require.NoError(t, r.Scan(into...))
				for i, c := range cells {
					if b, ok := c.([]byte); ok {
						c = string(b)
					}
					if names[i] != "possible_keys" { // MariaDB lists those that it does not take, too
						found = append(found, indexes.FindAllString(fmt.Sprint(c), -1)...)
					}
				}
			}
			require.NoError(t, r.Err())
			slices.Sort(found)
			return slices.Compact(found)
		}
		sess := engine.New(db, db.Dialect).Session(engine.WithPolicy(pol, policy.Values{"tenant": 7}))
		for _, c := range cases {
			stmt, err := sess.Compile(c.stmt)
			require.NoError(t, err)
			host, err := policy.Values{"tenant": 7}.For(stmt.HostValues())
			require.NoError(t, err)
			args, err := stmt.ArgsUnder(nil, host)
			require.NoError(t, err)
			want := used(c.hand)
			require.NotEmpty(t, want, c.name)
			require.Equal(t, want, used(stmt.SQL(), args...), "%s: %s", c.name, stmt.SQL())
		}
	})
}
