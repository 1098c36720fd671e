package schema_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
)

func TestTableAndColumnSayWhatWasDeclared(t *testing.T) {
	m := schema.NewMetaData()
	orders := m.Table("orders", schema.InSchema("shop", "sales"), schema.StableID("T1"),
		column("id", schema.PrimaryKey),
		schema.NewColumn("note", schema.String(20), schema.StableID("C2")),
		schema.NewColumn("total", schema.Numeric(10, 2), schema.NotNull))
	view := m.Table("recent", schema.View(), column("id"))
	require.NoError(t, m.Freeze())

	assert.Equal(t, []*schema.Table{orders, view}, m.Tables())
	assert.Same(t, orders, m.Lookup("shop", "sales", "orders"))
	for _, wrong := range [][]string{nil, {"orders"}, {"sales", "orders"}, {"shop.sales.orders"}, {"Shop", "sales", "orders"}} {
		assert.Nil(t, m.Lookup(wrong...), "%q", wrong)
	}
	assert.Equal(t, "orders", orders.Name())
	assert.Equal(t, []string{"shop", "sales"}, orders.Schema())
	assert.Equal(t, []string{"shop", "sales", "orders"}, orders.FullName())
	assert.Equal(t, 3, orders.NameParts())
	assert.Equal(t, "sales", orders.NamePart(1))
	assert.True(t, orders.IsNamed([]string{"shop", "sales", "orders"}))
	assert.False(t, orders.IsNamed([]string{"orders"}))
	assert.Equal(t, "shop.sales.orders", orders.String())
	assert.Equal(t, "T1", orders.StableID())
	assert.Same(t, m, orders.MetaData())
	assert.False(t, orders.IsView())
	assert.True(t, view.IsView())
	assert.Empty(t, view.Schema())
	assert.Nil(t, view.PrimaryKey())
	assert.Equal(t, []string{"id", "note", "total"}, orders.ColumnNames())
	assert.Equal(t, orders.ColumnNames(), names(orders.Columns()))

	note := orders.Lookup("note")
	assert.Same(t, orders, note.Table())
	assert.Equal(t, "shop.sales.orders.note", note.String())
	assert.Equal(t, schema.String(20), note.Type())
	assert.Equal(t, "C2", note.StableID())
	assert.Nil(t, orders.Lookup("Note"))
	assert.Equal(t, "free", column("free").String(), "a column of no table")
	assert.Equal(t, "column:free", column("free").ID().String())

	assert.False(t, column("id", schema.PrimaryKey).Nullable(), "not only when frozen")
	for name, want := range map[string]struct{ nullable, key bool }{
		"id": {false, true}, "note": {true, false}, "total": {false, false},
	} {
		c := orders.Lookup(name)
		assert.Equal(t, want.nullable, c.Nullable(), name)
		assert.Equal(t, want.key, c.IsPrimaryKey(), name)
	}
}

func TestHasTableNamed(t *testing.T) {
	m := schema.NewMetaData()
	assert.False(t, m.HasTableNamed("orders"))
	m.Table("Orders", schema.InSchema("Shop"))
	m.Table("größe")
	require.NoError(t, m.Freeze())
	m.Table("late")
	for name, want := range map[string]bool{
		"Orders": true, "orders": true, "ORDERS": true, "GRÖSSE": false, "GRÖßE": true,
		"Shop": false, "Shop.Orders": false, "order": false, "late": false, "": false,
	} {
		assert.Equal(t, want, m.HasTableNamed(name), name)
	}
	assert.False(t, (*schema.MetaData)(nil).HasTableNamed("orders"))
}

