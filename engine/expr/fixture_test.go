package expr_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

var update = flag.Bool("update", false, "write the golden files and NODES.md")

// shop is the metadata of all tests. It is made once: equal trees name the very
// same tables.
var shop = sync.OnceValue(func() *schema.MetaData {
	m, col := schema.NewMetaData(), schema.NewColumn
	m.Table("customers",
		col("id", schema.BigInteger, schema.PrimaryKey),
		col("name", schema.String(50), schema.NotNull),
		col("email", schema.Text),
		col("age", schema.Integer),
		col("score", schema.Double),
		col("balance", schema.Numeric(10, 2)),
		col("active", schema.Boolean),
		col("vip", schema.Boolean),
		col("born", schema.Date),
		col("woke", schema.Time),
		col("created", schema.DateTime),
		col("seen", schema.DateTimeTZ),
		col("span", schema.Interval),
		col("data", schema.JSON),
		col("token", schema.UUID),
		col("photo", schema.LargeBinary),
		col("kind", schema.Enum("kind", "person", "company")),
		col("tags", schema.ArrayOf(schema.Text)))
	m.Table("orders", schema.InSchema("shop"),
		col("id", schema.BigInteger, schema.PrimaryKey),
		col("customer_id", schema.BigInteger, schema.NotNull, schema.References("customers", "id")),
		col("total", schema.Numeric(10, 2)))
	m.Table("lines",
		col("order_id", schema.BigInteger, schema.References("shop", "orders", "id")),
		col("no", schema.Integer),
		schema.PrimaryKeyConstraint("order_id", "no"))
	m.Table("parcels",
		col("id", schema.Integer, schema.PrimaryKey),
		col("order_id", schema.BigInteger),
		col("line_no", schema.Integer),
		schema.ForeignKeyConstraint("packed", []string{"order_id", "line_no"}, []string{"lines"}, []string{"order_id", "no"}))
	m.Table("employees",
		col("id", schema.Integer, schema.PrimaryKey),
		col("boss_id", schema.Integer, schema.References("employees", "id")),
		col("name", schema.Text))
	m.Table("transfers",
		col("from_id", schema.BigInteger, schema.References("customers", "id")),
		col("to_id", schema.BigInteger, schema.References("customers", "id")))
	declareEntities(m)
	if err := m.Freeze(); err != nil {
		panic(err)
	}
	return m
})

func table(name ...string) *expr.TableSource { return expr.Table(shop().Lookup(name...)) }

func customers() *expr.TableSource { return table("customers") }
func orders() *expr.TableSource    { return table("shop", "orders") }
func employees() *expr.TableSource { return table("employees") }

// The columns of customers that most tests need.
func id() expr.Expr     { return customers().C("id") }
func name() expr.Expr   { return customers().C("name") }
func age() expr.Expr    { return customers().C("age") }
func active() expr.Expr { return customers().C("active") }
func vip() expr.Expr    { return customers().C("vip") }

func decimal(s string) expr.Value {
	v, err := expr.Decimal(s)
	if err != nil {
		panic(err)
	}
	return v
}

func must(v expr.Value, err error) expr.Value {
	if err != nil {
		panic(err)
	}
	return v
}

func parsed(t schema.Type, s string) expr.Value { return must(expr.ParseValue(t, s)) }

// faultOf returns the error of a tree as what it must be, or nil.
func faultOf(t testing.TB, err error) *expr.Error {
	t.Helper()
	if err == nil {
		return nil
	}
	var e *expr.Error
	require.True(t, errors.As(err, &e), "an error of another type: %v", err)
	require.NotEmpty(t, e.Code)
	require.NotEmpty(t, e.Reason)
	return e
}

// said is an error without the position, which is of the machine.
func said(t testing.TB, err error) string {
	e := *faultOf(t, err)
	e.At = ""
	return e.Error()
}

// refused requires a tree to be in error for a reason.
func refused(t testing.TB, err error, code expr.Code, reason string) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, code, faultOf(t, err).Code, "%v", err)
	require.Contains(t, err.Error(), reason)
}

// golden compares text with a file of testdata, or writes it there.
func golden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run go test -update")
	was, is := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range min(len(was), len(is)) {
		require.Equal(t, was[i], is[i], "%s, line %d: run go test -update and look at the difference", path, i+1)
	}
	require.Len(t, is, len(was), "%s: run go test -update and look at the difference", path)
}

// soon fails if something hangs that must take milliseconds: what is exponential
// does, on any machine.
func soon(t *testing.T, f func()) {
	t.Helper()
	start, done := time.Now(), make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
		t.Logf("%s: %v", t.Name(), time.Since(start).Round(10*time.Microsecond))
	case <-time.After(time.Minute):
		t.Fatal("it takes for ever")
	}
}

// linear fails if eight times as much takes far more than eight times the memory:
// what is quadratic copies 64 times as much. Time would say so, too, but not on a
// machine that does other things.
func linear(t *testing.T, n int, f func(n int)) {
	t.Helper()
	takes := func(n int) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f(n)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	few, many := takes(n), takes(8*n)
	t.Logf("%s: %d take %d bytes, %d take %d", t.Name(), n, few, 8*n, many)
	require.Less(t, many, 20*few)
}

func jsonValue(text string) expr.Value {
	v, err := expr.JSON(text)
	if err != nil {
		panic(err)
	}
	return v
}
