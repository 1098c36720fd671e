-- What is the last review of each product? (no later one exists)
local r = db.reviews
local later = r:alias "later"

return sql.select(r.product_id, r.rating, r.created_at)
  :where(not sql.exists(sql.select(later.id):where(later.product_id == r.product_id
    and (later.created_at > r.created_at or later.created_at == r.created_at and later.id > r.id))))
  :order_by(r.product_id)
  :limit(8)
