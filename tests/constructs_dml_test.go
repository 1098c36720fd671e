package tests

import (
	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

type set = expr.Assign

// usersLeft, ages and so on are what is there after a change.
func usersLeft(s *sample) expr.Node { return expr.Select(s.id(), s.name()).OrderBy(s.id()) }
func ages(s *sample) expr.Node      { return expr.Select(s.id(), s.age()).OrderBy(s.id()) }
func addressesLeft(s *sample) expr.Node {
	return expr.Select(s.a.C("id"), s.a.C("user_id"), s.a.C("city")).OrderBy(s.a.C("id"))
}

// added are the rows of a table beyond those that the sample has.
func added(s *sample) expr.Node {
	return expr.Select(s.id(), s.name(), s.age()).Where(s.id().Gt(5)).OrderBy(s.id())
}

func addedAddresses(s *sample) expr.Node {
	return expr.Select(s.a.C("id"), s.a.C("user_id"), s.a.C("city"), s.a.C("moved")).Where(s.a.C("id").Gt(5)).OrderBy(s.a.C("id"))
}

const (
	noReturning  = "mariadb has none"
	mysqlNothing = "mysql has none"
	twoKeys      = "looks at every key of the table"
)

// refusedBy says that dialects refuse for the same reason.
func refusedBy(reason string, dialects ...string) map[string]string {
	m := map[string]string{}
	for _, d := range dialects {
		m[d] = reason
	}
	return m
}

// askedLate is true of the rows that have an age, and NULL of others, as long as some row is left that has
// one: only for others a database needs to look.
func askedLate(s *sample, u expr.Source) expr.Expr {
	x := s.u.Alias("x")
	left := expr.Select(x.C("age")).From(x).Where(x.C("age").Gt(0)).Distinct().Subquery("some_left")
	return u.C("age").Neg().NotIn(expr.Select(expr.Of(1)).From(left).Where(u.C("id").Gt(0)).Correlate(u))
}

func constructsOfChanges() []construct {
	return append(append(constructsOfInserts(), constructsOfConflicts()...), append(constructsOfUpdates(), constructsOfDeletes()...)...)
}

func constructsOfInserts() []construct {
	return []construct{
		{name: "insert: a row", then: added, rows: "6|eve|20", build: func(s *sample) expr.Node {
			return expr.Insert(s.u).Values(set{"name": "eve", "id": 6, "age": 20})
		}},
		{name: "insert: several rows", then: added, rows: "6|eve|20\n7|fay|NULL", build: func(s *sample) expr.Node {
			return expr.Insert(s.u).Values(set{"name": "eve", "id": 6, "age": 20}, set{"id": 7, "name": "fay", "age": nil})
		}},
		{name: "insert: every type", build: func(s *sample) expr.Node {
			return expr.Insert(s.u).Values(set{"id": 6, "parent_id": 1, "name": "eve", "email": "e", "age": 20, "score": 1.5, "balance": decimalOf("7.25"), "active": true,
				"born": "2001-02-03", "woke": "01:02:03", "created": "2001-02-03 04:05:06.25", "seen": "2001-02-03 04:05:06Z", "token": "6f1f0b0e-0000-4000-8000-00000000000b",
				"data": `{"a": [1, null]}`, "photo": []byte{1, 0, 255}, "mood": "sad"})
		}, then: func(s *sample) expr.Node { return expr.Select(s.u).Where(s.id().Eq(6)) },
			rows: `6|1|eve|e|20|1.5|7.25|true|2001-02-03|01:02:03|2001-02-03 04:05:06.25|2001-02-03 04:05:06Z|6f1f0b0e-0000-4000-8000-00000000000b|{"a":[1,null]}|` + "\x01\x00\xff" + `|sad`},
		{name: "insert: expressions", then: added, rows: "7|evexx|30", build: func(s *sample) expr.Node {
			return expr.Insert(s.u).Values(set{"id": expr.Of(3).Add(4), "name": expr.Of("eve").Concat("xx"), "age": expr.Func("length", "abc").Mul(10)})
		}},
		{name: "insert: parameters", params: engine.Params{"id": 6, "name": "eve", "age": nil, "mood": "ok"}, rows: "6|eve|NULL", then: added, build: func(s *sample) expr.Node {
			return expr.Insert(s.u).Values(set{"id": expr.Param("id", schema.BigInteger), "name": expr.Param("name", schema.Text), "age": expr.Param("age", schema.Integer), "mood": expr.Param("mood", schema.Text)})
		}},
		{name: "insert: a query as a value", then: added, rows: "6|eve|41", emulated: "mysql", build: func(s *sample) expr.Node {
			return expr.Insert(s.u).Values(set{"id": expr.Select(expr.Func("max", s.id())).Scalar().Add(1), "name": "eve", "age": expr.Select(expr.Func("max", s.age())).Scalar()})
		}},
		{name: "insert: several rows, with queries of the table itself", then: added, rows: "6|eve|41\n7|fay|41", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			oldest := expr.Select(expr.Func("max", s.age())).Scalar()
			return expr.Insert(s.u).Values(set{"id": 6, "name": "eve", "age": oldest}, set{"id": 7, "name": "fay", "age": oldest})
		}},
		{name: "insert: DEFAULT in every row", then: added, rows: "6|eve|NULL", emulated: "sqlite", build: func(s *sample) expr.Node {
			return expr.Insert(s.u).Values(set{"id": 6, "name": "eve", "age": expr.Default()})
		}},
		{name: "insert: DEFAULT in some rows", then: added, rows: "6|eve|NULL\n7|fay|1", refused: refusedBy("DEFAULT as a value", "sqlite"), build: func(s *sample) expr.Node {
			return expr.Insert(s.u).Values(set{"id": 6, "name": "eve", "age": expr.Default()}, set{"id": 7, "name": "fay", "age": 1})
		}},
		{name: "insert: from a select", then: addedAddresses, rows: "101|1|ann|1994-02-28\n103|3|Zoë|NULL", build: func(s *sample) expr.Node {
			return expr.Insert(s.a).FromSelect([]string{"id", "user_id", "city", "moved"}, expr.Select(s.id().Add(100), s.id(), s.name(), s.u.C("born")).Where(s.u.C("active")))
		}},
		{name: "insert: from a select of itself", then: addedAddresses, rows: "11|1|Rome|NULL\n12|1|Oslo|NULL\n13|2|Rome|NULL", build: func(s *sample) expr.Node {
			return expr.Insert(s.a).FromSelect([]string{"id", "user_id", "city"}, expr.Select(s.a.C("id").Add(10), s.a.C("user_id"), s.a.C("city")).Where(s.a.C("id").Le(3)))
		}},
		{name: "insert: from a compound", then: addedAddresses, rows: "11|1|a|NULL\n12|2|b|NULL", build: func(s *sample) expr.Node {
			return expr.Insert(s.a).FromSelect([]string{"id", "user_id", "city"}, expr.Select(11, 1, "a").UnionAll(expr.Select(12, 2, "b")))
		}},
		{name: "insert: from a select of decimals of more digits", then: func(s *sample) expr.Node { return expr.Select(s.id(), s.u.C("balance")).Where(s.id().Gt(6)) }, emulated: "sqlite",
			rows: "7|4.17\n8|0.03", build: func(s *sample) expr.Node {
				x := s.u.Alias("x")
				q := expr.Select(x.C("id").Add(6).Label("id"), x.C("name").Concat("!").Label("n"), x.C("balance").Div(3).Label("n")).From(x).Where(x.C("id").Lt(3))
				return expr.Insert(s.u).FromSelect([]string{"id", "name", "balance"}, q)
			}},
		{name: "insert: from a select of a query of itself", then: addedAddresses, rows: "11|1|ann@example.org|NULL\n12|2|NULL|NULL\n13|3|zoe@example.org|NULL\n14|4||NULL\n15|5|x_y|NULL", emulated: "mariadb", build: func(s *sample) expr.Node {
			late := expr.Select(s.a.C("id")).From(s.a).Where(s.a.C("id").Gt(10)).Distinct().Subquery("late")
			q := expr.Select(s.id().Add(10).Label("id"), s.id().Label("user_id"), s.u.C("email")).From(s.u).Where(expr.Or(s.id().Eq(1), expr.Not(expr.Exists(expr.Select(late.C("id")).From(late).Where(s.id().Gt(0)).Correlate(s.u)))))
			return expr.Insert(s.a).FromSelect([]string{"id", "user_id", "city"}, q)
		}},
		{name: "insert: from a CTE", then: addedAddresses, rows: "13|3|two|NULL", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			c := expr.Select(s.a.C("user_id"), expr.Func("max", s.a.C("id")).Label("last")).GroupBy(s.a.C("user_id")).CTE("c")
			return expr.Insert(s.a).FromSelect([]string{"id", "user_id", "city"}, expr.Select(c.C("user_id").Add(10), c.C("user_id"), expr.Of("two")).Where(c.C("last").Eq(5)))
		}},
		{name: "insert: returning", rows: "6|EVE|2", refused: refusedBy(mysqlNothing, "mysql"), build: func(s *sample) expr.Node {
			return expr.Insert(s.u).Values(set{"id": 6, "name": "eve", "age": 1}).Returning(s.id(), expr.Func("upper", s.name()), s.age().Add(1).Label("next"))
		}},
		{name: "insert: returning a query", rows: "6|2", refused: refusedBy(mysqlNothing, "mysql"), build: func(s *sample) expr.Node {
			return expr.Insert(s.u).Values(set{"id": 6, "parent_id": 1, "name": "eve"}).
				Returning(s.id(), expr.Select(expr.Func("count")).From(s.a).Where(s.a.C("user_id").Eq(s.u.C("parent_id"))).Scalar().Label("n"))
		}},
		{name: "insert: spaces at the end of texts, beside queries of the table itself", then: added, rows: "6|eve |41\n7|fay  |41", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			x := s.u.Alias("x")
			most := expr.Select(expr.Func("max", x.C("age"))).From(x).Scalar()
			return expr.Insert(s.u).Values(set{"id": 6, "name": "eve ", "age": most}, set{"id": 7, "name": "fay  ", "age": most})
		}},
		{name: "delete: returning a query of the table itself", rows: "3|5\n4|5", refused: map[string]string{"mysql": mysqlNothing, "sqlite": "the table itself in RETURNING", "mariadb": "the table itself in RETURNING"}, build: func(s *sample) expr.Node {
			x := s.u.Alias("x")
			return expr.Delete(s.u).Where(s.id().In(3, 4)).Returning(s.id(), expr.Select(expr.Func("count")).From(x).Scalar().Label("n"))
		}},
		{name: "insert: returning several rows of a select", rows: "102|2\n103|2", refused: refusedBy(mysqlNothing, "mysql"), build: func(s *sample) expr.Node {
			return expr.Insert(s.u).FromSelect([]string{"id", "parent_id", "name"}, expr.Select(s.id().Add(100), expr.Of(2), s.name().Concat("2")).Where(s.id().In(2, 3))).
				Returning(s.id(), s.u.C("parent_id"))
		}},
	}
}

