package serializer_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestFormatDocument holds FORMAT.md to the code: its example, its node kinds in
// order with their fields, its kinds of types and its codes.
func TestFormatDocument(t *testing.T) {
	text, err := os.ReadFile("FORMAT.md")
	require.NoError(t, err)
	doc := string(text)

	for i, q := range documentQueries(documentSchema(t)) {
		require.Equal(t, fmt.Sprintf("%x", dumps(t, q)), documented(t, doc, fmt.Sprintf("### %d", i+1)), "example %d", i+1)
	}

	for op := expr.Op(1); op.Known(); op++ {
		require.Regexp(t, fmt.Sprintf(`(?m)^\| %d \| %s \|`, op, regexp.QuoteMeta(op.String())), doc)
	}
	for _, k := range schema.Kinds() {
		require.Contains(t, doc, fmt.Sprintf("| %d | %s", k, strings.TrimSuffix(k.String(), "_tz")))
	}
	words := map[expr.BinaryOp]string{expr.OpIDiv: "integer division", expr.OpMod: "remainder", expr.OpConcat: "concatenation"}
	codes := "binary"
	for _, op := range expr.BinaryOps() {
		word, ok := words[op]
		if !ok {
			word = op.String()
		}
		codes += fmt.Sprintf(" %d %s", op, word)
	}
	require.Contains(t, strings.Join(strings.Fields(doc), " "), codes)
}

// documentSchema is that of the examples in FORMAT.md.
func documentSchema(t testing.TB) *schema.MetaData {
	m := schema.NewMetaData()
	m.Table("users", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("age", schema.Integer))
	m.Table("orders", schema.InSchema("shop"), schema.StableID("T2"), schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey),
		schema.NewColumn("user_id", schema.BigInteger, schema.NotNull, schema.StableID("u")), schema.NewColumn("total", schema.Numeric(10, 2)))
	require.NoError(t, m.Freeze())
	return m
}

// documentQueries are the examples in FORMAT.md.
func documentQueries(m *schema.MetaData) []any {
	u, o := expr.Table(m.Lookup("users")), expr.Table(m.Lookup("shop", "orders"))
	sums := expr.Select(o.C("user_id"), expr.Func("sum", o.C("total")).Label("sum")).GroupBy(o.C("user_id")).Subquery("s")
	price, _ := expr.Decimal("19.90")
	return []any{
		expr.Select(u.C("id")).Where(u.C("age").Gt(30)),
		expr.Select(sums.C("sum"), expr.Of("é").Label("e")).Join(sums, sums.C("user_id").Eq(u.C("id"))).From(u).
			OrderBy(expr.Ref("sum").Desc()).Limit(expr.ParamDefault("n", schema.Integer, 10)),
		expr.Insert(o).Values(expr.Assign{"id": 1, "user_id": -300, "total": price}).Returning(o.C("id")),
		expr.Select(u.C("id")).Where(expr.Param("a", schema.Integer).IfGiven(u.C("age").Gt(expr.Param("a", schema.Integer)))),
	}
}
