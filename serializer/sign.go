package serializer

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"strconv"
	"time"
)

// signedMagic begins every signed payload; SIGNING.md specifies the rest.
const signedMagic = "sqlser-signed/1"

// maxClaim bounds a purpose or an audience.
const maxClaim = 255

// maxEnvelope is what a signed payload may have beside the payload.
const maxEnvelope = 1 << 10

// Claims say what a signature is good for. Times are in whole seconds, from 1970 to 9999.
type Claims struct {
	Purpose   string    // what the payload may be used for; never empty
	Audience  string    // who may use it; "" is only for those who expect that
	NotBefore time.Time // when the signature begins to be valid; zero: always has been
	Expires   time.Time // when it ends to be; zero: never
}

// Expected is what [KeySet.Verify] asks of a signature.
type Expected struct {
	Purpose  string        // the claim must be this
	Audience string        // likewise
	Leeway   time.Duration // by how much clocks may differ
	Now      time.Time     // zero: the time now

	// RequireExpiry refuses a signature that never expires.
	RequireExpiry bool
}

// Signed is a payload with what its signature says of it.
type Signed struct {
	Payload []byte // for [Loads], which decodes it as strictly as any
	KeyID   string
	Claims  Claims

	message   []byte // that was signed
	signature []byte
}

// The codes of a SignatureError.
const (
	CodeKey       Code = "signature_key"      // a key that is unknown, retired or none
	CodeSignature Code = "signature_mismatch" // not what the key signed
	CodePurpose   Code = "signature_purpose"  // signed for another purpose
	CodeAudience  Code = "signature_audience" // signed for others
	CodeExpired   Code = "signature_expired"  // no longer valid
	CodeEarly     Code = "signature_early"    // not valid yet
)

// SignatureError says why a payload is not signed as it should be, or why a key
// cannot be. It holds no secret.
type SignatureError struct {
	Code   Code
	Reason string
}

// Error says what was expected and what came.
func (e *SignatureError) Error() string { return "serializer: signature: " + e.Reason }

// Sign returns the payload in an envelope with claims and a signature over all of
// it. Payload is any bytes up to 1 MiB; that they are a query is for [Loads] to find
// out, behind [KeySet.Verify]. A retired key, or one that only verifies, does not sign.
func Sign(payload []byte, key Key, c Claims) ([]byte, error) {
	switch {
	case !key.IsSecret():
		return nil, keyError(key.id, "it only verifies")
	case !key.until.IsZero():
		return nil, keyError(key.id, "it is retired, and signs no more")
	}
	c.NotBefore, c.Expires = seconds(c.NotBefore), seconds(c.Expires)
	if err := c.check(); err != nil {
		return nil, &SignatureError{err.code, err.reason}
	}
	b := appendString(appendArray(nil, 4), signedMagic)
	r, b := openRecord(b)
	b = appendString(r.field(b, true), key.id)
	b = appendString(r.field(b, true), c.Purpose)
	if b = r.field(b, c.Audience != ""); c.Audience != "" {
		b = appendString(b, c.Audience)
	}
	if b = r.field(b, !c.NotBefore.IsZero()); !c.NotBefore.IsZero() {
		b = appendInt(b, c.NotBefore.Unix())
	}
	if b = r.field(b, !c.Expires.IsZero()); !c.Expires.IsZero() {
		b = appendInt(b, c.Expires.Unix())
	}
	b = r.close(b)
	if len(payload) == 0 || len(payload) > DefaultBytes {
		return nil, &SignatureError{CodeLimit, fmt.Sprintf("expected a payload of 1 to %d bytes, got %d", DefaultBytes, len(payload))}
	}
	b = appendBin(b, string(payload))
	return appendBin(b, string(key.sign(signedMessage(key.algorithm, b)))), nil
}

// signedMessage is what is signed: no signature of one algorithm, or of something
// else than these envelopes, is one of another.
func signedMessage(a Algorithm, envelope []byte) []byte {
	prefix := "sqlser signature 1\x00" + string(a) + "\x00"
	return append(append(make([]byte, 0, len(prefix)+len(envelope)), prefix...), envelope...)
}

// seconds is a time in whole seconds.
func seconds(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return time.Unix(t.Unix(), 0).UTC()
}

const lastSecond = 253402300799 // of the year 9999

// check refuses claims that neither side takes.
func (c *Claims) check() *formatError {
	for _, t := range []time.Time{c.NotBefore, c.Expires} {
		if !t.IsZero() && (t.Unix() <= 0 || t.Unix() > lastSecond) {
			return &formatError{CodeSyntax, "a time outside of the years 1970 to 9999"}
		}
	}
	switch {
	case c.Purpose == "":
		return &formatError{CodePurpose, "expected a purpose, got none"}
	case len(c.Purpose) > maxClaim || len(c.Audience) > maxClaim:
		return &formatError{CodeLimit, fmt.Sprintf("a purpose or audience of more than %d bytes", maxClaim)}
	case !isText(c.Purpose) || !isText(c.Audience):
		return &formatError{CodeSyntax, "a purpose or audience that is not valid UTF-8"}
	case !c.Expires.IsZero() && !c.NotBefore.IsZero() && !c.NotBefore.Before(c.Expires):
		return &formatError{CodeExpired, "it expires before it is valid"}
	}
	return nil
}

