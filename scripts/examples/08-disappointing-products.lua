-- Which products disappoint: at least three reviews, of fewer than three stars on average?
local p, r, s = db.products, db.reviews, db.suppliers

return sql.select(p.name, s.name:label "supplier",
    sql.fn.count(r.id):label "reviews",
    sql.fn.round(sql.fn.avg(r.rating), 2):label "stars",
    sql.fn.min(r.rating):label "worst")
  :from(p)
  :join(r)
  :join(s, s.id == p.supplier_id)
  :group_by(p.id, p.name, s.name)
  :having(sql.fn.count(r.id) >= 3, sql.fn.avg(r.rating) < 3)
  :order_by(sql.asc "stars", p.name)
