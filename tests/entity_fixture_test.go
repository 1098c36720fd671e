package tests

import (
	"sync"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// ormMeta is what the ancestor's ORM tests map: users with addresses, orders of items
// with keywords, nodes of a tree, companies with employees in joined tables, and shapes in
// a single one.
var ormMeta = sync.OnceValue(func() *schema.MetaData {
	m, col := schema.NewMetaData(), schema.NewColumn
	id := func() schema.TableItem { return col("id", schema.Integer, schema.PrimaryKey) }
	ref := func(name, table string) schema.TableItem {
		return col(name, schema.Integer, schema.References(table, "id"))
	}
	m.Table("users", id(), col("name", schema.String(30), schema.NotNull))
	m.Table("addresses", id(), ref("user_id", "users"), col("email_address", schema.String(50), schema.NotNull))
	m.Table("orders", id(), ref("user_id", "users"), ref("address_id", "addresses"), col("description", schema.String(30)), col("isopen", schema.Integer))
	m.Table("dingalings", id(), ref("address_id", "addresses"), col("data", schema.String(30)))
	m.Table("items", id(), col("description", schema.String(30), schema.NotNull))
	m.Table("order_items", ref("item_id", "items"), ref("order_id", "orders"))
	m.Table("keywords", id(), col("name", schema.String(30), schema.NotNull))
	m.Table("item_keywords", ref("item_id", "items"), ref("keyword_id", "keywords"))
	m.Table("nodes", id(), ref("parent_id", "nodes"), col("data", schema.String(30)))
	m.Table("companies", id(), col("name", schema.String(30)))
	m.Table("employees", id(), ref("company_id", "companies"), col("name", schema.String(30)), col("type", schema.String(20)))
	m.Table("managers", col("id", schema.Integer, schema.PrimaryKey, schema.References("employees", "id")), col("level", schema.Integer))
	m.Table("engineers", col("id", schema.Integer, schema.PrimaryKey, schema.References("employees", "id")), col("lang", schema.String(20)))
	m.Table("shapes", id(), col("kind", schema.String(20)), col("radius", schema.Integer))
	m.Table("points", id(), col("at_x", schema.Integer), col("at_y", schema.Integer), col("name", schema.String(20)))

	m.Entity("Point", schema.OnTable("points"), schema.ComputedAttribute("label", func(t *schema.Table) schema.Clause { return expr.Table(t).C("name") }, schema.Deferred()))
	m.Entity("User", schema.OnTable("users"),
		schema.OneToMany("addresses", "Address", schema.OrderBy("id")), schema.OneToMany("orders", "Order", schema.OrderBy("id")),
		schema.ComputedAttribute("address_count", func(t *schema.Table) schema.Clause {
			a := expr.Table(m.Lookup("addresses"))
			return expr.Select(expr.Func("count", a.C("id"))).Where(a.C("user_id").Eq(expr.Table(t).C("id"))).Scalar()
		}, schema.Deferred()),
		schema.OneToMany("gmail", "Address", schema.Condition(func(t *schema.Table) schema.Clause {
			return expr.Table(t).C("email_address").Like("%@gmail.com")
		}), schema.OrderBy("-id")),
		schema.OneToMany("named", "Address", schema.Condition(func(t *schema.Table) schema.Clause {
			return expr.Table(t).C("email_address").StartsWith(expr.Table(m.Lookup("users")).C("name"))
		}), schema.OrderBy("id")),
		schema.Hybrid("shout", func(t *schema.Table) schema.Clause { return expr.Func("upper", expr.Table(t).C("name")) },
			func(u *User) string { return u.Shout() }))
	m.Entity("Address", schema.OnTable("addresses"), schema.ManyToOne("user", "User"), schema.OneToOne("dingaling", "Dingaling"))
	m.Entity("Dingaling", schema.OnTable("dingalings"), schema.ManyToOne("address", "Address"))
	m.Entity("Order", schema.OnTable("orders"), schema.ManyToOne("user", "User"), schema.ManyToOne("address", "Address"),
		schema.ManyToMany("items", "Item", []string{"order_items"}, schema.OrderBy("id")))
	m.Entity("Item", schema.OnTable("items"), schema.ManyToMany("keywords", "Keyword", []string{"item_keywords"}),
		schema.ManyToMany("orders", "Order", []string{"order_items"}))
	m.Entity("Keyword", schema.OnTable("keywords"))
	m.Entity("Node", schema.OnTable("nodes"), schema.OneToMany("children", "Node", schema.OrderBy("id")), schema.ManyToOne("parent", "Node"))
	m.Entity("Company", schema.OnTable("companies"), schema.OneToMany("employees", "Employee", schema.OrderBy("id")),
		schema.OneToMany("managers", "Manager", schema.OrderBy("id")))
	m.Entity("Employee", schema.OnTable("employees"), schema.Discriminator("type", "employee"), schema.ManyToOne("company", "Company"))
	m.Entity("Manager", schema.OnTable("managers"), schema.Inherits("Employee", "manager"))
	m.Entity("Engineer", schema.OnTable("engineers"), schema.Inherits("Employee", "engineer"))
	m.Entity("Shape", schema.OnTable("shapes"), schema.Discriminator("kind", "shape"), schema.Without("radius"))
	m.Entity("Circle", schema.Inherits("Shape", "circle"), schema.NewAttribute("radius"))
	if err := m.Freeze(); err != nil {
		panic(err)
	}
	return m
})

// User and its like are structs that entities of ormMeta are loaded into.
type User struct {
	ID           int64
	Name         string
	AddressCount int64
	Addresses    []*Address
	Orders       []*Order
	Gmail, Named []*Address
}

// Shout is the side in Go of a hybrid.
func (u *User) Shout() string { return upper(u.Name) }

type Address struct {
	ID           int64
	UserID       *int64
	EmailAddress string
	User         *User
	Dingaling    *Dingaling
}

type Dingaling struct {
	ID        int64
	AddressID *int64
	Data      *string
	Address   *Address
}

type Order struct {
	ID                int64
	UserID, AddressID *int64
	Description       *string
	Isopen            *int64
	User              *User
	Address           *Address
	Items             []*Item
}

type Item struct {
	ID          int64
	Description string
	Keywords    []*Keyword
	Orders      []*Order
}

type Keyword struct {
	ID   int64
	Name string
}

type Node struct {
	ID       int64
	ParentID *int64
	Data     *string
	Children []*Node
	Parent   *Node
}

func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 32
		}
	}
	return string(b)
}

func entity(name string) *expr.EntitySource { return expr.Entity(ormMeta().LookupEntity(name)) }
