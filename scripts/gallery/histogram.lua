-- How are the prices spread, in steps of fifty? (a value's bucket is a key to group by)
local p = db.products
local bucket = sql.fn.floor(p.price / 50)

return sql.select((bucket * 50):label "from", sql.fn.count():label "products")
  :group_by(bucket)
  :order_by(sql.asc "from")
