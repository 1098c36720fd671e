package schema_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
)

type Audit struct {
	CreatedAt time.Time `schema:"null"`
}

type Owner struct {
	ID   int64  `schema:"primary_key id=o1"`
	Name string `db:"full_name" schema:"size=50 attribute=name formerly=title"`
	Audit
	Home    Place `db:"home_" schema:"embedded"`
	Note    *string
	Pets    []*Pet `rel:"one_to_many order_by=-name,id"`
	Best    *Pet   `rel:"many_to_one by=best_id"`
	BestID  *int64 `schema:"references=pets.id"`
	skipped int
	Out     int `db:"-"`
}

type Place struct{ City, Street string }

type Pet struct {
	ID      int64 `schema:"primary_key"`
	OwnerID int64 `schema:"references=owners.id"`
	Name    string
	Kind    string
	Owner   *Owner `rel:"many_to_one"`
	Tags    []*Tag `rel:"many_to_many through=pet_tags"`
}

type Dog struct {
	Pet
	Tricks int32
}

type Tag struct {
	ID int64 `schema:"primary_key"`
}

func TestMapStruct(t *testing.T) {
	_ = Owner{}.skipped
	m := schema.NewMetaData()
	owner := schema.MapStruct[Owner](m, "owners")
	pet := schema.MapStruct[Pet](m, "pets", schema.Discriminator("kind", "pet"))
	dog := schema.MapStruct[Dog](m, "dogs", schema.Inherits("Pet", "dog"))
	tag := schema.MapStruct[Tag](m, "tags")
	m.Table("pet_tags", schema.NewColumn("pet_id", schema.BigInteger, schema.References("pets", "id")),
		schema.NewColumn("tag_id", schema.BigInteger, schema.References("tags", "id")))
	require.NoError(t, m.Freeze())

	require.Equal(t, []string{"id", "name", "created_at", "home_city", "home_street", "note", "best_id", "pets", "best"}, owner.MemberNames())
	require.Equal(t, "owners.full_name", owner.Attribute("name").Column().String())
	require.Equal(t, schema.String(50), owner.Attribute("name").Type())
	require.Equal(t, []string{"title"}, owner.Attribute("name").FormerNames())
	require.Equal(t, "o1", owner.Attribute("id").StableID())
	require.True(t, owner.Attribute("note").Nullable())
	require.True(t, owner.Attribute("created_at").Nullable())
	require.False(t, owner.Attribute("home_city").Nullable())
	require.Equal(t, []*schema.Attribute{owner.Attribute("id")}, owner.Key())

	pets := owner.Relationship("pets")
	require.Same(t, pet, pets.Target())
	require.True(t, pets.IsMany())
	require.Equal(t, []schema.ColumnPair{{Local: owner.Table().Lookup("id"), Remote: pet.Table().Lookup("owner_id")}}, pets.Pairs())
	require.Equal(t, []schema.AttributeOrder{{Attribute: pet.Attribute("name"), Desc: true}, {Attribute: pet.Attribute("id")}}, pets.OrderBy())

	require.Equal(t, []string{"id", "owner_id", "name", "kind", "tricks", "owner", "tags"}, dog.MemberNames())
	require.Equal(t, []*schema.Table{pet.Table(), m.Lookup("dogs")}, dog.Tables())
	require.Equal(t, []schema.ColumnPair{{Local: m.Lookup("dogs").Lookup("id"), Remote: pet.Table().Lookup("id")}}, dog.Link(1))
	require.Same(t, dog, dog.Relationship("tags").Entity())
	require.True(t, dog.Is(pet))
	require.Equal(t, []*schema.Entity{dog}, pet.Subtypes())
	require.Equal(t, tag, pet.Relationship("tags").Target())
	require.Equal(t, "pet_tags", pet.Relationship("tags").Through().Name())

	part, err := m.Exposed(func(t *schema.Table, c *schema.Column) bool {
		return t.Name() != "tags" && t.Name() != "pet_tags" && (c == nil || c.Name() != "note" && c.Name() != "best_id")
	})
	require.NoError(t, err)
	require.Nil(t, part.LookupEntity("Tag"))
	require.Equal(t, []string{"id", "name", "created_at", "home_city", "home_street", "pets"}, part.LookupEntity("Owner").MemberNames())
	require.Equal(t, []string{"id", "owner_id", "name", "kind", "tricks", "owner"}, part.LookupEntity("Dog").MemberNames())
	require.Same(t, part.LookupEntity("Pet"), part.LookupEntity("Dog").Parent())
	require.Same(t, part.Lookup("pets"), part.LookupEntity("Dog").Table())
	require.Same(t, dog, part.LookupEntity("Dog").Base())
	hidden, err := m.Exposed(func(t *schema.Table, c *schema.Column) bool {
		return c == nil || c.Name() != "id" || t.Name() != "owners"
	})
	require.NoError(t, err)
	require.Nil(t, hidden.LookupEntity("Owner"), "an entity whose key is hidden is not there")
	require.Nil(t, hidden.LookupEntity("Pet").Relationship("owner"))
}

