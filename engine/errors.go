package engine

import (
	"context"
	"errors"

	"github.com/sqlser/sqlser/engine/expr"
)

// Code names a sort of error; codes are stable.
type Code string

// The codes.
const (
	CodeNoRow     Code = "engine_no_row"    // One of no rows
	CodeManyRows  Code = "engine_many_rows" // One of several
	CodeStatement Code = "engine_statement" // a statement that does not do what is asked for
	CodeQuery     Code = "engine_query"     // the database refused or failed
	CodeCancelled Code = "engine_cancelled" // the context was cancelled
	CodeTimeout   Code = "engine_timeout"   // the context's time was up
	CodeParam     Code = "engine_param"     // a parameter's value does not fit
	CodeScan      Code = "engine_scan"      // a row does not fit the Go type
)

// Error is a result that is not as it was asked for.
type Error struct {
	Code   Code
	Reason string
}

// Error says what is wrong.
func (e *Error) Error() string { return "engine: " + e.Reason }

// QueryError is a database's own error. It is for operators: neither the SQL nor
// the message is for scripts or end users.
type QueryError struct {
	Code Code // CodeQuery, CodeCancelled or CodeTimeout
	SQL  string
	Err  error

	// Private is set where the session's policy filters rows: the database's message may
	// tell of rows that it hides. Error does not give it then; Err and SQL are for the
	// operator's log.
	Private bool
}

// Error gives the database's message, without the SQL, unless it is private.
func (e *QueryError) Error() string {
	switch e.Code {
	case CodeCancelled:
		return "engine: the query was cancelled"
	case CodeTimeout:
		return "engine: the query timed out"
	}
	if e.Private {
		return "engine: the database refused the query"
	}
	return "engine: the database: " + e.Err.Error()
}

// Unwrap returns the driver's error.
func (e *QueryError) Unwrap() error { return e.Err }

func queryError(ctx context.Context, sql string, err error) error {
	code := CodeQuery
	switch ctxErr := ctx.Err(); {
	case errors.Is(ctxErr, context.DeadlineExceeded) || errors.Is(err, context.DeadlineExceeded):
		code, err = CodeTimeout, errors.Join(err, context.DeadlineExceeded)
	case ctxErr != nil || errors.Is(err, context.Canceled):
		code, err = CodeCancelled, errors.Join(err, context.Canceled)
	}
	return &QueryError{Code: code, SQL: sql, Err: err}
}

func (s *Session) queryError(ctx context.Context, sql string, err error) error {
	return hide(queryError(ctx, sql, err), s.policy.FiltersRows())
}

// hide makes the error of a database private.
func hide(err error, private bool) error {
	var e *QueryError
	if private && errors.As(err, &e) {
		e.Private = true
	}
	return err
}

// ParamProblem is one parameter whose value does not fit.
type ParamProblem = expr.ParamProblem

// ParamError is every parameter whose value does not fit, or that has none.
type ParamError = expr.ParamError
