-- TPC-H 19: what do three kinds of parts earn, shipped by air and handed over in person?
local l, p = db.lineitem, db.part

local function kind(brand, containers, quantity, size)
  return p.p_brand == brand and p.p_container:in_(containers)
    and l.l_quantity:between(quantity, quantity + 10) and p.p_size:between(1, size)
end

return sql.select(sql.fn.sum(l.l_extendedprice * (1 - l.l_discount)):label "revenue")
  :from(l)
  :join(p, p.p_partkey == l.l_partkey)
  :where(l.l_shipmode:in_ {"AIR", "AIR REG"}, l.l_shipinstruct == "DELIVER IN PERSON")
  :where(kind("Brand#12", {"SM CASE", "SM BOX", "SM PACK", "SM PKG"}, 1, 5)
    or kind("Brand#23", {"MED BAG", "MED BOX", "MED PKG", "MED PACK"}, 10, 10)
    or kind("Brand#34", {"LG CASE", "LG BOX", "LG PACK", "LG PKG"}, 20, 15))
