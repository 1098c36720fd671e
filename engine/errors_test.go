package engine_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// late is a context whose time is up, but whose timer has not run yet.
type late struct {
	context.Context
	end time.Time
}

func (l late) Deadline() (time.Time, bool) { return l.end, true }

// unreachable is a server that a driver dials until the socket's deadline.
type unreachable struct{}

func (unreachable) Connect(context.Context) (driver.Conn, error) {
	return nil, fmt.Errorf("failed to connect: %w", &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded})
}

func (unreachable) Driver() driver.Driver { return nil }

// TestTimeoutBeforeTheTimer: a socket's deadline is the context's, and it can give up before the
// context says that it has ended. That is a timeout, and no lost connection.
func TestTimeoutBeforeTheTimer(t *testing.T) {
	db := sql.OpenDB(unreachable{})
	defer func() { require.NoError(t, db.Close()) }()
	sess := engine.New(db, dialect.Postgres).Session(engine.WithPolicy(policy.Unrestricted()))
	q := expr.Select(expr.Int(1))

	_, err := sess.Scalar(late{context.Background(), time.Now()}, q, nil)
	require.Equal(t, engine.CodeTimeout, engine.CodeOf(err), "%v", err)
	require.True(t, errors.Is(err, context.DeadlineExceeded))

	_, err = sess.Scalar(late{context.Background(), time.Now().Add(time.Hour)}, q, nil)
	require.Equal(t, engine.CodeConnection, engine.CodeOf(err), "%v", err)
}

// stale is a server whose driver finds that connections are dead when it uses them: so many, one
// after another.
type stale struct {
	left int
	ran  []string
}

func (s *stale) Connect(context.Context) (driver.Conn, error) { return staleConn{s}, nil }
func (s *stale) Driver() driver.Driver                        { return nil }

func (s *stale) run(what string) error {
	if s.left--; s.left >= 0 {
		return driver.ErrBadConn
	}
	s.ran = append(s.ran, what)
	return nil
}

type staleConn struct{ *stale }

func (c staleConn) Prepare(string) (driver.Stmt, error) { return nil, errors.ErrUnsupported }
func (c staleConn) Close() error                        { return nil }
func (c staleConn) Begin() (driver.Tx, error)           { return c, c.run("begin") }
func (c staleConn) Commit() error                       { return c.run("commit") }
func (c staleConn) Rollback() error                     { return c.run("rollback") }

func (c staleConn) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return &oneRow{}, c.run("query")
}

func (c staleConn) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	return driver.RowsAffected(1), c.run("exec")
}

type oneRow struct{ given bool }

func (*oneRow) Columns() []string { return []string{"n"} }
func (*oneRow) Close() error      { return nil }

func (r *oneRow) Next(to []driver.Value) error {
	if r.given {
		return io.EOF
	}
	r.given, to[0] = true, int64(1)
	return nil
}

// TestStaleConnections: where many statements were cancelled, the next may meet more dead connections than
// database/sql tries.
func TestStaleConnections(t *testing.T) {
	ctx := context.Background()
	table := expr.Table(schema.NewMetaData().Table("things", schema.NewColumn("id", schema.BigInteger)))
	for _, bulk := range []bool{false, true} {
		server := &stale{}
		db := sql.OpenDB(server)
		eng := engine.New(db, dialect.Postgres)
		if bulk {
			eng = eng.WithBulk(noBulk{})
		}
		sess := eng.Session(engine.WithPolicy(policy.Unrestricted()))

		server.left = 30
		v, err := sess.Scalar(ctx, expr.Select(expr.Int(1)), nil)
		require.NoError(t, err)
		require.EqualValues(t, 1, v)

		server.left = 30
		_, err = sess.Exec(ctx, expr.Delete(table).AllRows(), nil)
		require.NoError(t, err)

		server.left = 30
		err = sess.Transaction(ctx, func(tx *engine.Session) error {
			server.left = 1 // a transaction that has begun is not on another connection all at once
			_, err := tx.Exec(ctx, expr.Delete(table).AllRows(), nil)
			require.Equal(t, engine.CodeConnection, engine.CodeOf(err), "%v", err)
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, []string{"query", "exec", "begin", "commit"}, server.ran)

		server.left = 1000
		_, err = sess.Scalar(ctx, expr.Select(expr.Int(1)), nil)
		require.Equal(t, engine.CodeConnection, engine.CodeOf(err), "it has an end")
		require.NoError(t, db.Close())
	}
}

// noBulk has transactions of an engine keep their connection at hand.
type noBulk struct{}

func (noBulk) BulkInsert(context.Context, engine.DB, []string, []string, iter.Seq2[[]any, error]) (int64, error) {
	return 0, errors.ErrUnsupported
}
