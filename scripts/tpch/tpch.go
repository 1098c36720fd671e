// Package tpch holds the 22 queries of TPC-H in Lua, with the parameters that the
// benchmark validates answers with, and the tables that they ask.
package tpch

import (
	"embed"

	"github.com/sqlser/sqlser/schema"
)

// Scripts are the queries, q01.lua to q22.lua: each a script that returns one.
//
//go:embed q*.lua
var Scripts embed.FS

// MetaData declares the benchmark's tables, as a database reflects them.
func MetaData() *schema.MetaData {
	meta := schema.NewMetaData()
	number, money := schema.Integer, schema.Numeric(15, 2)
	table := func(name string, items ...schema.TableItem) { meta.Table(name, items...) }
	column := func(name string, t schema.Type) *schema.Column { return schema.NewColumn(name, t, schema.NotNull) }
	text := func(name string, length uint32) *schema.Column { return column(name, schema.String(length)) }
	key := func(name string) *schema.Column { return schema.NewColumn(name, number, schema.PrimaryKey) }
	to := func(name, table, referred string) *schema.Column {
		return schema.NewColumn(name, number, schema.NotNull, schema.References(table, referred))
	}

	table("region", key("r_regionkey"), text("r_name", 25), schema.NewColumn("r_comment", schema.String(152)))
	table("nation", key("n_nationkey"), text("n_name", 25), to("n_regionkey", "region", "r_regionkey"),
		schema.NewColumn("n_comment", schema.String(152)))
	table("part", key("p_partkey"), text("p_name", 55), text("p_mfgr", 25), text("p_brand", 10), text("p_type", 25),
		column("p_size", number), text("p_container", 10), column("p_retailprice", money), text("p_comment", 23))
	table("supplier", key("s_suppkey"), text("s_name", 25), text("s_address", 40), to("s_nationkey", "nation", "n_nationkey"),
		text("s_phone", 15), column("s_acctbal", money), text("s_comment", 101))
	table("partsupp", to("ps_partkey", "part", "p_partkey"), to("ps_suppkey", "supplier", "s_suppkey"),
		column("ps_availqty", number), column("ps_supplycost", money), text("ps_comment", 199),
		schema.PrimaryKeyConstraint("ps_partkey", "ps_suppkey"))
	table("customer", key("c_custkey"), text("c_name", 25), text("c_address", 40), to("c_nationkey", "nation", "n_nationkey"),
		text("c_phone", 15), column("c_acctbal", money), text("c_mktsegment", 10), text("c_comment", 117))
	table("orders", key("o_orderkey"), to("o_custkey", "customer", "c_custkey"), text("o_orderstatus", 1),
		column("o_totalprice", money), column("o_orderdate", schema.Date), text("o_orderpriority", 15), text("o_clerk", 15),
		column("o_shippriority", number), text("o_comment", 79))
	table("lineitem", to("l_orderkey", "orders", "o_orderkey"), column("l_partkey", number), column("l_suppkey", number),
		column("l_linenumber", number), column("l_quantity", money), column("l_extendedprice", money), column("l_discount", money),
		column("l_tax", money), text("l_returnflag", 1), text("l_linestatus", 1), column("l_shipdate", schema.Date),
		column("l_commitdate", schema.Date), column("l_receiptdate", schema.Date), text("l_shipinstruct", 25), text("l_shipmode", 10),
		text("l_comment", 44), schema.PrimaryKeyConstraint("l_orderkey", "l_linenumber"),
		schema.ForeignKeyConstraint("", []string{"l_partkey", "l_suppkey"}, []string{"partsupp"}, []string{"ps_partkey", "ps_suppkey"}))
	return meta
}
