package tests

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestStreamIsFlat writes many rows as JSON, on a pool and in a transaction, at memory that does
// not grow with them: 5 million where SQLSER_TEST_LONG is set.
func TestStreamIsFlat(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		a := openAccounts(t, db)
		rows := 20_000
		if long() {
			rows = 5_000_000
		}
		query := a.many(t).(*expr.SelectStmt).Limit(rows)
		ctx := context.Background()
		write := func(s *engine.Session) error {
			runtime.GC()
			var before, m runtime.MemStats
			runtime.ReadMemStats(&before)
			most, start := uint64(0), time.Now()
			next := 0
			n, err := engine.WriteJSON(ctx, writeAnd(func(b []byte) (int, error) {
				if next++; next%200 == 0 {
					runtime.ReadMemStats(&m)
					most = max(most, m.HeapInuse+m.StackInuse)
				}
				return io.Discard.Write(b)
			}), s, query, nil)
			require.EqualValues(t, rows, n)
			grown := int64(most) - int64(before.HeapInuse+before.StackInuse)
			t.Logf("%d rows in %v, at most %d KiB more than before", n, time.Since(start).Round(time.Millisecond), grown>>10)
			require.Less(t, grown, int64(16<<20))
			return err
		}
		require.NoError(t, write(a.sess))
		require.NoError(t, a.sess.Transaction(ctx, write))
	})
}

// TestManyGoroutines has one engine used by many at once, whose statements are cancelled at any
// moment, while columns come and go. SQLSER_TEST_LONG makes it 200 of them for a minute.
func TestManyGoroutines(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		a := openAccounts(t, db)
		if db.Name == "sqlite" {
			db.Script(t, "PRAGMA journal_mode=WAL")
		}
		query := a.many(t).(*expr.SelectStmt)
		span, many := time.Second/2, 20
		if long() {
			span, many = time.Minute, 200
		}
		runtime.GC()
		goroutines := runtime.NumGoroutine()
		ctx, stop := context.WithTimeout(context.Background(), span+time.Minute)
		defer stop()
		end := time.Now().Add(span)
		var ran, cancelled, changed atomic.Int64
		eng := engine.New(db.DB, db.Dialect)
		free := policy.Unrestricted()
		o := a.owners
		named := expr.Select(o.C("id"), o.C("name")).Where(o.C("id").Eq(expr.Param("id", schema.BigInteger)))
		changes := []string{"ALTER TABLE owners ADD COLUMN extra%d VARCHAR(10)", "ALTER TABLE owners DROP COLUMN extra%d"}
		if db.Name == "mariadb" { // else what is dropped counts on, until a row is too large
			changes[1] += ", ALGORITHM=COPY"
		}
		var wait sync.WaitGroup
		wait.Go(func() { // the schema
			for i := 0; time.Now().Before(end); i++ {
				for _, change := range changes {
					if _, err := db.ExecContext(ctx, fmt.Sprintf(change, i)); err == nil {
						changed.Add(1)
					} else if db.Name != "sqlite" { // whose lock may be another's
						require.NoError(t, err)
					}
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
		for g := range many {
			wait.Go(func() {
				sess := eng.Session(engine.WithPolicy(free))
				for n := 0; time.Now().Before(end); n++ {
					ran.Add(1)
					switch (g + n) % 4 {
					case 0, 1: // a row, which must be the one
						id := 100 + rand.N(900)
						row, err := sess.One(ctx, named, engine.Params{"id": id})
						require.NoError(t, withCause(err))
						require.Equal(t, engine.Row{"id": int64(id), "name": fmt.Sprintf("r %d", id)}, row)
					case 2: // a new tree of a known shape, left early, in a transaction half the time
						least := 100 + rand.N(800)
						q := expr.Select(o.C("id")).Where(o.C("id").Ge(least)).OrderBy(o.C("id"))
						f := func(s *engine.Session) error {
							for id, err := range engine.Rows[int](ctx, s, q, nil) {
								if err != nil {
									return err
								}
								require.Equal(t, least, id)
								break
							}
							return nil
						}
						if n%2 == 0 {
							require.NoError(t, withCause(f(sess)))
						} else {
							require.NoError(t, withCause(sess.TransactionWith(ctx, engine.TxOptions{Retries: 5}, f)))
						}
					default: // what is cancelled
						short, cancel := context.WithTimeout(ctx, rand.N(20*time.Millisecond))
						_, err := engine.WriteJSON(short, io.Discard, sess, query, nil)
						cancel()
						var e *engine.QueryError
						require.True(t, errors.As(err, &e) && e.Code == engine.CodeTimeout, "%v", withCause(err))
						cancelled.Add(1)
					}
				}
			})
		}
		wait.Wait()
		require.Less(t, time.Since(end), time.Minute, "what was cancelled keeps its locks")
		stats := eng.PlanStats()
		t.Logf("%d statements, %d cancelled, %d schema changes; plans: %d hits, %d rebound, %d compiled", ran.Load(), cancelled.Load(), changed.Load(), stats.Hits, stats.Rebound, stats.Misses)
		require.Positive(t, cancelled.Load())
		require.Less(t, stats.Shapes, 20)
		require.EqualValues(t, 10, a.cents(t, 1))
		require.Eventually(t, func() bool { return db.Stats().InUse == 0 }, time.Minute, 10*time.Millisecond)
		if long() { // what gives up connections has an end, too
			require.Eventually(t, func() bool { return runtime.NumGoroutine() < goroutines+40 }, time.Minute, 10*time.Millisecond,
				"%d goroutines before, %d now", goroutines, runtime.NumGoroutine())
		}
	})
}

// withCause is an error with what its database's driver said.
func withCause(err error) error {
	var e *engine.QueryError
	if errors.As(err, &e) {
		return fmt.Errorf("%w: %w", err, e.Err)
	}
	return err
}
