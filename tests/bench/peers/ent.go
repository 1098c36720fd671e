package peers

import (
	"entgo.io/ent/dialect"
	es "entgo.io/ent/dialect/sql"
)

// ent is the builder below ent's generated code. Rendering changes its queries,
// and its copies share what is changed: none can be rendered twice.
var ent = Builder{Name: "ent", KeepsTree: true, Queries: map[string]Query{
	"a": {Build: func() (string, []any) { return entA().Query() }},
	"b": {Build: func() (string, []any) { return entB().Query() }},
	"c": {Build: func() (string, []any) { return entC().Query() }},
	"d": {Build: func() (string, []any) { return entD().Query() }},
}}

var entPostgres = es.Dialect(dialect.Postgres)

func entA() *es.Selector {
	return entPostgres.Select("id", "name", "email").From(entPostgres.Table("users")).
		Where(es.And(es.EQ("tenant_id", tenant), es.EQ("email", email))).Limit(1)
}

func entB() *es.Selector {
	u, o, i := entPostgres.Table("users").As("u"), entPostgres.Table("orders").As("o"), entPostgres.Table("items").As("i")
	total := "sum(" + i.C("price") + " * " + i.C("qty") + ")"
	return entPostgres.Select(u.C("id"), u.C("name"), es.As(es.Count(o.C("id")), "n"), es.As(total, "total")).
		From(u).Join(o).On(o.C("user_id"), u.C("id")).Join(i).On(i.C("order_id"), o.C("id")).
		Where(es.And(es.EQ(o.C("status"), status), es.GTE(o.C("created_at"), from), es.EQ(u.C("tenant_id"), tenant))).
		GroupBy(u.C("id"), u.C("name")).Having(es.GT(total, least)).
		OrderBy(es.Desc("total"), u.C("id")).Limit(50)
}

func entC() *es.Selector {
	big := entPostgres.With("big").As(entPostgres.Select("l_orderkey").From(entPostgres.Table("lineitem")).GroupBy("l_orderkey").Having(es.GT(es.Sum("l_quantity"), most)))
	c, o, l := entPostgres.Table("customer").As("c"), entPostgres.Table("orders").As("o"), entPostgres.Table("lineitem").As("l")
	n, r := entPostgres.Table("nation").As("n"), entPostgres.Table("region").As("r")
	rank := es.Window(func(b *es.Builder) { b.WriteString("rank()") }).PartitionBy(c.C("c_nationkey")).OrderExpr(es.DescExpr(es.Raw(es.Sum(l.C("l_quantity")))))
	return entPostgres.Select(c.C("c_name"), c.C("c_custkey"), o.C("o_orderkey"), o.C("o_orderdate"), o.C("o_totalprice"), es.As(es.Sum(l.C("l_quantity")), "qty")).
		AppendSelectExprAs(rank, "rk").Prefix(big).
		From(c).Join(o).On(c.C("c_custkey"), o.C("o_custkey")).Join(l).On(o.C("o_orderkey"), l.C("l_orderkey")).
		Join(n).On(c.C("c_nationkey"), n.C("n_nationkey")).Join(r).On(n.C("n_regionkey"), r.C("r_regionkey")).
		Where(es.And(es.EQ(r.C("r_name"), region), es.GTE(o.C("o_orderdate"), from), es.LT(o.C("o_orderdate"), to),
			es.In(o.C("o_orderkey"), entPostgres.Select("l_orderkey").From(entPostgres.Table("big"))))).
		GroupBy(c.C("c_name"), c.C("c_custkey"), o.C("o_orderkey"), o.C("o_orderdate"), o.C("o_totalprice"), c.C("c_nationkey")).
		OrderBy(es.Desc(o.C("o_totalprice")), o.C("o_orderdate")).Limit(100)
}

func entD() *es.InsertBuilder {
	return entPostgres.Insert("users").Columns("id", "tenant_id", "name", "email").Values(id, tenant, name, email).
		OnConflict(es.ConflictColumns("tenant_id", "email"), es.ResolveWith(func(s *es.UpdateSet) {
			s.SetExcluded("name")
			s.Set("updated_at", es.Expr("now()"))
		})).Returning("id", "updated_at")
}
