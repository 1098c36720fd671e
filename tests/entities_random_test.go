package tests

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/testdb"
)

// entityGen makes queries of entities, each beside one of tables alone that says the same and is put
// together here, by the columns of the relationships.
type entityGen struct {
	*rand.Rand
	entities []*schema.Entity
	aliases  int
}

// bothSides is an entity and its table, each under an alias of its own.
type bothSides struct {
	entity *schema.Entity
	e, t   expr.Source
}

func newEntityGen(seed uint64, meta *schema.MetaData, names ...string) *entityGen {
	g := &entityGen{Rand: rand.New(rand.NewPCG(seed, 8))}
	for _, name := range names {
		g.entities = append(g.entities, meta.LookupEntity(name))
	}
	return g
}

func (g *entityGen) of(e *schema.Entity) bothSides {
	g.aliases++
	name := fmt.Sprint("x", g.aliases)
	return bothSides{e, expr.Entity(e).Alias(name), expr.Table(e.Table()).Alias(name)}
}

// relationships are those whose columns say all, to entities of the generator.
func (g *entityGen) relationships(e *schema.Entity) (list []*schema.Relationship) {
	for _, r := range e.Relationships() {
		if r.Condition() == nil && slices.Contains(g.entities, r.Target()) {
			list = append(list, r)
		}
	}
	return list
}

func pick[T any](g *entityGen, list []T) T { return list[g.IntN(len(list))] }

// links are the conditions between two, by the table between them where there is one.
func links(r *schema.Relationship, from, to bothSides) (through expr.Source, near, far []any) {
	if r.Through() == nil {
		for _, p := range r.Pairs() {
			near = append(near, from.t.C(p.Local.Name()).Eq(to.t.C(p.Remote.Name())))
		}
		return nil, near, nil
	}
	through = expr.Table(r.Through()).Alias("between")
	for _, p := range r.Pairs() {
		near = append(near, from.t.C(p.Local.Name()).Eq(through.C(p.Remote.Name())))
	}
	for _, p := range r.FarPairs() {
		far = append(far, through.C(p.Local.Name()).Eq(to.t.C(p.Remote.Name())))
	}
	return through, near, far
}

// condition is one of entities, and the same of tables.
func (g *entityGen) condition(s bothSides, depth int) (e, t expr.Expr) {
	rels := g.relationships(s.entity)
	switch n := g.IntN(6); {
	case n == 0 && depth > 0:
		a, b := g.condition(s, depth-1)
		c, d := g.condition(s, depth-1)
		if g.IntN(2) == 0 {
			return expr.And(a, c), expr.And(b, d)
		}
		return expr.Or(a, c), expr.Or(b, d)
	case n == 1 && depth > 0:
		a, b := g.condition(s, depth-1)
		return a.Not(), b.Not()
	case n <= 3 && depth > 0 && len(rels) > 0:
		r := pick(g, rels)
		to := g.of(r.Target())
		inner, plain := g.condition(to, depth-1)
		through, near, far := links(r, s, to)
		var from expr.FromClause = to.t
		if through != nil {
			from = through.Join(to.t, far...)
		}
		found := expr.Select(expr.Of(1).Label("one")).From(from).Where(append(near, plain)...)
		return s.e.R(r.Name()).OfType(to.e).Any(inner), expr.Exists(found)
	}
	var attributes []*schema.Attribute
	for _, a := range s.entity.Attributes() {
		if a.Column() != nil {
			attributes = append(attributes, a)
		}
	}
	a := pick(g, attributes)
	x, y := s.e.C(a.Name()), s.t.C(a.Column().Name())
	switch n := g.IntN(11); {
	case g.IntN(4) == 0:
		return x.IsNull(), y.IsNull()
	case a.Type().IsText():
		like := pick(g, []string{"%e%", "%a%", "o%", "%1", "x"})
		return x.Like(like), y.Like(like)
	case a.Type().Family() == schema.FamilyInteger:
		if g.IntN(2) == 0 {
			return x.Gt(n), y.Gt(n)
		}
		return x.In(n, 1, 8), y.In(n, 1, 8)
	}
	return x.IsNotNull(), y.IsNotNull()
}