func constructsOfConflicts() []construct {
	rome := func(s *sample) *expr.InsertStmt {
		return expr.Insert(s.a).Values(set{"id": 1, "user_id": 9, "city": "Bern"}, set{"id": 6, "user_id": 9, "city": "Bern"})
	}
	excluded := func(s *sample, name string) expr.Expr { return expr.Excluded(s.a).C(name) }
	first := func(s *sample) expr.Node {
		return expr.Select(s.a.C("id"), s.a.C("user_id"), s.a.C("city")).Where(s.a.C("id").In(1, 2, 6)).OrderBy(s.a.C("id"))
	}
	return []construct{
		{name: "conflict: do nothing", then: first, rows: "1|1|Rome\n2|1|Oslo\n6|9|Bern", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			return rome(s).OnConflict().DoNothing()
		}},
		{name: "conflict: do nothing, of the only key", then: first, rows: "1|1|Rome\n2|1|Oslo\n6|9|Bern", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			return rome(s).OnConflict("id").DoNothing()
		}},
		{name: "conflict: do nothing, returning", rows: "6", refused: refusedBy("would return those, too", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return rome(s).OnConflict("id").DoNothing().Returning(s.a.C("id"))
		}},
		{name: "conflict: do nothing, of one key among several", then: added, refused: refusedBy(twoKeys, "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Insert(s.u).Values(set{"id": 6, "name": "ann"}).OnConflict(s.name()).DoNothing()
		}},
		{name: "conflict: do update", then: first, rows: "1|9|Bern\n2|1|Oslo\n6|9|Bern", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			return rome(s).OnConflict("id").DoUpdate(set{"city": excluded(s, "city"), "user_id": excluded(s, "user_id")})
		}},
		{name: "conflict: do update from both rows", then: first, rows: "1|10|Rome, Bern\n2|1|Oslo\n6|9|Bern", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			return rome(s).OnConflict("id").DoUpdate(set{"city": s.a.C("city").Concat(", ").Concat(excluded(s, "city")), "user_id": s.a.C("user_id").Add(excluded(s, "user_id"))})
		}},
		{name: "conflict: do update where", then: first, rows: "1|1|Rome\n2|9|Bern\n6|9|Bern", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			return expr.Insert(s.a).Values(set{"id": 1, "user_id": 9, "city": "Bern"}, set{"id": 2, "user_id": 9, "city": "Bern"}, set{"id": 6, "user_id": 9, "city": "Bern"}).
				OnConflict("id").DoUpdate(set{"city": excluded(s, "city"), "user_id": excluded(s, "user_id")}).Where(s.a.C("city").Eq("Oslo"))
		}},
		{name: "conflict: do update where it is made of columns that are set", then: first, rows: "1|9|Bern\n2|1|Oslo\n6|9|Bern",
			refused: refusedBy("made of one another", "mysql", "mariadb"), build: func(s *sample) expr.Node {
				return rome(s).OnConflict("id").DoUpdate(set{"city": excluded(s, "city"), "user_id": excluded(s, "user_id")}).Where(s.a.C("city").Eq("Rome"), s.a.C("user_id").Eq(1))
			}},
		{name: "conflict: do update, a query of the table itself", then: first, rows: "1|7|Rome\n2|1|Oslo", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			x := s.a.Alias("x")
			return expr.Insert(s.a).Values(set{"id": 1, "user_id": 9, "city": "Bern"}).OnConflict("id").
				DoUpdate(set{"user_id": expr.Select(expr.Func("count")).From(x).Where(x.C("user_id").Ge(s.a.C("user_id"))).Scalar().Add(2)})
		}},
		{name: "conflict: do update, a query of what is not inserted", then: first, rows: "1|6|Rome\n2|1|Oslo\n6|9|Bern", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			q := expr.Select(expr.Func("max", excluded(s, "id").Add(s.u.C("id")))).From(s.u).Where(s.u.C("id").Le(excluded(s, "user_id")))
			return rome(s).OnConflict("id").DoUpdate(set{"user_id": q.Scalar()})
		}},
		{name: "conflict: do update, a query whose ON names the row", then: first, rows: "1|2|Rome\n2|1|Oslo", refused: refusedBy("ON of a column of the row", "mariadb"), build: func(s *sample) expr.Node {
			x, y := s.u.Alias("x"), s.u.Alias("y")
			n := expr.Select(expr.Func("count")).From(x).Join(y, y.C("id").Eq(x.C("id")), x.C("id").Le(s.a.C("user_id"))).Scalar()
			return expr.Insert(s.a).Values(set{"id": 1, "user_id": 9, "city": "Bern"}).OnConflict("id").DoUpdate(set{"user_id": n.Add(1)})
		}},
		{name: "conflict: do update of several rows, a query of the table itself", then: first, rows: "1|7|Rome\n2|1|Oslo\n6|9|Bern", refused: refusedBy("show the rows that are changed already", "sqlite", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			x := s.a.Alias("x")
			return rome(s).OnConflict("id").DoUpdate(set{"user_id": expr.Select(expr.Func("count")).From(x).Where(x.C("user_id").Ge(s.a.C("user_id"))).Scalar().Add(2)})
		}},
		{name: "conflict: do update, returning", rows: "1|Bern\n6|Bern", emulated: "mariadb", refused: refusedBy(mysqlNothing, "mysql"), build: func(s *sample) expr.Node {
			return rome(s).OnConflict("id").DoUpdate(set{"city": excluded(s, "city")}).Returning(s.a.C("id"), s.a.C("city"))
		}},
		{name: "conflict: do update where, returning", rows: "6|Bern", refused: refusedBy("would return those, too", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return rome(s).OnConflict("id").DoUpdate(set{"city": excluded(s, "city")}).Where(s.a.C("city").Ne("Rome")).Returning(s.a.C("id"), s.a.C("city"))
		}},
		{name: "conflict: do update of any key", then: first, rows: "1|1|Bern\n2|1|Oslo\n6|9|Bern", emulated: "mysql mariadb", refused: refusedBy("needs the columns", "postgres"), build: func(s *sample) expr.Node {
			return rome(s).OnConflict().DoUpdate(set{"city": excluded(s, "city")})
		}},
		{name: "conflict: columns that are not inserted", then: first, rows: "1|1|NULL\n2|1|Oslo\n6|9|NULL", refused: refusedBy("the columns that the insert gives only", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Insert(s.a).Values(set{"id": 1, "user_id": 9}, set{"id": 6, "user_id": 9}).OnConflict("id").DoUpdate(set{"city": excluded(s, "city")})
		}},
		{name: "conflict: of a select", then: first, rows: "1|1|ann\n2|1|Bob", emulated: "mysql mariadb sqlite", build: func(s *sample) expr.Node {
			return expr.Insert(s.a).FromSelect([]string{"id", "user_id", "city"}, expr.Select(s.id(), s.id().Add(10), s.name()).Where(s.id().Le(2))).
				OnConflict("id").DoUpdate(set{"city": excluded(s, "city")})
		}},
		{name: "conflict: a constraint by name", then: first, rows: "1|1|Rome\n2|1|Oslo\n6|9|Bern", refused: refusedBy("ON CONSTRAINT", "sqlite", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return rome(s).OnConstraint("addresses_pkey").DoNothing()
		}},
	}
}

