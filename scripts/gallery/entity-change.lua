-- Which of the worst reviews go when those of cheap products are deleted? (an entity's rows deleted by what it leads to)
local R = db.Review

return sql.delete(R)
  :where(R.rating == 1 and R.product:has(db.Product.price < 15))
  :returning(R.id, R.rating)
