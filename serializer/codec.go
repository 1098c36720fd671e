package serializer

import (
	"encoding/binary"
	"encoding/hex"
	"hash/maphash"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/internal/lru"
)

// Codec is Dumps, Loads and Hash bound to a host: what luabind hands to scripts
// as q:dump(), sql.load(bytes) and q:hash(). It is safe for concurrent use.
type Codec struct {
	binding Binding
	loaded  func(*Loaded) error         // nil: noSlot
	known   *lru.Cache[uint64, *Loaded] // by a hash of the payload, which is then compared
	seed    maphash.Seed
	alike   *templates
	limits  Limits
}

// CodecOption is an option of [NewCodec].
type CodecOption func(*Codec)

// OnLoad has f see what Load has loaded before the script gets its root: the drift,
// which the script is not told, and the slot, which it cannot hold. An error of f
// refuses it. It must be safe for concurrent use.
func OnLoad(f func(*Loaded) error) CodecOption { return func(c *Codec) { c.loaded = f } }

// NewCodec returns a Codec that binds what it loads. Without [OnLoad], it refuses a
// payload that asks for a session or an engine: nobody would hear of it.
func NewCodec(binding Binding, options ...CodecOption) *Codec {
	c := &Codec{binding: binding}
	for _, o := range options {
		o(c)
	}
	return c
}

func noSlot(l *Loaded) error {
	if l.Slot == (Slot{}) {
		return nil
	}
	id := l.Slot.ID()
	return &DriftError{[]Problem{{Severity: Failure, Code: CodeSlot, Path: "manifest", What: id.String(), Reference: id,
		Expected: "nothing of the host's", Found: "a request that only the host can answer"}}}
}

// Remembering returns a Codec that remembers up to n payloads that it has loaded, of 32
// KiB on average: the same bytes again are a look-up, and give the same tree, for which
// a session then has its plan. It must not be used on where what is bound to changes.
//
// In as much memory again it keeps templates, once two payloads were alike: what differs from one in the values
// of free literals alone is not read anew. A session finds the plan of its tree without a walk; that of a select or an insert
// is made when something else is asked of it. Free are those whose values no check looks at, or it
// looks again: what is compared or reckoned with, arguments of functions, bounds of LIMIT and OFFSET, values of columns that fit them; in an
// update or delete not what stands in a derived source. Whatever was loaded before, each payload comes to what [Loads] makes of it, be it an error.
func (c *Codec) Remembering(n int) *Codec {
	r := &Codec{binding: c.binding, loaded: c.loaded, known: lru.New[uint64, *Loaded](n, n*loadedMemory, 0), seed: maphash.MakeSeed()}
	r.alike = &templates{known: lru.New[uint64, *begun](n, n*loadedMemory, 0), most: n * loadedMemory / 8}
	r.limits = c.binding.Limits.withDefaults()
	return r
}

// What a payload takes in memory once it is loaded: on average, and about what a node does.
const (
	loadedMemory = 32 << 10
	nodeMemory   = 128
)

// Dump returns the bytes of a construct; see [Dumps].
func (c *Codec) Dump(n expr.Node) ([]byte, error) { return Dumps(n) }

// Load binds a payload and returns its root; see [Loads].
func (c *Codec) Load(b []byte) (expr.Node, error) {
	l, root, err := c.load(b)
	if err != nil {
		return nil, err
	}
	if c.loaded == nil {
		err = noSlot(l)
	} else {
		err = c.loaded(l.as(root, b))
	}
	if err != nil {
		return nil, err
	}
	return root, nil
}

// Loads binds a payload; see [Loads].
func (c *Codec) Loads(b []byte) (*Loaded, error) {
	l, root, err := c.load(b)
	if err != nil {
		return nil, err
	}
	return l.as(root, b), nil
}

// load binds a payload. Where the root is not that of what was loaded, it differs from that in the values
// of literals alone, see [Loaded.as].
func (c *Codec) load(b []byte) (l *Loaded, root expr.Node, err error) {
	if c.known == nil {
		return rooted(Loads(b, c.binding))
	}
	place := placeOf(b)
	if recent := c.known.Recent(place); recent != nil && recent.Value.payload == string(b) {
		recent.Use()
		return recent.Value, recent.Value.Root, nil
	}
	return c.loadRarer(b, place)
}

// loadRarer is load of what was not just loaded at its place.
func (c *Codec) loadRarer(b []byte, place uint64) (l *Loaded, root expr.Node, err error) {
	hash := maphash.Bytes(c.seed, b)
	if !c.known.Lacks(place) {
		if l, ok := c.known.Find(hash); ok && l.payload == string(b) {
			return l, l.Root, nil
		}
	}
	begins := beginningOf(b)
	begun := c.alike.begun(begins)
	likely := begun.likely(b)
	if like, root := likely.load(b, c.limits); like != nil {
		c.alike.loaded.Add(1)
		if c.alike.isSecond(hash) { // one that comes once must not drive out those that come often
			like = like.as(root, b)
			c.known.PutAt(hash, place, like, costOf(like), 0)
		}
		return like, root, nil
	}
	c.alike.read.Add(1)
	var noted *notes
	if likely == nil || likely.worth() {
		noted = new(notes)
	}
	if l, err = loads(b, &c.binding, noted); err != nil {
		return nil, nil, err
	}
	c.known.PutAt(hash, place, l, costOf(l), 0)
	if noted != nil && costOf(l) <= c.alike.most && (likely != nil || c.alike.isSecond(maphash.Bytes(c.seed, b[:noted.head]))) {
		if t := newTemplate(l, noted); t != nil {
			c.alike.put(begins, begun, likely, t)
		}
	}
	return l, l.Root, nil
}

func rooted(l *Loaded, err error) (*Loaded, expr.Node, error) {
	if err != nil {
		return nil, nil, err
	}
	return l, l.Root, nil
}

// costOf is about how much memory what was loaded takes.
func costOf(l *Loaded) int { return len(l.payload) + nodeMemory*expr.Size(l.Root) }

// placeOf is where a payload is looked for first: a hash of some of its bytes, which all differ
// where two literals or two queries do, most often. Payloads that are made to have one place
// take it from each other, and are found by the hash of all their bytes.
func placeOf(b []byte) uint64 {
	h := uint64(len(b))
	if n := len(b); n >= 8 {
		for _, at := range [...]int{0, n / 4, n / 2, n - n/4, n} {
			h = mix(h, b[min(at, n-8):])
		}
	}
	return h
}

// mix mixes eight bytes into a hash.
func mix(h uint64, b []byte) uint64 {
	h = (h ^ binary.LittleEndian.Uint64(b)) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// CodecStats says what a Codec that remembers has done and holds.
type CodecStats struct {
	Alike uint64 // loaded by a payload that they are like
	Read  uint64 // read in full, also in vain

	Payloads   int // held
	Beginnings int // of which templates are held
}

// Stats returns what the codec has done and holds; nothing of one that does not remember.
func (c *Codec) Stats() (s CodecStats) {
	if c.known == nil {
		return s
	}
	s.Alike, s.Read = c.alike.loaded.Load(), c.alike.read.Load()
	s.Payloads, _ = c.known.Len()
	s.Beginnings, _ = c.alike.known.Len()
	return s
}

// Hash returns the identity of a construct, in hexadecimal digits.
func (c *Codec) Hash(n expr.Node) (string, error) {
	b, err := Dumps(n)
	if err != nil {
		return "", err
	}
	h := Hash(b)
	return hex.EncodeToString(h[:]), nil
}
