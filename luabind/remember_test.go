package luabind_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

// TestRemember holds which runs are remembered: by what they return, the very same node or
// another one.
func TestRemember(t *testing.T) {
	calls := 0
	options := []luabind.Option{
		luabind.Remember(100), withCodec(), withCompiler(), luabind.WithSession(people()), luabind.WithOutput(&bytes.Buffer{}),
		luabind.WithModules(fstest.MapFS{"m.lua": {Data: []byte(`return 1`)}}),
		luabind.WithValue("tenant", 7),
		luabind.WithFunction(luabind.Function{Name: "count", Result: schema.Integer, Call: func(context.Context, []expr.Value) (expr.Value, error) {
			calls++
			return expr.Int(int64(calls)), nil
		}}),
	}
	rt := newRuntime(t, options...)
	for script, remembered := range map[string]bool{
		`return sql.select(u.id):where(u.age > 30)`:                                              true,
		`return sql.select(u.id):where(u.id == tenant)`:                                          true,
		`return sql.select(u.id):where(u.id == sql.param("n", sql.types.integer)):params{n = 1}`: true,
		`return sql.select(u.id), #sql.select(u.id):lua() + #sql.select(u.id):shape()`:           true,
		`local n = 0 for i = 1, 100 do n = n + i end return u.age + n, n, "text", true, nil`:     true,
		`return u.age + 1`:                                                        true,
		`return u:alias "v", 1`:                                                   true,
		`x = (x or 0) + 1 return u.age + x`:                                       true,
		`return u.age + 1, {1}`:                                                   false, // the host may change it
		`return u.age + 1, print`:                                                 false,
		`print "x" return u.age + 1`:                                              false,
		`return u.age + count()`:                                                  false,
		`return u.age + require "m"`:                                              false,
		`return u.age + require("sqlser").literal(1)`:                             true,
		`return u.age + #(sql.select(u.id):dump())`:                               false,
		`return u.age + #(sql.select(u.id):hash())`:                               false,
		`return u.age + #(sql.select(u.id):sql())`:                                false,
		`sql.select(u.id):describe() return u.age + 1`:                            false,
		`return sql.load(sql.select(u.id):dump())`:                                false,
		`local r = session:first(sql.select(u.id)) return u.age + 1`:              false,
		`for row in session:rows(sql.select(u.id)) do break end return u.age + 1`: false,
		`pcall(print, "x") return u.age + 1`:                                      false,
		`local p = print return u.age + (p("x") or 1)`:                            false,
	} {
		first, err := rt.Run(context.Background(), "a.lua", prelude+script)
		require.NoError(t, err, script)
		second, err := rt.Run(context.Background(), "a.lua", prelude+script)
		require.NoError(t, err, script)
		require.Equal(t, len(first), len(second), script)
		require.Equal(t, remembered, nodeIn(first[0]) == nodeIn(second[0]), script)
		if remembered {
			require.Equal(t, first, second, script)
		}
		first[0] = nil // it is the caller's
		again, err := rt.Run(context.Background(), "a.lua", prelude+script)
		require.NoError(t, err, script)
		require.NotNil(t, again[0], script)
	}
}

// nodeIn is the node of what a script returned.
func nodeIn(v any) expr.Node {
	if x, ok := v.(expr.Expr); ok {
		return x.Node()
	}
	return v.(expr.Node)
}

// TestRememberTellsApart holds that what a run depends on tells it from others.
func TestRememberTellsApart(t *testing.T) {
	rt := newRuntime(t, luabind.Remember(100))
	ctx := context.Background()
	const script = `local a, b = ... return "got " .. tostring(a) .. "," .. tostring(b)`
	for range 2 {
		for _, c := range []struct {
			args []string
			want string
		}{{nil, "got nil,nil"}, {[]string{""}, "got ,nil"}, {[]string{"a"}, "got a,nil"}, {[]string{"a", "b"}, "got a,b"}, {[]string{"a\x01b"}, "got a\x01b,nil"}, {[]string{"", "a"}, "got ,a"}} {
			got, err := rt.Run(ctx, "a.lua", script, c.args...)
			require.NoError(t, err)
			require.Equal(t, []any{c.want}, got)
		}
		got, err := rt.Eval(ctx, "a.lua", `1 + 1`)
		require.NoError(t, err)
		require.Equal(t, []any{2.0}, got)
		_, err = rt.Run(ctx, "a.lua", `1 + 1`)
		require.Error(t, err)
		for _, name := range []string{"a.lua", "b.lua"} {
			_, err := rt.Run(ctx, name, `error "x"`)
			require.ErrorContains(t, err, name)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err := rt.Run(cancelled, "a.lua", script)
	require.ErrorIs(t, err, context.Canceled)
}

// TestRememberMany holds that it is bounded, and for many goroutines.
func TestRememberMany(t *testing.T) {
	rt := newRuntime(t, luabind.Remember(20))
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for i := range 300 {
				n := (i*7 + g) % 50
				values, err := rt.Run(context.Background(), "a.lua", fmt.Sprintf(prelude+`return %d, sql.select(u.id):where(u.age > %d), "%s"`, n, n, strings.Repeat("x", 1000*(n%30))))
				if err != nil || values[0] != float64(n) {
					t.Error(n, values, err)
					return
				}
				more := values[1].(*expr.SelectStmt).Limit(n) // what is shared can be built on
				if err := expr.Err(more); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}
