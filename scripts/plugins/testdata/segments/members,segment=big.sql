-- sqlite
SELECT "customers"."id", "customers"."first_name", "customers"."last_name" FROM "customers" WHERE (SELECT sum("orders"."total") FROM "orders" WHERE "orders"."customer_id" = "customers"."id" AND "orders"."status" <> ?) >= ? AND "customers"."country_code" = ? ORDER BY "customers"."id" LIMIT ?;
-- postgres
SELECT "customers"."id", "customers"."first_name", "customers"."last_name" FROM "customers" WHERE (SELECT sum("orders"."total") FROM "orders" WHERE "orders"."customer_id" = "customers"."id" AND "orders"."status" <> $1::TEXT) >= $2::NUMERIC AND "customers"."country_code" = $3::TEXT ORDER BY "customers"."id" LIMIT $4::BIGINT;
-- mysql
SELECT `customers`.`id`, `customers`.`first_name`, `customers`.`last_name` FROM `customers` WHERE (SELECT sum(`orders`.`total`) FROM `orders` WHERE `orders`.`customer_id` = `customers`.`id` AND `orders`.`status` <> ?) >= CAST(? AS DECIMAL(65, 30)) AND `customers`.`country_code` = ? ORDER BY `customers`.`id` LIMIT ?;
-- mariadb
SELECT `customers`.`id`, `customers`.`first_name`, `customers`.`last_name` FROM `customers` WHERE (SELECT sum(`orders`.`total`) FROM `orders` WHERE `orders`.`customer_id` = `customers`.`id` AND `orders`.`status` <> ?) >= CAST(? AS DECIMAL(65, 30)) AND `customers`.`country_code` = ? ORDER BY `customers`.`id` LIMIT ?;
