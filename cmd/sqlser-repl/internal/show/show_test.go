package show

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain äöü 日本 🌶️":  "plain äöü 日本 🌶️",
		"a\nb\tc":          `a\nb\tc`,
		"\x1b[31m\x07\x7f": `\x1b[31m\a\x7f`,
		"\u009b1m":         `\u009b1m`,
		"\u202eabc\u2066":  `\u202eabc\u2066`,
		"bad\xff":          `bad\xff`,
		"\ufffd":           "\ufffd",
		"👩‍🚀":              "👩‍🚀",
		"a\u200bb\u2028c":  `a\u200bb\u2028c`,
		"\U0001d173":       `\U0001d173`,
	} {
		require.Equal(t, want, Visible(in))
	}
	require.Equal(t, "a    b\n\\x1bc", VisibleLines("a\tb\r\n\x1bc"))
}

// written is what a format makes of rows.
func written(t testing.TB, format string, style Style, columns []engine.Column, rows ...[]expr.Value) string {
	t.Helper()
	var b bytes.Buffer
	w, err := NewRowWriter(format, &b, columns, style)
	require.NoError(t, err)
	for _, row := range rows {
		require.NoError(t, w.Row(row))
	}
	require.NoError(t, w.End())
	return b.String()
}

func columnsOf(types ...schema.Type) []engine.Column {
	var list []engine.Column
	for i, t := range types {
		list = append(list, engine.Column{Name: fmt.Sprintf("c%d", i+1), Type: t})
	}
	return list
}

