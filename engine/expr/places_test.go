package expr_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// place is where a node stands in what was written down: an item of a field's values.
type place struct {
	in     func() expr.Node // what it is in
	name   string           // such as "select.where"
	values []any
	at     int
}

// placesOf lists the places of nodes in a record, the first of each field of each kind.
func placesOf(n expr.Node, known map[string]int) (root any, all []*place) {
	seen := map[*recordSource]bool{}
	var walk func(name string, fields []recordField)
	look := func(name string, values []any, at int) {
		take := func() {
			if known[name]++; known[name] <= 2 {
				all = append(all, &place{name: name, values: values, at: at})
			}
		}
		switch v := values[at].(type) {
		case *record:
			take()
			walk(v.op.String(), v.fields)
		case *recordSource:
			take()
			if !seen[v] {
				seen[v] = true
				walk(v.op.String(), v.fields)
			}
		case recordColumn:
			take()
		case []recordField:
			walk(name, v)
		}
	}
	walk = func(name string, fields []recordField) {
		for _, f := range fields {
			for i := range f.values {
				look(name+"."+f.name, f.values, i)
			}
		}
	}
	top := []any{recordOf(n)}
	look("", top, 0)
	return top[0], slices.DeleteFunc(all, func(p *place) bool { return p.name == "" })
}

// tenants admits what the fixtures ask for, but for the rows of others.
func tenants() *policy.Policy {
	p := policy.New().AllowSelect().AllowInsert().AllowUpdate().AllowDelete()
	for _, t := range shop().Tables() {
		rules := []policy.Rule{}
		if c := t.Lookup("id"); c != nil {
			rules = append(rules, policy.Rows(expr.Of(c).Gt(policy.Value("least"))))
		}
		p = p.Table(t, rules...)
	}
	return p
}

// stand is all that a host does with a node that it has read: it panics nowhere.
type stand struct {
	t        testing.TB
	policies []*policy.Policy
	accepted int
	compiled int
	failed   map[string]bool
}

func (s *stand) try(what func() string, n expr.Node) {
	defer func() {
		if r := recover(); r != nil {
			where := string(debug.Stack())
			if !s.failed[fmt.Sprint(r)] {
				s.failed[fmt.Sprint(r)] = true
				s.t.Errorf("%s: panic: %v\n%s\n%s", what(), r, expr.Sprint(n), where)
			}
		}
	}()
	if expr.Err(n) != nil {
		return
	}
	s.accepted++
	if stmt, ok := n.(expr.Statement); ok {
		_, _ = expr.Expand(stmt)
	}
	if _, err := expr.Resolve(n); err != nil {
		faultOf(s.t, err)
		return
	}
	for _, p := range s.policies {
		admitted, err := p.Admit(n)
		if err != nil {
			continue
		}
		for _, d := range dialect.All()[s.accepted%4:][:1] {
			if _, err := d.Compile(admitted); err == nil {
				s.compiled++
			}
		}
	}
}

