package expr_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func planKey(t *testing.T, n expr.Node) string {
	t.Helper()
	key, _, ok := expr.AppendPlanKey(nil, nil, n)
	require.True(t, ok)
	return string(key)
}

// TestPlanKey: what is one shape is one key only where it is of one metadata, and of
// the same functions.
func TestPlanKey(t *testing.T) {
	of := func() *expr.TableSource {
		m := schema.NewMetaData()
		m.Table("t", schema.NewColumn("id", schema.BigInteger), schema.NewColumn("name", schema.Text))
		require.NoError(t, m.Freeze())
		return expr.Table(m.Lookup("t"))
	}
	a, b := of(), of()
	build := func(s *expr.TableSource, n int) expr.Node { return expr.Select(s.C("id")).Where(s.C("id").Eq(n)) }
	assert.Equal(t, expr.Shape(build(a, 1)), expr.Shape(build(b, 1)))
	assert.Equal(t, planKey(t, build(a, 1)), planKey(t, build(a, 2)))
	assert.NotEqual(t, planKey(t, build(a, 1)), planKey(t, build(b, 1)), "metadata frozen anew")

	loose := schema.NewMetaData().Table("t", schema.NewColumn("id", schema.BigInteger))
	_, _, ok := expr.AppendPlanKey(nil, nil, expr.Select(expr.Table(loose)))
	assert.False(t, ok, "metadata that may change")
	_, _, ok = expr.AppendPlanKey(nil, nil, expr.Select(a.C("nothing")))
	assert.False(t, ok, "an error")
	_, _, ok = expr.AppendPlanKey(nil, nil, nil)
	assert.False(t, ok)
}

// TestPlanKeyOfFixtures: two fixtures have one key only where they have one shape.
func TestPlanKeyOfFixtures(t *testing.T) {
	shapes := map[string][32]byte{}
	eachFixture(t, func(t *testing.T, fix fixture) {
		for _, make := range append([]func() expr.Node{fix.make}, flat(fix)...) {
			n := make()
			key, _, ok := expr.AppendPlanKey(nil, nil, n)
			if !ok {
				continue
			}
			if shape, known := shapes[string(key)]; known {
				require.Equal(t, shape, expr.Shape(n))
			}
			shapes[string(key)] = expr.Shape(n)
		}
	})
	require.Greater(t, len(shapes), 100)
}

func flat(fix fixture) (all []func() expr.Node) {
	for _, variants := range fix.vary {
		all = append(all, variants...)
	}
	return all
}

// TestShapeFamily: lists of all lengths are one family, and nothing else is.
func TestShapeFamily(t *testing.T) {
	list := func(n int) []any {
		values := make([]any, n)
		for i := range values {
			values[i] = i % 7
		}
		return values
	}
	family := func(n expr.Node) string { return string(expr.AppendShapeFamily(nil, n)) }
	in := func(n int) expr.Node { return expr.Select(id()).Where(id().In(list(n)...), age().Gt(1)).Limit(n) }
	rows := func(n int) expr.Node {
		insert := expr.Insert(customers())
		for i := range n {
			insert = insert.Values(expr.Assign{"id": i, "name": fmt.Sprint("n", i)})
		}
		return insert
	}
	for _, n := range []int{2, 3, 17, 40} {
		assert.Equal(t, family(in(1)), family(in(n)))
		assert.Equal(t, family(rows(1)), family(rows(n)))
	}
	assert.NotEqual(t, family(in(1)), family(rows(1)))
	assert.NotEqual(t, family(expr.Select(id()).Where(id().In(1, 2))), family(expr.Select(id()).Where(age().In(1, 2))))
	assert.NotEqual(t, family(expr.Select(id()).Where(id().In(1, age()))), family(expr.Select(id()).Where(id().In(1, 2))))

	byFamily := map[string][32]byte{}
	eachFixture(t, func(t *testing.T, fix fixture) {
		n := fix.make()
		if f := family(n); expr.Err(n) == nil {
			if shape, known := byFamily[f]; known {
				assert.Equal(t, shape, expr.Shape(n), "a family of fixtures that differ in more than lists")
			}
			byFamily[f] = expr.Shape(n)
		}
	})
}
