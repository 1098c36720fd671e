package tests

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

func numbers(t *testing.T) *schema.MetaData {
	m := schema.NewMetaData()
	m.Table("t", schema.NewColumn("x", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("b", schema.Boolean))
	require.NoError(t, m.Freeze())
	return m
}

// answers holds that a query, if it can be, goes all the way, and that else the
// error is one of size.
func answers(t *testing.T, m *schema.MetaData, q expr.Node) string {
	t.Helper()
	if err := expr.Err(q); err != nil {
		var e *expr.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, expr.CodeSize, e.Code, "%v", err)
		_, err = serializer.Dumps(q)
		require.Error(t, err)
		return err.Error()
	}
	b, err := serializer.Dumps(q)
	if err != nil {
		var e *serializer.FormatError
		require.ErrorAs(t, err, &e)
		require.Equal(t, serializer.CodeLimit, e.Code)
		return err.Error()
	}
	l, err := serializer.Loads(b, serializer.Binding{MetaData: m})
	require.NoError(t, err)
	admitted, err := policy.Unrestricted().Admit(l.Root)
	if err != nil {
		var e *expr.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, expr.CodeSize, e.Code, "%v", err)
		return err.Error()
	}
	for _, d := range dialect.All() {
		if _, err := d.Compile(admitted); err != nil {
			var e *dialect.Error
			require.ErrorAs(t, err, &e)
			return err.Error()
		}
	}
	return "compiled"
}

// TestLargeFromGo builds what is too large, or nearly, by builders.
func TestLargeFromGo(t *testing.T) {
	m := numbers(t)
	table := expr.Table(m.Lookup("t"))
	x, b := table.C("x"), table.C("b")
	repeat := func(n int, x expr.Expr, f func(expr.Expr) expr.Expr) expr.Expr {
		for range n {
			x = f(x)
		}
		return x
	}
	terms := func(n int, term any) []any {
		list := make([]any, n)
		for i := range list {
			list[i] = term
		}
		return list
	}
	doubled := func() *expr.SelectStmt {
		q := expr.Select(x)
		for range 40 {
			s := q.Subquery("s")
			a, b := s.Alias("a"), s.Alias("b")
			q = expr.Select(a.C("x")).Join(b, a.C("x").Eq(b.C("x")))
		}
		return q
	}
	chained := func() *expr.SelectStmt {
		q := expr.Select(x)
		for range 10_000 {
			q = q.Where(b)
		}
		return q
	}
	for name, build := range map[string]func() expr.Node{
		"x + x forty times":          func() expr.Node { return expr.Select(repeat(40, x, func(x expr.Expr) expr.Expr { return x.Add(x) })) },
		"AND of 100,000 columns":     func() expr.Node { return expr.Select(x).Where(expr.And(terms(100_000, b)...)) },
		"AND of 90,000 columns":      func() expr.Node { return expr.Select(x).Where(expr.And(terms(90_000, b)...)) },
		"AND of 100,000 comparisons": func() expr.Node { return expr.Select(x).Where(expr.And(terms(100_000, x.Eq(1))...)) },
		"AND of 30,000 comparisons":  func() expr.Node { return expr.Select(x).Where(expr.And(terms(30_000, x.Eq(1))...)) },
		"NOT nested 10,000 times":    func() expr.Node { return expr.Select(repeat(10_000, b, expr.Expr.Not)) },
		"NOT nested 490 times":       func() expr.Node { return expr.Select(repeat(490, b, expr.Expr.Not)) },
		"x + 1 nested 10,000 times": func() expr.Node {
			return expr.Select(repeat(10_000, x, func(x expr.Expr) expr.Expr { return x.Add(1) }))
		},
		"a list of 100,000 values":       func() expr.Node { return expr.Select(x).Where(x.In(terms(100_000, 7)...)) },
		"a list of 60,000 values":        func() expr.Node { return expr.Select(x).Where(x.In(terms(60_000, 7)...)) },
		"subqueries doubled forty times": func() expr.Node { return doubled() },
		"10,000 conditions one by one":   func() expr.Node { return chained() },
		"scalar subqueries nested 10,000": func() expr.Node {
			q := expr.Select(x)
			for range 10_000 {
				q = expr.Select(q.Scalar().Label("x"))
			}
			return q
		},
	} {
		start := time.Now()
		outcome := answers(t, m, build())
		t.Logf("%-32s %6.1f ms  %.110s", name, float64(time.Since(start).Microseconds())/1000, outcome)
	}
}

