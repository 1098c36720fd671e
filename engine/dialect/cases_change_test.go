package dialect

import (
	"testing"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func casesOfChanges(t testing.TB, f *fixture) []golden {
	u, a, e := f.u, f.a, f.e
	type set = expr.Assign
	one := func(name string, q expr.Statement) golden { return golden{name: name, q: q} }
	x, ex := u.Alias("x"), expr.Excluded(u)
	ann := expr.Insert(u).Values(set{"name": "ann", "id": 1, "age": 30})
	byID := ann.OnConflict(u.C("id"))
	count := func(s *expr.SelectStmt) expr.Expr { return s.Columns(expr.Func("count")).Scalar() }
	copied := expr.Insert(a).FromSelect([]string{"id", "user_id", "city"}, expr.Select(u.C("id"), u.C("id").Label("u"), u.C("name")))
	recent := expr.Select(a.C("user_id"), expr.Func("max", a.C("city")).Label("city")).GroupBy(a.C("user_id"))
	c := recent.CTE("recent")
	gone := expr.Delete(u).Where(u.C("age").Lt(18)).Returning(u.C("id")).CTE("gone")
	tree := expr.Recursive("tree", expr.Select(u.C("id")).Where(u.C("parent_id").IsNull()), func(found expr.Source) expr.Query {
		return expr.Select(x.C("id")).From(x, found).Where(x.C("parent_id").Eq(found.C("id")))
	})
	return []golden{
		one("insert: values", ann),
		one("insert: rows", expr.Insert(u).Values(set{"id": 1, "name": "ann", "mood": "ok"}, set{"mood": nil, "name": f.name.Node().(*expr.ColumnExpr).Name(), "id": expr.Of(1).Add(1)})),
		one("insert: each type", expr.Insert(u).Values(set{
			"id": 1, "name": "ann", "email": expr.Of("a").Concat("b"), "age": 3.0, "score": 1, "balance": decimal(t, "1.50"), "active": true,
			"born": "2000-01-31", "woke": "06:30:00", "created": "2026-01-31 13:45:00", "seen": "2026-01-31 13:45:00Z",
			"token": "123e4567-e89b-12d3-a456-426614174000", "data": `{"a": 1}`, "photo": []byte{1}, "mood": "ok"})),
		{name: "insert: parameters", q: expr.Insert(u).Values(set{"id": expr.Param("id", schema.BigInteger), "name": expr.Param("name", schema.Text), "mood": expr.Param("mood", schema.Text), "balance": expr.Param("b", schema.Double)}),
			params: map[string]expr.Value{"id": expr.Int(7), "name": expr.Text("x"), "mood": expr.Text("ok"), "b": expr.Float(1.5)}},
		one("insert: nothing but defaults", expr.Insert(a).Values(set{})),
		one("insert: nothing but defaults, or nothing", expr.Insert(a).Values(set{}).OnConflict().DoNothing()),
		one("insert: default", expr.Insert(u).Values(set{"id": 1, "name": "a", "age": expr.Default()})),
		one("insert: default in some rows", expr.Insert(u).Values(set{"id": 1, "name": "a", "age": expr.Default()}, set{"id": 2, "name": "b", "age": 1})),
		one("insert: default in all columns", expr.Insert(u).Values(set{"id": expr.Default(), "name": expr.Default()})),
		one("insert: a query as a value", expr.Insert(u).Values(set{"id": expr.Select(expr.Func("max", x.C("id")).Add(1)).Scalar(), "name": "b"})),
		one("insert: queries of itself as values", expr.Insert(u).Values(set{"id": 1, "name": expr.Select(expr.Func("max", x.C("name"))).Scalar()}, set{"id": 2, "name": "b"}).OnConflict().DoUpdate(set{"name": ex.C("name")})),
		one("insert: queries of itself, and default", expr.Insert(u).Values(set{"id": 1, "name": expr.Select(expr.Func("max", x.C("name"))).Scalar()}, set{"id": 2, "name": expr.Default()})),
		one("insert: of a schema", expr.Insert(e).Values(set{"id": 1, "user_id": 2}).Returning(e.C("id"), e.C("user_id").Label("u"))),
		one("insert: from a select", copied),
		one("insert: from a select of itself", expr.Insert(u).FromSelect([]string{"id", "name"}, expr.Select(u.C("id").Add(100), u.C("name")).Where(u.C("active")))),
		one("insert: from a compound", expr.Insert(u).FromSelect([]string{"id", "name"}, expr.Select(u.C("id").Add(100), u.C("name")).UnionAll(expr.Select(x.C("id").Add(200), x.C("name"))))),
		one("insert: from a cte", expr.Insert(a).FromSelect([]string{"id", "user_id"}, expr.Select(c.C("user_id").Add(1), c.C("user_id")))),
		one("insert: returning", ann.Returning(u.C("id"), f.name.Label("n"), u.C("age").Add(1).Label("next"), expr.Func("upper", f.name))),
		one("insert: returning everything, and a query", expr.Insert(a).Values(set{"id": 1, "user_id": 2}).Returning(a, count(expr.Select(1).From(u).Where(u.C("id").Eq(a.C("user_id")))).Label("n"))),
		one("conflict: do nothing", ann.OnConflict().DoNothing()),
		one("conflict: do nothing of a column", byID.DoNothing()),
		one("conflict: do nothing, returning", byID.DoNothing().Returning(u.C("id"))),
		one("conflict: do update", byID.DoUpdate(set{"name": ex.C("name"), "age": u.C("age").Add(ex.C("age"))}).Returning(u.C("id"))),
		one("conflict: do update of what is not inserted", byID.DoUpdate(set{"email": ex.C("email"), "score": nil})),
		one("conflict: do update of any key", ann.OnConflict().DoUpdate(set{"name": ex.C("name")})),
		one("conflict: do update where", byID.DoUpdate(set{"name": ex.C("name"), "age": ex.C("age")}).Where(u.C("age").Lt(ex.C("age")))),
		one("conflict: do update where, in circles", byID.DoUpdate(set{"name": ex.C("name"), "age": ex.C("age")}).Where(u.C("age").Lt(ex.C("age")), f.name.Ne(ex.C("name")))),
		one("conflict: do update where, returning", byID.DoUpdate(set{"age": ex.C("age")}).Where(u.C("age").Lt(ex.C("age"))).Returning(u.C("id"))),
		one("conflict: do update of one another", byID.DoUpdate(set{"age": u.C("score").Cast(schema.Integer), "score": u.C("age")})),
		one("conflict: do update, a query", byID.DoUpdate(set{"age": count(expr.Select(1).From(x).Where(x.C("parent_id").Eq(u.C("id")))).Add(ex.C("age"))})),
		one("conflict: do update of several rows, a query", byID.Values(set{"id": 2, "name": "b", "age": 1}).DoUpdate(set{"age": count(expr.Select(1).From(x).Where(x.C("parent_id").Eq(u.C("id"))))})),
		one("conflict: another column", ann.OnConflict(u.C("email")).DoUpdate(set{"name": ex.C("name")})),
		one("conflict: several columns", expr.Insert(a).Values(set{"id": 1, "user_id": 2}).OnConflict("user_id", a.C("email")).DoNothing()),
		one("conflict: a constraint", ann.OnConstraint("users_pkey").DoNothing()),
		one("conflict: a partial index", ann.OnConflict(u.C("email")).Among(u.C("active")).DoNothing()),
		one("conflict: a partial index with a value", ann.OnConflict(u.C("email")).Among(u.C("age").Gt(1)).DoNothing()),
		one("conflict: from a select", copied.OnConflict(a.C("id")).DoUpdate(set{"city": expr.Excluded(a).C("city")})),
		one("conflict: of a schema", expr.Insert(e).Values(set{"id": 1, "user_id": 2}).OnConflict(e.C("id")).DoUpdate(set{"user_id": e.C("user_id").Add(expr.Excluded(e).C("user_id"))})),
		one("update: values", expr.Update(u).Set(set{"name": "ann", "age": u.C("age").Add(1), "mood": "sad", "balance": nil}).Where(u.C("id").Eq(1))),
		one("update: all rows", expr.Update(u).Set(set{"active": true}).AllRows()),
		one("update: text of an enum, an enum of text", expr.Update(u).Set(set{"mood": f.email, "email": u.C("mood")}).AllRows()),
		one("update: more digits", expr.Update(u).Set(set{"balance": u.C("balance").Mul(u.C("score"))}).AllRows()),
		one("update: a time of a date", expr.Update(u).Set(set{"created": u.C("born")}).AllRows()),
		one("update: default", expr.Update(u).Set(set{"age": expr.Default()}).Where(u.C("id").Eq(1))),
		one("update: in order", expr.Update(u).Set(set{"parent_id": u.C("age"), "age": u.C("id"), "email": f.name, "name": "x"}).AllRows()),
		one("update: in circles", expr.Update(u).Set(set{"name": expr.Func("coalesce", f.email, "x"), "email": f.name}).AllRows()),
		one("update: an alias", expr.Update(x).Set(set{"age": x.C("age").Sub(1)}).Where(x.C("id").Gt(3))),
		one("update: of a schema", expr.Update(e).Set(set{"user_id": 1}).Where(e.C("id").Eq(2))),
		one("update: a correlated query", expr.Update(u).Set(set{"age": count(expr.Select(1).From(a).Where(a.C("user_id").Eq(u.C("id"))))}).Where(expr.Exists(expr.Select(1).From(a).Where(a.C("user_id").Eq(u.C("id")))))),
		one("update: a query of itself", expr.Update(u).Set(set{"age": count(expr.Select(1).From(x).Where(x.C("parent_id").Eq(u.C("id"))))}).Where(u.C("id").In(expr.Select(x.C("parent_id"))))),
		one("update: from", expr.Update(u).Set(set{"email": a.C("email"), "age": 1}).From(a).Where(a.C("user_id").Eq(u.C("id")))),
		one("update: from itself", expr.Update(u).Set(set{"name": x.C("name")}).From(x).Where(x.C("id").Eq(u.C("parent_id")))),
		one("update: from, of one another", expr.Update(u).Set(set{"email": f.name, "name": expr.Func("coalesce", a.C("city"), "x")}).From(a).Where(a.C("user_id").Eq(u.C("id")))),
		one("update: from a join", expr.Update(u).Set(set{"email": a.C("email")}).From(a.LeftJoin(e, e.C("user_id").Eq(a.C("user_id")))).Where(a.C("user_id").Eq(u.C("id")), e.C("id").IsNull())),
		one("update: from several", expr.Update(u).Set(set{"email": a.C("email")}).From(a, e).Where(a.C("user_id").Eq(u.C("id")), e.C("user_id").Eq(u.C("id")))),
		one("update: from a cte", expr.Update(u).Set(set{"email": c.C("city")}).From(c).Where(c.C("user_id").Eq(u.C("id")), u.C("id").In(expr.Select(c.Alias("again").C("user_id"))))),
		one("update: from a recursive cte", expr.Update(u).Set(set{"active": true}).From(tree).Where(tree.C("id").Eq(u.C("id")))),
		one("update: returning", expr.Update(x).Set(set{"age": 1}).Where(x.C("id").Eq(1)).Returning(x.C("id"), x.C("age").Label("a"))),
		one("update: returning another's column", expr.Update(u).Set(set{"email": a.C("email")}).From(a).Where(a.C("user_id").Eq(u.C("id"))).Returning(u.C("id"), a.C("id").Label("address"))),
		one("update: returning a query", expr.Update(x).Set(set{"age": 1}).Where(x.C("id").Eq(1)).Returning(count(expr.Select(1).From(u).Where(u.C("parent_id").Eq(x.C("id")))).Label("n"))),
		one("update: limit", expr.Update(u).Set(set{"age": 1}).Where(u.C("active")).OrderBy(u.C("id").Desc()).Limit(3)),
		one("delete: where", expr.Delete(u).Where(u.C("age").Lt(18))),
		one("delete: all rows", expr.Delete(a).AllRows()),
		one("delete: an alias", expr.Delete(x).Where(x.C("age").Lt(18))),
		one("delete: of a schema", expr.Delete(e).Where(e.C("id").Eq(1))),
		one("delete: a query of itself", expr.Delete(u).Where(u.C("id").In(expr.Select(x.C("parent_id"))))),
		one("delete: an alias, a query of itself", expr.Delete(x).Where(x.C("id").In(expr.Select(u.C("parent_id"))))),
		one("delete: using", expr.Delete(u).Using(a).Where(a.C("user_id").Eq(u.C("id")), a.C("city").Eq("Rome"))),
		one("delete: using, all rows", expr.Delete(u).Using(a).AllRows()),
		one("delete: using itself", expr.Delete(u).Using(x).Where(x.C("parent_id").Eq(u.C("id")), u.C("id").In(expr.Select(u.Alias("y").C("id")).Limit(1)))),
		one("delete: using several", expr.Delete(u).Using(a.Join(e, e.C("user_id").Eq(a.C("user_id")))).Where(a.C("user_id").Eq(u.C("id")))),
		one("delete: using a cte", expr.Delete(u).Using(c).Where(c.C("user_id").Eq(u.C("id")), c.C("city").IsNull())),
		one("delete: returning", expr.Delete(u).Where(u.C("age").Lt(18)).Returning(u.C("id"), f.name.Label("n"))),
		one("delete: an alias, returning", expr.Delete(x).Where(x.C("age").Lt(18)).Returning(x.C("id"))),
		one("delete: an alias, a query, returning", expr.Delete(x).Where(x.C("id").In(expr.Select(u.C("parent_id")))).Returning(x.C("id"))),
		one("delete: using, returning", expr.Delete(u).Using(a).Where(a.C("user_id").Eq(u.C("id"))).Returning(u.C("id"))),
		one("delete: using, returning another's column", expr.Delete(u).Using(a).Where(a.C("user_id").Eq(u.C("id"))).Returning(u.C("id"), a.C("id").Label("address"))),
		one("delete: limit", expr.Delete(u).Where(u.C("active")).OrderBy(u.C("id")).Limit(3)),
		one("change in a cte: insert", expr.Select(ann.Returning(u.C("id"), f.name.Label("n")).CTE("new").C("n"))),
		one("change in a cte: delete into insert", expr.Insert(a).FromSelect([]string{"id", "user_id"}, expr.Select(gone.C("id"), gone.C("id").Label("u")))),
	}
}
