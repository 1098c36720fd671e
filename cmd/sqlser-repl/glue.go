package main

import (
	"context"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
)

// newSession is the session of whoever sits at the command line.
func newSession(d *database) *engine.Session {
	return engine.New(d.db, d.dialect).Session(d.rules())
}

// compile says a statement in a dialect, for people to read.
func compile(stmt expr.Node, d *dialect.Dialect) (*dialect.Statement, error) {
	admitted, err := policy.Unrestricted().Admit(stmt)
	if err != nil {
		return nil, err
	}
	return d.Compile(admitted)
}

// compiler is the luabind.Compiler of scripts: q:sql().
type compiler struct{ of *database }

// SQL returns text and arguments; parameters have their defaults.
func (c compiler) SQL(stmt expr.Node, name string) (text string, args []any, err error) {
	d := c.of.dialect
	if name != "" {
		if d, err = dialect.ByName(name); err != nil {
			return "", nil, err
		}
	}
	s, err := c.of.compile(stmt, d, nil)
	if err != nil {
		return "", nil, err
	}
	host, err := c.of.values.For(s.HostValues())
	if err != nil {
		return "", nil, err
	}
	if args, err = s.ArgsUnder(nil, host); err != nil {
		return "", nil, err
	}
	return s.SQL(), args, nil
}

// session is the luabind.Session of scripts.
type session struct{ on *engine.Session }

// Rows runs a query for a script.
func (s session) Rows(ctx context.Context, q expr.Node, params map[string]any) (luabind.Rows, error) {
	if expr.HasWhole(q) {
		return recordsOf(ctx, s.on, q.(expr.Statement), params)
	}
	result, err := s.on.Query(ctx, q, params)
	if err != nil {
		return nil, err
	}
	columns := make([]luabind.Column, len(result.Columns()))
	for i, c := range result.Columns() {
		columns[i] = luabind.Column{Name: c.Name, Type: c.Type}
	}
	if q, ok := q.(expr.Statement); ok { // a name that the query does not give is none
		for i, o := range q.Outputs() {
			columns[i].Name = o.Name
		}
	}
	return scriptRows{result, columns}, nil
}

// Exec runs a change for a script.
func (s session) Exec(ctx context.Context, change expr.Node, params map[string]any) (int64, error) {
	c, err := s.on.Exec(ctx, change, params)
	return c.Rows, err
}

// Transaction calls f with the session of a transaction.
func (s session) Transaction(ctx context.Context, f func(luabind.Session)) error {
	return s.on.Transaction(ctx, func(tx *engine.Session) error {
		f(session{tx})
		return nil
	})
}

// scriptRows are the luabind.Rows of a result.
type scriptRows struct {
	*engine.Result
	columns []luabind.Column
}

// Columns returns the columns.
func (r scriptRows) Columns() []luabind.Column { return r.columns }

// Values copies the current row, which the script may keep.
func (r scriptRows) Values() []any {
	values := make([]any, len(r.columns))
	for i, v := range r.Result.Values() {
		values[i] = v
	}
	return values
}

// records are the luabind.Rows of a query with whole entities.
type records struct {
	columns []luabind.Column
	rows    [][]any
	at      int
}

func recordsOf(ctx context.Context, s *engine.Session, q expr.Statement, params map[string]any) (luabind.Rows, error) {
	rows, err := engine.All[[]any](ctx, s, q, params)
	if err != nil {
		return nil, err
	}
	r := &records{rows: rows}
	for _, o := range q.Outputs() {
		r.columns = append(r.columns, luabind.Column{Name: o.Name, Type: o.Type})
	}
	return r, nil
}

func (r *records) Columns() []luabind.Column { return r.columns }
func (r *records) Next() bool                { r.at++; return r.at <= len(r.rows) }
func (r *records) Values() []any             { return r.rows[r.at-1] }
func (*records) Err() error                  { return nil }
func (*records) Close() error                { return nil }
