package policy_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

func users(t testing.TB) *expr.TableSource {
	t.Helper()
	m := schema.NewMetaData()
	m.Table("users", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.Text))
	require.NoError(t, m.Freeze())
	return expr.Table(m.Lookup("users"))
}

// refused requires a policy to refuse a statement and to give nothing of it away.
func refused(t testing.TB, p *policy.Policy, stmt expr.Node) *policy.Error {
	t.Helper()
	a, err := p.Admit(stmt)
	require.Error(t, err)
	require.Nil(t, a)
	require.Nil(t, a.Resolved())
	var e *policy.Error
	require.True(t, errors.As(err, &e), "%v", err)
	require.NotEmpty(t, e.Problems)
	for _, p := range e.Problems {
		assert.NotEmpty(t, p.Code)
		assert.NotEmpty(t, p.What)
		assert.NotEmpty(t, p.Reason)
	}
	return e
}

func TestWhoAllowsWhat(t *testing.T) {
	q := expr.Select(users(t).C("id"))
	for name, c := range map[string]struct {
		p       *policy.Policy
		allowed bool
	}{
		"new":                   {policy.New(), false},
		"the zero Policy":       {&policy.Policy{}, false},
		"nil":                   {nil, false},
		"unrestricted":          {policy.Unrestricted(), true},
		"select":                {policy.New().AllowSelect(), true},
		"select, of zero":       {new(policy.Policy).AllowSelect(), true},
		"select, of nil":        {(*policy.Policy)(nil).AllowSelect(), true},
		"select, twice":         {policy.New().AllowSelect().AllowSelect(), true},
		"unrestricted, and one": {policy.Unrestricted().AllowSelect(), true},
	} {
		t.Run(name, func(t *testing.T) {
			if !c.allowed {
				e := refused(t, c.p, q)
				assert.Equal(t, []policy.Problem{{Code: policy.CodeStatement, What: "statement:select", Reason: "statements of this kind are not allowed"}}, e.Problems)
				assert.Equal(t, "policy: refused: statement:select: statements of this kind are not allowed", e.Error())
				return
			}
			a, err := c.p.Admit(q)
			require.NoError(t, err)
			require.NotNil(t, a.Resolved())
			assert.Equal(t, expr.OpSelect, a.Resolved().Statement().Op())
		})
	}
}

// TestAdmittedIsDecided: each use of a source, within subqueries too, is decided in
// what is admitted; one that is refused leaves nothing decided anywhere.
func TestAdmittedIsDecided(t *testing.T) {
	u := users(t)
	a := u.Alias("a")
	sub := expr.Select(a.C("id")).Subquery("s")
	q := expr.Select(u.C("id"), sub.C("id").Label("other")).From(u, sub).Where(expr.Exists(expr.Select(1).From(u.Alias("b"))))
	admitted, err := policy.New().AllowSelect().Admit(q)
	require.NoError(t, err)
	require.Equal(t, 4, admitted.Resolved().Occurrences().Len())
	for _, o := range admitted.Resolved().Occurrences().All() {
		assert.True(t, o.IsDecided(), o.Name())
	}
	r, err := expr.Resolve(q)
	require.NoError(t, err)
	for _, o := range r.Occurrences().All() {
		assert.False(t, o.IsDecided(), "what is admitted once is not admitted for ever")
	}
}

// TestAdmitted: nobody else makes one that holds a statement.
func TestAdmitted(t *testing.T) {
	assert.Nil(t, (&policy.Admitted{}).Resolved())
	assert.Nil(t, (*policy.Admitted)(nil).Resolved())
}

// TestPoliciesNeverChange: a builder gives another policy.
func TestPoliciesNeverChange(t *testing.T) {
	q := expr.Select(users(t).C("id"))
	p := policy.New()
	allowed := p.AllowSelect()
	refused(t, p, q)
	_, err := allowed.Admit(q)
	require.NoError(t, err)
	assert.NotSame(t, p, allowed)

	var wg sync.WaitGroup // and it may be used, and built on, by many at once
	for range 8 {
		wg.Go(func() {
			for range 100 {
				_, err := allowed.AllowSelect().Admit(q)
				assert.NoError(t, err)
				_, err = p.Admit(q)
				assert.Error(t, err)
			}
		})
	}
	wg.Wait()
}

