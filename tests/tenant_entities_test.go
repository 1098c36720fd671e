package tests

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestTenantLoads: every strategy, as one of two tenants, of rows that the other's refer to:
// never the other's row.
func TestTenantLoads(t *testing.T) {
	ctx := context.Background()
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		n := newTenancy(t)
		n.fill(t, db)
		user, address := expr.Entity(n.view.meta.LookupEntity("User")), expr.Entity(n.view.meta.LookupEntity("Address"))
		require.Nil(t, user.Entity().Attribute("tenant_id"), "what is hidden is no attribute")
		s := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(n.pol, policy.Values{"tenant": 1}))
		other := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(n.pol, policy.Values{"tenant": 2}))
		var ids func(r *engine.Record, all []any) []any
		ids = func(r *engine.Record, all []any) []any {
			id, err := r.Get("id")
			require.NoError(t, err)
			all = append(all, id)
			for _, rel := range r.Entity().Relationships() {
				if list, err := r.Many(rel.Name()); err == nil {
					for _, one := range list {
						all = ids(one, all)
					}
				}
			}
			return all
		}
		for _, kind := range []expr.LoadKind{expr.JoinedLoad, expr.SelectinLoad, expr.SubqueryLoad} {
			for _, limit := range []any{nil, 3} {
				q := expr.Select(user).OrderBy(user.C("id")).Limit(limit).Options(
					expr.Load(kind, user.R("addresses")), expr.Load(kind, user.R("children"), expr.Load(kind, user.R("addresses"))))
				var mine, theirs []any
				for _, side := range []struct {
					s   *engine.Session
					all *[]any
				}{{s, &mine}, {other, &theirs}} {
					records, err := engine.All[*engine.Record](ctx, side.s, through(t, n.view.meta, q), nil)
					require.NoError(t, err)
					for _, r := range records {
						*side.all = ids(r, *side.all)
					}
				}
				for _, id := range mine {
					require.Less(t, id, int64(9000), fmt.Sprint(kind, " ", limit))
				}
				for _, id := range theirs {
					require.Greater(t, id, int64(9000), fmt.Sprint(kind, " ", limit))
				}
				require.Greater(t, len(mine), 10)
			}
			up := expr.Select(address).OrderBy(address.C("id")).Options(expr.Load(kind, address.R("user")))
			records, err := engine.All[*engine.Record](ctx, other, through(t, n.view.meta, up), nil)
			require.NoError(t, err)
			require.Len(t, records, 4)
			hidden, err := records[1].One("user")
			require.NoError(t, err)
			require.Nil(t, hidden, "the address of another tenant's user")
		}
		eager := expr.Select(user).Join(user.R("addresses")).Options(expr.Load(expr.ContainsEager, user.R("addresses")))
		records, err := engine.All[*engine.Record](ctx, s, through(t, n.view.meta, eager), nil)
		require.NoError(t, err)
		for _, r := range records {
			for _, id := range ids(r, nil) {
				require.Less(t, id, int64(9000))
			}
		}
	})
}
