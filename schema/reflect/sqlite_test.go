package reflect_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/reflect"
)

func TestLoadSQLite(t *testing.T) {
	for name, c := range map[string]struct {
		ddl     string
		want    string
		skipped []string
	}{
		"nothing": {ddl: "SELECT 1", want: ""},
		"a rowid alias": {
			ddl: "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b INT NOT NULL, c NOT NULL ON CONFLICT REPLACE)",
			want: `
table a
  id big_integer not null
  b big_integer not null
  c unknown not null
  primary key (id)
`},
		"a primary key that SQLite lets be NULL": {
			ddl:  "CREATE TABLE a (code VARCHAR(3) PRIMARY KEY)",
			want: "\ntable a\n  code string(3) not null\n  primary key (code)\n",
		},
		"no key": {ddl: "CREATE TABLE a (x)", want: "\ntable a\n  x unknown\n"},
		"keys of several columns": {
			ddl: `CREATE TABLE in_order (x, y INT, z INT, PRIMARY KEY (y, z));
				CREATE TABLE own_order (x INT, y, z INT, PRIMARY KEY (z, x)) WITHOUT ROWID;`,
			want: `
table in_order
  x unknown
  y big_integer not null
  z big_integer not null
  primary key (y, z)
table own_order
  x big_integer not null
  y unknown
  z big_integer not null
  primary key (z, x)
`},
		"unique constraints, and indexes that are none": {
			ddl: `CREATE TABLE a (id TEXT PRIMARY KEY UNIQUE, b INT UNIQUE, c INT, d INT UNIQUE, UNIQUE (d, c), UNIQUE (c, b));
				CREATE UNIQUE INDEX i ON a (c); CREATE UNIQUE INDEX partial ON a (c) WHERE c > 0;
				CREATE UNIQUE INDEX of_expression ON a (c + 1); CREATE INDEX plain ON a (b, c);`,
			want: `
table a
  id text not null
  b big_integer
  c big_integer
  d big_integer
  primary key (id)
  unique (b)
  unique (d)
  unique (d, c)
  unique (c, b)
`, skipped: []string{`table:a: index "of_expression" is more than a list of columns`}},
		"foreign keys": {
			ddl: `CREATE TABLE child (id INTEGER PRIMARY KEY, a INT REFERENCES parent (x), y INT, x INT, self INT REFERENCES child,
					FOREIGN KEY (y, x) REFERENCES parent (y, x) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
					FOREIGN KEY (x, y) REFERENCES parent);
				CREATE TABLE parent (x INT UNIQUE, y INT, PRIMARY KEY (y, x), UNIQUE (x, y));`,
			want: `
table child
  id big_integer not null
  a big_integer
  y big_integer
  x big_integer
  self big_integer
  primary key (id)
  child(a) -> parent(x)
  child(self) -> child(id)
  child(y, x) -> parent(y, x)
  child(x, y) -> parent(y, x)
table parent
  x big_integer not null
  y big_integer not null
  primary key (y, x)
  unique (x)
  unique (x, y)
`},
		"foreign keys in another case": {
			ddl: `CREATE TABLE "Größe" ("Id" INTEGER PRIMARY KEY, "Ä" INT UNIQUE);
				CREATE TABLE child (a INT REFERENCES "GRöSSE" ("ID"), b INT REFERENCES "gRöße" ("ID"), c INT REFERENCES "größe" ("Ä"),
					d INT REFERENCES "Größe" ("ä"), e INT, FOREIGN KEY (E) REFERENCES "GRöße");`,
			want: `
table Größe
  Id big_integer not null
  Ä big_integer
  primary key (Id)
  unique (Ä)
table child
  a big_integer
  b big_integer
  c big_integer
  d big_integer
  e big_integer
  child(b) -> Größe(Id)
  child(c) -> Größe(Ä)
  child(e) -> Größe(Id)
`,
			skipped: []string{
				`table:child: foreign key ["a"]: no table "GRöSSE" is loaded`,
				`table:child: foreign key ["d"]: "Größe" has no columns ["ä"]`,
			},
		},
		"foreign keys that cannot be": {
			ddl: `CREATE TABLE child (id INTEGER PRIMARY KEY, a INT REFERENCES missing, b INT REFERENCES child (missing), c INT REFERENCES pair,
					d INT REFERENCES heap, e JSON REFERENCES child (id), f INT REFERENCES child);
				CREATE TABLE pair (x, y, PRIMARY KEY (x, y));
				CREATE TABLE heap (x);`,
			want: `
table child
  id big_integer not null
  a big_integer
  b big_integer
  c big_integer
  d big_integer
  e json
  f big_integer
  primary key (id)
  child(f) -> child(id)
table heap
  x unknown
table pair
  x unknown not null
  y unknown not null
  primary key (x, y)
`,
			skipped: []string{
				`table:child: foreign key ["a"]: no table "missing" is loaded`,
				`table:child: foreign key ["b"]: "child" has no columns ["missing"]`,
				`table:child: foreign key ["c"]: 1 columns refer to 2 of "pair"`,
				`table:child: foreign key ["d"]: 1 columns refer to 0 of "heap"`,
				`table:child: foreign key ["e"]: json does not compare with big_integer`,
			},
		},
		"generated columns": {
			ddl: `CREATE TABLE a (x INT, y INT GENERATED ALWAYS AS (x + 1), z TEXT AS (x || '') STORED NOT NULL, w AS (x))`,
			want: `
table a
  x big_integer
  y big_integer
  z text not null
  w unknown
`},
		"views": {
			ddl: `CREATE TABLE a (id INTEGER PRIMARY KEY, d DECIMAL(10,2) NOT NULL);
				CREATE VIEW v AS SELECT id, d, d || '', 1 AS one, id FROM a;
				CREATE VIEW w (x) AS SELECT "d" FROM v;`,
			want: `
table a
  id big_integer not null
  d numeric(10,2) not null
  primary key (id)
view v
  id big_integer
  d numeric(10,2)
  d || '' unknown
  one unknown
  id:1 big_integer
view w
  x numeric(10,2)
`},
		"views that are broken": {
			ddl: `CREATE VIEW a AS SELECT 1 AS x;
				CREATE VIEW b AS SELECT * FROM missing;
				CREATE VIEW c AS SELECT x FROM a;
				CREATE VIEW d AS SELECT * FROM d;`,
			want: `
view a
  x unknown
view c
  x unknown
`,
			skipped: []string{
				"table:b: SQL logic error: no such table: main.missing (1)",
				"table:d: SQL logic error: view d is circularly defined (1)",
			},
		},
		"virtual tables": {
			ddl: `CREATE VIRTUAL TABLE docs USING fts5(title, body, author UNINDEXED);
				CREATE TABLE docs_data_of_mine (x);
				CREATE VIRTUAL TABLE boxes USING rtree(id, minx, maxx, +note TEXT);`,
			want: `
table boxes
  id big_integer
  minx double
  maxx double
  note unknown
table docs
  title unknown
  body unknown
  author unknown
table docs_data_of_mine
  x unknown
`},
		"a virtual table whose module is gone": {
			ddl: `CREATE TABLE a (x);
				PRAGMA writable_schema = on;
				INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql)
					VALUES ('table', 'lost', 'lost', 0, 'CREATE VIRTUAL TABLE lost USING nowhere(x)');
				PRAGMA writable_schema = reset;`,
			want:    "\ntable a\n  x unknown\n",
			skipped: []string{"table:lost: SQL logic error: no such module: nowhere (1)"},
		},
		"tables of SQLite's own": {
			ddl: `CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, x INT);
				CREATE INDEX i ON a (x); INSERT INTO a (x) VALUES (1); ANALYZE;
				CREATE TABLE sqlitex (y); CREATE TABLE "sqlite" (z);`,
			want: `
table a
  id big_integer not null
  x big_integer
  primary key (id)
table sqlite
  z unknown
table sqlitex
  y unknown
`},
		"tables of a connection's own": {
			ddl: `CREATE TABLE a (x INT UNIQUE REFERENCES a); CREATE VIEW w AS SELECT x FROM a;
				CREATE TEMP TABLE a (other); CREATE TEMP TABLE b (y); CREATE TEMP VIEW w AS SELECT 1 AS other;
				ATTACH ':memory:' AS more; CREATE TABLE more.c (z); CREATE TABLE more.a (other PRIMARY KEY);`,
			want: `
table a
  x big_integer
  unique (x)
view w
  x big_integer
`,
			skipped: []string{`table:a: foreign key ["x"]: 1 columns refer to 0 of "a"`},
		},
		"strict tables": {
			ddl: `CREATE TABLE a (i INT, j INTEGER, r REAL, t TEXT, b BLOB, x ANY) STRICT`,
			want: `
table a
  i big_integer
  j big_integer
  r double
  t text
  b large_binary
  x unknown
`},
		"a table made of a query": {
			ddl: `CREATE TABLE a (i INT, r DOUBLE, t VARCHAR(5), n DECIMAL(5,1), b BLOB); CREATE TABLE copy AS SELECT * FROM a`,
			want: `
table a
  i big_integer
  r double
  t string(5)
  n numeric(5,1)
  b large_binary
table copy
  i big_integer
  r double
  t text
  n numeric
  b unknown
`},
		"names that are empty": {
			ddl: `CREATE TABLE "" (x);
				CREATE TABLE a ("" INT UNIQUE, x INT REFERENCES "", y INT REFERENCES a (""), PRIMARY KEY ("", x), UNIQUE ("", y), UNIQUE (x));
				CREATE TABLE b ("" INT REFERENCES a (x));`,
			want: `
table a
  x big_integer
  y big_integer
  unique (x)
table b
`,
			skipped: []string{
				"table:: the name is empty",
				"column:a.: the name is empty",
				"column:b.: the name is empty",
				`table:a: foreign key ["x"]: no table "" is loaded`,
				`table:a: foreign key ["y"]: "a" has no columns [""]`,
				`table:b: foreign key [""]: not all its columns are loaded`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var skipped []string
			meta := load(t, open(t, c.ddl), reflect.Skipped(func(e *schema.Error) {
				skipped = append(skipped, strings.TrimPrefix(e.Error(), "schema: "))
			}))
			assert.Equal(t, strings.TrimPrefix(c.want, "\n"), describe(meta))
			assert.Equal(t, c.skipped, skipped)
		})
	}
}

