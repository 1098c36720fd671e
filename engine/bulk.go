package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// Rows that go into one statement of [InsertMany]: so many, of so many values in all. Every
// database takes more, but nothing is gained by it.
const (
	pageRows   = 500
	pageValues = 1000
)

// BulkInserter inserts rows by a way of the driver's own, such as COPY of PostgreSQL by package
// pgxcopy; see [Engine.WithBulk].
type BulkInserter interface {
	// BulkInsert puts all rows into the table, or none, and returns how many there were. The
	// table's name is in parts, its schemas first; the rows have the values of the columns as
	// the driver takes arguments. An error that is among the rows ends it. Db is the engine's, or
	// the *sql.Conn of a [Session.Transaction], which it must not end. Where db is nothing that it
	// can use, it returns [errors.ErrUnsupported] before it asks for a row.
	BulkInsert(ctx context.Context, db DB, table, columns []string, rows iter.Seq2[[]any, error]) (int64, error)
}

// WithBulk returns the engine with what its driver has for [InsertMany].
func (e *Engine) WithBulk(b BulkInserter) *Engine {
	c := *e
	c.bulk = b
	return &c
}

// InsertMany inserts rows of values for columns, by few statements of many rows each. insert is
// one without rows: expr.Insert(users), of a table or an entity, or with ON CONFLICT, but without RETURNING, for which
// there is [QueryMany]. Values are as [expr.Of] takes them; the session's policy holds for each.
// The rows are asked for as they are sent.
//
// It stops at the first error, when rows before it may be in: run it in a [Session.Transaction]
// where all or none shall count. Of a value that does not fit, the error is a *[ParamError]
// that names the row, from 1, and the column. Changed.LastID is 0.
//
// Where the engine has a [BulkInserter], the policy filters no rows and the insert says
// nothing but what goes where, that one does it.
func InsertMany(ctx context.Context, s *Session, insert *expr.InsertStmt, columns []string, rows iter.Seq[[]any]) (Changed, error) {
	p, err := s.newPager(ctx, insert, columns)
	if err != nil {
		return Changed{}, err
	}
	defer p.close()
	if copied, err := p.bulk(rows); !errors.Is(err, errors.ErrUnsupported) {
		return copied, err
	}
	total := Changed{}
	page := make([][]any, 0, p.rows)
	send := func() error {
		c, err := p.insert(page)
		if err != nil {
			return err
		}
		page = page[:0]
		if total.Rows >= 0 && c.Rows >= 0 {
			total.Rows += c.Rows
		} else {
			total.Rows = -1
		}
		return nil
	}
	for row := range rows {
		if len(row) != len(columns) {
			return total, p.misfit(p.sent+len(page)+1, len(row))
		}
		if page = append(page, row); len(page) == p.rows {
			if err := send(); err != nil {
				return total, err
			}
		}
	}
	if len(page) > 0 {
		err = send()
	}
	return total, err
}

// pager inserts pages of rows.
type pager struct {
	ctx     context.Context
	s       *Session
	into    *expr.InsertStmt
	columns []string
	rows    int   // of a page
	sent    int   // rows
	full    *many // the statement of a whole page, when there was one
	params  Params
	names   []string // of the parameters of a page
}

func (s *Session) newPager(ctx context.Context, insert *expr.InsertStmt, columns []string) (*pager, error) {
	if insert.Rows() > 0 || insert.Query() != nil || expr.GivesRows(insert) || expr.TableOf(insert.Into()) == nil && expr.EntityOf(insert.Into()) == nil {
		return nil, &Error{CodeStatement, "expected an insert into a table or an entity, without rows and without RETURNING"}
	}
	for i, name := range columns {
		if slices.Contains(columns[:i], name) {
			return nil, &Error{CodeStatement, fmt.Sprintf("column %q stands twice", name)}
		}
	}
	if len(columns) == 0 {
		return nil, &Error{CodeStatement, "expected columns to insert into"}
	}
	p := &pager{ctx: ctx, s: s, into: insert, columns: columns}
	p.rows = max(1, min(pageRows, pageValues/len(columns)))
	for { // within the limits of the policy
		_, err := s.Compile(p.statement(p.rows))
		var refused *policy.Error
		if p.rows == 1 || !errors.As(err, &refused) {
			return p, err
		}
		p.rows /= 2
	}
}

// statement is the insert of a page. It reports columns that there are not.
func (p *pager) statement(rows int) *expr.InsertStmt {
	page := make([]expr.Assign, rows)
	types := make([]schema.Type, len(p.columns))
	for j, name := range p.columns {
		for _, o := range p.into.Into().Columns() {
			if o.Name == name {
				types[j] = o.Type
			}
		}
	}
	for i := range page {
		page[i] = make(expr.Assign, len(p.columns))
		for j, name := range p.columns {
			page[i][name] = expr.Param(p.param(i, j), types[j])
		}
	}
	return p.into.Values(page...)
}

// param is the name of a value's parameter.
func (p *pager) param(row, column int) string {
	at := row*len(p.columns) + column
	for n := len(p.names); n <= at; n++ {
		p.names = append(p.names, fmt.Sprintf("r%d_%d", n/len(p.columns), n%len(p.columns)))
	}
	return p.names[at]
}

