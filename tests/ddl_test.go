package tests

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/ddl"
	"github.com/sqlser/sqlser/schema/reflect"
	"github.com/sqlser/sqlser/tests/corpus"
	"github.com/sqlser/sqlser/tests/testdb"
)

// create makes the tables of metadata.
func create(t *testing.T, db *testdb.DB, meta *schema.MetaData) {
	t.Helper()
	statements, err := ddl.CreateAll(db.Dialect, meta)
	require.NoError(t, err)
	db.Script(t, statements...)
}

func schemaDifferences(a, b *schema.MetaData) (lines []string) {
	for _, d := range schema.Diff(a, b) {
		lines = append(lines, d.String())
	}
	return lines
}

// goods declares what all three databases hold: every type, and everything that
// is said of tables.
func goods(t *testing.T) *schema.MetaData {
	m := schema.NewMetaData()
	m.Table("orders", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey, schema.Identity(schema.IdentityOptions{})),
		schema.NewColumn("good", schema.Integer, schema.References("goods", "id"), schema.OnDelete(schema.Cascade)),
		schema.NewColumn("sold_at", schema.DateTime, schema.NotNull, schema.ServerDefault(schema.CurrentTimestamp)))
	m.Table("goods", schema.Comment("what's sold"),
		schema.NewColumn("id", schema.Integer, schema.PrimaryKey),
		schema.NewColumn("best_order", schema.BigInteger, schema.References("orders", "id"), schema.OnDelete(schema.SetNull), schema.OnUpdate(schema.Cascade)),
		schema.NewColumn("bo", schema.Boolean, schema.NotNull, schema.ServerDefault(true)), schema.NewColumn("bo2", schema.Boolean, schema.ServerDefault(false)),
		schema.NewColumn("i2", schema.SmallInteger, schema.ServerDefault(-5)),
		schema.NewColumn("i4", schema.Integer, schema.ServerDefault(0), schema.Comment("a column's")),
		schema.NewColumn("i8", schema.BigInteger, schema.ServerDefault(int64(-1<<63))),
		schema.NewColumn("f4", schema.Float, schema.ServerDefault(1.5)), schema.NewColumn("f8", schema.Double, schema.ServerDefault(1e300)),
		schema.NewColumn("d", schema.Numeric(10, 2), schema.ServerDefault("-0.50")), schema.NewColumn("d0", schema.Numeric(0, 0)), schema.NewColumn("d1", schema.Numeric(7, 0)),
		schema.NewColumn("s", schema.String(20), schema.NotNull, schema.ServerDefault(`it's \ "x" ä😀`)), schema.NewColumn("s0", schema.String(0)),
		schema.NewColumn("t", schema.Text, schema.ServerDefault("")), schema.NewColumn("by", schema.LargeBinary, schema.ServerDefault([]byte("ab"))),
		schema.NewColumn("da", schema.Date, schema.ServerDefault("2024-02-29")), schema.NewColumn("da2", schema.Date, schema.ServerDefault(schema.CurrentTimestamp)),
		schema.NewColumn("ti", schema.Time, schema.ServerDefault("13:45:00.000001")), schema.NewColumn("ti2", schema.Time, schema.ServerDefault(schema.CurrentTimestamp)),
		schema.NewColumn("dt", schema.DateTime, schema.ServerDefault("2024-02-29 13:45:00")),
		schema.NewColumn("tz", schema.DateTimeTZ, schema.ServerDefault(schema.CurrentTimestamp)), schema.NewColumn("tz2", schema.DateTimeTZ, schema.ServerDefault("2024-02-29 13:45:00Z")),
		schema.NewColumn("js", schema.JSON, schema.ServerDefault(`{"a": [1]}`)), schema.NewColumn("u", schema.UUID, schema.ServerDefault("0f6d7a38-9a53-4c2e-8c3c-2f8f3a1d5b7e")),
		schema.NewColumn("m", schema.Enum("", `a\b`, "it's", "ä"), schema.ServerDefault("it's")), schema.NewColumn("mood", schema.Enum("mood", "happy", "so-so"), schema.ServerDefault("happy")),
		schema.NewColumn("odd \"na`me", schema.Integer),
		schema.NewColumn("g", schema.Integer, schema.Computed(func(t *schema.Table) schema.Clause { return expr.Table(t).C("i4").Mul(-2).Add(1) }, true)),
		schema.CheckConstraint("positive", func(t *schema.Table) schema.Clause {
			a := expr.Table(t)
			return a.C("d").Gt(-100).And(a.C("s").Ne(`no \ such`)).Or(a.C("s").StartsWith("100%"))
		}),
		schema.UniqueConstraint("i2", "s"), schema.NewIndex("ix_goods", "i4", "s"))
	m.Table("both", schema.NewColumn("x", schema.Integer), schema.NewColumn("y", schema.Integer), schema.PrimaryKeyConstraint("y", "x"),
		schema.ForeignKeyConstraint("", []string{"x"}, []string{"goods"}, []string{"id"}))
	require.NoError(t, m.Freeze())
	return m
}

