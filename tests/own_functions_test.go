package tests

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestDatabasesOwnFunctions runs functions that one database alone knows: of a schema of its own, and in FROM, where
// SQLite names the columns itself and PostgreSQL may have to be told their types.
func TestDatabasesOwnFunctions(t *testing.T) {
	text := func(s string) expr.Expr { return expr.TypedLiteral(expr.Text(s), schema.Text) }
	column := func(name string, t schema.Type) expr.ColumnType { return expr.ColumnType{Name: name, Type: t} }
	for _, c := range []struct {
		name  string
		build func(s *sample) expr.Node
		rows  []string          // on the databases that have it
		fails map[string]string // on others, a part of the error
	}{
		{"of a schema", func(s *sample) expr.Node {
			return expr.Select(expr.UnknownFunc("pg_catalog.upper", schema.Text, s.name())).Where(s.id().Eq(1))
		}, []string{"ANN"}, map[string]string{
			"sqlite": `function "pg_catalog.upper": functions of sqlite are of no schema`, "mariadb": "pg_catalog"}},
		{"rows whose columns are named", func(s *sample) expr.Node {
			each := expr.UnknownFunc("json_each", schema.Text, text("[7, 9]")).TableValued("e", []expr.ColumnType{column("key", schema.Integer), column("value", schema.Integer)}, false)
			return expr.Select(each.C("key"), each.C("value"))
		}, []string{"0|7", "1|9"}, map[string]string{"mariadb": "function json_each in FROM: mariadb has none", "postgres": "json_each"}},
		{"rows for each row", func(s *sample) expr.Node {
			each := expr.UnknownFunc("json_each", schema.Text, s.u.C("data"), text("$.items")).TableValued("e", []expr.ColumnType{column("value", schema.Text)}, false)
			return expr.Select(s.id(), expr.Func("count", each.C("value"))).From(s.u).LeftJoin(each, true).GroupBy(s.id())
		}, []string{"1|2", "2|0", "3|0", "4|0", "5|0"}, map[string]string{"mariadb": "function json_each in FROM: mariadb has none", "postgres": "json_each"}},
		{"rows whose columns have another name", func(s *sample) expr.Node {
			each := expr.UnknownFunc("json_each", schema.Text, text("[]")).TableValued("e", []expr.ColumnType{column("two words", schema.Text)}, false)
			return expr.Select(each.C("two words"))
		}, nil, map[string]string{"sqlite": "there is none two words", "mariadb": "mariadb has none", "postgres": "json_each"}},
		{"rows of types that are said", func(s *sample) expr.Node {
			rows := expr.UnknownFunc("jsonb_to_recordset", schema.JSON, expr.Cast(text(`[{"a": 1, "b": "x"}, {"a": 2}]`), schema.JSON)).
				TableValued("r", []expr.ColumnType{column("a", schema.Integer), column("b", schema.String(10))}, false).Typed()
			return expr.Select(rows.C("b"), rows.C("a").Add(1))
		}, []string{"NULL|3", "x|2"}, map[string]string{
			"sqlite": "with ordinality or types: sqlite has none", "mariadb": "function jsonb_to_recordset in FROM: mariadb has none"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			testdb.Each(t, func(t *testing.T, db *testdb.DB) {
				s := newSample(t)
				s.fill(t, db)
				stmt := c.build(s)
				require.NoError(t, expr.Err(stmt))
				sess := engine.New(db, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
				if part, fails := c.fails[db.Name]; fails {
					_, err := sess.Query(t.Context(), stmt, nil)
					require.ErrorContains(t, err, part)
					return
				}
				require.Equal(t, c.rows, rowsOf(t, sess, stmt, nil))
			})
		})
	}
}

// TestTableAlone: the hint ONLY stands before the table, and leaves out what inherits from it.
func TestTableAlone(t *testing.T) {
	db := testdb.Open(t, "postgres")
	s := newSample(t)
	s.fill(t, db)
	db.Script(t, "CREATE TABLE guests () INHERITS (users)", "INSERT INTO guests (id, name) VALUES (6, 'eve')")
	sess := engine.New(db, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
	count := expr.Select(expr.Func("count")).From(s.u)
	require.Equal(t, []string{"6"}, rowsOf(t, sess, count, nil))
	require.Equal(t, []string{"5"}, rowsOf(t, sess, count.Hint(s.u, "only", "postgres"), nil))
	require.Equal(t, []string{"6"}, rowsOf(t, sess, count.Hint(s.u, "only", "mysql"), nil))
}
