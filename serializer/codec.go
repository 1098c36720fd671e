package serializer

import (
	"encoding/hex"

	"github.com/sqlser/sqlser/engine/expr"
)

// Codec is Dumps, Loads and Hash bound to a host: what luabind hands to scripts
// as q:dump(), sql.load(bytes) and q:hash(). It is safe for concurrent use.
type Codec struct{ binding Binding }

// NewCodec returns a Codec that binds what it loads.
func NewCodec(binding Binding) *Codec { return &Codec{binding} }

// Dump returns the bytes of a construct; see [Dumps].
func (c *Codec) Dump(n expr.Node) ([]byte, error) { return Dumps(n) }

// Load binds a payload and returns its root; see [Loads].
func (c *Codec) Load(b []byte) (expr.Node, error) {
	l, err := Loads(b, c.binding)
	if err != nil {
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
