package luabind_test

import (
	"context"
	"flag"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/yuin/gopher-lua/parse"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

var updateStubs = flag.Bool("update-stubs", false, "write scripts/meta/sqlser.lua")

// TestStubs holds that the annotations that ship are those of the API. What a method
// gives is what its example made.
func TestStubs(t *testing.T) {
	rt := newRuntime(t, luabind.Grant(expr.GrantRaw, expr.FunctionGrant("soundex")))
	made := rt.Results()
	for _, m := range expr.Methods() {
		run(t, rt, "return "+m.Example)
	}
	refused := func(m expr.Method) string {
		if m.Example == "" {
			return ""
		}
		v := run(t, rt, "return "+m.Example)
		if x, ok := v.(expr.Expr); ok && x.Type().Family() != schema.FamilyInterval { // which is there to be added
			v = expr.Select(x)
		}
		stmt, ok := v.(expr.Statement)
		if !ok {
			return ""
		}
		admitted, err := policy.Unrestricted().Admit(stmt)
		if err != nil { // no statement by itself, such as a rollup
			return ""
		}
		return luabind.NotOn(func(d *dialect.Dialect) bool {
			_, err := d.Compile(admitted)
			return err != nil
		})
	}
	got, file := luabind.APIStubs(made, refused), "../scripts/meta/sqlser.lua"
	if *updateStubs {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o666))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
	parses(t, got)
}

// TestMetaDataStubs holds names that are no Lua names, keywords, columns that hide
// methods, schemas, and two of a name.
func TestMetaDataStubs(t *testing.T) {
	m, col := schema.NewMetaData(), schema.NewColumn
	m.Table("odd \"name\n]]", col("end", schema.Integer, schema.PrimaryKey), col("a\nos.exit()", schema.Text))
	m.Table("t", col("alias", schema.Text), col("c", schema.Text), col("plain", schema.Numeric(4, 2)))
	m.Table("t", schema.InSchema("s"), col("x", schema.Text))
	m.Table("pet", col("id", schema.Integer, schema.PrimaryKey), col("tag", schema.Text, schema.NotNull, schema.Unique),
		col("mother", schema.Integer, schema.References("pet", "id")), col("mood", schema.Enum("mood", "calm", "wild")))
	m.Entity("Thing", schema.OnTable("t"), schema.Key("plain"), schema.OneToMany("others", "Thing", schema.On("plain", "plain")))
	require.NoError(t, m.Freeze())
	got := luabind.MetaDataStubs(m)
	for _, line := range []string{
		`---@field ["end"] sqlser.Expr integer`, `---@field ["a\nos.exit()"] sqlser.Expr text`,
		`---@field alias sqlser.Expr|function text, may be NULL`, "---@field id sqlser.Expr integer, primary key\n",
		"---@field tag sqlser.Expr text, NOT NULL, unique\n", "---@field mother sqlser.Expr integer, may be NULL, references pet.id\n",
		`---@field mood sqlser.Expr enum "mood"("calm","wild"), may be NULL`, "---@class sqlser.entities.db\n", `---@field plain sqlser.Expr numeric(4,2)`,
		"---@class sqlser.Database", `---@field s sqlser.schema.s`, `---@field t sqlser.table.t`,
		"---@class sqlser.entity.Thing: sqlser.Source", "---@field others sqlser.Relationship one_to_many Thing", "---@field Thing sqlser.entity.Thing", `---@field ["odd \"name\n]]"] sqlser.table.`,
	} {
		require.Contains(t, got, line)
	}
	for line := range strings.Lines(got) {
		require.True(t, line == "\n" || strings.HasPrefix(line, "---"), "%q", line)
	}
	parses(t, got)
}

func parses(t *testing.T, source string) {
	t.Helper()
	_, err := parse.Parse(strings.NewReader(source), "stubs")
	require.NoError(t, err)
}

// TestStubsHead runs the examples that stand before the annotations.
func TestStubsHead(t *testing.T) {
	head, _, _ := strings.Cut(luabind.APIStubs(nil, func(expr.Method) string { return "" }), "---@alias")
	m := schema.NewMetaData()
	m.Table("orders", schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("ordered_at", schema.DateTime), schema.NewColumn("delivered_on", schema.Date))
	require.NoError(t, m.Freeze())
	rt, err := luabind.New(m, withCodec())
	require.NoError(t, err)
	example := func(before string) string {
		_, after, ok := strings.Cut(head, before)
		require.True(t, ok, before)
		line, _, _ := strings.Cut(after, "\n")
		return strings.TrimSpace(line)
	}
	for _, of := range []string{"the last 30 days", "... of a date", "... by a parameter"} {
		values, err := rt.Run(context.Background(), "head.lua", "local o = db.orders return sql.select(o.id):where("+example(of)+")")
		require.NoError(t, err, of)
		_, err = policy.Unrestricted().Admit(values[0].(expr.Statement))
		require.NoError(t, err, of)
	}
	p, err := rt.LoadPlugin(context.Background(), fstest.MapFS{"plugin.lua": {Data: []byte("return sql.plugin{api = 1, name = 'a', version = '1', queries = {query = {" +
		"params = " + example("--   params =") + ", options = " + example("--   options =") + ", build = function(p, o)" +
		" return sql.select(db.orders.id):where(db.orders.id:in_(p.ids)):limit(p.n) end}}}")}}, "plugin.lua")
	require.NoError(t, err)
	require.Len(t, p.Queries, 4)
	require.Contains(t, p.Queries, example("run plugin.lua#"))
}
