-- TPC-H 6: what would a year's small orders have earned without their discounts of about 6 percent?
local l = db.lineitem
local from = sql.date "1994-01-01"

return sql.select(sql.fn.sum(l.l_extendedprice * l.l_discount):label "revenue")
  :where(l.l_shipdate >= from, l.l_shipdate < from + sql.interval{years = 1})
  :where(l.l_discount:between(0.05, 0.07), l.l_quantity < 24)
