package serializer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// shopEntities gives the metadata of the tests its entities.
func shopEntities(m *schema.MetaData) {
	m.Entity("Customer", schema.OnTable("customers"), schema.StableID("E1"), schema.Formerly("Client"),
		schema.NewAttribute("called", schema.OfColumn("name"), schema.StableID("a1"), schema.Formerly("label")),
		schema.OneToMany("orders", "Order", schema.StableID("r1")))
	m.Entity("Order", schema.OnTable("shop", "orders"), schema.ManyToOne("customer", "Customer", schema.Formerly("client")))
	m.Entity("Employee", schema.OnTable("employees"), schema.OneToMany("reports", "Employee", schema.OrderBy("id")), schema.ManyToOne("boss", "Employee"))
}

// entityQueries are constructs of entities that the tests of the format go through.
func entityQueries(m *schema.MetaData) map[string]any {
	c, o, e := expr.Entity(m.LookupEntity("Customer")), expr.Entity(m.LookupEntity("Order")), expr.Entity(m.LookupEntity("Employee"))
	boss := e.Alias("boss")
	rows := c.AliasOf(expr.Select(c.C("id"), c.C("called"), c.C("country"), c.C("born"), c.C("kind")).Limit(3).Subquery("few"), "r")
	return map[string]any{
		"entity":       c.Entity(),
		"attribute":    c.Entity().Attribute("called"),
		"relationship": o.Entity().Relationship("customer"),
		"entities": expr.Select(c, o.C("id"), c.C("called").Label("who")).Join(c.R("orders").And(o.C("total").Gt(10))).
			Where(c.R("orders").Any(o.C("id").Eq(1)), e.R("boss").Has().Not()).From(c, e),
		"entity_alias": expr.Select(boss).Join(boss.R("reports").OfType(e)).OrderBy(e.C("name")),
		"loads": expr.Select(c).Options(
			expr.Load(expr.JoinedLoad, c.R("orders").And(o.C("total").Gt(expr.Param("least", schema.Integer))), expr.Load(expr.SelectinLoad, o.R("customer"))),
			expr.LoadAttributes(expr.LoadOnly, c.C("called"), c.C("country")), expr.WithCriteria(o, o.C("total").IsNotNull())),
		"entity_change": expr.Update(expr.Table(m.Lookup("customers"))).Set(expr.Assign{"country": "FR"}).Where(c.C("id").Eq(1)).Returning(c),
		"entity_upsert": expr.Insert(c).Values(expr.Assign{"id": 1, "called": "a"}, expr.Assign{"id": 2, "called": expr.Param("n", schema.String(50))}).OnConflict("id").
			DoUpdate(expr.Assign{"called": expr.Excluded(c).C("called"), "country": c.C("country")}).Where(c.C("called").IsNull()).Returning(c.C("id")),
		"entity_copy":   expr.Insert(o).FromSelect([]string{"id", "total"}, expr.Select(o.C("id"), o.C("total"))),
		"entity_update": expr.Update(boss).Set(expr.Assign{"name": e.C("name"), "boss_id": nil}).From(e).Where(e.C("id").Eq(boss.C("boss_id"))),
		"entity_delete": expr.Delete(o).Where(o.R("customer").IsNull()),
		"entity_rows":   expr.Select(rows).Join(rows.R("orders")).Options(expr.Load(expr.SelectinLoad, rows.R("orders"))),
	}
}

// TestEntityObjects: what was the host's comes back as the host's own object.
func TestEntityObjects(t *testing.T) {
	m := shop(t)
	all := entityQueries(m)
	for _, name := range []string{"entity", "attribute", "relationship"} {
		l, err := serializer.Loads(dumps(t, all[name]), serializer.Binding{MetaData: m})
		require.NoError(t, err)
		require.Same(t, all[name], l.Object(), name)
	}
	manifest, err := serializer.ReadManifest(dumps(t, all["loads"]))
	require.NoError(t, err)
	require.Equal(t, []serializer.EntityRef{{Name: "Customer", Stable: "E1"}, {Name: "Order"}}, manifest.Entities())
	require.Equal(t, []serializer.RelationshipRef{{Entity: 0, Name: "orders", Target: 1, Many: true, Stable: "r1"}, {Entity: 1, Name: "customer", Target: 0}}, manifest.Relationships())
	require.Empty(t, manifest.Tables(), "an entity's tables are the host's")
}

