-- Which countries have suppliers and no customers? (EXCEPT)
local s, c = db.suppliers, db.customers

return sql.select(s.country_code):except(sql.select(c.country_code)):order_by(sql.asc "country_code")
