package serializer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/serializer"
)

// BenchmarkCheck checks saved queries against a schema that has moved: each of the
// matrix's changes above the query that it is about.
func BenchmarkCheck(b *testing.B) {
	type saved struct {
		bytes []byte
		host  serializer.Binding
	}
	var all []saved
	for _, c := range matrix() {
		was, err := before().freeze()
		require.NoError(b, err)
		query := c.query
		if query == nil {
			query = columnsOf("id", "name")
		}
		bytes := dumps(b, query(func(name ...string) *expr.TableSource { return expr.Table(was.Lookup(name...)) }))
		now := before()
		c.edit(now)
		meta, err := now.freeze()
		require.NoError(b, err)
		all = append(all, saved{bytes, serializer.Binding{MetaData: meta}})
	}
	same := shop(b)
	var unmoved []saved
	for _, q := range queries(same) {
		unmoved = append(unmoved, saved{dumps(b, q), serializer.Binding{MetaData: same, Grants: []expr.Grant{expr.GrantRaw}}})
	}
	for _, bench := range []struct {
		name  string
		list  []saved
		check func([]byte, serializer.Binding) (serializer.Report, error)
	}{
		{"moved/all", all, serializer.Check},
		{"moved/manifest", all, serializer.CheckManifest},
		{"same/all", unmoved, serializer.Check},
		{"same/manifest", unmoved, serializer.CheckManifest},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				s := &bench.list[i%len(bench.list)]
				if _, err := bench.check(s.bytes, s.host); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "queries/s")
		})
	}
}
