package show

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func texts(cells ...string) []*string {
	row := make([]*string, len(cells))
	for i := range cells {
		if cells[i] != "-" {
			row[i] = &cells[i]
		}
	}
	return row
}

func TestPlans(t *testing.T) {
	require.Equal(t, "├─ SCAN o\n├─ SEARCH c USING INTEGER PRIMARY KEY (rowid=?)\n└─ MULTI-INDEX OR\n   └─ INDEX 1\n",
		Plan("sqlite", make([]string, 4), [][]*string{texts("3", "0", "0", "SCAN o"), texts("5", "0", "0", "SEARCH c USING INTEGER PRIMARY KEY (rowid=?)"),
			texts("9", "0", "0", "MULTI-INDEX OR"), texts("10", "9", "0", "INDEX 1")}, Style{}))
	require.Equal(t, "└─ a\n", Plan("sqlite", make([]string, 4), [][]*string{texts("0", "0", "0", "a")}, Style{}), "a step above itself")
	require.Equal(t, "\x1b[33mSeq Scan on x\x1b[0m\n  Filter: y\n", Plan("postgres", []string{"QUERY PLAN"}, [][]*string{texts("Seq Scan on x"), texts("  Filter: y")}, Style{Color: true}))
	columns := []string{"id", "select_type", "table", "type", "possible_keys", "key", "key_len", "ref", "rows", "Extra"}
	require.Equal(t, "1. o: every row, about 50 rows; using where\n2. c: one row for each by PRIMARY = db.o.id, about 1 row (subquery 2)\n3. no table; impossible WHERE\n",
		Plan("mysql", columns, [][]*string{
			texts("1", "SIMPLE", "o", "ALL", "-", "-", "-", "-", "50", "Using where"),
			texts("2", "SUBQUERY", "c", "eq_ref", "PRIMARY", "PRIMARY", "8", "db.o.id", "1", "-"),
			texts("1", "SIMPLE", "-", "-", "-", "-", "-", "-", "-", "Impossible WHERE"),
		}, Style{}))
}
