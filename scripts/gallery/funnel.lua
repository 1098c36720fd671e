-- How many orders get how far, and what share of all is that? (one pass, one count a step)
local o, p = db.orders, db.payments

local function share(count)
  return sql.fn.round(count * 100 / sql.fn.count(), 1)
end
local paid, shipped, delivered = sql.fn.count(p.id), sql.fn.count(o.shipped_at), sql.fn.count(o.delivered_on)

return sql.select(sql.fn.count():label "ordered",
    paid:label "paid", share(paid):label "paid_percent",
    shipped:label "shipped", share(shipped):label "shipped_percent",
    delivered:label "delivered", share(delivered):label "delivered_percent")
  :from(o):left_join(p, p.order_id == o.id)
