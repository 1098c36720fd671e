package tests

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/testdb"
)

var update = flag.Bool("update", false, "write SUPPORT.md")

// construct is something that a statement can say, with what must come of it on
// every database that can say it.
type construct struct {
	name   string // "window: rows": what stands before the colon is a chapter of SUPPORT.md
	build  func(s *sample) expr.Node
	params engine.Params

	// Rows are what it gives: a line a row, values joined by |, NULL for NULL. They
	// are sorted here unless the query has an order of its own.
	rows string

	// Then is a query that is run after a change: its rows follow those that the change
	// returns.
	then func(s *sample) expr.Node

	// Refused says, by dialect, a part of the error: it has no words for it.
	refused map[string]string

	// Emulated names the dialects that say it in other words, separated by spaces.
	emulated string
}

// constructs are all of them, by area.
func constructs() []construct {
	return slices.Concat(constructsOfFunctions(),
		constructsOfQueries(), constructsOfOperators(), constructsOfEntities(),
		constructsOfDates(), constructsOfJSON(), constructsOfLists(), constructsOfChanges(),
	)
}

// mood is an enum that is a type of its own on PostgreSQL.
var mood = schema.Enum("mood", "sad", "ok", "happy")

// sample is the metadata of the constructs, with the same rows on every database.
type sample struct {
	meta *schema.MetaData
	u, a *expr.TableSource
}

func (s *sample) id() expr.Expr   { return s.u.C("id") }
func (s *sample) name() expr.Expr { return s.u.C("name") }
func (s *sample) age() expr.Expr  { return s.u.C("age") }

func newSample(t testing.TB) *sample { return sampleWith(t) }

// sampleWith is a sample whose tables have more columns.
func sampleWith(t testing.TB, more ...func() schema.TableItem) *sample {
	added := func(items ...schema.TableItem) []schema.TableItem {
		for _, m := range more {
			items = append(items, m())
		}
		return items
	}
	col := schema.NewColumn
	m := schema.NewMetaData()
	users := m.Table("users", added(
		col("id", schema.BigInteger, schema.PrimaryKey),
		col("parent_id", schema.BigInteger, schema.References("users", "id")),
		col("name", schema.String(50), schema.NotNull, schema.Unique),
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
		col("mood", mood))...)
	addresses := m.Table("addresses", added(
		col("id", schema.BigInteger, schema.PrimaryKey),
		col("user_id", schema.BigInteger, schema.NotNull, schema.References("users", "id")),
		col("city", schema.String(40)),
		col("moved", schema.Date))...)
	m.Entity("User", schema.OnTable("users"), schema.OneToMany("addresses", "Address", schema.OrderBy("id")),
		schema.ManyToOne("parent", "User"), schema.OneToMany("children", "User", schema.OrderBy("id")),
		schema.Without("email", "score", "balance", "active", "born", "woke", "created", "seen", "token", "data", "photo", "mood"))
	m.Entity("Address", schema.OnTable("addresses"), schema.ManyToOne("user", "User"), schema.Without("moved"))
	require.NoError(t, m.Freeze())
	return &sample{m, expr.Table(users), expr.Table(addresses)}
}

// sampleTypes are the names of types, on each database.
var sampleTypes = map[string]map[schema.Kind]string{
	"sqlite": {schema.KindBigInteger: "INTEGER", schema.KindString: "VARCHAR(50)", schema.KindText: "TEXT", schema.KindInteger: "INTEGER", schema.KindDouble: "DOUBLE",
		schema.KindNumeric: "NUMERIC(10,2)", schema.KindBoolean: "BOOLEAN", schema.KindDate: "DATE", schema.KindTime: "TIME", schema.KindDateTime: "DATETIME",
		schema.KindDateTimeTZ: "DATETIME", schema.KindUUID: "TEXT", schema.KindJSON: "TEXT", schema.KindLargeBinary: "BLOB", schema.KindEnum: "TEXT"},
	"postgres": {schema.KindBigInteger: "BIGINT", schema.KindString: "VARCHAR(50)", schema.KindText: "TEXT", schema.KindInteger: "INTEGER", schema.KindDouble: "DOUBLE PRECISION",
		schema.KindNumeric: "NUMERIC(10,2)", schema.KindBoolean: "BOOLEAN", schema.KindDate: "DATE", schema.KindTime: "TIME", schema.KindDateTime: "TIMESTAMP",
		schema.KindDateTimeTZ: "TIMESTAMPTZ", schema.KindUUID: "UUID", schema.KindJSON: "JSONB", schema.KindLargeBinary: "BYTEA", schema.KindEnum: "mood"},
	"mariadb": {schema.KindBigInteger: "BIGINT", schema.KindString: "VARCHAR(50)", schema.KindText: "TEXT", schema.KindInteger: "INTEGER", schema.KindDouble: "DOUBLE",
		schema.KindNumeric: "DECIMAL(10,2)", schema.KindBoolean: "BOOLEAN", schema.KindDate: "DATE", schema.KindTime: "TIME(6)", schema.KindDateTime: "DATETIME(6)",
		schema.KindDateTimeTZ: "DATETIME(6)", schema.KindUUID: "CHAR(36)", schema.KindJSON: "JSON", schema.KindLargeBinary: "LONGBLOB", schema.KindEnum: "ENUM('sad','ok','happy')"},
}

