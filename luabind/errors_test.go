package luabind_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
)

var update = flag.Bool("update", false, "write the golden files anew")

// wrong lists scripts that cannot be, after the prelude on line 1.
var wrong = []string{
	// Names.
	`db.usres`,
	`db.app.evnts`,
	`db.events`,
	`db.tables.usr`,
	`db.schemas.ap`,
	`db.both`,
	`db[1]`,
	`u.agee`,
	`u:ailas "x"`,
	`sql.select(u.id):outerjoin(a)`,
	`sql.select(u.id):filter_by{id = 1}`,
	`sql.select(u.id):scalar_subquery()`,
	`sql.select(u.id):alias "s"`,
	`sql.bindparam "x"`,
	`u.id:isnot(nil)`,
	`u.c.alias`,
	`u[1]`,
	`(u:join(a)).id`,
	`(u:join(a)).nmae`,
	`(sql.select(u.id):subquery "s").name`,
	`sql.slect(u.id)`,
	`sql.count(u.id)`,
	`sql.fn.cuont(u.id)`,
	`sql.fn.date_trunc("month", u.born)`,
	`sql.types.integr`,
	`sql.select(u.id):were(u.active)`,
	`u.age:likes "a%"`,
	`u.name:nulls_last()`,
	`u.name:where(u.active)`,
	`sql.select(u.id):without("were")`,
	`sql.select(u.id):order_by(sql.desc "n")`,
	`require "socket"`,

	// Calls.
	`u.age.gt(30)`,
	`u.age.eq(u.id)`,
	`sql.select(u.id).where(u.active)`,
	`u.alias("x")`,
	`db.odd.alias("x")`,
	`u.age:gt()`,
	`u.age:gt(1, 2)`,
	`u.age:between(1)`,
	`sql.select(u.id):limit()`,
	`sql:select(u.id)`,
	`sql.fn.lower()`,
	`sql.fn.lower(u.age)`,
	`u.age(1)`,
	`u.age:add(1)(2)`,

	// nil, booleans, tables and other things in the place of expressions.
	`u.age:eq(nil)`,
	`u.age:eq(mispelt)`,
	`sql.select(u.id):limit(nil)`,
	`sql.select(u.id, mispelt)`,
	`sql.select{u.id, mispelt, u.name}`,
	`sql.select(u.id):where(mispelt)`,
	`local opts = {} return sql.select(u.id):where(opts.age == 3)`,
	`local opts = {} return sql.select(u.id):where(opts.age ~= nil)`,
	`local age, least = 3, 5 return sql.select(u.id):having(age >= least)`,
	`sql.select(u.id):join(a, a == 1)`,
	`local kind = "x" return sql.and_(u.active, kind == "x")`,
	`sql.not_("users.age" == 3)`,
	`sql.case{{"age" == 3, "x"}}`,
	`sql.select("age" == 3)`,
	`sql.select(u.id):order_by(true)`,
	`sql.select(u.id):where(u.age)`,
	`sql.select(u.id):where(30)`,
	`sql.select(u.id):where("age > 30")`,
	`u.age:and_(u.active)`,
	`u.age:eq{1, 2}`,
	`u.age:eq(u)`,
	`u.age:eq(u.c)`,
	`u.age:eq(u.name:asc())`,
	`u.id:eq(sql.select(u.id))`,
	`u.age:eq(print)`,
	`u.age:eq(sql)`,
	`u.age:eq(sql.types.integer)`,
	`u.name:in_{"a", {"b"}}`,
	`u.name:in_{first = "a"}`,
	`sql.select(u.id):from("users")`,
	`sql.select(u.id):join(sql.select(a.id))`,
	`sql.select(u.id):group_by("name")`,
	`sql.select(u.id):order_by("name")`,
	`sql.select(u.id):order_by(1)`,
	`sql.exists(u)`,
	`sql.case{}`,
	`sql.case(u.active, 1)`,
	`sql.case{u.active, 1}`,
	`sql.case{{u.active}}`,
	`sql.case{{u.active, mispelt}}`,
	`sql.case{{u.active, 1}, els = 2}`,
	`sql.case{{u.active, 1}, else_ = "x"}`,
	`u.age:cast("integer")`,
	`sql.param(1, sql.types.integer)`,
	`sql.param("n", "integer")`,
	`sql.param("", sql.types.integer)`,
	`sql.param("n", sql.types.integer, "x")`,
	`sql.param("n", sql.types.integer, u.age)`,
	`u.name:label()`,
	`u.name:label(1)`,

	`sql.fn.concat_ws(", ", {"a", "b"})`,
	`sql.interval{days = sql.param("n", sql.types.integer)}`,
	`sql.fn.avg(u.seen - u.seen)`,
	`u.seen - 30`,
	`u.name:regexp_replace("a", "b", "g")`,
	`sql.insert(u):values{id = 1}:on_conflict("nmae"):do_nothing()`,
	`sql.insert(u):values{id = 1}:on_conflict{1}:do_nothing()`,
	`sql.fn.median(u.age)`,
	`sql.fn.group_concat(u.name)`,
	`sql.fn.strftime("%Y", u.born)`,
	`sql.fn.date_format(u.born, "%Y")`,
	`sql.case{u.active, 1, 0}`,
	`sql.fn.count(u.id):over{rows = {"unbounded", "current"}}`,
	`sql.select(u.id, a.id:label "a"):join(u:alias "x")`,

	// Comparisons by operators.
	`if u.age == u.id then end`,
	`while u.age < 30 do end`,
	`u.age == nil`,
	`not u.age == 30`,
	`if u.active then end`,
	`if u.name:like "a%" then end`,
	`local p = {n = sql.param("n", sql.types.integer)} if p.n then end`,
	`local p = {n = sql.param("n", sql.types.integer)} return sql.select(u.id):limit(p.n or 10)`,
	`if sql.param("n", sql.types.integer) then end`,
	`local n = sql.param("n", sql.types.integer) if n then end`,
	`local on = sql.param("on", sql.types.boolean) if not on and 1 == 1 then end`,
	`local p = {n = sql.param("n", sql.types.integer)} local n = p.n while n do end`,
	`local p = {n = sql.param("n", sql.types.integer)} repeat local n = p.n until n`,
	`local n = sql.param("n", sql.types.integer) return sql.select(u.id):limit(n or 10)`,
	`local n = sql.param("n", sql.types.integer) local function f() return n and 1 or 2 end f()`,
	`local n = sql.param("n", sql.types.integer) assert(n)`,
	`return sql.select(u.id):order_by(u.name):after("M")`,
	`return u.age > 18 and "adult" or "child"`,
	`return u.name or "nobody"`,
	`return u.active and mispelt`,
	`local least return sql.select(u.id):where(u.age >= least)`,
	`local opts = {} return sql.select(u.id):where(opts.name == u.name)`,
	`local same = "a" == "b" return sql.select(u.id):where(u.active, same)`,
	"local kind = \"x\"\nlocal old = kind == \"old\"\nreturn sql.select(u.id):where(old)",
	`return sql.select(u.id):where(1 < u.age < 5)`,
	`return u.age ^ 2`,
	`return #u.name`,
	`local q = sql.select(u.id) q:where(u.active) return q`,
	`assert(u.age == 3)`,

	// Types and values.
	`u.age:gt("x")`,
	`u.age + u.name`,
	`u.age + {}`,
	`u.age:like("a%")`,
	`u.age:eq(1.5)`,
	`local n = 9007199254740993 return u.id:eq(n)`,
	`u.score:eq(0/0)`,
	`u.score:eq(1/0)`,
	`u.born:eq("yesterday")`,
	`u.name:eq("\255")`,
	`u.active:eq(1)`,
	`sql.int "x"`,
	`sql.int(1.5)`,
	`sql.decimal "1,5"`,
	`sql.date(20260131)`,
	`sql.datetime "now"`,
	`sql.time "25:00"`,
	`sql.uuid "1"`,
	`sql.interval{dayz = 1}`,
	`sql.interval{days = 1.5}`,
	`sql.interval{1}`,
	`sql.json(print)`,
	`sql.json{1, x = 2}`,
	`local t = {} t.t = t return sql.json(t)`,
	`sql.literal(u.age)`,
	`sql.literal("x", sql.types.integer)`,
	`sql.array{}`,
	`sql.types.string(-1)`,
	`sql.types.integer(5)`,
	`sql.types.numeric(10, 20)`,
	`sql.types.enum()`,
	`sql.types.enum{"a", name = "e", schma = "s"}`,
	`sql.types.enum{"a", schema = "s"}`,
	`sql.types.array("integer")`,
	`sql.select(u.id):for_update{strength = "share"}`,
	`sql.select(u.id):limit(-1)`,
	`sql.select(u.id):limit("x")`,
	`sql.select()`,

	// Joins.
	`sql.select(u.id):join(db.odd)`,
	`sql.select(u.id):join(u:alias "x")`,
	`sql.select(u.id, a.id):describe()`,
	`sql.select(u.id, (u.age + 1)):subquery "s"`,

	// What the host does not grant, and what cannot be changed.
	`sql.select(u.id):sql()`,
	`sql.select(u.id):dump()`,
	`u:hash()`,
	`sql.load "x"`,
	`session:rows(sql.select(u.id))`,
	`u.name = 1`,
	`sql.select = 1`,
	`db.users = 1`,
	`u.c.name = 1`,
	`setmetatable(u, {})`,
	`rawset(sql, "x", 1)`,

	// Lua's own.
	`return +`,
	`local x = = 1`,
	`x = "abc`,
	"\n\nif u then",
	`local x = 7 // 2`,
	`local x = u.age // 2`,
	"local x = 1\n// a comment",
	`/* a comment */`,
	`if 1 != 2 then end`,
	`if 1 <> 2 then end`,
	`local x = 1 x += 1`,
	`local x = 1 x++`,
	`local x = 1 x -= 1`,
	`local x = u.active & u.age`,
	`local x = u.active | u.age`,
	`local x = ~1`,
	`local x = 1 << 2`,
	`local x = 1 && 2`,
	`local x = 1 || 2`,
	`local x = !u.active`,
	`local x = u.active ? 1 : 2`,
	`local x = 1 ?? 2`,
	`local x <const> = 1`,
	`local f = (x) => x`,
	`x := 1`,
	`let x = 1`,
	"for i = 1, 2 do\n  if i == 1 then continue end\nend",
	"for i = 1, 2 do\n  continue\nend",
	`if u then elif a then end`,
	`local x = "a // b" y`,
	`error "mine"`,
	`error("mine", 0)`,
	`error({})`,
	`error(setmetatable({}, {__tostring = function() return "my object" end}))`,
	`mispelt.name = 1`,
	`return mispelt.name`,
	`mispelt()`,
	`table.unpack{1}`,
	`math.type(1)`,
	`utf8.len "x"`,
	`load "return 1"`,
	`("x"):trim()`,
	`string.gmtach("x", ".")`,
	`local t = {} t.f()`,
	`local t = {f = {}} print(t.f.g())`,
	`local t = {n = 5} t.n()`,
	`local f return (function() f() end)()`,
	`local x = 1 x()`,
	`io.write "x"`,
	`os.time()`,
	`local t = {} return t.a.b`,
	`local q = sql.select(u.id) for row in q do end`,
	`for k, v in {1, 2} do end`,
	`for x in mispelt do end`,
	`for x in u.c do end`,
	`for x in 5 do end`,
	`return 1 + nil`,
	`goto nowhere`,
	"local q = sql.select(u.id)\n  :where(u.active)\n  :where(u.age)\n  :limit(1)\nreturn q",
	"return sql.select(\n  u.id,\n  u.agee)",
	"return sql.select(u.id)\n  :order_by(\n    u.name:asc(),\n    u.age:desc():nulls_lst())",
	"local function f(x)\n  return x:gt({})\nend\nreturn\n  f(u.age)",
}

