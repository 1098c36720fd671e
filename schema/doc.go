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
// The package imports the standard library only.
package schema
