SELECT e.last_name AS agent, g.name AS genre, mt.name AS medium, sum(l.unit_price * l.quantity) AS revenue, count(DISTINCT c.customer_id) AS customers
FROM employee e JOIN customer c ON c.support_rep_id = e.employee_id JOIN invoice i ON i.customer_id = c.customer_id
JOIN invoice_line l ON l.invoice_id = i.invoice_id JOIN track t ON t.track_id = l.track_id JOIN genre g ON g.genre_id = t.genre_id JOIN media_type mt ON mt.media_type_id = t.media_type_id
WHERE g.name NOT IN ('Rock', 'Latin') GROUP BY e.last_name, g.name, mt.name HAVING sum(l.unit_price * l.quantity) > 5
ORDER BY e.last_name, revenue DESC, g.name, mt.name