// TestErrors shows what each wrong script says.
func TestErrors(t *testing.T) {
	rt := newRuntime(t)
	var b strings.Builder
	for _, source := range wrong {
		_, err := rt.Run(context.Background(), "report.lua", prelude+"\n"+source)
		var e *luabind.Error
		if errors.As(err, &e) && e.Code == luabind.CodeSyntax { // an expression, no statement
			_, err = rt.Run(context.Background(), "report.lua", prelude+"\nreturn "+source)
			var again *luabind.Error
			if errors.As(err, &again) && again.Code == luabind.CodeSyntax {
				err = e
			}
		}
		require.Error(t, err, "%s", source)
		require.ErrorAs(t, err, &e, "%s", source)
		require.NotEqual(t, luabind.CodeInternal, e.Code, "%s: %v", source, err)
		require.Equal(t, "report.lua", e.File, "%s: %v", source, err)
		require.True(t, e.Line > 1 || strings.Contains(source, "error("), "%s: %v", source, err)
		require.NotContains(t, err.Error(), ".go", "%s", source)
		b.WriteString(source + "\n" + indent(err.Error()))
	}
	const golden = "testdata/errors.golden"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o777))
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o666))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

// TestErrorParts holds what a host reads off an error.
func TestErrorParts(t *testing.T) {
	rt := newRuntime(t)
	e := fails(t, rt, "\nreturn sql.select(u.id)\n:where(u.age + u.name)")
	require.Equal(t, luabind.CodeCall, e.Code)
	require.Equal(t, [2]any{"test.lua", 3}, [2]any{e.File, e.Line})
	require.Equal(t, "add", e.Call)
	var cause *expr.Error
	require.ErrorAs(t, e, &cause)
	require.Equal(t, expr.CodeType, cause.Code)
	require.Equal(t, "test.lua:3", cause.At)

	e = fails(t, rt, `local ok, err = pcall(function() return u.agee end) error(err, 0)`)
	require.Equal(t, luabind.CodeCall, e.Code, "an error that is raised again is the same")
	e = fails(t, rt, `local ok, err = pcall(function() return u.agee end) error("other: " .. err, 0)`)
	require.Equal(t, luabind.CodeScript, e.Code)
	require.Equal(t, true, run(t, rt, `local ok, err = pcall(function() return u.agee end) return not ok and err:match "did you mean" ~= nil`), "scripts see text")
}

// TestAtReturn places what is found out only when the script is over.
func TestAtReturn(t *testing.T) {
	rt := newRuntime(t)
	source := "#!lua\nlocal u, a = db.users, db.addresses\nlocal q = sql.select(u.id, a.id)\n\nreturn q\n"
	values, err := rt.Run(context.Background(), "q.lua", source)
	require.NoError(t, err)
	_, wrong := engine.New(nil, dialect.SQLite).Session(engine.WithPolicy(policy.Unrestricted())).Compile(values[0].(expr.Statement))
	require.Error(t, wrong)
	err = luabind.AtReturn("q.lua", source, wrong)
	require.EqualError(t, err, "q.lua:5: "+wrong.Error())
	var cause *expr.Error
	require.ErrorAs(t, err, &cause)
	require.Equal(t, err, luabind.AtReturn("other.lua", source, err), "it has a place already")
	require.NoError(t, luabind.AtReturn("q.lua", source, nil))
	require.EqualError(t, luabind.AtReturn("q.lua", "q = sql.select()", wrong), "q.lua: "+wrong.Error())
	require.EqualError(t, luabind.AtReturn("q.lua", "return (", wrong), "q.lua: "+wrong.Error())
}
