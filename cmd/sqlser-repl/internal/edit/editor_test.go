package edit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/complete"
)

// typed is an editor in which keys were pressed: letters, or names in angle brackets.
func typed(t testing.TB, e *editor, keys string) *editor {
	t.Helper()
	named := map[string]tea.KeyPressMsg{
		"enter": {Code: tea.KeyEnter}, "tab": {Code: tea.KeyTab}, "s-tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "esc": {Code: tea.KeyEscape},
		"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
		"back": {Code: tea.KeyBackspace}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "a-enter": {Code: tea.KeyEnter, Mod: tea.ModAlt},
		"a-left": {Code: tea.KeyLeft, Mod: tea.ModAlt}, "a-right": {Code: tea.KeyRight, Mod: tea.ModAlt}, "a-back": {Code: tea.KeyBackspace, Mod: tea.ModAlt},
		"c-left": {Code: tea.KeyLeft, Mod: tea.ModCtrl}, "c-right": {Code: tea.KeyRight, Mod: tea.ModCtrl}, "a-d": {Code: 'd', Mod: tea.ModAlt},
	}
	for keys != "" {
		var msg tea.KeyPressMsg
		if name, rest, ok := strings.Cut(strings.TrimPrefix(keys, "<"), ">"); ok && strings.HasPrefix(keys, "<") {
			if key, known := named[name]; known {
				msg = key
			} else if letter, isCtrl := strings.CutPrefix(name, "c-"); isCtrl {
				msg = tea.KeyPressMsg{Code: []rune(letter)[0], Mod: tea.ModCtrl}
			} else {
				t.Fatalf("no key %q", name)
			}
			keys = rest
		} else {
			r := []rune(keys)[0]
			msg = tea.KeyPressMsg{Code: r, Text: string(r)}
			keys = keys[len(string(r)):]
		}
		e.Update(msg)
	}
	return e
}

func screen(e *editor) string {
	v := e.View()
	lines := strings.Split(ansi.Strip(v.Content), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// whole is a text in which as many brackets are closed as are opened.
func whole(text string) bool { return strings.Count(text, "(") <= strings.Count(text, ")") }

func options() Options {
	return Options{Prompt: "> ", More: "... ", Whole: whole, History: &History{}, Complete: func(text string, cursor int) complete.Result {
		start := strings.LastIndexAny(text[:cursor], " .(:\n") + 1
		r := complete.Result{Start: start, End: cursor}
		for _, name := range []string{"order_by", "orders", "users", "名前"} {
			if strings.HasPrefix(name, text[start:cursor]) {
				r.List = append(r.List, complete.Candidate{Text: name, Show: name + "(...)", Doc: "what " + name + " is"})
			}
		}
		return r
	}}
}

func TestTyping(t *testing.T) {
	for _, c := range []struct {
		name, keys, text string
		outcome          outcome
	}{
		{"a line", "1 + 1<enter>", "1 + 1", entered},
		{"what is not whole goes on, indented", "f(<enter>  a,<enter>b)<enter>", "f(\n  a,\n  b)", entered},
		{"a new line on demand", "a<a-enter>b<enter>", "a\nb", entered},
		{"given up", "half<c-c>", "half", givenUp},
		{"the end", "<c-d>", "", left},
		{"Ctrl-D in a text deletes", "ab<home><c-d><enter>", "b", entered},
		{"wide characters", "日本<left>x語<left><left>-<enter>", "日-x語本", entered},
		{"inside", "f(<enter>)<up><end>x<down><end>y<enter>", "f(x\n)y", entered},
		{"undo of a word at once", "abc def<c-z>", "abc", editing},
		{"undo and redo", "abc<c-z><c-y>", "abc", editing},
		{"undo of a completion", "us<tab><c-z>", "us", editing},
		{"a unique completion", "us<tab>", "users", editing},
		{"what is common", "o<tab>", "order", editing},
		{"one of the menu", "o<tab><tab><enter>", "orders", editing},
		{"round the menu", "o<tab><tab><tab><s-tab><down><enter>", "order_by", editing},
		{"the menu closed", "o<tab><esc><enter>", "order", entered},
		{"in the middle", "f(us)<left><tab>", "f(users)", editing},
		{"nothing to complete", "zz<tab>", "zz", editing},
		{"wide candidates", "名<tab>", "名前", editing},
		{"words end at marks", "sql.fn.sum(x)<a-left><a-left>A<a-right><a-right>B", "sql.fn.Asum(xB)", editing},
		{"a word taken away", "a.bc_d(<a-back><a-back>x<a-left><a-d>", "", editing},
		{"words over lines", "f(<enter>ab)<c-left><c-left>X<c-right>Y", "XfY(\nab)", editing},
		{"indented by Tab", "f(<enter><tab>x)", "f(\n  x)", editing},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := typed(t, newEditor(options()), c.keys)
			require.Equal(t, c.text, e.area.Value())
			require.Equal(t, c.outcome, e.outcome)
		})
	}
}

