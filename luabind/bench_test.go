package luabind_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"

	"github.com/sqlser/sqlser/luabind"
)

// BenchmarkRun runs cached scripts, each in a fresh state.
func BenchmarkRun(b *testing.B) {
	rt := newRuntime(b)
	for name, script := range map[string]string{
		"empty": ``,
		"one":   `return sql.select(u.id, u.name):where(u.age:gt(30)):limit(10)`,
		"join": `return sql.select(u.name, sql.fn.count(a.id):label "n"):join(a):where(u.age:gt(30), u.name:like "a%")
			:group_by(u.id, u.name):having(sql.fn.count(a.id):gt(2)):order_by(sql.desc "n", u.name):limit(10)`,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := rt.Run(context.Background(), "bench.lua", prelude+script); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// longScript is plain Lua and queries in about 500 lines.
func longScript() string {
	var b strings.Builder
	for i := range 40 {
		fmt.Fprintf(&b, `local function report_%d(opts)
  local q = sql.select(u.id, u.name, u.age)
  local limit = opts.limit or 10
  if opts.name ~= nil and #opts.name > 0 then
    q = q:where(u.name == opts.name and u.age >= %d)
  elseif opts.ids then
    q = q:where(not (u.id == 1 or u.id == 2) and u.age ~= nil)
  end
  for i = 1, #(opts.tags or {}) do
    local tag = opts.tags[i]
    if tag.kind == "x" and tag.n > i then q = q:where(u.id == tag.n) end
  end
  return q:order_by(u.name):limit(limit)
end
`, i, i)
	}
	return b.String()
}

// BenchmarkCompile compares a compilation with operators rewritten to one without, which mends and
// counts as well, and to what the machine does alone: of the gallery's scripts, and of one that is
// little else than operators.
func BenchmarkCompile(b *testing.B) {
	rt := newRuntime(b)
	files, err := filepath.Glob("../scripts/gallery/*.lua")
	require.NoError(b, err)
	require.NotEmpty(b, files)
	var gallery []string
	for _, f := range files {
		source, err := os.ReadFile(f)
		require.NoError(b, err)
		gallery = append(gallery, string(source))
	}
	stock := func(name, source string) (*lua.FunctionProto, error) {
		list, err := parse.Parse(strings.NewReader(source), name)
		if err != nil {
			return nil, err
		}
		return lua.Compile(list, name)
	}
	for what, sources := range map[string][]string{"gallery": gallery, "operators": {longScript()}} {
		for how, compile := range map[string]compiler{"bare": stock, "plain": luabind.CompilePlain, "rewritten": rt.CompileAnew} {
			b.Run(what+"/"+how, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					for _, source := range sources {
						if _, err := compile("s", source); err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}

// BenchmarkPlainLua runs loops of plain Lua, of 1000 rounds each, with operators
// rewritten and without.
func BenchmarkPlainLua(b *testing.B) {
	rt := newRuntime(b)
	for name, source := range map[string]string{
		"arithmetic": `local n = 0 for i = 1, 1000 do n = n + i * 2 % 7 end return n`,
		"if":         `local n = 0 for i = 1, 1000 do if i == 5 or i > 600 then n = n + 1 end end return n`,
		"while":      `local n = 0 while n < 1000 do n = n + 1 end return n`,
		"kept":       `local c for i = 1, 1000 do c = i == 5 end return c`,
		"or":         `local t, c = {} for i = 1, 1000 do c = t.x or i end return c`,
		"strings":    `local t = {} for i = 1, 1000 do local s = "k" .. i % 10 if t[s] then t[s] = t[s] + #s else t[s] = 1 end end return t`,
		"functions":  `local function f(a, b) if a < b then return a end return b end local n = 0 for i = 1, 1000 do n = n + f(i, 500) end return n`,
	} {
		for how, compile := range map[string]compiler{"plain": luabind.CompilePlain, "rewritten": rt.Compile} {
			b.Run(name+"/"+how, func(b *testing.B) {
				l := stockState(rt, compile)
				defer l.Close()
				proto, err := compile("s", source)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					l.Push(l.NewFunctionFromProto(proto))
					l.Call(0, 0)
				}
			})
		}
	}
}
