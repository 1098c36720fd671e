-- TPC-H 20: which suppliers in Canada have more of the forest parts than half of what they shipped in a year?
local s, n, ps, p, l = db.supplier, db.nation, db.partsupp, db.part, db.lineitem
local from = sql.date "1994-01-01"

local forest = sql.select(p.p_partkey):where(p.p_name:startswith "forest")
local shipped = sql.select(sql.fn.sum(l.l_quantity))
  :where(l.l_partkey == ps.ps_partkey, l.l_suppkey == ps.ps_suppkey)
  :where(l.l_shipdate >= from, l.l_shipdate < from + sql.interval{years = 1})
  :scalar()
local stocked = sql.select(ps.ps_suppkey):where(ps.ps_partkey:in_(forest), ps.ps_availqty > 0.5 * shipped)

return sql.select(s.s_name, s.s_address)
  :join(n)
  :where(s.s_suppkey:in_(stocked), n.n_name == "CANADA")
  :order_by(s.s_name)
