-- Which quarter of the customers, by what they spend, brings how much? (ntile)
local o = db.orders

local spent = sql.select(o.customer_id, sql.fn.sum(o.total):label "total"):where(o.status ~= "cancelled")
  :group_by(o.customer_id):subquery "spent"
local quarters = sql.select(spent.total,
    sql.fn.ntile(4):over {order_by = {spent.total:desc(), spent.customer_id}}:label "quarter")
  :subquery "quarters"

return sql.select(quarters.quarter, sql.fn.count():label "customers", sql.fn.round(sql.fn.sum(quarters.total), 2):label "revenue")
  :group_by(quarters.quarter)
  :order_by(quarters.quarter)
