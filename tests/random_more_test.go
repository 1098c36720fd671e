package tests

import (
	"slices"
	"time"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// isEverywhere reports whether all databases of the tests can say a call.
func isEverywhere(s *sample, c signature) bool {
	examples := examplesOf(s)
	args := make([]any, len(c.args))
	for i, k := range c.args {
		args[i] = examples[k]
	}
	x := expr.Call(c.fn, args...)
	switch {
	case c.fn.Kind() == expr.OrderedSetFunction:
		x = x.WithinGroup(s.age())
	case c.fn.IsWindow():
		x = x.Over(expr.Window{}.OrderBy(s.id()))
	}
	for _, d := range []*dialect.Dialect{dialect.SQLite, dialect.Postgres, dialect.MariaDB} {
		if _, err := compileFor(d, expr.Select(x.Label("x")).From(s.u)); err != nil {
			return false
		}
	}
	return true
}

// moreOf are more ways to an expression of a sort: casts, parts of JSON, and queries of one row.
func (g *grower) moreOf(k kind) []func() expr.Expr {
	all := []func() expr.Expr{func() expr.Expr { return g.oneRow(k) }}
	switch k {
	case whole:
		all = append(all,
			func() expr.Expr { return g.of([]kind{decimals, floats}[g.IntN(2)]).Cast(schema.Integer) },
			func() expr.Expr { return g.of(whole).Cast(schema.Text).Cast(schema.Integer) },
			func() expr.Expr { return g.of(whole).BitAnd(1023).ShiftLeft(g.IntN(5)) },
			func() expr.Expr { return g.of(whole).BitAnd(1023).ShiftRight(g.IntN(5)) },
		)
	case decimals:
		all = append(all,
			func() expr.Expr { return g.of(floats).Cast(schema.Numeric(14, 2)) },
			func() expr.Expr { return g.of(decimals).Cast(schema.Numeric(14, 1)) },
			func() expr.Expr { return g.json().AsNumeric() },
		)
	case floats:
		all = append(all,
			func() expr.Expr { return g.of(decimals).Cast(schema.Double) },
			func() expr.Expr { return g.json().AsFloat() },
		)
	case texts:
		all = append(all,
			func() expr.Expr { return g.of(texts).Cast(schema.String(4)) },
			func() expr.Expr { return g.of(moments).Cast(schema.Text) },
		)
	case dates:
		all = append(all, func() expr.Expr { return g.of(dates).Add(expr.Interval(int32(g.IntN(5)-2), int32(g.IntN(50)-25), 0)) })
	case moments:
		all = append(all, func() expr.Expr {
			return g.of(moments).Sub(expr.Interval(int32(g.IntN(15)-7), int32(g.IntN(40)), time.Duration(g.IntN(100))*time.Second))
		})
	}
	return all
}

// moreTruths are more conditions on values of a sort.
func (g *grower) moreTruths(k kind) expr.Expr {
	switch g.IntN(4) {
	case 0:
		return g.of(whole).Cast(schema.Boolean)
	case 1:
		return g.json().AsBoolean()
	case 2:
		if k != texts {
			return []func(a, b any) expr.Expr{g.of(k).BetweenSymmetric, g.of(k).NotBetweenSymmetric}[g.IntN(2)](g.of(k), g.of(k))
		}
	}
	return expr.Not(expr.Exists(g.inner(k)))
}

// rowsIn looks for a row among those of a query.
func (g *grower) rowsIn() expr.Expr {
	j, k := kind(g.IntN(int(common))), kind(g.IntN(int(common)))
	row := expr.Tuple(g.of(j), g.of(k))
	q := g.isolated(func(src expr.Source) expr.Query {
		return expr.Select(g.of(j).Label("r1"), g.of(k).Label("r2")).From(src).Where(g.of(truths))
	})
	return []func(...any) expr.Expr{row.In, row.NotIn}[g.IntN(2)](q)
}

// oneRow is a scalar query without an aggregate, of the first row by its key.
func (g *grower) oneRow(k kind) expr.Expr {
	if len(g.scopes) > 2 {
		return expr.Expr{}
	}
	q := g.isolated(func(src expr.Source) expr.Query {
		if expr.TableOf(src) == nil {
			return nil
		}
		q := expr.Select(g.of(k)).From(src)
		if g.chance(40) {
			own := g.scopes[len(g.scopes)-1]
			g.scopes[len(g.scopes)-1] = nil
			x := g.leaf(whole)
			g.scopes[len(g.scopes)-1] = own
			return q.Where(src.C("id").Eq(x))
		}
		if g.chance(60) {
			q = q.Where(g.of(truths))
		}
		if q = q.OrderBy(src.C("id")).Limit(1); g.chance(30) {
			q = q.Offset(g.IntN(3))
		}
		return q
	})
	if q == nil {
		return expr.Expr{}
	}
	return expr.Scalar(q)
}

// moreInner is a subquery of one column that is limited, grouped, distinct, joined or compound.
func (g *grower) moreInner(k kind, src expr.Source) expr.Query {
	switch g.IntN(5) {
	case 0:
		if expr.TableOf(src) != nil {
			q := expr.Select(g.of(k)).From(src).Where(g.of(truths)).OrderBy(src.C("id").Desc()).Limit(1 + g.IntN(3))
			if g.chance(30) {
				q = q.Offset(1)
			}
			return q
		}
	case 1:
		if x := g.columnOf(src, k); !x.IsZero() {
			return expr.Select(x).From(src).Where(g.of(truths)).GroupBy(x).Having(expr.Func("count").Gt(g.IntN(2)))
		}
	case 2:
		next := g.source()
		g.scopes[len(g.scopes)-1] = []expr.Source{src, next}
		q := expr.Select(g.of(k)).From(src)
		if g.chance(50) {
			return q.LeftJoin(next, g.of(truths)).Where(g.of(truths))
		}
		return q.Join(next, g.of(truths))
	case 3:
		c := expr.Compound(g.setOp(), expr.Select(g.of(k)).From(src).Where(g.of(truths)), expr.Select(g.of(k)).From(src))
		return expr.Compound(g.setOp(), c, expr.Select(g.literal(k)))
	}
	return expr.Select(g.of(k)).From(src).Where(g.of(truths)).Distinct()
}

// columnOf is a column of a source, or the zero Expr.
func (g *grower) columnOf(src expr.Source, k kind) expr.Expr {
	for _, o := range src.Columns() {
		if kindOf(o.Type) == k {
			return src.C(o.Name)
		}
	}
	return expr.Expr{}
}

func (g *grower) setOp() expr.SetOp {
	ops := expr.SetOps()
	if g.portable {
		ops = []expr.SetOp{expr.Union, expr.UnionAll, expr.Intersect, expr.Except}
	}
	return ops[g.IntN(len(ops))]
}

// paged may order a compound by all its columns, and limit it.
func (g *grower) paged(c *expr.CompoundStmt, ks []kind) *expr.CompoundStmt {
	if !g.chance(40) || slices.Contains(ks, texts) {
		return c
	}
	for i := range ks {
		if g.chance(50) {
			c = c.OrderBy(expr.Ref(label(i)).Desc())
		} else {
			c = c.OrderBy(expr.Ref(label(i)))
		}
	}
	if g.chance(40) {
		c = c.Limit(1 + g.IntN(5))
	}
	return c
}

// keyed orders a query of one table by whatever, then by its key.
func (g *grower) keyed(q *expr.SelectStmt, t expr.Source) expr.Query {
	id := t.C("id")
	if g.chance(25) {
		if q = q.OrderBy(id).After(g.IntN(4)); g.chance(50) {
			q = q.Limit(2)
		}
		return q
	}
	for range 1 + g.IntN(2) {
		k := kind(g.IntN(int(common)))
		x := g.of(k)
		if k == texts {
			x = x.Collate("C")
		}
		switch o := x.Asc(); g.IntN(4) {
		case 0:
			q = q.OrderBy(x)
		case 1:
			q = q.OrderBy(x.Desc())
		case 2:
			q = q.OrderBy(o.NullsFirst())
		default:
			q = q.OrderBy(o.NullsLast())
		}
	}
	if q = q.OrderBy(id.Desc()); g.chance(50) {
		q = q.Limit(1 + g.IntN(4)).Offset(g.IntN(3))
	}
	return q
}

// framed gives a window without ties a frame of rows, or of a range of its key.
func (g *grower) framed(w expr.Window) expr.Window {
	if g.chance(40) {
		w = w.PartitionBy(g.leafKey())
	}
	n := g.IntN(3)
	bounds := [][2]expr.Bound{
		{expr.Unbounded(), expr.Current()}, {expr.Preceding(n), expr.Current()}, {expr.Current(), expr.Unbounded()},
		{expr.Preceding(n), expr.Following(1)}, {expr.Following(1), expr.Following(n + 1)}, {expr.Preceding(n + 1), expr.Preceding(1)},
		{expr.Unbounded(), expr.Following(n)}, {expr.Preceding(n), expr.Unbounded()},
	}
	b := bounds[g.IntN(len(bounds))]
	if g.chance(70) {
		w = w.Rows(b[0], b[1])
	} else {
		w = w.Range(b[0], b[1])
	}
	if g.chance(20) && !g.portable {
		w = w.Exclude(expr.FrameExcludes()[g.IntN(4)])
	}
	return w
}

// tree walks from users to those below them.
func (g *grower) tree() expr.Source {
	u := g.s.u.Alias("node")
	g.scopes = [][]expr.Source{{u}}
	anchor := expr.Select(u.C("id").Label("i"), g.of(texts).Cast(schema.Text).Label("t"), expr.TypedLiteral(expr.Int(0), schema.Integer).Label("d")).From(u).Where(g.of(truths))
	r := expr.Recursive("tree", anchor, func(found expr.Source) expr.Query {
		below := g.s.u.Alias("below")
		g.scopes = [][]expr.Source{{below, found}}
		t := found.C("t")
		if g.chance(30) {
			t = expr.Func("coalesce", below.C("name"), t)
		}
		q := expr.Select(below.C("id"), t.Cast(schema.Text), found.C("d").Add(1)).From(below).Join(found, below.C("parent_id").Eq(found.C("i"))).Where(found.C("d").Lt(3))
		if g.chance(40) {
			q = q.Where(g.of(truths))
		}
		return q
	})
	g.scopes = nil
	if g.chance(30) {
		return r.Distinct()
	}
	return r
}
