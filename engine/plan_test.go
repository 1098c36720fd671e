package engine_test

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// people declares a table, frozen anew; the type of its column n is given.
func people(t testing.TB, n schema.Type) *expr.TableSource {
	t.Helper()
	m := schema.NewMetaData()
	m.Table("people", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.Text),
		schema.NewColumn("n", n), schema.NewColumn("at", schema.DateTime))
	require.NoError(t, m.Freeze())
	return expr.Table(m.Lookup("people"))
}

func planned(d *dialect.Dialect) *engine.Session {
	return engine.New(nil, d).Session(engine.WithPolicy(policy.Unrestricted()))
}

func sqlOf(t testing.TB, s *engine.Session, q expr.Node) (string, []any) {
	t.Helper()
	c, err := s.Compile(q)
	require.NoError(t, err)
	args, err := c.Args(nil)
	require.NoError(t, err)
	return c.SQL(), args
}

func TestPlansOfATreeAndItsShape(t *testing.T) {
	p := people(t, schema.Integer)
	build := func(n int, name string) expr.Node {
		return expr.Select(p.C("id")).Where(p.C("n").Gt(n), p.C("name").StartsWith(name)).Limit(n)
	}
	for _, d := range dialect.All() {
		s := planned(d)
		q := build(1, "a")
		sql, args := sqlOf(t, s, q)
		for range 3 {
			again, same := sqlOf(t, s, q)
			require.Equal(t, sql, again)
			require.Equal(t, args, same)
		}
		require.Equal(t, engine.PlanStats{Hits: 2, Rebound: 1, Misses: 1, Trees: 1, Shapes: 1}, s.Engine().PlanStats())

		other, args := sqlOf(t, s, build(7, "50%"))
		require.Equal(t, sql, other)
		require.Contains(t, args, "50!%%")
		require.Contains(t, args, int64(7))
		require.Equal(t, uint64(1), s.Engine().PlanStats().Misses)

		_, again := sqlOf(t, s, q)
		require.NotContains(t, again, int64(7), "a tree keeps its own values")
	}
}

// TestPlansTellApart: what looks alike and is not.
func TestPlansTellApart(t *testing.T) {
	now, then := people(t, schema.Integer), people(t, schema.Text)
	q := func(p *expr.TableSource, n any) expr.Node {
		return expr.Select(p.C("n")).Where(p.C("n").Eq(n), p.C("id").Eq(1))
	}
	s := planned(dialect.Postgres)
	sqlOf(t, s, q(now, 1))
	for name, c := range map[string]struct {
		q    expr.Node
		sql  string
		args []any
	}{
		"metadata":       {q(then, "1"), `SELECT "people"."n" FROM "people" WHERE "people"."n" = $1::TEXT AND "people"."id" = $2::BIGINT`, []any{"1", int64(1)}},
		"other values":   {q(now, 2), `SELECT "people"."n" FROM "people" WHERE "people"."n" = $1::BIGINT AND "people"."id" = $2::BIGINT`, []any{int64(2), int64(1)}},
		"equal values":   {q(now, 1), `SELECT "people"."n" FROM "people" WHERE "people"."n" = $1::BIGINT AND "people"."id" = $1::BIGINT`, []any{int64(1)}},
		"type of values": {q(now, expr.TypedLiteral(expr.Int(1), schema.Integer)), `SELECT "people"."n" FROM "people" WHERE "people"."n" = $1::INTEGER AND "people"."id" = $2::BIGINT`, []any{int64(1), int64(1)}},
	} {
		for range 3 {
			sql, args := sqlOf(t, s, c.q)
			assert.Equal(t, c.sql, sql, name)
			assert.Equal(t, c.args, args, name)
		}
	}
	outputs := func(p *expr.TableSource, n any) schema.Type {
		c, err := s.Compile(q(p, n))
		require.NoError(t, err)
		return c.Outputs().At(0).Type
	}
	assert.Equal(t, schema.Integer, outputs(now, 5))
	assert.Equal(t, schema.Text, outputs(then, "5"))
}

