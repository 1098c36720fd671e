package serializer_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/serializer"
)

func TestCodecRemembers(t *testing.T) {
	m := shop(t)
	plain := serializer.NewCodec(serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.GrantRaw}})
	codec := plain.Remembering(1000)
	for name, q := range queries(m) {
		b := dumps(t, q)
		first, err := codec.Loads(b)
		require.NoError(t, err, name)
		again, err := codec.Loads(append([]byte{}, b...))
		require.NoError(t, err)
		require.Same(t, first, again, name)
		n, err := codec.Load(b)
		require.NoError(t, err)
		require.Same(t, first.Root, n)
		other, err := plain.Loads(b)
		require.NoError(t, err)
		require.NotSame(t, first, other)
		require.Equal(t, first.Hash(), other.Hash())

		_, err = codec.Loads(b[:len(b)-1])
		require.Error(t, err)
	}
}

// TestCodecsTellApart: what one binding takes is nothing to another, nor is another
// payload that comes in the place of one.
func TestCodecsTellApart(t *testing.T) {
	m, n := shop(t), shop(t)
	var all [][]byte
	for _, q := range queries(m) {
		all = append(all, dumps(t, q))
	}
	one := serializer.NewCodec(serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.GrantRaw}}).Remembering(3)
	none := serializer.NewCodec(serializer.Binding{MetaData: n}).Remembering(3)
	refused := 0
	for range 3 {
		for _, b := range all {
			l, err := one.Loads(b)
			require.NoError(t, err)
			require.Equal(t, serializer.Hash(b), l.Hash())
			if _, err := none.Loads(b); err != nil {
				refused++
			}
		}
	}
	require.Positive(t, refused)
	require.Zero(t, refused%3, "each time anew")
}

func TestCodecIsSafeForConcurrentUse(t *testing.T) {
	m := shop(t)
	codec := serializer.NewCodec(serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.GrantRaw}}).Remembering(5)
	var all [][]byte
	for _, q := range queries(m) {
		all = append(all, dumps(t, q))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 200 {
				b := all[i%len(all)]
				l, err := codec.Loads(b)
				assert.NoError(t, err)
				assert.Equal(t, serializer.Hash(b), l.Hash())
			}
		})
	}
	wg.Wait()
}
