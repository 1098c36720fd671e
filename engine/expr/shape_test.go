package expr_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// outline writes down what a shape holds, another way than it does: all fields, but of a
// literal's value its kind and which of the literals it equals.
func outline(n expr.Node) string {
	classes := map[expr.Value]int{}
	var say func(v any) string
	list := func(values []any) string {
		var parts []string
		for _, v := range values {
			parts = append(parts, say(v))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	say = func(v any) string {
		fields := func(what string, fields []recordField) string {
			for _, f := range fields {
				if f.present && f.name == "data" { // of a call: it is no literal
					what += fmt.Sprintf(" data=%q", f.values[0].(expr.Value).Text())
				} else if f.present {
					what += " " + f.name + "=" + list(f.values)
				}
			}
			return what
		}
		switch v := v.(type) {
		case *record:
			return say(*v)
		case *recordSource:
			return say(v.record)
		case record:
			return fields(v.op.String(), v.fields)
		case []recordField:
			return fields("part", v)
		case []any:
			return list(v)
		case recordColumn:
			name := ""
			if v.column != nil {
				name = v.column.Name()
			}
			return fmt.Sprintf("%s.%q %d", say(v.source), name, v.index)
		case expr.Value:
			if _, known := classes[v]; !known {
				classes[v] = len(classes)
			}
			return fmt.Sprintf("%s class %d", v.Kind(), classes[v])
		}
		return show(v)
	}
	return say(recordOf(n))
}

// TestShape: any two fixtures, and what differs from them in a field, have one shape if
// and only if they differ in no more than the values of literals.
func TestShape(t *testing.T) {
	byShape, byOutline := map[string]string{}, map[string]string{}
	alike := 0
	each := func(n expr.Node) {
		key, _ := expr.AppendShape(nil, nil, n)
		if expr.Err(n) == nil {
			require.Equal(t, expr.ShapeByFields(n), key, "%s", outline(n))
		}
		if was, known := byShape[string(key)]; known {
			require.Equal(t, was, outline(n))
			alike++
		}
		if was, known := byOutline[outline(n)]; known {
			require.Equal(t, was, string(key), "%s", outline(n))
		}
		byShape[string(key)], byOutline[outline(n)] = outline(n), string(key)
	}
	eachFixture(t, func(t *testing.T, fix fixture) {
		each(fix.make())
		for _, variants := range fix.vary {
			for _, v := range variants {
				each(v())
			}
		}
	})
	require.Greater(t, len(byShape), 300)
	require.Greater(t, alike, 20)
}

func TestShapeOfLiterals(t *testing.T) {
	shape := func(conds ...any) string {
		key, _ := expr.AppendShape(nil, nil, expr.Select(id()).Where(conds...))
		return string(key)
	}
	base := shape(age().Gt(30), id().Eq(7))
	assert.Equal(t, base, shape(age().Gt(31), id().Eq(8)), "other values")
	assert.NotEqual(t, base, shape(age().Gt(30), id().Eq(30)), "equal ones")
	assert.Equal(t, shape(age().Gt(1), id().Eq(1)), shape(age().Gt(30), id().Eq(30)), "equal ones")
	assert.NotEqual(t, base, shape(age().Gt(decimal("30")), id().Eq(7)), "another type")
	assert.NotEqual(t, base, shape(age().Gt(expr.TypedLiteral(expr.Int(30), schema.Integer)), id().Eq(7)), "a type")
	assert.NotEqual(t, base, shape(age().Gt(expr.TypedLiteral(expr.Value{}, schema.Integer)), id().Eq(7)), "NULL")
	assert.NotEqual(t, base, shape(age().Ge(30), id().Eq(7)), "another operator")
	assert.NotEqual(t, base, shape(age().Gt(30)), "less")
	assert.NotEqual(t, shape(id().In(1, 2)), shape(id().In(1, 2, 3)), "lists of two lengths")
	assert.Equal(t, shape(id().In(1, 2, 3)), shape(id().In(4, 5, 6)))
	assert.NotEqual(t, shape(id().In(1, 2, 3)), shape(id().In(4, 5, 4)))
	assert.NotEqual(t, shape(age().Gt(expr.Param("n", schema.Integer))), shape(age().Gt(expr.Param("m", schema.Integer))))
	assert.NotEqual(t, shape(age().Gt(expr.ParamDefault("n", schema.Integer, 1))), shape(age().Gt(expr.ParamDefault("n", schema.Integer, 2))))
}

// TestShapeTellsSourcesApart: two aliases of one name are two sources, and one table is one.
func TestShapeTellsSourcesApart(t *testing.T) {
	a, b := employees().Alias("e"), employees().Alias("e")
	shape := func(x, y expr.Source) [32]byte {
		return expr.Shape(expr.Select(x.C("id")).From(a, b).Where(x.C("boss_id").Eq(y.C("id"))))
	}
	assert.NotEqual(t, shape(a, b), shape(b, a))
	assert.NotEqual(t, shape(a, b), shape(a, a))
	assert.Equal(t, expr.Shape(expr.Select(employees().C("id"))), expr.Shape(expr.Select(employees().C("id"))))
}

// TestShapeOfMany: what is searched where it is few is looked up where it is many.
func TestShapeOfMany(t *testing.T) {
	build := func(n, from int) expr.Node {
		var sources []expr.FromClause
		var conds, list []any
		for i := range n {
			s := customers().Alias(fmt.Sprint("c", i))
			sources = append(sources, s)
			conds = append(conds, s.C("id").Eq(from+i))
		}
		for i := range 3 * n {
			list = append(list, from+i%n)
		}
		return expr.Select(sources[n-1].(*expr.AliasSource).C("id")).From(sources...).Where(append(conds, id().In(list...))...)
	}
	for _, n := range []int{1, 15, 16, 17, 18, 31, 32, 33, 34, 100} {
		key, values := expr.AppendShape([]byte("before"), []expr.Value{expr.Int(-1)}, build(n, 0))
		require.Len(t, values, n+1)
		require.Equal(t, expr.Int(-1), values[0])
		require.Equal(t, expr.Int(int64(n-1)), values[n])
		other, _ := expr.AppendShape([]byte("before"), nil, build(n, 1000))
		require.Equal(t, key, other)
		once, _ := expr.AppendShape(nil, nil, build(n, 0))
		require.Equal(t, "before"+string(once), string(key))
	}
}

func TestShapeAllocatesNothing(t *testing.T) {
	n := expr.Select(id(), name()).Where(age().Gt(30), name().Eq("x")).Limit(3)
	key, values := expr.AppendShape(nil, nil, n)
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { key, values = expr.AppendShape(key[:0], values[:0], n) }), 1.0) // the race detector drops some of what is pooled
}
