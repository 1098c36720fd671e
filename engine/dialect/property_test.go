package dialect

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// sort is a sort of values in the random expressions.
type sort int

const (
	numberSort sort = iota
	truthSort
	textSort
	sorts
)

// cell is a value of SQL: NULL, a number, a truth value (0 or 1) or text. One
// that is undefined (division by zero, beyond what all databases count to) is
// not compared.
type cell struct {
	null, undefined bool
	n               int64
	s               string
}

func null() cell          { return cell{null: true} }
func number(n int64) cell { return cell{n: n, undefined: n > 1<<40 || n < -1<<40} }
func word(s string) cell  { return cell{s: s} }
func truth(b bool) cell {
	if b {
		return cell{n: 1}
	}
	return cell{}
}

// construct is an expression with places for others.
type construct struct {
	name  string
	out   sort
	in    []sort
	build func(x []expr.Expr) expr.Expr
	eval  func(v []cell) cell
}

// strict makes an evaluation of values that are not NULL one that is NULL where
// any of them is.
func strict(eval func(v []cell) cell) func(v []cell) cell {
	return func(v []cell) cell {
		for _, c := range v {
			if c.null {
				return null()
			}
		}
		return eval(v)
	}
}

func and(a, b cell) cell {
	switch {
	case !a.null && a.n == 0 || !b.null && b.n == 0:
		return truth(false)
	case a.null || b.null:
		return null()
	}
	return truth(true)
}

func not(a cell) cell {
	if a.null {
		return a
	}
	return truth(a.n == 0)
}

func or(a, b cell) cell { return not(and(not(a), not(b))) }

func compare(a, b cell) int {
	if a.n != b.n {
		if a.n < b.n {
			return -1
		}
		return 1
	}
	return strings.Compare(a.s, b.s)
}

func equal(a, b cell) cell {
	return strict(func([]cell) cell { return truth(compare(a, b) == 0) })([]cell{a, b})
}
func atMost(a, b cell) cell {
	return strict(func([]cell) cell { return truth(compare(a, b) <= 0) })([]cell{a, b})
}

