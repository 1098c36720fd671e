package tests

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/luabind/luasource"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/scripts/tpch"
	"github.com/sqlser/sqlser/serializer"
)

// luaAgain runs the source of a query and requires what it returns to have the query's bytes.
func luaAgain(t testing.TB, m *schema.MetaData, n expr.Node) string {
	t.Helper()
	want, err := serializer.Dumps(n)
	require.NoError(t, err)
	text, err := luasource.Of(n, 0)
	require.NoError(t, err)
	rt, err := luabind.New(m, luabind.Grant(expr.GrantsOf(n)...), luabind.WithLimits(luabind.Limits{Source: 1 << 20, Time: -1}))
	require.NoError(t, err)
	values, err := rt.Run(context.Background(), "q.lua", text)
	require.NoError(t, err, "%s", text)
	require.Len(t, values, 1)
	got, err := serializer.Dumps(values[0])
	require.NoError(t, err, "%s", text)
	require.Equal(t, want, got, "%s\n%s", text, expr.Sprint(n))
	return text
}

// TestLuaSourceOfRandomQueries: what the random queries are written as in Lua builds
// the same bytes again, also where they come from bytes.
func TestLuaSourceOfRandomQueries(t *testing.T) {
	s := newSample(t)
	known := calls(s)
	n, built, plain := 2000, 0, 0
	if testing.Short() {
		n = 400
	}
	for seed := range uint64(n) {
		g := &grower{Rand: rand.New(rand.NewPCG(seed, 77)), s: s, calls: known}
		q := expr.Node(nil)
		switch {
		case seed%5 == 0:
			g.query()
			q = g.change()
		case seed%7 == 0:
			q = g.ordered()
		default:
			q = g.query()
		}
		if expr.Err(q) != nil {
			continue
		}
		text := luaAgain(t, s.meta, q)
		if built++; strings.Contains(text, "sql.node(") {
			plain++
			t.Log(text)
		}
	}
	t.Logf("%d queries, %d with a part that no method makes", built, plain)
	require.Greater(t, built, n*6/10)
	require.Less(t, plain, built/20)
}

// TestLuaSourceOfScripts: so does what the scripts of TPC-H build.
func TestLuaSourceOfScripts(t *testing.T) {
	m := tpch.MetaData()
	require.NoError(t, m.Freeze())
	files, err := filepath.Glob("../scripts/tpch/*.lua")
	require.NoError(t, err)
	require.Len(t, files, 22)
	rt, err := luabind.New(m)
	require.NoError(t, err)
	for _, f := range files {
		source, err := os.ReadFile(f)
		require.NoError(t, err)
		values, err := rt.Run(context.Background(), f, string(source))
		require.NoError(t, err)
		text := luaAgain(t, m, values[0].(expr.Node))
		require.NotContains(t, text, "sql.node(", f)
	}
}

// TestLuaSourceOfBoundParameters: what params has bound is bound by it again, whatever its type.
func TestLuaSourceOfBoundParameters(t *testing.T) {
	s := newSample(t)
	rt, err := luabind.New(s.meta)
	require.NoError(t, err)
	for script, want := range map[string]string{
		`local u = db.users return sql.select(u.id):where(u.id < sql.param("max", sql.types.integer, 9), u.id > sql.param("min", sql.types.integer, 2)):params{max = 5}`: "local users = db.users\n" +
			`return sql.select(users.id):where(users.id < sql.param("max", sql.types.integer), users.id > sql.param("min", sql.types.integer, 2)):params{max = 5}` + "\n",
		`local u, P, t = db.users, sql.param, sql.types
		return sql.select(P("a b", t.string), P("dt", t.date), P("dec", t.decimal), P("d", t.double), P("b", t.boolean), P("j", t.json), P("n", t.integer),
			P("u", t.uuid), P("by", t.bytes), P("ts", t.datetime), P("tz", t.datetime_tz), P("tm", t.time), P("big", t.big_integer), P("max", t.integer, {min = 1, max = 9}))
			:where(u.id:in_(P("ids", t.integer, {many = true})), u.name:in_(P("names", t.string, {many = true, default = {"q"}})))
			:params{["a b"] = "x", dt = "2024-01-31", dec = sql.decimal "1.10", d = 3, b = true, j = sql.json{1, 2}, n = sql.null, u = "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
				by = sql.bytes "\1\255", ts = "2024-01-01 10:00:00", tz = "2024-01-01 10:00:00Z", tm = "10:11:12", big = sql.int "9007199254740993", max = 5,
				ids = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, names = {}}`: "",
		`local u, p = db.users, sql.param("id", sql.types.integer)
		return sql.select(u.id):where(u.id == p):union(sql.select(u.id):where(u.id == p)):order_by(sql.desc "id"):params{id = 3}`: "",
		`local u, p, z = db.users, sql.param("id", sql.types.integer), sql.param("z", sql.types.string)
		return sql.select(u.id):where(p:if_given(u.id == p), z:if_given(u.name == z)):params{id = 3}`: "",
		`local u = db.users return sql.select(sql.select(u.id):where(u.id == sql.param("id", sql.types.integer)):params{id = 3}:subquery "s".id)`: "",
		`return sql.insert(db.users):values{id = sql.param("id", sql.types.integer), name = sql.param("n", sql.types.string)}:params{id = 3}`:     "",
		`local u, n = db.users, sql.param("n", sql.types.string) return sql.update(u):set{name = n}:where(u.name ~= n):params{n = "x"}`:           "",
	} {
		values, err := rt.Run(context.Background(), "q.lua", script)
		require.NoError(t, err)
		text := luaAgain(t, s.meta, values[0].(expr.Node))
		require.NotContains(t, text, "sql.node(")
		if want != "" {
			require.Equal(t, want, text)
		}
	}
}

