package luabind_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

const shop = `
local t = sql.types
return { tables = {
	{ name = "customers", comment = "who buys", id = "c", formerly = {"clients"}, formerly_at = {{"old", "clients"}},
		columns = {
			{ "id", t.big_integer, primary_key = true, identity = { always = true, start = 5, max_value = "9223372036854775807" } },
			{ "name", t.string(50), not_null = true, unique = true, id = "n", formerly = {"fullname"}, default = "x", server_default = "y", comment = "its name",
				collate = { postgres = "C" }, variants = { postgres = "citext", mysql = t.string(20) } },
			{ "since", t.datetime, server_default = {current_timestamp = true} },
			{ "a", t.integer, server_default = -5 }, { "b", t.double, server_default = 1.5 }, { "c", t.boolean, server_default = true },
			{ "d", t.large_binary, server_default = {bytes = "00ff"} }, { "e", t.text, server_default = {null = true} },
			{ "f", t.uuid, server_default = {sql = "gen_random_uuid()", dialect = "postgres"} }, { "g", t.numeric(10, 2), server_default = sql.decimal "1.10" },
			{ "h", t.integer, computed = function(c) return c.a:add(1) end, stored = true }, { "i" },
		},
		unique = { {"a", "b"} }, checks = { { "named", function(c) return c.name:ne(""):and_(c.a:gt(0)) end }, { {sql = "a > 0", dialect = "sqlite"} } },
		indexes = { { "ix", "a", "b" }, { "part", "a", unique = true, where = function(c) return c.a:gt(0) end } } },
	{ name = "orders", schema = {"shop"},
		columns = {
			{ "y", t.array(t.enum{"a", "b", name = "ab", schema = "app"}) }, { "x", t.integer },
			{ "customer", t.big_integer, references = {"customers", "id"}, on_delete = "cascade", on_update = "SET NULL", deferrable = "deferred" },
		},
		primary_key = {"x", "customer"},
		foreign_keys = { { name = "fk", columns = {"x"}, target = {"customers"}, referred = {"a"}, on_delete = "RESTRICT", deferrable = "immediate" } } },
	{ name = "seen", view = true, columns = { { "id", t.integer, primary_key = true } } },
} }`

func TestLoadMetaData(t *testing.T) {
	meta, err := luabind.LoadMetaData(context.Background(), "shop.lua", shop)
	require.NoError(t, err)
	require.True(t, meta.Frozen())
	want := schema.NewMetaData()
	gt := func(t *schema.Table) schema.Clause { return boolean{} }
	want.Table("customers", schema.Comment("who buys"), schema.StableID("c"), schema.Formerly("clients"), schema.FormerlyAt("old", "clients"),
		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey, schema.Identity(schema.IdentityOptions{Always: true, Start: 5, MaxValue: 1<<63 - 1})),
		schema.NewColumn("name", schema.String(50), schema.NotNull, schema.Unique, schema.StableID("n"), schema.Formerly("fullname"), schema.Default("x"), schema.ServerDefault("y"), schema.Comment("its name"),
			schema.Collate("postgres", "C"), schema.SQLType("postgres", "citext"), schema.Variant("mysql", schema.String(20))),
		schema.NewColumn("since", schema.DateTime, schema.ServerDefault(schema.CurrentTimestamp)),
		schema.NewColumn("a", schema.Integer, schema.ServerDefault(-5)), schema.NewColumn("b", schema.Double, schema.ServerDefault(1.5)),
		schema.NewColumn("c", schema.Boolean, schema.ServerDefault(true)), schema.NewColumn("d", schema.LargeBinary, schema.ServerDefault([]byte{0, 255})),
		schema.NewColumn("e", schema.Text, schema.ServerDefault(nil)), schema.NewColumn("f", schema.UUID, schema.ServerDefault(schema.SQL("postgres", "gen_random_uuid()"))),
		schema.NewColumn("g", schema.Numeric(10, 2), schema.ServerDefault("1.10")),
		schema.NewColumn("h", schema.Integer, schema.Computed(boolean{}, true)), schema.NewColumn("i", schema.Unknown),
		schema.UniqueConstraint("a", "b"), schema.CheckConstraint("named", gt), schema.CheckConstraint("", schema.SQL("sqlite", "a > 0")),
		schema.NewIndex("ix", "a", "b"), schema.NewIndexWith("part", schema.IndexOptions{Unique: true, Where: gt}, "a"))
	want.Table("orders", schema.InSchema("shop"), schema.NewColumn("y", schema.ArrayOf(schema.Enum("ab", "a", "b").InSchema("app"))), schema.NewColumn("x", schema.Integer),
		schema.NewColumn("customer", schema.BigInteger, schema.References("customers", "id"), schema.OnDelete(schema.Cascade), schema.OnUpdate(schema.SetNull), schema.Deferrable(true)),
		schema.PrimaryKeyConstraint("x", "customer"),
		schema.ForeignKeyConstraint("fk", []string{"x"}, []string{"customers"}, []string{"a"}, schema.OnDelete(schema.Restrict), schema.Deferrable(false)))
	want.Table("seen", schema.View(), schema.NewColumn("id", schema.Integer, schema.PrimaryKey))
	require.NoError(t, want.Freeze())
	require.Empty(t, schema.Diff(want, meta))

	// What Diff does not compare.
	name := meta.Lookup("customers").Lookup("name")
	require.Equal(t, "n", name.StableID())
	require.Equal(t, "C", name.Collation("postgres"))
	_, words := name.TypeIn("postgres")
	require.Equal(t, "citext", words)
	typ, _ := name.TypeIn("mysql")
	require.Equal(t, schema.String(20), typ)
	def, ok := name.Default().Literal()
	require.Equal(t, []any{"x", true}, []any{def, ok})
	for _, id := range []schema.ID{
		{Kind: schema.IDColumn, Table: []string{"clients"}, Name: "fullname"}, {Kind: schema.IDTable, Table: []string{"old", "clients"}},
		{Kind: schema.IDTable, Table: []string{"x"}, Stable: "c"},
	} {
		_, err := meta.Resolve(id)
		require.NoError(t, err, id)
	}
	computed, _ := meta.Lookup("customers").Lookup("h").Computed()
	require.Equal(t, schema.FamilyInteger, computed.Clause().Type().Family())
}

