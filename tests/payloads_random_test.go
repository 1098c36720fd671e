package tests

import (
	"bytes"
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
	"github.com/sqlser/sqlser/serializer"
)

// likeWhat holds a codec and sessions that remember against what remembers nothing.
type likeWhat struct {
	binding     serializer.Binding
	codecs      []*serializer.Codec
	remembering []*engine.Session
	fresh       []*engine.Session
}

func newLikeWhat(m *schema.MetaData, policies ...*policy.Policy) *likeWhat {
	w := &likeWhat{binding: serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.GrantRaw}}}
	tight := w.binding
	tight.Limits = serializer.Limits{Bytes: 600, String: 9}
	for _, b := range []serializer.Binding{w.binding, tight} {
		w.codecs = append(w.codecs, serializer.NewCodec(b).Remembering(1000), serializer.NewCodec(b).Remembering(3))
	}
	for _, d := range []*dialect.Dialect{dialect.SQLite, dialect.Postgres, dialect.MySQL} {
		eng := engine.New(nil, d)
		for _, p := range policies {
			w.remembering = append(w.remembering, eng.Session(engine.WithPolicy(p)))
			w.fresh = append(w.fresh, eng.WithPlans(0).Session(engine.WithPolicy(p)))
		}
	}
	return w
}

// holds requires that each codec says of a payload what Loads does, and sessions of the tree what
// others do that remember nothing.
func (w *likeWhat) holds(t testing.TB, b []byte) {
	for i, codec := range w.codecs {
		binding := w.binding
		if i > 1 {
			binding.Limits = serializer.Limits{Bytes: 600, String: 9}
		}
		want, wantErr := serializer.Loads(b, binding)
		got, err := codec.Loads(slices.Clone(b))
		if wantErr != nil {
			require.Equal(t, wantErr, err)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want.Drift, got.Drift)
		require.Equal(t, want.Slot, got.Slot)
		require.Equal(t, want.Hash(), got.Hash())
		require.Equal(t, want.Manifest(), got.Manifest())
		require.Equal(t, want.Query == nil, got.Query == nil)
		require.Equal(t, want.Statement == nil, got.Statement == nil)
		require.Equal(t, want.Shape(), got.Shape())
		sameTree(t, want.Root, got.Root)
		again, err := serializer.Dumps(got.Root)
		require.NoError(t, err)
		if len(got.Drift) == 0 {
			require.Equal(t, b, again)
		}
		wantKey, wantValues, wantOK := expr.AppendPlanKey(nil, nil, want.Root)
		key, values, ok := expr.AppendPlanKey(nil, nil, got.Root)
		require.Equal(t, wantOK, ok)
		if ok {
			require.Equal(t, wantKey, key, "a key that is not that of a walk: %s", expr.Sprint(want.Root))
			require.Equal(t, wantValues, values)
		}
		if i == 0 {
			w.compiles(t, want.Root, got.Root)
		}
	}
}

// sameTree requires that two trees are the same, with what their nodes know of themselves.
func sameTree(t testing.TB, want, got expr.Node) {
	require.True(t, expr.Equal(want, got))
	list := func(n expr.Node) (all []expr.Node) {
		expr.Walk(n, func(n expr.Node) bool { all = append(all, n); return true })
		return all
	}
	a, b := list(want), list(got)
	require.Equal(t, len(a), len(b))
	for i := range a {
		require.Equal(t, a[i].Op(), b[i].Op())
		require.Equal(t, expr.Size(a[i]), expr.Size(b[i]))
		require.Equal(t, expr.Depth(a[i]), expr.Depth(b[i]))
		require.NoError(t, expr.Err(b[i]))
		require.Equal(t, expr.Of(a[i]).Type(), expr.Of(b[i]).Type())
	}
}

func (w *likeWhat) compiles(t testing.TB, want, got expr.Node) {
	if _, ok := want.(expr.Statement); !ok {
		return
	}
	for i, session := range w.remembering {
		want, wantErr := w.fresh[i].Compile(want)
		got, err := session.Compile(got)
		if wantErr != nil {
			require.Equal(t, wantErr, err)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want.SQL(), got.SQL())
		wantArgs, wantErr := want.Args(nil)
		args, err := got.Args(nil)
		require.Equal(t, wantErr, err)
		require.Equal(t, fmt.Sprintf("%#v", wantArgs), fmt.Sprintf("%#v", args), want.SQL()) // NaN is one
	}
}