// around are statements in which an expression, a source or a query stands in each place that one can.
func around(n expr.Node) (all []expr.Node) {
	c, o := customers(), orders()
	add := func(list ...expr.Node) { all = append(all, list...) }
	if q, ok := n.(expr.Query); ok {
		sub := expr.Subquery(q, "s")
		add(q, expr.Select(sub).From(sub), expr.Select(expr.Exists(q)), expr.Select(id()).Where(expr.Exists(q)), expr.Compound(expr.Union, q, q), expr.Compound(expr.Except, ids(), q),
			expr.Select(expr.Scalar(q)), expr.Select(id()).Where(id().In(q)), expr.Select(id()).From(c).CrossJoin(expr.Lateral(q, "l")), q2(expr.CTE(q, "w")), expr.Insert(c).FromSelect([]string{"id"}, q),
			expr.Select(id()).Where(id().Eq(expr.Any(q))))
		return all
	}
	switch v := n.(type) {
	case expr.Statement:
		add(v, q2(expr.CTE(v, "w")))
	case expr.Source:
		add(q2(v), expr.Select(1).From(v), expr.Select(id()).From(c).LeftJoin(v, expr.Bool(true)), expr.Select(id()).From(c).Join(v), expr.Update(c).Set(set{"age": 1}).From(v).AllRows(),
			expr.Delete(c).Using(v).AllRows(), expr.Insert(v).Values(set{}), expr.Update(v).AllRows(), expr.Delete(v).AllRows(), expr.Select(1).From(v.Alias("again")), expr.Select(expr.Exists(expr.Select(1).From(v))))
	case expr.FromClause:
		add(expr.Select(1).From(v), expr.Select(id()).From(c).Join(v), expr.Delete(c).Using(v).AllRows())
	case *expr.LoadOption:
		add(expr.Select(entity("Customer")).Options(v), expr.Select(entity("Employee").Alias("e")).Options(v), expr.Insert(entity("Customer")).Values(set{"id": 1}).Returning(entity("Customer")))
	default:
		x := expr.Of(n)
		add(expr.Select(x), expr.Select(x.Label("n")).From(c).OrderBy(expr.Ref("n")), expr.Select(id()).From(c).Where(x), expr.Select(id()).From(c).OrderBy(x), expr.Select(1).From(c).GroupBy(x),
			expr.Select(id()).From(c).GroupBy(id()).Having(x), expr.Select(id()).From(c).Join(o, x), expr.Select(id()).From(c).Limit(x), expr.Select(expr.Func("count", x)).From(c), expr.Select(expr.Func("max", id()).Filter(x)).From(c),
			expr.Insert(c).Values(set{"id": x}), expr.Insert(c).Values(set{"id": 1}).OnConflict("id").DoUpdate(set{"id": x}), expr.Insert(c).Values(set{"id": 1}).OnConflict("id").DoUpdate(set{"age": 1}).Where(x),
			expr.Insert(c).Values(set{"id": 1}).Returning(x), expr.Update(c).Set(set{"id": x}).AllRows(), expr.Update(c).Set(set{"age": 1}).Where(x), expr.Delete(c).Where(x).Returning(x),
			expr.Select(id()).From(c).Where(expr.Exists(expr.Select(1).From(o).Where(x))), expr.Select(entity("Customer").C("id")).Where(entity("Customer").R("orders").Any(x)),
			expr.Select(expr.Func("count").Over(expr.PartitionBy(x))).From(c), expr.Select(id().Label("a"), x.Label("b")).Subquery("s").Alias("t").CrossJoin(c))
	}
	return all
}

// q2 is a query of all columns of a source, and of another use of it.
func q2(s expr.Source) expr.Node {
	again := s.Alias("again")
	return expr.Select(s).From(s).CrossJoin(again).Where(expr.Exists(expr.Select(again).From(again)))
}

// guest is a node to stand in a place, as it was written down.
type guest struct {
	name string
	root any
}

// in puts g into a place, and returns the whole; nil where it cannot stand there.
func (g guest) in(p *place) *guest {
	root, own := placesOf(p.in(), map[string]int{})
	was := slices.IndexFunc(own, func(o *place) bool { return o.name == p.name && o.at == p.at })
	if was < 0 {
		return nil
	}
	slot := own[was]
	if r, ok := g.root.(*record); ok && r.op == expr.OpColumn {
		if _, ok := slot.values[slot.at].(recordColumn); ok {
			g.root = r.fields[0].values[0]
		}
	}
	slot.values[slot.at] = g.root
	return &guest{g.name + " in " + p.name, root}
}