// TestEntityDrift: entities, attributes and relationships are found by stable id, name,
// former name and the Binding's renames, and every difference is told.
func TestEntityDrift(t *testing.T) {
	old := shop(t)
	build := func(declare func(m *schema.MetaData)) *schema.MetaData {
		m := schema.NewMetaData()
		m.Table("customers", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("full", schema.String(50), schema.NotNull), schema.NewColumn("country", schema.String(2)))
		m.Table("orders", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("by", schema.BigInteger, schema.NotNull, schema.References("customers", "id")),
			schema.NewColumn("total", schema.Numeric(10, 2)))
		declare(m)
		require.NoError(t, m.Freeze())
		return m
	}
	c, o := expr.Entity(old.LookupEntity("Customer")), expr.Entity(old.LookupEntity("Order"))
	q := dumps(t, expr.Select(c.C("called"), o.C("total")).Join(o.R("customer")).From(o))
	moved := build(func(m *schema.MetaData) {
		m.Entity("Person", schema.OnTable("customers"), schema.StableID("E1"), schema.NewAttribute("name", schema.OfColumn("full"), schema.StableID("a1")))
		m.Entity("Purchase", schema.OnTable("orders"), schema.ManyToOne("person", "Person", schema.Formerly("customer")), schema.Formerly("Order"))
	})
	l, err := serializer.Loads(q, serializer.Binding{MetaData: moved})
	require.NoError(t, err)
	require.Equal(t, `notice: entity:Customer at root.columns[0].expr.source.entity: expected name "Customer", found "Person"`, l.Drift[0].String())
	require.Len(t, l.Drift, 5)
	fixed, err := serializer.Repair(q, serializer.Binding{MetaData: moved})
	require.NoError(t, err)
	again, err := serializer.Loads(fixed.Bytes, serializer.Binding{MetaData: moved})
	require.NoError(t, err)
	require.Empty(t, again.Drift)
	require.Equal(t, "called", again.Statement.Outputs()[0].Name, "rows keep the names of their columns")

	gone := build(func(m *schema.MetaData) {
		m.Entity("Customers", schema.OnTable("customers"), schema.NewAttribute("name", schema.OfColumn("full")))
		m.Entity("Order", schema.OnTable("orders"), schema.NewAttribute("totals", schema.OfColumn("total")), schema.ManyToOne("client", "Customers"))
	})
	report, err := serializer.Check(q, serializer.Binding{MetaData: gone})
	require.NoError(t, err)
	require.Equal(t, `error: entity:Customer at root.columns[0].expr.source.entity: expected the entity, found unknown; did you mean "Customers"?
error: attribute:Order.total at root.columns[1].expr.attribute: expected the attribute, found unknown; did you mean "totals"?
error: relationship:Order.customer at root.joins[0].target.relationship: expected the relationship, found unknown`, report.String())
	l, err = serializer.Loads(q, serializer.Binding{MetaData: gone, Renames: []serializer.Rename{
		{From: schema.ID{Kind: schema.IDEntity, Entity: "Customer"}, To: schema.ID{Kind: schema.IDEntity, Entity: "Customers"}},
		{From: schema.ID{Kind: schema.IDAttribute, Entity: "Customer", Name: "called"}, To: schema.ID{Kind: schema.IDAttribute, Entity: "Customers", Name: "name"}},
		{From: schema.ID{Kind: schema.IDAttribute, Entity: "Order", Name: "total"}, To: schema.ID{Kind: schema.IDAttribute, Entity: "Order", Name: "totals"}},
		{From: schema.ID{Kind: schema.IDRelationship, Entity: "Order", Name: "customer"}, To: schema.ID{Kind: schema.IDRelationship, Entity: "Order", Name: "client"}},
	}})
	require.NoError(t, err)
	require.NotEmpty(t, l.Drift)

	other := build(func(m *schema.MetaData) {
		m.Entity("Customer", schema.OnTable("customers"), schema.StableID("E1"), schema.NewAttribute("called", schema.OfColumn("id"), schema.StableID("a1")), schema.Key("called"))
		m.Entity("Order", schema.OnTable("orders"), schema.OneToOne("customer", "Order", schema.On("id", "id")))
	})
	report, err = serializer.Check(q, serializer.Binding{MetaData: other})
	require.NoError(t, err)
	require.Contains(t, report.String(), `error: attribute:Customer.called at root.columns[0].expr.attribute: expected type string(50), found big_integer`)
	require.Contains(t, report.String(), `error: relationship:Order.customer at root.joins[0].target.relationship: expected one to Customer, found one to Order`)
}
