// Package testdb gives tests empty databases of their own: SQLite, and PostgreSQL
// and MariaDB where SQLSER_TEST_POSTGRES and SQLSER_TEST_MYSQL are their URLs.
package testdb

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/stmtcache"
	"github.com/sqlser/sqlser/internal/connect"
)

// Names are the databases' names.
var Names = []string{"sqlite", "postgres", "mariadb"}

// variables hold the URLs of the servers.
var variables = map[string]string{"postgres": "SQLSER_TEST_POSTGRES", "mariadb": "SQLSER_TEST_MYSQL"}

// DB is an empty database: a file, a schema that is the only one of the search
// path, or a database of a server. It goes when the test ends.
type DB struct {
	*sql.DB
	Dialect *dialect.Dialect
	Name    string // one of Names
	URL     string // for another process, as sqlser-repl's -db takes it
}

// Has reports whether a database can be opened here.
func Has(name string) bool { return name == "sqlite" || os.Getenv(variables[name]) != "" }

// Each runs a subtest on each database. One whose server is not there is
// skipped, or fails where SQLSER_TEST_REQUIRE is set.
func Each(t *testing.T, f func(t *testing.T, db *DB)) {
	t.Helper()
	for _, name := range Names {
		t.Run(name, func(t *testing.T) { f(t, Open(t, name)) })
	}
}

// Open makes one database, as Each does.
func Open(t testing.TB, name string) *DB {
	t.Helper()
	require.Contains(t, Names, name)
	if name == "sqlite" {
		return openSQLite(t)
	}
	server := os.Getenv(variables[name])
	if server == "" {
		if os.Getenv("SQLSER_TEST_REQUIRE") != "" {
			t.Fatalf("%s is not set", variables[name])
		}
		t.Skipf("%s is not set", variables[name])
	}
	u, err := url.Parse(server)
	if err != nil { // which shows the URL
		t.Fatalf("%s is no URL", variables[name])
	}
	own := "sqlser_test_" + strings.ToLower(rand.Text()[:16])
	quote := map[string]string{"postgres": `"`, "mariadb": "`"}[name]
	create, drop := "CREATE DATABASE ", "DROP DATABASE "
	if name == "postgres" {
		create, drop = "CREATE SCHEMA ", "DROP SCHEMA "
		values := u.Query()
		values.Set("search_path", own)
		values.Set("jit", "off") // it takes seconds to compile what random queries of few rows cost by its estimate
		u.RawQuery = values.Encode()
	} else {
		create, drop = create+"IF NOT EXISTS ", drop+"IF EXISTS "
		u.Path = "/" + own
	}
	admin(t, server, create+quote+own+quote)
	t.Cleanup(func() {
		drop += quote + own + quote
		if name == "postgres" {
			drop += " CASCADE"
		}
		admin(t, server, drop)
	})
	db, err := connect.Open(context.Background(), u.String())
	require.NoError(t, err)
	db.SetMaxOpenConns(8) // many tests share a server
	t.Cleanup(func() { db.Close() })
	return &DB{db.DB, db.Dialect, name, u.String()}
}

// admin runs a statement on the server.
func admin(t testing.TB, server, statement string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := connect.Open(ctx, server)
	require.NoError(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	if db.Dialect != dialect.Postgres { // tables of one database may refer to those of another
		_, err = db.ExecContext(ctx, "SET SESSION foreign_key_checks = 0")
		require.NoError(t, err)
	}
	_, err = db.ExecContext(ctx, statement)
	require.NoError(t, err)
}

// openSQLite makes a file, so that several connections and processes can share it.
func openSQLite(t testing.TB) *DB {
	path := filepath.Join(t.TempDir(), "test.db")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	uri := &url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	c, err := sqlite.NewConnector(uri.String() + "?_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)&_pragma=synchronous(0)")
	require.NoError(t, err)
	db := sql.OpenDB(stmtcache.New(c, 100))
	t.Cleanup(func() { db.Close() })
	return &DB{db, dialect.SQLite, "sqlite", "sqlite:" + path}
}

// Script runs statements one by one.
func (db *DB) Script(t testing.TB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		_, err := db.Exec(s)
		require.NoError(t, err, s)
	}
}
