-- How does each year's revenue compare with the year before? (lag looks one row back)
local o = db.orders

local years = sql.select(sql.extract("year", o.ordered_at):label "year", sql.fn.sum(o.total):label "revenue")
  :where(o.status ~= "cancelled")
  :group_by(sql.extract("year", o.ordered_at))
  :subquery "years"
local before = sql.fn.lag(years.revenue):over {order_by = years.year}

return sql.select(years.year, sql.fn.round(years.revenue, 2):label "revenue",
    sql.fn.round((years.revenue - before) * 100 / before, 1):label "growth_percent")
  :order_by(years.year)
