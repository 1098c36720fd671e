package serializer_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// vectorGrants are what the vectors need.
var vectorGrants = []expr.Grant{expr.GrantRaw, expr.FunctionGrant("soundex")}

// vectorHost is a host that has what the vectors need.
func vectorHost(t testing.TB, m *schema.MetaData) serializer.Binding {
	own, err := expr.NewFunctionSet(nearKind(t))
	require.NoError(t, err)
	return serializer.Binding{MetaData: m, Grants: vectorGrants, Functions: own}
}

// vectorPayloads are the payloads of the golden vectors, by name: the queries of the
// other tests, and those below, which have what these lack.
func vectorPayloads(t testing.TB, m *schema.MetaData) map[string][]byte {
	t.Helper()
	c, o, e := expr.Table(m.Lookup("customers")), expr.Table(m.Lookup("shop", "orders")), expr.Table(m.Lookup("employees"))
	object, err := expr.JSON(`{"a":[1,{"b":"é"}],"n":-0.5e3}`)
	require.NoError(t, err)
	zoned, err := expr.ParseValue(schema.DateTimeTZ, "2026-11-28T12:00:00.000001Z")
	require.NoError(t, err)
	moment, err := expr.ParseValue(schema.Time, "23:59:59.999999")
	require.NoError(t, err)
	pair := expr.Tuple(c.C("id"), c.C("name"))
	payloads := map[string][]byte{}
	all := queries(m)
	maps.Copy(all, map[string]any{
		"dates": expr.Select(expr.DateTrunc(expr.Quarter, o.C("ordered_at")).Label("q"), expr.DateDiff(expr.Day, c.C("born"), expr.Param("to", schema.Date)).Label("d"),
			o.C("ordered_at").AtTimeZone("Europe/Paris").Label("z"), expr.Literal(zoned).Label("l"), expr.Literal(moment).Label("t")).From(c, o),
		"json": expr.Select(expr.Literal(object).Get("a", 0, "b").Label("j")),
		"text": expr.Select(c.C("name").Collate("C").Label("c"), c.C("name").RegexpReplace("^a+", "b", true).Label("r")).
			Where(c.C("name").RegexpMatch("x$"), c.C("name").Like("50!%").Not()),
		"rows": expr.Select(c.C("id")).Where(pair.In(expr.Tuple(1, "a"), expr.Tuple(2, "b")), pair.Eq(expr.Tuple(3, "c")),
			c.C("id").Gt(expr.All(expr.Select(o.C("customer_id"))))),
		"own_words": expr.Select(expr.RawText("coalesce(:a, 'a:b') -- :c\n", map[string]any{"a": c.C("name")}, schema.Text).Label("w"),
			expr.UnknownFunc("soundex", schema.Text, c.C("name")).Label("s")).From(c).Prefix("/*+ x */", "mysql").Suffix("FOR JSON").Hint(c, "NOLOCK"),
		"own_statement": expr.RawText("SELECT id, name FROM t WHERE id = :id", map[string]any{"id": expr.Param("id", schema.BigInteger)}).
			TextColumns(expr.ColumnType{Name: "id", Type: schema.BigInteger}, expr.ColumnType{Name: "name"}),
		"given": expr.Select(c.C("id"), expr.Func("count").Filter(expr.Param("paid", schema.Numeric(10, 2)).IfGiven(o.C("total").Ge(expr.Param("paid", schema.Numeric(10, 2))))).Label("n")).
			From(c).LeftJoin(o, o.C("customer_id").Eq(c.C("id"))).
			Where(expr.Param("from", schema.Date).IfGiven(c.C("born").Ge(expr.Param("from", schema.Date))), c.C("id").Gt(expr.Param("after", schema.BigInteger)),
				expr.Or(expr.Param("country", schema.Text).IfGiven(c.C("country").Eq(expr.Param("country", schema.Text))), expr.Param("none", schema.Boolean).IfGiven(c.C("country").IsNull()))).
			GroupBy(c.C("id")).Having(expr.Param("after", schema.BigInteger).IfGiven(expr.Func("count").Gt(1))),
		"data":       expr.Select(c.C("id")).Where(expr.Call(nearKind(t), c.C("id"), 3).WithData([]byte("\x96\x01\xcd\x01\x00\xa1x\xc4\x01\xff\x91\xc0\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00"))),
		"correlated": expr.Select(c.C("id"), expr.Select(expr.Func("max", o.C("total"))).Where(o.C("customer_id").Eq(c.C("id"))).Correlate(c).Scalar().Label("m")),
		"full":       expr.Select(c.C("id")).From(expr.Join(expr.FullJoin, c, o, c.C("id").Eq(o.C("customer_id")))).LeftJoin(e, e.C("id").Eq(1)),
		"floats":     expr.Select(expr.Array(schema.Double, 0.1, 0.0, 1e300).Label("a"), expr.Of(true).Label("b"), expr.Of("").Label("e")),
		"infinite":   expr.Select(expr.Array(schema.Double, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN()).Label("a")),
		"numbers": expr.Select(c.C("id")).Where(c.C("id").In(0, 127, 128, 255, 256, 65535, 65536, 1<<32-1, 1<<32, int64(1)<<62, -1, -32, -33, -128, -129,
			-32768, -32769, -1<<31, -1<<31-1, int64(-1)<<63)),
		"long": expr.Select(expr.Of(strings.Repeat("é", 16)).Label(strings.Repeat("l", 32)), expr.Of(strings.Repeat("x", 256)).Label("m"),
			expr.Literal(expr.Bytes(bytes.Repeat([]byte{1}, 300))).Label("b")),
	})
	for name, q := range all {
		payloads[name] = dumps(t, q)
	}
	for name, slot := range map[string]serializer.Slot{"session": {Kind: schema.IDSession, Name: "reports"}, "engine": {Kind: schema.IDEngine, Name: "é:1"}} {
		b, err := serializer.DumpsWith(expr.Select(c.C("id")), slot)
		require.NoError(t, err)
		payloads[name] = b
	}
	return payloads
}

