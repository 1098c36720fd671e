package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakeLines types lines and keeps the prompts that it was shown. A line "^C" is
// given up; one that begins with "!" calls a function instead.
type fakeLines struct {
	lines   []string
	prompts []string
	calls   map[string]func()
}

func (f *fakeLines) ReadLine(_ context.Context, prompt string) (string, error) {
	f.prompts = append(f.prompts, prompt)
	if len(f.lines) == 0 {
		return "", io.EOF
	}
	line := f.lines[0]
	f.lines = f.lines[1:]
	if line == "^C" {
		return "", errInterrupted
	}
	if call := f.calls[line]; call != nil {
		call()
	}
	return line, nil
}

// typed runs a prompt on the demo and returns what it wrote.
func typed(t *testing.T, args []string, lines ...string) (stdout, stderr string, prompts []string) {
	t.Helper()
	var out, errs bytes.Buffer
	f := &fakeLines{lines: lines}
	require.NoError(t, newApp(t, args, &out, &errs).promptOn(t.Context(), f, false))
	return out.String(), errs.String(), f.prompts
}

func newApp(t *testing.T, args []string, out, errs io.Writer) *app {
	t.Helper()
	opts, err := parseFlags(args)
	require.NoError(t, err)
	return &app{opts: opts, env: func(string) (string, bool) { return "", false }, stdin: strings.NewReader(""), stdout: out, stderr: errs}
}

func TestPromptGreets(t *testing.T) {
	out, _, prompts := typed(t, nil)
	require.Equal(t, 2, strings.Count(out, "\n"), out)
	require.Contains(t, out, "12 tables")
	require.Contains(t, out, ".help")
	for line := range strings.Lines(out) {
		require.LessOrEqual(t, len(line), 80)
	}
	require.Equal(t, []string{promptNew}, prompts)

	out, _, _ = typed(t, []string{"-quiet"})
	require.Empty(t, out)
}

func TestPromptShowsValuesWithoutReturn(t *testing.T) {
	out, errs, _ := typed(t, []string{"-quiet"}, "1 + 1", "return 'x'", "nil", "", "x = 7", "x", `"a", "b"`)
	require.Equal(t, "2\nx\n7\na\nb\n", out)
	require.Empty(t, errs)
}

func TestPromptKeepsLocals(t *testing.T) {
	out, errs, _ := typed(t, []string{"-quiet"}, "local x = 1", "x", "local function f() return x + 1 end", "f()", "  local y", "y")
	require.Equal(t, "1\n2\n", out)
	require.Empty(t, errs)
}

func TestPromptShowsSQLAndRows(t *testing.T) {
	out, errs, _ := typed(t, []string{"-format", "csv"},
		"u = db.tags", "sql.select(u.id)", ":where(u.id:lt(3)):order_by(u.id)", ":limit(1)", ".timing", ":limit(2)")
	require.Contains(t, out, `SELECT "tags"."id" FROM "tags"`+"\nid\n")
	require.Contains(t, out, `SELECT "tags"."id" FROM "tags" WHERE "tags"."id" < ? ORDER BY "tags"."id" LIMIT ?`+"\n-- 1: 3\n-- 2: 1\nid\n1\n")
	require.Contains(t, errs, "2 rows\n")
	require.Contains(t, errs, "1 row\n")
	require.Regexp(t, `timing is on\n2 rows, [0-9.]+[µm]?s\n$`, errs)
}

func TestPromptShowsFortyRows(t *testing.T) {
	out, errs, _ := typed(t, nil, "sql.select(db.products.id)", ".limit 0", "_", ":order_by(db.products.id)", ".limit 3", ".mode jsonl", "_")
	require.Contains(t, errs, "40 rows shown, 184 more; .last or .limit 0 shows all\n224 rows\n224 rows\n3 rows shown, 221 more")
	require.Contains(t, out, `{"id":1}`)
	_, errs, _ = typed(t, []string{"-limit", "2"}, "sql.select(db.products.id)")
	require.Contains(t, errs, "2 rows shown, 222 more")
}

func TestPromptContinuesWhatIsIncomplete(t *testing.T) {
	out, errs, prompts := typed(t, []string{"-quiet"}, "f = function(x)", "  return x * 2", "end", "f(", "21", ")", "f(", "^C", "5")
	require.Equal(t, "42\n5\n", out)
	require.Empty(t, errs)
	require.Equal(t, []string{promptNew, promptMore, promptMore, promptNew, promptMore, promptMore, promptNew, promptMore, promptNew, promptNew}, prompts)
}

func TestPromptGoesOnAfterErrors(t *testing.T) {
	out, errs, _ := typed(t, []string{"-quiet"}, "db.tagz", "x = = 1", "error('mine')", ".nope", ".mode csw", ".schema tagz",
		"sql.select(db.tags.id, db.products.id)", ".sql 1", ".timing maybe", ".limit x", "1")
	require.Equal(t, "1\n", out)
	for _, want := range []string{
		`error: db has no table or entity "tagz"; did you mean "tags"?`, `error: syntax error near "="`, "error: mine",
		`error: there is no command ".nope"`, `did you mean "csv"?`, `there is no table "tagz"; did you mean "tags"?`,
		"not joined", "error: expected a query, got a number", "expected on or off", "expected a number of rows",
	} {
		require.Contains(t, errs, want)
	}
}

