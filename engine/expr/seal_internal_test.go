package expr

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

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
	for _, s := range []Source{table, table.Alias("x"), sub, deep, Excluded(table)} {
		out := out
		if s == Source(sub) {
			out.Column = nil
		}
		got, want := column(s, out).node().(*ColumnExpr), seal(&ColumnExpr{of: s.owns(), column: out.Column})
		require.Equal(t, want.base, got.base)
		require.Same(t, want.of, got.of)
		require.Equal(t, want.Source(), got.Source())
	}
	for _, v := range []Value{{}, Int(1), Text("x"), Text(strings.Repeat("\xff", 3)), Float(1.5)} {
		want := new(LiteralExpr)
		want.set(v)
		require.Equal(t, seal(want), Literal(v).node())
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
	for _, label := range []string{"n", "", "\xff", strings.Repeat("n", MaxName+1)} {
		same(seal(&RefExpr{name: label}), Ref(label).node())
	}
}

// TestSealedWithValue: an operation with a plain value is the one with its literal.
func TestSealedWithValue(t *testing.T) {
	types := []schema.Type{schema.Boolean, schema.SmallInteger, schema.BigInteger, schema.Double, schema.Numeric(10, 2), schema.Text, schema.String(3),
		schema.LargeBinary, schema.Date, schema.Time, schema.DateTime, schema.DateTimeTZ, schema.Interval, schema.JSON, schema.UUID,
		schema.Enum("e", "a", "b"), schema.ArrayOf(schema.Text)}
	m := schema.NewMetaData()
	var columns []schema.TableItem
	for i, typ := range types {
		columns = append(columns, schema.NewColumn(string(rune('a'+i)), typ))
	}
	m.Table("t", columns...)
	require.NoError(t, m.Freeze())
	table := Table(m.Lookup("t")).Alias("x")
	deep := table.C("c")
	for range MaxDepth - 2 {
		deep = deep.Add(1)
	}
	list := []Expr{deep, deep.Add(1), Func("sum", table.C("c")), table.C("c").Add(1), table.C("none"), Ref("n"), Tuple(1, 2), Literal(Int(1)), Func("rank").Over(Window{})}
	for _, c := range m.Lookup("t").Columns() {
		list = append(list, table.C(c.Name()))
	}
	values := []any{nil, true, 1, int64(1) << 60, 1.5, 2.0, "a", "1995-01-01", "1995-02-30", "\xff", "1\xff", "12:00:00", "2026-01-31 13:45:00Z", "00000000-0000-0000-0000-000000000000",
		"{}", "\"\xff\"", []byte("a"), Instant(time.Unix(0, 0)), Instant(time.Unix(1<<40, 0)), Float(math.NaN()), Value{kind: schema.KindText, bits: 1, text: "a"}, NewInterval(1, 2, 3), UUID([16]byte{1})}
	made := 0
	for _, x := range list {
		for _, v := range values {
			for op := BinaryOp(0); op <= binaryOps; op++ {
				got := withValue(op, x, v)
				if got == nil {
					continue
				}
				made++
				want := operation(op, x, Of(v)).node().(*BinaryExpr)
				say := fmt.Sprint(x.node().Op(), " ", x.Type(), " ", op, " ", v)
				require.Equal(t, want.tally, got.tally, say)
				require.Equal(t, want.typ, got.typ, say)
				require.Equal(t, want.right.node(), got.right.node(), say)
				require.Equal(t, want.err == nil, got.err == nil, say)
				if want.err != nil {
					require.Equal(t, []any{want.err.Op, want.err.Code, want.err.Reason, want.err.Hint}, []any{got.err.Op, got.err.Code, got.err.Reason, got.err.Hint}, say)
				}
			}
		}
	}
	require.Greater(t, made, 3000)
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
	m.Table("few", schema.NewColumn("a", schema.Integer), schema.NewColumn("b", schema.Integer))
	require.NoError(t, m.Freeze())
	few := Table(m.Lookup("few")).Alias("x")
	for _, s := range []Source{Table(m.Lookup("t")), Table(m.Lookup("t")).Alias("x"), few, few.Alias("y"), Excluded(Table(m.Lookup("few")))} {
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				for _, c := range TableOf(s).Columns() {
					n := s.C(c.Name()).node().(*ColumnExpr)
					if n.column != c || n.Source().Identity() != s.Identity() || n.problem() != nil {
						t.Error(c.Name())
					}
				}
			})
		}
		wait.Wait()
		require.Same(t, s.C("a").node(), s.C("a").node())
		require.Equal(t, seal(&ColumnExpr{of: s.owns(), column: TableOf(s).Lookup("b")}), s.C("b").node())
	}
	require.Same(t, Table(m.Lookup("t")), Table(m.Lookup("t")))
	require.Same(t, Excluded(Table(m.Lookup("t"))), Excluded(Table(m.Lookup("t"))))
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
