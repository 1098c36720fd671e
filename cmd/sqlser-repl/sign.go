package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/serializer"
)

var (
	keygenCommand = &command{
		name: "keygen", doc: "make a key for sign: -o team.key, and team.key.pub beside it for -trust",
		flags: []string{"o", "id", "algorithm"}, makes: true,
		run: runKeygen,
	}
	signCommand = &command{
		name: "sign", args: "Q", doc: "put a signature around the bytes of a query; -o signed.sqb or a pipe",
		flags: []string{"db", "meta", "e", "o", "read-only", "key", "purpose", "audience", "expires"},
		run:   runSign,
	}
	verifyCommand = &command{
		name: "verify", args: "q.sqb", doc: "check a signature; -o takes the query out of it",
		flags: []string{"o", "trust", "purpose", "audience"},
		run:   runVerify,
	}
)

// signing is what the flags say of signatures.
type signing struct {
	key, trust        string // files
	id                string
	algorithm         string
	purpose, audience string
	expires           string
}

// signingFlags are the flags of signatures.
var signingFlags = []flag{
	{"key", "FILE", "the secret key that signs, as keygen makes it", func(o *options, v string) error { o.signing.key = v; return nil }},
	{"trust", "FILE", "the keys that are trusted: only queries that one of them has signed are loaded", func(o *options, v string) error {
		o.signing.trust = v
		return nil
	}},
	{"purpose", "TEXT", "what the signature is for; the default is query", func(o *options, v string) error { o.signing.purpose = v; return nil }},
	{"audience", "TEXT", "who the signature is for; the default is none", func(o *options, v string) error { o.signing.audience = v; return nil }},
	{"expires", "TIME", "when the signature ends: 12h, 30d, 2027-01-31, or such a day with a time; the default is never", func(o *options, v string) error {
		o.signing.expires = v
		return nil
	}},
	{"id", "ID", "what signatures call the key by; the default is random", func(o *options, v string) error { o.signing.id = v; return nil }},
	{"algorithm", "NAME", "the sort of key: ed25519 (the default), hmac-sha256", func(o *options, v string) error { o.signing.algorithm = v; return nil }},
}

func (s *signing) claims(now time.Time) (c serializer.Claims, err error) {
	c = serializer.Claims{Purpose: s.purposeOrDefault(), Audience: s.audience, NotBefore: now}
	if s.expires != "" {
		c.Expires, err = expiry(s.expires, now)
	}
	return c, err
}

func (s *signing) purposeOrDefault() string {
	if s.purpose == "" {
		return "query"
	}
	return s.purpose
}

// expiry reads a time to come.
func expiry(text string, now time.Time) (at time.Time, err error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err == nil && n > 0 {
			return now.AddDate(0, 0, int(n)), nil
		}
	}
	d, err := time.ParseDuration(text)
	if err == nil {
		at = now.Add(d)
	} else if at, err = time.Parse(time.DateOnly, text); err != nil {
		at, err = time.Parse(time.RFC3339, text)
	}
	if err != nil {
		return at, usagef("-expires: expected a time such as 12h, 30d, 2027-01-31 or 2027-01-31T12:00:00Z, got %q", text)
	}
	if !at.After(now) {
		return at, usagef("-expires: %q is not to come", text)
	}
	return at, nil
}

// runKeygen makes a key: the secret in a file of its owner's, and what others may
// have of it beside.
func runKeygen(_ context.Context, a *app, words []string) error {
	switch s := a.opts.signing; {
	case len(words) > 0:
		return usagef("keygen: expected flags alone, got %q", words[0])
	case a.opts.output == "":
		return usagef("keygen: where to? Say -o team.key")
	case s.algorithm == "":
		a.opts.signing.algorithm = string(serializer.Ed25519)
	}
	k, err := serializer.GenerateKey(a.opts.signing.id, serializer.Algorithm(a.opts.signing.algorithm))
	if err != nil {
		return usagef("keygen: %s", signatureReason(err))
	}
	if err := writeKey(a.opts.output, k, 0o600); err != nil {
		return err
	}
	public, ok := k.Public()
	if !ok {
		a.note("%s is the secret of key %s: it signs and verifies, so whoever has it can do both", a.opts.output, k.ID())
		return nil
	}
	if err := writeKey(a.opts.output+".pub", public, 0o644); err != nil {
		return err
	}
	a.note("%s signs as key %s: keep it; %[1]s.pub is for those who verify", a.opts.output, k.ID())
	return nil
}

