package tests

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/tests/testdb"
)

// servers are how a server names a connection, ends it, and says what it does.
var servers = map[string]struct{ id, kill, busy string }{
	"postgres": {"SELECT pg_backend_pid()", "SELECT pg_terminate_backend(%d)",
		"SELECT count(*) FROM pg_stat_activity WHERE pid = %d AND state = 'active'"},
	"mariadb": {"SELECT CONNECTION_ID()", "KILL %d",
		"SELECT count(*) FROM information_schema.processlist WHERE id = %d AND command = 'Query'"},
}

// TestStreamThatEnds cancels a query in mid-stream, which must free the server, and has
// the server lose another, which must be an error.
func TestStreamThatEnds(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		a := openAccounts(t, db)
		query := a.many(t)
		server, has := servers[db.Name]
		for _, how := range []string{"cancel", "kill"} {
			if how == "kill" && !has {
				continue
			}
			c := a.conn(t)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			id := 0
			if has {
				require.NoError(t, c.QueryRowContext(ctx, server.id).Scan(&id))
			}
			r, err := a.on(c).Query(ctx, query, nil)
			require.NoError(t, err)
			defer r.Close()
			for range 100 {
				require.True(t, r.Next())
			}
			code := engine.CodeCancelled
			if how == "cancel" {
				cancel()
			} else {
				code = engine.CodeConnection
				_, err := db.Exec(fmt.Sprintf(server.kill, id))
				require.NoError(t, err)
			}
			for n := 100; r.Next(); n++ {
				require.Less(t, n, 100_000_000)
			}
			requireCode(t, r.Err(), code)
			r.Close()
			if has {
				require.Eventually(t, func() bool {
					busy := 1
					require.NoError(t, db.QueryRow(fmt.Sprintf(server.busy, id)).Scan(&busy))
					return busy == 0
				}, time.Minute, 5*time.Millisecond)
			}
			require.EqualValues(t, 10, a.cents(t, 1), "others work")
		}
	})
}
