-- Which products on sale now carry both of two tags, and who supplies them?
local p, pt, t, s = db.products, db.product_tags, db.tags, db.suppliers

local function tagged(name)
  return p.id:in_(sql.select(pt.product_id):join(t):where(t.name == name))
end

return sql.select(p.sku, p.name, s.name:label "supplier", p.price)
  :join(s)
  :where(p.is_active,
    tagged(sql.param("one", sql.types.text, "handmade")),
    tagged(sql.param("other", sql.types.text, "gift idea")))
  :order_by(p.price:desc(), p.sku)
