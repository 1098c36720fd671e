package serializer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/serializer"
)

// TestShapeOfBytes: a tree has the shape that it had before it was bytes, and other
// queries have others.
func TestShapeOfBytes(t *testing.T) {
	m := shop(t)
	seen := map[[32]byte]string{}
	for name, q := range queries(m) {
		l, err := serializer.Loads(dumps(t, q), serializer.Binding{MetaData: m, Grants: []expr.Grant{expr.GrantRaw}})
		require.NoError(t, err, name)
		if n, ok := q.(expr.Node); ok {
			require.Equal(t, expr.Shape(n), l.Shape(), name)
		}
		require.Empty(t, seen[l.Shape()], name)
		seen[l.Shape()] = name
	}
}
