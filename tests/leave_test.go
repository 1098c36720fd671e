package tests

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/internal/connect"
	"github.com/sqlser/sqlser/tests/testdb"
)

// long is true where SQLSER_TEST_LONG asks for the sizes that are measured, not the small
// ones that show that something works.
func long() bool { return os.Getenv("SQLSER_TEST_LONG") != "" }

// leave is a source of which the server can tell the test's statements.
type leave struct {
	*accounts
	source *expr.AliasSource
	name   string
}

func openLeave(t *testing.T, db *testdb.DB) (*leave, *expr.SelectStmt) {
	a := openAccounts(t, db)
	l := &leave{accounts: a, name: "leave_" + rand.Text()[:10]}
	l.source = a.owners.Alias(l.name)
	return l, a.many(t).(*expr.SelectStmt).AddColumns(l.source.C("id").Label("more")).From(l.source)
}

// working counts the test's statements that the server is at.
func (a *leave) working(t *testing.T) (n int) {
	text, ok := map[string]string{
		"postgres": "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%%%s%%' AND pid <> pg_backend_pid()",
		"mariadb":  "SELECT count(*) FROM information_schema.processlist WHERE command IN ('Query', 'Execute') AND info LIKE '%%%s%%' AND id <> CONNECTION_ID()",
	}[a.Name]
	if ok {
		require.NoError(t, a.QueryRow(fmt.Sprintf(text, a.name)).Scan(&n))
	}
	return n
}

// idle waits until the server does nothing more, and returns how long that took.
func (a *leave) idle(t *testing.T) time.Duration {
	start := time.Now()
	for a.working(t) > 0 {
		require.Less(t, time.Since(start), time.Minute, "the server is still at it")
		time.Sleep(time.Millisecond)
	}
	return time.Since(start)
}

// TestLeave leaves billions of rows after a few.
func TestLeave(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		a, query := openLeave(t, db)
		ctx := context.Background()
		leave := func(s *engine.Session, rows int) {
			n := 0
			for _, err := range engine.Rows[[]any](ctx, s, query, nil) {
				require.NoError(t, err)
				if n++; n == rows {
					break
				}
			}
			require.Equal(t, rows, n)
			_, ok, err := engine.First[[]any](ctx, s, query, nil)
			require.NoError(t, err)
			require.True(t, ok)
		}
		count := func(s *engine.Session) {
			n, err := engine.One[int](ctx, s, expr.Select(expr.Func("count")).From(a.owners), nil)
			require.NoError(t, err)
			require.Equal(t, 902, n)
		}
		start := time.Now()
		leave(a.sess, 3)
		leave(a.sess, 700)
		count(a.sess)
		a.idle(t)

		require.NoError(t, a.sess.Transaction(ctx, func(tx *engine.Session) error {
			require.NoError(t, a.add(ctx, tx, 1, 5))
			leave(tx, 3)
			leave(tx, 700)
			count(tx)
			require.NoError(t, tx.Transaction(ctx, func(tx *engine.Session) error {
				leave(tx, 100)
				return a.add(ctx, tx, 1, 5)
			}))
			count(tx)
			return nil
		}))
		require.EqualValues(t, 20, a.cents(t, 1), "the transaction outlives what was left in it")
		a.idle(t)
		require.Less(t, time.Since(start), time.Minute)

		// Few rows that are left are read: the connection stays.
		db.SetMaxOpenConns(1)
		server, has := servers[db.Name]
		if has {
			var before, after int
			require.NoError(t, db.QueryRow(server.id).Scan(&before))
			for range 5 {
				_, _, err := engine.First[[]any](ctx, a.sess, expr.Select(a.owners), nil)
				require.NoError(t, err)
			}
			require.NoError(t, db.QueryRow(server.id).Scan(&after))
			require.Equal(t, before, after)
		}
		require.NoError(t, a.sess.Transaction(ctx, func(tx *engine.Session) error {
			n := 0 // no page of a cursor is lost
			for _, err := range engine.Rows[[]any](ctx, tx, query.Limit(1000), nil) {
				require.NoError(t, err)
				n++
			}
			require.Equal(t, 1000, n)
			_, err := engine.All[[]any](ctx, tx, expr.Select(a.owners).Locked(expr.ForUpdate, expr.WaitForLock), nil)
			return err
		}))
	})
}

