package peers

import sq "github.com/Masterminds/squirrel"

var squirrel = Builder{Name: "squirrel", KeepsTree: true, Queries: map[string]Query{
	"a": of(squirrelA, squirrelSQL[sq.SelectBuilder]), "b": of(squirrelB, squirrelSQL[sq.SelectBuilder]),
	"c": of(squirrelC, squirrelSQL[sq.SelectBuilder]), "d": of(squirrelD, squirrelSQL[sq.InsertBuilder]),
}}

func squirrelSQL[Q sq.Sqlizer](q Q) (string, []any) { return must(q.ToSql()) }

var dollars = sq.StatementBuilder.PlaceholderFormat(sq.Dollar)

func squirrelA() sq.SelectBuilder {
	return dollars.Select("id", "name", "email").From("users").
		Where(sq.Eq{"tenant_id": tenant}).Where(sq.Eq{"email": email}).Limit(1)
}

func squirrelB() sq.SelectBuilder {
	return dollars.Select("u.id", "u.name", "count(o.id) AS n", "sum(i.price * i.qty) AS total").From("users AS u").
		Join("orders AS o ON o.user_id = u.id").Join("items AS i ON i.order_id = o.id").
		Where(sq.Eq{"o.status": status}).Where(sq.GtOrEq{"o.created_at": from}).Where(sq.Eq{"u.tenant_id": tenant}).
		GroupBy("u.id", "u.name").Having(sq.Gt{"sum(i.price * i.qty)": least}).
		OrderBy("total DESC", "u.id").Limit(50)
}

func squirrelC() sq.SelectBuilder {
	big := sq.Select("l_orderkey").From("lineitem").GroupBy("l_orderkey").Having(sq.Gt{"sum(l_quantity)": most}).
		Prefix("WITH big AS (").Suffix(")")
	return dollars.Select("c.c_name", "c.c_custkey", "o.o_orderkey", "o.o_orderdate", "o.o_totalprice", "sum(l.l_quantity) AS qty",
		"rank() OVER (PARTITION BY c.c_nationkey ORDER BY sum(l.l_quantity) DESC) AS rk").PrefixExpr(big).
		From("customer AS c").Join("orders AS o ON c.c_custkey = o.o_custkey").Join("lineitem AS l ON o.o_orderkey = l.l_orderkey").
		Join("nation AS n ON c.c_nationkey = n.n_nationkey").Join("region AS r ON n.n_regionkey = r.r_regionkey").
		Where(sq.Eq{"r.r_name": region}).Where(sq.GtOrEq{"o.o_orderdate": from}).Where(sq.Lt{"o.o_orderdate": to}).
		Where(sq.Expr("o.o_orderkey IN (?)", sq.Select("l_orderkey").From("big"))).
		GroupBy("c.c_name", "c.c_custkey", "o.o_orderkey", "o.o_orderdate", "o.o_totalprice", "c.c_nationkey").
		OrderBy("o.o_totalprice DESC", "o.o_orderdate").Limit(100)
}

func squirrelD() sq.InsertBuilder {
	return dollars.Insert("users").Columns("id", "tenant_id", "name", "email").Values(id, tenant, name, email).
		Suffix("ON CONFLICT (tenant_id, email) DO UPDATE SET name = EXCLUDED.name, updated_at = now() RETURNING id, updated_at")
}