// TestPlansOfPolicies: what one policy has let through is nothing to another, also where
// the tree or the shape is the same.
func TestPlansOfPolicies(t *testing.T) {
	p := people(t, schema.Integer)
	eng := engine.New(nil, dialect.SQLite)
	raw := expr.Select(expr.RawText("1 + 1", nil), p.C("id")).From(p)
	all, selects, none := policy.Unrestricted(), policy.New().AllowSelect(), policy.New()
	granted := selects.Grant(expr.GrantRaw)
	for range 4 {
		for name, c := range map[string]struct {
			policy *policy.Policy
			q      expr.Node
			ok     bool
		}{
			"all":           {all, raw, true},
			"selects":       {selects, raw, false},
			"granted":       {granted, raw, true},
			"none":          {none, raw, false},
			"nil":           {nil, raw, false},
			"selects again": {selects, expr.Select(p.C("id")), true},
			"none again":    {none, expr.Select(p.C("id")), false},
			"delete":        {selects, expr.Delete(p).Where(p.C("id").Eq(1)), false},
			"all deletes":   {all, expr.Delete(p).Where(p.C("id").Eq(1)), true},
		} {
			_, err := eng.Session(engine.WithPolicy(c.policy)).Compile(c.q)
			assert.Equal(t, c.ok, err == nil, "%s: %v", name, err)
		}
	}
}

// TestPlansOfOptions: an engine has its own plans, and a dialect with options is another.
func TestPlansOfOptions(t *testing.T) {
	p := people(t, schema.Integer)
	q := expr.Select(p.C("id")).OrderBy(p.C("n"))
	plain, options := planned(dialect.Postgres), planned(dialect.Postgres.With(dialect.NullsSmallest))
	for range 3 {
		sql, _ := sqlOf(t, plain, q)
		assert.Equal(t, `SELECT "people"."id" FROM "people" ORDER BY "people"."n"`, sql)
		sql, _ = sqlOf(t, options, q)
		assert.Equal(t, `SELECT "people"."id" FROM "people" ORDER BY "people"."n" NULLS FIRST`, sql)
	}
}

// TestPlansOfValuesInTheText: where the text depends on the value of a literal, a plan
// serves that value alone.
func TestPlansOfValuesInTheText(t *testing.T) {
	p := people(t, schema.Integer)
	for _, d := range dialect.All() {
		s := planned(d)
		fresh := engine.New(nil, d).WithPlans(0).Session(engine.WithPolicy(policy.Unrestricted()))
		for range 3 {
			for i, format := range []string{"%Y", "%Y-%m", "%d", "%Y"} {
				q := expr.Select(expr.Func("strftime", p.C("at"), format).Label("f"),
					expr.Func("sum", p.C("n")).Over(expr.PartitionBy(p.C("id")).OrderBy(p.C("id")).Rows(expr.Preceding(i+1), expr.Current())).Label("s"))
				want, wantArgs := sqlOf(t, fresh, q)
				sql, args := sqlOf(t, s, q)
				require.Equal(t, want, sql)
				require.Equal(t, wantArgs, args)
			}
		}
	}
}

// TestPlansOfMetaDataThatChanges: what is not frozen is compiled each time.
func TestPlansOfMetaDataThatChanges(t *testing.T) {
	m := schema.NewMetaData()
	users := m.Table("users", schema.NewColumn("id", schema.BigInteger))
	s := planned(dialect.SQLite)
	for range 3 {
		sqlOf(t, s, expr.Select(expr.Table(users)))
	}
	require.Equal(t, engine.PlanStats{}, s.Engine().PlanStats())
}

// TestPlansAreBounded: neither many shapes, nor one with lists of all lengths, nor large
// ones fill the cache.
func TestPlansAreBounded(t *testing.T) {
	p := people(t, schema.Integer)
	s := engine.New(nil, dialect.Postgres).WithPlans(50).Session(engine.WithPolicy(policy.Unrestricted()))
	stands := expr.Select(p.C("id")).Where(p.C("n").Eq(1))
	sqlOf(t, s, stands)
	list := func(n int) []any {
		values := make([]any, n)
		for i := range values {
			values[i] = i
		}
		return values
	}
	for n := range 200 {
		sqlOf(t, s, expr.Select(p.C("id")).Where(p.C("n").In(list(n+1)...)))
	}
	stats := s.Engine().PlanStats()
	require.LessOrEqual(t, stats.Shapes, 17)
	require.Zero(t, stats.Trees, "each was compiled once")
	misses := stats.Misses
	sqlOf(t, s, stands)
	require.Equal(t, misses, s.Engine().PlanStats().Misses, "a flood of lists leaves others alone")

	for n := range 200 {
		for range 2 {
			sqlOf(t, s, expr.Select(p.C("id").Label(fmt.Sprint("label", n))))
		}
	}
	stats = s.Engine().PlanStats()
	require.Equal(t, 50, stats.Shapes)
	require.Positive(t, stats.Forgotten)

	large := expr.Select(p.C("id")).Where(p.C("name").Eq(string(make([]byte, 100_000))))
	_, err := planned(dialect.SQLite).Compile(large)
	require.NoError(t, err)
	huge := expr.Select(p.C("id")).Where(p.C("n").In(list(30_000)...))
	before := s.Engine().PlanStats()
	sqlOf(t, s, huge)
	after := s.Engine().PlanStats()
	require.Equal(t, before.Shapes, after.Shapes)
}

