package testdb_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/tests/testdb"
)

// Two databases of one kind hold tables of one name, several connections see
// them, and the session is in UTC and UTF-8.
func TestEach(t *testing.T) {
	var ran []string
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		ran = append(ran, db.Name)
		other := testdb.Open(t, db.Name)
		for i, db := range []*testdb.DB{db, other} {
			db.Script(t, "CREATE TABLE t (x INTEGER, s VARCHAR(20))", "INSERT INTO t VALUES (1, '😀')")
			if i == 1 {
				db.Script(t, "INSERT INTO t VALUES (2, 'ä')")
			}
		}
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				for n, db := range []*testdb.DB{db, other} {
					var rows int
					var s string
					require.NoError(t, db.QueryRow("SELECT count(*), min(s) FROM t WHERE x = 1").Scan(&rows, &s))
					require.Equal(t, 1, rows)
					require.Equal(t, "😀", s)
					require.NoError(t, db.QueryRow("SELECT count(*) FROM t").Scan(&rows))
					require.Equal(t, n+1, rows)
				}
			})
		}
		wait.Wait()
	})
	require.Contains(t, ran, "sqlite")
}
