package tests

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// codeCase causes an error.
type codeCase struct {
	name string
	code engine.Code
	run  func(t *testing.T, a *accounts) error
	not  []string               // databases that have no such thing; SQLite's columns keep anything
	but  map[string]engine.Code // what a database says instead
}

// session is one on a connection of its own, which was told so by a statement of its database.
func (a *accounts) told(t *testing.T, by map[string]string) *engine.Session {
	c := a.conn(t)
	_, err := c.ExecContext(context.Background(), by[a.Name])
	require.NoError(t, err)
	if a.Name == "sqlite" && by[a.Name] == "PRAGMA query_only=1" {
		t.Cleanup(func() { _, _ = c.ExecContext(context.Background(), "PRAGMA query_only=0") })
	} else {
		t.Cleanup(func() { _ = c.Raw(func(any) error { return sql.ErrConnDone }) })
	}
	return a.on(c)
}

// computes is a query that computes for long, and gives one row.
func (a *accounts) computes(t *testing.T) expr.Query {
	x, y, z, w := a.owners.Alias("x"), a.owners.Alias("y"), a.owners.Alias("z"), a.owners.Alias("w")
	a.many(t)
	return expr.Select(expr.Func("max", expr.Func("length", x.C("name")).Add(y.C("id")).Mul(z.C("id")))).From(x, y, z, w)
}

// ended runs a query on a connection that has another end it, by a statement with its number.
func (a *accounts) ended(t *testing.T, how map[string]string) error {
	server, query, c, ctx := servers[a.Name], a.computes(t), a.conn(t), context.Background()
	var id int
	require.NoError(t, c.QueryRowContext(ctx, server.id).Scan(&id))
	done := make(chan error, 1)
	go func() {
		_, err := engine.One[int64](ctx, a.on(c), query, nil)
		done <- err
	}()
	require.Eventually(t, func() bool {
		busy := 0
		require.NoError(t, a.QueryRow(fmt.Sprintf(server.busy, id)).Scan(&busy))
		return busy > 0
	}, time.Minute, time.Millisecond)
	for {
		_, err := a.DB.Exec(fmt.Sprintf(how[a.Name], id))
		require.NoError(t, err)
		select {
		case err := <-done:
			return err
		case <-time.After(time.Second): // the request came between two messages
		}
	}
}

// crossed runs two transactions that have both done the first step before either does the
// second, and returns the error of the one that lost.
func (a *accounts) crossed(t *testing.T, o engine.TxOptions, first, second func(tx *engine.Session, i int) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	met := make(chan struct{}, 2)
	errs := make(chan error, 2)
	both := make(chan struct{})
	for i := range 2 {
		go func() {
			errs <- a.sess.TransactionWith(ctx, o, func(tx *engine.Session) error {
				err := first(tx, i)
				met <- struct{}{}
				<-both
				if err != nil {
					return err
				}
				return second(tx, i)
			})
		}()
	}
	<-met
	<-met
	close(both)
	one, two := <-errs, <-errs
	require.True(t, (one == nil) != (two == nil), "one of two: %v, %v", one, two)
	return errors.Join(one, two)
}

