-- TPC-H 5: how much do the suppliers of each nation of Asia sell at home in a year?
local c, o, l, s, n, r = db.customer, db.orders, db.lineitem, db.supplier, db.nation, db.region
local from = sql.date "1994-01-01"

return sql.select(n.n_name, sql.fn.sum(l.l_extendedprice * (1 - l.l_discount)):label "revenue")
  :from(c):join(o):join(l)
  :join(s, s.s_suppkey == l.l_suppkey, s.s_nationkey == c.c_nationkey)
  :join(n, n.n_nationkey == s.s_nationkey) -- customers have a nation, too: say whose
  :join(r)
  :where(r.r_name == "ASIA", o.o_orderdate >= from, o.o_orderdate < from + sql.interval{years = 1})
  :group_by(n.n_name)
  :order_by(sql.desc "revenue")
