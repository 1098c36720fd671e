-- TPC-H 17: what would be lost in a year without the small orders of a part?
local l, p = db.lineitem, db.part
local other = l:alias "other"
local usual = sql.select(sql.fn.avg(other.l_quantity)):where(other.l_partkey == p.p_partkey):scalar()

return sql.select((sql.fn.sum(l.l_extendedprice) / 7):label "avg_yearly")
  :from(l)
  :join(p, p.p_partkey == l.l_partkey)
  :where(p.p_brand == "Brand#23", p.p_container == "MED BOX", l.l_quantity < 0.2 * usual)
