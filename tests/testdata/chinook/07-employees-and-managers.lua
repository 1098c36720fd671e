-- Employees with their managers; the head has none.
local e = db.employee
local m = e:alias "manager"
return sql.select((e.first_name .. " " .. e.last_name):label "employee", e.title,
    sql.fn.coalesce(m.last_name, "(nobody)"):label "manager")
  :left_join(m, e.reports_to:eq(m.employee_id)):order_by(e.employee_id)
