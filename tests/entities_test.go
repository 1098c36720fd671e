package tests

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/testdb"
)

// fillORM makes the tables of ormMeta and their rows.
func fillORM(t *testing.T, db *testdb.DB) {
	create(t, db, ormMeta())
	db.Script(t,
		"INSERT INTO users VALUES (7, 'jack'), (8, 'ed'), (9, 'fred'), (10, 'chuck')",
		"INSERT INTO addresses VALUES (1, 7, 'jack@bean.com'), (2, 8, 'ed@wood.com'), (3, 8, 'ed@gmail.com'), (4, 8, 'x@gmail.com'), (5, 9, 'f@fred.com')",
		"INSERT INTO dingalings VALUES (1, 2, 'ding 1/2'), (2, 5, 'ding 2/5')",
		"INSERT INTO orders VALUES (1, 7, 1, 'order 1', 0), (2, 9, 4, 'order 2', 0), (3, 7, 1, 'order 3', 1), (4, 9, 4, 'order 4', 1), (5, 7, NULL, 'order 5', 0)",
		"INSERT INTO items VALUES (1, 'item 1'), (2, 'item 2'), (3, 'item 3'), (4, 'item 4'), (5, 'item 5')",
		"INSERT INTO order_items VALUES (1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (3, 2), (3, 3), (4, 3), (5, 3), (1, 4), (5, 4), (5, 5)",
		"INSERT INTO keywords VALUES (1, 'blue'), (2, 'red'), (3, 'green')",
		"INSERT INTO item_keywords VALUES (1, 1), (1, 2), (2, 3), (3, 1)",
		"INSERT INTO nodes VALUES (1, NULL, 'root')", "INSERT INTO nodes VALUES (2, 1, 'a'), (3, 1, 'b')", "INSERT INTO nodes VALUES (4, 2, 'a1')",
		"INSERT INTO companies VALUES (1, 'ACME'), (2, 'None')",
		"INSERT INTO employees VALUES (1, 1, 'Ann', 'manager'), (2, 1, 'Bob', 'engineer'), (3, 1, 'Cy', 'employee')",
		"INSERT INTO managers VALUES (1, 5)", "INSERT INTO engineers VALUES (2, 'go')",
		"INSERT INTO shapes VALUES (1, 'circle', 3), (2, 'shape', NULL)", "INSERT INTO points VALUES (1, 1, 2, 'a'), (2, 3, 4, 'b')")
}

// counting is a session that counts its statements.
func counting(db *testdb.DB, n *int, options ...engine.Option) *engine.Session {
	if options == nil {
		options = []engine.Option{engine.WithPolicy(policy.Unrestricted())}
	}
	return engine.New(db.DB, db.Dialect).WithHooks(engine.Hook{Before: func(ctx context.Context, _ *engine.Event) context.Context { *n++; return ctx }}).Session(options...)
}

// stored is a statement that has been through bytes.
func stored(t *testing.T, meta *schema.MetaData, stmt expr.Statement) expr.Statement {
	t.Helper()
	b, err := serializer.Dumps(stmt)
	require.NoError(t, err)
	l, err := serializer.Loads(b, serializer.Binding{MetaData: meta})
	require.NoError(t, err)
	require.Empty(t, l.Drift)
	return l.Statement
}

var joined, selectin, subquery = expr.JoinedLoad, expr.SelectinLoad, expr.SubqueryLoad

