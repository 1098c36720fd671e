package serializer_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/serializer"
)

var (
	signedAt = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	claims   = serializer.Claims{Purpose: "report", Audience: "billing", NotBefore: signedAt, Expires: signedAt.Add(time.Hour)}
	expected = serializer.Expected{Purpose: "report", Audience: "billing", Now: signedAt.Add(time.Minute)}
)

// keys are one of each algorithm, always the same.
func keys(t testing.TB) (shared, private, public serializer.Key) {
	t.Helper()
	seed := bytes.Repeat([]byte{7}, 32)
	shared, err := serializer.NewHMACKey("shared-1", bytes.Repeat([]byte{9}, 32))
	require.NoError(t, err)
	private, err = serializer.NewEd25519Key("team.1", ed25519.NewKeyFromSeed(seed))
	require.NoError(t, err)
	public, ok := private.Public()
	require.True(t, ok)
	return shared, private, public
}

func keySet(t testing.TB, keys ...serializer.Key) *serializer.KeySet {
	t.Helper()
	s, err := serializer.NewKeySet(keys...)
	require.NoError(t, err)
	return s
}

func sign(t testing.TB, payload []byte, k serializer.Key, c serializer.Claims) []byte {
	t.Helper()
	b, err := serializer.Sign(payload, k, c)
	require.NoError(t, err)
	return b
}

// refusal is the code of an error of Verify.
func refusal(t testing.TB, err error) serializer.Code {
	t.Helper()
	switch e := err.(type) {
	case *serializer.SignatureError:
		return e.Code
	case *serializer.FormatError:
		return e.Code
	}
	t.Fatalf("an error of no known type: %v", err)
	return ""
}

func TestSignAndVerify(t *testing.T) {
	m := shop(t)
	payload := dumps(t, queries(m)["report"])
	shared, private, public := keys(t)
	for _, k := range []serializer.Key{shared, private} {
		b := sign(t, payload, k, claims)
		require.Equal(t, b, sign(t, payload, k, claims), "signatures are deterministic")
		require.True(t, serializer.IsSigned(b))
		require.False(t, serializer.IsSigned(payload))
		signed, err := keySet(t, shared, public).Verify(b, expected)
		require.NoError(t, err)
		require.Equal(t, payload, signed.Payload)
		require.Equal(t, k.ID(), signed.KeyID)
		require.Equal(t, claims, signed.Claims)
		l, err := serializer.Loads(signed.Payload, serializer.Binding{MetaData: m})
		require.NoError(t, err)
		require.Equal(t, serializer.Hash(payload), l.Hash(), "a signature changes no identity")
		_, err = serializer.Loads(b, serializer.Binding{MetaData: m})
		require.ErrorContains(t, err, "sqlser-signed/1", "an envelope is no payload: it is verified first")
	}
	least := sign(t, payload, private, serializer.Claims{Purpose: "report"})
	signed, err := keySet(t, public).Verify(least, serializer.Expected{Purpose: "report"})
	require.NoError(t, err)
	require.Equal(t, serializer.Claims{Purpose: "report"}, signed.Claims)
}

// TestSignatureOfLies: a signature does not make a payload sound.
func TestSignatureOfLies(t *testing.T) {
	_, private, public := keys(t)
	payload := dumps(t, expr.Of(7))
	payload[len(payload)-2] = 99 // no such node kind
	signed, err := keySet(t, public).Verify(sign(t, payload, private, claims), expected)
	require.NoError(t, err)
	_, err = serializer.Loads(signed.Payload, serializer.Binding{MetaData: shop(t)})
	require.Error(t, err)
}

