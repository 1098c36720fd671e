package tests

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/testdb"
)

// ormConstruct is a construct of the ORM that was tried with the ancestor of this project, in our
// words: it goes through bytes, and gives these rows.
type ormConstruct struct {
	name   string // as the list of them has it
	build  func() expr.Statement
	rows   string // those of whole entities as showRecord has them
	reason string // why it is none of ours: then there is nothing to build, or this comes nearest
}

var ormConstructs = func() []ormConstruct {
	user, address, order, item, keyword, node := entity("User"), entity("Address"), entity("Order"), entity("Item"), entity("Keyword"), entity("Node")
	company, employee, manager, engineer, point := entity("Company"), entity("Employee"), entity("Manager"), entity("Engineer"), entity("Point")
	one := func(name, rows string, build func() expr.Statement) ormConstruct {
		return ormConstruct{name: name, rows: rows, build: build}
	}
	near := func(name, reason, rows string, build func() expr.Statement) ormConstruct {
		return ormConstruct{name: name, rows: rows, build: build, reason: reason}
	}
	users := func(id int) *expr.SelectStmt { return expr.Select(user).Where(user.C("id").Eq(id)) }
	return []ormConstruct{
		one("ORM select entity", "User(8 ed)", func() expr.Statement { return expr.Select(user).Where(user.C("name").Eq("ed")) }),
		one("ORM select columns only", "7 jack|8 ed", func() expr.Statement {
			return expr.Select(user.C("id"), user.C("name")).Where(user.C("id").Lt(9)).OrderBy(user.C("id"))
		}),
		one("ORM join on relationship", "ed|ed", func() expr.Statement {
			return expr.Select(user.C("name")).Join(user.R("addresses")).Where(address.C("email_address").Like("%gmail%"))
		}),
		one("ORM select(Entity) join relationship", "User(8 ed)", func() expr.Statement {
			return expr.Select(user).Join(user.R("addresses")).Where(address.C("email_address").Eq("ed@wood.com"))
		}),
		one("aliased(User) self-join", "jack ed|jack fred|jack chuck|ed fred|ed chuck", func() expr.Statement {
			other := user.Alias("")
			return expr.Select(user.C("name"), other.C("name").Label("other")).From(user).Join(other, other.C("id").Gt(user.C("id"))).Where(user.C("id").Lt(9)).OrderBy(user.C("id"), other.C("id"))
		}),
		one("aliased(User, subquery)", "User(8 ed)", func() expr.Statement {
			ed := user.AliasOf(expr.Select(user.C("id"), user.C("name")).Where(user.C("name").Eq("ed")).Subquery(""), "")
			return expr.Select(ed).Where(ed.R("addresses").Any())
		}),
		one("aliased w/ name, relationship of_type", "root a|root b|a a1", func() expr.Statement {
			child := node.Alias("child")
			return expr.Select(node.C("data"), child.C("data").Label("child")).Join(node.R("children").OfType(child)).OrderBy(child.C("id"))
		}),
		one("with_polymorphic", "Manager(1 1 Ann manager 5)|Engineer(2 1 Bob engineer go)|Employee(3 1 Cy employee)", func() expr.Statement {
			return expr.Select(employee).OrderBy(employee.C("id"))
		}),
		one("with_polymorphic flat aliased", "Manager(1 1 Ann manager 5)|Engineer(2 1 Bob engineer go)", func() expr.Statement {
			e := employee.Alias("e")
			return expr.Select(e).Where(expr.Or(e.C("Manager.level").Gt(3), e.C("Engineer.lang").Eq("go"))).OrderBy(e.C("id"))
		}),
		one("joined inheritance subclass select", "Engineer(2 1 Bob engineer go)", func() expr.Statement { return expr.Select(engineer).Where(engineer.C("lang").Eq("go")) }),
		near("selectin_polymorphic", "what subtypes have comes with the same statement", "Company(1 ACME; employees: Manager(1 1 Ann manager 5) Engineer(2 1 Bob engineer go) Employee(3 1 Cy employee))", func() expr.Statement {
			return expr.Select(company).Where(company.C("id").Eq(1)).Options(expr.Load(selectin, company.R("employees")))
		}),
		one("of_type any()", "ACME", func() expr.Statement {
			return expr.Select(company.C("name")).Where(company.R("employees").OfType(manager).Any(manager.C("level").Gt(3)))
		}),
		one("relationship any/has/contains-none", "8", func() expr.Statement {
			return expr.Select(user.C("id")).Where(user.R("addresses").Any(address.R("user").Has(user.C("name").Ne("x"))), user.R("orders").Any().Not(), user.R("addresses").IsNull().Not())
		}),
		one("Address.user == instance", "2|3|4", func() expr.Statement {
			return expr.Select(address.C("id")).Where(address.R("user").Contains(8)).OrderBy(address.C("id"))
		}),
		one("User.addresses.contains(instance)", "9", func() expr.Statement {
			return expr.Select(user.C("id")).Where(user.R("addresses").Contains(5))
		}),
		one("with_parent(instance)", "2|3|4", func() expr.Statement {
			return expr.Select(address.C("id")).Where(user.R("addresses").WithParent(8)).OrderBy(address.C("id"))
		}),
		one("hybrid_property / hybrid_method", "ed", func() expr.Statement { return expr.Select(user.C("name")).Where(user.C("shout").Eq("ED")) }),
		one("select(User.shout) annotated hybrid only", "JACK", func() expr.Statement { return expr.Select(user.C("shout")).Where(user.C("id").Eq(7)) }),
		one("column_property in WHERE", "ed", func() expr.Statement { return expr.Select(user.C("name")).Where(user.C("address_count").Gt(2)) }),
		one("column_property undefer", "User(8 ed 3)", func() expr.Statement {
			return users(8).Options(expr.LoadAttributes(expr.LoadOnly, user.C("name"), user.C("address_count")))
		}),
		one("composite ==", "2", func() expr.Statement {
			return expr.Select(point.C("id")).Where(expr.Tuple(point.C("at_x"), point.C("at_y")).Eq(expr.Tuple(3, 4)))
		}),
		near("synonym attr", "a second name of a column is computed of it", "Point(2 3 4 b)", func() expr.Statement { return expr.Select(point).Where(point.C("label").Eq("b")) }),
		one("association proxy any/contains", "1|2", func() expr.Statement {
			return expr.Select(order.C("id")).Where(order.R("items").Any(item.R("keywords").Any(keyword.C("name").Eq("green")))).OrderBy(order.C("id"))
		}),
		one("association proxy ==", "jack", func() expr.Statement {
			return expr.Select(user.C("name")).Where(user.R("orders").Any(order.C("description").Eq("order 3")))
		}),
		near("with_expression / query_expression", "what is computed stands beside the entity", "User(8 ed) ed!", func() expr.Statement {
			return expr.Select(user, user.C("name").Concat("!").Label("loud")).Where(user.C("id").Eq(8))
		}),
		one("joinedload chain", "Order(2 9 4 order 2 0; items: Item(1 item 1; keywords: Keyword(1 blue) Keyword(2 red)) Item(2 item 2; keywords: Keyword(3 green)) Item(3 item 3; keywords: Keyword(1 blue)))", func() expr.Statement {
			return expr.Select(order).Where(order.C("id").Eq(2)).Options(expr.Load(joined, order.R("items"), expr.Load(joined, item.R("keywords"))))
		}),
		one("selectinload + load_only + defer + raiseload", "User(7 jack; orders: Order(1 order 1) Order(3 order 3) Order(5 order 5))", func() expr.Statement {
			return users(7).Options(expr.Load(selectin, user.R("orders"), expr.LoadAttributes(expr.LoadOnly, order.C("description"), order.C("isopen")), expr.LoadAttributes(expr.Defer, order.C("isopen"))),
				expr.Load(expr.RaiseLoad, user.R("addresses")))
		}),
		near("subqueryload / immediateload / lazyload / noload", "nothing is loaded later, behind a statement's back: what is not loaded is an error", "User(9 fred; addresses: Address(5 9 f@fred.com))", func() expr.Statement {
			return users(9).Options(expr.Load(subquery, user.R("addresses")))
		}),
		one("contains_eager + alias", "User(8 ed; addresses: Address(4 8 x@gmail.com) Address(3 8 ed@gmail.com))", func() expr.Statement {
			a := address.Alias("a")
			return expr.Select(user).Join(user.R("addresses").OfType(a)).Where(a.C("email_address").Like("%gmail%")).OrderBy(a.C("id").Desc()).Options(expr.Load(expr.ContainsEager, user.R("addresses").OfType(a)))
		}),
		one("joinedload(rel.and_(crit))", "User(8 ed; addresses: Address(2 8 ed@wood.com))", func() expr.Statement {
			return users(8).Options(expr.Load(joined, user.R("addresses").And(address.C("id").Lt(3))))
		}),
		one("with_loader_criteria(expr) on select(User)", "User(7 jack)|User(9 fred)|User(10 chuck)", func() expr.Statement {
			return expr.Select(user).OrderBy(user.C("id")).Options(expr.WithCriteria(user, user.C("name").Ne("ed")))
		}),
		{name: "with_loader_criteria(lambda)", reason: ofCode},
		one("with_loader_criteria on select(User.id)", "7|9|10", func() expr.Statement {
			return expr.Select(user.C("id")).OrderBy(user.C("id")).Options(expr.WithCriteria(user, user.C("name").Ne("ed")))
		}),
		near("Bundle", "a struct takes columns by their names", "8 ed", func() expr.Statement { return expr.Select(user.C("id"), user.C("name")).Where(user.C("id").Eq(8)) }),
		near("Load(User) options / populate_existing", "nothing is remembered that could be populated", "User(8)", func() expr.Statement {
			return users(8).Options(expr.LoadAttributes(expr.Defer, user.C("name")))
		}),
		one("from_statement(text)", "User(8 ed)", func() expr.Statement {
			columns := []expr.ColumnType{{Name: "id", Type: schema.Integer}, {Name: "name", Type: schema.Text}}
			return expr.Select(user.AliasOf(expr.Subquery(expr.RawText("SELECT id, name FROM users WHERE name = 'ed'", nil).TextColumns(columns...), "t"), ""))
		}),
		one("orm_join()", "7 1|8 2|8 3|8 4|9 5", func() expr.Statement {
			return expr.Select(user.C("id"), address.C("id").Label("address")).From(user.Join(user.R("addresses"))).OrderBy(address.C("id"))
		}),
		one("self-ref joinedload join_depth", "Node(1 NULL root; children: Node(2 1 a; children: Node(4 2 a1)) Node(3 1 b; children: ))", func() expr.Statement {
			return expr.Select(node).Where(node.C("parent_id").IsNull()).Options(expr.Load(joined, node.R("children"), expr.Load(joined, node.R("children"))))
		}),
		near("ORM update + synchronize_session", "there are no objects that could be out of step", "1 changed", func() expr.Statement {
			return expr.Update(user).Set(expr.Assign{"name": "edward"}).Where(user.C("name").Eq("ed"))
		}),
		one("ORM delete", "1 changed", func() expr.Statement {
			return expr.Delete(user).Where(user.R("addresses").Any().Not())
		}),
		one("ORM insert returning", "User(11 new)", func() expr.Statement {
			return expr.Insert(user).Values(expr.Assign{"id": 11, "name": "new"}).Returning(user)
		}),
		one("legacy Query", "User(9 fred)", func() expr.Statement { return expr.Select(user).Where(user.C("name").StartsWith("f")) }),
		one("legacy Query with options/limit", "User(8 ed; addresses: Address(2 8 ed@wood.com) Address(3 8 ed@gmail.com) Address(4 8 x@gmail.com))|User(9 fred; addresses: Address(5 9 f@fred.com))", func() expr.Statement {
			return expr.Select(user).OrderBy(user.C("id")).Limit(2).Offset(1).Options(expr.Load(joined, user.R("addresses")))
		}),
		near("legacy Query.enable_assertions/yield_per", "rows come as they are asked for; there are no assertions to turn off", "4", func() expr.Statement { return expr.Count(expr.Select(user)) }),
		one("select_from(User) with functions only", "4", func() expr.Statement { return expr.Select(expr.Func("count")).From(user) }),
		{name: "inspect(User).attrs property/mapper object", reason: "an attribute or an entity by itself: TestAncestor"},
	}
}()

