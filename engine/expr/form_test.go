package expr_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestNormalForm: what people write in different ways is one tree.
func TestNormalForm(t *testing.T) {
	a, b, c := active(), vip(), id().Gt(1)
	and3 := expr.And(a, b, c)
	for name, pair := range map[string][2]expr.Expr{
		"AND of ANDs, left":         {and3, expr.And(expr.And(a, b), c)},
		"AND of ANDs, right":        {and3, expr.And(a, expr.And(b, c))},
		"AND, by method":            {and3, a.And(b).And(c)},
		"AND, several by method":    {and3, a.And(b, c)},
		"AND of one AND":            {and3, expr.And(and3)},
		"AND of labelled":           {and3, expr.And(a.And(b).Label("x"), c)},
		"AND of nodes":              {and3, expr.And(expr.And(a, b).Node(), c.Node())},
		"OR of ORs":                 {expr.Or(a, b, c), expr.Or(expr.Or(a, b), c)},
		"OR, by method":             {expr.Or(a, b, c), a.Or(b).Or(c)},
		"AND of nothing":            {expr.Of(true), expr.And()},
		"OR of nothing":             {expr.Of(false), expr.Or()},
		"AND of one":                {a, expr.And(a)},
		"OR of one":                 {a, expr.Or(a)},
		"AND of true and one":       {expr.And(true, a), expr.And(expr.And(), a)},
		"equal nil":                 {name().IsNull(), name().Eq(nil)},
		"not equal nil":             {name().IsNotNull(), name().Ne(nil)},
		"NOT":                       {expr.Not(a), a.Not()},
		"IN, as a list":             {id().In(1, 2), id().In([]any{1, 2})},
		"IN, as expressions":        {id().In(1, 2), id().In([]expr.Expr{expr.Of(1), expr.Of(2)})},
		"IN, a slice of Go":         {id().In(1, 2), id().In([]int{1, 2})},
		"IN, a slice of texts":      {name().In("a"), name().In([]string{"a"})},
		"IN, an empty list":         {id().In(), id().In([]any{})},
		"a column of the metadata":  {name(), expr.Of(shop().Lookup("customers").Lookup("name"))},
		"an item":                   {name(), expr.Of(name().Label("x"))},
		"a node":                    {name(), expr.Of(name().Node())},
		"ANY on the left":           {id().Lt(expr.Any(expr.Select(id()))), expr.Any(expr.Select(id())).Gt(id())},
		"ALL on the left":           {id().Ne(expr.All(expr.Select(id()))), expr.All(expr.Select(id())).Ne(id())},
		"literals of Go's integers": {expr.Of(int64(7)), expr.Of(uint8(7))},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, pair[0].Err())
			assert.True(t, expr.Equal(pair[0].Node(), pair[1].Node()), "%s%s", expr.Sprint(pair[0].Node()), expr.Sprint(pair[1].Node()))
		})
	}
	for name, pair := range map[string][2]expr.Expr{
		"AND of an OR":       {expr.And(a, b, c), expr.And(a, expr.Or(b, c))},
		"order of terms":     {expr.And(a, b), expr.And(b, a)},
		"NULL, written":      {name().IsNull(), name().Eq(expr.Of(nil))},
		"a double is no int": {expr.Of(1), expr.Of(1.0)},
	} {
		t.Run(name, func(t *testing.T) { assert.False(t, expr.Equal(pair[0].Node(), pair[1].Node())) })
	}
}

func TestNormalFormOfSelects(t *testing.T) {
	s := ids()
	assert.Same(t, s, s.Where())
	assert.Same(t, s, s.Having())
	for name, pair := range map[string][2]*expr.SelectStmt{
		"where twice":                 {s.Where(active(), vip()), s.Where(active()).Where(vip())},
		"having twice":                {s.Having(active(), vip()), s.Having(active()).Having(vip())},
		"where an AND":                {s.Where(active(), vip()), s.Where(expr.And(active(), vip()))},
		"where true":                  {s.Where(true), s.Where(expr.And())},
		"a label that is the name":    {s, expr.Select(id().Label("id"))},
		"no label":                    {s, expr.Select(id().Label(""))},
		"a label of a derived column": {expr.Select(sums("s").C("total")), expr.Select(sums("s").C("total").Label("total"))},
		"all columns of a source":     {expr.Select(employees()), expr.Select(employees().C("id"), employees().C("boss_id"), employees().C("name"))},
		"all columns of a table":      {expr.Select(employees()), expr.Select(shop().Lookup("employees"))},
		"a column of the metadata":    {s, expr.Select(shop().Lookup("customers").Lookup("id"))},
		"smallest first":              {s.OrderBy(id()), s.OrderBy(id().Asc())},
		"group twice":                 {s.GroupBy(id(), age()), s.GroupBy(id()).GroupBy(age())},
		"order twice":                 {s.OrderBy(id(), age().Desc()), s.OrderBy(id()).OrderBy(age().Desc())},
		"from twice":                  {s.From(customers(), orders()), s.From(customers()).From(orders())},
		"limit replaces":              {s.Limit(2), s.Limit(1).Limit(2)},
		"limit nil takes away":        {s, s.Limit(1).Limit(nil)},
		"offset nil takes away":       {s, s.Offset(1).Offset(nil)},
		"columns replaces":            {names(), s.Columns(name())},
		"without nothing":             {s, s.Without()},
		"distinct twice":              {s.Distinct(), s.Distinct().Distinct()},
		"limit of a whole double":     {s.Limit(2), s.Limit(2.0)},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, expr.Err(pair[0]))
			require.NoError(t, expr.Err(pair[1]))
			assert.True(t, expr.Equal(pair[0], pair[1]), "%s%s", expr.Sprint(pair[0]), expr.Sprint(pair[1]))
		})
	}
	assert.False(t, expr.Equal(expr.Select(expr.Func("count")), expr.Select(expr.Func("count").Label("count"))), "a function's name is not for ever")
}

