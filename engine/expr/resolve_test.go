package expr_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestResolveFrom: what FROM is where it is not said, and where it is.
func TestResolveFrom(t *testing.T) {
	c, o, e := customers(), orders(), employees()
	a, s := c.Alias("a"), sums("s")
	renamed := expr.Select(s.C("customer_id").Label("who")).Subquery("q").Alias("r")
	on := o.C("customer_id").Eq(c.C("id"))
	for name, test := range map[string]struct {
		s    *expr.SelectStmt
		want string
	}{
		"none":               {expr.Select(1), `SELECT 1`},
		"of the columns":     {expr.Select(id()), `SELECT customers.id FROM customers AS customers`},
		"of WHERE":           {expr.Select(1).Where(active()), `SELECT 1 FROM customers AS customers WHERE customers.active`},
		"of GROUP BY":        {expr.Select(1).GroupBy(id()), `SELECT 1 FROM customers AS customers GROUP BY customers.id`},
		"of HAVING":          {expr.Select(1).Having(expr.Func("min", age()).Gt(1)), `SELECT 1 FROM customers AS customers HAVING call(customers.age) > 1`},
		"of ORDER BY":        {expr.Select(1).OrderBy(id()), `SELECT 1 FROM customers AS customers ORDER BY customers.id`},
		"within functions":   {expr.Select(expr.Func("max", expr.CaseElse(age(), expr.NewWhen(active(), 1)))), `SELECT call(case(customers.active, 1, customers.age)) FROM customers AS customers`},
		"one alias":          {expr.Select(a.C("id")), `SELECT a.id FROM customers AS a`},
		"a derived source":   {expr.Select(s.C("total")), `SELECT s.total FROM (SELECT orders.customer_id AS customer_id, call(orders.total) AS total FROM shop.orders AS orders GROUP BY orders.customer_id) AS s`},
		"said":               {expr.Select(1).From(c), `SELECT 1 FROM customers AS customers`},
		"said, two":          {expr.Select(1).From(c, e), `SELECT 1 FROM customers AS customers CROSS JOIN employees AS employees`},
		"said, a join":       {expr.Select(1).From(c.Join(o)), `SELECT 1 FROM customers AS customers JOIN shop.orders AS orders ON customers.id = orders.customer_id`},
		"said, two joins":    {expr.Select(1).From(c.Join(o), e.CrossJoin(a)), `SELECT 1 FROM customers AS customers JOIN shop.orders AS orders ON customers.id = orders.customer_id CROSS JOIN (employees AS employees CROSS JOIN customers AS a)`},
		"joined":             {expr.Select(id()).Join(o), `SELECT customers.id FROM customers AS customers JOIN shop.orders AS orders ON customers.id = orders.customer_id`},
		"joined, the parent": {expr.Select(o.C("id")).LeftJoin(c), `SELECT orders.id FROM shop.orders AS orders LEFT JOIN customers AS customers ON customers.id = orders.customer_id`},
		"joined, given":      {expr.Select(id()).FullJoin(o, on, active()), `SELECT customers.id FROM customers AS customers FULL JOIN shop.orders AS orders ON logic(orders.customer_id = customers.id, customers.active)`},
		"joined, said":       {expr.Select(1).From(c).Join(o), `SELECT 1 FROM customers AS customers JOIN shop.orders AS orders ON customers.id = orders.customer_id`},
		"joined, both named": {expr.Select(id(), o.C("total")).Join(o), `SELECT customers.id, orders.total FROM customers AS customers JOIN shop.orders AS orders ON customers.id = orders.customer_id`},
		"crossed":            {expr.Select(id()).CrossJoin(e), `SELECT customers.id FROM customers AS customers CROSS JOIN employees AS employees`},
		"joined twice":       {expr.Select(id()).Join(o).Join(table("lines")), `SELECT customers.id FROM customers AS customers JOIN shop.orders AS orders ON customers.id = orders.customer_id JOIN lines AS lines ON orders.id = lines.order_id`},
		"a composite key":    {expr.Select(table("lines").C("no")).Join(table("parcels")), `SELECT lines.no FROM lines AS lines JOIN parcels AS parcels ON logic(lines.order_id = parcels.order_id, lines.no = parcels.line_no)`},
		"a join of a join":   {expr.Select(id()).Join(o.Join(table("lines")), on), `SELECT customers.id FROM customers AS customers JOIN (shop.orders AS orders JOIN lines AS lines ON orders.id = lines.order_id) ON orders.customer_id = customers.id`},
		"a key of a join":    {expr.Select(id()).Join(o.Join(table("lines"))), `SELECT customers.id FROM customers AS customers JOIN (shop.orders AS orders JOIN lines AS lines ON orders.id = lines.order_id) ON customers.id = orders.customer_id`},
		"a key of an alias":  {expr.Select(a.C("id")).Join(o), `SELECT a.id FROM customers AS a JOIN shop.orders AS orders ON a.id = orders.customer_id`},
		"a key of a derived source": {expr.Select(id(), s.C("total")).Join(s),
			`SELECT customers.id, s.total FROM customers AS customers JOIN (SELECT orders.customer_id AS customer_id, call(orders.total) AS total FROM shop.orders AS orders GROUP BY orders.customer_id) AS s ON customers.id = s.customer_id`},
		"a key of an alias of what is derived twice": {expr.Select(1).From(renamed).Join(c),
			`SELECT 1 FROM (SELECT s.customer_id AS who FROM (SELECT orders.customer_id AS customer_id, call(orders.total) AS total FROM shop.orders AS orders GROUP BY orders.customer_id) AS s) AS r JOIN customers AS customers ON customers.id = r.who`},
		"a derived source joined": {expr.Select(id(), s.C("total")).Join(s, s.C("customer_id").Eq(id())),
			`SELECT customers.id, s.total FROM customers AS customers JOIN (SELECT orders.customer_id AS customer_id, call(orders.total) AS total FROM shop.orders AS orders GROUP BY orders.customer_id) AS s ON s.customer_id = customers.id`},
		"a self-join":                          {boss(), `SELECT employees.name, boss.name FROM employees AS employees LEFT JOIN employees AS boss ON employees.boss_id = boss.id`},
		"joined, its condition names the rest": {expr.Select(1).Join(o, on), `SELECT 1 FROM customers AS customers JOIN shop.orders AS orders ON orders.customer_id = customers.id`},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, test.want, resolved(t, test.s)) })
	}
}

