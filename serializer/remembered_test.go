package serializer_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// remembered holds a codec that remembers against Loads.
type remembered struct {
	codec   *serializer.Codec
	binding serializer.Binding
}

// newRemembered makes one, with a template of a payload where it can have one: the second
// time that it is read.
func newRemembered(t testing.TB, m *schema.MetaData, payload []byte) *remembered {
	binding := vectorHost(t, m)
	r := &remembered{serializer.NewCodec(binding).Remembering(100), binding}
	for range 2 {
		_, _ = r.codec.Loads(payload)
		r.codec.Forget()
	}
	return r
}

// holds requires that the codec says of a payload what Loads does.
func (r *remembered) holds(t testing.TB, b []byte) {
	t.Helper()
	want, wantErr := serializer.Loads(b, r.binding)
	got, err := r.codec.Loads(slices.Clone(b))
	if wantErr != nil {
		require.Equal(t, wantErr, err, "%x", b) // code, place and all
		return
	}
	require.NoError(t, err, "%x", b)
	require.Equal(t, want.Drift, got.Drift)
	require.Equal(t, want.Slot, got.Slot)
	require.Equal(t, want.Hash(), got.Hash())
	require.Equal(t, want.Shape(), got.Shape())
	require.Equal(t, want.Manifest(), got.Manifest())
	require.True(t, expr.Equal(want.Root, got.Root), "%x", b)
	wantBytes, err := serializer.DumpsWith(want.Root, want.Slot)
	require.NoError(t, err)
	gotBytes, err := serializer.DumpsWith(got.Root, got.Slot)
	require.NoError(t, err)
	require.Equal(t, wantBytes, gotBytes)
	if len(want.Drift) == 0 {
		require.Equal(t, b, gotBytes)
	}
}

// splice puts bytes into a payload, in the place of so many from there on.
func splice(b []byte, at uint16, drop uint8, with []byte) []byte {
	from := min(int(at), len(b))
	return slices.Concat(b[:from], with, b[min(from+int(drop), len(b)):])
}

// spliced are tokens that are put in the place of so many bytes.
var spliced = []struct {
	drop uint8
	with string
}{{0, ""}, {1, ""}, {1, "\x05"}, {1, "\xa1"}, {1, "\xcc\xff"}, {2, "\xa1x"}, {1, "\xc0"}, {0, "\xa1y"}, {9, "\xcb\x7f\xf8\x00\x00\x00\x00\x00\x01"}}

// TestRemembered puts other tokens in every place of the vectors, each of which has a template.
func TestRemembered(t *testing.T) {
	m := shop(t)
	alike, n := uint64(0), 0
	for name, payload := range vectorPayloads(t, m) {
		t.Run(name, func(t *testing.T) {
			r := newRemembered(t, m, payload)
			for at := range payload {
				for _, s := range spliced {
					r.holds(t, splice(payload, uint16(at), s.drop, []byte(s.with)))
					n++
				}
			}
			r.holds(t, payload)
			alike += r.codec.Stats().Alike
		})
	}
	require.Greater(t, alike, uint64(100))
	t.Log(n, alike)
}

// FuzzRemembered: whatever payload a codec remembers, what is like it comes to what Loads makes of it; so
// does the payload, and what is like that.
func FuzzRemembered(f *testing.F) {
	m := shop(f)
	for _, payload := range vectorPayloads(f, m) {
		for i, s := range spliced[1:] {
			f.Add(payload, uint16(len(payload)-min(len(payload), 1+i*i)), s.drop, []byte(s.with))
		}
	}
	f.Fuzz(func(t *testing.T, payload []byte, at uint16, drop uint8, with []byte) {
		r := newRemembered(t, m, payload)
		other := splice(payload, at, drop, with)
		for range 2 {
			r.holds(t, other)
			r.holds(t, payload)
			r.codec.Forget()
		}
		r.holds(t, splice(other, at, uint8(len(with)), []byte{5}))
		r.holds(t, other)
	})
}
