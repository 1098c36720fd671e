package policy_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

var update = flag.Bool("update", false, "write the golden file")

// shop is what the rules are tried on.
type shop struct {
	meta                   *schema.MetaData
	staff, orders, secrets *expr.TableSource
}

func newShop(t testing.TB) *shop {
	t.Helper()
	col := schema.NewColumn
	m := schema.NewMetaData()
	staff := m.Table("staff",
		col("id", schema.BigInteger, schema.PrimaryKey), col("name", schema.Text), col("email", schema.Text), col("team", schema.Text),
		col("salary", schema.Numeric(10, 2)), col("password", schema.Text))
	orders := m.Table("orders",
		col("id", schema.BigInteger, schema.PrimaryKey), col("tenant_id", schema.BigInteger, schema.NotNull),
		col("staff_id", schema.BigInteger, schema.References("staff", "id")), col("state", schema.Text), col("total", schema.Numeric(10, 2)))
	secrets := m.Table("secrets", col("id", schema.BigInteger, schema.PrimaryKey), col("name", schema.Text))
	require.NoError(t, m.Freeze())
	return &shop{m, expr.Table(staff), expr.Table(orders), expr.Table(secrets)}
}

// rules is a policy with a bit of everything.
func (s *shop) rules() *policy.Policy {
	return policy.New().AllowSelect().AllowInsert().AllowUpdate().AllowDelete().
		AllowFunctions("count", "sum", "avg", "lower", "max").DenyKinds(expr.OpRegexp).DenyOperators("||").
		WithLimits(policy.Limits{Nodes: 500, Joins: 2, Subqueries: 3, Items: 10, Rows: 100}).
		Table(s.staff.Table(), policy.Read("id", "name", "email", "team"), policy.Order("id", "name"), policy.Filter("id", "team", "name", "email"),
			policy.Mask("email", expr.Literal(expr.Text("***"))), policy.AggregateOnly(3, "salary")).
		Table(s.orders.Table(), policy.Deny("tenant_id"), policy.Rows(s.orders.C("tenant_id").Eq(policy.Value("tenant")), s.orders.C("state").Ne("gone")))
}

