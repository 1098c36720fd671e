package expr

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"sync"

	"github.com/sqlser/sqlser/schema"
)

// Shape is the SHA-256 of n's shape, see [AppendShape]. It is the same in every process
// and on both sides of bytes; a version that adds to a node may change it.
func Shape(n Node) [sha256.Size]byte {
	room := shapeRooms.Get().(*shapeRoom)
	room.key, room.values = AppendShape(room.key[:0], room.values[:0], n)
	sum := sha256.Sum256(room.key)
	if clear(room.values); cap(room.key) <= 1<<14 {
		shapeRooms.Put(room)
	}
	return sum
}

// shapeRoom is memory that Shape needs for a moment.
type shapeRoom struct {
	key    []byte
	values []Value
}

var shapeRooms = sync.Pool{New: func() any { return new(shapeRoom) }}

// AppendShape appends to key what n is but for the values of its literals: of each it
// holds the type, whether it is NULL, and which others equal it. So queries that differ
// in their arguments alone have one shape, and lists of two lengths have two. The text of
// a statement depends on the shape, on what the metadata says of its tables, and on little else.
//
// Tables and columns are in it by their names, parameters with their defaults. Two shapes
// are alike if and only if they have the same bytes, so that they serve as the key of a
// cache as they are. To values it appends those of the literals, each once, by first
// use; NULL is not among them.
//
// A tree that is in error, see [Err], has no shape that means anything.
func AppendShape(key []byte, values []Value, n Node) ([]byte, []Value) {
	if n = orNone(n); n == nil {
		return key, values
	}
	w := shapers.Get().(*shaper)
	w.b, w.values, w.first = key, values, len(values)
	if s, ok := n.(Source); ok {
		w.Source(s)
	} else {
		w.Node(n)
	}
	key, values = w.b, w.values
	w.release()
	return key, values
}

// shaper is the Writer behind AppendShape. A node is its kind and, for each field that it
// has, the field's place and what is in it, up to a zero; so that what is written can be
// told apart in one way only.
type shaper struct {
	fields  Fields
	b       []byte
	place   byte     // of the field in its record, from 1
	outer   []byte   // the places of the records that are open around
	sources []Source // by their numbers
	owners  []*owner // of their columns
	params  []*Parameter

	plan  bool // AppendPlanKey is behind it
	count bool // uses are counted
	loose bool // what cannot be told apart was met

	values  []Value
	uses    []int // of each of ours
	first   int   // of the values that are ours
	classes map[Value]int
	numbers map[any]int           // of sources, where they are many
	named   map[string]*Parameter // likewise
}

var shapers = sync.Pool{New: func() any {
	w := new(shaper)
	w.fields.w = w
	return w
}}

func (w *shaper) release() {
	if cap(w.sources) > 1<<8 || cap(w.params) > 1<<8 {
		return
	}
	clear(w.sources)
	clear(w.owners)
	clear(w.params)
	w.sources, w.owners, w.params, w.outer = w.sources[:0], w.owners[:0], w.params[:0], w.outer[:0]
	w.b, w.values, w.classes, w.numbers, w.named, w.place = nil, nil, nil, nil, nil, 0
	w.uses, w.plan, w.count, w.loose = nil, false, false, false
	shapers.Put(w)
}

func (w *shaper) number(n int) { w.b = appendNumber(w.b, n) }

func (w *shaper) text(s string) { w.b = appendText(w.b, s) }

func appendNumber(b []byte, n int) []byte {
	if n < 0x80 {
		return append(b, byte(n))
	}
	return binary.AppendUvarint(b, uint64(n))
}

func appendText(b []byte, s string) []byte { return append(appendNumber(b, len(s)), s...) }

// record appends a node as its fields say.
func (w *shaper) record(b []byte, n Node) []byte {
	w.b = append(b, byte(n.Op()))
	if call, ok := n.(*CallExpr); ok && !call.rest().data.IsNull() {
		w.whole(call.more.data) // no argument: the text depends on it. Its kind is no place of a field
	}
	outer := w.place
	w.place = 0
	n.fields(&w.fields)
	w.b = append(w.b, 0)
	w.place = outer
	return w.b
}

// The methods of Writer.

func (w *shaper) Node(n Node) { w.b = w.node(w.b, n) }

func (w *shaper) Field(_ string, present bool) {
	if w.place++; present {
		w.b = append(w.b, w.place)
	}
}

func (w *shaper) Open() {
	w.outer = append(w.outer, w.place)
	w.place = 0
}

func (w *shaper) Close() {
	w.b = append(w.b, 0)
	last := len(w.outer) - 1
	w.place, w.outer = w.outer[last], w.outer[:last]
}

func (w *shaper) Source(s Source) { w.b = w.source(w.b, s) }

// source appends a source where it is first named; then a zero, which is no kind, and its number.
func (w *shaper) source(b []byte, s Source) []byte {
	if i, known := w.find(s); known {
		return appendNumber(append(b, 0), i)
	}
	b = w.node(b, s)
	w.remember(s)
	return b
}

// manySources are so many that they are indexed.
const manySources = 32

func (w *shaper) remember(s Source) {
	w.sources, w.owners = append(w.sources, s), append(w.owners, s.owns())
	switch n := len(w.sources); {
	case n == manySources:
		w.numbers = make(map[any]int, 2*manySources)
		for i, old := range w.sources {
			w.numbers[old.Identity()] = i
		}
	case n > manySources:
		w.numbers[s.Identity()] = n - 1
	}
}

