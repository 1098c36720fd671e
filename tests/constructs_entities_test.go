package tests

import (
	"github.com/sqlser/sqlser/engine/expr"
)

func constructsOfEntities() []construct {
	type entities struct{ u, a *expr.EntitySource }
	one := func(name, rows string, build func(e entities) expr.Node) construct {
		return construct{name: "entities: " + name, rows: rows, build: func(s *sample) expr.Node {
			return build(entities{expr.Entity(s.meta.LookupEntity("User")), expr.Entity(s.meta.LookupEntity("Address"))})
		}}
	}
	return []construct{
		one("whole", "1|NULL|ann|30\n2|1|Bob|25", func(e entities) expr.Node {
			return expr.Select(e.u).Where(e.u.C("id").Lt(3)).OrderBy(e.u.C("id"))
		}),
		one("whole and attributes", "1|1|Rome|ann", func(e entities) expr.Node {
			return expr.Select(e.a, e.u.C("name")).Join(e.a.R("user")).Where(e.a.C("id").Eq(1)).From(e.a)
		}),
		one("join along a relationship", "1|Rome\n2|Rome", func(e entities) expr.Node {
			return expr.Select(e.u.C("id"), e.a.C("city")).Join(e.u.R("addresses").And(e.a.C("city").Eq("Rome"))).OrderBy(e.u.C("id"))
		}),
		one("left join to some of them", "1|Oslo\n2|NULL\n3|NULL\n4|NULL\n5|NULL", func(e entities) expr.Node {
			return expr.Select(e.u.C("id"), e.a.C("city")).LeftJoin(e.u.R("addresses").And(e.a.C("city").Eq("Oslo"))).OrderBy(e.u.C("id"))
		}),
		one("any and has", "2", func(e entities) expr.Node {
			return expr.Select(e.u.C("id")).Where(e.u.R("addresses").Any(e.a.C("city").Eq("Rome")), e.u.R("parent").Has(e.u.C("name").Eq("ann"))).OrderBy(e.u.C("id"))
		}),
		one("none, and none of a key", "3\n4\n5", func(e entities) expr.Node {
			return expr.Select(e.u.C("id")).Where(e.u.R("addresses").Contains(1).Not(), e.u.R("parent").IsNull().Not(), e.u.R("children").IsNull(), e.u.C("id").Gt(1)).OrderBy(e.u.C("id"))
		}),
		one("itself by an alias", "1|2\n1|3\n2|4\n2|5", func(e entities) expr.Node {
			child := e.u.Alias("child")
			return expr.Select(e.u.C("id"), child.C("id")).Join(e.u.R("children").OfType(child)).OrderBy(e.u.C("id"), child.C("id"))
		}),
		one("joined", "1|ann|1|1|Rome\n1|ann|2|1|Oslo\n2|Bob|3|2|Rome", func(e entities) expr.Node {
			return expr.Select(e.u).Where(e.u.C("id").Lt(3)).OrderBy(e.u.C("id")).
				Options(expr.LoadAttributes(expr.LoadOnly, e.u.C("name")), expr.Load(expr.JoinedLoad, e.u.R("addresses")))
		}),
		one("joined to the first of an order", "4|dan|NULL|NULL|NULL\n3|Zoë|4|3|Łódź\n3|Zoë|5|3|NULL", func(e entities) expr.Node {
			return expr.Select(e.u).Where(e.u.C("id").Lt(5)).OrderBy(e.u.C("id").Desc()).Limit(2).
				Options(expr.LoadAttributes(expr.Defer, e.u.C("parent_id"), e.u.C("age")), expr.Load(expr.JoinedLoad, e.u.R("addresses")))
		}),
		one("criteria", "1|2", func(e entities) expr.Node {
			return expr.Select(expr.Func("min", e.u.C("id")), expr.Func("count", e.a.C("id"))).Join(e.u.R("addresses")).
				Options(expr.WithCriteria(e.a, e.a.C("city").Eq("Rome")))
		}),
		one("counted", "3", func(e entities) expr.Node { return expr.Count(expr.Select(e.u).Where(e.u.R("addresses").Any())) }),
	}
}
