SELECT first_name, last_name, country FROM customer
WHERE country IN ('Brazil', 'Canada', 'Germany') AND (last_name LIKE '%e%' OR first_name LIKE 'J%') AND NOT email LIKE '%gmail.com'
ORDER BY country, last_name
