-- TPC-H 13: how many customers have made how many orders, special requests aside?
local c, o = db.customer, db.orders

local orders = sql.select(c.c_custkey, sql.fn.count(o.o_orderkey):label "c_count")
  :left_join(o, o.o_custkey == c.c_custkey, o.o_comment:not_like "%special%requests%")
  :group_by(c.c_custkey)
  :subquery "c_orders"

return sql.select(orders.c_count, sql.fn.count():label "custdist")
  :group_by(orders.c_count)
  :order_by(sql.desc "custdist", orders.c_count:desc())
