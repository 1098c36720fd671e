package expr

import (
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
)

// TestGrownIsSealed: after each of many methods, good and bad, a select has the measures
// and the error that measuring and checking all of it gives.
func TestGrownIsSealed(t *testing.T) {
	m := schema.NewMetaData()
	m.Table("t", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.Text), schema.NewColumn("ok", schema.Boolean))
	require.NoError(t, m.Freeze())
	table := Table(m.Lookup("t"))
	id, name, ok := table.C("id"), table.C("name"), table.C("ok")
	deep := ok
	for range 40 {
		deep = deep.Not().Or(ok)
	}
	window := Func("rank").Over(PartitionBy(id))
	conds := []any{ok, id.Gt(1), name, deep, Exists(Select(1).From(table.Alias("u"))), window.Gt(1), Ref("n").Gt(1), Ref("none").Gt(1), id.Eq("x"), RawText("ok", nil), Expr{}}
	keys := []any{id, name, Ref("n"), Ref("none"), 1, window, deep, Expr{}}
	bounds := []any{1, 7, nil, -1, "x", id, Param("p", schema.Integer)}
	one := func(r *rand.Rand, list []any) any { return list[min(r.IntN(len(list)), r.IntN(len(list)))] }
	steps := []func(r *rand.Rand, s *SelectStmt) *SelectStmt{
		func(r *rand.Rand, s *SelectStmt) *SelectStmt { return s.Where(one(r, conds), one(r, conds)) },
		func(r *rand.Rand, s *SelectStmt) *SelectStmt { return s.Where(one(r, conds)) },
		func(r *rand.Rand, s *SelectStmt) *SelectStmt { return s.Having(one(r, conds)) },
		func(r *rand.Rand, s *SelectStmt) *SelectStmt { return s.GroupBy(one(r, keys), one(r, keys)) },
		func(r *rand.Rand, s *SelectStmt) *SelectStmt { return s.OrderBy(one(r, keys)) },
		func(r *rand.Rand, s *SelectStmt) *SelectStmt { return s.Limit(one(r, bounds)) },
		func(r *rand.Rand, s *SelectStmt) *SelectStmt { return s.Offset(one(r, bounds)) },
		func(r *rand.Rand, s *SelectStmt) *SelectStmt { return s.LimitWithTies(one(r, bounds)) },
		func(_ *rand.Rand, s *SelectStmt) *SelectStmt { return s.From(table) },
		func(_ *rand.Rand, s *SelectStmt) *SelectStmt { return s.From(nil) },
		func(r *rand.Rand, s *SelectStmt) *SelectStmt { return s.LeftJoin(table.Alias("a"), one(r, conds)) },
		func(r *rand.Rand, s *SelectStmt) *SelectStmt { return s.Join(nil, one(r, conds)) },
		func(r *rand.Rand, s *SelectStmt) *SelectStmt { return s.AddColumns(one(r, keys)) },
		func(_ *rand.Rand, s *SelectStmt) *SelectStmt { return s.Distinct() },
		func(r *rand.Rand, s *SelectStmt) *SelectStmt { return s.Distinct(one(r, keys)) },
		func(_ *rand.Rand, s *SelectStmt) *SelectStmt { return s.Without("limit", "distinct") },
		func(_ *rand.Rand, s *SelectStmt) *SelectStmt { return s.Without("having", "where", "group_by") },
	}
	good, bad := 0, 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 3))
		s := Select(id, name.Label("n"))
		for range 1 + r.IntN(8) {
			before, at := byFields(s), seed
			next := steps[r.IntN(len(steps))](r, s)
			steps[r.IntN(len(steps))](r, s) // another one of the same select
			require.Equal(t, before, byFields(s), "seed %d: what was built has changed", at)
			whole := selectOf(next.data())
			seal(whole)
			require.Equal(t, whole.tally, next.tally, "seed %d", at)
			require.Equal(t, whole.err == nil, next.err == nil, "seed %d", at)
			if bad++; next.err == nil {
				good, bad = good+1, bad-1
				require.Equal(t, byFields(next), byShaper(next), "seed %d", at)
			} else {
				require.Equal(t, whole.err.Reason, next.err.Reason, "seed %d", at)
			}
			s = next
		}
	}
	require.Greater(t, good, 2000)
	require.Greater(t, bad, 2000)
}

// TestGrowFromOne: many continue each of a chain of selects at once, and read it; each gets a
// select of its own, and none of these changes. It is for the race detector, too.
func TestGrowFromOne(t *testing.T) {
	m := schema.NewMetaData()
	m.Table("t", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("ok", schema.Boolean))
	require.NoError(t, m.Freeze())
	table := Table(m.Lookup("t"))
	id, ok := table.C("id"), table.C("ok")
	a, b := table.Alias("a"), table.Alias("b")
	steps := []func(s *SelectStmt, n int) *SelectStmt{
		func(s *SelectStmt, _ int) *SelectStmt { return s.From(table) },
		func(s *SelectStmt, n int) *SelectStmt { return s.Join(a, id.Eq(n)) },
		func(s *SelectStmt, n int) *SelectStmt { return s.LeftJoin(b, id.Eq(n)) },
		func(s *SelectStmt, n int) *SelectStmt { return s.Where(id.Gt(n)) },
		func(s *SelectStmt, n int) *SelectStmt { return s.Where(ok, id.Lt(n)) },
		func(s *SelectStmt, n int) *SelectStmt { return s.GroupBy(id.Add(n)) },
		func(s *SelectStmt, n int) *SelectStmt { return s.Having(id.Eq(n)) },
		func(s *SelectStmt, n int) *SelectStmt { return s.OrderBy(id.Mul(n)) },
		func(s *SelectStmt, n int) *SelectStmt { return s.OrderBy(id.Sub(n)) },
		func(s *SelectStmt, n int) *SelectStmt { return s.Limit(n) },
		func(s *SelectStmt, n int) *SelectStmt { return s.Offset(n) },
	}
	base := Select(id)
	for at, step := range steps {
		was := byFields(base)
		made := make([]*SelectStmt, 8)
		var all sync.WaitGroup
		for n := range made {
			all.Go(func() {
				made[n] = step(base, n)
				for other := range steps { // and what was made goes on
					steps[(at+other)%len(steps)](made[n], 100+n)
				}
				_ = byFields(base)
			})
		}
		all.Wait()
		require.Equal(t, was, byFields(base), "step %d", at)
		whole := seal(selectOf(base.data()))
		for n, s := range made {
			require.NoError(t, Err(s))
			require.True(t, Equal(step(whole, n), s), "step %d", at)
			require.Equal(t, n == 0 || at == 0, Equal(made[0], s), "step %d", at)
		}
		base = made[3]
	}
}

