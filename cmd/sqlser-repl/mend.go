package main

import (
	"context"
	"errors"
	"time"

	"github.com/sqlser/sqlser/engine"
)

// mending is how long the prompt waits for a database that has gone.
const mending = 5 * time.Second

// mend finds out, after an error, whether the connection is lost, tells what that means for the
// transaction, and tries to connect again.
func (p *prompt) mend(err error) {
	var query *engine.QueryError
	if !errors.As(err, &query) || query.Code != engine.CodeConnection {
		return
	}
	if p.tx != nil {
		_ = p.tx.Rollback() // it is gone with its connection
		p.tx, p.sess = nil, newSession(p.db)
		p.tell("the transaction is lost with it: what .run has done since the last .commit did not happen")
	}
	ctx, cancel := context.WithTimeout(p.ctx, mending)
	defer cancel()
	for wait := 100 * time.Millisecond; ; wait *= 2 {
		if p.db.db.PingContext(ctx) == nil {
			p.note("connected again")
			return
		}
		select {
		case <-time.After(wait):
		case <-p.signals:
			return
		case <-ctx.Done():
			p.tell("the database does not answer; the next query tries again")
			return
		}
	}
}
