package serializer_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// obeys is the law of the format: bytes are an error of a known type, a report of
// drift, or a construct that dumps to exactly those bytes.
func obeys(t testing.TB, b []byte, m *schema.MetaData) (outcome string) {
	t.Helper()
	host := vectorHost(t, m)
	l, err := serializer.Loads(b, host)
	var format *serializer.FormatError
	var drift *serializer.DriftError
	switch {
	case errors.As(err, &format):
		return string(format.Code)
	case errors.As(err, &drift):
		if len(drift.Problems) == 0 {
			t.Fatalf("%x: a drift error without problems", b)
		}
		mends(t, b, host, drift.Problems)
		return "drift error"
	case err != nil:
		t.Fatalf("%x: an error of no known type: %v", b, err)
	case len(l.Drift) > 0:
		mends(t, b, host, nil)
		return "drift"
	}
	again, err := serializer.Dumps(l.Root)
	if l.Slot.Kind != "" {
		again, err = serializer.DumpsWith(l.Root, l.Slot)
	}
	if err != nil || !bytes.Equal(again, b) {
		t.Fatalf("the law is broken: %v\n%x\n%x", err, b, again)
	}
	return "same"
}

// mends is the law of Repair: what it gives has no drift. What loads can be mended;
// what does not has problems, and where one is of a tree that cannot be, the form of
// what stands around that tree may turn out to be wrong when another name mends it.
func mends(t testing.TB, b []byte, host serializer.Binding, problems []serializer.Problem) {
	r, err := serializer.Repair(b, host)
	if err != nil {
		var drift *serializer.DriftError
		var format *serializer.FormatError
		tree := slices.ContainsFunc(problems, func(p serializer.Problem) bool { return p.Code == serializer.CodeTree })
		if problems == nil || !errors.As(err, &drift) && !(tree && errors.As(err, &format)) {
			t.Fatalf("%x: Repair: %v", b, err)
		}
		return
	}
	if report, err := serializer.Check(r.Bytes, host); err != nil || !report.Same() || len(r.Changes) == 0 {
		t.Fatalf("%x: %x has been mended and is not: %v %v", b, r.Bytes, err, report)
	}
}

// TestEveryByte tries every prefix, and every value of every byte, of every query.
func TestEveryByte(t *testing.T) {
	m := shop(t)
	for name, q := range queries(m) {
		t.Run(name, func(t *testing.T) {
			b := dumps(t, q)
			outcomes := map[string]int{}
			for i := range b {
				if outcome := obeys(t, b[:i:i], m); outcome == "same" {
					t.Fatalf("a prefix of %d bytes was loaded", i)
				}
			}
			for i := range b {
				for v := range 256 {
					c := bytes.Clone(b)
					c[i] = byte(v)
					outcomes[obeys(t, c, m)]++
				}
			}
			require.Equal(t, len(b) == 0, outcomes["same"] < len(b), "each byte's own value is the payload itself")
			t.Log(len(b), outcomes)
		})
	}
}

// TestMutations changes, inserts, drops and copies bytes at random.
func TestMutations(t *testing.T) {
	m := shop(t)
	r := rand.New(rand.NewPCG(1, 2))
	var seeds [][]byte
	for _, q := range queries(m) {
		seeds = append(seeds, dumps(t, q))
	}
	for range mutations(t, 400_000) {
		obeys(t, mutate(r, bytes.Clone(seeds[r.IntN(len(seeds))])), m)
	}
}

func mutate(r *rand.Rand, b []byte) []byte {
	for range 1 + r.IntN(3) {
		i := r.IntN(len(b))
		switch r.IntN(5) {
		case 0:
			b[i] ^= 1 << r.IntN(8)
		case 1:
			b[i] = byte(r.IntN(256))
		case 2:
			b = append(b[:i:i], append([]byte{byte(r.IntN(256))}, b[i:]...)...)
		case 3:
			b = append(b[:i:i], b[min(i+1+r.IntN(3), len(b)):]...)
		case 4:
			j, k := min(i+1+r.IntN(12), len(b)), r.IntN(len(b))
			b = append(b[:k:k], append(bytes.Clone(b[i:j]), b[k:]...)...)
		}
		if len(b) == 0 {
			return []byte{0}
		}
	}
	return b
}

// TestAllocation holds that no changed byte makes the reader allocate more than
// 10 MB.
func TestAllocation(t *testing.T) {
	m := shop(t)
	var before, after runtime.MemStats
	for name, q := range queries(m) {
		b := dumps(t, q)
		for i := range b {
			for _, v := range []byte{0xdd, 0xdc, 0xdf, 0xc6, 0xdb, 0xff, 0x9f, 0xce} {
				c := bytes.Clone(b)
				c[i] = v
				for k := i + 1; k < min(i+5, len(c)); k++ {
					c[k] = 0xff
				}
				runtime.ReadMemStats(&before)
				_, _ = serializer.Loads(c, serializer.Binding{MetaData: m})
				runtime.ReadMemStats(&after)
				if n := after.TotalAlloc - before.TotalAlloc; n > 10<<20 {
					t.Fatalf("%s: byte %d as %#x: %d bytes allocated", name, i, v, n)
				}
			}
		}
	}
}

func FuzzLoads(f *testing.F) {
	m := shop(f)
	for _, b := range vectorPayloads(f, m) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { obeys(t, b, m) })
}

// FuzzDetached: what can be loaded can be read without a schema, and what that reads has
// JSON, and tokens that are all of its bytes.
func FuzzDetached(f *testing.F) {
	m := shop(f)
	for _, b := range vectorPayloads(f, m) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := serializer.Detached(b, serializer.Limits{})
		if err != nil {
			var format *serializer.FormatError
			var drift *serializer.DriftError // of what a later version may know
			if !errors.As(err, &format) {
				require.ErrorAs(t, err, &drift)
			}
			_, err = serializer.Loads(b, vectorHost(t, m))
			require.Error(t, err)
			return
		}
		text, err := serializer.JSON(b)
		require.NoError(t, err)
		require.True(t, json.Valid(text), "%s", text)
		tokens, err := serializer.Annotate(b, serializer.Limits{})
		require.NoError(t, err)
		at := 0
		for _, token := range tokens {
			require.Equal(t, at, token.Offset)
			at += token.Size
		}
		require.Len(t, b, at)
		if len(l.Drift) > 0 { // what it says of its results is not what they are
			return
		}
		again, err := serializer.DumpsWith(l.Root, l.Slot)
		require.NoError(t, err)
		require.Equal(t, b, again)
	})
}
