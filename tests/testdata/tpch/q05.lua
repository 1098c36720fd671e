-- TPC-H Q5: the local supplier volume query.
local c, o, l, s, n, r = db.customer, db.orders, db.lineitem, db.supplier, db.nation, db.region
return sql.select(n.n_name, sql.fn.sum(l.l_extendedprice * (1 - l.l_discount)):label "revenue")
  :from(c):join(o):join(l)
  :join(s, l.l_suppkey:eq(s.s_suppkey), c.c_nationkey:eq(s.s_nationkey))
  :join(n, s.s_nationkey:eq(n.n_nationkey)):join(r)
  :where(r.r_name:eq "ASIA", o.o_orderdate:ge "1994-01-01", o.o_orderdate:lt "1995-01-01")
  :group_by(n.n_name):order_by(sql.desc "revenue")