// TestDDLRoundTrip makes tables of metadata in Go and reflects them: the
// differences are those that the ddl package documents, and no others. Made anew
// of what was reflected, they are equal to it.
func TestDDLRoundTrip(t *testing.T) {
	lost := map[string][]string{
		"postgres": {
			`column:goods.m: type: enum("a\\b","it's","ä"), not text`,
			`table:goods: check "goods_m_check": none, not postgres SQL "(m = ANY (ARRAY['a\\b'::text, 'it''s'::text, 'ä'::text]))"`,
		},
		"mariadb": {
			"column:goods.d0: type: numeric, not numeric(65,30)",
			`column:goods.s: server default: "it's \\ \"x\" ä😀", not "it's \\ \"x\" ä?"`,
			"column:goods.s0: type: string, not text",
			"column:goods.tz: type: datetime_tz, not datetime",
			"column:goods.tz2: type: datetime_tz, not datetime",
			`column:goods.tz2: server default: "2024-02-29 13:45:00Z", not "2024-02-29 13:45:00"`,
			`column:goods.mood: type: enum "mood"("happy","so-so"), not enum("happy","so-so")`,
		},
		"sqlite": { // and integers, see below
			`table:goods: comment: "what's sold", not none`,
			`column:goods.i4: comment: "a column's", not none`,
			"column:goods.f4: type: float, not double",
			`column:goods.mood: type: enum "mood"("happy","so-so"), not enum("happy","so-so")`,
		},
	}
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		meta := goods(t)
		create(t, db, meta)
		got := load(t, db)
		require.Equal(t, lost[db.Name], slices.DeleteFunc(schemaDifferences(meta, got), func(line string) bool {
			return db.Name == "sqlite" && strings.HasSuffix(line, ": type: integer, not big_integer")
		}))

		again := testdb.Open(t, db.Name)
		create(t, again, got)
		require.Empty(t, schemaDifferences(got, load(t, again)))
		statements, err := ddl.DropAll(db.Dialect, got)
		require.NoError(t, err)
		again.Script(t, statements...)
		require.Empty(t, load(t, again).Tables())
		create(t, again, got) // types went as well

		statements, err = ddl.Create(db.Dialect, meta.Lookup("both"))
		require.NoError(t, err)
		drop, err := ddl.Drop(db.Dialect, meta.Lookup("both"))
		require.NoError(t, err)
		db.Script(t, append(drop, statements...)...)
		require.Empty(t, schemaDifferences(got, load(t, db)))
	})
}

// The defaults, the computed column and the check that were made do what they say.
func TestDDLWorks(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		create(t, db, goods(t))
		db.Script(t, "INSERT INTO goods (id) VALUES (7)", "UPDATE goods SET i4 = 5")
		var s, m, d string
		var g int
		require.NoError(t, db.QueryRow("SELECT s, m, d, g FROM goods").Scan(&s, &m, &d, &g))
		require.Equal(t, `it's \ "x" ä😀`, s)
		require.Equal(t, "it's", m)
		require.Contains(t, []string{"-0.50", "-0.5"}, d)
		require.Equal(t, -9, g)
		_, err := db.Exec("UPDATE goods SET d = -200")
		require.Error(t, err, "the check")
		db.Script(t, "UPDATE goods SET s = '100% of it', d = -200")
		_, err = db.Exec("UPDATE goods SET m = 'other'")
		require.Error(t, err, "the labels")
		db.Script(t, "INSERT INTO orders (good) VALUES (7)", "INSERT INTO orders (good) VALUES (7)", "UPDATE goods SET best_order = 2",
			"DELETE FROM goods")
		var n int
		require.NoError(t, db.QueryRow("SELECT count(*) FROM orders").Scan(&n))
		require.Zero(t, n, "ON DELETE CASCADE")
	})
}

// chinook makes the tables of Chinook by the database's own script; their rows, and
// what makes and enters databases, are left out.
func chinook(t *testing.T, db *testdb.DB) {
	t.Helper()
	file := map[string]string{"sqlite": "chinook_sqlite.sql.gz", "postgres": "chinook_postgres.sql.gz", "mariadb": "chinook_mysql.sql.gz"}[db.Name]
	var statement strings.Builder
	rows := false
	for line := range strings.Lines(string(corpus.Read(t, "chinook", file))) {
		line = strings.ReplaceAll(strings.TrimPrefix(line, "\ufeff"), "public.", "")
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, "COPY "):
			rows = true
		case trimmed == `\.`:
			rows = false
		case rows || statement.Len() == 0 && !strings.HasPrefix(trimmed, "CREATE ") && !strings.HasPrefix(trimmed, "ALTER ") || strings.HasPrefix(trimmed, "CREATE DATABASE"):
		default:
			if statement.WriteString(line); strings.HasSuffix(trimmed, ";") {
				db.Script(t, statement.String())
				statement.Reset()
			}
		}
	}
}

