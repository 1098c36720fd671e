package serializer_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/corpus"
)

// The reader in testdata/reader was written from FORMAT.md and shares no code with
// this package: it reads what this package writes, and refuses what it refuses, but
// for what only types tell.

// readerSays is what the independent reader makes of a payload.
type readerSays struct {
	Error string `json:"error"`
	Kind  string `json:"kind"`
	Size  int    `json:"size"`
	Depth int    `json:"depth"`
	line  string
}

// independently has payloads read by the independent reader.
func independently(t testing.TB, payloads [][]byte) []readerSays {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("SQLSER_TEST_REQUIRE") != "" {
			t.Fatal("node is not installed, and SQLSER_TEST_REQUIRE is set")
		}
		t.Skip("node is not installed: the independent reader cannot run")
	}
	var in bytes.Buffer
	for _, b := range payloads {
		fmt.Fprintf(&in, "%x\n", b)
	}
	reader := filepath.Join("testdata", "reader", "reader.mjs")
	_, err = os.ReadFile(reader) // so that a result which is remembered is not of another reader
	require.NoError(t, err)
	cmd := exec.Command(node, reader)
	cmd.Stdin = &in
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	var all []readerSays
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		says := readerSays{line: lines.Text()}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &says))
		all = append(all, says)
	}
	require.NoError(t, lines.Err())
	require.Len(t, all, len(payloads))
	return all
}

// vectors are the golden payloads, by name.
func vectors(t testing.TB) (names []string, payloads [][]byte) {
	files, err := filepath.Glob(filepath.Join("testdata", "v1", "*.hex"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		b, err := hex.DecodeString(strings.TrimSpace(string(text)))
		require.NoError(t, err)
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".hex"))
		payloads = append(payloads, b)
	}
	return names, payloads
}

// TestIndependentReaderOfVectors has it read each golden vector to the JSON beside it.
func TestIndependentReaderOfVectors(t *testing.T) {
	names, payloads := vectors(t)
	for i, says := range independently(t, payloads) {
		require.Empty(t, says.Error, names[i])
		m, err := serializer.ReadManifest(payloads[i])
		require.NoError(t, err)
		require.Equal(t, []any{m.Kind().String(), m.Size(), m.Depth()}, []any{says.Kind, says.Size, says.Depth}, names[i])
		golden, err := os.ReadFile(filepath.Join("testdata", "v1", names[i]+".json"))
		require.NoError(t, err)
		require.JSONEq(t, string(golden), says.line, names[i])
	}
}

// TestIndependentReaderRefuses has it refuse the hostile payloads, and the hostile
// values that this package refuses.
func TestIndependentReaderRefuses(t *testing.T) {
	m := shop(t)
	var payloads [][]byte
	var names []string
	for line := range strings.Lines(string(corpus.Read(t, "hostile", "msgpack", "malformed.jsonl"))) {
		var c struct{ Name, Hex string }
		require.NoError(t, json.Unmarshal([]byte(line), &c))
		b, err := hex.DecodeString(strings.NewReplacer(" ", "", "-", "").Replace(c.Hex))
		if err == nil { // else a recipe, such as a byte repeated so often
			payloads, names = append(payloads, b, literalPayload(t, b)), append(names, c.Name, c.Name+" as a literal")
		}
	}
	payloads, names = append(payloads, bytes.Repeat([]byte{0x91}, 1<<20), nil), append(names, "deep", "nothing")
	for i, says := range independently(t, payloads) {
		_, err := serializer.Loads(payloads[i], serializer.Binding{MetaData: m})
		require.Equal(t, err != nil, says.Error != "", "%s: %v, %s", names[i], err, says.line)
	}
}

// TestIndependentReaderAgrees gives both mutated payloads, half of them by their tokens. What this package loads without drift, the
// other reads; what it refuses for its bytes, the other refuses; the rest depends on
// types or on a schema.
func TestIndependentReaderAgrees(t *testing.T) {
	m := shop(t)
	r := rand.New(rand.NewPCG(5, 6))
	_, seeds := vectors(t)
	payloads := make([][]byte, mutations(t, 20_000))
	for i := range payloads {
		payloads[i] = mutate(r, bytes.Clone(seeds[r.IntN(len(seeds))]))
	}
	seeds = append(seeds, randomPayloads(t, 600)...)
	payloads = append(payloads, restructured(t, r, seeds, len(payloads), vectorHost(t, m))...)
	counts, bad := map[string]int{}, 0
	for i, says := range independently(t, payloads) {
		l, err := serializer.Loads(payloads[i], vectorHost(t, m))
		outcome := "loaded"
		var format *serializer.FormatError
		if errors.As(err, &format) {
			outcome = string(format.Code)
		} else if err != nil {
			outcome = "drift"
		}
		verdict := "read"
		if says.Error != "" {
			verdict = "refused"
		}
		counts[outcome+", "+verdict]++
		if err == nil {
			obeys(t, payloads[i], m)
		}
		if err == nil && len(l.Drift) == 0 && says.Error == "" {
			said, err := serializer.JSON(payloads[i])
			require.NoError(t, err)
			require.JSONEq(t, string(said), says.line, "%x", payloads[i])
		}
		switch {
		case err == nil && len(l.Drift) == 0 && says.Error != "":
			bad++
			t.Errorf("loaded, and refused by the independent reader: %s\n%x\n%s", says.Error, payloads[i], expr.Sprint(l.Root))
		case says.Error == "" && format != nil && format.Code != serializer.CodeTree && format.Code != serializer.CodeType:
			bad++
			t.Errorf("refused, and read by the independent reader: %v\n%x\n%s", err, payloads[i], says.line)
		case says.Error == "" && format != nil && !isOfTypes(format):
			bad++
			t.Errorf("refused, but not for its types, and read by the independent reader: %v\n%x\n%s", err, payloads[i], says.line)
		}
		if bad > 20 {
			break
		}
	}
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%7d %s", counts[k], k)
	}
}

// isOfTypes reports whether a refusal is one that FORMAT.md leaves to readers which know types, and which entity
// inherits from which, and functions.
func isOfTypes(e *serializer.FormatError) bool {
	var x *expr.Error
	return !errors.As(e, &x) || x.Code == expr.CodeType || x.Code == expr.CodeValue || x.Code == expr.CodeArgument ||
		x.Code == expr.CodeName && (strings.Contains(x.Reason, " is no attribute of ") || strings.Contains(x.Reason, " leads to ")) ||
		x.Code == expr.CodeForm && x.Op == expr.OpCall // what the function takes
}
