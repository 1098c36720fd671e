package serializer

import (
	"math"
	"unicode/utf8"

	"github.com/vmihailenco/msgpack/v5/msgpcode"

	"github.com/sqlser/sqlser/schema"
)

// scanner reads tokens in their one canonical form. It reads from a string, so
// that the strings it gives share it. Its first error sticks and ends the input:
// after it, every method gives a zero value.
type scanner struct {
	s         string
	pos       int
	claimed   int              // elements that array headers have promised; each is at least a byte
	str       int              // limit on the length of a string
	listable  int              // items that lists may still have
	referred  int              // references of the manifest
	referable int              // limit on these
	types     *schema.MetaData // that has the host's types; nil if they stay as they are stored
	lacks     []string         // of the types of a host, those that it has not
	err       error
}

func newScanner(payload string, limits Limits, types *schema.MetaData) (s scanner) {
	s.begin(payload, limits, types)
	return s
}

// begin makes a zero scanner read a payload.
func (s *scanner) begin(payload string, limits Limits, types *schema.MetaData) {
	s.s, s.str, s.listable, s.referable, s.types = payload, limits.String, maxItems, limits.References, types
}

// end makes s a zero scanner. While memory is collected, each pointer that is cleared takes its time: few have more than two.
func (s *scanner) end() {
	s.s, s.pos, s.claimed, s.str, s.listable, s.referred, s.referable = "", 0, 0, 0, 0, 0, 0
	if s.types != nil {
		s.types = nil
	}
	if s.lacks != nil || s.err != nil {
		s.lacks, s.err = nil, nil
	}
}

func (s *scanner) fail(err error) {
	if s.err == nil {
		s.err, s.s = err, s.s[:s.pos]
	}
}

// peek returns the next byte without taking it; at the end, one that begins nothing.
func (s *scanner) peek() byte {
	if s.pos < len(s.s) {
		return s.s[s.pos]
	}
	return neverUsed
}

// neverUsed is the byte that MessagePack gives no meaning.
const neverUsed = 0xc1

func (s *scanner) byte() byte {
	if s.pos < len(s.s) {
		s.pos++
		return s.s[s.pos-1]
	}
	return s.early()
}

func (s *scanner) early() byte {
	s.fail(syntaxf("the payload ends early"))
	return neverUsed
}

func (s *scanner) take(n uint64) string {
	if n > uint64(len(s.s)-s.pos) {
		s.early()
		return ""
	}
	s.pos += int(n)
	return s.s[s.pos-int(n) : s.pos]
}

// big reads an n-byte number, which must need them: it is more than most.
func (s *scanner) big(n uint64, most uint64) (v uint64) {
	for _, c := range []byte(s.take(n)) {
		v = v<<8 | uint64(c)
	}
	if v <= most {
		s.fail(canonicalf("not the shortest form of a number or length"))
	}
	return v
}

func (s *scanner) wrong(want string, got byte) {
	s.fail(syntaxf("expected %s, got %s", want, tokenName(got)))
}

// tokenName names the sort of token that a byte begins.
func tokenName(c byte) string {
	switch {
	case c == codeNil:
		return "nil"
	case c == codeTrue || c == codeFalse:
		return "a boolean"
	case msgpcode.IsFixedNum(c) || c >= codeUint8 && c <= codeInt64:
		return "an integer"
	case c == codeFloat || c == codeDouble:
		return "a float"
	case isString(c):
		return "a string"
	case isBin(c):
		return "bytes"
	case isFixedArray(c) || c == codeArray16 || c == codeArray32:
		return "an array"
	case msgpcode.IsFixedMap(c) || c == msgpcode.Map16 || c == msgpcode.Map32:
		return "a map"
	case msgpcode.IsExt(c):
		return "an extension"
	}
	return "a byte without meaning, or the end"
}

func (s *scanner) uint() uint64 {
	if s.pos < len(s.s) && s.s[s.pos] <= codePosFixedNumHigh {
		s.pos++
		return uint64(s.s[s.pos-1])
	}
	return s.longUint()
}

func (s *scanner) longUint() uint64 {
	c := s.byte()
	switch c {
	case codeUint8:
		return s.big(1, uint64(codePosFixedNumHigh))
	case codeUint16:
		return s.big(2, math.MaxUint8)
	case codeUint32:
		return s.big(4, math.MaxUint16)
	case codeUint64:
		return s.big(8, math.MaxUint32)
	}
	s.wrong("a number of 0 or more", c)
	return 0
}

