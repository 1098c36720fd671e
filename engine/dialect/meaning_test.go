package dialect

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestFunctionsAndCastsMeanTheSame has what PostgreSQL and MariaDB give for the
// same expressions, as far as SQLite has the types.
func TestFunctionsAndCastsMeanTheSame(t *testing.T) {
	f := newFixture(t)
	db := openSQLite(t, f.users)
	u, fn := f.u, expr.Func
	_, err := db.Exec(`INSERT INTO users (id, name, age, score, balance, active, born, woke, created, seen) VALUES
		(1, '  Ann ', 7, -2.5, 2.5, 1, '2000-01-31', '06:30:00', '2026-01-31 13:45:00.500000', '2026-01-31 23:59:59.250000+00:00')`)
	assert.NoError(t, err)
	c := u.C
	null := expr.TypedLiteral(expr.Value{}, schema.Integer)
	for _, want := range []struct {
		x    expr.Expr
		want any
	}{
		{c("score").Cast(schema.Integer), int64(-3)},
		{c("balance").Cast(schema.BigInteger), int64(3)},
		{expr.Of("12").Cast(schema.Integer), int64(12)},
		{c("age").Cast(schema.Double).Div(2), 3.5},
		{expr.Of(2.345).Cast(schema.Numeric(10, 1)), 2.3},
		{c("active").Cast(schema.Integer).Add(1), int64(2)},
		{c("active").Cast(schema.Text), "true"},
		{expr.Not(c("active")).Cast(schema.Text), "false"},
		{c("age").Cast(schema.Boolean), int64(1)},
		{c("age").Sub(7).Cast(schema.Boolean), int64(0)},
		{null.Cast(schema.Boolean), nil},
		{c("name").Cast(schema.String(4)), "  An"},
		{expr.Of("é").Cast(schema.LargeBinary).Cast(schema.Text), "é"},
		{c("created").Cast(schema.Date), "2026-01-31"},
		{c("created").Cast(schema.Time), "13:45:00.500000"},
		{c("created").Cast(schema.DateTimeTZ), "2026-01-31 13:45:00.500000+00:00"},
		{c("seen").Cast(schema.Date), "2026-01-31"},
		{expr.Extract(expr.Year, c("born")), int64(2000)},
		{expr.Extract(expr.Quarter, c("created")), int64(1)},
		{expr.Extract(expr.Quarter, expr.Of("2025-12-31").Cast(schema.Date)), int64(4)},
		{expr.Extract(expr.Month, c("created")), int64(1)},
		{expr.Extract(expr.Day, c("seen")), int64(31)},
		{expr.Extract(expr.Hour, c("seen")), int64(23)},
		{expr.Extract(expr.Minute, c("created")), int64(45)},
		{expr.Extract(expr.Second, c("seen")), int64(59)},
		{expr.Extract(expr.DayOfWeek, c("born")), int64(1)},
		{expr.Extract(expr.DayOfYear, expr.Of("2024-12-31").Cast(schema.Date)), int64(366)},
		{c("seen").Cast(schema.DateTime), "2026-01-31 23:59:59.250000"},
		{c("seen").Cast(schema.Time), "23:59:59.250000"},
		{c("born").Cast(schema.DateTime), "2000-01-31 00:00:00"},
		{c("born").Cast(schema.DateTimeTZ), "2000-01-31 00:00:00+00:00"},
		{expr.Of("2026-01-31 13:45:00").Cast(schema.DateTime).Eq(c("created")), int64(0)},
		{expr.Of("2026-01-31 13:45:00+01:00").Cast(schema.DateTimeTZ), "2026-01-31 12:45:00+00:00"},
		{c("born").Cast(schema.DateTime).Eq(c("born")), int64(1)},
		{c("created").Gt(c("born")), int64(1)},
		{fn("coalesce", c("born"), c("created")), "2000-01-31 00:00:00"},
		{fn("abs", c("score")), 2.5},
		{fn("ceil", c("score")), -2.0},
		{fn("floor", c("score")), -3.0},
		{fn("ceil", c("age")), int64(7)},
		{fn("round", c("score")), -3.0},
		{fn("round", c("age")), int64(7)},
		{fn("round", c("age"), 2), int64(7)},
		{fn("round", 2.345, 2), 2.35},
		{fn("round", c("score"), nil), nil},
		{fn("char_length", c("name")), int64(6)},
		{fn("char_length", "é😀"), int64(2)},
		{fn("length", "é😀"), int64(2)},
		{fn("trim", c("name")), "Ann"},
		{fn("ltrim", c("name")), "Ann "},
		{fn("rtrim", c("name")), "  Ann"},
		{fn("lower", c("name")), "  ann "},
		{fn("upper", c("name")), "  ANN "},
		{fn("replace", c("name"), "n", "x"), "  Axx "},
		{fn("replace", c("name"), "", "x"), "  Ann "},
		{fn("substr", "abc", 2), "bc"},
		{fn("substr", "abc", 1, 2), "ab"},
		{fn("substr", "abc", 3, 9), "c"},
		{fn("substr", "abc", 9), ""},
		{fn("substr", "abc", 1, 0), ""},
		{fn("greatest", c("age"), 9), int64(9)},
		{fn("least", c("age"), 9, 3), int64(3)},
		{fn("greatest", c("age"), null), nil},
		{fn("least", null, c("age")), nil},
		{fn("nullif", c("age"), 7), nil},
		{fn("nullif", c("age"), 8), int64(7)},
		{fn("coalesce", null, c("age")), int64(7)},
		{c("age").Div(2), 3.5},
		{c("age").IDiv(2), int64(3)},
		{c("age").Neg().IDiv(2), int64(-3)},
		{c("age").Neg().Mod(4), int64(-3)},
		{c("balance").Div(c("age").Sub(5)), 1.25},
		{expr.Literal(decimal(t, "5")).Div(2), 2.5},
		{fn("sum", c("age")), int64(7)},
		{fn("avg", c("age")), 7.0},
		{fn("count"), int64(1)},
		{fn("count", c("email")), int64(0)},
		{fn("sum", c("age").Add(null)), nil},
		{fn("max", c("active")), int64(1)},
		{f.email.Concat("x"), nil},
		{f.name.In("x", nil), nil},
		{f.name.NotIn(), int64(1)},
		{f.email.In(), int64(0)},
	} {
		s := compile(t, SQLite, expr.Select(want.x).From(u))
		assert.Equal(t, fmt.Sprintf("%T %[1]v", want.want), fmt.Sprintf("%T %[1]v", rows(t, db, s, nil)[0][0]), s.SQL())
	}
}
