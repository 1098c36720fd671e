package serializer_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/serializer"
)

// stream is a whole stream of items.
func stream(t testing.TB, items ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	e := serializer.NewEncoder(&b)
	for _, item := range items {
		require.NoError(t, e.Write(item))
	}
	require.NoError(t, e.Close())
	return b.Bytes()
}

// streamCode is the code of what is wrong with a stream, and with which item.
func streamCode(t testing.TB, err error) (code serializer.Code, item int) {
	t.Helper()
	var s *serializer.StreamError
	require.ErrorAs(t, err, &s)
	var f *serializer.FormatError
	require.ErrorAs(t, err, &f)
	return f.Code, s.Item
}

// readAll reads a stream to its end.
func readAll(r io.Reader, limits serializer.StreamLimits) (items [][]byte, err error) {
	for item, e := range serializer.NewDecoder(r, limits).Payloads() {
		if e != nil {
			return items, e
		}
		items = append(items, bytes.Clone(item))
	}
	return items, nil
}

func TestStream(t *testing.T) {
	m := shop(t)
	var b bytes.Buffer
	e := serializer.NewEncoder(&b)
	var want [][]byte
	for _, q := range queries(m) {
		require.NoError(t, e.Encode(q))
		want = append(want, dumps(t, q))
	}
	require.Error(t, e.Encode(make(chan int)), "and nothing is written")
	require.NoError(t, e.Close())
	require.ErrorContains(t, e.Encode(1), "closed")
	for _, r := range []io.Reader{bytes.NewReader(b.Bytes()), iotest.OneByteReader(bytes.NewReader(b.Bytes())), iotest.DataErrReader(bytes.NewReader(b.Bytes()))} {
		got, err := readAll(r, serializer.StreamLimits{})
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	i := 0
	for l, err := range serializer.NewDecoder(bytes.NewReader(b.Bytes()), serializer.StreamLimits{}).All(serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.GrantRaw}}) {
		require.NoError(t, err)
		require.Equal(t, serializer.Hash(want[i]), l.Hash())
		i++
	}
	require.Equal(t, len(want), i)

	empty, err := readAll(bytes.NewReader(stream(t)), serializer.StreamLimits{})
	require.NoError(t, err)
	require.Empty(t, empty)
}

// TestStreamOfDrift: an item that cannot be loaded does not hide those behind it.
func TestStreamOfDrift(t *testing.T) {
	m := shop(t)
	one, raw, two := dumps(t, expr.Of(1)), dumps(t, queries(m)["raw"]), dumps(t, expr.Of(2))
	var got []string
	for l, err := range serializer.NewDecoder(bytes.NewReader(stream(t, one, raw, []byte{1}, two)), serializer.StreamLimits{}).All(serializer.Binding{MetaData: m}) {
		var s *serializer.StreamError
		var drift *serializer.DriftError
		switch {
		case err == nil:
			got = append(got, expr.Sprint(l.Root))
		case errors.As(err, &s):
			got = append(got, fmt.Sprintf("%d %t", s.Item, errors.As(err, &drift)))
		}
	}
	require.Equal(t, []string{expr.Sprint(expr.Of(1).Node()), "1 true", "2 false", expr.Sprint(expr.Of(2).Node())}, got)
}

// TestCutStream: a stream that is cut is an error, wherever, and so is one that goes on.
func TestCutStream(t *testing.T) {
	items := [][]byte{dumps(t, expr.Of(1)), bytes.Repeat([]byte{1}, 300), bytes.Repeat([]byte{2}, 70_000), dumps(t, expr.Of(2))}
	b := stream(t, items...)
	for i := range b {
		if i > 1000 && i < len(b)-1000 && i%997 != 0 {
			continue
		}
		got, err := readAll(bytes.NewReader(b[:i]), serializer.StreamLimits{})
		code, item := streamCode(t, err)
		require.Equal(t, serializer.CodeSyntax, code)
		require.Equal(t, len(got), item)
		require.Equal(t, items[:item:item], append([][]byte{}, got...))
	}
	for name, c := range map[string]struct {
		b    []byte
		code serializer.Code
	}{
		"bytes behind":            {append(bytes.Clone(b), 0), serializer.CodeSyntax},
		"two streams":             {append(bytes.Clone(b), b...), serializer.CodeSyntax},
		"an item left out":        {append(bytes.Clone(b[:len(stream(t))-1]), b[len(stream(t, items[0]))-1:]...), serializer.CodeManifest},
		"a payload alone":         {items[0], serializer.CodeSyntax},
		"an item that is no item": {append(bytes.Clone(b[:len(b)-1]), 0xc0), serializer.CodeSyntax},
		"an empty item":           {append(bytes.Clone(b[:len(b)-1]), 0xc4, 0, 5), serializer.CodeSyntax},
		"a long length":           {append(bytes.Clone(b[:len(b)-1]), 0xc5, 0, 1, 0, 5), serializer.CodeCanonical},
		"a longer length":         {append(bytes.Clone(b[:len(b)-1]), 0xc6, 0, 0, 1, 0, 5), serializer.CodeCanonical},
		"a long end":              {append(bytes.Clone(b[:len(b)-1]), 0xcc, 4), serializer.CodeCanonical},
	} {
		_, err := readAll(bytes.NewReader(c.b), serializer.StreamLimits{})
		code, _ := streamCode(t, err)
		require.Equal(t, c.code, code, name)
	}
	d := serializer.NewDecoder(iotest.TimeoutReader(iotest.HalfReader(bytes.NewReader(b))), serializer.StreamLimits{})
	var err error
	for err == nil {
		_, err = d.Next()
	}
	require.ErrorIs(t, err, iotest.ErrTimeout, "an error of the reader beneath is no end")
	_, again := d.Next()
	require.Equal(t, err, again)
}

