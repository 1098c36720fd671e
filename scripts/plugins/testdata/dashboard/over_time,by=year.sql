-- sqlite
SELECT datetime("orders"."ordered_at", 'start of year') AS "time", round(sum("orders"."total"), ?) AS "revenue" FROM "orders" WHERE "orders"."ordered_at" >= ? AND "orders"."ordered_at" < ? AND "orders"."status" <> ? GROUP BY datetime("orders"."ordered_at", 'start of year') ORDER BY "time";
-- postgres
SELECT date_trunc('year', "orders"."ordered_at") AS "time", round(sum("orders"."total"), $1::INTEGER) AS "revenue" FROM "orders" WHERE "orders"."ordered_at" >= $2::TIMESTAMP AND "orders"."ordered_at" < $3::TIMESTAMP AND "orders"."status" <> $4::TEXT GROUP BY date_trunc('year', "orders"."ordered_at") ORDER BY "time";
-- mysql
SELECT CAST(DATE_FORMAT(`orders`.`ordered_at`, '%Y-01-01') AS DATETIME(6)) AS `time`, round(sum(`orders`.`total`), ?) AS `revenue` FROM `orders` WHERE `orders`.`ordered_at` >= CAST(? AS DATETIME(6)) AND `orders`.`ordered_at` < CAST(? AS DATETIME(6)) AND `orders`.`status` <> ? GROUP BY CAST(DATE_FORMAT(`orders`.`ordered_at`, '%Y-01-01') AS DATETIME(6)) ORDER BY `time`;
-- mariadb
SELECT CAST(DATE_FORMAT(`orders`.`ordered_at`, '%Y-01-01') AS DATETIME(6)) AS `time`, round(sum(`orders`.`total`), ?) AS `revenue` FROM `orders` WHERE `orders`.`ordered_at` >= CAST(? AS DATETIME(6)) AND `orders`.`ordered_at` < CAST(? AS DATETIME(6)) AND `orders`.`status` <> ? GROUP BY CAST(DATE_FORMAT(`orders`.`ordered_at`, '%Y-01-01') AS DATETIME(6)) ORDER BY `time`;