// A call that is the last, named field of a table stands in the list no more.
func TestTableOfCalls(t *testing.T) {
	meta := schema.NewMetaData()
	require.NoError(t, meta.Freeze())
	rt, err := luabind.New(meta)
	require.NoError(t, err)
	for source, want := range map[string]float64{
		"local function f() return 1, 2 end return #{7, 8, k = f()}":                              2,
		"local function f() return 1, 2 end return #{7, k = f(), f()}":                            3,
		"local function f(...) return #{7, 8, k = ...} end return f(1, 2, 3)":                     2,
		"local function f() return 1, 2 end local t = {7, k = f()} return t.k":                    1,
		"local function f() return 1, 2 end return #{k = f()}":                                    0,
		"local s = string return #{7, k = s.rep('x', 3)}":                                         1,
		"local function f() return 1, 2 end return #{7, {8, k = f()}, [f()] = f(), g = f(), f()}": 4,
	} {
		got, err := rt.Run(context.Background(), "t.lua", source)
		require.NoError(t, err)
		require.Equal(t, []any{want}, got, source)
	}
}

// boolean is an expression, which Diff takes for any other.
type boolean struct{}

func (boolean) Type() schema.Type { return schema.Unknown }
func (boolean) Err() error        { return nil }

// TestMetaDataLua prints metadata as Lua, which makes equal metadata again.
func TestMetaDataLua(t *testing.T) {
	m := schema.NewMetaData()
	m.Table("odd \"na'me\n\x01", schema.Comment("ä\\ 😀"), schema.StableID("t"), schema.Formerly("was"), schema.FormerlyAt("s", "was"),
		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey, schema.Identity(schema.IdentityOptions{})),
		schema.NewColumn("end", schema.Enum("mo od", "a", "b\""), schema.ServerDefault("a"), schema.NotNull, schema.StableID("e"), schema.Formerly("x", "y")),
		schema.NewColumn("n", schema.Numeric(10, 2), schema.Default(int64(1<<62)), schema.ServerDefault("1.10")), schema.NewColumn("n5", schema.Numeric(5, 0)), schema.NewColumn("n0", schema.Numeric(0, 0)),
		schema.NewColumn("u", schema.Unknown, schema.SQLType("postgres", "inet"), schema.Variant("sqlite", schema.Text), schema.Collate("mysql", "x")),
		schema.NewColumn("d", schema.DateTimeTZ, schema.ServerDefault(schema.CurrentTimestamp)), schema.NewColumn("by", schema.LargeBinary, schema.ServerDefault([]byte{0})),
		schema.NewColumn("f", schema.Float, schema.ServerDefault(0.1)), schema.NewColumn("b", schema.ArrayOf(schema.String(3)), schema.ServerDefault(nil)),
		schema.NewColumn("g", schema.Integer, schema.Computed(schema.SQL("sqlite", "id + 1"), false), schema.Comment("c")),
		schema.NewColumn("i", schema.SmallInteger, schema.Identity(schema.IdentityOptions{Always: true, Start: -1 << 63, Cycle: true, Cache: 9})),
		schema.UniqueConstraint("n", "f"), schema.NewIndexWith("ix", schema.IndexOptions{Unique: true, Where: schema.SQL("sqlite", "n > 0")}, "n"), schema.NewIndex("iy", "f"),
		schema.CheckConstraint("", schema.SQL("sqlite", "n > 0")), schema.CheckConstraint("named", schema.SQL("sqlite", "n > 1")))
	m.Table("t", schema.InSchema("s", "u"), schema.NewColumn("a", schema.BigInteger), schema.NewColumn("b", schema.BigInteger), schema.PrimaryKeyConstraint("b", "a"),
		schema.ForeignKeyConstraint("fk", []string{"a"}, []string{"odd \"na'me\n\x01"}, []string{"id"}, schema.OnDelete(schema.SetNull), schema.OnUpdate(schema.Cascade), schema.Deferrable(true)))
	m.Table("v", schema.View(), schema.NewColumn("a", schema.Integer))
	require.NoError(t, m.Freeze())
	text, err := luabind.MetaDataLua(m)
	require.NoError(t, err)
	again, err := luabind.LoadMetaData(context.Background(), "meta.lua", text)
	require.NoError(t, err, text)
	require.Empty(t, schema.Diff(m, again))
	second, err := luabind.MetaDataLua(again)
	require.NoError(t, err)
	require.Equal(t, text, second)

	meta, err := luabind.LoadMetaData(context.Background(), "shop.lua", shop)
	require.NoError(t, err)
	_, err = luabind.MetaDataLua(meta)
	require.EqualError(t, err, `luabind: column:customers.h: an expression cannot be written as Lua`)
}

