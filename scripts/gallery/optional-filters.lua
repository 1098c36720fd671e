-- Which products match a form of which any field may be empty? (a parameter that is NULL asks for nothing)
local p = db.products
local name = sql.param("name", sql.types.text, sql.null)
local most = sql.param("most", sql.types.numeric, sql.null)
local least = sql.param("least", sql.types.numeric, 40)

return sql.select(p.id, p.name, p.price)
  :where(name == nil or p.name:contains(name))
  :where(most == nil or p.price <= most)
  :where(least == nil or p.price >= least)
  :order_by(p.price, p.id)
  :limit(5)
