package expr_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestRelatedOfNothingKnown: what a missing relationship leads to has no columns that are
// known, and says so.
func TestRelatedOfNothingKnown(t *testing.T) {
	e := schema.DetachedEntity("User", "")
	gone := expr.Related(expr.Entity(e), schema.DetachedRelationship(e, "posts", nil, true, ""))
	require.NoError(t, expr.Err(gone))
	require.ErrorContains(t, gone.C("title").Err(), `related: User.posts: what it leads to is not known, and so is "title"`)
	_, err := expr.Expand(expr.Select(1).Join(gone))
	require.ErrorContains(t, err, "entity: the entity has no table here")
}

// TestRelationshipIsNoCondition: a relationship behind what is joined says where it belongs, and
// there it joins.
func TestRelationshipIsNoCondition(t *testing.T) {
	m := schema.NewMetaData()
	m.Table("users", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey))
	m.Table("addresses", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("user_id", schema.BigInteger, schema.References("users", "id")))
	m.Entity("User", schema.OnTable("users"), schema.OneToMany("addresses", "Address"))
	m.Entity("Address", schema.OnTable("addresses"))
	require.NoError(t, m.Freeze())
	u, a := expr.Entity(m.LookupEntity("User")), expr.Entity(m.LookupEntity("Address"))
	const want = "User.addresses is a relationship, no condition of a join: it stands in the place of what is joined, as in Join(r), for an alias of that Join(r.OfType(alias))"
	for _, wrong := range []expr.Node{
		expr.Select(u.C("id")).Join(a, u.R("addresses")),
		expr.Select(u.C("id")).LeftJoin(a, u.R("addresses")),
		expr.Select(u.C("id")).From(expr.Join(expr.InnerJoin, u, a, u.R("addresses"))),
	} {
		require.ErrorContains(t, expr.Err(wrong), want)
	}
	for _, wrong := range []expr.Node{expr.Select(u.C("id")).CrossJoin(u.R("addresses")), u.CrossJoin(u.R("addresses"))} {
		require.ErrorContains(t, expr.Err(wrong), "a cross join goes along no relationship")
		require.ErrorContains(t, expr.Err(wrong), "related_missing_test.go:")
	}
	for _, right := range []expr.Statement{expr.Select(u.C("id")).Join(u.R("addresses")), expr.Select(u.C("id")).Join(u.R("addresses").OfType(a.Alias("x")))} {
		_, err := expr.Expand(right)
		require.NoError(t, err)
	}
}

// TestExcludedOfEntities holds that the excluded row of an entity stands nowhere but in an upsert,
// whether or not the entity has a table.
func TestExcludedOfEntities(t *testing.T) {
	m := schema.NewMetaData()
	m.Table("users", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey))
	unbound := m.Entity("User", schema.OnTable("users")) // not frozen: it has no table
	for _, e := range []*expr.EntitySource{entity("Customer"), expr.Entity(unbound)} {
		row := expr.Excluded(e)
		for _, q := range []expr.Statement{
			expr.Select(1).CrossJoin(row),
			expr.Select(1).CrossJoin(row.Alias("x")),
			expr.Select(1).From(row),
			expr.Select(1).From(expr.Join(expr.CrossJoin, row, e)),
			expr.Insert(row),
			expr.Update(row).AllRows(),
			expr.Delete(row).AllRows(),
		} {
			_, err := expr.Resolve(q)
			require.Error(t, err, expr.Sprint(q))
		}
	}
}
