package tests

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/sqlser/sqlser/tests/corpus"
)

// command builds sqlser-repl once, for tests that need processes of their own.
var command = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sqlser")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "sqlser-repl")
	out, err := exec.Command("go", "build", "-o", path, "github.com/sqlser/sqlser/cmd/sqlser-repl").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := command(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// repl runs sqlser-repl and returns what it writes to standard output.
func repl(t *testing.T, args ...string) []byte {
	t.Helper()
	path, err := command()
	require.NoError(t, err)
	var stdout, stderr bytes.Buffer
	c := exec.Command(path, args...)
	c.Stdout, c.Stderr = &stdout, &stderr
	require.NoError(t, c.Run(), "%q\n%s", args, stderr.String())
	return stdout.Bytes()
}

// openSQLite makes a database file and fills it.
func openSQLite(t *testing.T, fill func(*sql.DB)) (path string, db *sql.DB) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "test.db")
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	fill(db)
	return path, db
}

// equalRows compares rows as text, and numbers to a millionth part.
func equalRows(t *testing.T, want, got [][]string) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		require.Len(t, got[i], len(want[i]), "row %d", i)
		for j := range want[i] {
			if want[i][j] == got[i][j] {
				continue
			}
			w, err := strconv.ParseFloat(want[i][j], 64)
			require.NoError(t, err, "row %d, column %d: want %q, got %q", i, j, want[i][j], got[i][j])
			g, err := strconv.ParseFloat(got[i][j], 64)
			require.NoError(t, err, "row %d, column %d: want %q, got %q", i, j, want[i][j], got[i][j])
			require.LessOrEqual(t, math.Abs(w-g), 1e-6*max(1, math.Abs(w)), "row %d, column %d", i, j)
		}
	}
}

// roundTrip dumps a script in one process and runs the bytes in another, on the
// database of a DSN; it returns the bytes, and the rows below a header.
func roundTrip(t *testing.T, dsn, script string) ([]byte, [][]string) {
	t.Helper()
	dir := t.TempDir()
	first, second := filepath.Join(dir, "1.sqb"), filepath.Join(dir, "2.sqb")
	repl(t, "dump", script, "-db", dsn, "-o", first)
	repl(t, "dump", script, "-db", dsn, "-o", second)
	a, err := os.ReadFile(first)
	require.NoError(t, err)
	b, err := os.ReadFile(second)
	require.NoError(t, err)
	require.Equal(t, a, b, "two processes give the same bytes")
	again := filepath.Join(dir, "3.sqb")
	repl(t, "dump", first, "-db", dsn, "-o", again)
	b, err = os.ReadFile(again)
	require.NoError(t, err)
	require.Equal(t, a, b, "load, then dump, gives the same bytes")
	return a, runBytes(t, dsn, a)
}

// runBytes runs a dumped query in a process of its own.
func runBytes(t *testing.T, dsn string, b []byte) [][]string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "query.sqb")
	require.NoError(t, os.WriteFile(file, b, 0o666))
	rows, err := csv.NewReader(bytes.NewReader(repl(t, "run", file, "-db", dsn, "-format", "csv"))).ReadAll()
	require.NoError(t, err)
	return rows
}

// TestChinook asks a reflected database 12 questions in Lua and compares the rows
// with those of SQL written by hand.
func TestChinook(t *testing.T) {
	script := corpus.Read(t, "chinook", "chinook_sqlite.sql.gz")
	path, db := openSQLite(t, func(db *sql.DB) {
		_, err := db.Exec(string(script))
		require.NoError(t, err)
	})
	files, err := filepath.Glob("testdata/chinook/*.lua")
	require.NoError(t, err)
	require.Len(t, files, 12)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".lua"), func(t *testing.T) {
			text, err := os.ReadFile(strings.TrimSuffix(file, ".lua") + ".sql")
			require.NoError(t, err)
			want := query(t, db, string(text))
			require.Greater(t, len(want), 1, "rows to compare")
			_, got := roundTrip(t, "sqlite:"+path, file)
			equalRows(t, want, got)
		})
	}
}

// query runs SQL and returns a header and rows as CSV shows them.
func query(t *testing.T, db *sql.DB, text string) [][]string {
	t.Helper()
	rows, err := db.QueryContext(context.Background(), text)
	require.NoError(t, err)
	defer rows.Close()
	header, err := rows.Columns()
	require.NoError(t, err)
	all := [][]string{header}
	values, targets := make([]sql.NullString, len(header)), make([]any, len(header))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		require.NoError(t, rows.Scan(targets...))
		row := make([]string, len(header))
		for i, v := range values {
			row[i] = v.String
		}
		all = append(all, row)
	}
	require.NoError(t, rows.Err())
	return all
}
