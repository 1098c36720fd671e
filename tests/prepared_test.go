package tests

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/engine/stmtcache"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestStatementsArePreparedOnce has the server itself count what is prepared: one statement for a
// plan and a connection, whatever it runs on and with which literals.
func TestStatementsArePreparedOnce(t *testing.T) {
	// What a server has prepared: of PostgreSQL those that the connection holds, of MariaDB how
	// often all connections did so since it started. SQLite does not tell.
	asked := map[string]string{
		"postgres": "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%owners%'",
		"mariadb":  "SELECT variable_value FROM information_schema.session_status WHERE variable_name = 'COM_STMT_PREPARE'",
	}
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		a := openAccounts(t, db)
		db.SetMaxOpenConns(1)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		server := func() (n int) {
			if text, ok := asked[db.Name]; ok {
				require.NoError(t, db.QueryRow(text).Scan(&n))
			}
			return n
		}
		o := a.owners
		query := func(s *engine.Session, id int) error {
			name, err := engine.One[string](ctx, s, expr.Select(o.C("name")).Where(o.C("id").Eq(id)), nil)
			if want := []string{"ann", "bob"}[id-1]; err == nil && name != want {
				return fmt.Errorf("expected %s, got %s", want, name)
			}
			return err
		}
		eng := engine.New(db.DB, db.Dialect)
		sess := eng.Session(engine.WithPolicy(policy.Unrestricted()))
		before, held := eng.Stats(), server()
		for i := range 10 {
			require.NoError(t, query(sess, i%2+1))
			_, err := sess.Exec(ctx, expr.Update(o).Set(expr.Assign{"name": "ann"}).Where(o.C("id").Eq(1)), nil)
			require.NoError(t, err)
			if db.Name == "postgres" {
				continue // where a query in a transaction is another statement, a cursor's
			}
			require.NoError(t, sess.Transaction(ctx, func(tx *engine.Session) error { return query(tx, i%2+1) }))
		}
		require.Less(t, server()-held, 5, "the query, the update, and what the test asks")
		after := eng.Stats()
		runs := uint64(30)
		if db.Name == "postgres" {
			require.Zero(t, after.Statements.Prepared, "pgx does so itself")
			runs = 20
		} else {
			require.EqualValues(t, 2, after.Statements.Prepared.Prepared-before.Statements.Prepared.Prepared)
			require.EqualValues(t, 28, after.Statements.Prepared.Reused-before.Statements.Prepared.Reused)
		}
		require.Equal(t, runs, after.Statements.Run-before.Statements.Run)
		require.Zero(t, after.Statements.Failed)
		require.Zero(t, after.Statements.Running)

		// Two rows of one statement at once, where the driver has that.
		if db.Name == "sqlite" {
			all := expr.Select(o.C("id")).Where(o.C("id").Lt(10)).OrderBy(o.C("id"))
			require.NoError(t, sess.Transaction(ctx, func(tx *engine.Session) error {
				var pairs [][2]int
				for x, err := range engine.Rows[int](ctx, tx, all, nil) {
					require.NoError(t, err)
					require.EqualValues(t, 1, eng.Stats().Statements.Running)
					for y, err := range engine.Rows[int](ctx, tx, all, nil) {
						require.NoError(t, err)
						pairs = append(pairs, [2]int{x, y})
					}
				}
				require.Equal(t, [][2]int{{1, 1}, {1, 2}, {2, 1}, {2, 2}}, pairs)
				return nil
			}))
		}

		// What fails is prepared again, and works.
		insert := expr.Insert(o).Values(expr.Assign{"id": expr.Param("id", schema.BigInteger), "name": expr.Param("name", schema.Text)})
		_, err := sess.Exec(ctx, insert, engine.Params{"id": 1, "name": "x"})
		requireCode(t, err, engine.CodeUnique)
		_, err = sess.Exec(ctx, insert, engine.Params{"id": 3, "name": "x"})
		require.NoError(t, err)
		_, err = engine.ExecMany(ctx, sess, insert, slices.Values([]engine.Params{{"id": 4, "name": "y"}, {"id": 5, "name": "z"}}))
		require.NoError(t, err)
		require.EqualValues(t, 1, eng.Stats().Statements.Failed)

		// A changed schema: the statements that are held go on with it.
		db.Script(t, "ALTER TABLE owners ADD COLUMN extra VARCHAR(10)")
		require.NoError(t, query(sess, 2))
		db.Script(t, "ALTER TABLE owners DROP COLUMN extra")
		require.NoError(t, query(sess, 1))

		// Bounded, and closed with their connections.
		for n := range 150 {
			ids := make([]any, n+1)
			for i := range ids {
				ids[i] = i
			}
			_, err := engine.All[int64](ctx, sess, expr.Select(o.C("id")).Where(o.C("id").In(ids...)), nil)
			require.NoError(t, err)
		}
		if db.Name != "postgres" {
			stats := eng.Stats().Statements.Prepared
			require.EqualValues(t, 100, stats.Open)
			require.Greater(t, stats.Forgotten, uint64(50))
			db.SetMaxIdleConns(-1)
			require.NoError(t, query(sess, 1))
			require.Zero(t, eng.Stats().Statements.Prepared.Open)
		}
	})
}

