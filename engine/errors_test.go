package engine_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
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
