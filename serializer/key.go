package serializer

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"
)

// Algorithm is how a [Key] signs. Signatures do not say it: the key does.
type Algorithm string

// The algorithms.
const (
	HMACSHA256 Algorithm = "hmac-sha256" // one secret both signs and verifies
	Ed25519    Algorithm = "ed25519"     // a private key signs, its public key verifies
)

// The lengths of an HMAC secret; a generated one has the least.
const (
	minSecret = 32
	maxSecret = 1024
)

// Key signs payloads or verifies signatures. It is immutable. Formatted by fmt or
// slog, or as JSON, it shows no secret; [WriteKeys] writes all of it. The zero Key
// does neither.
type Key struct {
	id        string
	algorithm Algorithm
	secret    *secret           // of HMAC, or the seed of a private key; else nil
	public    ed25519.PublicKey // of Ed25519
	until     time.Time         // when it is retired; else zero
}

// secret is behind two pointers, so that a Key in some other value, which fmt cannot
// ask how to format it, shows an address.
type secret struct{ bytes *[]byte }

func hidden(b []byte) *secret { return &secret{&b} }

// NewHMACKey returns a key for HMAC-SHA256. The id is what signatures name it by: up to
// 64 of A-Z, a-z, 0-9 and . _ -; the secret has 32 bytes or more, and should be random.
func NewHMACKey(id string, random []byte) (Key, error) {
	if len(random) < minSecret || len(random) > maxSecret {
		return Key{}, keyError(id, "expected a secret of %d to %d bytes, got %d", minSecret, maxSecret, len(random))
	}
	return newKey(Key{id: id, algorithm: HMACSHA256, secret: hidden(bytes.Clone(random))})
}

// NewEd25519Key returns a key that signs, and verifies what it signed.
func NewEd25519Key(id string, private ed25519.PrivateKey) (Key, error) {
	if len(private) != ed25519.PrivateKeySize {
		return Key{}, keyError(id, "expected a private key of %d bytes, got %d", ed25519.PrivateKeySize, len(private))
	}
	seed := private.Seed()
	whole := ed25519.NewKeyFromSeed(seed)
	if !hmac.Equal(whole, private) {
		return Key{}, keyError(id, "the public half is not that of the private key")
	}
	return newKey(Key{id: id, algorithm: Ed25519, secret: hidden(seed), public: whole.Public().(ed25519.PublicKey)})
}

// NewEd25519PublicKey returns a key that only verifies.
func NewEd25519PublicKey(id string, public ed25519.PublicKey) (Key, error) {
	if len(public) != ed25519.PublicKeySize {
		return Key{}, keyError(id, "expected a public key of %d bytes, got %d", ed25519.PublicKeySize, len(public))
	}
	return newKey(Key{id: id, algorithm: Ed25519, public: slices.Clone(public)})
}

// GenerateKey makes a new key. Without an id it gets a random one.
func GenerateKey(id string, a Algorithm) (Key, error) {
	seed := make([]byte, minSecret)
	_, _ = rand.Read(seed) // it never fails
	if id == "" {
		random := make([]byte, 8)
		_, _ = rand.Read(random)
		id = hex.EncodeToString(random)
	}
	switch a {
	case HMACSHA256:
		return NewHMACKey(id, seed)
	case Ed25519:
		return NewEd25519Key(id, ed25519.NewKeyFromSeed(seed))
	}
	return Key{}, keyError(id, "expected the algorithm %s or %s, got %q", Ed25519, HMACSHA256, string(a))
}

func newKey(k Key) (Key, error) {
	if !isKeyID(k.id) {
		return Key{}, &SignatureError{CodeKey, fmt.Sprintf("expected a key id of 1 to 64 letters, digits and . _ -, got %.100q", k.id)}
	}
	return k, nil
}

func keyError(id, format string, args ...any) error {
	return &SignatureError{CodeKey, fmt.Sprintf("key %.100q: ", id) + fmt.Sprintf(format, args...)}
}