func TestJSONShowsWhatCannotBeSeen(t *testing.T) {
	for in, want := range map[string]string{
		"<a&b>": `"<a&b>"`, "\u202e": `"\u202e"`, "\U0001d173": `"\ud834\udd73"`, "\x7f\u0085": `"\u007f\u0085"`, `a"\`: `"a\"\\"`,
	} {
		require.Equal(t, `{"c1":`+want+"}\n", written(t, "jsonl", Style{}, columnsOf(schema.Text), []expr.Value{expr.Text(in)}))
	}
}

func TestCSVOnATerminalIsSafe(t *testing.T) {
	row := []expr.Value{expr.Text("\x1b[0m")}
	require.Equal(t, "c1\n\\x1b[0m\n", written(t, "csv", Style{Terminal: true}, columnsOf(schema.Text), row))
	require.Equal(t, "c1\n\x1b[0m\n", written(t, "csv", Style{}, columnsOf(schema.Text), row))
}

// wide are rows of several types, wide characters among them.
func wide() ([]engine.Column, [][]expr.Value) {
	columns := columnsOf(schema.BigInteger, schema.Text, schema.Text)
	return columns, [][]expr.Value{
		{expr.Int(1), expr.Text("日本語の長い名前です"), expr.Text(strings.Repeat("long ", 12))},
		{expr.Int(12345), expr.Value{}, expr.Text("x")},
	}
}

func TestTableFits(t *testing.T) {
	columns, rows := wide()
	require.Equal(t, `┌───────┬──────────────────────┬──────────────────────────────────────────────────────────────┐
│    c1 │ c2                   │ c3                                                           │
├───────┼──────────────────────┼──────────────────────────────────────────────────────────────┤
│     1 │ 日本語の長い名前です │ long long long long long long long long long long long long  │
│ 12345 │ NULL                 │ x                                                            │
└───────┴──────────────────────┴──────────────────────────────────────────────────────────────┘
`, written(t, "table", Style{}, columns, rows...))
	require.Equal(t, `┌───────┬───────────────┬───────────────┐
│    c1 │ c2            │ c3            │
├───────┼───────────────┼───────────────┤
│     1 │ 日本語の長い… │ long long lo… │
│ 12345 │ NULL          │ x             │
└───────┴───────────────┴───────────────┘
`, written(t, "table", Style{Width: 41}, columns, rows...))
	for width := 8; width < 120; width++ {
		for line := range strings.Lines(written(t, "table", Style{Width: width}, columns, rows...)) {
			if strings.ContainsAny(line, "│┌├└") {
				require.LessOrEqual(t, Width(strings.TrimSuffix(line, "\n")), width)
			}
		}
	}
	require.True(t, strings.HasPrefix(written(t, "table", Style{Width: 20}, columns, rows...), "-- row 1\nc1 | 1\nc2 | 日本語の長い名前です\n"), "what does not fit stands vertically, whole")
}

func TestTableColors(t *testing.T) {
	columns, rows := wide()
	got := written(t, "table", Style{Color: true, Width: 100}, columns, rows...)
	require.Contains(t, got, "\x1b[2mNULL")
	require.Contains(t, got, "\x1b[1m   c1")
	var plain strings.Builder
	for i, part := range strings.Split(got, "\x1b[") {
		if i > 0 {
			_, part, _ = strings.Cut(part, "m")
		}
		plain.WriteString(part)
	}
	require.Equal(t, written(t, "table", Style{Width: 100}, columns, rows...), plain.String())
}

func TestCode(t *testing.T) {
	st := Style{Color: true}
	require.Equal(t, "\x1b[35mSELECT\x1b[0m \"a\" \x1b[35mFROM\x1b[0m b \x1b[35mWHERE\x1b[0m \x1b[34msum\x1b[0m(c) > \x1b[36m$1\x1b[0m",
		st.SQL(`SELECT "a" FROM b WHERE sum(c) > $1`))
	require.Equal(t, "\x1b[32m[[a\x1b[0m\n\x1b[32mb\x1b[0m", st.Lua("[[a\nb"))
	require.Equal(t, "return 1", Style{}.Lua("return 1"))
}

// BenchmarkTable renders 100,000 rows of three columns.
func BenchmarkTable(b *testing.B) {
	columns := columnsOf(schema.BigInteger, schema.Text, schema.Text)
	row := []expr.Value{expr.Int(12345), expr.Text("a name of some length"), expr.Text("日本語")}
	for b.Loop() {
		w, err := NewRowWriter("table", discard{}, columns, Style{Width: 100})
		require.NoError(b, err)
		for range 100_000 {
			_ = w.Row(row)
		}
		require.NoError(b, w.End())
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

func TestVisibleLinesKeepsBackslashes(t *testing.T) {
	require.Equal(t, `C:\readme`, VisibleLines(`C:\readme`))
	require.Equal(t, `a\rb`, VisibleLines("a\rb\r"))
}

func TestAround(t *testing.T) {
	for _, c := range []struct {
		at, wide, width int
		part            string
		start           int
	}{
		{4, 2, 0, "0123456789", 0}, {4, 2, 10, "0123456789", 0}, {4, 2, 4, "3456", 3}, {0, 1, 4, "0123", 0}, {9, 1, 4, "6789", 6}, {4, 6, 3, "456", 4},
	} {
		part, start := Around("0123456789", c.at, c.wide, c.width)
		require.Equal(t, c.part, part, c)
		require.Equal(t, c.start, start, c)
	}
}

func TestTree(t *testing.T) {
	text := "select\n  .columns (1)\n  -\n    .expr\n    table\n      = source 0"
	st := Style{Color: true}
	got := st.Tree(text)
	require.Equal(t, text, ansi.Strip(got))
	require.Contains(t, got, "\x1b[34mselect\x1b[0m\n  \x1b[2m.columns\x1b[0m \x1b[36m(1)\x1b[0m")
	require.Equal(t, text, Style{}.Tree(text))
}

func TestWrap(t *testing.T) {
	require.Equal(t, "one two\n  three\n  日本語\n  four", Wrap("one two three 日本語 four", 9, "  "))
	require.Equal(t, "as it\nis", Wrap("as it\nis", 0, ""))
	require.Equal(t, "unbreakable\n  x", Wrap("unbreakable x", 5, "  "))
}

// TestVerticalSnips: rows that stand vertically for lack of room show the beginning of long values, and all of
// them where the format was asked for.
func TestVerticalSnips(t *testing.T) {
	row := []expr.Value{expr.Text(strings.Repeat("x", 500)), expr.Text("y"), expr.Text("z")}
	columns := columnsOf(schema.Text, schema.Text, schema.Text)
	for i := range columns {
		columns[i].Name = strings.Repeat(columns[i].Name, 8)
	}
	style := Style{Width: 20, Height: 24, Terminal: true}
	text := written(t, "table", style, columns, row)
	require.Contains(t, text, " | "+strings.Repeat("x", 59)+"…\n")
	require.Contains(t, written(t, "vertical", style, columns, row), strings.Repeat("x", 500)+"\n")
	style.Whole = true
	require.Contains(t, written(t, "table", style, columns, row), strings.Repeat("x", 500)+"\n")
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		`SELECT "a" FROM "t"`: `SELECT "a" FROM "t"`,
		`SELECT "a"."first column", "a"."second" FROM "a" LEFT JOIN "b" ON "a"."id" = "b"."id" WHERE "a"."x" IN (SELECT 1 FROM "c") ORDER BY 1`: "" +
			"SELECT \"a\".\"first column\",\n  \"a\".\"second\"\nFROM \"a\"\nLEFT JOIN \"b\" ON \"a\".\"id\" =\n  \"b\".\"id\"\nWHERE \"a\".\"x\" IN (SELECT 1\n  FROM \"c\")\nORDER BY 1",
		`DELETE FROM "a long name of a table" WHERE 'a string FROM which nothing is broken'`: "DELETE FROM\n  \"a long name of a table\"\nWHERE\n  'a string FROM which nothing is broken'",
	} {
		got := Fold(in, 30)
		require.Equal(t, want, got)
		require.Equal(t, strings.Join(strings.Fields(in), ""), strings.Join(strings.Fields(got), ""))
	}
	require.Equal(t, "a long one that nobody fits", Fold("a long one that nobody fits", 0))
}
