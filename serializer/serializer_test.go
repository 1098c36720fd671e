package serializer_test

import (
	"bytes"
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// shop is metadata with ids, sizes, nulls, former names and a schema.
func shop(t testing.TB) *schema.MetaData {
	t.Helper()
	m := schema.NewMetaData()
	m.Table("customers", schema.StableID("T1"), schema.Formerly("clients"),
		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey, schema.StableID("c1")),
		schema.NewColumn("name", schema.String(50), schema.NotNull, schema.Formerly("fullname")),
		schema.NewColumn("country", schema.String(2), schema.StableID("c3")),
		schema.NewColumn("born", schema.Date),
		schema.NewColumn("kind", schema.Enum("kind", "person", "company")))
	m.Table("orders", schema.InSchema("shop"),
		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey),
		schema.NewColumn("customer_id", schema.BigInteger, schema.NotNull, schema.References("customers", "id")),
		schema.NewColumn("total", schema.Numeric(10, 2)),
		schema.NewColumn("ordered_at", schema.DateTime, schema.NotNull),
		schema.NewColumn("tags", schema.ArrayOf(schema.Text)))
	m.Table("employees",
		schema.NewColumn("id", schema.Integer, schema.PrimaryKey),
		schema.NewColumn("boss_id", schema.Integer, schema.References("employees", "id")),
		schema.NewColumn("name", schema.Text))
	code := m.DefineType("code", schema.String(3), nil, nil)
	m.Table("badges",
		schema.NewColumn("code", code, schema.PrimaryKey),
		schema.NewColumn("others", schema.ArrayOf(code)))
	shopEntities(m)
	require.NoError(t, m.Freeze())
	return m
}