// TestRules holds what the rules refuse, and what they make of what they allow, to
// testdata/rules.golden.
func TestRules(t *testing.T) {
	s := newShop(t)
	pol := s.rules()
	require.NoError(t, pol.Err())
	st, o, sec := s.staff, s.orders, s.secrets
	tree := expr.Of(1)
	for range 300 {
		tree = tree.Add(st.C("id"))
	}
	salaries := func(x expr.Expr) *expr.SelectStmt {
		return expr.Select(st.C("team"), x.Label("v")).GroupBy(st.C("team"))
	}
	var b strings.Builder
	for _, c := range []struct {
		name string
		stmt expr.Node
	}{
		{"columns that may be read", expr.Select(st.C("id"), st.C("name"))},
		{"a column that is not there", expr.Select(st.C("id"), st.C("password"))},
		{"a column that is not there, in a condition", expr.Select(st.C("id")).Where(st.C("password").Eq("x"))},
		{"a column that is not there, in a subquery's order", expr.Select(expr.Select(st.C("id")).OrderBy(st.C("password").Asc()).Limit(1).Subquery("s").C("id"))},
		{"ordered by what may not be", expr.Select(st.C("team").Label("t")).OrderBy(st.C("team").Asc())},
		{"ordered by the label of what may not be", expr.Select(st.C("team").Label("t")).OrderBy(expr.Ref("t").Asc())},
		{"a table that is not there", expr.Select(sec.C("name"))},
		{"two things that are not there", expr.Select(sec.C("name")).From(sec).Join(st, st.C("id").Eq(sec.C("id"))).Where(st.C("password").IsNull())},
		{"a masked column", expr.Select(st.C("email")).Where(st.C("email").Eq("a"))},
		{"a function that is allowed", expr.Select(expr.Func("lower", st.C("name")))},
		{"a function that is not", expr.Select(expr.Func("upper", st.C("name")))},
		{"a kind that is denied", expr.Select(st.C("id")).Where(st.C("name").RegexpMatch("a"))},
		{"an operator that is denied", expr.Select(st.C("name").Concat("x").Label("n"))},
		{"raw text", expr.Select(st.C("id")).Where(expr.RawText("1 = 1", nil, schema.Boolean))},
		{"a mean of salaries", salaries(expr.Func("avg", st.C("salary")))},
		{"the greatest salary", salaries(expr.Func("max", st.C("salary")))},
		{"a salary", expr.Select(st.C("salary"))},
		{"a filtered sum of salaries", salaries(expr.Func("sum", st.C("salary")).Filter(st.C("id").Eq(1)))},
		{"a sum of chosen salaries", salaries(expr.Func("sum", expr.Case(expr.NewWhen(st.C("id").Eq(1), st.C("salary")))))},
		{"a window of salaries", expr.Select(expr.Func("sum", st.C("salary")).Over(expr.Window{}))},
		{"rows by salary", expr.Select(st.C("id")).Where(st.C("salary").Gt(10))},
		{"too many nodes", expr.Select(tree)},
		{"too many joins", expr.Select(o.C("id")).From(o).Join(o.Alias("a"), true).Join(o.Alias("b"), true).Join(o.Alias("c"), true)},
		{"too many sources beside one another", expr.Select(o.C("id")).From(o, o.Alias("a"), o.Alias("b"), o.Alias("c"))},
		{"too many sources of a change", expr.Update(o).Set(expr.Assign{"total": 1}).From(o.Alias("a"), o.Alias("b"), o.Alias("c")).Where(o.C("id").Eq(1))},
		{"too many items", expr.Select(o.C("id")).Where(o.C("id").In(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))},
		{"too many items, in lists and arrays", expr.Select(o.C("id")).Where(o.C("id").In(1, 2, 3, 4, 5, 6), o.C("id").Eq(expr.Any(expr.Array(schema.BigInteger, 1, 2, 3, 4, 5))))},
		{"too many rows", expr.Select(o.C("id")).Limit(1000)},
		{"fewer rows", expr.Select(o.C("id")).Limit(10)},
		{"any number of rows", expr.Select(o.C("id")).Limit(expr.Param("n", schema.BigInteger))},
		{"filtered rows", expr.Select(o.C("id")).From(o).LeftJoin(st, st.C("id").Eq(o.C("staff_id")))},
		{"filtered rows that are cast", expr.Select(o.C("id")).Where(o.C("state").Cast(schema.Integer).Eq(1))},
		{"the tenant's column", expr.Select(o.C("tenant_id"))},
		{"a row that cannot be told whose it is", expr.Insert(o).Values(expr.Assign{"id": 1})},
		{"an update", expr.Update(o).Set(expr.Assign{"total": 1}).Where(o.C("id").Eq(1))},
		{"an update of all that can fail", expr.Update(o).Set(expr.Assign{"total": 1}).Where(o.C("state").Cast(schema.Integer).Eq(1))},
		{"an update of what a filter needs", expr.Update(o).Set(expr.Assign{"state": "gone"}).AllRows()},
		{"an update that would move a row", expr.Update(o).Set(expr.Assign{"tenant_id": 2}).AllRows()},
		{"a delete", expr.Delete(o).AllRows()},
		{"a delete of what may only be read", expr.Delete(st).AllRows()},
		{"an update of what may only be read", expr.Update(st).Set(expr.Assign{"name": "x"}).AllRows()},
		{"grouped by a key", expr.Select(o.C("state"), expr.Func("count").Label("n")).GroupBy(o.C("id"))},
	} {
		fmt.Fprintf(&b, "# %s\n", c.name)
		a, err := pol.Admit(c.stmt)
		var no *policy.Error
		switch {
		case errors.As(err, &no):
			for _, p := range no.Problems {
				fmt.Fprintf(&b, "%s %s: %s\n", p.Code, p.What, p.Reason)
			}
		case err != nil:
			fmt.Fprintln(&b, err)
		default:
			said, err := dialect.SQLite.Compile(a)
			require.NoError(t, err, c.name)
			fmt.Fprintln(&b, said.SQL())
		}
		fmt.Fprintln(&b)
	}
	golden(t, "testdata/rules.golden", b.String())
}