func constructsOfUpdates() []construct {
	ids := func(s *sample, x expr.Source) *expr.SelectStmt { return expr.Select(expr.Func("count")).From(x) }
	return []construct{
		{name: "update: values", then: ages, rows: "1|31\n2|26\n3|31\n4|41\n5|NULL", build: func(s *sample) expr.Node {
			return expr.Update(s.u).Set(set{"age": s.age().Add(1)}).Where(s.age().Lt(40))
		}},
		{name: "update: all rows", then: ages, rows: "1|NULL\n2|NULL\n3|NULL\n4|NULL\n5|NULL", build: func(s *sample) expr.Node {
			return expr.Update(s.u).Set(set{"age": nil}).AllRows()
		}},
		{name: "update: DEFAULT", then: ages, rows: "1|NULL\n2|25\n3|30\n4|41\n5|NULL", refused: refusedBy("DEFAULT as a value", "sqlite"), build: func(s *sample) expr.Node {
			return expr.Update(s.u).Set(set{"age": expr.Default()}).Where(s.id().Eq(1))
		}},
		{name: "update: columns that others are made of", emulated: "mysql mariadb", then: func(s *sample) expr.Node {
			return expr.Select(s.age(), s.u.C("score"), s.u.C("parent_id")).Where(s.id().Eq(2))
		},
			rows: "1|25|7", build: func(s *sample) expr.Node {
				return expr.Update(s.u).Set(set{"parent_id": 7, "age": s.u.C("parent_id"), "score": s.age()}).Where(s.id().Eq(2))
			}},
		{name: "update: columns that are made of one another", then: func(s *sample) expr.Node { return expr.Select(s.name(), s.u.C("email")).Where(s.id().Eq(1)) },
			rows: "ann@example.org|ann", emulated: "mariadb", refused: refusedBy("made of one another", "mysql"), build: func(s *sample) expr.Node {
				return expr.Update(s.u).Set(set{"name": expr.Func("coalesce", s.u.C("email"), "?"), "email": s.name()}).Where(s.id().Eq(1))
			}},
		{name: "update: a decimal of more digits", then: func(s *sample) expr.Node { return expr.Select(s.u.C("balance")).Where(s.id().Eq(1)) }, emulated: "sqlite",
			rows: "4.17", build: func(s *sample) expr.Node {
				return expr.Update(s.u).Set(set{"balance": s.u.C("balance").Div(3)}).Where(s.id().Eq(1))
			}},
		{name: "update: an enum and text of one another", then: func(s *sample) expr.Node { return expr.Select(s.u.C("email"), s.u.C("mood")).Where(s.id().Eq(2)) },
			rows: "sad|happy", build: func(s *sample) expr.Node {
				return expr.Update(s.u).Set(set{"email": s.u.C("mood").Cast(schema.Text), "mood": expr.Of("happy")}).Where(s.id().Eq(2))
			}},
		{name: "update: an alias", then: ages, rows: "1|30\n2|24\n3|30\n4|41\n5|NULL", build: func(s *sample) expr.Node {
			x := s.u.Alias("x")
			return expr.Update(x).Set(set{"age": x.C("age").Sub(1)}).Where(x.C("id").Eq(2))
		}},
		{name: "update: a correlated query", then: ages, rows: "1|2\n2|1\n3|2\n4|0\n5|0", build: func(s *sample) expr.Node {
			return expr.Update(s.u).Set(set{"age": ids(s, s.a).Where(s.a.C("user_id").Eq(s.id())).Scalar()}).AllRows()
		}},
		{name: "update: queries of the table itself", then: ages, rows: "1|2\n2|2\n3|30\n4|41\n5|NULL", emulated: "sqlite mysql mariadb", build: func(s *sample) expr.Node {
			x, y := s.u.Alias("x"), s.u.Alias("y")
			return expr.Update(s.u).Set(set{"age": ids(s, x).Where(x.C("parent_id").Eq(s.id())).Scalar()}).Where(s.id().In(expr.Select(y.C("parent_id"))))
		}},
		{name: "update: a query of what is set", then: ages, rows: "1|41\n2|41\n3|41\n4|30\n5|41", emulated: "sqlite mysql mariadb", build: func(s *sample) expr.Node {
			x := s.u.Alias("x")
			return expr.Update(s.u).Set(set{"age": expr.Select(expr.Func("max", x.C("age"))).Where(x.C("id").Ne(s.id())).Scalar()}).AllRows()
		}},
		{name: "update: a query of the table itself that is asked late", then: ages, rows: "1|0\n2|30\n3|30\n4|41\n5|41", emulated: "sqlite mysql mariadb", build: func(s *sample) expr.Node {
			x := s.u.Alias("x")
			most := expr.Select(expr.Func("max", x.C("age"))).From(x).Where(x.C("id").Le(s.id()))
			return expr.Update(s.u).Set(set{"age": expr.CaseElse(most.Scalar(), expr.NewWhen(s.id().Eq(1), 0))}).AllRows()
		}},
		{name: "update: where a query of the table itself is asked late", then: ages, rows: "1|0\n2|0\n3|0\n4|0\n5|NULL", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			return expr.Update(s.u).Set(set{"age": 0}).Where(askedLate(s, s.u))
		}},
		{name: "update: from, where a query of the table itself is asked late", then: ages, rows: "1|0\n2|0\n3|0\n4|41\n5|NULL", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			return expr.Update(s.u).Set(set{"age": 0}).From(s.a).Where(s.a.C("user_id").Eq(s.id()), askedLate(s, s.u))
		}},
		{name: "update: from", then: ages, rows: "1|30\n2|25\n3|1\n4|41\n5|NULL", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			return expr.Update(s.u).Set(set{"age": 1}).From(s.a).Where(s.a.C("user_id").Eq(s.id()), s.a.C("city").IsNull())
		}},
		{name: "update: from, with its values", then: func(s *sample) expr.Node {
			return expr.Select(s.id(), s.u.C("email")).Where(s.id().Le(3)).OrderBy(s.id())
		}, emulated: "mysql mariadb",
			rows: "1|ann@example.org\n2|Rome Bob\n3|zoe@example.org", build: func(s *sample) expr.Node {
				return expr.Update(s.u).Set(set{"email": s.a.C("city").Concat(" ").Concat(s.name())}).From(s.a).Where(s.a.C("user_id").Eq(s.id()), s.id().Eq(2))
			}},
		{name: "update: from itself", then: ages, rows: "1|30\n2|30\n3|30\n4|25\n5|25", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			x := s.u.Alias("x")
			return expr.Update(s.u).Set(set{"age": x.C("age")}).From(x).Where(x.C("id").Eq(s.u.C("parent_id")))
		}},
		{name: "update: from a join", then: ages, rows: "1|30\n2|30\n3|30\n4|41\n5|NULL", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			x := s.u.Alias("x")
			return expr.Update(s.u).Set(set{"age": x.C("age")}).From(s.a.LeftJoin(x, x.C("id").Eq(1))).Where(s.a.C("user_id").Eq(s.id()), s.a.C("city").Eq("Rome"))
		}},
		{name: "update: from, of columns that others are made of", then: ages, rows: "1|30\n2|1\n3|30\n4|41\n5|NULL", emulated: "mariadb", refused: refusedBy("in what order it sets them", "mysql"), build: func(s *sample) expr.Node {
			return expr.Update(s.u).Set(set{"parent_id": s.a.C("id"), "age": s.u.C("parent_id")}).From(s.a).Where(s.a.C("user_id").Eq(s.id()), s.id().Eq(2))
		}},
		{name: "update: from a subquery", then: ages, rows: "1|2\n2|1\n3|2\n4|41\n5|NULL", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			q := expr.Select(s.a.C("user_id"), expr.Func("count").Label("n")).GroupBy(s.a.C("user_id")).Subquery("q")
			return expr.Update(s.u).Set(set{"age": q.C("n")}).From(q).Where(q.C("user_id").Eq(s.id()))
		}},
		{name: "update: from a CTE, named twice", then: ages, rows: "1|2\n2|25\n3|2\n4|41\n5|NULL", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			q := expr.Select(s.a.C("user_id"), expr.Func("count").Label("n")).GroupBy(s.a.C("user_id")).CTE("q")
			r := q.Alias("r")
			return expr.Update(s.u).Set(set{"age": q.C("n")}).From(q).Where(q.C("user_id").Eq(s.id()), s.id().In(expr.Select(r.C("user_id")).Where(r.C("n").Gt(1))))
		}},
		{name: "update: from a recursive CTE of the table itself", then: ages, rows: "1|0\n2|0\n3|0\n4|0\n5|0", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			x := s.u.Alias("x")
			tree := expr.Recursive("tree", expr.Select(x.C("id")).Where(x.C("parent_id").IsNull()), func(found expr.Source) expr.Query {
				y := s.u.Alias("y")
				return expr.Select(y.C("id")).Join(found, y.C("parent_id").Eq(found.C("id")))
			})
			return expr.Update(s.u).Set(set{"age": 0}).From(tree).Where(tree.C("id").Eq(s.id()))
		}},
		{name: "update: from a CTE, and a query of a recursive one that this does not name", then: ages, rows: "1|1\n2|25\n3|30\n4|41\n5|NULL", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			up := expr.Recursive("up", expr.Select(expr.Of(1).Label("n")), func(found expr.Source) expr.Query {
				return expr.Select(found.C("n").Add(1)).Where(found.C("n").Lt(2))
			})
			twice := expr.Select(up.C("n").Add(up.C("n")).Label("m")).CTE("twice")
			rome := expr.Select(s.a.C("user_id")).Where(s.a.C("city").Eq("Rome")).CTE("rome")
			return expr.Update(s.u).Set(set{"age": 1}).From(twice).Where(twice.C("m").Eq(s.id().Add(1)), s.id().In(expr.Select(rome.C("user_id"))))
		}},
		{name: "update: returning", rows: "1|31\n3|31\n1|31\n2|25\n3|31\n4|41\n5|NULL", then: ages, refused: map[string]string{"mysql": mysqlNothing, "mariadb": noReturning}, build: func(s *sample) expr.Node {
			return expr.Update(s.u).Set(set{"age": s.age().Add(1)}).Where(s.age().Eq(30)).Returning(s.id(), s.age())
		}},
		{name: "update: from, returning", rows: "3|1", refused: map[string]string{"mysql": mysqlNothing, "mariadb": noReturning}, build: func(s *sample) expr.Node {
			return expr.Update(s.u).Set(set{"age": 1}).From(s.a).Where(s.a.C("user_id").Eq(s.id()), s.a.C("city").IsNull()).Returning(s.id(), s.age())
		}},
		{name: "update: returning columns of other sources", rows: "3|5", refused: map[string]string{"mysql": mysqlNothing, "mariadb": noReturning, "sqlite": "columns of the table that is changed only"}, build: func(s *sample) expr.Node {
			return expr.Update(s.u).Set(set{"age": 1}).From(s.a).Where(s.a.C("user_id").Eq(s.id()), s.a.C("city").IsNull()).Returning(s.id(), s.a.C("id"))
		}},
		{name: "update: an alias, returning", rows: "2|24", refused: map[string]string{"mysql": mysqlNothing, "mariadb": noReturning}, build: func(s *sample) expr.Node {
			x := s.u.Alias("x")
			return expr.Update(x).Set(set{"age": x.C("age").Sub(1)}).Where(x.C("id").Eq(2)).Returning(x.C("id"), x.C("age"))
		}},
		{name: "update: in order, with a limit", then: ages, rows: "1|30\n2|25\n3|30\n4|0\n5|0", refused: refusedBy("LIMIT of update", "sqlite", "postgres"), build: func(s *sample) expr.Node {
			return expr.Update(s.u).Set(set{"age": 0}).AllRows().OrderBy(s.id().Desc()).Limit(2)
		}},
	}
}

