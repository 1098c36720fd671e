package serializer_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// mapped declares two tables with entities; what is left of a declaration is that of the saved queries.
type mapped struct {
	customer, order   []schema.EntityItem // of the entities, beside their names
	names             [2]string
	onOrders, dropped bool // the first entity is on the other table; there are none
}

func (e mapped) freeze(t *testing.T) *schema.MetaData {
	m, col := schema.NewMetaData(), schema.NewColumn
	m.Table("customers", col("id", schema.BigInteger, schema.PrimaryKey), col("name", schema.String(50), schema.NotNull), col("nick", schema.String(50)), col("born", schema.Date))
	m.Table("orders", col("id", schema.BigInteger, schema.PrimaryKey), col("by", schema.BigInteger, schema.NotNull, schema.References("customers", "id")),
		col("payer", schema.BigInteger, schema.References("customers", "id")), col("total", schema.Numeric(10, 2)))
	names := e.names
	if names == [2]string{} {
		names = [2]string{"Customer", "Order"}
	}
	tables := []string{"customers", "orders"}
	if e.onOrders {
		slices.Reverse(tables)
	}
	if e.customer == nil {
		e.customer = []schema.EntityItem{schema.OneToMany("orders", names[1], schema.By("by"))}
	}
	if e.order == nil {
		e.order = []schema.EntityItem{schema.ManyToOne("customer", names[0], schema.By("by"))}
	}
	if !e.dropped {
		m.Entity(names[0], append(e.customer, schema.OnTable(tables[0]))...)
		m.Entity(names[1], append(e.order, schema.OnTable(tables[1]))...)
	}
	require.NoError(t, m.Freeze())
	return m
}

// TestEntityMatrix says of changes of entities what Check, Loads and Repair must, of five queries each: of a
// whole entity, of attributes with an ORDER BY of a label, of a join, of any, and of a load.
func TestEntityMatrix(t *testing.T) {
	old := mapped{}.freeze(t)
	c, o := expr.Entity(old.LookupEntity("Customer")), expr.Entity(old.LookupEntity("Order"))
	queries := [][]byte{
		dumps(t, expr.Select(c).Where(c.C("name").Eq("x"))),
		dumps(t, expr.Select(c.C("name"), c.C("nick").Label("n")).OrderBy(expr.Ref("name"))),
		dumps(t, expr.Select(c.C("name"), o.C("total")).Join(c.R("orders"))),
		dumps(t, expr.Select(c).Where(c.R("orders").Any(o.C("total").Gt(3)))),
		dumps(t, expr.Select(c).Options(expr.Load(expr.JoinedLoad, c.R("orders")))),
	}
	toOrders := schema.OneToMany("orders", "Order", schema.By("by"))
	var out strings.Builder
	for _, moved := range []struct {
		name, want string // of each query: s same, n notice, w warning, e error, m an error that can be mended
		now        mapped
	}{
		{"nothing", "sssss", mapped{}},
		{"attribute renamed", "nmwss", mapped{customer: []schema.EntityItem{toOrders, schema.NewAttribute("called", schema.OfColumn("name"), schema.Formerly("name"))}}},
		{"attribute renamed, and of another column", "eeess", mapped{customer: []schema.EntityItem{toOrders, schema.Without("name"), schema.NewAttribute("called", schema.OfColumn("born"), schema.Formerly("name"))}}},
		{"attribute renamed to the label of another", "nmwss", mapped{customer: []schema.EntityItem{toOrders, schema.NewAttribute("n", schema.OfColumn("name"), schema.Formerly("name"))}}},
		{"attributes that swapped columns: of one type nobody can tell but for NULL", "wwwss", mapped{customer: []schema.EntityItem{toOrders, schema.NewAttribute("nick", schema.OfColumn("name")), schema.NewAttribute("name", schema.OfColumn("nick"))}}},
		{"attribute computed", "wwwss", mapped{customer: []schema.EntityItem{toOrders, schema.Without("name"), schema.ComputedAttribute("name", expr.Of("x"))}}},
		{"entities that swapped names", "eeeee", mapped{onOrders: true, customer: []schema.EntityItem{schema.ManyToOne("customer", "Order", schema.By("by"))}, order: []schema.EntityItem{schema.OneToMany("orders", "Customer", schema.By("by"))}}},
		{"entities and a relationship renamed", "wnnww", mapped{names: [2]string{"Client", "Purchase"}, customer: []schema.EntityItem{schema.Formerly("Customer"), schema.OneToMany("purchases", "Purchase", schema.By("by"), schema.Formerly("orders"))},
			order: []schema.EntityItem{schema.Formerly("Order"), schema.ManyToOne("client", "Client", schema.By("by"))}}},
		{"relationship by another key: nobody can tell", "sssss", mapped{customer: []schema.EntityItem{schema.OneToMany("orders", "Order", schema.By("payer"))}}},
		{"relationship to one", "sswww", mapped{customer: []schema.EntityItem{schema.OneToOne("orders", "Order", schema.On("id", "by"))}}},
		{"relationship elsewhere", "sseee", mapped{customer: []schema.EntityItem{schema.OneToMany("orders", "Customer", schema.On("id", "id"))}}},
		{"relationship that is an attribute", "seeee", mapped{customer: []schema.EntityItem{schema.NewAttribute("orders", schema.OfColumn("nick"))}}},
		{"stable ids added", "nnnnn", mapped{customer: []schema.EntityItem{schema.StableID("C"), schema.NewAttribute("name", schema.StableID("n")), schema.OneToMany("orders", "Order", schema.By("by"), schema.StableID("o"))}}},
		{"attributes that became one", "wewss", mapped{customer: []schema.EntityItem{toOrders, schema.Without("name"), schema.NewAttribute("nick", schema.Formerly("name"))}}},
		{"entities gone", "eeeee", mapped{dropped: true}},
	} {
		host := serializer.Binding{MetaData: moved.now.freeze(t)}
		got := ""
		for i, b := range queries {
			report, err := serializer.Check(b, host)
			require.NoError(t, err)
			answer := map[serializer.Severity]string{serializer.Notice: "n", serializer.Warning: "w", serializer.Failure: "e"}[report.Worst()]
			l, err := serializer.Loads(b, host)
			require.Equal(t, report.Loads(), err == nil)
			if err == nil {
				require.Equal(t, report.Same(), string(dumps(t, l.Root)) == string(b))
			}
			r, err := serializer.Repair(b, host)
			var drift *serializer.DriftError
			switch {
			case report.Same():
				answer = "s"
			case errors.As(err, &drift):
				require.False(t, report.Loads())
			case !report.Loads():
				answer = "m"
			}
			if !errors.As(err, &drift) {
				require.NoError(t, err)
				again, err := serializer.Check(r.Bytes, host)
				require.NoError(t, err)
				require.Empty(t, again.Problems, moved.name)
				if report.Worst() != serializer.Warning || !strings.Contains(report.String(), "Client") { // a whole entity has no label
					require.Equal(t, resultNames(t, b), resultNames(t, r.Bytes), "%s, query %d", moved.name, i)
				}
			}
			if got += answer; !report.Same() {
				fmt.Fprintf(&out, "== %s, query %d\n%s\n", moved.name, i, report)
			}
		}
		require.Equal(t, moved.want, got, moved.name)
	}
	golden(t, "matrix_entities.golden", out.String())
}
