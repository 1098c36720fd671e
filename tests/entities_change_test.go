package tests

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestChangeEntities: rows of entities are inserted, updated and deleted by the names of
// attributes, through bytes, and come back as structs.
func TestChangeEntities(t *testing.T) {
	ctx := context.Background()
	user, address, node, shape, circle := entity("User"), entity("Address"), entity("Node"), entity("Shape"), entity("Circle")
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		fillORM(t, db)
		s := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		exec := func(want int64, stmt expr.Statement) {
			t.Helper()
			c, err := s.Exec(ctx, stored(t, ormMeta(), stmt), nil)
			require.NoError(t, err)
			require.Equal(t, want, c.Rows)
		}
		ids := func(q expr.Statement) []int64 {
			t.Helper()
			all, err := engine.All[int64](ctx, s, stored(t, ormMeta(), q), nil)
			require.NoError(t, err)
			return all
		}
		kinds := func() (list []string) {
			raw := expr.Table(ormMeta().Lookup("shapes"))
			list, err := engine.All[string](ctx, s, expr.Select(raw.C("kind")).OrderBy(raw.C("id")), nil)
			require.NoError(t, err)
			return list
		}
		made, err := engine.All[*User](ctx, s, stored(t, ormMeta(), expr.Insert(user).Values(expr.Assign{"id": 20, "name": "ann"}, expr.Assign{"id": 21, "name": "bob"}).Returning(user)), nil)
		require.NoError(t, err)
		require.Equal(t, []*User{{ID: 20, Name: "ann"}, {ID: 21, Name: "bob"}}, made)
		exec(1, expr.Update(user).Set(expr.Assign{"name": user.C("name").Concat("!")}).Where(user.C("id").Eq(20), user.R("orders").Any().Not()))
		exec(1, expr.Delete(address).Where(address.C("id").Ne(4), address.R("user").Has(user.C("name").Eq("ed")), address.R("dingaling").IsNull()))
		require.Equal(t, []int64{1, 2, 4, 5}, ids(expr.Select(address.C("id")).OrderBy(address.C("id"))))
		// a subquery about the row that is changed
		exec(2, expr.Delete(user).Where(user.C("id").Ge(20), expr.Exists(expr.Select(address.C("id")).Where(address.C("user_id").Eq(user.C("id")))).Not()))
		exec(1, expr.Insert(node).FromSelect([]string{"id", "parent_id"}, expr.Select(node.C("id").Add(100), node.C("id")).Where(node.C("data").Eq("root"))))
		child := node.Alias("child")
		require.Equal(t, []int64{101}, ids(expr.Select(child.C("id")).Join(child.R("parent")).Where(node.C("id").Eq(1), child.C("id").Gt(100))))
		n, err := engine.InsertMany(ctx, s, expr.Insert(address), []string{"id", "user_id", "email_address"}, func(yield func([]any) bool) {
			_ = yield([]any{100, 8, "new@x"}) && yield([]any{101, 8, "new@y"})
		})
		require.NoError(t, err)
		require.EqualValues(t, 2, n.Rows)
		if db.Name != "mariadb" {
			again, err := engine.One[*User](ctx, s, stored(t, ormMeta(), expr.Insert(user).Values(expr.Assign{"id": 7, "name": "jane"}).OnConflict("id").
				DoUpdate(expr.Assign{"name": expr.Excluded(user).C("name").Concat("/").Concat(user.C("name"))}).Returning(user)), nil)
			require.NoError(t, err)
			require.Equal(t, "jane/jack", again.Name)
		}

		// a discriminator is the host's: it comes with the row, and holds what is changed
		exec(1, expr.Insert(circle).Values(expr.Assign{"id": 3, "radius": 7}))
		exec(1, expr.Insert(shape).Values(expr.Assign{"id": 4}))
		require.Equal(t, []string{"circle", "shape", "circle", "shape"}, kinds())
		exec(2, expr.Update(circle).Set(expr.Assign{"radius": circle.C("radius").Add(1)}).AllRows())
		exec(1, expr.Delete(circle).Where(circle.C("radius").Gt(4)))
		exec(1, expr.Delete(circle).AllRows())
		require.Equal(t, []string{"shape", "shape"}, kinds())
	})
}

