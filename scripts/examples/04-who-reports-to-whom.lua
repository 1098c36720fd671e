-- Who reports to whom, and how much less than their manager does each of them earn?
local e = db.employees
local m = e:alias "m"

return sql.select((e.first_name .. " " .. e.last_name):label "employee", e.title,
    sql.fn.coalesce(m.first_name .. " " .. m.last_name, "nobody"):label "manager",
    sql.fn.coalesce(m.salary - e.salary, 0):label "less")
  :left_join(m, m.id == e.manager_id)
  :where(e.left_on == nil)
  :order_by(m.last_name:asc():nulls_first(), e.last_name, e.first_name)