func TestHistoryKeys(t *testing.T) {
	o := options()
	for _, chunk := range []string{"first", "f(\n  1)", "select users", "last"} {
		o.History.Add(chunk)
	}
	for keys, want := range map[string]string{
		"<up>":                             "last",
		"<up><up><up>":                     "f(\n  1)",
		"<up><up><up><up><up><up><up>":     "first",
		"dra<c-p><c-n>":                    "dra",
		"<up><up><down>":                   "last",
		"<c-r>user<enter>":                 "select users",
		"<c-r>s<c-r><c-r><enter>":          "first",
		"<c-r>nothing<enter>":              "",
		"mine<c-r>last<c-c>":               "mine",
		"<c-r>lastt<back><right>":          "last",
		"<c-r>USER<right>X<c-r>zz<c-c>":    "select Xusers",
		"<c-r>user<home>X":                 "Xselect users",
		"<c-r>user<end>X":                  "select usersX",
		"sel<right>":                       "select users",
		"sel<left><right>":                 "sel",
		"f<end>":                           "f(",
		"<c-p><c-p><c-p><c-p><c-p><enter>": "first",
	} {
		t.Run(keys, func(t *testing.T) {
			require.Equal(t, want, typed(t, newEditor(o), keys).area.Value())
		})
	}
}

func TestScreen(t *testing.T) {
	e := typed(t, newEditor(options()), "f(<enter>or")
	e.Update(tea.WindowSizeMsg{Width: 40, Height: 10})
	require.Equal(t, "> f(\n... or\n  order_by(...)  what order_by is\n  orders(...)    what orders is", screen(e))
	v := e.View()
	require.Equal(t, tea.Position{X: 6, Y: 1}, v.Cursor.Position)

	typed(t, e, "<tab><tab>")
	require.Contains(t, screen(e), "\n> orders(...)    what orders is")

	// Long lines go on below, wide characters are never cut in two.
	e = newEditor(options())
	e.Update(tea.WindowSizeMsg{Width: 21, Height: 10})
	typed(t, e, strings.Repeat("日", 12))
	require.Equal(t, "> "+strings.Repeat("日", 9)+"\n  "+strings.Repeat("日", 3), screen(e))
	require.Equal(t, tea.Position{X: 8, Y: 1}, e.View().Cursor.Position)
	typed(t, e, "<left><left><left>")
	require.Equal(t, tea.Position{X: 2, Y: 1}, e.View().Cursor.Position)
	typed(t, e, "<left>")
	require.Equal(t, tea.Position{X: 18, Y: 0}, e.View().Cursor.Position)
}

func TestPasteOfManyLines(t *testing.T) {
	o := options()
	painted := 0
	o.Highlight = func(s string) string {
		painted++
		return "\x1b[35m" + strings.ReplaceAll(s, "\n", "\x1b[0m\n\x1b[35m") + "\x1b[0m"
	}
	e := newEditor(o)
	e.Update(tea.WindowSizeMsg{Width: 60, Height: 24})
	lines := make([]string, 60)
	for i := range lines {
		lines[i] = "\tline " + strings.Repeat("x", i)
	}
	e.Update(tea.PasteMsg{Content: strings.Join(lines, "\r\n")})
	require.Equal(t, editing, e.outcome)
	require.Equal(t, strings.ReplaceAll(strings.Join(lines, "\n"), "\t", "    "), e.area.Value())
	v := e.View()
	rows := strings.Split(v.Content, "\n")
	require.Less(t, len(rows), 24)
	require.Contains(t, rows[v.Cursor.Y], "xxxx", "the cursor is on the screen")
	typed(t, e, strings.Repeat("<up>", 58)+"<home>y")
	v = e.View()
	require.Contains(t, ansi.Strip(strings.Split(v.Content, "\n")[v.Cursor.Y]), "y    line x")
	require.NotZero(t, painted)
	typed(t, e, "<c-z><c-z>")
	require.Empty(t, strings.TrimSpace(e.area.Value()), "a paste is undone at once")
}

