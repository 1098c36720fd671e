-- How many orders of each status were there in each year? (a column a status, made by a loop)
local o = db.orders
local year = sql.extract("year", o.ordered_at)

local columns = {year:label "year"}
for _, status in ipairs {"pending", "paid", "shipped", "delivered", "returned", "cancelled"} do
  columns[#columns + 1] = sql.fn.count():filter(o.status == status):label(status)
end

return sql.select(columns):group_by(year):order_by(sql.asc "year")
