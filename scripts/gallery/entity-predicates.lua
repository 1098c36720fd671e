-- Which products with a tag named like this have no good review? (any and not any, through a table between)
local P = db.Product

return sql.select(P.id, P.name)
  :where(P.tags:any(db.Tag.name:startswith "s") and not P.reviews:any(db.Review.rating >= 3))
  :order_by(P.id)
  :limit(10)
