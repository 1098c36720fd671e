SELECT c.first_name, c.last_name, s.total, s.total - (SELECT avg(a.total) FROM (SELECT customer_id, sum(total) AS total FROM invoice GROUP BY customer_id) a) AS above
FROM customer c JOIN (SELECT customer_id, sum(total) AS total FROM invoice GROUP BY customer_id) s ON s.customer_id = c.customer_id
WHERE s.total > (SELECT avg(a.total) FROM (SELECT customer_id, sum(total) AS total FROM invoice GROUP BY customer_id) a)
ORDER BY s.total DESC, c.customer_id
