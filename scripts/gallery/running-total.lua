-- How does a year's revenue add up month by month? (a sum over the rows so far)
local o = db.orders
local year = sql.param("year", sql.types.integer, 2024)
local month = sql.extract("month", o.ordered_at)

local months = sql.select(month:label "month", sql.fn.sum(o.total):label "revenue")
  :where(sql.extract("year", o.ordered_at) == year and o.status ~= "cancelled")
  :group_by(month)
  :subquery "months"

return sql.select(months.month, sql.fn.round(months.revenue, 2):label "revenue",
    sql.fn.round(sql.fn.sum(months.revenue):over {order_by = months.month, rows = {"unbounded", 0}}, 2):label "so_far")
  :order_by(months.month)
