-- sqlite
SELECT "customers"."id", "customers"."first_name", "customers"."last_name" FROM "customers" WHERE "customers"."newsletter" = ? AND "customers"."country_code" = ? ORDER BY "customers"."id" LIMIT ?;
-- postgres
SELECT "customers"."id", "customers"."first_name", "customers"."last_name" FROM "customers" WHERE "customers"."newsletter" = $1::BOOLEAN AND "customers"."country_code" = $2::TEXT ORDER BY "customers"."id" LIMIT $3::BIGINT;
-- mysql
SELECT `customers`.`id`, `customers`.`first_name`, `customers`.`last_name` FROM `customers` WHERE `customers`.`newsletter` = ? AND `customers`.`country_code` = ? ORDER BY `customers`.`id` LIMIT ?;
-- mariadb
SELECT `customers`.`id`, `customers`.`first_name`, `customers`.`last_name` FROM `customers` WHERE `customers`.`newsletter` = ? AND `customers`.`country_code` = ? ORDER BY `customers`.`id` LIMIT ?;
