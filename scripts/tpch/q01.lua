-- TPC-H 1: what was billed and shipped until 90 days before the end, by return flag and line status?
local l = db.lineitem
local discounted = l.l_extendedprice * (1 - l.l_discount)

return sql.select(l.l_returnflag, l.l_linestatus,
    sql.fn.sum(l.l_quantity):label "sum_qty",
    sql.fn.sum(l.l_extendedprice):label "sum_base_price",
    sql.fn.sum(discounted):label "sum_disc_price",
    sql.fn.sum(discounted * (1 + l.l_tax)):label "sum_charge",
    sql.fn.avg(l.l_quantity):label "avg_qty",
    sql.fn.avg(l.l_extendedprice):label "avg_price",
    sql.fn.avg(l.l_discount):label "avg_disc",
    sql.fn.count():label "count_order")
  :where(l.l_shipdate <= sql.date "1998-12-01" - sql.interval{days = 90})
  :group_by(l.l_returnflag, l.l_linestatus)
  :order_by(l.l_returnflag, l.l_linestatus)
