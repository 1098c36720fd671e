-- Which days of a week had how many orders, those without any too? (the days are made, the orders joined)
local o = db.orders

local days = sql.recursive("days", sql.select(sql.int "0":label "n"), function(days)
  return sql.select(days.n + 1):where(days.n < 6)
end)
local number = sql.date_diff("day", sql.date "2024-01-01", o.ordered_at:cast(sql.types.date))

return sql.select(days.n:label "day", sql.fn.count(o.id):label "orders")
  :from(days):left_join(o, number == days.n)
  :group_by(days.n)
  :order_by(sql.asc "day")
