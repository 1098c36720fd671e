SELECT e.first_name || ' ' || e.last_name AS employee, e.title, coalesce(m.last_name, '(nobody)') AS manager
FROM employee e LEFT JOIN employee m ON e.reports_to = m.employee_id ORDER BY e.employee_id