// query is a select of attributes along relationships, and the same of tables.
func (g *entityGen) query() (e, t *expr.SelectStmt) {
	root := g.of(pick(g, g.entities))
	scope := []bothSides{root}
	e, t = expr.Select().From(root.e), expr.Select().From(root.t)
	for range g.IntN(3) {
		from := pick(g, scope)
		rels := g.relationships(from.entity)
		if len(rels) == 0 {
			continue
		}
		r := pick(g, rels)
		to := g.of(r.Target())
		along := from.e.R(r.Name()).OfType(to.e)
		through, near, far := links(r, from, to)
		if g.IntN(2) == 0 {
			a, b := g.condition(to, 0)
			along = along.And(a)
			if far = append(far, b); through == nil {
				near, far = append(near, b), nil
			}
		}
		var right expr.FromClause = to.t
		if through != nil {
			right = through.Join(to.t, far...)
		}
		if g.IntN(2) == 0 {
			e, t = e.LeftJoin(along), t.LeftJoin(right, near...)
		} else {
			e, t = e.Join(along), t.Join(right, near...)
		}
		scope = append(scope, to)
	}
	a, b := g.condition(pick(g, scope), 3)
	e, t = e.Where(a), t.Where(b)
	var columns, plain, order []any
	for i, s := range scope {
		for k, attribute := range s.entity.Attributes() {
			if attribute.Column() == nil || k > 2 {
				continue
			}
			name := fmt.Sprintf("c%d_%d", i, k)
			columns, plain = append(columns, s.e.C(attribute.Name()).Label(name)), append(plain, s.t.C(attribute.Column().Name()).Label(name))
			order = append(order, expr.Ref(name))
		}
	}
	return e.Columns(columns...).OrderBy(order...), t.Columns(plain...).OrderBy(order...)
}

// loads are options, each relationship once, with the kind that a call gives them.
func (g *entityGen) loads(of expr.Source, e *schema.Entity, depth int, seen map[*schema.Relationship]bool) func(func() expr.LoadKind) []*expr.LoadOption {
	var all []func(func() expr.LoadKind) *expr.LoadOption
	for _, r := range g.relationships(e) {
		if seen[r] || g.IntN(3) == 0 || depth == 0 {
			continue
		}
		seen[r] = true
		target := expr.Entity(r.Target())
		related := of.R(r.Name())
		if g.IntN(3) == 0 {
			cond, _ := g.condition(bothSides{r.Target(), target, expr.Table(r.Target().Table())}, 1)
			related = related.And(cond)
		}
		nested := g.loads(target, r.Target(), depth-1, seen)
		all = append(all, func(kind func() expr.LoadKind) *expr.LoadOption { return expr.Load(kind(), related, nested(kind)...) })
	}
	return func(kind func() expr.LoadKind) []*expr.LoadOption {
		list := make([]*expr.LoadOption, len(all))
		for i, one := range all {
			list[i] = one(kind)
		}
		return list
	}
}

// whole is a select of whole entities, without options.
func (g *entityGen) whole() (*expr.SelectStmt, func(func() expr.LoadKind) []*expr.LoadOption) {
	root := g.of(pick(g, g.entities))
	cond, _ := g.condition(root, 2)
	q := expr.Select(root.e).Where(cond).OrderBy(root.e.C("id"))
	if g.IntN(2) == 0 {
		q = q.Limit(1 + g.IntN(4)).Offset(g.IntN(2))
	}
	return q, g.loads(root.e, root.entity, 3, map[*schema.Relationship]bool{})
}

// strategies give kinds: always one, or any.
func (g *entityGen) strategies() map[string]func() expr.LoadKind {
	always := func(k expr.LoadKind) func() expr.LoadKind { return func() expr.LoadKind { return k } }
	return map[string]func() expr.LoadKind{"joined": always(joined), "selectin": always(selectin), "subquery": always(subquery),
		"mixed": func() expr.LoadKind { return pick(g, []expr.LoadKind{joined, selectin, subquery}) }}
}

// showLoaded writes what was loaded, as far as six relationships deep: they may lead back.
func showLoaded(t *testing.T, r *engine.Record, depth int) string {
	var b strings.Builder
	for _, a := range r.Entity().Attributes() {
		if v, err := r.Value(a.Name()); err == nil {
			b.WriteString(" " + v.Plain())
		}
	}
	for _, rel := range r.Entity().Relationships() {
		list, err := r.Many(rel.Name())
		if err != nil || depth == 0 {
			continue
		}
		lines := make([]string, len(list))
		for i, one := range list {
			lines[i] = showLoaded(t, one, depth-1)
		}
		if len(rel.OrderBy()) == 0 {
			slices.Sort(lines)
		}
		b.WriteString(fmt.Sprintf(" %s[%s]", rel.Name(), strings.Join(lines, ";")))
	}
	return "(" + b.String() + ")"
}

