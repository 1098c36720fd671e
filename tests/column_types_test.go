package tests

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestColumnTypesAreChecked has metadata that the database is not like.
func TestColumnTypesAreChecked(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		db.Script(t, "CREATE TABLE t (id BIGINT PRIMARY KEY, s VARCHAR(20), d DATE, n NUMERIC(10,2))", "INSERT INTO t VALUES (1, 'one', '2024-02-29', 1.5)")
		of := func(column string, typ schema.Type) (*engine.Session, expr.Node) {
			m := schema.NewMetaData()
			m.Table("t", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn(column, typ))
			require.NoError(t, m.Freeze())
			table := expr.Table(m.Lookup("t"))
			return engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted())), expr.Select(table.C("id"), table.C(column))
		}
		for _, c := range []struct {
			column string
			typ    schema.Type
			wrong  bool
		}{
			{"s", schema.Integer, true}, {"s", schema.DateTime, true}, {"d", schema.Text, true}, {"d", schema.Boolean, true}, {"s", schema.Numeric(5, 1), true},
			{"n", schema.Date, true}, {"n", schema.String(10), true},
			{"s", schema.Text, false}, {"s", schema.JSON, false}, {"d", schema.Date, false}, {"n", schema.Double, false}, {"n", schema.Integer, false}, {"s", schema.Unknown, false},
		} {
			sess, q := of(c.column, c.typ)
			rows, err := sess.All(context.Background(), q, nil)
			if !c.wrong || db.Name == "sqlite" { // which keeps anything anywhere: each value is looked at
				require.NoError(t, err, "%s as %s", c.column, c.typ)
				require.Len(t, rows, 1)
				continue
			}
			var e *engine.Error
			require.ErrorAs(t, err, &e, "%s as %s", c.column, c.typ)
			require.Equal(t, engine.CodeColumn, e.Code)
			require.Contains(t, e.Reason, `column "`+c.column+`": the query has it as `+c.typ.String()+`, it came as `)
		}
		require.Equal(t, 0, db.Stats().InUse)
	})
}
