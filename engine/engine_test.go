package engine_test

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

const ddl = `
CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, price NUMERIC(10,2), ratio DOUBLE, ok BOOLEAN, day DATE,
  at DATETIME, data BLOB, tag TEXT, big BIGINT);
INSERT INTO things VALUES
  (1, 'one', 19.90, 0.5, 1, '2024-02-29', '2024-02-29 13:45:00', x'00ff', NULL, 9223372036854775807),
  (2, 'zwei', 5, 2, 0, '1999-12-31', '1999-12-31 00:00:00.000125', NULL, 't', -1),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);`

func open(t testing.TB) (*sql.DB, *expr.TableSource) {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	_, err = db.Exec(ddl)
	require.NoError(t, err)
	m := schema.NewMetaData()
	m.Table("things",
		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.Text),
		schema.NewColumn("price", schema.Numeric(10, 2)), schema.NewColumn("ratio", schema.Double),
		schema.NewColumn("ok", schema.Boolean), schema.NewColumn("day", schema.Date), schema.NewColumn("at", schema.DateTime),
		schema.NewColumn("data", schema.LargeBinary), schema.NewColumn("tag", schema.Text), schema.NewColumn("big", schema.BigInteger))
	require.NoError(t, m.Freeze())
	return db, expr.Table(m.Lookup("things"))
}

func session(db engine.DB) *engine.Session {
	return engine.New(db, dialect.SQLite).Session(engine.WithPolicy(policy.New().AllowSelect()))
}

type thing struct {
	ID    int64
	Name  *string
	Price *string
	Ratio *float64
	OK    *bool
	Day   *time.Time
	When  *time.Time `db:"at"`
	Data  []byte
	Tag   any
	Big   *int64
}

func ptr[T any](v T) *T { return &v }

func TestRows(t *testing.T) {
	db, things := open(t)
	ctx, sess := context.Background(), session(db)
	q := expr.Select(things).OrderBy(things.C("id"))

	all, err := engine.All[thing](ctx, sess, q, nil)
	require.NoError(t, err)
	require.Equal(t, []thing{
		{1, ptr("one"), ptr("19.90"), ptr(0.5), ptr(true), ptr(time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)),
			ptr(time.Date(2024, 2, 29, 13, 45, 0, 0, time.UTC)), []byte{0, 255}, nil, ptr(int64(1<<63 - 1))},
		{2, ptr("zwei"), ptr("5.00"), ptr(2.0), ptr(false), ptr(time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC)),
			ptr(time.Date(1999, 12, 31, 0, 0, 0, 125_000, time.UTC)), nil, "t", ptr(int64(-1))},
		{ID: 3},
	}, all)

	maps, err := engine.All[map[string]any](ctx, sess, q.Limit(1), nil)
	require.NoError(t, err)
	require.Equal(t, "19.90", maps[0]["price"])
	require.Equal(t, true, maps[0]["ok"])

	values, err := engine.All[[]expr.Value](ctx, sess, q.Limit(1), nil)
	require.NoError(t, err)
	require.Equal(t, expr.Int(1<<63-1), values[0][9])

	names, err := engine.All[*string](ctx, sess, expr.Select(things.C("name")).OrderBy(things.C("id")), nil)
	require.NoError(t, err)
	require.Equal(t, []*string{ptr("one"), ptr("zwei"), nil}, names)

	sum, err := engine.One[string](ctx, sess, expr.Select(expr.Func("sum", things.C("price").Add(1188.39).Sub(24.9))), nil)
	require.NoError(t, err)
	require.Equal(t, "2351.88", sum, "a sum of decimals has no noise of binary fractions")

	n := 0
	for range engine.Rows[[]any](ctx, sess, q, nil) {
		n++
		break
	}
	require.Equal(t, 1, n)
	require.Equal(t, 0, db.Stats().InUse, "a loop that is left closes its rows")
}

