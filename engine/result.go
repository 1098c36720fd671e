package engine

import (
	"context"
	"fmt"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Column is a column of a [Result].
type Column struct {
	Name string // "column2" for the second one, where the query gives no name
	Type schema.Type
}

// Result is the rows of a statement, one at a time. It is not safe for concurrent
// use.
type Result struct {
	ctx     context.Context
	sql     string
	stream  *stream
	columns []Column
	types   []schema.Type // of the values, see typesOf
	raw     []any
	values  []expr.Value
	err     error
	session *Session
}

func (s *Session) newResult(ctx context.Context, stream *stream, stmt *dialect.Statement) (*Result, error) {
	names, err := stream.rows.Columns()
	n := stmt.Outputs().Len()
	// MariaDB gives no columns where it sees beforehand that a change with RETURNING
	// finds no row.
	if err == nil && len(names) != n && (len(names) > 0 || !stmt.IsChange()) {
		err = fmt.Errorf("%d columns came, %d were asked for", len(names), n)
	}
	if err != nil {
		_ = stream.close() // the first error says more
		return nil, s.queryError(ctx, stmt.SQL(), err)
	}
	r := &Result{session: s, ctx: ctx, sql: stmt.SQL(), stream: stream,
		columns: make([]Column, n), raw: make([]any, n), values: make([]expr.Value, n)}
	for i, o := range stmt.Outputs().All() {
		if r.columns[i] = (Column{o.Name, o.Type}); o.Name == "" {
			r.columns[i].Name = fmt.Sprintf("column%d", i+1)
		}
		r.raw[i] = new(any)
	}
	r.types = typesOf(stream.rows, r.columns)
	return r, nil
}

// Columns returns the columns, in order. It is not to be changed.
func (r *Result) Columns() []Column { return r.columns }

// Next goes to the next row and reports whether there is one. After false, Err
// says whether the rows were all.
func (r *Result) Next() bool {
	if r.err != nil {
		return false
	}
	more, err := r.stream.next()
	if err == nil && more {
		err = r.stream.rows.Scan(r.raw...)
	}
	if err != nil {
		r.err = r.session.queryError(r.ctx, r.sql, err)
		return false
	}
	if !more {
		return false
	}
	for i, p := range r.raw {
		r.values[i] = fromDriver(*p.(*any), r.types[i])
	}
	return true
}

// Values returns the row's values. They are good until the next call of Next.
func (r *Result) Values() []expr.Value { return r.values }

// Err returns what kept the rows from being all, or nil.
func (r *Result) Err() error {
	if r.err == nil {
		if err := r.stream.rows.Err(); err != nil {
			r.err = r.session.queryError(r.ctx, r.sql, err)
		} else if err := r.ctx.Err(); err != nil {
			r.err = r.session.queryError(r.ctx, r.sql, err) // some drivers end quietly
		}
	}
	return r.err
}

// Close ends the query at the server, without waiting for rows that are left; see [New] for
// where it must. It may be called more than once.
func (r *Result) Close() error {
	if err := r.stream.close(); err != nil {
		return r.session.queryError(r.ctx, r.sql, err)
	}
	return nil
}
