-- TPC-H 4: how many orders of a quarter came late in part, by priority?
local o, l = db.orders, db.lineitem
local from = sql.date "1993-07-01"
local late = sql.select(l.l_orderkey):where(l.l_orderkey == o.o_orderkey, l.l_commitdate < l.l_receiptdate)

return sql.select(o.o_orderpriority, sql.fn.count():label "order_count")
  :where(o.o_orderdate >= from, o.o_orderdate < from + sql.interval{months = 3})
  :where(sql.exists(late))
  :group_by(o.o_orderpriority)
  :order_by(o.o_orderpriority)