// TestLoad: each strategy gives the same objects, by as many statements as it says.
func TestLoad(t *testing.T) {
	user, address, order, item, node := entity("User"), entity("Address"), entity("Order"), entity("Item"), entity("Node")
	ctx := context.Background()
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		fillORM(t, db)
		n := 0
		s := counting(db, &n)
		statements := func(want int) { t.Helper(); require.Equal(t, want, n); n = 0 }
		emails := func(u *User) (list []string) {
			for _, a := range u.Addresses {
				list = append(list, a.EmailAddress)
			}
			return list
		}
		for kind, want := range map[expr.LoadKind]int{joined: 1, selectin: 2, subquery: 2} {
			for _, limit := range []any{nil, 3} {
				t.Run(fmt.Sprint(kind, " ", limit), func(t *testing.T) {
					n = 0
					q := stored(t, ormMeta(), expr.Select(user).OrderBy(user.C("id")).Limit(limit).Options(expr.Load(kind, user.R("addresses"))))
					users, err := engine.All[*User](ctx, s, q, nil)
					require.NoError(t, err)
					require.Len(t, users, map[bool]int{true: 4, false: 3}[limit == nil])
					require.Equal(t, []string{"jack@bean.com"}, emails(users[0]))
					require.Equal(t, []string{"ed@wood.com", "ed@gmail.com", "x@gmail.com"}, emails(users[1]))
					if limit == nil {
						require.Equal(t, []*Address{}, users[3].Addresses, "none, and not: not loaded")
					}
					require.Nil(t, users[0].Orders, "not loaded")
					statements(want)
				})
			}
			t.Run(fmt.Sprint(kind, " nested and back"), func(t *testing.T) {
				n = 0
				q := stored(t, ormMeta(), expr.Select(user).OrderBy(user.C("id")).Options(
					expr.Load(kind, user.R("orders"), expr.Load(kind, order.R("items"), expr.Load(kind, item.R("keywords"))), expr.Load(kind, order.R("user")), expr.Load(kind, order.R("address")))))
				users, err := engine.All[User](ctx, s, q, nil)
				require.NoError(t, err)
				require.Len(t, users, 4)
				jack := users[0]
				require.Len(t, jack.Orders, 3)
				require.Equal(t, []int64{1, 2, 3}, []int64{jack.Orders[0].Items[0].ID, jack.Orders[0].Items[1].ID, jack.Orders[0].Items[2].ID})
				require.Equal(t, "jack@bean.com", jack.Orders[0].Address.EmailAddress)
				require.Nil(t, jack.Orders[2].Address)
				require.Len(t, jack.Orders[0].Items[0].Keywords, 2)
				require.Empty(t, jack.Orders[2].Items[0].Keywords)
				require.Same(t, jack.Orders[0].Address, jack.Orders[1].Address, "one row is one object")
				require.Same(t, users[2].Orders[0].Items[0], jack.Orders[0].Items[0], "wherever it is")
				require.Same(t, jack.Orders[0].User, jack.Orders[1].User)
				require.Equal(t, "jack", jack.Orders[0].User.Name)
				statements(map[bool]int{true: 1, false: 6}[kind == joined])
			})
			t.Run(fmt.Sprint(kind, " conditions"), func(t *testing.T) {
				q := stored(t, ormMeta(), expr.Select(user).OrderBy(user.C("id")).Where(user.C("id").Lt(10)).Options(
					expr.Load(kind, user.R("addresses").And(address.C("email_address").Like(expr.Param("like", schema.Text)))),
					expr.Load(kind, user.R("gmail")), expr.Load(kind, user.R("named"))))
				_, err := engine.All[*User](ctx, s, q, nil)
				require.ErrorContains(t, err, "like")
				users, err := engine.All[*User](ctx, s, q, engine.Params{"like": "%e%@%o%"})
				require.NoError(t, err)
				require.Equal(t, []string{"ed@wood.com"}, emails(users[1])[:1])
				require.Len(t, users[1].Gmail, 2)
				require.Equal(t, []int64{4, 3}, []int64{users[1].Gmail[0].ID, users[1].Gmail[1].ID})
				require.Equal(t, []int64{2, 3}, []int64{users[1].Named[0].ID, users[1].Named[1].ID}, "a condition on both sides")
			})
			t.Run(fmt.Sprint(kind, " a tree"), func(t *testing.T) {
				q := stored(t, ormMeta(), expr.Select(node).Where(node.C("parent_id").IsNull()).Options(
					expr.Load(kind, node.R("children"), expr.Load(kind, node.R("children")), expr.Load(kind, node.R("parent")))))
				root, err := engine.One[*Node](ctx, s, q, nil)
				require.NoError(t, err)
				require.Len(t, root.Children, 2)
				require.Same(t, root, root.Children[0].Parent)
				require.Equal(t, "a1", *root.Children[0].Children[0].Data)
			})
			t.Run(fmt.Sprint(kind, " records"), func(t *testing.T) {
				q := expr.Select(address).OrderBy(address.C("id")).Options(expr.Load(kind, address.R("dingaling")), expr.Load(kind, address.R("user"), expr.LoadAttributes(expr.LoadOnly, user.C("name"))))
				records, err := engine.All[*engine.Record](ctx, s, stored(t, ormMeta(), q), nil)
				require.NoError(t, err)
				ed, err := records[1].One("user")
				require.NoError(t, err)
				name, err := ed.Get("name")
				require.NoError(t, err)
				require.Equal(t, "ed", name)
				ding, err := records[1].One("dingaling")
				require.NoError(t, err)
				data, err := ding.Get("data")
				require.NoError(t, err)
				require.Equal(t, "ding 1/2", data)
				none, err := records[0].One("dingaling")
				require.NoError(t, err)
				require.Nil(t, none)
				_, err = ed.Many("orders")
				require.EqualError(t, err, "engine: User.orders was not loaded: say how it is in the query's options, such as selectinload")
				_, err = ed.Get("nam")
				require.EqualError(t, err, `engine: User has no attribute or relationship "nam"; did you mean "name"?`)
			})
		}
		t.Run("contains_eager", func(t *testing.T) {
			n = 0
			q := stored(t, ormMeta(), expr.Select(user).Join(user.R("addresses")).Where(address.C("email_address").Like("%gmail%")).
				OrderBy(address.C("id").Desc()).Options(expr.Load(expr.ContainsEager, user.R("addresses"))))
			ed, err := engine.One[*User](ctx, s, q, nil)
			require.NoError(t, err)
			require.Equal(t, []string{"x@gmail.com", "ed@gmail.com"}, emails(ed))
			statements(1)
		})
		t.Run("criteria reach every load", func(t *testing.T) {
			for _, kind := range []expr.LoadKind{joined, selectin, subquery} {
				q := stored(t, ormMeta(), expr.Select(user).Where(user.R("addresses").Any()).OrderBy(user.C("id")).
					Options(expr.Load(kind, user.R("addresses")), expr.WithCriteria(address, address.C("id").Lt(4))))
				users, err := engine.All[*User](ctx, s, q, nil)
				require.NoError(t, err)
				require.Equal(t, []string{"ed@wood.com", "ed@gmail.com"}, emails(users[1]))
				require.Len(t, users, 2)
			}
		})
		t.Run("rows of several", func(t *testing.T) {
			q := stored(t, ormMeta(), expr.Select(user, expr.Func("count", address.C("id")).Label("n"), user.C("shout")).LeftJoin(user.R("addresses")).
				GroupBy(user.C("id"), user.C("name")).OrderBy(user.C("id")).Options(expr.Load(selectin, user.R("orders"))))
			type row struct {
				User  *User
				N     int
				Shout string
			}
			rows, err := engine.All[row](ctx, s, q, nil)
			require.NoError(t, err)
			require.Equal(t, 3, rows[1].N)
			require.Equal(t, rows[1].User.Shout(), rows[1].Shout, "both sides of a hybrid")
			require.Len(t, rows[0].User.Orders, 3)
			maps, err := s.All(ctx, q, nil)
			require.NoError(t, err)
			list, err := maps[0]["User"].(*engine.Record).Many("orders")
			require.NoError(t, err)
			require.Len(t, list, 3)
			require.EqualValues(t, 1, maps[0]["n"])
		})
		t.Run("computed", func(t *testing.T) {
			q := stored(t, ormMeta(), expr.Select(user).Where(user.C("address_count").Gt(2)).Options(expr.LoadAttributes(expr.LoadOnly, user.C("name"), user.C("address_count"))))
			ed, err := engine.One[User](ctx, s, q, nil)
			require.NoError(t, err)
			require.Equal(t, User{ID: 8, Name: "ed", AddressCount: 3}, ed)
		})
		t.Run("changes", func(t *testing.T) {
			tx, err := db.Begin()
			require.NoError(t, err)
			defer func() { require.NoError(t, tx.Rollback()) }()
			sess := engine.New(tx, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
			made, err := engine.One[*User](ctx, sess, stored(t, ormMeta(), expr.Insert(expr.Table(ormMeta().Lookup("users"))).Values(expr.Assign{"id": 11, "name": "new"}).Returning(user)), nil)
			require.NoError(t, err)
			require.Equal(t, &User{ID: 11, Name: "new"}, made)
			gone, err := engine.All[User](ctx, sess, stored(t, ormMeta(), expr.Delete(expr.Table(ormMeta().Lookup("users"))).Where(user.C("name").Eq("new"), user.R("orders").Any().Not()).Returning(user)), nil)
			require.NoError(t, err)
			require.Equal(t, []User{{ID: 11, Name: "new"}}, gone)
		})
		t.Run("what cannot be", func(t *testing.T) {
			type noOrders struct{ ID, Name any }
			_, err := engine.All[noOrders](ctx, s, expr.Select(user).Options(expr.Load(joined, user.R("orders"))), nil)
			require.ErrorContains(t, err, "has no field for User.orders")
			type byValue struct {
				ID, Name any
				Orders   []Order
			}
			_, err = engine.All[byValue](ctx, s, expr.Select(user).Options(expr.Load(joined, user.R("orders"))), nil)
			require.ErrorContains(t, err, "expected []*T")
			_, err = engine.All[int](ctx, s, expr.Select(user), nil)
			require.ErrorContains(t, err, "User cannot be made as int")
			_, err = engine.All[User](ctx, s, expr.Select(user.C("name")).Options(expr.Load(joined, user.R("orders"))), nil)
			require.ErrorContains(t, err, "joinedload is of User, which is not among the columns as a whole")
			require.ErrorContains(t, expr.Err(expr.Select(user.C("id").In(expr.Select(user)))), "select its attributes")
		})
	})
}

