package luabind_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
)

const topPlugin = `
local common = require "common"
return sql.plugin {
  api = 1, name = "top-users", version = "1.0", doc = "who is old",
  queries = {
    top = {
      doc = "the oldest of a name",
      params = { name = sql.types.string, n = { sql.types.integer, default = 10, doc = "how many" } },
      options = { sort = { "name", "age" }, dir = { "up", "down" } },
      build = function(p, o)
        local key = common.users[o.sort]
        return sql.select(common.users.id):where(common.users.name == p.name)
          :order_by(o.dir == "up" and key:asc() or key:desc()):limit(p.n)
      end,
    },
    all = { build = function() return sql.select(common.users.id) end },
  },
}`

func pluginFiles(main string) fstest.MapFS {
	return fstest.MapFS{
		"plugins/top.lua":    {Data: []byte(main)},
		"plugins/common.lua": {Data: []byte(`return {users = db.users}`)},
		"secret.lua":         {Data: []byte(`return 1`)},
	}
}

func TestPlugin(t *testing.T) {
	rt := newRuntime(t, withCodec())
	p, err := rt.LoadPlugin(context.Background(), pluginFiles(topPlugin), "plugins/top.lua")
	require.NoError(t, err)
	require.Equal(t, []any{1, "top-users", "1.0", "who is old"}, []any{p.API, p.Name, p.Version, p.Doc})
	require.Len(t, p.SourceHash, 64)
	require.Len(t, p.Queries, 5)
	q := p.Queries["top,dir=down,sort=age"]
	require.Equal(t, map[string]string{"dir": "down", "sort": "age"}, q.Options)
	require.Equal(t, "the oldest of a name", q.Doc)
	require.Equal(t, []string{"n", "name"}, []string{q.Params[0].Name(), q.Params[1].Name()})
	require.NotEmpty(t, q.Bytes)
	require.NotEqual(t, q.Bytes, p.Queries["top,dir=up,sort=age"].Bytes)

	// The hash is of every file, and only of what they hold.
	again, err := rt.LoadPlugin(context.Background(), pluginFiles(topPlugin), "plugins/top.lua")
	require.NoError(t, err)
	require.Equal(t, p.SourceHash, again.SourceHash)
	files := pluginFiles(topPlugin)
	files["plugins/common.lua"].Data = []byte(`return {users = db.users, x = 1}`)
	other, err := rt.LoadPlugin(context.Background(), files, "plugins/top.lua")
	require.NoError(t, err)
	require.NotEqual(t, p.SourceHash, other.SourceHash)

	// What is stored is loaded again.
	b, err := p.Bundle().Bytes()
	require.NoError(t, err)
	bundle, err := luabind.ReadBundle(b)
	require.NoError(t, err)
	require.Equal(t, p.Bundle(), bundle)
	back, err := rt.LoadBundle(bundle)
	require.NoError(t, err)
	require.Len(t, back.Queries, len(p.Queries))
	for key, q := range p.Queries {
		require.Equal(t, q.Bytes, back.Queries[key].Bytes, key)
		require.Len(t, back.Queries[key].Params, len(q.Params))
	}
	for i := range b { // nothing else is a bundle
		_, err := luabind.ReadBundle(b[:i])
		require.Error(t, err)
	}
	for _, other := range []string{" " + string(b), string(b) + "\n", strings.Replace(string(b), `{"api":1,`, `{"api":1,"api":1,`, 1), strings.Replace(string(b), `"name"`, `"Name"`, 1),
		strings.Replace(string(b), `"doc"`, `"x":1,"doc"`, 1), `null`, `{}`, `{"api":2}`} {
		_, err := luabind.ReadBundle([]byte(other))
		require.Error(t, err, other)
	}
	bundle.Queries[0].Bytes = []byte("nothing")
	bundle.Queries[2].Bytes = nil
	_, err = rt.LoadBundle(bundle)
	var wrong *luabind.PluginError
	require.ErrorAs(t, err, &wrong)
	require.Len(t, wrong.Errors, 2, "every error is told")
}

