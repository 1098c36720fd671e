package serializer

import (
	"hash/maphash"
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
	gaps    []gap // in the order of the bytes
	head    int   // where the root begins
}

// gap is where in the payload a free literal's value stands, and which of the pattern's it is.
type gap struct {
	span
	of int
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
	for of, i := range free {
		t.gaps = append(t.gaps, gap{n.spans[i], of})
	}
	slices.SortFunc(t.gaps, func(a, b gap) int { return a.start - b.start })
	return t
}

// cost is about how much memory a template takes.
func (t *template) cost() int {
	return 2*len(t.loaded.payload) + nodeMemory*(expr.Size(t.loaded.Root)+len(t.gaps))
}

// load returns what [Loads] does of a payload, or nil where it has to be asked. Each literal is
// one token as the reader takes it, of at most so many bytes, and all between them is the template's.
func (t *template) load(payload string, limits Limits) *Loaded {
	var room [fewLiterals]expr.Value
	values := room[:]
	if len(t.gaps) > len(room) {
		values = make([]expr.Value, len(t.gaps))
	}
	s := scanner{s: payload, str: limits.String, listable: maxItems}
	of := 0 // of the template's payload is behind
	for i := range t.gaps {
		g := &t.gaps[i]
		between := t.loaded.payload[of:g.start]
		if !strings.HasPrefix(payload[s.pos:], between) {
			return nil
		}
		s.pos += len(between)
		if values[g.of] = s.value(); s.err != nil {
			return nil
		}
		of = g.end
	}
	if payload[s.pos:] != t.loaded.payload[of:] {
		return nil
	}
	root := t.pattern.With(values[:len(t.gaps)])
	if root == nil {
		return nil
	}
	l := *t.loaded
	l.Root, l.payload = root, payload
	if l.Query != nil {
		l.Query = root.(expr.Query)
	}
	if l.Statement != nil {
		l.Statement = root.(expr.Statement)
	}
	return &l
}

// fewLiterals need no allocation while they are read.
const fewLiterals = 16

// templates remembers templates by what payloads begin with: of each beginning those of a few heads.
type templates struct {
	known *lru.Cache[uint64, *begun]
	most  int // that known takes at once
	seed  maphash.Seed
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

// hash is the hash of what a payload begins with.
func (t *templates) hash(b []byte, n int) uint64 { return maphash.Bytes(t.seed, b[:min(len(b), n)]) }

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
	known, _ := t.known.Find(hash, hash)
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

// load loads a payload by a template, or returns nil.
func (l *likely) load(b []byte, limits Limits) *Loaded {
	if l == nil || len(b) > limits.Bytes {
		return nil
	}
	payload := string(b)
	for _, t := range *l.list.Load() {
		if loaded := t.load(payload, limits); loaded != nil {
			l.used.Add(1)
			return loaded
		}
	}
	return nil
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
	t.known.Put(hash, s, cost, 0)
}

func costOfAll(list []*template) (cost int) {
	for _, t := range list {
		cost += t.cost()
	}
	return cost
}
