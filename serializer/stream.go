package serializer

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
)

// A stream is the string streamMagic, each item as bytes, and at the end the number
// of items: all MessagePack, as FORMAT.md has it. It says its end, so that one that was
// cut is no shorter stream.
const streamMagic = "sqlser-stream/1"

// StreamLimits bound what a stream may ask of its reader. The zero StreamLimits are
// the defaults.
type StreamLimits struct {
	Item  int   // bytes of one item; default 1 MiB and what a signature adds
	Items int   // default 1,000,000
	Total int64 // bytes of all items together; default 1 GiB
}

func (l StreamLimits) withDefaults() StreamLimits {
	if l.Item <= 0 {
		l.Item = DefaultBytes + maxEnvelope
	}
	l.Item = min(l.Item, math.MaxInt32)
	if l.Items <= 0 {
		l.Items = 1_000_000
	}
	if l.Total <= 0 {
		l.Total = 1 << 30
	}
	return l
}

// StreamError says which item of a stream is wrong, from 0. Err is of the reader
// beneath, or a *[FormatError] or *[DriftError] of the item.
type StreamError struct {
	Item int
	Err  error
}

// Error names the item.
func (e *StreamError) Error() string { return fmt.Sprintf("item %d of the stream: %v", e.Item, e.Err) }

// Unwrap returns the cause.
func (e *StreamError) Unwrap() error { return e.Err }

// Encoder writes a stream of payloads. Only [Encoder.Close] makes it whole. It is
// not safe for concurrent use.
type Encoder struct {
	w      io.Writer
	limits StreamLimits
	head   []byte // scratch
	items  int
	total  int64
	err    error
}

// NewEncoder returns an Encoder that keeps to the default StreamLimits. It writes an
// item at a time, without a buffer of its own.
func NewEncoder(w io.Writer) *Encoder {
	return &Encoder{w: w, limits: StreamLimits{}.withDefaults(), head: appendString(nil, streamMagic)}
}

// Encode writes what [Dumps] makes of a construct. A construct that cannot be dumped
// leaves the stream as it was.
func (e *Encoder) Encode(construct any) error {
	b, err := Dumps(construct)
	if err != nil {
		return err
	}
	return e.Write(b)
}

// Write writes an item that is bytes already: a payload, or one that is signed.
// After an error of the writer beneath, all that follow give it again.
func (e *Encoder) Write(item []byte) error {
	switch {
	case e.err != nil:
		return e.err
	case len(item) == 0 || len(item) > e.limits.Item:
		return e.beyond("expected an item of 1 to %d bytes, got %d", e.limits.Item, len(item))
	case e.items == e.limits.Items:
		return e.beyond("a stream of more than %d items", e.limits.Items)
	case e.total+int64(len(item)) > e.limits.Total:
		return e.beyond("a stream of more than %d bytes", e.limits.Total)
	}
	if e.send(appendBinHeader(e.head, len(item))); e.err == nil {
		_, e.err = e.w.Write(item)
	}
	e.items++
	e.total += int64(len(item))
	return e.err
}

func (e *Encoder) beyond(format string, args ...any) error {
	return &StreamError{e.items, &FormatError{CodeLimit, 0, "stream", failf(CodeLimit, format, args...)}}
}

// Close ends the stream; it does not close the writer beneath. After it nothing can
// be written.
func (e *Encoder) Close() error {
	if e.err != nil {
		return e.err
	}
	if e.send(appendUint(e.head, uint64(e.items))); e.err != nil {
		return e.err
	}
	e.err = errors.New("serializer: the stream is closed")
	return nil
}

// send writes what stands before an item, at first with the head of the stream.
func (e *Encoder) send(b []byte) {
	_, e.err = e.w.Write(b)
	e.head = b[:0]
}

// Decoder reads a stream of payloads. Its memory is that of the largest item so far.
// It is not safe for concurrent use.
type Decoder struct {
	r      *bufio.Reader
	limits StreamLimits
	buf    []byte
	items  int
	total  int64
	offset int
	begun  bool
	err    error
}

// NewDecoder returns a Decoder. It reads ahead of the items, but never more than
// 64 KiB, and refuses what is beyond the limits before it reads it.
func NewDecoder(r io.Reader, limits StreamLimits) *Decoder {
	return &Decoder{r: bufio.NewReaderSize(r, 64<<10), limits: limits.withDefaults()}
}