// TestPasteTooLong: nothing of what is pasted is lost unsaid.
func TestPasteTooLong(t *testing.T) {
	e := newEditor(options())
	e.Update(tea.PasteMsg{Content: strings.Repeat("x\n", maxLines-1)})
	require.Equal(t, maxLines-1, strings.Count(e.area.Value(), "\n"))
	e.Update(tea.PasteMsg{Content: "y\n"})
	require.NotContains(t, e.area.Value(), "y")
	require.Contains(t, screen(e), "not pasted: it would be more than 10000 lines")
	typed(t, e, "<back>z")
	require.NotContains(t, screen(e), "not pasted")
	e.Update(tea.PasteMsg{Content: "y\n"})
	require.True(t, strings.HasSuffix(e.area.Value(), "zy\n"))
}

func TestGhost(t *testing.T) {
	o := options()
	o.History.Add("sql.select(db.users)")
	e := typed(t, newEditor(o), "sql.s<esc>")
	require.Equal(t, "> sql.select(db.users)", screen(e))
	require.Equal(t, 7, e.View().Cursor.X)
	require.Equal(t, "sql.s", e.area.Value())
	require.Equal(t, "> sql.s\n", screen(typed(t, e, "<enter>")), "what was not typed is not left on the screen")
}

func TestHistoryFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "history")
	h := OpenHistory(path)
	for _, chunk := range []string{"a", "", "b\nc", "b\nc", "  ", "日本\x1b"} {
		h.Add(chunk)
	}
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	h = OpenHistory(path)
	require.Equal(t, []string{"a", "b\nc", "日本\x1b"}, h.list)
	require.Equal(t, "a", h.At(2))
	for range 2 * maxHistory {
		h.Add("x")
		h.Add("y")
	}
	require.Equal(t, maxHistory, OpenHistory(path).Len())
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, maxHistory, strings.Count(string(b), "\n"))
	info, err = os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.Zero(t, OpenHistory("").Len())
	OpenHistory(filepath.Join(path, "no")).Add("goes on without a file")
}

// FuzzKeys: whatever is typed, the cursor is in the text and on the screen.
func FuzzKeys(f *testing.F) {
	f.Add("f(\r日\t\x1b\x7f(x)")
	f.Fuzz(func(t *testing.T, keys string) {
		e := newEditor(options())
		e.Update(tea.WindowSizeMsg{Width: 30, Height: 6})
		e.Update(tea.PasteMsg{Content: keys})
		for i, r := range keys {
			if i > 200 {
				break
			}
			switch r {
			case '\r':
				typed(t, e, "<enter>")
			case '\x7f':
				typed(t, e, "<back>")
			case '\t':
				typed(t, e, "<tab>")
			case '\x1b':
				typed(t, e, "<up>")
			case '<':
				typed(t, e, "<left>")
			case 'z':
				typed(t, e, "<c-z>")
			default:
				e.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
			}
			text, cursor := e.area.Value(), e.cursor()
			require.LessOrEqual(t, cursor, len(text))
			v := e.View()
			if v.Cursor != nil {
				require.Less(t, v.Cursor.Y, strings.Count(v.Content, "\n")+1)
				require.Less(t, v.Cursor.X, 30)
			}
		}
	})
}

// BenchmarkKey is a key in a text of 200 lines, and the screen after it.
func BenchmarkKey(b *testing.B) {
	e := newEditor(options())
	e.Update(tea.WindowSizeMsg{Width: 100, Height: 40})
	e.Update(tea.PasteMsg{Content: strings.Repeat("local x = sql.select(db.users.id):where(x:gt(30))\n", 200)})
	for b.Loop() {
		typed(b, e, "x")
		e.View()
		typed(b, e, "<back>")
	}
}

// TestHistoryDrivesNoTerminal: its file may hold what could not be typed.
func TestHistoryDrivesNoTerminal(t *testing.T) {
	o := options()
	o.History.Add("say\x1b[31m red")
	e := typed(t, newEditor(o), "sa")
	require.NotContains(t, e.View().Content, "\x1b[31m")
	require.Contains(t, screen(e), `say\x1b[31m red`)
	e = typed(t, newEditor(o), "<c-r>red")
	require.NotContains(t, e.View().Content, "\x1b[31m")
	e = typed(t, newEditor(o), "<up>")
	require.NotContains(t, e.View().Content, "\x1b[31m")
}
