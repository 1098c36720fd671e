package tests

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// tenancy is the sample of two tenants in the same tables, and what one of them sees.
type tenancy struct {
	base *schema.MetaData
	view *sample // what exists under the policy: the sample, without the tenant's column
	pol  *policy.Policy
}

func newTenancy(t testing.TB) *tenancy {
	whole := sampleWith(t, func() schema.TableItem { return schema.NewColumn("tenant_id", schema.BigInteger, schema.NotNull) })
	pol := policy.New().AllowSelect().AllowInsert().AllowUpdate().AllowDelete()
	for _, table := range whole.meta.Tables() {
		pol = pol.Table(table, policy.Deny("tenant_id"), policy.RowsOf(func(o *expr.TableSource) expr.Expr {
			return o.C("tenant_id").Eq(policy.Value("tenant"))
		}))
	}
	require.NoError(t, pol.Err())
	view, err := pol.Expose(whole.meta)
	require.NoError(t, err)
	return &tenancy{whole.meta, &sample{view, expr.Table(view.Lookup("users")), expr.Table(view.Lookup("addresses"))}, pol}
}

// fill makes the rows of the sample the first tenant's, and adds those of the second,
// some of which refer to the first's.
func (n *tenancy) fill(t testing.TB, db *testdb.DB) {
	n.view.fill(t, db)
	n.divide(t, db)
	zone := map[string]string{"sqlite": "+00:00", "postgres": "+00:00"}[db.Name]
	db.Script(t,
		"INSERT INTO users VALUES (9001, 1, 'other', 'other@example.org', 31, 7.5, 1.50, TRUE, '1990-01-01', '01:00:00', '2025-01-31 13:45:00', '2025-01-31 13:45:00"+zone+"', NULL, '{\"items\": [9]}', NULL, 'happy', 2)",
		"INSERT INTO users VALUES (9002, 9001, 'not a number', NULL, 0, 0, 0, FALSE, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2)",
		"INSERT INTO users VALUES (9003, NULL, 'zzz', 'zzz', 99, 99, 99, TRUE, NULL, NULL, NULL, NULL, NULL, '\"text\"', NULL, 'sad', 2)",
		"INSERT INTO addresses VALUES (9001, 9001, 'Secret', '2019-05-01', 2)",
		"INSERT INTO addresses VALUES (9002, 1, 'Hidden', '2019-05-01', 2)",
		"INSERT INTO addresses VALUES (9003, 9002, NULL, NULL, 2)",
		"INSERT INTO addresses VALUES (9004, 3, 'Rome', NULL, 2)")
}

// divide gives the tables the tenant's column, of the first tenant.
func (n *tenancy) divide(t testing.TB, db *testdb.DB) {
	for _, table := range []string{"users", "addresses"} {
		db.Script(t, "ALTER TABLE "+table+" ADD COLUMN tenant_id BIGINT", "UPDATE "+table+" SET tenant_id = 1")
	}
}

// TestTenantConstructs runs every construct on the rows of two tenants, as one of them:
// it gives what it gives where there are no others.
func TestTenantConstructs(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		n := newTenancy(t)
		n.fill(t, db)
		refused := 0
		admittedKinds := map[expr.Op]bool{}
		for _, c := range constructs() {
			t.Run(c.name, func(t *testing.T) {
				stmt := c.build(n.view)
				if _, err := n.pol.Admit(stmt); err == nil {
					expr.Walk(stmt, func(n expr.Node) bool { admittedKinds[n.Op()] = true; return true })
				}
				if _, err := compileFor(db.Dialect, stmt); err != nil {
					return // see TestConstructs
				}
				admitted, err := n.pol.Admit(stmt)
				var no *policy.Error
				if errors.As(err, &no) {
					require.NotEmpty(t, expr.GrantsOf(stmt), "%v", err) // all else can be filtered
					refused++
					return
				}
				require.NoError(t, err)
				compiled, err := db.Dialect.Compile(admitted)
				var unsaid *dialect.Error
				if errors.As(err, &unsaid) && unsaid.Construct == "RETURNING of rows that others are in the way of" {
					return // the other may be another tenant's
				}
				require.NoError(t, err)
				tx, err := db.Begin()
				require.NoError(t, err)
				defer func() { require.NoError(t, tx.Rollback()) }()
				sess := engine.New(tx, db.Dialect).Session(engine.WithPolicy(n.pol, policy.Values{"tenant": 1}))
				require.Equal(t, c.lines(), c.run(t, n.view, sess, through(t, n.view.meta, stmt)), "%s", compiled.SQL())
			})
		}
		require.Less(t, refused, 30)
		for op := expr.Op(1); op.Known(); op++ {
			if raw := op == expr.OpText || op == expr.OpTextStmt || op == expr.OpCustom; !raw { // which no filter sees into
				require.True(t, admittedKinds[op], "no construct with a node of kind %s is tried as a tenant", op)
			}
		}
	})
}