// TestAttacks gives Verify what someone without the key, or with another's, may send.
func TestAttacks(t *testing.T) {
	shared, private, public := keys(t)
	other, err := serializer.GenerateKey("other", serializer.Ed25519)
	require.NoError(t, err)
	otherPublic, _ := other.Public()
	payload := dumps(t, expr.Select(expr.Of(1)))
	b := sign(t, payload, private, claims)
	set := keySet(t, shared, public, otherPublic)
	with := func(change func(e *serializer.Expected)) serializer.Expected {
		e := expected
		change(&e)
		return e
	}
	later := func(d time.Duration) serializer.Expected {
		return with(func(e *serializer.Expected) { e.Now = signedAt.Add(d) })
	}
	signature := b[len(b)-ed25519.SignatureSize:]
	head := b[:len(b)-ed25519.SignatureSize-2]
	// what would verify if a key set took the algorithm from the bytes
	forged, err := serializer.NewHMACKey("team.1", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)).Public().(ed25519.PublicKey))
	require.NoError(t, err)
	bare := hmac.New(sha256.New, bytes.Repeat([]byte{9}, 32)) // of the payload, without the envelope
	bare.Write(payload)

	for name, c := range map[string]struct {
		b    []byte
		set  *serializer.KeySet
		want serializer.Expected
		code serializer.Code
	}{
		"no keys":                    {b, nil, expected, serializer.CodeKey},
		"another's key":              {b, keySet(t, otherPublic), expected, serializer.CodeKey},
		"key id of another":          {bytes.Replace(b, []byte("\xa6team.1"), []byte("\xa5other"), 1), set, expected, serializer.CodeSignature},
		"key id of another sort":     {bytes.Replace(b, []byte("\xa6team.1"), []byte("\xa8shared-1"), 1), set, expected, serializer.CodeSignature},
		"public key as HMAC secret":  {sign(t, payload, forged, claims), set, expected, serializer.CodeSignature},
		"other purpose":              {b, set, with(func(e *serializer.Expected) { e.Purpose = "delete" }), serializer.CodePurpose},
		"no purpose expected":        {b, set, with(func(e *serializer.Expected) { e.Purpose = "" }), serializer.CodePurpose},
		"other audience":             {b, set, with(func(e *serializer.Expected) { e.Audience = "shop" }), serializer.CodeAudience},
		"no audience expected":       {b, set, with(func(e *serializer.Expected) { e.Audience = "" }), serializer.CodeAudience},
		"no audience claimed":        {sign(t, payload, private, serializer.Claims{Purpose: "report"}), set, expected, serializer.CodeAudience},
		"claim changed":              {bytes.Replace(b, []byte("billing"), []byte("billinG"), 1), set, expected, serializer.CodeSignature},
		"not yet valid":              {b, set, later(-time.Second), serializer.CodeEarly},
		"expired, to the second":     {b, set, later(time.Hour), serializer.CodeExpired},
		"never expires":              {sign(t, payload, private, serializer.Claims{Purpose: "report", Audience: "billing"}), set, with(func(e *serializer.Expected) { e.RequireExpiry = true }), serializer.CodeExpired},
		"retired":                    {b, keySet(t, public.Retired(expected.Now)), expected, serializer.CodeKey},
		"payload changed":            {bytes.Replace(b, payload[:9], append([]byte("\x95"), payload[1:9]...), 1), set, expected, serializer.CodeSignature},
		"signature of other bytes":   {append(append(bytes.Clone(head), 0xc4, 64), ed25519.Sign(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)), payload)...), set, expected, serializer.CodeSignature},
		"HMAC of the payload alone":  {append(append(bytes.Replace(bytes.Clone(head), []byte("\xa6team.1"), []byte("\xa8shared-1"), 1), 0xc4, 32), bare.Sum(nil)...), set, expected, serializer.CodeSignature},
		"zero signature":             {append(append(bytes.Clone(head), 0xc4, 64), make([]byte, 64)...), set, expected, serializer.CodeSignature},
		"short signature":            {append(append(bytes.Clone(head), 0xc4, 63), signature[:63]...), set, expected, serializer.CodeSyntax},
		"empty signature":            {append(bytes.Clone(head), 0xc4, 0), set, expected, serializer.CodeSyntax},
		"bytes behind":               {append(bytes.Clone(b), 0xc0), set, expected, serializer.CodeSyntax},
		"length written longer":      {append(append(bytes.Clone(head), 0xc5, 0, 64), signature...), set, expected, serializer.CodeCanonical},
		"an absent claim written":    {bytes.Replace(b, append([]byte{0xa7}, "billing"...), []byte{0xa0}, 1), set, expected, serializer.CodeCanonical},
		"unsigned":                   {payload, set, expected, serializer.CodeSyntax},
		"nothing":                    {nil, set, expected, serializer.CodeSyntax},
		"signed again, not expected": {sign(t, b, other, serializer.Claims{Purpose: "archive"}), set, expected, serializer.CodePurpose},
	} {
		t.Run(name, func(t *testing.T) {
			require.False(t, name != "unsigned" && bytes.Equal(c.b, b) && c.want == expected && c.set == set, "the attack changes nothing")
			signed, err := c.set.Verify(c.b, c.want)
			require.Nil(t, signed)
			require.Equal(t, c.code, refusal(t, err), "%v", err)
		})
	}
	for _, e := range []serializer.Expected{later(0), later(time.Hour - time.Second)} {
		_, err := set.Verify(b, e)
		require.NoError(t, err)
	}
	for _, d := range []time.Duration{-30 * time.Second, time.Hour + 29*time.Second} {
		e := later(d)
		e.Leeway = 30 * time.Second
		_, err := set.Verify(b, e)
		require.NoError(t, err)
	}
}

