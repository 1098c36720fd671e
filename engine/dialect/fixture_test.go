package dialect

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// mood is an enum that is a type of its own on PostgreSQL.
var mood = schema.Enum("mood", "sad", "ok", "happy")

// fixture is the metadata of most tests.
type fixture struct {
	meta            *schema.MetaData
	u, a, e         *expr.TableSource
	users, addrs    *schema.Table
	hostile         *schema.Table
	hostileNames    []string
	id, name, email expr.Expr
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{meta: schema.NewMetaData()}
	col := schema.NewColumn
	f.users = f.meta.Table("users",
		col("id", schema.BigInteger, schema.PrimaryKey),
		col("parent_id", schema.BigInteger, schema.References("users", "id")),
		col("name", schema.String(50), schema.NotNull),
		col("email", schema.Text),
		col("age", schema.Integer),
		col("score", schema.Double),
		col("balance", schema.Numeric(10, 2)),
		col("active", schema.Boolean),
		col("born", schema.Date),
		col("woke", schema.Time),
		col("created", schema.DateTime),
		col("seen", schema.DateTimeTZ),
		col("token", schema.UUID),
		col("data", schema.JSON),
		col("photo", schema.LargeBinary),
		col("mood", mood))
	f.addrs = f.meta.Table("addresses",
		col("id", schema.BigInteger, schema.PrimaryKey),
		col("user_id", schema.BigInteger, schema.NotNull, schema.References("users", "id")),
		col("email", schema.Text),
		col("city", schema.String(40)),
		col("moved", schema.Date))
	events := f.meta.Table("events", schema.InSchema("app"),
		col("id", schema.BigInteger, schema.PrimaryKey),
		col("user_id", schema.BigInteger),
		col("at", schema.DateTime))
	f.hostileNames = []string{`a"b`, "a`b", "a.b", "a'b", "new\nline", `back\slash`, "semi;--", "$1", "?", "Éé", "select", "a:b", "%"}
	items := make([]schema.TableItem, len(f.hostileNames))
	for i, n := range f.hostileNames {
		items[i] = col(n, schema.Integer)
	}
	f.hostile = f.meta.Table("we\"`.'ird", items...)
	f.meta.Entity("User", schema.OnTable("users"), schema.OneToMany("addresses", "Address", schema.OrderBy("city", "-id")),
		schema.OneToMany("children", "User"), schema.ManyToOne("parent", "User"))
	f.meta.Entity("Address", schema.OnTable("addresses"), schema.ManyToOne("user", "User"))
	require.NoError(t, f.meta.Freeze())
	f.u, f.a, f.e = expr.Table(f.users), expr.Table(f.addrs), expr.Table(events)
	f.id, f.name, f.email = f.u.C("id"), f.u.C("name"), f.u.C("email")
	return f
}

func admit(t testing.TB, stmt expr.Node) *policy.Admitted {
	t.Helper()
	a, err := policy.Unrestricted().Admit(stmt)
	require.NoError(t, err)
	return a
}

func compile(t testing.TB, d *Dialect, stmt expr.Node) *Statement {
	t.Helper()
	a := admit(t, stmt)
	s, err := d.Compile(a)
	require.NoError(t, err)
	a.Release() // nothing of what was admitted is kept
	return s
}

func decimal(t testing.TB, s string) expr.Value {
	t.Helper()
	v, err := expr.Decimal(s)
	require.NoError(t, err)
	return v
}

// ddl declares a table for SQLite, without its keys.
func ddl(t testing.TB, table *schema.Table) string {
	t.Helper()
	types := map[schema.Family]string{
		schema.FamilyBoolean: "BOOLEAN", schema.FamilyInteger: "INTEGER", schema.FamilyFloat: "REAL",
		schema.FamilyNumeric: "NUMERIC", schema.FamilyBinary: "BLOB",
	}
	names := make([]string, 0, 8)
	for _, c := range table.Columns() {
		kind := types[c.Type().Family()]
		if kind == "" {
			kind = "TEXT"
		}
		names = append(names, quoteSQLite(c.Name())+" "+kind)
	}
	parts := table.FullName()
	for i := range parts {
		parts[i] = quoteSQLite(parts[i])
	}
	return fmt.Sprintf("CREATE TABLE %s (%s)", strings.Join(parts, "."), strings.Join(names, ", "))
}

func quoteSQLite(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// openSQLite makes a database in memory with the tables of the fixture.
func openSQLite(t testing.TB, tables ...*schema.Table) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	db.SetMaxOpenConns(1)
	_, err = db.Exec(`ATTACH ':memory:' AS app`)
	require.NoError(t, err)
	for _, table := range tables {
		_, err := db.Exec(ddl(t, table))
		require.NoError(t, err, ddl(t, table))
	}
	return db
}

// rows runs a statement and returns what it gives.
func rows(t testing.TB, db *sql.DB, s *Statement, params map[string]expr.Value) [][]any {
	t.Helper()
	args, err := s.Args(params)
	require.NoError(t, err)
	r, err := db.Query(s.SQL(), args...)
	require.NoError(t, err, "%s\n%v", s.SQL(), args)
	defer func() { require.NoError(t, r.Close()) }()
	columns, err := r.Columns()
	require.NoError(t, err)
	require.Len(t, columns, s.Outputs().Len())
	var all [][]any
	for r.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		require.NoError(t, r.Scan(into...))
		all = append(all, row)
	}
	require.NoError(t, r.Err(), s.SQL())
	return all
}
