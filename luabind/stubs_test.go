package luabind_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/yuin/gopher-lua/parse"

	"github.com/sqlser/sqlser/engine/expr"
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
	got, file := luabind.APIStubs(made), "../scripts/meta/sqlser.lua"
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
