package serializer_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// mutations is how many mutated inputs a test tries: SQLSER_TEST_MUTATIONS, or n.
func mutations(t testing.TB, n int) int {
	text := os.Getenv("SQLSER_TEST_MUTATIONS")
	if text == "" {
		if testing.Short() {
			return n / 20
		}
		return n
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// TestMutationsAllocate holds that no mutated input makes Loads allocate more than
// 256 times its length and a megabyte, whatever comes of it.
func TestMutationsAllocate(t *testing.T) {
	m := shop(t)
	binding := serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.GrantRaw}}
	r := rand.New(rand.NewPCG(3, 4))
	var seeds [][]byte
	for _, q := range queries(m) {
		seeds = append(seeds, dumps(t, q))
	}
	allocated := func(inputs ...[]byte) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for _, b := range inputs {
			_, _ = serializer.Loads(b, binding)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	worst, total, length := 0.0, uint64(0), uint64(0)
	batch := make([][]byte, 0, 50)
	n := mutations(t, 200_000)
	for done := 0; done < n; done += len(batch) {
		batch = batch[:0]
		size := 0
		for range min(cap(batch), n-done) {
			b := mutate(r, bytes.Clone(seeds[r.IntN(len(seeds))]))
			batch = append(batch, b)
			size += len(b)
		}
		got := allocated(batch...)
		total, length = total+got, length+uint64(size)
		worst = max(worst, float64(got)/float64(size))
		if got <= uint64(256*size) {
			continue
		}
		for _, b := range batch { // one of them may have been dear
			if got := allocated(b); got > uint64(256*len(b)+1<<20) {
				t.Fatalf("%x: %d bytes allocated for %d", b, got, len(b))
			}
		}
	}
	t.Logf("%d inputs of %d bytes, %.1f bytes allocated a byte, %.1f in the worst batch", n, length, float64(total)/float64(length), worst)
}

// FuzzReadManifest: what Loads takes, ReadManifest takes, and they say the same.
func FuzzReadManifest(f *testing.F) {
	m := shop(f)
	for _, b := range vectorPayloads(f, m) {
		f.Add(b)
	}
	f.Add(dumps(f, expr.Of(1))[:12])
	f.Fuzz(func(t *testing.T, b []byte) {
		manifest, err := serializer.ReadManifest(b)
		l, loadErr := serializer.Loads(b, vectorHost(t, m))
		switch {
		case err != nil:
			if _, ok := err.(*serializer.FormatError); !ok {
				t.Fatalf("an error of no known type: %v", err)
			}
			if loadErr == nil {
				t.Fatalf("loaded, but the manifest cannot be read: %v", err)
			}
		case loadErr == nil:
			require.Equal(t, manifest.Kind(), l.Root.Op())
			require.Equal(t, manifest.Size(), expr.Size(l.Root))
			require.Equal(t, len(manifest.Tables()), len(l.Manifest().Tables()))
			require.Equal(t, manifest.Grants(), expr.GrantsOf(l.Root))
		}
	})
}

// TestMutationsOfWhatIsMissing loads mutated payloads of entities where entities, what relationships lead to, or
// all of it is missing: stand-ins take their place in trees, which no check was built for the bytes of.
func TestMutationsOfWhatIsMissing(t *testing.T) {
	m := shop(t)
	var seeds [][]byte
	for _, q := range entityQueries(m) {
		seeds = append(seeds, dumps(t, q))
	}
	slices.SortFunc(seeds, bytes.Compare)
	host := func(entities func(m *schema.MetaData)) serializer.Binding {
		m := schema.NewMetaData()
		m.Table("customers", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.String(50), schema.NotNull))
		m.Table("orders", schema.InSchema("shop"), schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey),
			schema.NewColumn("customer_id", schema.BigInteger, schema.References("customers", "id")))
		entities(m)
		require.NoError(t, m.Freeze())
		return serializer.Binding{MetaData: m}
	}
	hosts := []serializer.Binding{
		host(func(*schema.MetaData) {}),
		host(func(m *schema.MetaData) { m.Entity("Customer", schema.OnTable("customers"), schema.StableID("E1")) }),
		host(func(m *schema.MetaData) {
			m.Entity("Order", schema.OnTable("shop", "orders"), schema.ManyToOne("customer", "Client"))
			m.Entity("Client", schema.OnTable("customers"), schema.StableID("E2"), schema.OneToMany("orders", "Order", schema.StableID("r1")))
		}),
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range mutations(t, 30_000) {
		b := mutate(r, bytes.Clone(seeds[r.IntN(len(seeds))]))
		for _, binding := range hosts {
			_, err := serializer.Loads(b, binding)
			var format *serializer.FormatError
			var drift *serializer.DriftError
			if err != nil && !errors.As(err, &format) && !errors.As(err, &drift) {
				t.Fatalf("%x: an error of no known type: %v", b, err)
			}
			if _, err := serializer.Check(b, binding); err != nil && !errors.As(err, &format) {
				t.Fatalf("%x: Check: an error of no known type: %v", b, err)
			}
			_, _ = serializer.Repair(b, binding) // of which no panic is asked
		}
	}
}
