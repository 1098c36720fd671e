package tests

import (
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/reflect"
	"github.com/sqlser/sqlser/tests/testdb"
)

// describe shows metadata in lines, in order of tables and columns.
func describe(m *schema.MetaData) string {
	var b strings.Builder
	dialects := []string{"sqlite", "postgres", "mariadb"}
	for _, t := range m.Tables() {
		kind := "table"
		if t.IsView() {
			kind = "view"
		}
		fmt.Fprintf(&b, "%s %s", kind, t)
		if t.Comment() != "" {
			fmt.Fprintf(&b, " comment %q", t.Comment())
		}
		b.WriteString("\n")
		for _, c := range t.Columns() {
			fmt.Fprintf(&b, "  %s %s", c.Name(), c.Type())
			if !c.Nullable() {
				b.WriteString(" not null")
			}
			if x := c.ServerDefault(); !x.IsZero() {
				fmt.Fprintf(&b, " default %s", x)
			}
			if x, stored := c.Computed(); !x.IsZero() {
				fmt.Fprintf(&b, " computed %s stored %t", x, stored)
			}
			if o, ok := c.Identity(); ok {
				fmt.Fprintf(&b, " identity %+v", o)
			}
			for _, d := range dialects {
				if _, words := c.TypeIn(d); words != "" {
					fmt.Fprintf(&b, " as %q", words)
				}
				if l := c.Collation(d); l != "" {
					fmt.Fprintf(&b, " collate %q", l)
				}
			}
			if c.Comment() != "" {
				fmt.Fprintf(&b, " comment %q", c.Comment())
			}
			b.WriteString("\n")
		}
		names := func(columns []*schema.Column) string {
			list := make([]string, len(columns))
			for i, c := range columns {
				list[i] = c.Name()
			}
			return strings.Join(list, ", ")
		}
		if k := t.PrimaryKey(); k != nil {
			fmt.Fprintf(&b, "  primary key (%s)\n", names(k))
		}
		var rest []string
		for _, k := range t.UniqueKeys() {
			rest = append(rest, fmt.Sprintf("  unique (%s)\n", names(k)))
		}
		for _, k := range t.ForeignKeys() {
			line := fmt.Sprintf("  foreign key %q %s", k.Name(), k)
			if k.OnDelete() != schema.NoAction || k.OnUpdate() != schema.NoAction {
				line += fmt.Sprintf(" on delete %s on update %s", k.OnDelete(), k.OnUpdate())
			}
			if can, initially := k.Deferrable(); can {
				line += fmt.Sprintf(" deferrable initially %t", initially)
			}
			rest = append(rest, line+"\n")
		}
		for _, i := range t.Indexes() {
			line := fmt.Sprintf("  index %q (%s) unique %t", i.Name(), names(i.Columns()), i.IsUnique())
			if !i.Where().IsZero() {
				line += " where " + i.Where().String()
			}
			rest = append(rest, line+"\n")
		}
		for _, k := range t.Checks() {
			rest = append(rest, fmt.Sprintf("  check %q %s\n", k.Name(), k.Condition()))
		}
		sort.Strings(rest)
		b.WriteString(strings.Join(rest, ""))
	}
	return b.String()
}

// load reflects a database and freezes the result.
func load(t *testing.T, db *testdb.DB, options ...reflect.Option) *schema.MetaData {
	t.Helper()
	meta := schema.NewMetaData()
	require.NoError(t, reflect.Load(t.Context(), db, db.Dialect, meta, options...))
	require.NoError(t, meta.Freeze())
	return meta
}

