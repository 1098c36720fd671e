package reflect_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/reflect"
)

// open makes a SQLite database in memory. It has one connection, so that a Load
// that asks one thing while it reads another would stand still.
func open(t *testing.T, ddl ...string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	for _, s := range ddl {
		_, err := db.Exec(s)
		require.NoError(t, err, "%s", s)
	}
	return db
}

// load reads db and freezes what came, which must never fail: a host cannot
// mend a database before it may look at it.
func load(t *testing.T, db reflect.Queryer, options ...reflect.Option) *schema.MetaData {
	t.Helper()
	meta := schema.NewMetaData()
	require.NoError(t, reflect.Load(t.Context(), db, dialect.SQLite, meta, options...))
	require.NoError(t, meta.Freeze())
	return meta
}

// describe writes all that is known, one line a thing.
func describe(meta *schema.MetaData) string {
	var b strings.Builder
	list := func(columns []*schema.Column) string {
		names := make([]string, len(columns))
		for i, c := range columns {
			names[i] = c.Name()
		}
		return strings.Join(names, ", ")
	}
	for _, t := range meta.Tables() {
		kind := "table"
		if t.IsView() {
			kind = "view"
		}
		fmt.Fprintf(&b, "%s %s\n", kind, t)
		for _, c := range t.Columns() {
			fmt.Fprintf(&b, "  %s %s", c.Name(), c.Type())
			if !c.Nullable() {
				b.WriteString(" not null")
			}
			b.WriteString("\n")
		}
		if key := t.PrimaryKey(); key != nil {
			fmt.Fprintf(&b, "  primary key (%s)\n", list(key))
		}
		for _, u := range t.UniqueKeys() {
			fmt.Fprintf(&b, "  unique (%s)\n", list(u))
		}
		for _, k := range t.ForeignKeys() {
			fmt.Fprintf(&b, "  %s\n", k)
		}
	}
	return b.String()
}

// corpusFile returns the path of a file of the corpus that is kept beside the
// repository. Where it is absent the test is skipped, or fails if
// SQLSER_TEST_REQUIRE is 1.
func corpusFile(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(dir)
		require.NotEqual(t, dir, parent, "no go.mod above the test")
		dir = parent
	}
	path := filepath.Join(dir, "..", "shared", "corpus", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("SQLSER_TEST_REQUIRE") == "1" {
			t.Fatalf("SQLSER_TEST_REQUIRE is set, and the corpus has no %s: %v", name, err)
		}
		t.Skipf("the corpus has no %s", name)
	}
	return path
}

func TestLoadRefusesOtherDialects(t *testing.T) {
	err := reflect.Load(t.Context(), open(t), new(dialect.Dialect), schema.NewMetaData())
	var unsupported *reflect.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	assert.Equal(t, "", unsupported.Dialect)
	for _, d := range []*dialect.Dialect{dialect.Postgres, dialect.MySQL, dialect.MariaDB} { // asked of SQLite
		meta := schema.NewMetaData()
		require.ErrorContains(t, reflect.Load(t.Context(), open(t), d, meta), "read the "+d.Name()+" schema")
		assert.Empty(t, meta.Tables())
	}
}

func TestLoadRefusesFrozenMetaData(t *testing.T) {
	meta := schema.NewMetaData()
	require.NoError(t, meta.Freeze())
	err := reflect.Load(t.Context(), open(t, "CREATE TABLE a (id)"), dialect.SQLite, meta)
	var e *schema.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, schema.CodeFrozen, e.Code)
	assert.NoError(t, meta.Freeze(), "Load touched it")
}

