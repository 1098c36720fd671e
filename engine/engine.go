package engine

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"

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
	plans   *plans
	killer  *killer   // of MySQL, on a pool
	id      int64     // the number of the connection, in a transaction of such a pool
	conn    *sql.Conn // of a transaction, where it is known
	cursors *cursors  // of PostgreSQL, in a transaction
	counts  *counts

	hooks    []Hook
	bulk     BulkInserter
	comments bool
}

// New returns an engine for a database that speaks the dialect. It remembers what
// statements are compiled to, see [Engine.WithPlans]. Drivers other than pgx are opened by package
// stmtcache, so that connections remember what they prepared.
//
// On a *sql.DB, what is cancelled or left in mid-stream ends at the server, too: of MySQL by
// KILL through another connection, which its driver does not do: one of its own where package
// stmtcache opened the pool, else one of the pool, which must have one to spare. On a
// *sql.Conn, and a *sql.Tx of MySQL that the host began itself, rows that are left are
// read to the end, as their drivers do. PostgreSQL loses a request to cancel that comes
// between two messages or while it loads its compiler, and pgx by itself waits 15 seconds then:
// package pgxcancel asks again, and the setting client_connection_check_interval ends what
// nobody waits for.
func New(db DB, d *dialect.Dialect) *Engine {
	e := &Engine{db: db, dialect: d, plans: newPlans(defaultPlans), counts: newCounts(db)}
	if d != nil {
		e.killer = newKiller(db, d.Name())
	}
	if _, ok := db.(*sql.Tx); ok {
		e.inTransaction()
	}
	return e
}

// inTransaction readies an engine whose DB is one.
func (e *Engine) inTransaction() {
	if e.dialect != nil && e.dialect.Name() == "postgres" {
		e.cursors = new(cursors)
	}
}

// WithPlans returns the engine with a plan cache of its own, which holds what n trees
// and n shapes of statements were compiled to, 32 KiB of each on average; with 0 it has
// none. A tree that stands costs a look-up, and so does one that differs from
// another in its literals alone, in whose text its values are put. One of another
// policy or of metadata frozen anew is another; policies are made once, then, not
// for each session.
func (e *Engine) WithPlans(n int) *Engine {
	c := *e
	c.plans = newPlans(n)
	return &c
}

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

// ReadOnly makes the session refuse changes, with CodeReadOnly, whatever its policy allows.
func ReadOnly() Option { return func(s *Session) { s.readOnly = true } }

// Session returns a session. Without a policy it admits nothing.
func (e *Engine) Session(options ...Option) *Session {
	s := &Session{engine: e, policy: policy.New()}
	for _, o := range options {
		o(s)
	}
	s.planBy()
	return s
}

// planBy sets by what the session's plans are known.
func (s *Session) planBy() {
	s.planned = s.engine.plans.standsFor(s.policy)
	s.under = spread(addressOf(s.planned))
}

// Session runs statements on an engine under a policy. It is immutable and as
// safe for concurrent use as the engine's DB.
type Session struct {
	engine    *Engine
	policy    *policy.Policy
	planned   *policy.Policy // by which its plans are known
	under     uint64         // the part of a plan's hash that planned is
	values    policy.Values
	savepoint int // how many stand around, in a transaction
	readOnly  bool
	origin    Origin
}

// Engine returns the session's engine.
func (s *Session) Engine() *Engine { return s.engine }

// Compile admits a statement and says it in the engine's dialect. The errors are
// those of the policy and the dialect. What has conditions that stand there if a
// parameter is given has none of them: see [Session.CompileGiven].
func (s *Session) Compile(stmt expr.Node) (*dialect.Statement, error) {
	return s.CompileGiven(stmt, nil)
}

// CompileGiven is Compile where the parameters of these names are given: see [expr.Given].
func (s *Session) CompileGiven(stmt expr.Node, params Params) (*dialect.Statement, error) {
	made, err := s.engine.plans.compile(s, stmt, params)
	if err == nil && s.readOnly && made.IsChange() {
		return nil, &Error{CodeReadOnly, "the session is read-only: " + stmt.Op().String() + " is a change"}
	}
	return made, err
}

// SQL returns the text of a statement and its arguments, in the dialect of the name, such as
// "postgres", or in the engine's for "". Parameters have their defaults. The errors are those of
// [Session.Compile], of the name, and a *[ParamError]. It makes a session a compiler for
// scripts: see WithCompiler of package luabind. Under a policy that filters rows or masks
// columns, its values and the host's are not among the arguments: nil stands for each.
func (s *Session) SQL(stmt expr.Node, name string) (text string, args []any, err error) {
	var compiled *dialect.Statement
	if name == "" {
		compiled, err = s.Compile(stmt)
	} else {
		var d *dialect.Dialect
		if d, err = dialect.ByName(name); err == nil {
			compiled, err = s.compileIn(d, expr.Given(stmt, Params(nil).has))
		}
	}
	if err == nil {
		args, err = s.bind(stmt, compiled, nil)
	}
	if err != nil {
		return "", nil, err
	}
	if s.policy.FiltersRows() {
		args = compiled.Own(args)
	}
	return compiled.SQL(), args, nil
}