func boss() *expr.SelectStmt {
	e := employees()
	b := e.Alias("boss")
	return expr.Select(e.C("name"), b.C("name")).LeftJoin(b, e.C("boss_id").Eq(b.C("id")))
}

// TestForeignKeys: a join without a condition takes the only key between both
// sides, and there must be one.
func TestForeignKeys(t *testing.T) {
	c, o, e := customers(), orders(), employees()
	for name, test := range map[string]struct {
		n      expr.Node
		reason string
	}{
		"none":                 {c.Join(e), "no foreign key leads to employees: give the condition"},
		"two":                  {c.Join(table("transfers")), "2 foreign keys lead to transfers: give the condition (transfers(from_id) -> customers(id); transfers(to_id) -> customers(id))"},
		"a self-reference":     {e.Join(e.Alias("boss")), "a foreign key leads to boss in 2 ways: give the condition (employees(boss_id) -> boss(id); boss(boss_id) -> employees(id))"},
		"to two aliases":       {expr.Select(1).From(c, c.Alias("a")).Join(o), "a foreign key leads to shop.orders in 2 ways: give the condition (shop.orders(customer_id) -> customers(id); shop.orders(customer_id) -> a(id))"},
		"to a computed column": {c.Join(expr.Select(o.C("customer_id").Add(0).Label("customer_id")).Subquery("s")), "no foreign key leads to s"},
		"to half a key":        {table("parcels").Join(expr.Select(table("lines").C("no")).Subquery("s")), "no foreign key leads to s"},
		"to a column twice":    {c.Join(expr.Select(o.C("customer_id"), o.C("customer_id").Label("again")).Subquery("s")), "no foreign key leads to s"},
		"to two subqueries":    {expr.Select(1).From(sums("s"), sums("r")).Join(c), "a foreign key leads to customers in 2 ways: give the condition (s(customer_id) -> customers(id); r(customer_id) -> customers(id))"},
		"nothing to join to":   {expr.Select(1).Join(o), "nothing to join shop.orders to: say from(...) first"},
		"only itself":          {expr.Select(o.C("id")).Join(o), "nothing to join shop.orders to"},
		"to what is not there": {expr.Select(id()).From(e).Join(o), "no foreign key leads to shop.orders"},
		"two of a join":        {expr.Select(1).From(c).Join(o.CrossJoin(o.Alias("p"))), "a foreign key leads to shop.orders, p in 2 ways"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, expr.Err(test.n), expr.CodeFrom, test.reason) })
	}
	assert.NoError(t, expr.Err(c.Join(e, active())))
	assert.NoError(t, expr.Err(c.CrossJoin(e)))
}

