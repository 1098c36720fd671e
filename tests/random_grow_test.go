package tests

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// kind is a sort of values in random queries: those that all databases hold.
type kind int

const (
	whole kind = iota
	decimals
	floats
	texts
	truths
	dates
	moments
	jsons
	blobs
	lists // arrays of integers
	kinds

	common = jsons // the kinds before it are of all databases alike
)

// kindOf returns the sort of a type, or kinds for one that random queries leave alone.
func kindOf(t schema.Type) kind {
	switch t.Family() {
	case schema.FamilyInteger:
		return whole
	case schema.FamilyNumeric:
		return decimals
	case schema.FamilyFloat:
		return floats
	case schema.FamilyText:
		return texts
	case schema.FamilyBoolean:
		return truths
	case schema.FamilyDate:
		return dates
	case schema.FamilyDateTime:
		return moments
	case schema.FamilyJSON:
		return jsons
	case schema.FamilyBinary:
		return blobs
	case schema.FamilyArray:
		if t.Elem().Family() == schema.FamilyInteger {
			return lists
		}
	}
	return kinds
}

// signature is a function with the sorts of arguments that it takes.
type signature struct {
	fn   *expr.Function
	args []kind
	out  kind
}

// signatures are functions by what they give: those that a query calls where rows are
// grouped, where they are not, and over windows.
type signatures struct {
	grouped, rowwise, over [kinds][]signature
	everywhere             *signatures // those that all databases have
}

// calls lists what functions take, found by trying.
func calls(s *sample) *signatures {
	all := trySignatures(s)
	sigs := callsOf(all)
	sigs.everywhere = callsOf(slices.DeleteFunc(all, func(c signature) bool { return !isEverywhere(s, c) }))
	return sigs
}

func callsOf(all []signature) *signatures {
	sigs := new(signatures)
	for _, c := range all {
		if ordersText(c) {
			continue
		}
		if c.fn.IsAggregate() || c.fn.IsWindow() {
			sigs.over[c.out] = append(sigs.over[c.out], c)
		}
		if c.fn.IsWindow() {
			continue
		}
		sigs.grouped[c.out] = append(sigs.grouped[c.out], c)
		if !c.fn.IsAggregate() {
			sigs.rowwise[c.out] = append(sigs.rowwise[c.out], c)
		}
	}
	return sigs
}

// examplesOf are an expression of each sort.
func examplesOf(s *sample) [kinds]expr.Expr {
	return [kinds]expr.Expr{whole: s.age(), decimals: s.u.C("balance"), floats: s.u.C("score"), texts: s.u.C("email"), truths: s.u.C("active"), dates: s.u.C("born"), moments: s.u.C("created"),
		jsons: s.u.C("data"), blobs: s.u.C("photo"), lists: expr.Array(schema.Integer, 1)}
}

func trySignatures(s *sample) (all []signature) {
	examples := examplesOf(s)
	var try func(fn *expr.Function, args []kind)
	try = func(fn *expr.Function, args []kind) {
		operands := make([]any, len(args))
		for i, k := range args {
			operands[i] = examples[k]
		}
		x := expr.Call(fn, operands...)
		if fn.Kind() == expr.OrderedSetFunction {
			x = x.WithinGroup(s.age())
		}
		if x.Err() == nil && kindOf(x.Type()) < kinds {
			all = append(all, signature{fn, slices.Clone(args), kindOf(x.Type())})
		}
		if len(args) < 3 {
			for k := range kinds {
				if !examples[k].IsZero() {
					try(fn, append(args, k))
				}
			}
		}
	}
	for _, fn := range expr.Functions().All() {
		if fn.Volatility() == expr.Immutable {
			try(fn, nil)
		}
	}
	return all
}

// grower grows random queries whose types fit.
type grower struct {
	*rand.Rand
	s       *sample
	calls   *signatures
	scopes  [][]expr.Source
	depth   int
	keys    []expr.Expr // where rows are grouped: what stands beside aggregates
	grouped bool
	windows bool // window functions may stand here

	portable bool          // what some database has not is left out
	made     []expr.Source // what WITH may define again
}

// known are the functions that may be called.
func (g *grower) known() *signatures {
	if g.portable {
		return g.calls.everywhere
	}
	return g.calls
}

func (g *grower) chance(percent int) bool { return g.IntN(100) < percent }

