package main

import (
	"bytes"
	"database/sql"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDatabaseDrivesNoTerminal: names, values and messages of a database reach the terminal as what they are,
// whatever is done with them.
func TestDatabaseDrivesNoTerminal(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hostile.db")
	db, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	for _, s := range []string{
		"CREATE TABLE \"t\x1b]0;x\x07\" (id INTEGER PRIMARY KEY, \"na\x1b[31mme\" TEXT, b BLOB)",
		"CREATE TABLE u (id INTEGER PRIMARY KEY REFERENCES \"t\x1b]0;x\x07\" (id))",
		"INSERT INTO \"t\x1b]0;x\x07\" VALUES (1, '\x1b[2J\x07\r\nb\u009bc\u202e', x'1b5b33316d'), (2, NULL, NULL)",
		"INSERT INTO u VALUES (1)",
		"CREATE TRIGGER tr BEFORE DELETE ON u BEGIN SELECT RAISE(ABORT, 'no \x1b[31mway\x07'); END",
	} {
		_, err := db.Exec(s)
		require.NoError(t, err, s)
	}
	require.NoError(t, db.Close())
	lines := []string{
		"db", "db.tables", ".tables", ".schema", "db.u", "db.U", `t = db["t\27]0;x\7"]`, "t", ".describe t", ".help t\x1b[31m", ".nope\x1b[31m",
		`q = sql.select(t, t["na\27[31mme"]:label "l\27[31m")`, ".sql q", ".tree q", ".tree q mermaid", ".bytes q", ".explain q", ".diff q, t",
		".mode table", "q", ".last", ".mode vertical", "q", ".mode json", "q", ".mode jsonl", "q", ".mode markdown", "q", ".mode csv", "q", ".mode table",
		`.chart bar sql.select(t["na\27[31mme"], t.id)`, "session:all(q)", "session:one(q)", "sql.delete(db.u):all_rows()", ".run", ".rollback",
		`error("\27[31m")`, `"\27[31m"`, `{["\27[31m"] = "\27[31m"}`, `print("\27[31m")`, ".set p \x1b[31m", ".set", ".rename u.id \x1b[31m", "\x1b[31m = = 1",
		`session:all(sql.select(db.U):options(sql.selectinload(db.U.t)))`, ".load \x1b[31m", ".check \x1b[31m", ".open sqlite:\x1b[31m", ".once /nowhere\x1b[31m/x", "q",
	}
	var out, errs bytes.Buffer
	a, colors := newApp(t, []string{"-db", "sqlite:" + file}, &out, &errs), false
	a.outTTY, a.config.color = true, &colors // as to a terminal without colors
	require.NoError(t, a.promptOn(t.Context(), &fakeLines{lines: lines}, false))
	drives := regexp.MustCompile("[\x00-\x09\x0b-\x1f\x7f\u0080-\u009f\u202e]")
	for _, text := range []string{out.String(), errs.String()} {
		if at := drives.FindStringIndex(text); at != nil {
			t.Fatalf("%q", text[max(0, at[0]-200):min(len(text), at[1]+200)])
		}
	}
	require.Contains(t, out.String(), `\x1b[2J\a\r\nb\u009bc\u202e`)
	require.Contains(t, errs.String(), `no \x1b[31mway\a`)
}
