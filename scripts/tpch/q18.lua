-- TPC-H 18: who has placed orders of more than 300 pieces?
local c, o, l = db.customer, db.orders, db.lineitem
local large = sql.select(l.l_orderkey):from(l):group_by(l.l_orderkey):having(sql.fn.sum(l.l_quantity) > 300)

return sql.select(c.c_name, c.c_custkey, o.o_orderkey, o.o_orderdate, o.o_totalprice, sql.fn.sum(l.l_quantity):label "sum")
  :from(c):join(o):join(l)
  :where(o.o_orderkey:in_(large))
  :group_by(c.c_name, c.c_custkey, o.o_orderkey, o.o_orderdate, o.o_totalprice)
  :order_by(o.o_totalprice:desc(), o.o_orderdate)
  :limit(100)