func (p *pager) insert(page [][]any) (Changed, error) {
	m := p.full
	if m == nil || len(page) < p.rows {
		var err error
		if m, err = p.s.prepareMany(p.ctx, p.statement(len(page))); err != nil {
			return Changed{}, err
		}
		if len(page) == p.rows {
			p.full = m
		} else {
			defer m.close()
		}
	}
	params := p.params
	if len(page) < p.rows || params == nil {
		params = make(Params, len(page)*len(p.columns))
	}
	if len(page) == p.rows {
		p.params = params
	}
	for i, row := range page {
		for j, v := range row {
			params[p.param(i, j)] = v
		}
	}
	c, err := m.exec(p.ctx, params)
	if err != nil {
		return c, p.placed(err)
	}
	p.sent += len(page)
	return c, nil
}

// placed says which row and column a parameter's problem is of: of several rows, the first.
func (p *pager) placed(err error) error {
	var wrong *ParamError
	if !errors.As(err, &wrong) {
		return err
	}
	first := p.rows
	var problems []ParamProblem
	for _, problem := range wrong.Problems {
		var row, column int
		if n, _ := fmt.Sscanf(problem.Name, "r%d_%d", &row, &column); n < 2 {
			return err
		}
		if row < first {
			first, problems = row, nil
		}
		if row == first {
			problem.Name = fmt.Sprintf("row %d, %s", p.sent+row+1, p.columns[column])
			problems = append(problems, problem)
		}
	}
	return &ParamError{Problems: problems}
}

func (p *pager) misfit(row, values int) error {
	return &Error{CodeStatement, fmt.Sprintf("row %d: expected %d values, for %s, got %d", row, len(p.columns), strings.Join(p.columns, ", "), values)}
}

func (p *pager) close() {
	if p.full != nil {
		p.full.close()
	}
}

// bulk has the driver insert the rows; the error is errors.ErrUnsupported where it cannot.
func (p *pager) bulk(rows iter.Seq[[]any]) (Changed, error) {
	one := p.statement(1)
	if x, err := expr.Expand(one); err == nil && expr.HasEntities(one) {
		one = x.Statement().(*expr.InsertStmt)
	}
	if p.s.engine.bulk == nil || p.s.policy.FiltersRows() || one.Conflict().Action() != 0 || one.Columns() != len(p.columns) {
		return Changed{}, errors.ErrUnsupported
	}
	compiled, err := p.s.compileChange(one, nil)
	if err != nil {
		return Changed{}, err
	}
	if compiled.HostValues().Len() > 0 {
		return Changed{}, errors.ErrUnsupported
	}
	names := make([]string, one.Columns()) // in the order of the arguments
	for i := range names {
		names[i] = one.Column(i).Name()
	}
	var failed error // of a row; drivers send its text to the server and back
	each := func(yield func([]any, error) bool) {
		params := make(Params, len(names))
		for row := range rows {
			p.sent++
			if len(row) != len(names) {
				failed = p.misfit(p.sent, len(row))
				yield(nil, failed)
				return
			}
			for j, v := range row {
				params[p.param(0, j)] = v
			}
			args, err := p.s.bind(one, compiled, params)
			if err != nil {
				p.sent-- // placed counts the row
				failed = p.placed(err)
				yield(nil, failed)
				return
			}
			if !yield(args, nil) {
				return
			}
		}
	}
	run := p.s.start(p.ctx, one, compiled, nil)
	on := p.s.engine.db
	if conn := p.s.engine.conn; conn != nil {
		on = conn // a *sql.Tx lets nobody at its driver
	}
	n, err := p.s.engine.bulk.BulkInsert(run.ctx, on, tableParts(expr.TableOf(one.Into())), names, each)
	if errors.Is(err, errors.ErrUnsupported) {
		return Changed{}, errors.ErrUnsupported
	}
	switch {
	case failed != nil:
		err = failed
	case err != nil:
		err = p.s.queryError(run.ctx, run.sql, err)
	}
	run.end(n, err)
	return Changed{Rows: n}, err
}

// QueryMany runs a change with RETURNING once for each set of parameters, as one prepared
// statement where it is the same for all, and iterates over the rows that they return, in the
// order of the sets, as [Rows] does. It stops at the first error, which says which set it was,
// by its number from 1.
func QueryMany[T any](ctx context.Context, s *Session, stmt expr.Node, sets iter.Seq[Params]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		if q, ok := stmt.(expr.Statement); ok && !expr.GivesRows(q) {
			yield(zero, &Error{CodeStatement, stmt.Op().String() + " without RETURNING gives no rows: execute it"})
			return
		}
		query := func(params Params) (*Result, error) { return s.query(ctx, stmt, params, true) }
		if !expr.IsConditional(stmt) {
			m, err := s.prepareMany(ctx, stmt)
			if err != nil {
				yield(zero, err)
				return
			}
			defer m.close()
			query = func(params Params) (*Result, error) { return m.query(ctx, params) }
		}
		n := 0
		for params := range sets {
			n++
			r, err := query(params)
			if err != nil {
				yield(zero, fmt.Errorf("set %d: %w", n, err))
				return
			}
			var all []T // so that the loop's body can use the connection
			for v, err := range rowsOf[T](r) {
				if err != nil {
					yield(zero, fmt.Errorf("set %d: %w", n, err))
					return
				}
				all = append(all, v)
			}
			for _, v := range all {
				if !yield(v, nil) {
					return
				}
			}
		}
	}
}

// tableParts is the name of a table with the schemas that it is in.
func tableParts(t *schema.Table) []string {
	parts := make([]string, t.NameParts())
	for i := range parts {
		parts[i] = t.NamePart(i)
	}
	return parts
}