// byFields is the shape of n whose own fields are asked for; byShaper is as it is made.
func byFields(n Node) []byte {
	w := shapers.Get().(*shaper)
	defer w.release()
	return w.record(nil, n)
}

func byShaper(n Node) []byte {
	key, _ := AppendShape(nil, nil, n)
	return key
}

// TestGrownInsertIsSealed is TestGrownIsSealed of inserts.
func TestGrownInsertIsSealed(t *testing.T) {
	m := schema.NewMetaData()
	m.Table("t", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.String(5)), schema.NewColumn("at", schema.DateTime),
		schema.NewColumn("n", schema.Integer, schema.Default(7)), schema.NewColumn("list", schema.ArrayOf(schema.Text)))
	require.NoError(t, m.Freeze())
	table := Table(m.Lookup("t"))
	id, name := table.C("id"), table.C("name")
	window := Func("rank").Over(PartitionBy(id))
	values := []Assign{
		{"id": 1, "name": "ann"}, {"id": int64(2), "name": nil}, {"id": id.Add(1)}, {"name": "too long a name"}, {"at": "2026-01-02 03:04:05", "n": 1.5},
		{"at": "no time", "name": "ann"}, {"none": 1}, {"list": nil}, {}, {"id": Default()}, {"id": window}, {"name": Excluded(table).C("name")}, {"n": uint64(1 << 63)}, {"name": "\xff"},
	}
	columns := []any{"id", "name", id, name, "none", 1, Excluded(table).C("id")}
	outs := []any{id, name.Label("x"), name.Label("name"), id.Add(1).Label("next"), window, Ref("x"), Expr{}, table}
	conds := []any{id.Gt(1), name, window.Gt(1), Exists(Select(1).From(table.Alias("u")))}
	steps := []func(r *rand.Rand, n *InsertStmt) *InsertStmt{
		func(r *rand.Rand, n *InsertStmt) *InsertStmt { return n.Values(pick(r, values)) },
		func(r *rand.Rand, n *InsertStmt) *InsertStmt { v := pick(r, values); return n.Values(v, v) },
		func(r *rand.Rand, n *InsertStmt) *InsertStmt { return n.Values() },
		func(r *rand.Rand, n *InsertStmt) *InsertStmt { return n.OnConflict(pick(r, columns)) },
		func(r *rand.Rand, n *InsertStmt) *InsertStmt { return n.OnConflict(pick(r, columns), pick(r, columns)) },
		func(r *rand.Rand, n *InsertStmt) *InsertStmt { return n.OnConflict() },
		func(r *rand.Rand, n *InsertStmt) *InsertStmt { return n.OnConstraint("t_key") },
		func(r *rand.Rand, n *InsertStmt) *InsertStmt { return n.Among(pick(r, conds)) },
		func(r *rand.Rand, n *InsertStmt) *InsertStmt { return n.DoUpdate(pick(r, values)) },
		func(r *rand.Rand, n *InsertStmt) *InsertStmt { return n.DoNothing() },
		func(r *rand.Rand, n *InsertStmt) *InsertStmt { return n.Where(pick(r, conds)) },
		func(r *rand.Rand, n *InsertStmt) *InsertStmt { return n.Returning(pick(r, outs)) },
		func(r *rand.Rand, n *InsertStmt) *InsertStmt { return n.FromSelect([]string{"id"}, Select(id)) },
	}
	good, bad := 0, 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 5))
		n := Insert(table)
		for range 1 + r.IntN(8) {
			before := byFields(n)
			next := steps[r.IntN(len(steps))](r, n)
			steps[r.IntN(len(steps))](r, n) // another one of the same insert
			require.Equal(t, before, byFields(n), "seed %d: what was built has changed", seed)
			whole := seal(insertOf(next.data()))
			require.Equal(t, whole.tally, next.tally, "seed %d", seed)
			require.Equal(t, whole.err == nil, next.err == nil, "seed %d", seed)
			if next.err != nil {
				bad++
				require.Equal(t, whole.err.Reason, next.err.Reason, "seed %d", seed)
				break
			}
			good++
			require.Equal(t, byFields(next), byShaper(next), "seed %d", seed)
			n = next
		}
	}
	require.Greater(t, good, 3000)
	require.Greater(t, bad, 1000)
}

// pick is one of a list, the first ones more often.
func pick[T any](r *rand.Rand, list []T) T { return list[min(r.IntN(len(list)), r.IntN(len(list)))] }
