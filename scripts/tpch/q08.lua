-- TPC-H 8: what share of America's market for a type of steel comes from Brazil, by year?
local p, s, l, o, c, r = db.part, db.supplier, db.lineitem, db.orders, db.customer, db.region
local at, of = db.nation:alias "n1", db.nation:alias "n2" -- where it is sold, whose it is

local sales = sql.select(sql.extract("year", o.o_orderdate):label "o_year",
    (l.l_extendedprice * (1 - l.l_discount)):label "volume", of.n_name:label "nation")
  :from(l):join(o):join(c)
  :join(p, p.p_partkey == l.l_partkey)
  :join(s, s.s_suppkey == l.l_suppkey)
  :join(at, at.n_nationkey == c.c_nationkey)
  :join(r, r.r_regionkey == at.n_regionkey)
  :join(of, of.n_nationkey == s.s_nationkey)
  :where(r.r_name == "AMERICA", p.p_type == "ECONOMY ANODIZED STEEL",
    o.o_orderdate:between(sql.date "1995-01-01", sql.date "1996-12-31"))
  :subquery "all_nations"
local brazilian = sql.case { {sales.nation == "BRAZIL", sales.volume}, else_ = 0 }

return sql.select(sales.o_year, (sql.fn.sum(brazilian) / sql.fn.sum(sales.volume)):label "mkt_share")
  :group_by(sales.o_year)
  :order_by(sales.o_year)
