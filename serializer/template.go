package serializer

import (
	"slices"
	"strings"
	"sync/atomic"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/internal/lru"
)

// notes say where in a payload literals stand.
type notes struct {
	head     int // where the root begins
	literals []*expr.LiteralExpr
	spans    []span // of their values
}

type span struct{ start, end int }

// none forgets all that has been noted.
func (n *notes) none() {
	if n != nil {
		*n = notes{}
	}
}

func (n *notes) root(at int) {
	if n != nil {
		n.head = at
	}
}

func (n *notes) literal(l *expr.LiteralExpr, start, end int) {
	if n != nil {
		n.literals, n.spans = append(n.literals, l), append(n.spans, span{start, end})
	}
}

// template is a payload that was loaded, by which others are that differ in free literals alone, see
// [expr.Pattern]: all else of them was checked when it was, and came to what it came to.
type template struct {
	loaded  *Loaded
	pattern *expr.Pattern
	gaps    []gap  // in the order of the bytes
	after   string // the bytes behind the last one
	head    int    // where the root begins
}

// gap is where in the payload a free literal's value stands: behind these bytes, from the root on or
// from the gap before.
type gap struct {
	before string
	of     int // which of the pattern's it is
}

// newTemplate makes a template of what was loaded; nil of what has nothing free, and of what
// has drifted: that takes a report.
func newTemplate(l *Loaded, n *notes) *template {
	if len(l.Drift) > 0 || len(n.literals) == 0 {
		return nil
	}
	pattern, free := expr.NewPattern(l.Root, n.literals)
	if pattern == nil {
		return nil
	}
	t := &template{loaded: l, pattern: pattern, head: n.head}
	order := make([]int, len(free)) // of the bytes
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, k int) int { return n.spans[free[i]].start - n.spans[free[k]].start })
	at := n.head
	for _, of := range order {
		s := n.spans[free[of]]
		t.gaps = append(t.gaps, gap{l.payload[at:s.start], of})
		at = s.end
	}
	t.after = l.payload[at:]
	return t
}

// cost is about how much memory a template takes.
func (t *template) cost() int {
	return 2*len(t.loaded.payload) + nodeMemory*(expr.Size(t.loaded.Root)+len(t.gaps))
}

// load returns the root of what [Loads] makes of a payload with the template's head, or nil where it has to be asked. Each literal is
// one token as the reader takes it, of at most so many bytes, and all between them is the template's.
func (t *template) load(b []byte, limits *Limits) expr.Node {
	start, end := t.head+len(t.gaps[0].before), len(b)-len(t.after)
	if start > end || string(b[t.head:start]) != t.gaps[0].before || string(b[end:]) != t.after {
		return nil
	}
	var room [fewLiterals]expr.Value
	values := room[:]
	if len(t.gaps) > len(room) {
		values = make([]expr.Value, len(t.gaps))
	}
	s := scanner{s: string(b[start:end]), str: limits.String, listable: maxItems}
	for i := range t.gaps {
		g := &t.gaps[i]
		if i > 0 {
			if !strings.HasPrefix(s.s[s.pos:], g.before) {
				return nil
			}
			s.pos += len(g.before)
		}
		if values[g.of] = s.value(); s.err != nil {
			return nil
		}
	}
	if s.pos != len(s.s) {
		return nil
	}
	return t.pattern.With(values[:len(t.gaps)])
}

// as returns what l would be of a payload that a template of l loaded, with the root that it made.
func (l *Loaded) as(root expr.Node, payload []byte) *Loaded {
	if root == l.Root {
		return l
	}
	made := *l
	made.Root, made.payload = root, string(payload)
	if l.Query != nil {
		made.Query = root.(expr.Query)
	}
	if l.Statement != nil {
		made.Statement = root.(expr.Statement)
	}
	return &made
}

// fewLiterals need no allocation while they are read.
const fewLiterals = 8

