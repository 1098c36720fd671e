package bench

import (
	"testing"

	"github.com/sqlser/sqlser/engine/expr"
)

func BenchmarkShape(b *testing.B) {
	for _, q := range Queries() {
		n := q.Build()
		key, values := expr.AppendShape(nil, nil, n)
		b.Run(q.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				key, values = expr.AppendShape(key[:0], values[:0], n)
			}
			b.ReportMetric(float64(len(key)), "key-bytes")
		})
		b.Run(q.Name+"/sha256", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				expr.Shape(n)
			}
		})
	}
}
