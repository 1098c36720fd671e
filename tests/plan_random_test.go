package tests

import (
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
)

// TestRandomPlans holds that what a session remembers is what it would compile: of random
// queries, of the same with other literals, and of those again, for every dialect, under row
// filters and other rules, too.
func TestRandomPlans(t *testing.T) {
	n := 350
	if os.Getenv("SQLSER_TEST_REQUIRE") != "" {
		n = 1_500
	} else if testing.Short() {
		n = 150
	}
	s := newSample(t)
	known := calls(s)
	var remembering, fresh []*engine.Session
	filtered := policy.New().AllowSelect().AllowInsert().AllowUpdate().AllowDelete().
		Table(s.u.Table(), policy.Rows(s.age().Gt(20))).Table(s.a.Table(), policy.Rows(s.a.C("id").Ne(3)))
	ruled := policy.New().AllowSelect().AllowInsert().AllowUpdate().AllowDelete().WithLimits(policy.Limits{Rows: 3}).
		Table(s.u.Table(), policy.AggregateOnly(2, s.age().Node().(*expr.ColumnExpr).Name())).Table(s.a.Table(), policy.Mask("id", 3))
	for _, d := range dialect.All() {
		eng := engine.New(nil, d.With(dialect.ExactText))
		for _, p := range []*policy.Policy{policy.Unrestricted(), filtered, ruled} {
			remembering = append(remembering, eng.Session(engine.WithPolicy(p)))
			fresh = append(fresh, eng.WithPlans(0).Session(engine.WithPolicy(p)))
		}
	}
	compare := func(seed uint64, q expr.Node) {
		for i, session := range remembering {
			want, wantErr := fresh[i].Compile(q)
			got, err := session.Compile(q)
			if wantErr != nil {
				require.Equal(t, wantErr, err, "seed %d: %s: %s", seed, fresh[i].Engine().Dialect(), expr.Sprint(q))
				continue
			}
			require.NoError(t, err, "seed %d", seed)
			require.Equal(t, want.SQL(), got.SQL(), "seed %d", seed)
			require.Equal(t, want.Outputs(), got.Outputs(), "seed %d", seed)
			require.Equal(t, want.Parameters(), got.Parameters(), "seed %d", seed)
			require.Equal(t, want.IsChange(), got.IsChange())
			wantArgs, wantErr := want.Args(nil)
			args, err := got.Args(nil)
			require.Equal(t, wantErr, err)
			require.Equal(t, wantArgs, args, "seed %d: %s: %s", seed, fresh[i].Engine().Dialect(), want.SQL())
		}
	}
	for seed := range uint64(n) {
		g := &grower{Rand: rand.New(rand.NewPCG(seed, 11)), s: s, calls: known}
		var q expr.Node
		switch seed % 10 {
		case 0:
			g.query()
			q = g.change()
		case 5:
			q = g.ordered()
		default:
			q = g.query()
		}
		if expr.Err(q) != nil {
			continue
		}
		compare(seed, q)
		for range 3 {
			other := varied(g.Rand, q)
			if expr.Err(other) == nil {
				compare(seed, other)
			}
		}
		compare(seed, q)
	}
	rebound := uint64(0)
	for _, session := range remembering {
		stats := session.Engine().PlanStats()
		t.Logf("%s: %+v", session.Engine().Dialect(), stats)
		rebound += stats.Rebound
	}
	require.Greater(t, rebound, uint64(n))
}

// varied gives literals of q other values of their types; equal ones stay equal but for
// one in a while.
func varied(r *rand.Rand, q expr.Node) expr.Node {
	others := map[expr.Value]expr.Value{}
	return expr.Rewrite(q, func(n expr.Node) expr.Node {
		l, ok := n.(*expr.LiteralExpr)
		if !ok || l.Value().IsNull() {
			return n
		}
		v, known := others[l.Value()]
		if !known || r.IntN(50) == 0 {
			v = another(r, l.Value())
			others[l.Value()] = v
		}
		if l.As().IsUnknown() {
			return expr.Literal(v).Node()
		}
		return expr.TypedLiteral(v, l.As()).Node()
	})
}

// another returns a value of the kind of v.
func another(r *rand.Rand, v expr.Value) expr.Value {
	text := v.Text()
	bits := v.Int()
	switch list := expr.Literal(v).Type(); {
	case list.IsText():
		text = []string{"", "x", "50%", `a"b`, "a_b", "Z", "%Y-%m", ",", text + "y"}[r.IntN(9)]
	case list.IsNumber() && text == "":
		bits += int64(r.IntN(3))
	case list.IsNumber():
		text = []string{"1.5", "0.25", "12", "-3.125"}[r.IntN(4)]
	case v.Kind().String() == "boolean":
		bits = int64(r.IntN(2))
	case v.Kind().String() == "date":
		bits += int64(r.IntN(3))
	}
	if w, err := expr.NewValue(v.Kind(), bits, text); err == nil {
		return w
	}
	return v
}