// TestResolveRefuses what only the whole statement shows.
func TestResolveRefuses(t *testing.T) {
	c, o, e := customers(), orders(), employees()
	a := c.Alias("a")
	other := expr.Select(e.C("id")).Where(expr.Exists(expr.Select(1).From(o).Where(o.C("id").Eq(id()))))
	n := expr.Select(age().Label("n"))
	crowd := func(more ...expr.FromClause) *expr.SelectStmt { // enough sources to be indexed
		s := expr.Select(1)
		for _, a := range aliases(c, 20) {
			s = s.From(a)
		}
		return s.From(more...)
	}
	for name, test := range map[string]struct {
		s      *expr.SelectStmt
		code   expr.Code
		reason string
	}{
		"two sources":                  {expr.Select(id(), o.C("id")), expr.CodeFrom, "2 sources are not joined (customers, shop.orders): join them, or say from(...)"},
		"an alias and its table":       {expr.Select(id(), a.C("id")), expr.CodeFrom, "2 sources are not joined (customers, a)"},
		"not in FROM":                  {expr.Select(id()).From(o), expr.CodeFrom, "customers.id: its source is not in FROM here"},
		"another alias":                {expr.Select(c.Alias("a").C("id")).From(a), expr.CodeFrom, "a.id: its source is not in FROM here"},
		"twice in FROM":                {expr.Select(id()).From(c, c), expr.CodeFrom, "customers stands twice in FROM: use an alias"},
		"twice, other objects":         {expr.Select(id()).From(customers(), customers()), expr.CodeFrom, "customers stands twice"},
		"twice, joined":                {expr.Select(id()).Join(c.Join(o), active()), expr.CodeFrom, "nothing to join to: say from(...)"},
		"twice, nested":                {expr.Select(id()).From(c.Join(o), expr.Join(expr.CrossJoin, e, a.CrossJoin(a))), expr.CodeFrom, "a stands twice"},
		"of a scope elsewhere":         {other, expr.CodeFrom, "customers.id: its source is not in FROM here"},
		"all of the query around":      {ids().Where(expr.Exists(expr.Select(id()))), expr.CodeFrom, "every source (customers) is of the query around it: say from(...), or use an alias"},
		"all, of IN":                   {ids().Where(id().In(ids())), expr.CodeFrom, "every source (customers) is of the query around it"},
		"ON before its table":          {expr.Select(1).From(c).Join(o, e.C("id").Eq(o.C("id"))).CrossJoin(e), expr.CodeFrom, "employees.id: its source is not in FROM here"},
		"ON before its table, nested":  {expr.Select(1).From(c.Join(o, e.C("id").Eq(o.C("id"))), e), expr.CodeFrom, "employees.id: its source is not in FROM here"},
		"ON of what is beside it":      {expr.Select(1).From(e, c.Join(o, e.C("id").Eq(o.C("id")))), expr.CodeFrom, "employees.id: its source is not in FROM here"},
		"a correlated derived source":  {expr.Select(1).From(c, expr.Select(o.C("id")).From(o).Where(o.C("customer_id").Eq(id())).Subquery("s")), expr.CodeFrom, "customers.id: its source is not in FROM here"},
		"among many, not in FROM":      {crowd(e).Where(id().Gt(1)), expr.CodeFrom, "customers.id: its source is not in FROM here"},
		"among many, twice":            {crowd(a, a), expr.CodeFrom, "a stands twice"},
		"among many, ON of another":    {crowd(e, c.Join(o, e.C("id").Eq(o.C("id")))), expr.CodeFrom, "employees.id: its source is not in FROM here"},
		"a derived source within":      {ids().Where(expr.Exists(expr.Select(1).From(expr.Select(o.C("id")).From(o).Where(o.C("customer_id").Eq(id())).Subquery("s")))), expr.CodeFrom, "customers.id: its source is not in FROM here"},
		"a join to nothing":            {expr.Select(1).Join(c, active()), expr.CodeFrom, "nothing to join to: say from(...)"},
		"a label in WHERE":             {n.Where(expr.Ref("n").Gt(1)), expr.CodeName, `label "n": labels can be named in GROUP BY, HAVING and ORDER BY only`},
		"a label in a column":          {n.AddColumns(expr.Ref("n").Add(1)), expr.CodeName, `label "n"`},
		"a label in ON":                {n.CrossJoin(o).Join(e, expr.Ref("n").Gt(1)), expr.CodeName, `label "n"`},
		"a label in a query within":    {n.Having(expr.Exists(expr.Select(1).From(o).Where(expr.Ref("n").Gt(1)))), expr.CodeName, `label "n"`},
		"a label in a computation":     {n.Having(expr.Ref("n").Concat("x").Eq("y")), expr.CodeType, "no integer || text"},
		"a label that is no condition": {n.Having(expr.Ref("n")), expr.CodeType, "HAVING: expected a condition, got integer"},
		"a label of another type":      {expr.Select(name().Label("n")).Having(expr.Ref("n").Gt(1)), expr.CodeType, "no string(50) > big_integer"},
		"a parameter of two types":     {ids().Where(id().Gt(expr.Param("p", schema.Integer)), id().Lt(expr.Param("p", schema.BigInteger))), expr.CodeName, `parameter "p" is declared twice, not alike`},
		"a parameter of two defaults":  {ids().Where(id().Gt(expr.ParamDefault("p", schema.Integer, 1)), id().Lt(expr.ParamDefault("p", schema.Integer, 2))), expr.CodeName, `parameter "p"`},
		"a parameter in two scopes":    {ids().Limit(expr.Param("p", schema.Integer)).Where(expr.Exists(expr.Select(o.C("id")).Limit(expr.ParamDefault("p", schema.Integer, 1)))), expr.CodeName, `parameter "p"`},
		"an unnamed statement":         {expr.Select(), expr.CodeMissing, "a column is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := expr.Resolve(test.s)
			refused(t, err, test.code, test.reason)
			assert.Nil(t, r)
		})
	}
	for _, n := range []expr.Node{id().Node(), c, c.Join(o), nil, noSelect} {
		_, err := expr.Resolve(n)
		require.Error(t, err)
	}
	r, err := expr.Resolve(ids())
	require.NoError(t, err)
	_, err = expr.Resolve(r.Statement())
	refused(t, err, expr.CodeArgument, "the statement is resolved already")
}

