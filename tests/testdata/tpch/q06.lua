-- TPC-H Q6: the forecasting revenue change query.
local l = db.lineitem
return sql.select(sql.fn.sum(l.l_extendedprice * l.l_discount):label "revenue")
  :where(l.l_shipdate:ge "1994-01-01", l.l_shipdate:lt "1995-01-01", l.l_discount:between(0.05, 0.07), l.l_quantity:lt(24))
