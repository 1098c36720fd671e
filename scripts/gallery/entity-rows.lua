-- Which of the last six customers in France and Italy have ordered? (an entity that has the rows of a query)
local C = db.Customer
local last = sql.select(C.id, C.last_name, C.city, C.country_code)
  :where(C.country_code:in_{"FR", "IT"}):order_by(C.id:desc()):limit(6):subquery "last"
local L = C:alias_of(last)

return sql.select(L.id, L.last_name)
  :where(L.orders:any())
  :order_by(L.id)