// TestEveryBitOfSignature changes every byte of an envelope to every other, and cuts it everywhere.
func TestEveryBitOfSignature(t *testing.T) {
	shared, private, public := keys(t)
	set := keySet(t, shared, public)
	for _, k := range []serializer.Key{shared, private} {
		b := sign(t, dumps(t, expr.Of(1)), k, claims)
		for i := range b {
			_, err := set.Verify(b[:i:i], expected)
			require.Error(t, err)
			c := bytes.Clone(b)
			for v := range 256 {
				if k.Algorithm() == serializer.Ed25519 && v%16 != 1 && v^int(b[i]) != 1 {
					continue // they take their time
				}
				if c[i] = byte(v); c[i] == b[i] {
					continue
				}
				if _, err := set.Verify(c, expected); err == nil {
					t.Fatalf("byte %d as %#x: verified", i, v)
				}
			}
		}
	}
}

// TestRotation: a new key signs beside an old one, which verifies until it is retired for good.
func TestRotation(t *testing.T) {
	_, old, oldPublic := keys(t)
	next, err := serializer.GenerateKey("team.2", serializer.Ed25519)
	require.NoError(t, err)
	nextPublic, _ := next.Public()
	payload := dumps(t, expr.Of(1))
	before, after := sign(t, payload, old, claims), sign(t, payload, next, claims)
	end := signedAt.Add(10 * time.Minute)
	set := keySet(t, oldPublic.Retired(end), nextPublic)
	for _, c := range []struct {
		b    []byte
		at   time.Time
		good bool
	}{{before, end.Add(-time.Second), true}, {before, end, false}, {after, end.Add(-time.Second), true}, {after, end, true}} {
		e := expected
		e.Now, e.Leeway = c.at, time.Hour
		_, err := set.Verify(c.b, e)
		require.Equal(t, c.good, err == nil, "%v", err)
	}
	_, err = serializer.Sign(payload, old.Retired(end), claims)
	require.ErrorContains(t, err, "retired")
	_, err = serializer.Sign(payload, oldPublic, claims)
	require.ErrorContains(t, err, "only verifies")
	require.Equal(t, []serializer.Key{oldPublic.Retired(end), nextPublic}, set.Keys())
}

func TestSignLimits(t *testing.T) {
	shared, _, _ := keys(t)
	set := keySet(t, shared)
	at := serializer.Claims{Purpose: strings.Repeat("p", 255), Audience: strings.Repeat("a", 255),
		NotBefore: time.Unix(1, 0), Expires: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}
	payload := make([]byte, serializer.DefaultBytes)
	b := sign(t, payload, shared, at)
	_, err := set.Verify(b, serializer.Expected{Purpose: at.Purpose, Audience: at.Audience})
	require.NoError(t, err)
	for _, c := range []struct {
		payload []byte
		change  func(c *serializer.Claims)
		want    string
	}{
		{append(payload, 0), func(*serializer.Claims) {}, "1 to 1048576 bytes, got 1048577"},
		{nil, func(*serializer.Claims) {}, "1 to 1048576 bytes, got 0"},
		{payload, func(c *serializer.Claims) { c.Purpose += "p" }, "more than 255 bytes"},
		{payload, func(c *serializer.Claims) { c.Audience += "a" }, "more than 255 bytes"},
		{payload, func(c *serializer.Claims) { c.Purpose = "" }, "expected a purpose"},
		{payload, func(c *serializer.Claims) { c.Purpose = "\xff" }, "UTF-8"},
		{payload, func(c *serializer.Claims) { c.NotBefore = time.Unix(0, 5) }, "1970"},
		{payload, func(c *serializer.Claims) { c.Expires = c.Expires.Add(time.Second) }, "9999"},
		{payload, func(c *serializer.Claims) { c.Expires = c.NotBefore }, "expires before"},
	} {
		claims := at
		c.change(&claims)
		_, err := serializer.Sign(c.payload, shared, claims)
		require.ErrorContains(t, err, c.want)
	}
	_, err = set.Verify(append(make([]byte, serializer.DefaultBytes), make([]byte, 1025)...), expected)
	require.Equal(t, serializer.CodeLimit, refusal(t, err))
}

