-- Customers above the mean of all customers, by a derived table and a scalar subquery.
local c, i = db.customer, db.invoice
local spent = sql.select(i.customer_id, sql.fn.sum(i.total):label "total"):group_by(i.customer_id):subquery "spent"
local again = sql.select(i.customer_id, sql.fn.sum(i.total):label "total"):group_by(i.customer_id):subquery "again"
local mean = sql.select(sql.fn.avg(again.total)):scalar()
return sql.select(c.first_name, c.last_name, spent.total, (spent.total - mean):label "above")
  :join(spent, spent.customer_id:eq(c.customer_id)):where(spent.total:gt(mean)):order_by(spent.total:desc(), c.customer_id)