// TestLuaSourceOfExcludedRows: the excluded row is sql.excluded, also within methods.
func TestLuaSourceOfExcludedRows(t *testing.T) {
	s := newSample(t)
	rt, err := luabind.New(s.meta)
	require.NoError(t, err)
	values, err := rt.Run(context.Background(), "q.lua", `local u, x = db.users, sql.excluded
		return sql.insert(u):values{id = 1, name = "a"}:on_conflict{u.id}:do_update{name = u.name .. "/" .. x.name, age = sql.fn.coalesce(sql.case{{x.age:is_null(), u.age}, else_ = x.age:add(1)}, 3)}
			:where(sql.not_(x.name:startswith "b"))`)
	require.NoError(t, err)
	require.NotContains(t, luaAgain(t, s.meta, values[0].(expr.Node)), "sql.node(")
}

// TestLuaSourceOfNames: names of tables, columns, labels and parameters, and values, may
// be any text.
func TestLuaSourceOfNames(t *testing.T) {
	all := hostile(t)
	all = append(all, []string{"and", "end", "nil", "goto", "c", "alias", "join", "sql", "db", "e", "s", "tables", "schemas", "entities", "where", "_", "__index", "1", "found", "self"}...)
	for i, part := range slices.Collect(slices.Chunk(all, 50)) {
		if testing.Short() && i%4 != 0 && len(part) == 50 {
			continue
		}
		m := schema.NewMetaData()
		seen := map[string]bool{}
		names := slices.DeleteFunc(slices.Clone(part), func(s string) bool {
			bad := s == "" || seen[s] || strings.ContainsRune(s, 0) || len(s) > 900
			seen[s] = true
			return bad
		})
		for i, name := range names {
			m.Table(name, schema.NewColumn(name, schema.Text), schema.NewColumn("c"+name, schema.Text))
			m.Table("t"+strconv.Itoa(i), schema.InSchema(name), schema.NewColumn("id", schema.Integer))
			m.Table(name, schema.InSchema(name, "inner"), schema.NewColumn("id", schema.Integer))
		}
		require.NoError(t, m.Freeze())
		for i, name := range names {
			u := expr.Table(m.Lookup(name))
			a, q := u.Alias(name), expr.Select(u.C(name), u.C("c"+name).Label(name+"!")).Where(u.C(name).Eq(name)).Subquery(name)
			s, in := expr.Table(m.Lookup(name, "t"+strconv.Itoa(i))), expr.Table(m.Lookup(name, "inner", name))
			luaAgain(t, m, expr.Select(a.C(name), q.C(name), q.C(name+"!"), s.C("id"), in.C("id"),
				expr.Param(name, schema.Text).Label("p"), expr.TypedLiteral(expr.Text(name), schema.Text).Label("v")).
				From(u, a, q, s, in).Where(expr.Param(name, schema.Text).Ne(name), a.C("c"+name).In(name, "x"), a.C(name).Collate("C").StartsWith(name)))
		}
	}
}

// TestLuaSourceOfLargeTrees: Lua's own limits do not matter: 200 locals, calls inside one another.
func TestLuaSourceOfLargeTrees(t *testing.T) {
	s := newSample(t)
	u := expr.Table(s.meta.Lookup("users"))
	deep, right, negated := u.C("age").Add(0), u.C("age").Add(1), u.C("active").Eq(true)
	for i := range 150 {
		deep = deep.Mul(2).Sub(i).Add(u.C("id"))
		right = u.C("age").Add(right)
		negated = expr.Or(negated.Not(), u.C("id").Eq(i))
	}
	luaAgain(t, s.meta, expr.Select(deep.Label("x"), right.Label("y")).Where(negated))

	var from []expr.FromClause
	var columns []any
	for i := range 300 {
		a := u.Alias("a" + strconv.Itoa(i))
		from = append(from, a)
		columns = append(columns, a.C("id").Label("c"+strconv.Itoa(i)))
	}
	luaAgain(t, s.meta, expr.Select(columns...).From(from...))

	for _, sets := range []any{[]any{u.C("id"), u.C("age")}, u.C("id")} { // one set of two keys is not two sets
		luaAgain(t, s.meta, expr.Select(u.C("id")).GroupBy(expr.CubeOf(sets)))
		luaAgain(t, s.meta, expr.Select(u.C("id")).GroupBy(expr.RollupOf(sets)))
	}

	nested := expr.Select(u.C("id"))
	for i := range 60 {
		sub := nested.Subquery("s" + strconv.Itoa(i))
		nested = expr.Select(sub.C("id")).Where(sub.C("id").Gt(i), expr.Exists(expr.Select(u.C("id")).Where(u.C("id").Eq(sub.C("id")))))
	}
	luaAgain(t, s.meta, nested)

	list, names, rows := make([]any, 60_000), make([]any, 20_000), make([]expr.Assign, 5_000)
	for i := range list {
		list[i] = i
	}
	for i := range names {
		names[i] = "name " + strconv.Itoa(i)
	}
	for i := range rows {
		rows[i] = expr.Assign{"id": i, "name": "name " + strconv.Itoa(i), "active": i%2 == 0}
	}
	luaAgain(t, s.meta, expr.Select(u.C("id")).Where(u.C("id").In(list...)))
	luaAgain(t, s.meta, expr.Select(u.C("id")).Where(u.C("name").In(names...)))
	luaAgain(t, s.meta, expr.Insert(u).Values(rows...))

	_, err := luasource.Of(expr.Select(u.C("id")).Where(u.C("id").In(list...)), 10_000)
	var e *luasource.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, luasource.CodeSize, e.Code)
}
