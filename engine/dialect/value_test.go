package dialect

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func TestValue(t *testing.T) {
	at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	late := time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.FixedZone("", 0))
	long := strings.Repeat("9", 40)
	type want struct{ sqlite, postgres, mysql any }
	all := func(v any) want { return want{v, v, v} }
	uuid := "6f1f0b0e-0000-4000-8000-00000000000a"
	for _, c := range []struct {
		v    expr.Value
		t    schema.Type
		want want
	}{
		{expr.Value{}, schema.Integer, all(nil)},
		{expr.Value{}, schema.ArrayOf(schema.Integer), all(nil)},
		{expr.Bool(true), schema.Boolean, want{int64(1), true, true}},
		{expr.Bool(false), schema.Unknown, want{int64(0), false, false}},
		{expr.Int(math.MinInt64), schema.BigInteger, all(int64(math.MinInt64))},
		{expr.Int(-32768), schema.SmallInteger, all(int64(-32768))},
		{expr.Int(5), schema.Float, all(5.0)},
		{expr.Int(-5), schema.Numeric(10, 2), want{int64(-5), "-5", "-5"}},
		{expr.Float(math.Copysign(0, -1)), schema.Double, all(math.Copysign(0, -1))},
		{decimal(t, "12.50"), schema.Numeric(0, 0), want{12.5, "12.50", "12.50"}},
		{decimal(t, "-12.00"), schema.Numeric(10, 2), want{int64(-12), "-12.00", "-12.00"}},
		{decimal(t, "-9223372036854775808"), schema.Numeric(0, 0), want{int64(math.MinInt64), "-9223372036854775808", "-9223372036854775808"}},
		{decimal(t, "0.000123456789012345"), schema.Numeric(0, 0), want{0.000123456789012345, "0.000123456789012345", "0.000123456789012345"}},
		{expr.Text("a'b\n\\"), schema.Text, all("a'b\n\\")},
		{expr.Text("long enough"), schema.String(3), all("long enough")},
		{expr.Text("ok"), mood, all("ok")},
		{expr.Bytes(nil), schema.LargeBinary, all([]byte{})},
		{expr.DateOf(at), schema.Date, all("0001-01-01")},
		{expr.TimeOf(late), schema.Time, all("23:59:59.999999")},
		{expr.TimeOf(at.Add(500 * time.Millisecond)), schema.Time, all("00:00:00.500000")},
		{expr.DateTimeOf(at), schema.DateTime, all("0001-01-01 00:00:00")},
		{expr.Instant(late), schema.DateTimeTZ, want{"9999-12-31 23:59:59.999999+00:00", "9999-12-31 23:59:59.999999+00:00", "9999-12-31 23:59:59.999999"}},
		{expr.Instant(time.Date(2026, 1, 31, 1, 0, 0, 0, time.FixedZone("", 7200))), schema.DateTimeTZ, want{"2026-01-30 23:00:00+00:00", "2026-01-30 23:00:00+00:00", "2026-01-30 23:00:00"}},
		{value(t, schema.UUID, uuid), schema.UUID, all(uuid)},
		{value(t, schema.JSON, `{"a": [1, "x"]}`), schema.JSON, all(`{"a":[1,"x"]}`)},
	} {
		for d, want := range map[*Dialect]any{SQLite: c.want.sqlite, Postgres: c.want.postgres, MySQL: c.want.mysql} {
			got, err := d.Value(c.v, c.t)
			require.NoError(t, err, "%s: %s as %s", d, c.v, c.t)
			assert.Equal(t, want, got, "%s: %s as %s", d, c.v, c.t)
		}
	}
	for v, want := range map[expr.Value]string{
		expr.Interval(1, -2, 3*time.Hour+4*time.Minute+5*time.Second+6*time.Microsecond): "+1 mons -2 days +3:04:05.000006",
		expr.Interval(0, 0, -time.Microsecond):                                           "+0 mons +0 days -0:00:00.000001",
		expr.Interval(math.MinInt32, math.MaxInt32, time.Duration(math.MinInt64)):        "-2147483648 mons +2147483647 days -2562047:47:16.854775",
	} {
		got, err := Postgres.Value(v, schema.Interval)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := MySQL.Value(value(t, schema.Numeric(0, 0), long), schema.Numeric(0, 0))
	assert.ErrorContains(t, err, "at most 35 digits before the point and 30 after it")
}

// TestMoments: days and times are formatted as package time does.
func TestMoments(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	first, last := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro(), time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC).UnixMicro()
	for i := range 20_000 {
		at := time.UnixMicro(first + r.Int64N(last-first+1)).UTC()
		switch i % 5 {
		case 0:
			at = at.Truncate(time.Second)
		case 1:
			at = time.UnixMicro([]int64{first, last}[i%2]).UTC()
		}
		micros := ""
		if at.Nanosecond() != 0 {
			micros = ".000000"
		}
		for want, got := range map[string]any{
			at.Format(time.DateOnly):                   arg(t, expr.DateOf(at)),
			at.Format("15:04:05" + micros):             arg(t, expr.TimeOf(at)),
			at.Format(time.DateTime + micros):          arg(t, expr.DateTimeOf(at)),
			at.Format(time.DateTime+micros) + "+00:00": arg(t, expr.Instant(at)),
		} {
			require.Equal(t, want, got)
		}
	}
}

