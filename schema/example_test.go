package schema_test

import (
	"fmt"

	"github.com/sqlser/sqlser/schema"
)

// Declare what exists, freeze it, then look around.
func Example() {
	meta := schema.NewMetaData()
	meta.Table("customers",
		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey),
		schema.NewColumn("name", schema.String(50), schema.NotNull))
	orders := meta.Table("orders",
		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey),
		schema.NewColumn("customer_id", schema.BigInteger, schema.NotNull, schema.References("customers", "id")),
		schema.NewColumn("total", schema.Numeric(10, 2)))
	if err := meta.Freeze(); err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range orders.Columns() {
		fmt.Println(c, c.Type(), c.Nullable())
	}
	for _, k := range orders.ForeignKeys() {
		fmt.Println(k)
	}
	// Output:
	// orders.id big_integer false
	// orders.customer_id big_integer false
	// orders.total numeric(10,2) true
	// orders(customer_id) -> customers(id)
}

// Freeze reports every mistake at once, so that there is one round of mending.
func ExampleMetaData_Freeze() {
	meta := schema.NewMetaData()
	meta.Table("orders",
		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey),
		schema.NewColumn("id", schema.Text),
		schema.NewColumn("customer_id", schema.BigInteger, schema.References("customers", "id")))
	fmt.Println(meta.Freeze())
	// Output:
	// schema: 2 problems:
	// 	column:orders.id: declared twice
	// 	table:orders: foreign key [customer_id]: no table "customers"
}

// A stored query holds ids. They are found again after names have changed, and
// what cannot be found is an error that helps.
func ExampleMetaData_Resolve() {
	meta := schema.NewMetaData()
	meta.Table("customers",
		schema.NewColumn("name", schema.Text, schema.Formerly("fullname")),
		schema.NewColumn("email", schema.Text, schema.StableID("c7")))
	if err := meta.Freeze(); err != nil {
		fmt.Println(err)
		return
	}
	for _, id := range []schema.ID{
		{Kind: schema.IDColumn, Table: []string{"customers"}, Name: "fullname"},
		{Kind: schema.IDColumn, Table: []string{"customers"}, Name: "mail_address", Stable: "c7"},
		{Kind: schema.IDColumn, Table: []string{"customers"}, Name: "emial"},
	} {
		fmt.Println(meta.Resolve(id))
	}
	// Output:
	// customers.name <nil>
	// customers.email <nil>
	// <nil> schema: column:customers.emial: unknown; did you mean "email"?
}
