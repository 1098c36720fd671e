// Package bench measures sqlser beside its peers, in one run and by ratio: `go
// run ./report` prints the table, the benchmarks are for profiles.
package bench

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Query is a query and how to build it.
type Query struct {
	Name  string
	Build func() expr.Node
}

// Queries lists what is measured: a is a point select, b joins three tables, c is
// TPC-H Q18 with more joins, a CTE and a window, d an upsert with RETURNING; q1, q3
// and q5 are TPC-H's.
func Queries() []Query {
	return []Query{{"a", queryA}, {"b", queryB}, {"c", queryC}, {"d", queryD}, {"q1", queryQ1}, {"q3", queryQ3}, {"q5", queryQ5}}
}

// Meta is the metadata of all queries, frozen.
var Meta = func() *schema.MetaData {
	m := schema.NewMetaData()
	m.Table("users", column("id", schema.BigInteger, schema.PrimaryKey), column("tenant_id", schema.BigInteger),
		column("name", schema.String(50)), column("email", schema.String(100)), column("updated_at", schema.DateTimeTZ))
	m.Table("orders", column("id", schema.BigInteger, schema.PrimaryKey), column("user_id", schema.BigInteger, schema.References("users", "id")),
		column("status", schema.String(10)), column("created_at", schema.DateTime))
	m.Table("items", column("order_id", schema.BigInteger, schema.References("orders", "id")), column("price", money), column("qty", schema.Integer))
	declareTPCH(m)
	if err := m.Freeze(); err != nil {
		panic(err)
	}
	return m
}()

var money = schema.Numeric(15, 2)

func column(name string, t schema.Type, options ...schema.ColumnOption) *schema.Column {
	return schema.NewColumn(name, t, append(options, schema.NotNull)...)
}

// declareTPCH declares the tables of TPC-H that the queries name, in a schema of their
// own: orders is another's name already.
func declareTPCH(m *schema.MetaData) {
	in, key := schema.InSchema("tpch"), schema.PrimaryKey
	m.Table("region", in, column("r_regionkey", schema.Integer, key), column("r_name", schema.String(25)))
	m.Table("nation", in, column("n_nationkey", schema.Integer, key), column("n_name", schema.String(25)), column("n_regionkey", schema.Integer))
	m.Table("supplier", in, column("s_suppkey", schema.Integer, key), column("s_name", schema.String(25)), column("s_nationkey", schema.Integer))
	m.Table("customer", in, column("c_custkey", schema.Integer, key), column("c_name", schema.String(25)), column("c_nationkey", schema.Integer),
		column("c_mktsegment", schema.String(10)))
	m.Table("orders", in, column("o_orderkey", schema.Integer, key), column("o_custkey", schema.Integer), column("o_totalprice", money),
		column("o_orderdate", schema.Date), column("o_shippriority", schema.Integer))
	m.Table("lineitem", in, column("l_orderkey", schema.Integer, key), column("l_suppkey", schema.Integer), column("l_linenumber", schema.Integer, key),
		column("l_quantity", money), column("l_extendedprice", money), column("l_discount", money), column("l_tax", money),
		column("l_returnflag", schema.String(1)), column("l_linestatus", schema.String(1)), column("l_shipdate", schema.Date))
}

func table(name ...string) *expr.TableSource { return expr.Table(Meta.Lookup(name...)) }

// The tables, as a program holds them that has declared them.
var (
	users, orders, items           = table("users"), table("orders"), table("items")
	region, nation, supplier       = table("tpch", "region"), table("tpch", "nation"), table("tpch", "supplier")
	customer, lineitem, tpchOrders = table("tpch", "customer"), table("tpch", "lineitem"), table("tpch", "orders")
)

func sum(x any) expr.Expr { return expr.Func("sum", x) }

// queryA is SELECT id, name, email FROM users WHERE tenant_id = 42 AND email =
// 'a@example.com' LIMIT 1.
func queryA() expr.Node {
	u := users
	return expr.Select(u.C("id"), u.C("name"), u.C("email")).Where(u.C("tenant_id").Eq(42), u.C("email").Eq("a@example.com")).Limit(1)
}

// queryB is SELECT u.id, u.name, count(o.id) AS n, sum(i.price * i.qty) AS total
// FROM users u JOIN orders o ON o.user_id = u.id JOIN items i ON i.order_id = o.id
// WHERE o.status = 'paid' AND o.created_at >= '1995-01-01' AND u.tenant_id = 42
// GROUP BY u.id, u.name HAVING sum(i.price * i.qty) > 100.5 ORDER BY total DESC,
// u.id LIMIT 50.
func queryB() expr.Node {
	u, o, i := users.Alias("u"), orders.Alias("o"), items.Alias("i")
	total := sum(i.C("price").Mul(i.C("qty")))
	return expr.Select(u.C("id"), u.C("name"), expr.Func("count", o.C("id")).Label("n"), total.Label("total")).
		From(u).Join(o, o.C("user_id").Eq(u.C("id"))).Join(i, i.C("order_id").Eq(o.C("id"))).
		Where(o.C("status").Eq("paid"), o.C("created_at").Ge("1995-01-01"), u.C("tenant_id").Eq(42)).
		GroupBy(u.C("id"), u.C("name")).Having(total.Gt(100.5)).
		OrderBy(expr.Ref("total").Desc(), u.C("id")).Limit(50)
}

