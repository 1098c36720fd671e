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
	"github.com/sqlser/sqlser/schema"
)

// TestDirect holds that what is read without asking for fields is what the fields say, and so is what is wrong
// with it, and where: for the vectors, and those with a byte changed, of the manifest with the metadata as it was.
func TestDirect(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "v1", "*.hex"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		b, err := hex.DecodeString(strings.TrimSpace(string(text)))
		require.NoError(t, err)
		require.NotContains(t, readBothWays(t, b, hostOf(b)), "error", file)
		each := func(at int, read func([]byte)) {
			for _, c := range []byte{0, 1, 2, 4, 6, 12, 0x22, 0x91, 0x92, 0x93, 0x94, 0xa1, 0xc0, 0xc3, 0xcc, b[at] + 1, b[at] - 1} {
				changed := bytes.Clone(b)
				changed[at] = c
				read(changed)
			}
			read(append(bytes.Clone(b[:at]), b[at+1:]...))
			read(append(append(bytes.Clone(b[:at]), codeNil), b[at:]...))
		}
		half := len(b) - len(b)/2
		for at := half; at < len(b); at++ {
			each(at, func(b []byte) { readBothWays(t, b, hostOf(b)) })
		}
		host := hostOf(b)
		for at := range half {
			each(at, func(b []byte) { readBothWays(t, b, host) })
		}
	}
}

// FuzzDirect is TestDirect of any bytes, bound to what they name and to what another payload does.
func FuzzDirect(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "v1", "*.hex"))
	require.NoError(f, err)
	var all [][]byte
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		b, err := hex.DecodeString(strings.TrimSpace(string(text)))
		require.NoError(f, err)
		all = append(all, b)
		f.Add(b, uint8(len(all)-1))
	}
	f.Fuzz(func(t *testing.T, b []byte, of uint8) {
		readBothWays(t, b, hostOf(b))
		readBothWays(t, b, hostOf(all[int(of)%len(all)]))
	})
}

// host is what a payload is bound to.
type host struct {
	meta   *schema.MetaData
	grants []expr.Grant
	err    error
}

// hostOf is a host that has just what the payload names.
func hostOf(b []byte) (h host) {
	m, err := readManifest(string(b), Limits{}.withDefaults())
	if err == nil {
		h.grants = m.Grants
		h.meta, err = m.metadata()
	}
	h.err = err
	return h
}

// readBothWays returns what comes of reading a payload.
func readBothWays(t *testing.T, b []byte, h host) string {
	t.Helper()
	if h.err != nil {
		return "error: " + h.err.Error()
	}
	var said [2]string
	for i := range said {
		d, err := newDecoder(b, &Binding{MetaData: h.meta})
		require.NoError(t, err)
		d.careful = i == 1
		root, err := d.load(&Binding{MetaData: h.meta, Grants: h.grants, detached: true})
		if said[i] = fmt.Sprint(d.drift.problems); err != nil {
			said[i] += " error: " + err.Error()
		} else if len(d.drift.problems) == 0 {
			again, err := DumpsWith(root, d.manifest.Slot)
			require.NoError(t, err)
			require.Equal(t, hex.EncodeToString(b), hex.EncodeToString(again))
			said[i] += fmt.Sprint(expr.Size(root), expr.Depth(root), expr.Sprint(root))
		}
		d.release()
	}
	require.Equal(t, said[1], said[0], "%x", b)
	return said[0]
}
