package tests

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/serializer"
)

// marked is a query with literals that stand nowhere else in its bytes, as they are written there.
type marked struct {
	query    expr.Node
	literals map[string]string // by what they are: free ones begin with "free"
}

// What literals are written as.
const (
	markA, markB = "\xa6mark-a", "\xa6mark-b"
	mark1, mark2 = "\xcd\x7a\x01", "\xcd\x7a\x02"
	markDay      = "\x92\x0b\xcd\x7a\x03"
)

func markedQueries(s *sample) map[string]marked {
	day, err := expr.NewValue(expr.DateOf(time.Now()).Kind(), 0x7a03, "")
	if err != nil {
		panic(err)
	}
	u, a := s.u, s.a
	born := u.C("born").Ge(expr.Literal(day))
	return map[string]marked{
		"page": {expr.Select(u.C("id"), s.name()).Where(s.name().Eq("mark-a"), born).OrderBy(u.C("id")).Limit(0x7a01).Offset(0x7a02),
			map[string]string{"free text": markA, "free limit": mark1, "free offset": mark2, "free day": markDay}},
		"equal values": {expr.Select(u.C("id")).Where(u.C("id").Eq(0x7a01), s.age().Ne(0x7a02), s.name().Eq("mark-a")).Limit(5),
			map[string]string{"free number": mark1, "free other": mark2, "free text": markA}},
		"columns": {expr.Select(u.C("id"), u.C("id").Add(0x7a01).Label("n"), expr.Of("mark-a").Label("x")).Where(s.name().Eq("mark-b"), u.C("id").Gt(u.C("id").Add(0x7a02))),
			map[string]string{"free added": mark1, "label": markA, "free text": markB, "free added there": mark2}},
		"insert": {expr.Insert(u).Values(set{"id": 1, "name": "mark-a", "age": 0x7a01, "mood": "happy"}).OnConflict("id").DoUpdate(set{"name": "mark-b"}),
			map[string]string{"free text": markA, "free set": markB, "free age": mark1}},
		"mood": {expr.Select(u.C("id")).Where(u.C("mood").Eq("sad"), u.C("mood").In("sad", "happy"), s.name().Ne("mark-a")),
			map[string]string{"free text": markA, "free mood": "\xa3sad"}},
		"update": {expr.Update(u).Set(set{"age": 0x7a01}).Where(s.name().In("mark-a", "mark-b"), u.C("id").Between(0x7a02, 9)),
			map[string]string{"free age": mark1, "free a": markA, "free b": markB, "free low": mark2}},
		"delete": {expr.Delete(u).Where(expr.Or(s.name().Like("mark-a"), u.C("id").Eq(0x7a01)).Not()),
			map[string]string{"free pattern": markA, "free number": mark1}},
		"derived": {expr.Select(expr.Subquery(expr.Select(a.C("id").Label("x")).Where(a.C("city").Eq("mark-a")), "q").C("x")).Where(u.C("id").In(expr.Select(a.C("id")).Where(a.C("city").Eq("mark-b")))).From(u),
			map[string]string{"free derived": markA, "free text": markB}},
	}
}

// instead returns a payload with other bytes in the place of a literal, where it stands last: labels of an
// enum stand in the manifest, too.
func instead(b []byte, literal, other string) []byte {
	at := bytes.LastIndex(b, []byte(literal))
	if at < 0 {
		return b
	}
	return slices.Concat(b[:at], []byte(other), b[at+len(literal):])
}

