-- TPC-H 8: what share of America's market for a type of steel comes from Brazil, by year?
local p, s, l, o, c, r = db.part, db.supplier, db.lineitem, db.orders, db.customer, db.region
local at, of = db.nation:alias "n1", db.nation:alias "n2" -- where it is sold, whose it is

local sales = sql.select(sql.extract("year", o.o_orderdate):label "o_year",
    (l.l_extendedprice * (1 - l.l_discount)):label "volume", of.n_name:label "nation")
  :from(l):join(o):join(c)
  :join(p, p.p_partkey:eq(l.l_partkey))
  :join(s, s.s_suppkey:eq(l.l_suppkey))
  :join(at, at.n_nationkey:eq(c.c_nationkey))
  :join(r, r.r_regionkey:eq(at.n_regionkey))
  :join(of, of.n_nationkey:eq(s.s_nationkey))
  :where(r.r_name:eq "AMERICA", p.p_type:eq "ECONOMY ANODIZED STEEL",
    o.o_orderdate:between(sql.date "1995-01-01", sql.date "1996-12-31"))
  :subquery "all_nations"
local brazilian = sql.case { {sales.nation:eq "BRAZIL", sales.volume}, else_ = 0 }

return sql.select(sales.o_year, (sql.fn.sum(brazilian) / sql.fn.sum(sales.volume)):label "mkt_share")
  :group_by(sales.o_year)
  :order_by(sales.o_year)