// writeKey makes a file that was not there: keys are never overwritten.
func writeKey(path string, k serializer.Key, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, fs.ErrExist) {
		return usagef("keygen: %s is there already, and keys are not overwritten", path)
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %s", path, reasonOf(err))
	}
	err = serializer.WriteKeys(f, k)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %s", path, reasonOf(err))
	}
	return nil
}

// readKeys reads a key file. One with secrets that others can read is refused.
func readKeys(flag, path string) ([]serializer.Key, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usagef("%s: cannot read %s: %s", flag, path, reasonOf(err))
	}
	defer func() { _ = f.Close() }() // it was only read
	keys, err := serializer.ReadKeys(f)
	if err != nil {
		return nil, usagef("%s: %s: %s", flag, path, signatureReason(err))
	}
	info, err := f.Stat()
	if err != nil {
		return nil, usagef("%s: cannot read %s: %s", flag, path, reasonOf(err))
	}
	for _, k := range keys {
		if mode := info.Mode().Perm(); k.IsSecret() && mode&0o077 != 0 && runtime.GOOS != "windows" {
			return nil, usagef("%s: %s holds a secret and has the mode %04o: chmod 600 %[2]s, and think of whoever may have read it", flag, path, mode)
		}
	}
	return keys, nil
}

// runSign puts the bytes of a query into an envelope.
func runSign(ctx context.Context, a *app, words []string) error {
	switch {
	case a.opts.signing.key == "":
		return usagef("sign: by which key? Say -key team.key")
	case a.outTTY:
		return usagef("sign: the bytes are not for a terminal: say -o signed.sqb, or use a pipe")
	}
	keys, err := readKeys("-key", a.opts.signing.key)
	if err != nil {
		return err
	}
	if len(keys) != 1 {
		return usagef("-key: %s holds %s, expected one", a.opts.signing.key, show.Counted(len(keys), "key"))
	}
	claims, err := a.opts.signing.claims(time.Now())
	if err != nil {
		return err
	}
	payload, err := a.payloadToSign(ctx, words)
	if err != nil {
		return err
	}
	b, err := serializer.Sign(payload, keys[0], claims)
	if err != nil {
		return usagef("sign: %s", signatureReason(err))
	}
	_, err = a.out.Write(b)
	return err
}

// payloadToSign is the bytes of Q: a payload as it is, or the one that Lua makes.
func (a *app) payloadToSign(ctx context.Context, words []string) ([]byte, error) {
	s, err := a.q("sign", words)
	if err != nil {
		return nil, err
	}
	if s.bytes != nil {
		if serializer.IsSigned(s.bytes) {
			return nil, &refusedError{s.name, errors.New("it is signed already: verify -o takes the query out of it")}
		}
		if _, err := serializer.ReadManifest(s.bytes); err != nil {
			return nil, &refusedError{s.name, err}
		}
		return s.bytes, nil
	}
	d, err := a.open(ctx, "sign", true, true)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	n, _, err := a.node(ctx, s, d)
	if err != nil {
		return nil, err
	}
	return serializer.Dumps(n)
}

// runVerify checks a signature and tells what it claims.
func runVerify(_ context.Context, a *app, words []string) error {
	if a.opts.signing.trust == "" {
		return usagef("verify: by whose key? Say -trust team.key.pub")
	}
	s, err := a.q("verify", words)
	if err != nil {
		return err
	}
	signed, err := a.verify(s)
	if err != nil {
		return err
	}
	if a.opts.output != "" {
		_, err = a.out.Write(signed.Payload)
		return err
	}
	_, err = io.WriteString(a.out, "verified\n"+signedText(signed))
	return err
}

// signatureText is a signature for people and programs.
type signatureText struct {
	Key       string     `json:"key"`
	Purpose   string     `json:"purpose"`
	Audience  string     `json:"audience,omitempty"`
	NotBefore *time.Time `json:"not_before,omitempty"`
	Expires   *time.Time `json:"expires,omitempty"`
	Verified  bool       `json:"verified"`
}