// fill makes the tables of the sample, and their rows.
func (s *sample) fill(t testing.TB, db *testdb.DB) {
	if db.Name == "postgres" {
		db.Script(t, "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')")
	}
	for _, table := range s.meta.Tables() {
		var columns []string
		for _, c := range table.Columns() {
			text := c.Name() + " " + sampleTypes[db.Name][c.Type().Kind()]
			switch {
			case c.IsPrimaryKey():
				text += " PRIMARY KEY"
			case !c.Nullable():
				text += " NOT NULL"
			}
			if table.Name() == "users" && c.Name() == "name" {
				text += " UNIQUE"
			}
			columns = append(columns, text)
		}
		db.Script(t, fmt.Sprintf("CREATE TABLE %s (%s)", table.Name(), strings.Join(columns, ", ")))
	}
	zone := map[string]string{"sqlite": "+00:00", "postgres": "+00:00"}[db.Name]
	photo := map[string]string{"sqlite": "x'00ff'", "postgres": `'\x00ff'`, "mariadb": "x'00ff'"}[db.Name]
	back := map[bool]string{true: `\\`, false: `\`}[db.Name == "mariadb"] // where it escapes
	db.Script(t,
		"INSERT INTO users VALUES (1, NULL, 'ann', 'ann@example.org', 30, 2.5, 12.50, TRUE, '1994-02-28', '06:30:00', '2026-01-31 13:45:00', '2026-01-31 13:45:00"+zone+
			`', '6f1f0b0e-0000-4000-8000-00000000000a', '{"items": [1, {"k": "v"}], "n": 5}', `+photo+", 'happy')",
		"INSERT INTO users VALUES (2, 1, 'Bob', NULL, 25, -1.5, 0.10, FALSE, '2000-01-31', '23:59:59', '2026-02-28 00:00:00', '2026-02-28 00:00:00"+zone+
			`', NULL, '{"items": [], "n": null}', NULL, 'sad')`,
		"INSERT INTO users VALUES (3, 1, 'Zoë', 'zoe@example.org', 30, 0, 99999.99, TRUE, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'ok')",
		"INSERT INTO users VALUES (4, 2, 'dan', '', 41, 2.5, NULL, NULL, '2024-02-29', '12:00:00', '2024-02-29 23:59:59', '2024-02-29 23:59:59"+zone+
			`', NULL, '[]', NULL, NULL)`,
		"INSERT INTO users VALUES (5, 2, '50%_"+back+"', 'x_y', NULL, NULL, 12.50, FALSE, '1999-12-31', '00:00:00', '1999-12-31 12:00:00', '1999-12-31 12:00:00"+zone+"', NULL, NULL, NULL, 'sad')",
		"INSERT INTO addresses VALUES (1, 1, 'Rome', '2020-05-01')",
		"INSERT INTO addresses VALUES (2, 1, 'Oslo', '2022-07-15')",
		"INSERT INTO addresses VALUES (3, 2, 'Rome', NULL)",
		"INSERT INTO addresses VALUES (4, 3, 'Łódź', '2021-01-01')",
		"INSERT INTO addresses VALUES (5, 3, NULL, '2021-01-01')")
}

// TestConstructs runs every construct on every database that can say it: through
// bytes, in a transaction that is rolled back. The others refuse it by name.
func TestConstructs(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		s := newSample(t)
		s.fill(t, db)
		for _, c := range constructs() {
			t.Run(c.name, func(t *testing.T) {
				stmt := c.build(s)
				require.NoError(t, expr.Err(stmt))
				compiled, err := compileFor(db.Dialect, stmt)
				if part, refused := c.refused[db.Name]; refused {
					var e *dialect.Error
					require.ErrorAs(t, err, &e)
					require.Contains(t, e.Error(), part)
					return
				}
				require.NoError(t, err)
				tx, err := db.Begin()
				require.NoError(t, err)
				defer func() { require.NoError(t, tx.Rollback()) }()
				sess := engine.New(tx, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
				require.Equal(t, c.lines(), c.run(t, s, sess, through(t, s.meta, stmt)), "%s", compiled.SQL())
			})
		}
	})
}

