-- TPC-H 10: which customers' returns of a quarter lost the most revenue?
local c, o, l, n = db.customer, db.orders, db.lineitem, db.nation
local from = sql.date "1993-10-01"

return sql.select(c.c_custkey, c.c_name, sql.fn.sum(l.l_extendedprice * (1 - l.l_discount)):label "revenue",
    c.c_acctbal, n.n_name, c.c_address, c.c_phone, c.c_comment)
  :from(c):join(o):join(l):join(n)
  :where(o.o_orderdate >= from, o.o_orderdate < from + sql.interval{months = 3}, l.l_returnflag == "R")
  :group_by(c.c_custkey, c.c_name, c.c_acctbal, c.c_phone, n.n_name, c.c_address, c.c_comment)
  :order_by(sql.desc "revenue")
  :limit(20)
