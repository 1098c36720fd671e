package luabind_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// literal returns the value and type of the literal that a script returns.
func literal(t *testing.T, v any) (expr.Value, schema.Type) {
	t.Helper()
	x := v.(expr.Expr)
	require.NoError(t, x.Err())
	n, ok := x.Node().(*expr.LiteralExpr)
	require.True(t, ok, "%v", v)
	return n.Value(), x.Type()
}

func TestValues(t *testing.T) {
	rt := newRuntime(t)
	for script, want := range map[string]string{
		`sql.literal(1)`:                                "big_integer 1",
		`sql.literal(-9007199254740991)`:                "big_integer -9007199254740991",
		`sql.literal(1.5)`:                              "double 1.5",
		`sql.literal("x")`:                              `text "x"`,
		`sql.literal(true)`:                             "boolean true",
		`sql.literal(1, sql.types.smallint)`:            "small_integer 1",
		`sql.literal("1.50", sql.types.numeric(10, 2))`: "numeric(10,2) 1.50",
		`sql.literal(1.5, sql.types.numeric)`:           "numeric 1.5",
		`sql.literal("1e300", sql.types.double)`:        "double 1e+300",
		`sql.literal("2026-01-31", sql.types.date)`:     "date 2026-01-31",
		`sql.literal("x", sql.types.string(5))`:         `string(5) "x"`,
		`sql.literal(sql.null, sql.types.integer)`:      "integer NULL",
		`sql.null`:                                        "unknown NULL",
		`sql.int "9223372036854775807"`:                   "big_integer 9223372036854775807",
		`sql.int(5)`:                                      "big_integer 5",
		`sql.decimal "1.10"`:                              "numeric 1.10",
		`sql.decimal(0.1)`:                                "numeric 0.1",
		`sql.decimal(3)`:                                  "numeric 3",
		`sql.date "2026-01-31"`:                           "date 2026-01-31",
		`sql.time "13:45:00.5"`:                           "time 13:45:00.5",
		`sql.datetime "2026-01-31 13:45:00"`:              "datetime 2026-01-31 13:45:00",
		`sql.datetime "2026-01-31T13:45:00"`:              "datetime 2026-01-31 13:45:00",
		`sql.datetime "2026-01-31"`:                       "datetime 2026-01-31 00:00:00",
		`sql.datetime "2026-01-31 13:45:00+01:00"`:        "datetime_tz 2026-01-31 12:45:00Z",
		`sql.datetime "2026-01-31T13:45:00Z"`:             "datetime_tz 2026-01-31 13:45:00Z",
		`sql.interval{days = 3, hours = 1.5}`:             "interval 0 months 3 days 1h30m0s",
		`sql.interval{years = 1, months = -2, weeks = 1}`: "interval 10 months 7 days 0s",
		`sql.bytes "\255\0"`:                              "large_binary 0xff00",
		`sql.bytes ""`:                                    "large_binary 0x",
		`sql.uuid "123E4567e89b12d3a456426614174000"`:     "uuid 123e4567-e89b-12d3-a456-426614174000",
		`sql.json{}`:                                      "json {}",
		`sql.json{1, "a", false, {}}`:                     `json [1,"a",false,{}]`,
		`sql.json{b = {1}, a = "\"\n<"}`:                  `json {"a":"\"\n\u003c","b":[1]}`,
		`sql.json "x"`:                                    `json "x"`,
		`sql.json(1.5)`:                                   "json 1.5",
		`sql.json{sql.null, sql.int "9007199254740993", sql.decimal "1.10", sql.json{1}}`: "json [null,9007199254740993,1.10,[1]]",
	} {
		v, typ := literal(t, run(t, rt, "return "+script))
		require.Equal(t, want, typ.String()+" "+v.String(), script)
	}
}

