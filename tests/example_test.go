package tests

import (
	"context"
	"database/sql"
	"fmt"

	_ "modernc.org/sqlite"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

var _ luabind.Compiler = (*engine.Session)(nil)

// The README shows this function; TestReadme holds it to that.
func Example() {
	ctx := context.Background()
	meta := schema.NewMetaData()
	meta.Table("users",
		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey),
		schema.NewColumn("name", schema.String(50), schema.NotNull, schema.Formerly("username")))
	if err := meta.Freeze(); err != nil {
		panic(err)
	}
	db, _ := sql.Open("sqlite", ":memory:")
	db.SetMaxOpenConns(1)
	db.Exec("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO users VALUES (1, 'ann'), (2, 'Zoë')")

	// A stranger's script builds a query; it can do nothing else.
	rt, _ := luabind.New(meta)
	values, err := rt.Run(ctx, "zs.lua", `
		local u = db.users
		return sql.select(u.id, u.name):where(u.name:startswith "Z"):limit(sql.param("n", sql.types.integer, 10))`)
	if err != nil {
		panic(err)
	}
	b, _ := serializer.Dumps(values[0].(expr.Query)) // store it, hash it, send it

	// Later, elsewhere: bind the bytes to this host's metadata, and run them under its policy.
	l, err := serializer.Loads(b, serializer.Binding{MetaData: meta})
	if err != nil {
		panic(err) // says what has moved in the schema
	}
	sess := engine.New(db, dialect.SQLite).Session(engine.WithPolicy(policy.New().AllowSelect()))
	type User struct {
		ID   int64
		Name string
	}
	for u, err := range engine.Rows[User](ctx, sess, l.Query, engine.Params{"n": 5}) {
		fmt.Println(u.ID, u.Name, err)
	}
	// Output: 2 Zoë <nil>
}
