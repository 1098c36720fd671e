-- What is the trend of monthly orders, smoothed over three months? (a frame of rows)
local o = db.orders
local month = sql.date_trunc("month", o.ordered_at)

local months = sql.select(month:label "month", sql.fn.count():label "orders"):group_by(month):subquery "months"

return sql.select(months.month, months.orders,
    sql.fn.round(sql.fn.avg(months.orders):over {order_by = months.month, rows = {-2, 0}}, 1):label "average")
  :order_by(months.month)