func TestSQLiteTypes(t *testing.T) {
	types := []struct {
		declared string
		want     schema.Type
	}{
		{"", schema.Unknown},
		{"INT", schema.BigInteger}, {"INTEGER", schema.BigInteger}, {"BIGINT", schema.BigInteger}, {"int8", schema.BigInteger},
		{"UNSIGNED BIG INT", schema.BigInteger}, {"INT(11)", schema.BigInteger}, {"MEDIUMINT UNSIGNED", schema.BigInteger},
		{"BIGSERIAL", schema.BigInteger},
		{"SMALLINT", schema.SmallInteger}, {"TinyInt", schema.SmallInteger}, {"TINYINT(1)", schema.SmallInteger},
		{"NUMERIC", schema.Numeric(0, 0)}, {"NUMERIC(10,2)", schema.Numeric(10, 2)}, {"decimal ( 10 , 2 )", schema.Numeric(10, 2)},
		{"DECIMAL(8)", schema.Numeric(8, 0)}, {"NUMBER(5,0)", schema.Numeric(5, 0)}, {"MONEY", schema.Numeric(0, 0)},
		{"DECIMAL(10,-2)", schema.Numeric(0, 0)}, {"DECIMAL(0,2)", schema.Numeric(0, 0)}, {"DECIMAL(10,70000)", schema.Numeric(0, 0)},
		{"DECIMAL(1e3)", schema.Numeric(0, 0)}, {"DECIMAL(99999999999,2)", schema.Numeric(0, 0)},
		{"VARCHAR(50)", schema.String(50)}, {"varchar", schema.String(0)}, {"NVARCHAR(10)", schema.String(10)},
		{"CHAR(2)", schema.String(2)}, {"NCHAR(2)", schema.String(2)}, {"CHARACTER(2)", schema.String(2)},
		{"CHARACTER VARYING(7)", schema.String(7)}, {"character\n\tvarying  (7)", schema.String(7)},
		{"NATIVE CHARACTER(70)", schema.String(70)}, {"VARYING CHARACTER(255)", schema.String(255)},
		{"VARCHAR(-1)", schema.String(0)}, {"VARCHAR(+5)", schema.String(0)}, {"VARCHAR(4294967296)", schema.String(0)},
		{"TEXT", schema.Text}, {"TEXT(100)", schema.Text}, {"CLOB", schema.Text}, {"LONGTEXT", schema.Text}, {"CITEXT", schema.Text},
		{"BOOLEAN", schema.Boolean}, {"bool", schema.Boolean},
		{"DATE", schema.Date}, {"TIME", schema.Time}, {"TIME(6)", schema.Time}, {"time without time zone", schema.Time},
		{"DATETIME", schema.DateTime}, {"TIMESTAMP", schema.DateTime}, {"TIMESTAMP WITHOUT TIME ZONE", schema.DateTime},
		{"TIMESTAMP WITH TIME ZONE", schema.DateTimeTZ}, {"timestamptz", schema.DateTimeTZ}, {"TIMESTAMPTZ(3)", schema.DateTimeTZ},
		{"REAL", schema.Double}, {"FLOAT", schema.Double}, {"FLOAT(24)", schema.Double}, {"DOUBLE", schema.Double},
		{"DOUBLE PRECISION", schema.Double}, {"double\tprecision", schema.Double}, {"FLOAT8", schema.Double},
		{"BLOB", schema.LargeBinary}, {"BINARY(16)", schema.LargeBinary}, {"VARBINARY(16)", schema.LargeBinary},
		{"LONGBLOB", schema.LargeBinary}, {"BYTEA", schema.LargeBinary},
		{"JSON", schema.JSON}, {"JSONB", schema.JSON}, {"UUID", schema.UUID}, {"uniqueidentifier", schema.UUID},
		// SQLite's own rules, with their surprises: INT is found in POINT.
		{"FLOATING POINT", schema.BigInteger}, {"CHARINT", schema.BigInteger}, {"DOUBLE BLOB", schema.LargeBinary},
		{"TEXTUAL BLOB", schema.Text}, {"REAL CLOB", schema.Text},
		{"STRING", schema.Unknown}, {"GEOMETRY", schema.Unknown}, {"ANY", schema.Unknown},
	}
	var ddl []string
	for i, c := range types {
		ddl = append(ddl, fmt.Sprintf("c%d %s", i, c.declared))
	}
	columns := load(t, open(t, "CREATE TABLE a ("+strings.Join(ddl, ",\n")+")")).Lookup("a").Columns()
	require.Len(t, columns, len(types))
	for i, c := range types {
		assert.Equal(t, c.want, columns[i].Type(), "%q is %s, not %s", c.declared, columns[i].Type(), c.want)
	}
}

