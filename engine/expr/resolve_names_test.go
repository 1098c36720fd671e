package expr_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestLabels: a label stands for its column, but for one that is ordered by alone.
func TestLabels(t *testing.T) {
	n := expr.Select(age().Add(1).Label("n"), name(), expr.Func("count"), expr.Of(7).Label("seven")).GroupBy(age(), name())
	const from = `SELECT customers.age + 1 AS n, customers.name, call(), 7 AS seven FROM customers AS customers GROUP BY customers.age, customers.name`
	for name, test := range map[string]struct {
		s    *expr.SelectStmt
		want string
	}{
		"ordered by":           {n.OrderBy(expr.Ref("n"), expr.Ref("n").Desc(), expr.Ref("seven")), ` ORDER BY #0, #0, #3`},
		"a column's own name":  {n.OrderBy(expr.Ref("name")), ` ORDER BY #1`},
		"a function's name":    {n.OrderBy(expr.Ref("count")), ` ORDER BY #2`},
		"ordered by, computed": {n.OrderBy(expr.Ref("n").Neg()), ` ORDER BY unary(customers.age + 1)`},
		"grouped by":           {n.GroupBy(expr.Ref("n"), expr.Ref("name")), `, customers.age + 1, customers.name`},
		"grouped, computed":    {n.GroupBy(expr.Ref("n").Mul(2)), `, customers.age + 1 * 2`},
		"having":               {n.Having(expr.Ref("count").Gt(expr.Ref("n"))), ` HAVING call() > customers.age + 1`},
		"nested":               {n.Having(expr.Or(expr.Func("abs", expr.Ref("n")).Gt(1), expr.Ref("n").In(1, expr.Ref("n")))), ` HAVING logic(call(customers.age + 1) > 1, in(customers.age + 1, 1, customers.age + 1))`},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, from+test.want, resolved(t, test.s)) })
	}

	both := expr.Select(expr.And(active(), vip()).Label("both")).GroupBy(active(), vip()).Having(expr.And(expr.Ref("both"), active()))
	assert.Equal(t, `SELECT logic(customers.active, customers.vip) AS both FROM customers AS customers GROUP BY customers.active, customers.vip HAVING logic(logic(customers.active, customers.vip), customers.active)`, resolved(t, both))

	r, err := expr.Resolve(expr.Select(customers().C("balance").Label("b")).GroupBy(expr.Ref("b").Add(1), expr.Ref("b")).OrderBy(expr.Ref("b")))
	require.NoError(t, err)
	s := r.Statement().(*expr.SelectStmt)
	assert.Equal(t, schema.Numeric(10, 2), s.Orders().At(0).Expr().Type(), "known by now")
	assert.Equal(t, schema.Numeric(0, 0), s.Groups().At(0).Type())
	assert.Equal(t, schema.Unknown, expr.Ref("b").Type())
}

// TestLabelsAreLookedFor in whatever stands around one, but not in queries.
func TestLabelsAreLookedFor(t *testing.T) {
	tried := map[expr.Op]bool{}
	eachFixture(t, func(t *testing.T, fix fixture) {
		named := 0
		made := expr.Rewrite(fix.make(), func(n expr.Node) expr.Node {
			if _, ok := n.(*expr.ColumnExpr); ok {
				named++
				return expr.Ref("x").Node()
			}
			return n
		})
		x := expr.Of(made)
		if x.Err() != nil || named == 0 {
			return
		}
		switch made.Op() { // what stands beside a comparison only
		case expr.OpTuple:
			x = x.Eq(x)
		case expr.OpQuantified:
			x = expr.Ref("x").Eq(x)
		case expr.OpGiven: // or what may vanish, beside what does not
			x = expr.And(expr.Ref("x").IsNull(), x)
		}
		s := expr.Select(id().Label("y")).GroupBy(x)
		if op := made.Op(); op == expr.OpScalar || op == expr.OpExists {
			assert.NoError(t, expr.Err(s), "the labels of a query are its own")
			return
		}
		tried[made.Op()] = true
		refused(t, expr.Err(s), expr.CodeName, `no column is labelled "x"`)
		refused(t, expr.Err(s.Columns(1, x.IsNull()).Without("group_by").OrderBy(x.Desc())), expr.CodeName, `no column is labelled "x"`)
		refused(t, expr.Err(expr.Select(1).Having(expr.And(active(), vip()).And(x.IsNull()))), expr.CodeName, `no column is labelled "x"`)
	})
	assert.Greater(t, len(tried), 8, "%v", tried)
}

