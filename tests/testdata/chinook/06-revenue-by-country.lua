-- Revenue by country, in classes.
local i = db.invoice
local sum = sql.fn.sum(i.total)
return sql.select(i.billing_country, sql.fn.count():label "invoices", sum:label "revenue",
    sql.case{{sum:gt(200), "large"}, {sum:gt(50), "middling"}, else_ = "small"}:label "class")
  :where(i.invoice_date:ge("2022-01-01")):group_by(i.billing_country):order_by(sql.desc "revenue", i.billing_country)
