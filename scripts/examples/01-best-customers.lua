-- Who are the best customers of a country, by what they have bought and kept?
local c, o = db.customers, db.orders
local country = sql.param("country", sql.types.text, "DE")

return sql.select(c.id, (c.first_name .. " " .. c.last_name):label "customer", c.city,
    sql.fn.count(o.id):label "orders", sql.fn.round(sql.fn.sum(o.total), 2):label "spent")
  :join(o)
  :where(c.country_code == country, o.status:in_ {"paid", "shipped", "delivered"})
  :group_by(c.id, c.first_name, c.last_name, c.city)
  :order_by(sql.desc "spent", c.id)
  :limit(sql.param("n", sql.types.integer, 10))
