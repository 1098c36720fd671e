-- TPC-H 15: which supplier has brought in the most in a quarter?
local s, l = db.supplier, db.lineitem
local from = sql.date "1996-01-01"

local revenue = sql.select(l.l_suppkey:label "supplier_no",
    sql.fn.sum(l.l_extendedprice * (1 - l.l_discount)):label "total_revenue")
  :where(l.l_shipdate >= from, l.l_shipdate < from + sql.interval{months = 3})
  :group_by(l.l_suppkey)
  :cte "revenue"
local every = revenue:alias "every"

return sql.select(s.s_suppkey, s.s_name, s.s_address, s.s_phone, revenue.total_revenue)
  :from(s)
  :join(revenue, revenue.supplier_no == s.s_suppkey)
  :where(revenue.total_revenue == sql.select(sql.fn.max(every.total_revenue)):scalar())
  :order_by(s.s_suppkey)
