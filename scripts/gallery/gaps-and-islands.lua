-- Which were the longest runs of days with an order on each? (day number less row number is the same within a run)
local o = db.orders
local number = sql.date_diff("day", sql.date "2020-01-01", o.ordered_at:cast(sql.types.date))

local days = sql.select(number:label "day", sql.fn.min(o.ordered_at:cast(sql.types.date)):label "date")
  :group_by(number)
  :subquery "days"
local numbered = sql.select(days.day, days.date,
    (days.day - sql.fn.row_number():over {order_by = days.day}):label "island")
  :subquery "numbered"

return sql.select(sql.fn.min(numbered.date):label "first", sql.fn.max(numbered.date):label "last", sql.fn.count():label "days")
  :group_by(numbered.island)
  :order_by(sql.desc "days", sql.asc "first")
  :limit(5)
