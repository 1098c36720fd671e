package tests

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestManyKeys: however many they are, each object gets its own; where a database takes an array,
// one statement asks for all, and it is the same for any number of them.
func TestManyKeys(t *testing.T) {
	user, address := entity("User"), entity("Address")
	ctx := context.Background()
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		fillORM(t, db)
		const many = 1200
		var users, addresses []string
		for i := range many {
			users = append(users, fmt.Sprintf("(%d, 'user %d')", 100+i, i))
			addresses = append(addresses, fmt.Sprintf("(%d, %d, 'a%d')", 1000+i, 100+i, i), fmt.Sprintf("(%d, %d, 'b%d')", 5000+i, 100+many-1-i, i))
		}
		db.Script(t, "INSERT INTO users VALUES "+strings.Join(users, ", "), "INSERT INTO addresses VALUES "+strings.Join(addresses, ", "))
		var sent []string
		s := engine.New(db.DB, db.Dialect).WithHooks(engine.Hook{After: func(_ context.Context, e *engine.Event) { sent = append(sent, e.SQL) }}).
			Session(engine.WithPolicy(policy.Unrestricted()))
		texts := map[int][]string{}
		for _, n := range []int{3, many} {
			sent = nil
			// Of addresses a subquery of the second statement, with its keys, finds the users.
			q := expr.Select(user).Where(user.C("id").Ge(100), user.C("id").Lt(100+n)).OrderBy(user.C("id")).
				Options(expr.Load(expr.SelectinLoad, user.R("addresses"), expr.Load(expr.SubqueryLoad, address.R("user"))))
			all, err := engine.All[*User](ctx, s, q, nil)
			require.NoError(t, err)
			require.Len(t, all, n)
			for i, u := range all {
				require.Len(t, u.Addresses, 2)
				require.Equal(t, []string{fmt.Sprint("a", i), fmt.Sprint("b", many-1-i)}, []string{u.Addresses[0].EmailAddress, u.Addresses[1].EmailAddress})
				require.Same(t, u, u.Addresses[0].User)
			}
			texts[n] = sent
		}
		if db.Dialect.TakesArrays() {
			require.Len(t, texts[3], 3)
			require.Equal(t, texts[3], texts[many])
		} else {
			require.Len(t, texts[3], 3)
			require.Len(t, texts[many], 1+2*3)
		}
	})
}
