package scripts

import (
	"context"
	"errors"
	"io/fs"
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

// TestPlugins loads each plugin that ships, and its queries' bytes again. Their SQL and
// rows are golden in plugins/testdata, for sqlser-repl test.
func TestPlugins(t *testing.T) {
	_, meta := openDemo(t.Context(), t)
	rt, err := luabind.New(meta, luabind.WithCodec(serializer.NewCodec(serializer.Binding{MetaData: meta})))
	require.NoError(t, err)
	files, err := filepath.Glob("plugins/*.lua")
	require.NoError(t, err)
	files = slices.DeleteFunc(files, func(file string) bool { return strings.HasSuffix(file, "_test.lua") })
	require.GreaterOrEqual(t, len(files), 3)
	for _, file := range files {
		p, err := rt.LoadPlugin(t.Context(), Plugins, file)
		require.NoError(t, err)
		require.Equal(t, strings.TrimSuffix(path.Base(file), ".lua"), p.Name)
		for key, q := range p.Queries {
			require.NotEmpty(t, q.Doc, key)
			loaded, err := serializer.Loads(q.Bytes, serializer.Binding{MetaData: meta})
			require.NoError(t, err)
			require.Empty(t, loaded.Drift)
			require.True(t, expr.Equal(q.Query, loaded.Root), key)
		}
	}
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
