package tests

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/tests/testdb"
)

var (
	mutationsFrom = flag.Int("mutations-from", 0, "the first seed of TestRandomMutations")
	mutations     = flag.Int("mutations", 0, "how many seeds TestRandomMutations takes; 0 for 3,000 in CI, 600 elsewhere")
)

// mutation grows a change of a table of the sample, and the same with RETURNING. Its values and
// conditions are all that queries can say; what it does is the same in whatever order
// a database takes rows.
func (g *grower) mutation() (plain, returning expr.Statement) {
	table := []*expr.TableSource{g.s.u, g.s.a}[g.IntN(2)]
	var t expr.Source = table
	if g.chance(15) {
		t = table.Alias("it")
	}
	g.scopes = nil
	switch g.IntN(9) {
	case 0, 1:
		return g.insertion(t)
	case 2:
		return g.insertionOf(t)
	case 3, 4:
		g.scopes = [][]expr.Source{{t}}
		n := expr.Update(t).Set(g.assignments(t)).Where(g.of(truths))
		return n, n.Returning(g.returned(t)...)
	case 5, 6:
		return g.updateFrom(t)
	case 7:
		g.scopes = [][]expr.Source{{t}}
		n := expr.Delete(t).Where(g.of(truths), g.of(truths))
		return n, n.Returning(g.returned(t)...)
	}
	other := g.source()
	g.scopes = [][]expr.Source{{t, other}}
	n := expr.Delete(t).Using(other).Where(g.of(truths), g.of(truths))
	g.scopes = [][]expr.Source{{t}}
	return n, n.Returning(g.returned(t)...)
}

// returned grows what a change gives of its rows.
func (g *grower) returned(t expr.Source) []any {
	all := []any{t.C("id")}
	for i := range g.IntN(3) {
		all = append(all, g.of(kind(g.IntN(int(common)))).Label(label(i)))
	}
	return all
}

// value grows what a column may hold.
func (g *grower) value(o expr.Output) any {
	k := kindOf(o.Type)
	if g.chance(5) {
		return nil
	}
	switch x := g.of(k); {
	case k == whole:
		return x.Mod(1000)
	case o.Type.Size() > 0 && k == texts:
		return expr.Func("substr", x, 1, 20)
	default:
		return x
	}
}

// mayBeSet are the columns of a table in which any value may stand.
func mayBeSet(t expr.Source) (columns []expr.Output) {
	for _, o := range t.Columns() {
		if k := kindOf(o.Type); k < kinds && k != lists && o.Type.Family() != expr.TableOf(t).Lookup("id").Type().Family() || o.Name == "age" || o.Name == "parent_id" {
			if o.Name != "name" && o.Name != "data" && k != kinds {
				columns = append(columns, o)
			}
		}
	}
	return columns
}

func (g *grower) assignments(t expr.Source) expr.Assign {
	set, columns := expr.Assign{}, mayBeSet(t)
	for range 1 + g.IntN(3) {
		o := columns[g.IntN(len(columns))]
		set[o.Name] = g.value(o)
	}
	return set
}

// insertion is an insert of values, which may say what comes of conflicts.
func (g *grower) insertion(t expr.Source) (plain, returning expr.Statement) {
	columns := mayBeSet(t)
	g.Shuffle(len(columns), func(i, j int) { columns[i], columns[j] = columns[j], columns[i] })
	columns = columns[:1+g.IntN(len(columns))]
	n := expr.Insert(t)
	first := 1 + g.IntN(9)
	for i := range 1 + g.IntN(3) {
		row := expr.Assign{"id": first + i}
		if t.Find("name") != nil {
			row["name"] = fmt.Sprintf("new %d", first+i)
		} else {
			row["user_id"] = g.of(whole).Mod(100)
			if g.chance(90) {
				row["user_id"] = expr.Func("coalesce", row["user_id"], g.IntN(7))
			}
		}
		for _, o := range columns {
			row[o.Name] = g.value(o)
		}
		n = n.Values(row)
	}
	n = g.conflicting(n, t)
	g.scopes = [][]expr.Source{{t}}
	return n, n.Returning(g.returned(t)...)
}

// conflicting adds what an insert does where a row is there already.
func (g *grower) conflicting(n *expr.InsertStmt, t expr.Source) *expr.InsertStmt {
	switch g.IntN(4) {
	case 0:
		return n.OnConflict("id").DoNothing()
	case 1, 2:
		scopes := g.scopes
		g.scopes = [][]expr.Source{{t, expr.Excluded(t)}}
		n = n.OnConflict("id").DoUpdate(g.assignments(t))
		if g.chance(40) {
			n = n.Where(g.of(truths))
		}
		g.scopes = scopes
	}
	return n
}

