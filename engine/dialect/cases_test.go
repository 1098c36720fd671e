package dialect

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// golden is a query with a name, and values for its parameters.
type golden struct {
	name   string
	q      expr.Statement
	params map[string]expr.Value
}

// cases are the queries of the golden files. Together they have every node kind,
// operator and function.
func cases(t testing.TB, f *fixture) []golden {
	t.Helper()
	var all []golden
	for _, group := range []func(testing.TB, *fixture) []golden{
		casesOfValues, casesOfOperators, casesOfText, casesOfFunctions, casesOfCasts, casesOfSelect, casesOfSources, casesOfEntities, casesOfNewOperators, casesOfWindows, casesOfDerived, casesOfCompounds,
		casesOfDates, casesOfJSON, casesOfLists, casesOfCatalogue, casesOfChanges,
	} {
		all = append(all, group(t, f)...)
	}
	return all
}

// of makes a case of expressions over users.
func of(f *fixture, name string, items ...any) golden {
	return golden{name: name, q: expr.Select(items...).From(f.u)}
}

// where makes a case of a condition on users.
func where(f *fixture, name string, cond any) golden {
	return golden{name: name, q: expr.Select(f.id).Where(cond)}
}

func value(t testing.TB, typ schema.Type, text string) expr.Value {
	t.Helper()
	v, err := expr.ParseValue(typ, text)
	require.NoError(t, err)
	return v
}

func casesOfValues(t testing.TB, f *fixture) []golden {
	u := f.u
	at := time.Date(2026, 1, 31, 13, 45, 0, 123456000, time.UTC)
	params := golden{
		name: "value: parameters of every family",
		q: expr.Select(f.id).Where(
			u.C("age").Eq(expr.Param("i", schema.Integer)), u.C("score").Eq(expr.Param("f", schema.Double)),
			u.C("balance").Eq(expr.Param("n", schema.Numeric(10, 2))), u.C("name").Eq(expr.Param("t", schema.String(50))),
			u.C("active").Eq(expr.Param("b", schema.Boolean)), u.C("born").Eq(expr.Param("d", schema.Date)),
			u.C("woke").Eq(expr.Param("tm", schema.Time)), u.C("created").Eq(expr.Param("dt", schema.DateTime)),
			u.C("seen").Eq(expr.Param("tz", schema.DateTimeTZ)), u.C("token").Eq(expr.Param("u", schema.UUID)),
			u.C("mood").Eq(expr.Param("m", mood)), u.C("photo").Eq(expr.Param("p", schema.LargeBinary))),
		params: map[string]expr.Value{
			"i": expr.Int(5), "f": expr.Int(2), "n": expr.Int(7), "t": expr.Text("x"), "b": expr.Bool(true), "d": expr.DateOf(at),
			"tm": expr.TimeOf(at), "dt": expr.DateTimeOf(at), "tz": expr.Instant(at),
			"u": value(t, schema.UUID, "6f1f0b0e-0000-4000-8000-00000000000a"), "m": expr.Text("ok"), "p": expr.Bytes([]byte{0, 1}),
		},
	}
	return []golden{
		of(f, "value: literals of every family", expr.Of(1).Label("i"), expr.Of(1.5).Label("f"), expr.Literal(decimal(t, "12.50")).Label("n"),
			expr.Of("it's").Label("t"), expr.Of(true).Label("b"), expr.Of([]byte{1, 2}).Label("p"), expr.Literal(expr.DateOf(at)).Label("d"),
			expr.Literal(expr.TimeOf(at)).Label("tm"), expr.Literal(expr.DateTimeOf(at)).Label("dt"), expr.Of(at).Label("tz"),
			expr.Literal(value(t, schema.UUID, "6f1f0b0e00004000800000000000000a")).Label("u"), expr.Literal(value(t, schema.JSON, `{"a": [1]}`)).Label("j"),
			expr.Of(nil).Label("null"), expr.TypedLiteral(expr.Value{}, schema.Integer).Label("typed")),
		of(f, "value: interval", expr.Literal(expr.Interval(1, -2, 90*time.Minute+time.Microsecond)).Label("i")),
		params,
		where(f, "value: equal literals and a parameter", expr.And(f.id.Gt(5), u.C("age").Gt(5), u.C("parent_id").Ne(5), u.C("score").Lt(5), f.id.Ne(expr.ParamDefault("p", schema.BigInteger, 5)))),
		where(f, "value: one parameter twice", expr.Or(f.name.Eq(expr.ParamDefault("q", schema.Text, "x")), f.email.Eq(expr.ParamDefault("q", schema.Text, "x")))),
		where(f, "value: true", true),
		where(f, "value: null condition", expr.And(expr.Of(nil), u.C("active"))),
		where(f, "value: compared with null", expr.Binary(expr.OpEq, f.id, nil)),
		where(f, "value: dates meet times", expr.And(u.C("created").Ge("2026-01-31"), u.C("created").Gt(u.C("born")), u.C("born").Le(expr.Literal(expr.DateTimeOf(at))), expr.Literal(expr.DateOf(at)).Lt(u.C("created")))),
		where(f, "value: enums", expr.And(u.C("mood").Eq("ok"), u.C("mood").In("sad", "happy"), u.C("mood").Lt("ok"), u.C("mood").Eq(f.name), u.C("mood").Eq(u.C("mood")), u.C("mood").Ge(u.C("mood")), u.C("mood").Between("ok", "sad"))),
		where(f, "value: array", expr.Array(schema.Integer, 1, u.C("age")).Eq(expr.Array(schema.Integer))),
	}
}

