SELECT a.last_name AS one, b.last_name AS other, a.country,
(SELECT count(l.invoice_line_id) FROM invoice i JOIN invoice_line l ON l.invoice_id = i.invoice_id WHERE i.customer_id = a.customer_id AND l.unit_price >= 0.99) AS first,
(SELECT count(l.invoice_line_id) FROM invoice i JOIN invoice_line l ON l.invoice_id = i.invoice_id WHERE i.customer_id = b.customer_id AND l.unit_price >= 0.99) AS second,
CASE WHEN a.city = b.city THEN 'city' ELSE 'country' END AS shared
FROM customer a JOIN customer b ON a.country = b.country AND a.customer_id < b.customer_id
WHERE a.country <> 'USA'
AND (SELECT count(l.invoice_line_id) FROM invoice i JOIN invoice_line l ON l.invoice_id = i.invoice_id WHERE i.customer_id = a.customer_id AND l.unit_price >= 0.99)
 >= (SELECT count(l.invoice_line_id) FROM invoice i JOIN invoice_line l ON l.invoice_id = i.invoice_id WHERE i.customer_id = b.customer_id AND l.unit_price >= 0.99)
AND a.customer_id IN (SELECT customer_id FROM invoice WHERE total > 5)
ORDER BY a.country, a.last_name, b.last_name LIMIT 40
