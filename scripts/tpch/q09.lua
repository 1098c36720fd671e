-- TPC-H 9: what is earned on green parts, by the supplier's nation and by year?
local p, s, l, ps, o, n = db.part, db.supplier, db.lineitem, db.partsupp, db.orders, db.nation

local profit = sql.select(n.n_name:label "nation", sql.extract("year", o.o_orderdate):label "o_year",
    (l.l_extendedprice * (1 - l.l_discount) - ps.ps_supplycost * l.l_quantity):label "amount")
  :from(l):join(o):join(ps):join(s):join(p):join(n)
  :where(p.p_name:contains "green")
  :subquery "profit"

return sql.select(profit.nation, profit.o_year, sql.fn.sum(profit.amount):label "sum_profit")
  :group_by(profit.nation, profit.o_year)
  :order_by(profit.nation, profit.o_year:desc())
