package tests

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/serializer/registry"
	"github.com/sqlser/sqlser/serializer/registry/sqlstore"
	"github.com/sqlser/sqlser/tests/testdb"
)

func registryBytes(t *testing.T, column string, typ schema.Type, limit int) ([]byte, *schema.MetaData) {
	m := schema.NewMetaData()
	m.Table("things", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn(column, typ))
	require.NoError(t, m.Freeze())
	things := expr.Table(m.Lookup("things"))
	b, err := serializer.Dumps(expr.Select(things.C("id"), things.C(column)).Limit(limit))
	require.NoError(t, err)
	return b, m
}

func TestRegistry(t *testing.T) {
	t.Run("dir", func(t *testing.T) { testRegistry(t, registry.Dir(filepath.Join(t.TempDir(), "queries"))) })
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		store, err := sqlstore.New(engine.New(db.DB, db.Dialect))
		require.NoError(t, err)
		require.NoError(t, store.Create(context.Background(), db.DB))
		testRegistry(t, store)
	})
}

func testRegistry(t *testing.T, store registry.Store) {
	ctx := context.Background()
	reg := registry.New(store)
	one, meta := registryBytes(t, "name", schema.Text, 1)
	two, _ := registryBytes(t, "name", schema.Text, 2)
	other, _ := registryBytes(t, "nmae", schema.Text, 1)
	code := func(err error) registry.Code {
		t.Helper()
		var e *registry.Error
		require.ErrorAs(t, err, &e)
		return e.Code
	}
	_, err := reg.Get(ctx, "top")
	require.Equal(t, registry.CodeNotFound, code(err))

	kept, err := reg.Put(ctx, registry.Draft{Name: "top", Label: "1.0", Doc: "the first", Bytes: one}, registry.Draft{Name: "sales/Größte,by=[a b]", Bytes: two})
	require.NoError(t, err)
	require.Equal(t, 1, kept[0].Version)
	again, err := reg.Put(ctx, registry.Draft{Name: "top", Label: "1.1", Bytes: one})
	require.NoError(t, err)
	require.Equal(t, kept[0], again[0], "the same bytes are the same version")
	next, err := reg.Put(ctx, registry.Draft{Name: "top", Bytes: two}, registry.Draft{Name: "Top", Bytes: other})
	require.NoError(t, err)
	require.Equal(t, []int{2, 1}, []int{next[0].Version, next[1].Version})

	q, err := reg.Get(ctx, "top")
	require.NoError(t, err)
	require.Equal(t, next[0], *q)
	q, err = reg.GetVersion(ctx, "top", 1)
	require.NoError(t, err)
	require.Equal(t, kept[0], *q)
	q, err = reg.GetHash(ctx, registry.Hash(other))
	require.NoError(t, err)
	require.Equal(t, "Top", q.Name)
	for _, missing := range []func() (*registry.Query, error){
		func() (*registry.Query, error) { return reg.GetVersion(ctx, "top", 3) },
		func() (*registry.Query, error) { return reg.Get(ctx, "to") },
		func() (*registry.Query, error) { return reg.Get(ctx, "TOP") },
		func() (*registry.Query, error) { return reg.Get(ctx, "../top") },
		func() (*registry.Query, error) { return reg.GetHash(ctx, strings.Repeat("0", 64)) },
		func() (*registry.Query, error) { return reg.GetHash(ctx, "' OR 1=1") },
	} {
		_, err := missing()
		require.Equal(t, registry.CodeNotFound, code(err))
	}

	m, err := q.Manifest()
	require.NoError(t, err)
	require.Equal(t, "things", m.Tables()[0].Name)
	checked, err := reg.Check(ctx, serializer.Binding{MetaData: meta})
	require.NoError(t, err)
	var names []string
	for _, c := range checked {
		require.NoError(t, c.Err)
		require.Equal(t, c.Query.Name != "Top", c.Report.Loads(), c.Query.Name)
		names = append(names, c.Query.Name)
	}
	require.ElementsMatch(t, []string{"sales/Größte,by=[a b]", "Top", "top", "top"}, names)

	allowed, err := reg.Allowed(ctx)
	require.NoError(t, err)
	require.Equal(t, 3, allowed.Len())
	l, err := allowed.Loads(one, serializer.Binding{MetaData: meta})
	require.NoError(t, err)
	require.NotNil(t, l.Query)
	three, _ := registryBytes(t, "name", schema.Text, 3)
	_, err = allowed.Loads(three, serializer.Binding{MetaData: meta})
	require.Equal(t, registry.CodeRefused, code(err))

	for _, d := range []registry.Draft{
		{Name: "", Bytes: one}, {Name: "a\nb", Bytes: one}, {Name: "\xff", Bytes: one}, {Name: strings.Repeat("x", 201), Bytes: one},
		{Name: "x", Bytes: nil}, {Name: "x", Bytes: one[:len(one)-1]}, {Name: "x", Bytes: []byte("return 1")}, {Name: "x", Label: strings.Repeat("l", 101), Bytes: one},
	} {
		_, err := reg.Put(ctx, registry.Draft{Name: "fine", Bytes: one}, d)
		require.Equal(t, registry.CodeDraft, code(err), "%q", d.Name)
	}
	_, err = reg.Put(ctx, registry.Draft{Name: "x", Bytes: one}, registry.Draft{Name: "x", Bytes: two})
	require.Equal(t, registry.CodeDraft, code(err))
	_, err = reg.Get(ctx, "fine")
	require.Equal(t, registry.CodeNotFound, code(err), "all or none")
	require.ErrorIs(t, store.Add(ctx, []registry.Query{{Name: "new", Version: 1, Bytes: one, Hash: registry.Hash(one)}, {Name: "top", Version: 1, Bytes: one, Hash: registry.Hash(one)}}), registry.ErrConflict)
	_, err = reg.Get(ctx, "new")
	require.Equal(t, registry.CodeNotFound, code(err), "all or none")

	// Several at once: each gets a version of its own.
	var wait sync.WaitGroup
	for i := range 4 {
		b, _ := registryBytes(t, "name", schema.Text, 10+i)
		wait.Go(func() {
			_, err := reg.Put(ctx, registry.Draft{Name: "raced", Bytes: b})
			require.NoError(t, err)
		})
	}
	wait.Wait()
	q, err = reg.Get(ctx, "raced")
	require.NoError(t, err)
	require.Equal(t, 4, q.Version)

	// What was tampered with is not given.
	require.NoError(t, store.Add(ctx, []registry.Query{{Name: "evil", Version: 1, Bytes: two, Hash: registry.Hash(one)}}))
	_, err = reg.Get(ctx, "evil")
	require.Equal(t, registry.CodeCorrupt, code(err))
	_, err = reg.Allowed(ctx)
	require.Equal(t, registry.CodeCorrupt, code(err))
}