func TestIDs(t *testing.T) {
	m := frozen(t, func(m *schema.MetaData) {
		m.Table("a.b", schema.InSchema("s"), schema.StableID("T"), column("c:d", schema.StableID("C")))
	})
	table := m.Lookup("s", "a.b")
	assert.Equal(t, schema.ID{Kind: schema.IDTable, Table: []string{"s", "a.b"}, Stable: "T"}, table.ID())
	assert.Equal(t, schema.ID{Kind: schema.IDColumn, Table: []string{"s", "a.b"}, Name: "c:d", Stable: "C"},
		table.Lookup("c:d").ID())

	for want, id := range map[string]schema.ID{
		"table:s.a.b":      table.ID(),
		"column:s.a.b.c:d": table.Lookup("c:d").ID(),
		"session:main":     {Kind: schema.IDSession, Name: "main"},
		"engine:":          {Kind: schema.IDEngine},
	} {
		assert.Equal(t, want, id.String())
	}

	parts := append(make([]string, 0, 4), "t")
	_ = schema.ID{Kind: schema.IDColumn, Table: parts, Name: "c"}.String()
	assert.Equal(t, "", parts[:2][1], "String wrote into the caller's slice")
}

func TestKeys(t *testing.T) {
	m := schema.NewMetaData()
	customers := m.Table("customers",
		column("region", schema.PrimaryKey), column("id", schema.PrimaryKey),
		column("email", schema.Unique), column("x"), column("y"), schema.UniqueConstraint("y", "x"))
	orders := m.Table("orders",
		column("number"), column("year"), // the key has an order of its own
		schema.PrimaryKeyConstraint("year", "number"),
		column("region"), column("customer"),
		schema.ForeignKeyConstraint("placed_by", []string{"region", "customer"}, []string{"customers"}, []string{"region", "id"}),
		column("id", schema.References("customers")), // the column of the same name
		column("parent", schema.References("orders", "number")))
	items := m.Table("items", schema.InSchema("s"),
		column("order", schema.References("orders", "number")), // of no schema
		column("stock", schema.References("stock", "id")),      // of the same schema
		column("far", schema.References("t", "stock", "id")))
	m.Table("stock", schema.InSchema("s"), column("id"))
	m.Table("stock", schema.InSchema("t"), column("id"))
	assert.Empty(t, orders.ForeignKeys(), "targets are known once frozen")
	require.NoError(t, m.Freeze())

	assert.Equal(t, []string{"region", "id"}, names(customers.PrimaryKey()))
	assert.Equal(t, []string{"year", "number"}, names(orders.PrimaryKey()))
	for _, c := range orders.PrimaryKey() {
		assert.True(t, c.IsPrimaryKey(), c)
		assert.False(t, c.Nullable(), c)
	}
	assert.False(t, orders.Lookup("region").IsPrimaryKey())
	assert.True(t, orders.Lookup("region").Nullable())

	unique := customers.UniqueKeys()
	require.Len(t, unique, 2)
	assert.Equal(t, []string{"email"}, names(unique[0]))
	assert.Equal(t, []string{"y", "x"}, names(unique[1]))

	shown := func(table *schema.Table) (list []string) {
		for _, k := range table.ForeignKeys() {
			assert.Same(t, table, k.Table())
			list = append(list, k.Name()+": "+k.String())
		}
		return list
	}
	assert.Equal(t, []string{
		"placed_by: orders(region, customer) -> customers(region, id)",
		": orders(id) -> customers(id)",
		": orders(parent) -> orders(number)",
	}, shown(orders))
	assert.Equal(t, []string{
		": s.items(order) -> orders(number)",
		": s.items(stock) -> s.stock(id)",
		": s.items(far) -> t.stock(id)",
	}, shown(items))
	assert.Same(t, customers, orders.ForeignKeys()[0].Referred())
}

func TestDetached(t *testing.T) {
	name := []string{"s", "gone"}
	table := schema.Detached(name, "T")
	name[1] = "changed"
	c := schema.DetachedColumn(table, "x", schema.Text, true, "C")
	assert.Equal(t, "table:s.gone", table.ID().String())
	assert.Equal(t, "T", table.ID().Stable)
	assert.Nil(t, table.MetaData())
	assert.Empty(t, table.Columns(), "the table does not have the column")
	assert.Nil(t, table.Lookup("x"))
	assert.Equal(t, "column:s.gone.x", c.ID().String())
	assert.Equal(t, "C", c.StableID())
	assert.Equal(t, schema.Text, c.Type())
	assert.True(t, c.Nullable())
	_, err := table.ResolveColumn("x", "C")
	assert.EqualError(t, err, "schema: column:s.gone.x: unknown")
}

