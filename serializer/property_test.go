package serializer_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// grower grows random queries.
type grower struct {
	*rand.Rand
	meta    *schema.MetaData
	sources []expr.Source
	depth   int
}

// pick grows one of several, and something else where that cannot be.
func (g *grower) pick(of ...func() expr.Expr) expr.Expr {
	for range 4 {
		if x := of[g.IntN(len(of))](); x.Err() == nil {
			return x
		}
	}
	return g.column()
}

func (g *grower) column() expr.Expr {
	s := g.sources[g.IntN(len(g.sources))]
	outs := s.Columns()
	return s.C(outs[g.IntN(len(outs))].Name)
}

func (g *grower) value() expr.Expr {
	return g.pick(
		func() expr.Expr { return expr.Of(g.Int64() >> g.IntN(64)) },
		func() expr.Expr { return expr.Of(-g.Int64() >> g.IntN(64)) },
		func() expr.Expr { return expr.Of(math.Float64frombits(g.Uint64())) },
		func() expr.Expr { return expr.Of(string(make([]rune, g.IntN(40)))) },
		func() expr.Expr { return expr.Of(make([]byte, g.IntN(300))) },
		func() expr.Expr { return expr.Of(g.IntN(2) == 0) },
		func() expr.Expr { return expr.Of(nil) },
		func() expr.Expr { return expr.Param(string(rune('a'+g.IntN(3))), schema.Integer) },
	)
}

func (g *grower) expr() expr.Expr {
	if g.depth++; g.depth > 4 {
		g.depth--
		return g.pick(g.column, g.value)
	}
	defer func() { g.depth-- }()
	binary, unary := expr.BinaryOps(), expr.UnaryOps()
	fns := expr.Functions()
	return g.pick(
		g.column, g.column, g.value,
		func() expr.Expr { return expr.Binary(binary[g.IntN(len(binary))], g.expr(), g.expr()) },
		func() expr.Expr { return expr.Unary(unary[g.IntN(len(unary))], g.expr()) },
		func() expr.Expr { return expr.And(g.exprs(4)...) },
		func() expr.Expr { return expr.Or(g.exprs(4)...) },
		func() expr.Expr { return g.expr().In(g.exprs(5)...) },
		func() expr.Expr { return g.expr().NotBetween(g.expr(), g.expr()) },
		func() expr.Expr { return g.expr().Like(g.expr()) },
		func() expr.Expr { return expr.CaseElse(g.expr(), expr.NewWhen(g.expr(), g.expr())) },
		func() expr.Expr { return g.expr().Cast(schema.Numeric(uint32(g.IntN(30)), 2)) },
		func() expr.Expr { return expr.Extract(expr.DateFields()[g.IntN(14)], g.expr()) },
		func() expr.Expr {
			return g.expr().Cast(schema.JSON).Get("k", g.IntN(3), expr.Param("key", schema.Text)).As(expr.JSONAses()[g.IntN(6)])
		},
		func() expr.Expr { return expr.DateTrunc(expr.DateUnits()[g.IntN(8)], g.expr()) },
		func() expr.Expr { return expr.DateDiff(expr.DateUnits()[g.IntN(8)], g.expr(), g.expr()) },
		func() expr.Expr {
			return g.expr().Cast(schema.DateTime).AtTimeZone([]any{"+01:00", "Europe/Berlin", expr.Param("z", schema.Text)}[g.IntN(3)])
		},
		func() expr.Expr {
			return g.expr().Cast(schema.Date).Add(expr.Literal(expr.Interval(1, int32(g.IntN(9)), 0)))
		},
		func() expr.Expr { return expr.Func(fns.At(g.IntN(fns.Len())).Name(), g.exprs(3)...) },
		func() expr.Expr { return expr.Array(schema.Integer, g.exprs(3)...) },
		func() expr.Expr { return g.query().Columns(g.column()).Without("order_by", "having").Scalar() },
		func() expr.Expr { return g.query().Exists() },
		func() expr.Expr { return g.compound(g.query()).Exists() },
		func() expr.Expr { return expr.Func("sum", g.expr()).Filter(g.expr()).Over(g.window()) },
		func() expr.Expr { return g.expr().Collate("C").RegexpReplace(g.expr(), g.expr(), g.IntN(2) == 0) },
		func() expr.Expr { return g.expr().RegexpMatch("a") },
		func() expr.Expr {
			return expr.RawText("f(:b, :a, :b)", map[string]any{"a": g.expr(), "b": g.value()}, schema.Integer)
		},
		func() expr.Expr { return expr.LiteralColumn("a ':b' :c") },
		func() expr.Expr {
			return expr.Exists(expr.RawText("SELECT :a", map[string]any{"a": g.expr()}).TextColumns(expr.ColumnType{Name: "a"}))
		},
		func() expr.Expr {
			return expr.Tuple(g.expr(), g.column()).In(expr.Tuple(g.value(), g.value()), expr.Tuple(g.expr(), g.value()))
		},
		func() expr.Expr { return expr.Tuple(g.expr(), g.column()).Lt(expr.Tuple(g.value(), g.value())) },
		func() expr.Expr {
			q := g.query().Columns(g.column()).Without("order_by", "having")
			return g.expr().Ge([]expr.Expr{expr.Any(q), expr.All(q), expr.Any(expr.Array(schema.Integer, 1))}[g.IntN(3)])
		},
		func() expr.Expr { return g.expr().BetweenSymmetric(g.expr(), g.expr()) },
		func() expr.Expr { return g.expr().NotILike(g.expr()).Escape("/") },
		func() expr.Expr { return g.expr().Coerce(schema.Integer).ShiftLeft(g.IntN(64)) },
		func() expr.Expr {
			return g.expr().Custom([]string{"<->", "&", "~~*"}[g.IntN(3)], g.expr(), schema.Boolean)
		},
		func() expr.Expr { return expr.Func("max", g.expr()).OrderBy(g.column().Desc()).WithinGroup(g.column()) },
	)
}

