package tests

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/testdb"
)

// ancestorMeta has what the tests of the ancestor's serializer need beside ormMeta: a table with
// names in other letters, and a column that is computed with a value.
func ancestorMeta(t *testing.T) *schema.MetaData {
	m, col := schema.NewMetaData(), schema.NewColumn
	m.Table("cities €", col("id", schema.Integer, schema.PrimaryKey), col("größe", schema.Integer), col("naïve:name", schema.String(30)))
	m.Entity("Stadt", schema.OnTable("cities €"), schema.ComputedAttribute("doubled", func(t *schema.Table) schema.Clause {
		return expr.Table(t).C("größe").Mul(2)
	}))
	require.NoError(t, m.Freeze())
	return m
}

// TestAncestor has the tests of the ancestor's own serializer under their names: what was stored
// comes back as the same construct, whose tables, columns, entities and attributes are the host's
// objects themselves, and gives the same rows.
func TestAncestor(t *testing.T) {
	meta, other := ormMeta(), ancestorMeta(t)
	user, address := entity("User"), entity("Address")
	users, addresses := expr.Table(meta.Lookup("users")), expr.Table(meta.Lookup("addresses"))
	cities, city := expr.Table(other.Lookup("cities €")), expr.Entity(other.LookupEntity("Stadt"))
	alias, all := user.Alias("other"), user.Alias("")
	framed := func(frame func(expr.Window) expr.Window) func() any {
		return func() any {
			return expr.Select(users.C("id"), expr.Func("sum", users.C("id")).Over(frame(expr.PartitionBy().OrderBy(users.C("id")))).Label("n")).OrderBy(users.C("id"))
		}
	}
	tests := []struct {
		name  string
		meta  *schema.MetaData
		build func() any
		hosts []any  // the objects of the host that it names
		same  bool   // it is one of these objects itself
		rows  string // of a statement, of what is none of one made of it
		of    func(root expr.Node) expr.Statement
		not   string // the database that cannot say it
	}{
		{name: "tables", build: func() any { return users.Table() }, hosts: []any{users.Table()}, same: true, rows: "7 jack|8 ed|9 fred|10 chuck"},
		{name: "columns", build: func() any { return users.Table().Lookup("name") }, hosts: []any{users.Table().Lookup("name")}, same: true, rows: "jack|ed|fred|chuck"},
		{name: "mapper", build: func() any { return user.Entity() }, hosts: []any{user.Entity()}, same: true, rows: "User(7 jack)|User(8 ed)|User(9 fred)|User(10 chuck)"},
		{name: "attribute", build: func() any { return user.Entity().Attribute("name") }, hosts: []any{user.Entity().Attribute("name")}, same: true, rows: "jack|ed|fred|chuck"},
		{name: "attribute: a relationship", build: func() any { return address.Entity().Relationship("user") }, hosts: []any{address.Entity().Relationship("user")}, same: true, rows: "7|8|8|8|9",
			of: func(root expr.Node) expr.Statement {
				return expr.Select(user.C("id")).From(address.Join(root.(expr.FromClause))).OrderBy(address.C("id"))
			}},
		{name: "expression", build: func() any {
			return expr.Select(users.C("id"), users.C("name")).From(users.Join(addresses)).OrderBy(addresses.C("id")).Limit(5)
		}, hosts: []any{users.Table(), addresses.Table(), users.Table().Lookup("id")}, rows: "7 jack|8 ed|8 ed|8 ed|9 fred"},
		{name: "query one", build: func() any {
			return expr.Select(user).Where(user.C("name").Eq("ed")).Options(expr.Load(joined, user.R("addresses")))
		}, hosts: []any{user.Entity(), user.Entity().Attribute("name"), user.Entity().Relationship("addresses")}, rows: "User(8 ed; addresses: Address(2 8 ed@wood.com) Address(3 8 ed@gmail.com) Address(4 8 x@gmail.com))"},
		{name: "query two", build: func() any {
			return expr.Select(user).Join(user.R("addresses")).Where(address.C("email_address").Like("%ed%")).OrderBy(address.C("id"))
		}, hosts: []any{user.Entity(), address.Entity().Attribute("email_address"), user.Entity().Relationship("addresses")}, rows: "User(8 ed)|User(8 ed)|User(9 fred)"},
		{name: "query three", build: func() any {
			return expr.Select(user).Join(user.R("addresses")).Where(address.C("email_address").Like("ed%")).OrderBy(address.C("id")).Options(expr.Load(subquery, user.R("addresses"), expr.Load(joined, address.R("dingaling"))))
		}, hosts: []any{user.Entity(), address.Entity().Relationship("dingaling")}, rows: "User(8 ed; addresses: Address(2 8 ed@wood.com; dingaling: Dingaling(1 2 ding 1/2)) Address(3 8 ed@gmail.com; dingaling: ) Address(4 8 x@gmail.com; dingaling: ))|" +
			"User(8 ed; addresses: Address(2 8 ed@wood.com; dingaling: Dingaling(1 2 ding 1/2)) Address(3 8 ed@gmail.com; dingaling: ) Address(4 8 x@gmail.com; dingaling: ))"},
		{name: "annotated", build: func() any {
			return expr.Select(addresses.C("user_id"), expr.Func("count", addresses.C("id")).Label("count")).Where(addresses.C("id").Ne(1)).GroupBy(addresses.C("user_id")).OrderBy(addresses.C("user_id"))
		}, hosts: []any{addresses.Table(), addresses.Table().Lookup("user_id")}, rows: "8 3|9 1"},
		{name: "orm join", build: func() any { return user.Join(user.R("addresses")) }, hosts: []any{user.Entity(), user.Entity().Relationship("addresses")}, rows: "7 1|8 2|8 3|8 4|9 5",
			of: func(root expr.Node) expr.Statement {
				return expr.Select(user.C("id"), address.C("id").Label("address")).From(root.(expr.FromClause)).OrderBy(address.C("id"))
			}},
		{name: "aliases", build: func() any {
			return expr.Select(user, alias).From(user).Join(alias, user.C("id").Lt(alias.C("id"))).Where(user.C("id").Lt(9)).OrderBy(user.C("id"), alias.C("id"))
		}, hosts: []any{user.Entity()}, rows: "User(7 jack) User(8 ed)|User(7 jack) User(9 fred)|User(7 jack) User(10 chuck)|User(8 ed) User(9 fred)|User(8 ed) User(10 chuck)"},
		{name: "aliases: joined along", build: func() any {
			return expr.Select(all).Join(all.R("addresses")).Where(address.C("email_address").Eq("jack@bean.com"))
		}, hosts: []any{user.Entity(), user.Entity().Relationship("addresses")}, rows: "User(7 jack)"},
		{name: "any", build: func() any { return user.R("addresses").Any(address.C("email_address").Eq("x@gmail.com")) }, hosts: []any{user.Entity().Relationship("addresses"), address.Entity().Attribute("email_address")}, rows: "ed",
			of: func(root expr.Node) expr.Statement { return expr.Select(user.C("name")).Where(expr.Of(root)) }},
		{name: "unicode: table", meta: other, build: func() any { return cities.Table() }, hosts: []any{cities.Table()}, same: true, rows: "1 20 Köln"},
		{name: "unicode: column", meta: other, build: func() any { return cities.Table().Lookup("größe") }, hosts: []any{cities.Table().Lookup("größe")}, same: true, rows: "20"},
		{name: "unicode: expression", meta: other, build: func() any {
			return expr.Select(cities.C("naïve:name").Label("größter")).Where(cities.C("größe").Gt(1), cities.C("naïve:name").Eq("Köln"))
		}, hosts: []any{cities.Table(), cities.Table().Lookup("naïve:name")}, rows: "Köln"},
		{name: "window frame: rows so far", build: framed(func(w expr.Window) expr.Window { return w.Rows(expr.Unbounded(), expr.Current()) }), hosts: []any{users.Table()}, rows: "7 7|8 15|9 24|10 34"},
		{name: "window frame: rows around", build: framed(func(w expr.Window) expr.Window { return w.Rows(expr.Preceding(1), expr.Following(1)) }), hosts: []any{users.Table()}, rows: "7 15|8 24|9 27|10 19"},
		{name: "window frame: range so far", build: framed(func(w expr.Window) expr.Window { return w.Range(expr.Unbounded(), expr.Current()) }), hosts: []any{users.Table()}, rows: "7 7|8 15|9 24|10 34"},
		{name: "window frame: range around", build: framed(func(w expr.Window) expr.Window { return w.Range(expr.Preceding(2), expr.Current()) }), hosts: []any{users.Table()}, rows: "7 7|8 15|9 24|10 27"},
		{name: "window frame: groups so far", build: framed(func(w expr.Window) expr.Window { return w.Groups(expr.Unbounded(), expr.Current()) }), hosts: []any{users.Table()}, rows: "7 7|8 15|9 24|10 34", not: "mariadb"},
		{name: "window frame: groups around", build: framed(func(w expr.Window) expr.Window { return w.Groups(expr.Preceding(1), expr.Following(1)) }), hosts: []any{users.Table()}, rows: "7 15|8 24|9 27|10 19", not: "mariadb"},
		{name: "column property with parameter", meta: other, build: func() any { return expr.Select(city.C("doubled")).Where(city.C("doubled").Gt(39)) }, hosts: []any{city.Entity(), city.Entity().Attribute("doubled")}, rows: "40"},
		{name: "column property with parameter: loaded", meta: other, build: func() any { return expr.Select(city) }, hosts: []any{city.Entity()}, rows: "Stadt(1 20 Köln 40)"},
	}
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		fillORM(t, db)
		create(t, db, other)
		s := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		_, err := s.Exec(context.Background(), expr.Insert(cities).Values(expr.Assign{"id": 1, "größe": 20, "naïve:name": "Köln"}), nil)
		require.NoError(t, err)
		for _, c := range tests {
			t.Run(c.name, func(t *testing.T) {
				if c.meta == nil {
					c.meta = meta
				}
				built := c.build()
				b, err := serializer.Dumps(built)
				require.NoError(t, err)
				l, err := serializer.Loads(b, serializer.Binding{MetaData: c.meta})
				require.NoError(t, err)
				require.Empty(t, l.Drift)
				if c.same {
					require.Same(t, c.hosts[0], l.Object())
				} else {
					n, _ := nodeOf(built)
					require.NotSame(t, n, l.Root)
				}
				named := hostsIn(l.Root)
				for _, o := range c.hosts {
					require.Contains(t, named, o, "the host's own")
				}
				again, err := serializer.Dumps(l.Object())
				require.NoError(t, err)
				require.Equal(t, b, again)
				stmt := l.Statement
				switch {
				case c.of != nil:
					stmt = c.of(l.Root)
				case stmt == nil:
					stmt = expr.Select(l.Root)
				}
				if c.not == db.Name {
					_, err := s.Compile(stmt)
					require.ErrorContains(t, err, "frame of groups")
					return
				}
				require.Equal(t, c.rows, showRows(t, s, stmt))
			})
		}
	})
}

// hostsIn are the objects of the host that a tree names; each is there by its address.
func hostsIn(root expr.Node) map[any]bool {
	named := map[any]bool{}
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case *schema.Table, *schema.Column, *schema.Entity, *schema.Attribute, *schema.Relationship:
			named[v] = true
		case expr.ColumnOf:
			named[v.Column] = true
			look(v.Source)
		case []any:
			for _, one := range v {
				look(one)
			}
		case []expr.FieldValue:
			for _, f := range v {
				look(f.Value)
			}
		case expr.Node:
			look(expr.FieldsOf(v))
		}
	}
	look(root)
	return named
}
