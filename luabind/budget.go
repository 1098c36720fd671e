package luabind

import (
	"context"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// budget is what a run may still use. To the virtual machine it is a context: it
// asks Done before every instruction, which makes Done a counter that needs
// neither a goroutine nor a timer.
type budget struct {
	host  context.Context
	until time.Time // zero: no limit
	left  int64     // instructions until the next look at clock and host
	steps int64     // instructions after these; less than 0: no limit
	over  *Error    // once the budget is used up
	done  chan struct{}
	limit Limits
}

// between is how many instructions pass between two looks at the clock.
const between = 1024

func newBudget(host context.Context, limit Limits) *budget {
	b := &budget{host: host, left: between, steps: limit.Steps, limit: limit}
	if limit.Time > 0 {
		b.until = time.Now().Add(limit.Time)
	}
	return b
}

// Done returns nil, which is never ready, until the budget is used up.
func (b *budget) Done() <-chan struct{} {
	if b.left--; b.left > 0 {
		return nil
	}
	return b.look()
}

// look checks what Done does not. From the first failure on every instruction
// fails, so that pcall gains a script nothing.
func (b *budget) look() <-chan struct{} {
	if b.over == nil {
		b.over = b.used()
		if b.over == nil {
			b.left = between
			return nil
		}
		b.done = make(chan struct{})
		close(b.done)
	}
	b.left = 0
	return b.done
}

// spend takes n steps of work that Go does for a script; false means that the
// budget is used up.
func (b *budget) spend(n int64) bool {
	b.steps -= n
	b.look()
	return b.over == nil
}

func (b *budget) used() *Error {
	if b.limit.Steps > 0 {
		if b.steps -= between; b.steps <= 0 {
			return &Error{Code: CodeSteps, Reason: "the script takes too many steps"}
		}
	}
	if err := b.host.Err(); err != nil {
		return canceled(err)
	}
	if !b.until.IsZero() && time.Now().After(b.until) {
		return &Error{Code: CodeTime, Reason: "the script takes longer than " + b.limit.Time.String(), Cause: context.DeadlineExceeded}
	}
	return nil
}

func canceled(cause error) *Error {
	return &Error{Code: CodeCanceled, Reason: "cancelled by the host: " + cause.Error(), Cause: cause}
}

// Err says what is used up, or nil.
func (b *budget) Err() error {
	if b.over == nil {
		return nil
	}
	return b.over
}

// Deadline returns when the run must end.
func (b *budget) Deadline() (time.Time, bool) { return b.until, !b.until.IsZero() }

// Value returns nil: what the host keeps in its context is not for the machine.
func (b *budget) Value(any) any { return nil }

// quietly is how errors leave the machine: without a traceback, which grows with
// every tail call a script has made.
func quietly(l *lua.LState) {
	panic(&lua.ApiError{Type: lua.ApiErrorRun, Object: l.Get(-1), StackTrace: " "})
}