func (s *scanner) int() int64 {
	c := s.peek()
	size, shortest := uint64(0), int64(0)
	switch {
	case c >= codeNegFixedNumLow:
		return int64(int8(s.byte()))
	case c == codeInt8:
		size, shortest = 1, leastFixedNum
	case c == codeInt16:
		size, shortest = 2, math.MinInt8
	case c == codeInt32:
		size, shortest = 4, math.MinInt16
	case c == codeInt64:
		size, shortest = 8, math.MinInt32
	default:
		v := s.uint()
		if v > math.MaxInt64 {
			s.fail(syntaxf("an integer beyond 64 bits with sign"))
			return 0
		}
		return int64(v)
	}
	s.pos++
	var v uint64
	for _, c := range []byte(s.take(size)) {
		v = v<<8 | uint64(c)
	}
	shift := 64 - 8*size
	n := int64(v<<shift) >> shift
	if n >= shortest {
		s.fail(canonicalf("not the shortest form of a number"))
	}
	return n
}

func (s *scanner) float() float64 {
	if c := s.byte(); c != codeDouble {
		s.wrong("a float of 64 bits", c)
		return 0
	}
	var v uint64
	for _, c := range []byte(s.take(8)) {
		v = v<<8 | uint64(c)
	}
	f := math.Float64frombits(v)
	if f != f && v != math.Float64bits(math.NaN()) {
		s.fail(canonicalf("not the one form of NaN"))
	}
	return f
}

func (s *scanner) bool() bool {
	switch c := s.byte(); c {
	case codeTrue:
		return true
	case codeFalse:
	default:
		s.wrong("a boolean", c)
	}
	return false
}

func (s *scanner) string() string {
	if rest := s.s[s.pos:]; len(rest) > 8 { // names are short, fit, and are ASCII
		n := int(rest[0]) - int(codeFixedStrLow)
		if uint(n) <= uint(codeFixedStrMask) && n <= s.str && n < len(rest) {
			if v := rest[1 : n+1]; n < 8 && eight(rest[1:9], 0)&(highBits>>uint(64-8*n)) == 0 || n >= 8 && isASCII(v) {
				s.pos += n + 1
				return v
			}
		}
	}
	return s.longString()
}

func (s *scanner) longString() string {
	c := s.byte()
	var n uint64
	switch {
	case isFixedString(c):
		n = uint64(c & codeFixedStrMask)
	case c == codeStr8:
		n = s.big(1, 31)
	case c == codeStr16:
		n = s.big(2, math.MaxUint8)
	case c == codeStr32:
		n = s.big(4, math.MaxUint16)
	default:
		s.wrong("a string", c)
	}
	v := s.text(n)
	if !isASCII(v) && !utf8.ValidString(v) {
		s.fail(syntaxf("a string that is not valid UTF-8"))
		return ""
	}
	return v
}

// highBits are those that no byte of ASCII has.
const highBits = 0x8080808080808080

// isASCII is quicker than utf8.ValidString for names.
func isASCII(s string) bool {
	n := len(s)
	if n < 8 {
		for i := range n {
			if s[i] >= utf8.RuneSelf {
				return false
			}
		}
		return true
	}
	for i := 0; i < n-8; i += 8 {
		if eight(s, i)&highBits != 0 {
			return false
		}
	}
	return eight(s, n-8)&highBits == 0 // some of these were looked at
}

// eight is eight bytes of s, in one load.
func eight(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func (s *scanner) text(n uint64) string {
	if n > uint64(s.str) {
		s.fail(failf(CodeLimit, "a string of %d bytes, the limit is %d", n, s.str))
	}
	return s.take(n)
}

func (s *scanner) bin() string {
	c := s.byte()
	var n uint64
	switch c {
	case codeBin8:
		if n = uint64(s.byte()); s.err != nil {
			return ""
		}
	case codeBin16:
		n = s.big(2, math.MaxUint8)
	case codeBin32:
		n = s.big(4, math.MaxUint16)
	default:
		s.wrong("bytes", c)
	}
	return s.text(n)
}

// array reads the header of an array. All lengths together fit the payload, so
// that no header makes a reader allocate more than the payload pays for.
func (s *scanner) array() int {
	if s.pos < len(s.s) { // most are short and fit
		if n := int(s.s[s.pos]) - int(codeFixedArrayLow); uint(n) <= uint(codeFixedArrayMask) && n <= len(s.s)-s.claimed {
			s.pos++
			s.claimed += n
			return n
		}
	}
	return s.longArray()
}

func (s *scanner) longArray() int {
	c := s.byte()
	var n uint64
	switch {
	case isFixedArray(c):
		n = uint64(c & codeFixedArrayMask)
	case c == codeArray16:
		n = s.big(2, 15)
	case c == codeArray32:
		n = s.big(4, math.MaxUint16)
	default:
		s.wrong("an array", c)
	}
	if s.err != nil {
		return 0
	}
	return s.claim(n)
}

func (s *scanner) claim(n uint64) int {
	if n > uint64(len(s.s)-s.claimed) {
		s.fail(syntaxf("an array of %d elements, more than the payload can hold", n))
		return 0
	}
	s.claimed += int(n)
	return int(n)
}

// isNil takes a nil if it is next.
func (s *scanner) isNil() bool {
	if s.peek() == codeNil {
		s.pos++
		return true
	}
	return false
}
