-- TPC-H 21: which suppliers in Saudi Arabia were the only ones to keep an order waiting?
local s, l, o, n = db.supplier, db.lineitem, db.orders, db.nation

-- The lines of the same order from other suppliers, under a name of their own.
local x, y = l:alias "l2", l:alias "l3"
local function others(line)
  return sql.select(line.l_orderkey):where(line.l_orderkey == l.l_orderkey, line.l_suppkey ~= l.l_suppkey)
end
local some = sql.exists(others(x))
local late = sql.exists(others(y):where(y.l_receiptdate > y.l_commitdate))

return sql.select(s.s_name, sql.fn.count():label "numwait")
  :from(l)
  :join(s, s.s_suppkey == l.l_suppkey)
  :join(o)
  :join(n)
  :where(o.o_orderstatus == "F", l.l_receiptdate > l.l_commitdate, n.n_name == "SAUDI ARABIA", some, not late)
  :group_by(s.s_name)
  :order_by(sql.desc "numwait", s.s_name)
  :limit(100)
