package tests

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWorkIsLinear counts what Loads does, statement by statement, for payloads of many
// shapes that grow: four times the payload is about four times the work.
func TestWorkIsLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a program that counts")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "work")
	build := exec.Command("go", "build", "-cover", "-covermode=atomic", "-coverpkg=github.com/sqlser/sqlser/tests/testdata/work,github.com/sqlser/sqlser/serializer,github.com/sqlser/sqlser/engine/expr,github.com/sqlser/sqlser/schema", "-o", program, "./testdata/work")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	counters := filepath.Join(dir, "counters")
	require.NoError(t, os.Mkdir(counters, 0o755))
	run := exec.Command(program, counters)
	run.Env = append(os.Environ(), "GOCOVERDIR="+dir)
	out, err = run.CombinedOutput()
	require.NoError(t, err, "%s", out)

	perByte := map[string]map[int]float64{} // by family and n
	entries, err := os.ReadDir(counters)
	require.NoError(t, err)
	for _, e := range entries {
		parts := strings.Split(e.Name(), "-")
		n, _ := strconv.Atoi(parts[1])
		size, _ := strconv.Atoi(parts[2])
		if perByte[parts[0]] == nil {
			perByte[parts[0]] = map[int]float64{}
		}
		perByte[parts[0]][n] = float64(statements(t, filepath.Join(counters, e.Name()))) / float64(size)
	}
	require.Greater(t, len(perByte), 20)
	for family, work := range perByte {
		require.Len(t, work, 2)
		t.Logf("%-12s %6.1f and %6.1f statements a byte", family, work[500], work[2000])
		require.Less(t, work[2000], 1.25*work[500]+1, "%s: the work grows faster than the payload", family)
	}
}

// statements is how many statements ran, of the counters in a folder.
func statements(t *testing.T, dir string) (n int) {
	text := filepath.Join(dir, "counts.txt")
	out, err := exec.Command("go", "tool", "covdata", "textfmt", "-i="+dir, "-o="+text).CombinedOutput()
	require.NoError(t, err, "%s", out)
	out, err = os.ReadFile(text)
	require.NoError(t, err)
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() { // file:from,to statements count
		words := strings.Fields(lines.Text())
		if len(words) != 3 {
			continue
		}
		of, _ := strconv.Atoi(words[1])
		ran, _ := strconv.Atoi(words[2])
		n += of * ran
	}
	require.NoError(t, lines.Err())
	require.Positive(t, n)
	return n
}
