package expr_test

import (
	"fmt"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func exampleMeta() *schema.MetaData {
	meta := schema.NewMetaData()
	meta.Table("users",
		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey),
		schema.NewColumn("name", schema.String(50), schema.NotNull),
		schema.NewColumn("born", schema.Date))
	meta.Table("orders",
		schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey),
		schema.NewColumn("user_id", schema.BigInteger, schema.References("users", "id")),
		schema.NewColumn("total", schema.Numeric(10, 2)))
	if err := meta.Freeze(); err != nil {
		panic(err)
	}
	return meta
}

// A query is a value: each method returns a new one, so that a part of one can be
// the start of several.
func Example() {
	u := expr.Table(exampleMeta().Lookup("users"))
	q := expr.Select(u.C("id"), u.C("name")).
		Where(u.C("name").Like("a%"), u.C("id").Gt(10)).
		OrderBy(u.C("name").Asc())
	first := q.Limit(10)
	fmt.Println(expr.Err(first), first.LimitClause().IsZero(), q.LimitClause().IsZero())
	for _, c := range first.Outputs() {
		fmt.Println(c.Name, c.Type)
	}
	// Output:
	// <nil> false true
	// id big_integer
	// name string(50)
}

// What Go values become is seen in the tree: literals take the type of the column
// that they meet, exactly, or not at all.
func ExampleOf() {
	u := expr.Table(exampleMeta().Lookup("users"))
	fmt.Print(expr.Sprint(u.C("born").Lt("2000-01-31").Node()))
	fmt.Println(u.C("born").Lt("last year").Err().(*expr.Error).Reason)
	// Output:
	// binary
	//   .op 3
	//   .left
	//   column
	//     .column "born" of
	//       table
	//         .table ["users"]
	//         = source 0
	//   .right
	//   literal
	//     .value date 2000-01-31
	// expected a date such as 2026-01-31, got "last year"
}

// A builder never fails. What is wrong is kept, with the line of the call, and
// reported by whatever uses the tree.
func ExampleErr() {
	u := expr.Table(exampleMeta().Lookup("users"))
	q := expr.Select(u.C("nmae")).Limit(5)
	err := expr.Err(q).(*expr.Error)
	fmt.Println(err.Code)
	fmt.Println(err.Reason + err.Hint)
	// Output:
	// expr_name
	// users has no column "nmae"; did you mean "name"?
}

// Resolve finds out what a query leaves open: what FROM is, and how the result's
// columns are called.
func ExampleResolve() {
	meta := exampleMeta()
	u, o := expr.Table(meta.Lookup("users")), expr.Table(meta.Lookup("orders"))
	r, err := expr.Resolve(expr.Select(u.C("name"), expr.Func("sum", o.C("total")).Label("sum")).Join(o).GroupBy(u.C("name")).Having(expr.Ref("sum").Gt(100)))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, occ := range r.Occurrences().All() {
		fmt.Println(occ.Table(), "as", occ.Name())
	}
	for _, out := range r.Outputs().All() {
		fmt.Println(out.Name, out.Type)
	}
	_, err = expr.Resolve(expr.Select(u.C("name"), o.C("total")))
	fmt.Println(err)
	// Output:
	// users as users
	// orders as orders
	// name string(50)
	// sum numeric
	// expr: select: 2 sources are not joined (users, orders): join them, or say from(...)
}

// Rewrite replaces nodes and shares the rest; here it makes every limit smaller.
func ExampleRewrite() {
	u := expr.Table(exampleMeta().Lookup("users"))
	q := expr.Select(u.C("id")).Limit(1000)
	small := expr.Rewrite(q, func(n expr.Node) expr.Node {
		if s, ok := n.(*expr.SelectStmt); ok {
			return s.Limit(10)
		}
		return n
	})
	fmt.Println(expr.Equal(small, expr.Select(u.C("id")).Limit(10)), q.LimitClause().Node().(*expr.LiteralExpr).Value())
	// Output:
	// true 1000
}
