-- TPC-H 14: what percentage of a month's revenue came from promotions?
local l, p = db.lineitem, db.part
local from = sql.date "1995-09-01"
local revenue = l.l_extendedprice * (1 - l.l_discount)
local promoted = sql.case { {p.p_type:startswith "PROMO", revenue}, else_ = 0 }

return sql.select((100 * sql.fn.sum(promoted) / sql.fn.sum(revenue)):label "promo_revenue")
  :from(l)
  :join(p, p.p_partkey == l.l_partkey)
  :where(l.l_shipdate >= from, l.l_shipdate < from + sql.interval{months = 1})
