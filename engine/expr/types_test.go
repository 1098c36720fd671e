package expr_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// everyType has a type of each kind, and an array; unknown is that of NULL.
func everyType() []schema.Type {
	types := []schema.Type{schema.Numeric(10, 2), schema.ArrayOf(schema.Integer)}
	for _, k := range schema.Kinds() {
		t, err := schema.NewType(k, 0, 0, false, "", nil)
		if err != nil {
			panic(err)
		}
		types = append(types, t)
	}
	return types
}

// typed is an expression of a type that is no literal: literals adapt.
func typed(t schema.Type) expr.Expr { return expr.Param("p", t) }

// TestTypesOfOperators shows what each operator takes, and gives where that is not
// a truth value.
func TestTypesOfOperators(t *testing.T) {
	var b strings.Builder
	for _, op := range expr.BinaryOps() {
		fmt.Fprintf(&b, "# %s\n", op)
		for _, l := range everyType() {
			var takes []string
			for _, r := range everyType() {
				x := expr.Binary(op, typed(l), typed(r))
				if x.Err() != nil {
					assert.Equal(t, expr.CodeType, faultOf(t, x.Err()).Code)
					continue
				}
				shown := r.String()
				if x.Type() != schema.Boolean {
					shown += "=" + x.Type().String()
				}
				takes = append(takes, shown)
			}
			if len(takes) > 0 {
				fmt.Fprintf(&b, "%s: %s\n", l, strings.Join(takes, " "))
			}
		}
		b.WriteString("\n")
	}
	golden(t, "types.golden", b.String())
}

func isTemporal(t schema.Type) bool {
	return t.Family() >= schema.FamilyDate && t.Family() <= schema.FamilyInterval
}

// TestTypesAreSymmetrical: whether two types go together does not depend on the
// side, but for what is taken from a date or divides an interval.
func TestTypesAreSymmetrical(t *testing.T) {
	for _, op := range expr.BinaryOps() {
		for _, l := range everyType() {
			for _, r := range everyType() {
				if (op == expr.OpSub || op == expr.OpDiv) && (isTemporal(l) || isTemporal(r)) {
					continue
				}
				a, b := expr.Binary(op, typed(l), typed(r)), expr.Binary(op, typed(r), typed(l))
				assert.Equal(t, a.Err() == nil, b.Err() == nil, "%s %s %s", l, op, r)
				if a.Err() == nil {
					assert.Equal(t, a.Type(), b.Type(), "%s %s %s", l, op, r)
				}
				between := typed(l).Between(typed(r), typed(r))
				if op == expr.OpLe {
					assert.Equal(t, a.Err() == nil, between.Err() == nil, "%s between %s", l, r)
				}
				switch in := typed(l).In(typed(r)); {
				case op != expr.OpEq:
				case r.IsArray() && !l.IsArray(): // its elements are the list
					assert.Equal(t, l.Comparable(r.Elem()), in.Err() == nil, "%s in %s", l, r)
				default:
					assert.Equal(t, a.Err() == nil, in.Err() == nil, "%s in %s", l, r)
				}
			}
			null := expr.Binary(op, typed(l), typed(schema.Unknown))
			self := expr.Binary(op, typed(l), typed(l))
			if self.Err() == nil {
				assert.NoError(t, null.Err(), "%s %s NULL", l, op)
			}
		}
	}
}

