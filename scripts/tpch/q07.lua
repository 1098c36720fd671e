-- TPC-H 7: what do France and Germany sell to each other, by year?
local s, l, o, c = db.supplier, db.lineitem, db.orders, db.customer
local from, to = db.nation:alias "n1", db.nation:alias "n2"

local shipping = sql.select(from.n_name:label "supp_nation", to.n_name:label "cust_nation",
    sql.extract("year", l.l_shipdate):label "l_year",
    (l.l_extendedprice * (1 - l.l_discount)):label "volume")
  :from(l):join(o):join(c)
  :join(s, s.s_suppkey:eq(l.l_suppkey))
  :join(from, from.n_nationkey:eq(s.s_nationkey))
  :join(to, to.n_nationkey:eq(c.c_nationkey))
  :where(sql.or_(
      sql.and_(from.n_name:eq "FRANCE", to.n_name:eq "GERMANY"),
      sql.and_(from.n_name:eq "GERMANY", to.n_name:eq "FRANCE")),
    l.l_shipdate:between(sql.date "1995-01-01", sql.date "1996-12-31"))
  :subquery "shipping"

return sql.select(shipping.supp_nation, shipping.cust_nation, shipping.l_year, sql.fn.sum(shipping.volume):label "revenue")
  :group_by(shipping.supp_nation, shipping.cust_nation, shipping.l_year)
  :order_by(shipping.supp_nation, shipping.cust_nation, shipping.l_year)