// TestCancelReachesServer cancels statements that compute and give no row, in a pool and in
// a transaction, and some that do, in mid-stream. Where SQLSER_TEST_LONG is set it measures how soon.
func TestCancelReachesServer(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		a, streams := openLeave(t, db)
		x, y, z := a.source, a.owners.Alias("y"), a.owners.Alias("z")
		computes := expr.Select(expr.Func("max", expr.Func("length", x.C("name")).Add(y.C("id")).Mul(z.C("id")))).From(x, y, z, a.owners.Alias("w"))
		runs := 1
		if long() {
			runs = 20
		}
		cancelled := func(begin func(ctx context.Context, started func()) error) {
			var times []time.Duration
			for range runs {
				ctx, cancel := context.WithCancel(context.Background())
				var at time.Time
				err := begin(ctx, func() {
					if db.Name != "sqlite" {
						require.Eventually(t, func() bool { return a.working(t) > 0 }, time.Minute, time.Millisecond)
					}
					time.Sleep(20 * time.Millisecond) // it may still be between two messages
					at = time.Now()
					cancel()
				})
				requireCode(t, err, engine.CodeCancelled)
				a.idle(t)
				times = append(times, time.Since(at))
				require.EqualValues(t, 10, a.cents(t, 1))
			}
			slices.Sort(times)
			t.Logf("the server is free after %v (median of %d), %v at most", times[len(times)/2], runs, times[len(times)-1])
		}
		compute := func(s *engine.Session) func(ctx context.Context, started func()) error {
			return func(ctx context.Context, started func()) error {
				go started()
				if s != nil {
					_, err := engine.One[int64](ctx, s, computes, nil)
					return err
				}
				return a.sess.Transaction(ctx, func(tx *engine.Session) error {
					_, err := engine.One[int64](ctx, tx, computes, nil)
					return err
				})
			}
		}
		cancelled(compute(a.sess))
		cancelled(compute(nil))
		cancelled(func(ctx context.Context, started func()) error {
			go started()
			_, err := a.sess.Exec(ctx, expr.Update(a.accounts.accounts).Set(expr.Assign{"cents": computes.Scalar().Cast(a.accounts.accounts.C("cents").Type())}).AllRows(), nil)
			return err
		})
		cancelled(func(ctx context.Context, started func()) (err error) {
			n := 0
			for _, err = range engine.Rows[[]any](ctx, a.sess, streams, nil) {
				if n++; n == 200 {
					started()
				}
			}
			return err
		})
		require.Eventually(t, func() bool { return db.Stats().InUse == 0 }, time.Minute, time.Millisecond, "a kill takes a connection for a moment")
	})
}

// TestCancelWithFullPool cancels a statement while others have, or wait for, all the connections
// of the pool: the server ends it nevertheless.
func TestCancelWithFullPool(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		if db.Name == "sqlite" {
			t.Skip("SQLite has no server")
		}
		a, streams := openLeave(t, db)
		seen := *a // by which the test looks on
		watch, err := connect.Open(context.Background(), db.URL)
		require.NoError(t, err)
		defer watch.Close()
		seen.accounts = &accounts{DB: &testdb.DB{DB: watch.DB, Name: db.Name}}
		computes := expr.Select(expr.Func("max", expr.Func("length", streams.Subquery("s").C("name"))))
		db.SetMaxOpenConns(1)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		failed := make(chan error, 1)
		go func() {
			_, err := engine.One[int64](ctx, a.sess, computes, nil)
			failed <- err
		}()
		require.Eventually(t, func() bool { return seen.working(t) > 0 }, time.Minute, time.Millisecond)
		done, wait := context.WithCancel(context.Background())
		var waiters sync.WaitGroup
		for range 20 { // whoever gets the connection keeps it
			waiters.Go(func() {
				if conn, err := db.Conn(done); err == nil {
					<-done.Done()
					conn.Close()
				}
			})
		}
		require.Eventually(t, func() bool { return db.Stats().WaitCount >= 20 }, time.Minute, time.Millisecond)
		time.Sleep(20 * time.Millisecond) // it may still be between two messages
		cancel()
		requireCode(t, <-failed, engine.CodeCancelled)
		seen.idle(t)
		wait()
		waiters.Wait()
	})
}
