-- Customers of some countries, by parts of their names.
local c = db.customer
return sql.select(c.first_name, c.last_name, c.country)
  :where(c.country:in_{"Brazil", "Canada", "Germany"},
         sql.or_(c.last_name:like "%e%", c.first_name:startswith "J"),
         sql.not_(c.email:endswith "gmail.com"))
  :order_by(c.country, c.last_name)
