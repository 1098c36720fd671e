package tests

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// attacks runs each function of a script of attacks over the metadata, and calls visit with
// what it returns, as the script built it and as its bytes say it.
func attacks(t *testing.T, file string, meta *schema.MetaData, visit func(name string, stmts ...expr.Node)) {
	source, err := os.ReadFile(file)
	require.NoError(t, err)
	rt, err := luabind.New(meta, luabind.WithLimits(luabind.Limits{Time: -1}))
	require.NoError(t, err)
	text := strings.Replace(string(source), "\nreturn {", "\nlocal attacks = {", 1)
	names := regexp.MustCompile(`(?m)^  (\w+) = function`).FindAllStringSubmatch(text, -1)
	require.NotEmpty(t, names)
	for _, m := range names {
		values, err := rt.Run(context.Background(), file, text+"\nreturn attacks."+m[1]+"()")
		if err != nil {
			t.Errorf("%s: %v", m[1], err)
			continue
		}
		require.Len(t, values, 1, m[1])
		n, ok := values[0].(expr.Node)
		require.True(t, ok, "%s: %T", m[1], values[0])
		visit(m[1], n, through(t, meta, n))
	}
}

// tenants are two databases, one of which has the first tenant's rows only.
type tenants struct {
	*tenancy
	both, alone *testdb.DB
	differs     []string // columns of the tenant's own rows that are not the same in both
}

// outcome is what becomes of a statement, which is the same where there are no others; of
// what changes rows, with the rows that are left.
func (n *tenants) outcome(t *testing.T, name string, pol *policy.Policy, stmt expr.Node) string {
	type result struct {
		lines []string
		err   error
	}
	base := map[string]*expr.TableSource{}
	for _, table := range n.base.Tables() {
		base[table.Name()] = expr.Table(table)
	}
	run := func(db *testdb.DB, as *policy.Policy) (r result, foreign []string) {
		tx, err := db.Begin()
		require.NoError(t, err)
		defer func() { require.NoError(t, tx.Rollback()) }()
		sess := roughly(tx, db, engine.WithPolicy(as, policy.Values{"tenant": 1}))
		if expr.GivesRows(stmt.(expr.Statement)) {
			r.lines, r.err = roughRowsOf(sess, stmt)
		} else {
			var changed engine.Changed
			changed, r.err = sess.Exec(context.Background(), stmt, nil)
			r.lines = []string{fmt.Sprint(changed.Rows)}
		}
		changes := false
		expr.Walk(stmt, func(n expr.Node) bool {
			op := n.Op()
			changes = changes || op == expr.OpInsert || op == expr.OpUpdate || op == expr.OpDelete
			return !changes
		})
		if r.err != nil || !changes {
			return r, nil
		}
		all := roughly(tx, db, engine.WithPolicy(policy.Unrestricted()))
		for _, name := range []string{"users", "addresses"} {
			s := base[name]
			mine := s.C("tenant_id").Eq(1)
			var columns []any
			for _, c := range n.base.Lookup(name).ColumnNames() {
				if !slices.Contains(n.differs, c) {
					columns = append(columns, s.C(c))
				}
			}
			rows, err := roughRowsOf(all, expr.Select(columns...).Where(mine).OrderBy(s.C("id").Asc()))
			require.NoError(t, err)
			r.lines = append(r.lines, rows...)
			rows, err = roughRowsOf(all, expr.Select(s).Where(mine.Not()).OrderBy(s.C("id").Asc()))
			require.NoError(t, err)
			foreign = append(foreign, rows...)
		}
		return r, foreign
	}
	got, foreign := run(n.both, pol)
	var no *policy.Error
	var unsaid *dialect.Error
	switch {
	case errors.As(got.err, &no):
		return no.Error()
	case errors.As(got.err, &unsaid):
		return "refused: " + unsaid.Construct
	}
	want, _ := run(n.alone, pol)
	assert.Equal(t, want.err == nil, got.err == nil, "%s: %v, without the others %v", name, got.err, want.err)
	if got.err != nil && want.err != nil {
		assert.Equal(t, want.err.Error(), got.err.Error(), name)
		return "fails alike"
	}
	assert.Equal(t, want.lines, got.lines, name)
	if foreign != nil {
		require.Len(t, foreign, 7, name)
		require.Equal(t, n.foreign(t), foreign, name)
		return "rows left: " + fmt.Sprint(len(got.lines)-1)
	}
	return fmt.Sprint("rows: ", len(got.lines))
}