func TestReflectPostgres(t *testing.T) {
	db := testdb.Open(t, "postgres")
	db.Script(t,
		"CREATE TYPE mood AS ENUM ('happy', 'so''so')",
		"CREATE DOMAIN code AS VARCHAR(3) NOT NULL",
		`CREATE TABLE p (id BIGINT GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 2) PRIMARY KEY, n SERIAL, b BOOLEAN DEFAULT true NOT NULL,
			i2 SMALLINT DEFAULT -5, i4 INTEGER DEFAULT 0, f4 REAL DEFAULT 1.5, f8 DOUBLE PRECISION, d NUMERIC(10,2) DEFAULT -0.50, d0 NUMERIC, d1 NUMERIC(7),
			v VARCHAR(20) DEFAULT 'it''s \ x', v0 VARCHAR, ch CHAR(3), t TEXT COLLATE "C", by BYTEA DEFAULT '\x00ff', da DATE DEFAULT '2024-02-29',
			ti TIME, ts TIMESTAMP DEFAULT CURRENT_TIMESTAMP, ts3 TIMESTAMP(3), tz TIMESTAMPTZ DEFAULT now(), tz2 TIMESTAMPTZ DEFAULT '2024-02-29 12:00+00',
			iv INTERVAL, js JSON, jb JSONB DEFAULT '{"a": 1}', u UUID DEFAULT gen_random_uuid(), m mood DEFAULT 'happy', ms mood[], a INTEGER[], a2 NUMERIC(5,1)[][],
			c code, x INET, g INTEGER GENERATED ALWAYS AS (i4 + 1) STORED, nul TEXT DEFAULT NULL, "odd ""name" INTEGER,
			UNIQUE (v, i4), CHECK (i4 < 100), CONSTRAINT pos CHECK (d > -1 OR v = 'x'))`,
		"COMMENT ON TABLE p IS 'it''s a table'", "COMMENT ON COLUMN p.i4 IS 'a column'",
		"CREATE INDEX ix ON p (i4, v)", "CREATE UNIQUE INDEX ux ON p (da) WHERE b", "CREATE INDEX expr ON p (lower(v))", "CREATE INDEX down ON p (i4 DESC)",
		"CREATE INDEX gin ON p USING gin (jb)", "CREATE INDEX incl ON p (i4) INCLUDE (v)",
		`CREATE TABLE c (a BIGINT NOT NULL REFERENCES p ON DELETE CASCADE ON UPDATE SET NULL, b BIGINT CONSTRAINT fk_b REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED,
			PRIMARY KEY (b, a))`,
		"CREATE TABLE parts (id INTEGER, x INTEGER) PARTITION BY RANGE (id)", "CREATE TABLE parts1 PARTITION OF parts FOR VALUES FROM (0) TO (10)",
		"CREATE VIEW v AS SELECT id, d FROM p", "CREATE MATERIALIZED VIEW mv AS SELECT v FROM p",
	)
	var skipped []string
	meta := load(t, db, reflect.Skipped(func(e *schema.Error) { skipped = append(skipped, strings.TrimPrefix(e.Error(), "schema: ")) }))
	require.Equal(t, strings.TrimPrefix(`
table c
  a big_integer not null
  b big_integer not null
  primary key (b, a)
  foreign key "c_a_fkey" c(a) -> p(id) on delete CASCADE on update SET NULL
  foreign key "fk_b" c(b) -> p(id) deferrable initially true
view mv
  v string(20)
table p comment "it's a table"
  id big_integer not null identity {Always:true Start:5 Increment:2 MinValue:1 MaxValue:9223372036854775807 Cycle:false Cache:1}
  n integer not null identity {Always:false Start:1 Increment:1 MinValue:1 MaxValue:2147483647 Cycle:false Cache:1}
  b boolean not null default true
  i2 small_integer default -5
  i4 integer default 0 comment "a column"
  f4 float default 1.5
  f8 double
  d numeric(10,2) default "-0.50"
  d0 numeric
  d1 numeric(7)
  v string(20) default "it's \\ x"
  v0 string
  ch string(3) as "character(3)"
  t text collate "C"
  by large_binary default 0x00ff
  da date default "2024-02-29"
  ti time
  ts datetime default CURRENT_TIMESTAMP
  ts3 datetime as "timestamp(3) without time zone"
  tz datetime_tz default CURRENT_TIMESTAMP
  tz2 datetime_tz default "2024-02-29 12:00:00Z"
  iv interval
  js json as "json"
  jb json default "{\"a\":1}"
  u uuid default postgres SQL "gen_random_uuid()"
  m enum "mood"("happy","so'so") default "happy"
  ms enum "mood"("happy","so'so")[]
  a integer[]
  a2 numeric(5,1)[]
  c string(3) not null as "code"
  x unknown as "inet"
  g integer computed postgres SQL "(i4 + 1)" stored true
  nul text
  odd "name integer
  primary key (id)
  check "p_i4_check" postgres SQL "(i4 < 100)"
  check "pos" postgres SQL "((d > ('-1'::integer)::numeric) OR ((v)::text = 'x'::text))"
  index "ix" (i4, v) unique false
  index "ux" (da) unique true where postgres SQL "b"
  unique (v, i4)
table parts
  id integer
  x integer
view v
  id big_integer
  d numeric(10,2)
`, "\n"), describe(meta))
	require.Equal(t, []string{
		"table:parts1: it is a partition",
		`table:p: index "down" is more than a list of columns`, `table:p: index "expr" is more than a list of columns`,
		`table:p: index "gin" is more than a list of columns`, `table:p: index "incl" is more than a list of columns`,
	}, skipped)
}

