package luabind_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
)

func TestPrompt(t *testing.T) {
	ctx := context.Background()
	st := newRuntime(t).NewState()
	defer st.Close()
	eval := func(chunk string) any {
		t.Helper()
		values, err := st.Eval(ctx, chunk)
		require.NoError(t, err, "%s", chunk)
		if len(values) == 0 {
			return nil
		}
		return values[0]
	}
	require.Nil(t, eval(`u = db.users`))
	require.Equal(t, "users", eval(`u`).(expr.Source).Name())
	require.Equal(t, 3.0, eval(`1 + 2`))
	require.Equal(t, 3.0, eval(`_`))
	require.Nil(t, eval(`x = 1; y = 2`))
	require.Equal(t, 3.0, eval(`_`), "a chunk without a value keeps the last one")
	require.Equal(t, 3.0, eval("return\nx + y"))
	require.Nil(t, eval("for i = 1, 3 do\n x = x + i\nend"))
	require.Equal(t, 7.0, eval(`x`))
	require.Nil(t, eval(``))
	require.Nil(t, eval(`-- a comment`))

	q := eval(`sql.select(u.id)`)
	require.IsType(t, &expr.SelectStmt{}, q)
	require.Equal(t, q, eval(`_`))
	q = eval(` :where(u.age:gt(1))`)
	require.False(t, q.(*expr.SelectStmt).WhereClause().IsZero())
	q = eval(":limit(3)\n  :offset(1)")
	require.False(t, q.(*expr.SelectStmt).OffsetClause().IsZero())

	values, err := st.Eval(ctx, `1, "x", nil, true, {1, {2}}, {a = 1}, print, sql, db.users.id:asc()`)
	require.NoError(t, err)
	require.Equal(t, []any{1.0, "x", nil, true, []any{1.0, []any{2.0}}, map[string]any{"a": 1.0}, luabind.Opaque("function"), luabind.Opaque("module sql")}, values[:8])
	require.IsType(t, expr.Order{}, values[8])

	_, err = st.Eval(ctx, `u.agee`)
	require.EqualError(t, err, `prompt:1: users has no column or method "agee"; did you mean "age"?`)
	require.Equal(t, "users", eval(`u`).(expr.Source).Name(), "the state goes on after an error")

	st.Close()
	_, err = st.Eval(ctx, `1`)
	require.Error(t, err)
}

func TestIncomplete(t *testing.T) {
	ctx := context.Background()
	st := newRuntime(t).NewState()
	defer st.Close()
	for chunk, incomplete := range map[string]bool{
		`sql.select(`: true, `x = {1,`: true, `for i = 1, 3 do`: true, `function f()`: true, `if x then`: true,
		`x = [[long`: true, `--[[ comment`: true, `return`: false, `x = "abc`: false, `x = = 1`: false, `1 +`: true, `end`: false,
		`db.users:alias`: true, `db.users:`: true, `local`: true, `:where(`: true,
	} {
		_, err := st.Eval(ctx, chunk)
		require.Equal(t, incomplete, luabind.Incomplete(err), "%s: %v", chunk, err)
	}
	_, err := st.Eval(ctx, "u = db.users\nreturn u.id +* 2")
	require.EqualError(t, err, `prompt:2: syntax error near "*"`)
	_, err = st.Eval(ctx, `1 +* 2`)
	require.EqualError(t, err, `prompt:1: syntax error near "*"`)
}
