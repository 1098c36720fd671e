package serializer_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/serializer"
)

// TestGrants: a payload that needs what the host does not grant is refused by
// name, wherever in it the need is; the manifest says what it needs, truly.
func TestGrants(t *testing.T) {
	m := shop(t)
	c := expr.Table(m.Lookup("customers"))
	raw := expr.Select(c.C("id").Custom("<->", 1).Label("n"))
	for name, construct := range map[string]any{
		"a statement": raw, "an expression": c.C("id").Custom("<->", 1), "a subquery": expr.Select(raw.Subquery("s").C("n")),
		"a column of one": raw.Subquery("s").C("n"), "a source": raw.Subquery("s"),
	} {
		t.Run(name, func(t *testing.T) {
			b := dumps(t, construct)
			manifest, err := serializer.ReadManifest(b)
			require.NoError(t, err)
			require.Equal(t, []expr.Grant{expr.GrantRaw}, manifest.Grants())
			for _, grants := range [][]expr.Grant{nil, {expr.FunctionGrant("raw")}} {
				_, err = serializer.Loads(b, serializer.Binding{MetaData: m, Grants: grants})
				var drift *serializer.DriftError
				require.ErrorAs(t, err, &drift)
				require.Equal(t, []serializer.Problem{{Severity: serializer.Failure, Code: serializer.CodeGrant, Path: "manifest",
					What: "grant:raw", Expected: "a grant of the host", Found: "not granted"}}, drift.Problems)
			}
			l, err := serializer.Loads(b, serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.GrantRaw}})
			require.NoError(t, err)
			require.Equal(t, b, dumps(t, l.Root))

			// the manifest names another grant: "raw" is a fixstr of 3
			at := bytes.Index(b, []byte("\xa3raw"))
			require.Positive(t, at)
			lie := bytes.Clone(b)
			copy(lie[at:], "\xa3row")
			_, err = serializer.Loads(lie, serializer.Binding{MetaData: m, Grants: []expr.Grant{"raw", "row"}})
			var format *serializer.FormatError
			require.ErrorAs(t, err, &format)
			require.Equal(t, serializer.CodeManifest, format.Code)
		})
	}
	manifest, err := serializer.ReadManifest(dumps(t, expr.Select(c.C("id"))))
	require.NoError(t, err)
	require.Empty(t, manifest.Grants())
}

// TestGrantsCannotBeLeftOut: a payload whose manifest does not own up to what its
// tree needs is no payload, whatever the host grants.
func TestGrantsCannotBeLeftOut(t *testing.T) {
	m := shop(t)
	b := dumps(t, expr.Table(m.Lookup("customers")).C("id").Custom("<->", 1)) // the manifest: 10 fields, the last a list of one
	manifest := []byte("\xc0\xc0\x91\xa3<->\xc0\xc0\x91\xa3raw")              // no functions, parameters; a text; no results, slot
	at := bytes.Index(b, manifest)
	require.Positive(t, at)
	head := bytes.IndexByte(b, 0x9a)
	require.Positive(t, head)
	short := append(append([]byte{}, b[:at+7]...), b[at+len(manifest):]...)
	short[head] = 0x97
	_, err := serializer.ReadManifest(short)
	require.NoError(t, err)
	for _, grants := range [][]expr.Grant{nil, {expr.GrantRaw}} {
		_, err = serializer.Loads(short, serializer.Binding{MetaData: m, Grants: grants})
		var format *serializer.FormatError
		require.ErrorAs(t, err, &format)
		require.Equal(t, serializer.CodeManifest, format.Code, "%v", err)
	}
}