// TestAdapt holds that plain values take the type of what they meet.
func TestAdapt(t *testing.T) {
	rt := newRuntime(t)
	for script, want := range map[string]string{
		`u.balance:eq(1.5)`:                "numeric 1.5",
		`u.balance:eq(0.1)`:                "numeric 0.1",
		`u.score:eq(1)`:                    "double 1",
		`u.id:eq(1)`:                       "big_integer 1",
		`u.born:eq "2026-01-31"`:           "date 2026-01-31",
		`u.seen:lt "2026-01-31T00:00:00Z"`: "datetime_tz 2026-01-31 00:00:00Z",
		`u.active:eq(false)`:               "boolean false",
		`u.token:eq "123e4567-e89b-12d3-a456-426614174000"`: "uuid 123e4567-e89b-12d3-a456-426614174000",
	} {
		x := run(t, rt, "return "+script).(expr.Expr)
		v, typ := literal(t, x.Node().(*expr.BinaryExpr).Right())
		require.Equal(t, want, typ.String()+" "+v.String(), script)
	}
}

// TestParameters holds that a default takes its parameter's type.
func TestParameters(t *testing.T) {
	rt := newRuntime(t)
	p := run(t, rt, `return sql.param("d", sql.types.date, "2026-01-31")`).(expr.Expr).Node().(*expr.ParamExpr).Parameter()
	v, ok := p.Default()
	require.True(t, ok)
	require.Equal(t, "2026-01-31", v.Plain())
	require.Equal(t, schema.Date, p.Type())
	p = run(t, rt, `return sql.param("n", sql.types.integer, sql.null)`).(expr.Expr).Node().(*expr.ParamExpr).Parameter()
	v, ok = p.Default()
	require.True(t, ok)
	require.True(t, v.IsNull())
	p = run(t, rt, `return sql.param("n", sql.types.integer)`).(expr.Expr).Node().(*expr.ParamExpr).Parameter()
	_, ok = p.Default()
	require.False(t, ok)
}

// TestCodecAndCompiler holds what the host grants.
func TestCodecAndCompiler(t *testing.T) {
	rt := newRuntime(t, withCodec(), withCompiler())
	for _, of := range []string{`sql.select(u.id)`, `u.age:add(1)`, `u`, `u:alias "x"`, `u:join(a)`, `u.age`} {
		want := node(t, run(t, rt, "return "+of))
		got := node(t, run(t, rt, "return sql.load(("+of+"):dump())"))
		require.True(t, expr.Equal(want, got), of)
		require.Equal(t, run(t, rt, "return ("+of+"):hash()"), run(t, rt, "return sql.load(("+of+"):dump()):hash()"), of)
	}
	require.Equal(t, true, run(t, rt, `return sql.load(u:dump()) == u`), "a table is the state's own object")
	require.Contains(t, run(t, rt, `local text, args = sql.select(u.id):sql "postgres" return text`), "postgres\nselect")
	require.Equal(t, []any{3.0, 1.0, "x", "nil"}, run(t, rt, `local _, v = sql.select(u.id):sql() return {v.n, v[1], v[2], type(v[3])}`))
	require.Equal(t, "postgres", run(t, rt, `return (sql.select(u.id):sql "postgres"):match "%l+"`))

	d := run(t, rt, `return sql.select(u.id, (u.age + 1):label "n"):where(u.age:gt(sql.param("min", sql.types.integer, 18)), u.id:gt(sql.param("id", sql.types.bigint))):describe()`).(map[string]any)
	require.NotEmpty(t, d["hash"])
	delete(d, "hash")
	require.Equal(t, map[string]any{
		"columns": []any{map[string]any{"name": "id", "type": "big_integer"}, map[string]any{"name": "n", "type": "big_integer"}},
		"tables":  []any{"users"},
		"params": []any{
			map[string]any{"name": "min", "type": "integer", "default": 18.0, "required": false},
			map[string]any{"name": "id", "type": "big_integer", "required": true},
		},
	}, d)
}

