package scripts

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"flag"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/reflect"
	"github.com/sqlser/sqlser/scripts/demo"
	"github.com/sqlser/sqlser/serializer"
)

var update = flag.Bool("update", false, "write the golden files")

// TestExamples runs each example the whole way, from Lua through bytes to rows,
// and compares the rows with testdata/NAME.golden.
func TestExamples(t *testing.T) {
	ctx := t.Context()
	db, meta := openDemo(ctx, t)
	rt, err := luabind.New(meta)
	require.NoError(t, err)
	sess := engine.New(db, dialect.SQLite).Session(engine.WithPolicy(policy.New().AllowSelect()))

	files, err := fs.Glob(Examples, "examples/*.lua")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 10)
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".lua")
		t.Run(name, func(t *testing.T) {
			source, err := Examples.ReadFile(file)
			require.NoError(t, err)
			question, _, _ := strings.Cut(string(source), "\n")
			require.Regexp(t, `^-- \S.*\?$`, question, "the first line is the question")

			values, err := rt.Run(ctx, file, string(source))
			require.NoError(t, err)
			require.Len(t, values, 1)
			built, ok := values[0].(expr.Query)
			require.True(t, ok, "it returns a query")

			b, err := serializer.Dumps(built)
			require.NoError(t, err)
			loaded, err := serializer.Loads(b, serializer.Binding{MetaData: meta})
			require.NoError(t, err)
			require.Empty(t, loaded.Drift)
			again, err := serializer.Dumps(loaded.Root)
			require.NoError(t, err)
			require.Equal(t, b, again, "load, then dump")
			for _, d := range dialect.All() {
				admitted, err := policy.Unrestricted().Admit(loaded.Query)
				require.NoError(t, err)
				_, err = d.Compile(admitted)
				require.NoError(t, err, "it can be said on %s", d)
			}

			got := strings.TrimPrefix(question, "-- ") + "\n\n" + rows(ctx, t, sess, loaded.Query)
			golden := filepath.Join("testdata", name+".golden")
			equalGolden(t, golden, got)
			require.Equal(t, rows(ctx, t, sess, built), rows(ctx, t, sess, loaded.Query), "as built, as loaded")
		})
	}
}

// TestGoldenFilesHaveExamples finds what an example that was renamed left behind.
func TestGoldenFilesHaveExamples(t *testing.T) {
	golden, err := filepath.Glob("testdata/*.golden")
	require.NoError(t, err)
	for _, g := range golden {
		_, err := fs.Stat(Examples, "examples/"+strings.TrimSuffix(filepath.Base(g), ".golden")+".lua")
		require.NoError(t, err)
	}
}

// equalGolden compares text with a file, or writes it.
func equalGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o666))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func openDemo(ctx context.Context, t *testing.T) (*sql.DB, *schema.MetaData) {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, demo.Build(ctx, db))
	meta := schema.NewMetaData()
	require.NoError(t, reflect.Load(ctx, db, dialect.SQLite, meta))
	meta.Automap() // as the prompt does
	require.NoError(t, meta.Freeze())
	return db, meta
}

// rows runs a query and writes its rows as CSV, below names and types.
func rows(ctx context.Context, t *testing.T, sess *engine.Session, q expr.Statement) string {
	t.Helper()
	result, err := sess.Query(ctx, q, nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, result.Close()) }()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	record := make([]string, len(result.Columns()))
	for i, c := range result.Columns() {
		record[i] = c.Name + " " + c.Type.String()
	}
	require.NoError(t, w.Write(record))
	n := 0
	for ; result.Next(); n++ {
		for i, v := range result.Values() {
			record[i] = v.Plain()
		}
		require.NoError(t, w.Write(record))
	}
	require.NoError(t, result.Err())
	require.NotZero(t, n, "a question without an answer shows nothing")
	w.Flush()
	require.NoError(t, w.Error())
	return b.String()
}