func TestReflectMariaDB(t *testing.T) {
	db := testdb.Open(t, "mariadb")
	db.Script(t,
		`CREATE TABLE p (id BIGINT AUTO_INCREMENT PRIMARY KEY, b BOOLEAN DEFAULT TRUE NOT NULL, bi BIT(1) DEFAULT b'1', bits BIT(5),
			i1 TINYINT, i1u TINYINT UNSIGNED, i2 SMALLINT DEFAULT -5, i2u SMALLINT UNSIGNED, i3 MEDIUMINT, i4 INT DEFAULT 0 COMMENT 'a column', i4u INT UNSIGNED ZEROFILL,
			i8u BIGINT UNSIGNED, f4 FLOAT DEFAULT 1.5, f8 DOUBLE, f7 DOUBLE(7,3), d DECIMAL(10,2) DEFAULT -0.5, d1 DECIMAL(7), du DECIMAL(5,1) UNSIGNED,
			v VARCHAR(20) DEFAULT 'it''s \\ x', ch CHAR(3), tt TINYTEXT, t TEXT COLLATE utf8mb4_bin, lt LONGTEXT, vb VARBINARY(4) DEFAULT 'ab', vx VARBINARY(4) DEFAULT X'00ff',
			lb LONGBLOB, da DATE DEFAULT '2024-02-29', ti TIME(6), ti0 TIME, dt DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6), dt0 DATETIME,
			ts TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, y YEAR, js JSON, u UUID DEFAULT uuid(), m ENUM('happy', 'so''so', '') DEFAULT 'happy', st SET('a', 'b'),
			g INT AS (i4 + 1) STORED, gv INT AS (i4 + 2) VIRTUAL, `+"`odd ``name` INT"+`, ck INT CHECK (ck > 0),
			UNIQUE (v, i4), INDEX ix (i4, v), INDEX down (i4 DESC), INDEX part (t(10)), CONSTRAINT pos CHECK (d > -1 OR v = 'x')) COMMENT 'it''s a table'`,
		`CREATE TABLE c (a BIGINT NOT NULL REFERENCES p (id), b BIGINT NOT NULL, PRIMARY KEY (b, a),
			CONSTRAINT fk_b FOREIGN KEY (b) REFERENCES p (id) ON DELETE CASCADE ON UPDATE RESTRICT)`,
		"CREATE VIEW v AS SELECT id, d FROM p",
	)
	var skipped []string
	meta := load(t, db, reflect.Skipped(func(e *schema.Error) { skipped = append(skipped, strings.TrimPrefix(e.Error(), "schema: ")) }))
	require.Equal(t, strings.TrimPrefix(`
table c
  a big_integer not null
  b big_integer not null
  primary key (b, a)
  foreign key "c_ibfk_1" c(a) -> p(id) on delete RESTRICT on update RESTRICT
  foreign key "fk_b" c(b) -> p(id) on delete CASCADE on update RESTRICT
table p comment "it's a table"
  id big_integer not null identity {Always:false Start:0 Increment:0 MinValue:0 MaxValue:0 Cycle:false Cache:0}
  b boolean not null default true
  bi boolean default mariadb SQL "b'1'" as "bit(1)"
  bits unknown as "bit(5)"
  i1 small_integer as "tinyint(4)"
  i1u small_integer as "tinyint(3) unsigned"
  i2 small_integer default -5
  i2u integer as "smallint(5) unsigned"
  i3 integer as "mediumint(9)"
  i4 integer default 0 comment "a column"
  i4u big_integer as "int(10) unsigned zerofill"
  i8u numeric(20) as "bigint(20) unsigned"
  f4 float default 1.5
  f8 double
  f7 double as "double(7,3)"
  d numeric(10,2) default "-0.50"
  d1 numeric(7)
  du numeric(5,1) as "decimal(5,1) unsigned"
  v string(20) default "it's \\ x"
  ch string(3) as "char(3)"
  tt text as "tinytext"
  t text as "text" collate "utf8mb4_bin"
  lt text
  vb large_binary default 0x6162 as "varbinary(4)"
  vx large_binary as "varbinary(4)"
  lb large_binary
  da date default "2024-02-29"
  ti time
  ti0 time as "time"
  dt datetime default CURRENT_TIMESTAMP
  dt0 datetime as "datetime"
  ts datetime_tz default CURRENT_TIMESTAMP as "timestamp"
  y small_integer as "year(4)"
  js json
  u uuid default mariadb SQL "uuid()"
  m enum("happy","so'so","") default "happy"
  st text as "set('a','b')"
  g integer computed mariadb SQL "`+"`i4` + 1"+`" stored true
  gv integer computed mariadb SQL "`+"`i4` + 2"+`" stored false
  odd `+"`"+`name integer
  ck integer
  primary key (id)
  check "" mariadb SQL "`+"`ck` > 0"+`"
  check "pos" mariadb SQL "`+"`d` > -1 or `v` = 'x'"+`"
  index "ix" (i4, v) unique false
  unique (v, i4)
view v
  id big_integer not null
  d numeric(10,2)
`, "\n"), describe(meta))
	require.Equal(t, []string{
		"column:p.vx: the server does not show its default of bytes as it is", "column:p.ts: it has ON UPDATE",
		`table:p: index "down" is more than a list of columns`, `table:p: index "part" is more than a list of columns`,
	}, skipped)
}