func TestLoadDoesNotFreeze(t *testing.T) {
	db := open(t, "CREATE TABLE a (id INTEGER PRIMARY KEY)")
	meta := schema.NewMetaData()
	require.NoError(t, reflect.Load(t.Context(), db, dialect.SQLite, meta))
	assert.False(t, meta.Frozen())
	meta.Table("more", schema.NewColumn("a_id", schema.BigInteger, schema.References("a", "id")))
	require.NoError(t, meta.Freeze())
	assert.Equal(t, "table a\n  id big_integer not null\n  primary key (id)\n"+
		"table more\n  a_id big_integer\n  more(a_id) -> a(id)\n", describe(meta))

	// What meta has already is reported by Freeze, like any table declared twice.
	twice := schema.NewMetaData()
	twice.Table("a")
	require.NoError(t, reflect.Load(t.Context(), db, dialect.SQLite, twice))
	assert.ErrorContains(t, twice.Freeze(), "declared twice")
}

func TestLoadByConnectionAndTransaction(t *testing.T) {
	db := open(t,
		"CREATE TABLE a (id INTEGER PRIMARY KEY, b UNIQUE REFERENCES a)",
		"CREATE VIEW v AS SELECT id FROM a", "CREATE VIEW broken AS SELECT * FROM missing")
	want := describe(load(t, db))
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	assert.Equal(t, want, describe(load(t, conn)))
	require.NoError(t, conn.Close())
	tx, err := db.Begin()
	require.NoError(t, err)
	_, err = tx.Exec("CREATE TABLE seen_by_the_transaction (x)")
	require.NoError(t, err)
	assert.Equal(t, want, strings.Replace(describe(load(t, tx)), "table seen_by_the_transaction\n  x unknown\n", "", 1))
	assert.NotNil(t, load(t, tx).Lookup("seen_by_the_transaction"))
	require.NoError(t, tx.Rollback())
}

func TestLoadFails(t *testing.T) {
	closed := open(t)
	require.NoError(t, closed.Close())
	meta := schema.NewMetaData()
	err := reflect.Load(t.Context(), closed, dialect.SQLite, meta)
	assert.ErrorContains(t, err, "reflect: read the sqlite schema: ")
	assert.Empty(t, meta.Tables())

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = reflect.Load(ctx, open(t, "CREATE TABLE a (id)"), dialect.SQLite, meta)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, meta.Tables())
}

// failing lets some queries pass, then fails for two, then is well again.
type failing struct {
	db   *sql.DB
	left int
}

var errGone = errors.New("the connection is gone")

func (f *failing) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if f.left--; f.left == -1 || f.left == -2 {
		return nil, errGone
	}
	return f.db.QueryContext(ctx, query, args...)
}

// A lost connection must be an error at whatever query it is lost, and not a
// view less.
func TestLoadLosesItsConnection(t *testing.T) {
	db := open(t, "CREATE TABLE a (id)", "CREATE VIEW v AS SELECT id FROM a", "CREATE VIEW w AS SELECT id FROM a")
	failed := 0
	for {
		meta := schema.NewMetaData()
		err := reflect.Load(t.Context(), &failing{db, failed}, dialect.SQLite, meta)
		if err == nil {
			assert.Len(t, meta.Tables(), 3)
			break
		}
		require.ErrorIs(t, err, errGone)
		require.Empty(t, meta.Tables())
		failed++
	}
	assert.Equal(t, 8, failed, "six queries and one for each view")
}

func TestOnly(t *testing.T) {
	db := open(t,
		"CREATE TABLE a (id INTEGER PRIMARY KEY, b_id REFERENCES b, c_id REFERENCES c)",
		"CREATE TABLE b (id INTEGER PRIMARY KEY)", "CREATE TABLE c (id INTEGER PRIMARY KEY)",
		"CREATE VIEW v AS SELECT 1 AS x", "CREATE VIEW broken AS SELECT * FROM missing")
	var skipped []string
	meta := load(t, db, reflect.Only("v", "a"), reflect.Only("c"),
		reflect.Skipped(func(e *schema.Error) { skipped = append(skipped, e.Error()) }))
	assert.Equal(t, "table a\n  id big_integer not null\n  b_id unknown\n  c_id unknown\n  primary key (id)\n  a(c_id) -> c(id)\n"+
		"table c\n  id big_integer not null\n  primary key (id)\n"+
		"view v\n  x unknown\n", describe(meta))
	assert.Equal(t, []string{`schema: table:a: foreign key ["b_id"]: no table "b" is loaded`}, skipped)
	assert.Empty(t, load(t, db, reflect.Only()).Tables())
}

