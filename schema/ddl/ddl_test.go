package ddl_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/ddl"
)

var update = flag.Bool("update", false, "write the golden files")

func frozen(t *testing.T, declare func(*schema.MetaData)) *schema.MetaData {
	t.Helper()
	m := schema.NewMetaData()
	declare(m)
	require.NoError(t, m.Freeze())
	return m
}

// TestGolden writes a schema that all databases hold, and each's own.
func TestGolden(t *testing.T) {
	for _, d := range dialect.All() {
		t.Run(d.Name(), func(t *testing.T) {
			meta := frozen(t, func(m *schema.MetaData) { declare(m, d) })
			create, err := ddl.CreateAll(d, meta)
			require.NoError(t, err)
			drop, err := ddl.DropAll(d, meta)
			require.NoError(t, err)
			got := strings.Join(append(create, drop...), ";\n") + ";\n"
			path := filepath.Join("testdata", d.Name()+".golden")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, string(want), got)
			for range 3 {
				again, err := ddl.CreateAll(d, meta)
				require.NoError(t, err)
				require.Equal(t, create, again)
			}
		})
	}
}

// declare makes tables of everything that the dialect's databases hold.
func declare(m *schema.MetaData, d *dialect.Dialect) {
	name := d.Name()
	mysql := name == "mysql" || name == "mariadb"
	when := func(ok bool, items ...schema.TableItem) []schema.TableItem {
		if !ok {
			return nil
		}
		return items
	}
	var deferrable []schema.ForeignKeyOption
	if !mysql {
		deferrable = append(deferrable, schema.Deferrable(true))
	}
	all := []schema.TableItem{
		schema.Comment("all types, it's said"),
		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey, schema.Identity(schema.IdentityOptions{})),
		schema.NewColumn("bo", schema.Boolean, schema.NotNull, schema.ServerDefault(true)),
		schema.NewColumn("i2", schema.SmallInteger, schema.ServerDefault(-5)),
		schema.NewColumn("i4", schema.Integer, schema.ServerDefault(0), schema.Comment("a column")),
		schema.NewColumn("i8", schema.BigInteger, schema.ServerDefault(int64(-1<<63))),
		schema.NewColumn("f4", schema.Float, schema.ServerDefault(1.5)),
		schema.NewColumn("f8", schema.Double, schema.ServerDefault(1e300)),
		schema.NewColumn("d", schema.Numeric(10, 2), schema.ServerDefault("-0.50")),
		schema.NewColumn("d0", schema.Numeric(0, 0)),
		schema.NewColumn("s", schema.String(20), schema.ServerDefault(`it's \ "x" ä😀`)),
		schema.NewColumn("t", schema.Text, schema.ServerDefault("")),
		schema.NewColumn("by", schema.LargeBinary, schema.ServerDefault([]byte("ab"))),
		schema.NewColumn("da", schema.Date, schema.ServerDefault("2024-02-29")),
		schema.NewColumn("da2", schema.Date, schema.ServerDefault(schema.CurrentTimestamp)),
		schema.NewColumn("ti", schema.Time, schema.ServerDefault("13:45:00.000001")),
		schema.NewColumn("ti2", schema.Time, schema.ServerDefault(schema.CurrentTimestamp)),
		schema.NewColumn("dt", schema.DateTime, schema.NotNull, schema.ServerDefault(schema.CurrentTimestamp)),
		schema.NewColumn("tz", schema.DateTimeTZ, schema.ServerDefault(schema.CurrentTimestamp)),
		schema.NewColumn("js", schema.JSON, schema.ServerDefault(`{"a": [1]}`)),
		schema.NewColumn("u", schema.UUID, schema.ServerDefault("0f6d7a38-9a53-4c2e-8c3c-2f8f3a1d5b7e")),
		schema.NewColumn("m", schema.Enum("", `a\b`, "it's"), schema.ServerDefault("it's")),
		schema.NewColumn(`odd "na`+"`me", schema.Integer),
		schema.NewColumn("own", schema.Text, schema.SQLType("sqlite", "CLOB"), schema.SQLType("postgres", "CITEXT"), schema.SQLType("mysql", "TINYTEXT"), schema.Variant("mariadb", schema.String(7))),
		schema.NewColumn("co", schema.String(9), schema.Collate("sqlite", "NOCASE"), schema.Collate("postgres", "C"), schema.Collate("mysql", "utf8mb4_bin"), schema.Collate("mariadb", "utf8mb4_bin")),
		schema.NewColumn("g", schema.Integer, schema.Computed(func(t *schema.Table) schema.Clause { return expr.Table(t).C("i4").Mul(-2).Add(1) }, true)),
		schema.NewColumn("def", schema.Integer, schema.ServerDefault(expr.Literal(expr.Int(40)).Add(2))),
		schema.CheckConstraint("positive", func(t *schema.Table) schema.Clause {
			a := expr.Table(t)
			return a.C("d").Gt(-100).And(a.C("s").Ne(`it's \`)).Or(a.C("da").Gt(expr.Literal(date())))
		}),
		schema.CheckConstraint("", func(t *schema.Table) schema.Clause { return expr.Table(t).C("s").StartsWith("i") }),
		schema.UniqueConstraint("i2", "s"),
		schema.NewIndex("ix_all", "i4", "s"),
	}
	all = append(all, when(!mysql, schema.NewIndexWith("part", schema.IndexOptions{Unique: true, Where: func(t *schema.Table) schema.Clause {
		return expr.Table(t).C("i4").Gt(0)
	}}, "i4"))...)
	all = append(all, when(name != "postgres", schema.NewColumn("gv", schema.Integer, schema.Computed(schema.SQL(name, "i4 + 1"), false)))...)
	all = append(all, when(name == "postgres", schema.NewColumn("iv", schema.Interval), schema.NewColumn("arr", schema.ArrayOf(schema.Numeric(5, 1))),
		schema.NewColumn("mood", schema.Enum("mood", "happy", "so-so"), schema.ServerDefault("happy")), schema.NewColumn("moods", schema.ArrayOf(schema.Enum("mood", "happy", "so-so"))),
		schema.NewColumn("nr", schema.SmallInteger, schema.Identity(schema.IdentityOptions{Always: true, Start: 5, Increment: 2, MinValue: 1, MaxValue: 99, Cycle: true, Cache: 3})))...)

	// In a circle, and before what they refer to.
	m.Table("b", schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("a_id", schema.Integer, schema.References("a", "id"), schema.OnDelete(schema.SetNull)),
		schema.NewColumn("c", schema.Integer, schema.References("c", "id"), schema.OnDelete(schema.Cascade), schema.OnUpdate(schema.Restrict)))
	m.Table("all_types", all...)
	m.Table("a", schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("b_id", schema.Integer),
		schema.NewColumn("self", schema.Integer), schema.ForeignKeyConstraint("fk_self", []string{"self"}, []string{"a"}, []string{"id"}),
		schema.ForeignKeyConstraint("", []string{"b_id"}, []string{"b"}, []string{"id"}, deferrable...))
	m.Table("c", schema.NewColumn("x", schema.Integer), schema.NewColumn("id", schema.Integer, schema.Unique), schema.PrimaryKeyConstraint("id", "x"))
	m.Table("seen", schema.View(), schema.NewColumn("id", schema.Integer))
}

func date() expr.Value {
	v, err := expr.ParseValue(schema.Date, "2000-01-01")
	if err != nil {
		panic(err)
	}
	return v
}
