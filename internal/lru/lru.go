// Package lru is a bounded map that forgets what was not used for longest.
package lru

import "sync"

// Cache holds at most so many values, of at most so much cost in all, and at most so many
// of one group. It is safe for concurrent use; a nil one holds nothing.
type Cache[K comparable, V any] struct {
	mu        sync.Mutex
	most      int
	mostCost  int
	cost      int
	items     map[K]*item[K, V]
	front     item[K, V] // of the ring: next is the one used last, previous the one to forget
	forgotten uint64
	mostAlike int
	groups    map[uint64]int // how many values there are of each
}

type item[K comparable, V any] struct {
	key            K
	value          V
	cost           int
	group          uint64
	next, previous *item[K, V]
}

// New returns a cache, or nil where it would hold nothing. Where mostAlike is 0, groups
// do not matter.
func New[K comparable, V any](most, mostCost, mostAlike int) *Cache[K, V] {
	if most <= 0 || mostCost <= 0 {
		return nil
	}
	c := &Cache[K, V]{most: most, mostCost: mostCost, mostAlike: mostAlike, items: map[K]*item[K, V]{}, groups: map[uint64]int{}}
	c.front.next, c.front.previous = &c.front, &c.front
	return c
}

// Get returns the value of a key and whether there is one.
func (c *Cache[K, V]) Get(key K) (value V, ok bool) {
	if c == nil {
		return value, false
	}
	c.mu.Lock()
	i := c.items[key]
	if i == nil {
		c.mu.Unlock()
		return value, false
	}
	if c.front.next != i {
		c.remove(i)
		c.insert(i)
	}
	value = i.value
	c.mu.Unlock()
	return value, true
}

// Put gives a key a value, of a group. What costs more than an eighth of all is not held.
func (c *Cache[K, V]) Put(key K, value V, cost int, group uint64) {
	if c == nil || cost > c.mostCost/8 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.items[key]; old != nil {
		c.drop(old)
	}
	if c.mostAlike > 0 && c.groups[group] == c.mostAlike {
		i := c.front.previous
		for i.group != group {
			i = i.previous
		}
		c.forget(i)
	}
	i := &item[K, V]{key: key, value: value, cost: cost, group: group}
	c.items[key] = i
	c.groups[group]++
	c.cost += cost
	for c.insert(i); len(c.items) > c.most || c.cost > c.mostCost; {
		c.forget(c.front.previous)
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

func (c *Cache[K, V]) forget(i *item[K, V]) {
	c.drop(i)
	c.forgotten++
}

func (c *Cache[K, V]) drop(i *item[K, V]) {
	c.remove(i)
	delete(c.items, i.key)
	c.cost -= i.cost
	if c.groups[i.group]--; c.groups[i.group] == 0 {
		delete(c.groups, i.group)
	}
}

func (c *Cache[K, V]) insert(i *item[K, V]) {
	i.previous, i.next = &c.front, c.front.next
	i.previous.next, i.next.previous = i, i
}

func (*Cache[K, V]) remove(i *item[K, V]) {
	i.previous.next, i.next.previous = i.next, i.previous
}