func TestRegistryFiles(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	b, _ := registryBytes(t, "name", schema.Text, 1)
	_, err := registry.New(registry.Dir(dir)).Put(ctx, registry.Draft{Name: "a/B", Bytes: b})
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(dir, "a%2F%42@1.query.json"))
	require.NoError(t, err)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing else is left")
	for name, file := range map[string]string{
		"a%2F%42@1.query.json": string(text),
		"other@1.query.json":   string(text),
		"a%2F%42@2.query.json": string(text),
		"x@1.query.json":       "{",
		"y@1.query.json":       strings.Replace(string(text), `"name"`, `"more": 1, "name"`, 1),
		"z@1.query.json":       strings.Replace(string(text), `"a/B"`, `"z"`, 1) + "{}",
		"pipe@1.query.json":    strings.Replace(string(text), `"a/B"`, `"pipe"`, 1),
	} {
		mode := map[bool]fs.FileMode{true: fs.ModeNamedPipe}[strings.HasPrefix(name, "pipe")]
		reg := registry.New(registry.Files{FS: fstest.MapFS{name: {Data: []byte(file), Mode: mode}, "README": {}, "b@0.query.json": {}, "b@01.query.json": {}}})
		_, err := reg.Allowed(ctx)
		if name == "a%2F%42@1.query.json" {
			require.NoError(t, err)
			q, err := reg.Get(ctx, "a/B")
			require.NoError(t, err)
			require.Equal(t, b, q.Bytes)
			_, err = reg.Put(ctx, registry.Draft{Name: "c", Bytes: b})
			require.Error(t, err)
			continue
		}
		var e *registry.Error
		require.True(t, errors.As(err, &e) && e.Code == registry.CodeCorrupt, "%s: %v", name, err)
	}
}