// Next returns the bytes of the next item, which are valid until the next call: a payload for
// [Loads] or [ReadManifest], or one that is signed for [KeySet.Verify]. At the end of a
// whole stream the error is io.EOF; a stream that is cut, or goes on behind its end, is
// a *[StreamError]. The first error stays.
func (d *Decoder) Next() ([]byte, error) {
	if d.err != nil {
		return nil, d.err
	}
	item, err := d.next()
	if err != nil {
		d.buf = nil
		if d.err = err; err != io.EOF {
			var f *formatError
			if errors.As(err, &f) {
				err = &FormatError{f.code, d.offset, "stream", err}
			}
			d.err = &StreamError{d.items, err}
		}
		return nil, d.err
	}
	d.items++
	return item, nil
}

// Payloads iterates over the items as bytes, each valid until the next; the last may
// be an error.
func (d *Decoder) Payloads() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for {
			item, err := d.Next()
			if err == io.EOF || !yield(item, err) || err != nil {
				return
			}
		}
	}
}

// All iterates over the items as [Loads] binds them. One that cannot be loaded is a
// *[StreamError], and the next follows it, if the caller goes on; an error of the
// stream itself is the last.
func (d *Decoder) All(binding Binding) iter.Seq2[*Loaded, error] {
	return func(yield func(*Loaded, error) bool) {
		for item, err := range d.Payloads() {
			var l *Loaded
			if err == nil {
				if l, err = Loads(item, binding); err != nil {
					err = &StreamError{d.items - 1, err}
				}
			}
			if !yield(l, err) {
				return
			}
		}
	}
}

func (d *Decoder) next() ([]byte, error) {
	if !d.begun {
		d.begun = true
		head := string(appendString(nil, streamMagic))
		got, err := d.bytes(len(head))
		switch {
		case string(got) != head[:len(got)]:
			return nil, syntaxf("expected a stream that begins with %q", streamMagic)
		case err != nil:
			return nil, err
		}
	}
	b, err := d.bytes(1)
	if err != nil {
		return nil, err
	}
	first := b[0]
	size, most := 1, uint64(0)
	switch first {
	case codeBin8:
	case codeBin16:
		size, most = 2, math.MaxUint8
	case codeBin32:
		size, most = 4, math.MaxUint16
	default:
		return nil, d.end(first)
	}
	length, err := d.bytes(size)
	if err != nil {
		return nil, err
	}
	n := bigEndian(length)
	switch {
	case n == 0:
		return nil, syntaxf("an item of no bytes")
	case n <= most:
		return nil, canonicalf("not the shortest form of a length")
	case n > uint64(d.limits.Item):
		return nil, failf(CodeLimit, "an item of %d bytes, the limit is %d", n, d.limits.Item)
	case d.items == d.limits.Items:
		return nil, failf(CodeLimit, "more than %d items", d.limits.Items)
	case d.total+int64(n) > d.limits.Total:
		return nil, failf(CodeLimit, "more than %d bytes in all items", d.limits.Total)
	}
	d.total += int64(n)
	return d.bytes(int(n))
}

// end reads the end of the stream, of which first is the first byte: the number of
// items, and nothing behind it.
func (d *Decoder) end(first byte) error {
	size := 0
	switch {
	case first <= codePosFixedNumHigh:
	case first >= codeUint8 && first <= codeUint64:
		size = 1 << (first - codeUint8)
	default:
		return syntaxf("expected an item or the end of the stream, got %s", tokenName(first))
	}
	rest, err := d.bytes(size)
	if err != nil {
		return err
	}
	s := scanner{s: string(append([]byte{first}, rest...))}
	switch n := s.uint(); {
	case s.err != nil:
		return s.err
	case n != uint64(d.items):
		return failf(CodeManifest, "the stream says that it has %d items, it has %d", n, d.items)
	}
	switch _, err := d.r.ReadByte(); err {
	case io.EOF:
		return io.EOF
	case nil:
		return syntaxf("bytes behind the end of the stream")
	default:
		return err
	}
}

func bigEndian(b []byte) (v uint64) {
	for _, c := range b {
		v = v<<8 | uint64(c)
	}
	return v
}

// piece is how much memory an item gets before its bytes are there.
const piece = 64 << 10

// bytes reads n bytes, which are valid until the next call. They get memory as they
// come: a length is only a promise.
func (d *Decoder) bytes(n int) ([]byte, error) {
	b := d.buf[:0]
	for len(b) < n {
		from, to := len(b), min(n, max(cap(b), 2*len(b), piece))
		b = slices.Grow(b, to-from)[:to]
		got, err := io.ReadFull(d.r, b[from:])
		d.offset += got
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return b[:from+got], syntaxf("the stream ends early")
		}
		if err != nil {
			return b[:from+got], err
		}
	}
	d.buf = b
	return b, nil
}