// TestLargeFromLua does the same by scripts.
func TestLargeFromLua(t *testing.T) {
	m := numbers(t)
	rt, err := luabind.New(m, luabind.WithCodec(serializer.NewCodec(serializer.Binding{MetaData: m})))
	require.NoError(t, err)
	for name, source := range map[string]string{
		"x + x forty times":           `local x = db.t.x for i = 1, 40 do x = x + x end return sql.select(x)`,
		"AND of 100,000 in a table":   `local l = {} for i = 1, 100000 do l[i] = db.t.b end return sql.select(db.t.x):where(sql.and_(l))`,
		"a list of 100,000 values":    `local l = {} for i = 1, 100000 do l[i] = i end return sql.select(db.t.x):where(db.t.x:in_(l))`,
		"NOT in a loop":               `local b = db.t.b for i = 1, 10000 do b = sql.not_(b) end return sql.select(b)`,
		"10,000 conditions in a loop": `local q = sql.select(db.t.x) for i = 1, 10000 do q = q:where(db.t.b) end return q`,
		"nested subqueries":           `local q = sql.select(db.t.x) for i = 1, 10000 do q = sql.select(q:subquery("s").x) end return q`,
		"dump of a large one":         `local b = db.t.b for i = 1, 10000 do b = sql.not_(b) end return sql.select(b):dump()`,
		"parentheses in the source":   "return " + strings.Repeat("(", 10_000) + "1" + strings.Repeat(")", 10_000),
		"tables in the source":        "return " + strings.Repeat("{", 10_000) + strings.Repeat("}", 10_000),
		"calls in the source":         "return " + strings.Repeat("f(", 10_000) + strings.Repeat(")", 10_000),
		"not in the source":           "return " + strings.Repeat("not ", 10_000) + "x",
		"methods in the source":       "return sql.select(db.t.x)" + strings.Repeat(":distinct()", 5_000),
		"functions in the source":     strings.Repeat("return function() ", 3_000) + strings.Repeat(" end", 3_000),
		"recursion":                   `local function f(n) return f(n + 1) + 1 end return f(1)`,
		"an endless loop":             `while true do end`,
		"a great text":                `local s = ("x"):rep(1e9) return s`,
		"a slow pattern":              `return (("a"):rep(30000)):find(("a?"):rep(200) .. ("a"):rep(200) .. "b")`,
	} {
		start := time.Now()
		values, err := rt.Run(context.Background(), "large.lua", source)
		var outcome string
		if err != nil {
			var e *luabind.Error
			require.ErrorAs(t, err, &e, name)
			require.NotEqual(t, luabind.CodeInternal, e.Code, "%s: %v", name, err)
			outcome = err.Error()
		} else if len(values) > 0 {
			if q, ok := values[0].(expr.Node); ok {
				outcome = answers(t, m, q)
			}
		}
		t.Logf("%-28s %7.1f ms  %.120s", name, float64(time.Since(start).Microseconds())/1000, outcome)
	}
}

// TestLargeFromBytes does the same by bytes that no writer wrote.
func TestLargeFromBytes(t *testing.T) {
	m := numbers(t)
	table := expr.Table(m.Lookup("t"))
	b, err := serializer.Dumps(table.C("b").Not())
	require.NoError(t, err)
	at := bytes.LastIndex(b, []byte{0x93, 0x05, 0x01}) // the NOT node; its column follows
	require.Positive(t, at)
	column := b[at+3:]
	head := func(size, depth string) []byte {
		h := bytes.Clone(b[:at])
		i := bytes.Index(h, []byte{0x05, 0x02, 0x03}) // the manifest's kind, size and depth
		require.Positive(t, i)
		return append(append(append(bytes.Clone(h[:i+1]), size...), depth...), h[i+3:]...)
	}
	nest := func(n int) []byte { return append(bytes.Repeat([]byte{0x93, 0x05, 0x01}, n), column...) }
	list := func(n int, item []byte) []byte {
		b := []byte{0x92, 0x06, 0xdd, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
		return append(b, bytes.Repeat(item, n)...)
	}
	for name, payload := range map[string][]byte{
		"nested 10,000 times, said to be 500":   append(head("\xcd\x27\x11", "\xcd\x01\xf4"), nest(10_000)...),
		"nested 10,000 times, as it says":       append(head("\xcd\x27\x11", "\xcd\x27\x12"), nest(10_000)...),
		"nested 300,000 times":                  append(head("\x02", "\x03"), nest(300_000)...),
		"a list of 100,000 terms":               append(head("\x02", "\x03"), list(100_000, column)...),
		"a list of 150,000 terms":               append(head("\x02", "\x03"), list(150_000, []byte{0x91, 0x01})...),
		"a list that promises 2^32 terms":       append(head("\x02", "\x03"), 0x92, 0x06, 0xdd, 0xff, 0xff, 0xff, 0xff),
		"2 MB of arrays":                        bytes.Repeat([]byte{0x91}, 2<<20),
		"arrays within arrays, just below 1 MB": append(head("\x02", "\x03"), bytes.Repeat([]byte{0x91}, 1_000_000)...),
	} {
		start := time.Now()
		_, err := serializer.Loads(payload, serializer.Binding{MetaData: m})
		var e *serializer.FormatError
		require.True(t, errors.As(err, &e), "%s: %v", name, err)
		t.Logf("%-38s %6.1f ms  %s: %.100s", name, float64(time.Since(start).Microseconds())/1000, e.Code, err)
	}
}
