package tpch

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/serializer"
)

// TestScripts builds each query on the declared tables, without any data: through
// bytes, and into the SQL of every database. Rows are compared where the data is.
func TestScripts(t *testing.T) {
	meta := MetaData()
	require.NoError(t, meta.Freeze())
	rt, err := luabind.New(meta)
	require.NoError(t, err)
	files, err := fs.Glob(Scripts, "q*.lua")
	require.NoError(t, err)
	require.Len(t, files, 22)
	for _, file := range files {
		t.Run(strings.TrimSuffix(file, ".lua"), func(t *testing.T) {
			source, err := Scripts.ReadFile(file)
			require.NoError(t, err)
			require.Regexp(t, regexp.MustCompile(`^-- TPC-H \d+: .*\?\n`), string(source), "the first line is the question")
			values, err := rt.Run(t.Context(), file, string(source))
			require.NoError(t, err)
			require.Len(t, values, 1)
			built, ok := values[0].(expr.Query)
			require.True(t, ok, "it returns a query")
			b, err := serializer.Dumps(built)
			require.NoError(t, err)
			loaded, err := serializer.Loads(b, serializer.Binding{MetaData: meta})
			require.NoError(t, err)
			require.Empty(t, loaded.Drift)
			require.True(t, expr.Equal(built, loaded.Query), "as built, as loaded")
			again, err := serializer.Dumps(loaded.Query)
			require.NoError(t, err)
			require.Equal(t, b, again, "load, then dump")
			for _, d := range dialect.All() {
				admitted, err := policy.Unrestricted().Admit(loaded.Query)
				require.NoError(t, err)
				_, err = d.Compile(admitted)
				require.NoError(t, err, "it can be said on %s", d)
			}
		})
	}
}
