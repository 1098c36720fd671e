package expr

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
)

// What is derived is named before the statement is known to its end: where a table turns out to
// have that name, it gets another, and an error says what it would say then.
func TestDerivedSourcesAreNamedAgain(t *testing.T) {
	m, other := schema.NewMetaData(), schema.NewMetaData()
	users := m.Table("users", schema.NewColumn("id", schema.Integer, schema.PrimaryKey))
	late := other.Table("late", schema.NewColumn("id", schema.Integer, schema.PrimaryKey))
	require.NoError(t, m.Freeze())
	require.NoError(t, other.Freeze())
	u, l := Table(users), Table(late)
	names := func(stmt Node) (names []string) {
		r, err := Resolve(stmt)
		require.NoError(t, err)
		for _, o := range r.Occurrences().All() {
			names = append(names, o.Name())
		}
		return names
	}
	for _, name := range []string{"late", "LATE"} { // of metadata that nothing before it is of
		sub := Subquery(Select(u.C("id")), name)
		stmt := Select(sub.C("id")).From(sub).Where(Exists(Select(l.C("id")).Where(l.C("id").Eq(sub.C("id")))))
		assert.Equal(t, []string{"users", name + "_1", "late"}, names(stmt))
	}
	sub := Subquery(Select(u.C("id")), "early")
	assert.Equal(t, []string{"users", "early"}, names(Select(sub.C("id")).From(sub)))

	sub = Subquery(Select(u.C("id")), "late")
	_, err := Resolve(Select(sub.C("id"), Func("count")).From(sub).Where(Exists(Select(l.C("id")))))
	assert.ErrorContains(t, err, "late.id may differ within a group")
}