// insertionOf is an insert of what a query gives.
func (g *grower) insertionOf(t expr.Source) (plain, returning expr.Statement) {
	from := []*expr.TableSource{g.s.u, g.s.a}[g.IntN(2)].Alias("f")
	columns := mayBeSet(t)
	g.Shuffle(len(columns), func(i, j int) { columns[i], columns[j] = columns[j], columns[i] })
	columns = columns[:1+g.IntN(len(columns))]
	g.scopes = [][]expr.Source{{from}}
	shift := g.IntN(8)
	names, items := []string{"id"}, []any{from.C("id").Add(shift).Label("id")}
	if t.Find("name") != nil {
		names, items = append(names, "name"), append(items, expr.Of("new ").Concat(from.C("id").Cast(textType)).Label("name"))
	} else {
		names, items = append(names, "user_id"), append(items, expr.Func("coalesce", g.of(whole), 3).Mod(100).Label("user_id"))
	}
	for _, o := range columns {
		x := g.value(o)
		if x == nil {
			x = expr.TypedLiteral(expr.Value{}, o.Type)
		}
		names, items = append(names, o.Name), append(items, expr.Of(x).Label(o.Name))
	}
	q := expr.Select(items...).From(from)
	if g.chance(70) {
		q = q.Where(g.of(truths))
	}
	if g.chance(20) {
		q = q.OrderBy(from.C("id")).Limit(1 + g.IntN(3))
	}
	if g.chance(10) {
		q = q.Distinct()
	}
	g.scopes = nil
	n := g.conflicting(expr.Insert(t).FromSelect(names, q), t)
	g.scopes = [][]expr.Source{{t}}
	return n, n.Returning(g.returned(t)...)
}

// updateFrom is an update beside another source, one row of which at most goes with
// each, or no value of which is looked at.
func (g *grower) updateFrom(t expr.Source) (plain, returning expr.Statement) {
	key := t.C("id")
	if t.Find("parent_id") != nil && g.chance(50) {
		key = t.C("parent_id")
	} else if t.Find("user_id") != nil && g.chance(70) {
		key = t.C("user_id")
	}
	var n *expr.UpdateStmt
	switch other := []*expr.TableSource{g.s.u, g.s.a}[g.IntN(2)].Alias("o"); g.IntN(4) {
	case 0:
		any := g.source()
		g.scopes = [][]expr.Source{{t}}
		set := g.assignments(t)
		g.scopes = [][]expr.Source{{t, any}}
		n = expr.Update(t).Set(set).From(any).Where(g.of(truths), g.of(truths))
	case 1:
		g.scopes = [][]expr.Source{{t, other}}
		n = expr.Update(t).Set(g.assignments(t)).From(other).Where(other.C("id").Eq(key), g.of(truths))
	case 2:
		by := "user_id"
		if other.Find(by) == nil {
			by = "parent_id"
		}
		q := expr.Select(other.C(by).Label("k"), expr.Func("count").Label("n"), expr.Func("max", other.C("id")).Label("most")).From(other).GroupBy(other.C(by))
		var x expr.Source = q.Subquery("sums")
		if g.chance(50) {
			x = q.CTE("sums")
		}
		g.scopes = [][]expr.Source{{t, x}}
		n = expr.Update(t).Set(g.assignments(t)).From(x).Where(x.C("k").Eq(key), g.of(truths))
	default:
		v := expr.Values([]expr.ColumnType{{Name: "k", Type: wholeType}, {Name: "v", Type: typeOf(dates)}, {Name: "w", Type: textType}},
			[]any{1, g.literal(dates), g.literal(texts)}, []any{2, g.literal(dates), g.literal(texts)}).Alias("v")
		g.scopes = [][]expr.Source{{t, v}}
		n = expr.Update(t).Set(g.assignments(t)).From(v).Where(v.C("k").Eq(key), g.of(truths))
	}
	g.scopes = [][]expr.Source{{t}}
	return n, n.Returning(g.returned(t)...)
}

var wholeType, textType = typeOf(whole), typeOf(texts)

// mutated is what came of changes on a database.
type mutated struct {
	name, sql string
	err       error
	returned  []string // "" where a change gave no rows there
	tables    []string
}

