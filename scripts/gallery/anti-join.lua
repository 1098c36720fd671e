-- Which products have never been reviewed? (an outer join, and only the rows that found nothing)
local p, r = db.products, db.reviews

return sql.select(p.id, p.name)
  :from(p):left_join(r, r.product_id == p.id)
  :where(r.id == nil)
  :order_by(p.id)
  :limit(10)
