package dialect

import (
	"fmt"
	"strings"
)

// Code names a sort of [Error]; codes are stable.
type Code string

// The codes.
const (
	CodeUnsupported Code = "dialect_unsupported" // what the database cannot say
	CodeName        Code = "dialect_name"        // a name that the database cannot hold, or an unknown dialect
	CodeParameter   Code = "dialect_parameter"   // a parameter that is missing, unknown or of another type
	CodeValue       Code = "dialect_value"       // a value that the database or its type cannot hold
)

// Error is something that a dialect cannot say.
type Error struct {
	Code      Code
	Construct string // what it is about: "FULL JOIN", `parameter "n"`
	Param     string // the parameter that it is about, or ""
	Dialect   string // "sqlite", "postgres", "mysql" or "mariadb"
	Reason    string // what was expected and what came
	Hint      string // `; did you mean "x"?`, or ""
}

// Error names the dialect and the construct and says what is wrong.
func (e *Error) Error() string {
	s := "dialect: "
	if e.Dialect != "" {
		s += e.Dialect + ": "
	}
	return s + e.Construct + ": " + e.Reason + e.Hint
}

// ArgsError is everything that is wrong with the parameters of a statement.
type ArgsError struct{ Problems []*Error }

// Error lists the problems, one a line.
func (e *ArgsError) Error() string {
	if len(e.Problems) == 1 {
		return e.Problems[0].Error()
	}
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.Construct + ": " + p.Reason + p.Hint
	}
	return fmt.Sprintf("dialect: %d problems:\n\t%s", len(lines), strings.Join(lines, "\n\t"))
}

// Unwrap returns the problems for errors.As.
func (e *ArgsError) Unwrap() []error {
	errs := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		errs[i] = p
	}
	return errs
}
