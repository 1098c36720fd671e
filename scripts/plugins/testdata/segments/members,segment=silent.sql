-- sqlite
SELECT "customers"."id", "customers"."first_name", "customers"."last_name" FROM "customers" WHERE NOT EXISTS (SELECT "orders"."id" FROM "orders" WHERE "orders"."customer_id" = "customers"."id") AND "customers"."country_code" = ? ORDER BY "customers"."id" LIMIT ?;
-- postgres
SELECT "customers"."id", "customers"."first_name", "customers"."last_name" FROM "customers" WHERE NOT EXISTS (SELECT "orders"."id" FROM "orders" WHERE "orders"."customer_id" = "customers"."id") AND "customers"."country_code" = $1::TEXT ORDER BY "customers"."id" LIMIT $2::BIGINT;
-- mysql
SELECT `customers`.`id`, `customers`.`first_name`, `customers`.`last_name` FROM `customers` WHERE NOT EXISTS (SELECT `orders`.`id` FROM `orders` WHERE `orders`.`customer_id` = `customers`.`id`) AND `customers`.`country_code` = ? ORDER BY `customers`.`id` LIMIT ?;
-- mariadb
SELECT `customers`.`id`, `customers`.`first_name`, `customers`.`last_name` FROM `customers` WHERE NOT EXISTS (SELECT `orders`.`id` FROM `orders` WHERE `orders`.`customer_id` = `customers`.`id`) AND `customers`.`country_code` = ? ORDER BY `customers`.`id` LIMIT ?;
