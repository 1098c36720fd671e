package dialect

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func TestOptions(t *testing.T) {
	f := newFixture(t)
	age, name, mail := f.u.C("age"), f.name, f.email
	text := func(d *Dialect, q expr.Query) string { return compile(t, d, q).SQL() }
	order := expr.Select(f.id, expr.Func("count").Over(expr.Window{}.OrderBy(age)).Label("n")).OrderBy(age, mail.Desc(), f.id.Asc().NullsLast())
	require.Equal(t, `SELECT "users"."id", count(*) OVER (ORDER BY "users"."age" NULLS FIRST) AS "n" FROM "users" ORDER BY "users"."age" NULLS FIRST, "users"."email" DESC NULLS LAST, "users"."id" NULLS LAST`,
		text(Postgres.With(NullsSmallest), order))
	require.Equal(t, text(Postgres, order), text(Postgres.With(NullsLargest), order))
	require.Equal(t, text(SQLite, order), text(SQLite.With(NullsSmallest), order))
	require.Equal(t, `SELECT "users"."id", count(*) OVER (ORDER BY "users"."age" NULLS LAST) AS "n" FROM "users" ORDER BY "users"."age" NULLS LAST, "users"."email" DESC NULLS FIRST, "users"."id" NULLS LAST`,
		text(SQLite.With(NullsLargest), order))
	require.Equal(t, "SELECT `users`.`id`, count(*) OVER (ORDER BY `users`.`age` IS NULL, `users`.`age`) AS `n` FROM `users` ORDER BY `users`.`age` IS NULL, `users`.`age`, `users`.`email` IS NULL DESC, `users`.`email` DESC, `users`.`id` IS NULL, `users`.`id`",
		text(MariaDB.With(NullsLargest), order))
	union := expr.Compound(expr.Union, expr.Select(f.id), expr.Select(age)).OrderBy(expr.Ref("id"))
	require.Equal(t, `SELECT "users"."id" FROM "users" UNION SELECT "users_1"."age" FROM "users" AS "users_1" ORDER BY 1 NULLS FIRST`, text(Postgres.With(NullsSmallest), union))
	_, err := MariaDB.With(NullsLargest).Compile(admit(t, union))
	require.ErrorContains(t, err, "NULLS FIRST and NULLS LAST of UNION")

	exact := expr.Select(name, f.id).Where(name.Eq("x"), mail.Lt(name), name.In("a", "b"), name.Like("a%"), age.Gt(1)).GroupBy(name, f.id).OrderBy(name)
	require.Equal(t, "SELECT `users`.`name` COLLATE utf8mb4_nopad_bin, `users`.`id` FROM `users` WHERE `users`.`name` = ? COLLATE utf8mb4_nopad_bin AND "+
		"`users`.`email` COLLATE utf8mb4_nopad_bin < `users`.`name` COLLATE utf8mb4_nopad_bin AND `users`.`name` COLLATE utf8mb4_nopad_bin IN (?, ?) AND "+
		"`users`.`name` COLLATE utf8mb4_nopad_bin LIKE ? ESCAPE X'5C' AND `users`.`age` > ? GROUP BY `users`.`name` COLLATE utf8mb4_nopad_bin, `users`.`id` "+
		"ORDER BY `users`.`name` COLLATE utf8mb4_nopad_bin", text(MariaDB.With(ExactText), exact))
	require.Equal(t, text(Postgres, exact), text(Postgres.With(ExactText), exact))
}

func TestExactLike(t *testing.T) {
	f := newFixture(t)
	p := expr.Param("p", schema.Text)
	d := SQLite.With(ExactText)
	s := compile(t, d, expr.Select(f.id).Where(f.name.Like(`a\%\\b_[*]?%`), f.name.NotLike(p), f.name.StartsWith(p), f.name.EndsWith(p), f.name.Contains(p), f.name.Like(nil), f.name.ILike("A%")))
	require.Equal(t, `SELECT "users"."id" FROM "users" WHERE "users"."name" GLOB ? AND "users"."name" NOT GLOB ? AND "users"."name" GLOB ? AND "users"."name" GLOB ? AND `+
		`"users"."name" GLOB ? AND "users"."name" GLOB NULL AND lower("users"."name") LIKE lower(?) ESCAPE '\'`, s.SQL())
	args, err := s.Args(map[string]expr.Value{"p": expr.Text(`x%_*`)})
	require.NoError(t, err)
	require.Equal(t, []any{`a%\b?[[][*]][?]*`, `x*?[*]`, `x%_[*]*`, `*x%_[*]`, `*x%_[*]*`, "A%"}, args)
	_, err = s.Args(map[string]expr.Value{"p": {}})
	require.NoError(t, err)
	_, err = d.Compile(admit(t, expr.Select(f.id).Where(f.name.StartsWith(f.email))))
	require.ErrorContains(t, err, "sqlite: STARTSWITH a computed pattern: sqlite takes no notice of case there")
}
