package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/tests/testdb"
)

// sessionLines are a session that is the same on every database: what it shows of rows, of what
// was saved and of errors is the same too.
func sessionLines(file string) []string {
	return []string{
		".mode csv", ".tables", ".schema goods",
		"g, s = db.goods, db.shops",
		`sql.select(g.name, g.price, s.city):join(s)`,
		`:where(g.price > sql.param("least", sql.types.numeric(8, 2), sql.decimal "2.50")):order_by(g.id)`,
		".set least 3", "_", ".last", ".chart bar sql.select(g.name, g.price):order_by(g.id)",
		".dump " + file, ".set least",
		"sql.update(g):set{price = g.price * 2}:where(g.id == 1)", ".run", ".rollback",
		"sql.insert(s):values{id = 9, city = 'Zürich'}", ".run", ".commit",
		"sql.select(s.city):order_by(s.id:desc()):limit(1)",
		"sql.insert(s):values{id = 9, city = 'again'}", ".run", ".rollback",
		"sql.select(g.naem)",
		"db", ".schema Good", "E, S = db.Good, db.Shop", `sql.select(E.name):where(E.shop:has(S.city == "Rome")):order_by(E.id)`,
		".mode jsonl", "sql.select(S):options(sql.selectinload(S.goods)):order_by(S.id):limit(2)", ".mode csv",
		".rename goods.name label", ".check " + file, ".repair " + file, ".load " + file,
	}
}

func TestSameSessionEverywhere(t *testing.T) {
	shown := map[string]string{}
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		db.Script(t,
			"CREATE TABLE shops (id BIGINT PRIMARY KEY, city VARCHAR(20))",
			"CREATE TABLE goods (id BIGINT PRIMARY KEY, name VARCHAR(20) NOT NULL, price NUMERIC(8,2), shop_id BIGINT, FOREIGN KEY (shop_id) REFERENCES shops (id))",
			"INSERT INTO shops VALUES (1, 'Rome'), (2, 'Łódź')",
			"INSERT INTO goods VALUES (1, 'tea', 2.50, 1), (2, 'coffee', 4.75, 2), (3, 'salt', NULL, 1)")
		file := filepath.Join(t.TempDir(), "q.sqb")
		var both bytes.Buffer
		f := &fakeLines{lines: sessionLines(file)}
		require.NoError(t, newApp(t, []string{"-db", db.URL, "-quiet"}, &both, &both).promptOn(t.Context(), f, false))
		var rest []string
		for line := range strings.Lines(strings.ReplaceAll(both.String(), file, "q.sqb")) {
			for _, word := range []string{"SELECT ", "UPDATE ", "INSERT ", "ALTER ", "-- ", "error: engine: the database"} { // in each database's own words
				if strings.HasPrefix(line, word) {
					line = strings.TrimSpace(word) + " ...\n"
				}
			}
			rest = append(rest, line)
		}
		shown[db.Name] = strings.Join(rest, "")
	})
	golden := filepath.Join("testdata", "session.txt")
	if os.Getenv("UPDATE_SCREENS") != "" {
		require.NoError(t, os.WriteFile(golden, []byte(shown["sqlite"]), 0o666))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	for name, got := range shown {
		require.Equal(t, string(want), got, name)
	}
}

// TestLostConnection: when the server ends a connection, the prompt says so, and what that means for
// the transaction; the next query has another connection.
func TestLostConnection(t *testing.T) {
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			db := testdb.Open(t, name)
			db.Script(t, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
			var both bytes.Buffer
			kill := func() {
				if name == "postgres" {
					_, err := db.Exec(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 't'::regclass AND pid <> pg_backend_pid()`)
					require.NoError(t, err)
				} else {
					killMariaDB(t, db)
				}
			}
			f := &fakeLines{lines: []string{"sql.insert(db.t):values{id = 1}", ".run", "sql.insert(db.t):values{id = 2}", ".run", ".mode csv", "sql.select(sql.fn.count():label 'n'):from(db.t)"},
				calls: map[string]func(){"sql.insert(db.t):values{id = 2}": kill}}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			require.NoError(t, newApp(t, []string{"-db", db.URL}, &both, &both).promptOn(ctx, f, false))
			require.Contains(t, both.String(), "the connection to the database is lost")
			require.Contains(t, both.String(), "the transaction is lost with it")
			require.Contains(t, both.String(), "connected again")
			require.Contains(t, both.String(), "\nn\n0\n")
		})
	}
}

// killMariaDB ends the connections to a test's database that are not this one.
func killMariaDB(t *testing.T, db *testdb.DB) {
	t.Helper()
	rows, err := db.Query("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()")
	require.NoError(t, err)
	var ids []int64
	for rows.Next() {
		var id int64
		require.NoError(t, rows.Scan(&id))
		ids = append(ids, id)
	}
	require.NoError(t, rows.Err())
	for _, id := range ids {
		_, _ = db.Exec("KILL ?", id) // one may have gone by itself
	}
}
