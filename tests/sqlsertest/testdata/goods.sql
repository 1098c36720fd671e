-- sqlite
SELECT "goods"."id", "goods"."name" FROM "goods" WHERE "goods"."id" > ? ORDER BY "goods"."id";
-- postgres
SELECT "goods"."id", "goods"."name" FROM "goods" WHERE "goods"."id" > $1::BIGINT ORDER BY "goods"."id";
-- mysql
SELECT `goods`.`id`, `goods`.`name` FROM `goods` WHERE `goods`.`id` > ? ORDER BY `goods`.`id`;
-- mariadb
SELECT `goods`.`id`, `goods`.`name` FROM `goods` WHERE `goods`.`id` > ? ORDER BY `goods`.`id`;
