package engine

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/internal/lru"
)

// Bounds of a plan cache.
const (
	defaultPlans = 1000
	planMemory   = 32 << 10 // for each plan that it may hold, in bytes
	nodeMemory   = 128      // about what a node of a tree takes
	longestPlan  = 64 << 10 // keys, texts and arguments beyond it are not kept
	plansAFamily = 16       // of one query with lists of several lengths
	seenTrees    = 256
	largeTree    = 5_000 // nodes: such trees, too, are known by their shape alone
)

// plans remembers what statements were compiled to. A tree, a policy and a dialect
// never change, so that the very same tree under the very same policy is the same
// statement. Another tree is, if it has the same key: see [expr.AppendPlanKey]; of policies
// that have the same key, see [policy.Policy.PlanKey], one stands for all.
//
// Nothing is looked up by a hash alone: keys are compared whole.
type plans struct {
	trees  *lru.Cache[uint64, *plannedTree] // by their places
	shapes *lru.Cache[uint64, *plan]
	rules  *lru.Cache[string, *policy.Policy] // by their keys
	seed   maphash.Seed

	mu   sync.Mutex
	seen [seenTrees]planTree // that were compiled once; were they gone, others could have their addresses

	hits, rebound, misses, refused atomic.Uint64
}

// planTree is a tree, and who let it through.
type planTree struct {
	root   expr.Node
	policy *policy.Policy
	given  string // the names of the parameters that are given, where conditions depend on them
}

// plannedTree is what a tree was compiled to.
type plannedTree struct {
	planTree
	stmt *dialect.Statement
}

// plan is what a key was compiled to.
type plan struct {
	policy   *policy.Policy
	key      string
	root     expr.Node          // that the key may know by address
	pinned   []int              // values of literals that longer keys tell apart: this is no plan, but theirs are
	template *dialect.Template  // nil: the key holds all values
	stmt     *dialect.Statement // of those; else nil
}

// PlanStats says what a plan cache has done and holds.
type PlanStats struct {
	Hits    uint64 // the very same tree under the same policy
	Rebound uint64 // one of a shape that was known, with its own values
	Misses  uint64 // compiled
	Refused uint64 // of these, in vain: not admitted, or no words for it

	Trees, Shapes int    // held
	Forgotten     uint64 // to make room
}

func newPlans(n int) *plans {
	if n <= 0 {
		return nil
	}
	return &plans{
		trees:  lru.New[uint64, *plannedTree](n, n*planMemory, 0),
		shapes: lru.New[uint64, *plan](n, n*planMemory, plansAFamily),
		rules:  lru.New[string, *policy.Policy](n, n*planMemory, 0),
		seed:   maphash.MakeSeed(),
	}
}

// standsFor returns the policy by which plans of another are known: one that says the same.
func (p *plans) standsFor(rules *policy.Policy) *policy.Policy {
	if p == nil {
		return rules
	}
	key, ok := rules.PlanKey()
	if !ok {
		return rules
	}
	if known, ok := p.rules.Get(key); ok {
		return known
	}
	p.rules.Put(key, rules, len(key)+nodeMemory, 0)
	return rules
}

// stats returns what Engine.PlanStats says.
func (p *plans) stats() (s PlanStats) {
	if p == nil {
		return s
	}
	s.Hits, s.Rebound, s.Misses, s.Refused = p.hits.Load(), p.rebound.Load(), p.misses.Load(), p.refused.Load()
	var trees, shapes uint64
	s.Trees, trees = p.trees.Len()
	s.Shapes, shapes = p.shapes.Len()
	s.Forgotten = trees + shapes
	return s
}

// planRoom is memory that a look-up needs for a moment.
type planRoom struct {
	key    []byte
	values []expr.Value
}

var planRooms = sync.Pool{New: func() any { return new(planRoom) }}

func (r *planRoom) release() {
	if clear(r.values); cap(r.key) <= longestPlan && cap(r.values) <= 1<<10 {
		planRooms.Put(r)
	}
}

