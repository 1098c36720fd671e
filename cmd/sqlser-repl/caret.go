package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/lex"
	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/luabind"
)

// chunkError is an error of what was typed, with that.
type chunkError struct {
	text string
	err  error
}

func (e *chunkError) Error() string { return e.err.Error() + e.hint() }
func (e *chunkError) Unwrap() error { return e.err }

// hint is what is known of mistakes that others make here too: SQL, and SQL's "=".
func (e *chunkError) hint() string {
	var script *luabind.Error
	if !errors.As(e.err, &script) || script.Code != luabind.CodeSyntax {
		return ""
	}
	tokens := lex.Lua(e.text)
	if len(tokens) == 0 {
		return ""
	}
	switch strings.ToLower(tokens[0].Of(e.text)) {
	case "select", "insert", "update", "delete", "with", "create", "drop", "alter", "show", "explain", `\`:
		return "; what is typed is Lua, such as sql.select(db.customers); .help says more"
	}
	near, at := inQuotes.FindStringSubmatch(script.Reason), script.Line
	for i, t := range tokens {
		if near == nil || i == 0 || t.Of(e.text) != near[1] || 1+strings.Count(e.text[:t.Start], "\n") != at {
			continue
		}
		switch before := tokens[i-1]; {
		case near[1] == "=":
			return "; a comparison is =="
		case near[1] == "as":
			return `; what a result is called is :label "name"`
		case near[1] == "*" && before.Of(e.text) == ".":
			return "; all columns of a table are the table itself: sql.select(db.customers)"
		case t.Kind == lex.Number && before.Kind == lex.Name:
			return fmt.Sprintf("; a call has parentheses: %s(%s)", before.Of(e.text), near[1])
		}
	}
	return ""
}

// inQuotes is the first thing that a reason names.
var inQuotes = regexp.MustCompile(`"([^"]+)"`)

// caret is the line that the error is about, as much of it as a width has room for, and below it a mark where
// its words are; or "", where that cannot be told for sure. A width of 0 has room for all.
func (e *chunkError) caret(width int) string {
	var script *luabind.Error
	if !errors.As(e.err, &script) || script.Line == 0 || script.File != "prompt" {
		return ""
	}
	lines := strings.Split(e.text, "\n")
	if script.Line > len(lines) {
		return ""
	}
	line := lines[script.Line-1]
	for _, word := range append(named(script.Reason), script.Call) {
		found, at := 0, lex.Token{}
		for _, t := range lex.Lua(line) {
			if text := t.Of(line); text == word || strings.Trim(text, `"'`) == word {
				found, at = found+1, t
			}
		}
		if found == 1 && word != "" {
			before, marked := show.Width(show.VisibleLines(line[:at.Start])), max(1, show.Width(at.Of(line)))
			shown, start := show.Around(show.VisibleLines(line), before, marked, width-2)
			return "  " + shown + "\n  " + strings.Repeat(" ", before-start) + strings.Repeat("^", marked)
		}
	}
	return ""
}

func named(reason string) []string {
	if m := inQuotes.FindStringSubmatch(reason); m != nil {
		return m[1:]
	}
	return nil
}
