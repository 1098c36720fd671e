package luabind_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/luabind"
)

// BenchmarkState is a fresh state that runs nothing: on a machine that a script has come
// to its end on, and on a new one, as after a script that failed.
func BenchmarkState(b *testing.B) {
	rt := newRuntime(b)
	b.Run("used", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			rt.NewState().Close()
		}
	})
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			st := rt.NewState()
			st.Spoil()
			st.Close()
		}
	})
}

// BenchmarkLoops are plain loops, in the box and on the machine as it comes.
func BenchmarkLoops(b *testing.B) {
	rt := newRuntime(b, luabind.WithLimits(luabind.Limits{Steps: math.MaxInt64, Time: time.Hour, Bytes: -1}))
	for name, body := range map[string]string{
		"arithmetic": `local x = 0 for i = 1, 10000 do x = x + i % 7 end`,
		"call":       `local function f(a) return a end for i = 1, 10000 do f(i) end`,
		"fill":       `local t = {} for i = 1, 10000 do t[i] = i end`,
		"append":     `local t = {} for i = 1, 10000 do t[#t + 1] = i end`,
		"record":     `for i = 1, 10000 do local t = {x = i} end`,
		"join":       `local a = "abc" for i = 1, 10000 do local s = a .. i end`,
		"pairs":      `local t = {} for i = 1, 100 do t["k" .. i] = i end for i = 1, 100 do for k, v in pairs(t) do end end`,
	} {
		b.Run(name+"/box", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := rt.Run(context.Background(), "bench.lua", body); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/bare", func(b *testing.B) {
			l := lua.NewState()
			defer l.Close()
			f, err := l.LoadString(body)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				l.Push(f)
				l.Call(0, 0)
			}
		})
	}
}
