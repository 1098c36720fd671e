-- Which customers spend more than three times what the average customer does?
local c, o = db.customers, db.orders

local function spending(name)
  return sql.select(o.customer_id, sql.fn.sum(o.total):label "spent", sql.fn.count():label "orders")
    :where(o.status ~= "cancelled")
    :group_by(o.customer_id)
    :subquery(name)
end

local s = spending "s"
local average = sql.select(sql.fn.avg(spending("every").spent)):scalar()

return sql.select(c.first_name, c.last_name, c.country_code, s.orders, sql.fn.round(s.spent, 2):label "spent")
  :from(c)
  :join(s, s.customer_id == c.id)
  :where(s.spent > average * 3)
  :order_by(s.spent:desc(), c.id)
