package tests

import (
	"bytes"
	"encoding/csv"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/tests/testdb"
)

// fails runs sqlser-repl, which must end with a code, and returns what it writes
// to standard error.
func fails(t *testing.T, code int, args ...string) string {
	t.Helper()
	path, err := command()
	require.NoError(t, err)
	var stderr bytes.Buffer
	c := exec.Command(path, args...)
	c.Stderr = &stderr
	var exit *exec.ExitError
	err = c.Run()
	require.True(t, errors.As(err, &exit), "%q: %v", args, err)
	require.Equal(t, code, exit.ExitCode(), stderr.String())
	return stderr.String()
}

const goodsScript = `
local g = db.goods
return sql.select(g.id, g.name, g.price):where(g.price:gt(sql.param("p", sql.types.numeric(10, 2)))):order_by(g.id)
`

// TestServers has one process dump a query and another run it, on each database.
func TestServers(t *testing.T) {
	var dumped [][]byte
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		db.Script(t, "CREATE TABLE goods (id BIGINT PRIMARY KEY, name VARCHAR(50), price NUMERIC(10,2) NOT NULL)",
			"INSERT INTO goods VALUES (1, 'tea', 1.50), (9007199254740993, 'ä😀', 12345678.90), (3, NULL, 0.10)")
		dir := t.TempDir()
		script, file := filepath.Join(dir, "q.lua"), filepath.Join(dir, "q.sqb")
		meta := filepath.Join(dir, "db.url")
		require.NoError(t, os.WriteFile(script, []byte(goodsScript), 0o600))
		require.NoError(t, os.WriteFile(meta, []byte(db.URL), 0o600))

		repl(t, "dump", script, "-db", db.URL, "-o", file)
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		dumped = append(dumped, b)
		for _, dsn := range []string{db.URL, "@" + meta} {
			rows, err := csv.NewReader(bytes.NewReader(repl(t, "run", file, "-db", dsn, "-p", "p=1.00", "-format", "csv", "-read-only"))).ReadAll()
			require.NoError(t, err)
			require.Equal(t, [][]string{{"id", "name", "price"}, {"1", "tea", "1.50"}, {"9007199254740993", "ä😀", "12345678.90"}}, rows)
		}
		require.Contains(t, string(repl(t, "sql", file, "-db", db.URL)), "goods")

		// The schema as Lua serves in the place of the database's own.
		lua, again := filepath.Join(dir, "meta.lua"), filepath.Join(dir, "again.sqb")
		repl(t, "meta", "-db", db.URL, "-o", lua)
		text, err := os.ReadFile(lua)
		require.NoError(t, err)
		require.Equal(t, string(text), string(repl(t, "meta", "-meta", lua)))
		repl(t, "dump", script, "-meta", lua, "-o", again)
		same, err := os.ReadFile(again)
		require.NoError(t, err)
		require.Equal(t, b, same)
		repl(t, "run", again, "-meta", lua, "-db", db.URL, "-p", "p=1.00")
	})
	for _, b := range dumped {
		require.Equal(t, dumped[0], b, "the bytes are no database's")
	}
}

// No password is said, whatever goes wrong.
func TestServersRefuse(t *testing.T) {
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			db := testdb.Open(t, name)
			u, err := url.Parse(db.URL)
			require.NoError(t, err)
			u.User = url.UserPassword("nobody_here", "s3cret")
			u.Host = "127.0.0.1:1"
			message := fails(t, 3, "-db", u.String(), "-e", "return 1")
			require.Contains(t, message, "cannot open "+u.Scheme+"://nobody_here@127.0.0.1:1/")
			require.NotContains(t, message, "s3cret")
			bad := u.Scheme + "://me:s3cret@host:port/x"
			message = fails(t, 2, "-db", bad, "-e", "return 1")
			require.NotContains(t, message, "s3cret")
			require.True(t, strings.HasPrefix(message, "sqlser-repl: -db: "+u.Scheme+"://...: expected "), message)
			missing, err := url.Parse(db.URL)
			require.NoError(t, err)
			missing.Path, missing.RawQuery = "/sqlser_no_such_database", ""
			require.Contains(t, fails(t, 3, "-db", missing.String(), "-e", "return 1"), "sqlser_no_such_database")
		})
	}
}
