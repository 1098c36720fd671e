package scripts

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// errRollback ends a transaction of which nothing shall stay.
var errRollback = errors.New("rolled back")

// TestGallery runs each script of the gallery from Lua through bytes to rows, and
// compares these with testdata/gallery/NAME.golden. That file also names the databases
// that cannot say it, with the reason.
func TestGallery(t *testing.T) {
	ctx := t.Context()
	db, meta := openDemo(ctx, t)
	rt, err := luabind.New(meta)
	require.NoError(t, err)
	sess := engine.New(db, dialect.SQLite).Session(engine.WithPolicy(policy.Unrestricted()))
	files, err := fs.Glob(Gallery, "gallery/*.lua")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 25)
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".lua")
		t.Run(name, func(t *testing.T) {
			source, err := Gallery.ReadFile(file)
			require.NoError(t, err)
			idea, _, _ := strings.Cut(string(source), "\n")
			require.Regexp(t, `^-- \S.*\? \(.+\)$`, idea, "the first line is the question and the idea")
			values, err := rt.Run(ctx, file, string(source))
			require.NoError(t, err)
			require.Len(t, values, 1)
			built, ok := values[0].(expr.Statement)
			require.True(t, ok, "it returns a statement")
			got := strings.TrimPrefix(idea, "-- ") + "\n\n" + answer(ctx, t, sess, meta, built)
			equalGolden(t, filepath.Join("testdata", "gallery", name+".golden"), got)
		})
	}
	golden, err := filepath.Glob("testdata/gallery/*.golden")
	require.NoError(t, err)
	require.Len(t, golden, len(files), "a golden file of a script that is gone")
}

// TestPlugins runs every query of each plugin, as it was saved, with the defaults of its
// parameters, and compares the rows with testdata/plugins/NAME.golden.
func TestPlugins(t *testing.T) {
	ctx := t.Context()
	db, meta := openDemo(ctx, t)
	rt, err := luabind.New(meta, luabind.WithCodec(serializer.NewCodec(serializer.Binding{MetaData: meta})))
	require.NoError(t, err)
	sess := engine.New(db, dialect.SQLite).Session(engine.WithPolicy(policy.New().AllowSelect()))
	files, err := fs.Glob(Plugins, "plugins/*.lua")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 3)
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".lua")
		t.Run(name, func(t *testing.T) {
			p, err := rt.LoadPlugin(ctx, Plugins, file)
			require.NoError(t, err)
			require.Equal(t, name, p.Name)
			var got strings.Builder
			for _, key := range slices.Sorted(maps.Keys(p.Queries)) {
				q := p.Queries[key]
				require.NotEmpty(t, q.Doc)
				got.WriteString(key + ": " + q.Doc + "\n\n" + answer(ctx, t, sess, meta, q.Query) + "\n")
			}
			equalGolden(t, filepath.Join("testdata", "plugins", name+".golden"), got.String())
		})
	}
	golden, err := os.ReadDir("testdata/plugins")
	require.NoError(t, err)
	require.Len(t, golden, len(files), "a golden file of a plugin that is gone")
}

// answer gives the rows of a statement that went through bytes, and which databases
// cannot say it. What it changes is taken back.
func answer(ctx context.Context, t *testing.T, sess *engine.Session, meta *schema.MetaData, built expr.Statement) string {
	t.Helper()
	b, err := serializer.Dumps(built)
	require.NoError(t, err)
	loaded, err := serializer.Loads(b, serializer.Binding{MetaData: meta})
	require.NoError(t, err)
	require.Empty(t, loaded.Drift)
	stmt, ok := loaded.Root.(expr.Statement)
	require.True(t, ok)
	var got strings.Builder
	err = sess.Transaction(ctx, func(tx *engine.Session) error {
		got.WriteString(rows(ctx, t, tx, stmt))
		return errRollback
	})
	require.ErrorIs(t, err, errRollback)
	for _, d := range dialect.All() {
		admitted, err := policy.Unrestricted().Admit(stmt)
		require.NoError(t, err)
		if _, err := d.Compile(admitted); err != nil {
			var refused *dialect.Error
			require.ErrorAs(t, err, &refused)
			got.WriteString("\nnot said: " + refused.Error() + "\n")
		}
	}
	return got.String()
}
