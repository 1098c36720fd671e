package peers

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	buns "github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/schema"
)

// bun puts the values into the text; it has no arguments.
var bun = Builder{Name: "bun", Queries: map[string]Query{
	"a": of(bunA, bunSQL[*buns.SelectQuery]), "b": of(bunB, bunSQL[*buns.SelectQuery]),
	"c": of(bunC, bunSQL[*buns.SelectQuery]), "d": of(bunD, bunSQL[*buns.InsertQuery]),
}}

func bunSQL[Q schema.QueryAppender](q Q) (string, []any) {
	b, err := q.AppendQuery(bunDB.QueryGen(), nil)
	return must(string(b), nil, err)
}

// noDriver makes a database that no one can connect to.
type noDriver struct{}

func (noDriver) Connect(context.Context) (driver.Conn, error) { return nil, errors.New("no database") }
func (d noDriver) Driver() driver.Driver                      { return nil }

var bunDB = buns.NewDB(sql.OpenDB(noDriver{}), pgdialect.New())

func bunA() *buns.SelectQuery {
	return bunDB.NewSelect().Column("id", "name", "email").Table("users").
		Where("? = ?", buns.Ident("tenant_id"), tenant).Where("? = ?", buns.Ident("email"), email).Limit(1)
}

func bunB() *buns.SelectQuery {
	return bunDB.NewSelect().Column("u.id", "u.name").ColumnExpr("count(o.id) AS n").ColumnExpr("sum(i.price * i.qty) AS total").
		TableExpr("users AS u").Join("JOIN orders AS o").JoinOn("o.user_id = u.id").Join("JOIN items AS i").JoinOn("i.order_id = o.id").
		Where("o.status = ?", status).Where("o.created_at >= ?", from).Where("u.tenant_id = ?", tenant).
		Group("u.id", "u.name").Having("sum(i.price * i.qty) > ?", least).Order("total DESC", "u.id").Limit(50)
}

func bunC() *buns.SelectQuery {
	return bunDB.NewSelect().
		With("big", bunDB.NewSelect().Column("l_orderkey").Table("lineitem").Group("l_orderkey").Having("sum(l_quantity) > ?", most)).
		Column("c.c_name", "c.c_custkey", "o.o_orderkey", "o.o_orderdate", "o.o_totalprice").
		ColumnExpr("sum(l.l_quantity) AS qty").ColumnExpr("rank() OVER (PARTITION BY c.c_nationkey ORDER BY sum(l.l_quantity) DESC) AS rk").
		TableExpr("customer AS c").
		Join("JOIN orders AS o").JoinOn("c.c_custkey = o.o_custkey").Join("JOIN lineitem AS l").JoinOn("o.o_orderkey = l.l_orderkey").
		Join("JOIN nation AS n").JoinOn("c.c_nationkey = n.n_nationkey").Join("JOIN region AS r").JoinOn("n.n_regionkey = r.r_regionkey").
		Where("r.r_name = ?", region).Where("o.o_orderdate >= ?", from).Where("o.o_orderdate < ?", to).
		Where("o.o_orderkey IN (?)", bunDB.NewSelect().Column("l_orderkey").Table("big")).
		Group("c.c_name", "c.c_custkey", "o.o_orderkey", "o.o_orderdate", "o.o_totalprice", "c.c_nationkey").
		Order("o.o_totalprice DESC", "o.o_orderdate").Limit(100)
}

type bunUser struct {
	buns.BaseModel `bun:"table:users"`
	ID             int64  `bun:"id"`
	TenantID       int64  `bun:"tenant_id"`
	Name           string `bun:"name"`
	Email          string `bun:"email"`
}

func bunD() *buns.InsertQuery {
	return bunDB.NewInsert().Model(&bunUser{ID: id, TenantID: tenant, Name: name, Email: email}).
		On("CONFLICT (tenant_id, email) DO UPDATE").Set("name = EXCLUDED.name").Set("updated_at = now()").Returning("id, updated_at")
}
