// Command work loads payloads that grow, and writes for each the counters of a build
// with -cover -covermode=atomic: how often each statement ran. TestWorkIsLinear runs it.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime/coverage"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

func main() {
	dir := os.Args[1]
	m, moved := metadata(false), metadata(true)
	all := families(expr.Table(m.Lookup("t")))
	for name, family := range wide(m) {
		all[name] = family
	}
	for name, family := range all {
		run(dir, name, family, m)
	}
	for name, family := range wide(m) {
		run(dir, name+"_moved", family, moved)
	}
}

// most is how large constructs become.
const most = 2000

// metadata has a table for most constructs, and many columns, tables and entities; if it has moved, those have other
// names than they had.
func metadata(moved bool) *schema.MetaData {
	m := schema.NewMetaData()
	m.Table("t", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.Text))
	called := func(prefix string, i int) (is string, was schema.NamedOption) {
		if is = name(prefix, i); moved {
			return "new_" + is, schema.Formerly(is)
		}
		return is, schema.Formerly("old_" + is)
	}
	columns := []schema.TableItem{schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey)}
	entity := []schema.EntityItem{schema.OnTable("wide")}
	for i := range most {
		is, was := called("c", i)
		columns = append(columns, schema.NewColumn(is, schema.Integer, was))
		entity = append(entity, schema.NewAttribute(is, schema.OfColumn(is), was))
		is, was = called("t", i)
		m.Table(is, was, schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey))
		of, former := called("E", i)
		m.Entity(of, schema.OnTable(is), former)
	}
	m.Table("wide", columns...)
	m.Entity("Wide", entity...)
	if err := m.Freeze(); err != nil {
		log.Fatal(err)
	}
	return m
}

// wide are constructs of many columns, attributes, tables and entities.
func wide(m *schema.MetaData) map[string]func(n int) any {
	t, e := expr.Table(m.Lookup("wide")), expr.Entity(m.LookupEntity("Wide"))
	columns := func(n int) []any { return each(n, func(i int) any { return t.C(name("c", i)) }) }
	attributes := func(n int) []any { return each(n, func(i int) any { return e.C(name("c", i)) }) }
	again := func(n int, q *expr.SelectStmt) any {
		s := q.Subquery("s")
		return expr.Select(each(n, func(i int) any { return s.C(name("c", i)) })...)
	}
	return map[string]func(n int) any{
		"table_columns":       func(n int) any { return expr.Select(columns(n)...) },
		"attributes":          func(n int) any { return expr.Select(attributes(n)...) },
		"subquery_columns":    func(n int) any { return again(n, expr.Select(columns(n)...)) },
		"subquery_attributes": func(n int) any { return again(n, expr.Select(attributes(n)...)) },
		"tables": func(n int) any {
			return expr.Or(each(n, func(i int) any { return expr.Table(m.Lookup(name("t", i))).C("id").IsNull() })...)
		},
		"entities": func(n int) any {
			return expr.Or(each(n, func(i int) any { return expr.Entity(m.LookupEntity(name("E", i))).C("id").IsNull() })...)
		},
	}
}

func run(dir, name string, family func(n int) any, m *schema.MetaData) {
	for _, n := range []int{most / 4, most} {
		b, err := serializer.Dumps(family(n))
		if err != nil {
			log.Fatalf("%s %d: %v", name, n, err)
		}
		to := filepath.Join(dir, fmt.Sprintf("%s-%d-%d", name, n, len(b)))
		if err := os.Mkdir(to, 0o755); err != nil {
			log.Fatal(err)
		}
		if err := coverage.WriteMetaDir(to); err != nil {
			log.Fatal(err)
		}
		if err := coverage.ClearCounters(); err != nil {
			log.Fatal(err)
		}
		_, err = serializer.Loads(b, serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.GrantRaw}})
		if counted := coverage.WriteCountersDir(to); counted != nil {
			log.Fatal(counted)
		}
		if err != nil {
			log.Fatalf("%s %d: %v", name, n, err)
		}
	}
}

// each makes a list of n.
func each(n int, item func(i int) any) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = item(i)
	}
	return list
}

func name(prefix string, i int) string { return fmt.Sprint(prefix, i) }

