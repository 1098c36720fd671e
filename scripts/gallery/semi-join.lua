-- Which customers have had an order refunded? (EXISTS asks, and repeats no customer)
local c, o, p = db.customers, db.orders, db.payments

local refunded = sql.select(p.id):from(p):join(o, o.id == p.order_id):where(o.customer_id == c.id and p.is_refunded == true)

return sql.select(c.id, c.first_name, c.last_name)
  :where(sql.exists(refunded))
  :order_by(c.id)
  :limit(10)
