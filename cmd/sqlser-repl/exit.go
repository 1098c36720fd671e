package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/luabind"
)

// The exit codes.
const (
	exitOK          = 0
	exitFailed      = 1 // the script or query failed, or check found drift
	exitUsage       = 2
	exitConnect     = 3   // no connection
	exitTimeout     = 4   // timed out
	exitRefused     = 5   // the loader or verify refused the bytes
	exitInterrupted = 130 // SIGINT or SIGTERM
)

// usageError is a command line that cannot be.
type usageError struct{ reason string }

func (e *usageError) Error() string { return e.reason }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// connectError is a database that cannot be opened. It names no secrets.
type connectError struct {
	name string
	err  error
}

func (e *connectError) Error() string { return "cannot open " + e.name + ": " + e.err.Error() }
func (e *connectError) Unwrap() error { return e.err }

// refusedError is bytes that the loader or verify refused.
type refusedError struct {
	name string
	err  error
}

func (e *refusedError) Error() string { return e.name + ": " + e.err.Error() }
func (e *refusedError) Unwrap() error { return e.err }

// errInterrupted is the cause of a context that a signal has ended.
var errInterrupted = errors.New("interrupted")

// exitCode says how the process ends after err. The cause is what ended the work
// before it was through, or nil: it says more than what the work makes of it.
func exitCode(cause, err error) int {
	var (
		usage   *usageError
		connect *connectError
		refused *refusedError
		script  *luabind.Error
	)
	switch {
	case err == nil || isClosedPipe(err):
		return exitOK
	case errors.Is(cause, errInterrupted) || errors.Is(err, errInterrupted):
		return exitInterrupted
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(cause, context.DeadlineExceeded) || errors.Is(err, context.DeadlineExceeded):
		return exitTimeout
	case errors.As(err, &script) && script.Code == luabind.CodeSteps: // like time, but on the same line every time
		return exitTimeout
	case errors.As(err, &connect):
		return exitConnect
	case errors.As(err, &refused):
		return exitRefused
	}
	return exitFailed
}

// isClosedPipe reports whether err says that whoever read the output has gone:
// then there is nothing left to do, and nothing to tell.
func isClosedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}

// explain is the text of err for people, or "" where there is nothing to say.
func (a *app) explain(cause, err error) string {
	var script *luabind.Error
	switch code := exitCode(cause, err); {
	case code == exitOK || errors.Is(err, errDrift) || errors.Is(err, errTests):
		return ""
	case code == exitInterrupted:
		return "interrupted"
	case errors.Is(err, errDifferent):
		return ""
	case code == exitTimeout && a.opts.timeout > 0 && cause != nil:
		return "timed out after " + a.opts.timeout.String()
	case code == exitTimeout && a.opts.timeout == 0 && errors.As(err, &script):
		return err.Error() + "; -timeout 1m gives it more"
	}
	return show.VisibleLines(err.Error())
}

// reasonOf is an error of the file system without the operation and the path,
// which the message around it names.
func reasonOf(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
