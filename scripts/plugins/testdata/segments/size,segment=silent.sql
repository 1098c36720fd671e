-- sqlite
SELECT count("customers"."id") AS "customers" FROM "customers" WHERE NOT EXISTS (SELECT "orders"."id" FROM "orders" WHERE "orders"."customer_id" = "customers"."id") AND "customers"."country_code" = ?;
-- postgres
SELECT count("customers"."id") AS "customers" FROM "customers" WHERE NOT EXISTS (SELECT "orders"."id" FROM "orders" WHERE "orders"."customer_id" = "customers"."id") AND "customers"."country_code" = $1::TEXT;
-- mysql
SELECT count(`customers`.`id`) AS `customers` FROM `customers` WHERE NOT EXISTS (SELECT `orders`.`id` FROM `orders` WHERE `orders`.`customer_id` = `customers`.`id`) AND `customers`.`country_code` = ?;
-- mariadb
SELECT count(`customers`.`id`) AS `customers` FROM `customers` WHERE NOT EXISTS (SELECT `orders`.`id` FROM `orders` WHERE `orders`.`customer_id` = `customers`.`id`) AND `customers`.`country_code` = ?;
