package engine_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

type set = expr.Assign

func changer(db engine.DB) *engine.Session {
	return engine.New(db, dialect.SQLite).Session(engine.WithPolicy(policy.Unrestricted()))
}

// names are those of the things that are there.
func names(t testing.TB, sess *engine.Session, things *expr.TableSource) []string {
	t.Helper()
	list, err := engine.All[string](context.Background(), sess, expr.Select(expr.Func("coalesce", things.C("name"), "-")).From(things).OrderBy(things.C("id")), nil)
	require.NoError(t, err)
	return list
}

func TestExec(t *testing.T) {
	db, things := open(t)
	ctx, sess := context.Background(), changer(db)
	c, err := sess.Exec(ctx, expr.Insert(things).Values(set{"name": "vier"}), nil)
	require.NoError(t, err)
	require.Equal(t, engine.Changed{Rows: 1, LastID: 4}, c)
	c, err = sess.Exec(ctx, expr.Insert(things).Values(set{"name": "a"}, set{"name": "b"}), nil)
	require.NoError(t, err)
	require.Equal(t, engine.Changed{Rows: 2}, c, "several keys were made")
	c, err = sess.Exec(ctx, expr.Update(things).Set(set{"tag": expr.Param("tag", schema.Text)}).Where(things.C("id").Gt(2)), engine.Params{"tag": "t"})
	require.NoError(t, err)
	require.Equal(t, engine.Changed{Rows: 4}, c)
	c, err = sess.Exec(ctx, expr.Insert(things).Values(set{"id": 1, "name": "x"}, set{"id": 9, "name": "neun"}).OnConflict("id").DoNothing(), nil)
	require.NoError(t, err)
	require.Equal(t, engine.Changed{Rows: 1}, c)
	c, err = sess.Exec(ctx, expr.Delete(things).Where(things.C("tag").Eq("t")).Returning(things.C("id")), nil)
	require.NoError(t, err)
	require.EqualValues(t, 5, c.Rows)
	require.Equal(t, []string{"one", "neun"}, names(t, sess, things))

	id, err := engine.One[int64](ctx, sess, expr.Insert(things).Values(set{"name": "zehn", "price": 1.5}).Returning(things.C("id")), nil)
	require.NoError(t, err)
	require.EqualValues(t, 10, id, "a change with RETURNING gives rows as a query does")

	var e *engine.Error
	_, err = sess.Exec(ctx, expr.Select(things.C("id")), nil)
	require.ErrorAs(t, err, &e)
	require.Equal(t, engine.CodeStatement, e.Code)
	_, err = sess.Query(ctx, expr.Delete(things).AllRows(), nil)
	require.ErrorAs(t, err, &e)
	require.Equal(t, engine.CodeStatement, e.Code)
	var p *engine.ParamError
	_, err = sess.Exec(ctx, expr.Update(things).Set(set{"big": expr.Param("n", schema.BigInteger)}).AllRows(), engine.Params{"n": "x"})
	require.ErrorAs(t, err, &p)
	var q *engine.QueryError
	_, err = sess.Exec(ctx, expr.Insert(things).Values(set{"id": 1}), nil)
	require.ErrorAs(t, err, &q)
	require.Contains(t, q.SQL, "INSERT")
	var refused *policy.Error
	_, err = session(db).Exec(ctx, expr.Delete(things).AllRows(), nil)
	require.ErrorAs(t, err, &refused, "a policy of queries")
	require.Equal(t, []string{"one", "neun", "zehn"}, names(t, sess, things))
}

func TestExecMany(t *testing.T) {
	db, things := open(t)
	ctx, sess := context.Background(), changer(db)
	add := expr.Insert(things).Values(set{"id": expr.Param("id", schema.BigInteger), "name": expr.Param("name", schema.Text)})
	sets := []engine.Params{{"id": 4, "name": "vier"}, {"id": 5, "name": nil}, {"id": 6, "name": "sechs"}}
	c, err := engine.ExecMany(ctx, sess, add, slices.Values(sets))
	require.NoError(t, err)
	require.Equal(t, engine.Changed{Rows: 3, LastID: 6}, c)
	require.Equal(t, []string{"one", "zwei", "-", "vier", "-", "sechs"}, names(t, sess, things))

	c, err = engine.ExecMany(ctx, sess, add, slices.Values([]engine.Params{{"id": 7, "name": "sieben"}, {"id": 4, "name": "again"}, {"id": 8, "name": "acht"}}))
	require.ErrorContains(t, err, "set 2: ")
	var q *engine.QueryError
	require.ErrorAs(t, err, &q)
	require.EqualValues(t, 1, c.Rows)
	require.Contains(t, names(t, sess, things), "sieben")
	require.NotContains(t, names(t, sess, things), "acht")
	_, err = engine.ExecMany(ctx, sess, add, slices.Values([]engine.Params{{"id": "x"}}))
	require.ErrorContains(t, err, "set 1: ")

	// All or none.
	err = sess.Transaction(ctx, func(tx *engine.Session) error {
		_, err := engine.ExecMany(ctx, tx, add, slices.Values([]engine.Params{{"id": 20, "name": "zwanzig"}, {"id": 20, "name": "again"}}))
		return err
	})
	require.Error(t, err)
	require.NotContains(t, names(t, sess, things), "zwanzig")
}

