-- How many orders are small, medium and large, and what share of the money is in each?
local o = db.orders
local size = sql.case {
  {o.total < 25, "small"},
  {o.total < 100, "medium"},
  else_ = "large",
}
local all = sql.select(sql.fn.sum(o:alias("every").total):label "total"):scalar()

return sql.select(size:label "size",
    sql.fn.count():label "orders",
    sql.fn.round(sql.fn.sum(o.total), 2):label "money",
    sql.fn.round(sql.fn.sum(o.total) * 100 / all, 1):label "percent")
  :group_by(sql.ref "size")
  :order_by(sql.desc "money")
