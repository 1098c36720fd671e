package luabind_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// columnOf returns the name and source of the column that a script returns.
func columnOf(t *testing.T, v any) (source, name string) {
	t.Helper()
	c, ok := v.(expr.Expr).Node().(*expr.ColumnExpr)
	require.True(t, ok, "%v", v)
	return c.Source().Name(), c.Name()
}

// TestNames holds what lua-api.md says of names: a column wins over a method, and
// the method can be called all the same.
func TestNames(t *testing.T) {
	rt := newRuntime(t)
	for script, want := range map[string][2]string{
		`db.users.name`:                        {"users", "name"},
		`db.users.c.name`:                      {"users", "name"},
		`db.tables.users.name`:                 {"users", "name"},
		`db.app.events.id`:                     {"app.events", "id"},
		`db["app"]["events"]["id"]`:            {"app.events", "id"},
		`db.schemas.app.events.id`:             {"app.events", "id"},
		`db.schemas.app.tables.id`:             {"app.tables", "id"},
		`db.app.tables.id`:                     {"app.tables", "id"},
		`db.tables.tables.id`:                  {"tables", "id"},
		`db.tables.both.id`:                    {"both", "id"},
		`db.schemas.both.inner.id`:             {"both.inner", "id"},
		`db.odd.alias`:                         {"odd", "alias"},
		`db.odd.c.alias`:                       {"odd", "alias"},
		`db.odd.c`:                             {"odd", "c"},
		`db.odd.c.c`:                           {"odd", "c"},
		`db.odd["and"]`:                        {"odd", "and"},
		`db.odd["two words"]`:                  {"odd", "two words"},
		`(u:alias "x").name`:                   {"x", "name"},
		`(db.odd:alias "x").alias`:             {"x", "alias"},
		`(db.odd:alias "x").c.alias`:           {"x", "alias"},
		`(db.odd:alias("x"):alias("y")).alias`: {"y", "alias"},
		`(db.odd:join(db.odd:alias "o", db.odd.id:eq(1)):join(u, u.id:eq(1))).name`: {"users", "name"},
		`(u:join(a)).c.city`: {"addresses", "city"},
		`(u:join(a)).city`:   {"addresses", "city"},
		`(sql.select(u.id, (u.age + 1):label "n"):subquery "s").n`:                    {"s", "n"},
		`(sql.select(u.id, (u.age + 1):label "n"):subquery "s").c.n`:                  {"s", "n"},
		`(sql.select(u.id, (u.age + 1):label "alias"):subquery "s"):alias("t").alias`: {"t", "alias"},
	} {
		source, name := columnOf(t, run(t, rt, "return "+script))
		require.Equal(t, want, [2]string{source, name}, script)
	}
	sameQuery(t, rt, `local s = sql.select(u.id, u.name:label "c"):subquery() return sql.select(s.c.c, s.c, s.c.id):where(s.c.c == "x", s.c.id == 1)`,
		`local s = sql.select(u.id, u.name:label "c"):subquery() return sql.select(s.c, s.c, s.id):where(s.c:eq "x", s.id:eq(1))`)
	sameQuery(t, rt, `local o = db.odd return sql.select(o.id):order_by(o.c:asc())`, `local o = db.odd return sql.select(o.id):order_by(sql.asc(o.c.c))`)
	sameQuery(t, rt, `local o = db.odd return sql.select(o.id):where(o.c:eq "x")`, `local o = db.odd return sql.select(o.id):where(o.c.c:in_{"x"}:or_(o.c:eq "x")):without("where"):where(o.c.c:eq "x")`)
	require.Equal(t, true, run(t, rt, `return db.users == db.users and rawequal(db.users.name, db.users.name) and db.users == db.tables.users`))
	require.Equal(t, true, run(t, rt, `return rawequal(u.name, u.c.name)`), "a column is the same object always")
}

// TestPairs holds that scripts can look around.
func TestPairs(t *testing.T) {
	rt := newRuntime(t)
	require.Equal(t, []any{"id", "user_id", "email", "city"}, run(t, rt, `local t = {} for name, c in pairs(a.c) do t[#t + 1] = name end return t`))
	require.Equal(t, []any{"users", "addresses", "odd", "tables", "both"}, run(t, rt, `local t = {} for name, s in pairs(db) do t[#t + 1] = tostring(name) end return t`))
	require.Equal(t, []any{9.0, "id", "alias"}, run(t, rt, `local t = {#db.odd.c} for name, c in pairs(db.odd.c) do t[#t + 1] = name if #t == 3 then return t end end`))
	require.Equal(t, []any{"app", "both"}, run(t, rt, `local t = {} for name in pairs(db.schemas) do t[#t + 1] = name end return t`))
	require.Equal(t, []any{10.0, 20.0}, run(t, rt, `local t = {} for _, n in pairs{10, 20} do t[#t + 1] = n end return t`))
}

func TestTypes(t *testing.T) {
	rt := newRuntime(t)
	for script, want := range map[string]schema.Type{
		`integer`: schema.Integer, `int`: schema.Integer, `big_integer`: schema.BigInteger, `bigint`: schema.BigInteger,
		`smallint`: schema.SmallInteger, `bool`: schema.Boolean, `bytes`: schema.LargeBinary, `timestamp`: schema.DateTime,
		`datetime_tz`: schema.DateTimeTZ, `decimal`: schema.Numeric(0, 0), `decimal(10, 2)`: schema.Numeric(10, 2),
		`numeric(10)`: schema.Numeric(10, 0), `string`: schema.String(0), `string(50)`: schema.String(50), `text`: schema.Text,
		`array(sql.types.integer)`: schema.ArrayOf(schema.Integer), `enum("a", "b")`: schema.Enum("", "a", "b"),
		`enum{"a", "b", name = "letters"}`: schema.Enum("letters", "a", "b"), `enum{"a", "b", name = "letters", schema = "app"}`: schema.Enum("letters", "a", "b").InSchema("app"), `json`: schema.JSON, `uuid`: schema.UUID, `interval`: schema.Interval,
	} {
		require.Equal(t, want, run(t, rt, "return sql.types."+script), script)
	}
	require.Equal(t, true, run(t, rt, `return sql.types.string(5) == sql.types.string(5) and sql.types.int == sql.types.integer and sql.types.text ~= sql.types.json`))
	require.Equal(t, "numeric(10,2)", run(t, rt, `return tostring(sql.types.numeric(10, 2))`))
}