// TestLiteralsTakeTheTypeTheyMeet: exactly, or not at all.
func TestLiteralsTakeTheTypeTheyMeet(t *testing.T) {
	utc := time.Date(2026, 1, 31, 13, 45, 0, 0, time.UTC)
	for _, c := range []struct {
		column string
		value  any
		want   string // the literal, or the code of the error
	}{
		{"age", 1, "big_integer 1"},
		{"age", 2.0, "big_integer 2"},
		{"age", -3.0, "big_integer -3"},
		{"age", math.Copysign(0, -1), "big_integer 0"},
		{"age", 1.5, "expr_value"},
		{"age", math.NaN(), "expr_value"},
		{"age", math.Inf(1), "expr_value"},
		{"age", float64(1 << 53), "big_integer 9007199254740992"},
		{"age", float64(1<<53) + 2, "expr_value"},
		{"age", decimal("1.5"), "numeric 1.5"}, // a decimal compares with integers as it is
		{"age", "1", "expr_type"},
		{"age", true, "expr_type"},
		{"age", nil, "unknown NULL"},
		{"score", 1, "double 1"},
		{"score", 1 << 53, "double 9.007199254740992e+15"},
		{"score", -1 << 53, "double -9.007199254740992e+15"},
		{"score", 1<<53 + 1, "expr_value"},
		{"score", decimal("0.1"), "numeric 0.1"},
		{"balance", 1, "big_integer 1"},
		{"balance", 0.1, "numeric 0.1"},
		{"balance", 1e21, "numeric 1000000000000000000000"},
		{"balance", math.Copysign(0, -1), "numeric 0"},
		{"balance", math.NaN(), "expr_value"},
		{"balance", math.Inf(-1), "expr_value"},
		{"balance", "0.1", "expr_type"},
		{"name", "x", `text "x"`},
		{"name", 1, "expr_type"},
		{"kind", "person", `text "person"`},
		{"kind", "Person", "expr_value"},
		{"kind", "", "expr_value"},
		{"active", true, "boolean true"},
		{"active", "true", "expr_type"},
		{"active", 1, "expr_type"},
		{"born", "2026-01-31", "date 2026-01-31"},
		{"born", "2026-02-31", "expr_value"},
		{"born", "", "expr_value"},
		{"born", 20260131, "expr_type"},
		{"born", utc, "expr_type"},
		{"born", expr.DateTimeOf(utc), "datetime 2026-01-31 13:45:00"},
		{"woke", "13:45", "time 13:45:00"},
		{"woke", "25:00", "expr_value"},
		{"created", "2026-01-31T13:45:00.25", "datetime 2026-01-31 13:45:00.25"},
		{"created", "2026-01-31 13:45:00Z", "expr_value"},
		{"created", utc, "expr_type"},
		{"created", expr.DateOf(utc), "date 2026-01-31"},
		{"seen", "2026-01-31 13:45:00+01:00", "datetime_tz 2026-01-31 12:45:00Z"},
		{"seen", "2026-01-31 13:45:00", "expr_value"},
		{"seen", utc, "datetime_tz 2026-01-31 13:45:00Z"},
		{"seen", utc.In(time.FixedZone("", 3600)), "datetime_tz 2026-01-31 13:45:00Z"},
		{"span", "1 day", "expr_value"},
		{"span", expr.Interval(1, 2, time.Second), "interval 1 months 2 days 1s"},
		{"token", "00112233-4455-6677-8899-AABBCCDDEEFF", "uuid 00112233-4455-6677-8899-aabbccddeeff"},
		{"token", "x", "expr_value"},
		{"photo", []byte{1, 255}, "large_binary 0x01ff"},
		{"photo", "x", "expr_type"},
		{"data", `{"a": 1}`, "expr_type"}, // JSON compares with nothing
		{"data", `{`, "expr_type"},
		{"tags", "x", "expr_type"},
	} {
		t.Run(fmt.Sprintf("%s=%v", c.column, c.value), func(t *testing.T) {
			col := customers().C(c.column)
			sides := map[string]expr.Expr{
				"left": expr.Binary(expr.OpEq, c.value, col), "right": expr.Binary(expr.OpEq, col, c.value),
				"in": col.In(c.value), "in, behind": col.In(col, c.value), "ordered": expr.Binary(expr.OpLt, col, c.value), "between": col.Between(col, c.value),
			}
			if c.column == "token" {
				delete(sides, "ordered")
				delete(sides, "between")
			}
			for side, x := range sides {
				if strings.HasPrefix(c.want, "expr_") {
					require.Error(t, x.Err(), side)
					assert.Equal(t, c.want, string(faultOf(t, x.Err()).Code), "%s: %v", side, x.Err())
					continue
				}
				require.NoError(t, x.Err(), side)
				assert.Equal(t, c.want, literalIn(x.Node()), side)
			}
		})
	}
}

// literalIn shows the only literal under a node.
func literalIn(n expr.Node) (shown string) {
	expr.Walk(n, func(n expr.Node) bool {
		if l, ok := n.(*expr.LiteralExpr); ok {
			shown += fmt.Sprintf("%s %s", l.Type(), l.Value())
		}
		return true
	})
	return shown
}

