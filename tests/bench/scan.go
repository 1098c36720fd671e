package bench

import "encoding/binary"

// Tokens counts the MessagePack tokens of b and copies nothing: what any reader of
// the same bytes must do at least. It is -1 for what is cut off or no MessagePack
// without maps and extensions.
func Tokens(b []byte) (n int) {
	for i := 0; i < len(b); n++ {
		c := b[i]
		i++
		size := 0
		switch {
		case c < 0x80, c >= 0xe0, c&0xf0 == 0x90, c == 0xc0, c == 0xc2, c == 0xc3:
			continue
		case c&0xe0 == 0xa0:
			i += int(c & 0x1f)
			continue
		case c >= 0xcc && c <= 0xcf: // unsigned
			i += 1 << (c - 0xcc)
			continue
		case c >= 0xd0 && c <= 0xd3: // signed
			i += 1 << (c - 0xd0)
			continue
		case c == 0xca:
			i += 4
			continue
		case c == 0xcb:
			i += 8
			continue
		case c == 0xdc:
			i += 2
			continue
		case c == 0xdd:
			i += 4
			continue
		case c == 0xc4 || c == 0xd9:
			size = 1
		case c == 0xc5 || c == 0xda:
			size = 2
		case c == 0xc6 || c == 0xdb:
			size = 4
		default:
			return -1
		}
		if i+size > len(b) {
			return -1
		}
		var length [4]byte
		copy(length[4-size:], b[i:])
		i += size + int(binary.BigEndian.Uint32(length[:]))
	}
	return n
}
