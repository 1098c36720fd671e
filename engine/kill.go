package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"reflect"
	"strconv"
	"time"

	"github.com/sqlser/sqlser/engine/stmtcache"
	"github.com/sqlser/sqlser/internal/lru"
)

const (
	killTime  = 5 * time.Second // for a statement to be killed, a free connection included
	killTries = 12              // as long as there is no connection
	knownIDs  = 1000            // connections whose number at the server is remembered
	stalePool = 100             // connections that may turn out to be dead, one after another
)

// killer ends statements of MySQL and MariaDB through another connection: where a context
// ends, their driver hangs up, which a server that computes does not notice; or it reads all
// rows that there are, where database/sql closes them before the driver has seen the end.
type killer struct {
	pool  *sql.DB
	alone *stmtcache.Connector   // to kill when all connections of the pool are in use, waiting for what is killed; or nil
	ids   *lru.Cache[any, int64] // by the driver's connections
}

// newKiller returns the killer of a pool, or nil where the dialect needs none.
func newKiller(db DB, dialect string) *killer {
	pool, ok := db.(*sql.DB)
	if !ok || dialect != "mysql" && dialect != "mariadb" {
		return nil
	}
	return &killer{pool, stmtcache.Of(pool), lru.New[any, int64](knownIDs, knownIDs, 0)}
}

// conn takes a connection from the pool, with its number.
func (k *killer) conn(ctx context.Context) (*sql.Conn, int64, error) {
	for tried := 0; ; tried++ {
		var id int64
		conn, err := k.pool.Conn(ctx)
		if err == nil {
			if id, err = k.id(ctx, conn); err == nil {
				return conn, id, nil
			}
			_ = conn.Close() // the first error says more
		}
		if !isStale(err, tried) {
			return nil, 0, err
		}
	}
}

func (k *killer) id(ctx context.Context, conn *sql.Conn) (id int64, err error) {
	var key any
	err = conn.Raw(func(c any) error {
		if reflect.TypeOf(c).Comparable() {
			key = c
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if id, ok := k.ids.Get(key); ok {
		return id, nil
	}
	if err = conn.QueryRowContext(ctx, "SELECT CONNECTION_ID()").Scan(&id); err == nil && key != nil {
		k.ids.Put(key, id, 1, 0)
	}
	return id, err
}

// The ways to kill. killQuery ends what a connection runs at that moment, if anything; killAll
// the connection, too, and so also a statement that is still on its way.
const (
	killQuery = "KILL QUERY "
	killAll   = "KILL "
)

func (k *killer) kill(ctx context.Context, how string, id int64) {
	text := how + strconv.FormatInt(id, 10)
	for range killTries {
		short, cancel := context.WithTimeout(ctx, killTime)
		err := errors.ErrUnsupported
		if k.alone != nil {
			err = k.alone.Exec(short, text)
		}
		if errors.Is(err, errors.ErrUnsupported) {
			_, err = k.pool.ExecContext(short, text)
		}
		late := short.Err() != nil
		if cancel(); err == nil || !late || ctx.Err() != nil { // an error of the server says that it has ended
			return
		}
	}
}

// lease is what one statement runs on until it is over.
type lease struct {
	DB
	conn   *sql.Conn // for it alone, or nil
	ctx    context.Context
	kill   func()
	stop   func() bool // keeps kill from being called, or reports that it is too late
	killed chan struct{}
}

// lease returns what a statement runs on; over must be called. When ctx ends before, so does
// the connection at the server: the driver has given it up.
func (e *Engine) lease(ctx context.Context) (l lease, err error) {
	l.DB = e.db
	id := e.id
	if e.killer == nil || ctx.Done() == nil {
		return l, nil
	}
	if id == 0 {
		if l.conn, id, err = e.killer.conn(ctx); err != nil {
			return l, err
		}
		l.DB = l.conn
	}
	l.ctx, l.killed = ctx, make(chan struct{})
	l.kill = func() {
		defer close(l.killed)
		e.killer.kill(context.WithoutCancel(ctx), killAll, id)
	}
	l.stop = context.AfterFunc(ctx, l.kill)
	return l, nil
}

// over gives the connection back. No other statement gets one on which a kill is under way.
func (l *lease) over() {
	stopped := l.stop == nil || l.stop()
	if stopped && l.stop != nil && l.ctx.Err() != nil { // the driver was quicker to see that the context ended
		stopped = false
		go l.kill()
	}
	switch {
	case l.conn != nil:
		if !stopped {
			_ = l.conn.Raw(func(any) error { return driver.ErrBadConn }) // which closes it
		}
		_ = l.conn.Close() // an error says that it is closed
	case !stopped:
		late := time.NewTimer(killTime)
		defer late.Stop()
		select {
		case <-l.killed:
		case <-late.C: // it may wait for what the transaction holds
		}
	}
}

// isStale reports whether a pool gave a dead connection, on which nothing has run, and is to be
// asked again. It does so three times itself, which is too few where many wait for connections and
// many have been cancelled: of drivers that do not say which are dead, as pgx, those that wait
// are given these.
func isStale(err error, tried int) bool {
	return errors.Is(err, driver.ErrBadConn) && tried < stalePool
}

// onLease runs f on a lease, anew where the pool gave a dead connection. The lease is over
// if f fails.
func onLease[T any](ctx context.Context, e *Engine, f func(db DB) (T, error)) (result T, l lease, err error) {
	_, pool := e.db.(*sql.DB)
	for tried := 0; ; tried++ {
		if l, err = e.lease(ctx); err != nil {
			return result, l, err
		}
		if result, err = f(l.DB); err == nil {
			return result, l, nil
		}
		l.over()
		if !pool || !isStale(err, tried) {
			return result, l, err
		}
	}
}
