// Package sqlsertest helps hosts and authors of plugins to test queries: the SQL that
// each database gets, without one, and the rows on a database that the test has filled.
//
//	func TestTop(t *testing.T) {
//		p, err := rt.LoadPlugin(t.Context(), plugins, "top.lua")
//		...
//		sqlsertest.SQL(t, p.Queries["top"].Query, "testdata/top.sql", *update)
//		sqlsertest.Rows(t, engine.New(db, dialect.SQLite), p.Queries["top"].Query, engine.Params{"n": 2}, "testdata/top.csv", *update)
//	}
//
// It links no driver and no test library: db is what the test opens.
package sqlsertest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/internal/golden"
)

// SQL compares a statement's SQL on every database with a file, which it writes where
// update is true. Where a database has no words for it, the file has the reason.
func SQL(t testing.TB, stmt expr.Statement, file string, update bool) {
	t.Helper()
	text, err := Text(stmt)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, file, text, update)
}

// Text is what [SQL] compares: a comment with the database's name, and the SQL, for each
// of dialect.All. A statement that is wrong is an error.
func Text(stmt expr.Statement) (string, error) { return golden.SQL(stmt) }

// Rows runs a query and compares its rows with a file of CSV below the columns' names,
// which it writes where update is true. NULL is written as NULL.
// The query should say an order.
func Rows(t testing.TB, eng *engine.Engine, q expr.Statement, params engine.Params, file string, update bool) {
	t.Helper()
	r, err := eng.Session(engine.WithPolicy(policy.Unrestricted())).Query(t.Context(), q, params)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }() // Err has what counts
	text, _, err := golden.CSV(r)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, file, text, update)
}

// compare compares text with a file, or writes it.
func compare(t testing.TB, file, got string, update bool) {
	t.Helper()
	if update {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: run the test with update to write it", err)
	}
	if d := golden.Difference(string(want), got); d != "" {
		t.Errorf("%s: %s", file, d)
	}
}
