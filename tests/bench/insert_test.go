package bench_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/pgxcopy"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/engine/stmtcache"
	"github.com/sqlser/sqlser/schema"
)

const insertedRows = 10_000

// insertRows are rows to insert.
func insertRows(yield func([]any) bool) {
	for i := range insertedRows {
		if !yield([]any{i, fmt.Sprint("name ", i), i * 2, float64(i) / 3}) {
			return
		}
	}
}

// BenchmarkInsert inserts 10,000 rows in a transaction: each by itself, by hand and by a session,
// and by what there is for many. See rows/s, and what of a row is our process' own work.
func BenchmarkInsert(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) {
		c := must(sqlite.NewConnector("file:" + b.TempDir() + "/insert.db"))
		insertAll(b, sql.OpenDB(stmtcache.New(c, 100)), dialect.SQLite, "?, ?, ?, ?")
	})
	b.Run("mariadb", func(b *testing.B) {
		insertAll(b, sql.OpenDB(stmtcache.New(must(mysql.NewConnector(mariaDB(b))), 100)), dialect.MariaDB, "?, ?, ?, ?")
	})
	b.Run("postgres", func(b *testing.B) {
		text := os.Getenv("SQLSER_TEST_POSTGRES")
		if text == "" {
			b.Skip("SQLSER_TEST_POSTGRES is not set")
		}
		insertAll(b, stdlib.OpenDB(*must(pgx.ParseConfig(text))), dialect.Postgres, "$1, $2, $3, $4")
	})
}

// mariaDB is how to reach it.
func mariaDB(b *testing.B) *mysql.Config {
	text := os.Getenv("SQLSER_TEST_MYSQL")
	if text == "" {
		b.Skip("SQLSER_TEST_MYSQL is not set")
	}
	u := must(url.Parse(text))
	config := mysql.NewConfig()
	config.User, config.Net, config.Addr, config.DBName = u.User.Username(), "tcp", u.Host, u.Path[1:]
	config.Passwd, _ = u.User.Password()
	return config
}

func insertAll(b *testing.B, db *sql.DB, d *dialect.Dialect, places string) {
	defer db.Close()
	ctx := context.Background()
	exec(b, db, "DROP TABLE IF EXISTS inserted", "CREATE TABLE inserted (id BIGINT PRIMARY KEY, name VARCHAR(50), n BIGINT, x DOUBLE PRECISION)")
	defer exec(b, db, "DROP TABLE inserted")
	m := schema.NewMetaData()
	m.Table("inserted", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.String(50)),
		schema.NewColumn("n", schema.BigInteger), schema.NewColumn("x", schema.Double))
	require.NoError(b, m.Freeze())
	t := expr.Table(m.Lookup("inserted"))
	columns := []string{"id", "name", "n", "x"}
	one := expr.Insert(t).Values(expr.Assign{"id": expr.Param("id", schema.BigInteger), "name": expr.Param("name", schema.Text),
		"n": expr.Param("n", schema.BigInteger), "x": expr.Param("x", schema.Double)})
	sets := func(yield func(engine.Params) bool) {
		for r := range insertRows {
			if !yield(engine.Params{"id": r[0], "name": r[1], "n": r[2], "x": r[3]}) {
				return
			}
		}
	}
	eng, free := engine.New(db, d), engine.WithPolicy(policy.Unrestricted())
	sess := eng.Session(free)
	insert := func(who string, s *engine.Session, f func(*engine.Session) error) {
		b.Run(who, func(b *testing.B) {
			var busy time.Duration
			for b.Loop() {
				before := cpuTime()
				require.NoError(b, f(s))
				busy += cpuTime() - before
				b.StopTimer()
				r := must(db.Exec("DELETE FROM inserted"))
				require.EqualValues(b, insertedRows, must(r.RowsAffected()))
				b.StartTimer()
			}
			b.ReportMetric(float64(insertedRows*b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(busy.Nanoseconds())/float64(insertedRows*b.N), "cpu-ns/row")
		})
	}
	within := func(f func(*engine.Session) error) func(*engine.Session) error {
		return func(s *engine.Session) error { return s.Transaction(ctx, f) }
	}
	insert("by hand", sess, func(*engine.Session) error {
		tx := must(db.Begin())
		for r := range insertRows {
			if _, err := tx.Exec("INSERT INTO inserted (id, name, n, x) VALUES ("+places+")", r...); err != nil {
				return err
			}
		}
		return tx.Commit()
	})
	insert("exec", sess, within(func(s *engine.Session) error {
		for p := range sets {
			if _, err := s.Exec(ctx, one, p); err != nil {
				return err
			}
		}
		return nil
	}))
	insert("exec many", sess, within(func(s *engine.Session) error {
		_, err := engine.ExecMany(ctx, s, one, sets)
		return err
	}))
	many := func(s *engine.Session) error {
		_, err := engine.InsertMany(ctx, s, expr.Insert(t), columns, insertRows)
		return err
	}
	insert("insert many", sess, within(many))
	if d == dialect.Postgres {
		insert("copy", eng.WithBulk(pgxcopy.Inserter{}).Session(free), within(many))
	}
}

// cpuTime is what the process has used.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
