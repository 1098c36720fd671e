package luabind_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
)

// TestMethods holds every row of expr.Methods to what it says: the example runs,
// uses the method, and gives the SQL on SQLite, or, where that has no words for
// it, on PostgreSQL or MySQL.
func TestMethods(t *testing.T) {
	rt := newRuntime(t, luabind.Grant(expr.GrantRaw, expr.FunctionGrant("soundex")))
	for _, m := range expr.Methods() {
		t.Run(fmt.Sprintf("%d.%s", m.On, m.Name), func(t *testing.T) {
			require.NotEmpty(t, m.Doc)
			require.NotContains(t, m.Doc, "\n")
			require.LessOrEqual(t, m.Optional, len(m.Args))
			require.Contains(t, m.Example, m.Name)
			v := run(t, rt, "return "+m.Example)
			q, ok := v.(expr.Statement)
			if !ok {
				require.Empty(t, m.SQL)
				require.IsType(t, expr.Expr{}, v)
				require.NoError(t, v.(expr.Expr).Err())
				return
			}
			admitted, err := policy.Unrestricted().Admit(q)
			require.NoError(t, err)
			s, err := dialect.SQLite.Compile(admitted)
			for _, d := range []*dialect.Dialect{dialect.Postgres, dialect.MySQL} {
				if err != nil {
					s, err = d.Compile(admitted)
				}
			}
			require.NoError(t, err)
			require.Equal(t, m.SQL, s.SQL())
		})
	}
}

// TestDocs holds that whatever scripts can name is documented once.
func TestDocs(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range luabind.Docs() {
		require.False(t, seen[d.On+" "+d.Name], "%s %s", d.On, d.Name)
		seen[d.On+" "+d.Name] = true
		require.NotEmpty(t, d.Doc, "%v", d)
		require.True(t, strings.Contains(d.Signature, d.Name), "%v", d)
	}
	for _, name := range []string{"sql select", "sql null", "sql load", "x eq", "q where", "q sql", "u alias", "u join", "session rows", "sql.fn count", "sql.types integer"} {
		require.True(t, seen[name], "%s", name)
	}
}

// TestOperators holds that operators build what their methods do.
func TestOperators(t *testing.T) {
	rt := newRuntime(t)
	for operator, method := range map[string]string{
		"u.age + 1":                       "u.age:add(1)",
		"1 + u.age":                       "sql.literal(1):add(u.age)",
		"u.age - u.id":                    "u.age:sub(u.id)",
		"u.balance * 2":                   "u.balance:mul(2)",
		"u.age / 2":                       "u.age:div(2)",
		"u.age % 2":                       "u.age:mod(2)",
		"-u.age":                          "u.age:neg()",
		`u.name .. "!"`:                   `u.name:concat("!")`,
		`"a" .. u.name .. "b"`:            `sql.literal("a"):concat(u.name:concat("b"))`,
		"u.name .. 1":                     `u.name:concat("1")`,
		"(u.age + 1) * (u.id-2)":          "u.age:add(1):mul(u.id:sub(2))",
		"u.age:idiv(2)":                   "sql.idiv(u.age, 2)",
		`u.age:label("n") + 1`:            "u.age:add(1)",
		"u.age:eq(sql.null)":              "u.age:is_null()",
		"u.age:ne(sql.null)":              "u.age:is_not_null()",
		"u.age:eq(1)":                     `u.age:eq(sql.int "1")`,
		"u.born:eq('2026-01-31')":         `u.born:eq(sql.date "2026-01-31")`,
		"u.id:in_(1, 2)":                  "u.id:in_{1, 2}",
		"u.id:in_{}":                      "u.id:in_()",
		"sql.and_{}":                      "sql.literal(true)",
		"sql.or_{}":                       "sql.literal(false)",
		"sql.and_(u.active)":              "u.active",
		"sql.and_{u.active, u.age:gt(1)}": "u.active:and_(u.age:gt(1))",
		"sql.cast(u.age, sql.types.text)": "u.age:cast(sql.types.text)",
		"sql.fn.coalesce(u.email, 'x')":   "sql.fn.coalesce{u.email, 'x'}",
	} {
		sameQuery(t, rt, "return "+operator, "return "+method)
	}
}

// TestLists holds that a list stands wherever arguments do.
func TestLists(t *testing.T) {
	rt := newRuntime(t)
	for list, args := range map[string]string{
		"sql.select{u.id, u.name}":                                          "sql.select(u.id, u.name)",
		"sql.select(u.id):columns{u.name}":                                  "sql.select(u.id):columns(u.name)",
		"sql.select(u.id):where{u.active, u.age:gt(1)}":                     "sql.select(u.id):where(u.active, u.age:gt(1))",
		"sql.select(u.id):where(u.active):where(u.age:gt(1))":               "sql.select(u.id):where(u.active, u.age:gt(1))",
		"sql.select(u.id):where()":                                          "sql.select(u.id)",
		"sql.select(u.id):group_by{u.id, u.name}":                           "sql.select(u.id):group_by(u.id):group_by(u.name)",
		"sql.select(u.id):order_by{u.id, u.name:desc()}":                    "sql.select(u.id):order_by(u.id, u.name:desc())",
		"sql.select(u.id):from{u, a}":                                       "sql.select(u.id):from(u, a)",
		"sql.select(u.id):join(a, {u.id:eq(a.user_id)})":                    "sql.select(u.id):join(a)",
		`sql.select(u.id):limit(1):offset(2):without{"limit"}`:              "sql.select(u.id):offset(2)",
		"sql.select(u.id):limit(1):limit(2)":                                "sql.select(u.id):limit(2)",
		"sql.select(u.id):from(u:join(a))":                                  "sql.select(u.id):from(u:join(a, u.id:eq(a.user_id)))",
		"sql.select(u.id):from(u:join(a):join(db.odd, a.id:eq(db.odd.id)))": "sql.select(u.id):from((u:join(a)):join(db.odd, {a.id:eq(db.odd.id)}))",
	} {
		sameQuery(t, rt, "return "+list, "return "+args)
	}
	q := run(t, rt, "return sql.select(u)").(*expr.SelectStmt)
	require.Equal(t, 15, q.Items().Len())
}