func arg(t *testing.T, v expr.Value) any {
	t.Helper()
	got, err := Postgres.Value(v, v.Type())
	require.NoError(t, err)
	return got
}

func TestValueRefuses(t *testing.T) {
	for _, c := range []struct {
		v    expr.Value
		t    schema.Type
		d    []*Dialect // none for all
		want string
	}{
		{expr.Text("5"), schema.Integer, nil, "expected a value of type integer, got text"},
		{expr.Int(1), schema.Boolean, nil, "expected a value of type boolean, got big_integer"},
		{expr.Float(1), schema.Integer, nil, "expected a value of type integer, got double"},
		{expr.Float(1), schema.Numeric(0, 0), nil, "got double"},
		{decimal(t, "1.5"), schema.Double, nil, "got numeric"},
		{expr.Int(1), schema.Text, nil, "got big_integer"},
		{expr.DateOf(time.Now()), schema.DateTime, nil, "got date"},
		{expr.Int(1), schema.ArrayOf(schema.Integer), nil, "expected a value of type integer[], got big_integer"},
		{expr.Int(1 << 31), schema.Integer, nil, "out of the range of integer"},
		{expr.Int(-32769), schema.SmallInteger, nil, "out of the range"},
		{expr.Int(1<<53 + 1), schema.Double, nil, "not exact as double"},
		{expr.Text("so-so"), mood, nil, `expected one of`},
		{expr.Text("a\x00b"), schema.Text, []*Dialect{Postgres}, "cannot hold the character NUL"},
		{expr.Float(math.NaN()), schema.Double, []*Dialect{SQLite, MySQL, MariaDB}, "cannot hold NaN"},
		{expr.Float(math.Inf(-1)), schema.Double, []*Dialect{MySQL, MariaDB}, "cannot hold -Inf"},
		{expr.Interval(1, 1, 1), schema.Interval, []*Dialect{SQLite, MySQL, MariaDB}, "has no intervals"},
		{decimal(t, "9223372036854775808"), schema.Numeric(0, 0), []*Dialect{SQLite}, "decimals on sqlite keep 15 digits, got 19"},
		{decimal(t, "1"+strings.Repeat("0", 400)), schema.Numeric(0, 0), []*Dialect{SQLite, MySQL, MariaDB}, "got 1000"},
		{decimal(t, "0."+strings.Repeat("0", 30)+"1"), schema.Numeric(0, 0), []*Dialect{MySQL, MariaDB}, "at most 35 digits"},
	} {
		for _, d := range All() {
			got, err := d.Value(c.v, c.t)
			if c.d != nil && !slices.Contains(c.d, d) {
				assert.NoError(t, err, "%s: %s as %s", d, c.v, c.t)
				continue
			}
			assert.Nil(t, got)
			var typed *Error
			require.ErrorAs(t, err, &typed, "%s: %s as %s", d, c.v, c.t)
			assert.Contains(t, err.Error(), c.want)
			assert.Equal(t, d.Name(), typed.Dialect)
		}
	}
}

func TestLiteralsAreCheckedWhenCompiled(t *testing.T) {
	f := newFixture(t)
	for _, c := range []struct {
		x    expr.Expr
		d    *Dialect
		want string
	}{
		{f.name.Eq("a\x00"), Postgres, "cannot hold the character NUL"},
		{f.u.C("score").Eq(math.NaN()), SQLite, "cannot hold NaN"},
		{expr.Func("substr", f.name, 0).Eq("x"), MySQL, "substr takes 1 or more, got 0"},
		{expr.Func("substr", f.name, 1, -1).Eq("x"), Postgres, "substr takes 0 or more, got -1"},
		{expr.Func("round", f.u.C("score"), -1).Eq(2.0), SQLite, "round takes 0 or more, got -1"},
		{expr.Func("substr", f.name, 1<<40).Eq("x"), Postgres, "out of the range of integer"},
		{f.name.Contains("a\x00"), Postgres, "cannot hold the character NUL"},
	} {
		_, err := c.d.Compile(admit(t, expr.Select(f.id).Where(c.x)))
		var typed *Error
		require.ErrorAs(t, err, &typed, c.want)
		assert.Equal(t, CodeValue, typed.Code)
		assert.Contains(t, err.Error(), c.want)
	}
}

func TestByName(t *testing.T) {
	for name, want := range map[string]*Dialect{"sqlite": SQLite, "sqlite3": SQLite, "postgres": Postgres, "postgresql": Postgres, "pgx": Postgres, "mysql": MySQL, "mariadb": MariaDB} {
		got, err := ByName(name)
		require.NoError(t, err)
		assert.Same(t, want, got)
	}
	for name, hint := range map[string]string{"postgress": `did you mean "postgres"?`, "MySQL": `did you mean "mysql"?`, "": "unknown", "oracle": "unknown; there are sqlite, postgres, mysql and mariadb"} {
		d, err := ByName(name)
		assert.Nil(t, d)
		var typed *Error
		require.ErrorAs(t, err, &typed)
		assert.Equal(t, CodeName, typed.Code)
		assert.Contains(t, err.Error(), hint)
	}
	assert.Equal(t, "sqlite", SQLite.String())
}
