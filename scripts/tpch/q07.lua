-- TPC-H 7: what do France and Germany sell to each other, by year?
local s, l, o, c = db.supplier, db.lineitem, db.orders, db.customer
local from, to = db.nation:alias "n1", db.nation:alias "n2"

local shipping = sql.select(from.n_name:label "supp_nation", to.n_name:label "cust_nation",
    sql.extract("year", l.l_shipdate):label "l_year",
    (l.l_extendedprice * (1 - l.l_discount)):label "volume")
  :from(l):join(o):join(c)
  :join(s, s.s_suppkey == l.l_suppkey)
  :join(from, from.n_nationkey == s.s_nationkey)
  :join(to, to.n_nationkey == c.c_nationkey)
  :where(from.n_name == "FRANCE" and to.n_name == "GERMANY" or from.n_name == "GERMANY" and to.n_name == "FRANCE",
    l.l_shipdate:between(sql.date "1995-01-01", sql.date "1996-12-31"))
  :subquery "shipping"

return sql.select(shipping.supp_nation, shipping.cust_nation, shipping.l_year, sql.fn.sum(shipping.volume):label "revenue")
  :group_by(shipping.supp_nation, shipping.cust_nation, shipping.l_year)
  :order_by(shipping.supp_nation, shipping.cust_nation, shipping.l_year)
