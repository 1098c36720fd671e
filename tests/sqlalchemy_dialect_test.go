package tests

import (
	"github.com/sqlser/sqlser/engine/expr"
)

// saDialectCases are of what one database has.
var saDialectCases = []saCase{
	{id: "sa-151", missing: "named types in a schema"},
	{id: "sa-155", build: func(m *saTables) any {
		t := m.make("mytable(myid, name, description)")[0]
		return expr.Select(t).Where(t.C("myid").Eq(7)).Locked(expr.ForKeyShare, expr.WaitForLock, t)
	}},
	{id: "sa-166", build: func(m *saTables) any { return m.bare("foo text").C("foo").Like("bar") },
		better: "the escape is the backslash in every mode of MySQL's strings", sql: `foo like ? escape x '5C'`},
	{id: "sa-167", build: func(m *saTables) any {
		t := m.make("t1(x)", "t2(y)")
		return t[0].LeftJoin(t[1], t[0].C("x").Eq(t[1].C("y")))
	}},
	{id: "sa-055", missing: "arrays"},
	{id: "sa-056", missing: "arrays"},
	{id: "sa-150", missing: "JSON"},
	{id: "sa-152", missing: "arrays"},
	{id: "sa-154", missing: "JSON"},
	{id: "sa-162", missing: "functions that are not in the catalogue"},
	{id: "sa-164", missing: "arrays"},
	{id: "sa-175", build: func(m *saTables) any { return expr.Func("localtimestamp") },
		better: "a session is in UTC on every database", sql: "datetime ( 'now' )"},
}