func TestOneFirst(t *testing.T) {
	db, things := open(t)
	ctx, sess := context.Background(), session(db)
	q := expr.Select(things.C("name")).Where(things.C("id").Le(expr.Param("n", schema.BigInteger))).OrderBy(things.C("id"))
	one, err := engine.One[string](ctx, sess, q, engine.Params{"n": 1})
	require.NoError(t, err)
	require.Equal(t, "one", one)
	var e *engine.Error
	_, err = engine.One[string](ctx, sess, q, engine.Params{"n": 2})
	require.ErrorAs(t, err, &e)
	require.Equal(t, engine.CodeManyRows, e.Code)
	_, err = engine.One[string](ctx, sess, q, engine.Params{"n": 0})
	require.ErrorAs(t, err, &e)
	require.Equal(t, engine.CodeNoRow, e.Code)
	_, ok, err := engine.First[string](ctx, sess, q, engine.Params{"n": int8(0)})
	require.NoError(t, err)
	require.False(t, ok)
	first, ok, err := engine.First[string](ctx, sess, q, engine.Params{"n": 3.0})
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "one", first)
	_, ok, err = engine.OneOrNone[string](ctx, sess, q, engine.Params{"n": 0})
	require.NoError(t, err)
	require.False(t, ok)
	one, ok, err = engine.OneOrNone[string](ctx, sess, q, engine.Params{"n": 1})
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "one", one)
	_, _, err = engine.OneOrNone[string](ctx, sess, q, engine.Params{"n": 2})
	require.ErrorAs(t, err, &e)
	require.Equal(t, engine.CodeManyRows, e.Code)

	// The same by a session's methods, as maps.
	rows, err := sess.All(ctx, q, engine.Params{"n": 3})
	require.NoError(t, err)
	require.Equal(t, []engine.Row{{"name": "one"}, {"name": "zwei"}, {"name": nil}}, rows)
	row, ok, err := sess.First(ctx, q, engine.Params{"n": 2})
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, engine.Row{"name": "one"}, row)
	row, err = sess.One(ctx, q, engine.Params{"n": 1})
	require.NoError(t, err)
	require.Equal(t, engine.Row{"name": "one"}, row)
	_, ok, err = sess.OneOrNone(ctx, q, engine.Params{"n": 0})
	require.NoError(t, err)
	require.False(t, ok)
	v, err := sess.Scalar(ctx, q, engine.Params{"n": 1})
	require.NoError(t, err)
	require.Equal(t, "one", v)
	_, err = sess.Scalar(ctx, q.AddColumns(things.C("id")), engine.Params{"n": 1})
	require.ErrorAs(t, err, &e)
	require.Equal(t, engine.CodeScan, e.Code)
	_, err = sess.Scalar(ctx, q, engine.Params{"n": 0})
	require.ErrorAs(t, err, &e)
	require.Equal(t, engine.CodeNoRow, e.Code)

	_, err = engine.All[string](ctx, sess, q, engine.Params{"n": 3})
	require.ErrorContains(t, err, `column "name": NULL does not fit string`)
}

func TestWrong(t *testing.T) {
	db, things := open(t)
	ctx, sess := context.Background(), session(db)
	q := expr.Select(things.C("id")).Where(things.C("id").Eq(expr.Param("n", schema.BigInteger)), things.C("day").Lt(expr.Param("day", schema.Date)))
	good := engine.Params{"n": 1, "day": "2030-01-01"}
	bound, err := expr.Bind(q, engine.Params{"n": 1, "day": "2030-01-01"})
	require.NoError(t, err)
	rows := func(q expr.Node, p engine.Params) error {
		_, err := engine.All[[]any](ctx, sess, q, p)
		return err
	}
	require.NoError(t, rows(q, good))
	for _, c := range []struct {
		q      expr.Node
		params engine.Params
		want   string
	}{
		{q, engine.Params{"n": 1.5, "day": "soon"}, `parameter "day": expected a date such as 2026-01-31, got "soon"; parameter "n": 1.5 is not exact as big_integer: write a decimal`},
		{q, engine.Params{"n": struct{}{}, "day": "2030-01-01"}, `parameter "n": expected an expression, a column or a plain value, got struct {}`},
		{q, nil, `expected a value of type big_integer, got none`},
		{expr.Select(expr.Param("f", schema.Double).Label("f"), expr.Param("day", schema.Date).Label("d"), expr.Param("lack", schema.Text).Label("l")),
			engine.Params{"f": math.NaN(), "day": "soon"}, `parameter "day": expected a date such as 2026-01-31, got "soon"; parameter "f": sqlite cannot hold NaN; parameter "lack": expected a value of type text, got none`},
		{q, engine.Params{"n": "x", "dya": 1}, `parameter "day": expected a value of type date, got none; parameter "dya": the query has none of this name; did you mean "day"?; parameter "n": `},
		{expr.Select(expr.ParamWith("n", schema.Integer, expr.ParamOptions{Min: 1, Max: 5}), expr.ParamWith("s", schema.Text, expr.ParamOptions{Enum: []any{"a", "b"}})),
			engine.Params{"n": 6, "s": "c"}, `parameter "n": expected 1 to 5, got 6; parameter "s": expected one of "a", "b", got "c"`},
		{bound, engine.Params{"n": 2}, `parameter "n": is bound to 1 already`},
		{bound, nil, ""},
		{q, engine.Params{"n": 1, "day": "2030-01-01", "dya": 1}, `did you mean "day"?`},
		{expr.Select(things.C("nmae")), nil, `things has no column "nmae"; did you mean "name"?`},
		{things, nil, "expected a statement"},
		{expr.Select(things.C("name"), things.C("name")), nil, ""},
	} {
		err := rows(c.q, c.params)
		if c.want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, c.want)
		}
	}
	_, err = engine.All[map[string]any](ctx, sess, expr.Select(things.C("name"), things.C("name")), nil)
	require.ErrorContains(t, err, `column "name" stands twice`)
	_, err = engine.All[struct{ Nam string }](ctx, sess, expr.Select(things.C("name")), nil)
	require.ErrorContains(t, err, `no field for column "name"; did you mean "Nam"?`)
	_, err = engine.All[int](ctx, sess, expr.Select(things.C("id"), things.C("id")), nil)
	require.ErrorContains(t, err, "expected one column for int, got 2")
	_, err = engine.All[int8](ctx, sess, expr.Select(things.C("big")), nil)
	require.ErrorContains(t, err, "9223372036854775807 does not fit int8")

	// No policy, no rows; and what the policy refuses never reaches the database.
	_, err = engine.New(nil, dialect.SQLite).Session().Query(ctx, q, good)
	var refused *policy.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, policy.CodeStatement, refused.Problems[0].Code)

	// The database's own errors carry the SQL for the operator, not in the text.
	_, err = db.Exec("DROP TABLE things")
	require.NoError(t, err)
	var query *engine.QueryError
	require.ErrorAs(t, rows(q, good), &query)
	require.Equal(t, engine.CodeQuery, query.Code)
	require.Contains(t, query.SQL, "SELECT")
	require.NotContains(t, query.Error(), "SELECT")
}

