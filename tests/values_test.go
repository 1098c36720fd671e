package tests

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// valueCase is a type as each database declares it ("" where it has none) and
// values that go in and come out.
type valueCase struct {
	typ      schema.Type
	declared map[string]string
	values   []expr.Value
	refused  map[string][]expr.Value // that the dialect refuses by an error
}

func declared(sqlite, postgres, mariadb string) map[string]string {
	return map[string]string{"sqlite": sqlite, "postgres": postgres, "mariadb": mariadb}
}

func parsed(t *testing.T, typ schema.Type, texts ...string) []expr.Value {
	t.Helper()
	values := make([]expr.Value, len(texts))
	for i, s := range texts {
		v, err := expr.ParseValue(typ, s)
		require.NoError(t, err)
		values[i] = v
	}
	return values
}

func valueCases(t *testing.T) []valueCase {
	ints := func(list ...int64) (values []expr.Value) {
		for _, n := range list {
			values = append(values, expr.Int(n))
		}
		return values
	}
	floats := func(list ...float64) (values []expr.Value) {
		for _, f := range list {
			values = append(values, expr.Float(f))
		}
		return values
	}
	decimals := schema.Numeric(32, 2)
	long := parsed(t, decimals, "123456789012345678901234567890.12", "-999999999999999999999999999999.99")
	text := []expr.Value{expr.Text(""), expr.Text("it's \"quoted\" \\ %_"), expr.Text("ä€😀\u202e\n\t"), expr.Text("NULL"), expr.Text(strings.Repeat("😀", 1000))}
	mood := schema.Enum("", "happy", "so-so", "")
	nul := []expr.Value{expr.Text("a\x00b")}
	return []valueCase{
		{typ: schema.Boolean, declared: declared("BOOLEAN", "BOOLEAN", "TINYINT(1)"), values: []expr.Value{expr.Bool(true), expr.Bool(false)}},
		{typ: schema.SmallInteger, declared: declared("SMALLINT", "SMALLINT", "SMALLINT"), values: ints(math.MinInt16, math.MaxInt16),
			refused: map[string][]expr.Value{"": ints(math.MaxInt16 + 1)}},
		{typ: schema.Integer, declared: declared("INTEGER", "INTEGER", "INT"), values: ints(math.MinInt32, 0, math.MaxInt32),
			refused: map[string][]expr.Value{"": ints(math.MinInt32 - 1)}},
		{typ: schema.BigInteger, declared: declared("BIGINT", "BIGINT", "BIGINT"), values: ints(math.MinInt64, -1<<53-1, math.MaxInt64)},
		{typ: schema.Float, declared: declared("FLOAT", "REAL", "FLOAT"), values: floats(0, -1.5, 1<<24)},
		{typ: schema.Double, declared: declared("DOUBLE", "DOUBLE PRECISION", "DOUBLE"),
			values: floats(0, 0.1, -1.0/3, 1e300, math.SmallestNonzeroFloat64*(1<<60), math.MaxFloat64, 1<<53)},
		{typ: decimals, declared: declared("NUMERIC(32,2)", "NUMERIC(32,2)", "DECIMAL(32,2)"),
			values:  append(parsed(t, decimals, "0.00", "-12.50", "1234567890123.45"), long...),
			refused: map[string][]expr.Value{"sqlite": long}},
		{typ: schema.String(1000), declared: declared("VARCHAR(1000)", "VARCHAR(1000)", "VARCHAR(1000)"), values: text, refused: map[string][]expr.Value{"postgres": nul}},
		{typ: schema.Text, declared: declared("TEXT", "TEXT", "LONGTEXT"), values: text, refused: map[string][]expr.Value{"postgres": nul}},
		{typ: schema.LargeBinary, declared: declared("BLOB", "BYTEA", "LONGBLOB"),
			values: []expr.Value{expr.Bytes(nil), expr.Bytes([]byte{0, 255, 10}), expr.Bytes([]byte("text"))}},
		{typ: schema.Date, declared: declared("DATE", "DATE", "DATE"), values: parsed(t, schema.Date, "0001-01-01", "1970-01-01", "2024-02-29", "9999-12-31")},
		{typ: schema.Time, declared: declared("TIME", "TIME", "TIME(6)"), values: parsed(t, schema.Time, "00:00:00", "13:45:00.000001", "23:59:59.999999")},
		{typ: schema.DateTime, declared: declared("DATETIME", "TIMESTAMP", "DATETIME(6)"),
			values: parsed(t, schema.DateTime, "0001-01-01 00:00:00", "2024-02-29 13:45:00.000001", "9999-12-31 23:59:59.999999")},
		{typ: schema.DateTimeTZ, declared: declared("TIMESTAMPTZ", "TIMESTAMPTZ", "DATETIME(6)"),
			values: parsed(t, schema.DateTimeTZ, "0001-01-01 00:00:00Z", "2024-02-29 13:45:00.000001+05:30", "9999-12-31 23:59:59.999999Z")},
		{typ: schema.Interval, declared: declared("", "INTERVAL", ""), values: []expr.Value{
			expr.Interval(0, 0, 0), expr.Interval(14, -3, 4*time.Hour+5*time.Minute+6789*time.Millisecond), expr.Interval(-1, 0, -time.Microsecond),
			expr.Interval(11, 27, 1000*time.Hour),
		}},
		{typ: schema.JSON, declared: declared("JSON TEXT", "JSONB", "JSON"), values: parsed(t, schema.JSON, `{"a":[1,"x",null,true],"b":"ä\n"}`, "null", `"text"`, "[]", "12345678901234567890.5")},
		{typ: schema.UUID, declared: declared("UUID", "UUID", "UUID"),
			values: parsed(t, schema.UUID, "00000000-0000-0000-0000-000000000000", "0f6d7a38-9a53-4c2e-8c3c-2f8f3a1d5b7e", "ffffffff-ffff-ffff-ffff-ffffffffffff")},
		{typ: mood, declared: declared("TEXT", "TEXT", "ENUM('happy', 'so-so', '')"), values: []expr.Value{expr.Text("so-so"), expr.Text("")},
			refused: map[string][]expr.Value{"": {expr.Text("other")}}},
	}
}