var codeCases = []codeCase{
	{name: "no row", code: engine.CodeNoRow, run: func(_ *testing.T, a *accounts) error {
		_, err := engine.One[int](context.Background(), a.sess, expr.Select(a.owners.C("id")).Where(a.owners.C("id").Eq(99)), nil)
		return err
	}},
	{name: "many rows", code: engine.CodeManyRows, run: func(_ *testing.T, a *accounts) error {
		_, _, err := engine.OneOrNone[int](context.Background(), a.sess, expr.Select(a.owners.C("id")), nil)
		return err
	}},
	{name: "a query executed", code: engine.CodeStatement, run: func(_ *testing.T, a *accounts) error {
		_, err := a.sess.Exec(context.Background(), expr.Select(a.owners.C("id")), nil)
		return err
	}},
	{name: "no such table", code: engine.CodeQuery, run: func(t *testing.T, a *accounts) error {
		m := schema.NewMetaData()
		m.Table("nowhere", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey))
		require.NoError(t, m.Freeze())
		_, err := a.sess.All(context.Background(), expr.Select(expr.Table(m.Lookup("nowhere")).C("id")), nil)
		return err
	}},
	{name: "column of another type", code: engine.CodeColumn, not: []string{"sqlite"}, run: func(t *testing.T, a *accounts) error {
		m := schema.NewMetaData()
		m.Table("owners", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.BigInteger))
		require.NoError(t, m.Freeze())
		_, err := a.sess.All(context.Background(), expr.Select(expr.Table(m.Lookup("owners")).C("name")), nil)
		return err
	}},
	{name: "another Go type", code: engine.CodeScan, run: func(_ *testing.T, a *accounts) error {
		_, err := engine.All[int](context.Background(), a.sess, expr.Select(a.owners.C("name")), nil)
		return err
	}},
	{name: "not loaded", code: engine.CodeNotLoaded, run: func(t *testing.T, a *accounts) error {
		m := schema.NewMetaData()
		m.Table("owners", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.Text))
		m.Table("accounts", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("owner", schema.BigInteger, schema.References("owners", "id")))
		m.Entity("Owner", schema.OnTable("owners"), schema.OneToMany("accounts", "Account"))
		m.Entity("Account", schema.OnTable("accounts"))
		require.NoError(t, m.Freeze())
		o := expr.Entity(m.LookupEntity("Owner"))
		r, err := engine.One[*engine.Record](context.Background(), a.sess, expr.Select(o).Where(o.C("id").Eq(1)), nil)
		require.NoError(t, err)
		_, err = r.Many("accounts")
		return err
	}},
	{name: "parameters", code: engine.CodeParam, run: func(_ *testing.T, a *accounts) error {
		return a.exec(expr.Delete(a.owners).Where(a.owners.C("id").Eq(expr.Param("id", schema.BigInteger))))
	}},
	{name: "unique", code: engine.CodeUnique, run: func(_ *testing.T, a *accounts) error {
		return a.exec(expr.Insert(a.owners).Values(expr.Assign{"id": 3, "name": "ann"}))
	}},
	{name: "primary key", code: engine.CodeUnique, run: func(_ *testing.T, a *accounts) error {
		return a.exec(expr.Insert(a.owners).Values(expr.Assign{"id": 1, "name": "cid"}))
	}},
	{name: "a row that is missing", code: engine.CodeForeignKey, run: func(_ *testing.T, a *accounts) error {
		return a.exec(expr.Insert(a.accounts).Values(expr.Assign{"id": 3, "owner": 9, "cents": 1}))
	}},
	{name: "a row that others refer to", code: engine.CodeForeignKey, run: func(_ *testing.T, a *accounts) error {
		return a.exec(expr.Delete(a.owners).Where(a.owners.C("id").Eq(1)))
	}},
	{name: "null", code: engine.CodeNotNull, run: func(_ *testing.T, a *accounts) error {
		return a.exec(expr.Update(a.owners).Set(expr.Assign{"name": nil}).Where(a.owners.C("id").Eq(1)))
	}},
	{name: "no value", code: engine.CodeNotNull, run: func(_ *testing.T, a *accounts) error {
		return a.exec(expr.Insert(a.owners).Values(expr.Assign{"id": 3}))
	}},
	{name: "check", code: engine.CodeCheck, run: func(_ *testing.T, a *accounts) error {
		return a.exec(expr.Update(a.accounts).Set(expr.Assign{"cents": -1}).Where(a.accounts.C("id").Eq(1)))
	}},
	{name: "on conflict of no key", code: engine.CodeConflictKey, not: []string{"mariadb"}, run: func(t *testing.T, a *accounts) error {
		upsert := expr.Insert(a.accounts).Values(expr.Assign{"id": 3, "owner": 1, "cents": 1}).OnConflict("owner")
		err := a.exec(upsert.DoNothing())
		require.ErrorContains(t, err, "no unique key")
		filtered := a.sess.Engine().Session(engine.WithPolicy(policy.New().AllowInsert().Table(a.accounts.Table(),
			policy.Rows(a.accounts.C("owner").Eq(1)))))
		_, private := filtered.Exec(context.Background(), upsert.DoNothing(), nil)
		require.EqualError(t, private, err.Error())
		return a.exec(upsert.DoUpdate(expr.Assign{"cents": 2}))
	}},
	{name: "deadlock", code: engine.CodeSerialization, not: []string{"sqlite"}, run: func(t *testing.T, a *accounts) error {
		add := func(tx *engine.Session, id int) error { return a.add(context.Background(), tx, id, 1) }
		return a.crossed(t, engine.TxOptions{}, func(tx *engine.Session, i int) error { return add(tx, i+1) },
			func(tx *engine.Session, i int) error { return add(tx, 2-i) })
	}},
	{name: "serialization", code: engine.CodeSerialization, but: map[string]engine.Code{"sqlite": engine.CodeLock}, run: func(t *testing.T, a *accounts) error {
		return a.crossed(t, engine.TxOptions{Isolation: sql.LevelSerializable}, func(tx *engine.Session, i int) error {
			_, err := tx.All(context.Background(), expr.Select(a.accounts.C("cents")), nil)
			return err
		}, func(tx *engine.Session, i int) error { return a.add(context.Background(), tx, i+1, 1) })
	}},
	{name: "a snapshot that is old", code: engine.CodeSerialization, not: []string{"mariadb"}, run: func(t *testing.T, a *accounts) error {
		if a.Name == "sqlite" {
			a.Script(t, "PRAGMA journal_mode=WAL")
		}
		ctx := context.Background()
		return a.sess.TransactionWith(ctx, engine.TxOptions{Isolation: sql.LevelRepeatableRead}, func(tx *engine.Session) error {
			_, err := tx.All(ctx, expr.Select(a.accounts.C("cents")), nil)
			require.NoError(t, err)
			require.NoError(t, a.add(ctx, a.sess, 1, 1))
			return a.add(ctx, tx, 1, 1)
		})
	}},
	{name: "lock", code: engine.CodeLock, run: func(t *testing.T, a *accounts) error {
		other := a.told(t, map[string]string{"sqlite": "PRAGMA busy_timeout=20", "postgres": "SET lock_timeout='20ms'", "mariadb": "SET innodb_lock_wait_timeout=1"})
		ctx := context.Background()
		var refused error
		require.NoError(t, a.sess.Transaction(ctx, func(tx *engine.Session) error {
			require.NoError(t, a.add(ctx, tx, 1, 1))
			refused = a.add(ctx, other, 1, 1)
			return nil
		}))
		return refused
	}},
	{name: "lock, not waited for", code: engine.CodeLock, not: []string{"sqlite"}, run: func(t *testing.T, a *accounts) error {
		ctx := context.Background()
		var refused error
		require.NoError(t, a.sess.Transaction(ctx, func(tx *engine.Session) error {
			require.NoError(t, a.add(ctx, tx, 1, 1))
			_, refused = a.sess.All(ctx, expr.Select(a.accounts).Where(a.accounts.C("id").Eq(1)).Locked(expr.ForUpdate, expr.NoWait), nil)
			return nil
		}))
		return refused
	}},
	{name: "read-only session", code: engine.CodeReadOnly, run: func(_ *testing.T, a *accounts) error {
		return a.add(context.Background(), a.sess.Engine().Session(engine.ReadOnly(), engine.WithPolicy(policy.Unrestricted())), 1, 1)
	}},
	{name: "read-only transaction", code: engine.CodeReadOnly, run: func(_ *testing.T, a *accounts) error {
		ctx := context.Background()
		return a.sess.TransactionWith(ctx, engine.TxOptions{ReadOnly: true}, func(tx *engine.Session) error { return a.add(ctx, tx, 1, 1) })
	}},
	{name: "read-only database", code: engine.CodeReadOnly, run: func(t *testing.T, a *accounts) error {
		return a.add(context.Background(), a.told(t, map[string]string{"sqlite": "PRAGMA query_only=1", "postgres": "SET default_transaction_read_only=on",
			"mariadb": "SET SESSION TRANSACTION READ ONLY"}), 1, 1)
	}},
	{name: "cancelled", code: engine.CodeCancelled, run: func(t *testing.T, a *accounts) error {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(50*time.Millisecond, cancel)
		_, err := engine.One[int64](ctx, a.sess, a.computes(t), nil)
		require.ErrorIs(t, err, context.Canceled)
		return err
	}},
	{name: "cancelled before it began", code: engine.CodeCancelled, run: func(_ *testing.T, a *accounts) error {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		return a.add(ctx, a.sess, 1, 1)
	}},
	{name: "cancelled at the server", code: engine.CodeCancelled, not: []string{"sqlite"}, run: func(t *testing.T, a *accounts) error {
		return a.ended(t, map[string]string{"postgres": "SELECT pg_cancel_backend(%d)", "mariadb": "KILL QUERY %d"})
	}},
	{name: "timeout", code: engine.CodeTimeout, run: func(t *testing.T, a *accounts) error {
		query := a.computes(t)
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		_, err := engine.One[int64](ctx, a.sess, query, nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		return err
	}},
	{name: "timeout of the server", code: engine.CodeTimeout, not: []string{"sqlite"}, run: func(t *testing.T, a *accounts) error {
		query := a.computes(t)
		_, err := engine.One[int64](context.Background(), a.told(t, map[string]string{"postgres": "SET statement_timeout='50ms'", "mariadb": "SET max_statement_time=0.05"}), query, nil)
		return err
	}},
	{name: "connection ended by the server", code: engine.CodeConnection, not: []string{"sqlite"}, run: func(t *testing.T, a *accounts) error {
		return a.ended(t, map[string]string{"postgres": "SELECT pg_terminate_backend(%d)", "mariadb": "KILL %d"})
	}},
	{name: "connection that is closed", code: engine.CodeConnection, run: func(t *testing.T, a *accounts) error {
		c := a.conn(t)
		require.NoError(t, c.Close())
		return a.add(context.Background(), a.on(c), 1, 1)
	}},
}

