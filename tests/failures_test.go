package tests

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// accounts is a database with two tables and every sort of constraint.
type accounts struct {
	*testdb.DB
	owners, accounts *expr.TableSource
	sess             *engine.Session
}

func openAccounts(t *testing.T, db *testdb.DB) *accounts {
	db.Script(t, "CREATE TABLE owners (id BIGINT PRIMARY KEY, name VARCHAR(20) NOT NULL UNIQUE)",
		"CREATE TABLE accounts (id BIGINT PRIMARY KEY, owner BIGINT NOT NULL, cents INTEGER NOT NULL CHECK (cents >= 0), FOREIGN KEY (owner) REFERENCES owners (id))",
		"INSERT INTO owners VALUES (1, 'ann'), (2, 'bob')", "INSERT INTO accounts VALUES (1, 1, 10), (2, 2, 20)")
	m := schema.NewMetaData()
	m.Table("owners", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.String(20)))
	m.Table("accounts", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("owner", schema.BigInteger),
		schema.NewColumn("cents", schema.Integer))
	require.NoError(t, m.Freeze())
	a := &accounts{DB: db, owners: expr.Table(m.Lookup("owners")), accounts: expr.Table(m.Lookup("accounts"))}
	a.sess = a.on(db.DB)
	return a
}

func (a *accounts) on(db engine.DB) *engine.Session {
	return engine.New(db, a.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
}

// add adds cents to an account.
func (a *accounts) add(ctx context.Context, s *engine.Session, id, cents int) error {
	_, err := s.Exec(ctx, expr.Update(a.accounts).Set(expr.Assign{"cents": a.accounts.C("cents").Add(cents)}).Where(a.accounts.C("id").Eq(id)), nil)
	return err
}

func (a *accounts) cents(t *testing.T, id int) int64 {
	n, err := engine.One[int64](context.Background(), a.sess, expr.Select(a.accounts.C("cents")).Where(a.accounts.C("id").Eq(id)), nil)
	require.NoError(t, err)
	return n
}

// many is a query of very many rows that begins to give them at once.
func (a *accounts) many(t *testing.T) expr.Query {
	for i := range 9 {
		var values []expr.Assign
		for k := range 100 {
			id := 100 + i*100 + k
			values = append(values, expr.Assign{"id": id, "name": fmt.Sprintf("owner with the number %d", id)[len("owner with the numbe"):]})
		}
		_, err := a.sess.Exec(context.Background(), expr.Insert(a.owners).Values(values...), nil)
		require.NoError(t, err)
	}
	x, y, z := a.owners.Alias("x"), a.owners.Alias("y"), a.owners.Alias("z")
	return expr.Select(x.C("id"), y.C("name"), z.C("name").Label("other")).From(x, y, z)
}

func requireCode(t *testing.T, err error, code engine.Code) *engine.QueryError {
	t.Helper()
	var e *engine.QueryError
	require.ErrorAs(t, err, &e)
	require.Equal(t, code, e.Code, "%v", e.Err)
	return e
}

// conn is a connection of its own.
func (a *accounts) conn(t *testing.T) *sql.Conn {
	c, err := a.DB.Conn(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

func TestConstraintsHaveCodes(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		a := openAccounts(t, db)
		ctx := context.Background()
		type row = expr.Assign
		for _, c := range []struct {
			code engine.Code
			stmt expr.Node
		}{
			{engine.CodeUnique, expr.Insert(a.owners).Values(row{"id": 1, "name": "cid"})},
			{engine.CodeUnique, expr.Insert(a.owners).Values(row{"id": 3, "name": "ann"})},
			{engine.CodeForeignKey, expr.Insert(a.accounts).Values(row{"id": 3, "owner": 9, "cents": 1})},
			{engine.CodeForeignKey, expr.Delete(a.owners).Where(a.owners.C("id").Eq(1))},
			{engine.CodeNotNull, expr.Update(a.owners).Set(row{"name": nil}).Where(a.owners.C("id").Eq(1))},
			{engine.CodeNotNull, expr.Insert(a.owners).Values(row{"id": 3})},
			{engine.CodeCheck, expr.Update(a.accounts).Set(row{"cents": -1}).Where(a.accounts.C("id").Eq(1))},
		} {
			_, err := a.sess.Exec(ctx, c.stmt, nil)
			e := requireCode(t, err, c.code)
			require.False(t, e.Private)
			require.Contains(t, e.Error(), e.Err.Error())
		}
		_, err := engine.All[int](ctx, a.sess, expr.Insert(a.owners).Values(row{"id": 3, "name": "ann"}).Returning(a.owners.C("id")), nil)
		requireCode(t, err, engine.CodeUnique)

		filtered := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.New().AllowSelect().AllowInsert().
			Table(a.owners.Table(), policy.Rows(a.owners.C("name").Eq("bob")))))
		_, err = filtered.Exec(ctx, expr.Insert(a.owners).Values(row{"id": 1}), nil)
		e := requireCode(t, err, engine.CodeUnique)
		require.True(t, e.Private)
		require.Equal(t, "engine: the database refused the query", err.Error())
	})
}