// tokens are what may stand in the place of a literal, of which none, or few, fit.
var tokens = []string{
	"\xa0", "\xa6other1", "\xa6other2", markA, markB, mark1, mark2, markDay, "\x05", "\x00", "\xff", "\xd1\x80\x00", "\xcd\x01\x00", "\xce\x80\x00\x00\x00", "\xcf\x80\x00\x00\x00\x00\x00\x00\x00",
	"\xcf\x00\x00\x00\x01\x00\x00\x00\x00", "\xcc\x05", "\xcd\x00\x05", "\xd0\x05", "\xc0", "\xc2", "\xc3", "\xcb\x7f\xf8\x00\x00\x00\x00\x00\x01", "\xcb\x7f\xf8\x00\x00\x00\x00\x00\x02",
	"\xa1\xff", "\xa2\xc3\x28", "\xd9\x01x", "\xd9\x28" + "0123456789012345678901234567890123456789", "\xd9\x3c" + "012345678901234567890123456789012345678901234567890123456789", "\xc4\x01x", "\x90", "\x91\x05",
	"\x92\x0b\x05", "\x92\x0b\xcc\x05", "\x92\x0b\xcf\x00\x00\x00\x01\x00\x00\x00\x00", "\x92\x0c\x05", "\x92\x0b\xa1x", "\x93\x0b\x05\x05", "\xa3sad", "\xa5happy", "\xa4sadd", "\xc1", "\xd4\x00\x00", "\x80", "",
}

// TestPayloadsThatAreAlike: whatever stands in the place of a literal, and whatever was loaded before, a
// codec that remembers says what Loads does, and sessions of the tree what they say without memory.
func TestPayloadsThatAreAlike(t *testing.T) {
	s := newSample(t)
	filtered := policy.New().AllowSelect().AllowInsert().AllowUpdate().AllowDelete().WithLimits(policy.Limits{Rows: 3}).Table(s.u.Table(), policy.Rows(s.age().Gt(20))).Table(s.a.Table())
	w := newLikeWhat(s.meta, policy.Unrestricted(), filtered)
	for name, q := range markedQueries(s) {
		b, err := serializer.Dumps(q.query)
		require.NoError(t, err)
		for range 3 {
			w.holds(t, b)
		}
		for what, literal := range q.literals {
			require.Contains(t, string(b), literal, "%s: %s", name, what)
			for _, token := range tokens {
				other := instead(b, literal, token)
				w.holds(t, other)
				w.holds(t, other[:len(other)-1])
				w.holds(t, append(slices.Clone(other), 0xc0))
				for _, literal := range q.literals {
					w.holds(t, instead(other, literal, token))
				}
			}
		}
	}
	require.Greater(t, w.codecs[0].Stats().Alike, uint64(300))
}

// TestWhatIsFree: payloads that differ in what is free are not read anew, and others are.
func TestWhatIsFree(t *testing.T) {
	s := newSample(t)
	for name, q := range markedQueries(s) {
		b, err := serializer.Dumps(q.query)
		require.NoError(t, err)
		for what, literal := range q.literals {
			codec := serializer.NewCodec(serializer.Binding{MetaData: s.meta}).Remembering(10)
			load := func(of string) *serializer.Loaded {
				t.Helper()
				l, err := codec.Loads(instead(b, literal, of))
				require.NoError(t, err, "%s: %s", name, what)
				return l
			}
			values := []string{"\xa1a", "\xa1b", "\xa1c", "\xa1d"}
			switch literal[0] {
			case '\xcd':
				values = []string{"\x01", "\x02", "\x03", "\x04"}
			case '\x92':
				values = []string{"\x92\x0b\x01", "\x92\x0b\x02", "\x92\x0b\x03", "\x92\x0b\x04"}
			case '\xa3':
				values = []string{"\xa2ok", "\xa5happy", "\xa3sad", "\xa2ok"}
			}
			var last *serializer.Loaded
			for _, v := range values {
				last = load(v)
			}
			free := bytes.HasPrefix([]byte(what), []byte("free"))
			require.Equal(t, free, codec.Stats().Alike > 0, "%s: %s: %+v", name, what, codec.Stats())
			require.Same(t, load(values[3]), load(values[3]), "what comes again is remembered")
			require.NotNil(t, last)
		}
	}
}

