package bench_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	_ "modernc.org/sqlite"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// scanned is a row of BenchmarkRows.
type scanned struct {
	bun.BaseModel `bun:"table:scanned" db:"-" gorm:"-"`

	ID    int64
	Name  string
	Email *string
	Score float64
	At    time.Time
}

// TableName is for gorm.
func (scanned) TableName() string { return "scanned" }

const manyRows = 100_000

// BenchmarkRows scans 100,000 rows into structs: on SQLite, and on MariaDB where SQLSER_TEST_MYSQL is
// its URL, against database/sql by hand, and on PostgreSQL, where SQLSER_TEST_POSTGRES is its URL,
// beside bun, gorm and pgx, too. Its ratios count, on a busy machine those of cpu-ns/row.
func BenchmarkRows(b *testing.B) {
	ctx := context.Background()
	fill := "INSERT INTO scanned SELECT n, 'name ' || n, CASE WHEN n %% 3 = 0 THEN NULL ELSE n || '@example.org' END, n * 0.5, %s FROM (%s) AS g"
	b.Run("sqlite", func(b *testing.B) {
		db := must(sql.Open("sqlite", "file:"+b.TempDir()+"/rows.db"))
		defer db.Close()
		exec(b, db, "CREATE TABLE scanned (id BIGINT PRIMARY KEY, name TEXT, email TEXT, score DOUBLE, at DATETIME)",
			fmt.Sprintf(fill, "'2024-02-29 13:45:00'", "WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 100000) SELECT n FROM s"))
		run(b, "by hand", func() ([]scanned, error) { return byHand(db) })
		run(b, "sqlser", ours(ctx, db, dialect.SQLite))
	})
	b.Run("mariadb", func(b *testing.B) {
		config := mariaDB(b)
		config.ParseTime = true // as scanning by hand needs it
		db := sql.OpenDB(must(mysql.NewConnector(config)))
		defer db.Close()
		exec(b, db, "DROP TABLE IF EXISTS scanned", "CREATE TABLE scanned (id BIGINT PRIMARY KEY, name TEXT, email TEXT, score DOUBLE, at DATETIME(6))",
			"INSERT INTO scanned SELECT seq, concat('name ', seq), CASE WHEN seq % 3 = 0 THEN NULL ELSE concat(seq, '@example.org') END, seq * 0.5, '2024-02-29 13:45:00' FROM seq_1_to_100000")
		defer exec(b, db, "DROP TABLE scanned")
		run(b, "by hand", func() ([]scanned, error) { return byHand(db) })
		run(b, "sqlser", ours(ctx, db, dialect.MariaDB))
	})
	b.Run("postgres", func(b *testing.B) {
		url := os.Getenv("SQLSER_TEST_POSTGRES")
		if url == "" {
			b.Skip("SQLSER_TEST_POSTGRES is not set")
		}
		config := must(pgx.ParseConfig(url))
		db := stdlib.OpenDB(*config)
		defer db.Close()
		exec(b, db, "DROP TABLE IF EXISTS scanned", "CREATE TABLE scanned (id BIGINT PRIMARY KEY, name TEXT, email TEXT, score DOUBLE PRECISION, at TIMESTAMP)",
			fmt.Sprintf(fill, "TIMESTAMP '2024-02-29 13:45:00'", "SELECT generate_series(1, 100000) AS n"))
		defer exec(b, db, "DROP TABLE scanned")
		run(b, "by hand", func() ([]scanned, error) { return byHand(db) })
		run(b, "sqlser", ours(ctx, db, dialect.Postgres))
		run(b, "bun", func() (all []scanned, err error) {
			err = bun.NewDB(db, pgdialect.New()).NewSelect().Model(&all).Order("id").Scan(ctx)
			return all, err
		})
		g := must(gorm.Open(postgres.New(postgres.Config{Conn: db}), &gorm.Config{}))
		run(b, "gorm", func() (all []scanned, err error) { return all, g.Order("id").Find(&all).Error })
		conn := must(pgx.ConnectConfig(ctx, config))
		defer conn.Close(ctx)
		type row struct {
			ID    int64
			Name  string
			Email *string
			Score float64
			At    time.Time
		}
		run(b, "pgx", func() ([]row, error) {
			rows, err := conn.Query(ctx, scanQuery)
			if err != nil {
				return nil, err
			}
			return pgx.CollectRows(rows, pgx.RowToStructByPos[row])
		})
	})
}

const scanQuery = "SELECT id, name, email, score, at FROM scanned ORDER BY id"

func byHand(db *sql.DB) ([]scanned, error) {
	rows, err := db.Query(scanQuery)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []scanned
	for rows.Next() {
		var s scanned
		if err := rows.Scan(&s.ID, &s.Name, &s.Email, &s.Score, &s.At); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

func ours(ctx context.Context, db *sql.DB, d *dialect.Dialect) func() ([]scanned, error) {
	m := schema.NewMetaData()
	m.Table("scanned", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.Text), schema.NewColumn("email", schema.Text),
		schema.NewColumn("score", schema.Double), schema.NewColumn("at", schema.DateTime))
	if err := m.Freeze(); err != nil {
		panic(err)
	}
	t := expr.Table(m.Lookup("scanned"))
	q := expr.Select(t).OrderBy(t.C("id"))
	sess := engine.New(db, d).Session(engine.WithPolicy(policy.New().AllowSelect()))
	return func() ([]scanned, error) { return engine.All[scanned](ctx, sess, q, nil) }
}

func run[T any](b *testing.B, who string, scan func() ([]T, error)) {
	b.Run(who, func(b *testing.B) {
		b.ReportAllocs()
		before := cpuTime()
		for b.Loop() {
			all, err := scan()
			require.NoError(b, err)
			require.Len(b, all, manyRows)
		}
		b.ReportMetric(float64((cpuTime()-before).Nanoseconds())/float64(manyRows*b.N), "cpu-ns/row")
	})
}

func exec(b *testing.B, db *sql.DB, statements ...string) {
	for _, s := range statements {
		_, err := db.Exec(s)
		require.NoError(b, err, s)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
