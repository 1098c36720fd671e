package expr

import (
	"fmt"
	"path"
	"runtime"
	"strings"
)

// Code names a sort of [Error]; codes are stable.
type Code string

// The codes.
const (
	CodeMissing   Code = "expr_missing"   // a required part is absent
	CodeType      Code = "expr_type"      // a type that cannot stand there
	CodeValue     Code = "expr_value"     // a value that its type cannot hold exactly
	CodeName      Code = "expr_name"      // a name that is unknown, used twice, or impossible
	CodeForm      Code = "expr_form"      // not the normal form
	CodeSize      Code = "expr_size"      // too deep or too large
	CodeFrom      Code = "expr_from"      // FROM cannot be made out, or a source is not in it
	CodeUngrouped Code = "expr_ungrouped" // a column that may differ within the group that a row stands for
	CodeReadOnly  Code = "expr_readonly"  // a value for a column that the database alone gives one
	CodeArgument  Code = "expr_argument"  // what is no operand, or not that many
)

// Error is a tree that cannot be.
type Error struct {
	Code   Code
	Op     Op     // the node kind that refused
	At     string // file:line of the call in the host's code, or "" for a tree that was read
	Reason string // what was expected and what came
	Hint   string // `; did you mean "x"?`, or ""
}

// Error names the node kind, says what is wrong, and where it was said.
func (e *Error) Error() string {
	s := "expr: "
	if e.Op.Known() { // a value by itself is of none
		s += e.Op.String() + ": "
	}
	s += e.Reason + e.Hint
	if e.At != "" {
		s += " (" + e.At + ")"
	}
	return s
}

func fail(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Reason: fmt.Sprintf(format, args...)}
}

func missing(what string) *Error { return fail(CodeMissing, "%s is missing", what) }

// MaxName is how many bytes a label, an alias and a parameter's name have at most:
// they are used by number, and handled at each use.
const MaxName = 1000

// checkName refuses a name that no stored query can hold.
func checkName(what, name string) *Error {
	if name == "" { // most labels
		return nil
	}
	if len(name) > MaxName {
		return fail(CodeName, "%s %q... is longer than %d bytes", what, name[:16], MaxName)
	}
	if !isText(name) {
		return fail(CodeName, "%s %q is not valid UTF-8", what, name)
	}
	return nil
}

// placed says which node kind refuses, and where it was called.
func (e *Error) placed(op Op) *Error {
	e.Op, e.At = op, caller()
	return e
}

// here is the directory of this package. Functions go by other packages' names
// where they are inlined, files do not.
var here = func() string {
	_, file, _, _ := runtime.Caller(0)
	return path.Dir(file)
}()

// caller returns the first position outside this package; "" where none is near.
func caller() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		inside := path.Dir(f.File) == here && !strings.HasSuffix(f.File, "_test.go")
		if !inside {
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		}
		if !more {
			return ""
		}
	}
}
