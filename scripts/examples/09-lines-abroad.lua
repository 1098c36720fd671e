-- How do our lines Café Crème, Kyōto and Älv, and anything with 抹茶, sell outside the EU?
local i, o, p = db.order_items, db.orders, db.products
local to = db.countries:alias "to"
local line = sql.case {
  {p.name:startswith "Café Crème", "Café Crème"},
  {p.name:startswith "Kyōto", "Kyōto"},
  {p.name:startswith "Älv", "Älv"},
  {p.name:contains "抹茶", "抹茶"},
}

return sql.select(to.name:label "country", line:label "line",
    sql.fn.sum(i.quantity):label "pieces",
    sql.fn.round(sql.fn.sum(i.quantity * i.unit_price), 2):label "revenue")
  :from(i)
  :join(o, o.id == i.order_id)
  :join(p, p.id == i.product_id)
  :join(to, to.code == o.shipping_country_code) -- two foreign keys lead to countries: say which
  :where(not to.is_eu, line ~= nil, o.status ~= "cancelled")
  :group_by(to.name, sql.ref "line")
  :order_by(to.name, sql.desc "revenue")
