package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestShippedPlugins: the tests of the plugins that ship pass.
func TestShippedPlugins(t *testing.T) {
	var out, narration bytes.Buffer
	env := func(string) (string, bool) { return "", false }
	code := run(context.Background(), []string{"test", "../../scripts/plugins"}, env, os.Stdin, &out, &narration)
	require.Zero(t, code, "%s%s", &out, &narration)
	require.Greater(t, strings.Count(out.String(), "ok "), 12)
}