// foreign are the rows of the other tenant.
func (n *tenants) foreign(t *testing.T) (lines []string) {
	all := roughly(n.both, n.both, engine.WithPolicy(policy.Unrestricted()))
	for _, name := range []string{"users", "addresses"} {
		s := expr.Table(n.base.Lookup(name))
		rows, err := roughRowsOf(all, expr.Select(s).Where(s.C("tenant_id").Ne(1)).OrderBy(s.C("id").Asc()))
		require.NoError(t, err)
		lines = append(lines, rows...)
	}
	return lines
}

func newTenants(t *testing.T, both *testdb.DB) *tenants {
	n := &tenants{newTenancy(t), both, testdb.Open(t, both.Name), nil}
	n.fill(t, n.both)
	n.view.fill(t, n.alone)
	n.divide(t, n.alone)
	return n
}

// TestTenantScripts runs scripts of one who would see another's rows: each gives what it
// gives where there are none, and its outcome is that of the golden file.
func TestTenantScripts(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		n := newTenants(t, db)
		n.attacked(t, "attacks", n.view.meta, n.pol)
		n.attacked(t, "attacks_names", n.view.meta, n.pol)
	})
}

// TestColumnScripts runs scripts of one who would see what columns hold that are masked, denied,
// or there for filters or aggregates only: what they give does not depend on it.
func TestColumnScripts(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		n := newTenants(t, db)
		n.alone.Script(t, "UPDATE users SET email = 'another@example.net', photo = NULL, data = NULL, balance = 10 * id + 1, score = 3 - id",
			"UPDATE users SET email = NULL, balance = NULL WHERE id = 1", "UPDATE users SET balance = 0.5 WHERE id = 4")
		n.differs = []string{"email", "photo", "data", "balance", "score"}
		users, addresses := n.base.Lookup("users"), n.base.Lookup("addresses")
		mine := policy.RowsOf(func(o *expr.TableSource) expr.Expr { return o.C("tenant_id").Eq(policy.Value("tenant")) })
		shown := []string{"id", "parent_id", "name", "email", "age", "active"}
		pol := policy.New().AllowSelect().AllowInsert().AllowUpdate().AllowDelete().
			Table(users, mine, policy.Read(shown...), policy.Filter(append(shown, "score")...), policy.Order(shown...), policy.Write(),
				policy.Deny("tenant_id", "photo", "data"), policy.Mask("email", "***"), policy.AggregateOnly(3, "balance")).
			Table(addresses, mine, policy.Deny("tenant_id"))
		require.NoError(t, pol.Err())
		view, err := pol.Expose(n.base)
		require.NoError(t, err)
		n.attacked(t, "columns", view, pol)
		n.attacked(t, "columns_more", view, pol)
	})
}

// attacked runs the attacks of a script, and holds their outcomes to its golden file.
func (n *tenants) attacked(t *testing.T, script string, view *schema.MetaData, pol *policy.Policy) {
	var b strings.Builder
	attacks(t, "testdata/tenants/"+script+".lua", view, func(name string, stmts ...expr.Node) {
		var outcomes []string
		for _, stmt := range stmts {
			outcomes = append(outcomes, n.outcome(t, name, pol, stmt))
		}
		require.Len(t, slices.Compact(outcomes), 1, name)
		fmt.Fprintf(&b, "%s: %s\n", name, outcomes[0])
	})
	goldenOf(t, "testdata/tenants/"+script+"."+n.both.Name+".golden", b.String())
}

func goldenOf(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