// TestStatementCache is stmtcache as other users of database/sql meet it.
func TestStatementCache(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		cache := stmtcache.Of(db.DB)
		if db.Name == "postgres" {
			require.Nil(t, cache)
			return
		}
		db.SetMaxOpenConns(1)
		ctx := context.Background()
		db.Script(t, "CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(20))", "INSERT INTO t VALUES (1, 'one'), (2, NULL)")
		const text = "SELECT id, name FROM t WHERE id = ?"
		held, err := db.PrepareContext(ctx, text)
		require.NoError(t, err)
		for id := range 3 {
			var name *string
			err := held.QueryRow(id).Scan(new(int), &name)
			require.Equal(t, id > 0, err == nil)
			require.Equal(t, id == 1, name != nil)
			other := db.QueryRow(text, id).Scan(new(int), &name) // another, as the first is held
			require.Equal(t, err, other)
		}
		require.NoError(t, held.Close())
		before := cache.Stats()
		rows, err := db.Query(text, 1)
		require.NoError(t, err)
		types, err := rows.ColumnTypes()
		require.NoError(t, err)
		require.Equal(t, "BIGINT", types[0].DatabaseTypeName())
		require.NotNil(t, types[1].ScanType())
		require.NoError(t, rows.Close())
		require.Equal(t, before.Reused+1, cache.Stats().Reused, "it is free again")
		require.Equal(t, before.Prepared, cache.Stats().Prepared)
		if db.Name == "mariadb" { // SQLite's driver counts no arguments
			require.ErrorContains(t, db.QueryRow(text, 1, 2).Err(), "expected 1 arguments, got 2")
		}
		require.Error(t, db.QueryRow("SELECT nothing FROM t WHERE id = ?", 1).Err())
		_, err = db.Exec("INSERT INTO t VALUES (?, ?)", 1, "again")
		require.Error(t, err)
		_, err = db.Exec("INSERT INTO t VALUES (?, ?)", 3, "three")
		require.NoError(t, err)

		gone, cancel := context.WithCancel(ctx)
		cancel()
		_, err = db.QueryContext(gone, text, 1)
		require.ErrorIs(t, err, context.Canceled)
		conn, err := db.Conn(ctx)
		require.NoError(t, err)
		require.NoError(t, conn.PingContext(ctx))
		require.NoError(t, conn.Raw(func(c any) error {
			require.NotNil(t, c.(*stmtcache.Conn).Unwrap())
			return nil
		}))
		require.NoError(t, conn.Close())
		require.NoError(t, db.Close())
		require.Zero(t, cache.Stats().Open)
	})
}

// TestQueriesInQueriesRunAgain: MariaDB answers some otherwise when what it prepared runs again.
func TestQueriesInQueriesRunAgain(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		s := newSample(t)
		s.fill(t, db)
		db.SetMaxOpenConns(1)
		users := expr.Select(s.id()).Where(s.id().Lt(9)).Subquery("u")
		addresses := expr.Select(s.a.C("id"), s.a.C("user_id")).Where(s.a.C("id").Lt(9)).Subquery("a")
		in := expr.Exists(expr.Select(addresses.C("id")).Where(addresses.C("user_id").Eq(users.C("id"))))
		query := expr.Select(users.C("id")).From(users).Where(in).OrderBy(users.C("id"))
		of := expr.Exists(expr.Select(addresses.C("id")).Where(addresses.C("user_id").Eq(s.id())))
		change := expr.Update(s.u).Set(expr.Assign{"score": expr.Param("n", schema.Double)}).Where(of)

		ctx := context.Background()
		sess := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		for range 3 {
			ids, err := engine.All[int](ctx, sess, query, nil)
			require.NoError(t, err)
			require.Equal(t, []int{1, 2, 3}, ids)
		}
		sets := []engine.Params{{"n": 7}, {"n": 8}, {"n": 9}}
		changed, err := engine.ExecMany(ctx, sess, change, slices.Values(sets))
		require.NoError(t, err)
		require.EqualValues(t, 9, changed.Rows)
	})
}
