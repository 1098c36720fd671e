// Package pgxcancel ends cancelled statements at PostgreSQL, for hosts whose driver is pgx under
// database/sql:
//
//	config, err := pgx.ParseConfig(url)
//	pgxcancel.Use(config)
//	eng := engine.New(stdlib.OpenDB(*config), dialect.Postgres)
//
// PostgreSQL forgets a request to cancel that comes while it waits for the client's next message,
// before it has begun a statement, or while it loads its compiler. By itself pgx asks once, at the
// moment when the context ends; where that was lost it reads what the server sends for 15 seconds
// more, in which the statement goes on and keeps its locks.
package pgxcancel

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/multitracer"
	"github.com/jackc/pgx/v5/pgconn"
)

// How often the server is asked: first after a moment, as pgx has just done it, then less often.
const (
	firstWait = 50 * time.Millisecond
	mostWait  = 2 * time.Second
)

// Use has the connections of a configuration ask the server again and again, as long as it is at
// what they have given up: no longer than pgx reads on. No call waits for that. It adds
// to the configuration's tracer, which must be set before.
//
// It sees queries and statements; of batches, of COPY and of what is prepared pgx asks once, as it
// does by itself.
func Use(config *pgx.ConnConfig) {
	if config.Tracer == nil {
		config.Tracer = tracer{}
	} else {
		config.Tracer = multitracer.New(config.Tracer, tracer{})
	}
}

// tracer sees each statement end.
type tracer struct{}

func (tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

// TraceQueryEnd is called where pgx has hung up already, if it does.
func (tracer) TraceQueryEnd(_ context.Context, conn *pgx.Conn, data pgx.TraceQueryEndData) {
	if data.Err != nil && conn.IsClosed() {
		go insist(conn.PgConn())
	}
}

// insist asks until the server has hung up, too.
func insist(conn *pgconn.PgConn) {
	for wait := firstWait; ; wait = min(2*wait, mostWait) {
		timer := time.NewTimer(wait)
		select {
		case <-conn.CleanupDone():
			timer.Stop()
			return
		case <-timer.C:
		}
		ctx, cancel := context.WithTimeout(context.Background(), mostWait)
		_ = conn.CancelRequest(ctx) // it is asked again
		cancel()
	}
}
