-- Which names do several customers share? (HAVING)
local c = db.customers

return sql.select(c.first_name, c.last_name, sql.fn.count():label "customers")
  :group_by(c.first_name, c.last_name)
  :having(sql.fn.count() > 1)
  :order_by(sql.desc "customers", c.last_name, c.first_name)
  :limit(8)