// TestOperands: each of Go's types that is a value, and no other.
func TestOperands(t *testing.T) {
	for _, c := range []struct {
		operand any
		want    string
	}{
		{nil, "unknown NULL"}, {true, "boolean true"}, {int(-1), "big_integer -1"}, {int8(-1), "big_integer -1"}, {int16(-1), "big_integer -1"},
		{int32(-1), "big_integer -1"}, {int64(-1), "big_integer -1"}, {uint(1), "big_integer 1"}, {uint8(1), "big_integer 1"}, {uint16(1), "big_integer 1"},
		{uint32(1), "big_integer 1"}, {uint64(1<<63 - 1), "big_integer 9223372036854775807"}, {float32(0.5), "double 0.5"}, {0.1, "double 0.1"},
		{"é", `text "é"`}, {[]byte{1}, "large_binary 0x01"}, {time.Unix(0, 1000).UTC(), "datetime_tz 1970-01-01 00:00:00.000001Z"}, {decimal("1.0"), "numeric 1.0"},
	} {
		x := expr.Of(c.operand)
		require.NoError(t, x.Err(), "%T", c.operand)
		assert.Equal(t, c.want, literalIn(x.Node()), "%T", c.operand)
	}
	var none error
	for _, bad := range []any{uint64(1 << 63), uint(math.MaxUint), struct{}{}, new(string), [2]byte{}, []string{}, func() {}, make(chan int), time.Second, json.Number("1"), customers().Join(orders()), id().Asc(), expr.NewWhen(active(), 1), &none} {
		assert.Error(t, expr.Of(bad).Err(), "%T", bad)
	}
}

// record1 is a node with fields that hold one value each.
func record1(op expr.Op, fields ...any) *record {
	r := &record{op: op}
	for i := 0; i < len(fields); i += 2 {
		f := recordField{name: fields[i].(string), present: fields[i+1] != nil, values: []any{fields[i+1]}}
		if list, ok := fields[i+1].([]any); ok {
			f.list, f.values = true, list
		}
		r.fields = append(r.fields, f)
	}
	return r
}

func rec(n expr.Node) any { return recordOf(n) }

