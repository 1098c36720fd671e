package luabind_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRelationshipIsNoCondition: a relationship in the place of a condition is an error that
// says how to join along it, and what it says is a query.
func TestRelationshipIsNoCondition(t *testing.T) {
	rt := newRuntime(t)
	const users = `local U = db.entities.User local A = db.entities.Address:alias "x" `
	for _, script := range []string{
		`return sql.select(U.id):join(A, U.addresses)`,
		`return sql.select(U.id):left_join(A, U.addresses)`,
		`return sql.select(U.id):where(U.addresses)`,
	} {
		err := fails(t, rt, users+script)
		require.ErrorContains(t, err, "expected a condition, got a relationship: join along it by q:join(r), to an alias by q:join(r:of_type(alias)); a condition is r:any(...)", script)
	}
	run(t, rt, users+`return sql.select(U.id):join(U.addresses)`)
	sameQuery(t, rt, users+`return sql.select(U.id, A.id):join(U.addresses:of_type(A)):where(U.addresses:any())`,
		users+`return sql.select{U.id, A.id}:join(U.addresses:of_type(A)):where{U.addresses:any()}`)
}
