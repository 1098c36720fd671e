package serializer

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
)

// TestDirect holds that what is read without asking for fields is what the fields say, and so is what is wrong
// with it, and where: for the vectors, and those with a byte of the tree changed.
func TestDirect(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "v1", "*.hex"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		b, err := hex.DecodeString(strings.TrimSpace(string(text)))
		require.NoError(t, err)
		said := readBothWays(t, b)
		require.NotContains(t, said, "error", file)
		from := len(b) - len(b)/2
		for at := from; at < len(b); at++ {
			for _, c := range []byte{0, 1, 2, 4, 6, 12, 0x22, 0x91, 0x92, 0x93, 0x94, 0xa1, 0xc0, 0xc3, 0xcc, b[at] + 1, b[at] - 1} {
				changed := bytes.Clone(b)
				changed[at] = c
				readBothWays(t, changed)
			}
			readBothWays(t, append(bytes.Clone(b[:at]), b[at+1:]...))
			readBothWays(t, append(append(bytes.Clone(b[:at]), codeNil), b[at:]...))
		}
	}
}

// readBothWays returns what comes of reading a payload.
func readBothWays(t *testing.T, b []byte) string {
	t.Helper()
	m, err := readManifest(string(b), Limits{}.withDefaults())
	if err != nil {
		return "error: " + err.Error()
	}
	meta, err := m.metadata()
	if err != nil {
		return "error: " + err.Error()
	}
	var said [2]string
	for i := range said {
		d, err := newDecoder(b, Binding{MetaData: meta})
		require.NoError(t, err)
		d.careful = i == 1
		root, err := d.load(Binding{MetaData: meta, Grants: m.Grants, detached: true})
		if said[i] = fmt.Sprint(d.drift.problems); err != nil {
			said[i] += " error: " + err.Error()
		} else if len(d.drift.problems) == 0 {
			again, err := DumpsWith(root, m.Slot)
			require.NoError(t, err)
			require.Equal(t, hex.EncodeToString(b), hex.EncodeToString(again))
			said[i] += fmt.Sprint(expr.Size(root), expr.Depth(root), expr.Sprint(root))
		}
		d.release()
	}
	require.Equal(t, said[1], said[0], "%x", b)
	return said[0]
}
