package peers

import (
	gq "github.com/doug-martin/goqu/v9"
	_ "github.com/doug-martin/goqu/v9/dialect/postgres" // registers the dialect
	"github.com/doug-martin/goqu/v9/exp"
)

var goqu = Builder{Name: "goqu", KeepsTree: true, Queries: map[string]Query{
	"a": of(goquA, goquSelect), "b": of(goquB, goquSelect), "c": of(goquC, goquSelect),
	"d": of(goquD, func(d *gq.InsertDataset) (string, []any) { return must(d.ToSQL()) }),
}}

func goquSelect(d *gq.SelectDataset) (string, []any) { return must(d.ToSQL()) }

var goquPostgres = gq.Dialect("postgres")

func times(x, y any) exp.LiteralExpression { return gq.L("? * ?", x, y) }

func goquA() *gq.SelectDataset {
	return goquPostgres.From("users").Prepared(true).Select("id", "name", "email").
		Where(gq.C("tenant_id").Eq(tenant), gq.C("email").Eq(email)).Limit(1)
}

func goquB() *gq.SelectDataset {
	return goquPostgres.From(gq.T("users").As("u")).Prepared(true).
		Select(gq.I("u.id"), gq.I("u.name"), gq.Func("count", gq.I("o.id")).As("n"), gq.Func("sum", times(gq.I("i.price"), gq.I("i.qty"))).As("total")).
		Join(gq.T("orders").As("o"), gq.On(gq.I("o.user_id").Eq(gq.I("u.id")))).
		Join(gq.T("items").As("i"), gq.On(gq.I("i.order_id").Eq(gq.I("o.id")))).
		Where(gq.I("o.status").Eq(status), gq.I("o.created_at").Gte(from), gq.I("u.tenant_id").Eq(tenant)).
		GroupBy(gq.I("u.id"), gq.I("u.name")).Having(gq.Func("sum", times(gq.I("i.price"), gq.I("i.qty"))).Gt(least)).
		Order(gq.I("total").Desc(), gq.I("u.id").Asc()).Limit(50)
}

func goquC() *gq.SelectDataset {
	quantity := gq.Func("sum", gq.I("l.l_quantity"))
	return goquPostgres.From(gq.T("customer").As("c")).Prepared(true).
		With("big", goquPostgres.From("lineitem").Select("l_orderkey").GroupBy("l_orderkey").Having(gq.Func("sum", gq.I("l_quantity")).Gt(most))).
		Select(gq.I("c.c_name"), gq.I("c.c_custkey"), gq.I("o.o_orderkey"), gq.I("o.o_orderdate"), gq.I("o.o_totalprice"), quantity.As("qty"),
			gq.Func("rank").Over(gq.W().PartitionBy(gq.I("c.c_nationkey")).OrderBy(quantity.Desc())).As("rk")).
		Join(gq.T("orders").As("o"), gq.On(gq.I("c.c_custkey").Eq(gq.I("o.o_custkey")))).
		Join(gq.T("lineitem").As("l"), gq.On(gq.I("o.o_orderkey").Eq(gq.I("l.l_orderkey")))).
		Join(gq.T("nation").As("n"), gq.On(gq.I("c.c_nationkey").Eq(gq.I("n.n_nationkey")))).
		Join(gq.T("region").As("r"), gq.On(gq.I("n.n_regionkey").Eq(gq.I("r.r_regionkey")))).
		Where(gq.I("r.r_name").Eq(region), gq.I("o.o_orderdate").Gte(from), gq.I("o.o_orderdate").Lt(to),
			gq.I("o.o_orderkey").In(goquPostgres.From("big").Select("l_orderkey"))).
		GroupBy(gq.I("c.c_name"), gq.I("c.c_custkey"), gq.I("o.o_orderkey"), gq.I("o.o_orderdate"), gq.I("o.o_totalprice"), gq.I("c.c_nationkey")).
		Order(gq.I("o.o_totalprice").Desc(), gq.I("o.o_orderdate").Asc()).Limit(100)
}

func goquD() *gq.InsertDataset {
	return goquPostgres.Insert("users").Prepared(true).Cols("id", "tenant_id", "name", "email").Vals(gq.Vals{id, tenant, name, email}).
		OnConflict(gq.DoUpdate("tenant_id, email", gq.Record{"name": gq.I("excluded.name"), "updated_at": gq.Func("now")})).
		Returning("id", "updated_at")
}