func TestKeys(t *testing.T) {
	shared, private, public := keys(t)
	for _, id := range []string{"", "a b", "é", "a\n", strings.Repeat("k", 65)} {
		_, err := serializer.NewHMACKey(id, make([]byte, 32))
		require.ErrorContains(t, err, "key id")
	}
	_, err := serializer.NewHMACKey("k", make([]byte, 31))
	require.ErrorContains(t, err, "32 to 1024 bytes, got 31")
	_, err = serializer.NewHMACKey("k", make([]byte, 1025))
	require.Error(t, err)
	_, err = serializer.NewEd25519Key("k", make([]byte, 64))
	require.ErrorContains(t, err, "public half")
	_, err = serializer.NewEd25519PublicKey("k", make([]byte, 31))
	require.Error(t, err)
	_, err = serializer.GenerateKey("k", "none")
	require.ErrorContains(t, err, `got "none"`)
	_, err = serializer.NewKeySet(private, public)
	require.ErrorContains(t, err, "two keys have this id")
	_, err = serializer.NewKeySet(serializer.Key{})
	require.Error(t, err)
	open, err := serializer.NewHMACKey("open", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)).Public().(ed25519.PublicKey))
	require.NoError(t, err)
	_, err = serializer.NewKeySet(public, open)
	require.ErrorContains(t, err, "is the public key of another")
	a, err := serializer.GenerateKey("", serializer.HMACSHA256)
	require.NoError(t, err)
	b, err := serializer.GenerateKey("", serializer.HMACSHA256)
	require.NoError(t, err)
	require.NotEqual(t, a.ID(), b.ID())
	_, ok := shared.Public()
	require.False(t, ok)
}

// TestSecretsStaySecret formats keys in every way there is.
func TestSecretsStaySecret(t *testing.T) {
	shared, private, _ := keys(t)
	for _, k := range []serializer.Key{shared, private} {
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("key", "key", k)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("key", "key", k)
		j, err := json.Marshal([]any{k})
		require.NoError(t, err)
		set := keySet(t, k)
		inside := struct{ k serializer.Key }{k}
		shown := log.String() + string(j)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
			shown += fmt.Sprintf(verb, k) + fmt.Sprintf(verb, set) + fmt.Sprintf(verb, *set) + fmt.Sprintf(verb, inside) + fmt.Sprintf(verb, &inside)
		}
		for _, secret := range []string{"7 7 7", "9 9 9", "0707", "0909", "\x07\x07", "\x09\x09", "0x7, 0x7", "0x9, 0x9", "BwcH", "CQkJ", `\a\a`, `\t\t`} {
			require.NotContains(t, shown, secret)
		}
	}
}

