package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
)

// promptSession is the luabind.Session of what is typed: it is in the prompt's
// transaction while one is open.
type promptSession struct{ p *prompt }

// Rows runs a query for a script.
func (s promptSession) Rows(ctx context.Context, q expr.Node, params map[string]any) (luabind.Rows, error) {
	return session{s.p.sess}.Rows(ctx, q, params)
}

// Exec runs a change for a script.
func (s promptSession) Exec(ctx context.Context, change expr.Node, params map[string]any) (int64, error) {
	s.p.alters()
	return session{s.p.sess}.Exec(ctx, change, params)
}

// Transaction calls f with the session of a transaction.
func (s promptSession) Transaction(ctx context.Context, f func(luabind.Session)) error {
	s.p.alters()
	return session{s.p.sess}.Transaction(ctx, f)
}

// dotRun runs a change in the prompt's transaction, which it begins where there is
// none. A change that fails leaves those before it as they are.
func dotRun(ctx context.Context, p *prompt, a *app, rest string) error {
	n, err := p.node(ctx, rest)
	if err != nil {
		return err
	}
	q, ok := n.(expr.Statement)
	if _, reads := n.(expr.Query); !ok || reads {
		return fmt.Errorf("expected an insert, an update or a delete, got %s; a query runs where it is shown", whatIs(n))
	}
	params, err := a.declared(true, q)
	if err != nil {
		return err
	}
	if p.tx == nil {
		if p.tx, err = p.db.db.BeginTx(p.ctx, nil); err != nil {
			p.tx = nil
			return err
		}
		p.sess = engine.New(p.tx, p.db.dialect).Session(p.db.rules())
	}
	p.alters()
	err = p.sess.Transaction(ctx, func(tx *engine.Session) error {
		start := time.Now()
		if !expr.GivesRows(q) {
			c, err := tx.Exec(ctx, q, engineParams(q, params))
			if err == nil {
				a.tell("%s", changedText(q, c))
			}
			return err
		}
		rows, err := tx.Query(ctx, q, engineParams(q, params))
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		return p.rows(ctx, a, rows, start)
	})
	a.note("in a transaction: .commit or .rollback ends it")
	return err
}

// dotEnd is .commit or .rollback.
func dotEnd(commit bool) func(context.Context, *prompt, *app, string) error {
	return func(_ context.Context, p *prompt, a *app, _ string) error {
		if p.tx == nil {
			return fmt.Errorf("no transaction is open: .run begins one")
		}
		end, word := p.tx.Rollback, "rolled back"
		if commit {
			end, word = p.tx.Commit, "committed"
		}
		p.tx, p.sess = nil, newSession(p.db)
		if err := end(); err != nil {
			return err
		}
		a.note("%s", word)
		return nil
	}
}

// leave rolls a transaction back that is still open, and clears up.
func (p *prompt) leave() {
	if p.tourDir != "" {
		_ = os.RemoveAll(p.tourDir) // what is left is in the system's folder of temporary files
	}
	if p.tx != nil {
		_ = p.tx.Rollback() // there is nothing more to do about it
		p.tx = nil
		p.tell("rolled back: the transaction was not committed")
	}
}