// TestPlansAreSafeForConcurrentUse is for the race detector: goroutines under two
// policies build, compile and run what is now alike, now another.
func TestPlansAreSafeForConcurrentUse(t *testing.T) {
	db, things := open(t)
	eng := engine.New(db, dialect.SQLite).WithPlans(20)
	allowed := eng.Session(engine.WithPolicy(policy.New().AllowSelect()))
	denied := eng.Session(engine.WithPolicy(policy.New()))
	standing := expr.Select(things.C("id")).Where(things.C("id").Eq(1))
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 150 {
				n := 1 + (worker+i)%2
				ids, err := engine.All[int64](context.Background(), allowed, expr.Select(things.C("id")).Where(things.C("id").Eq(n)), nil)
				if !assert.NoError(t, err) || !assert.Equal(t, []int64{int64(n)}, ids) {
					return
				}
				ids, err = engine.All[int64](context.Background(), allowed, standing, nil)
				assert.NoError(t, err)
				assert.Equal(t, []int64{1}, ids)
				_, err = allowed.Compile(expr.Select(things.C("id").Label(fmt.Sprint("l", i%40))))
				assert.NoError(t, err)
				_, err = denied.Compile(standing)
				assert.Error(t, err)
			}
		})
	}
	wg.Wait()
	require.LessOrEqual(t, eng.PlanStats().Shapes, 20)
}

// TestPolicyFieldsAndPlans holds that whoever adds to policies thinks of what tells two of
// them apart, see Policy.PlanKey.
func TestPolicyFieldsAndPlans(t *testing.T) {
	inKey := map[string]bool{"unrestricted": true, "kinds": true, "grants": true, "functions": true, "deniedKinds": true, "operators": true, "tables": true, "limits": true,
		"of": true, "columns": true, "said": true, "grouped": true, "masks": true, "rows": true, "cascades": true}
	derived := map[string]bool{"watched": true, "few": true, "index": true, "denied": true, "filters": true, "hides": true, "wrong": true, "metas": true, "plan": true,
		"pins": true, "depends": true, "open": true, "fenced": true, "rules": true, "referring": true, "problems": true}
	whole := reflect.TypeFor[policy.Policy]()
	tables, _ := whole.FieldByName("tables")
	for _, f := range append(reflect.VisibleFields(whole), reflect.VisibleFields(tables.Type.Elem().Elem())...) {
		require.True(t, inKey[f.Name] || derived[f.Name], "policy.%s: does it tell policies apart? See Policy.PlanKey", f.Name)
	}
}

