package serializer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/serializer"
)

// TestAnnotate: the tokens of a payload are all of its bytes, and fields and nodes are
// named where they begin.
func TestAnnotate(t *testing.T) {
	m := shop(t)
	for name, q := range queries(m) {
		b := dumps(t, q)
		tokens, err := serializer.Annotate(b, serializer.Limits{})
		require.NoError(t, err, name)
		at := 0
		notes := map[string]bool{}
		for _, tok := range tokens {
			require.Equal(t, at, tok.Offset, name)
			require.NotEmpty(t, tok.Value)
			at += tok.Size
			notes[tok.Note] = true
		}
		require.Equal(t, len(b), at, name)
		for _, part := range []string{"format", "features", "manifest", "kind", "size", "depth"} {
			require.True(t, notes[part], "%s: %s", name, part)
		}
	}
	b := dumps(t, queries(m)["update"])
	tokens, err := serializer.Annotate(b, serializer.Limits{})
	require.NoError(t, err)
	notes := map[string]string{}
	for _, tok := range tokens {
		notes[tok.Note] = tok.Value
	}
	require.Contains(t, notes, "root: update")
	require.Contains(t, notes, "where: binary")
	_, err = serializer.Annotate(b[:10], serializer.Limits{})
	var f *serializer.FormatError
	require.ErrorAs(t, err, &f)
}
