package dialect

import (
	"testing"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func casesOfSelect(t testing.TB, f *fixture) []golden {
	u := f.u
	age, active := u.C("age"), u.C("active")
	n := expr.Func("count").Label("n")
	ten := expr.Func("round", u.C("score").Mul(10))
	one := func(name string, q *expr.SelectStmt) golden { return golden{name: name, q: q} }
	limit := golden{
		name:   "select: limit by parameters",
		q:      expr.Select(f.id).Limit(expr.Param("n", schema.Integer)).Offset(expr.ParamDefault("from", schema.BigInteger, 0)),
		params: map[string]expr.Value{"n": expr.Int(3)},
	}
	return []golden{
		one("select: columns and labels", expr.Select(f.id, f.name.Label("label"), age.Add(1), f.email.Label("email"), age.Sub(1).Label(`q"u`+"`"))),
		one("select: everything", expr.Select(f.a)),
		one("select: without from", expr.Select(expr.Of(1).Add(2).Label("three"))),
		one("select: without from, with where", expr.Select(expr.Of(1).Label("one")).Where(expr.Of(1).Eq(2))),
		one("select: distinct", expr.Select(f.name, age).Distinct().OrderBy(age.Desc(), f.name)),
		one("select: distinct, ordered by an argument", expr.Select(f.name, age.Add(1)).Distinct().OrderBy(age.Add(1))),
		one("select: distinct, ordered by another", expr.Select(f.name).Distinct().OrderBy(age)),
		one("select: group by", expr.Select(f.name, n).GroupBy(f.name).Having(expr.Func("count").Gt(1))),
		one("select: group by an argument", expr.Select(age.Add(1).Label("next"), n, age.Mul(2)).GroupBy(age.Add(1), age.Mul(2), age.Mul(3)).OrderBy(age.Mul(2).Desc(), age.Mul(3))),
		one("select: group by a label", expr.Select(expr.Func("upper", f.name).Label("name"), age.Mod(10).Label("digit"), n).GroupBy(expr.Ref("name"), expr.Ref("digit"))),
		one("select: group by a query", expr.Select(expr.Select(f.a.C("city")).From(f.a).Where(f.a.C("user_id").Eq(f.id)).Scalar().Label("city"), n).From(u).GroupBy(expr.Ref("city")).OrderBy(expr.Ref("city"))),
		one("select: group by a value", expr.Select(expr.Of(1).Label("one"), n).From(u).GroupBy(expr.Ref("one"))),
		one("select: group by a null", expr.Select(expr.Of(nil).Label("none"), n).From(u).GroupBy(expr.Ref("none")).OrderBy(expr.Ref("none"))),
		one("select: group by a parameter", expr.Select(n).From(u).GroupBy(expr.ParamDefault("p", schema.Integer, 1))),
		one("select: order by a parameter", expr.Select(f.id).OrderBy(expr.ParamDefault("p", schema.Integer, 1))),
		one("select: having a label", expr.Select(age.Add(1).Label("next"), n).GroupBy(expr.Ref("next")).Having(expr.Ref("next").Gt(5), expr.Ref("n").Gt(1), expr.Func("sum", age.Add(1)).Gt(0), age.Add(1).Mul(2).Lt(100))),
		one("select: having a label beside a call without one", expr.Select(age.Add(1).Label("next"), expr.Func("count"), expr.Func("max", f.id)).GroupBy(expr.Ref("next")).Having(age.Add(1).Gt(5))),
		one("select: having a label that is no word beside a call without one", expr.Select(age.Add(1).Label("count(*)"), expr.Func("count")).GroupBy(age.Add(1)).Having(age.Add(1).Gt(5))),
		one("select: having a label of a column's name", expr.Select(age.Add(1).Label("name"), n).GroupBy(expr.Ref("name"), f.name).Having(expr.Ref("name").Gt(5))),
		one("select: order by", expr.Select(f.id).OrderBy(f.name, age.Desc(), age.Add(1), expr.Func("lower", f.email).Desc())),
		one("select: order by labels", expr.Select(f.id, n, age.Label("other")).GroupBy(f.id, age).OrderBy(expr.Ref("n").Desc(), expr.Ref("other"), expr.Ref("id"))),
		one("select: order by a label of two cases", expr.Select(f.id.Label("N"), age.Label("n")).OrderBy(expr.Ref("n"), expr.Ref("N"))),
		one("select: order by a label beside a column without one", expr.Select(f.id.Label("x"), age.Add(1)).OrderBy(expr.Ref("x"))),
		one("select: order by a label like a column", expr.Select(age.Label("name"), f.id.Label("age")).OrderBy(expr.Ref("name"), f.name, age)),
		one("select: order of null", expr.Select(f.id, ten.Label("ten")).OrderBy(age.Asc().NullsFirst(), age.Asc().NullsLast(), age.Desc().NullsFirst(), age.Desc().NullsLast(), expr.Ref("ten").Asc().NullsLast(), age.Add(1).Desc().NullsFirst(), active.IsNull().Asc().NullsLast())),
		one("select: limit", expr.Select(f.id).Where(f.id.Ne(5)).Limit(5)),
		one("select: limit and offset", expr.Select(f.id).Limit(5).Offset(10)),
		one("select: offset", expr.Select(f.id).Offset(10)),
		limit,
		one("select: label of a column above U+FFFF", expr.Select(f.id.Label("smile 😀"), age.Label("n")).OrderBy(expr.Ref("smile 😀"), expr.Ref("n"))),
	}
}

func casesOfSources(t testing.TB, f *fixture) []golden {
	u, a, e := f.u, f.a, f.e
	one := func(name string, q *expr.SelectStmt) golden { return golden{name: name, q: q} }
	other := u.Alias("other")
	boss := u.Alias("boss")
	perUser := expr.Select(a.C("user_id"), expr.Func("count").Label("N"), expr.Func("max", a.C("city")).Label("n"), a.C("email").Label("e mail")).GroupBy(a.C("user_id"), a.C("email")).Subquery("users")
	nested := expr.Select(perUser.C("user_id"), perUser.C("n").Label("top")).Where(perUser.C("N").Gt(1)).Subquery("")
	second := u.Alias("addresses")
	correlated := expr.Select(a.C("id")).From(a).Where(a.C("user_id").Eq(f.id))
	hostile := expr.Table(f.hostile)
	var columns []any
	for _, n := range f.hostileNames {
		columns = append(columns, hostile.C(n))
	}
	return []golden{
		one("source: join by foreign key", expr.Select(f.name, a.C("email")).Join(a)),
		one("source: left join", expr.Select(f.name, a.C("email")).From(u).LeftJoin(a, a.C("user_id").Eq(f.id), a.C("city").Eq("Rome"))),
		one("source: full join", expr.Select(f.name, a.C("email")).From(u).FullJoin(a, a.C("user_id").Eq(f.id))),
		one("source: cross joins", expr.Select(f.name, a.C("email"), e.C("id")).From(u, a, e)),
		one("source: cross join, then join", expr.Select(f.name, a.C("email")).From(u).CrossJoin(e).Join(a, a.C("user_id").Eq(f.id))),
		one("source: nested join", expr.Select(f.name).From(expr.Join(expr.LeftJoin, u, expr.Join(expr.InnerJoin, a, e, e.C("user_id").Eq(a.C("user_id"))), a.C("user_id").Eq(f.id)))),
		one("source: left-nested join", expr.Select(f.name).From(expr.Join(expr.InnerJoin, expr.Join(expr.LeftJoin, u, a, a.C("user_id").Eq(f.id)), e, e.C("user_id").Eq(f.id)))),
		one("source: alias", expr.Select(f.name, boss.C("name").Label("boss")).From(u).LeftJoin(boss, boss.C("id").Eq(u.C("parent_id")))),
		one("source: two aliases of one name", expr.Select(f.name, other.C("name")).From(u.Alias("other"), other, u)),
		one("source: alias named like a table", expr.Select(second.C("name"), a.C("city")).From(second, a)),
		one("source: table of a schema", expr.Select(e.C("id"), e.C("at"), f.name).From(e).Join(u, u.C("id").Eq(e.C("user_id")))),
		one("source: subquery", expr.Select(f.name, perUser.C("N"), perUser.C("n"), perUser.C("e mail")).Join(perUser, perUser.C("user_id").Eq(f.id)).OrderBy(perUser.C("N").Desc())),
		one("source: subquery of a subquery", expr.Select(nested.C("top"), nested.C("user_id")).Where(nested.C("top").Ne("x"))),
		one("source: alias of a subquery", expr.Select(perUser.Alias("p").C("n"))),
		one("source: scalar subquery", expr.Select(f.name, expr.Select(expr.Func("count")).From(a).Where(a.C("user_id").Eq(f.id)).Scalar().Label("n"), expr.Select(expr.Func("max", a.C("id"))).Scalar().Add(1).Label("next")).From(u)),
		one("source: scalar subquery on the same table", expr.Select(f.name).Where(f.id.Eq(expr.Select(expr.Func("max", other.C("id"))).Where(other.C("parent_id").Eq(u.C("parent_id"))).Scalar()))),
		one("source: exists", expr.Select(f.name).Where(correlated.Exists(), expr.Not(correlated.Exists()))),
		one("source: in a query", expr.Select(f.name).Where(f.id.In(expr.Select(a.C("user_id")).Where(a.C("city").Eq("Rome"))), f.id.NotIn(expr.Select(boss.C("parent_id"))))),
		one("source: in a query with limit", expr.Select(f.name).Where(f.id.In(expr.Select(a.C("user_id")).OrderBy(a.C("id").Desc()).Limit(5)))),
		one("source: in a correlated query with limit", expr.Select(f.name).Where(f.id.In(correlated.Limit(5)))),
		one("source: enum in a query of text", expr.Select(f.name).Where(u.C("mood").In(expr.Select(a.C("city"))))),
		one("source: text in a query of enums", expr.Select(f.name).Where(f.name.In(expr.Select(other.C("mood"))))),
		one("source: label in a query of enums", expr.Select(f.name).Where(expr.Of("ok").In(expr.Select(other.C("mood"))))),
		one("source: date in a query of times", expr.Select(f.name).Where(u.C("born").In(expr.Select(e.C("at"))))),
		one("source: time in a query of dates", expr.Select(f.name).Where(u.C("created").In(expr.Select(a.C("moved"))))),
		one("source: hostile names", expr.Select(columns...).Where(hostile.C(`a"b`).Gt(1)).OrderBy(hostile.C("a`b"))),
		one("source: hostile labels and aliases", hostileLabels(f)),
	}
}

func hostileLabels(f *fixture) *expr.SelectStmt {
	alias := expr.Table(f.hostile).Alias(`x" AS y; --`)
	sub := expr.Select(alias.C(`a"b`).Label(`l"1`), alias.C("a`b").Label("l`1"), alias.C("$1").Label("A"), alias.C("?").Label("a")).Subquery("we\"`.'ird")
	var items []any
	for _, o := range sub.Columns() {
		items = append(items, sub.C(o.Name).Label("out "+o.Name))
	}
	return expr.Select(items...).Where(sub.C(`l"1`).Gt(0)).OrderBy(expr.Ref(`out l"1`), expr.Ref("out A"))
}
