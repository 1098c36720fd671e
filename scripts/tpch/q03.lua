-- TPC-H 3: which orders of the building trade, not shipped by March 15, are worth the most?
local c, o, l = db.customer, db.orders, db.lineitem
local day = sql.date "1995-03-15"

return sql.select(l.l_orderkey, sql.fn.sum(l.l_extendedprice * (1 - l.l_discount)):label "revenue",
    o.o_orderdate, o.o_shippriority)
  :from(c):join(o):join(l)
  :where(c.c_mktsegment == "BUILDING", o.o_orderdate < day, l.l_shipdate > day)
  :group_by(l.l_orderkey, o.o_orderdate, o.o_shippriority)
  :order_by(sql.desc "revenue", o.o_orderdate)
  :limit(10)
