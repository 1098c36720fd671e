package dialect

import (
	"testing"

	"github.com/sqlser/sqlser/engine/expr"
)

// casesOfEntities hold that entities become tables and columns before a dialect sees them.
func casesOfEntities(t testing.TB, f *fixture) []golden {
	u, a := expr.Entity(f.meta.LookupEntity("User")), expr.Entity(f.meta.LookupEntity("Address"))
	child := u.Alias("child")
	one := func(name string, q *expr.SelectStmt) golden { return golden{name: "entity: " + name, q: q} }
	only := expr.LoadAttributes(expr.LoadOnly, u.C("id"), u.C("name"))
	return []golden{
		one("whole", expr.Select(a)),
		one("attributes", expr.Select(u.C("name"), a.C("city")).Join(u.R("addresses"))),
		one("any", expr.Select(u.C("id")).Where(u.R("addresses").Any(a.C("city").Eq("Rome")), u.R("parent").Has(u.C("age").Gt(1)))),
		one("itself", expr.Select(u.C("id"), child.C("id")).LeftJoin(u.R("children").OfType(child).And(child.C("age").Gt(2)))),
		one("joined", expr.Select(u).OrderBy(u.C("id")).Options(only, expr.Load(expr.JoinedLoad, u.R("addresses")))),
		one("joined to some", expr.Select(u).OrderBy(u.C("name")).Limit(3).Options(only, expr.Load(expr.JoinedLoad, u.R("addresses")))),
	}
}
