-- How many customers of each first year buy again in later years? (everyone's first order, joined with all their orders)
local o = db.orders
local year = sql.extract("year", o.ordered_at)

local first = sql.select(o.customer_id, sql.fn.min(year):label "year"):group_by(o.customer_id):cte "first_orders"

return sql.select(first.year:label "cohort", (year - first.year):label "years_later",
    sql.fn.count(o.customer_id):distinct():label "customers")
  :from(o):join(first, first.customer_id == o.customer_id)
  :group_by(first.year, year - first.year)
  :order_by(sql.asc "cohort", sql.asc "years_later")