// TestRandomMutations makes the same random changes on each database, in a transaction that is
// rolled back: they leave equal tables, return the same rows, and fail together.
func TestRandomMutations(t *testing.T) {
	n := *mutations
	switch {
	case n > 0:
	case testing.Short():
		n = 100
	case os.Getenv("SQLSER_TEST_REQUIRE") != "":
		n = 3_000
	default:
		n = 600
	}
	s := newSample(t)
	known := calls(s)
	all := filled(t, s)
	built, compared, failed, returned, said := 0, 0, 0, 0, map[string]int{}
	refused := map[string]int{}
	first := uint64(*mutationsFrom)
	for seed := first; seed < first+uint64(n); seed++ {
		g := &grower{Rand: rand.New(rand.NewPCG(seed, 11)), s: s, calls: known, portable: seed%5 != 4}
		var steps [][2]expr.Node
		good := true
		for range 1 + g.IntN(2) {
			plain, returning := g.mutation()
			if _, err := expr.Resolve(returning); expr.Err(returning) != nil || err != nil {
				good = false
				continue
			}
			steps = append(steps, [2]expr.Node{through(t, s.meta, plain), through(t, s.meta, returning)})
		}
		if !good {
			continue
		}
		built++
		var came []mutated
		for _, db := range all {
			m, ok := mutate(t, s, db, steps, refused)
			if ok {
				came = append(came, m)
				said[db.Name]++
			}
		}
		for i := 1; i < len(came); i++ {
			a, b := came[0], came[i]
			compared++
			show := func() string {
				return fmt.Sprintf("seed %d\n%s: %s: %v\n%s: %s: %v", seed, a.name, a.sql, a.err, b.name, b.sql, b.err)
			}
			if (a.err == nil) != (b.err == nil) {
				t.Errorf("one fails: %s", show())
				continue
			}
			if a.err != nil {
				failed++
				continue
			}
			same := func(x, y string) bool { return x == y || a.name == "sqlite" && alike(x, y) }
			if !slices.EqualFunc(a.tables, b.tables, same) {
				t.Errorf("tables differ: %s\n%q\n%q", show(), without(a.tables, b.tables), without(b.tables, a.tables))
				continue
			}
			for k := range a.returned {
				if a.returned[k] == "" || b.returned[k] == "" {
					continue
				}
				returned++
				if !same(a.returned[k], b.returned[k]) {
					t.Errorf("rows differ: %s\n%q\n%q", show(), a.returned[k], b.returned[k])
				}
			}
		}
	}
	t.Logf("%d of %d built, %v, %d comparisons, %d of failures, %d of returned rows", built, n, said, compared, failed, returned)
	t.Log("refused:", refused)
	require.Greater(t, built, n/2)
	require.Greater(t, compared-failed, n/2)
}

// alike reports whether rows are equal, but for a hundredth in decimals: SQLite rounds what a float is, of
// which half a hundredth is none, see DIFFERENCES.md.
func alike(a, b string) bool {
	x, y := strings.Split(a, "|"), strings.Split(b, "|")
	return slices.EqualFunc(x, y, func(x, y string) bool {
		if x == y {
			return true
		}
		f, bad := strconv.ParseFloat(x, 64)
		g, worse := strconv.ParseFloat(y, 64)
		return bad == nil && worse == nil && strings.ContainsRune(x+y, '.') && math.Abs(f-g) < 0.0101
	})
}

// without lists the lines that are not among others.
func without(lines, others []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return slices.Contains(others, line) })
}

// mutate makes the changes, with RETURNING where the database has it, and reads the tables
// that they leave. It is not ok where the database cannot say one of them, or counts beyond
// what it can.
func mutate(t *testing.T, s *sample, db *testdb.DB, steps [][2]expr.Node, refused map[string]int) (m mutated, ok bool) {
	tx, err := db.Begin()
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback()) }()
	sess := roughly(tx, db, engine.WithPolicy(policy.Unrestricted()))
	m.name = db.Name
	for _, step := range steps {
		stmt := step[1]
		compiled, err := sess.Compile(stmt)
		if err != nil {
			stmt = step[0]
			compiled, err = sess.Compile(stmt)
		}
		if err != nil {
			var e *dialect.Error
			require.ErrorAs(t, err, &e)
			refused[db.Name+": "+e.Construct]++
			return m, false
		}
		m.sql += "\n" + compiled.SQL()
		args, err := compiled.Args(nil)
		require.NoError(t, err)
		m.sql += fmt.Sprint(" ", args)
		if expr.GivesRows(stmt.(expr.Statement)) {
			rows, err := roughRowsOf(sess, stmt)
			if m.err = err; err == nil {
				m.returned = append(m.returned, fmt.Sprint("rows ", rows))
			}
		} else {
			_, m.err = sess.Exec(context.Background(), stmt, nil)
			m.returned = append(m.returned, "")
		}
		require.NotErrorIs(t, m.err, mysql.ErrInvalidConn, "%s", m.sql) // the server is gone
		if m.err != nil {
			return m, !beyond(m.err)
		}
	}
	for _, table := range []*expr.TableSource{s.u, s.a} {
		var columns []any
		for _, o := range table.Columns() {
			if kindOf(o.Type) < kinds {
				columns = append(columns, table.C(o.Name))
			}
		}
		rows, err := roughRowsOf(sess, expr.Select(columns...).OrderBy(table.C("id")))
		require.NoError(t, err)
		m.tables = append(m.tables, rows...)
	}
	return m, true
}
