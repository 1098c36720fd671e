-- What each support agent's customers buy, by genre: seven tables.
local e, c, i, l, t, g, mt = db.employee, db.customer, db.invoice, db.invoice_line, db.track, db.genre, db.media_type
local amount = l.unit_price * l.quantity
return sql.select(e.last_name:label "agent", g.name:label "genre", mt.name:label "medium", sql.fn.sum(amount):label "revenue", sql.fn.count(c.customer_id):distinct():label "customers")
  :from(e):join(c):join(i):join(l):join(t):join(g):join(mt)
  :where(g.name:not_in{"Rock", "Latin"}):group_by(e.last_name, g.name, mt.name):having(sql.fn.sum(amount):gt(5))
  :order_by(e.last_name, sql.desc "revenue", g.name, mt.name)