// showRecord writes an entity with what was loaded of it; lists without an order of their own are sorted.
func showRecord(t *testing.T, r *engine.Record) string {
	t.Helper()
	var values []string
	for _, a := range r.Entity().Attributes() {
		v, err := r.Value(a.Name())
		if err != nil {
			continue
		}
		if v.IsNull() {
			values = append(values, "NULL")
		} else {
			values = append(values, v.Plain())
		}
	}
	text := r.Entity().Name() + "(" + strings.Join(values, " ")
	for _, rel := range r.Entity().Relationships() {
		list, err := r.Many(rel.Name())
		if err != nil {
			continue
		}
		shown := make([]string, len(list))
		for i, one := range list {
			shown[i] = showRecord(t, one)
		}
		if len(rel.OrderBy()) == 0 && rel.IsMany() {
			slices.Sort(shown)
		}
		text += "; " + rel.Name() + ": " + strings.Join(shown, " ")
	}
	return text + ")"
}

// showRows runs a statement and writes its rows; of a change without RETURNING how many there were.
func showRows(t *testing.T, s *engine.Session, stmt expr.Statement) string {
	t.Helper()
	ctx := context.Background()
	if !expr.GivesRows(stmt) {
		c, err := s.Exec(ctx, stmt, nil)
		require.NoError(t, err)
		return fmt.Sprint(c.Rows, " changed")
	}
	var lines []string
	for row, err := range engine.Rows[[]any](ctx, s, stmt, nil) {
		require.NoError(t, err)
		cells := make([]string, len(row))
		for i, v := range row {
			if cells[i] = fmt.Sprint(v); v == nil {
				cells[i] = "NULL"
			}
			if r, ok := v.(*engine.Record); ok {
				cells[i] = showRecord(t, r)
			}
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	return strings.Join(lines, "|")
}

// TestORMConstructs: each of the list gives the right rows as it was built, and as it was loaded
// from bytes, before and after it was run.
func TestORMConstructs(t *testing.T) {
	ctx := context.Background()
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		fillORM(t, db)
		for _, c := range ormConstructs {
			if c.build == nil {
				require.NotEmpty(t, c.reason, c.name)
				continue
			}
			t.Run(c.name, func(t *testing.T) {
				built := c.build()
				first, err := serializer.Dumps(built)
				require.NoError(t, err)
				for range 2 {
					l, err := serializer.Loads(first, serializer.Binding{MetaData: ormMeta(), Grants: grants(t, first)})
					require.NoError(t, err)
					require.Empty(t, l.Drift)
					for _, stmt := range []expr.Statement{built, l.Statement} {
						tx, err := db.BeginTx(ctx, nil)
						require.NoError(t, err)
						rows := showRows(t, engine.New(tx, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted())), stmt)
						require.NoError(t, tx.Rollback())
						require.Equal(t, c.rows, rows)
						again, err := serializer.Dumps(stmt)
						require.NoError(t, err)
						require.Equal(t, first, again)
					}
				}
			})
		}
	})
}