// TestWhatCannotBeIsNotAdmitted: the error is the tree's, for every policy.
func TestWhatCannotBeIsNotAdmitted(t *testing.T) {
	u := users(t)
	var none *expr.SelectStmt
	for name, stmt := range map[string]expr.Node{
		"nothing":         nil,
		"a nil select":    none,
		"an expression":   u.C("id").Node(),
		"a table":         u,
		"a bad tree":      expr.Select(u.C("nmae")),
		"not resolved":    expr.Select(u.C("id"), u.Alias("a").C("id")),
		"no constructor":  new(expr.SelectStmt),
		"no columns":      expr.Select(),
		"beyond its size": expr.Select(double(u.C("id"), 40)),
	} {
		t.Run(name, func(t *testing.T) {
			for _, p := range []*policy.Policy{nil, policy.New(), policy.New().AllowSelect(), policy.Unrestricted()} {
				a, err := p.Admit(stmt)
				require.Nil(t, a)
				var e *expr.Error
				require.True(t, errors.As(err, &e), "%v", err)
			}
		})
	}
	r, err := expr.Resolve(expr.Select(u.C("id")))
	require.NoError(t, err)
	_, err = policy.Unrestricted().Admit(r.Statement())
	assert.Error(t, err, "what is resolved already could be decided by another")
}

func double(x expr.Expr, times int) expr.Expr {
	for range times {
		x = x.Add(x)
	}
	return x
}

// TestGrants: what needs a grant is admitted with it alone, wherever it stands.
func TestGrants(t *testing.T) {
	u := users(t)
	raw := u.C("id").Custom("<->", 1)
	reader := policy.New().AllowSelect()
	for _, q := range []expr.Node{expr.Select(raw), expr.Select(u.C("id")).Where(expr.Exists(expr.Select(raw).From(u))), expr.Select(expr.Select(raw.Label("n")).Subquery("s").C("n"))} {
		for _, p := range []*policy.Policy{reader, reader.Grant(), reader.Grant(expr.FunctionGrant("raw"))} {
			assert.Equal(t, []policy.Problem{{Code: policy.CodeGrant, What: "grant:raw", Reason: "it is not granted"}}, refused(t, p, q).Problems)
		}
		for _, p := range []*policy.Policy{reader.Grant(expr.GrantRaw), policy.New().Grant(expr.GrantRaw).AllowSelect(), policy.Unrestricted()} {
			_, err := p.Admit(q)
			require.NoError(t, err)
		}
	}
	refused(t, policy.New().Grant(expr.GrantRaw), expr.Select(raw))
	text := expr.LiteralColumn("SELECT 1").TextColumns(expr.ColumnType{Name: "n"})
	refused(t, reader.Grant(expr.GrantRaw), text)
	refused(t, policy.New().AllowText(), text)
	_, err := policy.New().AllowText().Grant(expr.GrantRaw).Admit(text)
	require.NoError(t, err)
	// Behind WITH, PostgreSQL has DELETE ... RETURNING.
	rows := expr.LiteralColumn("DELETE FROM users RETURNING id").TextColumns(expr.ColumnType{Name: "id", Type: schema.BigInteger})
	for _, q := range []expr.Node{
		expr.Select(rows.CTE("gone").C("id")), expr.Select(expr.Select(rows.CTE("gone").C("id")).Subquery("s").C("id")),
		expr.Select(rows.Scalar().Label("n")), expr.Select(u.C("id")).Where(u.C("id").In(rows)),
	} {
		problems := refused(t, reader.Grant(expr.GrantRaw), q).Problems
		assert.Equal(t, []policy.Problem{{Code: policy.CodeStatement, What: "statement:text_statement", Reason: "statements of this kind are not allowed"}}, problems)
		_, err := reader.AllowText().Grant(expr.GrantRaw).Admit(q)
		require.NoError(t, err)
	}
}

func TestErrorListsEveryProblem(t *testing.T) {
	e := &policy.Error{Problems: []policy.Problem{
		{Code: policy.CodeStatement, What: "statement:delete", Reason: "no"},
		{Code: policy.CodeStatement, What: "statement:insert", Reason: "neither"},
	}}
	assert.Equal(t, "policy: refused: statement:delete: no; statement:insert: neither", e.Error())
}

