//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// updateScreens writes testdata/screens, as UPDATE_SCRIPTS does for the scripts.
var updateScreens = os.Getenv("UPDATE_SCREENS") != ""

// window is a terminal of tmux with the program in it.
type window struct {
	t      *testing.T
	socket string
	dir    string
}

// openWindow starts the program in a terminal. Its history and configuration are the test's own.
func openWindow(t *testing.T, width, height int, env []string, args ...string) *window {
	t.Helper()
	return openWindowNamed(t, "", width, height, env, args...)
}

// openWindowNamed is openWindow for a test that has several.
func openWindowNamed(t *testing.T, name string, width, height int, env []string, args ...string) *window {
	t.Helper()
	needs(t, "tmux")
	program, err := exec.LookPath("sqlser-repl")
	require.NoError(t, err)
	dir := t.TempDir()
	w := &window{t, filepath.Base(filepath.Dir(dir)) + name, dir}
	// The shell behind it keeps the screen when the program has ended.
	command := []string{"-f", "/dev/null", "new-session", "-d", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height), "-c", w.dir, "env"}
	command = append(command, "SQLSER_DB=", "SQLSER_CONFIG=", "PAGER=", "SQLSER_HISTORY="+filepath.Join(w.dir, "history"))
	command = append(command, env...)
	w.tmux(append(append(append(command, "sh", "-c", `trap : INT; "$@"; echo "exit $?"; exec sleep 100`, "sh"), program), args...)...)
	t.Cleanup(func() { _ = exec.Command("tmux", "-L", w.socket, "kill-server").Run() })
	w.expect(strings.TrimSpace(promptNew))
	return w
}

func (w *window) tmux(args ...string) string {
	w.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-L", w.socket}, args...)...).CombinedOutput()
	require.NoError(w.t, err, "%s: %s", args, out)
	return string(out)
}

// text types a text as it is, keys presses keys by tmux's names.
func (w *window) text(s string) { w.t.Helper(); w.tmux("send-keys", "-l", "--", s) }
func (w *window) keys(names ...string) {
	w.t.Helper()
	w.tmux(append([]string{"send-keys"}, names...)...)
}

