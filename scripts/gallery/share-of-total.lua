-- What share of the revenue does each payment method have? (a window over all groups)
local p = db.payments
local amount = sql.fn.sum(p.amount)

return sql.select(p.method, sql.fn.round(amount, 2):label "amount",
    sql.fn.round(amount * 100 / sql.fn.sum(amount):over {}, 1):label "percent")
  :where(p.is_refunded == false)
  :group_by(p.method)
  :order_by(sql.desc "percent", p.method)
