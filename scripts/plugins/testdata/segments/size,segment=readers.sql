-- sqlite
SELECT count("customers"."id") AS "customers" FROM "customers" WHERE "customers"."newsletter" = ? AND "customers"."country_code" = ?;
-- postgres
SELECT count("customers"."id") AS "customers" FROM "customers" WHERE "customers"."newsletter" = $1::BOOLEAN AND "customers"."country_code" = $2::TEXT;
-- mysql
SELECT count(`customers`.`id`) AS `customers` FROM `customers` WHERE `customers`.`newsletter` = ? AND `customers`.`country_code` = ?;
-- mariadb
SELECT count(`customers`.`id`) AS `customers` FROM `customers` WHERE `customers`.`newsletter` = ? AND `customers`.`country_code` = ?;