// TestRandomEntities: random queries of entities give the rows of those of tables that say the same,
// and their bytes come back; what they load is the same by each strategy.
func TestRandomEntities(t *testing.T) {
	ctx := context.Background()
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		fillORM(t, db)
		n := map[string]int{"sqlite": 600}[db.Name]
		if n == 0 {
			n = 150
		}
		s := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		rows, objects := 0, 0
		for seed := range uint64(n) {
			g := newEntityGen(seed, ormMeta(), "User", "Address", "Order", "Item", "Keyword", "Node", "Dingaling")
			q, plain := g.query()
			require.NoError(t, expr.Err(q), "seed %d", seed)
			first, err := serializer.Dumps(q)
			require.NoError(t, err, "seed %d", seed)
			loaded := stored(t, ormMeta(), q)
			again, err := serializer.Dumps(loaded)
			require.NoError(t, err)
			require.Equal(t, first, again, "seed %d", seed)
			want := showRows(t, s, plain)
			require.Equal(t, want, showRows(t, s, loaded), "seed %d: %s", seed, expr.Sprint(q))
			rows += strings.Count(want, "|")

			whole, loads := g.whole()
			shown := map[string]string{}
			for name, kind := range g.strategies() {
				records, err := engine.All[*engine.Record](ctx, s, stored(t, ormMeta(), whole.Options(loads(kind)...)), nil)
				require.NoError(t, err, "seed %d by %s", seed, name)
				for _, r := range records {
					shown[name] += showLoaded(t, r, 6) + "\n"
				}
			}
			for _, name := range []string{"joined", "subquery", "mixed"} {
				require.Equal(t, shown["selectin"], shown[name], "seed %d: selectin and %s", seed, name)
			}
			objects += strings.Count(shown["selectin"], "(")
		}
		require.Greater(t, rows, n/3, "questions have answers")
		require.Greater(t, objects, n)
		t.Logf("%d queries: %d rows, %d objects", n, rows, objects)
	})
}

// TestRandomTenantEntities: random queries of entities as one of two tenants, by each strategy and
// through bytes: never the other's row.
func TestRandomTenantEntities(t *testing.T) {
	ctx := context.Background()
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		own := newTenancy(t)
		own.fill(t, db)
		n := map[string]int{"sqlite": 400}[db.Name]
		if n == 0 {
			n = 100
		}
		meta := own.view.meta
		seen := map[int]int{}
		for seed := range uint64(n) {
			g := newEntityGen(seed, meta, "User", "Address")
			q, _ := g.query()
			whole, loads := g.whole()
			for tenant := 1; tenant <= 2; tenant++ {
				s := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(own.pol, policy.Values{"tenant": tenant}))
				mine := func(id any, what string) {
					number, ok := id.(int64)
					require.True(t, ok, "%T", id)
					seen[tenant]++
					require.Equal(t, tenant == 2, number >= 9000, "seed %d, tenant %d, %s: %d", seed, tenant, what, number)
				}
				list, err := s.All(ctx, through(t, meta, q), nil)
				require.NoError(t, err, "seed %d", seed)
				for _, row := range list {
					for name, v := range row {
						if strings.HasSuffix(name, "_0") && v != nil { // the id of each
							mine(v, name)
						}
					}
				}
				for name, kind := range g.strategies() {
					records, err := engine.All[*engine.Record](ctx, s, through(t, meta, whole.Options(loads(kind)...)), nil)
					require.NoError(t, err, "seed %d by %s", seed, name)
					met := map[*engine.Record]bool{}
					var look func(r *engine.Record)
					look = func(r *engine.Record) {
						if met[r] {
							return
						}
						met[r] = true
						id, err := r.Get("id")
						require.NoError(t, err)
						mine(id, name)
						for _, rel := range r.Entity().Relationships() {
							list, _ := r.Many(rel.Name())
							for _, one := range list {
								look(one)
							}
						}
					}
					for _, r := range records {
						look(r)
					}
				}
			}
		}
		require.Greater(t, seen[1], n)
		require.Greater(t, seen[2], n)
		t.Logf("%d queries: %d and %d rows seen", n, seen[1], seen[2])
	})
}
