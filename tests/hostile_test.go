package tests

import (
	"context"
	"database/sql"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/reflect"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/corpus"
)

// hostile is every naughty string and SQL injection payload of the corpus.
func hostile(t *testing.T) []string {
	var all []string
	require.NoError(t, json.Unmarshal(corpus.Read(t, "hostile", "strings", "blns.json"), &all))
	root := corpus.Path(t, "hostile", "sqli")
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".txt" {
			return err
		}
		text, err := os.ReadFile(path)
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimRight(line, "\r\n"); utf8.ValidString(line) {
				all = append(all, line)
			}
		}
		return err
	}))
	slices.Sort(all)
	all = slices.Compact(all)
	require.Greater(t, len(all), 1500)
	return all
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// TestHostileStrings takes every hostile string through Dumps, Loads and SQLite:
// as a literal, as a row's value, as a table's name and as a column's.
func TestHostileStrings(t *testing.T) {
	names := slices.DeleteFunc(hostile(t), func(s string) bool {
		return s == "" || strings.ContainsRune(s, 0) || strings.HasPrefix(strings.ToLower(s), "sqlite_")
	})
	folded := map[string]bool{} // SQLite takes names that differ in ASCII case for one
	tables := names[:0:0]
	for _, s := range names {
		if !folded[strings.ToLower(s)] {
			folded[strings.ToLower(s)] = true
			tables = append(tables, s)
		}
	}
	_, db := openSQLite(t, func(db *sql.DB) {
		tx, err := db.Begin()
		require.NoError(t, err)
		for _, s := range tables {
			_, err := tx.Exec("CREATE TABLE " + quote(s) + " (" + quote(s) + " TEXT, n INTEGER)")
			if strings.EqualFold(s, "n") {
				continue
			}
			require.NoError(t, err, "%q", s)
			_, err = tx.Exec("INSERT INTO "+quote(s)+" VALUES (?, 1), ('other', 2)", s)
			require.NoError(t, err)
		}
		require.NoError(t, tx.Commit())
	})
	ctx := context.Background()
	meta := schema.NewMetaData()
	require.NoError(t, reflect.Load(ctx, db, dialect.SQLite, meta))
	require.NoError(t, meta.Freeze())
	sess := engine.New(db, dialect.SQLite).Session(engine.WithPolicy(policy.New().AllowSelect()))
	for _, s := range tables {
		if strings.EqualFold(s, "n") {
			continue
		}
		a := expr.Table(meta.Lookup(s)).Alias(s)
		sub := expr.Select(a.C(s), a.C("n")).Subquery(s)
		q := expr.Select(sub.C(s), expr.Of(s).Label(s+"?")).Where(sub.C(s).Eq(s), sub.C(s).Eq(expr.Param(s, schema.Text)), sub.C(s).StartsWith(s))
		b, err := serializer.Dumps(q)
		require.NoError(t, err, "%q", s)
		l, err := serializer.Loads(b, serializer.Binding{MetaData: meta})
		require.NoError(t, err, "%q", s)
		require.Empty(t, l.Drift)
		row, err := engine.One[[]any](ctx, sess, l.Query, engine.Params{s: s})
		require.NoError(t, err, "%q", s)
		require.Equal(t, []any{s, s}, row)
	}
	t.Logf("%d strings as tables and columns", len(tables))

	// Those that cannot be names are values all the same.
	for _, s := range hostile(t) {
		b, err := serializer.Dumps(expr.Select(expr.Of(s)))
		require.NoError(t, err)
		l, err := serializer.Loads(b, serializer.Binding{MetaData: meta})
		require.NoError(t, err)
		got, err := engine.One[string](ctx, sess, l.Query, nil)
		require.NoError(t, err, "%q", s)
		require.Equal(t, s, got)
	}
}