// TestMemoryOfLikePayloads: neither heads nor templates nor payloads fill the memory of a codec, and what
// does not come to templates stops making them.
func TestMemoryOfLikePayloads(t *testing.T) {
	s := newSample(t)
	codec := serializer.NewCodec(serializer.Binding{MetaData: s.meta}).Remembering(20)
	for i := range 300 {
		for k := range 3 {
			b, err := serializer.Dumps(expr.Select(s.u.C("id").Add(i).Label(fmt.Sprint("l", i%40))).Where(s.name().Eq(fmt.Sprint(i, k))))
			require.NoError(t, err)
			_, err = codec.Loads(b)
			require.NoError(t, err)
		}
	}
	stats := codec.Stats()
	require.LessOrEqual(t, stats.Payloads, 20)
	require.LessOrEqual(t, stats.Beginnings, 20)
	require.Positive(t, stats.Alike)
	require.Zero(t, serializer.NewCodec(serializer.Binding{MetaData: s.meta}).Stats())
}

// TestLikePayloadsAreSafeForConcurrentUse is for the race detector.
func TestLikePayloadsAreSafeForConcurrentUse(t *testing.T) {
	s := newSample(t)
	codec := serializer.NewCodec(serializer.Binding{MetaData: s.meta}).Remembering(5)
	eng := engine.New(nil, dialect.Postgres)
	session, fresh := eng.WithPlans(5).Session(engine.WithPolicy(policy.Unrestricted())), eng.WithPlans(0).Session(engine.WithPolicy(policy.Unrestricted()))
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 200 {
				name := fmt.Sprint(worker, " ", i/2)
				q := expr.Select(s.u.C("id")).Where(s.name().Eq(name), s.age().Gt(i%7)).Limit(i % 3)
				b, err := serializer.Dumps(q)
				assert.NoError(t, err)
				l, err := codec.Loads(b)
				if !assert.NoError(t, err) {
					return
				}
				assert.Equal(t, serializer.Hash(b), l.Hash())
				c, err := session.Compile(l.Root)
				if !assert.NoError(t, err) {
					return
				}
				args, err := c.Args(nil)
				assert.NoError(t, err)
				want, err := fresh.Compile(q)
				assert.NoError(t, err)
				wantArgs, err := want.Args(nil)
				assert.NoError(t, err)
				assert.Equal(t, want.SQL(), c.SQL())
				assert.Equal(t, wantArgs, args)
			}
		})
	}
	wg.Wait()
	assert.Positive(t, codec.Stats().Alike)
}

// TestLikePayloadsWithinLimits: what is like a payload that was within the limits may be beyond them.
func TestLikePayloadsWithinLimits(t *testing.T) {
	s := newSample(t)
	b := func(name string) []byte {
		b, err := serializer.Dumps(expr.Select(s.u.C("id")).Where(s.name().Eq(name)))
		require.NoError(t, err)
		return b
	}
	codec := serializer.NewCodec(serializer.Binding{MetaData: s.meta, Limits: serializer.Limits{Bytes: len(b("name"))}}).Remembering(10)
	for _, name := range []string{"a", "b", "c", "name"} {
		_, err := codec.Loads(b(name))
		require.NoError(t, err)
	}
	require.Equal(t, uint64(2), codec.Stats().Alike)
	_, err := codec.Loads(b("names"))
	_, want := serializer.Loads(b("names"), serializer.Binding{MetaData: s.meta, Limits: serializer.Limits{Bytes: len(b("name"))}})
	require.Error(t, want)
	require.Equal(t, want, err)
}

// FuzzPayloadsThatAreAlike: a payload that was loaded says nothing of another that is not so.
func FuzzPayloadsThatAreAlike(f *testing.F) {
	s := newSample(f)
	for _, q := range markedQueries(s) {
		b, err := serializer.Dumps(q.query)
		require.NoError(f, err)
		for _, literal := range q.literals {
			f.Add(b, instead(b, literal, "\xa1x"))
			f.Add(b, instead(b, literal, "\x05"))
		}
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		w := newLikeWhat(s.meta, policy.Unrestricted())
		for range 3 {
			w.holds(t, a)
		}
		w.holds(t, b)
		w.holds(t, a)
		w.holds(t, b)
	})
}
