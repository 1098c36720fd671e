package serializer

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"time"
)

// A key file is text, a key a line; SIGNING.md has it. Two files, one behind the
// other, are a file with the keys of both.

// maxKeyFile bounds a key file.
const maxKeyFile = 1 << 16

// The words for what a line of a key file holds.
const (
	wordHMAC          = "hmac-sha256"
	wordEd25519       = "ed25519"
	wordEd25519Secret = "ed25519-secret"
)

// ReadKeys reads a key file, at most 64 KiB. Its errors name lines, never what
// stands in them.
func ReadKeys(r io.Reader) ([]Key, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxKeyFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxKeyFile {
		return nil, &SignatureError{CodeKey, fmt.Sprintf("a key file of more than %d bytes", maxKeyFile)}
	}
	var keys []Key
	number := 0
	for line := range bytes.Lines(text) {
		number++
		words := strings.Fields(string(line))
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		k, err := readKey(words)
		if err != nil {
			return nil, &SignatureError{CodeKey, fmt.Sprintf("line %d of the key file: %s", number, err)}
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// readKey reads: id, word, base64, and for a retired key "until" and a time.
func readKey(words []string) (Key, error) {
	if len(words) != 3 && (len(words) != 5 || words[3] != "until") {
		return Key{}, fmt.Errorf("expected an id, a sort of key and the key, or these, %q and a time; got %d words", "until", len(words))
	}
	if !isKeyID(words[0]) { // it may be the key, by mistake
		return Key{}, fmt.Errorf("expected a key id of 1 to 64 letters, digits and . _ -")
	}
	b, err := base64.StdEncoding.Strict().DecodeString(words[2])
	if err != nil {
		return Key{}, fmt.Errorf("the key is not in base64")
	}
	var k Key
	switch words[1] {
	case wordHMAC:
		k, err = NewHMACKey(words[0], b)
	case wordEd25519:
		k, err = NewEd25519PublicKey(words[0], b)
	case wordEd25519Secret:
		if len(b) != ed25519.SeedSize {
			return Key{}, fmt.Errorf("expected a secret of %d bytes, got %d", ed25519.SeedSize, len(b))
		}
		k, err = NewEd25519Key(words[0], ed25519.NewKeyFromSeed(b))
	default:
		return Key{}, fmt.Errorf("expected a key of the sort %s, %s or %s", wordHMAC, wordEd25519, wordEd25519Secret)
	}
	if err != nil {
		return Key{}, fmt.Errorf("no %s key has %d bytes", words[1], len(b)) // err names the id
	}
	if len(words) == 5 {
		until, err := time.Parse(time.RFC3339, words[4])
		if err != nil {
			return Key{}, fmt.Errorf("expected a time such as 2027-01-31T00:00:00Z behind until")
		}
		k = k.Retired(until)
	}
	return k, nil
}

// WriteKeys writes a key file, secrets and all: it must be private where a key
// [Key.IsSecret].
func WriteKeys(w io.Writer, keys ...Key) error {
	var b strings.Builder
	for _, k := range keys {
		var bits []byte
		word := wordHMAC
		if k.IsSecret() {
			bits = *k.secret.bytes
		}
		switch {
		case k.algorithm == Ed25519 && k.IsSecret():
			word = wordEd25519Secret
		case k.algorithm == Ed25519:
			word, bits = wordEd25519, k.public
		case k.algorithm == "":
			return &SignatureError{CodeKey, "a zero Key cannot be written"}
		}
		fmt.Fprintf(&b, "%s %s %s", k.id, word, base64.StdEncoding.EncodeToString(bits))
		if !k.until.IsZero() {
			b.WriteString(" until " + k.until.Format(time.RFC3339))
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}
