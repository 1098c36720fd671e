package peers

import gsb "github.com/huandu/go-sqlbuilder"

var sqlbuilder = Builder{Name: "go-sqlbuilder", Queries: map[string]Query{
	"a": of(sqlbuilderA, (*gsb.SelectBuilder).Build), "b": of(sqlbuilderB, (*gsb.SelectBuilder).Build),
	"c": of(sqlbuilderC, (*gsb.SelectBuilder).Build), "d": of(sqlbuilderD, (*gsb.InsertBuilder).Build),
}}

func sqlbuilderA() *gsb.SelectBuilder {
	sb := gsb.PostgreSQL.NewSelectBuilder()
	return sb.Select("id", "name", "email").From("users").Where(sb.EQ("tenant_id", tenant), sb.EQ("email", email)).Limit(1)
}

func sqlbuilderB() *gsb.SelectBuilder {
	sb := gsb.PostgreSQL.NewSelectBuilder()
	return sb.Select("u.id", "u.name", "count(o.id) AS n", "sum(i.price * i.qty) AS total").From("users AS u").
		Join("orders AS o", "o.user_id = u.id").Join("items AS i", "i.order_id = o.id").
		Where(sb.EQ("o.status", status), sb.GTE("o.created_at", from), sb.EQ("u.tenant_id", tenant)).
		GroupBy("u.id", "u.name").Having(sb.GT("sum(i.price * i.qty)", least)).
		OrderByDesc("total").OrderByAsc("u.id").Limit(50)
}

func sqlbuilderC() *gsb.SelectBuilder {
	big, in, sb := gsb.PostgreSQL.NewSelectBuilder(), gsb.PostgreSQL.NewSelectBuilder(), gsb.PostgreSQL.NewSelectBuilder()
	big.Select("l_orderkey").From("lineitem").GroupBy("l_orderkey").Having(big.GT("sum(l_quantity)", most))
	in.Select("l_orderkey").From("big")
	return sb.With(gsb.With(gsb.CTEQuery("big").As(big))).
		Select("c.c_name", "c.c_custkey", "o.o_orderkey", "o.o_orderdate", "o.o_totalprice", "sum(l.l_quantity) AS qty",
			"rank() OVER (PARTITION BY c.c_nationkey ORDER BY sum(l.l_quantity) DESC) AS rk").
		From("customer AS c").Join("orders AS o", "c.c_custkey = o.o_custkey").Join("lineitem AS l", "o.o_orderkey = l.l_orderkey").
		Join("nation AS n", "c.c_nationkey = n.n_nationkey").Join("region AS r", "n.n_regionkey = r.r_regionkey").
		Where(sb.EQ("r.r_name", region), sb.GTE("o.o_orderdate", from), sb.LT("o.o_orderdate", to), sb.In("o.o_orderkey", in)).
		GroupBy("c.c_name", "c.c_custkey", "o.o_orderkey", "o.o_orderdate", "o.o_totalprice", "c.c_nationkey").
		OrderByDesc("o.o_totalprice").OrderByAsc("o.o_orderdate").Limit(100)
}

func sqlbuilderD() *gsb.InsertBuilder {
	return gsb.PostgreSQL.NewInsertBuilder().InsertInto("users").Cols("id", "tenant_id", "name", "email").Values(id, tenant, name, email).
		SQL("ON CONFLICT (tenant_id, email) DO UPDATE SET name = EXCLUDED.name, updated_at = now()").Returning("id", "updated_at")
}