// TestOccurrenceNames: unique whatever the case, like no other table's, and such
// as every database takes.
func TestOccurrenceNames(t *testing.T) {
	c, o, e := customers(), orders(), employees()
	derived := func(name string) *expr.SubquerySource { return ids().Subquery(name) }
	long := strings.Repeat("é", 40)
	for name, test := range map[string]struct {
		from []expr.FromClause
		want string
	}{
		"tables":                       {[]expr.FromClause{c, o}, "customers orders"},
		"an alias":                     {[]expr.FromClause{c, c.Alias("x")}, "customers x"},
		"two of a name":                {[]expr.FromClause{c.Alias("x"), e.Alias("x"), o.Alias("x")}, "x x_1 x_2"},
		"two but for the case":         {[]expr.FromClause{c.Alias("x"), e.Alias("X")}, "x X_1"},
		"a number that is taken":       {[]expr.FromClause{c.Alias("x_1"), e.Alias("x"), o.Alias("x")}, "x_1 x x_2"},
		"the same in capitals, taken":  {[]expr.FromClause{c.Alias("X_1"), e.Alias("x"), o.Alias("x")}, "X_1 x x_2"},
		"no name":                      {[]expr.FromClause{c.Alias(""), derived("")}, "anon anon_1 customers"},
		"an alias like its table":      {[]expr.FromClause{c.Alias("customers")}, "customers_1"},
		"an alias like another table":  {[]expr.FromClause{c.Alias("employees")}, "employees_1"},
		"the same in capitals":         {[]expr.FromClause{c.Alias("EMPLOYEES")}, "EMPLOYEES_1"},
		"like a table of a schema":     {[]expr.FromClause{c.Alias("orders")}, "orders_1"},
		"and then that table":          {[]expr.FromClause{c.Alias("employees"), e}, "employees_1 employees"},
		"the table, and then":          {[]expr.FromClause{e, c.Alias("employees")}, "employees employees_1"},
		"derived, like a table":        {[]expr.FromClause{derived("orders")}, "orders_1 customers"},
		"derived, like a table within": {[]expr.FromClause{derived("customers")}, "customers_1 customers"},
		"of literals, like a table":    {[]expr.FromClause{expr.Select(expr.Of(1).Label("n")).Subquery("Orders"), c}, "Orders_1 customers"},
		"an alias of a derived source": {[]expr.FromClause{derived("s").Alias("s"), derived("s")}, "s customers s_1 customers_1"},
		"quotes and spaces":            {[]expr.FromClause{c.Alias(`a b"c'd.e;--`)}, "a_b_c_d_e___"},
		"NUL":                          {[]expr.FromClause{c.Alias("a\x00b"), e.Alias("a b")}, "a_b a_b_1"},
		"emoji":                        {[]expr.FromClause{c.Alias("😀"), e.Alias("😁")}, "_ __1"},
		"letters of any script":        {[]expr.FromClause{c.Alias("größe"), e.Alias("名前")}, "größe 名前"},
		"long":                         {[]expr.FromClause{c.Alias(long), e.Alias(long + "x")}, strings.Repeat("é", 28) + " " + strings.Repeat("é", 28) + "_1"},
		"a keyword":                    {[]expr.FromClause{c.Alias("select")}, "select"},
	} {
		t.Run(name, func(t *testing.T) {
			s := expr.Select(1).From(test.from...)
			resolved(t, s)
			r, err := expr.Resolve(s)
			require.NoError(t, err)
			names := map[*expr.Occurrence]bool{}
			var shown []string
			for _, o := range r.Occurrences().All() {
				names[o] = true
				assert.True(t, utf8.ValidString(o.Name()))
			}
			var list func(n expr.Node) bool // sources first, then what is within
			list = func(n expr.Node) bool {
				if o, ok := n.(*expr.Occurrence); ok {
					shown = append(shown, o.Name())
					if o.Query() != nil {
						expr.Walk(o.Query(), list)
					}
				}
				return true
			}
			expr.Walk(r.Statement(), list)
			assert.Equal(t, test.want, strings.Join(shown, " "))
			assert.Len(t, names, len(shown))
		})
	}
}

