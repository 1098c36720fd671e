package serializer_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// TestCodec: a script gets the root alone, so the host hears of the rest.
func TestCodec(t *testing.T) {
	m := shop(t)
	q := expr.Select(expr.Table(m.Lookup("customers")).C("id"))
	plain := dumps(t, q)
	asking, err := serializer.DumpsWith(q, serializer.Slot{Kind: schema.IDSession, Name: "reports"})
	require.NoError(t, err)

	c := serializer.NewCodec(serializer.Binding{MetaData: m})
	n, err := c.Load(plain)
	require.NoError(t, err)
	b, err := c.Dump(n)
	require.NoError(t, err)
	require.Equal(t, plain, b)
	_, err = c.Load(asking)
	var drift *serializer.DriftError
	require.ErrorAs(t, err, &drift)
	require.ErrorContains(t, err, "session:reports at manifest: expected nothing of the host's")

	moved, err := before().freeze()
	require.NoError(t, err)
	saved := dumps(t, expr.Select(moved.Lookup("people").Lookup("name")))
	now := before()
	now.table("people").column("name").rename("title", schema.Formerly("name"))
	moved, err = now.freeze()
	require.NoError(t, err)
	var seen []*serializer.Loaded
	c = serializer.NewCodec(serializer.Binding{MetaData: moved}, serializer.OnLoad(func(l *serializer.Loaded) error {
		seen = append(seen, l)
		return nil
	}))
	n, err = c.Load(saved)
	require.NoError(t, err)
	require.Same(t, seen[0].Root, n)
	require.NotEmpty(t, seen[0].Drift)

	no := errors.New("not today")
	c = serializer.NewCodec(serializer.Binding{MetaData: m}, serializer.OnLoad(func(l *serializer.Loaded) error {
		require.Equal(t, "session:reports", l.Slot.ID().String())
		return no
	}))
	n, err = c.Load(asking)
	require.ErrorIs(t, err, no)
	require.Nil(t, n)
}