func casesOfOperators(t testing.TB, f *fixture) []golden {
	u := f.u
	age, score, balance, active := u.C("age"), u.C("score"), u.C("balance"), u.C("active")
	return []golden{
		where(f, "operator: comparisons", expr.And(age.Eq(1), age.Ne(2), age.Lt(3), age.Le(4), age.Gt(5), age.Ge(6))),
		of(f, "operator: arithmetic", age.Add(1), age.Sub(2), age.Mul(3), age.IDiv(4), age.Mod(5), age.Neg(), age.Neg().Neg(), age.Sub(age.Neg())),
		of(f, "operator: division", age.Div(2), balance.Div(3), score.Div(age), age.Div(score), score.Add(1).Div(age), age.Div(2.5), expr.Func("coalesce", score, age).Div(age)),
		of(f, "operator: arithmetic of null", expr.Of(nil).Add(nil), expr.Of(nil).Neg(), age.Mul(nil), expr.Of(nil).Div(nil), expr.Of(nil).Mod(age)),
		of(f, "operator: grouping of arithmetic", age.Sub(1).Sub(2), age.Sub(age.Sub(2)), age.Add(age.Add(1)), age.Add(2).Mul(3), age.Mul(2).Add(3), age.Mul(age.Mod(3)), age.Mod(3).Mul(age),
			age.IDiv(age.IDiv(2)), age.Add(1).Neg(), age.Neg().Mul(2), age.Div(age.Div(2)), age.Add(1).Gt(age.Mul(2))),
		where(f, "operator: and, or, not", expr.And(expr.Or(age.Eq(1), age.Eq(2)), expr.Not(expr.And(active, age.Gt(3))), expr.Not(active), expr.Or(active, expr.And(age.Lt(1), age.Gt(2))))),
		where(f, "operator: or of and", expr.Or(expr.And(age.Eq(1), active), expr.And(age.Eq(2), expr.Not(active)), age.IsNull())),
		where(f, "operator: comparisons of conditions", expr.And(age.Eq(1).Eq(score.Gt(2)), age.Eq(1).IsNull(), expr.Not(active).Eq(true), active.Eq(expr.And(active, true)), age.IsNull().IsNotNull().Ne(active))),
		where(f, "operator: null", expr.And(age.IsNull(), age.Add(1).IsNotNull(), f.id.Eq(nil), f.id.Ne(nil), expr.Not(age.IsNull()))),
		where(f, "operator: between", expr.And(age.Between(1, 9), age.NotBetween(age.Add(1), age.Mul(2)), u.C("born").Between("2020-01-01", u.C("created")), expr.Not(age.Between(1, 2)))),
		where(f, "operator: in", expr.And(age.In(1, 2, 3), age.NotIn(4), f.name.In("a", nil), age.Add(1).In(age, age.Mul(2)), active.In(age.Gt(1), true))),
		where(f, "operator: in nothing", expr.And(age.In(), age.NotIn(), expr.Not(age.In()), age.In().Eq(active))),
		of(f, "operator: concatenation", f.name.Concat(" <").Concat(f.email).Concat(">"), f.name.Concat(f.name.Concat("x")).Eq("y"), f.name.Concat(u.C("mood")), f.name.Concat(nil)),
		of(f, "operator: case", expr.Case(expr.NewWhen(age.Lt(18), "child"), expr.NewWhen(age.Lt(65), f.name)).Label("a"),
			expr.CaseElse(0, expr.NewWhen(active, age)).Add(1).Label("b"), expr.CaseElse(nil, expr.NewWhen(age.IsNull(), nil)).Label("c"),
			expr.CaseElse("none", expr.NewWhen(active, u.C("mood"))).Label("d"), expr.CaseElse(u.C("created"), expr.NewWhen(active, u.C("born"))).Label("e")),
		where(f, "operator: case as condition", expr.CaseElse(false, expr.NewWhen(active, age.Gt(1)))),
	}
}

