package engine

import (
	"context"
	"errors"
	"time"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
)

// Code names a sort of error; codes are stable.
type Code string

// The codes.
const (
	CodeNoRow     Code = "engine_no_row"     // One of no rows
	CodeManyRows  Code = "engine_many_rows"  // One of several
	CodeStatement Code = "engine_statement"  // a statement that does not do what is asked for
	CodeQuery     Code = "engine_query"      // the database refused or failed, for none of the reasons below
	CodeCancelled Code = "engine_cancelled"  // the context was cancelled, or somebody ended the statement at the server
	CodeTimeout   Code = "engine_timeout"    // the context's time was up, or the server's own limit
	CodeParam     Code = "engine_param"      // parameters whose values do not fit: of a *[ParamError]
	CodeScan      Code = "engine_scan"       // a row does not fit the Go type
	CodeNotLoaded Code = "engine_not_loaded" // an attribute or relationship of a Record that was not loaded
	CodeColumn    Code = "engine_column"     // a column is of another type than the query has it

	CodeUnique        Code = "engine_unique"        // a key that is there already
	CodeForeignKey    Code = "engine_foreign_key"   // a row that is missing, or that others refer to
	CodeNotNull       Code = "engine_not_null"      // NULL, or no value, for a column that takes none
	CodeCheck         Code = "engine_check"         // a CHECK constraint
	CodeSerialization Code = "engine_serialization" // a deadlock or conflict of transactions: try the whole one again
	CodeLock          Code = "engine_lock"          // a lock that was not to be had in time
	CodeReadOnly      Code = "engine_read_only"     // a change in what is read-only
	CodeConnection    Code = "engine_connection"    // the connection is lost; whether a change was done is not known
	CodeConflictKey   Code = "engine_conflict_key"  // on conflict of columns that are no unique key: none that the database has
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
	Code Code // one of those of the database, CodeQuery for what has no other
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
	case CodeConflictKey: // of the table, whatever its rows
		return "engine: on conflict: the columns are no unique key that the database has: a partial one needs its condition too"
	case CodeConnection:
		return "engine: the connection to the database is lost"
	}
	if e.Private {
		return "engine: the database refused the query"
	}
	return "engine: the database: " + e.Err.Error()
}

// Unwrap returns the driver's error.
func (e *QueryError) Unwrap() error { return e.Err }

// queryError makes a *[QueryError] of what a driver gave.
func (s *Session) queryError(ctx context.Context, sql string, err error) error {
	code := CodeQuery
	switch ctxErr := ctx.Err(); {
	case errors.Is(ctxErr, context.DeadlineExceeded) || errors.Is(err, context.DeadlineExceeded):
		code, err = CodeTimeout, errors.Join(err, context.DeadlineExceeded)
	case ctxErr != nil || errors.Is(err, context.Canceled):
		code, err = CodeCancelled, errors.Join(err, context.Canceled)
	default:
		code = failureCode(s.engine.dialect.Failure(err))
		if code == CodeConnection && isOver(ctx) {
			code, err = CodeTimeout, errors.Join(err, context.DeadlineExceeded)
		}
	}
	return &QueryError{Code: code, SQL: sql, Err: err, Private: s.policy.FiltersRows()}
}

// isOver reports whether a context's time is up, although the context may not say so yet: a
// socket that has its deadline gives up at that moment, which can be before its timer has run.
func isOver(ctx context.Context) bool {
	end, ok := ctx.Deadline()
	return ok && !time.Now().Before(end)
}

func failureCode(f dialect.Failure) Code {
	switch f {
	case dialect.FailedUnique:
		return CodeUnique
	case dialect.FailedForeignKey:
		return CodeForeignKey
	case dialect.FailedNotNull:
		return CodeNotNull
	case dialect.FailedCheck:
		return CodeCheck
	case dialect.FailedSerialization:
		return CodeSerialization
	case dialect.FailedLock:
		return CodeLock
	case dialect.FailedReadOnly:
		return CodeReadOnly
	case dialect.FailedTimeout:
		return CodeTimeout
	case dialect.FailedCancelled:
		return CodeCancelled
	case dialect.FailedConnection:
		return CodeConnection
	case dialect.FailedConflictKey:
		return CodeConflictKey
	}
	return CodeQuery
}

// CodeOf returns the code of an error of this package, CodeParam for a *[ParamError]; "" for
// what is none, such as an error of the policy, of a writer or of the host's own.
func CodeOf(err error) Code {
	var failed *QueryError
	var wrong *ParamError
	var e *Error
	switch {
	case errors.As(err, &failed):
		return failed.Code
	case errors.As(err, &wrong):
		return CodeParam
	case errors.As(err, &e):
		return e.Code
	}
	return ""
}

// ParamProblem is one parameter whose value does not fit.
type ParamProblem = expr.ParamProblem

// ParamError is every parameter whose value does not fit, or that has none.
type ParamError = expr.ParamError
