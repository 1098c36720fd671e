-- TPC-H 2: which suppliers in Europe sell brass parts of size 15 at the lowest price in Europe?
local p, s, ps, n, r = db.part, db.supplier, db.partsupp, db.nation, db.region

-- The offers of a region, of everything that is sold there.
local function offers(...)
  return sql.select(...):from(ps):join(s):join(n):join(r):where(r.r_name == "EUROPE")
end

-- It names its own partsupp in FROM and takes only the part from the query around it.
local lowest = offers(sql.fn.min(ps.ps_supplycost)):where(ps.ps_partkey == p.p_partkey):scalar()

return offers(s.s_acctbal, s.s_name, n.n_name, p.p_partkey, p.p_mfgr, s.s_address, s.s_phone, s.s_comment)
  :join(p)
  :where(p.p_size == 15, p.p_type:endswith "BRASS", ps.ps_supplycost == lowest)
  :order_by(s.s_acctbal:desc(), n.n_name, s.s_name, p.p_partkey)
  :limit(100)