func TestReflectSQLite(t *testing.T) {
	db := testdb.Open(t, "sqlite")
	db.Script(t,
		`CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, -- CHECK (no)
			b BOOLEAN DEFAULT 1 NOT NULL, i INT DEFAULT -5 CHECK (i < (100)), d NUMERIC(10,2) DEFAULT 0.50, v VARCHAR(20) DEFAULT 'it''s /* x', "odd ""name" TEXT COLLATE NOCASE,
			x BLOB DEFAULT x'00ff', ts DATETIME DEFAULT CURRENT_TIMESTAMP, e TEXT DEFAULT (lower('A,)')), [g] INT GENERATED ALWAYS AS (i + length(')')) STORED, gv INT AS (i * 2),
			/* a, b */ UNIQUE (v, i), CONSTRAINT "pos )" CHECK (d > -1 OR v = ')'))`,
		"CREATE TABLE c (a INTEGER REFERENCES p (id) ON DELETE CASCADE ON UPDATE SET NULL, `check` INT CHECK(`check`))",
		"CREATE INDEX ix ON p (i, v)", "CREATE UNIQUE INDEX ux ON p (ts) WHERE b AND v <> 'WHERE'", "CREATE INDEX down ON p (i DESC)", "CREATE INDEX nc ON p (v COLLATE NOCASE)",
		"CREATE VIEW v AS SELECT id, d FROM p",
	)
	var skipped []string
	meta := load(t, db, reflect.Skipped(func(e *schema.Error) { skipped = append(skipped, strings.TrimPrefix(e.Error(), "schema: ")) }))
	require.Equal(t, strings.TrimPrefix(`
table c
  a big_integer
  check big_integer
  check "" sqlite SQL "`+"`check`"+`"
  foreign key "" c(a) -> p(id) on delete CASCADE on update SET NULL
table p
  id big_integer not null identity {Always:false Start:0 Increment:0 MinValue:0 MaxValue:0 Cycle:false Cache:0}
  b boolean not null default true
  i big_integer default -5
  d numeric(10,2) default "0.50"
  v string(20) default "it's /* x"
  odd "name text collate "NOCASE"
  x large_binary default 0x00ff
  ts datetime default CURRENT_TIMESTAMP
  e text default sqlite SQL "lower('A,)')"
  g big_integer computed sqlite SQL "i + length(')')" stored true
  gv big_integer computed sqlite SQL "i * 2" stored false
  primary key (id)
  check "" sqlite SQL "i < (100)"
  check "pos )" sqlite SQL "d > -1 OR v = ')'"
  index "ix" (i, v) unique false
  index "ux" (ts) unique true where sqlite SQL "b AND v <> 'WHERE'"
  unique (v, i)
view v
  id big_integer
  d numeric(10,2)
`, "\n"), describe(meta))
	require.Equal(t, []string{`table:p: index "down" is more than a list of columns`, `table:p: index "nc" is more than a list of columns`}, skipped)
}