// TestCorrelation: a query in an expression sees the sources of those around it,
// one in FROM none, and what FROM says goes before what is around.
func TestCorrelation(t *testing.T) {
	c, o, e := customers(), orders(), employees()
	of := o.C("customer_id").Eq(c.C("id"))
	deepest := expr.Select(1).From(table("lines")).Where(table("lines").C("order_id").Eq(o.C("id")), active())
	inner := expr.Select(c.C("id").Label("n")).From(c).Where(c.C("age").Gt(1))
	for name, test := range map[string]struct {
		s    *expr.SelectStmt
		want string
	}{
		"EXISTS":            {ids().Where(expr.Exists(expr.Select(1).From(o).Where(of))), `SELECT customers.id FROM customers AS customers WHERE exists(SELECT 1 AS column FROM shop.orders AS orders WHERE orders.customer_id = customers.id)`},
		"EXISTS, implicit":  {ids().Where(expr.Exists(expr.Select(1).Where(of))), `SELECT customers.id FROM customers AS customers WHERE exists(SELECT 1 AS column FROM shop.orders AS orders WHERE orders.customer_id = customers.id)`},
		"a scalar":          {expr.Select(id(), expr.Select(expr.Func("max", o.C("total"))).Where(of).Scalar()).From(c), `SELECT customers.id, scalar(SELECT call(orders.total) AS max FROM shop.orders AS orders WHERE orders.customer_id = customers.id) FROM customers AS customers`},
		"IN":                {ids().Where(id().In(expr.Select(o.C("customer_id")).Where(o.C("total").Gt(c.C("balance"))))), `SELECT customers.id FROM customers AS customers WHERE in(customers.id, SELECT orders.customer_id AS customer_id FROM shop.orders AS orders WHERE orders.total > customers.balance)`},
		"IN, of another":    {ids().Where(id().In(expr.Select(o.C("customer_id")))), `SELECT customers.id FROM customers AS customers WHERE in(customers.id, SELECT orders.customer_id AS customer_id FROM shop.orders AS orders)`},
		"in ON":             {expr.Select(1).From(c).Join(o, expr.Exists(expr.Select(1).From(e).Where(e.C("id").Eq(o.C("id")), active()))), `SELECT 1 FROM customers AS customers JOIN shop.orders AS orders ON exists(SELECT 1 AS column FROM employees AS employees WHERE logic(employees.id = orders.id, customers.active))`},
		"two scopes up":     {ids().Where(expr.Exists(expr.Select(1).From(o).Where(of, expr.Exists(deepest)))), `SELECT customers.id FROM customers AS customers WHERE exists(SELECT 1 AS column FROM shop.orders AS orders WHERE logic(orders.customer_id = customers.id, exists(SELECT 1 AS column FROM lines AS lines WHERE logic(lines.order_id = orders.id, customers.active))))`},
		"FROM shadows":      {ids().Where(expr.Exists(inner)), `SELECT customers.id FROM customers AS customers WHERE exists(SELECT customers_1.id AS n FROM customers AS customers_1 WHERE customers_1.age > 1)`},
		"in ORDER BY":       {ids().OrderBy(expr.Select(expr.Func("count")).From(o).Where(of).Scalar()), `SELECT customers.id FROM customers AS customers ORDER BY scalar(SELECT call() AS count FROM shop.orders AS orders WHERE orders.customer_id = customers.id)`},
		"derived in scalar": {ids().Where(id().Eq(expr.Select(inner.Subquery("s").C("n")).Scalar())), `SELECT customers.id FROM customers AS customers WHERE customers.id = scalar(SELECT s.n AS n FROM (SELECT customers_1.id AS n FROM customers AS customers_1 WHERE customers_1.age > 1) AS s)`},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, test.want, resolved(t, test.s)) })
	}
}

