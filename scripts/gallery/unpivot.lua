-- What do the countries of orders play as: where are bills sent, where goods? (columns become rows by UNION ALL)
local o = db.orders

local function as(role, column)
  return sql.select(sql.literal(role):label "role", column:label "country")
end
local roles = as("billing", o.billing_country_code):union_all(as("shipping", o.shipping_country_code)):subquery "roles"

return sql.select(roles.country, roles.role, sql.fn.count():label "orders")
  :group_by(roles.country, roles.role)
  :order_by(roles.country, roles.role)
  :limit(12)
