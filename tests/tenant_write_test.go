package tests

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestTenantWrites: no insert or update plants or moves a row to another tenant, on any
// database, in any form; those of one's own do what they say.
func TestTenantWrites(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		n := newNotes(t, false)
		n.fill(t, db, true)
		b := n.base // scripts do not see tenant_id; a host's own queries may
		pol := policy.New().AllowSelect().AllowInsert().AllowUpdate().AllowDelete().
			Table(b.Table(), policy.Rows(b.C("tenant_id").Eq(policy.Value("tenant"))))
		row := func(tenant any) expr.Assign {
			return expr.Assign{"id": 50, "code": "new", "tenant_id": tenant}
		}
		a := b.Alias("a")
		tenant := expr.Param("t", b.Table().Lookup("tenant_id").Type())
		ex := expr.Excluded(b)
		const ok, policyRefuses = "", "policy"
		for _, c := range []struct {
			name   string
			stmt   expr.Node
			params engine.Params
			want   string // "", "policy", or "conflict": nothing of the other tenant's changes
		}{
			{"insert without", expr.Insert(b).Values(expr.Assign{"id": 50, "code": "new"}), nil, ok},
			{"insert with one's own", expr.Insert(b).Values(row(1)), nil, ok},
			{"insert with another's", expr.Insert(b).Values(row(2)), nil, policyRefuses},
			{"insert of two, one another's", expr.Insert(b).Values(row(1), expr.Assign{"id": 51, "code": "x", "tenant_id": 2}), nil, policyRefuses},
			{"insert of a parameter, one's own", expr.Insert(b).Values(row(tenant)), engine.Params{"t": 1}, ok},
			{"insert of a parameter, another's", expr.Insert(b).Values(row(tenant)), engine.Params{"t": 2}, policyRefuses},
			{"insert of an expression", expr.Insert(b).Values(row(expr.Of(1).Add(1))), nil, policyRefuses},
			{"insert of a query", expr.Insert(b).Values(row(expr.Select(expr.Func("max", a.C("tenant_id"))).From(a).Scalar())), nil, policyRefuses},
			{"insert of chance", expr.Insert(b).Values(row(expr.Func("random").Cast(b.Table().Lookup("tenant_id").Type()))), nil, policyRefuses},
			{"insert of DEFAULT", expr.Insert(b).Values(row(expr.Default())), nil, policyRefuses},
			{"insert from a select without", expr.Insert(b).FromSelect([]string{"id", "code"}, expr.Select(a.C("id").Add(100), a.C("code")).From(a)), nil, ok},
			{"insert from a select with it", expr.Insert(b).FromSelect([]string{"id", "tenant_id"}, expr.Select(a.C("id").Add(100), a.C("tenant_id")).From(a)), nil, policyRefuses},
			{"insert from a union", expr.Insert(b).FromSelect([]string{"id", "code"},
				expr.Select(a.C("id").Add(100), a.C("code")).From(a).Union(expr.Select(a.C("id").Add(200), a.C("code")).From(a))), nil, ok},
			{"upsert of one's own", expr.Insert(b).Values(expr.Assign{"id": 1, "code": "new"}).OnConflict("id").DoUpdate(expr.Assign{"code": ex.C("code")}), nil, ok},
			{"upsert of another's", expr.Insert(b).Values(expr.Assign{"id": 11, "code": "new"}).OnConflict("id").DoUpdate(expr.Assign{"code": ex.C("code")}), nil, "conflict"},
			{"upsert that moves", expr.Insert(b).Values(expr.Assign{"id": 1, "code": "new"}).OnConflict("id").DoUpdate(expr.Assign{"tenant_id": 2}), nil, policyRefuses},
			{"upsert that takes the excluded", expr.Insert(b).Values(row(1)).OnConflict("id").DoUpdate(expr.Assign{"tenant_id": ex.C("tenant_id")}), nil, policyRefuses},
			{"do nothing about another's", expr.Insert(b).Values(expr.Assign{"id": 11, "code": "new"}).OnConflict("id").DoNothing(), nil, "conflict"},
			{"update to one's own", expr.Update(b).Set(expr.Assign{"tenant_id": 1}).AllRows(), nil, ok},
			{"update to another's", expr.Update(b).Set(expr.Assign{"tenant_id": 2}).AllRows(), nil, policyRefuses},
			{"update to a parameter, another's", expr.Update(b).Set(expr.Assign{"tenant_id": tenant}).AllRows(), engine.Params{"t": 2}, policyRefuses},
			{"update to an expression", expr.Update(b).Set(expr.Assign{"tenant_id": b.C("tenant_id").Add(1)}).AllRows(), nil, policyRefuses},
			{"update of another's row by its id", expr.Update(b).Set(expr.Assign{"code": "x"}).Where(b.C("id").Eq(11)), nil, "conflict"},
			{"update of an alias", expr.Update(a).Set(expr.Assign{"code": "x"}).Where(a.C("id").Eq(11)), nil, "conflict"},
			{"update by another's rows", expr.Update(b).Set(expr.Assign{"code": a.C("code")}).From(a).Where(a.C("code").Eq("secret")), nil, "conflict"},
			{"delete of another's row by its id", expr.Delete(b).Where(b.C("id").Eq(11)), nil, "conflict"},
			{"delete or all", expr.Delete(b).Where(b.C("id").Eq(11).Or(b.C("id").Gt(0))), nil, ok},
			{"delete in WITH", expr.Select(expr.Delete(b).AllRows().Returning(b.C("id")).CTE("d").C("id")), nil, ok},
		} {
			t.Run(c.name, func(t *testing.T) {
				require.NoError(t, expr.Err(c.stmt))
				tx, err := db.Begin()
				require.NoError(t, err)
				defer func() { require.NoError(t, tx.Rollback()) }()
				all := engine.New(tx, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
				rows := func(x expr.Expr) []string {
					return rowsOf(t, all, expr.Select(b.C("id"), b.C("code"), b.C("n"), b.C("tenant_id")).Where(x), nil)
				}
				foreign, own := rows(b.C("tenant_id").Ne(1)), rows(b.C("tenant_id").Eq(1))
				sess := engine.New(tx, db.Dialect).Session(engine.WithPolicy(pol, policy.Values{"tenant": 1}))
				if expr.GivesRows(c.stmt.(expr.Statement)) {
					var r *engine.Result
					if r, err = sess.Query(context.Background(), c.stmt, c.params); err == nil {
						for r.Next() {
						}
						err = errors.Join(r.Err(), r.Close())
					}
				} else {
					_, err = sess.Exec(context.Background(), c.stmt, c.params)
				}
				var no *policy.Error
				var unsaid *dialect.Error
				switch {
				case errors.As(err, &unsaid):
					return // this database has no words for it
				case c.want == policyRefuses:
					require.ErrorAs(t, err, &no)
				default:
					require.NoError(t, err)
					if c.want == ok {
						if c.name != "update to one's own" {
							require.NotEqual(t, own, rows(b.C("tenant_id").Eq(1)))
						}
					} else {
						require.Equal(t, own, rows(b.C("tenant_id").Eq(1)))
					}
				}
				require.Equal(t, foreign, rows(b.C("tenant_id").Ne(1)))
			})
		}
	})
}
