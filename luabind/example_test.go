package luabind_test

import (
	"context"
	"fmt"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

// A script returns a query value; what it gets wrong it hears of by file and line.
func Example() {
	meta := schema.NewMetaData()
	meta.Table("users",
		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey),
		schema.NewColumn("age", schema.Integer))
	if err := meta.Freeze(); err != nil {
		fmt.Println(err)
		return
	}
	rt, err := luabind.New(meta)
	if err != nil {
		fmt.Println(err)
		return
	}
	values, err := rt.Run(context.Background(), "adults.lua", `
		local u = db.users
		return sql.select(u.id):where(u.age:ge(18)):limit(10)`)
	if err != nil {
		fmt.Println(err)
		return
	}
	q := values[0].(*expr.SelectStmt)
	fmt.Println(q.Outputs()[0].Name, q.Outputs()[0].Type)

	_, err = rt.Run(context.Background(), "adults.lua", `
		local u = db.users
		return sql.select(u.id):where(u.agee:ge(18))`)
	fmt.Println(err)
	// Output:
	// id big_integer
	// adults.lua:3: users has no column or method "agee"; did you mean "age"?
}
