package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// Transaction calls f with a session whose statements all count or none: they are
// committed if f returns nil, and rolled back if it returns an error or panics. The
// session must not be used afterwards. In a transaction, one that is begun again is a
// savepoint. The engine's DB must be able to begin one, as a *sql.DB, *sql.Conn and
// *sql.Tx are.
func (s *Session) Transaction(ctx context.Context, f func(tx *Session) error) error {
	return s.TransactionWith(ctx, TxOptions{}, f)
}

// TxOptions says how a transaction is run; the zero value is as the database does by itself.
type TxOptions struct {
	// ReadOnly refuses changes: the session does, with CodeReadOnly, and the database where
	// its driver tells it so, as those of PostgreSQL and MySQL do.
	ReadOnly bool

	// Isolation is asked of the database. SQLite's transactions are serializable whatever
	// is asked.
	Isolation sql.IsolationLevel

	// Retries is how often f is called again, in a new transaction, when it or the commit ends
	// with CodeSerialization, or in SQLite with CodeLock, which is all that it says of two
	// transactions that both have read and would write. What f does beside the database is
	// done again, too.
	Retries int
}

// TransactionWith is [Session.Transaction] with options. A savepoint can be read-only, but
// has neither an isolation nor retries of its own. Between retries it waits, longer each time
// and at most about half a second, or until the context ends.
func (s *Session) TransactionWith(ctx context.Context, o TxOptions, f func(tx *Session) error) error {
	if _, inside := s.engine.db.(*sql.Tx); inside && (o.Isolation != 0 || o.Retries > 0) {
		return &Error{CodeStatement, "a savepoint has the isolation of its transaction, and is not tried again alone"}
	}
	for tried := 0; ; tried++ {
		err := s.transaction(ctx, o, f)
		var failed *QueryError
		if tried >= o.Retries || !errors.As(err, &failed) || !s.engine.conflicts(failed.Code) {
			return err
		}
		most := 4 * time.Millisecond << min(tried, 7)
		wait := time.NewTimer(most/2 + rand.N(most/2))
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return errors.Join(err, s.queryError(ctx, failed.SQL, ctx.Err()))
		}
	}
}

// conflicts reports whether a transaction that ended so may work when it is tried again.
func (e *Engine) conflicts(code Code) bool {
	return code == CodeSerialization || code == CodeLock && e.dialect.Name() == "sqlite"
}

func (s *Session) transaction(ctx context.Context, o TxOptions, f func(tx *Session) error) (err error) {
	end, tx, err := s.begin(ctx, o)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // f panics, or ends its goroutine
			_ = end(false) // the panic is what counts
		}
	}()
	err = f(tx)
	done = true
	if err != nil {
		if failed := end(false); failed != nil && ctx.Err() == nil {
			return errors.Join(err, failed)
		}
		return err
	}
	return end(true)
}

// begin begins a transaction, or a savepoint in one, and returns what ends it.
func (s *Session) begin(ctx context.Context, o TxOptions) (end func(commit bool) error, tx *Session, err error) {
	inner := *s
	inner.readOnly = s.readOnly || o.ReadOnly
	if outer, ok := s.engine.db.(*sql.Tx); ok {
		inner.savepoint++
		name := "sqlser_" + strconv.Itoa(inner.savepoint)
		exec := func(ctx context.Context, statements ...string) error {
			for _, text := range statements {
				if _, err := outer.ExecContext(ctx, text+name); err != nil {
					return s.queryError(ctx, text+name, err)
				}
			}
			return nil
		}
		end := func(commit bool) error {
			if commit {
				return exec(ctx, "RELEASE SAVEPOINT ")
			}
			return exec(context.WithoutCancel(ctx), "ROLLBACK TO SAVEPOINT ", "RELEASE SAVEPOINT ")
		}
		return end, &inner, exec(ctx, "SAVEPOINT ")
	}
	t, on, release, err := s.engine.beginTx(ctx, &sql.TxOptions{ReadOnly: o.ReadOnly, Isolation: o.Isolation})
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			return nil, nil, err
		}
		return nil, nil, s.queryError(ctx, "BEGIN", err)
	}
	inner.engine = on
	return func(commit bool) error {
		defer release()
		if !commit {
			if err := t.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
				return s.queryError(ctx, "ROLLBACK", err)
			}
			return nil
		}
		if err := t.Commit(); err != nil {
			return s.queryError(ctx, "COMMIT", err)
		}
		return nil
	}, &inner, nil
}

// beginTx begins a transaction, and returns the engine of its statements and what gives its
// connection back when it has ended.
func (e *Engine) beginTx(ctx context.Context, o *sql.TxOptions) (*sql.Tx, *Engine, func(), error) {
	on := &Engine{dialect: e.dialect, plans: e.plans, hooks: e.hooks, bulk: e.bulk, comments: e.comments, counts: e.counts}
	release := func() {}
	var t *sql.Tx
	var err error
	switch db := e.db.(type) {
	case interface {
		BeginTx(ctx context.Context, opts *sql.TxOptions) (*sql.Tx, error)
	}:
		pool, ok := db.(*sql.DB)
		if conn, is := db.(*sql.Conn); is {
			on.conn = conn
		}
		if !ok || e.killer == nil && e.bulk == nil {
			for tried := 0; ; tried++ {
				if t, err = db.BeginTx(ctx, o); !ok || !isStale(err, tried) {
					break
				}
			}
			break
		}
		on.killer = e.killer
		for tried := 0; ; tried++ { // what kills, or inserts many, must have the connection
			if e.killer != nil {
				on.conn, on.id, err = e.killer.conn(ctx)
			} else {
				on.conn, err = pool.Conn(ctx)
			}
			if err == nil {
				conn := on.conn
				if t, err = conn.BeginTx(ctx, o); err == nil {
					release = func() { _ = conn.Close() } // an error says that it is closed
					break
				}
				_ = conn.Close() // the first error says more
			}
			if !isStale(err, tried) {
				break
			}
		}
	default:
		return nil, nil, nil, &Error{CodeStatement, fmt.Sprintf("a %T begins no transaction", e.db)}
	}
	if err != nil {
		return nil, nil, nil, err
	}
	on.db = t
	on.inTransaction()
	return t, on, release, nil
}