// through is a statement after a trip through bytes.
func through(t *testing.T, meta *schema.MetaData, stmt expr.Node) expr.Node {
	b, err := serializer.Dumps(stmt)
	require.NoError(t, err)
	l, err := serializer.Loads(b, serializer.Binding{MetaData: meta, Grants: []expr.Grant{expr.GrantRaw, expr.FunctionGrant("abs"), expr.FunctionGrant("max")}})
	require.NoError(t, err)
	require.Empty(t, l.Drift)
	again, err := serializer.Dumps(l.Root)
	require.NoError(t, err)
	require.Equal(t, b, again)
	return l.Root
}

func compileFor(d *dialect.Dialect, stmt expr.Node) (*dialect.Statement, error) {
	admitted, err := policy.Unrestricted().Admit(stmt)
	if err != nil {
		return nil, err
	}
	return d.Compile(admitted)
}

func (c construct) lines() []string {
	if c.rows == "" {
		return nil
	}
	return strings.Split(c.rows, "\n")
}

// run runs a statement and returns its rows, or those of what is asked afterwards.
func (c construct) run(t *testing.T, s *sample, sess *engine.Session, stmt expr.Node) []string {
	var lines []string
	if expr.GivesRows(stmt.(expr.Statement)) {
		lines = rowsOf(t, sess, stmt, c.params)
	} else {
		_, err := sess.Exec(context.Background(), stmt, c.params)
		require.NoError(t, err)
	}
	if c.then != nil {
		lines = append(lines, rowsOf(t, sess, c.then(s), nil)...)
	}
	return lines
}

func rowsOf(t *testing.T, sess *engine.Session, stmt expr.Node, params engine.Params) (lines []string) {
	r, err := sess.Query(context.Background(), stmt, params)
	require.NoError(t, err)
	defer r.Close()
	for r.Next() {
		cells := make([]string, len(r.Values()))
		for i, v := range r.Values() {
			cells[i] = shown(v)
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	require.NoError(t, r.Err())
	if !isOrdered(stmt) {
		slices.Sort(lines)
	}
	return lines
}

func isOrdered(stmt expr.Node) bool {
	switch q := stmt.(type) {
	case *expr.SelectStmt:
		return q.Orders().Len() > 0
	case *expr.CompoundStmt:
		return q.Orders().Len() > 0
	}
	return false
}

// shown is a value as all databases give it: decimals without zeros at the end,
// floats of 12 digits, JSON in one form.
func shown(v expr.Value) string {
	switch v.Kind() {
	case schema.KindUnknown:
		return "NULL"
	case schema.KindDouble:
		return strconv.FormatFloat(v.Float(), 'g', 12, 64)
	case schema.KindNumeric:
		if s := v.Plain(); strings.Contains(s, ".") {
			return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
		}
	case schema.KindJSON:
		var any any
		if json.Unmarshal([]byte(v.Plain()), &any) == nil {
			b, _ := json.Marshal(any)
			return string(b)
		}
	}
	return v.Plain()
}

// TestSupport holds SUPPORT.md to the constructs, and each of their refusals to
// the dialects, those without a database here too; -update writes it.
func TestSupport(t *testing.T) {
	s := newSample(t)
	var b strings.Builder
	b.WriteString("# What each database can say\n\nGenerated by `go test ./tests -run TestSupport -update` from the constructs that TestConstructs runs on SQLite, PostgreSQL and\n" +
		"MariaDB; MySQL is compiled for. *emulated*: said in other words that mean the same. *refused*: an error that names construct and dialect.\n")
	chapter := ""
	seen := map[string]bool{}
	for _, c := range constructs() {
		require.False(t, seen[c.name], "%q stands twice", c.name)
		seen[c.name] = true
		in, name, ok := strings.Cut(c.name, ": ")
		require.True(t, ok, "%q has no chapter", c.name)
		if in != chapter {
			chapter = in
			fmt.Fprintf(&b, "\n## %s\n\n| | SQLite | PostgreSQL | MySQL | MariaDB |\n|---|---|---|---|---|\n", in)
		}
		fmt.Fprintf(&b, "| %s |", name)
		for _, d := range dialect.All() {
			_, err := compileFor(d, c.build(s))
			part, refused := c.refused[d.Name()]
			emulated := slices.Contains(strings.Fields(c.emulated), d.Name())
			switch {
			case refused:
				var e *dialect.Error
				require.ErrorAs(t, err, &e, "%s on %s", c.name, d)
				require.Contains(t, e.Error(), part, "%s on %s", c.name, d)
				fmt.Fprintf(&b, " refused: %s: %s |", e.Construct, e.Reason)
			default:
				require.NoError(t, err, "%s on %s", c.name, d)
				if emulated {
					b.WriteString(" emulated |")
				} else {
					b.WriteString(" yes |")
				}
			}
		}
		b.WriteString("\n")
	}
	const file = "../engine/dialect/SUPPORT.md"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String(), "run go test -update and look at the difference")
}
