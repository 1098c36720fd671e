// Package corpus finds data for tests that is not part of the project: a folder
// ../shared/corpus beside the repository, which developers and CI have. Elsewhere
// tests that need it are skipped with that reason, unless SQLSER_TEST_REQUIRE=1
// forbids skips.
package corpus

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Path returns the path of a file or folder of the corpus, or ends the test.
func Path(t testing.TB, parts ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for !exists(filepath.Join(dir, "go.mod")) && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(append([]string{dir, "..", "shared", "corpus"}, parts...)...)
	if !exists(path) {
		Missing(t, "the corpus has no "+filepath.Join(parts...)+" here")
	}
	return path
}

// Missing skips a test for a reason, or fails it where skips are forbidden.
func Missing(t testing.TB, reason string) {
	t.Helper()
	if os.Getenv("SQLSER_TEST_REQUIRE") == "1" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

// Read returns a file of the corpus; one whose name ends in .gz is unpacked.
func Read(t testing.TB, parts ...string) []byte {
	t.Helper()
	path := Path(t, parts...)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