func (w *window) screen() string {
	w.t.Helper()
	lines := strings.Split(w.tmux("capture-pane", "-p"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}

// expect waits until the screen has a text.
func (w *window) expect(text string) {
	w.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if strings.Contains(w.screen(), text) {
			return
		}
	}
	w.t.Fatalf("no %q on the screen:\n%s", text, w.screen())
}

// enter presses Enter and waits for the next prompt: what is typed before is echoed by the terminal
// itself, and where that stands is nobody's affair.
func (w *window) enter() {
	w.t.Helper()
	w.keys("Enter")
	for deadline := time.Now().Add(time.Minute); !strings.HasSuffix(w.screen(), "\n"+strings.TrimSpace(promptNew)+"\n"); time.Sleep(20 * time.Millisecond) {
		require.True(w.t, time.Now().Before(deadline), w.screen())
	}
}

// line types a line and enters it once it is on the screen: else the prompt before it would be taken for the next.
func (w *window) line(text string) {
	w.t.Helper()
	w.text(text)
	w.expect(promptNew + text)
	w.enter()
}

// clear clears the screen: where there is room below the text, no menu moves it.
func (w *window) clear() {
	w.t.Helper()
	w.expect(strings.TrimSpace(promptNew))
	w.keys("C-l")
	for deadline := time.Now().Add(time.Minute); w.screen() != strings.TrimSpace(promptNew)+"\n"; time.Sleep(20 * time.Millisecond) {
		require.True(w.t, time.Now().Before(deadline), w.screen())
	}
}

// golden waits until the screen is that of testdata/screens, cursor and all.
func (w *window) golden(name string) {
	w.t.Helper()
	file := filepath.Join("testdata", "screens", name+".txt")
	shot := func() string {
		return w.screen() + "-- cursor " + strings.TrimSpace(w.tmux("display-message", "-p", "#{cursor_x},#{cursor_y}")) + "\n"
	}
	if updateScreens {
		time.Sleep(700 * time.Millisecond)
		require.NoError(w.t, os.MkdirAll(filepath.Dir(file), 0o777))
		require.NoError(w.t, os.WriteFile(file, []byte(shot()), 0o666))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(w.t, err)
	got := ""
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if got = shot(); got == string(want) {
			return
		}
	}
	require.Equal(w.t, string(want), got)
}

func TestScreenTyping(t *testing.T) {
	t.Parallel()
	w := openWindow(t, 90, 24, nil)
	w.golden("greeting")
	w.text("sql.select(db.cust")
	w.golden("as-you-type")
	w.keys("Tab")
	w.text(".")
	w.keys("Tab", "Tab", "Tab", "Enter")
	w.golden("completed")
	w.text("):li")
	w.keys("Tab")
	w.text("(2)")
	w.golden("highlighted")
	w.keys("Enter")
	w.expect("2 rows")
	w.clear()
	w.text(":order_by(")
	w.keys("Enter")
	w.text("  db.customers.email)")
	w.golden("two-lines")
	w.keys("Enter")
	w.golden("continued")
	w.clear()
	w.text("sql.selct(1)")
	w.keys("Enter")
	w.golden("caret")
	w.keys("C-d")
	w.expect("exit 0")
}

func TestScreenPaste(t *testing.T) {
	t.Parallel()
	w := openWindow(t, 80, 24, nil)
	var lines []string
	for i := range 58 {
		lines = append(lines, fmt.Sprintf("\tlocal v%d = %d", i, i))
	}
	text := "function f()\n" + strings.Join(lines, "\n") + "\nend"
	file := filepath.Join(w.dir, "paste.txt")
	require.NoError(t, os.WriteFile(file, []byte(text[1:]), 0o600))
	w.text(text[:1]) // when it is on the screen, the terminal has been told to mark what is pasted
	w.expect(promptNew + text[:1] + "\n")
	w.tmux("load-buffer", file)
	w.tmux("paste-buffer", "-p")
	w.golden("paste")
	w.enter()
	w.line("'f is ' .. type(f)")
	w.keys("Up", "Up")
	w.golden("recalled")
	w.keys("C-c")
	// What is pasted without marks is typed, a line at a time: nothing of it is lost.
	w.text("1 + 1\n2 + 2\n'th' .. 'ree'\n")
	w.expect("\nthree")
	require.Regexp(t, `(?s)\n2\n.*\n4\n.*\nthree\n`, w.screen())
}

func TestScreenWide(t *testing.T) {
	t.Parallel()
	w := openWindow(t, 60, 12, nil, "-quiet")
	w.text("'日本語 と 한국어'")
	w.keys("Left", "Left", "Left")
	w.text("x中")
	w.golden("wide")
	w.keys("Enter")
	w.expect("\n日本語 と 한x中국어")
	w.text("x = '" + strings.Repeat("長い行", 14))
	w.golden("wide-wrapped")
	w.tmux("resize-window", "-x", "40", "-y", "12")
	w.expect("'長い行")
	w.keys("C-l") // what a terminal makes of the rows above is its own
	w.text("!'")
	w.golden("narrowed")
	w.tmux("resize-window", "-x", "70", "-y", "12")
	w.golden("widened")
	w.keys("Enter")
	w.text("#x")
	w.keys("Enter")
	w.expect("\n127")
}

func TestScreenCancels(t *testing.T) {
	t.Parallel()
	w := openWindow(t, 100, 16, nil, "-quiet", "-timeout", "3s")
	w.text(slowQuery)
	w.keys("Enter")
	w.expect("Ctrl-C cancels")
	w.keys("C-c")
	w.golden("cancelled")
	w.keys("Up", "Enter")
	w.expect("1 s; Ctrl-C cancels")
	w.text("'typed ' .. 'ahead'\n") // while it runs
	w.expect("timed out")
	w.expect("\ntyped ahead")
	w.text("f(")
	w.keys("C-c")
	w.text("'go ' .. 'on'")
	w.keys("Enter")
	w.expect("\ngo on")
	w.clear()
	w.keys("C-r")
	w.text("TYPED")
	w.golden("search")
	w.keys("Enter")
	w.keys("C-c")
	w.text(".quit")
	w.keys("Enter")
	w.expect("exit 0")
	b, err := os.ReadFile(filepath.Join(w.dir, "history"))
	require.NoError(t, err)
	require.Contains(t, string(b), `"'typed ' .. 'ahead'"`)
}

func TestScreenPager(t *testing.T) {
	t.Parallel()
	needs(t, "less")
	w := openWindow(t, 70, 14, []string{"PAGER=less -S", "LESS=-RSX"}, "-quiet")
	w.text("sql.select(db.products.id, db.products.name):order_by(db.products.id)")
	w.keys("Enter")
	w.golden("pager")
	w.keys("q")
	w.expect("40 rows shown, 184 more")
	w.clear()
	w.text(".chart bar sql.select(db.countries.name, db.countries.population):limit(3)")
	w.keys("Enter")
	w.golden("chart")
	w.clear()
	w.text("sql.select(db.customers):limit(1)")
	w.keys("Enter")
	w.golden("vertical")
}

func TestScreenWithoutColors(t *testing.T) {
	t.Parallel()
	w := openWindow(t, 80, 12, []string{"NO_COLOR=1"}, "-quiet")
	w.text("sql.select(db.tags.id):limit(1)")
	w.keys("Enter")
	w.expect("15 │")
	require.NotRegexp(t, "\x1b\\[3[0-9]m", w.tmux("capture-pane", "-p", "-e"))
	w = openWindowNamed(t, "dumb", 80, 12, []string{"TERM=dumb"}, "-quiet")
	w.text("sql.select(db.tags.id):limit(1)")
	w.keys("Enter")
	w.expect("15 │")
	require.NotContains(t, w.tmux("capture-pane", "-p", "-e"), "\x1b")
}

// TestScreenNarrow: a terminal of 20 columns, no pager, and more rows than it has.
func TestScreenNarrow(t *testing.T) {
	t.Parallel()
	w := openWindow(t, 20, 24, nil, "-quiet")
	w.text("db.customers.naem:eq(1)")
	w.keys("Enter")
	w.golden("narrow-caret")
	w.clear()
	w.text("sql.select(db.tags.id)")
	w.expect(".tags.id)")
	w.enter()
	require.Contains(t, w.screen(), "│ 14 │\n└────┘\n")
	w.clear()
	w.text("db.")
	w.golden("narrow-menu")
}

// needs skips a test where a program is lacking, or fails it where none may be.
func needs(t *testing.T, program string) {
	t.Helper()
	_, err := exec.LookPath(program)
	switch {
	case err == nil:
	case os.Getenv("SQLSER_TEST_REQUIRE") != "":
		t.Fatalf("SQLSER_TEST_REQUIRE is set, and there is no %s", program)
	default:
		t.Skipf("there is no %s", program)
	}
}