// tpchByHand makes the tables of TPC-H.
func tpchByHand(t *testing.T, db *testdb.DB) {
	t.Helper()
	for _, file := range []string{"schema.sql", "indexes.sql"} {
		var text strings.Builder
		for line := range strings.Lines(string(corpus.Read(t, "tpch", file))) {
			if !strings.HasPrefix(line, "--") {
				text.WriteString(line)
			}
		}
		for statement := range strings.SplitSeq(text.String(), ";") {
			if strings.TrimSpace(statement) != "" {
				db.Script(t, statement)
			}
		}
	}
}

// TestDDLOfCorpora reflects Chinook and TPC-H as each database has them, makes
// them anew in an empty one of the same kind, equal, and in those of the other
// kinds, with the differences of types and names that these have.
func TestDDLOfCorpora(t *testing.T) {
	for name, fill := range map[string]func(*testing.T, *testdb.DB){"chinook": chinook, "tpch": tpchByHand} {
		t.Run(name, func(t *testing.T) {
			testdb.Each(t, func(t *testing.T, db *testdb.DB) {
				fill(t, db)
				meta := load(t, db, reflect.Skipped(func(e *schema.Error) { t.Error(e) }))
				require.Len(t, meta.Tables(), map[string]int{"chinook": 11, "tpch": 8}[name])
				testdb.Each(t, func(t *testing.T, to *testdb.DB) {
					create(t, to, meta)
					got := load(t, to)
					lines := schemaDifferences(meta, got)
					if to.Name == db.Name {
						require.Empty(t, lines)
						return
					}
					for _, line := range lines {
						require.True(t, slices.ContainsFunc(apart, func(part string) bool { return strings.Contains(line, part) }), line)
					}
					// And back again: what it has become stays.
					third := testdb.Open(t, db.Name)
					create(t, third, got)
					for _, line := range schemaDifferences(got, load(t, third)) {
						require.True(t, slices.ContainsFunc(apart, func(part string) bool { return strings.Contains(line, part) }), line)
					}
				})
			})
		})
	}
}

// apart are the differences that one kind of database makes of another's.
var apart = []string{
	": type: integer, not big_integer",
}

// TestDDLOfSchemas makes tables in two schemas, and enums of one name in both, from
// nothing, and reads them back.
func TestDDLOfSchemas(t *testing.T) {
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			other := testdb.Open(t, name)
			var there string
			require.NoError(t, other.QueryRow(map[string]string{"postgres": "SELECT current_schema()", "mariadb": "SELECT database()"}[name]).Scan(&there))
			other.Script(t, "DROP SCHEMA "+there) // which its own end takes away again
			own := testdb.Open(t, name)
			meta := schema.NewMetaData()
			mood := schema.Enum("mood", "sad", "glad")
			if name == "mariadb" { // where they have no names
				mood = schema.Enum("", "sad", "glad")
			}
			meta.Table("a", schema.InSchema(there), schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("x", mood.InSchema(there), schema.ServerDefault("glad")))
			meta.Table("a", schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("x", mood), schema.NewColumn("y", mood.InSchema(there)),
				schema.ForeignKeyConstraint("fk", []string{"id"}, []string{there, "a"}, []string{"id"}))
			require.NoError(t, meta.Freeze())
			schemas, err := ddl.CreateSchemas(own.Dialect, meta)
			require.NoError(t, err)
			own.Script(t, append(schemas, schemas...)...) // the second time, it is there
			create(t, own, meta)
			got := load(t, own, reflect.Schemas(there))
			require.Empty(t, schemaDifferences(meta, got))

			a, b := expr.Table(meta.Lookup("a")), expr.Table(meta.Lookup(there, "a"))
			own.Script(t, "INSERT INTO "+there+".a (id) VALUES (1)", "INSERT INTO a VALUES (1, 'sad', 'glad')")
			sess := engine.New(own, own.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
			rows := rowsOf(t, sess, expr.Select(a.C("x"), b.C("x").Label("bx"), expr.Cast("sad", mood.InSchema(there)).Label("c")).
				Join(b, b.C("x").Eq(a.C("y")).And(b.C("x").Eq("glad"))), nil)
			require.Equal(t, []string{"sad|glad|sad"}, rows)
			drop, err := ddl.DropAll(own.Dialect, meta)
			require.NoError(t, err)
			own.Script(t, drop...)
			create(t, own, got)
			own.Script(t, drop...)
		})
	}
}