// TestReadersRefuseOtherForms that no constructor makes.
func TestReadersRefuseOtherForms(t *testing.T) {
	a, b, one := rec(active().Node()), rec(vip().Node()), rec(expr.Of(1).Node())
	c, o, q := rec(customers()), rec(orders()), rec(ids())
	part := func(fields ...any) []any { return []any{record1(expr.OpSelect, fields...).fields} }
	columns := part("expr", one, "label", nil)
	selectWith := func(fields ...any) *record {
		r := record1(expr.OpSelect, "columns", columns, "from", nil, "joins", nil, "where", nil, "group_by", nil, "having", nil,
			"order_by", nil, "limit", nil, "offset", nil, "distinct", nil)
		for i := 0; i < len(fields); i += 2 {
			for j, f := range r.fields {
				if f.name == fields[i] {
					r.fields[j] = record1(expr.OpSelect, fields[i:i+2]...).fields[0]
				}
			}
		}
		return r
	}
	index := func(s any, i int) *record {
		return record1(expr.OpColumn, "column", recordColumn{s.(*recordSource), nil, i})
	}
	sub := rec(ids().Subquery("s"))
	total := recordColumn{c.(*recordSource), shop().Lookup("shop", "orders").Lookup("total"), 0}
	for name, test := range map[string]struct {
		r      *record
		code   expr.Code
		reason string
	}{
		"AND of none":               {record1(expr.OpLogic, "terms", nil, "or", nil), expr.CodeForm, "fewer than two terms"},
		"AND of one":                {record1(expr.OpLogic, "terms", []any{a}, "or", nil), expr.CodeForm, "fewer than two terms"},
		"AND of an AND":             {record1(expr.OpLogic, "terms", []any{rec(expr.And(active(), vip()).Node()), b}, "or", nil), expr.CodeForm, "not flat"},
		"OR of an OR":               {record1(expr.OpLogic, "terms", []any{b, rec(expr.Or(active(), vip()).Node())}, "or", true), expr.CodeForm, "not flat"},
		"AND of a number":           {record1(expr.OpLogic, "terms", []any{a, one}, "or", nil), expr.CodeType, "expected a condition"},
		"an operator of 0":          {record1(expr.OpBinary, "op", uint8(0), "left", one, "right", one), expr.CodeForm, "an absent value must be nil"},
		"an unknown operator":       {record1(expr.OpBinary, "op", uint8(200), "left", one, "right", one), expr.CodeForm, "unknown operator 200"},
		"an unknown unary operator": {record1(expr.OpUnary, "op", uint8(200), "x", one), expr.CodeForm, "unknown operator 200"},
		"an unknown match":          {record1(expr.OpTextMatch, "op", uint8(200), "x", rec(name().Node()), "pattern", rec(name().Node()), "not", nil, "escape", nil), expr.CodeForm, "unknown match 200"},
		"false, present":            {record1(expr.OpLogic, "terms", []any{a, b}, "or", false), expr.CodeForm, "or: an absent value must be nil"},
		"NULL, present":             {record1(expr.OpLiteral, "value", expr.Value{}, "as", nil), expr.CodeForm, "value: an absent value must be nil"},
		"unknown, present":          {record1(expr.OpLiteral, "value", expr.Int(1), "as", schema.Unknown), expr.CodeForm, "as: an absent value must be nil"},
		"no name, present":          {record1(expr.OpRef, "name", ""), expr.CodeForm, "name: an absent value must be nil"},
		"a list and a query":        {record1(expr.OpIn, "x", one, "list", []any{one}, "query", q, "not", nil), expr.CodeForm, "a list and a query"},
		"a join without condition":  {record1(expr.OpJoin, "kind", uint8(1), "left", c, "right", o, "on", nil), expr.CodeForm, "a cross join has no condition"},
		"a cross join with one":     {record1(expr.OpJoin, "kind", uint8(4), "left", c, "right", o, "on", a), expr.CodeForm, "a cross join has no condition"},
		"an unknown join":           {record1(expr.OpJoin, "kind", uint8(5), "left", c, "right", o, "on", a), expr.CodeForm, "unknown kind of join"},
		"a select's unknown join":   {selectWith("joins", part("kind", uint8(5), "target", c, "on", a)), expr.CodeForm, "unknown kind of join"},
		"a label that is the name":  {selectWith("columns", part("expr", rec(id().Node()), "label", "id")), expr.CodeForm, `label "id" only repeats`},
		"an unknown place of NULL":  {selectWith("order_by", part("expr", a, "desc", nil, "nulls", uint8(3))), expr.CodeForm, "unknown place of NULL: 3"},
		"a column past the last":    {index(sub, 1), expr.CodeName, "no column number 1"},
		"a column before the first": {index(sub, -1), expr.CodeName, "no column number -1"},
		"a table's column's number": {index(c, 0), expr.CodeName, "no column number 0"},
		"another table's column":    {record1(expr.OpColumn, "column", total), expr.CodeName, "shop.orders.total is no column of customers"},
		"a select for a value":      {record1(expr.OpUnary, "op", uint8(1), "x", q), expr.CodeForm, "a select cannot stand here"},
		"a value for a query":       {record1(expr.OpExists, "query", one), expr.CodeForm, "a literal cannot stand here"},
		"a limit that is a window":  {selectWith("limit", rec(expr.Func("rank").Over(expr.Window{}).Node())), expr.CodeForm, "expected what is the same for all rows"},
		"a label of another select": {selectWith("group_by", []any{rec(expr.Ref("x").Node())}), expr.CodeName, `no column is labelled "x"`},
		"an unknown kind":           {&record{op: 99}, expr.CodeForm, "unknown node kind 99"},
		"kind 0":                    {&record{op: 0}, expr.CodeForm, "unknown node kind 0"},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := play(test.r)
			refused(t, err, test.code, test.reason)
			assert.Nil(t, n)
		})
	}
}

// TestReadersKeepTheLimits as constructors do, on the way, before a tree is whole.
func TestReadersKeepTheLimits(t *testing.T) {
	minus := func(r any, times int) any {
		for range times {
			r = record1(expr.OpUnary, "op", uint8(expr.OpNeg), "x", r)
		}
		return r
	}
	one := rec(expr.Of(1).Node())
	n, err := play(minus(one, expr.MaxDepth-1))
	require.NoError(t, err)
	assert.Equal(t, expr.MaxDepth, expr.Depth(n))
	_, err = play(minus(one, expr.MaxDepth))
	refused(t, err, expr.CodeSize, fmt.Sprintf("nested deeper than %d", expr.MaxDepth))

	items := make([]any, expr.MaxSize-1)
	for i := range items {
		items[i] = one
	}
	array := func(items []any) *record { return record1(expr.OpArray, "elem", schema.Integer, "items", items) }
	n, err = play(array(items))
	require.NoError(t, err)
	assert.Equal(t, expr.MaxSize, expr.Size(n))
	_, err = play(array(append(items, one)))
	refused(t, err, expr.CodeSize, fmt.Sprintf("larger than %d nodes", expr.MaxSize))
}
