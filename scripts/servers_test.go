package scripts

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"maps"
	"math"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/scripts/demo"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestServers runs what ships, the examples, the gallery and the plugins' saved queries, on
// PostgreSQL and MariaDB, where the demo is copied to: each gives the rows that SQLite gives.
func TestServers(t *testing.T) {
	ctx := t.Context()
	data, meta := openDemo(ctx, t)
	lite := engine.New(data, dialect.SQLite).Session(engine.WithPolicy(policy.Unrestricted()))
	statements := shipped(ctx, t, meta)
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			db := testdb.Open(t, name)
			db.Script(t, demoSchema(name)...)
			sess := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
			copyRows(ctx, t, lite, sess, meta)
			for _, name := range slices.Sorted(maps.Keys(statements)) {
				t.Run(name, func(t *testing.T) {
					want, err := cells(ctx, lite, statements[name])
					require.NoError(t, err)
					require.NotEmpty(t, want)
					got, err := cells(ctx, sess, statements[name])
					if refused := refusal(t, name, db.Dialect); refused != "" {
						require.ErrorContains(t, err, refused)
						return
					}
					require.NoError(t, err)
					require.Equal(t, len(want), len(got))
					for i, row := range want {
						for j, v := range row {
							if got[i][j] != v && near(got[i][j], v) {
								got[i][j] = v
							}
						}
					}
					require.Equal(t, want, got)
				})
			}
		})
	}
}

// near reports whether two decimals differ by one in their second place: SQLite's are floats, and
// a half, which is none there, is rounded the other way.
func near(a, b string) bool {
	x, err := strconv.ParseFloat(a, 64)
	y, other := strconv.ParseFloat(b, 64)
	return err == nil && other == nil && strings.Contains(b, ".") && math.Abs(x-y) < 0.0101
}

// demoSchema is the demo's schema in the words of a database, with texts in SQLite's order.
func demoSchema(name string) []string {
	text := demo.Schema()
	var first []string
	if name == "postgres" {
		text = strings.NewReplacer(" DOUBLE", " DOUBLE PRECISION", " BLOB", " BYTEA", " DATETIME", " TIMESTAMP").Replace(text)
		text = regexp.MustCompile(` (VARCHAR\(\d+\)|TEXT)`).ReplaceAllString(text, `$0 COLLATE "C"`)
	} else {
		first = []string{"ALTER DATABASE COLLATE utf8mb4_bin"}
	}
	return append(first, strings.Split(strings.TrimSuffix(strings.TrimSpace(text), ";"), ";\n")...)
}

// shipped builds all statements, by their files, and has them go through bytes.
func shipped(ctx context.Context, t *testing.T, meta *schema.MetaData) map[string]expr.Statement {
	t.Helper()
	all := map[string]expr.Statement{}
	keep := func(name string, b []byte) {
		loaded, err := serializer.Loads(b, serializer.Binding{MetaData: meta})
		require.NoError(t, err)
		all[name] = loaded.Root.(expr.Statement)
	}
	rt, err := luabind.New(meta, luabind.WithCodec(serializer.NewCodec(serializer.Binding{MetaData: meta})))
	require.NoError(t, err)
	for _, files := range []fs.FS{Examples, Gallery} {
		names, err := fs.Glob(files, "*/*.lua")
		require.NoError(t, err)
		for _, name := range names {
			source, err := fs.ReadFile(files, name)
			require.NoError(t, err)
			values, err := rt.Run(ctx, name, string(source))
			require.NoError(t, err)
			b, err := serializer.Dumps(values[0].(expr.Statement))
			require.NoError(t, err)
			keep(name, b)
		}
	}
	names, err := fs.Glob(Plugins, "plugins/*.lua")
	require.NoError(t, err)
	for _, name := range names {
		p, err := rt.LoadPlugin(ctx, Plugins, name)
		require.NoError(t, err)
		for key, q := range p.Queries {
			keep(name+"#"+key, q.Bytes)
		}
	}
	return all
}

// copyRows copies all tables, each behind those that it refers to.
func copyRows(ctx context.Context, t *testing.T, from, to *engine.Session, meta *schema.MetaData) {
	t.Helper()
	copied := map[*schema.Table]bool{}
	for tables := meta.Tables(); len(tables) > 0; {
		before := len(tables)
		tables = slices.DeleteFunc(tables, func(table *schema.Table) bool {
			for _, k := range table.ForeignKeys() {
				if of := k.Referred(); of != table && !copied[of] {
					return false
				}
			}
			copyTable(ctx, t, from, to, table)
			copied[table] = true
			return true
		})
		require.Less(t, len(tables), before, "tables that refer to each other")
	}
}

func copyTable(ctx context.Context, t *testing.T, from, to *engine.Session, table *schema.Table) {
	t.Helper()
	var columns []string
	for _, c := range table.Columns() {
		columns = append(columns, c.Name())
	}
	result, err := from.Query(ctx, expr.Select(expr.Table(table)), nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, result.Close()) }()
	var rows iter.Seq[[]any] = func(yield func([]any) bool) {
		for result.Next() {
			row := make([]any, len(columns))
			for i, v := range result.Values() {
				row[i] = v
			}
			if !yield(row) {
				return
			}
		}
	}
	_, err = engine.InsertMany(ctx, to, expr.Insert(expr.Table(table)), columns, rows)
	require.NoError(t, err, table.Name())
	require.NoError(t, result.Err())
}

// refusal is why a database cannot say a script of the gallery, by its golden file, or "".
func refusal(t *testing.T, file string, d *dialect.Dialect) string {
	t.Helper()
	golden, err := filepath.Glob("testdata/gallery/" + strings.TrimSuffix(path.Base(file), ".lua") + ".golden")
	require.NoError(t, err)
	for _, g := range golden {
		b, err := os.ReadFile(g)
		require.NoError(t, err)
		for line := range strings.Lines(string(b)) {
			if reason, ok := strings.CutPrefix(line, "not said: dialect: "+d.Name()+": "); ok {
				return strings.TrimSuffix(reason, "\n")
			}
		}
	}
	return ""
}

// cells runs a statement, takes back what it changes, and returns its names and rows as text: numbers
// as numbers, since 19.9 is 19.90, and floats as far as databases agree on their digits.
func cells(ctx context.Context, sess *engine.Session, stmt expr.Statement) (rows [][]string, err error) {
	err = sess.Transaction(ctx, func(tx *engine.Session) error {
		result, err := tx.Query(ctx, stmt, nil)
		if err != nil {
			return err
		}
		defer result.Close()
		var names []string
		for _, c := range result.Columns() {
			names = append(names, c.Name)
		}
		for result.Next() {
			var row []string
			for i, v := range result.Values() {
				text := v.Plain()
				switch result.Columns()[i].Type.Family() {
				case schema.FamilyNumeric, schema.FamilyFloat, schema.FamilyInteger:
					if f, err := strconv.ParseFloat(text, 64); err == nil {
						text = strconv.FormatFloat(f, 'g', 12, 64)
					}
				}
				row = append(row, text)
			}
			rows = append(rows, row)
		}
		if _, reads := stmt.(expr.Query); !reads { // what RETURNING gives has no order
			slices.SortFunc(rows, slices.Compare[[]string])
		}
		rows = append(rows, names)
		return errors.Join(result.Err(), errRollback)
	})
	if errors.Is(err, errRollback) {
		err = nil
	}
	return rows, err
}
