package engine

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
)

// Changed is what a change has done.
type Changed struct {
	// Rows is how many rows were inserted, updated or deleted, those that an update
	// left as they were included; -1 where the database does not tell, as MySQL and
	// MariaDB do not of ON CONFLICT DO NOTHING. MySQL's driver counts so only if its
	// setting clientFoundRows is on.
	Rows int64

	// LastID is the integer key of the row, where one row of values was inserted
	// without ON CONFLICT and the database made the key; else 0. PostgreSQL tells
	// none: use Returning.
	LastID int64
}

// Exec runs a change: an insert, an update or a delete; rows that it returns are
// lost. The error is an *[Error] for a query, and as that of [Session.Query].
func (s *Session) Exec(ctx context.Context, stmt expr.Node, params Params) (Changed, error) {
	compiled, err := s.compileChange(stmt, params)
	if err != nil {
		return Changed{}, err
	}
	args, err := s.bind(stmt, compiled, params)
	if err != nil {
		return Changed{}, err
	}
	run := s.start(ctx, stmt, compiled, args)
	r, l, err := onLease(run.ctx, s.engine, func(db DB) (sql.Result, error) { return db.ExecContext(run.ctx, run.sql, args...) })
	if err == nil {
		l.over()
	}
	return s.changed(run, stmt, compiled, r, err)
}

func (s *Session) compileChange(stmt expr.Node, params Params) (*dialect.Statement, error) {
	compiled, err := s.CompileGiven(stmt, params)
	if err != nil {
		return nil, err
	}
	if _, reads := stmt.(expr.Query); reads {
		return nil, &Error{CodeStatement, "a " + stmt.Op().String() + " changes nothing: ask for its rows"}
	}
	return compiled, nil
}

// changed ends the run of a change: what it has done, or the driver's error as ours.
func (s *Session) changed(run *run, stmt expr.Node, compiled *dialect.Statement, r sql.Result, failed error) (c Changed, err error) {
	defer func() { run.end(c.Rows, err) }()
	if failed == nil {
		c.Rows, failed = r.RowsAffected()
	}
	if failed != nil {
		return Changed{}, s.queryError(run.ctx, run.sql, failed)
	}
	c.Rows = compiled.Changed(c.Rows)
	if n, ok := stmt.(*expr.InsertStmt); ok && n.Rows() == 1 && n.Conflict().Action() == 0 && s.engine.dialect.Name() != "postgres" {
		if c.LastID, err = r.LastInsertId(); err != nil {
			return c, s.queryError(run.ctx, run.sql, err)
		}
	}
	return c, nil
}

// ExecMany runs a change once for each set of parameters, as one prepared statement
// where it is the same for all, and adds up the rows. It stops at the first error, which says which set it was, by
// its number from 1: run it in a [Session.Transaction] where all or none shall count.
func ExecMany(ctx context.Context, s *Session, stmt expr.Node, sets iter.Seq[Params]) (total Changed, err error) {
	exec := func(params Params) (Changed, error) { return s.Exec(ctx, stmt, params) }
	if !expr.IsConditional(stmt) {
		m, err := s.prepareMany(ctx, stmt)
		if err != nil {
			return total, err
		}
		defer m.close()
		exec = func(params Params) (Changed, error) { return m.exec(ctx, params) }
	}
	n := 0
	for params := range sets {
		n++
		c, err := exec(params)
		if err != nil {
			return total, fmt.Errorf("set %d: %w", n, err)
		}
		if total.LastID = c.LastID; total.Rows >= 0 && c.Rows >= 0 {
			total.Rows += c.Rows
		} else {
			total.Rows = -1
		}
	}
	return total, nil
}

// many is a change that runs with many sets of parameters.
type many struct {
	s        *Session
	stmt     expr.Node
	compiled *dialect.Statement
	prepared *sql.Stmt // nil where the database prepares none
	on       lease
}

func (s *Session) prepareMany(ctx context.Context, stmt expr.Node) (m *many, err error) {
	m = &many{s: s, stmt: stmt}
	if m.compiled, err = s.compileChange(stmt, nil); err != nil {
		return nil, err
	}
	m.prepared, m.on, err = onLease(ctx, s.engine, func(db DB) (*sql.Stmt, error) {
		p, ok := db.(interface {
			PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
		})
		if !ok || m.compiled.RunsOnce() {
			return nil, nil
		}
		return p.PrepareContext(ctx, s.text(m.compiled))
	})
	if err != nil {
		return nil, s.queryError(ctx, m.compiled.SQL(), err)
	}
	return m, nil
}

func (m *many) close() {
	if m.prepared != nil {
		_ = m.prepared.Close() // nothing is lost by an error
	}
	m.on.over()
}

func (m *many) exec(ctx context.Context, params Params) (Changed, error) {
	args, err := m.s.bind(m.stmt, m.compiled, params)
	if err != nil {
		return Changed{}, err
	}
	run := m.s.start(ctx, m.stmt, m.compiled, args)
	var r sql.Result
	if m.prepared != nil {
		r, err = m.prepared.ExecContext(run.ctx, args...)
	} else {
		r, err = m.on.ExecContext(run.ctx, run.sql, args...)
	}
	return m.s.changed(run, m.stmt, m.compiled, r, err)
}

// query is exec of what gives rows.
func (m *many) query(ctx context.Context, params Params) (*Result, error) {
	args, err := m.s.bind(m.stmt, m.compiled, params)
	if err != nil {
		return nil, err
	}
	if m.prepared == nil {
		return m.s.query(ctx, m.stmt, params, true)
	}
	run := m.s.start(ctx, m.stmt, m.compiled, args)
	rows, err := m.prepared.QueryContext(run.ctx, args...)
	if err != nil {
		err = m.s.queryError(run.ctx, run.sql, err)
		run.end(0, err)
		return nil, err
	}
	stream := &stream{rows: rows, over: func() {}}
	return m.s.result(run, stream, m.compiled)
}