// TestCodesAreReached: a code that is declared is tested here.
func TestCodesAreReached(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, 0)
	require.NoError(t, err)
	var codes []string
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.ValueSpec); ok {
			if id, ok := s.Type.(*ast.Ident); ok && id.Name == "Code" {
				codes = append(codes, strings.Trim(s.Values[0].(*ast.BasicLit).Value, `"`))
			}
		}
		return true
	})
	golden, err := os.ReadFile("testdata/rules.golden")
	require.NoError(t, err)
	for _, code := range codes {
		if code == string(policy.CodePolicy) || code == string(policy.CodeStatement) {
			continue // see TestWrongRules, TestWhoAllowsWhat
		}
		assert.Contains(t, string(golden), "\n"+code+" ", "a new code needs a case")
	}
}

// Between what anyone asks and the database stands a policy.
func Example() {
	q := expr.Select(expr.Of(1).Label("one"))
	_, err := policy.New().Admit(q)
	fmt.Println(err)
	stmt, err := policy.New().AllowSelect().Admit(q)
	fmt.Println(stmt.Resolved().Outputs().At(0).Name, err)
	// Output:
	// policy: refused: statement:select: statements of this kind are not allowed
	// one <nil>
}

// TestWhoAllowsWhatOfChanges: each thing that a statement does to rows needs its own
// kind, those in WITH too; what it reads in queries needs SELECT.
func TestWhoAllowsWhatOfChanges(t *testing.T) {
	u := users(t)
	x := u.Alias("x")
	insert := expr.Insert(u).Values(expr.Assign{"id": 1})
	upsert := insert.OnConflict("id").DoUpdate(expr.Assign{"name": "a"})
	update := expr.Update(u).Set(expr.Assign{"name": "a"}).AllRows()
	remove := expr.Delete(u).AllRows()
	reading := expr.Delete(u).Where(u.C("id").In(expr.Select(x.C("id"))))
	gone := remove.Returning(u.C("id")).CTE("gone")
	select_, inserts := policy.New().AllowSelect(), policy.New().AllowInsert()
	for name, c := range map[string]struct {
		p       *policy.Policy
		stmt    expr.Node
		refused string // what is not allowed, separated by spaces
	}{
		"insert":                        {inserts, insert, ""},
		"insert, of select":             {select_, insert, "statement:insert"},
		"insert, of nothing":            {policy.New(), insert, "statement:insert"},
		"insert, of nil":                {nil, insert, "statement:insert"},
		"insert, returning":             {inserts, insert.Returning(u.C("id")), ""},
		"do nothing":                    {inserts, insert.OnConflict().DoNothing(), ""},
		"do update":                     {inserts, upsert, "statement:update"},
		"do update, allowed":            {inserts.AllowUpdate(), upsert, ""},
		"update":                        {policy.New().AllowUpdate(), update, ""},
		"update, of insert":             {inserts, update, "statement:update"},
		"delete":                        {policy.New().AllowDelete(), remove, ""},
		"delete, of update":             {policy.New().AllowUpdate(), remove, "statement:delete"},
		"a query in a delete":           {policy.New().AllowDelete(), reading, "statement:select"},
		"a query in a delete, allowed":  {select_.AllowDelete(), reading, ""},
		"a select, of changes":          {inserts.AllowUpdate().AllowDelete(), expr.Select(u.C("id")), "statement:select"},
		"a delete in WITH":              {select_, expr.Select(gone.C("id")), "statement:delete"},
		"a delete in WITH, alone":       {policy.New().AllowDelete(), expr.Select(gone.C("id")), "statement:select"},
		"a delete in WITH, allowed":     {select_.AllowDelete(), expr.Select(gone.C("id")), ""},
		"a delete in WITH of an insert": {inserts.AllowSelect(), expr.Insert(u).FromSelect([]string{"id"}, expr.Select(gone.C("id"))), "statement:delete"},
		"nothing is allowed":            {policy.New(), expr.Insert(u).FromSelect([]string{"id"}, expr.Select(gone.C("id"))), "statement:insert statement:delete statement:select"},
		"unrestricted":                  {policy.Unrestricted(), upsert, ""},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, expr.Err(c.stmt))
			if c.refused != "" {
				var what []string
				for _, p := range refused(t, c.p, c.stmt).Problems {
					assert.Equal(t, policy.CodeStatement, p.Code)
					what = append(what, p.What)
				}
				assert.Equal(t, c.refused, strings.Join(what, " "))
				return
			}
			a, err := c.p.Admit(c.stmt)
			require.NoError(t, err)
			for _, o := range a.Resolved().Occurrences().All() {
				assert.True(t, o.IsDecided(), o.Name())
			}
		})
	}
}