func TestKeyFile(t *testing.T) {
	shared, private, public := keys(t)
	var file bytes.Buffer
	retired := public.Retired(signedAt)
	require.NoError(t, serializer.WriteKeys(&file, shared, private, retired))
	read, err := serializer.ReadKeys(strings.NewReader("# a comment\n\n" + file.String() + "  # more"))
	require.NoError(t, err)
	require.Equal(t, []serializer.Key{shared, private, retired}, read)
	require.Error(t, serializer.WriteKeys(&file, serializer.Key{}))
	secret := "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="
	for line, want := range map[string]string{
		"k":                                    "got 1 words",
		"k hmac-sha256":                        "got 2 words",
		secret + " hmac-sha256 k":              "expected a key id",
		"k " + secret + " hmac-sha256":         "not in base64",
		"k rsa " + secret:                      "expected a key of the sort",
		"k hmac-sha256 " + secret[:40]:         "no hmac-sha256 key has 30 bytes",
		secret[:40] + " hmac-sha256 " + "BwcH": "no hmac-sha256 key has 3 bytes",
		"k ed25519-secret BwcH":                "expected a secret of 32 bytes, got 3",
		"k ed25519 BwcH":                       "no ed25519 key has 3 bytes",
		"k hmac-sha256 " + secret[:42] + "d=":  "not in base64", // bits that nothing needs
		"k ed25519 " + secret + " until 2027":  "expected a time",
		"k ed25519 " + secret + " since 2027-01-01T00:00:00Z": "got 5 words",
	} {
		_, err := serializer.ReadKeys(strings.NewReader("# 1\n" + line + "\n"))
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "line 2")
		require.NotContains(t, err.Error(), secret[:12], line)
	}
	_, err = serializer.ReadKeys(strings.NewReader(strings.Repeat("#\n", 1<<15) + "#"))
	require.ErrorContains(t, err, "more than 65536 bytes")
}

// TestSigningDocument holds the example of SIGNING.md to the code.
func TestSigningDocument(t *testing.T) {
	text, err := os.ReadFile("SIGNING.md")
	require.NoError(t, err)
	shared, _, _ := keys(t)
	b := sign(t, []byte{0x01}, shared, claims)
	require.Equal(t, hex.EncodeToString(b), documented(t, string(text), "## An example"))
}

// documented is the annotated hex behind a heading: in lines indented by four, what
// stands before two spaces.
func documented(t testing.TB, doc, heading string) string {
	_, example, ok := strings.Cut(doc, heading+"\n")
	require.True(t, ok, heading)
	example, _, _ = strings.Cut(example, "\n#")
	var hex strings.Builder
	for line := range strings.Lines(example) {
		if code, ok := strings.CutPrefix(line, "    "); ok {
			code, _, _ = strings.Cut(strings.TrimLeft(code, " "), "  ")
			hex.WriteString(strings.ReplaceAll(strings.TrimSpace(code), " ", ""))
		}
	}
	return hex.String()
}

func FuzzVerify(f *testing.F) {
	shared, private, public := keys(f)
	set := keySet(f, shared, public)
	payload := dumps(f, expr.Select(expr.Of(1)))
	for _, k := range []serializer.Key{shared, private} {
		f.Add(sign(f, payload, k, claims))
		f.Add(sign(f, payload, k, serializer.Claims{Purpose: "report"}))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		signed, err := set.Verify(b, expected)
		if err != nil {
			refusal(t, err)
			return
		}
		k := shared
		if signed.KeyID == private.ID() {
			k = private
		}
		if !bytes.Equal(b, sign(t, signed.Payload, k, signed.Claims)) {
			t.Fatalf("verified, and not what the key signs: %x", b)
		}
	})
}

// FuzzReadKeys: what is read of a key file is written to the same keys, and an error shows
// nothing of what may be one.
func FuzzReadKeys(f *testing.F) {
	shared, private, public := keys(f)
	for _, list := range [][]serializer.Key{{shared}, {private, public}, {shared.Retired(time.Unix(1<<31, 0)), private}} {
		var b bytes.Buffer
		require.NoError(f, serializer.WriteKeys(&b, list...))
		f.Add(b.Bytes())
	}
	f.Add([]byte("# none\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := serializer.ReadKeys(bytes.NewReader(b))
		if err != nil {
			refusal(t, err)
			return
		}
		var once, twice bytes.Buffer
		require.NoError(t, serializer.WriteKeys(&once, list...))
		again, err := serializer.ReadKeys(bytes.NewReader(once.Bytes()))
		require.NoError(t, err, "%s", once.Bytes())
		require.NoError(t, serializer.WriteKeys(&twice, again...))
		require.Equal(t, once.String(), twice.String())
		_, _ = serializer.NewKeySet(list...)
	})
}
