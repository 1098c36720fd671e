-- How many days pass between a customer's orders? (each row beside the one before it)
local o = db.orders

local steps = sql.select(o.customer_id, o.ordered_at,
    sql.fn.lag(o.ordered_at):over {partition_by = o.customer_id, order_by = {o.ordered_at, o.id}}:label "before")
  :subquery "steps"

return sql.select(steps.customer_id, sql.fn.count():label "returns",
    sql.fn.round(sql.fn.avg(sql.date_diff("day", steps.before, steps.ordered_at)), 1):label "days")
  :where(steps.before ~= nil)
  :group_by(steps.customer_id)
  :having(sql.fn.count() >= 5)
  :order_by(sql.asc "days", steps.customer_id)
  :limit(8)
