package expr

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
)

// TestSealedWithoutFields holds that columns and literals, which are made without
// Fields, come out as seal makes them.
func TestSealedWithoutFields(t *testing.T) {
	m := schema.NewMetaData()
	m.Table("t", schema.NewColumn("a", schema.Integer))
	require.NoError(t, m.Freeze())
	table := Table(m.Lookup("t"))
	deep := Source(table)
	for range MaxDepth {
		deep = deep.(interface{ Alias(string) *AliasSource }).Alias("x")
	}
	require.Error(t, Err(deep))
	sub := Select(table.C("a"), Func("sum", table.C("a")).Over(Window{}).Label("w")).Subquery("s")
	out := OutputOf(m.Lookup("t").Lookup("a"))
	for _, s := range []Source{table, table.Alias("x"), sub, deep} {
		out := out
		if s == Source(sub) {
			out.Column = nil
		}
		got, want := column(s, out).node().(*ColumnExpr), seal(&ColumnExpr{source: s, column: out.Column})
		require.Equal(t, want.base, got.base)
		require.Equal(t, want.source, got.source)
	}
	for _, v := range []Value{{}, Int(1), Text("x"), Text(strings.Repeat("\xff", 3)), Float(1.5)} {
		require.Equal(t, seal(&LiteralExpr{v: v}), Literal(v).node())
	}
}

// TestSealedOperations: so do operations, conditions and calls, of good and bad operands.
func TestSealedOperations(t *testing.T) {
	m := schema.NewMetaData()
	m.Table("t", schema.NewColumn("a", schema.Integer), schema.NewColumn("b", schema.Boolean))
	require.NoError(t, m.Freeze())
	table := Table(m.Lookup("t"))
	window := Func("rank").Over(PartitionBy(table.C("a")))
	deep := table.C("b")
	for range MaxDepth - 3 {
		deep = deep.Not()
	}
	row := Tuple(table.C("a"), 1)
	list := []Expr{table.C("a"), table.C("b"), Literal(Int(1)), window, deep, row, Ref("n"), table.C("none"), {}, Literal(Text("x")), RawText("ok", nil)}
	same := func(want, got exprNode) {
		say := func(n exprNode) string {
			b := n.state()
			if b.err == nil {
				return fmt.Sprint(b.tally, n.Type())
			}
			return fmt.Sprint(b.tally, n.Type(), b.err.Op, b.err.Code, b.err.Reason)
		}
		require.Equal(t, say(want), say(got))
	}
	for _, x := range list {
		for _, y := range list {
			for _, op := range BinaryOps() {
				got := operation(op, x, y).node().(*BinaryExpr)
				same(seal(&BinaryExpr{op: got.op, left: got.left, right: got.right}), got)
			}
			if n, ok := And(x, y).node().(*LogicExpr); ok {
				same(seal(&LogicExpr{terms: n.terms}), n)
			}
			for _, name := range []string{"sum", "coalesce", "now"} {
				got := Func(name, x, y).node().(*CallExpr)
				same(seal(&CallExpr{fn: got.fn, args: got.args}), got)
			}
			got := Func("sum", x).node().(*CallExpr)
			same(seal(&CallExpr{fn: got.fn, args: got.args}), got)
		}
	}
}

// TestColumnsAreMadeOnce: whoever asks, and however many at once, gets one node, of the
// first columns of an alias and of all those of a table.
func TestColumnsAreMadeOnce(t *testing.T) {
	m := schema.NewMetaData()
	var columns []schema.TableItem
	for i := range 12 {
		columns = append(columns, schema.NewColumn(string(rune('a'+i)), schema.Integer))
	}
	m.Table("t", columns...)
	require.NoError(t, m.Freeze())
	for _, s := range []Source{Table(m.Lookup("t")), Table(m.Lookup("t")).Alias("x")} {
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				for _, c := range m.Lookup("t").Columns() {
					n := s.C(c.Name()).node().(*ColumnExpr)
					if n.column != c || n.source.Identity() != s.Identity() || n.problem() != nil {
						t.Error(c.Name())
					}
				}
			})
		}
		wait.Wait()
		require.Same(t, s.C("a").node(), s.C("a").node())
	}
	require.Same(t, Table(m.Lookup("t")), Table(m.Lookup("t")))
}

// TestTableOfNothing holds that a nil source of any kind has no table.
func TestTableOfNothing(t *testing.T) {
	require.Nil(t, TableOf(nil))
	for op := Op(1); op.Known(); op++ {
		n := reflect.New(reflect.TypeOf(Specs[op].new())).Elem().Interface()
		if s, ok := n.(Source); ok {
			require.Nil(t, TableOf(s), op.String())
			require.Nil(t, TableOf(Specs[op].new().(Source)), op.String())
		}
	}
}