// TestNamesOfMany stay within 63 bytes and unique.
func TestNamesOfMany(t *testing.T) {
	from := make([]expr.FromClause, 2_000)
	for i := range from {
		from[i] = customers().Alias(strings.Repeat("long", 30))
	}
	resolved(t, expr.Select(1).From(from...)) // checks it
}

// TestDerivedColumnNames: what a source around a query calls its columns.
func TestDerivedColumnNames(t *testing.T) {
	long := strings.Repeat("x", 70)
	for _, test := range []struct{ labels, want []string }{
		{[]string{"a", "b"}, []string{"a", "b"}},
		{[]string{"A", "a"}, []string{"A", "a_1"}},
		{[]string{"a_1", "A", "a"}, []string{"a_1", "A", "a_2"}},
		{[]string{"A", "a", "a_1"}, []string{"A", "a_1", "a_1_1"}},
		{[]string{"é", "É"}, []string{"é", "É_1"}},
		{[]string{"a b", "a.b", "a\x00b"}, []string{"a_b", "a_b_1", "a_b_2"}},
		{[]string{"😀"}, []string{"_"}},
		{[]string{long, long + "y"}, []string{long[:56], long[:56] + "_1"}},
		{[]string{"true", "FALSE"}, []string{"true_1", "FALSE_1"}},
	} {
		items := make([]any, len(test.labels))
		for i, l := range test.labels {
			items[i] = age().Add(i).Label(l)
		}
		s := expr.Select(items...).Subquery("s")
		columns := make([]any, len(items))
		for i, l := range test.labels {
			columns[i] = s.C(l)
		}
		q := expr.Select(columns...)
		resolved(t, q)
		r, err := expr.Resolve(q)
		require.NoError(t, err)
		o := r.Statement().(*expr.SelectStmt).FromClauses().At(0).(*expr.Occurrence)
		inner := o.Query().(*expr.SelectStmt)
		for i, want := range test.want {
			assert.Equal(t, want, o.ColumnName(i), "%q", test.labels)
			assert.Equal(t, want, inner.OutputName(i), "%q", test.labels)
			assert.LessOrEqual(t, len(o.ColumnName(i)), 63)
		}
		assert.Empty(t, o.ColumnName(len(items)))
		assert.Empty(t, o.ColumnName(-1))
		assert.Equal(t, test.labels, outputNames(outputsOf(r)), "the labels themselves are the result's names")
	}
	unnamed := ids().Where(expr.Exists(expr.Select(1, 2, age(), age()).From(orders())))
	assert.Equal(t, `SELECT customers.id FROM customers AS customers WHERE exists(SELECT 1 AS column, 2 AS column_1, customers.age AS age, customers.age AS age_1 FROM shop.orders AS orders)`, resolved(t, unnamed))
}

func outputsOf(r *expr.Resolved) (outs []expr.Output) {
	for _, o := range r.Outputs().All() {
		outs = append(outs, o)
	}
	return outs
}

