-- Pairs of customers in one city or country, one of whom bought what the other did not, with parameters.
local c = db.customer
local a, b = c:alias "a", c:alias "b"
local i, l = db.invoice, db.invoice_line
local function tracks(who) -- how many lines a customer bought above a price
  return sql.select(sql.fn.count(l.invoice_line_id)):from(i):join(l)
    :where(i.customer_id:eq(who.customer_id), l.unit_price:ge(sql.param("price", sql.types.double, 0.99))):scalar()
end
return sql.select(a.last_name:label "one", b.last_name:label "other", a.country,
    tracks(a):label "first", tracks(b):label "second",
    sql.case{{a.city:eq(b.city), "city"}, else_ = "country"}:label "shared")
  :from(a):join(b, a.country:eq(b.country), a.customer_id:lt(b.customer_id))
  :where(a.country:ne(sql.param("except", sql.types.string, "USA")), tracks(a):ge(tracks(b)),
         a.customer_id:in_(sql.select(i.customer_id):where(i.total:gt(5))))
  :order_by(a.country, a.last_name, b.last_name):limit(40)
