package serializer

import (
	"fmt"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// Code names a sort of [FormatError] or [Problem]; codes are stable.
type Code string

// The codes of a FormatError.
const (
	CodeSyntax    Code = "format_syntax"    // not the MessagePack that FORMAT.md expects there
	CodeCanonical Code = "format_canonical" // another way to write what has one way
	CodeLimit     Code = "format_limit"     // beyond the Limits
	CodeTree      Code = "format_tree"      // a tree that no builder makes
	CodeManifest  Code = "format_manifest"  // a manifest that the tree contradicts
)

// The codes of a Problem.
const (
	CodeTable        Code = "drift_table"        // a table that is missing, or not the only one
	CodeColumn       Code = "drift_column"       // a column, likewise
	CodeEntity       Code = "drift_entity"       // an entity, likewise
	CodeAttribute    Code = "drift_attribute"    // an attribute of an entity, likewise
	CodeRelationship Code = "drift_relationship" // a relationship, likewise, or one that leads elsewhere
	CodeFunction     Code = "drift_function"     // a function that is missing
	CodeNodeKind     Code = "drift_node_kind"    // a node kind of a later version
	CodeFeature      Code = "drift_feature"      // a required feature of a later version
	CodeGrant        Code = "drift_grant"        // what the host has not granted
	CodeSlot         Code = "drift_slot"         // a session or engine that the host does not have
	CodeName         Code = "drift_name"         // found under another name
	CodeStableID     Code = "drift_stable_id"    // found with another stable id, or with one where there was none
	CodeType         Code = "drift_type"         // found with another type
	CodeNullable     Code = "drift_nullable"     // may be NULL now, or no longer
	CodeResult       Code = "drift_result"       // a result column has another name or type
)

// FormatError says why bytes are no canonical payload. Nothing of them was used.
type FormatError struct {
	Code   Code
	Offset int    // of the byte behind which reading stopped
	Path   string // of the node, such as "root.where.terms[1].left"
	Err    error
}

// Error says what is wrong and where.
func (e *FormatError) Error() string {
	return fmt.Sprintf("serializer: %s: %v (byte %d)", e.Path, e.Err, e.Offset)
}

// Unwrap returns the cause: an *[expr.Error] where a tree cannot be.
func (e *FormatError) Unwrap() error { return e.Err }

// formatError is what the scanner reports; the decoder adds the place.
type formatError struct {
	code   Code
	reason string
}

func (e *formatError) Error() string { return e.reason }

func syntaxf(format string, args ...any) error { return failf(CodeSyntax, format, args...) }

func canonicalf(format string, args ...any) error { return failf(CodeCanonical, format, args...) }

func failf(code Code, format string, args ...any) error {
	return &formatError{code, fmt.Sprintf(format, args...)}
}

// Severity says what a [Problem] means for the query.
type Severity uint8

// The severities.
const (
	Notice  Severity = iota // the query means the same; its bytes would differ
	Warning                 // the query works; values that it gives may differ in kind
	Failure                 // the query cannot be loaded
)

// String returns "notice", "warning" or "error".
func (s Severity) String() string {
	return [...]string{Notice: "notice", Warning: "warning", Failure: "error"}[min(s, Failure)]
}

// MarshalText is String, for JSON.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Severity) UnmarshalText(text []byte) error {
	for v := Notice; v <= Failure; v++ {
		if v.String() == string(text) {
			*s = v
			return nil
		}
	}
	return fmt.Errorf("serializer: no severity is called %q", text)
}

// Problem is one difference between what a payload expects and what the host has.
type Problem struct {
	Severity   Severity  `json:"severity"`
	Code       Code      `json:"code"`
	Path       string    `json:"path"`               // of the first use, or "manifest"
	What       string    `json:"what"`               // what it is about: "column:orders.total", "function:lower", "result:0"
	Reference  schema.ID `json:"reference,omitzero"` // the same, where it has a persistent id: not of functions and results
	Expected   string    `json:"expected"`
	Found      string    `json:"found"`
	Suggestion string    `json:"suggestion,omitempty"` // `did you mean "x"?`, or ""
}

// String shows the problem in a line.
func (p Problem) String() string {
	s := fmt.Sprintf("%s: %s at %s: expected %s, found %s", p.Severity, p.What, p.Path, p.Expected, p.Found)
	if p.Suggestion != "" {
		s += "; " + p.Suggestion
	}
	return s
}

// maxProblems bounds a report.
const maxProblems = 100

// DriftError is every problem of a payload that cannot be bound, at least one of
// them a Failure; at most 100 are listed.
type DriftError struct{ Problems []Problem }

// Error lists the problems, one a line.
func (e *DriftError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return "serializer: cannot be bound to this schema:\n\t" + strings.Join(lines, "\n\t")
}
