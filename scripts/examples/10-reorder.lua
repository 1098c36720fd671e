-- What is nearly sold out although it sold this year, and whom do we write to for more?
local p, s, i, o = db.products, db.suppliers, db.order_items, db.orders
local since = sql.param("since", sql.types.date, "2025-01-01")

local sold = sql.select(i.order_id)
  :join(o)
  :where(i.product_id == p.id, o.ordered_at >= since)

return sql.select(p.name, p.stock, s.name:label "supplier",
    sql.fn.coalesce(s.email, "(call them)"):label "write_to",
    sql.fn.coalesce(p.weight_kg, 0):label "weight_kg")
  :left_join(s, s.id == p.supplier_id)
  :where(p.is_active,
    p.stock <= sql.param("at_most", sql.types.integer, 5),
    sql.exists(sold),
    not p.name:contains "100%")
  :order_by(p.stock, p.name)