// TestPromptKnowsOtherLanguages: what is another language's, or nearly Lua, is answered by what to write.
func TestPromptKnowsOtherLanguages(t *testing.T) {
	for line, want := range map[string]string{
		"select * from customers":                               "what is typed is Lua",
		`sql.select(db.tags):where(db.tags.id = 1)`:             "a comparison is ==",
		"sql.select(db.tags.*)":                                 "all columns of a table are the table itself",
		"sql.select(db.tags.name as n)":                         `:label "name"`,
		`sql.select(db.tags.name:as "n")`:                       `no method "as"; did you mean "label"?`,
		"sql.select(db.tags):limit 2":                           "a call has parentheses: limit(2)",
		"sql.select(db.tags)\n:order_by(db.tags.id):\n limit 2": "a call has parentheses: limit(2)",
		".chart pie": "the kinds of charts are bar, line, histogram",
	} {
		_, errs, _ := typed(t, []string{"-quiet"}, line)
		require.Contains(t, errs, want, line)
	}
}

func TestPromptHelps(t *testing.T) {
	out, _, _ := typed(t, []string{"-quiet"}, ".help", ".help mode")
	for _, c := range dotCommands() {
		require.Contains(t, out, c.name)
		require.NotEmpty(t, c.doc)
	}
	require.Equal(t, 2, strings.Count(out, ".mode [format]"))
}

func TestPromptQuits(t *testing.T) {
	out, _, _ := typed(t, []string{"-quiet"}, "1", ".quit", "2")
	require.Equal(t, "1\n", out)
	out, _, _ = typed(t, []string{"-quiet"}, ".exit", "2")
	require.Empty(t, out)
}

func TestPromptNeverDrivesTheTerminal(t *testing.T) {
	out, errs, _ := typed(t, []string{"-quiet"}, `"\27[31mred"`, `{a = "\27[0m"}`, `sql.select(sql.literal("\27]0;x\7"):label "\27x")`,
		`error("\27[31m")`, `sql.select(db.tags.id):dump()`, `.bytes`, `db["\27"]`)
	require.NotContains(t, out+errs, "\x1b")
	require.NotContains(t, out+errs, "\x07")
	require.Contains(t, out, "000000 94  ")
}

func TestPromptUnboundParameter(t *testing.T) {
	line := `sql.select(db.tags.id):where(db.tags.id:eq(sql.param("n", sql.types.integer)))`
	out, errs, _ := typed(t, []string{"-format", "csv"}, line)
	require.Contains(t, out, "-- parameter n integer\n")
	require.Contains(t, errs, "not run")
	out, _, _ = typed(t, []string{"-format", "csv", "-p", "n=3"}, line, "sql.select(db.tags.id):limit(1)")
	require.Contains(t, out, "-- 1: 3\nid\n3\n")
}

const slowQuery = `i = db.order_items; return sql.select(sql.fn.count():label "n"):from(i:alias "a"):cross_join(i:alias "b"):cross_join(i:alias "c")`

func TestPromptTimeout(t *testing.T) {
	_, errs, _ := typed(t, []string{"-quiet", "-timeout", "100ms"}, slowQuery, "while true do end", "1")
	require.Equal(t, 2, strings.Count(errs, "error: "), errs)
}

// stuckQuery gives a row at once and then none for seconds, in a step that the
// driver cannot leave.
const stuckQuery = `i = db.order_items; a, b = i:alias "a", i:alias "b"; return sql.select(a.order_id):from(a):cross_join(b)
	:where((a.quantity + b.quantity):lt(sql.case{{sql.and_(a.order_id:eq(1), b.order_id:eq(1)), 1000}, else_ = 0}))`

func TestPromptLeavesWhatDoesNotEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for the grace, and leaves a busy thread behind")
	}
	out, errs, _ := typed(t, []string{"-format", "csv", "-timeout", "500ms"}, "x = 1", stuckQuery, "x", "sql.select(db.tags.id):limit(1)")
	require.Contains(t, errs, "left to itself")
	require.NotContains(t, errs, "lost")
	require.Contains(t, out, "\n1\nSELECT")
	inside := strings.Replace(stuckQuery, "return ", "return session:all(", 1) + ")"
	out, errs, _ = typed(t, []string{"-quiet", "-timeout", "500ms"}, "x = 1", inside, "x", "2")
	require.Contains(t, errs, "error: ")
	require.Equal(t, "2\n", out, "the variables are lost with the state, the prompt is not")
}

func TestPlainLines(t *testing.T) {
	var out bytes.Buffer
	app := newApp(t, nil, &out, io.Discard)
	app.stdin = strings.NewReader("1 + 1\r\n2")
	lines := app.terminal()
	for _, want := range []string{"1 + 1", "2"} {
		line, err := lines.ReadLine(t.Context(), promptNew)
		require.NoError(t, err)
		require.Equal(t, want, line)
	}
	_, err := lines.ReadLine(t.Context(), promptNew)
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, strings.Repeat(promptNew, 3), out.String())
}
