package luasource_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/luabind/luasource"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

var grants = []expr.Grant{expr.GrantRaw, expr.FunctionGrant("soundex")}

// examples are the metadata that the examples of the script methods are of.
func examples(t testing.TB) *schema.MetaData {
	m, col := schema.NewMetaData(), schema.NewColumn
	code := m.DefineType("code", schema.String(3), nil, nil)
	m.Table("users",
		col("id", schema.BigInteger, schema.PrimaryKey), col("parent_id", schema.BigInteger, schema.References("users", "id")),
		col("name", schema.String(50), schema.NotNull), col("email", schema.Text), col("age", schema.Integer), col("score", schema.Double),
		col("balance", schema.Numeric(10, 2)), col("active", schema.Boolean), col("born", schema.Date), col("woke", schema.Time),
		col("created", schema.DateTime), col("seen", schema.DateTimeTZ), col("token", schema.UUID), col("data", schema.JSON), col("photo", schema.LargeBinary),
		col("code", code), col("c", schema.ArrayOf(schema.Integer)))
	m.Table("addresses",
		col("id", schema.BigInteger, schema.PrimaryKey), col("user_id", schema.BigInteger, schema.NotNull, schema.References("users", "id")),
		col("email", schema.Text), col("city", schema.String(40)))
	m.Entity("User", schema.OnTable("users"), schema.OneToMany("addresses", "Address"),
		schema.Without("parent_id", "email", "age", "score", "balance", "born", "woke", "created", "seen", "token", "data", "photo", "code", "c"))
	m.Entity("Address", schema.OnTable("addresses"), schema.ManyToOne("user", "User"))
	require.NoError(t, m.Freeze())
	return m
}

// again runs the source of a tree, and requires the tree's bytes of what it returns.
func again(t testing.TB, rt *luabind.Runtime, n expr.Node, b []byte) {
	text, err := luasource.Of(n, 0)
	if err != nil {
		t.Fatalf("%v\n%s", err, expr.Sprint(n))
	}
	values, err := rt.Run(context.Background(), "q.lua", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	got, err := serializer.Dumps(values[0])
	if err != nil || !bytes.Equal(got, b) {
		t.Fatalf("%v\n%x\n%x\n%s\n%s", err, b, got, text, expr.Sprint(n))
	}
}

func runtime(t testing.TB, m *schema.MetaData) *luabind.Runtime {
	rt, err := luabind.New(m, luabind.Grant(grants...), luabind.WithLimits(luabind.Limits{Source: luasource.DefaultBytes, Time: time.Minute}))
	require.NoError(t, err)
	return rt
}

// seeds are the bytes of the examples of every script method.
func seeds(t testing.TB, m *schema.MetaData) (all [][]byte) {
	rt := runtime(t, m)
	sources := []string{
		`sql.select(u.id):where(u.id < sql.param("n", sql.types.integer)):params{n = 3}`,
		`sql.select(u.id):where(u.name:in_(sql.param("n", sql.types.string, {many = true, enum = {"a", "b"}}))):params{n = {"a"}}`,
	}
	for _, method := range expr.Methods() {
		sources = append(sources, method.Example)
	}
	for _, source := range sources {
		values, err := rt.Run(context.Background(), "example.lua", "local u, a = db.users, db.addresses; return "+source)
		require.NoError(t, err, source)
		b, err := serializer.Dumps(values[0])
		require.NoError(t, err, source)
		all = append(all, b)
	}
	return all
}

// TestExamples: the source of each example builds the example.
func TestExamples(t *testing.T) {
	m := examples(t)
	rt := runtime(t, m)
	for _, b := range seeds(t, m) {
		l, err := serializer.Loads(b, serializer.Binding{MetaData: m, Grants: grants})
		require.NoError(t, err)
		again(t, rt, l.Root, b)
	}
}

// FuzzLua: whatever can be loaded can be written as Lua, which builds the same bytes again.
func FuzzLua(f *testing.F) {
	m := examples(f)
	for _, b := range seeds(f, m) {
		f.Add(b)
	}
	rt := runtime(f, m)
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := serializer.Loads(b, serializer.Binding{MetaData: m, Grants: grants})
		if err == nil && len(l.Drift) == 0 && l.Slot.Kind == "" {
			again(t, rt, l.Root, b)
		}
	})
}
