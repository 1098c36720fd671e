package bench_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/engine/stmtcache"
	"github.com/sqlser/sqlser/schema"
)

type connector struct {
	d    driver.Driver
	name string
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.d.Open(c.name) }
func (c connector) Driver() driver.Driver                        { return c.d }

// BenchmarkPolicy runs a remembered query on SQLite under a row filter, and one with the same
// condition written by hand under none: what the filter costs beside the database.
// Statements are prepared once a connection.
func BenchmarkPolicy(b *testing.B) {
	meta := schema.NewMetaData()
	t := expr.Table(meta.Table("orders", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey),
		schema.NewColumn("tenant_id", schema.BigInteger, schema.NotNull), schema.NewColumn("total", schema.Double)))
	require.NoError(b, meta.Freeze())
	plain := must(sql.Open("sqlite", ""))
	defer plain.Close()
	db := sql.OpenDB(stmtcache.New(connector{plain.Driver(), "file:" + b.TempDir() + "/policy.db"}, 100))
	defer db.Close()
	exec(b, db, "CREATE TABLE orders (id BIGINT PRIMARY KEY, tenant_id BIGINT NOT NULL, total DOUBLE)", "CREATE INDEX orders_tenant ON orders (tenant_id)",
		"INSERT INTO orders WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1000) SELECT n, n % 100, n FROM s")
	rows := policy.Rows(t.C("tenant_id").Eq(policy.Value("tenant")))
	eng := engine.New(db, dialect.SQLite)
	ctx := context.Background()
	for _, c := range []struct {
		name string
		sess *engine.Session
		q    expr.Query
	}{
		{"by hand", eng.Session(engine.WithPolicy(policy.New().AllowSelect().Table(t.Table()))), expr.Select(t.C("total")).Where(t.C("tenant_id").Eq(7))},
		{"filtered", eng.Session(engine.WithPolicy(policy.New().AllowSelect().Table(t.Table(), rows), policy.Values{"tenant": 7})), expr.Select(t.C("total"))},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				all, err := engine.All[float64](ctx, c.sess, c.q, nil)
				if err != nil || len(all) != 10 {
					b.Fatal(len(all), err)
				}
			}
		})
	}
}