// TestNoChangeOfEntities: what cannot be changed as an entity is refused by name, when it is built
// or compiled.
func TestNoChangeOfEntities(t *testing.T) {
	user, address, employee, manager, circle := entity("User"), entity("Address"), entity("Employee"), entity("Manager"), entity("Circle")
	for want, stmt := range map[string]expr.Statement{
		"each Manager is made of rows of 2 tables: change those, such as managers":                                   expr.Insert(manager).Values(expr.Assign{"id": 9, "level": 1}),
		"each Manager is made of rows of 2 tables":                                                                   expr.Update(manager.Alias("m")).Set(expr.Assign{"level": 1}).AllRows(),
		"a row of Employee may be a Manager, which has one of managers, too: delete from the tables, that one first": expr.Delete(employee).AllRows(),
		`User has no attribute "nam"; did you mean "name"?`:                                                          expr.Insert(user).Values(expr.Assign{"nam": "x"}),
		"Address.user is a relationship: give the key, Address.user_id":                                              expr.Insert(address).Values(expr.Assign{"user": 1}),
		"User.addresses is a relationship: what it leads to is told by columns":                                      expr.Update(user).Set(expr.Assign{"addresses": 1}).AllRows(),
		"User.address_count is computed: it takes no value":                                                          expr.Update(user).Set(expr.Assign{"address_count": 1}).AllRows(),
		"is an alias: an insert names the entity itself":                                                             expr.Insert(user.Alias("u")).Values(expr.Assign{"id": 1}),
		"the rows of a table can be changed: u has those of s":                                                       expr.Delete(user.AliasOf(expr.Select(user.C("id")).Subquery("s"), "u")).AllRows(),
		"users.name cannot be NULL":                                                                                  expr.Update(user).Set(expr.Assign{"name": nil}).AllRows(),
		"it would change every row":                                                                                  expr.Update(user).Set(expr.Assign{"name": "x"}),
		"Circle.kind: a row of this kind is no Circle":                                                               expr.Insert(circle).Values(expr.Assign{"id": 1, "kind": "shape"}),
		"say of each row which kind of Circle it is: Circle.kind":                                                    expr.Insert(circle).FromSelect([]string{"id"}, expr.Select(circle.C("id"))),
		"addresses.user_id is of type integer, the value of type boolean":                                            expr.Update(address).Set(expr.Assign{"user_id": true}).AllRows(),
	} {
		err := expr.Err(stmt)
		if err == nil {
			_, err = expr.Resolve(stmt)
		}
		require.ErrorContains(t, err, want)
	}
}

// TestEntityOfRows: an entity may have the rows of a query, and all that is said of the entity is
// said of them.
func TestEntityOfRows(t *testing.T) {
	ctx := context.Background()
	user, address, order, employee := entity("User"), entity("Address"), entity("Order"), entity("Employee")
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		fillORM(t, db)
		s := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		some := func() *expr.AliasSource {
			return user.AliasOf(expr.Select(user.C("id"), user.C("name")).Where(user.C("id").Lt(9)).Subquery("some"), "u")
		}
		u := some()
		rows, err := s.All(ctx, stored(t, ormMeta(), expr.Select(u.C("id"), order.C("id").Label("order_id")).Join(u.R("orders")).OrderBy(order.C("id"))), nil)
		require.NoError(t, err)
		require.Len(t, rows, 3)
		for kind, statements := range map[expr.LoadKind]int{joined: 1, selectin: 2, subquery: 2} {
			n := 0
			u := some()
			users, err := engine.All[*User](ctx, counting(db, &n), stored(t, ormMeta(), expr.Select(u).Where(u.R("addresses").Any()).OrderBy(u.C("name")).Options(expr.Load(kind, u.R("addresses")))), nil)
			require.NoError(t, err, kind)
			require.Len(t, users, 2)
			require.Equal(t, []string{"ed", "jack"}, []string{users[0].Name, users[1].Name})
			require.Len(t, users[0].Addresses, 3, kind)
			require.Equal(t, statements, n)
		}
		first := address.AliasOf(expr.Select(address.C("id"), address.C("user_id"), address.C("email_address")).OrderBy(address.C("id").Desc()).Limit(2).Subquery("last"), "")
		names, err := engine.All[string](ctx, s, stored(t, ormMeta(), expr.Select(user.C("name")).Join(user.R("addresses").OfType(first)).OrderBy(user.C("name"))), nil)
		require.NoError(t, err)
		require.Equal(t, []string{"ed", "fred"}, names)
		loud := user.AliasOf(expr.Select(user.C("id"), expr.Func("upper", user.C("name")).Label("name")).CTE("loud"), "")
		jack, ok, err := engine.First[User](ctx, s, stored(t, ormMeta(), expr.Select(loud).OrderBy(loud.C("id"))), nil)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, User{ID: 7, Name: "JACK"}, jack)
		_, err = engine.All[User](ctx, s, expr.Select(user.AliasOf(expr.Select(user.C("id")).Subquery("ids"), "u")), nil)
		require.ErrorContains(t, err, "ids has no column for User.name: show it there, or leave it out by load_only")
		_, err = engine.All[User](ctx, s, expr.Select(user.AliasOf(expr.Select(user.C("name").Label("id"), user.C("name")).Subquery("s"), "u")), nil)
		require.ErrorContains(t, err, "User.id is of type integer, id of type string(30)")
		require.ErrorContains(t, expr.Err(user.AliasOf(user.Alias("o"), "u")), "are those of a table or a query, got the entity o")
		kind, all := employee.C("type"), expr.Select(employee.C("id"), employee.C("name"), employee.C("type"), employee.C("company_id"), employee.C("Manager.level"), employee.C("Engineer.lang"))
		staff := employee.AliasOf(all.Where(kind.Ne("employee")).Subquery("staff"), "")
		people, err := engine.All[*engine.Record](ctx, s, stored(t, ormMeta(), expr.Select(staff).OrderBy(staff.C("id"))), nil)
		require.NoError(t, err)
		require.Len(t, people, 2)
		level, err := people[0].Get("level")
		require.NoError(t, err)
		require.EqualValues(t, 5, level, "of a subtype")
	})
}