// families are constructs of any size, each of another shape.
func families(t *expr.TableSource) map[string]func(n int) any {
	id := t.C("id")
	sums := func(n int) []any { return each(n, func(i int) any { return id.Add(i).Label(name("l", i)) }) }
	of := func(s expr.Source, n int) []any { return each(n, func(i int) any { return s.C(name("l", i)) }) }
	return map[string]func(n int) any{
		"and": func(n int) any { return expr.Select(id).Where(each(n, func(i int) any { return id.Ne(i) })...) },
		"or":  func(n int) any { return expr.Or(each(n, func(i int) any { return id.Eq(i) })...) },
		"in":  func(n int) any { return id.In(each(n, func(i int) any { return i })...) },
		"rows": func(n int) any {
			return expr.Tuple(id, t.C("name")).In(each(n, func(i int) any { return expr.Tuple(i, "a") })...)
		},
		"columns": func(n int) any { return expr.Select(sums(n)...) },
		"labels": func(n int) any {
			return expr.Select(sums(n)...).OrderBy(each(n, func(i int) any { return expr.Ref(name("l", n-1-i)) })...)
		},
		"subquery": func(n int) any { s := expr.Select(sums(n)...).Subquery("s"); return expr.Select(of(s, n)...) },
		"alias":    func(n int) any { s := expr.Select(sums(n)...).CTE("s").Alias("a"); return expr.Select(of(s, n)...) },
		"aliases": func(n int) any {
			from := []expr.FromClause{t}
			for i := range n {
				from = append(from, t.Alias(name("a", i)))
			}
			return expr.Select(id).From(from...)
		},
		"joins": func(n int) any {
			q := expr.Select(id)
			for i := range n {
				a := t.Alias(name("a", i))
				q = q.Join(a, a.C("id").Eq(id))
			}
			return q
		},
		"ctes": func(n int) any {
			q := expr.Select(id)
			for i := range n {
				q = q.CrossJoin(expr.Select(id).CTE(name("c", i)))
			}
			return q
		},
		"with": func(n int) any {
			list := make([]expr.Source, n)
			for i := range list {
				list[i] = expr.Select(id).CTE(name("c", i))
			}
			return expr.Select(id).With(list...)
		},
		"given": func(n int) any {
			return expr.Select(id).Where(each(n, func(i int) any {
				p := expr.Param(name("p", i), schema.BigInteger)
				return p.IfGiven(id.Eq(p))
			})...)
		},
		"parameters": func(n int) any {
			return id.In(each(n, func(i int) any { return expr.Param(name("p", i), schema.Integer) })...)
		},
		"windows": func(n int) any {
			q := expr.Select(each(n, func(i int) any { return expr.Func("max", id).Over(expr.NamedWindow(name("w", i))).Label(name("l", i)) })...)
			for i := range n {
				q = q.Window(name("w", i), expr.PartitionBy(id))
			}
			return q
		},
		"union": func(n int) any {
			q := make([]expr.Query, n)
			for i := range q {
				q[i] = expr.Select(expr.Of(i).Label("x"))
			}
			return q[0].(*expr.SelectStmt).Union(q[1:]...)
		},
		"values": func(n int) any {
			rows := make([][]any, n)
			for i := range rows {
				rows[i] = []any{i, "a"}
			}
			return expr.Values([]expr.ColumnType{{Name: "a"}, {Name: "b"}}, rows...)
		},
		"wide_values": func(n int) any {
			columns := make([]expr.ColumnType, n)
			for i := range columns {
				columns[i].Name = name("l", i)
			}
			v := expr.Values(columns, each(n, func(i int) any { return i }))
			return expr.Select(of(v, n)...)
		},
		"insert": func(n int) any {
			rows := make([]expr.Assign, n)
			for i := range rows {
				rows[i] = expr.Assign{"id": i}
			}
			return expr.Insert(t).Values(rows...)
		},
		"case": func(n int) any {
			whens := make([]expr.When, n)
			for i := range whens {
				whens[i] = expr.NewWhen(id.Eq(i), i)
			}
			return expr.Case(whens...)
		},
		"binds": func(n int) any {
			binds := map[string]any{}
			var text strings.Builder
			for i := range n {
				text.WriteString(":" + name("b", i) + " ")
				binds[name("b", i)] = true
			}
			return expr.RawText(text.String(), binds)
		},
		"raw_text": func(n int) any { return expr.RawText(strings.Repeat("('a''b' /* c */ $x$ ' $x$) -- d\n", n), nil) },
		"rollup": func(n int) any {
			return expr.Select(id).GroupBy(expr.RollupOf(each(n, func(i int) any { return id.Add(i) })...))
		},
		"calls": func(n int) any {
			return expr.Func("concat", each(n, func(i int) any { return expr.Func("lower", t.C("name")) })...)
		},
		"json": func(n int) any {
			v, _ := expr.JSON("[" + strings.Repeat(`{"a":"é"},`, n) + "1]")
			return expr.Literal(v)
		},
		"text":     func(n int) any { return expr.Of(strings.Repeat("é", n)) },
		"distinct": func(n int) any { return expr.Select(id).Distinct(each(n, func(i int) any { return id.Add(i) })...) },
	}
}