// TestFingerprint: whatever a policy says is in its fingerprint.
func TestFingerprint(t *testing.T) {
	s := newShop(t)
	staff := s.staff.Table()
	rows := func(x expr.Expr) *policy.Policy { return policy.New().Table(staff, policy.Rows(x)) }
	policies := map[string]*policy.Policy{
		"nothing":           policy.New(),
		"unrestricted":      policy.Unrestricted(),
		"select":            policy.New().AllowSelect(),
		"insert":            policy.New().AllowInsert(),
		"a grant":           policy.New().Grant(expr.GrantRaw),
		"no functions":      policy.New().AllowFunctions(),
		"a function":        policy.New().AllowFunctions("lower"),
		"no regexps":        policy.New().DenyKinds(expr.OpRegexp),
		"limits":            policy.New().WithLimits(policy.Limits{Rows: 10}),
		"limits, required":  policy.New().WithLimits(policy.Limits{Rows: 10, RequireLimit: true}),
		"no concatenation":  policy.New().DenyOperators("||"),
		"cascades":          policy.New().Table(staff, policy.Cascades()),
		"a table":           policy.New().Table(staff),
		"another":           policy.New().Table(s.orders.Table()),
		"read":              policy.New().Table(staff, policy.Read("id")),
		"read more":         policy.New().Table(staff, policy.Read("id", "name")),
		"filter":            policy.New().Table(staff, policy.Filter("id")),
		"order":             policy.New().Table(staff, policy.Order("id")),
		"write":             policy.New().Table(staff, policy.Write("id")),
		"denied":            policy.New().Table(staff, policy.Deny("id")),
		"a mask":            policy.New().Table(staff, policy.Mask("name", "x")),
		"another mask":      policy.New().Table(staff, policy.Mask("name", "y")),
		"aggregates":        policy.New().Table(staff, policy.AggregateOnly(3, "salary")),
		"larger groups":     policy.New().Table(staff, policy.AggregateOnly(4, "salary")),
		"rows":              rows(s.staff.C("id").Eq(policy.Value("id"))),
		"rows, by name":     rows(s.staff.C("id").Eq(policy.Value("other"))),
		"rows, by a number": rows(s.staff.C("id").Eq(1)),
		"rows, another":     rows(s.staff.C("id").Eq(2)),
	}
	seen := map[string]string{}
	for name, p := range policies {
		require.NoError(t, p.Err(), name)
		f := p.Fingerprint()
		require.Len(t, f, 64)
		require.Empty(t, seen[f], "%s is as %s", name, seen[f])
		seen[f] = name
	}
	require.Equal(t, s.rules().Fingerprint(), s.rules().Fingerprint())
	require.Equal(t, policy.New().Fingerprint(), (*policy.Policy)(nil).Fingerprint())
}

// TestWrongRules: a policy that says what cannot be admits nothing, and says why.
func TestWrongRules(t *testing.T) {
	s := newShop(t)
	for name, c := range map[string]struct {
		rule policy.Rule
		want string
	}{
		"no such column":      {policy.Read("nmae"), `no column "nmae"`},
		"no condition":        {policy.Rows(s.staff.C("id").Add(1)), "condition"},
		"a parameter":         {policy.Rows(s.staff.C("id").Eq(expr.Param("p", schema.BigInteger))), "use policy.Value"},
		"a value of no type":  {policy.Rows(policy.Value("ok")), "say policy.Value"},
		"raw text":            {policy.Rows(expr.RawText("1 = 1", nil, schema.Boolean)), "raw text"},
		"another table":       {policy.Rows(s.orders.C("id").Eq(1)), "not in FROM"},
		"groups of one":       {policy.AggregateOnly(1, "salary"), "show the rows"},
		"a mask of some type": {policy.Mask("salary", "x"), "type"},
	} {
		p := policy.New().AllowSelect().Table(s.staff.Table(), c.rule)
		err := p.Err()
		if err == nil { // what only a use of it shows
			_, err = p.Admit(expr.Select(s.staff.C("id")))
		}
		require.ErrorContains(t, err, c.want, name)
		_, again := p.Admit(expr.Select(s.staff.C("id")))
		require.Error(t, again, name)
	}
}

