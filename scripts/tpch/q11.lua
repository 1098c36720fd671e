-- TPC-H 11: which parts make up more than a ten-thousandth of the stock in Germany?
local ps, s, n = db.partsupp, db.supplier, db.nation

local function stock(...)
  return sql.select(...):from(ps):join(s):join(n):where(n.n_name == "GERMANY")
end
local value = sql.fn.sum(ps.ps_supplycost * ps.ps_availqty)

return stock(ps.ps_partkey, value:label "value")
  :group_by(ps.ps_partkey)
  :having(value > stock((value * 0.0001):label "least"):scalar())
  :order_by(sql.desc "value")
