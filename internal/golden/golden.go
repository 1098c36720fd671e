// Package golden makes what golden files of queries hold, for tests in Go (sqlsertest)
// and for those of the command line alike.
package golden

import (
	"encoding/csv"
	"errors"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
)

// SQL is a comment with the database's name, and the SQL, for each of dialect.All. Where
// a database has no words for the statement, the reason stands in their place. A statement
// that is wrong is an error.
func SQL(stmt expr.Statement) (string, error) {
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

// CSV is the rows below the columns' names, and how many there are. NULL is written as
// NULL. It reads r to its end.
func CSV(r *engine.Result) (text string, rows int, err error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	record := make([]string, len(r.Columns()))
	for i, c := range r.Columns() {
		record[i] = c.Name
	}
	_ = w.Write(record) // a Builder takes everything
	for ; r.Next(); rows++ {
		for i, v := range r.Values() {
			record[i] = v.Plain()
		}
		_ = w.Write(record)
	}
	w.Flush()
	return b.String(), rows, r.Err()
}

// Difference tells the first line that differs, or "".
func Difference(want, got string) string {
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