// TestPlansOfEqualPolicies: policies that say the same share plans, also where each session
// makes its own; of no two others does one get a plan of the other.
func TestPlansOfEqualPolicies(t *testing.T) {
	p, other := people(t, schema.Integer), people(t, schema.Integer)
	id, n, name := p.C("id"), p.C("n"), p.C("name")
	selects := policy.New().AllowSelect()
	rows := func(of *expr.TableSource, rules ...policy.Rule) func() *policy.Policy {
		return func() *policy.Policy { return policy.New().AllowSelect().Table(of.Table(), rules...) }
	}
	all := map[string]func() *policy.Policy{
		"all":              policy.Unrestricted,
		"selects":          func() *policy.Policy { return policy.New().AllowSelect() },
		"writes":           func() *policy.Policy { return policy.New().AllowSelect().AllowInsert() },
		"granted":          func() *policy.Policy { return selects.Grant(expr.GrantRaw) },
		"functions":        func() *policy.Policy { return selects.AllowFunctions("count") },
		"kinds":            func() *policy.Policy { return selects.DenyKinds(expr.OpRegexp) },
		"operators":        func() *policy.Policy { return selects.DenyOperators("||") },
		"limits":           func() *policy.Policy { return selects.WithLimits(policy.Limits{Rows: 9}) },
		"limits more":      func() *policy.Policy { return selects.WithLimits(policy.Limits{Rows: 10}) },
		"table":            rows(p),
		"read":             rows(p, policy.Read("id", "n")),
		"filter":           rows(p, policy.Read("id", "n", "name"), policy.Filter("n", "id")),
		"order":            rows(p, policy.Read("id", "n", "name"), policy.Order("id")),
		"denied":           rows(p, policy.Deny("at")),
		"rows":             rows(p, policy.Rows(n.Eq(7))),
		"rows of 8":        rows(p, policy.Rows(n.Eq(8))),
		"rows of a value":  rows(p, policy.Rows(n.Eq(policy.Value("tenant")))),
		"rows of another":  rows(p, policy.Rows(n.Eq(policy.Value("owner")))),
		"rows of two":      rows(p, policy.Rows(n.Eq(7), name.Ne("x"))),
		"rows of metadata": rows(p, policy.Rows(n.In(expr.Select(other.C("n")).From(other)))),
		"rows of itself":   rows(p, policy.Rows(n.In(expr.Select(n).From(p)))),
		"mask":             rows(p, policy.Mask("name", "?")),
		"mask of another":  rows(p, policy.Mask("name", "!")),
		"aggregates":       rows(p, policy.AggregateOnly(5, "n")),
		"aggregates of 6":  rows(p, policy.AggregateOnly(6, "n")),
		"other metadata":   rows(other),
	}
	for _, d := range dialect.All() {
		eng := engine.New(nil, d)
		q := func(v int) expr.Node { return expr.Select(id, n).Where(id.Gt(v)) }
		for round := range 3 {
			for what, make := range all {
				want, wantErr := eng.WithPlans(0).Session(engine.WithPolicy(make())).Compile(q(round))
				got, err := eng.Session(engine.WithPolicy(make())).Compile(q(round))
				if wantErr != nil {
					require.Equal(t, wantErr, err, what)
					continue
				}
				require.NoError(t, err, what)
				require.Equal(t, want.SQL(), got.SQL(), what)
				host := map[string]expr.Value{}
				for _, v := range want.HostValues().All() {
					host[v.Name()] = expr.Int(3)
				}
				wantArgs, err := want.ArgsUnder(nil, host)
				require.NoError(t, err)
				args, err := got.ArgsUnder(nil, host)
				require.NoError(t, err)
				require.Equal(t, wantArgs, args, what)
			}
		}
		stats := eng.PlanStats()
		require.LessOrEqual(t, stats.Misses-stats.Refused, uint64(len(all)+4), "one compiles for all that say the same, but where a limit is put: %+v", stats)
	}
	keys := map[string]string{}
	for what, make := range all {
		key, ok := make().PlanKey()
		require.True(t, ok, what)
		again, _ := make().PlanKey()
		require.Equal(t, key, again, what)
		require.Empty(t, keys[key], what)
		keys[key] = what
	}
	_, ok := selects.Table(schema.NewMetaData().Table("loose", schema.NewColumn("id", schema.Integer))).PlanKey()
	require.False(t, ok, "metadata that may change")
	_, ok = selects.Table(p.Table()).Table(other.Table()).PlanKey()
	require.False(t, ok, "two tables of one name")
}

// TestPlansOfRules: a policy that looks at values, or puts its own into a statement, never
// gives one statement what is another's; sessions with other values of the host share.
func TestPlansOfRules(t *testing.T) {
	p := people(t, schema.Integer)
	id, n, name := p.C("id"), p.C("n"), p.C("name")
	for what, pol := range map[string]*policy.Policy{
		"limit":   policy.New().AllowSelect().WithLimits(policy.Limits{Rows: 50}),
		"literal": policy.New().AllowSelect().Table(p.Table(), policy.Rows(n.Eq(7), name.Ne("x"))),
		"value":   policy.New().AllowSelect().Table(p.Table(), policy.Rows(n.Eq(policy.Value("tenant")))),
	} {
		for _, d := range dialect.All() {
			eng := engine.New(nil, d)
			s := eng.Session(engine.WithPolicy(pol, policy.Values{"tenant": 3}))
			fresh := eng.WithPlans(0).Session(engine.WithPolicy(pol, policy.Values{"tenant": 3}))
			for range 3 {
				for _, v := range []int{7, 8, 100, 7} {
					q := expr.Select(id).Where(id.Eq(v), name.Ne("x"), n.Gt(v)).Limit(v)
					want, err := fresh.Compile(q)
					require.NoError(t, err, what)
					got, err := s.Compile(q)
					require.NoError(t, err)
					require.Equal(t, want.SQL(), got.SQL(), what)
					host := map[string]expr.Value{"tenant": expr.Int(3)}
					wantArgs, err := want.ArgsUnder(nil, host)
					require.NoError(t, err)
					args, err := got.ArgsUnder(nil, host)
					require.NoError(t, err)
					require.Equal(t, wantArgs, args, what)
				}
			}
		}
	}
	eng := engine.New(nil, dialect.SQLite)
	pol := policy.New().AllowSelect().Table(p.Table(), policy.Rows(n.Eq(policy.Value("tenant"))))
	q := expr.Select(id)
	for tenant := range 10 {
		_, err := eng.Session(engine.WithPolicy(pol, policy.Values{"tenant": tenant})).Compile(q)
		require.NoError(t, err)
	}
	require.Equal(t, uint64(1), eng.PlanStats().Misses)
}