// templates remembers templates by what payloads begin with: of each beginning those of a few heads.
type templates struct {
	known *lru.Cache[uint64, *begun]
	most  int                       // that known takes at once
	seen  [seenHashes]atomic.Uint64 // of heads that were loaded, and of payloads that templates have loaded

	loaded, read atomic.Uint64 // see CodecStats
}

const (
	beginning  = 24 // bytes: the size of the tree and the name of the first table, as a rule
	fewHeads   = 16 // of one beginning
	alike      = 3  // templates of one head
	seenHashes = 512
)

// begun are the templates of one beginning, the head that was put last first.
type begun struct {
	hash uint64
	list atomic.Pointer[[]*likely]
}

// likely are the templates of one head, which is all before the root: a query with other literals has
// the same, and few others have.
type likely struct {
	head string
	list atomic.Pointer[[]*template]
	made atomic.Int64 // templates in all
	used atomic.Int64 // payloads that they loaded
}

// beginningOf is a hash of what a payload begins with. Those that are made to have one share the room for heads of
// one beginning, as do those that begin alike.
func beginningOf(b []byte) (h uint64) {
	if len(b) < beginning {
		return 0
	}
	for at := 0; at < beginning; at += 8 {
		h = mix(h, b[at:])
	}
	return h
}

// isSecond reports whether a hash was seen before, not long ago.
func (t *templates) isSecond(hash uint64) bool {
	at := &t.seen[hash%seenHashes]
	if at.Load() == hash {
		return true
	}
	at.Store(hash)
	return false
}

// begun returns the templates of a beginning, or nil.
func (t *templates) begun(hash uint64) *begun {
	if recent := t.known.Recent(hash); recent != nil && recent.Value.hash == hash {
		recent.Use()
		return recent.Value
	}
	known, _ := t.known.Find(hash)
	return known
}

// likely returns the templates of a payload's head, or nil.
func (s *begun) likely(b []byte) *likely {
	if s == nil {
		return nil
	}
	for _, l := range *s.list.Load() {
		if n := len(l.head); len(b) > n && string(b[:n]) == l.head {
			return l
		}
	}
	return nil
}

// load loads a payload by a template, of which it returns what was loaded and the root; or nil.
func (l *likely) load(b []byte, limits Limits) (*Loaded, expr.Node) {
	if l == nil || len(b) > limits.Bytes {
		return nil, nil
	}
	for _, t := range *l.list.Load() {
		if root := t.load(b, &limits); root != nil {
			l.used.Add(1)
			return t.loaded, root
		}
	}
	return nil, nil
}

// worth reports whether one more template of the head may be made: those that are made in vain,
// where payloads differ in what is not free, must not cost more than others save.
func (l *likely) worth() bool { return l.made.Load() < alike+l.used.Load() }

// put holds a template; of its head and its beginning few are held, those that were put last, and no more than
// the cache takes at once.
func (t *templates) put(hash uint64, s *begun, l *likely, made *template) {
	if made.head < beginning {
		return // what comes before the root alone tells a beginning
	}
	list := []*template{made}
	if l == nil {
		l = &likely{head: made.loaded.payload[:made.head]}
	} else {
		l.made.Add(1)
		had := *l.list.Load()
		list = append(list, had[:min(len(had), alike-1)]...)
	}
	cost := costOfAll(list)
	if cost > t.most {
		return
	}
	heads := []*likely{l}
	if s == nil {
		s = &begun{hash: hash}
	} else {
		for _, other := range *s.list.Load() {
			more := costOfAll(*other.list.Load())
			if other != l && len(heads) < fewHeads && cost+more <= t.most {
				heads, cost = append(heads, other), cost+more
			}
		}
	}
	l.list.Store(&list)
	s.list.Store(&heads)
	t.known.PutAt(hash, hash, s, cost, 0)
}

func costOfAll(list []*template) (cost int) {
	for _, t := range list {
		cost += t.cost()
	}
	return cost
}
