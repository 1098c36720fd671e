package sqlsertest_test

import (
	"database/sql"
	"flag"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/sqlsertest"
)

var update = flag.Bool("update", false, "write the golden files")

func goods(t *testing.T) expr.Query {
	t.Helper()
	meta := schema.NewMetaData()
	meta.Table("goods", schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("name", schema.Text))
	require.NoError(t, meta.Freeze())
	g := expr.Table(meta.Lookup("goods"))
	return expr.Select(g.C("id"), g.C("name")).Where(g.C("id").Gt(1)).OrderBy(g.C("id").Asc())
}

func open(t *testing.T) *engine.Engine {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	_, err = db.ExecContext(t.Context(), "CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO goods VALUES (1, 'a'), (2, 'b'), (3, NULL)")
	require.NoError(t, err)
	return engine.New(db, dialect.SQLite)
}

func TestGolden(t *testing.T) {
	sqlsertest.SQL(t, goods(t), "testdata/goods.sql", *update)
	sqlsertest.Rows(t, open(t), goods(t), nil, "testdata/goods.csv", *update)
}

// recorder is a test that notes how it fails.
type recorder struct {
	testing.TB
	said string
}

func (r *recorder) Helper()                           {}
func (r *recorder) Errorf(format string, args ...any) { r.said = fmt.Sprintf(format, args...) }

func TestDifference(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "made", "goods.csv")
	sqlsertest.Rows(t, open(t), goods(t), nil, file, true)
	r := &recorder{TB: t}
	sqlsertest.Rows(r, open(t), goods(t).(*expr.SelectStmt).Limit(1), nil, file, false)
	require.Equal(t, file+": line 3\nwant: 3,NULL\ngot:  ", r.said)
	r.said = ""
	sqlsertest.SQL(r, goods(t), file, false)
	require.Contains(t, r.said, "line 1\nwant: id,name\ngot:  -- sqlite")
}