// TestLiteralsElsewhere: in arithmetic a fraction makes a decimal of an integer;
// typed literals stay as they are, in functions and CASE literals follow the rest.
func TestLiteralsElsewhere(t *testing.T) {
	born := customers().C("born")
	for want, x := range map[string]expr.Expr{
		"numeric 0.5":     age().Mul(0.5),
		"big_integer 2":   age().Mul(2.0),
		"numeric 0.25":    customers().C("balance").Add(0.25),
		"double 3":        customers().C("score").Sub(3),
		"numeric 0.75":    expr.Func("coalesce", age(), 0.75),
		"date 2026-01-31": expr.Func("coalesce", born, "2026-01-31"),
		"date 2025-01-31": expr.CaseElse(born, expr.NewWhen(active(), "2025-01-31")),
		"date 2024-01-31": expr.CaseElse("2024-01-31", expr.NewWhen(active(), born)),
		"date 2023-01-31": expr.Func("greatest", "2023-01-31", born),
		"date 2022-01-31": expr.Func("nullif", born, "2022-01-31"),
		"date 2021-01-31": expr.Array(schema.Date, "2021-01-31"),
		"double 1":        expr.Array(schema.Double, 1),
		`text "x"`:        expr.Func("lower", "x"),
		"integer 9":       expr.Binary(expr.OpEq, age(), expr.TypedLiteral(expr.Int(9), schema.Integer)),
		"double 1.5":      expr.Binary(expr.OpEq, age(), expr.TypedLiteral(expr.Float(1.5), schema.Double)),
	} {
		require.NoError(t, x.Err(), want)
		assert.Equal(t, want, literalIn(x.Node()))
	}
	for _, x := range []expr.Expr{
		born.In("2026-01-31", "x"), expr.Func("coalesce", born, "x"), expr.CaseElse(born, expr.NewWhen(active(), "x")), expr.Array(schema.Integer, 1.5),
		born.Between("2026-01-31", "x"),
	} {
		refused(t, x.Err(), expr.CodeValue, "")
	}
}

func TestTypesOfResults(t *testing.T) {
	c := customers()
	score, balance, created, born := c.C("score"), c.C("balance"), c.C("created"), c.C("born")
	for i, test := range []struct {
		x    expr.Expr
		want schema.Type
	}{
		{age().Add(1), schema.BigInteger},
		{age().Add(age()), schema.Integer},
		{age().Add(score), schema.Double},
		{score.Add(balance), schema.Double},
		{age().Add(balance), schema.Numeric(0, 0)},
		{balance.Mul(balance), schema.Numeric(0, 0)},
		{balance.Neg(), schema.Numeric(10, 2)},
		{age().Div(age()), schema.Numeric(0, 0)},
		{age().Div(score), schema.Double},
		{age().IDiv(2), schema.BigInteger},
		{age().Mod(age()), schema.Integer},
		{name().Concat("x"), schema.Text},
		{expr.Of(nil).Add(age()), schema.Integer},
		{expr.Of(nil), schema.Unknown},
		{expr.TypedLiteral(expr.Value{}, schema.Date), schema.Date},
		{age().Cast(schema.String(3)), schema.String(3)},
		{expr.Array(schema.Text, "x"), schema.ArrayOf(schema.Text)},
		{expr.Param("p", schema.Date), schema.Date},
		{expr.Ref("x"), schema.Unknown},
		{expr.Func("sum", age()), schema.BigInteger},
		{expr.Func("sum", id()), schema.Numeric(0, 0)},
		{expr.Func("sum", score), schema.Double},
		{expr.Func("sum", balance), schema.Numeric(0, 0)},
		{expr.Func("avg", age()), schema.Numeric(0, 0)},
		{expr.Func("avg", score), schema.Double},
		{expr.Func("count"), schema.BigInteger},
		{expr.Func("round", balance, 1), schema.Numeric(0, 0)},
		{expr.Func("round", score), schema.Double},
		{expr.Func("abs", balance), schema.Numeric(10, 2)},
		{expr.Func("max", name()), schema.String(50)},
		{expr.Func("coalesce", nil, age(), score), schema.Double},
		{expr.Func("coalesce", name(), c.C("email")), schema.Text},
		{expr.Func("greatest", born, created), schema.DateTime},
		{expr.Func("char_length", name()), schema.Integer},
		{expr.Case(expr.NewWhen(active(), age())), schema.Integer},
		{expr.CaseElse(nil, expr.NewWhen(active(), age()), expr.NewWhen(vip(), id())), schema.BigInteger},
		{ids().Scalar(), schema.BigInteger},
		{ids().Exists(), schema.Boolean},
		{active().And(vip()), schema.Boolean},
	} {
		require.NoError(t, test.x.Err(), i)
		assert.Equal(t, test.want, test.x.Type(), "%d: %s", i, expr.Sprint(test.x.Node()))
	}
}

