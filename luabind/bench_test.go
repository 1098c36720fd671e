package luabind_test

import (
	"context"
	"testing"
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
