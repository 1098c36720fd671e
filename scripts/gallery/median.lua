-- What is the median order of each country? (the middle row, or the mean of the middle two, on every database)
local o, c = db.orders, db.customers

local numbered = sql.select(c.country_code, o.total,
    sql.fn.row_number():over {partition_by = c.country_code, order_by = {o.total, o.id}}:label "place",
    sql.fn.count():over {partition_by = c.country_code}:label "n")
  :from(o):join(c)
  :subquery "numbered"

return sql.select(numbered.country_code, sql.fn.round(sql.fn.avg(numbered.total), 2):label "median")
  :where(numbered.place * 2 >= numbered.n and numbered.place * 2 <= numbered.n + 2)
  :group_by(numbered.country_code)
  :order_by(numbered.country_code)
