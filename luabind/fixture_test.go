package luabind_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

// testMeta is the examples' metadata: u is users, a is addresses; and tables whose
// names and columns collide with ours.
func testMeta(t testing.TB) *schema.MetaData {
	t.Helper()
	m, col := schema.NewMetaData(), schema.NewColumn
	m.Table("users",
		col("id", schema.BigInteger, schema.PrimaryKey),
		col("parent_id", schema.BigInteger, schema.References("users", "id")),
		col("name", schema.String(50), schema.NotNull),
		col("email", schema.Text),
		col("age", schema.Integer),
		col("score", schema.Double),
		col("balance", schema.Numeric(10, 2)),
		col("active", schema.Boolean),
		col("born", schema.Date),
		col("woke", schema.Time),
		col("created", schema.DateTime),
		col("seen", schema.DateTimeTZ),
		col("token", schema.UUID),
		col("data", schema.JSON),
		col("photo", schema.LargeBinary))
	m.Table("addresses",
		col("id", schema.BigInteger, schema.PrimaryKey),
		col("user_id", schema.BigInteger, schema.NotNull, schema.References("users", "id")),
		col("email", schema.Text),
		col("city", schema.String(40)))
	m.Table("odd",
		col("id", schema.BigInteger, schema.PrimaryKey),
		col("alias", schema.Text), col("join", schema.Text), col("c", schema.Text),
		col("asc", schema.Text), col("eq", schema.Text), col("dump", schema.Text), col("and", schema.Text), col("two words", schema.Text))
	m.Table("tables", col("id", schema.BigInteger, schema.PrimaryKey))
	m.Table("events", schema.InSchema("app"), col("id", schema.BigInteger, schema.PrimaryKey))
	m.Table("tables", schema.InSchema("app"), col("id", schema.BigInteger, schema.PrimaryKey))
	m.Table("both", col("id", schema.BigInteger, schema.PrimaryKey))
	m.Table("inner", schema.InSchema("both"), col("id", schema.BigInteger, schema.PrimaryKey))
	m.Entity("User", schema.OnTable("users"), schema.OneToMany("addresses", "Address"),
		schema.Without("parent_id", "email", "age", "score", "balance", "born", "woke", "created", "seen", "token", "data", "photo"))
	m.Entity("Address", schema.OnTable("addresses"), schema.ManyToOne("user", "User"))
	require.NoError(t, m.Freeze())
	return m
}

// prelude stands before the examples, on the same line.
const prelude = `local u, a = db.users, db.addresses; `

// printer is a compiler that prints the tree.
type printer struct{}

func (printer) SQL(n expr.Node, dialect string) (string, []any, error) {
	if dialect == "nosuch" {
		return "", nil, errors.New(`no dialect "nosuch"`)
	}
	return dialect + "\n" + expr.Sprint(n), []any{int64(1), "x", nil}, nil
}

// memory is a codec that keeps what it dumps.
type memory struct{ nodes map[string]expr.Node }

func (c *memory) Dump(n expr.Node) ([]byte, error) {
	key := fmt.Sprintf("bytes %x", expr.Hash(n))
	c.nodes[key] = n
	return []byte(key), nil
}

func (c *memory) Load(b []byte) (expr.Node, error) {
	if n := c.nodes[string(b)]; n != nil {
		return n, nil
	}
	return nil, errors.New("bytes of nothing")
}

func (c *memory) Hash(n expr.Node) (string, error) { return fmt.Sprintf("%x", expr.Hash(n)), nil }

// locked is a memory that goroutines share.
type locked struct {
	mu sync.Mutex
	memory
}

func (c *locked) Dump(n expr.Node) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.memory.Dump(n)
}

func withLockedCodec() luabind.Option {
	return luabind.WithCodec(&locked{memory: memory{nodes: map[string]expr.Node{}}})
}

func withCodec() luabind.Option    { return luabind.WithCodec(&memory{nodes: map[string]expr.Node{}}) }
func withCompiler() luabind.Option { return luabind.WithCompiler(printer{}) }

func newRuntime(t testing.TB, options ...luabind.Option) *luabind.Runtime {
	t.Helper()
	slow := luabind.WithLimits(luabind.Limits{Time: -1}) // the machine may be
	rt, err := luabind.New(testMeta(t), append([]luabind.Option{slow}, options...)...)
	require.NoError(t, err)
	return rt
}

// run runs a script after the prelude and returns its only value.
func run(t testing.TB, rt *luabind.Runtime, source string) any {
	t.Helper()
	values, err := rt.Run(context.Background(), "test.lua", prelude+source)
	require.NoError(t, err, "%s", source)
	require.Len(t, values, 1, "%s", source)
	return values[0]
}

// fails runs a script that must fail, and returns the error.
func fails(t testing.TB, rt *luabind.Runtime, source string) *luabind.Error {
	t.Helper()
	_, err := rt.Run(context.Background(), "test.lua", prelude+source)
	var e *luabind.Error
	require.ErrorAs(t, err, &e, "%s", source)
	return e
}

// sameQuery holds that two scripts build equal trees.
func sameQuery(t testing.TB, rt *luabind.Runtime, one, other string) {
	t.Helper()
	a, b := node(t, run(t, rt, one)), node(t, run(t, rt, other))
	require.True(t, expr.Equal(a, b), "%s\n%s\n%s", one, expr.Sprint(a), expr.Sprint(b))
}

func node(t testing.TB, v any) expr.Node {
	t.Helper()
	switch v := v.(type) {
	case expr.Expr:
		return v.Node()
	case expr.Node:
		return v
	}
	require.Fail(t, "no node", "%T", v)
	return nil
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n    ") + "\n"
}
