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
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
)

// SQL compares a statement's SQL on every database with a file, which it writes where
// update is true. Where a database has no words for it, the file has the reason.
func SQL(t testing.TB, stmt expr.Statement, file string, update bool) {
	t.Helper()
	text, err := Text(stmt)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, file, text, update)
}

// Text is what [SQL] compares: a comment with the database's name, and the SQL, for each
// of dialect.All. A statement that is wrong is an error.
func Text(stmt expr.Statement) (string, error) {
	admitted, err := policy.Unrestricted().Admit(stmt)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, d := range dialect.All() {
		b.WriteString("-- " + d.Name() + "\n")
		s, err := d.Compile(admitted)
		var refused *dialect.Error
		switch {
		case errors.As(err, &refused):
			b.WriteString("-- " + strings.ReplaceAll(refused.Error(), "\n", " ") + "\n")
		case err != nil:
			return "", err
		default:
			b.WriteString(s.SQL() + ";\n")
		}
	}
	return b.String(), nil
}

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
	var b strings.Builder
	w := csv.NewWriter(&b)
	record := make([]string, len(r.Columns()))
	for i, c := range r.Columns() {
		record[i] = c.Name
	}
	_ = w.Write(record) // a Builder takes everything
	for r.Next() {
		for i, v := range r.Values() {
			record[i] = v.Plain()
		}
		_ = w.Write(record)
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	golden(t, file, b.String(), update)
}

// golden compares text with a file, or writes it.
func golden(t testing.TB, file, got string, update bool) {
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
	if d := difference(string(want), got); d != "" {
		t.Errorf("%s: %s", file, d)
	}
}

// difference tells the first line that differs, or "".
func difference(want, got string) string {
	if want == got {
		return ""
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	at := 0
	for at < len(w) && at < len(g) && w[at] == g[at] {
		at++
	}
	line := func(lines []string) string {
		if at < len(lines) {
			return lines[at]
		}
		return "(the end)"
	}
	return "line " + strconv.Itoa(at+1) + "\nwant: " + line(w) + "\ngot:  " + line(g)
}
