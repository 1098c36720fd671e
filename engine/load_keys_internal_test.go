package engine

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestByKey: what was put is found by its key, at whatever size, and nothing else is.
func TestByKey(t *testing.T) {
	m, kept := &byKey[int]{seed: 1}, map[rowKey]*int{}
	keys := []rowKey{{n: 0}, {n: -1}, {n: math.MinInt64}, {n: math.MaxInt64}, {s: "0"}, {s: "a\x00b"}}
	for i := range int64(2000) {
		keys = append(keys, rowKey{n: i + 1}, rowKey{n: (i + 2) << 32}, rowKey{s: fmt.Sprint("text ", i)})
	}
	for i, k := range keys {
		require.Nil(t, m.get(k), "%v before it was put", k)
		v := m.put(k)
		require.Zero(t, *v)
		*v, kept[k] = i, v
	}
	for i, k := range keys {
		require.Same(t, kept[k], m.get(k), "%v", k)
		require.Equal(t, i, *m.get(k))
	}
	require.Nil(t, m.get(rowKey{n: -2}))
	require.Nil(t, m.get(rowKey{s: "none"}))
}
