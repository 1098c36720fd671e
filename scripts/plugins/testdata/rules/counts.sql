-- sqlite
SELECT count(*) FILTER (WHERE "orders"."status" = ? AND "orders"."total" > ?) AS "paid late", count(*) FILTER (WHERE (CAST(strftime('%s', "orders"."shipped_at") AS INTEGER) + 62135596800) / 86400 - (CAST(strftime('%s', "orders"."ordered_at") AS INTEGER) + 62135596800) / 86400 > ?) AS "slow", count(*) FILTER (WHERE "orders"."total" > ?) AS "large" FROM "orders";
-- postgres
SELECT count(*) FILTER (WHERE "orders"."status" = $1::TEXT AND "orders"."total" > $2::NUMERIC) AS "paid late", count(*) FILTER (WHERE CAST(CAST("orders"."shipped_at" AS DATE) - CAST("orders"."ordered_at" AS DATE) AS BIGINT) > $3::INTEGER) AS "slow", count(*) FILTER (WHERE "orders"."total" > $4::NUMERIC) AS "large" FROM "orders";
-- mysql
SELECT count(CASE WHEN `orders`.`status` = ? AND `orders`.`total` > CAST(? AS DECIMAL(65, 30)) THEN ? END) AS `paid late`, count(CASE WHEN DATEDIFF(`orders`.`shipped_at`, `orders`.`ordered_at`) > ? THEN ? END) AS `slow`, count(CASE WHEN `orders`.`total` > CAST(? AS DECIMAL(65, 30)) THEN ? END) AS `large` FROM `orders`;
-- mariadb
SELECT count(CASE WHEN `orders`.`status` = ? AND `orders`.`total` > CAST(? AS DECIMAL(65, 30)) THEN ? END) AS `paid late`, count(CASE WHEN DATEDIFF(`orders`.`shipped_at`, `orders`.`ordered_at`) > ? THEN ? END) AS `slow`, count(CASE WHEN `orders`.`total` > CAST(? AS DECIMAL(65, 30)) THEN ? END) AS `large` FROM `orders`;
