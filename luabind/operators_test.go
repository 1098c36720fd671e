package luabind_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
)

// asSQL is what a script's value says on SQLite, or PostgreSQL: a statement as it is, an expression as
// the column of a query, anything else as Lua has it.
func asSQL(t testing.TB, v any) string {
	t.Helper()
	var q expr.Statement
	switch v := v.(type) {
	case expr.Statement:
		q = v
	case expr.Expr:
		q = expr.Select(v)
	case expr.Item:
		q = expr.Select(v)
	case expr.Order:
		q = expr.Select(expr.Literal(expr.Int(1))).OrderBy(v)
	default:
		return fmt.Sprintf("Lua: %#v", v)
	}
	admitted, err := policy.Unrestricted().Admit(q)
	if err != nil {
		return "not resolved: " + err.Error()
	}
	s, err := dialect.SQLite.Compile(admitted)
	if err != nil {
		s, err = dialect.Postgres.Compile(admitted)
	}
	if err != nil {
		return "not compiled: " + err.Error()
	}
	text, args := s.SQL(), ""
	if bound, err := s.Args(nil); err == nil {
		args = fmt.Sprint(bound)
	}
	text = strings.TrimPrefix(text, "SELECT ")
	return strings.NewReplacer(`"users".`, "u.", `"addresses".`, "a.", `"`, "").Replace(text) + " " + args
}

// snippets returns those of a file of testdata: a line that does not begin with blanks
// begins one; what does is what the snippet gives.
func snippets(t testing.TB, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var list []string
	for _, line := range strings.Split(string(text), "\n") {
		if line != "" && !strings.HasPrefix(line, " ") {
			list = append(list, line)
		}
	}
	return list
}

// TestSnippets: each snippet gives the query, or the error, that its file says; a line
// that begins with # is a heading.
func TestSnippets(t *testing.T) {
	rt := newRuntime(t)
	for _, golden := range []string{"testdata/operators.golden", "testdata/api.golden"} {
		var b strings.Builder
		count := 0
		for _, s := range snippets(t, golden) {
			b.WriteString(s + "\n")
			if strings.HasPrefix(s, "#") {
				continue
			}
			count++
			b.WriteString(indent(gives(t, rt, s)))
		}
		require.GreaterOrEqual(t, count, 80)
		if *update {
			require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o666))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		require.Equal(t, strings.Split(string(want), "\n"), strings.Split(b.String(), "\n"), golden)
	}
}

// gives is what a snippet, a chunk or an expression alone, comes to.
func gives(t *testing.T, rt *luabind.Runtime, snippet string) string {
	values, err := rt.Eval(context.Background(), "s", prelude+snippet)
	if again, inner := rt.Run(context.Background(), "s", prelude+"return "+snippet); inner == nil || !isSyntax(inner) {
		values, err = again, inner
	}
	if err != nil {
		var e *luabind.Error
		require.ErrorAs(t, err, &e, snippet)
		require.NotEqual(t, luabind.CodeInternal, e.Code, "%s: %v", snippet, err)
		return "error: " + strings.TrimPrefix(err.Error(), "s:1: ")
	}
	var list []string
	for _, v := range values {
		list = append(list, asSQL(t, v))
	}
	return strings.Join(list, "\n")
}

func isSyntax(err error) bool {
	var e *luabind.Error
	return errors.As(err, &e) && e.Code == luabind.CodeSyntax
}
