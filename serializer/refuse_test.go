package serializer_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// TestLabelsDrift: a label that names a column by the column's own name must not
// come to mean another column, because columns were renamed.
func TestLabelsDrift(t *testing.T) {
	was, is := schema.NewMetaData(), schema.NewMetaData()
	was.Table("t", schema.NewColumn("a", schema.Integer, schema.StableID("1")), schema.NewColumn("b", schema.Integer, schema.StableID("2")))
	is.Table("t", schema.NewColumn("b", schema.Integer, schema.StableID("1")), schema.NewColumn("a", schema.Integer, schema.StableID("2")))
	require.NoError(t, was.Freeze())
	require.NoError(t, is.Freeze())
	table := expr.Table(was.Lookup("t"))
	b := dumps(t, expr.Select(table.C("a"), table.C("b")).OrderBy(expr.Ref("a")))
	_, err := serializer.Loads(b, serializer.Binding{MetaData: is})
	require.ErrorContains(t, err, `error: label:a at root: expected the column that was called so, found one that was "b"`)
}

// TestWriterRefuses holds that nothing is written that no reader would take.
func TestWriterRefuses(t *testing.T) {
	m, other := shop(t), shop(t)
	two := expr.Select(expr.Table(m.Lookup("customers")).C("id"), expr.Table(other.Lookup("customers")).C("id").Label("x")).
		From(expr.Table(m.Lookup("customers")), expr.Table(other.Lookup("customers")))
	resolved, err := expr.Resolve(expr.Select(expr.Of(1)).From(expr.Table(m.Lookup("customers"))))
	require.NoError(t, err)
	bad := schema.NewMetaData()
	bad.Table("\xff", schema.NewColumn("x", schema.Integer))
	for want, construct := range map[string]any{
		"two tables are called table:customers":    two,
		"what has been resolved is not stored":     resolved.Statement(),
		"is not valid UTF-8":                       bad.Lookup("\xff"),
		"its enum's schema is longer than":         expr.Select(expr.Of("x").Cast(schema.Enum("e", "x").InSchema(strings.Repeat("x", 1001)))),
		"is longer than 1000 bytes":                expr.Select(expr.Of(1).Label(strings.Repeat("x", 1001))),
		"expected an expression, a column or a pl": make(chan int),
	} {
		_, err := serializer.Dumps(construct)
		require.ErrorContains(t, err, want)
	}
	for _, slot := range []serializer.Slot{{Kind: "table", Name: "x"}, {Kind: schema.IDSession}} {
		_, err := serializer.DumpsWith(expr.Of(1), slot)
		require.ErrorContains(t, err, "a slot needs a kind")
	}
}

// TestKindZero: no version has the node kind 0, so it is not drift.
func TestKindZero(t *testing.T) {
	b := dumps(t, expr.Of(7))
	require.Equal(t, []byte{0x92, 0x01, 0x07}, b[len(b)-3:])
	b = append(bytes.Clone(b[:len(b)-2]), 0, 7)
	_, err := serializer.Loads(b, serializer.Binding{MetaData: shop(t)})
	var format *serializer.FormatError
	require.ErrorAs(t, err, &format)
	require.Equal(t, serializer.CodeSyntax, format.Code)
}
