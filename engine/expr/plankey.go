package expr

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"reflect"

	"github.com/sqlser/sqlser/schema"
)

// AppendPlanKey is [AppendShape] with what else a compiled statement depends on, within
// this process: the generation of the metadata of each table, and which functions and
// types of the host are meant. Tables and columns it counts in their metadata, instead of naming them. Ok is false for what no key can stand for: metadata that
// is not frozen may still change. Whoever keeps the key must keep n as well: what it
// names by address is known by it only for as long as n exists.
func AppendPlanKey(key []byte, values []Value, n Node) (_ []byte, _ []Value, ok bool) {
	if n = orNone(n); n == nil || Err(n) != nil {
		return key, values, false
	}
	if like := likenessOf(n); like != nil && like.planned {
		return append(key, like.of.key...), append(values, like.values...), true
	}
	key, values, _, ok = appendPlanKey(key, values, n, false)
	return key, values, ok
}

// PlanKey is what [AppendPlanKey] appends of a statement that a [Pattern] made, where that is known without a
// walk: the statement shares its key with the pattern's own.
type PlanKey struct {
	Key    string
	Hash   uint64  // of Key
	Values []Value // not to be changed
	First  bool    // nobody has asked before: nothing is remembered of this very statement
}

// PlanKeyOf returns the PlanKey of n, with a hash by a seed that was made; ok is false where it has none.
func PlanKeyOf(n Node, seed maphash.Seed) (key PlanKey, ok bool) {
	like := likenessOf(n)
	if like == nil || !like.planned || seed == (maphash.Seed{}) {
		return key, false
	}
	first := !like.asked.Load() && like.asked.CompareAndSwap(false, true)
	return PlanKey{like.of.key, like.of.hash(seed), like.values, first}, true
}

// hash returns the hash of the key, which is made once: most ask with one seed.
func (p *Pattern) hash(seed maphash.Seed) uint64 {
	if h := p.hashed.Load(); h != nil && h.seed == seed {
		return h.hash
	}
	h := &keyHash{seed, maphash.String(seed, p.key)}
	p.hashed.Store(h)
	return h.hash
}

// appendPlanKey is AppendPlanKey, by a walk. It counts how often each value stands in the tree, if it is told to.
func appendPlanKey(key []byte, values []Value, n Node, count bool) (_ []byte, _ []Value, uses []int, ok bool) {
	w := shapers.Get().(*shaper)
	w.b, w.values, w.first, w.plan, w.count = key, values, len(values), true, count
	w.Node(n)
	key, values, uses, ok = w.b, w.values, w.uses, !w.loose
	w.release()
	return key, values, uses, ok
}

// appendAddress appends what tells a pointer from all others that there are.
func appendAddress(b []byte, p any) []byte {
	return binary.NativeEndian.AppendUint64(b, uint64(reflect.ValueOf(p).Pointer()))
}

// metaData appends the generation of the metadata of a table or an entity.
func (w *shaper) metaData(b []byte, m *schema.MetaData) []byte {
	if m == nil || m.Generation() == 0 {
		w.loose = true
		return b
	}
	return binary.AppendUvarint(b, m.Generation())
}

// AppendShapeFamily appends the shape of n but for how long its lists are: of items that
// are alike but for the values of literals, one stands for all that follow it. Caches
// bound by it how many plans one query with longer and shorter lists may have.
func AppendShapeFamily(key []byte, n Node) []byte {
	if n = orNone(n); n == nil {
		return key
	}
	w := &familyWriter{}
	w.b = key
	w.fields.w = w
	w.Node(n)
	return w.b
}

// familyWriter is the Writer behind AppendShapeFamily.
type familyWriter struct {
	shaper
	list  listState   // the list whose items are written; of no items elsewhere
	outer []listState // around the parts that are open
}

// listState is a list, of which so many items are to come.
type listState struct{ left, start, before, end int }

// begin begins what may be an item of a list, and returns the list.
func (w *familyWriter) begin() listState {
	l := w.list
	l.start, w.list = len(w.b), listState{}
	return l
}

// end ends it: an item that is like the one before it is dropped.
func (w *familyWriter) end(l listState) {
	w.list = listState{}
	if l.left == 0 {
		return
	}
	if item := w.b[l.start:]; l.end == l.start && l.before < l.start && bytes.Equal(item, w.b[l.before:l.end]) {
		w.b = w.b[:l.start]
	} else {
		l.before, l.end = l.start, len(w.b)
	}
	if l.left--; l.left > 0 {
		w.list = l
	}
}

func (w *familyWriter) Node(n Node) {
	l := w.begin()
	w.b = append(w.b, byte(n.Op()))
	place := w.place
	w.place = 0
	n.fields(&w.fields)
	w.b = append(w.b, 0)
	w.place = place
	w.end(l)
}

func (w *familyWriter) Source(s Source) {
	if i, known := w.find(s); known {
		l := w.begin()
		w.b = append(w.b, 0)
		w.number(i)
		w.end(l)
		return
	}
	w.Node(s)
	w.remember(s)
}

func (w *familyWriter) Column(s Source, c *schema.Column, index int) {
	if w.Source(s); c != nil {
		w.text(c.Name())
	} else {
		w.number(index)
	}
}

func (w *familyWriter) Open() {
	w.outer = append(w.outer, w.begin())
	w.shaper.Open()
}

func (w *familyWriter) Close() {
	w.shaper.Close()
	last := len(w.outer) - 1
	w.end(w.outer[last])
	w.outer = w.outer[:last]
}

func (w *familyWriter) List(n int) { w.list = listState{left: n, before: -1, end: -1} }

func (w *familyWriter) Value(v Value) { w.b = append(w.b, byte(v.kind)) }
