package tests

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/pgxcopy"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// copier counts what is inserted by COPY.
type copier struct{ rows int64 }

func (c *copier) BulkInsert(ctx context.Context, db engine.DB, table, columns []string, rows iter.Seq2[[]any, error]) (int64, error) {
	n, err := pgxcopy.Inserter{}.BulkInsert(ctx, db, table, columns, rows)
	c.rows += n
	return n, err
}

func TestInsertMany(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		blob := map[string]string{"sqlite": "BLOB", "postgres": "BYTEA", "mariadb": "BLOB"}[db.Name]
		at := map[string]string{"sqlite": "DATETIME", "postgres": "TIMESTAMP", "mariadb": "DATETIME(6)"}[db.Name]
		zoned := map[string]string{"sqlite": "DATETIME", "postgres": "TIMESTAMPTZ", "mariadb": "DATETIME(6)"}[db.Name]
		db.Script(t, "CREATE TABLE many (id BIGINT PRIMARY KEY, name VARCHAR(20), price NUMERIC(10,2), day DATE, at "+at+", zoned "+zoned+", data "+blob+", ok BOOLEAN, ratio DOUBLE PRECISION, doc JSON, tenant BIGINT NOT NULL)")
		m := schema.NewMetaData()
		m.Table("many", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.String(20)), schema.NewColumn("price", schema.Numeric(10, 2)),
			schema.NewColumn("day", schema.Date), schema.NewColumn("at", schema.DateTime), schema.NewColumn("zoned", schema.DateTimeTZ), schema.NewColumn("data", schema.LargeBinary),
			schema.NewColumn("ok", schema.Boolean), schema.NewColumn("ratio", schema.Double), schema.NewColumn("doc", schema.JSON), schema.NewColumn("tenant", schema.BigInteger))
		require.NoError(t, m.Freeze())
		many := expr.Table(m.Lookup("many"))
		ctx := context.Background()
		columns := []string{"tenant", "id", "name", "price", "day", "at", "zoned", "data", "ok", "ratio", "doc"}
		price, err := expr.ParseValue(schema.Numeric(10, 2), "19.90")
		require.NoError(t, err)
		moment := time.Date(2024, 2, 29, 13, 45, 0, 125_000, time.UTC)
		rows := func(n int) iter.Seq[[]any] {
			return func(yield func([]any) bool) {
				for i := range n {
					row := []any{7, i, fmt.Sprintf("é%d", i), price, "2024-02-29", expr.DateTimeOf(moment), moment, []byte{0, 255}, i%2 == 0, 0.5, `{"a": 1}`}
					if i == 1 {
						row = []any{7, i, nil, nil, nil, nil, nil, nil, nil, nil, nil}
					}
					if !yield(row) {
						return
					}
				}
			}
		}
		eng := engine.New(db.DB, db.Dialect)
		free := engine.WithPolicy(policy.Unrestricted())
		var want []engine.Row
		bulk := &copier{}
		check := func(sess *engine.Session, on func(func(*engine.Session) error) error) {
			t.Helper()
			require.NoError(t, on(func(s *engine.Session) error {
				c, err := engine.InsertMany(ctx, s, expr.Insert(many), columns, rows(603))
				require.NoError(t, err)
				require.EqualValues(t, 603, c.Rows)
				return nil
			}))
			all, err := sess.All(ctx, expr.Select(many).OrderBy(many.C("id")), nil)
			require.NoError(t, err)
			require.Len(t, all, 603)
			if want == nil {
				want = all
				require.Equal(t, "é2", all[2]["name"])
				require.Equal(t, moment, all[2]["zoned"])
				require.Nil(t, all[1]["doc"])
			}
			require.Equal(t, want, all)
			_, err = sess.Exec(ctx, expr.Delete(many).AllRows(), nil)
			require.NoError(t, err)
		}
		direct := func(s *engine.Session) func(func(*engine.Session) error) error {
			return func(f func(*engine.Session) error) error { return f(s) }
		}
		sess := eng.Session(free)
		check(sess, direct(sess))
		check(sess, func(f func(*engine.Session) error) error { return sess.Transaction(ctx, f) })
		small := eng.Session(engine.WithPolicy(policy.New().AllowInsert().Table(many.Table()).WithLimits(policy.Limits{Items: 100})))
		check(sess, direct(small))
		if db.Name == "postgres" {
			copies := eng.WithBulk(bulk).Session(free)
			check(copies, direct(copies))
			require.EqualValues(t, 603, bulk.rows)
			check(copies, func(f func(*engine.Session) error) error { return copies.Transaction(ctx, f) })
			require.EqualValues(t, 2*603, bulk.rows, "in a transaction, too")
			require.EqualError(t, copies.Transaction(ctx, func(s *engine.Session) error {
				_, err := engine.InsertMany(ctx, s, expr.Insert(many), columns, rows(603))
				require.NoError(t, err)
				require.NoError(t, s.Transaction(ctx, func(s *engine.Session) error { // after a savepoint
					_, err := s.Exec(ctx, expr.Delete(many).Where(many.C("id").Lt(600)), nil)
					return err
				}))
				n, err := engine.One[int](ctx, s, expr.Select(expr.Func("count")).From(many), nil)
				require.NoError(t, err)
				require.Equal(t, 3, n)
				return errors.New("back")
			}), "back")
			require.EqualValues(t, 3*603, bulk.rows)
			conn, err := db.Conn(ctx)
			require.NoError(t, err)
			own := engine.New(conn, db.Dialect).WithBulk(bulk).Session(free)
			check(own, direct(own))
			check(own, func(f func(*engine.Session) error) error { return own.Transaction(ctx, f) })
			require.EqualValues(t, 5*603, bulk.rows)
			require.NoError(t, conn.Close())
			tx, err := db.Begin()
			require.NoError(t, err)
			theirs := engine.New(tx, db.Dialect).WithBulk(bulk).Session(free)
			check(theirs, direct(theirs))
			require.EqualValues(t, 5*603, bulk.rows, "no COPY in a transaction that the host began")
			require.NoError(t, tx.Rollback())
		}

		// What does not fit says where; what came before it is in, unless in a transaction.
		for _, s := range []*engine.Session{sess, eng.WithBulk(bulk).Session(free)} {
			if s != sess && db.Name != "postgres" {
				continue
			}
			err := s.Transaction(ctx, func(tx *engine.Session) error {
				_, err := engine.InsertMany(ctx, tx, expr.Insert(many), []string{"id", "tenant"}, func(yield func([]any) bool) {
					for i := range 700 {
						if !yield([]any{i, 7}) {
							return
						}
					}
					yield([]any{700, "x"})
				})
				return err
			})
			var wrong *engine.ParamError
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, "row 701, tenant", wrong.Problems[0].Name)
			_, err = engine.InsertMany(ctx, s, expr.Insert(many), []string{"id", "tenant"}, slices.Values([][]any{{1, 7}, {2}}))
			var e *engine.Error
			require.ErrorAs(t, err, &e)
			require.Contains(t, e.Reason, "row 2: expected 2 values, for id, tenant, got 1")
			_, err = engine.InsertMany(ctx, s, expr.Insert(many), []string{"id", "tenant"}, slices.Values([][]any{{1, 7}, {1, 7}}))
			requireCode(t, err, engine.CodeUnique)
			_, err = engine.InsertMany(ctx, s, expr.Insert(many), []string{"id", "tenat"}, slices.Values([][]any{{1, 7}}))
			require.ErrorContains(t, err, `did you mean "tenant"`)
			_, err = engine.InsertMany(ctx, s, expr.Insert(many), []string{"id", "id"}, slices.Values([][]any{{1, 7}}))
			require.ErrorContains(t, err, "stands twice")
			n, err := s.Scalar(ctx, expr.Select(expr.Func("count")).From(many), nil)
			require.NoError(t, err)
			require.EqualValues(t, 0, n)
		}

		// The policy's values and checks hold for each row, COPY or not.
		tenant := eng.WithBulk(bulk).Session(engine.WithPolicy(policy.New().AllowInsert().AllowSelect().Table(many.Table(),
			policy.Rows(many.C("tenant").Eq(policy.Value("tenant")))), policy.Values{"tenant": 7}))
		_, err = engine.InsertMany(ctx, tenant, expr.Insert(many), []string{"id", "tenant"}, slices.Values([][]any{{1, 7}, {2, 8}}))
		var refused *policy.Error
		require.ErrorAs(t, err, &refused)
		c, err := engine.InsertMany(ctx, tenant, expr.Insert(many), []string{"id"}, slices.Values([][]any{{1}, {2}}))
		require.NoError(t, err)
		require.EqualValues(t, 2, c.Rows)
		n, err := sess.Scalar(ctx, expr.Select(expr.Func("count")).From(many).Where(many.C("tenant").Eq(7)), nil)
		require.NoError(t, err)
		require.EqualValues(t, 2, n)

		// Rows that are returned are in the order of the sets.
		add := expr.Insert(many).Values(expr.Assign{"id": expr.Param("id", schema.BigInteger), "tenant": 7}).Returning(many.C("id"), many.C("tenant"))
		var ids []any
		for row, err := range engine.QueryMany[[]any](ctx, sess, add, slices.Values([]engine.Params{{"id": 9}, {"id": 5}, {"id": 7}})) {
			require.NoError(t, err)
			ids = append(ids, row[0])
		}
		require.Equal(t, []any{int64(9), int64(5), int64(7)}, ids)
		for _, err = range engine.QueryMany[[]any](ctx, sess, add, slices.Values([]engine.Params{{"id": 10}, {"id": 5}})) {
		}
		require.ErrorContains(t, err, "set 2: ")
		requireCode(t, err, engine.CodeUnique)
		for _, err = range engine.QueryMany[[]any](ctx, sess, expr.Delete(many).AllRows(), slices.Values([]engine.Params{nil})) {
		}
		require.ErrorContains(t, err, "without RETURNING")
		require.Equal(t, 0, db.Stats().InUse)
	})
}