// A declared type is any text at all if it is quoted.
func TestSQLiteTypesAreAnyText(t *testing.T) {
	for declared, want := range map[string]schema.Type{
		"varchar(":                    schema.String(0),
		"varchar(10":                  schema.String(10),
		"varchar)10(":                 schema.Text,
		"numeric(,)":                  schema.Numeric(0, 0),
		"numeric(1,2,3)":              schema.Numeric(0, 0),
		"((((":                        schema.Unknown,
		"🤷":                           schema.Unknown,
		"ıNT":                         schema.Unknown, // no ASCII letter, though it is one in upper case
		"timestamp(6) with time zone": schema.DateTimeTZ,
	} {
		db := open(t, `CREATE TABLE a (x "`+declared+`")`)
		assert.Equal(t, want.String(), load(t, db).Lookup("a").Lookup("x").Type().String(), "%q", declared)
	}
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func TestLoadSQLiteHostileNames(t *testing.T) {
	data, err := os.ReadFile(corpusFile(t, "hostile/strings/blns.json"))
	require.NoError(t, err)
	var all []string
	require.NoError(t, json.Unmarshal(data, &all))
	hostileNames(t, all)
}

// The corpus may be absent; these never are.
func TestLoadSQLiteOddNames(t *testing.T) {
	hostileNames(t, []string{
		`"`, `'`, "`", "[", "]", `a"b`, "a.b", "a:b", ".", ":", " ", "a b", "\n", "a\r\nb", "\t", ";", "--", "/*", "%", "_", "?1", ":a", "@a", "$a",
		"select", "main", "temp", "rowid", "é", "É", "🤷‍♀️", "\u202e", "\ufeff", "x'; DROP TABLE a; --", strings.Repeat("x", 5000),
	})
}

// hostileNames makes a table and a column of each name, with keys, and wants
// each back as it was.
func hostileNames(t *testing.T, all []string) {
	seen := map[string]bool{}
	var list []string
	for _, name := range all {
		folded := strings.Map(func(r rune) rune { // as SQLite compares names
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			return r
		}, name)
		if name == "" || strings.Contains(name, "\x00") || strings.HasPrefix(folded, "sqlite_") || seen[folded] {
			continue
		}
		seen[folded] = true
		list = append(list, name)
	}
	db := open(t)
	defs, quoted := make([]string, len(list)), make([]string, len(list))
	for i, name := range list {
		quoted[i] = quote(name)
		defs[i] = quoted[i] + " INT UNIQUE"
	}
	const wide = "every column of them"
	_, err := db.Exec("CREATE TABLE " + quote(wide) + " (" + strings.Join(defs, ", ") + ")")
	require.NoError(t, err)
	for i, name := range list {
		other := list[(i+1)%len(list)]
		_, err := db.Exec(fmt.Sprintf("CREATE TABLE %[1]s (%[1]s INTEGER PRIMARY KEY, %[2]s INT UNIQUE REFERENCES %[2]s (%[2]s))", quote(name), quote(other)))
		require.NoError(t, err, "%q", name)
	}
	_, err = db.Exec("CREATE VIEW " + quote("view: "+list[0]) + " (" + strings.Join(quoted, ", ") + ") AS SELECT * FROM " + quote(wide))
	require.NoError(t, err)

	meta := load(t, db, reflect.Skipped(func(e *schema.Error) { t.Error(e) }))
	require.Len(t, meta.Tables(), len(list)+2)
	assert.Equal(t, list, meta.Lookup(wide).ColumnNames())
	ofView := slices.Clone(list)
	for i, name := range ofView {
		if name == "true" || name == "false" { // SQLite has a name of its own for these in views
			ofView[i] = fmt.Sprintf("column%d", i+1)
		}
	}
	assert.Equal(t, ofView, meta.Lookup("view: "+list[0]).ColumnNames())
	require.Len(t, meta.Lookup(wide).UniqueKeys(), len(list))
	for i, u := range meta.Lookup(wide).UniqueKeys() {
		assert.Equal(t, list[i], u[0].Name())
	}
	for i, name := range list {
		other := list[(i+1)%len(list)]
		table := meta.Lookup(name)
		require.NotNil(t, table, "no table %q", name)
		assert.Equal(t, []string{name, other}, table.ColumnNames())
		assert.Equal(t, []*schema.Column{table.Lookup(name)}, table.PrimaryKey())
		assert.Equal(t, [][]*schema.Column{{table.Lookup(other)}}, table.UniqueKeys())
		if keys := table.ForeignKeys(); assert.Len(t, keys, 1) {
			assert.Same(t, meta.Lookup(other), keys[0].Referred())
			assert.Equal(t, []*schema.Column{meta.Lookup(other).Lookup(other)}, keys[0].ReferredColumns())
		}
	}
}

func TestLoadSQLiteChinook(t *testing.T) {
	f, err := os.Open(corpusFile(t, "chinook/chinook_sqlite.sql.gz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	script, err := io.ReadAll(z)
	require.NoError(t, err)
	db := open(t, string(script))

	meta := load(t, db, reflect.Skipped(func(e *schema.Error) { t.Error(e) }))
	want := map[string]struct {
		columns    int
		primaryKey []string
		foreign    []string
	}{
		"album":        {3, []string{"album_id"}, []string{"album(artist_id) -> artist(artist_id)"}},
		"artist":       {2, []string{"artist_id"}, nil},
		"customer":     {13, []string{"customer_id"}, []string{"customer(support_rep_id) -> employee(employee_id)"}},
		"employee":     {15, []string{"employee_id"}, []string{"employee(reports_to) -> employee(employee_id)"}},
		"genre":        {2, []string{"genre_id"}, nil},
		"invoice":      {9, []string{"invoice_id"}, []string{"invoice(customer_id) -> customer(customer_id)"}},
		"invoice_line": {5, []string{"invoice_line_id"}, []string{"invoice_line(invoice_id) -> invoice(invoice_id)", "invoice_line(track_id) -> track(track_id)"}},
		"media_type":   {2, []string{"media_type_id"}, nil},
		"playlist":     {2, []string{"playlist_id"}, nil},
		"playlist_track": {2, []string{"playlist_id", "track_id"},
			[]string{"playlist_track(playlist_id) -> playlist(playlist_id)", "playlist_track(track_id) -> track(track_id)"}},
		"track": {9, []string{"track_id"},
			[]string{"track(album_id) -> album(album_id)", "track(genre_id) -> genre(genre_id)", "track(media_type_id) -> media_type(media_type_id)"}},
	}
	require.Len(t, meta.Tables(), 11)
	for _, table := range meta.Tables() {
		w, ok := want[table.String()]
		require.True(t, ok, "%s came from nowhere", table)
		assert.Len(t, table.Columns(), w.columns, table)
		var key, foreign []string
		for _, c := range table.PrimaryKey() {
			key = append(key, c.Name())
			assert.False(t, c.Nullable(), c)
			assert.Equal(t, schema.BigInteger, c.Type(), c)
		}
		for _, k := range table.ForeignKeys() {
			foreign = append(foreign, k.String())
		}
		assert.Equal(t, w.primaryKey, key, table)
		assert.Equal(t, w.foreign, foreign, table)
	}
	for name, w := range map[string]struct {
		typ      schema.Type
		nullable bool
	}{
		"name": {schema.Text, false}, "composer": {schema.Text, true}, "bytes": {schema.BigInteger, true}, "unit_price": {schema.Double, false},
	} {
		c := meta.Lookup("track").Lookup(name)
		assert.Equal(t, w.typ, c.Type(), name)
		assert.Equal(t, w.nullable, c.Nullable(), name)
	}
}