func TestLoadMetaDataFails(t *testing.T) {
	table := func(s string) string {
		return `return { tables = { { name = "t", columns = { { "x", sql.types.integer } }, ` + s + ` } } }`
	}
	column := func(s string) string {
		return `return { tables = { { name = "t", columns = { { "x", sql.types.integer, ` + s + ` } } } } }`
	}
	for source, want := range map[string]string{
		"return":                                "m.lua: expected the script to return a table of tables, got 0 values",
		"return 1":                              "m.lua: expected a schema, got 1",
		"return {":                              "m.lua:1: ",
		"error('no')":                           "m.lua:1: no",
		"return { table = {} }":                 `m.lua: a schema has no "table"; did you mean "tables"?`,
		"return { tables = {1} }":               `m.lua: table 1: expected a table, got 1`,
		"return { tables = {{}} }":              "schema: table:: a part of the name is empty",
		table(`comments = "x"`):                 `m.lua: table "t": a table has no "comments"; did you mean "comment"?`,
		table(`view = 1`):                       `m.lua: table "t": expected true or false, got 1`,
		table(`primary_key = "x"`):              `m.lua: table "t": expected a list of names, got "x"`,
		table(`unique = { "x" }`):               `m.lua: table "t": unique keys 1: expected a list of names, got "x"`,
		table(`checks = { { "a", "b", "c" } }`): `m.lua: table "t": checks 1: expected a check such as {"name", condition}`,
		table(`checks = { { "a", function(c) return c.y:gt(1) end } }`):            `m.lua:1: `,
		table(`checks = { { "a", function(c) return 1 end } }`):                    `m.lua: table "t": checks 1: expected the function to return an expression, got 1`,
		table(`checks = { { "a", function(c) return c.x:add(1) end } }`):           `schema: table:t: check "a": expected a value of type boolean, got big_integer`,
		table(`checks = { { "a", function(c) while true do end end } }`):           "m.lua:1: ",
		table(`indexes = { {} }`):                                                  `schema: 2 problems:`,
		table(`foreign_keys = { { cols = {} } }`):                                  `m.lua: table "t": foreign keys 1: a foreign key has no "cols"`,
		column(`not_nul = true`):                                                   `m.lua: table "t": columns 1 "x": a column has no "not_nul"; did you mean "not_null"?`,
		column(`1`):                                                                `m.lua: table "t": columns 1 "x": expected a name and a type, got 1 too`,
		column(`on_delete = "never"`):                                              `m.lua: table "t": columns 1 "x": expected "NO ACTION", "RESTRICT", "CASCADE", "SET NULL" or "SET DEFAULT", got "never"`,
		column(`deferrable = "x"`):                                                 `m.lua: table "t": columns 1 "x": expected "immediate" or "deferred", got "x"`,
		column(`server_default = sql`):                                             `m.lua: table "t": columns 1 "x": expected a plain value, an expression, a function, {current_timestamp = true} or {sql = ..., dialect = ...}, got the module sql`,
		column(`server_default = {bytes = "x"}`):                                   `m.lua: table "t": columns 1 "x": expected hexadecimal digits, got "x"`,
		column(`stored = true`):                                                    `m.lua: table "t": columns 1 "x": stored, but not computed`,
		column(`identity = { step = 1 }`):                                          `m.lua: table "t": columns 1 "x": an identity has no "step"`,
		column(`identity = { start = 1.5 }`):                                       `m.lua: table "t": columns 1 "x": expected a whole number, got 1.5`,
		column(`collate = "C"`):                                                    `m.lua: table "t": columns 1 "x": expected {dialect = ...}, got "C"`,
		`return { tables = { { name = "t", columns = { { "x", "integer" } } } } }`: `m.lua: table "t": columns 1 "x": expected a type such as sql.types.integer, got "integer"`,
	} {
		meta, err := luabind.LoadMetaData(context.Background(), "m.lua", source, luabind.WithLimits(luabind.Limits{Steps: 1_000_000}))
		require.Nil(t, meta)
		require.Error(t, err, source)
		require.True(t, len(err.Error()) >= len(want) && err.Error()[:len(want)] == want, "%s\nwant %s\ngot  %s", source, want, err)
	}
}
