package lru_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/internal/lru"
)

func held(c *lru.Cache[string, int], keys ...string) (found []string) {
	for _, k := range keys {
		if _, ok := c.Get(k); ok {
			found = append(found, k)
		}
	}
	return found
}

func TestCache(t *testing.T) {
	c := lru.New[string, int](3, 100, 0)
	c.Put("a", 1, 1, 0)
	c.Put("b", 2, 1, 0)
	c.Put("c", 3, 1, 0)
	v, ok := c.Get("a")
	require.True(t, ok)
	require.Equal(t, 1, v)
	c.Put("d", 4, 1, 0) // b was not used for longest
	require.Equal(t, []string{"a", "c", "d"}, held(c, "a", "b", "c", "d"))
	c.Put("a", 5, 1, 0)
	v, _ = c.Get("a")
	require.Equal(t, 5, v)
	n, forgotten := c.Len()
	require.Equal(t, 3, n)
	require.Equal(t, uint64(1), forgotten)
}

func TestCacheOfCost(t *testing.T) {
	c := lru.New[string, int](100, 80, 0)
	c.Put("huge", 0, 11, 0)
	require.Empty(t, held(c, "huge"))
	for _, k := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"} {
		c.Put(k, 0, 10, 0)
	}
	require.Equal(t, []string{"b", "i"}, held(c, "a", "b", "i"))
	c.Put("i", 0, 1, 0) // costs less now
	c.Put("j", 0, 9, 0)
	require.Equal(t, []string{"b", "i", "j"}, held(c, "a", "b", "i", "j"))
}

func TestCacheOfGroups(t *testing.T) {
	c := lru.New[string, int](100, 1000, 2)
	c.Put("x", 0, 1, 7)
	for _, k := range []string{"a", "b", "c"} {
		c.Put(k, 0, 1, 1)
	}
	require.Equal(t, []string{"x", "b", "c"}, held(c, "x", "a", "b", "c"))
	c.Put("b", 1, 1, 1) // itself makes room
	require.Equal(t, []string{"b", "c"}, held(c, "b", "c"))
	c.Put("b", 1, 1, 7)
	c.Put("d", 1, 1, 1)
	require.Equal(t, []string{"x", "b", "c", "d"}, held(c, "x", "b", "c", "d"))
}

func TestRecent(t *testing.T) {
	c := lru.New[string, int](3, 100, 0)
	require.True(t, c.Lacks(7))
	c.PutAt("a", 7, 1, 1, 0)
	require.False(t, c.Lacks(7))
	require.True(t, c.Lacks(8))
	require.Nil(t, c.Recent(7), "nobody has found it")
	v, ok := c.Find("a")
	require.True(t, ok)
	require.Equal(t, 1, v)
	_, ok = c.Find("none")
	require.False(t, ok)
	require.Equal(t, 1, c.Recent(7).Value)
	require.Equal(t, 1, c.Recent(7+256).Value, "places are few")

	c.Put("b", 2, 1, 0)
	c.Put("c", 3, 1, 0)
	c.Recent(7).Use()
	c.Put("d", 4, 1, 0) // b: a was used
	require.Equal(t, 1, c.Recent(7).Value)
	c.PutAt("e", 9, 5, 1, 0)
	c.PutAt("f", 9, 6, 1, 0)
	c.PutAt("g", 9, 7, 1, 0)
	require.Nil(t, c.Recent(7), "what is forgotten is not found")
	require.True(t, c.Lacks(7))
	require.Equal(t, []string{"e", "f", "g"}, held(c, "a", "b", "c", "d", "e", "f", "g"))

	_, ok = c.Find("e")
	require.True(t, ok)
	c.PutAt("e", 9, 8, 1, 0)
	require.Nil(t, c.Recent(9), "nor what is another's now")
	_, ok = c.Find("e")
	require.True(t, ok)
	_, ok = c.Find("f")
	require.True(t, ok)
	require.Equal(t, 6, c.Recent(9).Value)
	for _, k := range []string{"e", "f", "g"} {
		_, ok := c.Find(k)
		require.True(t, ok)
		c.Recent(9).Use()
	}
	c.Put("h", 9, 1, 0) // all were used: the one used first goes
	require.Equal(t, []string{"f", "g", "h"}, held(c, "e", "f", "g", "h"))
}

func TestNoCache(t *testing.T) {
	var c *lru.Cache[string, int]
	require.Nil(t, lru.New[string, int](0, 10, 0))
	c.Put("a", 1, 1, 0)
	require.Empty(t, held(c, "a"))
	require.Nil(t, c.Recent(1))
	require.True(t, c.Lacks(1))
	_, ok := c.Find("a")
	require.False(t, ok)
	n, forgotten := c.Len()
	require.Zero(t, n)
	require.Zero(t, forgotten)
}