// TestRandomPayloads: what a codec remembers of any payloads changes nothing of what it says of
// others that are like them, be they as Dumps writes them or not, nor what sessions make of their trees.
func TestRandomPayloads(t *testing.T) {
	n := 300
	if os.Getenv("SQLSER_TEST_REQUIRE") != "" {
		n = 1_500
	} else if testing.Short() {
		n = 100
	}
	s := newSample(t)
	known := calls(s)
	filtered := policy.New().AllowSelect().AllowInsert().AllowUpdate().AllowDelete().WithLimits(policy.Limits{Rows: 3}).
		Table(s.u.Table(), policy.Rows(s.age().Gt(20))).Table(s.a.Table(), policy.Rows(s.a.C("id").Ne(3)))
	w := newLikeWhat(s.meta, policy.Unrestricted(), filtered)
	for seed := range uint64(n) {
		g := &grower{Rand: rand.New(rand.NewPCG(seed, 13)), s: s, calls: known}
		var q expr.Node
		switch seed % 6 {
		case 0:
			g.query()
			q = g.change()
		case 1:
			q = g.ordered()
		case 2:
			q = g.query()
		default:
			q = asked(g)
		}
		if expr.Err(q) != nil {
			continue
		}
		var last []byte
		for range 12 {
			b, err := serializer.Dumps(q)
			require.NoError(t, err)
			w.holds(t, b)
			for range 3 {
				w.holds(t, mangled(g.Rand, b, last))
			}
			last = b
			other := nudged(g.Rand, q)
			if g.chance(20) {
				other = varied(g.Rand, q)
			}
			if expr.Err(other) == nil {
				q = other
			}
		}
	}
	stats := w.codecs[0].Stats()
	t.Logf("%+v", stats)
	require.Greater(t, stats.Alike, uint64(2*n))
}

// asked grows what hosts are asked: few tables, many values.
func asked(g *grower) expr.Node {
	u, a := g.s.u, g.s.a
	number := func() any { return []any{g.IntN(4), 100, -1, int64(1) << 40}[g.IntN(4)] }
	word := func() any { return []string{"", "Ann", "50%", "two words"}[g.IntN(4)] }
	var cond func(depth int) expr.Expr
	cond = func(depth int) expr.Expr {
		id := []expr.Expr{u.C("id"), g.s.age()}[g.IntN(2)]
		switch n := g.IntN(11 + depth); n {
		case 0, 1:
			return id.Eq(number())
		case 2:
			return id.Between(number(), number())
		case 3:
			return id.NotIn(number(), number(), id, number())
		case 4:
			return g.s.name().StartsWith(word())
		case 5:
			return expr.Of(number()).Lt(id)
		case 6:
			return u.C("balance").Ge(12.5 + float64(g.IntN(3)))
		case 7:
			return expr.Exists(expr.Select(a.C("id")).From(a).Where(a.C("user_id").Eq(u.C("id")), a.C("city").Eq(word())))
		case 8:
			return id.In(expr.Select(a.C("user_id")).From(a).Where(a.C("city").Ne(word())).Limit(g.IntN(9)))
		case 9:
			return id.Add(g.IntN(3)).Gt(number())
		case 10:
			return g.s.name().In(word(), word())
		case 11:
			return cond(0).Not()
		default:
			return expr.Or(cond(0), cond(0), cond(n-12))
		}
	}
	conds := []any{cond(3), cond(2)}
	switch g.IntN(8) {
	case 6: // in sources, among columns, in arithmetic and calls
		some := expr.Select(u.C("id"), g.s.age().Add(g.IntN(9)).Label("n")).Where(conds...).OrderBy(u.C("id")).Limit(g.IntN(9)).CTE("some")
		counted := expr.Select(a.C("user_id"), expr.Func("count").Mul(g.IntN(4)).Label("k")).Where(a.C("city").Ne(word())).GroupBy(a.C("user_id")).
			Having(expr.Func("count").Lt(g.IntN(9))).Subquery("counted")
		return expr.Select(some.C("id"), expr.Func("coalesce", counted.C("k"), g.IntN(9)).Label("k"), some.C("n").Mod(1+g.IntN(3)).Label("m")).From(some).
			Join(counted, counted.C("user_id").Eq(some.C("id")), counted.C("k").Gt(number())).Where(some.C("n").In(number(), number())).OrderBy(some.C("id"))
	case 7:
		some := expr.Compound(expr.Union, expr.Select(u.C("id")).Where(conds[0]), expr.Select(a.C("user_id")).Where(a.C("id").Ge(number())).Limit(g.IntN(9))).Limit(g.IntN(5)).CTE("some")
		if g.chance(30) {
			return expr.Insert(u).Values(set{"id": g.IntN(90), "name": word(), "age": expr.Scalar(expr.Select(some.C("id")).Where(some.C("id").Gt(number())).Limit(1))})
		}
		return expr.Select(expr.Func("count").Label("n")).From(some).Where(some.C("id").Sub(g.IntN(4)).Lt(number()))
	case 0:
		return expr.Update(u).Set(set{"name": word(), "age": g.IntN(90)}).Where(conds...)
	case 1:
		return expr.Delete(u).Where(conds...)
	case 2:
		return expr.Insert(u).Values(set{"id": g.IntN(90), "name": word(), "age": number()}, set{"id": 7, "name": "x", "age": nil}).
			OnConflict("id").DoUpdate(set{"name": word()})
	case 3:
		return expr.Select(g.s.age(), expr.Func("count").Label("n")).Where(conds...).GroupBy(g.s.age()).Having(expr.Func("count").Gt(g.IntN(5)), g.s.age().Ne(g.IntN(5)))
	}
	q := expr.Select(u.C("id"), g.s.name(), a.C("city")).From(u).LeftJoin(a, a.C("user_id").Eq(u.C("id")), a.C("id").Lt(number())).Where(conds...).OrderBy(u.C("id"))
	if g.chance(70) {
		q = q.Limit(g.IntN(9)).Offset(g.IntN(9))
	}
	return q
}