// queryC is WITH big AS (SELECT l_orderkey FROM lineitem GROUP BY l_orderkey
// HAVING sum(l_quantity) > 300) SELECT ..., sum(l.l_quantity) AS qty, rank() OVER
// (PARTITION BY c.c_nationkey ORDER BY sum(l.l_quantity) DESC) AS rk FROM five
// tables WHERE ... AND o.o_orderkey IN (SELECT l_orderkey FROM big) GROUP BY ...
func queryC() expr.Node {
	c, o, l := customer.Alias("c"), tpchOrders.Alias("o"), lineitem.Alias("l")
	n, r := nation.Alias("n"), region.Alias("r")
	line := lineitem
	big := expr.CTE(expr.Select(line.C("l_orderkey")).GroupBy(line.C("l_orderkey")).Having(sum(line.C("l_quantity")).Gt(300)), "big")
	quantity := sum(l.C("l_quantity"))
	rank := expr.Func("rank").Over(expr.PartitionBy(c.C("c_nationkey")).OrderBy(quantity.Desc()))
	return expr.Select(c.C("c_name"), c.C("c_custkey"), o.C("o_orderkey"), o.C("o_orderdate"), o.C("o_totalprice"),
		quantity.Label("qty"), rank.Label("rk")).
		From(c).Join(o, c.C("c_custkey").Eq(o.C("o_custkey"))).Join(l, o.C("o_orderkey").Eq(l.C("l_orderkey"))).
		Join(n, c.C("c_nationkey").Eq(n.C("n_nationkey"))).Join(r, n.C("n_regionkey").Eq(r.C("r_regionkey"))).
		Where(r.C("r_name").Eq("ASIA"), o.C("o_orderdate").Ge("1995-01-01"), o.C("o_orderdate").Lt("1996-01-01"),
			o.C("o_orderkey").In(expr.Select(big.C("l_orderkey")))).
		GroupBy(c.C("c_name"), c.C("c_custkey"), o.C("o_orderkey"), o.C("o_orderdate"), o.C("o_totalprice"), c.C("c_nationkey")).
		OrderBy(o.C("o_totalprice").Desc(), o.C("o_orderdate")).Limit(100)
}

// queryD is INSERT INTO users (...) VALUES (7, 42, 'Ann', 'a@example.com') ON
// CONFLICT (tenant_id, email) DO UPDATE SET name = EXCLUDED.name, updated_at = now()
// RETURNING id, updated_at.
func queryD() expr.Node {
	u := users
	return expr.Insert(u).Values(expr.Assign{"id": 7, "tenant_id": 42, "name": "Ann", "email": "a@example.com"}).
		OnConflict("tenant_id", "email").
		DoUpdate(expr.Assign{"name": expr.Excluded(u).C("name"), "updated_at": expr.Func("now")}).
		Returning(u.C("id"), u.C("updated_at"))
}

func queryQ1() expr.Node {
	l := lineitem
	price, discount, quantity := l.C("l_extendedprice"), l.C("l_discount"), l.C("l_quantity")
	discounted := price.Mul(expr.Of(1).Sub(discount))
	return expr.Select(l.C("l_returnflag"), l.C("l_linestatus"), sum(quantity).Label("sum_qty"), sum(price).Label("sum_base_price"),
		sum(discounted).Label("sum_disc_price"), sum(discounted.Mul(expr.Of(1).Add(l.C("l_tax")))).Label("sum_charge"),
		expr.Func("avg", quantity).Label("avg_qty"), expr.Func("avg", price).Label("avg_price"), expr.Func("avg", discount).Label("avg_disc"),
		expr.Func("count").Label("count_order")).
		Where(l.C("l_shipdate").Le("1998-09-02")).
		GroupBy(l.C("l_returnflag"), l.C("l_linestatus")).OrderBy(l.C("l_returnflag"), l.C("l_linestatus"))
}

func queryQ3() expr.Node {
	c, o, l := customer, tpchOrders, lineitem
	revenue := sum(l.C("l_extendedprice").Mul(expr.Of(1).Sub(l.C("l_discount"))))
	return expr.Select(l.C("l_orderkey"), revenue.Label("revenue"), o.C("o_orderdate"), o.C("o_shippriority")).From(c, o, l).
		Where(c.C("c_mktsegment").Eq("BUILDING"), c.C("c_custkey").Eq(o.C("o_custkey")), l.C("l_orderkey").Eq(o.C("o_orderkey")),
			o.C("o_orderdate").Lt("1995-03-15"), l.C("l_shipdate").Gt("1995-03-15")).
		GroupBy(l.C("l_orderkey"), o.C("o_orderdate"), o.C("o_shippriority")).
		OrderBy(expr.Ref("revenue").Desc(), o.C("o_orderdate")).Limit(10)
}

func queryQ5() expr.Node {
	c, o, l := customer, tpchOrders, lineitem
	s, n, r := supplier, nation, region
	revenue := sum(l.C("l_extendedprice").Mul(expr.Of(1).Sub(l.C("l_discount"))))
	return expr.Select(n.C("n_name"), revenue.Label("revenue")).From(c, o, l, s, n, r).
		Where(c.C("c_custkey").Eq(o.C("o_custkey")), l.C("l_orderkey").Eq(o.C("o_orderkey")), l.C("l_suppkey").Eq(s.C("s_suppkey")),
			c.C("c_nationkey").Eq(s.C("s_nationkey")), s.C("s_nationkey").Eq(n.C("n_nationkey")), n.C("n_regionkey").Eq(r.C("r_regionkey")),
			r.C("r_name").Eq("ASIA"), o.C("o_orderdate").Ge("1994-01-01"), o.C("o_orderdate").Lt("1995-01-01")).
		GroupBy(n.C("n_name")).OrderBy(expr.Ref("revenue").Desc())
}
