// Package lru is a bounded map that forgets what was not used for longest.
package lru

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// Cache holds at most so many values, of at most so much cost in all, and at most so many
// of one group. It is safe for concurrent use; a nil one holds nothing.
type Cache[K comparable, V any] struct {
	mu        sync.Mutex
	most      int
	mostCost  int
	cost      int
	items     map[K]*Item[K, V]
	front     Item[K, V] // of the ring: next is the one used last, previous the one to forget
	forgotten uint64
	mostAlike int
	groups    map[uint64]int // how many values there are of each

	recent [recents]atomic.Pointer[Item[K, V]]
	held   []atomic.Int32 // how many values there are at each place: a power of 2 of them
}

// recents is in how many places values are found without a lock.
const recents = 256

// mostHeld is how many places are told apart at most.
const mostHeld = 1 << 14

// Item is a value that a cache holds, or held a moment ago.
type Item[K comparable, V any] struct {
	Value V

	key            K
	cost           int
	group          uint64
	place          uint64 // where Recent finds it, once Find has
	used           atomic.Bool
	next, previous *Item[K, V]
}

// Use keeps what [Cache.Recent] returned from being forgotten as if it had not been used.
func (i *Item[K, V]) Use() {
	if !i.used.Load() {
		i.used.Store(true)
	}
}

// New returns a cache, or nil where it would hold nothing. Where mostAlike is 0, groups
// do not matter.
func New[K comparable, V any](most, mostCost, mostAlike int) *Cache[K, V] {
	if most <= 0 || mostCost <= 0 {
		return nil
	}
	c := &Cache[K, V]{most: most, mostCost: mostCost, mostAlike: mostAlike, items: map[K]*Item[K, V]{}, groups: map[uint64]int{}}
	c.held = make([]atomic.Int32, 1<<bits.Len(uint(4*min(most, mostHeld/8))))
	c.front.next, c.front.previous = &c.front, &c.front
	return c
}

// Lacks reports, without a lock, that there is no value at a place. Most places of which there is none say so.
func (c *Cache[K, V]) Lacks(place uint64) bool {
	return c == nil || c.at(place).Load() == 0
}

func (c *Cache[K, V]) at(place uint64) *atomic.Int32 { return &c.held[place&uint64(len(c.held)-1)] }

// Recent returns the value that [Cache.Find] found last at a place, or nil, without a lock.
// Places are few: whoever asks looks whether it is the one that is meant, and tells it by [Item.Use].
func (c *Cache[K, V]) Recent(place uint64) *Item[K, V] {
	if c == nil {
		return nil
	}
	return c.recent[place%recents].Load()
}

// Get returns the value of a key and whether there is one.
func (c *Cache[K, V]) Get(key K) (value V, ok bool) {
	if c == nil {
		return value, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := c.items[key]; i != nil {
		c.touch(i)
		return i.Value, true
	}
	return value, false
}

// Find is Get of what was put at a place, where [Cache.Recent] then finds it.
func (c *Cache[K, V]) Find(key K) (value V, ok bool) {
	if c == nil {
		return value, false
	}
	c.mu.Lock()
	i := c.items[key]
	if i == nil {
		c.mu.Unlock()
		return value, false
	}
	c.touch(i)
	c.recent[i.place%recents].Store(i)
	value = i.Value
	c.mu.Unlock()
	return value, true
}

// touch makes an item the one used last.
func (c *Cache[K, V]) touch(i *Item[K, V]) {
	if c.front.next != i {
		c.remove(i)
		c.insert(i)
	}
}

// Put gives a key a value, of a group. What costs more than an eighth of all is not held.
func (c *Cache[K, V]) Put(key K, value V, cost int, group uint64) {
	c.PutAt(key, 0, value, cost, group)
}

// PutAt is Put at a place, which is the key's: it is the same each time.
func (c *Cache[K, V]) PutAt(key K, place uint64, value V, cost int, group uint64) {
	if c == nil || cost > c.mostCost/8 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.items[key]; old != nil {
		c.drop(old)
	}
	if c.mostAlike > 0 && c.groups[group] == c.mostAlike {
		c.forget(c.oldest(c.mostAlike, func(i *Item[K, V]) bool { return i.group == group }))
	}
	for len(c.items) == c.most || c.cost+cost > c.mostCost {
		c.forget(c.oldest(len(c.items), func(*Item[K, V]) bool { return true }))
	}
	i := &Item[K, V]{key: key, Value: value, cost: cost, group: group, place: place}
	c.items[key] = i
	c.at(place).Add(1)
	c.groups[group]++
	c.cost += cost
	c.insert(i)
}

// oldest returns, of n items, that which was not used for longest, also not without a lock.
func (c *Cache[K, V]) oldest(n int, among func(*Item[K, V]) bool) *Item[K, V] {
	for i := c.front.previous; ; {
		before := i.previous
		if among(i) {
			if n--; !i.used.Swap(false) || n < 0 {
				return i
			}
			c.touch(i)
		}
		if i = before; i == &c.front { // all were used: now none is
			i = i.previous
		}
	}
}

// Len returns how many values there are, and how many were dropped for others.
func (c *Cache[K, V]) Len() (held int, forgotten uint64) {
	if c == nil {
		return 0, 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.items), c.forgotten
}

func (c *Cache[K, V]) forget(i *Item[K, V]) {
	c.drop(i)
	c.forgotten++
}

func (c *Cache[K, V]) drop(i *Item[K, V]) {
	c.remove(i)
	c.recent[i.place%recents].CompareAndSwap(i, nil)
	c.at(i.place).Add(-1)
	delete(c.items, i.key)
	c.cost -= i.cost
	if c.groups[i.group]--; c.groups[i.group] == 0 {
		delete(c.groups, i.group)
	}
}

func (c *Cache[K, V]) insert(i *Item[K, V]) {
	i.previous, i.next = &c.front, c.front.next
	i.previous.next, i.next.previous = i, i
}

func (*Cache[K, V]) remove(i *Item[K, V]) {
	i.previous.next, i.next.previous = i.next, i.previous
}
