-- Who has paid by every method there is? (as many different ones as there are)
local o, p = db.orders, db.payments
local every = p:alias "every"

return sql.select(o.customer_id, sql.fn.count(p.id):label "payments")
  :from(o):join(p)
  :group_by(o.customer_id)
  :having(sql.fn.count(p.method):distinct() == sql.select(sql.fn.count(every.method):distinct()):scalar())
  :order_by(o.customer_id)
  :limit(10)