// constructs are all operators, in every sort of operands that they take.
func constructs() []construct {
	n, b, s := numberSort, truthSort, textSort
	var all []construct
	add := func(name string, out sort, in []sort, build func([]expr.Expr) expr.Expr, eval func([]cell) cell) {
		all = append(all, construct{name, out, in, build, eval})
	}
	binary := func(op expr.BinaryOp, out sort, of sort, eval func(x, y cell) cell) {
		add(fmt.Sprintf("%s of %d", op, of), out, []sort{of, of},
			func(x []expr.Expr) expr.Expr { return expr.Binary(op, x[0], x[1]) },
			strict(func(v []cell) cell { return eval(v[0], v[1]) }))
	}
	binary(expr.OpAdd, n, n, func(x, y cell) cell { return number(x.n + y.n) })
	binary(expr.OpSub, n, n, func(x, y cell) cell { return number(x.n - y.n) })
	binary(expr.OpMul, n, n, func(x, y cell) cell { return number(x.n * y.n) })
	binary(expr.OpIDiv, n, n, func(x, y cell) cell {
		if y.n == 0 {
			return cell{undefined: true}
		}
		return number(x.n / y.n)
	})
	binary(expr.OpMod, n, n, func(x, y cell) cell {
		if y.n == 0 {
			return cell{undefined: true}
		}
		return number(x.n % y.n)
	})
	for _, of := range []sort{n, b, s} {
		binary(expr.OpEq, b, of, func(x, y cell) cell { return truth(compare(x, y) == 0) })
		binary(expr.OpNe, b, of, func(x, y cell) cell { return truth(compare(x, y) != 0) })
		if of != s { // the order of text is the database's
			binary(expr.OpLt, b, of, func(x, y cell) cell { return truth(compare(x, y) < 0) })
			binary(expr.OpLe, b, of, func(x, y cell) cell { return truth(compare(x, y) <= 0) })
			binary(expr.OpGt, b, of, func(x, y cell) cell { return truth(compare(x, y) > 0) })
			binary(expr.OpGe, b, of, func(x, y cell) cell { return truth(compare(x, y) >= 0) })
			add(fmt.Sprintf("between of %d", of), b, []sort{of, of, of},
				func(x []expr.Expr) expr.Expr { return x[0].Between(x[1], x[2]) },
				func(v []cell) cell { return and(atMost(v[1], v[0]), atMost(v[0], v[2])) })
			add(fmt.Sprintf("not between of %d", of), b, []sort{of, of, of},
				func(x []expr.Expr) expr.Expr { return x[0].NotBetween(x[1], x[2]) },
				func(v []cell) cell { return not(and(atMost(v[1], v[0]), atMost(v[0], v[2]))) })
		}
		add(fmt.Sprintf("in of %d", of), b, []sort{of, of, of},
			func(x []expr.Expr) expr.Expr { return x[0].In(x[1], x[2]) },
			func(v []cell) cell { return or(equal(v[0], v[1]), equal(v[0], v[2])) })
		add(fmt.Sprintf("not in of %d", of), b, []sort{of, of},
			func(x []expr.Expr) expr.Expr { return x[0].NotIn(x[1]) },
			func(v []cell) cell { return not(equal(v[0], v[1])) })
		add(fmt.Sprintf("is null of %d", of), b, []sort{of},
			func(x []expr.Expr) expr.Expr { return x[0].IsNull() }, func(v []cell) cell { return truth(v[0].null) })
		add(fmt.Sprintf("is not null of %d", of), b, []sort{of},
			func(x []expr.Expr) expr.Expr { return x[0].IsNotNull() }, func(v []cell) cell { return truth(!v[0].null) })
		add(fmt.Sprintf("case of %d", of), of, []sort{b, of, of},
			func(x []expr.Expr) expr.Expr { return expr.CaseElse(x[2], expr.NewWhen(x[0], x[1])) },
			func(v []cell) cell {
				if !v[0].null && v[0].n == 1 {
					return v[1]
				}
				return v[2]
			})
		add(fmt.Sprintf("coalesce of %d", of), of, []sort{of, of},
			func(x []expr.Expr) expr.Expr { return expr.Func("coalesce", x[0], x[1]) },
			func(v []cell) cell {
				if v[0].null {
					return v[1]
				}
				return v[0]
			})
	}
	add("-", n, []sort{n}, func(x []expr.Expr) expr.Expr { return x[0].Neg() }, strict(func(v []cell) cell { return number(-v[0].n) }))
	add("not", b, []sort{b}, func(x []expr.Expr) expr.Expr { return x[0].Not() }, func(v []cell) cell { return not(v[0]) })
	add("and", b, []sort{b, b}, func(x []expr.Expr) expr.Expr { return x[0].And(x[1]) }, func(v []cell) cell { return and(v[0], v[1]) })
	add("or", b, []sort{b, b, b}, func(x []expr.Expr) expr.Expr { return expr.Or(x[0], x[1], x[2]) }, func(v []cell) cell { return or(or(v[0], v[1]), v[2]) })
	add("in nothing", b, []sort{n}, func(x []expr.Expr) expr.Expr { return x[0].In() }, func([]cell) cell { return truth(false) })
	add("not in nothing", b, []sort{b}, func(x []expr.Expr) expr.Expr { return x[0].NotIn() }, func([]cell) cell { return truth(true) })
	add("greatest", n, []sort{n, n}, func(x []expr.Expr) expr.Expr { return expr.Func("greatest", x[0], x[1]) },
		strict(func(v []cell) cell { return number(max(v[0].n, v[1].n)) }))
	add("cast to boolean", b, []sort{n}, func(x []expr.Expr) expr.Expr { return x[0].Cast(schema.Boolean) }, strict(func(v []cell) cell { return truth(v[0].n != 0) }))
	add("cast to integer", n, []sort{b}, func(x []expr.Expr) expr.Expr { return x[0].Cast(schema.BigInteger) }, strict(func(v []cell) cell { return number(v[0].n) }))
	add("cast to text", s, []sort{b}, func(x []expr.Expr) expr.Expr { return x[0].Cast(schema.Text) }, strict(func(v []cell) cell { return word(fmt.Sprint(v[0].n == 1)) }))
	binary(expr.OpConcat, s, s, func(x, y cell) cell { return word(x.s + y.s) })
	match := func(name string, build func(x, y expr.Expr) expr.Expr, eval func(s, t string) bool) {
		add(name, b, []sort{s, s}, func(x []expr.Expr) expr.Expr { return build(x[0], x[1]) },
			strict(func(v []cell) cell { return truth(eval(v[0].s, v[1].s)) }))
	}
	match("starts", func(x, y expr.Expr) expr.Expr { return x.StartsWith(y) }, strings.HasPrefix)
	match("ends", func(x, y expr.Expr) expr.Expr { return x.EndsWith(y) }, strings.HasSuffix)
	match("contains", func(x, y expr.Expr) expr.Expr { return x.Contains(y) }, strings.Contains)
	add("like", b, []sort{s}, func(x []expr.Expr) expr.Expr { return x[0].Like(`_\%%`) },
		strict(func(v []cell) cell { return truth(len(v[0].s) > 1 && v[0].s[1] == '%') }))
	add("char_length", n, []sort{s}, func(x []expr.Expr) expr.Expr { return expr.Func("char_length", x[0]) }, strict(func(v []cell) cell { return number(int64(len(v[0].s))) }))
	return all
}