// entities grows a query of whole entities, and of what is loaded with them.
func (g *grower) entities() *expr.SelectStmt {
	c, o := expr.Entity(g.meta.LookupEntity("Customer")), expr.Entity(g.meta.LookupEntity("Order"))
	var of expr.Source = c
	related := c.R("orders")
	if g.IntN(2) == 0 {
		a := c.Alias("a")
		of, related = a, a.R("orders")
	}
	g.sources = []expr.Source{of, o}
	cond := func() expr.Expr {
		if c := g.column().Eq(g.value()); c.Err() == nil {
			return c
		}
		return g.column().IsNull()
	}
	value := g.value()
	if c := o.C("total").Eq(value); c.Err() != nil {
		value = expr.Of(1)
	}
	q := expr.Select(of, g.column(), g.expr().Label("x")).From(of).Where(related.Any(cond()).Or(cond()))
	if g.IntN(2) == 0 {
		q = q.LeftJoin(related.And(cond()))
	}
	kinds := expr.LoadKinds()
	nested := expr.Load(kinds[g.IntN(5)], o.R("customer").OfType(c.Alias("b")))
	return q.Options(expr.Load(kinds[g.IntN(3)], related.And(cond()), nested), expr.LoadAttributes(kinds[5+g.IntN(2)], of.C("called")), expr.WithCriteria(o, o.C("total").Eq(value))).
		OrderBy(g.column())
}

func (g *grower) window() expr.Window {
	if g.IntN(5) == 0 {
		return expr.NamedWindow("w")
	}
	w := expr.PartitionBy(g.column()).OrderBy(g.column().Desc())
	units := []func(start, end expr.Bound) expr.Window{w.Rows, w.Range, w.Groups}
	return units[g.IntN(3)](expr.Preceding(g.IntN(5)), []expr.Bound{expr.Current(), expr.Unbounded(), expr.Following(1)}[g.IntN(3)]).
		Exclude(expr.FrameExcludes()[g.IntN(4)])
}