// TestValues has each type's extremes go into a column and come out of it, and go
// as a literal and as a parameter and come back.
func TestValues(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		sess := engine.New(db, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		for i, c := range valueCases(t) {
			t.Run(c.typ.Kind().String(), func(t *testing.T) {
				if c.declared[db.Name] == "" {
					_, err := db.Dialect.Value(c.values[0], c.typ)
					require.Error(t, err, "%s has no %s", db.Name, c.typ)
					return
				}
				name := fmt.Sprintf("t%d", i)
				db.Script(t, "CREATE TABLE "+name+" (id INTEGER PRIMARY KEY, x "+c.declared[db.Name]+" NULL)")
				meta := schema.NewMetaData()
				meta.Table(name, schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("x", c.typ))
				require.NoError(t, meta.Freeze())
				table := expr.Table(meta.Lookup(name))
				refused := append(c.refused[""], c.refused[db.Name]...)
				for _, v := range refused {
					_, err := db.Dialect.Value(v, c.typ)
					var typed *dialect.Error
					require.ErrorAs(t, err, &typed)
					require.Equal(t, dialect.CodeValue, typed.Code)
				}
				values := append([]expr.Value{{}}, c.values...)
				for id, v := range values {
					if contains(refused, v) {
						continue
					}
					arg, err := db.Dialect.Value(v, c.typ)
					require.NoError(t, err)
					insert := "INSERT INTO " + name + " VALUES (?, ?)"
					if db.Name == "postgres" {
						insert = "INSERT INTO " + name + " VALUES ($1, $2)"
					}
					_, err = db.Exec(insert, id, arg)
					require.NoError(t, err, "%s", v)

					q := expr.Select(table.C("x").Label("stored"), expr.TypedLiteral(v, c.typ).Label("literal"), expr.Param("p", c.typ).Label("parameter")).
						Where(table.C("id").Eq(id))
					row, err := engine.One[[]expr.Value](t.Context(), sess, q, engine.Params{"p": v})
					require.NoError(t, err, "%s", v)
					require.Equal(t, shownValues(v, c.typ, []expr.Value{v, v, v}), shownValues(v, c.typ, row))
					if v.IsNull() || c.typ == schema.JSON {
						continue
					}
					q = expr.Select(table.C("id")).Where(table.C("x").Eq(expr.Param("p", c.typ)), table.C("id").Eq(id))
					n, err := engine.All[int64](t.Context(), sess, q, engine.Params{"p": v})
					require.NoError(t, err)
					require.Equal(t, []int64{int64(id)}, n, "found by its value %s", v)
				}
			})
		}
	})
}

