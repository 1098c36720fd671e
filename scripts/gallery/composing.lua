-- How do small functions make a query, each adding what it knows? (queries are values)
local o, c = db.orders, db.customers

local function kept(q) return q:where(o.status:not_in {"cancelled", "returned"}) end
local function of_country(q, code) return q:join(c):where(c.country_code == code) end
local function best(q, n) return q:order_by(o.total:desc(), o.id):limit(n) end

return best(of_country(kept(sql.select(o.id, o.total, o.status)), "FR"), 5)
