SELECT billing_country, count(*) AS invoices, sum(total) AS revenue,
CASE WHEN sum(total) > 200 THEN 'large' WHEN sum(total) > 50 THEN 'middling' ELSE 'small' END AS class
FROM invoice WHERE invoice_date >= '2022-01-01' GROUP BY billing_country ORDER BY revenue DESC, billing_country