func casesOfText(t testing.TB, f *fixture) []golden {
	p := func(name string) expr.Expr { return expr.ParamDefault(name, schema.Text, "50%_!\\") }
	return []golden{
		where(f, "text: like", expr.And(f.name.Like(`a\%%`), f.name.NotLike("b_"), f.name.Like(p("p")), f.name.Like(f.email.Concat("%")), f.name.Concat(f.email).Like("%x%"), f.name.Like(nil))),
		where(f, "text: ilike", expr.And(f.name.ILike(`a\%%`), f.name.NotILike("b_"), f.name.ILike(p("p")), f.name.ILike(f.email))),
		where(f, "text: startswith", expr.And(f.name.StartsWith(`50%_!\`), f.name.StartsWith(p("p")), f.name.StartsWith(f.email), f.name.StartsWith(nil))),
		where(f, "text: endswith", expr.And(f.name.EndsWith(`50%_!\`), f.name.EndsWith(p("p")), f.name.EndsWith(f.email.Concat("x")))),
		where(f, "text: contains", expr.And(f.name.Contains(`50%_!\`), f.name.Contains(p("p")), f.name.Contains(expr.Func("lower", f.email)))),
		where(f, "text: one parameter in every form", expr.Or(f.name.Eq(p("p")), f.name.StartsWith(p("p")), f.name.EndsWith(p("p")), f.name.Contains(p("p")), f.email.Contains(p("p")))),
		where(f, "text: negated", expr.And(expr.Not(f.name.Contains("x")), expr.Not(f.name.Like("x")), f.name.Like("x").Eq(true))),
		where(f, "text: of an enum", expr.And(f.u.C("mood").Like("h%"), f.name.Contains(f.u.C("mood")), f.u.C("mood").StartsWith("o"), f.u.C("mood").ILike("OK"))),
	}
}

func casesOfFunctions(t testing.TB, f *fixture) []golden {
	u := f.u
	fn := expr.Func
	age, score, balance, born, mood := u.C("age"), u.C("score"), u.C("balance"), u.C("born"), u.C("mood")
	group := func(name string, items ...any) golden {
		return golden{name: name, q: expr.Select(items...).From(u)}
	}
	return []golden{
		of(f, "function: numbers", fn("abs", age), fn("ceil", score), fn("floor", score), fn("ceil", balance), fn("ceil", age), fn("floor", age.Add(1)).Mul(2), fn("abs", nil)),
		of(f, "function: round", fn("round", balance), fn("round", balance, 1), fn("round", score), fn("round", score, 2), fn("round", age), fn("round", age, 1), fn("round", score, expr.ParamDefault("n", schema.BigInteger, 1)), fn("round", score, nil)),
		of(f, "function: round to computed places", fn("round", score, age)),
		of(f, "function: text", fn("lower", f.name), fn("upper", f.email), fn("trim", f.name), fn("ltrim", f.name), fn("rtrim", f.name), fn("char_length", f.name), fn("length", f.name), fn("replace", f.name, "a", f.email), fn("lower", nil), fn("upper", mood)),
		of(f, "function: substr", fn("substr", f.name, 2), fn("substr", f.name, 2, 3), fn("substr", f.name, age, f.id), fn("substr", f.name, expr.ParamDefault("from", schema.BigInteger, 2), expr.ParamDefault("n", schema.Integer, 2))),
		of(f, "function: coalesce and nullif", fn("coalesce", f.email, f.name, "none"), fn("coalesce", nil, age), fn("coalesce", mood, "none"), fn("coalesce", born, u.C("created")), fn("nullif", age, 0), fn("nullif", mood, "ok"), fn("nullif", f.email, "")),
		of(f, "function: greatest and least", fn("greatest", age, 5), fn("least", age, f.id, 7), fn("greatest", 1, 2), fn("least", f.name, nil), fn("greatest", born, u.C("created")), fn("least", fn("greatest", age, 1), 9)),
		group("function: aggregates", fn("count"), fn("count", f.email), fn("count", f.email).Distinct(), fn("sum", age), fn("sum", age).Distinct(), fn("avg", balance), fn("avg", score), fn("min", f.name), fn("max", born), fn("sum", nil), fn("max", nil)),
		group("function: extremes of every type", fn("max", u.C("active")), fn("min", u.C("active")), fn("max", u.C("token")), fn("min", u.C("token")).Distinct(), fn("max", mood), fn("min", score.Add(1))),
		group("function: extremes of bytes", fn("max", u.C("photo"))),
	}
}

func parts(x expr.Expr) []any {
	var all []any
	for _, p := range expr.DateFields() {
		all = append(all, expr.Extract(p, x))
	}
	return all
}

func casesOfCasts(t testing.TB, f *fixture) []golden {
	u := f.u
	c := func(column string, to schema.Type) expr.Expr { return u.C(column).Cast(to) }
	return []golden{
		of(f, "cast: to numbers", c("name", schema.Integer), c("score", schema.BigInteger), c("balance", schema.SmallInteger), c("active", schema.Integer), c("active", schema.BigInteger), c("age", schema.Double),
			c("age", schema.Float), c("score", schema.Numeric(10, 2)), c("name", schema.Numeric(0, 0)), c("active", schema.Numeric(3, 1)), expr.Of(nil).Cast(schema.Integer), expr.Of(2.5).Cast(schema.Integer)),
		of(f, "cast: to text", c("age", schema.Text), c("name", schema.String(3)), c("active", schema.Text), c("born", schema.Text), c("photo", schema.Text), c("mood", schema.Text), c("token", schema.Text), c("data", schema.Text), c("name", schema.String(0))),
		of(f, "cast: to boolean", c("age", schema.Boolean), c("score", schema.Boolean).Eq(true), c("active", schema.Boolean), expr.Not(c("balance", schema.Boolean))),
		of(f, "cast: text to boolean", c("name", schema.Boolean)),
		of(f, "cast: to times", c("created", schema.Date), c("created", schema.Time), c("born", schema.DateTime), c("seen", schema.Date), c("seen", schema.DateTime), c("seen", schema.Time), c("created", schema.DateTimeTZ), c("born", schema.DateTimeTZ),
			c("name", schema.Date), c("name", schema.DateTime), c("name", schema.Time), c("created", schema.DateTime), c("created", schema.DateTimeTZ).Eq(u.C("seen"))),
		of(f, "extract: every part", parts(u.C("created"))...),
		of(f, "extract: of dates, times and instants", expr.Extract(expr.Year, u.C("born")), expr.Extract(expr.Hour, u.C("woke")), expr.Extract(expr.Day, u.C("seen"))),
		of(f, "cast: text to instant", c("name", schema.DateTimeTZ)),
		of(f, "cast: to bytes, json and enum", c("name", schema.LargeBinary), c("photo", schema.LargeBinary), c("email", schema.JSON), c("name", mood), c("mood", schema.Enum("other", "x")), c("mood", schema.Enum("", "x"))),
		of(f, "cast: text to uuid", c("name", schema.UUID)),
		of(f, "cast: to interval", c("name", schema.Interval)),
		of(f, "cast: to array", expr.Array(schema.Integer, 1).Cast(schema.ArrayOf(schema.Numeric(5, 2)))),
		of(f, "cast: date to integer", c("born", schema.Integer)),
		of(f, "cast: instant to text", c("seen", schema.Text)),
		of(f, "cast: decimal of 80 digits", c("score", schema.Numeric(80, 2))),
		of(f, "cast: decimal of 2000 digits", c("score", schema.Numeric(2000, 2))),
	}
}
