// Package schema says what exists: [MetaData] with its [Table]s, [Column]s,
// types and keys, and how a stored reference finds them again.
//
// A MetaData is declared, then frozen, then shared. Declaring collects every
// problem; [MetaData.Freeze] reports them all at once:
//
//	meta := schema.NewMetaData()
//	meta.Table("customers",
//		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey),
//		schema.NewColumn("name", schema.String(50), schema.NotNull, schema.Formerly("fullname")))
//	meta.Table("orders",
//		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey),
//		schema.NewColumn("customer_id", schema.BigInteger, schema.NotNull, schema.References("customers", "id")))
//	if err := meta.Freeze(); err != nil { ... }
//
// A frozen MetaData is immutable, safe for concurrent use, and has a generation
// that no other MetaData of the process has.
//
// Tables and columns have persistent ids ([ID]): what a stored query holds in
// their place. [MetaData.Resolve] finds the host's own object for one, by stable
// id, then name, then declared former names; an id that fits nothing, or more
// than one thing, is an error.
//
// Entities are the host's own names for rows: attributes, and relationships to other entities. They are mapped
// from structs ([MapStruct]), declared ([MetaData.Entity]), or made of foreign keys ([MetaData.Automap]):
//
//	schema.MapStruct[Customer](meta, "customers") // type Customer struct { ID int64 `schema:"primary_key"`; Orders []*Order `rel:"one_to_many"` }
//	meta.Entity("Order", schema.OnTable("orders"), schema.ManyToOne("customer", "Customer"))
//
// A stored query names an entity and its members, never a table or a Go type behind them.
//
// The package imports the standard library only.
package schema
