-- sqlite
SELECT count("customers"."id") AS "customers" FROM "customers" WHERE (SELECT sum("orders"."total") FROM "orders" WHERE "orders"."customer_id" = "customers"."id" AND "orders"."status" <> ?) >= ? AND "customers"."country_code" = ?;
-- postgres
SELECT count("customers"."id") AS "customers" FROM "customers" WHERE (SELECT sum("orders"."total") FROM "orders" WHERE "orders"."customer_id" = "customers"."id" AND "orders"."status" <> $1::TEXT) >= $2::NUMERIC AND "customers"."country_code" = $3::TEXT;
-- mysql
SELECT count(`customers`.`id`) AS `customers` FROM `customers` WHERE (SELECT sum(`orders`.`total`) FROM `orders` WHERE `orders`.`customer_id` = `customers`.`id` AND `orders`.`status` <> ?) >= CAST(? AS DECIMAL(65, 30)) AND `customers`.`country_code` = ?;
-- mariadb
SELECT count(`customers`.`id`) AS `customers` FROM `customers` WHERE (SELECT sum(`orders`.`total`) FROM `orders` WHERE `orders`.`customer_id` = `customers`.`id` AND `orders`.`status` <> ?) >= CAST(? AS DECIMAL(65, 30)) AND `customers`.`country_code` = ?;
