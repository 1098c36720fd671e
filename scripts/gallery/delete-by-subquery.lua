-- Which bad reviews go with the customers who want no newsletter? (DELETE with IN a query)
local r, c = db.reviews, db.customers

return sql.delete(r)
  :where(r.rating == 1 and r.customer_id:in_(sql.select(c.id):where(c.newsletter == false)))
  :returning(r.id, r.rating)
