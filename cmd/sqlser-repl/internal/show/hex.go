package show

import (
	"fmt"
	"strings"
)

// HexDump shows bytes with their offsets.
func HexDump(b []byte) string {
	var s strings.Builder
	for at := 0; at < len(b); at += 16 {
		line := b[at:min(at+16, len(b))]
		fmt.Fprintf(&s, "%06x ", at)
		for i := range 16 {
			if i == 8 {
				s.WriteByte(' ')
			}
			if i < len(line) {
				fmt.Fprintf(&s, " %02x", line[i])
			} else {
				s.WriteString("   ")
			}
		}
		s.WriteString("  ")
		for _, c := range line {
			if c < 0x20 || c >= 0x7f {
				c = '.'
			}
			s.WriteByte(c)
		}
		s.WriteByte('\n')
	}
	return s.String()
}