func TestResolveEntity(t *testing.T) {
	m := schema.NewMetaData()
	m.Table("t", schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("n", schema.Integer))
	e := m.Entity("Thing", schema.OnTable("t"), schema.StableID("e1"), schema.Formerly("Item"),
		schema.NewAttribute("number", schema.OfColumn("n"), schema.Formerly("n"), schema.StableID("a1")),
		schema.OneToMany("same", "Thing", schema.On("n", "id"), schema.Formerly("alike")))
	require.NoError(t, m.Freeze())
	for _, c := range []struct {
		id   schema.ID
		want schema.Object
		err  string
	}{
		{id: schema.ID{Kind: schema.IDEntity, Entity: "Thing"}, want: e},
		{id: schema.ID{Kind: schema.IDEntity, Entity: "Item"}, want: e},
		{id: schema.ID{Kind: schema.IDEntity, Entity: "Other", Stable: "e1"}, want: e},
		{id: schema.ID{Kind: schema.IDAttribute, Entity: "Item", Name: "n"}, want: e.Attribute("number")},
		{id: schema.ID{Kind: schema.IDAttribute, Entity: "Thing", Name: "x", Stable: "a1"}, want: e.Attribute("number")},
		{id: schema.ID{Kind: schema.IDRelationship, Entity: "Thing", Name: "alike"}, want: e.Relationship("same")},
		{id: schema.ID{Kind: schema.IDEntity, Entity: "Thin"}, err: `schema: entity:Thin: unknown; did you mean "Thing"?`},
		{id: schema.ID{Kind: schema.IDAttribute, Entity: "Thing", Name: "numer"}, err: `schema: attribute:Thing.numer: unknown; did you mean "number"?`},
		{id: schema.ID{Kind: schema.IDRelationship, Entity: "Thing", Name: "sam"}, err: `schema: relationship:Thing.sam: unknown; did you mean "same"?`},
	} {
		got, err := m.Resolve(c.id)
		if c.err != "" {
			require.EqualError(t, err, c.err)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
}

// TestEntityProblems tells every problem at once.
func TestEntityProblems(t *testing.T) {
	m := schema.NewMetaData()
	m.Table("a", schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("b_id", schema.Integer, schema.References("b", "id")),
		schema.NewColumn("c_id", schema.Integer, schema.References("b", "id")), schema.NewColumn("kind", schema.Text))
	m.Table("b", schema.NewColumn("id", schema.Integer, schema.PrimaryKey))
	m.Table("nokey", schema.NewColumn("x", schema.Integer))
	m.Entity("A", schema.OnTable("a"), schema.NewAttribute("x", schema.OfColumn("kin")), schema.Without("idd"),
		schema.ManyToOne("b", "B"), schema.ManyToOne("c", "Bb"), schema.ManyToOne("kind", "B", schema.By("b_id")),
		schema.OneToMany("none", "B"), schema.Discriminator("knd", "a"), schema.ManyToOne("d", "B", schema.By("b_id"), schema.OrderBy("idd")),
		schema.Hybrid("h", schema.CurrentTimestamp, 1))
	m.Entity("B", schema.OnTable("bb"))
	m.Entity("B", schema.OnTable("b"))
	m.Entity("Sub", schema.Inherits("A", "a"))
	m.Entity("Sub2", schema.Inherits("Aa", "a"))
	m.Entity("N", schema.OnTable("nokey"))
	m.Entity("L1", schema.Inherits("L2", nil))
	m.Entity("L2", schema.Inherits("L1", nil))
	m.Entity("")
	err := m.Freeze()
	require.Error(t, err)
	for _, want := range []string{
		`entity:A: attribute "x": no column "kin"; did you mean "kind"?`,
		`entity:A: without "idd": no such column; did you mean "id"?`,
		`entity:A: hybrid "h": expected a func(*T) V, got int`,
		`entity:A: attribute "h": expected an expression, got CURRENT_TIMESTAMP`,
		`entity:A: discriminator: no attribute "knd" that is a column; did you mean "kind"?`,
		`entity:B: declared twice`,
		`entity:B: no table "bb"; did you mean "b"?`,
		`entity:Sub: A has no Discriminator`,
		`entity:Sub2: it inherits from "Aa", which is no entity; did you mean "A"?`,
		`entity:N: table "nokey" has no primary key: say Key(...)`,
		`entity:L1: it inherits from itself`,
		`an entity has no name`,
		`entity:A: relationship "c": no entity "Bb"; did you mean "B"?`,
	} {
		require.Contains(t, err.Error(), want)
	}
}

func TestAutomap(t *testing.T) {
	m := schema.NewMetaData()
	id := func(name string) schema.TableItem { return schema.NewColumn(name, schema.Integer, schema.PrimaryKey) }
	m.Table("customers", id("id"), schema.NewColumn("rep", schema.Integer, schema.References("employees", "EmployeeId")))
	m.Table("employees", id("EmployeeId"), schema.NewColumn("ReportsTo", schema.Integer, schema.References("employees", "EmployeeId")))
	m.Table("order_items", id("id"), schema.NewColumn("bill_to_id", schema.Integer, schema.References("customers", "id")),
		schema.NewColumn("ship_to_id", schema.Integer, schema.References("customers", "id")))
	m.Table("categories", id("id"))
	m.Table("customer_categories", schema.NewColumn("customer_id", schema.Integer, schema.References("customers", "id")),
		schema.NewColumn("category_id", schema.Integer, schema.References("categories", "id")))
	m.Table("profiles", schema.NewColumn("customer_id", schema.Integer, schema.PrimaryKey, schema.References("customers", "id")))
	m.Table("log", schema.NewColumn("text", schema.Text))
	m.Table("twice", id("id"), schema.NewColumn("category_id", schema.Integer, schema.References("categories", "id")),
		schema.ForeignKeyConstraint("again", []string{"category_id"}, []string{"categories"}, []string{"id"}))
	m.Automap()
	require.NoError(t, m.Freeze())
	got := map[string][]string{}
	for _, e := range m.Entities() {
		for _, r := range e.Relationships() {
			got[e.Name()] = append(got[e.Name()], r.Name()+" "+r.Kind().String()+" "+r.Target().Name())
		}
		if e.Relationships() == nil {
			got[e.Name()] = nil
		}
	}
	require.Equal(t, map[string][]string{
		"Customer":  {"employee many_to_one Employee", "order_items_by_bill_to one_to_many OrderItem", "order_items_by_ship_to one_to_many OrderItem", "categories many_to_many Category", "profiles one_to_one Profile"},
		"Employee":  {"customers one_to_many Customer", "employee many_to_one Employee", "employees one_to_many Employee"},
		"OrderItem": {"bill_to many_to_one Customer", "ship_to many_to_one Customer"},
		"Category":  {"customers many_to_many Customer", "twice one_to_many Twice"},
		"Twice":     {"category many_to_one Category"},
		"Profile":   {"customer many_to_one Customer"},
	}, got)
}