// compound combines a query with itself, which always fits, and others.
func (g *grower) compound(q expr.Query) *expr.CompoundStmt {
	ops := expr.SetOps()
	c := expr.Compound(ops[g.IntN(len(ops))], q, q)
	if g.IntN(2) == 0 {
		c = c.Union(q).Limit(g.IntN(9))
	}
	if g.IntN(2) == 0 {
		if ordered := c.OrderBy(expr.Ref("l").Desc()); expr.Err(ordered) == nil {
			c = ordered
		}
	}
	return c
}

// derived makes a source of a query, of one sort or another.
func (g *grower) derived(q expr.Query) expr.Source {
	switch g.IntN(6) {
	case 5:
		tables := g.meta.Tables()
		return expr.CTE(expr.Delete(expr.Table(tables[g.IntN(len(tables))])).AllRows().Returning(g.value().Label("c")), "gone")
	case 0:
		return expr.CTE(q, "c").Materialized(expr.Materialized(g.IntN(3)))
	case 1:
		return expr.Recursive("r", q, func(found expr.Source) expr.Query { return expr.Select(found).Limit(3) })
	case 2:
		return expr.Lateral(q, "s")
	case 3:
		return expr.Subquery(g.compound(q), "s")
	}
	return expr.Subquery(q, "s")
}

// loose makes a source that needs no query.
func (g *grower) loose(table expr.Source) expr.Source {
	switch g.IntN(3) {
	case 0:
		return expr.Values([]expr.ColumnType{{Name: "a"}, {Name: "b", Type: schema.Text}}, []any{g.IntN(9), "x"}, []any{nil, nil})
	case 1:
		return expr.Func("coalesce", g.IntN(9), 1).TableValued("f", []expr.ColumnType{{Name: "a", Type: schema.Integer}, {Name: "i"}}, g.IntN(2) == 0)
	}
	return expr.Tablesample(table, expr.SampleMethods()[g.IntN(2)], 10, g.IntN(3))
}

// assign grows values of some of a table's columns: those that can be.
func (g *grower) assign(t expr.Source) expr.Assign {
	set := expr.Assign{}
	for range g.IntN(4) {
		outs := t.Columns()
		name := outs[g.IntN(len(outs))].Name
		for _, x := range []expr.Expr{g.expr(), g.column(), g.value(), expr.Default()} {
			if expr.Err(expr.Update(t).Set(expr.Assign{name: x})) == nil {
				set[name] = x
				break
			}
		}
	}
	return set
}

// change grows an insert, an update or a delete.
func (g *grower) change() expr.Statement {
	tables := g.meta.Tables()
	t := expr.Table(tables[g.IntN(len(tables))])
	g.sources = append(g.sources, t)
	switch g.IntN(4) {
	case 0:
		row := g.assign(t)
		n := expr.Insert(t).Values(row)
		if len(row) > 0 && g.IntN(2) == 0 {
			n = n.Values(row)
		}
		g.sources = append(g.sources, expr.Excluded(t))
		switch set := g.assign(t); {
		case len(set) > 0:
			n = n.OnConflict(t.Columns()[0].Column).Among(g.expr()).DoUpdate(set).Where(g.expr())
		case g.IntN(2) == 0:
			n = n.OnConflict().DoNothing()
		}
		if g.IntN(2) == 0 {
			n = n.Returning(t.C(t.Columns()[0].Name), g.expr())
		}
		return n
	case 1:
		outs := t.Columns()
		return expr.Insert(t).FromSelect([]string{outs[0].Name}, expr.Select(t.Alias("x").C(outs[0].Name))).OnConstraint("c").DoNothing()
	case 2:
		other := expr.Table(tables[g.IntN(len(tables))]).Alias("y")
		g.sources = append(g.sources, other)
		n := expr.Update(t).Set(g.assign(t)).From(other)
		if g.IntN(3) == 0 {
			return n.AllRows()
		}
		return n.Where(g.expr()).Returning(g.column())
	}
	n := expr.Delete(t.Alias("z"))
	if g.IntN(3) == 0 {
		return n.AllRows().OrderBy(g.column()).Limit(g.IntN(9))
	}
	return n.Using(t).Where(g.expr()).Returning(g.expr())
}