// TestPluginErrors holds that all that is wrong is told at once.
func TestPluginErrors(t *testing.T) {
	rt := newRuntime(t, withCodec())
	_, err := rt.LoadPlugin(context.Background(), pluginFiles(`return sql.plugin {
  api = 2, name = "a b", versoin = "1", queries = {
    one = { build = function(p) return db.users end },
    two = { build = function(p) return sql.select(db.users.nmae) end },
    three = { params = { n = { sql.types.integer, deflaut = 1 }, m = 5 }, build = function(p) return sql.select(db.users.id) end },
    four = { params = { n = sql.types.integer }, build = function(p) return sql.select(db.users.id):limit(p.m) end },
    misspelt = { options = { dir = { "asc", "desc" } }, build = function(p, o) return sql.select(db.users.id):limit(o.drr == "desc" and 1 or 2) end },
    without = { build = function(p, o) return o.dir and sql.select(db.users.id) end },
    five = { options = { o = { "a", "a" } }, build = print },
    six = {},
    ["../seven"] = { build = function() return sql.select(db.users.id) end },
    eight = { build = function()
      return sql.select(db.users.id, db.addresses.id) end },
    zero = { build = function() while true do end end, params = { x = sql.types.integer } },
  },
}`), "plugins/top.lua")
	var wrong *luabind.PluginError
	require.ErrorAs(t, err, &wrong)
	text := err.Error()
	for _, want := range []string{
		`api: expected 1, got 2`, `name: expected letters, digits, "_", "-" and ".", got "a b"`, `it has no "versoin"; did you mean "version"?`, `the plugin has no version`,
		`plugins/top.lua:3: query "one": expected build to return a query, got the source "users"`,
		`plugins/top.lua:4: query "two": users has no column or method "nmae"; did you mean "name"?`,
		`query "three": parameter "n": no option "deflaut"; did you mean "default"?`, `query "three": parameter "m": expected a type`,
		`plugins/top.lua:6: query "four": the query has no parameter "m"`, `plugins/top.lua:7: query "misspelt,dir=asc": the query has no option "drr"; did you mean "dir"?`, `plugins/top.lua:8: query "without": the query has no option "dir"`,
		`query "five": option "o": the choice "a" stands twice`,
		`query "six": it has no build`, `plugins/top.lua:12: query "eight": 2 sources are not joined (users, addresses)`, `query "../seven": expected a name`, `query "zero": the script takes`,
	} {
		require.Contains(t, text, want)
	}
	p, err := rt.LoadPlugin(context.Background(), pluginFiles(`return sql.plugin { api = 1, name = "all", version = "1", queries = { one = {
	options = { a = { "x" }, b = { "y" } },
	build = function(p, o) local said = "" for name, choice in pairs(o) do said = said .. name .. choice end return sql.select(sql.literal(said .. #o):label "said") end } } }`), "plugins/top.lua")
	require.NoError(t, err, "options are gone over as a table's")
	require.True(t, expr.Equal(expr.Select(expr.Literal(expr.Text("axby2")).Label("said")), p.Queries["one,a=x,b=y"].Query))
	for script, want := range map[string]string{
		`return 1`:                   "expected the script to return sql.plugin{...}, got a number",
		`return sql.plugin()`:        "expected a table",
		`return sql.plugin{}`:        "the plugin has no queries",
		`x = `:                       "syntax error",
		`return require "../secret"`: "there is no module",
		`return require "secret"`:    "there is no module",
		`return require "top"`:       "", // runs itself once more, and then it requires itself
	} {
		_, err := rt.LoadPlugin(context.Background(), pluginFiles(script), "plugins/top.lua")
		require.ErrorContains(t, err, want, script)
	}
	_, err = rt.LoadPlugin(context.Background(), pluginFiles(""), "plugins/none.lua")
	require.Error(t, err)
}