func TestConnAndTx(t *testing.T) {
	db, things := open(t)
	ctx := context.Background()
	count := expr.Select(expr.Func("count")).From(things)
	conn, err := db.Conn(ctx)
	require.NoError(t, err)
	n, err := engine.One[int](ctx, session(conn), count, nil)
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.NoError(t, conn.Close())
	tx, err := db.Begin()
	require.NoError(t, err)
	_, err = tx.Exec("DELETE FROM things WHERE id = 1")
	require.NoError(t, err)
	n, err = engine.One[int](ctx, session(tx), count, nil)
	require.NoError(t, err)
	require.Equal(t, 2, n, "the session sees its transaction")
	require.NoError(t, tx.Rollback())
}

func TestCancel(t *testing.T) {
	db, things := open(t)
	sess := session(db)
	a, b, c, d := things.Alias("a"), things.Alias("b"), things.Alias("c"), things.Alias("d")
	slow := expr.Select(expr.Func("count")).From(a, b, c, d)
	for range 10 { // 3^24 rows
		slow = slow.CrossJoin(things.Alias("x")).CrossJoin(things.Alias("y"))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	_, err := engine.One[int64](ctx, sess, slow, nil)
	var e *engine.QueryError
	require.ErrorAs(t, err, &e)
	require.Equal(t, engine.CodeTimeout, e.Code)
	require.True(t, errors.Is(err, context.DeadlineExceeded))

	ctx, stop := context.WithCancel(context.Background())
	time.AfterFunc(30*time.Millisecond, stop)
	_, err = engine.One[int64](ctx, sess, slow, nil)
	require.ErrorAs(t, err, &e)
	require.Equal(t, engine.CodeCancelled, e.Code)
	n, err := engine.One[int64](context.Background(), sess, expr.Select(expr.Func("count")).From(things), nil)
	require.NoError(t, err, "the connection is good again")
	require.EqualValues(t, 3, n)

	// Cancelled between rows: the rows that came are not passed off as all.
	ctx, stop = context.WithCancel(context.Background())
	defer stop()
	n = 0
	for _, err = range engine.Rows[[]any](ctx, sess, expr.Select(a.C("id")).From(a, b, c, d), nil) {
		if n++; n == 2 {
			stop()
		}
	}
	require.ErrorAs(t, err, &e)
	require.Equal(t, engine.CodeCancelled, e.Code)
}

// TestSessionSQL: a session says statements for scripts, under its policy, in every dialect.
func TestSessionSQL(t *testing.T) {
	_, things := open(t)
	id := things.C("id")
	own := policy.New().AllowSelect().Table(things.Table(), policy.Read("id"), policy.Rows(id.Lt(policy.Value("most"))))
	sess := engine.New(nil, dialect.Postgres).Session(engine.WithPolicy(own, policy.Values{"most": 9}))
	q := expr.Select(id).Where(id.Gt(expr.ParamOf(expr.NewParameter("n", schema.BigInteger).WithDefault(expr.Int(2)))))
	for name, mark := range map[string]string{"": "$1", "postgres": "$1", "sqlite": "?", "mariadb": "`id`"} {
		text, args, err := sess.SQL(q, name)
		require.NoError(t, err, name)
		require.Contains(t, text, mark)
		require.ElementsMatch(t, []any{int64(2), nil}, args, "the host's value is not for scripts")
	}
	_, _, err := sess.SQL(q, "postgre")
	require.ErrorContains(t, err, `did you mean "postgres"`)
	var refused *policy.Error
	_, _, err = sess.SQL(expr.Select(things.C("tag")), "sqlite")
	require.ErrorAs(t, err, &refused)
	_, _, err = sess.SQL(expr.Select(id).Where(id.Gt(expr.Param("n", schema.BigInteger))), "sqlite")
	require.Equal(t, engine.CodeParam, engine.CodeOf(err))
}