// IsSigned reports whether bytes begin as a signed payload does.
func IsSigned(b []byte) bool {
	return bytes.HasPrefix(b, appendString(appendArray(nil, 4), signedMagic))
}

// ReadSigned reads an envelope without verifying it, so it proves nothing:
// [KeySet.Verify] does. The error is a *[FormatError].
func ReadSigned(b []byte) (*Signed, error) {
	fail := func(pos int, err error) (*Signed, error) {
		e := &FormatError{CodeSyntax, pos, "signature", err}
		if f, ok := err.(*formatError); ok {
			e.Code = f.code
		}
		return nil, e
	}
	if len(b) > DefaultBytes+maxEnvelope {
		return fail(0, failf(CodeLimit, "a signed payload of %d bytes, the limit is %d", len(b), DefaultBytes+maxEnvelope))
	}
	if len(b) > 0 && !IsSigned(b) {
		return fail(0, syntaxf("it is not signed: a signed payload begins with %q", signedMagic))
	}
	b = bytes.Clone(b) // what is verified stays as it is
	s := &scanner{s: string(b), str: maxClaim}
	signed := &Signed{}
	if n := s.array(); s.err == nil && n != 4 {
		s.fail(syntaxf("expected 4 parts, got %d", n))
	}
	s.string()
	s.claims(signed)
	s.str = DefaultBytes
	payload := s.bin()
	end := s.pos
	s.str = ed25519.SignatureSize
	signature := s.bin()
	if s.err == nil {
		signed.Payload, signed.message = b[end-len(payload):end:end], b[:end:end]
		signed.signature = []byte(signature)
		switch {
		case len(payload) == 0:
			s.fail(syntaxf("an empty payload"))
		case len(signature) != sha256.Size && len(signature) != ed25519.SignatureSize:
			s.fail(syntaxf("no signature has %d bytes", len(signature)))
		case s.pos < len(s.s):
			s.fail(syntaxf("%d bytes behind the end", len(s.s)-s.pos))
		}
	}
	if s.err != nil {
		return fail(s.pos, s.err)
	}
	return signed, nil
}

// claims reads the second part of an envelope.
func (s *scanner) claims(to *Signed) {
	r := s.openRecord()
	s.required(&r, "the id of a key")
	to.KeyID = s.name()
	if s.err == nil && !isKeyID(to.KeyID) {
		s.fail(syntaxf("no key has the id %.100q", to.KeyID))
	}
	s.required(&r, "the purpose")
	to.Claims.Purpose = s.name()
	if s.field(&r) {
		to.Claims.Audience = s.name()
	}
	moment := func() (t time.Time) {
		if !s.field(&r) {
			return t
		}
		v := s.uint()
		if s.err == nil && (v == 0 || v > lastSecond) {
			s.fail(syntaxf("a time of %d seconds", v))
		}
		return time.Unix(int64(v), 0).UTC()
	}
	to.Claims.NotBefore, to.Claims.Expires = moment(), moment()
	s.closeRecord(&r)
	if s.err == nil {
		if err := to.Claims.check(); err != nil {
			s.fail(err)
		}
	}
}

// Verify reads an envelope and returns what it holds, if a key of the set signed
// exactly these bytes and the claims are those expected. The error is a
// *[FormatError] for bytes that are no signed payload, else a *[SignatureError].
func (s *KeySet) Verify(b []byte, want Expected) (*Signed, error) {
	signed, err := ReadSigned(b)
	if err != nil {
		return nil, err
	}
	refuse := func(code Code, format string, args ...any) (*Signed, error) {
		return nil, &SignatureError{code, fmt.Sprintf(format, args...)}
	}
	now := want.Now
	if now.IsZero() {
		now = time.Now()
	}
	k, ok := s.Lookup(signed.KeyID)
	switch {
	case !ok:
		return refuse(CodeKey, "key %q is not trusted", signed.KeyID)
	case !k.verifies(signedMessage(k.algorithm, signed.message), signed.signature):
		return refuse(CodeSignature, "it is not one of key %q over these bytes", signed.KeyID)
	case !k.until.IsZero() && !now.Before(k.until): // a retired key ends when it ends: no leeway
		return refuse(CodeKey, "key %q is retired since %s", signed.KeyID, k.until.Format(time.RFC3339))
	}
	switch c := signed.Claims; {
	case c.Purpose != want.Purpose:
		return refuse(CodePurpose, "expected the purpose %q, it is for %q", want.Purpose, c.Purpose)
	case c.Audience != want.Audience:
		return refuse(CodeAudience, "expected the audience %s, it is for %s", audience(want.Audience), audience(c.Audience))
	case !c.NotBefore.IsZero() && now.Add(want.Leeway).Before(c.NotBefore):
		return refuse(CodeEarly, "it is valid from %s", c.NotBefore.Format(time.RFC3339))
	case c.Expires.IsZero() && want.RequireExpiry:
		return refuse(CodeExpired, "expected one that expires, it never does")
	case !c.Expires.IsZero() && !now.Add(-want.Leeway).Before(c.Expires):
		return refuse(CodeExpired, "it expired at %s", c.Expires.Format(time.RFC3339))
	}
	return signed, nil
}

func audience(s string) string {
	if s == "" {
		return "none"
	}
	return strconv.Quote(s)
}
