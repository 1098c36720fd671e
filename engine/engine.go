package engine

import (
	"context"
	"database/sql"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
)

// DB is what statements run on: a *sql.DB, *sql.Conn or *sql.Tx.
type DB interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// Engine is a database and how it is spoken to. It is immutable and as safe for
// concurrent use as its DB.
type Engine struct {
	db      DB
	dialect *dialect.Dialect
}

// New returns an engine for a database that speaks the dialect.
func New(db DB, d *dialect.Dialect) *Engine { return &Engine{db, d} }

// Dialect returns the engine's dialect.
func (e *Engine) Dialect() *dialect.Dialect { return e.dialect }

// Option sets up a [Session].
type Option func(*Session)

// WithPolicy makes the session admit what the policy allows, with values for what it asks
// of the host (see [policy.Value]), such as the tenant's number. Sessions of one policy
// with other values share what is compiled.
func WithPolicy(p *policy.Policy, values ...policy.Values) Option {
	return func(s *Session) {
		s.policy, s.values = p, nil
		for _, list := range values {
			for name, v := range list {
				if s.values == nil {
					s.values = policy.Values{}
				}
				s.values[name] = v
			}
		}
	}
}

// Session returns a session. Without a policy it admits nothing.
func (e *Engine) Session(options ...Option) *Session {
	s := &Session{engine: e, policy: policy.New()}
	for _, o := range options {
		o(s)
	}
	return s
}

// Session runs statements on an engine under a policy. It is immutable and as
// safe for concurrent use as the engine's DB.
type Session struct {
	engine    *Engine
	policy    *policy.Policy
	values    policy.Values
	savepoint int // how many stand around, in a transaction
}

// Engine returns the session's engine.
func (s *Session) Engine() *Engine { return s.engine }

// Compile admits a statement and says it in the engine's dialect. The errors are
// those of the policy and the dialect.
func (s *Session) Compile(stmt expr.Node) (*dialect.Statement, error) {
	admitted, err := s.policy.Admit(stmt)
	if err != nil {
		return nil, err
	}
	return s.engine.dialect.Compile(admitted)
}

// Params are the values of a statement's parameters, by name: Go values as
// [expr.Of] takes them.
type Params map[string]any

// Query runs a query, or a change with RETURNING, and returns its rows, which must be
// closed. Errors of
// the database are a *[QueryError].
func (s *Session) Query(ctx context.Context, stmt expr.Node, params Params) (*Result, error) {
	compiled, err := s.Compile(stmt)
	if err != nil {
		return nil, err
	}
	args, err := s.bind(compiled, params)
	if err != nil {
		return nil, err
	}
	if compiled.Outputs().Len() == 0 {
		return nil, &Error{CodeStatement, stmt.Op().String() + " without RETURNING gives no rows: execute it"}
	}
	rows, err := s.engine.db.QueryContext(ctx, compiled.SQL(), args...)
	if err != nil {
		return nil, s.queryError(ctx, compiled.SQL(), err)
	}
	r, err := newResult(ctx, rows, compiled)
	if err != nil {
		return nil, hide(err, s.policy.FiltersRows())
	}
	r.private = s.policy.FiltersRows()
	return r, nil
}

// bind converts the values of parameters and of the host, and puts them in order.
func (s *Session) bind(stmt *dialect.Statement, params Params) ([]any, error) {
	values := make(map[string]expr.Value, len(params))
	var wrong []ParamProblem
	for name, v := range params {
		values[name] = expr.Value{}
		for _, p := range stmt.Parameters().All() {
			if p.Name() != name {
				continue
			}
			value, err := expr.ValueOf(v, p.Type())
			if err != nil {
				wrong = append(wrong, ParamProblem{name, reason(err)})
			}
			values[name] = value
		}
	}
	if len(wrong) > 0 {
		return nil, newParamError(wrong)
	}
	host, err := s.values.For(stmt.HostValues())
	if err != nil {
		return nil, err
	}
	return stmt.ArgsUnder(values, host)
}
