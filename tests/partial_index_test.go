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

// TestUpsertByPartialIndex: an upsert may go by an index of some rows, whose condition has values, where the metadata
// has that very index; the values are then in the text, as no database would find the index by arguments.
func TestUpsertByPartialIndex(t *testing.T) {
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			db := testdb.Open(t, name)
			meta := schema.NewMetaData()
			open := func(of func(string) expr.Expr) expr.Expr { return of("status").Eq("it's").And(of("n").Gt(5)) }
			table := meta.Table("jobs", schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("name", schema.Text), schema.NewColumn("status", schema.Text),
				schema.NewColumn("n", schema.Integer),
				schema.NewIndexWith("open_jobs", schema.IndexOptions{Unique: true, Where: func(t *schema.Table) schema.Clause { return open(expr.Table(t).C) }}, "name"))
			require.NoError(t, meta.Freeze())
			create(t, db, meta)
			jobs := expr.Table(table)
			sess := engine.New(db, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
			put := func(id int, status string, among expr.Expr) error {
				_, err := sess.Exec(t.Context(), expr.Insert(jobs).Values(expr.Assign{"id": id, "name": "a", "status": status, "n": id}).
					OnConflict(jobs.C("name")).Among(among).DoUpdate(expr.Assign{"n": expr.Excluded(jobs).C("n")}), nil)
				return err
			}
			require.NoError(t, put(6, "it's", open(jobs.C)))
			require.NoError(t, put(7, "it's", open(jobs.C)))
			require.NoError(t, put(8, "done", open(jobs.C)))
			require.Equal(t, []string{"6|7", "8|8"}, rowsOf(t, sess, expr.Select(jobs.C("id"), jobs.C("n")).OrderBy(jobs.C("id")), nil))

			for _, other := range []expr.Expr{
				jobs.C("status").Eq("its").And(jobs.C("n").Gt(5)), jobs.C("status").Eq("it's").And(jobs.C("n").Gt(6)), jobs.C("status").Eq("it's"),
			} {
				require.ErrorContains(t, put(9, "it's", other), "the metadata has no unique index of this condition")
			}
			require.ErrorContains(t, put(9, "it's", jobs.C("status").Eq(expr.Param("s", schema.Text))), "parameter")
		})
	}
}
