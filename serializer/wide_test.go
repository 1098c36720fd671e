package serializer_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// TestWide holds that changes of a table with more columns than a word has bits, and than are
// searched one by one, are written, read and checked as those of few are.
func TestWide(t *testing.T) {
	const columns = 70
	m := schema.NewMetaData()
	var items []schema.TableItem
	row := expr.Assign{}
	for i := range columns {
		name := fmt.Sprintf("c%d", i)
		items = append(items, schema.NewColumn(name, schema.BigInteger))
		row[name] = i - 2
	}
	m.Table("wide", items...)
	require.NoError(t, m.Freeze())
	w := expr.Table(m.Lookup("wide"))
	insert := expr.Insert(w).Values(row, row)
	excluded := expr.Excluded(w)
	for name, n := range map[string]expr.Node{
		"values":     insert,
		"nothing":    insert.OnConflict().DoNothing(),
		"update":     insert.OnConflict("c3", "c66").DoUpdate(expr.Assign{"c65": excluded.C("c65"), "c3": excluded.C("c69").Add(1)}),
		"where":      insert.OnConflict("c69").Among(w.C("c1").Gt(1)).DoUpdate(expr.Assign{"c1": expr.Default()}).Where(w.C("c68").IsNull()),
		"named":      insert.OnConstraint("key").DoNothing().Returning(w.C("c69"), w.C("c2").Label("two"), w.C("c68").Add(w.C("c69"))),
		"defaults":   expr.Insert(w).Values(expr.Assign{}),
		"update all": expr.Update(w).Set(row).AllRows(),
		"select":     expr.Select(w).Where(w.C("c69").Eq(w.C("c0"))).OrderBy(w.C("c67")),
	} {
		b, err := serializer.Dumps(n)
		require.NoError(t, err, name)
		l, err := serializer.Loads(b, serializer.Binding{MetaData: m})
		require.NoError(t, err, name)
		require.Empty(t, l.Drift, name)
		require.True(t, expr.Equal(n, l.Root), name)
		again, err := serializer.Dumps(l.Root)
		require.NoError(t, err, name)
		require.Equal(t, b, again, name)
		d, err := serializer.Detached(b, serializer.Limits{})
		require.NoError(t, err, name)
		again, err = serializer.Dumps(d.Root)
		require.NoError(t, err, name)
		require.Equal(t, b, again, name)
	}
	for _, twice := range []string{"c3", "c66"} {
		err := expr.Err(insert.OnConflict("c1", twice, "c2", twice).DoNothing())
		require.ErrorContains(t, err, "wide."+twice+" is given twice")
	}
}