// scripted is the luabind.Session of the tests: whole entities are records.
type scripted struct{ on *engine.Session }

func (s scripted) Rows(ctx context.Context, q expr.Node, params map[string]any) (luabind.Rows, error) {
	rows, err := engine.All[[]any](ctx, s.on, q, params)
	r := &scriptedRows{rows: rows}
	for _, o := range q.(expr.Statement).Outputs() {
		r.columns = append(r.columns, luabind.Column{Name: o.Name, Type: o.Type})
	}
	return r, err
}

type scriptedRows struct {
	columns []luabind.Column
	rows    [][]any
	at      int
}

func (r *scriptedRows) Columns() []luabind.Column { return r.columns }
func (r *scriptedRows) Next() bool                { r.at++; return r.at <= len(r.rows) }
func (r *scriptedRows) Values() []any             { return r.rows[r.at-1] }
func (*scriptedRows) Err() error                  { return nil }
func (*scriptedRows) Close() error                { return nil }

// TestEntitiesInLua: scripts build queries of entities, and read records.
func TestEntitiesInLua(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		fillORM(t, db)
		n := 0
		rt, err := luabind.New(ormMeta(), luabind.WithSession(scripted{counting(db, &n)}))
		require.NoError(t, err)
		for _, c := range []struct{ script, want, err string }{
			{script: `local u = session:one(sql.select(db.User):where(db.User.name == "ed"):options(sql.selectinload(db.User.addresses)))
				local list = {} for _, a in ipairs(u.addresses) do list[#list + 1] = a.email_address end
				return u.name .. ": " .. table.concat(list, " ")`, want: "ed: ed@wood.com ed@gmail.com x@gmail.com"},
			{script: `local q = sql.select(db.User.name):join(db.User.orders):where(db.Order.items:any(db.Item.description == "item 4")):order_by(db.User.id)
				return session:first(q).name`, want: "jack"},
			{script: `local n1 = db.Node:alias "n1"
				return session:one(sql.select(n1):join(db.Node.children:of_type(n1)):where(n1.data:like "a_")).data`, want: "a1"},
			{script: `local a = session:all(sql.select(db.entities.Address, db.User.name:label "who"):join(db.Address.user):order_by(db.Address.id:desc()))
				return a[1].Address.email_address .. " " .. a[1].who`, want: "f@fred.com fred"},
			{script: `local q = sql.select(db.User):options(sql.joinedload(db.User.orders):selectinload(db.Order.items):load_only(db.Item.description)):order_by(db.User.id)
				return session:first(q).orders[1].items[2].description`, want: "item 2"},
			{script: `local e = session:all(sql.select(db.Employee):where(db.Employee["Manager.level"] > 3))
				return tostring(e[1])`, want: `Manager{id = 1, company_id = 1, name = "Ann", type = "manager", level = 5}`},
			{script: `local U = db.User
				local few = U:alias_of(sql.select(U):order_by(U.id):limit(2):subquery())
				return session:scalar(sql.select(few.name):join(few.addresses):order_by(db.Address.id:desc()))`, want: "ed"},
			{script: `local U, A = db.User, db.Address
				local c = sql.select(U):where(U.id == 8):union(sql.select(U):where(U.id == 9)):subquery()
				local e = sql.select(db.Manager, db.Manager.id:label "key"):cte "e"
				local r = session:first(sql.select(c.name, e.level, e.key):cross_join(e):order_by(c.name:desc():nulls_last()))
				return r.name .. r.level .. r.key`, want: "fred51"},
			{script: `return sql.select(db.User.id):where(db.User.id:in_(sql.select(db.User)))`, err: `in_: a whole entity has no columns that could be named: select its attributes`},
			{script: `return sql.select(sql.select(db.User):scalar())`, err: `scalar: a whole entity has no columns`},
			{script: `return sql.select(db.User.id):where(db.User.id == sql.any_(sql.select(db.User)))`, err: `any_: a whole entity has no columns`},
			{script: `return sql.insert(db.User):from_select({"id"}, sql.select(db.User))`, err: `from_select: a whole entity has no columns`},
			{script: `return session:first(sql.select(db.User)).addresses`, err: "User.addresses was not loaded: say how it is in the query's options, such as selectinload"},
			{script: `return session:first(sql.select(db.User)).User`, err: `has no attribute or relationship "User": what the row holds is one User, and the row is it`},
			{script: `return session:first(sql.select(db.User))[1]`, err: `User has no attribute or relationship 1: one of an entity is read by name, such as id`},
			{script: `return session:first(sql.select(db.User)).nam`, err: `User has no attribute or relationship "nam"; did you mean "name"?`},
			{script: `return db.User.adresses`, err: `User has no attribute, relationship or method "adresses"; did you mean "addresses"?`},
			{script: `return db.Usr`, err: `db has no table or entity "Usr"; did you mean "User"?`},
			{script: `return sql.select(db.User):options(sql.joinedload(db.Address.user))`, err: `joinedload is of Address, which is not among the columns as a whole`},
			{script: `return sql.select(db.User):where(db.User.addresses)`, err: "expected a condition, got a relationship"},
		} {
			values, err := rt.Run(context.Background(), "test.lua", c.script)
			if c.err != "" {
				require.ErrorContains(t, err, c.err, c.script)
				continue
			}
			require.NoError(t, err, c.script)
			require.Equal(t, c.want, values[0], c.script)
		}
	})
}

