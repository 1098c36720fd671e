-- Who gets the newsletter and has never ordered anything?
local c, o = db.customers, db.orders

return sql.select(c.id, c.first_name, c.last_name, c.email, c.created_at)
  :where(c.newsletter, not sql.exists(sql.select(o.id):where(o.customer_id == c.id)))
  :order_by(c.created_at, c.id)
