-- What would a supplier's rating be by the reviews of its products? (UPDATE by a correlated subquery)
local s, p, r = db.suppliers, db.products, db.reviews

local rating = sql.select(sql.fn.avg(r.rating)):from(r):join(p, p.id == r.product_id):where(p.supplier_id == s.id)

return sql.update(s):set {rating = rating:scalar()}:where(s.id <= 3):returning(s.id, sql.fn.round(s.rating, 2):label "rating")