func (w *shaper) find(s Source) (int, bool) {
	if w.numbers != nil {
		i, known := w.numbers[s.Identity()]
		return i, known
	}
	of := s.owns()
	for i, old := range w.owners { // most are the very same
		if old == of {
			return i, true
		}
	}
	switch s := s.(type) { // those that are another's identity
	case *TableSource:
		for i, old := range w.sources {
			if t, ok := old.(*TableSource); ok && t.table == s.table {
				return i, true
			}
		}
	case *ExcludedSource, *EntitySource:
		for i, old := range w.sources {
			if old.Identity() == s.Identity() {
				return i, true
			}
		}
	}
	return 0, false
}

func (w *shaper) Column(s Source, c *schema.Column, index int) { w.b = w.column(w.b, s, c, index) }

// column appends a column of a source; a plan's key counts it in its table.
func (w *shaper) column(b []byte, s Source, c *schema.Column, index int) []byte {
	switch b = w.source(b, s); {
	case c == nil:
	case !w.plan:
		return appendText(b, c.Name())
	default:
		if index = c.Position(); index < 0 {
			w.loose, index = true, 0
		}
	}
	return appendNumber(b, index)
}

// columnExpr appends a column as a value. Its source was mostly met, and is not looked at then.
func (w *shaper) columnExpr(b []byte, n *ColumnExpr) []byte {
	index := n.index
	if n.column != nil {
		index = n.column.Position()
	}
	if w.numbers == nil && uint(index) < 0x80 && (w.plan || n.column == nil) {
		for i, old := range w.owners {
			if old == n.of {
				return append(b, byte(OpColumn), 1, 0, byte(i), byte(index), 0)
			}
		}
	}
	return append(w.column(append(b, byte(OpColumn), 1), n.of.self, n.column, n.index), 0)
}

func (w *shaper) Table(t *schema.Table) { w.b = w.table(w.b, t) }

func (w *shaper) table(b []byte, t *schema.Table) []byte {
	if w.plan {
		return appendNumber(w.metaData(b, t.MetaData()), t.Position())
	}
	parts := t.NameParts()
	b = appendNumber(b, parts)
	for i := range parts {
		b = appendText(b, t.NamePart(i))
	}
	return b
}

func (w *shaper) Value(v Value) { w.b = w.value(w.b, v) }

// value appends the kind of a value and its class; NULL is an absent field.
func (w *shaper) value(b []byte, v Value) []byte {
	i := w.class(v)
	if w.count {
		if i == len(w.uses) {
			w.uses = append(w.uses, 0)
		}
		w.uses[i]++
	}
	return appendNumber(append(b, byte(v.kind)), i)
}

// fewValues is how many values are searched; more are indexed.
const fewValues = 16

func (w *shaper) class(v Value) int {
	own := w.values[w.first:]
	if len(own) <= fewValues {
		for i := range own {
			if own[i] == v {
				return i
			}
		}
	} else if i, known := w.classes[v]; known {
		return i
	}
	i := len(own)
	w.values = append(w.values, v)
	switch {
	case i == fewValues:
		w.classes = make(map[Value]int, 4*fewValues)
		for k, old := range w.values[w.first:] {
			w.classes[old] = k
		}
	case i > fewValues:
		w.classes[v] = i
	}
	return i
}

// described reports whether a parameter was described where it was first used.
func (w *shaper) described(p *Parameter) bool {
	if len(w.params) <= fewValues {
		return slices.ContainsFunc(w.params, func(old *Parameter) bool { return old == p || old.Same(p) })
	}
	if w.named == nil {
		w.named = make(map[string]*Parameter, 4*fewValues)
		for _, old := range w.params {
			w.named[old.name] = old
		}
	}
	if old := w.named[p.name]; old != nil && old.Same(p) {
		return true
	}
	w.named[p.name] = p
	return false
}

func (w *shaper) Parameter(p *Parameter) {
	w.text(p.name)
	if w.described(p) {
		return
	}
	w.params = append(w.params, p)
	w.Type(p.typ)
	if w.b = append(w.b, 0); p.hasDefault { // its value is no argument of this tree, but one that whoever runs it may leave
		w.b[len(w.b)-1] = 1
		w.whole(p.def)
	}
	if p.bound {
		w.b = append(w.b, 2)
	}
	if m := p.more; m != nil { // what is compiled knows what it accepts
		w.b = append(w.b, 3)
		w.whole(m.min)
		w.whole(m.max)
		w.number(len(m.enum))
		for _, v := range m.enum {
			w.whole(v)
		}
	}
	w.b = append(w.b, 0)
}

// whole appends a value as it is.
func (w *shaper) whole(v Value) {
	w.b = binary.AppendVarint(append(w.b, byte(v.kind)), v.Int())
	w.text(v.text)
}

func (w *shaper) Type(t schema.Type) {
	if w.b = t.AppendKey(w.b); w.plan && t.Host() != nil {
		w.b = appendAddress(w.b, t.Host())
	}
}

func (w *shaper) Function(fn *Function) { w.b = w.function(w.b, fn) }

func (w *shaper) function(b []byte, fn *Function) []byte {
	if b = appendText(b, fn.name); w.plan && fn.hosts {
		return appendAddress(b, fn)
	}
	return b
}

func (w *shaper) Entity(e *schema.Entity) {
	w.text(e.Name())
	if w.plan {
		w.b = w.metaData(w.b, e.MetaData())
	}
}

func (w *shaper) Attribute(a *schema.Attribute) { w.text(schema.NameOf(a.Entity())); w.text(a.Name()) }

func (w *shaper) Relationship(r *schema.Relationship) {
	w.text(schema.NameOf(r.Entity()))
	w.text(r.Name())
}

func (w *shaper) Bool(bool)       {}
func (w *shaper) Code(v uint8)    { w.b = append(w.b, v) }
func (w *shaper) String(v string) { w.text(v) }
func (w *shaper) List(n int)      { w.number(n) }