func (t *signatureText) String() string {
	s := fmt.Sprintf("by key %s, purpose %q", t.Key, t.Purpose)
	if t.Audience != "" {
		s += fmt.Sprintf(", audience %q", t.Audience)
	}
	if t.NotBefore != nil {
		s += ", from " + t.NotBefore.Format(time.RFC3339)
	}
	if t.Expires != nil {
		s += ", until " + t.Expires.Format(time.RFC3339)
	}
	if !t.Verified {
		s += "; not verified"
	}
	return s
}

// unwrap takes a source out of its envelope for inspection, where it is in one. Only
// with -trust is the signature verified.
func (a *app) unwrap(s *source) (*signatureText, error) {
	var signed *serializer.Signed
	var err error
	trusting := a.opts.signing.trust != ""
	switch {
	case trusting:
		signed, err = a.verify(s)
	case !serializer.IsSigned(s.bytes):
		return nil, nil
	default:
		if signed, err = serializer.ReadSigned(s.bytes); err != nil {
			err = &refusedError{s.name, err}
		}
	}
	if err != nil {
		return nil, err
	}
	s.bytes = signed.Payload
	c := signed.Claims
	t := &signatureText{Key: signed.KeyID, Purpose: c.Purpose, Audience: c.Audience, Verified: trusting}
	if !c.NotBefore.IsZero() {
		t.NotBefore = &c.NotBefore
	}
	if !c.Expires.IsZero() {
		t.Expires = &c.Expires
	}
	if !trusting {
		a.note("the signature was not verified: -trust keyfile does that")
	}
	return t, nil
}

// signedText is what an envelope says, for people.
func signedText(s *serializer.Signed) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-11s %s\n", name, show.Visible(value))
		}
	}
	moment := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.RFC3339)
	}
	line("key", s.KeyID)
	line("purpose", s.Claims.Purpose)
	line("audience", s.Claims.Audience)
	line("not before", moment(s.Claims.NotBefore))
	line("expires", moment(s.Claims.Expires))
	h := serializer.Hash(s.Payload)
	line("hash", hex.EncodeToString(h[:]))
	return b.String()
}

// verify takes the payload out of an envelope that a trusted key has signed.
func (a *app) verify(s *source) (*serializer.Signed, error) {
	keys, err := readKeys("-trust", a.opts.signing.trust)
	if err != nil {
		return nil, err
	}
	set, err := serializer.NewKeySet(keys...)
	if err != nil {
		return nil, usagef("-trust: %s: %s", a.opts.signing.trust, signatureReason(err))
	}
	b := s.bytes
	if b == nil {
		b = []byte(s.lua)
	}
	signed, err := set.Verify(b, serializer.Expected{Purpose: a.opts.signing.purposeOrDefault(), Audience: a.opts.signing.audience})
	if err != nil {
		return nil, &refusedError{s.name, err}
	}
	return signed, nil
}

// payload is the bytes of a source that are to be loaded. With -trust they come out
// of a signature, and only so; a signature that nobody checks is refused.
func (a *app) payload(s *source) ([]byte, error) {
	switch {
	case a.opts.signing.trust != "":
		signed, err := a.verify(s)
		if err != nil {
			return nil, err
		}
		return signed.Payload, nil
	case serializer.IsSigned(s.bytes):
		return nil, &refusedError{s.name, errors.New("it is signed: -trust keyfile says by whom it may be")}
	}
	return s.bytes, nil
}

// unsigned is the payload of a source for what loads no query and writes bytes that
// nobody has signed. Signatures are verified with -trust alone.
func (a *app) unsigned(s *source) (b []byte, signed bool, err error) {
	if signed = serializer.IsSigned(s.bytes); !signed || a.opts.signing.trust != "" {
		b, err = a.payload(s)
		return b, signed, err
	}
	envelope, err := serializer.ReadSigned(s.bytes)
	if err != nil {
		return nil, true, &refusedError{s.name, err}
	}
	return envelope.Payload, true, nil
}

// signatureReason is a SignatureError without the words in front.
func signatureReason(err error) string {
	var e *serializer.SignatureError
	if errors.As(err, &e) {
		return e.Reason
	}
	return err.Error()
}