// TestOneObjectInTwoPlaces: what a query means is decided where it stands, each
// use has occurrences of its own.
func TestOneObjectInTwoPlaces(t *testing.T) {
	c, o := customers(), orders()
	q := expr.Select(o.C("id")).Where(o.C("customer_id").Eq(c.C("id"))) // alone: two sources; within customers: one
	within := ids().Where(expr.Exists(q))
	assert.Equal(t, `SELECT customers.id FROM customers AS customers WHERE exists(SELECT orders.id AS id FROM shop.orders AS orders WHERE orders.customer_id = customers.id)`, resolved(t, within))
	_, err := expr.Resolve(q)
	refused(t, err, expr.CodeFrom, "2 sources are not joined")

	both := ids().Where(expr.Exists(q), id().NotIn(q))
	assert.Equal(t, `SELECT customers.id FROM customers AS customers WHERE logic(exists(SELECT orders.id AS id FROM shop.orders AS orders WHERE orders.customer_id = customers.id), `+
		`in(customers.id, SELECT orders_1.id AS id FROM shop.orders AS orders_1 WHERE orders_1.customer_id = customers.id))`, resolved(t, both))

	s := ids().Subquery("s")
	twice := expr.Select(s.C("id")).Where(s.C("id").In(expr.Select(s.C("id")).From(s)))
	assert.Equal(t, `SELECT s.id FROM (SELECT customers.id AS id FROM customers AS customers) AS s WHERE in(s.id, SELECT s_1.id AS id FROM (SELECT customers_1.id AS id FROM customers AS customers_1) AS s_1)`, resolved(t, twice))
	a := s.Alias("a")
	assert.Equal(t, `SELECT s.id, a.id FROM (SELECT customers.id AS id FROM customers AS customers) AS s CROSS JOIN (SELECT customers_1.id AS id FROM customers AS customers_1) AS a`,
		resolved(t, expr.Select(s.C("id"), a.C("id")).From(s, a)))
}

