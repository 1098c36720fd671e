-- sqlite
SELECT count(*) AS "orders", count(DISTINCT "orders"."customer_id") AS "customers", round(sum("orders"."total"), ?) AS "revenue" FROM "orders" WHERE "orders"."ordered_at" >= ? AND "orders"."ordered_at" < ? AND "orders"."status" <> ?;
-- postgres
SELECT count(*) AS "orders", count(DISTINCT "orders"."customer_id") AS "customers", round(sum("orders"."total"), $1::INTEGER) AS "revenue" FROM "orders" WHERE "orders"."ordered_at" >= $2::TIMESTAMP AND "orders"."ordered_at" < $3::TIMESTAMP AND "orders"."status" <> $4::TEXT;
-- mysql
SELECT count(*) AS `orders`, count(DISTINCT `orders`.`customer_id`) AS `customers`, round(sum(`orders`.`total`), ?) AS `revenue` FROM `orders` WHERE `orders`.`ordered_at` >= CAST(? AS DATETIME(6)) AND `orders`.`ordered_at` < CAST(? AS DATETIME(6)) AND `orders`.`status` <> ?;
-- mariadb
SELECT count(*) AS `orders`, count(DISTINCT `orders`.`customer_id`) AS `customers`, round(sum(`orders`.`total`), ?) AS `revenue` FROM `orders` WHERE `orders`.`ordered_at` >= CAST(? AS DATETIME(6)) AND `orders`.`ordered_at` < CAST(? AS DATETIME(6)) AND `orders`.`status` <> ?;