// queries are the constructs that the tests of the format go through.
func queries(m *schema.MetaData) map[string]any {
	c, o, e := expr.Table(m.Lookup("customers")), expr.Table(m.Lookup("shop", "orders")), expr.Table(m.Lookup("employees"))
	boss := e.Alias("boss")
	sums := expr.Select(o.C("customer_id"), expr.Func("sum", o.C("total")).Label("total")).GroupBy(o.C("customer_id")).Subquery("sums")
	day, _ := expr.ParseValue(schema.Date, "1990-12-31")
	price, _ := expr.Decimal("-19.90")
	object, _ := expr.JSON(`{"a": [1, null]}`)
	per := expr.Select(o.C("customer_id"), expr.Func("count").Label("n")).GroupBy(o.C("customer_id")).CTE("per").Materialized(expr.MaterializedNever)
	tree := expr.Recursive("tree", expr.Select(e.C("id"), expr.TypedLiteral(expr.Int(1), schema.Integer).Label("depth")).Where(e.C("boss_id").IsNull()),
		func(found expr.Source) expr.Query {
			return expr.Select(e.C("id"), found.C("depth").Add(1)).Join(found, found.C("id").Eq(e.C("boss_id")))
		})
	pairs := expr.Values([]expr.ColumnType{{Name: "id"}, {Name: "what", Type: schema.Text}}, []any{1, "a"}, []any{2, nil}).Alias("v")
	numbers := expr.Func("coalesce", 1, 2).TableValued("g", []expr.ColumnType{{Name: "value", Type: schema.Integer}, {Name: "i"}}, true)
	last := expr.Select(o.C("total")).Where(o.C("customer_id").Eq(c.C("id"))).Limit(1).Lateral("last")
	rank := expr.Func("sum", o.C("total")).Filter(o.C("total").Gt(0)).Over(expr.PartitionBy(o.C("customer_id")).OrderBy(o.C("id").Desc()).Rows(expr.Preceding(3), expr.Current()).Exclude(expr.ExcludeTies))
	gone := expr.Delete(e).AllRows().Returning(e.C("id"), e.C("name")).CTE("gone")
	badges := expr.Table(m.Lookup("badges"))
	code := m.Lookup("badges").Lookup("code").Type()
	all := map[string]any{
		"host": expr.Select(badges.C("code"), badges.C("others")).
			Where(badges.C("code").In(expr.Param("p", code), expr.TypedLiteral(expr.Text("x"), code))),
		"enum": expr.Select(c.C("name").Cast(schema.Enum("mood", "glad", "sad").InSchema("shop")).Label("mood")),
		"window": expr.Select(o.C("id"), rank.Label("sum"), expr.Func("max", o.C("total")).Over(expr.NamedWindow("w")).Label("max")).
			Window("w", expr.PartitionBy(o.C("customer_id"))).OrderBy(o.C("id")).LimitWithTies(5),
		"cte":     expr.Select(c.C("name"), per.C("n")).Join(per, per.C("customer_id").Eq(c.C("id"))).Distinct(c.C("name")).Locked(expr.ForUpdate, expr.SkipLocked, c),
		"tree":    expr.Select(tree.C("id"), tree.C("depth")).OrderBy(tree.C("depth")),
		"sources": expr.Select(pairs.C("what"), numbers.C("i"), last.C("total")).From(c, pairs, numbers, last, expr.Tablesample(e, expr.System, 10, 7)),
		"compound": expr.Select(c.C("id")).Union(expr.Select(o.C("customer_id")), expr.Select(e.C("id")).Except(expr.Select(e.C("boss_id")))).
			OrderBy(expr.Ref("id").Desc()).Limit(3),
		"cube": expr.Select(c.C("country"), expr.Func("count")).GroupBy(expr.CubeOf(c.C("country"), []any{c.C("kind"), c.C("born")})),
		"insert": expr.Insert(c).Values(expr.Assign{"id": 1, "name": "a"}, expr.Assign{"id": expr.Param("id", schema.BigInteger), "name": expr.Default()}).
			OnConflict(c.C("id")).DoUpdate(expr.Assign{"name": expr.Excluded(c).C("name")}).Where(c.C("country").IsNull()).Returning(c.C("id"), c.C("name").Label("n")),
		"copy":    expr.Insert(o).FromSelect([]string{"id", "customer_id"}, expr.Select(c.C("id"), c.C("id").Add(1))).OnConstraint("orders_pkey").DoNothing(),
		"update":  expr.Update(boss).Set(expr.Assign{"name": e.C("name").Concat("!"), "boss_id": nil}).From(e).Where(e.C("id").Eq(boss.C("boss_id"))).Returning(boss.C("id")),
		"delete":  expr.Delete(c).Using(o).Where(o.C("customer_id").Eq(c.C("id")), o.C("total").Lt(price)),
		"moved":   expr.Insert(c).FromSelect([]string{"id", "name"}, expr.Select(gone.C("id"), gone.C("name"))),
		"raw":     expr.Select(c.C("id")).Where(c.C("id").Custom("<->", 1, schema.Double).Lt(2), c.C("name").Custom("~*", "^a")),
		"table":   m.Lookup("customers"),
		"column":  m.Lookup("shop", "orders").Lookup("total"),
		"literal": expr.Of("é"),
		"join":    c.Join(o, o.C("customer_id").Eq(c.C("id"))),
		"plain": expr.Select(c.C("id"), c.C("name")).Where(c.C("name").Like("a%"), c.C("id").Gt(10)).
			OrderBy(c.C("name").Asc(), c.C("country").Desc().NullsLast()).Limit(10).Offset(200),
		"report": expr.Select(c.C("country"), expr.Func("count"), expr.Func("sum", o.C("total")).Label("sum")).
			Join(o, o.C("customer_id").Eq(c.C("id"))).Where(expr.Or(c.C("born").Lt("2000-01-01"), c.C("kind").Eq("person"))).
			GroupBy(c.C("country")).Having(expr.Func("count").Ge(2)).OrderBy(expr.Ref("sum").Desc()).Distinct(),
		"derived": expr.Select(c.C("name"), sums.C("total")).Join(sums, sums.C("customer_id").Eq(c.C("id"))).
			Where(sums.C("total").Gt(price)),
		"self": expr.Select(e.C("name"), boss.C("name").Label("boss")).LeftJoin(boss, e.C("boss_id").Eq(boss.C("id"))),
		"exists": expr.Select(c.C("id")).Where(expr.Exists(expr.Select(expr.Of(1)).From(o).Where(o.C("customer_id").Eq(c.C("id")))),
			c.C("id").In(expr.Select(o.C("customer_id"))), c.C("id").NotIn(1, 2, 3), c.C("name").In()),
		"values": expr.Select(expr.Literal(day), expr.Literal(price).Label("p"), expr.Literal(object), expr.Literal(expr.Bytes([]byte{0, 255})).Label("b"),
			expr.Literal(expr.UUID([16]byte{1, 2})).Label("u"), expr.Literal(expr.Interval(-1, 2, 3e9)).Label("i"), expr.Of(nil), expr.Of(true), expr.Of(-0.5),
			expr.TypedLiteral(expr.Value{}, schema.Numeric(4, 1)), expr.Array(schema.Integer, 1, 70000, -70000), expr.Of(int64(-1)<<63)),
		"params": expr.Select(c.C("id")).Where(c.C("born").Between(expr.Param("from", schema.Date), expr.Param("to", schema.Date)),
			c.C("name").StartsWith(expr.ParamDefault("prefix", schema.Text, "A"))).Limit(expr.ParamDefault("n", schema.Integer, 10)),
		"accepts": expr.Select(c.C("id")).Where(
			o.C("total").Between(expr.ParamWith("from", schema.Numeric(10, 2), expr.ParamOptions{Min: price, Max: 100, Default: 5}), expr.ParamOf(expr.NewParameter("to", schema.Integer).Bound(expr.Int(9)))),
			c.C("born").Gt(expr.ParamWith("day", schema.Date, expr.ParamOptions{Min: day, Doc: "born after"})),
			c.C("country").In(expr.ParamWith("countries", schema.Text, expr.ParamOptions{Many: true, Enum: []any{"de", "fr", ""}, Default: []string{"de"}}))).From(c.Join(o)),
		"extract": expr.Select(expr.Extract(expr.Month, c.C("born")).Label("month"), expr.Func("count")).GroupBy(expr.Ref("month")),
		"case": expr.Select(expr.CaseElse("none", expr.NewWhen(c.C("country").IsNull(), "?"), expr.NewWhen(c.C("id").Mod(2).Eq(0).Not(), "odd")).Label("what"),
			expr.Cast(c.C("id"), schema.String(20)), o.C("total").Div(2).Neg(), expr.Select(expr.Func("max", e.C("id"))).Scalar()).From(c.LeftJoin(o.CrossJoin(e), c.C("id").Eq(o.C("id")))),
	}
	if m.LookupEntity("Customer") != nil {
		maps.Copy(all, entityQueries(m))
	}
	return all
}

func dumps(t testing.TB, construct any) []byte {
	t.Helper()
	b, err := serializer.Dumps(construct)
	require.NoError(t, err)
	return b
}

func TestRoundTrip(t *testing.T) {
	m := shop(t)
	for name, q := range queries(m) {
		t.Run(name, func(t *testing.T) {
			b := dumps(t, q)
			l, err := serializer.Loads(b, serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.GrantRaw}})
			require.NoError(t, err, "%x", b)
			require.Empty(t, l.Drift)
			require.Equal(t, fmt.Sprintf("%x", b), fmt.Sprintf("%x", dumps(t, l.Root)))
			require.True(t, bytes.Equal(b, dumps(t, queries(m)[name])), "built again, other bytes")
			t.Logf("%d bytes, size %d", len(b), expr.Size(l.Root))
		})
	}
}