// TestAggregatesHaveTheirPlaces: no database takes an aggregate where there is one
// row only, or in another.
func TestAggregatesHaveTheirPlaces(t *testing.T) {
	c, o := customers(), orders()
	n, sum := expr.Func("count"), expr.Func("sum", o.C("total"))
	of := o.C("customer_id").Eq(id())
	for name, bad := range map[string]struct {
		stmt   expr.Node
		reason string
	}{
		"WHERE":           {ids().Where(n.Gt(1)), "count in WHERE"},
		"WHERE, of both":  {ids().Where(expr.Select(o.C("id")).Where(of, expr.Func("max", o.C("total")).Gt(1)).Exists()), "max in WHERE"},
		"ON":              {expr.Select(id()).From(c).Join(o, of, sum.Gt(1)), "sum in FROM"},
		"ON of a clause":  {expr.Select(id()).From(c.Join(o, of, sum.Gt(1))), "sum in FROM"},
		"GROUP BY":        {ids().GroupBy(n), "count in GROUP BY"},
		"an aggregate":    {expr.Select(expr.Func("max", sum)).From(o), "sum in another aggregate"},
		"a filter":        {expr.Select(n.Filter(sum.Gt(1))).From(o), "sum in another aggregate"},
		"values":          {expr.Insert(c).Values(expr.Assign{"id": n}), "count in insert"},
		"set":             {expr.Update(c).Set(expr.Assign{"id": n}).AllRows(), "count in update"},
		"WHERE of delete": {expr.Delete(c).Where(n.Gt(1)), "count in delete"},
		"RETURNING":       {expr.Delete(c).AllRows().Returning(n.Label("n")), "count in delete"},
	} {
		_, err := expr.Resolve(bad.stmt)
		require.ErrorContains(t, err, bad.reason, name)
	}
	for name, good := range map[string]expr.Node{
		"HAVING":               expr.Select(o.C("customer_id")).GroupBy(o.C("customer_id")).Having(sum.Gt(1)).OrderBy(n.Desc()),
		"a query in WHERE":     ids().Where(id().In(expr.Select(expr.Func("max", o.C("id"))).Scalar())),
		"a query in update":    expr.Update(c).Set(expr.Assign{"id": expr.Select(expr.Func("max", o.C("id"))).Scalar()}).AllRows(),
		"of an aggregate":      expr.Select(sum.Over(expr.Window{}), expr.Func("sum", sum).Over(expr.Window{})).From(o).GroupBy(o.C("id")),
		"a query in one":       expr.Select(expr.Func("sum", expr.Select(expr.Func("max", o.C("id"))).Scalar())).From(c),
		"a query of an insert": expr.Insert(c).FromSelect([]string{"id"}, expr.Select(expr.Func("max", o.C("id")))),
	} {
		_, err := expr.Resolve(good)
		require.NoError(t, err, name)
	}
}

