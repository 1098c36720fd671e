package expr_test

import (
	"context"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/luabind/luasource"
	"github.com/sqlser/sqlser/serializer"
)

// byFields is what no script method makes, which is said by its fields.
var byFields = regexp.MustCompile(`sql\.node\("([a-z_]+)"`)

// TestEveryKindHasLuaSource: what a fixture of any kind, or one that differs from it in a
// field, is written as in Lua makes the same bytes again.
func TestEveryKindHasLuaSource(t *testing.T) {
	plain := map[string]int{}
	check := func(t *testing.T, n expr.Node) {
		text, err := luasource.Of(n, 0)
		require.NoError(t, err)
		own, err := expr.NewFunctionSet(near())
		require.NoError(t, err)
		rt, err := luabind.New(shop(), luabind.Grant(expr.GrantsOf(n)...), luabind.WithFunctions(own))
		require.NoError(t, err)
		values, err := rt.Run(context.Background(), "q.lua", text)
		require.NoError(t, err, "%s", text)
		require.Len(t, values, 1)
		want, err := serializer.Dumps(n)
		require.NoError(t, err)
		got, err := serializer.Dumps(values[0])
		require.NoError(t, err, "%s", text)
		require.Equal(t, want, got, "%s\n%s", text, expr.Sprint(n))
		for _, m := range byFields.FindAllStringSubmatch(text, -1) {
			plain[m[1]]++
		}
	}
	eachFixture(t, func(t *testing.T, fix fixture) {
		check(t, fix.make())
		for field, variants := range fix.vary {
			for _, v := range variants {
				t.Run(field, func(t *testing.T) { check(t, v()) })
			}
		}
	})
	for kind := range plain { // all others are made by methods, as people would
		require.Contains(t, []string{"array", "call", "excluded", "self", "whole"}, kind)
	}
}