// literal is a plain value: decimals are quarters, which floats hold exactly.
func (g *grower) literal(k kind) expr.Expr {
	if g.chance(4) {
		return expr.TypedLiteral(expr.Value{}, typeOf(k))
	}
	at := time.Date(2024+g.IntN(3), time.Month(1+g.IntN(12)), 1+g.IntN(28), g.IntN(24), g.IntN(60), 0, 0, time.UTC)
	switch k {
	case whole:
		return expr.Of(g.IntN(40) - 5)
	case decimals:
		v, _ := expr.Decimal(fmt.Sprintf("%d.%02d", g.IntN(50), 25*g.IntN(4)))
		return expr.Literal(v)
	case floats:
		return expr.Of(float64(g.IntN(80)-20) / 4)
	case texts:
		return expr.Of([]string{"", "a", "ann", "B", "x_y", "50%", `_\`, "日本", " pad "}[g.IntN(9)])
	case truths:
		return expr.Of(g.chance(50))
	case dates:
		return expr.Literal(expr.DateOf(at))
	case jsons:
		v, _ := expr.JSON([]string{`{"a": 1}`, `[1, "x", null]`, `5`, `"t"`, `{}`}[g.IntN(5)])
		return expr.Literal(v)
	case blobs:
		return expr.Of([]byte("abc")[:g.IntN(4)])
	case lists:
		return expr.Array(schema.Integer, []any{g.IntN(5), 2, 3}[:1+g.IntN(3)]...)
	}
	return expr.Literal(expr.DateTimeOf(at))
}

func typeOf(k kind) schema.Type {
	return [kinds]schema.Type{whole: schema.Integer, decimals: schema.Numeric(10, 2), floats: schema.Double, texts: schema.Text, truths: schema.Boolean, dates: schema.Date,
		moments: schema.DateTime, jsons: schema.JSON, blobs: schema.LargeBinary, lists: schema.ArrayOf(schema.Integer)}[k]
}

// param is a parameter with a default, of a few names.
func (g *grower) param(k kind) expr.Expr {
	x := g.literal(k)
	v, ok := x.Node().(*expr.LiteralExpr)
	if !ok || v.Value().IsNull() || k >= common {
		return x
	}
	return expr.ParamDefault(fmt.Sprintf("p%d", g.IntN(1<<30)), v.Type(), v.Value())
}

// column is one of a source in scope; the zero Expr where there is none.
func (g *grower) column(k kind) expr.Expr {
	var found []expr.Expr
	for depth, scope := range g.scopes {
		if g.grouped && depth == len(g.scopes)-1 {
			break
		}
		for _, s := range scope {
			for _, o := range s.Columns() {
				if kindOf(o.Type) == k {
					found = append(found, s.C(o.Name))
				}
			}
		}
	}
	if g.grouped {
		for _, x := range g.keys {
			if kindOf(x.Type()) == k {
				found = append(found, x)
			}
		}
	}
	if len(found) == 0 {
		return expr.Expr{}
	}
	return found[g.IntN(len(found))]
}

func (g *grower) leaf(k kind) expr.Expr {
	if x := g.column(k); !x.IsZero() && g.chance(75) {
		return x
	}
	if g.chance(15) {
		return g.param(k)
	}
	return g.literal(k)
}

// of grows an expression of a sort.
func (g *grower) of(k kind) expr.Expr {
	if g.depth > 2 || g.chance(30) {
		return g.leaf(k)
	}
	g.depth++
	defer func() { g.depth-- }()
	for range 8 {
		makers := g.makers(k)
		if x := makers[g.IntN(len(makers))](); !x.IsZero() && x.Err() == nil && kindOf(x.Type()) == k {
			return x
		}
	}
	return g.leaf(k)
}

func (g *grower) anyKind() kind {
	if g.chance(4) {
		k := []kind{jsons, blobs, lists}[g.IntN(3)]
		if !g.portable || k != lists {
			return k
		}
	}
	return kind(g.IntN(int(common)))
}

// makers are ways to an expression of a sort.
func (g *grower) makers(k kind) []func() expr.Expr {
	all := []func() expr.Expr{
		func() expr.Expr { return expr.CaseElse(g.of(k), expr.NewWhen(g.of(truths), g.of(k))) },
		func() expr.Expr {
			return expr.Case(expr.NewWhen(g.of(truths), g.of(k)), expr.NewWhen(g.of(truths), g.leaf(k)))
		},
		func() expr.Expr { return g.call(k) },
		func() expr.Expr { return g.call(k) },
		func() expr.Expr { return g.scalar(k) },
		func() expr.Expr { return g.over(k) },
	}
	switch k {
	case whole:
		all = append(all,
			func() expr.Expr {
				return expr.Binary([]expr.BinaryOp{expr.OpAdd, expr.OpSub, expr.OpMul}[g.IntN(3)], g.of(k), g.of(k))
			},
			func() expr.Expr {
				return expr.Binary([]expr.BinaryOp{expr.OpIDiv, expr.OpMod}[g.IntN(2)], g.of(k), g.IntN(9))
			},
			func() expr.Expr { return g.of(k).Neg() },
			func() expr.Expr { return expr.Extract(expr.DateFields()[g.IntN(4)], g.of(dates)) },
			func() expr.Expr {
				return expr.Extract(expr.DateFields()[g.IntN(len(expr.DateFields()))], g.of(moments))
			},
			func() expr.Expr { return g.of(truths).Cast(schema.Integer) },
			func() expr.Expr {
				k := []kind{dates, moments}[g.IntN(2)]
				return expr.DateDiff(expr.DateUnits()[g.IntN(len(expr.DateUnits()))], g.of(k), g.of(k))
			},
			func() expr.Expr {
				return []func(any) expr.Expr{g.of(whole).BitAnd, g.of(whole).BitOr, g.of(whole).BitXor}[g.IntN(3)](g.of(whole))
			},
			func() expr.Expr { return g.of(whole).BitNot() },
			func() expr.Expr { return g.json().AsInteger() },
			func() expr.Expr { return expr.LiteralColumn("1 + 2", schema.Integer) },
			func() expr.Expr { return expr.RawText(":x * 2", map[string]any{"x": g.of(whole)}, schema.BigInteger) },
			func() expr.Expr { return g.of(whole).Custom("+", g.of(whole), schema.BigInteger) },
		)
	case decimals, floats:
		all = append(all,
			func() expr.Expr {
				return expr.Binary([]expr.BinaryOp{expr.OpAdd, expr.OpSub, expr.OpMul}[g.IntN(3)], g.of(k), g.of(k))
			},
			func() expr.Expr { return g.of(k).Div([]int{1, 2, 4, 8}[g.IntN(4)]) },
			func() expr.Expr { return g.of(k).Neg() },
			func() expr.Expr {
				return g.of(whole).Cast([]schema.Type{decimals: schema.Numeric(20, 2), floats: schema.Double}[k])
			},
		)
	case texts:
		all = append(all,
			func() expr.Expr { return g.of(k).Concat(g.of(k)) },
			func() expr.Expr { return g.of([]kind{whole, truths, dates}[g.IntN(3)]).Cast(schema.Text) },
			func() expr.Expr { return g.of(k).Collate("C") },
			func() expr.Expr { return g.json().AsString() },
			func() expr.Expr {
				if g.portable {
					return expr.Expr{}
				}
				return g.of(k).RegexpReplace("[aeiou]", "*")
			},
		)
	case truths:
		all = append(all, g.predicates()...)
		all = append(all, g.predicates()...)
	case dates:
		all = append(all, func() expr.Expr { return g.of(moments).Cast(schema.Date) },
			func() expr.Expr { return expr.DateTrunc(expr.DateUnits()[g.IntN(5)], g.of(dates)) })
	case moments:
		all = append(all, func() expr.Expr { return g.of(dates).Cast(schema.DateTime) },
			func() expr.Expr {
				return expr.DateTrunc(expr.DateUnits()[g.IntN(len(expr.DateUnits()))], g.of(moments))
			},
			func() expr.Expr {
				return g.of(moments).Add(expr.Interval(int32(g.IntN(5)-2), int32(g.IntN(50)-25), time.Duration(g.IntN(100))*time.Minute))
			},
			func() expr.Expr { return g.instant().AtTimeZone([]string{"UTC", "+02:00", "-05:30"}[g.IntN(3)]) })
	case jsons, blobs:
		all = all[2:5]
	case lists:
		all = append(all[2:5], func() expr.Expr { return expr.Array(schema.Integer, g.of(whole), 1) })
	}
	return append(all, g.moreOf(k)...)
}

// json is a path into a column of JSON, or into a plain value.
func (g *grower) json() expr.Expr {
	return g.of(jsons).Get([][]any{{"n"}, {"items", 0}, {"items", 1, "k"}, {"a"}, {0}}[g.IntN(5)]...)
}

// rows compares rows: by the same number of values of the same sorts.
func (g *grower) rows() expr.Expr {
	j, k := kind(g.IntN(int(common))), []kind{whole, dates}[g.IntN(2)]
	row := func() expr.Expr { return expr.Tuple(g.of(j), g.of(k)) }
	switch g.IntN(4) {
	case 0:
		return row().Eq(row())
	case 1:
		return row().Ne(row())
	case 2:
		if j == texts {
			j = truths
		}
		return row().Lt(row())
	}
	return row().In(row(), row())
}

// quantified compares with some or all rows of a query, or elements of an array.
func (g *grower) quantified(k kind) expr.Expr {
	if g.portable { // as IN and NOT IN
		if g.chance(50) {
			return g.of(k).Eq(expr.Any(g.inner(k)))
		}
		return g.of(k).Ne(expr.All(g.inner(k)))
	}
	of := []func(any) expr.Expr{expr.Any, expr.All}[g.IntN(2)]
	if k == whole && g.chance(20) {
		return g.of(k).Eq(of(g.of(lists)))
	}
	return []func(any) expr.Expr{g.of(k).Eq, g.of(k).Ne}[g.IntN(2)](of(g.inner(k)))
}

// instant is an instant: a time that is said to be in UTC.
func (g *grower) instant() expr.Expr { return g.of(moments).AtTimeZone("UTC") }

func (g *grower) predicates() []func() expr.Expr {
	k := kind(g.IntN(int(common)))
	return []func() expr.Expr{
		func() expr.Expr {
			ops := []expr.BinaryOp{expr.OpEq, expr.OpNe, expr.OpLt, expr.OpLe, expr.OpGt, expr.OpGe}
			if k == texts { // the order of text is the database's
				ops = ops[:2]
			}
			return expr.Binary(ops[g.IntN(len(ops))], g.of(k), g.of(k))
		},
		func() expr.Expr { return expr.And(g.of(truths), g.of(truths)) },
		func() expr.Expr { return expr.Or(g.of(truths), g.of(truths), g.of(truths)) },
		func() expr.Expr { return expr.Not(g.of(truths)) },
		func() expr.Expr { return g.of(k).IsNull() },
		func() expr.Expr { return g.of(k).IsNotNull() },
		func() expr.Expr {
			if k == texts {
				return expr.Expr{}
			}
			return []func(low, high any) expr.Expr{g.of(k).Between, g.of(k).NotBetween}[g.IntN(2)](g.of(k), g.of(k))
		},
		func() expr.Expr {
			return []func(...any) expr.Expr{g.of(k).In, g.of(k).NotIn}[g.IntN(2)]([]any{g.of(k), g.of(k), g.of(k)}[:g.IntN(4)]...)
		},
		func() expr.Expr {
			return []func(...any) expr.Expr{g.of(k).In, g.of(k).NotIn}[g.IntN(2)](g.inner(k))
		},
		func() expr.Expr { return expr.Exists(g.inner(k)) },
		g.rows,
		func() expr.Expr { return g.quantified(k) },
		func() expr.Expr {
			return []func(any) expr.Expr{g.of(k).IsDistinctFrom, g.of(k).IsNotDistinctFrom}[g.IntN(2)](g.of(k))
		},
		func() expr.Expr {
			if g.portable {
				return expr.Expr{}
			}
			return g.of(texts).RegexpMatch("^[a-z]")
		},
		func() expr.Expr { return g.of(jsons).Has("n") },
		func() expr.Expr { return g.of(texts).Like([]string{"%n%", "_o%", `50\%%`, "", "%"}[g.IntN(5)]) },
		func() expr.Expr { return g.of(texts).ILike([]string{"%N%", "_O%"}[g.IntN(2)]) },
		func() expr.Expr {
			pattern := g.of(texts)
			if g.portable {
				pattern = g.literal(texts)
			}
			return []func(any) expr.Expr{g.of(texts).StartsWith, g.of(texts).EndsWith, g.of(texts).Contains}[g.IntN(3)](pattern)
		},
		g.rowsIn,
		func() expr.Expr { return g.moreTruths(k) },
	}
}

// call calls a function that gives the sort; an aggregate where rows are grouped.
func (g *grower) call(k kind) expr.Expr {
	fit := g.known().rowwise[k]
	if g.grouped {
		fit = g.known().grouped[k]
	}
	if len(fit) == 0 {
		return expr.Expr{}
	}
	c := fit[g.IntN(len(fit))]
	if c.fn.IsAggregate() {
		return g.aggregate(c)
	}
	if c.fn.Kind() != expr.ScalarFunction {
		return expr.Expr{}
	}
	return g.apply(c)
}

// unique is a window in an order without ties, where there is a column for it.
func (g *grower) unique() (w expr.Window, ok bool) {
	if n := len(g.scopes); n > 0 && len(g.scopes[n-1]) == 1 && g.windows && !g.grouped {
		if s := g.scopes[n-1][0]; expr.TableOf(s) != nil {
			return w.OrderBy(s.C("id")), true
		}
	}
	return w, false
}

// ordersText reports whether a function goes by the order of texts, which is the
// database's.
func ordersText(c signature) bool {
	return c.out == texts && slices.Contains([]string{"greatest", "least", "max", "min"}, c.fn.Name())
}

func (g *grower) apply(c signature) expr.Expr {
	args := make([]any, len(c.args))
	for i, a := range c.args {
		if args[i] = any(g.of(a)); i > 0 && a == whole { // places, lengths: small ones
			args[i] = g.IntN(6)
		}
	}
	return expr.Call(c.fn, args...)
}

// aggregate takes rows, not groups.
func (g *grower) aggregate(c signature) expr.Expr {
	keys, windows := g.keys, g.windows
	g.grouped, g.windows = false, false
	x := g.apply(c)
	if g.chance(20) {
		if f := x.Filter(g.of(truths)); f.Err() == nil {
			x = f
		}
	}
	if c.fn.Kind() == expr.OrderedSetFunction {
		x = x.WithinGroup(g.of([]kind{whole, floats}[g.IntN(2)]))
	}
	if c.fn.IsOrdered() {
		x = x.OrderBy(orderedBy(x)...)
	}
	if len(c.args) == 1 && g.chance(15) && !c.fn.IsOrdered() {
		if d := x.Distinct(); d.Err() == nil {
			x = d
		}
	}
	g.grouped, g.keys, g.windows = true, keys, windows
	return x
}

// orderedBy lists what an aggregate takes, but for plain values: what is the same in these
// may stand in any order.
func orderedBy(x expr.Expr) (keys []any) {
	call, ok := x.Node().(*expr.CallExpr)
	if !ok {
		return nil
	}
	for _, arg := range call.Args().All() {
		switch arg.Node().(type) {
		case *expr.LiteralExpr, *expr.ParamExpr:
		default:
			keys = append(keys, arg.Asc().NullsFirst())
		}
	}
	return keys
}

// over is a function over a window without an order, or of all equal in order:
// what it gives does not depend on how ties are broken.
func (g *grower) over(k kind) expr.Expr {
	if !g.windows || g.grouped {
		return expr.Expr{}
	}
	fit := g.known().over[k]
	if len(fit) == 0 {
		return expr.Expr{}
	}
	c := fit[g.IntN(len(fit))]
	unique, ok := g.unique()
	g.windows = false
	defer func() { g.windows = true }()
	x := g.apply(c)
	if c.fn.IsWindow() && ok {
		return x.Over(unique)
	}
	if c.fn.IsWindow() || c.fn.IsOrdered() || c.fn.Kind() == expr.OrderedSetFunction {
		return expr.Expr{}
	}
	if c.fn.IsAggregate() && g.chance(20) {
		if f := x.Filter(g.of(truths)); f.Err() == nil {
			x = f
		}
	}
	if ok && g.chance(30) {
		return x.Over(g.framed(unique))
	}
	if g.chance(30) {
		return x.Over(expr.NamedWindow("w"))
	}
	return x.Over(g.window())
}

func (g *grower) window() expr.Window {
	w := expr.Window{}
	if g.chance(60) {
		w = expr.PartitionBy(g.leafKey())
	}
	if g.chance(50) {
		w = w.OrderBy(g.leafKey().Asc().NullsFirst())
		if g.chance(50) {
			w = w.Range(expr.Unbounded(), expr.Current())
		} else if g.chance(30) && !g.portable {
			w = w.Groups(expr.Preceding(1), expr.Following(1)).Exclude(expr.FrameExcludes()[g.IntN(4)])
		}
	}
	return w
}

// leafKey is something to group or order by: no plain value, no text.
func (g *grower) leafKey() expr.Expr {
	for range 10 {
		if x := g.column([]kind{whole, decimals, truths, dates}[g.IntN(4)]); !x.IsZero() {
			return x
		}
	}
	return g.of(truths).IsNull()
}

// scalar is a subquery of one row.
func (g *grower) scalar(k kind) expr.Expr {
	if len(g.scopes) > 2 || k == truths {
		return expr.Expr{}
	}
	q := g.isolated(func(src expr.Source) expr.Query {
		g.grouped, g.keys = true, nil
		x := g.call(k)
		g.grouped = false
		if c, ok := x.Node().(*expr.CallExpr); !ok || x.Err() != nil || !c.Function().IsAggregate() {
			return nil
		}
		q := expr.Select(x).From(src)
		if g.chance(60) {
			q = q.Where(g.of(truths))
		}
		return q
	})
	if q == nil {
		return expr.Expr{}
	}
	return expr.Scalar(q)
}

// inner is a subquery of one column of a sort.
func (g *grower) inner(k kind) expr.Query {
	q := g.isolated(func(src expr.Source) expr.Query {
		if g.chance(30) {
			return g.moreInner(k, src)
		}
		q := expr.Select(g.of(k)).From(src).Where(g.of(truths))
		if g.chance(20) {
			q = q.CorrelateExcept(src)
		}
		if g.chance(20) {
			return q.Union(expr.Select(g.of(k)).From(src))
		}
		return q
	})
	return q
}

// isolated makes a subquery of one source of its own.
func (g *grower) isolated(make func(expr.Source) expr.Query) expr.Query {
	grouped, keys, windows := g.grouped, g.keys, g.windows
	if n := len(g.scopes) - 1; grouped { // columns that are no keys have no value there
		scope := g.scopes[n]
		g.scopes[n] = nil
		defer func() { g.scopes[n] = scope }()
	}
	g.grouped, g.keys, g.windows = false, nil, false
	src := g.source()
	g.scopes = append(g.scopes, []expr.Source{src})
	q := make(src)
	g.scopes = g.scopes[:len(g.scopes)-1]
	g.grouped, g.keys, g.windows = grouped, keys, windows
	return q
}

// change grows an insert, update or delete that says what it did: it is rolled back.
func (g *grower) change() expr.Node {
	u := g.s.u
	g.scopes = [][]expr.Source{{u}}
	returning := []any{u.C("id"), u.C("age"), u.C("name")}
	switch g.IntN(4) {
	case 0:
		q := expr.Update(u).Set(expr.Assign{"age": g.of(whole), "active": g.of(truths), "created": expr.Default()})
		if g.chance(50) {
			q = expr.Update(u).Set(expr.Assign{"age": g.of(whole), "born": g.of(dates)})
		}
		return q.Where(g.of(truths)).Returning(returning...)
	case 1:
		return expr.Delete(u).Where(u.C("id").Gt(3), u.C("parent_id").Eq(2), g.of(truths)).Returning(returning...)
	case 2:
		g.scopes = nil
		return expr.Insert(u).Values(expr.Assign{"id": 10, "name": "x", "age": g.of(whole)}, expr.Assign{"id": 11, "name": "y", "age": g.of(whole)}).Returning(returning...)
	}
	g.scopes = nil
	row := expr.Assign{"id": 1 + g.IntN(7), "name": "new", "age": g.of(whole)}
	up := expr.Insert(u).Values(row).OnConflict(u.C("id")).DoUpdate(expr.Assign{"age": expr.Excluded(u).C("age").Add(u.C("id")), "active": g.chance(50)})
	return up.Returning(returning...)
}

// source makes something for FROM. A query in it sees nothing around it.
func (g *grower) source() expr.Source {
	tables := []expr.Source{g.s.u, g.s.a}
	table := tables[g.IntN(2)]
	if g.depth > 2 || g.chance(50) {
		return table.Alias([]string{"t", "users", "x"}[g.IntN(3)])
	}
	if len(g.made) > 0 && g.chance(25) {
		return g.made[g.IntN(len(g.made))].Alias("more")
	}
	scopes, depth := g.scopes, g.depth
	grouped, keys, windows := g.grouped, g.keys, g.windows
	g.scopes, g.depth, g.grouped, g.keys, g.windows = nil, g.depth+2, false, nil, false
	defer func() {
		g.scopes, g.depth, g.grouped, g.keys, g.windows = scopes, depth, grouped, keys, windows
	}()
	var s expr.Source
	switch g.IntN(9) {
	case 7:
		s = expr.Func("generate_series", g.IntN(3), g.IntN(6)).TableValued("g", []expr.ColumnType{{Name: "value", Type: schema.BigInteger}}, false)
	case 0, 1:
		s = expr.Subquery(g.query(), "s")
	case 2, 3:
		c := expr.CTE(g.query(), "c")
		if g.chance(30) {
			c = c.Materialized(expr.Materialized(1 + g.IntN(2)))
		}
		s = c
		g.made = append(g.made, c)
	case 4:
		if s = g.recursive(); g.chance(50) {
			s = g.tree()
		}
		g.made = append(g.made, s)
	case 5:
		if g.chance(30) {
			text := expr.RawText("SELECT 1 AS x, :t AS y", map[string]any{"t": g.literal(texts)})
			s = text.TextColumns(expr.ColumnType{Name: "x", Type: schema.Integer}, expr.ColumnType{Name: "y", Type: schema.Text}).Subquery("raw")
			break
		}
		s = g.values()
	case 6:
		if g.portable {
			return table.Alias("")
		}
		s = expr.Tablesample(table, expr.SampleMethods()[g.IntN(2)], 100, nil)
	default:
		return table.Alias("")
	}
	if g.chance(20) {
		return s.Alias("again")
	}
	return s
}

func (g *grower) recursive() expr.Source {
	r := expr.Recursive("r", expr.Select(expr.TypedLiteral(expr.Int(int64(g.IntN(3))), schema.Integer).Label("i"), g.of(texts).Cast(schema.Text).Label("t")), func(found expr.Source) expr.Query {
		return expr.Select(found.C("i").Add(1), found.C("t")).Where(found.C("i").Lt(4))
	})
	if g.chance(50) {
		return r.Distinct()
	}
	return r
}

func (g *grower) values() expr.Source {
	k := kind(g.IntN(int(common)))
	rows := make([][]any, 1+g.IntN(3))
	for i := range rows {
		rows[i] = []any{i, g.literal(k)}
		if g.chance(20) {
			rows[i] = []any{g.of(whole).Mod(10), g.of(k)}
		}
	}
	return expr.Values([]expr.ColumnType{{Name: "n", Type: schema.Integer}, {Name: "v", Type: typeOf(k)}}, rows...).Alias("v")
}

// query grows a whole query: each column has a label.
func (g *grower) query() expr.Query {
	ks := make([]kind, 1+g.IntN(3))
	for i := range ks { // JSON is neither ordered nor compared
		if ks[i] = g.anyKind(); ks[i] == jsons {
			ks[i] = texts
		}
	}
	first := g.selectOf(ks)
	if g.chance(3) {
		return expr.Count(first)
	}
	if !g.chance(15) {
		return first
	}
	c := expr.Compound(g.setOp(), first, g.selectOf(ks))
	for g.chance(30) {
		c = g.paged(c, ks)
		if g.chance(50) {
			c = expr.Compound(g.setOp(), g.selectOf(ks), c)
		} else {
			c = expr.Compound(g.setOp(), c, g.selectOf(ks))
		}
	}
	return g.paged(c, ks)
}

// ordered calls an ordered-set aggregate with a share that is one.
func (g *grower) ordered() expr.Query {
	u := g.s.u
	g.scopes = [][]expr.Source{{u}}
	name := []string{"percentile_cont", "percentile_disc"}[g.IntN(2)]
	share := expr.Func(name, float64(g.IntN(5))/4).WithinGroup(g.of([]kind{whole, floats}[g.IntN(2)]))
	return expr.Select(share.Label(label(0))).From(u).Where(g.of(truths))
}

func label(i int) string { return fmt.Sprintf("c%d", i+1) }

func (g *grower) selectOf(ks []kind) expr.Query {
	scope := []expr.Source{g.source()}
	g.scopes = append(g.scopes, scope)
	defer func() { g.scopes = g.scopes[:len(g.scopes)-1] }()
	q := expr.Select(expr.Of(1).Label("one")).From(scope[0])
	for range g.IntN(3) {
		if g.chance(50) {
			continue
		}
		next := g.source()
		scope = append(scope, next)
		g.scopes[len(g.scopes)-1] = scope
		switch g.IntN(5) {
		case 0:
			if q = q.CrossJoin(next); len(scope) == 2 { // the same, as a clause of its own
				q = expr.Select(expr.Of(1).Label("one")).From(expr.Join(expr.CrossJoin, scope[0], next))
			}
		case 1:
			q = q.LeftJoin(next, g.of(truths))
		case 2: // what PostgreSQL takes in a full join
			if x, y := g.firstWhole(scope[0]), g.firstWhole(next); !g.portable && !x.IsZero() && !y.IsZero() {
				q = q.FullJoin(next, x.Eq(y))
			} else {
				q = q.CrossJoin(next)
			}
		case 3:
			if g.portable {
				q = q.LeftJoin(next, g.of(truths))
				break
			}
			l := expr.Lateral(expr.Select(g.of(whole).Label("l1")).From(next), "l")
			q = q.CrossJoin(l)
			scope[len(scope)-1] = l
		default:
			q = q.Join(next, g.of(truths))
		}
	}
	if g.chance(60) {
		q = q.Where(g.of(truths))
	}
	if g.chance(25) {
		return g.groupedSelect(q, ks)
	}
	g.windows = true
	items := make([]any, len(ks))
	for i, k := range ks {
		items[i] = g.of(k).Label(label(i))
	}
	g.windows = false
	q = q.Columns(items...).Window("w", g.window())
	if t := scope[0]; len(scope) == 1 && expr.TableOf(t) != nil && g.chance(15) {
		return g.keyed(q, t)
	}
	if g.chance(20) {
		q = q.Distinct()
	}
	return g.page(q, ks)
}

// firstWhole is a plain column of integers.
func (g *grower) firstWhole(s expr.Source) expr.Expr {
	for _, o := range s.Columns() {
		if kindOf(o.Type) == whole {
			return s.C(o.Name)
		}
	}
	return expr.Expr{}
}

// asks reports whether a query stands in x.
func asks(x expr.Expr) (found bool) {
	expr.Walk(x.Node(), func(n expr.Node) bool {
		_, query := n.(expr.Query)
		found = found || query
		return n.Op() != expr.OpColumn
	})
	return found
}

func (g *grower) groupedSelect(q *expr.SelectStmt, ks []kind) expr.Query {
	var by []any
	var shown []expr.Expr
	for range 1 + g.IntN(2) {
		k := g.of(kind(g.IntN(int(common))))
		if _, plain := k.Node().(*expr.LiteralExpr); plain {
			continue
		}
		if _, plain := k.Node().(*expr.ParamExpr); plain {
			continue
		}
		if _, column := k.Node().(*expr.ColumnExpr); !column && g.chance(70) {
			continue
		}
		if !asks(k) { // a key with a query in it is the same as a whole column only
			g.keys = append(g.keys, k)
		}
		shown = append(shown, k)
		by = append(by, k)
	}
	g.grouped = true
	items := make([]any, len(ks))
	for i, k := range ks {
		items[i] = g.of(k).Label(label(i))
	}
	// Each key stands among the columns: where it holds arguments, it is found by them.
	for i, k := range shown {
		items = append(items, k.Label(fmt.Sprintf("k%d", i+1)))
	}
	if q = q.Columns(items...); len(by) > 0 {
		if g.chance(10) {
			if x, ok := by[0].(expr.Expr); ok && !asks(x) {
				q = q.AddColumns(expr.Func("grouping", x).Label("g"))
			}
			by = []any{[]func(...any) expr.Expr{expr.RollupOf, expr.CubeOf, expr.GroupingSetsOf}[g.IntN(3)](by...)}
			q = q.Having(expr.Func("count").Gt(0)) // see DIFFERENCES.md of a rollup of no rows
		}
		q = q.GroupBy(by...)
	} else { // one group
		q = q.GroupBy()
	}
	if g.chance(30) {
		q = q.Having(expr.Func("count").Gt(g.IntN(2)))
	}
	if g.chance(15) {
		q = q.Having(g.of(truths))
	}
	g.grouped, g.keys = false, nil
	return g.page(q, nil)
}

// page may order by all columns and limit: then what is left is the same everywhere.
func (g *grower) page(q *expr.SelectStmt, ks []kind) expr.Query {
	if len(ks) == 0 || slices.Contains(ks, texts) || !g.chance(35) {
		return q
	}
	for i := range ks {
		if g.chance(50) {
			q = q.OrderBy(expr.Ref(label(i)).Desc().NullsLast())
		} else {
			q = q.OrderBy(expr.Ref(label(i)).Asc().NullsFirst())
		}
	}
	switch g.IntN(4) {
	case 0:
		q = q.Limit(g.IntN(6))
	case 1:
		q = q.Limit(expr.ParamDefault(fmt.Sprintf("n%d", g.IntN(1<<30)), schema.Integer, g.IntN(6))).Offset(g.IntN(3))
	case 2:
		if q = q.Limit(2); !g.portable {
			q = q.LimitWithTies(g.IntN(4))
		}
	}
	return q
}
