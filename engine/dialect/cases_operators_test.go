package dialect

import (
	"testing"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// casesOfNewOperators are the operators and predicates beside the everyday ones.
func casesOfNewOperators(_ testing.TB, f *fixture) []golden {
	age := f.u.C("age")
	p := expr.Param("p", schema.Integer)
	pattern := expr.ParamDefault("r", schema.Text, `\1$\\`)
	raw := func(text string, binds map[string]any) expr.Expr { return expr.RawText(text, binds) }
	whole := raw("SELECT id, name FROM users WHERE age > :age", map[string]any{"age": 30}).TextColumns(expr.ColumnType{Name: "id", Type: schema.BigInteger}, expr.ColumnType{Name: "name"}).Subquery("w")
	ids := expr.Select(f.a.C("user_id"))
	row := expr.Tuple(age, f.name)
	return []golden{
		of(f, "raw: text", raw("age + :n", map[string]any{"n": 1}), expr.LiteralColumn("age", schema.Integer).Add(1), raw(`':x' || '\:' || :x`, map[string]any{"x": f.name.Concat("y")})),
		where(f, "raw: conditions", expr.And(raw("age = :n OR age = :n", map[string]any{"n": 7}), expr.Not(raw("age IS NULL", nil)), expr.LiteralColumn("age", schema.Integer).In(1, 2))),
		{name: "raw: grouped and ordered by", q: expr.Select(raw("age + :n", map[string]any{"n": 1}).Label("a"), expr.Func("count")).From(f.u).GroupBy(raw("age + :n", map[string]any{"n": 1})).OrderBy(raw("age + :n", map[string]any{"n": 1}), raw("age", nil))},
		{name: "raw: a statement as a source", q: expr.Select(whole.C("name")).Where(whole.C("id").Gt(1))},
		{name: "raw: beside the parts of a select", q: expr.Select(f.id).Distinct().Prefix("/* for all */").Prefix("SQL_NO_CACHE", "mysql").Hint(f.u, "USE INDEX (a)", "mysql").Hint(f.u, "NOT INDEXED", "sqlite").Limit(1).Suffix("/* end */")},
		where(f, "raw: a question mark", raw("data ? 'k'", nil)),
		where(f, "raw: a number sign", raw("age # 1 = 2", nil)),
		where(f, "raw: a back quote", raw("`age` = 2", nil)),
		where(f, "raw: a bracket", raw("a[1] = 2", nil)),
		where(f, "raw: a dollar quote", raw("name = $$a$$", nil)),
		where(f, "tuple: comparisons", expr.And(row.Eq(expr.Tuple(1, "a")), row.Ne(expr.Tuple(age, f.email)), row.Lt(expr.Tuple(1, "a")), row.Ge(expr.Tuple(1, "a")), expr.Not(row.Eq(expr.Tuple(1, nil))))),
		where(f, "tuple: distinct", expr.And(row.IsDistinctFrom(expr.Tuple(1, "a")), expr.Or(row.IsNotDistinctFrom(expr.Tuple(1, nil)), f.u.C("active")))),
		where(f, "tuple: in a list", expr.And(row.In(expr.Tuple(1, "a"), expr.Tuple(2, f.email)), row.NotIn(expr.Tuple(1, "a")), row.In(), row.NotIn())),
		where(f, "tuple: in a query", expr.And(expr.Tuple(f.id, f.email).In(expr.Select(f.a.C("user_id"), f.a.C("email"))), expr.Tuple(f.id, f.email).NotIn(expr.Select(f.a.C("user_id"), f.a.C("email")).Limit(3)))),
		where(f, "tuple: enums and dates", expr.And(expr.Tuple(f.u.C("mood"), f.u.C("created")).Eq(expr.Tuple("ok", f.u.C("born"))), expr.Tuple(f.u.C("mood"), f.name).In(expr.Tuple("ok", "a"), expr.Tuple(f.name, "b")))),
		where(f, "tuple: an enum in a query of dates", expr.Tuple(f.u.C("created"), f.id).In(expr.Select(f.a.C("moved"), f.a.C("id")))),
		{name: "tuple: after", q: expr.Select(f.id).OrderBy(f.id.Desc(), f.name).After(expr.Tuple(7, "x"))},
		where(f, "quantified: equal to any, different from all", expr.And(f.id.Eq(expr.Any(ids)), f.id.Ne(expr.All(ids)), f.id.Add(1).Eq(expr.Any(ids.Limit(3))))),
		where(f, "quantified: of a query", expr.And(f.id.Lt(expr.Any(ids)), f.id.Ge(expr.All(ids)), expr.Not(f.id.Ne(expr.Any(ids))), f.id.Eq(expr.All(ids.Where(f.a.C("city").Eq("x")))))),
		where(f, "quantified: of a limited query", f.id.Gt(expr.All(ids.OrderBy(f.a.C("id")).Limit(2)))),
		where(f, "given: nothing is, so the others are left", expr.And(p.IfGiven(age.Gt(p)), expr.Or(p.IfGiven(age.Lt(p)), f.name.IsNull()))),
		where(f, "quantified: of an array", expr.And(age.Eq(expr.Any(expr.Array(schema.Integer, 1, 2))), age.Ne(expr.All(expr.Select(expr.Array(schema.Integer, 3)).Scalar())))),
		where(f, "distinct", expr.And(age.IsDistinctFrom(30), age.Add(1).IsNotDistinctFrom(nil), expr.Not(age.IsDistinctFrom(f.id)), f.u.C("active").Eq(age.IsDistinctFrom(1)),
			f.u.C("mood").IsDistinctFrom("ok"), f.u.C("created").IsNotDistinctFrom(f.u.C("born")))),
		of(f, "bits: operators", age.BitAnd(6), age.BitOr(6), age.BitXor(6), age.BitNot(), age.ShiftLeft(2), age.ShiftRight(2), f.id.ShiftLeft(age), f.id.ShiftRight(nil)),
		of(f, "bits: beside others", age.BitAnd(6).Add(1).BitOr(age.Mul(2)), age.Neg().BitNot().Neg(), age.BitXor(1).BitXor(2), age.ShiftLeft(1).ShiftRight(2), age.Add(1).BitNot()),
		{name: "bits: shifted by a parameter", q: expr.Select(age.ShiftLeft(p)), params: map[string]expr.Value{"p": expr.Int(3)}},
		where(f, "truth", expr.And(f.u.C("active").IsTrue(), f.u.C("active").IsNotTrue(), age.Gt(1).IsFalse(), expr.Not(f.u.C("active").IsNotFalse()), f.u.C("active").IsTrue().Eq(true))),
		where(f, "between: symmetric", expr.And(age.BetweenSymmetric(9, 1), age.NotBetweenSymmetric(f.id, 1), expr.Or(age.BetweenSymmetric(1, 2), age.NotBetweenSymmetric(3, 4)), expr.Not(age.BetweenSymmetric(1, 2)))),
		where(f, "text: whatever the case", expr.And(f.name.IStartsWith("5%"), f.name.IEndsWith(f.email), f.name.IContains(expr.ParamDefault("q", schema.Text, "_")), expr.Not(f.u.C("mood").IContains("O")))),
		where(f, "text: escape", expr.And(f.name.Like("a/%").Escape("/"), f.name.NotILike("a!_").Escape("!"), f.name.Like(`a\`).Escape(`\`))),
		{name: "collate", q: expr.Select(f.id, f.name.Concat("x").Collate("C").Concat("y")).Where(f.name.Collate("binary").Lt("a"), f.name.Collate("C").Like("a"), f.u.C("mood").Collate("C").Gt("a"), expr.Of(nil).Collate("C").IsNull()).OrderBy(f.name.Collate("C").Desc())},
		where(f, "collate: no case", f.name.Collate("nocase").Eq("ANN")),
		where(f, "regexp: match", expr.And(f.name.RegexpMatch("^a"), expr.Not(f.name.RegexpMatch("^a", true)), f.u.C("mood").RegexpMatch(f.name.Concat("$")), f.name.RegexpMatch(nil))),
		of(f, "regexp: replace", f.name.RegexpReplace("(a)", `\1$1\\\0`), f.name.RegexpReplace("a", pattern, true), f.name.RegexpReplace("a", nil)),
		of(f, "regexp: computed replacement", f.name.RegexpReplace("a", f.email)),
		of(f, "cast: coerce", f.name.Coerce(schema.Integer).Div(2), age.Add(1).Coerce(schema.Text).Concat("x")),
		of(f, "custom: operators", age.Custom("<<", 2, schema.Integer).Add(1), age.Add(1).Custom("&", age.Mul(2)), age.Custom("|", 1).Custom("|", age.Neg())),
		where(f, "custom: a condition", expr.Not(f.name.Custom(">=", "a", schema.Boolean))),
		where(f, "custom: a question mark", f.u.C("data").Custom("?", "k", schema.Boolean)),
		where(f, "custom: a back quote", age.Custom("`", 1, schema.Boolean)),
		where(f, "custom: a number sign", age.Custom("#", 1, schema.Boolean)),
	}
}
