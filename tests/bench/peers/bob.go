package peers

import (
	"context"

	bobs "github.com/stephenafamo/bob"
	"github.com/stephenafamo/bob/dialect/psql"
	"github.com/stephenafamo/bob/dialect/psql/dialect"
	"github.com/stephenafamo/bob/dialect/psql/fm"
	"github.com/stephenafamo/bob/dialect/psql/im"
	"github.com/stephenafamo/bob/dialect/psql/sm"
	"github.com/stephenafamo/bob/dialect/psql/wm"
)

var bob = Builder{Name: "bob", KeepsTree: true, Queries: map[string]Query{
	"a": of(bobA, bobSelect), "b": of(bobB, bobSelect), "c": of(bobC, bobSelect),
	"d": of(bobD, func(q bobs.BaseQuery[*dialect.InsertQuery]) (string, []any) { return must(q.Build(background)) }),
}}

var background = context.Background()

func bobSelect(q bobs.BaseQuery[*dialect.SelectQuery]) (string, []any) {
	return must(q.Build(background))
}

func quote(names ...string) psql.Expression { return psql.Quote(names...) }

func bobA() bobs.BaseQuery[*dialect.SelectQuery] {
	return psql.Select(
		sm.Columns(quote("id"), quote("name"), quote("email")), sm.From(quote("users")),
		sm.Where(quote("tenant_id").EQ(psql.Arg(tenant))), sm.Where(quote("email").EQ(psql.Arg(email))), sm.Limit(1))
}

func bobTotal() *dialect.Function {
	return psql.F("sum", quote("i", "price").OP("*", quote("i", "qty")))()
}

func bobB() bobs.BaseQuery[*dialect.SelectQuery] {
	return psql.Select(
		sm.Columns(quote("u", "id"), quote("u", "name"), psql.F("count", quote("o", "id"))().As("n"), bobTotal().As("total")),
		sm.From(quote("users")).As("u"),
		sm.InnerJoin(quote("orders")).As("o").OnEQ(quote("o", "user_id"), quote("u", "id")),
		sm.InnerJoin(quote("items")).As("i").OnEQ(quote("i", "order_id"), quote("o", "id")),
		sm.Where(quote("o", "status").EQ(psql.Arg(status))), sm.Where(quote("o", "created_at").GTE(psql.Arg(from))), sm.Where(quote("u", "tenant_id").EQ(psql.Arg(tenant))),
		sm.GroupBy(quote("u", "id")), sm.GroupBy(quote("u", "name")), sm.Having(bobTotal().GT(psql.Arg(least))),
		sm.OrderBy(quote("total")).Desc(), sm.OrderBy(quote("u", "id")), sm.Limit(50))
}

func bobC() bobs.BaseQuery[*dialect.SelectQuery] {
	return psql.Select(
		sm.With("big").As(psql.Select(sm.Columns(quote("l_orderkey")), sm.From(quote("lineitem")), sm.GroupBy(quote("l_orderkey")),
			sm.Having(psql.F("sum", quote("l_quantity"))().GT(psql.Arg(most))))),
		sm.Columns(quote("c", "c_name"), quote("c", "c_custkey"), quote("o", "o_orderkey"), quote("o", "o_orderdate"), quote("o", "o_totalprice"),
			psql.F("sum", quote("l", "l_quantity"))().As("qty"),
			psql.F("rank")(fm.Over(wm.PartitionBy(quote("c", "c_nationkey")), wm.OrderBy(psql.F("sum", quote("l", "l_quantity"))()).Desc())).As("rk")),
		sm.From(quote("customer")).As("c"),
		sm.InnerJoin(quote("orders")).As("o").OnEQ(quote("c", "c_custkey"), quote("o", "o_custkey")),
		sm.InnerJoin(quote("lineitem")).As("l").OnEQ(quote("o", "o_orderkey"), quote("l", "l_orderkey")),
		sm.InnerJoin(quote("nation")).As("n").OnEQ(quote("c", "c_nationkey"), quote("n", "n_nationkey")),
		sm.InnerJoin(quote("region")).As("r").OnEQ(quote("n", "n_regionkey"), quote("r", "r_regionkey")),
		sm.Where(quote("r", "r_name").EQ(psql.Arg(region))), sm.Where(quote("o", "o_orderdate").GTE(psql.Arg(from))), sm.Where(quote("o", "o_orderdate").LT(psql.Arg(to))),
		sm.Where(quote("o", "o_orderkey").In(psql.Select(sm.Columns(quote("l_orderkey")), sm.From(quote("big"))))),
		sm.GroupBy(quote("c", "c_name")), sm.GroupBy(quote("c", "c_custkey")), sm.GroupBy(quote("o", "o_orderkey")),
		sm.GroupBy(quote("o", "o_orderdate")), sm.GroupBy(quote("o", "o_totalprice")), sm.GroupBy(quote("c", "c_nationkey")),
		sm.OrderBy(quote("o", "o_totalprice")).Desc(), sm.OrderBy(quote("o", "o_orderdate")), sm.Limit(100))
}

func bobD() bobs.BaseQuery[*dialect.InsertQuery] {
	return psql.Insert(
		im.Into(quote("users"), "id", "tenant_id", "name", "email"), im.Values(psql.Arg(id, tenant, name, email)),
		im.OnConflict(quote("tenant_id"), quote("email")).DoUpdate(im.SetExcluded("name"), im.SetCol("updated_at").To(psql.F("now")())),
		im.Returning(quote("id"), quote("updated_at")))
}
