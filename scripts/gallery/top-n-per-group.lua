-- What are the three dearest products of each category? (number the rows of a group, keep the first)
local p, c = db.products, db.categories
local n = sql.param("n", sql.types.integer, 3)

local ranked = sql.select(p.category_id, p.name, p.price,
    sql.fn.row_number():over {partition_by = p.category_id, order_by = {p.price:desc(), p.id}}:label "place")
  :subquery "ranked"

return sql.select(c.name:label "category", ranked.place, ranked.name, ranked.price)
  :from(ranked):join(c, c.id == ranked.category_id)
  :where(ranked.place <= n)
  :order_by(c.name, ranked.place)
  :limit(30)
