//go:build unix

package main

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/tests/testdb"
)

// activeOn counts the statements of other connections that a server runs and that have a text in them.
var activeOn = map[string]string{
	"postgres": "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND state = 'active' AND query LIKE $1",
	"mariadb":  "SELECT count(*) FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND info LIKE ?",
}

// TestScreenServers: on each database Ctrl-C ends the query at the server too, and the prompt goes on; a connection that the
// server ends is told, and mended.
func TestScreenServers(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		table := "t_" + strings.ToLower(rand.Text()[:12]) // which tells the statements of this test
		db.Script(t, "CREATE TABLE "+table+" (id INTEGER PRIMARY KEY)", "INSERT INTO "+table+" VALUES (1)"+manyRows(2, 60))
		running := func() (n int) {
			if count := activeOn[db.Name]; count != "" {
				require.NoError(t, db.QueryRow(count, "%"+table+"%").Scan(&n))
			}
			return n
		}
		w := openWindowNamed(t, db.Name, 100, 30, nil, "-quiet", "-db", db.URL)
		w.line("x, m = 7, db." + table)
		w.text(`sql.select(sql.fn.count():label "n"):from(m)` + crossJoins("m", 7))
		w.keys("Enter")
		w.expect("Ctrl-C cancels")
		if activeOn[db.Name] != "" {
			require.Equal(t, 1, running())
		}
		w.keys("C-c")
		w.expect("cancelled")
		require.Eventually(t, func() bool { return running() == 0 }, time.Minute, 50*time.Millisecond, "the server goes on with it")
		w.clear()
		w.text("x * 6")
		w.keys("Enter")
		w.expect("\n42\n")

		if activeOn[db.Name] == "" {
			return
		}
		w.line("sql.insert(m):values{id = 100}")
		w.line(".run")
		endConnections(t, db, table)
		w.clear()
		w.text("sql.select(sql.fn.count():label 'n'):from(m)")
		w.keys("Enter")
		w.expect("connection to the database is lost")
		w.expect("the transaction is lost with it")
		w.clear()
		w.text("sql.select(sql.fn.count():label 'n'):from(m)")
		w.keys("Enter")
		w.expect("│ 60 │")
		w.keys("C-d")
		w.expect("exit 0")
	})
}

// manyRows are rows of numbers, as VALUES has them behind a first one.
func manyRows(from, to int) string {
	var b strings.Builder
	for i := from; i <= to; i++ {
		fmt.Fprintf(&b, ", (%d)", i)
	}
	return b.String()
}

// crossJoins joins a source with itself so often that no database comes to an end.
func crossJoins(source string, times int) string {
	var b strings.Builder
	for i := range times {
		fmt.Fprintf(&b, `:cross_join(%s:alias "m%d")`, source, i)
	}
	return b.String()
}

// endConnections has the server end the other connections to a test's database, or to its table.
func endConnections(t *testing.T, db *testdb.DB, table string) {
	t.Helper()
	if db.Name == "mariadb" {
		killMariaDB(t, db)
		return
	}
	_, err := db.Exec("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = $1::regclass AND pid <> pg_backend_pid()", table)
	require.NoError(t, err)
}