// endless gives a byte for ever, and counts.
type endless struct {
	head []byte
	c    byte
	n    int
}

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		if e.n+i < len(e.head) {
			p[i] = e.head[e.n+i]
		} else {
			p[i] = e.c
		}
	}
	e.n += len(p)
	return len(p), nil
}

// TestStreamLimits: each limit is taken at the limit and refused behind it, before
// what is behind it is read, and by the writer, too.
func TestStreamLimits(t *testing.T) {
	items := [][]byte{{1, 2, 3}, {4, 5}, {6}}
	b := stream(t, items...)
	for _, c := range []struct {
		limits serializer.StreamLimits
		bad    int // the item that is refused; -1 for none
	}{
		{serializer.StreamLimits{Item: 3, Items: 3, Total: 6}, -1},
		{serializer.StreamLimits{Item: 2}, 0},
		{serializer.StreamLimits{Items: 2}, 2},
		{serializer.StreamLimits{Total: 5}, 2},
	} {
		_, err := readAll(bytes.NewReader(b), c.limits)
		if c.bad < 0 {
			require.NoError(t, err)
			continue
		}
		code, item := streamCode(t, err)
		require.Equal(t, serializer.CodeLimit, code)
		require.Equal(t, c.bad, item)
	}
	e := serializer.NewEncoder(io.Discard)
	most := make([]byte, serializer.DefaultBytes+1<<10)
	require.NoError(t, e.Write(most))
	for range 1021 {
		require.NoError(t, e.Write(most))
	}
	for _, item := range [][]byte{append(most, 0), nil} {
		code, at := streamCode(t, e.Write(item))
		require.Equal(t, serializer.CodeLimit, code)
		require.Equal(t, 1022, at)
	}
	require.NoError(t, e.Write(most[:1<<30-1023*len(most)])) // 1 GiB in all
	require.NoError(t, e.Write(most[1:]))
	require.NoError(t, e.Write(most[:1]))
	code, _ := streamCode(t, e.Write(most[:1]))
	require.Equal(t, serializer.CodeLimit, code)
	e = serializer.NewEncoder(io.Discard)
	for range 1_000_000 {
		require.NoError(t, e.Write(most[:1]))
	}
	code, _ = streamCode(t, e.Write(most[:1]))
	require.Equal(t, serializer.CodeLimit, code)
	require.NoError(t, e.Close())
}

// TestHostileStreams: input without an end is refused after a little of it, and a
// length that is not kept costs no memory.
func TestHostileStreams(t *testing.T) {
	begin := stream(t)
	begin = begin[:len(begin)-1]
	for name, c := range map[string]struct {
		head []byte
		c    byte
		most int // bytes that are read
	}{
		"no stream":     {nil, 0x91, 64 << 10},
		"a long item":   {append(bytes.Clone(begin), 0xc6, 0x06, 0x40, 0, 0), 0x91, 64 << 10},
		"a longer item": {append(bytes.Clone(begin), 0xc6, 0xff, 0xff, 0xff, 0xff), 0, 64 << 10},
		"no item":       {begin, 0xdd, 64 << 10},
		"nested arrays": {begin, 0x91, 64 << 10},
		"an empty item": {append(bytes.Clone(begin), 0xc4), 0, 64 << 10},
		"many items":    {append(bytes.Clone(begin), 0xc4), 0xc4, 200 << 10}, // each of 196 bytes
	} {
		r := &endless{head: c.head, c: c.c}
		_, err := readAll(r, serializer.StreamLimits{Items: 500})
		require.Error(t, err, name)
		require.LessOrEqual(t, r.n, c.most, name)
	}
	var before, after runtime.MemStats
	short := append(append(bytes.Clone(begin), 0xc6, 0x7f, 0xff, 0xff, 0xff), 1, 2, 3)
	runtime.ReadMemStats(&before)
	_, err := readAll(bytes.NewReader(short), serializer.StreamLimits{Item: 1 << 31, Total: 1 << 40})
	runtime.ReadMemStats(&after)
	require.ErrorContains(t, err, "ends early")
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(512<<10))
}

type failingWriter struct{ left int }

func (w *failingWriter) Write(b []byte) (int, error) {
	if w.left--; w.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(b), nil
}

// TestStreamWriterFails: after an error the stream is not taken for whole.
func TestStreamWriterFails(t *testing.T) {
	for n := range 5 {
		e := serializer.NewEncoder(&failingWriter{n})
		err := errors.Join(e.Write([]byte{1}), e.Write([]byte{2}), e.Close())
		require.ErrorIs(t, err, io.ErrShortWrite)
		require.ErrorIs(t, e.Close(), io.ErrShortWrite)
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add(stream(f))
	f.Add(stream(f, dumps(f, expr.Of(1)), dumps(f, expr.Select(expr.Of("x")))))
	f.Add(stream(f, bytes.Repeat([]byte{1}, 300)))
	f.Fuzz(func(t *testing.T, b []byte) {
		items, err := readAll(bytes.NewReader(b), serializer.StreamLimits{})
		if err != nil {
			streamCode(t, err)
			return
		}
		if !bytes.Equal(b, stream(t, items...)) {
			t.Fatalf("read, and not as it is written: %x", b)
		}
	})
}