// nudged gives one literal of q another value, which may be that of another one.
func nudged(r *rand.Rand, q expr.Node) expr.Node {
	var all []*expr.LiteralExpr
	expr.Walk(q, func(n expr.Node) bool {
		if l, ok := n.(*expr.LiteralExpr); ok {
			all = append(all, l)
		}
		return true
	})
	if len(all) == 0 {
		return q
	}
	this, v := all[r.IntN(len(all))], all[r.IntN(len(all))].Value()
	if v.Kind() != this.Value().Kind() || r.IntN(2) == 0 {
		v = another(r, this.Value())
	}
	return expr.Rewrite(q, func(n expr.Node) expr.Node {
		if n != expr.Node(this) {
			return n
		}
		if this.As().IsUnknown() {
			return expr.Literal(v).Node()
		}
		return expr.TypedLiteral(v, this.As()).Node()
	})
}

// mangled returns a payload with something wrong, or other, at some places.
func mangled(r *rand.Rand, b, other []byte) []byte {
	b = slices.Clone(b)
	tokens := [][]byte{{0xc0}, {0xc2}, {0xc3}, {0xa0}, {0xa1, 'x'}, {0xa1, 0xff}, {0xd9, 1, 'x'}, {0xcc, 5}, {0xcc, 200}, {0xff}, {0x92, 15, 7}, {0xd1, 0xff, 0}, {0x90},
		{0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 2}, {0xaa, '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'}, {0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0}, {0xcf, 0xff, 0, 0, 0, 0, 0, 0, 0}}
	for range 1 + r.IntN(2) {
		at := len(b) - 1 - r.IntN(max(len(b)*2/3, 1)) // the root, as a rule
		switch r.IntN(9) {
		case 0:
			b[at] ^= 1 << r.IntN(8)
		case 1:
			b[at]++
		case 2:
			b[at] = byte(r.IntN(256))
		case 3:
			b = b[:at]
		case 4:
			b = append(b, tokens[r.IntN(len(tokens))]...)
		case 5:
			b = slices.Replace(b, at, at+1, tokens[r.IntN(len(tokens))]...)
		case 6:
			b = slices.Insert(b, at, tokens[r.IntN(len(tokens))]...)
		case 7:
			b = slices.Delete(b, at, min(at+1+r.IntN(3), len(b)))
		default: // the end of another
			if at < len(other) {
				b = slices.Concat(b[:at], other[at:])
			}
		}
		if len(b) == 0 {
			return b
		}
	}
	return bytes.Clone(b)
}
