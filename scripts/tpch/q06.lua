-- TPC-H 6: what would a year's small orders have earned without their discounts of about 6 percent?
local l = db.lineitem

return sql.select(sql.fn.sum(l.l_extendedprice * l.l_discount):label "revenue")
  :where(l.l_shipdate:ge(sql.date "1994-01-01"), l.l_shipdate:lt(sql.date "1995-01-01"))
  :where(l.l_discount:between(0.05, 0.07), l.l_quantity:lt(24))
