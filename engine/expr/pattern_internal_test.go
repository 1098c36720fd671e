package expr

import (
	"hash/maphash"
	"reflect"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
)

// patternOf makes a pattern of a statement with all its literals, and the values of the free ones.
func patternOf(t *testing.T, n Node) (*Pattern, []Value) {
	t.Helper()
	require.NoError(t, Err(n))
	var all []*LiteralExpr
	Walk(n, func(n Node) bool {
		if l, ok := n.(*LiteralExpr); ok {
			all = append(all, l)
		}
		return true
	})
	p, free := NewPattern(n, all)
	var values []Value
	for _, i := range free {
		values = append(values, all[i].Value())
	}
	return p, values
}

func patternTable(t *testing.T) *TableSource {
	m := schema.NewMetaData()
	mood := schema.Enum("mood", "sad", "ok")
	m.Table("t", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("small", schema.SmallInteger), schema.NewColumn("name", schema.String(5)),
		schema.NewColumn("mood", mood), schema.NewColumn("price", schema.Numeric(4, 2)), schema.NewColumn("tags", schema.ArrayOf(schema.Text)), schema.NewColumn("born", schema.Date))
	require.NoError(t, m.Freeze())
	return Table(m.Lookup("t"))
}

// TestPatterns: what a pattern makes is what the constructors make, and what they refuse it does not make.
func TestPatterns(t *testing.T) {
	table := patternTable(t)
	c := table.C
	type values = []any
	for name, q := range map[string]struct {
		build func(v ...any) Node
		of    values
		free  int
		with  []values
	}{
		"select": {func(v ...any) Node {
			return Select(c("id")).Where(c("id").Gt(v[0]), Of(v[1]).Ne(c("id")), c("name").Like(v[2]).Not()).Limit(v[3].(int)).Offset(v[4].(int))
		}, values{1, 2, "a", 3, 4}, 5, []values{{5, 6, "b", 7, 8}, {1, 1, "a", 1, 1}, {2, 1, "a", 3, 4}, {1, 2, "\xff", 3, 4}, {1, 2, "a", -1, 4}, {1, 2, "a", 3, -4}, {1, 2, "a", 0, 0}}},
		"equal values": {func(v ...any) Node {
			return Select(c("id").ShiftLeft(v[0]).Label("n")).Where(c("id").Gt(v[1]), c("small").Gt(v[2]), c("id").Lt(v[3]))
		}, values{1, 1, 2, 2}, 3, []values{{1, 1, 3, 3}, {1, 1, 2, 3}, {1, 2, 3, 3}, {1, 2, 1, 1}, {1, 1, 3, 2}, {1, 1, 1, 1}}},
		"enum": {func(v ...any) Node {
			return Select(c("id")).Where(c("mood").Eq(v[0]), c("mood").In(v[1], "ok"), c("mood").Between(v[2], v[3]))
		}, values{"sad", "ok", "sad", "ok"}, 5, []values{{"ok", "sad", "ok", "ok"}, {"none", "ok", "sad", "ok"}, {"sad", "none", "sad", "ok"}, {"sad", "ok", "sad", ""}}},
		"insert": {func(v ...any) Node {
			return Insert(table).Values(Assign{"id": v[0], "small": v[1], "name": v[2], "mood": v[3]}).Values(Assign{"id": c("id"), "small": nil, "name": v[4], "mood": "ok"}).
				OnConflict("id").DoUpdate(Assign{"small": v[5], "name": "x"}).Where(c("small").Lt(v[6]))
		}, values{1, 2, "a", "sad", "b", 3, 4}, 9, []values{
			{9, 8, "b", "ok", "c", 7, 6}, {9, 1 << 15, "a", "sad", "b", 3, 4}, {1, 2, "longer", "sad", "b", 3, 4}, {1, 2, "a", "none", "b", 3, 4}, {1, 2, "a", "sad", "b", -1 << 16, 4}, {1, 2, "ééééé", "sad", "b", 3, 1 << 40},
		}},
		"update": {func(v ...any) Node {
			return Update(table).Set(Assign{"price": v[0], "small": v[1]}).Where(c("price").Gt(v[2]), Exists(Select(1).From(table.Alias("u")).Where(c("id").Eq(v[3]))))
		}, values{decimalOf("1.5"), 2, decimalOf("3.25"), 4}, 4, []values{{decimalOf("99.99"), 5, decimalOf("1234567.125"), 7}, {decimalOf("100.0"), 5, decimalOf("1.0"), 7}, {decimalOf("1.125"), 5, decimalOf("1.0"), 7}}},
		"delete": {func(v ...any) Node {
			return Delete(table).Where(Or(c("id").In(v[0], v[1], c("id")), c("born").Ge(v[2]), c("id").In(Select(c("small")).Where(c("name").Ne(v[3]))))).Limit(v[4].(int))
		}, values{1, 2, "2026-01-31", "x", 4}, 5, []values{{3, 4, "1999-12-31", "longer", 0}, {3, 4, "1999-12-31", "y", -1}}},
		"sources": {func(v ...any) Node {
			u := table.Alias("u")
			big := CTE(Select(u.C("id"), Func("sum", u.C("price").Mul(v[0])).Label("n")).Where(u.C("mood").Eq(v[1])).GroupBy(u.C("id")).Having(Func("count").Gt(v[2])), "big")
			derived := Compound(Union, Select(c("small")).Where(c("name").Eq(v[3])), Select(big.C("id")).Limit(v[4].(int))).Limit(v[5].(int)).Subquery("s")
			return Select(big.C("n"), derived.C("small"), Func("coalesce", big.C("id"), v[6]).Label("x")).From(big).CrossJoin(derived).
				Where(c("id").In(Select(big.C("id")).Where(CaseElse(2, NewWhen(big.C("n").Gt(v[7]), 1)).Eq(1)))).OrderBy(big.C("n").Add(v[8]))
		}, values{3, "sad", 4, "a", 5, 6, 7, 8, 9}, 10, []values{{1, "ok", 4, "a", 5, 6, 7, 8, 9}, {7, "sad", 1, "b", 6, 5, 4, 3, 2}, {3, "none", 4, "a", 5, 6, 7, 8, 9}, {3, "sad", 4, "a", -5, 6, 7, 8, 9},
			{3, "sad", 4, "a", 5, -6, 7, 8, 9}, {3, "sad", 4, "\xff", 5, 6, 7, 8, 9}, {8, "sad", 8, "sad", 8, 8, 8, 8, 8}}},
		"insert of a query within": {func(v ...any) Node {
			s := Select(c("small").Add(v[0]).Label("n")).Where(c("id").Eq(v[1])).CTE("s")
			return Insert(table).Values(Assign{"id": v[2], "small": Scalar(Select(s.C("n")).Limit(v[3].(int)))})
		}, values{1, 2, 3, 4}, 4, []values{{5, 6, 7, 8}, {5, 6, 7, -8}, {1, 1, 1, 1}}},
		"nothing": {func(v ...any) Node {
			s := Select(c("id").ShiftLeft(v[0]).Label("id")).From(table).Subquery("s")
			return Select(s.C("id"), Case(NewWhen(s.C("id").IsNull(), v[1])).Label("x")).Where(Binary(OpEq, v[2], v[3]), Tuple(s.C("id"), 1).Eq(Tuple(v[4], 2)), c("tags").Eq(nil))
		}, values{1, 2, 3, 4, 5}, 0, nil},
		"an update of a source": {func(v ...any) Node {
			s := Select(c("small").Add(v[0]).Label("n")).Where(c("id").Eq(v[1])).CTE("s")
			return Update(table).Set(Assign{"small": 1}).Where(c("id").In(Select(s.C("n")).Limit(v[2].(int))))
		}, values{1, 2, 3}, 2, []values{{1, 2, 7}, {1, 2, -7}}},
	} {
		p, known := patternOf(t, q.build(q.of...))
		require.Equal(t, q.free, len(known), name)
		if p == nil {
			continue
		}
		require.Nil(t, p.With(known[1:]), name)
		same, _ := patternOf(t, q.build(q.of...))
		require.Equal(t, len(p.free), len(same.free))
		for _, with := range append(q.with, q.of) {
			want := q.build(with...)
			var values []Value
			if Err(want) == nil {
				_, values = patternOf(t, want)
				require.Len(t, values, len(known), "%s: %v", name, with)
			} else { // the values are in the order of the arguments, but for those that do not change
				values = inOrder(q.of, with, known)
			}
			got := p.With(values)
			if Err(want) != nil {
				require.Nil(t, got, "%s: %v: %v", name, with, Err(want))
				continue
			}
			require.NotNil(t, got, "%s: %v", name, with)
			require.True(t, Equal(want, got), "%s: %v", name, with)
			require.Equal(t, *want.state(), *got.state())
			wantKey, wantValues, _ := AppendPlanKey(nil, nil, want)
			key, gotValues, ok := AppendPlanKey([]byte("x"), []Value{Int(7)}, got)
			require.True(t, ok)
			require.Equal(t, "x"+string(wantKey), string(key), "%s: %v", name, with)
			require.Equal(t, append([]Value{Int(7)}, wantValues...), gotValues)
			require.True(t, Equal(q.build(q.of...), p.stmt), "the pattern's statement has changed")
		}
	}
}

