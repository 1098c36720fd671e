package engine

import (
	"encoding/binary"
	"math/bits"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// rowKey are the values of a key: one integer, or, where s is not empty, all of them as bytes.
type rowKey struct {
	n int64
	s string
}

// keyOf returns a key; not ok where all, or, if any counts, one of its values is NULL.
func keyOf(row []expr.Value, columns []int, anyNull bool) (key rowKey, ok bool) {
	if len(columns) == 1 && row[columns[0]].Kind() == schema.KindBigInteger {
		return rowKey{n: row[columns[0]].Int()}, true
	}
	var b []byte
	for _, c := range columns {
		v := row[c]
		if v.IsNull() && anyNull {
			return rowKey{}, false
		}
		ok = ok || !v.IsNull()
		b = appendKey(b, v)
	}
	return rowKey{s: string(b)}, ok
}

func appendKey(b []byte, v expr.Value) []byte {
	text := v.Plain()
	b = binary.AppendUvarint(append(b, byte(v.Kind())), uint64(len(text)))
	return append(b, text...)
}

// byKey finds what has a key. Most keys are integers: for these it is a table with open
// addressing, which holds no pointers and grows for a fraction of what a map takes.
type byKey[V any] struct {
	seed  uint64
	slots []uint64    // half of a hash and, below it, the number of an item from 1; a power of two of them
	items [][]item[V] // so many at once, by number
	n     int
	texts map[string]*V
}

type item[V any] struct {
	key int64 // where it is an integer
	v   V
}

// itemsAtOnce is for how many items there is room made at once.
const itemsAtOnce = 32

func (m *byKey[V]) get(k rowKey) *V {
	switch {
	case k.s != "":
		return m.texts[k.s]
	case m.slots == nil:
		return nil
	}
	hash := m.hash(k.n)
	for at := m.slot(hash); ; at = (at + 1) & (len(m.slots) - 1) {
		switch s := m.slots[at]; {
		case s == 0:
			return nil
		case s>>32 == hash:
			if i := m.item(s); i.key == k.n {
				return &i.v
			}
		}
	}
}

// hash returns half of a hash. The seed keeps whoever chooses keys from choosing some that
// meet.
func (m *byKey[V]) hash(key int64) uint64 {
	high, low := bits.Mul64(uint64(key)^m.seed, 0x9e3779b97f4a7c15)
	return (high ^ low) >> 32
}

// slot returns where what has a hash may be, or behind it.
func (m *byKey[V]) slot(hash uint64) int { return int(hash) & (len(m.slots) - 1) }

func (m *byKey[V]) item(s uint64) *item[V] {
	n := int(uint32(s)) - 1
	return &m.items[n/itemsAtOnce][n%itemsAtOnce]
}

// put makes one for a key that nothing has.
func (m *byKey[V]) put(k rowKey) *V {
	if m.n%itemsAtOnce == 0 {
		m.items = append(m.items, make([]item[V], itemsAtOnce))
	}
	m.n++
	i := m.item(uint64(m.n))
	if k.s != "" {
		if m.texts == nil {
			m.texts = map[string]*V{}
		}
		m.texts[k.s] = &i.v
		return &i.v
	}
	if m.n > len(m.slots)/4*3 {
		old := m.slots
		m.slots = make([]uint64, max(2*itemsAtOnce, 4*len(old)))
		for _, s := range old {
			if s != 0 {
				m.fill(s)
			}
		}
	}
	i.key = k.n
	m.fill(m.hash(k.n)<<32 | uint64(m.n))
	return &i.v
}

// fill puts what a slot holds into a free one.
func (m *byKey[V]) fill(s uint64) {
	at := m.slot(s >> 32)
	for m.slots[at] != 0 {
		at = (at + 1) & (len(m.slots) - 1)
	}
	m.slots[at] = s
}
