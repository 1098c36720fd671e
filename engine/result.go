package engine

import (
	"bytes"
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
	run      *run
	stream   *stream
	columns  []Column
	doubtful []int // columns whose values may not be of their types
	cells    []any // of the values, for Scan
	values   []expr.Value
	err      error
	session  *Session
	count    int64
}

func (s *Session) newResult(run *run, stream *stream, stmt *dialect.Statement) (*Result, error) {
	names, err := stream.rows.Columns()
	n := stmt.Outputs().Len()
	// MariaDB gives no columns where it sees beforehand that a change with RETURNING
	// finds no row.
	if err == nil && len(names) != n && (len(names) > 0 || !stmt.IsChange()) {
		err = fmt.Errorf("%d columns came, %d were asked for", len(names), n)
	}
	if err != nil {
		return nil, s.queryError(run.ctx, run.sql, err)
	}
	r := &Result{session: s, run: run, stream: stream,
		columns: make([]Column, n), cells: make([]any, n), values: make([]expr.Value, n)}
	for i, o := range stmt.Outputs().All() {
		if r.columns[i] = (Column{o.Name, o.Type}); o.Name == "" {
			r.columns[i].Name = fmt.Sprintf("column%d", i+1)
		}
	}
	types, doubtful, err := typesOf(stream.rows, r.columns, s.engine.dialect.Name())
	if err != nil {
		return nil, err
	}
	r.doubtful = doubtful
	for i, t := range types {
		r.cells[i] = &cell{&r.values[i], t, pads(t)}
	}
	return r, nil
}

// cell makes a value of what the driver gives, before database/sql copies it.
type cell struct {
	value *expr.Value
	typ   schema.Type
	pads  bool
}

// pads reports whether values of a type may have digits of which nobody asked for.
func pads(t schema.Type) bool { return t.Family() == schema.FamilyNumeric && t.Scale() == 0 }

// Scan is for database/sql.
func (c *cell) Scan(src any) error {
	if digits, ok := src.([]byte); ok && c.pads { // MySQL's and MariaDB's arguments are decimals of 30
		if point := bytes.IndexByte(digits, '.'); point >= 0 && len(digits)-point > 30 {
			src = bytes.TrimSuffix(bytes.TrimRight(digits, "0"), []byte("."))
		}
	}
	*c.value = fromDriver(src, c.typ)
	return nil
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
		err = r.stream.rows.Scan(r.cells...)
	}
	if err != nil {
		r.err = r.session.queryError(r.run.ctx, r.run.sql, err)
		return false
	}
	if !more {
		return false
	}
	r.count++
	for _, i := range r.doubtful {
		if r.values[i].Kind() == schema.KindText {
			r.err = wrongColumn(r.columns[i], "text")
			return false
		}
	}
	return true
}

// Values returns the row's values. They are good until the next call of Next.
func (r *Result) Values() []expr.Value { return r.values }

// Err returns what kept the rows from being all, or nil.
func (r *Result) Err() error {
	if r.err == nil {
		if err := r.stream.rows.Err(); err != nil {
			r.err = r.session.queryError(r.run.ctx, r.run.sql, err)
		} else if err := r.run.ctx.Err(); err != nil {
			r.err = r.session.queryError(r.run.ctx, r.run.sql, err) // some drivers end quietly
		}
	}
	return r.err
}

// Close ends the query at the server, without waiting for rows that are left; see [New] for
// where it must. It may be called more than once.
func (r *Result) Close() error {
	err := r.stream.close()
	if err != nil {
		err = r.session.queryError(r.run.ctx, r.run.sql, err)
	}
	if r.err != nil {
		r.run.end(r.count, r.err)
	} else {
		r.run.end(r.count, err)
	}
	return err
}
