package expr

import (
	"encoding/binary"
	"math"
	"unicode/utf8"

	"github.com/sqlser/sqlser/schema"
)

// What a call of a host's own function carries beside its arguments: options that the
// host alone understands, as one MessagePack value, which goes into the bytes as it is. A
// function with data and a text of its own is a kind of node that the host adds.

// MaxData is how many bytes the data of a call may have.
const MaxData = 1 << 16

// maxDataDepth is how many arrays of data may stand in one another.
const maxDataDepth = 32

// WithData gives a call of a host's own function its data, which [CheckData] takes; the
// function says that it takes some ([FunctionOptions]). Empty data is none.
func (x Expr) WithData(data []byte) Expr {
	n, ok := x.node().(*CallExpr)
	switch {
	case !ok && x.Err() != nil:
		return x
	case !ok:
		return refuse(OpCall, fail(CodeForm, "data: expected a call of a function, got a %s", x.node().Op()))
	case n.err != nil:
		return x
	case len(data) > MaxData: // before it is copied
		return refuse(OpCall, fail(CodeSize, "data of %d bytes, the most are %d", len(data), MaxData))
	}
	return n.with(func(m *callMore) {
		if m.data = (Value{}); len(data) > 0 {
			m.data = Bytes(data)
		}
	})
}

// Data returns a copy of the data of the call; nil for none.
func (n *CallExpr) Data() []byte {
	if d := n.rest().data; !d.IsNull() {
		return []byte(d.text)
	}
	return nil
}

// checkData holds that only what takes data has some, and that it is fit to be read.
func (n *CallExpr) checkData() *Error {
	d := n.more.data
	switch {
	case d.IsNull():
		return nil
	case d.kind != schema.KindLargeBinary:
		return fail(CodeForm, "data: expected bytes, got %s", d.Type())
	case n.OfDatabase():
		return fail(CodeForm, "data: function %q is the database's own", n.fn.name)
	case n.fn.IsKnown() && !n.fn.data:
		return fail(CodeForm, "%s takes no data", n.fn.Signature())
	}
	if err, ok := CheckData([]byte(d.text)).(*Error); ok {
		return err
	}
	return nil
}

// CheckData checks that bytes are one MessagePack value in its one form, of nil, booleans,
// numbers of 64 bits, floats of 64 bits, text of valid UTF-8, bytes and arrays of these: 64 KiB at
// most, of up to 32 arrays in one another. Nothing is allocated for it, and what it takes can be
// given to any reader of MessagePack. The error is an *[Error].
func CheckData(b []byte) error {
	if len(b) > MaxData {
		return fail(CodeSize, "data of %d bytes, the most are %d", len(b), MaxData)
	}
	var left [maxDataDepth + 1]int // values that are still to come, of each array that is open
	depth, at := 0, 0
	left[0] = 1
	for {
		for depth > 0 && left[depth] == 0 {
			depth--
		}
		if depth == 0 && left[0] == 0 {
			break
		}
		left[depth]--
		size, items, why := dataToken(b[at:])
		if why != "" {
			return fail(CodeValue, "data: byte %d: %s", at, why)
		}
		at += size
		if items == 0 {
			continue
		}
		if depth == maxDataDepth {
			return fail(CodeSize, "data: more than %d arrays in one another", maxDataDepth)
		}
		depth++
		left[depth] = items
	}
	if at < len(b) {
		return fail(CodeValue, "data: %d bytes behind its value", len(b)-at)
	}
	return nil
}

// dataToken reads a token: its bytes, those of a text included, and how many values an
// array has; or why it is none.
func dataToken(b []byte) (size, items int, why string) {
	if len(b) == 0 {
		return 0, 0, "it ends early"
	}
	c := b[0]
	head := func(n int) (uint64, bool) { // n bytes behind the first
		if len(b) < 1+n {
			return 0, false
		}
		var room [8]byte
		copy(room[8-n:], b[1:1+n])
		return binary.BigEndian.Uint64(room[:]), true
	}
	sized := func(fixed, n int, least uint64, isText, isArray bool) (int, int, string) {
		length := uint64(fixed)
		if n > 0 {
			v, ok := head(n)
			switch {
			case !ok:
				return 0, 0, "it ends early"
			case v < least:
				return 0, 0, "a length that is not in its shortest form"
			}
			length = v
		}
		switch {
		case length > uint64(len(b)-1-n):
			return 0, 0, "it ends early"
		case isArray:
			return 1 + n, int(length), ""
		case isText && !utf8.Valid(b[1+n:1+n+int(length)]):
			return 0, 0, "text that is not valid UTF-8"
		}
		return 1 + n + int(length), 0, ""
	}
	number := func(n int, least uint64, most int64) (int, int, string) { // unsigned from least, else signed up to most
		v, ok := head(n)
		signed := int64(v<<(64-8*n)) >> (64 - 8*n)
		switch {
		case !ok:
			return 0, 0, "it ends early"
		case least > 0 && v < least, least == 0 && signed > most:
			return 0, 0, "a number that is not in its shortest form"
		}
		return 1 + n, 0, ""
	}
	switch {
	case c <= 0x7f, c >= 0xe0, c == 0xc0, c == 0xc2, c == 0xc3:
		return 1, 0, ""
	case c>>4 == 0x9:
		return sized(int(c&0xf), 0, 0, false, true)
	case c>>5 == 0x5:
		return sized(int(c&0x1f), 0, 0, true, false)
	case c == 0xcb:
		v, ok := head(8)
		if f := math.Float64frombits(v); ok && f != f && v != math.Float64bits(math.NaN()) {
			return 0, 0, "not the one form of NaN"
		}
		return number(8, 0, math.MaxInt64)
	}
	switch c {
	case 0xc4:
		return sized(0, 1, 0, false, false)
	case 0xc5:
		return sized(0, 2, 1<<8, false, false)
	case 0xc6:
		return sized(0, 4, 1<<16, false, false)
	case 0xcc:
		return number(1, 1<<7, 0)
	case 0xcd:
		return number(2, 1<<8, 0)
	case 0xce:
		return number(4, 1<<16, 0)
	case 0xcf:
		return number(8, 1<<32, 0)
	case 0xd0:
		return number(1, 0, -33)
	case 0xd1:
		return number(2, 0, math.MinInt8-1)
	case 0xd2:
		return number(4, 0, math.MinInt16-1)
	case 0xd3:
		return number(8, 0, math.MinInt32-1)
	case 0xd9:
		return sized(0, 1, 1<<5, true, false)
	case 0xda:
		return sized(0, 2, 1<<8, true, false)
	case 0xdb:
		return sized(0, 4, 1<<16, true, false)
	case 0xdc:
		return sized(0, 2, 1<<4, false, true)
	case 0xdd:
		return sized(0, 4, 1<<16, false, true)
	}
	return 0, 0, "a token that data has not: a map, an extension or a float of 32 bits"
}
