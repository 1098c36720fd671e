package tests

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestTenantLocks: what a statement of a tenant locks are the rows that it gives, or none but
// its own, as another connection sees by those that it can lock.
func TestTenantLocks(t *testing.T) {
	for _, name := range []string{"postgres", "mariadb"} { // SQLite locks the database
		t.Run(name, func(t *testing.T) {
			db := testdb.Open(t, name)
			n := newNotes(t, false)
			n.fill(t, db, true)
			db.Script(t, "INSERT INTO notes SELECT id + 1000, tenant_id, 'more', n, x, pattern, data FROM notes WHERE tenant_id = 2")
			v, a := n.view, n.view.Alias("a")
			inner := expr.Select(v.C("id")).From(v).Subquery("s")
			ctx := context.Background()
			for _, c := range []struct {
				name string
				stmt *expr.SelectStmt
				lost string // the database that cannot
			}{
				{"all", expr.Select(v.C("id")), ""},
				{"by key", expr.Select(v.C("id")).Where(v.C("id").Eq(1)), ""},
				{"another's key", expr.Select(v.C("id")).Where(v.C("id").Eq(11)), ""},
				{"fenced", expr.Select(v.C("id")).Where(v.C("code").Cast(v.C("id").Type()).Ge(1)), ""},
				{"limited", expr.Select(v.C("id")).OrderBy(v.C("id")).Limit(1), ""},
				{"join", expr.Select(v.C("id")).From(v).Join(a, a.C("id").Eq(v.C("id"))), ""},
				{"left join", expr.Select(v.C("id")).From(v).LeftJoin(a, a.C("id").Eq(v.C("n").Add(10))), "postgres"}, // "the nullable side of an outer join"
				{"a subquery", expr.Select(inner.C("id")), "mariadb"},
			} {
				t.Run(c.name, func(t *testing.T) {
					tx, err := db.Begin()
					require.NoError(t, err)
					defer func() { require.NoError(t, tx.Rollback()) }()
					ids, err := engine.All[int64](ctx, engine.New(tx, db.Dialect).Session(engine.WithPolicy(n.pol, policy.Values{"tenant": 1})), c.stmt.Locked(expr.ForUpdate, 0), nil)
					if c.lost == name {
						require.Error(t, err)
						return
					}
					require.NoError(t, err)
					other, err := db.Begin()
					require.NoError(t, err)
					defer func() { require.NoError(t, other.Rollback()) }()
					for _, id := range []int64{1, 2, 3, 11, 12, 13, 1011} {
						var free int64
						err := other.QueryRow(fmt.Sprintf("SELECT id FROM notes WHERE id = %d FOR UPDATE SKIP LOCKED", id)).Scan(&free)
						switch {
						case slices.Contains(ids, id):
							require.ErrorIs(t, err, sql.ErrNoRows, "%d is not locked", id)
						case id > 3 && (name != "mariadb" || c.name != "another's key"): // InnoDB locks what it looks at
							require.NoError(t, err, "%d is locked, and is another's", id)
						}
					}
				})
			}
		})
	}
}
