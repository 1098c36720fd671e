package tests

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/scripts/tpch"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/corpus"
	"github.com/sqlser/sqlser/tests/testdb"
)

// tpchTies says by which columns a query orders its rows, where rows can be equal
// in all of them: their order is free.
var tpchTies = map[string][]int{"q03": {1, 2}, "q05": {1}, "q10": {2}, "q11": {1}, "q18": {4, 3}}

// TestTPCH asks each question of scripts/tpch: one process makes the bytes, another
// runs them, and the rows are the answers that come with the data. Bytes made of the
// declared tables, where no database is, run on every database: they are those that
// PostgreSQL and MariaDB give (SQLite knows one type of integers only).
func TestTPCH(t *testing.T) {
	declared := declaredTPCH(t)
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		loadTPCH(t, db)
		for _, q := range slices.Sorted(maps.Keys(declared)) {
			t.Run(q, func(t *testing.T) {
				want, err := csv.NewReader(bytes.NewReader(corpus.Read(t, "tpch", "answers", q+".csv"))).ReadAll()
				require.NoError(t, err)
				compare := func(got [][]string) {
					if by, ok := tpchTies[q]; ok {
						sortTies(want, by)
						sortTies(got, by)
					}
					equalRows(t, want, got)
				}
				b, rows := roundTrip(t, db.URL, "../scripts/tpch/"+q+".lua")
				compare(rows)
				if db.Name == "sqlite" {
					compare(runBytes(t, db.URL, declared[q]))
				} else {
					require.Equal(t, declared[q], b, "as of the declared tables")
				}
			})
		}
	})
}

// declaredTPCH are the bytes of each query, built on the declared tables.
func declaredTPCH(t *testing.T) map[string][]byte {
	t.Helper()
	meta := tpch.MetaData()
	require.NoError(t, meta.Freeze())
	rt, err := luabind.New(meta)
	require.NoError(t, err)
	files, err := fs.Glob(tpch.Scripts, "q*.lua")
	require.NoError(t, err)
	require.Len(t, files, 22)
	all := map[string][]byte{}
	for _, file := range files {
		source, err := tpch.Scripts.ReadFile(file)
		require.NoError(t, err)
		values, err := rt.Run(t.Context(), file, string(source))
		require.NoError(t, err)
		all[strings.TrimSuffix(file, ".lua")], err = serializer.Dumps(values[0])
		require.NoError(t, err)
	}
	return all
}

// sortTies orders the rows behind the header that are equal in the columns by.
func sortTies(rows [][]string, by []int) {
	rows = rows[min(1, len(rows)):]
	for start := 0; start < len(rows); {
		end := start + 1
		for end < len(rows) && !slices.ContainsFunc(by, func(c int) bool { return !sameText(rows[start][c], rows[end][c]) }) {
			end++
		}
		slices.SortFunc(rows[start:end], slices.Compare)
		start = end
	}
}

// sameText reports whether texts are equal, or numbers that are so to a millionth part.
func sameText(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && math.Abs(x-y) <= 1e-6*max(1, math.Abs(x))
}

// tpchTables are the tables, each behind those that it refers to.
var tpchTables = []string{"region", "nation", "part", "supplier", "partsupp", "customer", "orders", "lineitem"}

// loadTPCH makes and fills the tables.
func loadTPCH(t *testing.T, db *testdb.DB) {
	t.Helper()
	script := func(file string) {
		for s := range strings.SplitSeq(string(corpus.Read(t, "tpch", file)), ";\n") {
			if strings.TrimSpace(s) != "" {
				db.Script(t, s)
			}
		}
	}
	script("schema.sql")
	for _, table := range tpchTables {
		loadCSV(t, db, table)
	}
	script("indexes.sql")
	if db.Name == "mariadb" {
		db.Script(t, "ANALYZE TABLE "+strings.Join(tpchTables, ", "))
	} else {
		db.Script(t, "ANALYZE")
	}
}

// loadCSV inserts the rows of a table, some hundreds a statement.
func loadCSV(t *testing.T, db *testdb.DB, table string) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(corpus.Read(t, "tpch", "data", table+".csv.gz"))).ReadAll()
	require.NoError(t, err)
	tx, err := db.Begin()
	require.NoError(t, err)
	for part := range slices.Chunk(rows[1:], 500) {
		var text strings.Builder
		args := make([]any, 0, len(part)*len(rows[0]))
		fmt.Fprintf(&text, "INSERT INTO %s VALUES ", table)
		for i, row := range part {
			text.WriteString(strings.Repeat(",", min(i, 1)) + "(")
			for j, v := range row {
				var arg any = v
				if v == "" {
					arg = nil
				}
				args = append(args, arg)
				text.WriteString(strings.Repeat(",", min(j, 1)))
				if db.Name == "postgres" {
					text.WriteString("$" + strconv.Itoa(len(args)))
				} else {
					text.WriteString("?")
				}
			}
			text.WriteString(")")
		}
		_, err := tx.Exec(text.String(), args...)
		require.NoError(t, err)
	}
	require.NoError(t, tx.Commit())
}