// TestLiteralsOfEntities: what the host says of an entity is no statement's literal, though it
// has the same value, and plans are remembered.
func TestLiteralsOfEntities(t *testing.T) {
	db := testdb.Open(t, "sqlite")
	fillORM(t, db)
	n := 0
	s := counting(db, &n)
	circle := entity("Circle")
	for range 3 {
		for kind, want := range map[string]int{"circle": 1, "shape": 0} {
			rows, err := engine.All[*engine.Record](context.Background(), s, expr.Select(circle).Where(circle.C("kind").Eq(kind)), nil)
			require.NoError(t, err)
			require.Len(t, rows, want, kind)
		}
	}
	shapes, err := engine.All[*engine.Record](context.Background(), s, expr.Select(entity("Shape")).OrderBy(entity("Shape").C("id")), nil)
	require.NoError(t, err)
	require.Same(t, circle.Entity(), shapes[0].Entity(), "a row is of the subtype that its discriminator says")
	require.Same(t, entity("Shape").Entity(), shapes[1].Entity())
	radius, err := shapes[0].Get("radius")
	require.NoError(t, err)
	require.EqualValues(t, 3, radius)
}

// TestParametersOfEntities: what is wrong with parameters of a query for objects is told at once, before a statement runs.
func TestParametersOfEntities(t *testing.T) {
	db := testdb.Open(t, "sqlite")
	fillORM(t, db)
	meta := ormMeta()
	n := 0
	u := expr.Entity(meta.LookupEntity("User"))
	q := expr.Select(u).Where(u.C("id").Gt(expr.Param("least", schema.Integer)), u.C("name").Ne(expr.Param("name", schema.Text)))
	for _, err := range engine.Rows[map[string]any](context.Background(), counting(db, &n), q, engine.Params{"least": "many"}) {
		require.EqualError(t, err, `parameter "least": expected integer, got text; parameter "name": expected a value of type text, got none`)
	}
	require.Zero(t, n)
}