// odd are sources, and nodes of them, that stand where few expect them.
func odd() (all []guest) {
	gone := schema.DetachedEntity("Gone", "")
	c, e := customers(), entity("Employee")
	inserted := expr.Insert(entity("Customer")).Values(set{"id": 1})
	sources := map[string]expr.Source{
		"a detached table": expr.Table(schema.Detached([]string{"gone"}, "")), "a detached entity": expr.Entity(gone), "its alias": expr.Entity(gone).Alias("g"),
		"an excluded row": expr.Excluded(c), "its alias ": expr.Excluded(c).Alias("x"), "an entity's excluded row": expr.Excluded(e), "its alias  ": expr.Excluded(e).Alias("x"),
		"a detached entity's excluded row": expr.Excluded(expr.Entity(gone)), "an entity's alias": e.Alias("e"), "an alias of an alias": e.Alias("e").Alias("f"), "an alias of rows": e.AliasOf(expr.Subquery(expr.Select(e), "s"), "r"),
		"a table's alias of an alias": c.Alias("a").Alias("b"), "a lateral": expr.Lateral(expr.Select(id()).Where(orders().C("customer_id").Eq(id())).From(c), "l"),
		"a CTE of a change": expr.CTE(inserted.Returning(entity("Customer").C("id")), "w"), "a recursion": tree("t", "id"), "what a recursion has found": tree("t", "id").Self(), "its alias   ": tree("t", "id").Self().Alias("u"),
		"a sample of an alias": expr.Tablesample(c.Alias("a"), expr.Bernoulli, 5, nil), "a sample of an entity": expr.Tablesample(e, expr.Bernoulli, 5, nil),
	}
	lost := expr.Related(expr.Entity(gone), schema.DetachedRelationship(gone, "posts", nil, true, ""))
	unknown := expr.Related(entity("Customer"), schema.DetachedRelationship(entity("Customer").Entity(), "posts", nil, true, ""))
	nodes := map[string]expr.Node{
		"a detached relationship": lost, "its join's load": expr.Load(expr.JoinedLoad, lost), "its load": expr.Load(expr.SelectinLoad, lost), "its any": lost.Any().Node(),
		"a lost relationship": unknown, "its join's load ": expr.Load(expr.JoinedLoad, unknown), "its load ": expr.Load(expr.SubqueryLoad, unknown), "its any ": unknown.Any().Node(), "a whole entity": expr.Select(e).Items().At(0).Expr().Node(),
		"a change": inserted, "a change that gives rows": inserted.Returning(entity("Customer")), "a compound of entities": expr.Compound(expr.Union, expr.Select(e), expr.Select(e)),
		"a named window": expr.Func("rank").Over(expr.NamedWindow("w")).Node(), "any": e.R("reports").OfType(e.Alias("e")).Any(e.C("called").Eq("x")).Node(), "an optional condition": expr.Param("p", schema.Boolean).IfGiven(active()).Node(),
	}
	for name, s := range sources {
		if expr.Err(s) == nil {
			nodes[name] = s
		}
		for _, o := range s.Columns()[:min(1, len(s.Columns()))] {
			nodes["a column of "+name] = s.C(o.Name).Node()
		}
		nodes["a column that joins "+name] = expr.Select(1).From(s).Where(expr.Exists(expr.Select(s).From(s)))
		if expr.EntityOf(s) != nil {
			nodes["all of "+name] = expr.Select(s)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		if expr.Err(nodes[name]) == nil {
			all = append(all, guest{name, recordOf(nodes[name])})
		}
	}
	return all
}

// TestEveryNodeInEveryPlace: each kind of node in each place of each other kind is refused
// when it is read, or all that is done with it, wherever it stands in a statement, does not
// panic; and so do some of these in a place again. SQLSER_TEST_PLACES tries so many times more.
func TestEveryNodeInEveryPlace(t *testing.T) {
	var guests, more []guest
	var all []*place
	known := map[string]int{}
	for _, op := range everyOp() {
		for i, fix := range fixtures[op] {
			guests = append(guests, guest{fmt.Sprintf("%s/%d", op, i), recordOf(fix.make())})
			builds := []build{fix.make}
			for _, field := range slices.Sorted(maps.Keys(fix.vary)) {
				builds = append(builds, fix.vary[field]...)
			}
			for k, b := range builds {
				if k > 0 {
					more = append(more, guest{fmt.Sprintf("%s/%d, varied %d", op, i, k), recordOf(b())})
				}
				_, list := placesOf(b(), known)
				for _, p := range list {
					p.in = b
				}
				all = append(all, list...)
			}
		}
	}
	guests = append(guests, odd()...)
	times := 1
	if n, err := strconv.Atoi(os.Getenv("SQLSER_TEST_PLACES")); err == nil {
		times = n
	}
	s := &stand{t: t, policies: []*policy.Policy{policy.Unrestricted(), tenants()}, failed: map[string]bool{}}
	alone := func(g guest) bool {
		n, err := play(g.root)
		if err != nil {
			return false
		}
		for k, stmt := range around(n) {
			s.try(func() string { return fmt.Sprintf("%s, %d", g.name, k) }, stmt)
		}
		return true
	}
	try := func(g guest, p *place) {
		if both := g.in(p); both != nil && alone(*both) {
			more = append(more, *both)
		}
	}
	for _, g := range slices.Concat(guests, more) {
		require.True(t, alone(g), g.name)
	}
	first := slices.Clone(more)
	for _, p := range all {
		for _, g := range guests {
			try(g, p)
		}
	}
	once := s.accepted
	rng := rand.New(rand.NewPCG(7, uint64(times)))
	second := append(first, more...)
	for _, p := range all {
		for range 25 * times {
			try(second[rng.IntN(len(second))], p)
		}
	}
	t.Logf("%d places, %d guests, %d statements, %d of two, %d compiled", len(all), len(guests), once, s.accepted-once, s.compiled)
	require.Greater(t, s.compiled, 10_000)
}