// TestToString holds that what a script prints tells it something, and never an
// address of memory.
func TestToString(t *testing.T) {
	rt := newRuntime(t)
	for script, want := range map[string]string{
		`u.name`: "users.name", `u`: "source users", `u.c`: "the columns of users", `db`: "db", `db.app`: "db.app",
		`sql`: "module sql", `sql.fn`: "sql.fn", `sql.types.int`: "integer", `{}`: "table", `print`: "function",
		`sql.select`: "function", `u.name:label "n"`: "users.name as n", `u.name:desc()`: "order by users.name",
		`setmetatable({}, {__tostring = function() return "mine" end})`: "mine",
	} {
		require.Equal(t, want, run(t, rt, "return tostring("+script+")"), script)
		require.Equal(t, want, run(t, rt, `return ("%s"):format(`+script+")"), script)
	}
	require.Contains(t, run(t, rt, `return tostring(sql.select(u.id))`), "select\n", "without a compiler, the tree")
	require.Contains(t, run(t, newRuntime(t, withCompiler()), `return tostring(sql.select(u.id))`), "\nselect", "with one, the SQL")
	require.Contains(t, run(t, rt, `local l = {} for i = 1, 2000 do l[i] = i end return tostring(u.id:in_(l))`), "in of ")
}

func TestShape(t *testing.T) {
	rt := newRuntime(t)
	shape := func(q string) any { return run(t, rt, "return ("+q+"):shape()") }
	require.Len(t, shape(`sql.select(u.id)`), 64)
	require.Equal(t, shape(`sql.select(u.id):where(u.age:gt(1))`), shape(`sql.select(u.id):where(u.age:gt(2))`))
	require.NotEqual(t, shape(`sql.select(u.id):where(u.age:gt(1))`), shape(`sql.select(u.id):where(u.age:lt(1))`))
	require.NotEqual(t, shape(`sql.update(u):set{age = 1}:all_rows()`), shape(`sql.update(u):set{name = "x"}:all_rows()`))
	require.NotEqual(t, shape(`u.id`), shape(`u.name`))
}

// TestLuaSource: q:lua() is the source that builds q.
func TestLuaSource(t *testing.T) {
	rt := newRuntime(t)
	source := run(t, rt, `return sql.select(u.id, u.name):where(u.age:gt(30), u.name:like "a%"):order_by(u.name:desc()):limit(10):lua()`)
	require.Equal(t, `local users = db.users
return sql.select(users.id, users.name)
  :where(users.age > 30, users.name:like "a%")
  :order_by(users.name:desc())
  :limit(10)
`, source)
	for _, q := range []string{`u.name:lower()`, `db.app.events`, `db.app.tables`, `db.tables.tables`, `db.schemas.both.inner`, `db.tables.both`, `u:join(a)`, `db.odd.alias`, `db.odd["two words"]`,
		`sql.select(db.odd.c.c, db.odd["and"])`, `sql.delete(u):all_rows()`, `sql.node("alias", {source = u})`, `sql.float "nan"`, `sql.float "-0"`, `sql.json_text "[1.50]"`,
		`u.age - (u.id - 1) * 2 % 3`, `-(-u.age)`, `u.age - -5`, `-u.age - -u.id`, `(u.name .. "a") .. ("b" .. u.name)`,
		`not (u.active and (u.age > 3 or not u.active) or u.name == "x")`, `(u.age > 3) == (u.id > 3)`, `u.age == sql.null`, `sql.literal(1) == u.age`, `sql.literal(true) and u.active`,
		`sql.and_(sql.param("p", sql.types.boolean), u.active)`, `sql.param("p", sql.types.integer) > u.age`, `sql.select((u.age + 1):label "x", sql.fn.lower(u.name .. "x")):order_by((u.age * 2):desc():nulls_last())`, `sql.select(u.id:label "x"):order_by(sql.desc "x":nulls_first(), sql.asc "x")`} {
		x := `(` + q + `)`
		if q == `u.name:lower()` {
			x = `sql.fn.lower(u.name)`
		}
		sameQuery(t, rt, "return "+x, run(t, rt, "return "+x+":lua()").(string))
	}
}