// compile returns what a statement is compiled to, by what is remembered where it can.
func (p *plans) compile(s *Session, stmt expr.Node, params Params) (*dialect.Statement, error) {
	tree := planTree{root: stmt, policy: s.planned}
	conditional := expr.IsConditional(stmt)
	if conditional {
		tree.given = givenOf(stmt, params.has)
	}
	var place uint64
	if p != nil {
		place = p.place(tree, s.under)
		if made := p.ofTree(tree, place); made != nil {
			p.hits.Add(1)
			return made, nil
		}
		if !conditional {
			if made := p.atFirst(s, stmt); made != nil {
				return made, nil
			}
		}
	}
	if conditional {
		stmt = expr.Given(stmt, params.has)
	}
	if p == nil {
		return s.compile(stmt)
	}
	room := planRooms.Get().(*planRoom)
	defer room.release()
	var ok bool
	if room.key, room.values, ok = expr.AppendPlanKey(room.key[:0], room.values[:0], stmt); !ok || !short(room) {
		return s.compile(stmt)
	}
	made, err := p.byShape(room, stmt, s)
	if err == nil && p.isSecond(tree, place) {
		p.trees.PutAt(place, place, &plannedTree{tree, made}, cost(tree.root, made), 0)
	}
	return made, err
}

// atFirst returns what a statement that was made by a pattern is compiled to when it is first asked for, where the
// pattern knows the key and there is a plan of it; else nil.
func (p *plans) atFirst(s *Session, stmt expr.Node) *dialect.Statement {
	key, ok := expr.PlanKeyOf(stmt, p.seed)
	if !ok || !key.First {
		return nil
	}
	known := planOf(p, s.planned, key.Key, key.Hash^s.under)
	if known == nil || known.template == nil {
		return nil
	}
	made, err := known.template.With(key.Values)
	if err != nil { // compiling says where
		return nil
	}
	p.rebound.Add(1)
	return made
}

// place is where a tree is looked for: of two that have one place one alone is known.
func (p *plans) place(tree planTree, under uint64) uint64 {
	h := spread(addressOf(tree.root) ^ under)
	if tree.given != "" {
		h ^= maphash.String(p.seed, tree.given)
	}
	return h
}

// addressOf is where a pointer leads; 0 for nil.
func addressOf(p any) uint64 {
	if p == nil {
		return 0
	}
	return uint64(reflect.ValueOf(p).Pointer())
}

// spread makes all bits of h depend on each other.
func spread(h uint64) uint64 {
	high, low := bits.Mul64(h, 0x9e3779b97f4a7c15)
	return high ^ low
}

// ofTree returns what the very tree was compiled to, or nil.
func (p *plans) ofTree(tree planTree, place uint64) *dialect.Statement {
	if recent := p.trees.Recent(place); recent != nil && recent.Value.planTree == tree {
		recent.Use()
		return recent.Value.stmt
	}
	if p.trees.Lacks(place) {
		return nil
	}
	if known, ok := p.trees.Find(place); ok && known.planTree == tree {
		return known.stmt
	}
	return nil
}

// givenOf lists the parameters of a statement that are given.
func givenOf(stmt expr.Node, given func(string) bool) string {
	var list []byte
	for _, param := range expr.DependenciesOf(stmt).Parameters {
		if name := param.Name(); given(name) {
			list = binary.AppendUvarint(list, uint64(len(name)))
			list = append(list, name...)
		}
	}
	return string(list)
}

// short reports whether what was read into room is worth keeping.
func short(room *planRoom) bool {
	n := len(room.key)
	for i := range room.values {
		n += len(room.values[i].Text())
	}
	return n <= longestPlan
}

// cost is about how much memory is kept with a tree.
func cost(root expr.Node, made *dialect.Statement) int {
	return expr.Size(root)*nodeMemory + 4*len(made.SQL())
}