// TestTopLabels are as they were given where databases take them, twice, too;
// else SQL has a stand-in, and the result its own.
func TestTopLabels(t *testing.T) {
	long := strings.Repeat("x", 57)
	labels := []string{"a", "a", "A", "a b", `q"'`, "😀", "true", strings.Repeat("x", 56), long, "nul\x00"}
	want := []string{"a", "a", "A", "a b", `q"'`, "😀", "true", strings.Repeat("x", 56), long[:56], "nul_"}
	items := []any{id(), age().Add(1)}
	for _, l := range labels {
		items = append(items, age().Label(l))
	}
	r, err := expr.Resolve(expr.Select(items...))
	require.NoError(t, err)
	s := r.Statement().(*expr.SelectStmt)
	assert.Equal(t, "", s.OutputName(0), "as it is")
	assert.Equal(t, "", s.OutputName(1), "it has none")
	for i, w := range want {
		assert.Equal(t, w, s.OutputName(i+2))
	}
	assert.Equal(t, append([]string{"id", ""}, labels...), outputNames(outputsOf(r)))
}

// TestResolvedLists: parameters by first use, occurrences all of them.
func TestResolvedLists(t *testing.T) {
	p := func(n string) expr.Expr { return expr.Param(n, schema.BigInteger) }
	o := orders()
	sub := expr.Select(o.C("id")).Where(o.C("id").Gt(p("in from"))).Subquery("s")
	q := expr.Select(p("column"), sub.C("id")).From(sub).Where(sub.C("id").Gt(p("where")), expr.Exists(expr.Select(p("within")).From(customers()))).
		Limit(p("limit")).Offset(p("column"))
	r, err := expr.Resolve(q)
	require.NoError(t, err)
	var params, occs []string
	for _, p := range r.Parameters().All() {
		params = append(params, p.Name())
	}
	for _, o := range r.Occurrences().All() {
		occs = append(occs, fmt.Sprint(o.Name(), " ", o.Table() != nil))
		assert.False(t, o.IsDecided())
		o.Allow()
		assert.True(t, o.IsDecided())
	}
	assert.Equal(t, []string{"in from", "column", "where", "within", "limit"}, params)
	assert.ElementsMatch(t, []string{"s false", "orders true", "customers true"}, occs)
	assert.Equal(t, schema.BigInteger, r.Outputs().At(0).Type)

	again, err := expr.Resolve(q)
	require.NoError(t, err)
	for _, o := range again.Occurrences().All() {
		assert.False(t, o.IsDecided(), "what is decided of one use is not of the next")
	}
}

// TestResolvedTreeIsWhole: a resolved statement can be walked, shown, compared and
// rewritten, as a policy does.
func TestResolvedTreeIsWhole(t *testing.T) {
	for _, s := range []*expr.SelectStmt{ids(), boss(), report(part{})().(*expr.SelectStmt), ids().Where(expr.Exists(expr.Select(1).From(orders()))),
		expr.Select(expr.Of(1).Label("n")).From(customers().Join(orders()), employees()).Limit(1)} {
		r, err := expr.Resolve(s)
		require.NoError(t, err)
		stmt := r.Statement()
		require.NoError(t, expr.Err(stmt))
		assert.True(t, expr.Rewrite(stmt, same) == stmt)
		assert.True(t, expr.Equal(stmt, stmt))
		occurrences := 0
		expr.Walk(stmt, func(n expr.Node) bool {
			if _, ok := n.(*expr.Occurrence); ok {
				occurrences++
			}
			return true
		})
		assert.Equal(t, r.Occurrences().Len(), occurrences)
		made := expr.Rewrite(stmt, func(n expr.Node) expr.Node {
			if l, ok := n.(*expr.LiteralExpr); ok {
				return expr.TypedLiteral(l.Value(), l.As()).Node()
			}
			return n
		})
		require.NoError(t, expr.Err(made))
		assert.Equal(t, rendered{r}.render(stmt), rendered{r}.render(made))
	}
}