// oddNames would be confused if names were joined or cut anywhere.
var oddNames = []string{"a", "b", "ab", ".", ":", "a.b", "a:b", "\x00", "\x00a", "a\x00b", "\x01", "\x01a", "\x00\x01a", "\x00\x01a\x01b", "\x02a\x00", " ", "\"", "\n", "é", "\xff"}

func TestNoTwoTableNamesCollide(t *testing.T) {
	var all [][]string
	for _, a := range oddNames {
		all = append(all, []string{a})
		for _, b := range oddNames {
			all = append(all, []string{a, b})
			for _, c := range oddNames {
				all = append(all, []string{a, b, c})
			}
		}
	}
	tables := make([]*schema.Table, len(all))
	m := frozen(t, func(m *schema.MetaData) {
		for i, name := range all {
			last := len(name) - 1
			tables[i] = m.Table(name[last], schema.InSchema(name[:last]...), schema.FormerlyAt(append([]string{"was"}, name...)...))
		}
	})
	for i, name := range all {
		require.Same(t, tables[i], m.Lookup(name...), "%q", name)
		former, err := m.ResolveTable(append([]string{"was"}, name...), "")
		require.NoError(t, err)
		require.Same(t, tables[i], former, "%q", name)
	}
}

func TestNoTwoColumnNamesCollide(t *testing.T) {
	m := frozen(t, func(m *schema.MetaData) {
		items := make([]schema.TableItem, len(oddNames))
		for i, name := range oddNames {
			items[i] = column(name, schema.StableID(fmt.Sprint(i)), schema.Formerly("was "+name))
		}
		m.Table("t", items...)
	})
	for i, name := range oddNames {
		for _, stored := range []schema.ID{{Name: name}, {Name: "was " + name}, {Name: "anything", Stable: fmt.Sprint(i)}} {
			c, err := m.Lookup("t").ResolveColumn(stored.Name, stored.Stable)
			require.NoError(t, err)
			require.Equal(t, name, c.Name())
		}
	}
}

func FuzzTableNames(f *testing.F) {
	f.Add("a", "b", true, "a.b", "", false)
	f.Add("b", "a", true, "\x00\x01a\x01b", "", false)
	f.Add("\x00", "a", true, "\x00", "a", false)
	f.Add("same", "", false, "same", "", false)
	f.Fuzz(func(t *testing.T, a, inA string, qualifiedA bool, b, inB string, qualifiedB bool) {
		m := schema.NewMetaData()
		declare := func(name, in string, qualified bool) *schema.Table {
			if qualified {
				return m.Table(name, schema.InSchema(in))
			}
			return m.Table(name)
		}
		one, two := declare(a, inA, qualifiedA), declare(b, inB, qualifiedB)
		if slices.Contains(append(one.FullName(), two.FullName()...), "") {
			require.Error(t, m.Freeze())
			return
		}
		if slices.Equal(one.FullName(), two.FullName()) {
			require.ErrorContains(t, m.Freeze(), "declared twice")
			return
		}
		require.NoError(t, m.Freeze())
		require.Same(t, one, m.Lookup(one.FullName()...))
		require.Same(t, two, m.Lookup(two.FullName()...))
	})
}

// TestPlainNames: which names stand between any quotes as they are.
func TestPlainNames(t *testing.T) {
	for name, plain := range map[string]bool{
		"id": true, "Order_2": true, "_": true, "": false, "a b": false, `a"b`: false, "a`b": false, "é": false, "a\x00": false,
		strings.Repeat("x", 55): true, strings.Repeat("x", 56): false,
	} {
		require.Equal(t, plain, schema.NewColumn(name, schema.Text).HasPlainName(), "%q", name)
		require.Equal(t, plain, schema.DetachedColumn(nil, name, schema.Text, true, "").HasPlainName(), "%q", name)
	}
}
