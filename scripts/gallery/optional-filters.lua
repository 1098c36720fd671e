-- Which products match a form of which any field may be empty? (a condition that is there if its parameter is given)
local p = db.products
local name, tag = sql.param("name", sql.types.text), sql.param("category", sql.types.integer)
local most, least = sql.param("most", sql.types.numeric), sql.param("least", sql.types.numeric)

return sql.select(p.id, p.name, p.price)
  :where(name:if_given(p.name:contains(name)),
    tag:if_given(p.category_id == tag),
    most:if_given(p.price <= most),
    least:if_given(p.price >= least))
  :order_by(p.price, p.id)
  :limit(5)
  :params{least = 40}