func TestTableAndColumnOptions(t *testing.T) {
	db := open(t,
		"CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, note TEXT)",
		"CREATE VIEW recent AS SELECT id, name FROM customers")
	meta := load(t, db,
		reflect.Table("customers", schema.StableID("T1")),
		reflect.Table("customers", schema.Formerly("clients")),
		reflect.Column("customers", "name", schema.StableID("C1"), schema.NotNull),
		reflect.Column("customers", "name", schema.Formerly("fullname")),
		reflect.Table("recent", schema.PrimaryKeyConstraint("id")),
		reflect.Column("recent", "id", schema.References("customers", "id")))
	assert.Equal(t, "table customers\n  id big_integer not null\n  name text not null\n  note text\n  primary key (id)\n"+
		"view recent\n  id big_integer not null\n  name text\n  primary key (id)\n  recent(id) -> customers(id)\n", describe(meta))
	for _, id := range []schema.ID{
		{Kind: schema.IDColumn, Table: []string{"clients"}, Name: "fullname"},
		{Kind: schema.IDColumn, Table: []string{"customers"}, Name: "whatever", Stable: "C1"},
	} {
		o, err := meta.Resolve(id)
		require.NoError(t, err)
		assert.Equal(t, "customers.name", o.String())
	}
	table, err := meta.ResolveTable([]string{"whatever"}, "T1")
	require.NoError(t, err)
	assert.Equal(t, "customers", table.Name())
}

// An option that finds nothing would be a stable id lost.
func TestOptionsMustFindTheirs(t *testing.T) {
	db := open(t, "CREATE TABLE customers (id, name)", "CREATE TABLE other (id)", "CREATE VIEW broken AS SELECT * FROM missing")
	for name, c := range map[string]struct {
		options []reflect.Option
		want    string
	}{
		"only": {
			[]reflect.Option{reflect.Only("customer", "other")},
			"reflect: schema: table:customer: an option names it, and it is not loaded",
		},
		"only in another case": {
			[]reflect.Option{reflect.Only("Customers", "customers")},
			`reflect: schema: table:Customers: an option names it, and it is not loaded; did you mean "customers"?`,
		},
		"a broken view": {
			[]reflect.Option{reflect.Only("broken")},
			"reflect: schema: table:broken: an option names it, and it is not loaded",
		},
		"a table that Only leaves out": {
			[]reflect.Option{reflect.Only("other"), reflect.Table("customers", schema.StableID("1"))},
			"reflect: schema: table:customers: an option names it, and it is not loaded",
		},
		"all at once": {
			[]reflect.Option{
				reflect.Table("zzzzzzz"),
				reflect.Column("customers", "nam"), reflect.Column("customers", "name"),
				reflect.Column("cutsomers", "name"), reflect.Column("cutsomers", "id"),
			},
			"reflect: schema: column:customers.nam: an option names it, and it is not loaded; did you mean \"name\"?\n" +
				"schema: table:cutsomers: an option names it, and it is not loaded; did you mean \"customers\"?\n" +
				"schema: table:zzzzzzz: an option names it, and it is not loaded",
		},
	} {
		t.Run(name, func(t *testing.T) {
			meta := schema.NewMetaData()
			err := reflect.Load(t.Context(), db, dialect.SQLite, meta, c.options...)
			require.EqualError(t, err, c.want)
			var e *schema.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, schema.CodeUnknown, e.Code)
			assert.Empty(t, meta.Tables())
		})
	}
}
