package serializer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/luabind/luasource"
	"github.com/sqlser/sqlser/serializer"
)

// Mutated bytes are mostly no MessagePack, or not canonical. What follows changes the tokens of a payload instead
// and writes them as they must be, so that what is left to refuse is the tree.

// tokenAt is where a token of a payload stands.
type tokenAt struct {
	list  []any
	index int
	in    []any // the list that list stands in, and where
	at    int
}

func tokensOf(list []any) (all []tokenAt) {
	var walk func(list, in []any, at int)
	walk = func(list, in []any, at int) {
		for i, v := range list {
			all = append(all, tokenAt{list, i, in, at})
			if inner, ok := v.([]any); ok {
				walk(inner, list, i)
			}
		}
	}
	walk(list, nil, 0)
	return all
}

// copied is a token that shares no list with v.
func copied(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	list = slices.Clone(list)
	for i := range list {
		list[i] = copied(list[i])
	}
	return list
}

// restructure makes a change or two.
func (p parsed) restructure(r *rand.Rand) {
	for range 1 + r.IntN(2) {
		all := tokensOf(p)
		if root, ok := p[3].([]any); ok && r.IntN(5) > 0 {
			all = tokensOf([]any{root})
		}
		to, from := all[r.IntN(len(all))], all[r.IntN(len(all))]
		other := copied(from.list[from.index])
		replace := func(list []any) { // by one of another length
			if to.in != nil {
				to.in[to.at] = list
			}
		}
		switch r.IntN(12) {
		case 0, 1:
			n := int64(r.IntN(60))
			switch v := to.list[to.index].(type) {
			case nil, bool, string, []byte, []any, float64:
			default:
				n = asInt(v) + int64(r.IntN(5)-2)
			}
			to.list[to.index] = max(n, 0)
		case 2:
			to.list[to.index] = nil
		case 3:
			to.list[to.index] = other
		case 4:
			from.list[from.index], to.list[to.index] = copied(to.list[to.index]), other
		case 5:
			replace(slices.Insert(slices.Clone(to.list), to.index, other))
		case 6:
			replace(slices.Delete(slices.Clone(to.list), to.index, to.index+1))
		case 7:
			to.list[to.index] = []any{true, false, "", "x", 0, 1, []any{}, []any{1}, 1.5, []byte{1}, "name"}[r.IntN(11)]
		default: // a field is given
			record := slices.Clone(to.list)
			field := 1 + r.IntN(len(record)+7)
			for len(record) <= field {
				record = append(record, nil)
			}
			record[field] = []any{true, 0, 1, 2, 3, 16, other, []any{other}, []any{[]any{other}}, []any{0}, []any{16}}[r.IntN(11)]
			replace(record)
		}
	}
}

// restructured are payloads that are changed so. What only their size or depth would tell is put right in the
// manifest.
func restructured(t testing.TB, r *rand.Rand, seeds [][]byte, n int, host serializer.Binding) [][]byte {
	all := make([][]byte, n)
	for i := range all {
		p := parse(t, seeds[r.IntN(len(seeds))])
		p.restructure(r)
		all[i] = p.bytes()
		if len(p) != 4 {
			continue
		}
		_, err := serializer.Loads(all[i], host)
		if err == nil {
			continue
		}
		_, why, _ := strings.Cut(err.Error(), "the manifest's size and depth")
		var was, had, size, depth int
		if n, _ := fmt.Sscanf(why, " are %d and %d, the root's %d and %d", &was, &had, &size, &depth); n == 4 {
			p.manifest()[atSize], p.manifest()[atDepth] = size, depth
			all[i] = p.bytes()
		}
	}
	return all
}

// randomPayloads are of random queries.
func randomPayloads(t testing.TB, n int) (all [][]byte) {
	m := shop(t)
	for seed := range uint64(n) {
		g := &grower{Rand: rand.New(rand.NewPCG(seed, 1)), meta: m}
		q := expr.Statement(nil)
		switch seed % 8 {
		case 0:
			q = g.compound(g.query())
		case 1, 2:
			q = g.change()
		case 3:
			q = g.entities()
		default:
			q = g.query()
		}
		if b, err := serializer.Dumps(q); err == nil && len(b) < 500 {
			all = append(all, b)
		}
	}
	return all
}

// TestStrangersPayloads: of payloads that no builder made and that load, the difference from what they were made of is
// told if their bytes are others, their JSON is some, and their Lua source builds the same bytes.
func TestStrangersPayloads(t *testing.T) {
	m := shop(t)
	host := vectorHost(t, m)
	rt, err := luabind.New(m, luabind.Grant(vectorGrants...), luabind.WithLimits(luabind.Limits{Source: 1 << 20, Time: -1}))
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(77, 6))
	_, seeds := vectors(t)
	seeds = append(seeds, randomPayloads(t, 600)...)
	rebuilt := 0
	for range mutations(t, 40_000) {
		was := seeds[r.IntN(len(seeds))]
		p := parse(t, was)
		p.restructure(r)
		b := p.bytes()
		l, err := serializer.Loads(b, host)
		if err != nil || len(l.Drift) > 0 {
			continue
		}
		before, err := serializer.Loads(was, host)
		require.NoError(t, err)
		require.Equal(t, bytes.Equal(was, b), len(expr.Diff(before.Root, l.Root)) == 0 && before.Slot == l.Slot, "%x\n%x", was, b)
		said, err := serializer.JSON(b)
		require.NoError(t, err)
		require.True(t, json.Valid(said))
		text, err := luasource.Of(l.Root, 0)
		require.NoError(t, err)
		if bytes.Equal(was, b) || strings.Contains(text, `"near"`) { // which the scripts here do not have
			continue
		}
		values, err := rt.Run(context.Background(), "q.lua", text)
		require.NoError(t, err, "%s", text)
		again, err := serializer.DumpsWith(values[0], l.Slot)
		require.NoError(t, err, "%s", text)
		require.Equal(t, b, again, "%s", text)
		rebuilt++
	}
	require.Greater(t, rebuilt, mutations(t, 40_000)/200)
}