// TestAggregatesOfOuterColumns: databases move an aggregate that takes columns of
// the query around it only to that query, which is not what the tree says.
func TestAggregatesOfOuterColumns(t *testing.T) {
	o, outer := orders(), customers()
	in := func(x expr.Expr) *expr.SelectStmt {
		return expr.Select(outer.C("id"), expr.Select(x).From(o).Scalar().Label("x")).From(outer)
	}
	for name, good := range map[string]expr.Expr{
		"none":                   expr.Func("count"),
		"a plain value":          expr.Func("sum", 1),
		"its own":                expr.Func("sum", o.C("total")),
		"its own and an outer":   expr.Func("sum", o.C("total").Add(outer.C("age"))),
		"its own in a filter":    expr.Func("sum", outer.C("age")).Filter(o.C("total").Gt(1)),
		"an outer over a window": expr.Func("sum", outer.C("age")).Over(expr.Window{}),
		"beside an outer":        expr.Func("count").Add(outer.C("age")),
	} {
		_, err := expr.Resolve(in(good))
		require.NoError(t, err, name)
	}
	for name, wrong := range map[string]expr.Expr{
		"an outer":            expr.Func("sum", outer.C("age")),
		"of a query's":        expr.Func("max", expr.Select(expr.Func("count")).From(employees()).Where(employees().C("id").Eq(outer.C("id"))).Scalar()),
		"in an expression":    expr.Func("max", outer.C("age")).Add(1),
		"in another's filter": expr.Func("count").Filter(outer.C("age").Gt(1)),
	} {
		_, err := expr.Resolve(in(wrong))
		e := faultOf(t, err)
		require.NotNil(t, e, name)
		require.Equal(t, expr.CodeFrom, e.Code, name)
		require.Contains(t, e.Reason, "takes columns of the query around it only", name)
	}
}

// TestBounds: LIMIT and OFFSET see no row, but queries of their own do.
func TestBounds(t *testing.T) {
	c := customers()
	q := expr.Select(c.C("id"))
	for _, bad := range []expr.Expr{c.C("id").Add(1), expr.Func("count"), expr.Func("coalesce", c.C("id"), 1)} {
		for _, s := range []expr.Node{q.Limit(bad), q.Offset(bad), q.UnionAll(q).Limit(bad)} {
			require.NoError(t, expr.Err(s))
			_, err := expr.Resolve(s)
			require.ErrorContains(t, err, "in LIMIT and OFFSET")
		}
	}
	size := expr.Param("size", schema.Integer)
	for _, good := range []expr.Expr{size.Mul(2), expr.Select(expr.Func("max", c.C("id"))).Scalar(), expr.Select(expr.Func("count")).From(c).Scalar().Add(size)} {
		for _, s := range []expr.Node{q.Limit(good), q.Offset(good), q.UnionAll(q).Limit(good)} {
			_, err := expr.Resolve(s)
			require.NoError(t, err)
		}
	}
}

// TestResolveByFields: what is resolved without asking the commonest nodes for their fields is what
// they say, and fails as they do.
func TestResolveByFields(t *testing.T) {
	resolved := 0
	eachFixture(t, func(t *testing.T, fix fixture) {
		for _, make := range append([]func() expr.Node{fix.make}, flat(fix)...) {
			n := make()
			if _, ok := n.(expr.Statement); !ok {
				n = expr.Select(expr.Of(n)).Where(expr.Of(n).IsNotNull(), expr.Of(n).In(n, n)).GroupBy(n).OrderBy(n)
			}
			want, wantErr := expr.ResolveByFields(n)
			got, err := expr.Resolve(n)
			require.Equal(t, wantErr, err)
			if err == nil {
				require.True(t, reflect.DeepEqual(want.Statement(), got.Statement()), expr.Sprint(n))
				require.True(t, reflect.DeepEqual(want.Occurrences(), got.Occurrences()))
				resolved++
			}
		}
	})
	require.Greater(t, resolved, 100)
}
