-- What is on the next page of orders, behind the last row of this one? (by key: no row is skipped or seen twice)
local o = db.orders
local at = sql.param("at", sql.types.datetime, sql.datetime "2024-01-31 00:00:00")
local id = sql.param("id", sql.types.integer, 0)

return sql.select(o.ordered_at, o.id, o.total)
  :order_by(o.ordered_at:desc(), o.id:desc())
  :after(sql.tuple(at, id))
  :limit(5)
