package serializer

// The first bytes of tokens. Those of msgpack/v5 are variables, which cannot be
// folded into what compares with them; a test holds both equal.
const (
	codePosFixedNumHigh byte = 0x7f
	codeNegFixedNumLow  byte = 0xe0
	codeNil             byte = 0xc0
	codeFalse           byte = 0xc2
	codeTrue            byte = 0xc3
	codeFloat           byte = 0xca
	codeDouble          byte = 0xcb
	codeUint8           byte = 0xcc
	codeUint16          byte = 0xcd
	codeUint32          byte = 0xce
	codeUint64          byte = 0xcf
	codeInt8            byte = 0xd0
	codeInt16           byte = 0xd1
	codeInt32           byte = 0xd2
	codeInt64           byte = 0xd3
	codeFixedStrLow     byte = 0xa0
	codeFixedStrMask    byte = 0x1f
	codeStr8            byte = 0xd9
	codeStr16           byte = 0xda
	codeStr32           byte = 0xdb
	codeBin8            byte = 0xc4
	codeBin16           byte = 0xc5
	codeBin32           byte = 0xc6
	codeFixedArrayLow   byte = 0x90
	codeFixedArrayMask  byte = 0x0f
	codeArray16         byte = 0xdc
	codeArray32         byte = 0xdd
)

// leastFixedNum is the least number that is its own token.
const leastFixedNum = int64(codeNegFixedNumLow) - 1<<8

func isFixedArray(c byte) bool { return c&^codeFixedArrayMask == codeFixedArrayLow }

func isArray(c byte) bool { return isFixedArray(c) || c == codeArray16 || c == codeArray32 }

func isFixedString(c byte) bool { return c&^codeFixedStrMask == codeFixedStrLow }

func isString(c byte) bool { return isFixedString(c) || c >= codeStr8 && c <= codeStr32 }

func isBin(c byte) bool { return c >= codeBin8 && c <= codeBin32 }
