package tests

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestConflictOfOneKey: an upsert by one key changes no row that another key is in the way
// of, be that a constraint, an index, or of a column that is hidden. MariaDB, which looks at
// every key, refuses it.
func TestConflictOfOneKey(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		db.Script(t, "CREATE TABLE goods (id BIGINT PRIMARY KEY, code BIGINT DEFAULT 10, name VARCHAR(20))",
			"CREATE UNIQUE INDEX goods_code ON goods (code)", "INSERT INTO goods VALUES (1, 10, 'old')")
		for name, c := range map[string]struct {
			key    schema.TableItem
			hidden bool
			keys   string // that the refusal names
		}{
			"a constraint":     {schema.UniqueConstraint("code"), false, "the keys of goods: (id), (code)"},
			"an index":         {schema.NewIndexWith("goods_code", schema.IndexOptions{Unique: true}, "code"), false, "the keys of goods: (id), (code)"},
			"hidden":           {schema.UniqueConstraint("code"), true, "the keys of goods: (id)"},
			"an index, hidden": {schema.NewIndexWith("goods_code", schema.IndexOptions{Unique: true}, "code"), true, "the keys of goods: (id)"},
		} {
			t.Run(name, func(t *testing.T) {
				m := schema.NewMetaData()
				m.Table("goods", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("code", schema.BigInteger),
					schema.NewColumn("name", schema.String(20)), c.key)
				require.NoError(t, m.Freeze())
				part, err := m.Exposed(func(_ *schema.Table, col *schema.Column) bool { return !c.hidden || col == nil || col.Name() != "code" })
				require.NoError(t, err)
				g := expr.Table(part.Lookup("goods"))
				sess := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
				for action, upsert := range map[string]*expr.InsertStmt{
					"do update":  expr.Insert(g).Values(set{"id": 2, "name": "new"}).OnConflict("id").DoUpdate(set{"name": expr.Excluded(g).C("name")}),
					"do nothing": expr.Insert(g).Values(set{"id": 2, "name": "new"}).OnConflict("id").DoNothing(),
				} {
					switch _, err := sess.Exec(context.Background(), upsert, nil); {
					case db.Name != "mariadb":
						var e *engine.QueryError
						require.ErrorAs(t, err, &e, action)
						require.Equal(t, engine.CodeUnique, e.Code, action)
					default:
						var e *dialect.Error
						require.ErrorAs(t, err, &e, action)
						require.Contains(t, e.Error(), twoKeys, action)
						require.True(t, strings.HasSuffix(e.Error(), "; "+c.keys), e.Error())
					}
					kept, err := engine.One[string](context.Background(), sess, expr.Select(g.C("name")).From(g), nil)
					require.NoError(t, err)
					require.Equal(t, "old", kept, action)
				}
			})
		}
	})
}
