-- Which categories earn the most, and how much of that is left after the cost of the goods?
local i, p, cat, o = db.order_items, db.products, db.categories, db.orders
local revenue = i.quantity * i.unit_price

return sql.select(cat.name:label "category",
    sql.fn.count(o.id):distinct():label "orders",
    sql.fn.sum(i.quantity):label "pieces",
    sql.fn.round(sql.fn.sum(revenue), 2):label "revenue",
    sql.fn.round(sql.fn.sum(revenue - i.quantity * p.cost), 2):label "margin")
  :from(i)
  :join(o, o.id == i.order_id)
  :join(p, p.id == i.product_id)
  :join(cat, cat.id == p.category_id)
  :where(o.status:not_in {"pending", "cancelled", "returned"})
  :group_by(cat.name)
  :having(sql.fn.sum(revenue) > sql.param("at_least", sql.types.numeric, 10000))
  :order_by(sql.desc "revenue", cat.name)
