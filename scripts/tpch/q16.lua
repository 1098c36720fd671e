-- TPC-H 16: how many suppliers without complaints can deliver which kinds of parts?
local ps, p, s = db.partsupp, db.part, db.supplier
local complained = sql.select(s.s_suppkey):where(s.s_comment:like "%Customer%Complaints%")

return sql.select(p.p_brand, p.p_type, p.p_size, sql.fn.count(ps.ps_suppkey):distinct():label "supplier_cnt")
  :join(ps)
  :where(p.p_brand ~= "Brand#45", not p.p_type:startswith "MEDIUM POLISHED",
    p.p_size:in_ {49, 14, 23, 45, 19, 3, 36, 9}, ps.ps_suppkey:not_in(complained))
  :group_by(p.p_brand, p.p_type, p.p_size)
  :order_by(sql.desc "supplier_cnt", p.p_brand, p.p_type, p.p_size)