// shownValues compares decimals by value, whatever their scale: a literal has its own,
// a MariaDB argument that of the widest decimal.
func shownValues(v expr.Value, typ schema.Type, row []expr.Value) []string {
	list := make([]string, len(row))
	for i, x := range row {
		list[i] = x.Type().String() + " " + x.String()
		if typ.Family() == schema.FamilyNumeric && x.Kind() == schema.KindNumeric && strings.Contains(x.Text(), ".") {
			list[i] = "numeric " + strings.TrimRight(strings.TrimRight(x.Text(), "0"), ".")
		}
		if typ.Family() == schema.FamilyNumeric && x.Kind() == schema.KindBigInteger {
			list[i] = "numeric " + x.String()
		}
	}
	return list
}

func contains(list []expr.Value, v expr.Value) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// TestArrays reads arrays into slices; PostgreSQL alone has them.
func TestArrays(t *testing.T) {
	db := testdb.Open(t, "postgres")
	db.Script(t, "CREATE TABLE t (id INTEGER PRIMARY KEY, tags TEXT[], grid BIGINT[])",
		`INSERT INTO t VALUES (1, '{}', '{{1,-9223372036854775808},{NULL,4}}'), (2, ARRAY['a b','NULL',NULL,'"\',''], NULL), (3, NULL, '{}')`)
	meta := schema.NewMetaData()
	meta.Table("t", schema.NewColumn("id", schema.Integer, schema.PrimaryKey),
		schema.NewColumn("tags", schema.ArrayOf(schema.Text)), schema.NewColumn("grid", schema.ArrayOf(schema.BigInteger)))
	require.NoError(t, meta.Freeze())
	table := expr.Table(meta.Lookup("t"))
	sess := engine.New(db, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
	type row struct {
		Tags []*string
		Grid [][]*int64
	}
	rows, err := engine.All[row](t.Context(), sess, expr.Select(table.C("tags"), table.C("grid")).OrderBy(table.C("id")), nil)
	require.NoError(t, err)
	p := func(s string) *string { return &s }
	n := func(i int64) *int64 { return &i }
	require.Equal(t, []row{
		{[]*string{}, [][]*int64{{n(1), n(math.MinInt64)}, {nil, n(4)}}},
		{[]*string{p("a b"), p("NULL"), nil, p(`"\`), p("")}, nil},
		{nil, [][]*int64{}},
	}, rows)
	list, err := engine.One[[]int64](t.Context(), sess, expr.Select(expr.Array(schema.BigInteger, 1, 2, int64(math.MaxInt64)).Label("a")), nil)
	require.NoError(t, err)
	require.Equal(t, []int64{1, 2, math.MaxInt64}, list)
	_, err = engine.One[[]int64](t.Context(), sess, expr.Select(expr.Array(schema.Text, "a").Label("a")), nil)
	require.ErrorContains(t, err, `column "a"`)
}

// TestUnknownTypes has columns whose type the query does not know read as the
// driver names them.
func TestUnknownTypes(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		uuid := map[string]string{"sqlite": "UUID", "postgres": "UUID", "mariadb": "CHAR(36)"}[db.Name]
		db.Script(t, "CREATE TABLE t (a VARCHAR(9), b NUMERIC(20,2), c DATE, d BIGINT, e "+uuid+")",
			"INSERT INTO t VALUES ('x', 1.10, '2024-02-29', 9007199254740993, '0f6d7a38-9a53-4c2e-8c3c-2f8f3a1d5b7e')")
		meta := schema.NewMetaData()
		items := []schema.TableItem{}
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			items = append(items, schema.NewColumn(name, schema.Unknown))
		}
		meta.Table("t", items...)
		require.NoError(t, meta.Freeze())
		sess := engine.New(db, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		row, err := engine.One[[]any](t.Context(), sess, expr.Select(expr.Table(meta.Lookup("t"))), nil)
		require.NoError(t, err)
		want := []any{"x", "1.10", time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), int64(9007199254740993), "0f6d7a38-9a53-4c2e-8c3c-2f8f3a1d5b7e"}
		if db.Name == "sqlite" {
			want[1] = "1.1" // it keeps no scale
		}
		require.Equal(t, want, row)
	})
}
