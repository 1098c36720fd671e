package schema

import (
	"fmt"
	"strings"
)

// Code names a sort of [Error]; codes are stable.
type Code string

// The codes.
const (
	CodeUnknown     Code = "schema_unknown"     // nothing has this name or id
	CodeAmbiguous   Code = "schema_ambiguous"   // more than one thing fits
	CodeReplaced    Code = "schema_replaced"    // the name is there, with another stable id
	CodeDeclaration Code = "schema_declaration" // a declaration that contradicts itself or another
	CodeFrozen      Code = "schema_frozen"      // a change to a frozen MetaData, or the use of one that is not
)

// Error is a declaration that cannot be, or a reference that finds nothing.
type Error struct {
	Code   Code
	Object string // what it is about, as an [ID] is shown: "column:orders.total"
	Reason string // what was expected and what came
	Hint   string // `; did you mean "x"?`, or ""
}

// Error says what is wrong.
func (e *Error) Error() string {
	return "schema: " + e.Object + ": " + e.Reason + e.Hint
}

func problem(code Code, object, format string, args ...any) *Error {
	return &Error{Code: code, Object: object, Reason: fmt.Sprintf(format, args...)}
}

// FreezeError is every problem of a MetaData's declarations.
type FreezeError struct{ Problems []*Error }

// Error lists the problems, one a line.
func (e *FreezeError) Error() string {
	if len(e.Problems) == 1 {
		return e.Problems[0].Error()
	}
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.Object + ": " + p.Reason + p.Hint
	}
	return fmt.Sprintf("schema: %d problems:\n\t%s", len(lines), strings.Join(lines, "\n\t"))
}

// Unwrap returns the problems for errors.As.
func (e *FreezeError) Unwrap() []error {
	errs := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		errs[i] = p
	}
	return errs
}