// inOrder returns known values with those that became others in their places.
func inOrder(of, with []any, known []Value) []Value {
	values := append([]Value(nil), known...)
	for i, v := range of {
		if v == with[i] {
			continue
		}
		for k := range known {
			if known[k] == Of(v).node().(*LiteralExpr).Value() {
				values[k] = Of(with[i]).node().(*LiteralExpr).Value()
			}
		}
	}
	return values
}

func decimalOf(s string) Value {
	v, err := Decimal(s)
	if err != nil {
		panic(err)
	}
	return v
}

// TestLikenessIsOfOneNode: what a method makes of a statement that a pattern made is no more like the
// pattern's, whatever the method and also if it changes nothing of what the key says.
func TestLikenessIsOfOneNode(t *testing.T) {
	table := patternTable(t)
	for _, n := range []Node{
		Select(table.C("id")).Where(table.C("id").Gt(1)).Limit(2),
		Insert(table).Values(Assign{"id": 1, "name": "x"}),
		Update(table).Set(Assign{"id": 1}).Where(table.C("id").Eq(2)),
		Delete(table).Where(table.C("id").Eq(2)),
	} {
		p, values := patternOf(t, n)
		made := p.With(values)
		require.NotNil(t, likenessOf(made))
		require.Nil(t, likenessOf(n))
		key, ok := PlanKeyOf(made, maphash.MakeSeed())
		require.True(t, ok)
		want, wantValues, _ := AppendPlanKey(nil, nil, n)
		require.Equal(t, string(want), key.Key)
		require.Equal(t, wantValues, key.Values)
		require.True(t, key.First)
		again, ok := PlanKeyOf(made, maphash.MakeSeed())
		require.True(t, ok)
		require.False(t, again.First)
		_, ok = PlanKeyOf(n, maphash.MakeSeed())
		require.False(t, ok)
		before := Sprint(made)
		called := 0
		each := func(of reflect.Value, name string, args []any) {
			m := of.MethodByName(name)
			in := make([]reflect.Value, 0, len(args))
			for i := range m.Type().NumIn() {
				at := m.Type().In(i)
				if m.Type().IsVariadic() && i == m.Type().NumIn()-1 {
					at = at.Elem()
				}
				v := reflect.Zero(at)
				for _, a := range args {
					if reflect.TypeOf(a).AssignableTo(at) {
						v = reflect.ValueOf(a)
						break
					}
				}
				in = append(in, v)
			}
			for _, out := range m.Call(in) {
				if n, ok := out.Interface().(Node); ok && orNone(n) != nil {
					called++
					if n != made {
						require.Nil(t, likenessOf(n), "%T.%s", made, name)
					}
				}
			}
		}
		of := reflect.ValueOf(made)
		for i := range of.NumMethod() {
			each(of, of.Type().Method(i).Name, []any{"limit", 7, table.C("id"), table, Assign{"small": 1}, true})
			each(of, of.Type().Method(i).Name, []any{"id", 0, table.C("id").Eq(1), table.Alias("a")})
		}
		require.Greater(t, called, 4, "%T", made)
		require.Equal(t, before, Sprint(made))
		require.NotNil(t, likenessOf(made))
		other := Rewrite(made, func(n Node) Node {
			if l, ok := n.(*LiteralExpr); ok && l.kind() == schema.KindBigInteger {
				return Literal(Int(l.Value().Int() + 1)).node()
			}
			return n
		})
		require.Nil(t, likenessOf(other))
	}
}

// TestPartsAreMadeOnce: whoever looks first at what a pattern made, all see the same nodes.
func TestPartsAreMadeOnce(t *testing.T) {
	table := patternTable(t)
	for _, n := range []Node{
		Select(table.C("id")).Where(table.C("id").Gt(1)),
		Select(table.C("id").Add(1).Label("n")).Where(table.C("id").Gt(1)),
		Insert(table).Values(Assign{"id": 1, "name": "x"}),
	} {
		p, values := patternOf(t, n)
		made := p.With(values)
		require.Equal(t, Size(n), Size(made))
		require.Nil(t, likenessOf(made).made.Load(), "nobody has asked")
		all := make([]any, 8)
		var wg sync.WaitGroup
		for i := range all {
			wg.Go(func() {
				switch s := made.(type) {
				case *SelectStmt:
					all[i] = s.WhereClause().Node()
				case *InsertStmt:
					all[i] = s.own().rows[0].cells[0].Node()
				}
			})
		}
		wg.Wait()
		for i := range all {
			require.Same(t, all[0], all[i])
		}
		require.True(t, Equal(n, made))
	}
}
