package serializer

import "github.com/sqlser/sqlser/internal/lru"

// Forget has a codec that remembers keep its templates alone.
func (c *Codec) Forget() { c.known = lru.New[uint64, *Loaded](100, 100*loadedMemory, 0) }
