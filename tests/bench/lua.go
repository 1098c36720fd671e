package bench

import (
	"context"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/serializer"
)

// Scripts are the queries that peers build, written in Lua; they make the same bytes.
var Scripts = map[string]string{
	"a": `local u = db.users
return sql.select(u.id, u.name, u.email):where(u.tenant_id == 42, u.email == "a@example.com"):limit(1)`,

	"b": `local u, o, i = db.users:alias "u", db.tables.orders:alias "o", db.items:alias "i"
local total = sql.fn.sum(i.price * i.qty)
return sql.select(u.id, u.name, sql.fn.count(o.id):label "n", total:label "total")
  :from(u):join(o, o.user_id == u.id):join(i, i.order_id == o.id)
  :where(o.status == "paid", o.created_at >= "1995-01-01", u.tenant_id == 42)
  :group_by(u.id, u.name):having(total > 100.5)
  :order_by(sql.desc "total", u.id):limit(50)`,

	"c": `local c, o, l = db.tpch.customer:alias "c", db.tpch.orders:alias "o", db.tpch.lineitem:alias "l"
local n, r, line = db.tpch.nation:alias "n", db.tpch.region:alias "r", db.tpch.lineitem
local sum = sql.fn.sum
local big = sql.select(line.l_orderkey):group_by(line.l_orderkey):having(sum(line.l_quantity) > 300):cte "big"
local quantity = sum(l.l_quantity)
local rank = sql.fn.rank():over{partition_by = c.c_nationkey, order_by = quantity:desc()}
return sql.select(c.c_name, c.c_custkey, o.o_orderkey, o.o_orderdate, o.o_totalprice, quantity:label "qty", rank:label "rk")
  :from(c):join(o, c.c_custkey == o.o_custkey):join(l, o.o_orderkey == l.l_orderkey)
  :join(n, c.c_nationkey == n.n_nationkey):join(r, n.n_regionkey == r.r_regionkey)
  :where(r.r_name == "ASIA", o.o_orderdate >= "1995-01-01", o.o_orderdate < "1996-01-01",
    o.o_orderkey:in_(sql.select(big.l_orderkey)))
  :group_by(c.c_name, c.c_custkey, o.o_orderkey, o.o_orderdate, o.o_totalprice, c.c_nationkey)
  :order_by(o.o_totalprice:desc(), o.o_orderdate):limit(100)`,

	"d": `local u = db.users
return sql.insert(u):values{id = 7, tenant_id = 42, name = "Ann", email = "a@example.com"}
  :on_conflict{u.tenant_id, u.email}:do_update{name = sql.excluded.name, updated_at = sql.fn.now()}
  :returning(u.id, u.updated_at)`,
}

// scripts are ours alone: a sandboxed script, compiled before, to bytes; and the same by
// a Runtime that remembers what it returned.
func scripts(q Query) []Case {
	source, ok := Scripts[q.Name]
	if !ok {
		return nil
	}
	rt, remembering := must(luabind.New(Meta)), must(luabind.New(Meta, luabind.Remember(100)))
	n := len(must(Dump(rt, source)))
	return []Case{
		{q.Name, "script", Us, n, func() { sink += len(must(Dump(rt, source))) }, nil},
		{q.Name, "script cached", Us, n, func() { sink += len(must(Dump(remembering, source))) }, nil},
	}
}

// Dump runs a script and makes bytes of what it returns.
func Dump(rt *luabind.Runtime, source string) ([]byte, error) {
	values, err := rt.Run(context.Background(), "query.lua", source)
	if err != nil {
		return nil, err
	}
	return serializer.Dumps(values[0].(expr.Node))
}