// TestRequire holds what scripts may require.
func TestRequire(t *testing.T) {
	files := fstest.MapFS{
		"a.lua":     {Data: []byte(`n = (n or 0) + 1 return {n = n, b = require "lib.b"}`)},
		"lib/b.lua": {Data: []byte(`return "b"`)},
		"none.lua":  {Data: []byte(``)},
		"self.lua":  {Data: []byte(`return require "self"`)},
		"fails.lua": {Data: []byte("\nerror('no', 0)")},
		"wrong.lua": {Data: []byte("\nx = = 1")},
		"long.lua":  {Data: []byte("--" + strings.Repeat("x", 70_000))},
	}
	rt := newRuntime(t, luabind.WithModules(files))
	require.Equal(t, []any{1.0, "b", true}, run(t, rt, `local a = require "a" return {a.n, a.b, require "a" == a}`))
	require.Equal(t, true, run(t, rt, `return require "none"`))
	for module, want := range map[string]string{
		"self": "requires itself", "fails": "no", "wrong": "wrong.lua:2:", "long": "bytes long", "missing": "there is no module", "lib/../a": "there is no module", "": "there is no module",
	} {
		require.ErrorContains(t, fails(t, rt, fmt.Sprintf("return require %q", module)), want, module)
	}
	require.Equal(t, false, run(t, rt, `pcall(require, "fails") return (pcall(require, "fails"))`))
}

// TestReload loads a plugin anew while others use the one before.
func TestReload(t *testing.T) {
	rt := newRuntime(t, withLockedCodec())
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			source := strings.Replace(topPlugin, `"1.0"`, fmt.Sprintf(`"1.%d"`, i), 1)
			for range 10 {
				p, err := rt.LoadPlugin(context.Background(), pluginFiles(source), "plugins/top.lua")
				if err != nil || p.Version != fmt.Sprintf("1.%d", i) || len(p.Queries) != 5 {
					t.Error(p, err)
					return
				}
			}
		})
	}
	group.Wait()
}

// FuzzReadBundle: a bundle is read as it was written or not at all, and its queries are
// loaded or refused.
func FuzzReadBundle(f *testing.F) {
	rt := newRuntime(f, withCodec())
	p, err := rt.LoadPlugin(context.Background(), pluginFiles(topPlugin), "plugins/top.lua")
	require.NoError(f, err)
	b, err := p.Bundle().Bytes()
	require.NoError(f, err)
	f.Add(b)
	f.Add([]byte(`{"api":1,"name":"a","version":"1","source_hash":"","queries":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		bundle, err := luabind.ReadBundle(b)
		if err != nil {
			return
		}
		again, err := bundle.Bytes()
		require.NoError(t, err)
		require.Equal(t, b, again)
		var wrong *luabind.PluginError
		if back, err := rt.LoadBundle(bundle); err != nil {
			require.ErrorAs(t, err, &wrong)
		} else {
			require.Len(t, back.Queries, len(bundle.Queries))
		}
	})
}

// TestPluginChoices: choices are texts, numbers and truth values that stand for themselves, or names of what build is
// given.
func TestPluginChoices(t *testing.T) {
	rt := newRuntime(t, withCodec())
	load := func(options string) (*luabind.Plugin, error) {
		return rt.LoadPlugin(context.Background(), pluginFiles(`local u = db.users return sql.plugin{api = 1, name = "x", version = "1", queries = {q = {
			options = `+options+`, build = function(p, o) return sql.select(u.id):order_by(o.by):limit(o.n):where(o.all and u.id > 0 or u.active) end}}}`), "plugins/top.lua")
	}
	p, err := load(`{by = {name = u.name, oldest = u.born:desc()}, n = {10, 100}, all = {true, false}}`)
	require.NoError(t, err)
	require.Len(t, p.Queries, 8)
	require.Equal(t, map[string]string{"all": "false", "by": "oldest", "n": "100"}, p.Queries["q,all=false,by=oldest,n=100"].Options)
	want := node(t, run(t, rt, `return sql.select(u.id):order_by(u.born:desc()):limit(100):where(u.active)`))
	require.True(t, expr.Equal(want, p.Queries["q,all=false,by=oldest,n=100"].Query))
	for options, want := range map[string]string{
		`{by = {}}`:              `expected name = {"choice", ...} or {choice = value, ...}`,
		`{by = "name"}`:          `expected name = {"choice", ...} or {choice = value, ...}`,
		`{by = {u.name}}`:        `expected choices of letters, digits, "_", "-" and ".", or {choice = value, ...}, got an expression of type string(50)`,
		`{by = {"a b"}}`:         `got "a b"`,
		`{by = {"a", "a"}}`:      `the choice "a" stands twice`,
		`{by = {"a", a = u.id}}`: `the choice "a" stands twice`,
		`{by = {[u.id] = 1}}`:    `got an expression of type big_integer`,
	} {
		_, err := load(options)
		require.ErrorContains(t, err, want, options)
	}
}