func isKeyID(id string) bool {
	for i := range len(id) {
		c := id[i] | 0x20
		if (c < 'a' || c > 'z') && (id[i] < '0' || id[i] > '9') && id[i] != '.' && id[i] != '_' && id[i] != '-' {
			return false
		}
	}
	return id != "" && len(id) <= 64
}

// ID is the name that signatures call the key by.
func (k Key) ID() string { return k.id }

// Algorithm is how the key signs.
func (k Key) Algorithm() Algorithm { return k.algorithm }

// IsSecret reports whether the key holds what must stay secret: it can sign then,
// unless it is retired.
func (k Key) IsSecret() bool { return k.secret != nil }

// Public returns the half of an Ed25519 key that only verifies, or false: an HMAC key
// has none.
func (k Key) Public() (Key, bool) {
	if k.algorithm != Ed25519 {
		return Key{}, false
	}
	k.secret = nil
	return k, true
}

// Retired returns the key as one that signs no more, and verifies what it has signed
// until a moment, in whole seconds; the zero time is for a key in use.
func (k Key) Retired(until time.Time) Key {
	k.until = seconds(until)
	return k
}

// Until is when a retired key ends to verify; zero for one that is in use.
func (k Key) Until() time.Time { return k.until }

// Format keeps the secret out of whatever is formatted.
func (k Key) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, k.String()) }

// String names the key and its algorithm.
func (k Key) String() string { return fmt.Sprintf("key %s (%s)", k.id, k.algorithm) }

func (k Key) sign(message []byte) []byte {
	if k.algorithm == HMACSHA256 {
		mac := hmac.New(sha256.New, *k.secret.bytes)
		mac.Write(message)
		return mac.Sum(nil)
	}
	return ed25519.Sign(ed25519.NewKeyFromSeed(*k.secret.bytes), message)
}

func (k Key) verifies(message, signature []byte) bool {
	switch k.algorithm {
	case HMACSHA256:
		return hmac.Equal(k.sign(message), signature) // takes the same time wherever they differ
	case Ed25519:
		return len(signature) == ed25519.SignatureSize && ed25519.Verify(k.public, message, signature)
	}
	return false
}

// KeySet is the keys that a host trusts: those in use and those retired. It is
// immutable and safe for concurrent use; a nil one trusts none.
type KeySet struct{ keys map[string]Key }

// NewKeySet returns a set of keys, no two with one id. A secret that is also a public
// key is refused: it is no secret.
func NewKeySet(keys ...Key) (*KeySet, error) {
	s := &KeySet{make(map[string]Key, len(keys))}
	for _, k := range keys {
		if k.algorithm == "" {
			return nil, &SignatureError{CodeKey, "a key set holds keys that have been made, got a zero Key"}
		}
		if _, twice := s.keys[k.id]; twice {
			return nil, keyError(k.id, "two keys have this id")
		}
		for _, other := range s.keys {
			if k.isPublicOf(other) || other.isPublicOf(k) {
				return nil, keyError(k.id, "the secret is the public key of another")
			}
		}
		s.keys[k.id] = k
	}
	return s, nil
}

func (k Key) isPublicOf(other Key) bool {
	return k.algorithm == HMACSHA256 && other.algorithm == Ed25519 && bytes.Equal(*k.secret.bytes, other.public)
}

// Lookup returns the key of an id.
func (s *KeySet) Lookup(id string) (Key, bool) {
	if s == nil {
		return Key{}, false
	}
	k, ok := s.keys[id]
	return k, ok
}

// Keys returns the keys, sorted by id.
func (s *KeySet) Keys() []Key {
	if s == nil {
		return nil
	}
	all := make([]Key, 0, len(s.keys))
	for _, k := range s.keys {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b Key) int { return bytes.Compare([]byte(a.id), []byte(b.id)) })
	return all
}
