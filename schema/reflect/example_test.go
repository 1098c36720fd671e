package reflect_test

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/reflect"
)

// Read a database, add what it cannot know, freeze.
func ExampleLoad() {
	ctx := context.Background()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // each connection to :memory: is a database of its own
	if _, err := db.ExecContext(ctx, `
		CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL);
		CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INT REFERENCES customers, total DECIMAL(10,2));`); err != nil {
		fmt.Println(err)
		return
	}

	meta := schema.NewMetaData()
	err = reflect.Load(ctx, db, dialect.SQLite, meta,
		reflect.Column("customers", "name", schema.Formerly("fullname")))
	if err == nil {
		err = meta.Freeze()
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range meta.Tables() {
		for _, c := range t.Columns() {
			fmt.Println(c, c.Type())
		}
		for _, k := range t.ForeignKeys() {
			fmt.Println(k)
		}
	}
	fmt.Println(meta.Resolve(schema.ID{Kind: schema.IDColumn, Table: []string{"customers"}, Name: "fullname"}))
	// Output:
	// customers.id big_integer
	// customers.name string(50)
	// orders.id big_integer
	// orders.customer_id big_integer
	// orders.total numeric(10,2)
	// orders(customer_id) -> customers(id)
	// customers.name <nil>
}