func TestDiff(t *testing.T) {
	rt := newRuntime(t)
	require.Equal(t, "1 root.limit.value changed 10 20 root.limit.value: 10 became 20", run(t, rt,
		`local q = sql.select(u.id):limit(10); local d = q:diff(q:limit(20)); return #d.." "..d[1].path.." "..d[1].kind.." "..d[1].before.." "..d[1].after.." "..d[1].text`))
	require.Equal(t, float64(0), run(t, rt, `local q = sql.select(u.id):limit(10); return #q:diff(q)`))
	require.Contains(t, fails(t, rt, `return u.id:diff(1)`).Error(), "diff: expected a query, an expression or a source, got a number")
}

// TestNode: a node of its fields is checked as one of bytes is.
func TestNode(t *testing.T) {
	rt := newRuntime(t)
	sameQuery(t, rt, `return u.id:eq(1)`, `return sql.node("binary", {op = 1, left = u.id, right = sql.int "1"})`)
	for source, reason := range map[string]string{
		`sql.node("binry", {})`:                                                `there is no node kind "binry"; did you mean "binary"?`,
		`sql.node("binary", {op = 1, left = u.id})`:                            "missing",
		`sql.node("binary", {op = 200, left = u.id, right = u.id})`:            "200",
		`sql.node("binary", {op = 1, left = u.id, rigth = u.id})`:              "right",
		`sql.node("binary", {op = 1, left = u.id, right = u.id, more = 1})`:    `no field "more"`,
		`sql.node("binary", {op = "x", left = u.id, right = u.id})`:            "op: expected a whole number",
		`sql.node("binary", {op = 1, left = 3, right = u.id})`:                 "left: expected an expression",
		`sql.node("binary", {op = 1, left = u, right = u.id})`:                 "cannot stand here",
		`sql.node("column", {column = {u, "nosuch"}})`:                         "has no column",
		`sql.node("column", {column = {u, 3}})`:                                "has no column",
		`sql.node("column", {column = {sql.select(u.id):subquery "s", 1}})`:    "has no column",
		`sql.node("literal", {value = {kind = "date", bits = "99999999999"}})`: "date",
		`sql.node("literal", {value = {kind = "nosuch"}})`:                     "",
		`sql.node("cast", {x = u.id, to = {kind = "integer", size = 3}})`:      "size",
		`sql.node("cast", {x = u.id, to = {kind = "text", host = "nosuch"}})`:  `the host has no type "nosuch"`,
		`sql.node("call", {["function"] = "pg_sleep"})`:                        "there is no function",
		`sql.node("custom", {op = "<->", left = u.id, right = u.id})`:          `needs the grant "raw"`,
		`sql.node("text", {text = "1; drop table users"})`:                     "",
		`sql.node("text", {text = "1"})`:                                       `needs the grant "raw"`,
		`sql.node("select", {columns = {{expr = u.id, label = "id"}}})`:        "only repeats",
		`sql.node("select", {columns = {}})`:                                   "columns",
		`sql.node("select", {columns = {{expr = u.id, lable = "x"}}})`:         `no field "lable"`,
		`sql.node("select", {columns = {u.id}})`:                               "a table of fields",
		`sql.node("param", {parameter = {type = sql.types.integer}})`:          "no name",
		`sql.node("param", {parameter = {name = "p", type = 3}})`:              "a type such as",
		`sql.node("logic", {terms = {u.active}})`:                              "",
		`sql.node("binary", 3)`:                                                "a table such as",
	} {
		require.Contains(t, fails(t, rt, "return "+source).Error(), reason, source)
	}
}