func (a *accounts) exec(change expr.Node) error {
	_, err := a.sess.Exec(context.Background(), change, nil)
	return err
}

// TestErrorCodes causes each error for real, on each database. Afterwards all is as it was.
func TestErrorCodes(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		for _, c := range codeCases {
			if slices.Contains(c.not, db.Name) {
				continue
			}
			t.Run(c.name, func(t *testing.T) {
				own := testdb.Open(t, db.Name)
				a := openAccounts(t, own)
				err := c.run(t, a)
				require.Error(t, err)
				want := c.code
				if other, ok := c.but[db.Name]; ok {
					want = other
				}
				require.Equal(t, want, engine.CodeOf(err), "%v", err)
				var failed *engine.QueryError
				if errors.As(err, &failed) {
					require.NotEmpty(t, failed.SQL)
					require.NotContains(t, err.Error(), failed.SQL)
				}
				require.NoError(t, a.add(context.Background(), a.sess, 2, 1), "the pool works")
				require.Eventually(t, func() bool { return a.Stats().InUse <= 1 }, time.Minute, time.Millisecond, "the test's own connection")
			})
		}
	})
	// No code is without a case.
	file, err := parser.ParseFile(token.NewFileSet(), "../engine/errors.go", nil, 0)
	require.NoError(t, err)
	n := 0
	ast.Inspect(file, func(node ast.Node) bool {
		v, ok := node.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 {
			return true
		}
		if typ, ok := v.Type.(*ast.Ident); ok && typ.Name == "Code" {
			n++
			text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			require.True(t, slices.ContainsFunc(codeCases, func(c codeCase) bool { return c.code == engine.Code(text) }), "%s has no case", v.Names[0].Name)
		}
		return true
	})
	require.Greater(t, n, 15)
}
