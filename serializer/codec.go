package serializer

import (
	"encoding/hex"

	"github.com/sqlser/sqlser/engine/expr"
)

// Codec is Dumps, Loads and Hash bound to a host: what luabind hands to scripts
// as q:dump(), sql.load(bytes) and q:hash(). It is safe for concurrent use.
type Codec struct {
	binding Binding
	loaded  func(*Loaded) error
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
	c := &Codec{binding: binding, loaded: noSlot}
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

// Dump returns the bytes of a construct; see [Dumps].
func (c *Codec) Dump(n expr.Node) ([]byte, error) { return Dumps(n) }

// Load binds a payload and returns its root; see [Loads].
func (c *Codec) Load(b []byte) (expr.Node, error) {
	l, err := Loads(b, c.binding)
	if err != nil {
		return nil, err
	}
	if err := c.loaded(l); err != nil {
		return nil, err
	}
	return l.Root, nil
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
