-- Which two products are most often in one order? (a table joined with itself, each pair once)
local a, b = db.order_items:alias "a", db.order_items:alias "b"
local p, q = db.products:alias "p", db.products:alias "q"

return sql.select(p.name:label "product", q.name:label "with", sql.fn.count():label "orders")
  :from(a):join(b, b.order_id == a.order_id and a.product_id < b.product_id)
  :join(p, p.id == a.product_id):join(q, q.id == b.product_id)
  :group_by(p.id, p.name, q.id, q.name)
  :order_by(sql.desc "orders", p.id, q.id)
  :limit(5)
