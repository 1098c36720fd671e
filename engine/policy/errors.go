package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Code names a sort of [Problem]; codes are stable.
type Code string

// The codes.
const (
	CodeStatement Code = "policy_statement" // a statement kind that is not allowed
	CodeGrant     Code = "policy_grant"     // what needs a grant that is not given
	CodeTable     Code = "policy_table"     // a table that is not there, or not for this
	CodeColumn    Code = "policy_column"    // a column that is not there, or not for this
	CodeFunction  Code = "policy_function"  // a function that is not allowed
	CodeKind      Code = "policy_kind"      // a node kind or an operator that is not allowed
	CodeRows      Code = "policy_rows"      // rows that would be another's, or cannot be told
	CodeLimit     Code = "policy_limit"     // more of something than the limits allow
	CodePolicy    Code = "policy_invalid"   // the policy itself is wrong
)

// Problem is one thing in a statement that a policy does not allow.
type Problem struct {
	Code   Code
	What   string // "statement:delete", "grant:raw", "column:users.password"
	Reason string
}

// Error is everything in a statement that a policy does not allow.
type Error struct{ Problems []Problem }

// Error lists the problems, for whoever wrote the statement: it names what they named,
// and nothing that the policy does not let them see.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = fmt.Sprintf("%s: %s", p.What, p.Reason)
	}
	return "policy: refused: " + strings.Join(lines, "; ")
}

// EndUser is what to tell who only wanted the answer: no names and no values, but the
// codes, by which they can be helped.
func (e *Error) EndUser() string {
	var codes []string
	for _, p := range e.Problems {
		if !slices.Contains(codes, string(p.Code)) {
			codes = append(codes, string(p.Code))
		}
	}
	return "this query is not allowed (" + strings.Join(codes, ", ") + ")"
}

// Operator is what belongs in a log: every problem on a line, with its code.
func (e *Error) Operator() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = fmt.Sprintf("%s %s: %s", p.Code, p.What, p.Reason)
	}
	return "policy: refused:\n" + strings.Join(lines, "\n")
}
