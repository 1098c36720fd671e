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

// TestRelationshipIsNoValue: what is written of a relationship as if it were one it leads to, or
// a column, says what to write.
func TestRelationshipIsNoValue(t *testing.T) {
	rt := newRuntime(t)
	const entities = `local U = db.entities.User local A = db.entities.Address `
	for script, want := range map[string]string{
		`return sql.select(U.id):where(U.addresses.email == "x")`:                      `User.addresses is a relationship, and email is of Address, to which it leads: join along it by q:join(r) and name Address.email; without a join, a condition on it is r:any(...)`,
		`return sql.select(A.id):order_by(A.user.name)`:                                `Address.user is a relationship, and name is of User, to which it leads: join along it by q:join(r) and name User.name; without a join, a condition on it is r:has(...)`,
		`return sql.select(A.id):order_by(A.user.nosuch)`:                              `a relationship has no method "nosuch"`,
		`return sql.select(A.id):where(A.user:hass())`:                                 `a relationship has no method "hass"; did you mean "has"?`,
		`return sql.select(U.id):where(U.addresses == nil)`:                            "`U.addresses == nil` compares a relationship: that it leads to none is U.addresses:is_null()",
		`return sql.select(U.id):where(nil ~= U.addresses)`:                            "`nil ~= U.addresses` compares a relationship: that it leads to one is U.addresses:any()",
		`local c = A.user ~= nil return sql.select(A.id):where(A.id == 1, c)`:          "`A.user ~= nil` compares a relationship: that it leads to one is A.user:has()",
		`return sql.select(A.id):where(3 == A.user)`:                                   "`3 == A.user` compares a relationship: that it leads to the one with a key is A.user:contains(key), that a condition holds there A.user:has(condition)",
		`if U.addresses == nil then return end return sql.select(U.id == nil, U == 7)`: "no side of `U == 7` is an expression",
	} {
		require.ErrorContains(t, fails(t, rt, entities+script), want, script)
	}
	run(t, rt, entities+`return sql.select(A.id):join(A.user):where(U.name == "x", A.user:is_null(), A.user:has(), A.user:contains(3))`)
	require.Equal(t, true, run(t, rt, entities+`return U.addresses ~= nil and U.addresses == U.addresses`), "to Lua a relationship is as any other value")
}