func TestReadOnlyTransaction(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		a := openAccounts(t, db)
		ctx := context.Background()
		err := a.sess.TransactionWith(ctx, engine.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}, func(tx *engine.Session) error {
			_, err := engine.All[[]any](ctx, tx, expr.Select(a.owners.C("id")), nil)
			require.NoError(t, err)
			return a.add(ctx, tx, 1, 1)
		})
		var e *engine.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, engine.CodeReadOnly, e.Code)
		require.NoError(t, a.add(ctx, a.sess, 1, 1), "the connection is as it was")

		// The database's own word for it.
		c := a.conn(t)
		set := map[string]string{"sqlite": "PRAGMA query_only=1", "postgres": "SET default_transaction_read_only=on",
			"mariadb": "SET SESSION TRANSACTION READ ONLY"}[db.Name]
		back := map[string]string{"sqlite": "PRAGMA query_only=0", "postgres": "SET default_transaction_read_only=off",
			"mariadb": "SET SESSION TRANSACTION READ WRITE"}[db.Name]
		_, err = c.ExecContext(ctx, set)
		require.NoError(t, err)
		requireCode(t, a.add(ctx, a.on(c), 1, 1), engine.CodeReadOnly)
		_, err = c.ExecContext(ctx, back)
		require.NoError(t, err)
	})
}

// TestServerTimeout has the server's own limit of time end a statement.
func TestServerTimeout(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		limit, has := map[string]string{"postgres": "SET statement_timeout='50ms'", "mariadb": "SET max_statement_time=0.05"}[db.Name]
		if !has {
			t.Skip("SQLite has no such limit")
		}
		a := openAccounts(t, db)
		query := a.many(t)
		c := a.conn(t)
		_, err := c.ExecContext(context.Background(), limit)
		require.NoError(t, err)
		_, err = engine.WriteJSON(context.Background(), io.Discard, a.on(c), query, nil)
		e := requireCode(t, err, engine.CodeTimeout)
		require.Equal(t, "engine: the query timed out", e.Error())
	})
}

func TestLockTimeout(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		a := openAccounts(t, db)
		ctx := context.Background()
		c := a.conn(t)
		_, err := c.ExecContext(ctx, map[string]string{"sqlite": "PRAGMA busy_timeout=20", "postgres": "SET lock_timeout='20ms'",
			"mariadb": "SET innodb_lock_wait_timeout=1"}[db.Name])
		require.NoError(t, err)
		require.NoError(t, a.sess.Transaction(ctx, func(tx *engine.Session) error {
			require.NoError(t, a.add(ctx, tx, 1, 1))
			requireCode(t, a.add(ctx, a.on(c), 1, 1), engine.CodeLock)
			return nil
		}))
		require.EqualValues(t, 11, a.cents(t, 1))
	})
}

// TestRetries has two transactions that stand in each other's way: by a deadlock, as each
// changes what the other has changed, or as each has read what the other changes.
func TestRetries(t *testing.T) {
	for _, reads := range []bool{false, true} {
		t.Run(map[bool]string{false: "deadlock", true: "reads"}[reads], func(t *testing.T) { testRetries(t, reads) })
	}
}

func testRetries(t *testing.T, reads bool) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		reads, options := reads || db.Name == "sqlite", engine.TxOptions{} // which has one writer at a time: what was read is old
		if reads {
			options.Isolation = sql.LevelSerializable
		}
		a := openAccounts(t, db)
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if db.Name == "sqlite" {
			db.Script(t, "PRAGMA journal_mode=WAL")
		}
		run := func(retries int) (calls int, errs [2]error) {
			var mu sync.Mutex
			var first, both sync.WaitGroup // who has done the first half
			first.Add(2)
			both.Add(2)
			for i := range 2 {
				go func() {
					defer both.Done()
					again := false
					errs[i] = a.sess.TransactionWith(ctx, withRetries(options, retries), func(tx *engine.Session) error {
						mu.Lock()
						calls++
						mu.Unlock()
						var err error
						if reads {
							_, err = engine.All[[]any](ctx, tx, expr.Select(a.accounts.C("cents")), nil)
						} else {
							err = a.add(ctx, tx, i+1, 1)
						}
						if !again {
							again = true
							first.Done()
							first.Wait()
						}
						if err != nil {
							return err
						}
						if reads {
							if err := a.add(ctx, tx, i+1, 1); err != nil {
								return err
							}
						}
						return a.add(ctx, tx, 2-i, 1)
					})
				}()
			}
			both.Wait()
			return calls, errs
		}
		calls, errs := run(0)
		require.Equal(t, 2, calls)
		lost := 0
		for _, err := range errs {
			if err != nil {
				var e *engine.QueryError
				require.ErrorAs(t, err, &e)
				if db.Name != "sqlite" || e.Code != engine.CodeLock {
					require.Equal(t, engine.CodeSerialization, e.Code)
				}
				lost++
			}
		}
		require.Equal(t, 1, lost, "%v", errs)
		require.EqualValues(t, 11, a.cents(t, 1))
		calls, errs = run(5)
		require.NoError(t, errs[0])
		require.NoError(t, errs[1])
		require.Greater(t, calls, 2)
		require.EqualValues(t, 13, a.cents(t, 1))
		require.EqualValues(t, 23, a.cents(t, 2))
	})
}

func withRetries(o engine.TxOptions, n int) engine.TxOptions {
	o.Retries = n
	return o
}
