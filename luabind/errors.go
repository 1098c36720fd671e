package luabind

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"github.com/sqlser/sqlser/engine/expr"
)

// Code names a sort of [Error]; codes are stable.
type Code string

// The codes.
const (
	CodeSyntax   Code = "lua_syntax"   // the script is no Lua
	CodeSize     Code = "lua_size"     // the script is too long or nested too deeply
	CodeScript   Code = "lua_script"   // the script failed, or raised an error of its own
	CodeCall     Code = "lua_call"     // a call of ours that cannot be: its name is in Call
	CodeTime     Code = "lua_time"     // out of time; the cause is context.DeadlineExceeded
	CodeSteps    Code = "lua_steps"    // out of steps
	CodeMemory   Code = "lua_memory"   // out of memory
	CodeCanceled Code = "lua_canceled" // the host's context has ended, which is the cause
	CodeInternal Code = "lua_internal" // a fault of this library
)

// Error is a script that failed.
type Error struct {
	Code   Code
	File   string // the name that the host gave the script
	Line   int    // 0 where it is not known
	Call   string // the method or function that refused, or ""
	Reason string // what was expected and what came
	Cause  error  // an *expr.Error, an error of the host's, or nil

	incomplete bool // more lines may mend it
	column     int  // of a syntax error
}

// Error says "report.lua:3: where: expected a condition, got a number".
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File + ":")
		if e.Line > 0 {
			b.WriteString(strconv.Itoa(e.Line) + ":")
		}
		b.WriteByte(' ')
	}
	if e.Call != "" {
		b.WriteString(e.Call + ": ")
	}
	b.WriteString(e.Reason)
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Incomplete reports whether err says that a chunk ends too soon: more lines may
// mend it.
func Incomplete(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.incomplete
}

// AtReturn says of a query that a script returned where that was, for what turns out to be wrong with it
// only later, when it is dumped or compiled: the error, which becomes the cause, gets the script's name and the
// line of the return that the script ends with.
func AtReturn(name, source string, err error) (at error) {
	var e *Error
	if err == nil || errors.As(err, &e) {
		return err
	}
	e = &Error{Code: CodeScript, File: name, Reason: err.Error(), Cause: err}
	at = e
	defer func() { _ = recover() }() // the parser is not ours; what it cannot read was not run, either
	chunk, wrong := parse.Parse(strings.NewReader(begun(source)), name)
	if wrong == nil && len(chunk) > 0 {
		if last, ok := chunk[len(chunk)-1].(*ast.ReturnStmt); ok {
			e.Line = last.Line()
		}
	}
	return at
}

// fault is a reason that raise makes an Error of.
type fault string

func (f fault) Error() string { return string(f) }

func faultf(format string, args ...any) error { return fault(fmt.Sprintf(format, args...)) }

// raise ends the call with an error at the script's line. The script sees its
// text; the host gets the Error itself, if the script lets it through.
func (st *State) raise(l *lua.LState, call string, err error) {
	e := &Error{Code: CodeCall, Call: call, Reason: err.Error() + st.lost(call, err)}
	e.File, e.Line = st.position()
	var cause *expr.Error
	switch {
	case errors.As(err, &cause):
		at := *cause
		at.At = fmt.Sprintf("%s:%d", e.File, e.Line)                                    // the host's own line says nothing here
		e.Reason, e.Cause = strings.TrimPrefix(cause.Reason, call+": ")+cause.Hint, &at // what some reasons begin with
	case !isFault(err):
		e.Cause = err
	}
	st.raised, st.raisedText = e, e.Error()
	l.Error(lua.LString(st.raisedText), 0)
}

func isFault(err error) bool {
	switch err.(type) {
	case fault, *lostFault:
		return true
	}
	return false
}

// position returns where the innermost Lua function stands.
func (st *State) position() (file string, line int) {
	for _, l := range st.stacks() {
		for level := 0; ; level++ {
			d, ok := l.GetStack(level)
			if !ok {
				break
			}
			if _, err := l.GetInfo("Sl", d, nil); err == nil && d.Source != "" {
				return d.Source, d.CurrentLine
			}
		}
	}
	return "", 0
}

// failed makes an Error of what ended a chunk.
func (st *State) failed(name string, err error) *Error {
	st.budget.look()
	var api *lua.ApiError
	if !errors.As(err, &api) {
		return &Error{Code: CodeInternal, File: name, Reason: err.Error()}
	}
	text, isText := api.Object.(lua.LString)
	if isText && st.raised != nil && string(text) == st.raisedText && st.budget.over == nil {
		return st.raised
	}
	e := &Error{Code: CodeScript, File: name}
	switch {
	case !isText:
		e.Reason = st.errorText(api.Object)
	default:
		e.File, e.Line, e.Reason = splitPosition(name, string(text))
	}
	if api.Type == lua.ApiErrorPanic {
		e.Code, e.Reason = CodeInternal, "internal error: "+string(text)
	}
	if over := st.budget.over; over != nil {
		e.Code, e.Reason, e.Cause = over.Code, over.Reason, over.Cause
	}
	e.Reason = plainer(e.Reason)
	return e
}

// splitPosition takes "name:line: " off a message.
func splitPosition(name, text string) (file string, line int, reason string) {
	rest, ok := strings.CutPrefix(text, name+":")
	if !ok {
		return name, 0, text
	}
	digits, reason, ok := strings.Cut(rest, ": ")
	if line, err := strconv.Atoi(digits); ok && err == nil {
		return name, line, reason
	}
	return name, 0, text
}

// plainer says in other words what the machine says too briefly.
func plainer(reason string) string {
	if key, ok := strings.CutPrefix(reason, "attempt to index a non-table object(nil) with key '"); ok {
		key = strings.TrimSuffix(key, "'")
		if kind, _, ok := strings.Cut(key, ": 0x"); ok { // it shows an address
			return "nil has no field for a key that is a " + kind + ": a misspelt variable?"
		}
		return fmt.Sprintf("nil has no %q: a misspelt variable?", key)
	}
	switch {
	case strings.HasPrefix(reason, "cannot perform pow operation") && strings.Contains(reason, "userdata"):
		return "^ is Lua's own: write sql.fn.power(x, y)"
	case strings.HasPrefix(reason, "cannot perform ") && strings.Contains(reason, "userdata"),
		strings.HasSuffix(reason, "(number expected, got userdata)"):
		return reason + ": tonumber(x) makes a number of what a row holds; expressions are the database's to compute"
	case reason == "__len undefined":
		return "# counts what a table or a text of Lua's holds: of an expression, write sql.fn.length(x)"
	}
	return reason
}

// errorText is what an error that is no text says of itself, by its __tostring.
func (st *State) errorText(v lua.LValue) string {
	l := st.lua
	if t, ok := v.(*lua.LTable); ok && l.GetMetaField(t, "__tostring").Type() == lua.LTFunction {
		l.SetTop(0)
		l.Push(l.GetMetaField(t, "__tostring"))
		l.Push(t)
		if err := st.protected(l, 1); err == nil && l.Get(1).Type() == lua.LTString {
			return l.Get(1).String()
		}
	}
	return "the script raised " + describe(v)
}