// TestValueOf: what a parameter is bound to is of its type's family, exactly.
func TestValueOf(t *testing.T) {
	midnight := time.Date(2026, 1, 31, 0, 0, 0, 0, time.FixedZone("", -5*3600))
	for _, c := range []struct {
		v    any
		t    schema.Type
		want string
	}{
		{1, schema.Integer, "big_integer 1"},
		{1.0, schema.Integer, "big_integer 1"},
		{1.5, schema.Integer, "expr_value"},
		{decimal("2.00"), schema.Integer, "big_integer 2"},
		{decimal("-9223372036854775808"), schema.BigInteger, "big_integer -9223372036854775808"},
		{decimal("9223372036854775808"), schema.BigInteger, "expr_value"},
		{decimal("1.5"), schema.Integer, "expr_value"},
		{"1", schema.Integer, "expr_type"},
		{true, schema.Integer, "expr_type"},
		{1, schema.Numeric(10, 2), "numeric 1"},
		{0.1, schema.Numeric(10, 2), "numeric 0.1"},
		{decimal("0.10"), schema.Numeric(10, 2), "numeric 0.10"},
		{1, schema.Double, "double 1"},
		{1<<53 + 1, schema.Double, "expr_value"},
		{decimal("0.50"), schema.Double, "double 0.5"},
		{decimal("100"), schema.Double, "double 100"},
		{decimal("0.123456789012345678901"), schema.Double, "expr_value"},
		{decimal("1" + strings.Repeat("0", 400)), schema.Double, "expr_value"},
		{"x", schema.String(1), `text "x"`},
		{"person", schema.Enum("", "person"), `text "person"`},
		{"persn", schema.Enum("", "person"), "expr_value"},
		{"2026-01-31", schema.Date, "date 2026-01-31"},
		{midnight, schema.Date, "date 2026-01-31"},
		{midnight.Add(time.Second), schema.Date, "expr_value"},
		{midnight.Add(time.Nanosecond), schema.Date, "expr_value"},
		{midnight, schema.DateTimeTZ, "datetime_tz 2026-01-31 05:00:00Z"},
		{midnight, schema.DateTime, "expr_type"},
		{midnight, schema.Time, "expr_type"},
		{nil, schema.Date, "unknown NULL"},
		{"x", schema.Unknown, `text "x"`},
		{[]byte("x"), schema.LargeBinary, "large_binary 0x78"},
		{[]byte("x"), schema.Text, "expr_type"},
		{`[1, 2]`, schema.JSON, "json [1,2]"},
		{`[`, schema.JSON, "expr_value"},
		{age(), schema.Integer, "expr_argument"},
		{struct{}{}, schema.Integer, "expr_argument"},
		{expr.Of(7), schema.Integer, "big_integer 7"},
		{"x", schema.ArrayOf(schema.Text), "expr_type"},
	} {
		t.Run(fmt.Sprintf("%v as %s", c.v, c.t), func(t *testing.T) {
			v, err := expr.ValueOf(c.v, c.t)
			p := expr.ParamDefault("p", c.t, c.v)
			if strings.HasPrefix(c.want, "expr_") {
				assert.Equal(t, c.want, string(faultOf(t, err).Code), "%v", err)
				assert.Equal(t, expr.Value{}, v)
				assert.Equal(t, c.want, string(faultOf(t, p.Err()).Code))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, fmt.Sprintf("%s %s", v.Type(), v))
			if c.t.IsUnknown() {
				return
			}
			require.NoError(t, p.Err())
			d, ok := p.Node().(*expr.ParamExpr).Parameter().Default()
			assert.True(t, ok)
			assert.Equal(t, v, d)
			if !v.IsNull() && !c.t.IsText() {
				assert.Equal(t, c.t.Family(), v.Type().Family())
			}
		})
	}
}