// given is a condition that may vanish, or not.
func (g *grower) given() expr.Expr {
	p := expr.Param([]string{"p", "q"}[g.IntN(2)], schema.Integer)
	switch g.IntN(3) {
	case 0:
		return p.IfGiven(g.column().IsNull())
	case 1:
		return expr.Or(p.IfGiven(g.column().IsNull()), p.IfGiven(p.Gt(1)))
	}
	return expr.Of(true)
}

func (g *grower) exprs(most int) []any {
	list := make([]any, g.IntN(most+1))
	for i := range list {
		list[i] = g.expr()
	}
	return list
}

func (g *grower) query() *expr.SelectStmt {
	g.depth++
	defer func() { g.depth-- }()
	n := len(g.sources)
	defer func() { g.sources = g.sources[:n] }()
	tables := g.meta.Tables()
	var s expr.Source = expr.Table(tables[g.IntN(len(tables))])
	switch g.IntN(5) {
	case 0:
		s = s.Alias("x")
	case 1, 2:
		if g.depth < 3 {
			g.depth++
			inner := g.query()
			g.depth--
			if sub := g.derived(inner); expr.Err(sub) == nil {
				s = sub
			}
		}
	case 3:
		s = g.loose(s)
	}
	g.sources = append(g.sources, s)
	q := expr.Select(g.expr(), g.column(), g.expr().Label("l"))
	for range g.IntN(4) {
		before := q
		switch g.IntN(16) {
		case 9:
			q = q.GroupBy(expr.RollupOf(g.column(), []any{g.column(), g.column()}), expr.GroupingSetsOf([]any{}, g.column()), expr.CubeOf(g.column()))
		case 10:
			q = q.Window("w", g.window())
		case 11:
			q = q.Distinct(g.column()).Locked(expr.LockStrengths()[g.IntN(4)], expr.LockWait(g.IntN(3)), s)
		case 12:
			q = q.OrderBy(g.column()).LimitWithTies(g.IntN(9))
		case 13:
			q = q.CorrelateExcept(s)
		case 15:
			q = q.Prefix("/* a */").Suffix("x", "mysql").Hint(s, "USE INDEX (a)", "mariadb")
		case 14:
			q = q.With(expr.Select(g.column()).CTE("w"))
		case 0:
			q = q.Where(g.expr(), g.given())
		case 1:
			q = q.GroupBy(g.column()).Having(g.expr())
		case 2:
			q = q.OrderBy(g.column().Desc().NullsFirst(), expr.Ref("l"))
		case 3:
			q = q.Limit(g.IntN(100000)).Offset(g.IntN(3))
		case 4:
			q = q.Distinct()
		case 5:
			q = q.From(s)
		case 6:
			q = q.CrossJoin(expr.Table(tables[g.IntN(len(tables))]).Alias("j"))
		case 7:
			t := expr.Table(tables[g.IntN(len(tables))])
			q = q.LeftJoin(t, g.expr())
		case 8:
			q = q.Columns(s)
		}
		if expr.Err(q) != nil {
			q = before
		}
	}
	return q
}