// TestWords holds what each reader is told, of every code, to testdata/words.golden: the
// author what they named, the operator the codes, too, the end user the codes alone.
func TestWords(t *testing.T) {
	s := newShop(t)
	st, o := s.staff, s.orders
	rules := s.rules()
	texts := expr.LiteralColumn("SELECT 1").TextColumns(expr.ColumnType{Name: "n"})
	var b strings.Builder
	codes := map[policy.Code]bool{}
	for _, c := range []struct {
		name string
		pol  *policy.Policy
		stmt expr.Node
	}{
		{"a table that does not exist", rules, expr.Select(s.secrets.C("name"))},
		{"columns, an operator, a function and a kind", rules, expr.Select(st.C("password"), st.C("salary"), expr.Func("upper", st.C("name").Concat("x"))).
			Where(st.C("name").RegexpMatch("a")).OrderBy(st.C("team"))},
		{"sizes", rules, expr.Select(o.C("id")).From(o).Join(o.Alias("a"), true).Join(o.Alias("b"), true).Join(o.Alias("c"), true).Where(o.C("id").In(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))},
		{"another's row", rules, expr.Update(o).Set(expr.Assign{"state": "gone"}).AllRows()},
		{"a statement of a kind that is not allowed", policy.New(), expr.Select(st.C("id"))},
		{"raw text", rules, texts},
		{"a policy that is wrong", policy.New().DenyOperators("LIK").Table(st.Table(), policy.Read("nmae"), policy.AggregateOnly(1, "salary")), expr.Select(st.C("id"))},
	} {
		_, err := c.pol.Admit(c.stmt)
		var e *policy.Error
		require.ErrorAs(t, err, &e, c.name)
		for _, p := range e.Problems {
			codes[p.Code] = true
		}
		fmt.Fprintf(&b, "# %s\nauthor: %s\nend user: %s\noperator: %s\n\n", c.name, e.Error(), e.EndUser(), e.Operator())
	}
	require.Len(t, codes, 9, "every code")
	golden(t, "testdata/words.golden", b.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// TestCascades: a change that the database carries on to rows of others is refused.
func TestCascades(t *testing.T) {
	col := schema.NewColumn
	m := schema.NewMetaData()
	buyers := expr.Table(m.Table("buyers", col("id", schema.BigInteger, schema.PrimaryKey), col("tenant", schema.BigInteger, schema.NotNull), schema.UniqueConstraint("tenant", "id")))
	for name, items := range map[string][]schema.TableItem{
		"orders":   {schema.ForeignKeyConstraint("", []string{"buyer"}, []string{"buyers"}, []string{"id"}, schema.OnDelete(schema.Cascade), schema.OnUpdate(schema.Cascade))},
		"invoices": {schema.ForeignKeyConstraint("", []string{"tenant", "buyer"}, []string{"buyers"}, []string{"tenant", "id"}, schema.OnDelete(schema.Cascade))},
		"visits":   {schema.ForeignKeyConstraint("", []string{"buyer"}, []string{"buyers"}, []string{"id"})},
	} {
		m.Table(name, append(items, col("id", schema.BigInteger, schema.PrimaryKey), col("tenant", schema.BigInteger, schema.NotNull), col("buyer", schema.BigInteger))...)
	}
	require.NoError(t, m.Freeze())
	mine := policy.RowsOf(func(t *expr.TableSource) expr.Expr { return t.C("tenant").Eq(policy.Value("tenant")) })
	pol := func(rules ...policy.Rule) *policy.Policy {
		return policy.New().AllowSelect().AllowInsert().AllowUpdate().AllowDelete().Table(buyers.Table(), append(rules, mine)...)
	}
	remove := expr.Delete(buyers).Where(buyers.C("id").Eq(1))
	rekey := expr.Update(buyers).Set(expr.Assign{"id": 5}).Where(buyers.C("id").Eq(1))
	for name, c := range map[string]struct {
		pol  *policy.Policy
		stmt expr.Node
		want string
	}{
		"to tables that do not exist for it": {pol(), remove, "deleting its rows would change rows of other tables, which may be another's"},
		"a key's other value":                {pol(), rekey, "another value of its key would change rows of other tables"},
		"to a table that is filtered":        {pol().Table(m.Lookup("orders"), mine).Table(m.Lookup("invoices"), mine), remove, "rows of orders"},
		"in WITH":                            {pol(), expr.Select(remove.Returning(buyers.C("id")).CTE("d").C("id")), "deleting its rows"},
		"in an upsert":                       {pol(), expr.Insert(buyers).Values(expr.Assign{"id": 1}).OnConflict("id").DoUpdate(expr.Assign{"id": 5}), "another value of its key"},
		"it is said":                         {pol(policy.Cascades()), remove, ""},
		"anyone may delete of it":            {pol().Table(m.Lookup("orders")).Table(m.Lookup("invoices"), mine), remove, ""},
		"an update of something else":        {pol().Table(m.Lookup("orders")), expr.Select(buyers.C("id")), ""},
		"no filters":                         {policy.New().AllowDelete().Table(buyers.Table()), remove, ""},
	} {
		require.NoError(t, c.pol.Err(), name)
		require.NoError(t, expr.Err(c.stmt), name)
		_, err := c.pol.Admit(c.stmt)
		if c.want == "" {
			require.NoError(t, err, name)
		} else {
			require.ErrorContains(t, err, c.want, name)
		}
	}
}

// TestExposed: what the policy leaves out does not exist in the part of the metadata that
// it exposes, nor do keys with it; the rest is found as ever.
func TestExposed(t *testing.T) {
	s := newShop(t)
	part, err := s.rules().Expose(s.meta)
	require.NoError(t, err)
	require.True(t, part.Frozen())
	require.NotEqual(t, s.meta.Generation(), part.Generation())
	require.Nil(t, part.Lookup("secrets"))
	require.Equal(t, []string{"id", "name", "email", "team", "salary"}, part.Lookup("staff").ColumnNames())
	require.Equal(t, []string{"id", "staff_id", "state", "total"}, part.Lookup("orders").ColumnNames())
	require.Len(t, part.Lookup("orders").ForeignKeys(), 1)
	require.Equal(t, part.Lookup("staff"), part.Lookup("orders").ForeignKeys()[0].Referred())
	require.Equal(t, s.staff.Table(), part.Lookup("staff").Base())
	require.True(t, part.HasTableNamed("Secrets"), "a name that is taken is taken")
	_, err = part.ResolveTable([]string{"secrets"}, "")
	require.NotContains(t, err.Error(), "secrets?")
	whole, err := policy.New().AllowSelect().Expose(s.meta)
	require.NoError(t, err)
	require.Equal(t, s.meta, whole)
}