// isSecond reports whether a tree was compiled before: one that is built anew each time
// must not drive out those that stand.
func (p *plans) isSecond(tree planTree, place uint64) bool {
	if expr.Size(tree.root) > largeTree {
		return false
	}
	at := &p.seen[place%seenTrees]
	p.mu.Lock()
	defer p.mu.Unlock()
	if *at == tree {
		*at = planTree{}
		return true
	}
	*at = tree
	return false
}

// byShape returns what a statement of the key in room is compiled to.
func (p *plans) byShape(room *planRoom, stmt expr.Node, session *Session) (*dialect.Statement, error) {
	known, hash := p.find(session, room.key)
	var pinned []int // the values that are part of the key
	for known != nil && known.pinned != nil {
		pinned = append(pinned, known.pinned...)
		room.key = appendValues(room.key, room.values, known.pinned)
		known, hash = p.find(session, room.key)
	}
	switch {
	case known == nil:
	case known.template != nil:
		made, err := known.template.With(room.values)
		if err != nil { // compiling says where
			return session.compile(stmt)
		}
		p.rebound.Add(1)
		return made, nil
	default:
		p.hits.Add(1)
		return known.stmt, nil
	}
	p.misses.Add(1)
	s, err := session.compile(stmt)
	if err != nil {
		p.refused.Add(1)
		return nil, err
	}
	if len(s.SQL()) > longestPlan {
		return s, nil
	}
	made := &plan{policy: session.planned, root: stmt}
	var more []int
	if made.template, more = s.Template(room.values); made.template == nil {
		made.stmt, more = s, allOf(room.values)
	}
	if more = slices.DeleteFunc(more, func(i int) bool { return slices.Contains(pinned, i) }); len(more) > 0 {
		p.put(&plan{policy: session.planned, root: stmt, key: string(room.key), pinned: more}, hash, session, s)
		room.key = appendValues(room.key, room.values, more)
		_, hash = p.find(session, room.key)
	}
	made.key = string(room.key)
	p.put(made, hash, session, s)
	return s, nil
}

// find returns the plan of a key under a session's policy, and its hash.
func (p *plans) find(s *Session, key []byte) (*plan, uint64) {
	hash := maphash.Bytes(p.seed, key) ^ s.under
	return planOf(p, s.planned, key, hash), hash
}

// planOf returns the plan of a key under a policy, by its hash.
func planOf[K string | []byte](p *plans, under *policy.Policy, key K, hash uint64) *plan {
	if recent := p.shapes.Recent(hash); recent != nil && recent.Value.policy == under && recent.Value.key == string(key) {
		recent.Use()
		return recent.Value
	}
	if known, ok := p.shapes.Find(hash); ok && known.policy == under && known.key == string(key) {
		return known
	}
	return nil
}

// put holds a plan. A query whose lists are now longer, now shorter must not drive out
// all others: only so many plans of its family, under one policy, are held.
func (p *plans) put(made *plan, hash uint64, session *Session, s *dialect.Statement) {
	family := maphash.Bytes(p.seed, expr.AppendShapeFamily(nil, made.root)) ^ session.under
	p.shapes.PutAt(hash, hash, made, cost(made.root, s)+len(made.key), family)
}

// allOf returns the indexes of a list.
func allOf(values []expr.Value) []int {
	all := make([]int, len(values))
	for i := range all {
		all[i] = i
	}
	return all
}

// appendValues appends what tells these values apart, and which they are: the same keys say
// the same, however they came to be.
func appendValues(key []byte, values []expr.Value, which []int) []byte {
	for _, i := range which {
		v := values[i]
		key = binary.AppendUvarint(key, uint64(i))
		key = append(key, byte(v.Kind()))
		key = binary.AppendVarint(key, v.Int())
		key = binary.AppendUvarint(key, uint64(len(v.Text())))
		key = append(key, v.Text()...)
	}
	return key
}