func TestTransaction(t *testing.T) {
	db, things := open(t)
	ctx, sess := context.Background(), changer(db)
	rename := func(s *engine.Session, id int, name string) {
		t.Helper()
		_, err := s.Exec(ctx, expr.Update(things).Set(set{"name": name}).Where(things.C("id").Eq(id)), nil)
		require.NoError(t, err)
	}
	no := errors.New("no")

	require.NoError(t, sess.Transaction(ctx, func(tx *engine.Session) error { rename(tx, 1, "a"); return nil }))
	require.Equal(t, []string{"a", "zwei", "-"}, names(t, sess, things))

	require.ErrorIs(t, sess.Transaction(ctx, func(tx *engine.Session) error { rename(tx, 1, "b"); return no }), no)
	require.Equal(t, []string{"a", "zwei", "-"}, names(t, sess, things), "rolled back")

	require.PanicsWithValue(t, "help", func() {
		_ = sess.Transaction(ctx, func(tx *engine.Session) error { rename(tx, 1, "c"); panic("help") })
	})
	require.Equal(t, []string{"a", "zwei", "-"}, names(t, sess, things), "rolled back, and the connection is free again")

	// A transaction in one is a savepoint.
	require.NoError(t, sess.Transaction(ctx, func(tx *engine.Session) error {
		rename(tx, 1, "d")
		require.ErrorIs(t, tx.Transaction(ctx, func(tx *engine.Session) error {
			rename(tx, 2, "lost")
			return tx.Transaction(ctx, func(tx *engine.Session) error { rename(tx, 3, "lost"); return no })
		}), no)
		require.Equal(t, []string{"d", "zwei", "-"}, names(t, tx, things))
		return tx.Transaction(ctx, func(tx *engine.Session) error { rename(tx, 3, "e"); return nil })
	}))
	require.Equal(t, []string{"d", "zwei", "e"}, names(t, sess, things))

	// The policy of the session holds within.
	read := session(db)
	var refused *policy.Error
	require.ErrorAs(t, read.Transaction(ctx, func(tx *engine.Session) error {
		_, err := tx.Exec(ctx, expr.Delete(things).AllRows(), nil)
		return err
	}), &refused)

	var e *engine.Error
	require.ErrorAs(t, changer(onlyQueries{db}).Transaction(ctx, func(*engine.Session) error { return nil }), &e)
	require.Equal(t, engine.CodeStatement, e.Code)
	cancelled, stop := context.WithCancel(ctx)
	stop()
	var q *engine.QueryError
	require.ErrorAs(t, sess.Transaction(cancelled, func(*engine.Session) error { return nil }), &q)
	require.Equal(t, engine.CodeCancelled, q.Code)
}

// onlyQueries begins no transaction.
type onlyQueries struct{ engine.DB }

var _ engine.DB = (*sql.Tx)(nil)

// A query that holds a change is one, though it is a query.
func TestReadOnlyRefusesChangesInQueries(t *testing.T) {
	_, things := open(t)
	sess := engine.New(nil, dialect.Postgres).Session(engine.WithPolicy(policy.Unrestricted()), engine.ReadOnly())
	gone := expr.Delete(things).Where(things.C("id").Eq(1)).Returning(things.C("id")).CTE("gone")
	changed := expr.Update(things).Set(expr.Assign{"name": "x"}).Where(things.C("id").Eq(1)).Returning(things.C("id")).CTE("changed")
	for _, q := range []expr.Node{expr.Select(gone.C("id")), expr.Select(changed.C("id")), expr.Delete(things).Where(things.C("id").Eq(1))} {
		_, err := sess.Compile(q)
		var e *engine.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, engine.CodeReadOnly, e.Code)
	}
	made, err := sess.Compile(expr.Select(things.C("id")))
	require.NoError(t, err)
	require.True(t, made.OnlyReads())
	made, err = sess.Compile(expr.Select(things.C("id")).Locked(expr.ForUpdate, expr.WaitForLock))
	require.NoError(t, err)
	require.False(t, made.OnlyReads())
	require.False(t, made.IsChange())
}