// sums are the vectors that SHA256SUMS lists, and their sums.
func sums(t testing.TB) map[string]string {
	text, err := os.ReadFile(sumsFile)
	if os.IsNotExist(err) && *update {
		return map[string]string{}
	}
	require.NoError(t, err)
	all := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		require.True(t, ok, line)
		require.NotContains(t, all, name)
		all[strings.TrimSuffix(name, ".hex")] = sum
	}
	return all
}

const sumsFile = "testdata/v1/SHA256SUMS"

// TestGoldenVectors holds that the vectors of version 1 stay what they were when they
// were first written: SHA256SUMS has the sum of each file, all are there, and they are what is
// dumped today. With -update new ones are added; none that is listed is ever changed.
func TestGoldenVectors(t *testing.T) {
	m := shop(t)
	listed, today := sums(t), vectorPayloads(t, m)
	file := func(name string) string { return filepath.Join("testdata", "v1", name) }
	if *update {
		for name, b := range today {
			if _, ok := listed[name]; ok {
				continue
			}
			text := fmt.Sprintf("%x\n", b)
			require.NoError(t, os.WriteFile(file(name+".hex"), []byte(text), 0o644))
			listed[name] = fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
		}
		var lines strings.Builder
		for _, name := range slices.Sorted(maps.Keys(listed)) {
			fmt.Fprintf(&lines, "%s  %s.hex\n", listed[name], name)
		}
		require.NoError(t, os.WriteFile(sumsFile, []byte(lines.String()), 0o644))
	}
	files, err := filepath.Glob(file("*.hex"))
	require.NoError(t, err)
	require.Len(t, files, len(listed), "each vector is listed, and each that is listed is there")
	for name, sum := range listed {
		text, err := os.ReadFile(file(name + ".hex"))
		require.NoError(t, err)
		require.Equal(t, sum, fmt.Sprintf("%x", sha256.Sum256(text)), "the vector %s has been changed: those of a released version stay", name)
		b, err := hex.DecodeString(strings.TrimSpace(string(text)))
		require.NoError(t, err, name)
		l, err := serializer.Loads(b, vectorHost(t, m))
		require.NoError(t, err, name)
		require.Empty(t, l.Drift, name)
		again, err := serializer.DumpsWith(l.Root, l.Slot)
		require.NoError(t, err)
		require.Equal(t, hex.EncodeToString(b), hex.EncodeToString(again), name)
		if now, ok := today[name]; ok {
			require.Equal(t, hex.EncodeToString(b), hex.EncodeToString(now), "%s has other bytes than it had", name)
		}
		golden(t, "v1/"+name+".tree", expr.Sprint(l.Root))
	}
	for name := range today {
		require.Contains(t, listed, name, "a new vector: go test -run TestGoldenVectors -update adds it")
	}
}

// TestVectorsCoverFormat holds that each node kind is in a vector.
func TestVectorsCoverFormat(t *testing.T) {
	m := shop(t)
	ops := map[expr.Op]bool{}
	for name, b := range vectorPayloads(t, m) {
		l, err := serializer.Loads(b, vectorHost(t, m))
		require.NoError(t, err, name)
		expr.Walk(l.Root, func(n expr.Node) bool {
			ops[n.Op()] = true
			return true
		})
	}
	for op := expr.Op(1); op.Known(); op++ {
		require.True(t, ops[op], "no vector has a %s", op)
	}
}
