-- TPC-H Q3: the shipping priority query.
local c, o, l = db.customer, db.orders, db.lineitem
return sql.select(l.l_orderkey, sql.fn.sum(l.l_extendedprice * (1 - l.l_discount)):label "revenue", o.o_orderdate, o.o_shippriority)
  :from(c):join(o):join(l)
  :where(c.c_mktsegment:eq "BUILDING", o.o_orderdate:lt "1995-03-15", l.l_shipdate:gt "1995-03-15")
  :group_by(l.l_orderkey, o.o_orderdate, o.o_shippriority)
  :order_by(sql.desc "revenue", o.o_orderdate):limit(10)