// TestPlansOfValuesThatDecide: of a policy or a text that looks at the value of one literal,
// statements with other values of the others share a plan; each value that is looked at has
// its own, and what is put into the statement is never taken for what was there.
func TestPlansOfValuesThatDecide(t *testing.T) {
	p := people(t, schema.Integer)
	id, n, name, at := p.C("id"), p.C("n"), p.C("name"), p.C("at")
	selects := policy.New().AllowSelect()
	filtered := selects.Table(p.Table(), policy.Rows(name.Ne("x")))
	for what, c := range map[string]struct {
		policy *policy.Policy
		q      func(decides, other int) expr.Node
		plans  int // of three values that are looked at
	}{
		"limit":             {selects.WithLimits(policy.Limits{Rows: 50}), func(d, o int) expr.Node { return expr.Select(id).Where(id.Gt(o)).Limit(d) }, 3},
		"limit that is put": {selects.WithLimits(policy.Limits{Rows: 50}), func(_, o int) expr.Node { return expr.Select(id).Where(id.Gt(o)) }, 1},
		"text": {selects, func(d, o int) expr.Node {
			return expr.Select(expr.Func("strftime", at, []string{"%Y", "%m", "%d"}[d%3]).Label("f")).Where(id.Gt(o))
		}, 3},
		"what can fail": {filtered, func(d, o int) expr.Node { return expr.Select(id).Where(n.Div(d - 2).Gt(o)) }, 3},
		"what can fail, and what then is looked at": {filtered, func(d, o int) expr.Node {
			return expr.Select(id).Where(n.Div(d-2).Gt(o), n.Div(7).Gt(o))
		}, 3},
		"groups": {selects.Table(p.Table(), policy.AggregateOnly(3, "n")), func(_, o int) expr.Node {
			return expr.Select(name, expr.Func("sum", n).Label("s")).Where(id.Gt(o)).GroupBy(name)
		}, 1},
		"groups of what can fail": {selects.Table(p.Table(), policy.AggregateOnly(3, "n")), func(d, o int) expr.Node {
			return expr.Select(name).Where(id.Gt(o)).GroupBy(name).Having(expr.Func("sum", n).Div(d - 2).Gt(o))
		}, 3},
	} {
		for _, d := range dialect.All() {
			eng := engine.New(nil, d)
			s := eng.Session(engine.WithPolicy(c.policy))
			fresh := eng.WithPlans(0).Session(engine.WithPolicy(c.policy))
			for o := range 20 {
				for decides := 1; decides <= 3; decides++ {
					q := c.q(decides, o+100)
					want, wantArgs := sqlOf(t, fresh, q)
					sql, args := sqlOf(t, s, q)
					require.Equal(t, want, sql, what)
					require.Equal(t, wantArgs, args, what)
				}
			}
			require.LessOrEqual(t, eng.PlanStats().Misses, uint64(c.plans), what)
			for _, o := range []int{1, 2, 3, 50, 0, 7} { // what policies and texts put, and what is looked at
				for decides := 1; decides <= 3; decides++ {
					q := c.q(decides, o)
					want, wantArgs := sqlOf(t, fresh, q)
					sql, args := sqlOf(t, s, q)
					require.Equal(t, want, sql, what)
					require.Equal(t, wantArgs, args, what)
				}
			}
		}
	}
}