// leaves are columns of a table with random rows.
type leaves struct {
	table *schema.Table
	cols  [sorts][]expr.Expr
	rows  [][sorts][]cell // row, sort, column
	turn  [sorts]int      // next leaf to be used
	rand  *rand.Rand
}

const leavesOfSort = 6

func newLeaves(t testing.TB, seed uint64, nrows int) *leaves {
	t.Helper()
	l := &leaves{rand: rand.New(rand.NewPCG(seed, 1))}
	m := schema.NewMetaData()
	items := []schema.TableItem{schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey)}
	types := [sorts]schema.Type{schema.BigInteger, schema.Boolean, schema.String(20)}
	for so, typ := range types {
		for i := range leavesOfSort {
			items = append(items, schema.NewColumn(fmt.Sprintf("%c%d", "nbs"[so], i), typ))
		}
	}
	l.table = m.Table("leaves", items...)
	require.NoError(t, m.Freeze())
	for so := range l.cols {
		for i := range leavesOfSort {
			l.cols[so] = append(l.cols[so], expr.Table(l.table).C(fmt.Sprintf("%c%d", "nbs"[so], i)))
		}
	}
	numbers := []int64{-7, -2, -1, 0, 1, 2, 3, 8}
	texts := []string{"", "a", "ab", "b%", "%", "_", "!a", `\`, "true"}
	for range nrows {
		var row [sorts][]cell
		for range leavesOfSort {
			row[numberSort] = append(row[numberSort], number(numbers[l.rand.IntN(len(numbers))]))
			row[truthSort] = append(row[truthSort], truth(l.rand.IntN(2) == 1))
			row[textSort] = append(row[textSort], word(texts[l.rand.IntN(len(texts))]))
		}
		for so := range row {
			for i := range row[so] {
				if l.rand.IntN(7) == 0 {
					row[so][i] = null()
				}
			}
		}
		l.rows = append(l.rows, row)
	}
	return l
}

// sample is an expression and what it is for a row.
type sample struct {
	name string
	x    expr.Expr
	eval func(row [sorts][]cell) cell
}

// leaf takes columns in turn, so that the operands of one expression differ.
func (l *leaves) leaf(so sort) sample {
	i := l.turn[so] % leavesOfSort
	l.turn[so]++
	return sample{fmt.Sprintf("%c%d", "nbs"[so], i), l.cols[so][i], func(row [sorts][]cell) cell { return row[so][i] }}
}

func (c construct) of(args []sample) sample {
	xs, names := make([]expr.Expr, len(args)), make([]string, len(args))
	for i, a := range args {
		xs[i], names[i] = a.x, a.name
	}
	return sample{c.name + "(" + strings.Join(names, ", ") + ")", c.build(xs), func(row [sorts][]cell) cell {
		v, undefined := make([]cell, len(args)), false
		for i, a := range args {
			v[i] = a.eval(row)
			undefined = undefined || v[i].undefined
		}
		if undefined { // also where it could not be seen: databases may look at it
			return cell{undefined: true}
		}
		return c.eval(v)
	}}
}

// pairs nests every construct in every place of every other one.
func (l *leaves) pairs() []sample {
	var all []sample
	list := constructs()
	for _, outer := range list {
		for at := range outer.in {
			for _, inner := range list {
				if inner.out != outer.in[at] {
					continue
				}
				args := make([]sample, len(outer.in))
				for i, so := range outer.in {
					args[i] = l.leaf(so)
				}
				below := make([]sample, len(inner.in))
				for i, so := range inner.in {
					below[i] = l.leaf(so)
				}
				args[at] = inner.of(below)
				all = append(all, outer.of(args))
			}
		}
	}
	return all
}

// random makes an expression of a sort.
func (l *leaves) random(list []construct, so sort, depth int) sample {
	if depth == 0 || l.rand.IntN(8) == 0 {
		return l.leaf(so)
	}
	for {
		c := list[l.rand.IntN(len(list))]
		if c.out != so {
			continue
		}
		args := make([]sample, len(c.in))
		for i, in := range c.in {
			args[i] = l.random(list, in, depth-1)
		}
		return c.of(args)
	}
}

// batches makes selects of many samples each, ordered by row.
func (l *leaves) batches(all []sample, each func(s *expr.SelectStmt, batch []sample)) {
	id := expr.Table(l.table).C("id")
	for len(all) > 0 {
		batch := all[:min(len(all), 40)]
		all = all[len(batch):]
		items := []any{id}
		for _, s := range batch {
			items = append(items, s.x)
		}
		each(expr.Select(items...).OrderBy(id), batch)
	}
}

// insert puts the rows into a database.
func (l *leaves) insert(t *testing.T, exec func(query string, args ...any) error) {
	for i, row := range l.rows {
		args := []any{int64(i)}
		for so := range row {
			for _, c := range row[so] {
				switch {
				case c.null:
					args = append(args, nil)
				case sort(so) == textSort:
					args = append(args, c.s)
				default:
					args = append(args, c.n)
				}
			}
		}
		require.NoError(t, exec("INSERT INTO leaves VALUES (?"+strings.Repeat(", ?", len(args)-1)+")", args...))
	}
}

// TestNestingMeansTheSame compares what SQLite makes of every nesting of two
// constructs, and of deep random ones, with what the tree says.
func TestNestingMeansTheSame(t *testing.T) {
	l := newLeaves(t, 7, 60)
	db := openSQLite(t, l.table)
	l.insert(t, func(query string, args ...any) error { _, err := db.Exec(query, args...); return err })
	all := l.pairs()
	t.Logf("%d pairs", len(all))
	list := constructs()
	for range 2000 {
		all = append(all, l.random(list, sort(l.rand.IntN(int(sorts))), 2+l.rand.IntN(4)))
	}
	compared := 0
	l.batches(all, func(q *expr.SelectStmt, batch []sample) {
		got := rows(t, db, compile(t, SQLite, q), nil)
		require.Len(t, got, len(l.rows))
		for r, row := range got {
			for i, s := range batch {
				want := s.eval(l.rows[r])
				if want.undefined {
					continue
				}
				compared++
				if !same(want, row[i+1]) {
					t.Fatalf("%s\n%s\nrow %d: want %+v, got %v", s.name, compile(t, SQLite, expr.Select(s.x)).SQL(), r, want, row[i+1])
				}
			}
		}
	})
	t.Logf("%d values", compared)
}

func same(want cell, got any) bool {
	switch v := got.(type) {
	case nil:
		return want.null
	case int64:
		return !want.null && want.s == "" && v == want.n
	case string:
		return !want.null && v == want.s
	}
	return false
}
