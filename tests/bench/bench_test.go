package bench_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/bench"
	"github.com/sqlser/sqlser/tests/bench/tree"
)

func Benchmark(b *testing.B) {
	for _, c := range bench.Cases() {
		b.Run(c.Query+"/"+c.Op+"/"+c.Who, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Run()
			}
			if c.Bytes > 0 {
				b.ReportMetric(float64(c.Bytes), "payload-bytes")
			}
		})
	}
}

// TestCases runs each case once: it panics if anything fails.
func TestCases(t *testing.T) {
	for _, c := range bench.Cases() {
		c.Run()
	}
}

// TestScripts holds that the scripts make the bytes that Go's builders do.
func TestScripts(t *testing.T) {
	rt, err := luabind.New(bench.Meta)
	require.NoError(t, err)
	for _, q := range bench.Queries() {
		source, ok := bench.Scripts[q.Name]
		if !ok {
			continue
		}
		want, err := serializer.Dumps(q.Build())
		require.NoError(t, err)
		got, err := bench.Dump(rt, source)
		require.NoError(t, err)
		require.Equal(t, want, got, q.Name)
	}
}

// TestTrees holds that both sides carry the query there and back.
func TestTrees(t *testing.T) {
	for _, q := range bench.Queries() {
		t.Run(q.Name, func(t *testing.T) {
			b, err := serializer.Dumps(q.Build())
			require.NoError(t, err)
			l, err := serializer.Loads(b, bench.Binding)
			require.NoError(t, err)
			require.Empty(t, l.Drift)
			again, err := serializer.Dumps(l.Root)
			require.NoError(t, err)
			require.True(t, bytes.Equal(b, again))
			require.Positive(t, bench.Tokens(b))
			require.Equal(t, -1, bench.Tokens([]byte{0xdb, 0, 0}))

			s := tree.Of(q.Build())
			back := tree.New(s)
			m, err := s.MarshalMsg(nil)
			require.NoError(t, err)
			_, err = back.UnmarshalMsg(m)
			require.NoError(t, err)
			require.Equal(t, text(t, s), text(t, back))
			t.Logf("%d bytes, %d of msgp, %d tokens", len(b), len(m), bench.Tokens(b))
		})
	}
}

// text shows a tree; an empty list is none.
func text(t *testing.T, s tree.Root) string {
	t.Helper()
	b, err := json.Marshal(s)
	require.NoError(t, err)
	return string(b)
}