func constructsOfDeletes() []construct {
	return []construct{
		{name: "delete: where", then: usersLeft, rows: "1|ann\n3|Zoë\n5|50%_\\", build: func(s *sample) expr.Node {
			return expr.Delete(s.u).Where(expr.Or(s.age().Lt(30), s.age().Gt(40)))
		}},
		{name: "delete: all rows", then: addressesLeft, build: func(s *sample) expr.Node { return expr.Delete(s.a).AllRows() }},
		{name: "delete: an alias", then: addressesLeft, rows: "3|2|Rome\n4|3|Łódź\n5|3|NULL", emulated: "mariadb", build: func(s *sample) expr.Node {
			x := s.a.Alias("x")
			return expr.Delete(x).Where(x.C("user_id").Eq(1))
		}},
		{name: "delete: a query of the table itself", then: usersLeft, rows: "3|Zoë\n4|dan\n5|50%_\\", emulated: "mysql", build: func(s *sample) expr.Node {
			return expr.Delete(s.u).Where(s.id().In(expr.Select(s.u.Alias("x").C("parent_id"))))
		}},
		{name: "delete: an alias, and a query of the table itself", then: usersLeft, rows: "3|Zoë\n4|dan\n5|50%_\\", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			x := s.u.Alias("x")
			return expr.Delete(x).Where(x.C("id").In(expr.Select(s.u.C("parent_id"))))
		}},
		{name: "delete: where a query of the table itself is asked late", then: usersLeft, rows: "5|50%_\\", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			return expr.Delete(s.u).Where(askedLate(s, s.u))
		}},
		{name: "delete: where a query of the table itself is asked late, returning", rows: "1\n2\n3\n4\n5|50%_\\", then: usersLeft, emulated: "mariadb", refused: refusedBy(mysqlNothing, "mysql"), build: func(s *sample) expr.Node {
			return expr.Delete(s.u).Where(askedLate(s, s.u)).Returning(s.id())
		}},
		{name: "delete: an alias, where a query of the table itself is asked late", then: usersLeft, rows: "5|50%_\\", emulated: "mysql mariadb", build: func(s *sample) expr.Node {
			x := s.u.Alias("gone")
			return expr.Delete(x).Where(askedLate(s, x))
		}},
		{name: "delete: where a query of the table itself is asked late, with a limit", refused: map[string]string{"sqlite": "LIMIT of delete", "postgres": "LIMIT of delete", "mariadb": "a query of a query of the table"}, then: usersLeft, rows: "4|dan\n5|50%_\\", build: func(s *sample) expr.Node {
			return expr.Delete(s.u).Where(askedLate(s, s.u)).OrderBy(s.id()).Limit(3)
		}},
		{name: "delete: using, where a query of the table itself is asked late", then: usersLeft, rows: "4|dan\n5|50%_\\", emulated: "sqlite mysql mariadb", build: func(s *sample) expr.Node {
			return expr.Delete(s.u).Using(s.a).Where(s.a.C("user_id").Eq(s.id()), askedLate(s, s.u))
		}},
		{name: "delete: using", then: usersLeft, rows: "2|Bob\n4|dan\n5|50%_\\", emulated: "sqlite mysql mariadb", build: func(s *sample) expr.Node {
			return expr.Delete(s.u).Using(s.a).Where(s.a.C("user_id").Eq(s.id()), s.id().Ne(2))
		}},
		{name: "delete: using itself, and a query of it", then: usersLeft, rows: "1|ann\n3|Zoë\n4|dan\n5|50%_\\", emulated: "sqlite mysql mariadb", build: func(s *sample) expr.Node {
			x, y := s.u.Alias("x"), s.u.Alias("y")
			return expr.Delete(s.u).Using(x).Where(x.C("parent_id").Eq(s.id()), s.id().NotIn(expr.Select(expr.Func("min", y.C("id")))))
		}},
		{name: "delete: using a join", then: usersLeft, rows: "2|Bob\n4|dan\n5|50%_\\", emulated: "sqlite mysql mariadb", build: func(s *sample) expr.Node {
			x := s.u.Alias("x")
			return expr.Delete(s.u).Using(s.a.Join(x, x.C("id").Eq(s.a.C("user_id")), x.C("active"))).Where(s.a.C("user_id").Eq(s.id()))
		}},
		{name: "delete: using a CTE", then: usersLeft, rows: "2|Bob\n4|dan\n5|50%_\\", emulated: "sqlite mysql mariadb", build: func(s *sample) expr.Node {
			q := expr.Select(s.a.C("user_id"), expr.Func("count").Label("n")).GroupBy(s.a.C("user_id")).CTE("q")
			return expr.Delete(s.u).Using(q).Where(q.C("user_id").Eq(s.id()), q.C("n").Eq(2))
		}},
		{name: "delete: returning", rows: "2|Bob\n4|dan\n1|ann\n3|Zoë\n5|50%_\\", then: usersLeft, refused: refusedBy(mysqlNothing, "mysql"), build: func(s *sample) expr.Node {
			return expr.Delete(s.u).Where(expr.Or(s.age().Lt(30), s.age().Gt(40))).Returning(s.id(), s.name())
		}},
		{name: "delete: an alias, returning", rows: "3|2", emulated: "mariadb", refused: refusedBy(mysqlNothing, "mysql"), build: func(s *sample) expr.Node {
			x := s.a.Alias("x")
			return expr.Delete(x).Where(x.C("user_id").Eq(2)).Returning(x.C("id"), x.C("user_id"))
		}},
		{name: "delete: using, returning", rows: "1\n3", emulated: "sqlite", refused: refusedBy("from several tables", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			return expr.Delete(s.u).Using(s.a).Where(s.a.C("user_id").Eq(s.id()), s.id().Ne(2)).Returning(s.id())
		}},
		{name: "delete: in order, with a limit", then: usersLeft, rows: "1|ann\n2|Bob\n3|Zoë", refused: refusedBy("LIMIT of delete", "sqlite", "postgres"), build: func(s *sample) expr.Node {
			return expr.Delete(s.u).AllRows().OrderBy(s.id().Desc()).Limit(2)
		}},
		{name: "change in WITH: insert", rows: "6|eve", refused: refusedBy("in WITH", "sqlite", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			c := expr.Insert(s.u).Values(set{"id": 6, "name": "eve"}).Returning(s.id(), s.name()).CTE("c")
			return expr.Select(c.C("id"), c.C("name"))
		}},
		{name: "change in WITH: rows that are moved", rows: "14\n14|4|dan|NULL", then: addedAddresses, refused: refusedBy("in WITH", "sqlite", "mysql", "mariadb"), build: func(s *sample) expr.Node {
			c := expr.Delete(s.u).Where(s.id().Eq(4)).Returning(s.id(), s.name()).CTE("c")
			return expr.Insert(s.a).FromSelect([]string{"id", "user_id", "city"}, expr.Select(c.C("id").Add(10), c.C("id"), c.C("name"))).Returning(s.a.C("id"))
		}},
	}
}

func decimalOf(text string) expr.Value {
	v, err := expr.Decimal(text)
	if err != nil {
		panic(err)
	}
	return v
}