// compile is Compile of what is not remembered.
func (s *Session) compile(stmt expr.Node) (*dialect.Statement, error) {
	return s.compileIn(s.engine.dialect, stmt)
}

func (s *Session) compileIn(d *dialect.Dialect, stmt expr.Node) (*dialect.Statement, error) {
	admitted, err := s.policy.Admit(stmt)
	if err != nil {
		return nil, err
	}
	defer admitted.Release()
	return d.Compile(admitted)
}

// Params are the values of a statement's parameters, by name: Go values as
// [expr.Of] takes them.
type Params map[string]any

func (p Params) has(name string) bool { _, ok := p[name]; return ok }

// Query runs a query, or a change with RETURNING, and returns its rows, which must be
// closed; those that are left then are not waited for. Errors of the database are a
// *[QueryError].
func (s *Session) Query(ctx context.Context, stmt expr.Node, params Params) (*Result, error) {
	return s.query(ctx, stmt, params, false)
}

// query is Query; where whole, all rows will be read.
func (s *Session) query(ctx context.Context, stmt expr.Node, params Params, whole bool) (*Result, error) {
	compiled, err := s.CompileGiven(stmt, params)
	if err != nil {
		return nil, err
	}
	args, err := s.bind(stmt, compiled, params)
	if err != nil {
		return nil, err
	}
	if compiled.Outputs().Len() == 0 {
		return nil, &Error{CodeStatement, stmt.Op().String() + " without RETURNING gives no rows: execute it"}
	}
	run := s.start(ctx, stmt, compiled, args)
	rows, err := s.engine.stream(run.ctx, compiled, run.sql, args, whole)
	if err != nil {
		err = s.queryError(ctx, run.sql, err)
		run.end(0, err)
		return nil, err
	}
	return s.result(run, rows, compiled)
}

// result is the result of a run; on an error it has ended.
func (s *Session) result(run *run, rows *stream, compiled *dialect.Statement) (*Result, error) {
	r, err := s.newResult(run, rows, compiled)
	if err != nil {
		_ = rows.close() // the first error says more
		run.end(0, err)
		return nil, err
	}
	return r, nil
}

// bind converts the values of parameters and of the host, and puts them in order.
// The error is a *[ParamError] with everything that is wrong with parameters, before
// the database is asked.
func (s *Session) bind(of expr.Node, stmt *dialect.Statement, params Params) ([]any, error) {
	needed := make([]*expr.Parameter, stmt.Parameters().Len())
	for i := range needed {
		needed[i] = stmt.Parameters().At(i)
	}
	declared := needed
	if expr.IsConditional(of) {
		declared = expr.DependenciesOf(of).Parameters
	}
	values, err := expr.ParamValues(declared, params)
	var wrong *ParamError
	if errors.As(err, &wrong) { // what the database could not take of the others is told as well
		fit := maps.Clone(params)
		for _, p := range wrong.Problems {
			delete(fit, p.Name)
		}
		values, _ = expr.ParamValues(declared, fit)
	}
	for _, p := range declared {
		if len(declared) > len(needed) && !slices.ContainsFunc(needed, func(q *expr.Parameter) bool { return q.Name() == p.Name() }) {
			delete(values, p.Name())
		}
	}
	host, err := s.values.For(stmt.HostValues())
	if err != nil && wrong == nil {
		return nil, err
	}
	args, err := stmt.ArgsUnder(values, host)
	var all *dialect.ArgsError
	if errors.As(err, &all); wrong != nil || all != nil && !slices.ContainsFunc(all.Problems, func(e *dialect.Error) bool { return e.Param == "" }) {
		return nil, paramError(wrong, all)
	}
	return args, err
}

// paramError is what is wrong with parameters by their types, and by what a database takes; either may be nil.
func paramError(wrong *ParamError, all *dialect.ArgsError) *ParamError {
	e := &ParamError{}
	told := map[string]bool{}
	if wrong != nil {
		for _, p := range wrong.Problems {
			e.Problems = append(e.Problems, p)
			told[p.Name] = true
		}
	}
	if all != nil {
		for _, p := range all.Problems {
			if p.Param != "" && !told[p.Param] {
				e.Problems = append(e.Problems, ParamProblem{Name: p.Param, Reason: p.Reason + p.Hint})
			}
		}
	}
	slices.SortFunc(e.Problems, ParamProblem.Compare)
	return e
}

// missing are the parameters that have no value.
func missing(declared []*expr.Parameter, params Params) (wrong []ParamProblem) {
	for _, p := range declared {
		_, given := params[p.Name()]
		if _, ok := p.Default(); !ok && !given {
			wrong = append(wrong, ParamProblem{Name: p.Name(), Reason: "expected a value of type " + p.Type().String() + ", got none"})
		}
	}
	slices.SortFunc(wrong, ParamProblem.Compare)
	return wrong
}
