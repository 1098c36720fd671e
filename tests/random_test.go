package tests

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

var (
	from  = flag.Int("from", 0, "the first seed of TestRandomQueries")
	seeds = flag.Int("seeds", 0, "how many seeds TestRandomQueries takes; 0 for 10,000 in CI, 1,500 elsewhere")
)

// filled are the databases that there are, with the rows that random statements meet.
func filled(t *testing.T, s *sample) (all []*testdb.DB) {
	for _, name := range testdb.Names {
		if !testdb.Has(name) && os.Getenv("SQLSER_TEST_REQUIRE") == "" {
			continue
		}
		db := testdb.Open(t, name)
		s.fill(t, db)
		db.Script(t, "UPDATE users SET balance = 12.25 * id WHERE id <> 4", // what floats hold exactly
			"UPDATE users SET name = 'Zoe' WHERE id = 3", "UPDATE addresses SET city = 'Lodz' WHERE id = 4") // SQLite knows no other letters' cases
		all = append(all, db)
	}
	return all
}

// TestRandomQueries builds random queries whose types fit, sends them through
// bytes, compiles them for every dialect, and compares what the databases give that
// can say them; text and NULL are told to compare alike.
func TestRandomQueries(t *testing.T) {
	n := *seeds
	switch {
	case n > 0:
	case testing.Short():
		n = 200
	case os.Getenv("SQLSER_TEST_REQUIRE") != "":
		n = 10_000
	default:
		n = 1_500
	}
	s := newSample(t)
	known := calls(s)
	databases := map[string]*testdb.DB{}
	var names []string
	for _, db := range filled(t, s) {
		databases[db.Name] = db
		names = append(names, db.Name)
	}
	ops, functions := map[expr.Op]int{}, map[string]int{}
	built, compared, failed, pairs, refused := 0, 0, 0, map[string]int{}, map[string]int{}
	first := uint64(*from)
	for seed := first; seed < first+uint64(n); seed++ {
		g := &grower{Rand: rand.New(rand.NewPCG(seed, 7)), s: s, calls: known, portable: seed%4 != 3}
		q := expr.Node(nil)
		switch {
		case seed%20 == 0:
			g.query()
			q = g.change()
		case seed%100 == 50 || seed%100 == 70:
			q = g.ordered()
		default:
			q = g.query()
		}
		if seed%50 == 33 { // a condition that vanishes, since nothing is given
			if s, ok := q.(*expr.SelectStmt); ok {
				p := expr.Param("given", schema.Integer)
				q = s.Where(p.IfGiven(p.Gt(1)))
			}
		}
		if err := expr.Err(q); err != nil {
			var e *expr.Error
			require.ErrorAs(t, err, &e)
			continue
		}
		if _, err := expr.Resolve(q); err != nil {
			var e *expr.Error
			require.ErrorAs(t, err, &e)
			refused[strings.SplitN(e.Reason, " takes ", 2)[0]]++
			continue
		}
		said := map[string]string{}
		for _, d := range dialect.All() {
			c, err := compileFor(d.With(dialect.ExactText, dialect.NullsSmallest, dialect.NullDivision), q)
			var typed *dialect.Error
			if err != nil && !errors.As(err, &typed) {
				t.Fatalf("seed %d: %s: %v\n%s", seed, d, err, expr.Sprint(q))
			}
			if err == nil {
				said[d.Name()] = c.SQL()
			}
		}
		built++
		partial := false
		loaded := through(t, s.meta, q)
		expr.Walk(q, func(n expr.Node) bool {
			ops[n.Op()]++
			if c, ok := n.(*expr.CallExpr); ok {
				functions[c.Function().Name()]++
				partial = partial || c.Function().IsPartial()
			}
			return true
		})
		var rows1 []string
		var firstName string
		for _, name := range names {
			if said[name] == "" {
				continue
			}
			rows, err := roughRows(t, databases[name], loaded)
			if beyond(err) || err != nil && partial {
				failed++
				continue
			}
			require.NotErrorIs(t, err, mysql.ErrInvalidConn, "seed %d: %s: %s", seed, name, said[name]) // the server is gone
			if err != nil {
				t.Errorf("seed %d: %s fails: %v:\n%s", seed, name, err, said[name])
				if failed++; failed > 20 {
					t.FailNow()
				}
				continue
			}
			if firstName == "" {
				rows1, firstName = rows, name
				continue
			}
			if !slices.Equal(rows1, rows) {
				t.Errorf("seed %d: %s and %s differ:\n%s\n%q\n%s\n%q", seed, firstName, name, said[firstName], rows1, said[name], rows)
				if failed++; failed > 20 {
					t.FailNow()
				}
			}
			compared++
			pairs[firstName+"-"+name]++
		}
	}
	t.Logf("%d of %d built, %d comparisons %v, %d beyond what a database counts to", built, n, compared, pairs, failed)
	t.Log("refused:", refused)
	t.Log(ops)
	t.Log(functions)
	require.Greater(t, built, n*8/10)
	if n < 10_000 {
		return
	}
	for op := expr.Op(1); op.Known(); op++ {
		if op >= expr.OpEntity && op <= expr.OpLoad { // of the host's entities: TestLoad and TestChinookEntities
			continue
		}
		require.GreaterOrEqual(t, ops[op], 50, "%s is hardly ever grown", op)
	}
	classes := map[string]int{}
	for _, fn := range expr.Functions().All() {
		classes[fn.Kind().String()] += functions[fn.Name()]
	}
	for class, n := range classes {
		require.GreaterOrEqual(t, n, 50, "hardly any %s function is called", class)
	}
}

// beyond reports whether a database could not compute a value: too large, divided
// by zero.
func beyond(err error) bool {
	var pg *pgconn.PgError
	var my *mysql.MySQLError
	switch {
	case err == nil:
		return false
	case errors.As(err, &pg):
		return strings.HasPrefix(pg.Code, "22")
	case errors.As(err, &my):
		return my.Number == 1264 || my.Number == 1690 || my.Number == 1365 || my.Number == 1292
	}
	return strings.Contains(err.Error(), "integer overflow")
}

// roughRows are the rows, numbers to nine digits.
func roughRows(t *testing.T, db *testdb.DB, stmt expr.Node) (lines []string, err error) {
	tx, err := db.Begin()
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback()) }()
	return roughRowsOf(roughly(tx, db, engine.WithPolicy(policy.Unrestricted())), stmt)
}

// roughly is a session that makes the databases agree on what options choose.
func roughly(on engine.DB, db *testdb.DB, policy engine.Option) *engine.Session {
	return engine.New(on, db.Dialect.With(dialect.ExactText, dialect.NullsSmallest, dialect.NullDivision)).Session(policy)
}

func roughRowsOf(sess *engine.Session, stmt expr.Node) (lines []string, err error) {
	r, err := sess.Query(context.Background(), stmt, nil)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for r.Next() {
		cells := make([]string, len(r.Values()))
		for i, v := range r.Values() {
			cells[i] = shown(v)
			if f, err := strconv.ParseFloat(cells[i], 64); err == nil && (v.Kind() == schema.KindDouble || v.Kind() == schema.KindNumeric) {
				if f == 0 {
					f = 0 // not -0
				}
				digits := 9
				if v.Kind() == schema.KindNumeric {
					digits = 5 // what MariaDB's means have, see DIFFERENCES.md
				}
				cells[i] = strconv.FormatFloat(f, 'g', digits, 64)
			}
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	if !isOrdered(stmt) {
		slices.Sort(lines)
	}
	return lines, r.Err()
}
