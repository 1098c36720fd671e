package serializer

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

func TestCodes(t *testing.T) {
	for _, pair := range [][2]byte{
		{codePosFixedNumHigh, msgpcode.PosFixedNumHigh}, {codeNegFixedNumLow, msgpcode.NegFixedNumLow},
		{codeNil, msgpcode.Nil}, {codeFalse, msgpcode.False}, {codeTrue, msgpcode.True}, {codeFloat, msgpcode.Float}, {codeDouble, msgpcode.Double},
		{codeUint8, msgpcode.Uint8}, {codeUint16, msgpcode.Uint16}, {codeUint32, msgpcode.Uint32}, {codeUint64, msgpcode.Uint64},
		{codeInt8, msgpcode.Int8}, {codeInt16, msgpcode.Int16}, {codeInt32, msgpcode.Int32}, {codeInt64, msgpcode.Int64},
		{codeFixedStrLow, msgpcode.FixedStrLow}, {codeFixedStrMask, msgpcode.FixedStrMask},
		{codeStr8, msgpcode.Str8}, {codeStr16, msgpcode.Str16}, {codeStr32, msgpcode.Str32},
		{codeBin8, msgpcode.Bin8}, {codeBin16, msgpcode.Bin16}, {codeBin32, msgpcode.Bin32},
		{codeFixedArrayLow, msgpcode.FixedArrayLow}, {codeFixedArrayMask, msgpcode.FixedArrayMask},
		{codeArray16, msgpcode.Array16}, {codeArray32, msgpcode.Array32},
	} {
		require.Equal(t, pair[1], pair[0])
	}
	for c := range 256 {
		c := byte(c)
		array := msgpcode.IsFixedArray(c) || c == msgpcode.Array16 || c == msgpcode.Array32
		require.Equal(t, []bool{msgpcode.IsFixedArray(c), array, msgpcode.IsFixedString(c), msgpcode.IsString(c), msgpcode.IsBin(c)},
			[]bool{isFixedArray(c), isArray(c), isFixedString(c), isString(c), isBin(c)}, c)
	}
}