// TestRandomQueries holds, for random queries that can be: loading and dumping
// gives the same bytes, and the loaded tree equals the one that was dumped.
func TestRandomQueries(t *testing.T) {
	m := shop(t)
	n := 10_000
	if testing.Short() {
		n = 1_000
	}
	kept := 0
	seen := map[expr.Op]int{}
	for seed := range uint64(n) {
		g := &grower{Rand: rand.New(rand.NewPCG(seed, 1)), meta: m}
		var q expr.Statement
		switch seed % 8 {
		case 0:
			q = g.compound(g.query())
		case 1, 2:
			q = g.change()
		case 3:
			q = g.entities()
		default:
			q = g.query()
		}
		b, err := serializer.Dumps(q)
		if err != nil {
			continue
		}
		kept++
		expr.Walk(q, func(n expr.Node) bool { seen[n.Op()]++; return true })
		l, err := serializer.Loads(b, serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.GrantRaw}})
		require.NoError(t, err, "seed %d\n%s", seed, expr.Sprint(q))
		require.Empty(t, l.Drift)
		again, err := serializer.Dumps(l.Root)
		require.NoError(t, err)
		require.True(t, bytes.Equal(b, again), "seed %d\n%x\n%x", seed, b, again)
		require.True(t, expr.Equal(q, l.Root), "seed %d", seed)
		require.Equal(t, expr.Hash(q), expr.Hash(l.Root))
	}
	t.Log(kept, "of", n, seen)
	require.Greater(t, kept, n/2)
	for op := expr.Op(1); op.Known(); op++ {
		if op != expr.OpJoin { // the generator joins by the select's methods
			require.NotZero(t, seen[op], "no query with a %s was kept", op)
		}
	}
}

// TestSameBytes holds that queries that are the same have the same bytes, however
// they were built.
func TestSameBytes(t *testing.T) {
	m := shop(t)
	customers := m.Lookup("customers")
	c, c2 := expr.Table(customers), expr.Table(customers)
	a, b, d := c.C("id").Gt(1), c.C("name").Ne("x"), c.C("country").IsNull()
	base := expr.Select(c.C("id"))
	for name, pair := range map[string][2]any{
		"and is flat":               {expr.And(a, b, d), expr.And(expr.And(a, b), d)},
		"and by methods":            {expr.And(a, b, d), a.And(b).And(d)},
		"or is flat":                {expr.Or(a, expr.Or(b, d)), a.Or(b, d)},
		"and of one":                {expr.And(a), a},
		"where twice":               {base.Where(a, b), base.Where(a).Where(b)},
		"where nothing":             {base.Where(), base},
		"order of builder calls":    {base.Where(a).OrderBy(c.C("id")).Limit(1), base.Limit(1).OrderBy(c.C("id").Asc()).Where(a)},
		"last limit counts":         {base.Limit(5), base.Limit(7).Limit(5)},
		"taken away":                {base, base.Where(a).Limit(3).Without("where", "limit")},
		"a label that says nothing": {base, expr.Select(c.C("id").Label("id"))},
		"two handles of a table":    {expr.Select(c.C("id"), c2.C("name")), expr.Select(c.C("id"), c.C("name"))},
		"a column of the metadata":  {base, expr.Select(customers.Lookup("id"))},
		"all columns":               {expr.Select(c), expr.Select(c.C("id"), c.C("name"), c.C("country"), c.C("born"), c.C("kind"))},
		"integer or float":          {c.C("id").Eq(30), c.C("id").Eq(30.0)},
		"text of a date":            {c.C("born").Eq("2020-02-29"), c.C("born").Eq(must(expr.ParseValue(schema.Date, "2020-02-29")))},
		"list or arguments":         {c.C("id").In(1, 2), c.C("id").In([]any{1, 2})},
		"shared or not":             {expr.And(a, expr.Not(a)), expr.And(a, expr.Not(c2.C("id").Gt(1)))},
	} {
		require.Equal(t, dumps(t, pair[0]), dumps(t, pair[1]), name)
	}
	require.NotEqual(t, dumps(t, expr.And(a, b)), dumps(t, expr.And(b, a)), "order is kept")
	x, y := c.Alias("x"), c.Alias("x")
	require.NotEqual(t, dumps(t, expr.Select(x.C("id"), x.C("id"))), dumps(t, expr.Select(x.C("id"), y.C("id"))), "two aliases are two sources")
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