// TestReflectSchemas loads two schemas, which refer to each other.
func TestReflectSchemas(t *testing.T) {
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			own, other := testdb.Open(t, name), testdb.Open(t, name)
			var there string
			require.NoError(t, other.QueryRow(map[string]string{"postgres": "SELECT current_schema()", "mariadb": "SELECT DATABASE()"}[name]).Scan(&there))
			other.Script(t, "CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE only_there (id INTEGER PRIMARY KEY)")
			own.Script(t, "CREATE TABLE p (id INTEGER PRIMARY KEY)",
				"CREATE TABLE c (a INTEGER NOT NULL, b INTEGER NOT NULL, FOREIGN KEY (a) REFERENCES p (id), FOREIGN KEY (b) REFERENCES "+there+".p (id))")
			var skipped []string
			meta := load(t, own, reflect.Skipped(func(e *schema.Error) { skipped = append(skipped, e.Reason) }))
			require.Len(t, meta.Tables(), 2)
			require.Len(t, meta.Lookup("c").ForeignKeys(), 1)
			require.Equal(t, []string{`foreign key ["b"]: no table "` + there + `.p" is loaded`}, skipped)

			meta = load(t, own, reflect.Schemas(there), reflect.Only("c", "p", there+".p"), reflect.Column(there+".p", "id", schema.StableID("x")))
			require.Len(t, meta.Tables(), 3)
			require.Equal(t, "x", meta.Lookup(there, "p").Lookup("id").StableID())
			keys := meta.Lookup("c").ForeignKeys()
			require.Len(t, keys, 2)
			require.Equal(t, map[string]bool{"p": true, there + ".p": true}, map[string]bool{keys[0].Referred().String(): true, keys[1].Referred().String(): true})
		})
	}
}

// TestReflectMany loads many tables by a few queries. MariaDB, which needs half a
// minute to make 2,000 and half a second to load them, gets fewer.
func TestReflectMany(t *testing.T) {
	if testing.Short() {
		t.Skip("makes thousands of tables")
	}
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		many := map[string]int{"sqlite": 2000, "postgres": 1000, "mariadb": 200}[db.Name]
		tx, err := db.Begin()
		require.NoError(t, err)
		defer tx.Rollback()
		for i := range many {
			refers := ""
			if i > 0 {
				refers = fmt.Sprintf(", FOREIGN KEY (a) REFERENCES t%d (id)", i-1)
			}
			_, err := tx.Exec(fmt.Sprintf("CREATE TABLE t%d (id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR(20) NOT NULL%s)", i, refers))
			require.NoError(t, err)
			if i%200 == 199 { // a transaction holds a lock for each
				require.NoError(t, tx.Commit())
				tx, err = db.Begin()
				require.NoError(t, err)
			}
		}
		require.NoError(t, tx.Commit())
		t.Cleanup(func() { dropMany(t, db, many) })
		start := time.Now()
		meta := load(t, db)
		t.Logf("%d tables in %s", many, time.Since(start))
		require.Less(t, time.Since(start), time.Minute)
		require.Len(t, meta.Tables(), many)
		require.Len(t, meta.Lookup(fmt.Sprintf("t%d", many-1)).ForeignKeys(), 1)
	})
}

// dropMany drops them a few at a time: PostgreSQL has not locks enough for all.
func dropMany(t *testing.T, db *testdb.DB, many int) {
	if db.Name != "postgres" {
		return
	}
	for i := many; i > 0; i -= 100 {
		names := make([]string, 100)
		for j := range names {
			names[j] = fmt.Sprintf("t%d", i-1-j)
		}
		db.Script(t, "DROP TABLE "+strings.Join(names, ", "))
	}
}