// TestTenantRandomQueries runs random queries and changes as one of two tenants, and the
// same where the other's rows do not exist: rows, what is left in the tables, and what
// the other tenant has, are the same.
func TestTenantRandomQueries(t *testing.T) {
	tenants := newTenancy(t)
	known := calls(tenants.view)
	for name, most := range map[string]int{"sqlite": 10_000, "postgres": 1_000, "mariadb": 1_000} {
		t.Run(name, func(t *testing.T) {
			n := most
			switch {
			case testing.Short():
				n = most / 50
			case os.Getenv("SQLSER_TEST_REQUIRE") == "":
				n = most / 10
			}
			if *seeds > 0 {
				n = *seeds
			}
			testTenantRandomly(t, name, n, tenants, known)
		})
	}
}

func testTenantRandomly(t *testing.T, name string, n int, tenants *tenancy, known *signatures) {
	both, alone := testdb.Open(t, name), testdb.Open(t, name)
	tenants.fill(t, both)
	tenants.view.fill(t, alone)
	tenants.divide(t, alone)
	for _, db := range []*testdb.DB{both, alone} {
		db.Script(t, "UPDATE users SET balance = 12.25 * id WHERE id <> 4", "UPDATE users SET name = 'Zoe' WHERE id = 3", "UPDATE addresses SET city = 'Lodz' WHERE id = 4")
	}
	everything := func(sess *engine.Session, s *sample) (lines []string) {
		for _, src := range []*expr.TableSource{s.u, s.a} {
			var items []any
			for _, c := range tenants.view.meta.Lookup(src.Name()).ColumnNames() {
				items = append(items, src.C(c))
			}
			rows, err := roughRowsOf(sess, expr.Select(items...).OrderBy(src.C("id").Asc()))
			require.NoError(t, err)
			lines = append(lines, rows...)
		}
		return lines
	}
	base := &sample{tenants.base, expr.Table(tenants.base.Lookup("users")), expr.Table(tenants.base.Lookup("addresses"))}
	others := func(on engine.DB) []string {
		var lines []string
		for _, src := range []*expr.TableSource{base.u, base.a} {
			rows, err := roughRowsOf(roughly(on, both, engine.WithPolicy(policy.Unrestricted())),
				expr.Select(src).Where(src.C("tenant_id").IsDistinctFrom(1)).OrderBy(src.C("id").Asc()))
			require.NoError(t, err)
			lines = append(lines, rows...)
		}
		return lines
	}
	foreign := others(both)
	require.Len(t, foreign, 7)
	said := alone.Dialect.With(dialect.ExactText, dialect.NullsSmallest, dialect.NullDivision)
	compared, changed, refused, failed := 0, 0, map[string]int{}, 0
	for seed := uint64(*from); seed < uint64(*from)+uint64(n); seed++ {
		// One that the database has no words for, or no filter sees into, is no test: another is drawn.
		var q expr.Node
		for try := range uint64(10) {
			g := &grower{Rand: rand.New(rand.NewPCG(seed, 7+try)), s: tenants.view, calls: known}
			switch q = g.query(); {
			case seed%5 == 0:
				q = g.change()
			case seed%100 == 51:
				q = g.ordered()
			}
			if expr.Err(q) != nil || expr.GrantsOf(q) != nil && try < 9 {
				continue
			}
			if _, err := compileFor(said, q); err == nil {
				break
			}
		}
		if expr.Err(q) != nil {
			continue
		}
		alike := true
		func() {
			mine, err := both.Begin()
			require.NoError(t, err)
			defer func() { require.NoError(t, mine.Rollback()) }()
			own, err := alone.Begin()
			require.NoError(t, err)
			defer func() { require.NoError(t, own.Rollback()) }()
			filtered := roughly(mine, both, engine.WithPolicy(tenants.pol, policy.Values{"tenant": 1}))
			unfiltered := roughly(own, alone, engine.WithPolicy(policy.Unrestricted()))
			run := func(sess *engine.Session) ([]string, error) {
				if expr.GivesRows(q.(expr.Statement)) {
					return roughRowsOf(sess, q)
				}
				changed, err := sess.Exec(context.Background(), q, nil)
				return []string{fmt.Sprint(changed.Rows)}, err
			}
			got, err := run(filtered)
			var no *policy.Error
			var unsaid *dialect.Error
			switch {
			case errors.As(err, &no):
				refused[no.Problems[0].What+": "+no.Problems[0].Reason]++
				return
			case errors.As(err, &unsaid):
				refused[unsaid.Construct]++
				return
			}
			want, wantErr := run(unfiltered)
			if err != nil || wantErr != nil {
				if (err == nil) != (wantErr == nil) {
					t.Errorf("seed %d: %v, without the others %v\n%s", seed, errors.Unwrap(err), wantErr, expr.Sprint(q))
					alike = false
				}
				return
			}
			compared++
			_, reads := q.(expr.Query)
			if alike = slices.Equal(got, want); alike && !reads {
				changed++
				alike = slices.Equal(everything(filtered, tenants.view), everything(unfiltered, tenants.view)) && slices.Equal(foreign, others(mine))
			}
			if !alike {
				stmt, _ := filtered.Compile(q)
				t.Errorf("seed %d: the tenant gets\n%q\nand without the others\n%q\n%s", seed, got, want, stmt.SQL())
			}
		}()
		if !alike {
			if failed++; failed > 10 {
				t.FailNow()
			}
		}
	}
	t.Logf("%d of %d compared, %d of them changes; refused: %v", compared, n, changed, refused)
	require.Greater(t, compared, n/5)
}
